//! Where calls go.

use crate::cloud::{
    Endpoint, Environment, Error, Kind,
    alicloud::{Endpoints, endpoints::Service, rpc::Operation},
};

const SERVICES: [Service; 2] = [Service::Ecs, Service::Sts];

fn resolve(
    endpoints: &Endpoints,
    service: Service,
    region: Option<&str>,
    variables: &[(&str, &str)],
) -> Result<String, Error> {
    let own = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
    let environment = Environment::new(variables.iter().map(own));
    let operation = Operation { service, name: "ecs:DescribeImages" };
    Ok(endpoints.resolve(operation, region, &environment)?.url().to_owned())
}

#[test]
fn each_service_has_its_host() {
    let hosts = SERVICES
        .map(|service| resolve(&Endpoints::default(), service, Some("cn-hangzhou"), &[]).unwrap());
    assert_eq!(hosts, ["https://ecs.cn-hangzhou.aliyuncs.com/", "https://sts.aliyuncs.com/",],);
}

#[test]
fn the_most_explicit_endpoint_wins() {
    let second = ("STS_ENDPOINT", "second.example");
    let both = [("ALIBABA_CLOUD_ENDPOINT_STS", "first.example"), second];
    let set =
        Endpoints { sts: Some(Endpoint::parse("set.example").unwrap()), ..Endpoints::default() };
    let none = Endpoints::default();
    assert_eq!(resolve(&set, Service::Sts, None, &both).unwrap(), "https://set.example/");
    assert_eq!(resolve(&none, Service::Sts, None, &both).unwrap(), "https://first.example/");
    assert_eq!(resolve(&none, Service::Sts, None, &[second]).unwrap(), "https://second.example/");
    let ecs = resolve(&none, Service::Ecs, Some("cn-hangzhou"), &both).unwrap();
    assert_eq!(ecs, "https://ecs.cn-hangzhou.aliyuncs.com/");
}

#[test]
fn every_service_has_its_own_setting_and_variables() {
    let at = |host| Some(Endpoint::parse(host).unwrap());
    let set = Endpoints { ecs: at("ecs"), sts: at("sts"), ..Endpoints::default() };
    for service in SERVICES {
        let code = service.code();
        let variable = format!("{}_ENDPOINT", code.to_ascii_uppercase());
        let expected = format!("https://{code}/");
        assert_eq!(resolve(&set, service, None, &[]).unwrap(), expected);
        let variables = [(variable.as_str(), code)];
        assert_eq!(resolve(&Endpoints::default(), service, None, &variables).unwrap(), expected);
    }
}

#[test]
fn a_variable_that_holds_no_endpoint_is_named() {
    let variables = [("ECS_ENDPOINT", "http://ecs.example")];
    let error = resolve(&Endpoints::default(), Service::Ecs, None, &variables).unwrap_err();
    assert_eq!(error.kind, Kind::Invalid);
    assert!(error.message.starts_with("the variable `ECS_ENDPOINT` is no endpoint: plain http"));
}

#[test]
fn a_region_cannot_become_another_host() {
    let regions = [
        "evil.example/",
        "a.b",
        "cn-hangzhou@evil",
        "CN-HANGZHOU",
        "",
        "a b",
        "a\n",
        "xn--é",
        "xn--a",
    ];
    let none = Endpoints::default();
    for region in regions.map(Some).into_iter().chain([None]) {
        let error = resolve(&none, Service::Ecs, region, &[]).map(|url| panic!("{url}"));
        assert_eq!(error.unwrap_err().kind, Kind::Region, "{region:?}");
    }
}

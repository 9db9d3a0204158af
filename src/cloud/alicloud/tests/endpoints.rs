//! Where calls go.

use expect_test::expect;

use crate::cloud::{
    Endpoint, Environment, Error, Kind,
    alicloud::{Endpoints, endpoints::Service, rpc::Operation},
};

const SERVICES: [Service; 5] = [
    Service::Ecs,
    Service::Ram,
    Service::ResourceManager,
    Service::ResourceDirectory,
    Service::Sts,
];

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
    let host = |service, region, variables: &[(&str, &str)]| {
        resolve(&Endpoints::default(), service, region, variables).unwrap()
    };
    let region = Some("cn-hangzhou");
    assert_eq!(host(Service::Ecs, region, &[]), "https://ecs.cn-hangzhou.aliyuncs.com/");
    assert_eq!(host(Service::Sts, None, &[]), "https://sts.aliyuncs.com/");
    assert_eq!(host(Service::Sts, region, &[]), "https://sts.cn-hangzhou.aliyuncs.com/");
    let sts_region = [("ALIBABA_CLOUD_STS_REGION", "cn-shanghai")];
    for named in [None, region] {
        let host = |service| host(service, named, &sts_region);
        assert_eq!(host(Service::Ram), "https://ram.aliyuncs.com/");
        assert_eq!(host(Service::ResourceManager), "https://resourcemanager.aliyuncs.com/");
        assert_eq!(host(Service::ResourceDirectory), "https://resourcedirectory.aliyuncs.com/");
    }
}

#[test]
fn the_token_service_may_be_that_of_a_region_or_of_its_private_network() {
    let region = ("ALIBABA_CLOUD_STS_REGION", "cn-shanghai");
    let private = ("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true");
    let host = |service, named, variables: &[(&str, &str)]| {
        resolve(&Endpoints::default(), service, named, variables).unwrap()
    };
    let both = [region, private];
    assert_eq!(host(Service::Sts, None, &[region]), "https://sts.cn-shanghai.aliyuncs.com/");
    assert_eq!(host(Service::Sts, None, &both), "https://sts-vpc.cn-shanghai.aliyuncs.com/");
    assert_eq!(host(Service::Sts, Some("a"), &both), "https://sts-vpc.a.aliyuncs.com/");
    assert_eq!(host(Service::Sts, None, &[private]), "https://sts.aliyuncs.com/");
    assert_eq!(host(Service::Ecs, Some("a"), &both), "https://ecs.a.aliyuncs.com/");
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
    let set = Endpoints {
        ecs: at("ecs"),
        ram: at("ram"),
        resourcemanager: at("resourcemanager"),
        resourcedirectory: at("resourcedirectory"),
        sts: at("sts"),
    };
    for service in SERVICES {
        let code = service.code();
        let variable = format!("{}_ENDPOINT", code.to_ascii_uppercase());
        let expected = format!("https://{code}/");
        let region = Some("cn-hangzhou");
        assert_eq!(resolve(&set, service, region, &[]).unwrap(), expected);
        let variables = [(variable.as_str(), code)];
        assert_eq!(resolve(&Endpoints::default(), service, region, &variables).unwrap(), expected);
    }
}

#[test]
fn a_variable_that_holds_no_endpoint_is_named() {
    let message = |text| {
        let variables = [("ECS_ENDPOINT", text)];
        let region = Some("cn-hangzhou");
        let error = resolve(&Endpoints::default(), Service::Ecs, region, &variables).unwrap_err();
        assert_eq!(error.kind, Kind::Setting);
        error.message
    };
    expect![[r#"the variable `ECS_ENDPOINT`, `http://ecs.example`, is no endpoint: plain http would send signed requests in the clear; only loopback addresses may use it"#]]
        .assert_eq(&message("http://ecs.example"));
    expect![[r#"the variable `ECS_ENDPOINT`, `ecs.example/a\n`, is no endpoint: it has more than a scheme, a host and a port"#]]
        .assert_eq(&message("ecs.example/a\n"));
    // A URL with a user may hold a password.
    expect![
        "the variable `ECS_ENDPOINT` is no endpoint: it has more than a scheme, a host and a port"
    ]
    .assert_eq(&message("https://me:hush@ecs.example"));
}

/// Texts that are no region, wherever calls go.
const NO_REGIONS: [&str; 9] = [
    "evil.example/",
    "a.b",
    "cn-hangzhou@evil",
    "CN-HANGZHOU",
    "",
    "a b",
    "a\n",
    "xn--é",
    "-cn-hangzhou",
];

#[test]
fn a_region_cannot_become_another_host() {
    let none = Endpoints::default();
    for region in NO_REGIONS.map(Some).into_iter().chain([Some("xn--a"), None]) {
        let error = resolve(&none, Service::Ecs, region, &[]).map(|url| panic!("{url}"));
        assert_eq!(error.unwrap_err().kind, Kind::Region, "{region:?}");
    }
}

#[test]
fn a_region_has_its_form_also_where_it_is_no_part_of_the_host() {
    let at = Endpoint::parse("ecs.example").unwrap();
    let set = Endpoints { ecs: Some(at.clone()), sts: Some(at), ..Endpoints::default() };
    let variables = [("ECS_ENDPOINT", "ecs.example"), ("STS_ENDPOINT", "ecs.example")];
    let (longest, too_long) = ("a".repeat(63), "a".repeat(64));
    for (endpoints, variables) in [(&set, &[] as &[_]), (&Endpoints::default(), &variables)] {
        for region in NO_REGIONS.map(Some).into_iter().chain([Some(&*too_long), None]) {
            let error = resolve(endpoints, Service::Ecs, region, variables).unwrap_err();
            assert_eq!(error.kind, Kind::Region, "{region:?}");
        }
        assert!(resolve(endpoints, Service::Sts, None, variables).is_ok());
        assert!(resolve(endpoints, Service::Ecs, Some(&longest), variables).is_ok());
    }
}

#[test]
fn what_is_wrong_with_a_region_can_be_seen() {
    let message = |region| {
        resolve(&Endpoints::default(), Service::Ecs, Some(region), &[]).unwrap_err().message
    };
    expect!["no region is named"].assert_eq(&message(""));
    expect![[r"`cn-hangzhou\n` is not the name of a region, such as `cn-hangzhou`: lower-case letters, digits and hyphens"]]
        .assert_eq(&message("cn-hangzhou\n"));
    assert!(message(&"é".repeat(81)).starts_with(&format!("`{}…` is not", "é".repeat(80))));
}

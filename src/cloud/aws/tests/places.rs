//! Where calls go, and in which region.

use tempfile::TempDir;

use super::{super::endpoints::Service, *};

const FILE: &str = "[default]\nregion = eu-north-1\nendpoint_url = https://file.example\n\
    services = local\n[services local]\nsts =\n  endpoint_url = https://sts.file.example\n";

struct Place {
    home: TempDir,
    settings: Settings,
    variables: Vec<(&'static str, &'static str)>,
}

impl Place {
    fn new(variables: &[(&'static str, &'static str)]) -> Self {
        let home = TempDir::new().unwrap();
        Self { home, settings: settings(), variables: variables.to_vec() }
    }

    fn with_file(self) -> Self {
        std::fs::create_dir(self.home.path().join(".aws")).unwrap();
        std::fs::write(self.home.path().join(".aws/config"), FILE).unwrap();
        self
    }

    fn client(&self) -> Aws {
        let home = [("HOME", self.home.path().to_str().unwrap())];
        let variables = [&home, self.variables.as_slice()].concat();
        Aws::new(self.settings.clone(), environment(&variables), clock)
    }

    async fn url(&self, service: Service, region: &str) -> String {
        match self.client().destination(service, region, "ec2:DescribeImages").await {
            Ok(destination) => destination.endpoint.url().to_owned(),
            Err(error) => error.to_string(),
        }
    }
}

#[tokio::test]
async fn settings_beat_variables_beat_the_profile() {
    let mut place = Place::new(&[("AWS_REGION", "us-west-1"), ("AWS_DEFAULT_REGION", "us-west-2")]);
    place.settings.region = Some("eu-west-1".to_owned());
    assert_eq!(place.client().region().await.unwrap().as_deref(), Some("eu-west-1"));
    place.settings.region = None;
    assert_eq!(place.client().region().await.unwrap().as_deref(), Some("us-west-1"));
    place.variables.remove(0);
    assert_eq!(place.client().region().await.unwrap().as_deref(), Some("us-west-2"));
    place.variables.clear();
    assert_eq!(place.client().region().await.unwrap(), None);
    let region = place.with_file().client().region().await.unwrap();
    assert_eq!(region.as_deref(), Some("eu-north-1"));
}

#[tokio::test]
async fn every_partition_has_its_own_domain() {
    let place = Place::new(&[]);
    for (region, url) in [
        ("eu-central-1", "https://ec2.eu-central-1.amazonaws.com/"),
        ("us-gov-west-1", "https://ec2.us-gov-west-1.amazonaws.com/"),
        ("cn-north-1", "https://ec2.cn-north-1.amazonaws.com.cn/"),
        ("eusc-de-east-1", "https://ec2.eusc-de-east-1.amazonaws.eu/"),
        ("us-isob-east-1", "https://ec2.us-isob-east-1.sc2s.sgov.gov/"),
    ] {
        assert_eq!(place.url(Service::Ec2, region).await, url);
    }
}

#[tokio::test]
async fn what_is_no_region_never_becomes_a_host() {
    let place = Place::new(&[]);
    for region in ["", "eu-central-1.evil.example", "EU-CENTRAL-1", "x@y", "-a", "a/b", "ü"] {
        let error = place.client().destination(Service::Ec2, region, "ec2:DescribeImages").await;
        assert_eq!(error.unwrap_err().kind, Kind::Region, "{region}");
    }
}

#[tokio::test]
async fn endpoints_come_from_settings_variables_and_the_profile_in_this_order() {
    let all = [
        ("AWS_ENDPOINT_URL_EC2", "http://127.0.0.1:1"),
        ("AWS_ENDPOINT_URL", "https://all.example"),
    ];
    let mut place = Place::new(&all).with_file();
    place.settings.endpoints.ec2 = Endpoint::parse("https://mine.example").ok();
    assert_eq!(place.url(Service::Ec2, "eu-central-1").await, "https://mine.example/");
    place.settings.endpoints.ec2 = None;
    assert_eq!(place.url(Service::Ec2, "eu-central-1").await, "http://127.0.0.1:1/");
    assert_eq!(place.url(Service::Sts, "eu-central-1").await, "https://all.example/");
    place.variables.clear();
    assert_eq!(place.url(Service::Ec2, "eu-central-1").await, "https://file.example/");
    assert_eq!(place.url(Service::Sts, "eu-central-1").await, "https://sts.file.example/");
}

#[tokio::test]
async fn configured_endpoints_can_be_switched_off() {
    let variables = [
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
        ("AWS_ENDPOINT_URL", "https://a.example"),
    ];
    let url = Place::new(&variables).with_file().url(Service::Ec2, "eu-central-1").await;
    assert_eq!(url, "https://ec2.eu-central-1.amazonaws.com/");
}

const FIPS: &str = "https://ec2-fips.eu-central-1.amazonaws.com/";
const PLAIN: &str = "https://ec2.eu-central-1.amazonaws.com/";

/// Replaces the shared file.
fn write(place: &Place, property: &str) {
    let file = place.home.path().join(".aws/config");
    std::fs::write(file, format!("[default]\n{property}\n")).unwrap();
}

#[tokio::test]
async fn the_kind_of_host_comes_from_settings_variables_and_the_profile_in_this_order() {
    for (variable, property, url) in [
        ("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", FIPS),
        (
            "AWS_USE_DUALSTACK_ENDPOINT",
            "use_dualstack_endpoint",
            "https://ec2.eu-central-1.api.aws/",
        ),
    ] {
        let mut place = Place::new(&[(variable, "true")]);
        assert_eq!(place.url(Service::Ec2, "eu-central-1").await, url);
        place.settings.use_fips_endpoint = Some(false);
        place.settings.use_dualstack_endpoint = Some(false);
        assert_eq!(place.url(Service::Ec2, "eu-central-1").await, PLAIN);
        let place = Place::new(&[]).with_file();
        write(&place, &format!("{property} = true"));
        assert_eq!(place.url(Service::Ec2, "eu-central-1").await, url);
        let place = Place { variables: vec![(variable, "False")], ..place };
        assert_eq!(place.url(Service::Ec2, "eu-central-1").await, PLAIN);
    }
    let mut place = Place::new(&[]);
    place.settings.use_fips_endpoint = Some(true);
    assert_eq!(place.url(Service::Ec2, "eu-central-1").await, FIPS);
}

#[tokio::test]
async fn an_endpoint_that_was_written_down_beats_every_kind_of_host() {
    let variables = [("AWS_USE_FIPS_ENDPOINT", "true"), ("AWS_ENDPOINT_URL", "https://a.example")];
    let mut place = Place::new(&variables);
    assert_eq!(place.url(Service::Ec2, "eu-central-1").await, "https://a.example/");
    place.settings.endpoints.ec2 = Endpoint::parse("https://mine.example").ok();
    assert_eq!(place.url(Service::Ec2, "cn-north-1").await, "https://mine.example/");
}

#[tokio::test]
async fn a_kind_of_host_that_cannot_be_had_is_an_error() {
    let mut lines = String::new();
    let mut place = Place::new(&[]);
    place.settings.use_fips_endpoint = Some(true);
    lines += &place.url(Service::Ec2, "cn-north-1").await;
    lines += "\n";
    lines += &Place::new(&[("AWS_USE_FIPS_ENDPOINT", "yes")]).url(Service::Ec2, "eu-west-1").await;
    lines += "\n";
    let place = Place::new(&[]).with_file();
    write(&place, "use_dualstack_endpoint = on");
    lines += &place.url(Service::Ec2, "eu-west-1").await;
    expect_test::expect![[r#"
        ec2:DescribeImages failed: AWS has no FIPS host of `ec2` in the partition `aws-cn`; if you know one, name it in `endpoints`
        ec2:DescribeImages failed: the variable `AWS_USE_FIPS_ENDPOINT` is `yes`; it can be `true` or `false`
        ec2:DescribeImages failed: `use_dualstack_endpoint` of profile `default` is `on`; it can be `true` or `false`"#]].assert_eq(&lines);
}

#[tokio::test]
async fn whom_to_trust_may_come_from_the_profile() {
    let place = Place::new(&[("AWS_ENDPOINT_URL", "https://localhost:1")]).with_file();
    write(&place, "ca_bundle = /nowhere.pem\naws_access_key_id = A\naws_secret_access_key = s");
    let error = place.client().get_caller_identity("eu-central-1").await.unwrap_err();
    expect_test::expect!["no credentials: `ca_bundle` of profile `default`, `/nowhere.pem`, cannot be used: No such file or directory (os error 2)"]
        .assert_eq(&error.to_string());
}

#[tokio::test]
async fn signatures_name_the_home_of_a_service_also_at_endpoints_of_others() {
    let mut place = Place::new(&[]);
    place.settings.endpoints.iam = Endpoint::parse("https://mine.example").ok();
    for service in [Service::Iam, Service::Organizations] {
        let destination = place.client().destination(service, "eu-central-1", "x:Y").await;
        assert_eq!(destination.unwrap().signing_region, "us-east-1");
    }
}

#[tokio::test]
async fn every_service_has_a_variable_of_its_own() {
    for service in Service::ALL {
        let name = format!("AWS_ENDPOINT_URL_{}", service.id().to_ascii_uppercase());
        let variables =
            [(&*name, "https://own.example"), ("AWS_ENDPOINT_URL", "https://a.example")];
        let aws = Aws::new(settings(), environment(&variables), clock);
        let destination = aws.destination(service, "eu-central-1", "x:Y").await.unwrap();
        assert_eq!(destination.endpoint.url(), "https://own.example/");
    }
}

#[tokio::test]
async fn a_malformed_endpoint_is_reported_with_its_origin() {
    let variables = [("AWS_ENDPOINT_URL_EC2", "http://example.com")];
    let text = Place::new(&variables).url(Service::Ec2, "eu-central-1").await;
    expect_test::expect!["ec2:DescribeImages failed: the variable `AWS_ENDPOINT_URL_EC2` is no endpoint: plain http would send signed requests in the clear; only loopback addresses may use it"]
        .assert_eq(&text);
}

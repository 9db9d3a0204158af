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
        assert_eq!(error.unwrap_err().kind, crate::cloud::Kind::Region, "{region}");
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

#[tokio::test]
async fn hosts_of_a_kind_that_is_not_supported_are_refused() {
    let mut lines = String::new();
    for name in ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"] {
        let mut place = Place::new(&[(name, "true")]);
        place.settings.endpoints.ec2 = Endpoint::parse("https://mine.example").ok();
        lines += &place.url(Service::Ec2, "eu-central-1").await;
        lines += "\n";
        let off = Place::new(&[(name, "false")]).url(Service::Ec2, "eu-central-1").await;
        assert_eq!(off, "https://ec2.eu-central-1.amazonaws.com/");
    }
    for property in ["use_fips_endpoint", "use_dualstack_endpoint"] {
        let place = Place::new(&[]).with_file();
        let file = place.home.path().join(".aws/config");
        std::fs::write(file, format!("[default]\n{property} = true\n")).unwrap();
        lines += &place.url(Service::Ec2, "eu-central-1").await;
        lines += "\n";
    }
    expect_test::expect![[r#"
        ec2:DescribeImages failed: `AWS_USE_FIPS_ENDPOINT` is not supported yet
        ec2:DescribeImages failed: `AWS_USE_DUALSTACK_ENDPOINT` is not supported yet
        ec2:DescribeImages failed: `use_fips_endpoint` of profile `default` is not supported yet
        ec2:DescribeImages failed: `use_dualstack_endpoint` of profile `default` is not supported yet
    "#]].assert_eq(&lines);
}

#[tokio::test]
async fn a_malformed_endpoint_is_reported_with_its_origin() {
    let variables = [("AWS_ENDPOINT_URL_EC2", "http://example.com")];
    let text = Place::new(&variables).url(Service::Ec2, "eu-central-1").await;
    expect_test::expect!["ec2:DescribeImages failed: the variable `AWS_ENDPOINT_URL_EC2` is no endpoint: plain http would send signed requests in the clear; only loopback addresses may use it"]
        .assert_eq(&text);
}

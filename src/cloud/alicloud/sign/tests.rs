//! The vectors of the vendor's documentation (0), and of its SDK (all others).

use super::*;

const KEY: &str = "LTAI5tExampleKeyId01";
const FORM: &str = "application/x-www-form-urlencoded";

/// A vector; what most of them share is the default.
struct Vector {
    method: &'static str,
    host: &'static str,
    action: &'static str,
    version: &'static str,
    parameters: Vec<(&'static str, &'static str)>,
    headers: Vec<(&'static str, &'static str)>,
    body: &'static str,
    credentials: Credentials,
    date: &'static str,
    nonce: &'static str,
}

impl Default for Vector {
    fn default() -> Self {
        Self {
            method: "POST",
            host: "ecs.cn-hangzhou.aliyuncs.com",
            action: "DescribeImages",
            version: "2014-05-26",
            parameters: Vec::new(),
            headers: Vec::new(),
            body: "",
            credentials: credentials(KEY, "ExampleSecretKey0123456789abcdef", None),
            date: "2024-05-06T07:08:09Z",
            nonce: "0123456789abcdef0123456789abcdef",
        }
    }
}

impl Vector {
    /// Hands the request over, all parts put together.
    fn with_request<T>(&self, look: impl FnOnce(Unsigned<'_>) -> T) -> T {
        let own = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        let query = encode_query(&self.parameters.iter().map(own).collect());
        let mut headers = self.headers.clone();
        headers.extend([("x-acs-action", self.action), ("x-acs-version", self.version)]);
        look(Unsigned {
            method: self.method,
            host: self.host,
            path: "/",
            query: &query,
            headers: &headers,
            body: self.body.as_bytes(),
            date: self.date,
            nonce: self.nonce,
        })
    }

    fn canonical(&self) -> Canonical {
        self.with_request(|request| Canonical::new(request, &self.credentials))
    }

    #[track_caller]
    fn check(&self, canonical_hash: &str, signature: &str) {
        let canonical = self.canonical();
        assert_eq!(hash(canonical.text.as_bytes()), canonical_hash);
        assert_eq!(canonical.string_to_sign(), format!("ACS3-HMAC-SHA256\n{canonical_hash}"));
        let mut headers = self.with_request(|request| sign(request, &self.credentials));
        let authorization = format!(
            "ACS3-HMAC-SHA256 Credential={},SignedHeaders={},Signature={signature}",
            self.credentials.access_key, canonical.names,
        );
        assert_eq!(headers.remove("authorization"), Some(authorization));
        assert_eq!(headers, canonical.headers);
    }
}

fn credentials(key: &str, secret: &str, token: Option<&str>) -> Credentials {
    Credentials {
        access_key: key.to_owned(),
        secret_key: Secret::new(secret),
        security_token: token.map(Secret::new),
    }
}

#[test]
fn vector_0_of_the_documentation() {
    Vector {
        host: "ecs.cn-shanghai.aliyuncs.com",
        action: "RunInstances",
        parameters: vec![
            ("RegionId", "cn-shanghai"),
            ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"),
        ],
        credentials: credentials("YourAccessKeyId", "YourAccessKeySecret", None),
        date: "2023-10-26T10:22:32Z",
        nonce: "3156853299f313e23d1673dc12e1703d",
        ..Vector::default()
    }
    .check(
        "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259",
        "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
    );
}

fn vector_a() -> Vector {
    Vector {
        parameters: vec![
            ("RegionId", "cn-hangzhou"),
            ("ImageOwnerAlias", "self"),
            ("PageNumber", "1"),
            ("PageSize", "100"),
            ("Tag.1.Key", "environment"),
            ("Tag.1.Value", "production"),
            ("Tag.2.Key", "os name"),
            ("Tag.2.Value", "Ubuntu 22.04 ~*+/=&黄金"),
        ],
        ..Vector::default()
    }
}

#[test]
fn vector_a_with_parameters_that_need_encoding() {
    vector_a().check(
        "9e5ae6e42286c293edc26186148834a20a2e694b0e1b0dc8e7cb9fa654d19819",
        "75887af53df5385f5c578c78709b3a1886c48a6cd041c06623d345601cbf1e68",
    );
}

#[test]
fn vector_a_with_the_further_headers_of_the_sdk() {
    Vector {
        headers: vec![
            ("user-agent", "golden-image-provider/0.1"),
            ("accept", "application/json"),
            ("x-acs-credentials-provider", "static_ak"),
        ],
        ..vector_a()
    }
    .check(
        "ccb60514e3bfe0cb3674849c139db9a33ca7bd59801f24d83b72805429d2a73b",
        "eade08cf51d58884f8d662946d6420fe5a88833947529639806109468e308fa8",
    );
}

fn vector_b() -> Vector {
    let document = concat!(
        r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":["ecs:RunInstances"],"#,
        r#""Resource":["acs:ecs:*:*:image/*"],"#,
        r#""Condition":{"StringNotEquals":{"acs:ResourceTag/environment":["production"]}}}]}"#,
    );
    let token = Some("CAISexampleToken+/==");
    Vector {
        host: "ram.aliyuncs.com",
        action: "CreatePolicy",
        version: "2015-05-01",
        parameters: vec![
            ("Description", "deny unapproved images"),
            ("PolicyName", "golden-image-guardrail"),
            ("PolicyDocument", document),
        ],
        credentials: credentials(KEY, "ExampleSecretKey0123456789abcdef", token),
        ..Vector::default()
    }
}

#[test]
fn vector_b_with_a_session() {
    vector_b().check(
        "94347f3a2349d5dd75ae7b0680a3ea0fa538a48640a81eea610bbfc78c46ee42",
        "9d038febfd9064be469652db11b30cc271fe00e62c59cb141f090b3a20dd64fa",
    );
}

/// The reference gives no user agent for this vector; that of A′ makes it come out.
#[test]
fn vector_b_with_the_further_headers_of_the_sdk() {
    Vector {
        headers: vec![
            ("user-agent", "golden-image-provider/0.1"),
            ("accept", "application/json"),
            ("x-acs-credentials-provider", "static_sts"),
        ],
        ..vector_b()
    }
    .check(
        "932c48eb32c15d3aadade0f59458f44ba4006c8524a8de0ef889ea8aa80ad7b2",
        "6b4c67c6afbe934d1f594588ae0cdf122c30f0b4a96bf4cc8f27941fa05a37ca",
    );
}

#[test]
fn vector_c_with_a_body() {
    let vector = Vector {
        host: "resourcemanager.aliyuncs.com",
        action: "CreateControlPolicy",
        version: "2020-03-31",
        headers: vec![("content-type", FORM)],
        body: "EffectScope=RAM&PolicyDocument=%7B%22Version%22%3A%221%22%2C%22Statement%22%3A%5B%5D\
               %7D&PolicyName=deny-unapproved",
        ..Vector::default()
    };
    assert_eq!(
        vector.canonical().headers["x-acs-content-sha256"],
        "511bd432d1a71db49d012de46b2a5e02b8ff67b2d2f50b27e13e7e2b7601fca4",
    );
    vector.check(
        "388f95e673337fcdf52f018c0477fb0a2829843684698ff15ee47c7d419a6ff8",
        "cec372e7530e993cff9ba4ac3d7b9776add4387ccf6036616b79b240adc6c30b",
    );
}

fn vector_d() -> Vector {
    Vector {
        method: "GET",
        host: "127.0.0.1:8443",
        action: "GetCallerIdentity",
        version: "2015-04-01",
        ..Vector::default()
    }
}

#[test]
fn vector_d_without_parameters_and_with_a_port() {
    vector_d().check(
        "b5a71a423fc6eecb6a2543187f84284070b9f0a28f520a8e8511229f0c834f49",
        "a23279b1cc9ae7df393e081fdac05c7be03e300fc7d447ad973488d5af972223",
    );
}

#[test]
fn vector_d_has_this_canonical_request() {
    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let names =
        "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version";
    let lines = [
        "GET",
        "/",
        "",
        "host:127.0.0.1:8443",
        "x-acs-action:GetCallerIdentity",
        &format!("x-acs-content-sha256:{EMPTY}"),
        "x-acs-date:2024-05-06T07:08:09Z",
        "x-acs-signature-nonce:0123456789abcdef0123456789abcdef",
        "x-acs-version:2015-04-01",
        "",
        names,
        EMPTY,
    ];
    assert_eq!(vector_d().canonical().text, lines.join("\n"));
}

#[test]
fn parameters_are_sorted_by_the_bytes_of_their_names() {
    let names = ["Tag.2.Key", "Tag.10.Key", "RegionId", "Tag.1.Value"];
    let parameters = names.map(|name| (name.to_owned(), "x".to_owned())).into();
    assert_eq!(encode_query(&parameters), "RegionId=x&Tag.1.Value=x&Tag.10.Key=x&Tag.2.Key=x");
}

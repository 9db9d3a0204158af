//! Known signatures.
//!
//! Vector 0 is published in "Request body and signature mechanism V3". The others were computed
//! with the functions of the official Python SDK (alibabacloud_tea_openapi 0.4.6) and confirmed by
//! a second implementation.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Authorization, canonical_request, hash, sign, string_to_sign};
use crate::message::Request;
use crate::parameters::canonical_query;

const SECRET: &str = "ExampleSecretKey0123456789abcdef";
const SDK_HEADERS: [(&str, &str); 2] =
    [("accept", "application/json"), ("user-agent", "golden-image-provider/0.1")];

/// A request with the headers every request has, of the vectors that share date, nonce and secret.
fn request(
    method: &str,
    host: &str,
    action: &str,
    version: &str,
    query: &[(&str, &str)],
    body: &str,
) -> Request {
    let pairs: Vec<(String, String)> =
        query.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
    let mut request = Request {
        method: method.to_owned(),
        path: "/".to_owned(),
        query: canonical_query(&pairs),
        headers: HeaderMap::new(),
        body: Bytes::copy_from_slice(body.as_bytes()),
    };
    set(&mut request, "host", host);
    set(&mut request, "x-acs-action", action);
    set(&mut request, "x-acs-version", version);
    set(&mut request, "x-acs-content-sha256", &hash(body.as_bytes()));
    set(&mut request, "x-acs-date", "2024-05-06T07:08:09Z");
    set(&mut request, "x-acs-signature-nonce", "0123456789abcdef0123456789abcdef");
    request
}

fn set(request: &mut Request, name: &'static str, value: &str) {
    request.headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
}

/// Signs all headers of the request and compares the hash of the canonical request and the
/// signature.
#[track_caller]
fn check(request: &Request, secret: &str, expected_hash: &str, expected_signature: &str) {
    let signed: Vec<String> = request.header_names().map(str::to_owned).collect();
    let canonical = canonical_request(request, &signed, &hash(&request.body)).unwrap();
    assert_eq!(hash(canonical.as_bytes()), expected_hash, "canonical request:\n{canonical}");
    assert_eq!(sign(secret, &string_to_sign(&canonical)), expected_signature);
}

fn vector_a() -> Request {
    let query = [
        ("ImageOwnerAlias", "self"),
        ("PageNumber", "1"),
        ("PageSize", "100"),
        ("RegionId", "cn-hangzhou"),
        ("Tag.1.Key", "environment"),
        ("Tag.1.Value", "production"),
        ("Tag.2.Key", "os name"),
        ("Tag.2.Value", "Ubuntu 22.04 ~*+/=&黄金"),
    ];
    request("POST", "ecs.cn-hangzhou.aliyuncs.com", "DescribeImages", "2014-05-26", &query, "")
}

fn vector_b() -> Request {
    let document = concat!(
        r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":["ecs:RunInstances"],"#,
        r#""Resource":["acs:ecs:*:*:image/*"],"Condition":{"StringNotEquals":"#,
        r#"{"acs:ResourceTag/environment":["production"]}}}]}"#
    );
    let query = [
        ("Description", "deny unapproved images"),
        ("PolicyName", "golden-image-guardrail"),
        ("PolicyDocument", document),
    ];
    let mut request = request("POST", "ram.aliyuncs.com", "CreatePolicy", "2015-05-01", &query, "");
    set(&mut request, "x-acs-accesskey-id", "LTAI5tExampleKeyId01");
    set(&mut request, "x-acs-security-token", "CAISexampleToken+/==");
    request
}

#[test]
fn vector_0_the_published_one() {
    let query = [
        ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"),
        ("RegionId", "cn-shanghai"),
    ];
    let mut request =
        request("POST", "ecs.cn-shanghai.aliyuncs.com", "RunInstances", "2014-05-26", &query, "");
    set(&mut request, "x-acs-date", "2023-10-26T10:22:32Z");
    set(&mut request, "x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d");
    check(
        &request,
        "YourAccessKeySecret",
        "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259",
        "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
    );
}

#[test]
fn vector_a_values_that_need_encoding() {
    check(
        &vector_a(),
        SECRET,
        "9e5ae6e42286c293edc26186148834a20a2e694b0e1b0dc8e7cb9fa654d19819",
        "75887af53df5385f5c578c78709b3a1886c48a6cd041c06623d345601cbf1e68",
    );
}

#[test]
fn vector_a_with_the_headers_the_sdk_adds() {
    let mut request = vector_a();
    for (name, value) in SDK_HEADERS {
        set(&mut request, name, value);
    }
    set(&mut request, "x-acs-credentials-provider", "static_ak");
    check(
        &request,
        SECRET,
        "ccb60514e3bfe0cb3674849c139db9a33ca7bd59801f24d83b72805429d2a73b",
        "eade08cf51d58884f8d662946d6420fe5a88833947529639806109468e308fa8",
    );
}

#[test]
fn vector_b_temporary_credentials() {
    check(
        &vector_b(),
        SECRET,
        "94347f3a2349d5dd75ae7b0680a3ea0fa538a48640a81eea610bbfc78c46ee42",
        "9d038febfd9064be469652db11b30cc271fe00e62c59cb141f090b3a20dd64fa",
    );
}

#[test]
fn vector_b_with_the_headers_the_sdk_adds() {
    let mut request = vector_b();
    for (name, value) in SDK_HEADERS {
        set(&mut request, name, value);
    }
    set(&mut request, "x-acs-credentials-provider", "static_sts");
    check(
        &request,
        SECRET,
        "932c48eb32c15d3aadade0f59458f44ba4006c8524a8de0ef889ea8aa80ad7b2",
        "6b4c67c6afbe934d1f594588ae0cdf122c30f0b4a96bf4cc8f27941fa05a37ca",
    );
}

#[test]
fn vector_c_a_form_body() {
    let body = "EffectScope=RAM\
                &PolicyDocument=%7B%22Version%22%3A%221%22%2C%22Statement%22%3A%5B%5D%7D\
                &PolicyName=deny-unapproved";
    let host = "resourcemanager.aliyuncs.com";
    let mut request = request("POST", host, "CreateControlPolicy", "2020-03-31", &[], body);
    set(&mut request, "content-type", "application/x-www-form-urlencoded");
    assert_eq!(
        hash(&request.body),
        "511bd432d1a71db49d012de46b2a5e02b8ff67b2d2f50b27e13e7e2b7601fca4"
    );
    check(
        &request,
        SECRET,
        "388f95e673337fcdf52f018c0477fb0a2829843684698ff15ee47c7d419a6ff8",
        "cec372e7530e993cff9ba4ac3d7b9776add4387ccf6036616b79b240adc6c30b",
    );
}

#[test]
fn vector_d_no_parameters() {
    let request = request("GET", "127.0.0.1:8443", "GetCallerIdentity", "2015-04-01", &[], "");
    check(
        &request,
        SECRET,
        "b5a71a423fc6eecb6a2543187f84284070b9f0a28f520a8e8511229f0c834f49",
        "a23279b1cc9ae7df393e081fdac05c7be03e300fc7d447ad973488d5af972223",
    );
}

#[test]
fn vector_d_line_by_line() {
    let request = request("GET", "127.0.0.1:8443", "GetCallerIdentity", "2015-04-01", &[], "");
    let signed: Vec<String> = request.header_names().map(str::to_owned).collect();
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let expected = format!(
        "GET\n/\n\nhost:127.0.0.1:8443\nx-acs-action:GetCallerIdentity\n\
         x-acs-content-sha256:{empty}\n\
         x-acs-date:2024-05-06T07:08:09Z\nx-acs-signature-nonce:0123456789abcdef0123456789abcdef\n\
         x-acs-version:2015-04-01\n\n\
         host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version\n\
         {empty}"
    );
    assert_eq!(canonical_request(&request, &signed, empty), Some(expected));
}

#[test]
fn authorization_headers_have_three_fields_without_spaces() {
    let header = "ACS3-HMAC-SHA256 Credential=LTAI,SignedHeaders=host;x-acs-date,Signature=abc";
    let expected = Authorization {
        access_key_id: "LTAI".to_owned(),
        signed_headers: vec!["host".to_owned(), "x-acs-date".to_owned()],
        signature: "abc".to_owned(),
    };
    assert_eq!(Authorization::parse(header), Some(expected));
    for malformed in [
        "",
        "ACS3-HMAC-SM3 Credential=LTAI,SignedHeaders=host,Signature=abc",
        "ACS3-HMAC-SHA256 Credential=LTAI, SignedHeaders=host, Signature=abc",
        "ACS3-HMAC-SHA256 Credential=LTAI,SignedHeaders=host",
        "ACS3-HMAC-SHA256 Credential=,SignedHeaders=host,Signature=abc",
    ] {
        assert_eq!(Authorization::parse(malformed), None, "{malformed}");
    }
}

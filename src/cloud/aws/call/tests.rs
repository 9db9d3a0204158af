use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;
use expect_test::{Expect, expect};

use super::{
    super::{
        endpoints::Service,
        json,
        query::Action,
        tests::{NOW, clock},
    },
    Effect, Operation as _,
    fault::Fault,
    reply::{self, Sender},
};

static ACTION: Action<String> = Action {
    service: Service::Ec2,
    name: "DescribeImages",
    label: "ec2:DescribeImages",
    effect: Effect::Reads,
    root: "DescribeImagesResponse",
    holds_keys: false,
    read: |text| quick_xml::de::from_str(text),
};

fn response(status: u16, headers: &[(&str, &str)], body: &[u8]) -> HttpResponse {
    let mut response = http::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(SdkBody::from(body)).unwrap().try_into().unwrap()
}

fn read(status: u16, headers: &[(&str, &str)], body: &[u8], has_temporary_keys: bool) -> String {
    let sender = Sender { clock, has_temporary_keys };
    match reply::read(&response(status, headers, body), ACTION.facts(), &ACTION, sender) {
        Ok(text) => *text.downcast().unwrap(),
        Err(fault) => line(&fault),
    }
}

fn line(fault: &Fault) -> String {
    use aws_smithy_types::error::metadata::ProvideErrorMetadata as _;
    let code = fault.code().unwrap_or("-");
    let id = fault.request_id.as_deref().unwrap_or("-");
    format!("{:?} {code} {id}: {}", fault.kind, fault.message)
}

fn check(status: u16, body: &str, expected: Expect) {
    expected.assert_eq(&read(status, &[("content-type", "text/xml")], body.as_bytes(), false));
}

fn ec2_error(code: &str, message: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{code}</Code>\
         <Message>{message}</Message></Error></Errors><RequestID>r-1</RequestID></Response>"
    )
}

#[test]
fn the_two_error_documents() {
    check(
        400,
        &ec2_error("InvalidParameterValue", "Bad filter."),
        expect!["Invalid InvalidParameterValue r-1: Bad filter"],
    );
    check(
        403,
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender\
         </Type><Code>InvalidClientTokenId</Code><Message>The security token included in the \
         request is invalid.</Message></Error><RequestId>r-2</RequestId></ErrorResponse>",
        expect![
            "Credentials InvalidClientTokenId r-2: The security token included in the request is invalid"
        ],
    );
}

#[test]
fn codes_have_kinds() {
    let kind = |(status, code): (u16, &str)| {
        let text = read(status, &[], ec2_error(code, "m").as_bytes(), false);
        format!("{code} {}\n", text.split_once(' ').unwrap().0)
    };
    let codes = [
        (401, "AuthFailure"),
        (403, "SignatureDoesNotMatch"),
        (400, "ExpiredToken"),
        (400, "RequestExpired"),
        (401, "OptInRequired"),
        (403, "UnauthorizedOperation"),
        (403, "SomethingNew"),
        (503, "RequestLimitExceeded"),
        (400, "ThrottlingException"),
        (500, "InternalError"),
        (503, "SomethingNew"),
        (400, "InvalidAMIID.NotFound"),
        (400, "InvalidAMIID.Malformed"),
        (400, "InvalidAMIID.Unavailable"),
        (400, "UnknownParameter"),
        (400, "SomethingNew"),
    ];
    let kinds: String = codes.into_iter().map(kind).collect();
    expect![[r#"
        AuthFailure Credentials
        SignatureDoesNotMatch Credentials
        ExpiredToken Credentials
        RequestExpired Clock
        OptInRequired Region
        UnauthorizedOperation Denied
        SomethingNew Denied
        RequestLimitExceeded Throttled
        ThrottlingException Throttled
        InternalError Unavailable
        SomethingNew Unavailable
        InvalidAMIID.NotFound NotFound
        InvalidAMIID.Malformed Invalid
        InvalidAMIID.Unavailable Conflict
        UnknownParameter Invalid
        SomethingNew Other
    "#]]
    .assert_eq(&kinds);
}

#[test]
fn a_message_loses_what_is_not_for_reports() {
    let encoded = "You are not authorized to perform this operation. User: u is not authorized to \
                   perform: ec2:DescribeImages because no identity-based policy allows it. Encoded \
                   authorization failure message: AbCdEf";
    check(
        403,
        &ec2_error("UnauthorizedOperation", encoded),
        expect![
            "Denied UnauthorizedOperation r-1: You are not authorized to perform this operation. User: u is not authorized to perform: ec2:DescribeImages because no identity-based policy allows it"
        ],
    );
    let canonical =
        "It does not match.\n\nThe Canonical String should have been\n'x-amz-security-token:SECRET";
    check(
        403,
        &ec2_error("SignatureDoesNotMatch", canonical),
        expect!["Credentials SignatureDoesNotMatch r-1: It does not match"],
    );
    check(
        400,
        &ec2_error("InvalidParameterValue", ""),
        expect!["Invalid InvalidParameterValue r-1: no message"],
    );
}

#[test]
fn a_wrong_clock_is_told_by_how_much() {
    let check = |date: &str, code: &str, has_temporary_keys, expected: Expect| {
        let body = ec2_error(code, "No.");
        expected.assert_eq(&read(401, &[("date", date)], body.as_bytes(), has_temporary_keys));
    };
    assert_eq!(NOW.to_string(), "2026-05-01 12:00:00.0 +00:00:00");
    check(
        "Fri, 01 May 2026 12:20:00 GMT",
        "AuthFailure",
        false,
        expect!["Clock AuthFailure r-1: No; this machine's clock is 1200 s behind AWS's"],
    );
    check(
        "Fri, 01 May 2026 11:30:00 GMT",
        "SignatureDoesNotMatch",
        true,
        expect![
            "Clock SignatureDoesNotMatch r-1: No; this machine's clock is 1800 s ahead of AWS's"
        ],
    );
    check(
        "Fri, 01 May 2026 12:00:05 GMT",
        "RequestExpired",
        true,
        expect!["Credentials RequestExpired r-1: No; the clocks agree, so the session has expired"],
    );
    check(
        "Fri, 01 May 2026 12:00:05 GMT",
        "RequestExpired",
        false,
        expect!["Clock RequestExpired r-1: No"],
    );
    check(
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "RequestExpired",
        false,
        expect![
            "Clock RequestExpired r-1: No; this machine's clock is 251624750339 s behind AWS's"
        ],
    );
    check("today", "RequestExpired", true, expect!["Clock RequestExpired r-1: No"]);
}

#[test]
fn what_aws_does_not_say_is_shown() {
    check(
        200,
        "",
        expect![
            "Unreadable - -: the answer (HTTP 200, text/xml) is no `DescribeImagesResponse`: it is empty"
        ],
    );
    check(
        200,
        "garbage",
        expect![
            "Unreadable - -: the answer (HTTP 200, text/xml) is no `DescribeImagesResponse`: `garbage`"
        ],
    );
    check(
        200,
        "<GetCallerIdentityResponse/>",
        expect![
            "Unreadable - -: the answer (HTTP 200, text/xml) is no `DescribeImagesResponse`: `<GetCallerIdentityResponse/>`"
        ],
    );
    check(
        200,
        "<DescribeImagesResponse><a",
        expect![
            "Unreadable - -: the answer (HTTP 200, text/xml) is a broken `DescribeImagesResponse` (syntax error: tag not closed: `>` not found before end of input): `<DescribeImagesResponse><a`"
        ],
    );
    check(
        302,
        &ec2_error("Moved", "Elsewhere."),
        expect![[
            r#"Unreadable - -: the answer (HTTP 302, text/xml) is not an answer of AWS: `<?xml version="1.0" encoding="UTF-8"?> <Response><Errors><Error><Code>Moved</Cod`"#
        ]],
    );
    check(
        503,
        "",
        expect![
            "Unreadable - -: the answer (HTTP 503, text/xml) is not an answer of AWS: it is empty"
        ],
    );
    check(
        400,
        "<Response><Errors/></Response>",
        expect![
            "Unreadable - -: the answer (HTTP 400, text/xml) is not an answer of AWS: `<Response><Errors/></Response>`"
        ],
    );
    let html = "<!DOCTYPE html>\r\n<html>\t<title>502 Bad\u{7} Gateway</title>".to_owned()
        + &"x".repeat(99);
    check(
        502,
        &html,
        expect![
            "Unreadable - -: the answer (HTTP 502, text/xml) is not an answer of AWS: `<!DOCTYPE html> <html> <title>502 Bad Gateway</title>xxxxxxxxxxxxxxxxxxxxxxxxxxx`"
        ],
    );
    expect!["Unreadable - -: the answer (HTTP 200) is not UTF-8: `���<a/>`"].assert_eq(&read(
        200,
        &[],
        b"\x1f\x8b\xff\xfe<a/>",
        false,
    ));
}

#[test]
fn the_layer_that_refused_is_known_where_aws_names_it() {
    use crate::cloud::{Denial, Layer};
    let denial = |reason: &str| {
        let message = format!(
            "You are not authorized to perform this operation. User: arn:aws:iam::111122223333:user/ann \
             is not authorized to perform: ec2:CreateTags on resource: \
             arn:aws:ec2:eu-central-1::image/ami-1 {reason}. Encoded authorization failure message: \
             AQIB"
        );
        let body = ec2_error("UnauthorizedOperation", &message);
        let sender = Sender { clock, has_temporary_keys: false };
        let response = response(403, &[], body.as_bytes());
        reply::read(&response, ACTION.facts(), &ACTION, sender).unwrap_err().denial
    };
    let known = |layer, is_explicit| Some(Denial { layer, is_explicit });
    let table = [
        ("with an explicit deny in a service control policy", known(Layer::Organisation, true)),
        ("because no service control policy allows the action", known(Layer::Organisation, false)),
        ("with an explicit deny in an identity-based policy", known(Layer::Identity, true)),
        ("because no identity-based policy allows the action", known(Layer::Identity, false)),
        ("with an explicit deny in a resource control policy", known(Layer::Resources, true)),
        ("with an explicit deny in a permissions boundary", known(Layer::Boundary, true)),
        ("because no session policy allows the action", known(Layer::Session, false)),
        ("with an explicit deny in a VPC endpoint policy", known(Layer::Endpoint, true)),
        ("for some new reason", None),
    ];
    for (reason, expected) in table {
        assert_eq!(denial(reason), expected, "{reason}");
    }
}

static JSON: json::Action<String> = json::Action {
    name: "ListRoots",
    label: "organizations:ListRoots",
    effect: Effect::Reads,
    read: |text| Ok(text.to_owned()),
};

fn check_json(status: u16, headers: &[(&str, &str)], body: &str, expected: Expect) {
    let sender = Sender { clock, has_temporary_keys: false };
    let response = response(status, headers, body.as_bytes());
    let outcome = match reply::read(&response, JSON.facts(), &JSON, sender) {
        Ok(text) => *text.downcast().unwrap(),
        Err(fault) => line(&fault),
    };
    expected.assert_eq(&outcome);
}

#[test]
fn codes_of_the_json_protocol_come_in_many_ways() {
    let id = ("x-amzn-requestid", "r-3");
    check_json(
        400,
        &[id],
        r#"{"__type":"TooManyRequestsException","Message":"Slow down.","Type":"x"}"#,
        expect!["Throttled TooManyRequestsException r-3: Slow down"],
    );
    let spaced = r#"{"__type":"com.amazonaws.organizations#AccessDeniedException:http://x/","message":"No."}"#;
    check_json(400, &[], spaced, expect!["Denied AccessDeniedException -: No"]);
    // The header wins: bodies of others may have a type of their own.
    let header = ("x-amzn-errortype", "PolicyNotFoundException:http://internal/doc/");
    check_json(
        400,
        &[header, id],
        r#"{"__type":"x","Message":null}"#,
        expect!["NotFound PolicyNotFoundException r-3: no message"],
    );
    check_json(400, &[header], "", expect!["NotFound PolicyNotFoundException -: no message"]);
    check_json(
        400,
        &[],
        r#"{"__type":"ConstraintViolationException","Message":"Too many.","Reason":"POLICY_NUMBER_LIMIT_EXCEEDED"}"#,
        expect![
            "Quota ConstraintViolationException -: Too many; reason POLICY_NUMBER_LIMIT_EXCEEDED"
        ],
    );
}

#[test]
fn what_is_no_error_of_the_json_protocol_is_shown() {
    let check = |status, body, expected| check_json(status, &[], body, expected);
    check(
        400,
        "{}",
        expect!["Unreadable - -: the answer (HTTP 400) is not an answer of AWS: `{}`"],
    );
    check(
        400,
        r##"{"__type":"x#:y"}"##,
        expect![[
            r#"Unreadable - -: the answer (HTTP 400) is not an answer of AWS: `{"__type":"x#:y"}`"#
        ]],
    );
    check(
        400,
        r#"{"__type":":"}"#,
        expect![[
            r#"Unreadable - -: the answer (HTTP 400) is not an answer of AWS: `{"__type":":"}`"#
        ]],
    );
    check(
        400,
        r#"{"__type":["a"]}"#,
        expect![[
            r#"Unreadable - -: the answer (HTTP 400) is not an answer of AWS: `{"__type":["a"]}`"#
        ]],
    );
    check(
        503,
        "<html>busy</html>",
        expect![
            "Unreadable - -: the answer (HTTP 503) is not an answer of AWS: `<html>busy</html>`"
        ],
    );
    check(
        302,
        r#"{"__type":"Moved","Message":"Elsewhere."}"#,
        expect![[
            r#"Unreadable - -: the answer (HTTP 302) is not an answer of AWS: `{"__type":"Moved","Message":"Elsewhere."}`"#
        ]],
    );
}

use expect_test::{Expect, expect};
use http::{StatusCode, response::Builder};
use time::macros::datetime;

use super::*;

const NOW: OffsetDateTime = datetime!(2024-05-06 07:08:09 UTC);

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    total_count: u64,
}

fn status(status: u16) -> Builder {
    Response::builder().status(status).header("content-type", "application/json;charset=utf-8")
}

fn read_body(response: Builder, body: impl Into<Bytes>) -> Result<Answer, Failure> {
    read("ecs:DescribeImages", &response.body(body.into()).unwrap(), NOW)
}

#[track_caller]
fn check(response: Builder, body: impl Into<Bytes>, expected: Expect) {
    let Failure { error, again } = read_body(response, body).unwrap_err();
    let Error { kind, code, message, request_id, .. } = *error;
    let code = code.map_or_else(|| "no code".to_owned(), |code| format!("`{code}`"));
    let request_id = request_id.unwrap_or_else(|| "unknown".to_owned());
    expected.assert_eq(&format!("{kind:?}, {code}, {again:?}\n{message}\nrequest {request_id}"));
}

#[track_caller]
fn check_unreadable(response: Builder, body: impl Into<Bytes>, expected: Expect) {
    let Failure { error, again } = read_body(response, body).unwrap_err();
    assert_eq!(error.kind, Kind::Unreadable);
    expected.assert_eq(&format!("{again:?}: {}", error.message));
}

#[test]
fn an_answer_is_read_and_unknown_fields_are_not() {
    let body = r#"{"RequestId":"R-1","TotalCount":3,"New":{"Deep":[1,2]}}"#;
    assert_eq!(read_body(status(200), body).unwrap(), Answer { total_count: 3 });
}

#[test]
fn a_refusal_says_which_layer_refused() {
    check(
        status(403),
        r#"{"RequestId":"R-1","HostId":"ecs.aliyuncs.com","Code":"Forbidden.RAM",
        "Message":"User not authorized to operate on the specified resource.",
        "Recommend":"https://api.aliyun.com/troubleshoot",
        "AccessDeniedDetail":{"AuthAction":"ecs:DescribeImages","AuthPrincipalType":"SubUser",
        "AuthPrincipalDisplayName":"2001","NoPermissionType":"ImplicitDeny",
        "PolicyType":"AccountLevelIdentityBasedPolicy","EncodedDiagnosticMessage":"AQIB"}}"#,
        expect![[r#"
            Denied, `Forbidden.RAM`, Never
            User not authorized to operate on the specified resource (AuthAction `ecs:DescribeImages`, NoPermissionType `ImplicitDeny`, PolicyType `AccountLevelIdentityBasedPolicy`)
            request R-1"#]],
    );
    check(
        status(403),
        r#"{"Code":"NoPermission","Message":"no","AccessDeniedDetail":"text"}"#,
        expect![[r#"
            Denied, `NoPermission`, Never
            no
            request unknown"#]],
    );
}

#[test]
fn an_error_without_a_reason_or_with_too_much_of_everything_is_bearable() {
    check(
        status(400),
        r#"{"Code":"InvalidTag.Mismatch"}"#,
        expect![[r#"
        Invalid, `InvalidTag.Mismatch`, Never
        no reason given
        request unknown"#]],
    );
    let long = "long ".repeat(1000);
    let body = format!(r#"{{"Code":"{long}","Message":"{long}","RequestId":"{long}"}}"#);
    check(
        status(400),
        body,
        expect![[r#"
        Other, `long long long long long long long long long long long long long long long long …`, Never
        long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long …
        request long long long long long long long long long long long long long long long long …"#]],
    );
    check_unreadable(
        status(400),
        r#"{"Code":"","Message":"no"}"#,
        expect![[
            r#"Never: status 400, content type `application/json;charset=utf-8`, begins with `{"Code":"","Message":"no"}`"#
        ]],
    );
}

#[test]
fn an_error_may_come_as_xml() {
    check(
        Response::builder().status(404).header("content-type", "text/xml;charset=utf-8"),
        "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>R-1</RequestId>\
         <HostId>ecs.aliyuncs.com</HostId><Code>InvalidRegionId.NotFound</Code>\
         <Message>The specified RegionId does not exist.</Message></Error>",
        expect![[r#"
            Region, `InvalidRegionId.NotFound`, Never
            The specified RegionId does not exist
            request R-1"#]],
    );
}

#[test]
fn a_throttled_call_may_come_back_when_the_cloud_says() {
    let body = r#"{"Code":"Throttling.User","Message":"Request was denied.","RequestId":"R-1"}"#;
    check(
        status(400),
        body,
        expect![[r#"
        Throttled, `Throttling.User`, After(None)
        Request was denied
        request R-1"#]],
    );
    check(
        status(400).header("x-acs-retry-after", "1500"),
        body,
        expect![[r#"
        Throttled, `Throttling.User`, After(Some(1.5s))
        Request was denied
        request R-1"#]],
    );
    check(
        status(429).header("retry-after", "2"),
        body,
        expect![[r#"
        Throttled, `Throttling.User`, After(Some(2s))
        Request was denied
        request R-1"#]],
    );
    let both = status(400).header("x-acs-retry-after", "soon").header("retry-after", "2");
    check(
        both,
        body,
        expect![[r#"
        Throttled, `Throttling.User`, After(Some(2s))
        Request was denied
        request R-1"#]],
    );
}

#[test]
fn a_passing_fault_is_worth_another_attempt() {
    let body = |code| format!(r#"{{"Code":"{code}"}}"#);
    let is_passing = |status_code, code| {
        let failure = read_body(status(status_code), body(code)).unwrap_err();
        // Of a fault of the vendor's nobody knows when it happened.
        let passing =
            if code == "SignatureNonceUsed" { Again::After(None) } else { Again::InDoubt(None) };
        failure.again == passing
    };
    let passing = [(503, "ServiceUnavailable"), (500, "Whatever"), (400, "InternalError")];
    assert!(passing.into_iter().all(|(status, code)| is_passing(status, code)));
    assert!(is_passing(400, "SignatureNonceUsed"));
    let lasting = [(400, "InvalidTag.Mismatch"), (403, "Forbidden.RAM"), (409, "Whatever")];
    assert!(!lasting.into_iter().any(|(status, code)| is_passing(status, code)));
}

/// Unlike a fault, a refusal says that nothing was done: any call may be repeated.
#[test]
fn a_conflict_is_worth_another_attempt_where_it_passes_by_itself() {
    let again = |code| {
        let body = format!(r#"{{"Code":"{code}"}}"#);
        read_body(status(409), body).unwrap_err().again
    };
    let passing = [
        "ConcurrentCallNotSupported",
        "OperationConflict",
        "LastTokenProcessing",
        "DeleteConflict.Policy.User",
        "DeleteConflict.Policy.Group",
        "DeleteConflict.Role.Policy",
        "OperationConflict.Whatever",
    ];
    assert!(passing.into_iter().all(|code| again(code) == Again::After(None)));
    let lasting = [
        "DeleteConflict.Policy.Version",
        "DeleteConflict.Policy.Version.Default",
        "DeleteConflict.ControlPolicy",
        "EntityAlreadyExists.Policy",
        "LimitExceeded.Policy",
        "NotSupport.DetachLastControlPolicy",
        "ResourceDirectoryNotInUse",
    ];
    assert!(lasting.into_iter().all(|code| again(code) == Again::Never));
}

#[test]
fn a_wrong_clock_is_told_by_how_much() {
    let body = r#"{"Code":"InvalidTimeStamp.Expired","Message":"Specified time stamp expired."}"#;
    check(
        status(400).header("date", "Mon, 06 May 2024 08:08:10 GMT"),
        body,
        expect![[r#"
        Clock, `InvalidTimeStamp.Expired`, Never
        Specified time stamp expired; this machine's clock is 3601 s behind the cloud's
        request unknown"#]],
    );
    check(
        status(400).header("date", "Mon, 06 May 2024 06:08:09 GMT"),
        body,
        expect![[r#"
        Clock, `InvalidTimeStamp.Expired`, Never
        Specified time stamp expired; this machine's clock is 3600 s ahead of the cloud's
        request unknown"#]],
    );
    check(
        status(400).header("date", "yesterday"),
        body,
        expect![[r#"
        Clock, `InvalidTimeStamp.Expired`, Never
        Specified time stamp expired
        request unknown"#]],
    );
}

#[test]
fn the_string_to_sign_is_cut_and_has_no_token() {
    let canonical = "POST\\n/\\nRegionId=x\\nhost:ecs\\nx-acs-date:2024\\n\
                     x-acs-security-token:CAIS-hush+/==\\n\\nhost;x-acs-security-token\\ne3b0";
    check(
        status(400),
        format!(
            r#"{{"Code":"SignatureDoesNotMatch","Message":"Specified signature does not match our
             calculation. server string to sign is:{canonical} {}","RequestId":"R-1"}}"#,
            "x".repeat(5000),
        )
        .replace("\n", "")
        .replace("our             ", "our "),
        expect![[r#"
            Credentials, `SignatureDoesNotMatch`, Never
            Specified signature does not match our calculation. server string to sign is:POST / RegionId=x host:ecs x-acs-date:2024 x-acs-security-token:(left out) host;x-acs-security-token e3b0 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
            request R-1"#]],
    );
}

#[test]
fn what_is_no_answer_of_the_vendor_is_quoted() {
    let html = || Response::builder().header("content-type", "text/html");
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\u{7}\
                <center><h1>502 Bad Gateway</h1></center></body></html>";
    check_unreadable(
        html().status(502),
        page,
        expect![
            "InDoubt(None): status 502, content type `text/html`, begins with `<html> <head><title>502 Bad Gateway</title></head> <body> <center><h1>502 Bad Ga…`"
        ],
    );
    check_unreadable(
        html().status(200),
        "<html>Log in to the hotel</html>",
        expect![
            "Never: status 200, content type `text/html`, not as expected at line 1 column 1, begins with `<html>Log in to the hotel</html>`"
        ],
    );
    check_unreadable(
        html().status(302).header("location", "/login"),
        "",
        expect!["Never: status 302, content type `text/html`, empty"],
    );
    check_unreadable(
        Response::builder().status(403),
        "",
        expect!["Never: status 403, no content type, empty"],
    );
    check_unreadable(
        Response::builder().status(200),
        "",
        expect!["Never: status 200, no content type, not as expected at line 1 column 0, empty"],
    );
    check_unreadable(
        status(200),
        &b"\xff\xfe\x00\x01"[..],
        expect![
            "Never: status 200, content type `application/json;charset=utf-8`, not as expected at line 1 column 1, begins with `��`"
        ],
    );
    check_unreadable(
        status(404),
        r#"{"message":"no route"}"#,
        expect![[
            r#"Never: status 404, content type `application/json;charset=utf-8`, begins with `{"message":"no route"}`"#
        ]],
    );
    check_unreadable(
        status(302),
        r#"{"Code":"Forbidden"}"#,
        expect![[
            r#"Never: status 302, content type `application/json;charset=utf-8`, begins with `{"Code":"Forbidden"}`"#
        ]],
    );
}

#[test]
fn an_answer_of_another_shape_is_unreadable() {
    check_unreadable(
        status(200),
        r#"{"TotalCount":"#,
        expect![[
            r#"Never: status 200, content type `application/json;charset=utf-8`, not as expected at line 1 column 14, begins with `{"TotalCount":`"#
        ]],
    );
    check_unreadable(
        status(200),
        r#"{"TotalCount":[1]}"#,
        expect![[
            r#"Never: status 200, content type `application/json;charset=utf-8`, not as expected at line 1 column 14, begins with `{"TotalCount":[1]}`"#
        ]],
    );
    check_unreadable(
        status(200),
        "{}",
        expect![
            "Never: status 200, content type `application/json;charset=utf-8`, not as expected at line 1 column 2, begins with `{}`"
        ],
    );
    check_unreadable(
        status(200),
        "null",
        expect![
            "Never: status 200, content type `application/json;charset=utf-8`, not as expected at line 1 column 4, begins with `null`"
        ],
    );
}

#[test]
fn a_deep_answer_is_no_danger() {
    const DEPTH: usize = 1 << 20;
    let json = |field: &str| format!(r#"{{"{field}":{}"#, "[".repeat(DEPTH));
    let xml = |outer: &str| format!("<Error>{outer}{}", "<a>".repeat(DEPTH));
    for body in [json("TotalCount"), json("New"), "[".repeat(DEPTH)] {
        assert_eq!(read_body(status(200), body).unwrap_err().error.kind, Kind::Unreadable);
    }
    let complaints =
        [json("AccessDeniedDetail"), xml("<AccessDeniedDetail>"), xml("<Code>"), xml("")];
    for body in complaints {
        assert_eq!(read_body(status(400), body).unwrap_err().error.kind, Kind::Unreadable);
    }
}

/// All codes that the vendor documents for the calls we make, and for signatures.
const CODES: &[(Kind, &[(u16, &str)])] = &[
    (
        Kind::Throttled,
        &[
            (400, "Throttling"),
            (403, "Throttling.User"),
            (429, "Throttling.Resource"),
            (503, "Rejected.Throttling"),
            (409, "Throttling.EnableControlPolicy"),
            (429, "Whatever"),
        ],
    ),
    (
        Kind::Unavailable,
        &[
            (503, "ServiceUnavailable"),
            (500, "InternalError"),
            (400, "InternalError"),
            (400, "SystemBusy"),
            (502, "Whatever"),
        ],
    ),
    (Kind::Clock, &[(400, "InvalidTimeStamp.Expired"), (400, "IllegalTimestamp")]),
    (
        Kind::Credentials,
        &[
            (400, "SignatureDoesNotMatch"),
            (400, "IncompleteSignature"),
            (404, "InvalidAccessKeyId.NotFound"),
            (400, "InvalidAccessKeyId.NotFound"),
            (403, "InvalidAccessKeyId.Inactive"),
            (403, "Forbidden.AccessKeyDisabled"),
            (400, "AuthenticationFail.OIDCToken.Expired"),
            (400, "InvalidSecurityToken.Expired"),
            (400, "MissingSecurityToken"),
            (400, "InvalidSecurityToken.Malformed"),
            (400, "InvalidSecurityToken.MismatchWithAccessKey"),
        ],
    ),
    (
        Kind::Denied,
        &[
            (403, "Forbidden.RAM"),
            (403, "NoPermission"),
            (403, "NoPermission.Tag"),
            (403, "AuthenticationFail.NoPermission"),
        ],
    ),
    (
        Kind::Region,
        &[
            (404, "InvalidRegionId.NotFound"),
            (400, "InvalidRegionId"),
            (404, "InvalidOperation.NotSupportedEndpoint"),
            (404, "RegionId.ApiNotSupported"),
        ],
    ),
    (
        Kind::Conflict,
        &[
            (409, "OperationConflict"),
            (409, "ConcurrentCallNotSupported"),
            (403, "LastTokenProcessing"),
            (409, "DeleteConflict.Policy.User"),
            (409, "DeleteConflict.Policy.Version.Default"),
            (409, "EntityAlreadyExists.Policy"),
            (409, "EntityAlreadyExists.Role.Policy"),
            (400, "NotSupport.DetachLastControlPolicy"),
            (409, "AccountTypeOrStatusMismatch"),
        ],
    ),
    (
        // Not gone: asked of an account that has no directory.
        Kind::SwitchedOff,
        &[(404, "ResourceDirectoryNotInUse"), (404, "EntityNotExists.ResourceDirectory")],
    ),
    (
        Kind::Quota,
        &[
            (409, "LimitExceeded.Policy"),
            (409, "LimitExceeded.Policy.Version"),
            (409, "LimitExceeded.Group.Policy"),
            (403, "QuotaExceed.Tags"),
            (400, "OperationDenied.QuotaExceed"),
        ],
    ),
    (
        Kind::NotFound,
        &[
            (404, "InvalidImageId.NotFound"),
            (404, "InvalidResourceId.NotFound"),
            (404, "EntityNotExist.Role"),
            (404, "EntityNotExist.Policy"),
            (404, "EntityNotExist.Policy.Version"),
            (404, "EntityNotExist.User.Policy"),
            (404, "EntityNotExists.Target"),
            (404, "EntityNotExists.ControlPolicy"),
        ],
    ),
    (
        Kind::Invalid,
        &[
            (400, "InvalidTag.Mismatch"),
            (400, "InvalidParamter"),
            (400, "InvalidParameter.PolicyName.InvalidChars"),
            (409, "InvalidParameter.PolicyDocument.Length"),
            (400, "MalformedPolicyDocument"),
            (404, "InvalidFilterKey.NotFound"),
            (404, "InvalidAction.NotFound"),
            (404, "MissingParameter.RegionId"),
            (400, "MissingParameter"),
            (400, "UnsupportedParameter"),
            (400, "NumberExceed.Tags"),
        ],
    ),
    (Kind::Other, &[(400, "DryRunOperation"), (400, "SignatureNonceUsed"), (403, "Inactive")]),
];

#[test]
fn every_code_has_its_kind() {
    for (expected, codes) in CODES {
        for (status, code) in *codes {
            let status = StatusCode::from_u16(*status).unwrap();
            assert_eq!(kind(status, code), *expected, "{status} {code}");
        }
    }
}

#[test]
fn the_layer_that_refused_is_known_where_the_vendor_names_it() {
    let denial = |layer: &str, kind: &str| {
        let body = format!(
            r#"{{"Code":"Forbidden.RAM","AccessDeniedDetail":{{"PolicyType":"{layer}","NoPermissionType":"{kind}"}}}}"#
        );
        read_body(status(403), body).unwrap_err().error.denial
    };
    let known = |layer, is_explicit| Some(Denial { layer, is_explicit });
    assert_eq!(denial("ControlPolicy", "ExplicitDeny"), known(Layer::Organisation, true));
    let identity = "AccountLevelIdentityBasedPolicy";
    assert_eq!(denial(identity, "ImplicitDeny"), known(Layer::Identity, false));
    assert_eq!(denial("SessionPolicy", "ExplicitDeny"), known(Layer::Session, true));
    assert_eq!(denial("NewPolicy", "ExplicitDeny"), None);
    assert_eq!(denial("ControlPolicy", "NewKind"), None);
}

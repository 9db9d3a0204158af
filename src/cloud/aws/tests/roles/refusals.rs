//! Sessions that are refused.

use super::*;

#[tokio::test]
async fn a_role_that_is_refused_is_told_with_who_asked() {
    let script = vec![refusal(403, "AccessDenied"), identity("111122223333")];
    let server = Server::start(script).await;
    let aws = client(&server, |it| it.roles = vec![role(DEPLOY)]);
    expect!["Role: sts:AssumeRole at HOST failed: arn:aws:iam::111122223333:user/ann cannot assume `arn:aws:iam::111122223333:role/deploy`: Because (code AccessDenied, request id r-1)"].assert_eq(&failure(&aws, &server).await);
    let script = vec![session("AKDEPLOY"), refusal(403, "AccessDenied"), identity("444455556666")];
    let server = Server::start(script).await;
    let aws = client(&server, |it| it.roles = vec![role(DEPLOY), role(AUDIT)]);
    expect!["Role: sts:AssumeRole at HOST failed: arn:aws:iam::444455556666:user/ann cannot assume `arn:aws:iam::444455556666:role/audit`: Because (code AccessDenied, request id r-1)"].assert_eq(&failure(&aws, &server).await);
    expect![[r#"
        [
            "AKIDEXAMPLE: AssumeRole",
            "AKDEPLOY: AssumeRole",
            "AKDEPLOY: GetCallerIdentity",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn who_asked_is_not_waited_for_if_nobody_says() {
    let script = vec![refusal(403, "AccessDenied"), refusal(403, "AccessDenied")];
    let server = Server::start(script).await;
    let aws = client(&server, |it| it.roles = vec![role(DEPLOY)]);
    expect!["Role: sts:AssumeRole at HOST failed: `arn:aws:iam::111122223333:role/deploy` cannot be assumed: Because (code AccessDenied, request id r-1)"].assert_eq(&failure(&aws, &server).await);
}

#[tokio::test]
async fn what_else_fails_on_the_way_to_a_role_keeps_its_kind() {
    let mut lines = String::new();
    for answer in [
        refusal(403, "InvalidClientTokenId"),
        refusal(400, "PackedPolicyTooLarge"),
        refusal(403, "RegionDisabledException"),
        Answer::Http(403, "<html>".to_owned()),
        session_until("AKOLD", "2026-05-01T11:00:00Z"),
        session_until("AKBAD", "soon"),
    ] {
        let server = Server::start(vec![answer]).await;
        let aws = client(&server, |it| it.roles = vec![role(DEPLOY), role(AUDIT)]);
        lines += &failure(&aws, &server).await;
        lines += "\n";
    }
    expect![[r#"
        Credentials: sts:AssumeRole at HOST failed: `arn:aws:iam::111122223333:role/deploy` cannot be assumed: Because (code InvalidClientTokenId, request id r-1)
        Role: sts:AssumeRole at HOST failed: `arn:aws:iam::111122223333:role/deploy` cannot be assumed: Because (code PackedPolicyTooLarge, request id r-1)
        Region: sts:AssumeRole at HOST failed: `arn:aws:iam::111122223333:role/deploy` cannot be assumed: Because (code RegionDisabledException, request id r-1)
        Unreadable: sts:AssumeRole at HOST failed: the answer (HTTP 403, text/xml) is not an answer of AWS: `<html>`; it was to assume `arn:aws:iam::111122223333:role/deploy`
        Credentials: no credentials: role `arn:aws:iam::111122223333:role/deploy`: they have expired, at 2026-05-01T11:00:00Z
        Unreadable: sts:AssumeRole failed: the answer has no keys, or none that can be used; it was to assume `arn:aws:iam::111122223333:role/deploy`
    "#]].assert_eq(&lines);
}

#[tokio::test]
async fn an_answer_with_half_of_the_keys_shows_none_of_them() {
    let body = "<AssumeRoleResponse><AssumeRoleResult><Credentials><SecretAccessKey>hunter2\
                </SecretAccessKey></Credentials></AssumeRoleResult></AssumeRoleResponse>";
    let server = Server::start(vec![Answer::Http(200, body.to_owned())]).await;
    let aws = client(&server, |it| it.roles = vec![role(DEPLOY)]);
    let text = failure(&aws, &server).await;
    assert!(!text.contains("hunter2"), "{text}");
}

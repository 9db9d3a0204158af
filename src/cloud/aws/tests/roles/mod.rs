//! Sessions of roles: asked for, kept, renewed, refused.

mod accounts;
mod acting;
mod assuming;
mod refusals;
mod renewing;

use std::sync::atomic::{AtomicI64, Ordering};

use expect_test::expect;
use futures_util::future::join_all;

use super::*;

const DEPLOY: &str = "arn:aws:iam::111122223333:role/deploy";
const AUDIT: &str = "arn:aws:iam::444455556666:role/audit";

fn role(arn: &str) -> Role {
    Role { arn: arn.to_owned(), ..Role::default() }
}

/// A session with this access key that ends an hour after the time of all tests.
fn session(key: &str) -> Answer {
    session_until(key, "2026-05-01T13:00:00Z")
}

fn session_until(key: &str, expiration: &str) -> Answer {
    Answer::Http(
        200,
        format!(
            "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>{key}</AccessKeyId>\
             <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>\
             {expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
        ),
    )
}

fn web_session(key: &str) -> Answer {
    let Answer::Http(status, body) = session(key) else { unreachable!() };
    Answer::Http(status, body.replace("AssumeRole", "AssumeRoleWithWebIdentity"))
}

fn identity(account: &str) -> Answer {
    Answer::Http(
        200,
        format!(
            "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::{account}:user/ann\
             </Arn><Account>{account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
        ),
    )
}

fn refusal(status: u16, code: &str) -> Answer {
    Answer::Http(
        status,
        format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>Because.</Message>\
             </Error><RequestId>r-1</RequestId></ErrorResponse>"
        ),
    )
}

fn regions() -> Answer {
    let body = "<DescribeRegionsResponse><regionInfo/></DescribeRegionsResponse>";
    Answer::Http(200, body.to_owned())
}

fn client(server: &Server, change: impl FnOnce(&mut Settings)) -> Aws {
    let mut settings = settings_of(server);
    change(&mut settings);
    Aws::new(settings, environment(&[]), clock)
}

/// Shows requests in order: who signed which action.
fn calls(server: &Server) -> Vec<String> {
    let show = |request: String| {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let key = head.split_once("Credential=").map(|(_, rest)| rest.split('/').next().unwrap());
        let action = body.split('&').next().unwrap().trim_start_matches("Action=");
        format!("{}: {action}", key.unwrap_or("nobody"))
    };
    server.requests().into_iter().map(show).collect()
}

async fn failure(aws: &Aws, server: &Server) -> String {
    let error = aws.describe_regions("eu-central-1").await.unwrap_err();
    let text = error.to_string().replace(server.url().trim_start_matches("http://"), "HOST");
    format!("{:?}: {text}", error.kind)
}

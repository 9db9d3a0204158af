//! Requests: read for both clouds, and decided under the plainest policies.

use serde_json::{Value, json};

use super::is_readable;
use crate::guardrail::{ALICLOUD, AWS, Decision, Dialect, Policies, Request, evaluate};

/// Takes a text for a request on both clouds.
///
/// A request that can be read is not allowed by nothing, and is denied by a Deny for
/// everything, unless the root user asks.
pub fn requests(text: &str) {
    for (dialect, version) in [(&AWS, "2012-10-17"), (&ALICLOUD, "1")] {
        let request = match Request::parse(dialect, text) {
            Ok(request) => request,
            Err(error) => {
                is_readable(&error, text);
                continue;
            }
        };
        let [nothing, allow, deny] = [None, Some("Allow"), Some("Deny")]
            .map(|effect| decision(dialect, version, effect, &request));
        assert_ne!(allow, Decision::Deny, "nobody denies");
        // Whatever may make the caller root; such numbers as JSON has are no names.
        let may_be_root = serde_json::from_str::<Value>(text)
            .map_or(true, |request| request.to_string().contains("root"));
        if !may_be_root {
            assert_eq!(nothing, Decision::ImplicitDeny, "nobody allows");
            assert_eq!(deny, Decision::Deny, "everything is denied");
        }
    }
}

fn decision(
    dialect: &'static Dialect,
    version: &str,
    effect: Option<&str>,
    request: &Request,
) -> Decision {
    let policies: Vec<Value> = effect
        .map(|effect| {
            let statement = json!({"Effect": effect, "Action": "*", "Resource": "*"});
            json!({"type": "identity",
                "document": {"Version": version, "Statement": statement}})
        })
        .into_iter()
        .collect();
    let policies = Policies::parse(dialect, &json!(policies).to_string());
    let policies = policies.expect("the policies can be read");
    evaluate(&policies, request).expect("nothing is open here").decision
}

//! What goes out and what comes back, by call; turns, patience and doubt.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};

use super::{
    super::{Settings, tests::*},
    *,
};
use crate::cloud::{Attached, Claim};

const REGION: &str = "eu-central-1";
const SUMMARY: &str = r#"{"Id":"p-1","Arn":"arn:aws:organizations::1:policy/o-1/p-1",
    "Name":"guard","Description":"","Type":"SERVICE_CONTROL_POLICY","AwsManaged":false}"#;

/// A policy as AWS writes it.
fn policy() -> Answer {
    ok(format!(r#"{{"Policy":{{"PolicySummary":{SUMMARY},"Content":"{{\"a\": 1}}"}}}}"#))
}

/// What AWS answers to a call that says nothing but that it succeeded.
fn done() -> Answer {
    ok("")
}

fn refusal(code: &str) -> Answer {
    refusal_because(code, "")
}

fn refusal_because(code: &str, reason: &str) -> Answer {
    let error = format!(r#"{{"__type":"{code}","Message":"Because.","Reason":"{reason}"}}"#);
    Answer::Http(400, error)
}

async fn scripted(script: Vec<Answer>) -> (Server, Organizations) {
    let server = Server::start(script).await;
    let organizations = client_of(&server).organizations(REGION);
    (server, organizations)
}

/// Returns the requests so far: operation and body.
fn sent(server: &Server) -> Vec<String> {
    let show = |request: String| {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let (_, target) = head.split_once("x-amz-target: AWSOrganizationsV20161128.").unwrap();
        format!("{} {body}", target.lines().next().unwrap())
    };
    server.requests().into_iter().map(show).collect()
}

fn check_sent(server: &Server, expected: Expect) {
    expected.assert_eq(&sent(server).join("\n"));
}

fn tags(tags: &[(&str, &str)]) -> BTreeMap<String, String> {
    tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn policy_to_make() -> CreateServiceControlPolicy {
    CreateServiceControlPolicy {
        name: "guard".to_owned(),
        document: r#"{"a":1}"#.to_owned(),
        description: String::new(),
        tags: tags(&[("owner", "images")]),
    }
}

#[tokio::test]
async fn a_call_is_a_signed_object() {
    for (region, home) in [
        ("eu-central-1", "us-east-1"),
        ("cn-north-1", "cn-northwest-1"),
        ("us-gov-east-1", "us-gov-west-1"),
    ] {
        let server = Server::start(vec![policy()]).await;
        let organizations = client_of(&server).organizations(region);
        organizations.describe_policy("p-1").await.unwrap();
        let request = server.requests().remove(0);
        assert!(request.starts_with("POST / HTTP/1.1\r\n"), "{request}");
        assert!(request.contains("content-type: application/x-amz-json-1.1\r\n"), "{request}");
        let scope = format!(
            "Credential=AKIDEXAMPLE/20260501/{home}/organizations/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature="
        );
        assert!(request.contains(&scope), "{request}");
        assert_eq!(sent(&server), [r#"DescribePolicy {"PolicyId":"p-1"}"#]);
    }
}

#[tokio::test]
async fn a_policy_is_made_described_changed_and_deleted() {
    let script = vec![
        policy(),
        policy(),
        refusal("PolicyNotFoundException"),
        policy(),
        refusal("DuplicatePolicyException"),
        done(),
        refusal("PolicyNotFoundException"),
    ];
    let (server, organizations) = scripted(script).await;
    let Claim::Granted(made) = organizations.create_policy(&policy_to_make()).await.unwrap() else {
        panic!("the name is free")
    };
    expect![[r#"
        ServiceControlPolicy {
            summary: PolicySummary {
                id: "p-1",
                arn: "arn:aws:organizations::1:policy/o-1/p-1",
                name: "guard",
                description: "",
                is_aws_managed: false,
            },
            document: "{\"a\": 1}",
        }
    "#]]
    .assert_debug_eq(&made);
    assert_eq!(organizations.describe_policy("p-1").await.unwrap(), Some(made.clone()));
    assert_eq!(organizations.describe_policy("p-2").await.unwrap(), None);
    let change = UpdateServiceControlPolicy {
        name: Some("other".to_owned()),
        description: Some(String::new()),
        ..UpdateServiceControlPolicy::default()
    };
    let changed = organizations.update_policy("p-1", &change).await.unwrap();
    assert_eq!(changed, Claim::Granted(made));
    assert_eq!(organizations.update_policy("p-1", &change).await.unwrap(), Claim::Taken);
    assert_eq!(organizations.delete_policy("p-1").await.unwrap(), Removed::Now);
    assert_eq!(organizations.delete_policy("p-1").await.unwrap(), Removed::Already);
    check_sent(
        &server,
        expect![[r#"
        CreatePolicy {"Content":"{\"a\":1}","Description":"","Name":"guard","Tags":[{"Key":"owner","Value":"images"}],"Type":"SERVICE_CONTROL_POLICY"}
        DescribePolicy {"PolicyId":"p-1"}
        DescribePolicy {"PolicyId":"p-2"}
        UpdatePolicy {"Description":"","Name":"other","PolicyId":"p-1"}
        UpdatePolicy {"Description":"","Name":"other","PolicyId":"p-1"}
        DeletePolicy {"PolicyId":"p-1"}
        DeletePolicy {"PolicyId":"p-1"}"#]],
    );
}

#[tokio::test]
async fn a_name_that_is_taken_is_an_answer() {
    let (_server, organizations) = scripted(vec![refusal("DuplicatePolicyException")]).await;
    assert_eq!(organizations.create_policy(&policy_to_make()).await.unwrap(), Claim::Taken);
}

#[tokio::test]
async fn a_policy_is_not_made_twice() {
    for lost in [Answer::HangUp, refusal_with_status(500, "ServiceException"), ok("{\"Policy\":")] {
        let (server, organizations) = scripted(vec![lost.clone(), policy()]).await;
        let error = organizations.create_policy(&policy_to_make()).await.unwrap_err();
        assert!(error.leaves_in_doubt(), "{lost:?}: {error:?}");
        assert_eq!(server.requests().len(), 1, "{lost:?}");
    }
}

fn refusal_with_status(status: u16, code: &str) -> Answer {
    let Answer::Http(_, body) = refusal(code) else { unreachable!() };
    Answer::Http(status, body)
}

/// A refusal says that nothing was done, so that even a creation may be sent again.
#[tokio::test]
async fn what_organizations_refuses_for_a_while_is_sent_again() {
    let script = [
        "ConcurrentModificationException",
        "TooManyRequestsException",
        "PolicyChangesInProgressException",
        "FinalizingOrganizationException",
    ];
    let script = script.map(refusal).into_iter().chain([policy()]).collect();
    let server = Server::start(script).await;
    // Pauses are in proportion.
    let settings =
        Settings { request_timeout: std::time::Duration::from_secs(3), ..settings_of(&server) };
    let aws = Aws::new(settings, environment(&[]), clock);
    let made = aws.organizations(REGION).create_policy(&policy_to_make()).await.unwrap();
    assert!(matches!(made, Claim::Granted(_)));
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn reads_and_idempotent_writes_are_sent_again_after_failures() {
    let failure = || refusal_with_status(500, "ServiceException");
    let script = vec![failure(), policy(), failure(), Answer::HangUp, done()];
    let (server, organizations) = scripted(script).await;
    organizations.describe_policy("p-1").await.unwrap();
    assert_eq!(organizations.attach_policy("p-1", "r-1").await.unwrap(), Attached::Now);
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn what_was_there_or_gone_before_is_an_answer() {
    let duplicate = || refusal("DuplicatePolicyAttachmentException");
    let script = vec![
        duplicate(),
        Answer::HangUp,
        duplicate(),
        refusal("PolicyNotAttachedException"),
        Answer::HangUp,
        refusal("PolicyNotAttachedException"),
        refusal("TargetNotFoundException"),
        refusal("PolicyNotFoundException"),
    ];
    let (_server, organizations) = scripted(script).await;
    let attach = async || organizations.attach_policy("p-1", "r-1").await.unwrap();
    let detach = async || organizations.detach_policy("p-1", "r-1").await.unwrap();
    assert_eq!([attach().await, attach().await], [Attached::Already, Attached::Now]);
    assert_eq!([detach().await, detach().await], [Removed::Already, Removed::Now]);
    assert_eq!([detach().await, detach().await], [Removed::Already; 2]);
}

#[tokio::test]
async fn why_something_cannot_be_attached_is_told() {
    let constraint = |reason| refusal_because("ConstraintViolationException", reason);
    let reasons = [
        refusal("PolicyNotFoundException"),
        refusal("TargetNotFoundException"),
        refusal("PolicyTypeNotEnabledException"),
        refusal("AWSOrganizationsNotInUseException"),
        constraint("MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"),
        constraint("MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"),
        constraint("POLICY_CONTENT_LIMIT_EXCEEDED"),
        constraint("POLICY_NUMBER_LIMIT_EXCEEDED"),
        constraint("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE"),
        constraint("SOMETHING_NEW"),
        refusal_because(
            "AccessDeniedForDependencyException",
            "ACCESS_DENIED_DURING_CREATE_SERVICE_LINKED_ROLE",
        ),
        refusal("AccessDeniedException"),
        refusal_because("InvalidInputException", "INVALID_PATTERN"),
        refusal("MalformedPolicyDocumentException"),
        refusal("PolicyTypeNotAvailableForOrganizationException"),
    ];
    let mut lines = String::new();
    for reason in reasons {
        let (server, organizations) = scripted(vec![reason]).await;
        let error = organizations.attach_policy("p-1", "r-1").await.unwrap_err();
        let text = error.to_string().replace(server.url().trim_start_matches("http://"), "HOST");
        lines += &format!("{:?}: {text}\n", error.kind);
        assert!(!error.leaves_in_doubt());
    }
    expect![[r#"
        NotFound: organizations:AttachPolicy at HOST failed: Because (code PolicyNotFoundException)
        NotFound: organizations:AttachPolicy at HOST failed: Because (code TargetNotFoundException)
        SwitchedOff: organizations:AttachPolicy at HOST failed: Because (code PolicyTypeNotEnabledException)
        SwitchedOff: organizations:AttachPolicy at HOST failed: Because (code AWSOrganizationsNotInUseException)
        Quota: organizations:AttachPolicy at HOST failed: Because; reason MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED (code ConstraintViolationException)
        Conflict: organizations:AttachPolicy at HOST failed: Because; reason MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED (code ConstraintViolationException)
        Quota: organizations:AttachPolicy at HOST failed: Because; reason POLICY_CONTENT_LIMIT_EXCEEDED (code ConstraintViolationException)
        Quota: organizations:AttachPolicy at HOST failed: Because; reason POLICY_NUMBER_LIMIT_EXCEEDED (code ConstraintViolationException)
        SwitchedOff: organizations:AttachPolicy at HOST failed: Because; reason ORGANIZATION_NOT_IN_ALL_FEATURES_MODE (code ConstraintViolationException)
        Conflict: organizations:AttachPolicy at HOST failed: Because; reason SOMETHING_NEW (code ConstraintViolationException)
        Denied: organizations:AttachPolicy at HOST failed: Because; reason ACCESS_DENIED_DURING_CREATE_SERVICE_LINKED_ROLE (code AccessDeniedForDependencyException)
        Denied: organizations:AttachPolicy at HOST failed: Because (code AccessDeniedException)
        Invalid: organizations:AttachPolicy at HOST failed: Because; reason INVALID_PATTERN (code InvalidInputException)
        Invalid: organizations:AttachPolicy at HOST failed: Because (code MalformedPolicyDocumentException)
        SwitchedOff: organizations:AttachPolicy at HOST failed: Because (code PolicyTypeNotAvailableForOrganizationException)
    "#]].assert_eq(&lines);
}

#[tokio::test]
async fn a_policy_that_is_in_use_is_told_after_a_while() {
    let (server, organizations) = scripted(vec![refusal("PolicyInUseException")]).await;
    let error = organizations.delete_policy("p-1").await.unwrap_err();
    assert_eq!((error.kind, server.requests().len()), (Kind::Conflict, 4));
}

#[tokio::test]
async fn lists_are_read_to_the_last_page() {
    let target = r#"{"TargetId":"r-1","Arn":"a","Name":"Root","Type":"ROOT"}"#;
    let account = r#"{"TargetId":"111122223333","Type":"ACCOUNT"}"#;
    let unit = r#"{"TargetId":"ou-1","Name":"team","Type":"ORGANIZATIONAL_UNIT"}"#;
    let full_access = r#"{"Id":"p-FullAWSAccess","Arn":"arn:aws:organizations::aws:policy/p",
        "Name":"FullAWSAccess","Type":"SERVICE_CONTROL_POLICY","AwsManaged":true}"#;
    let script = vec![
        ok(format!(r#"{{"Policies":[{SUMMARY}],"NextToken":"a"}}"#)),
        ok(r#"{"Policies":[],"NextToken":"b"}"#),
        ok(format!(r#"{{"Policies":[{full_access}],"NextToken":null}}"#)),
        ok(format!(r#"{{"Policies":[{full_access}]}}"#)),
        ok(format!(r#"{{"Targets":[{target},{unit}],"NextToken":"a"}}"#)),
        ok(format!(r#"{{"Targets":[{account}]}}"#)),
        refusal("TargetNotFoundException"),
    ];
    let (server, organizations) = scripted(script).await;
    let names = |policies: Vec<PolicySummary>| {
        policies.into_iter().map(|it| (it.name, it.is_aws_managed)).collect::<Vec<_>>()
    };
    let policies = names(organizations.list_policies().await.unwrap());
    assert_eq!(policies, [("guard".to_owned(), false), ("FullAWSAccess".to_owned(), true)]);
    let policies = names(organizations.list_policies_for_target("r-1").await.unwrap());
    assert_eq!(policies, [("FullAWSAccess".to_owned(), true)]);
    let targets = organizations.list_targets_for_policy("p-1").await.unwrap();
    let target = |id: &str, name: &str, kind| PolicyTarget {
        id: id.to_owned(),
        name: name.to_owned(),
        kind,
    };
    let expected = [
        target("r-1", "Root", TargetKind::Root),
        target("ou-1", "team", TargetKind::OrganizationalUnit),
        target("111122223333", "", TargetKind::Account),
    ];
    assert_eq!(targets, expected);
    let error = organizations.list_policies_for_target("r-2").await.unwrap_err();
    assert_eq!(error.kind, Kind::NotFound);
    check_sent(
        &server,
        expect![[r#"
        ListPolicies {"Filter":"SERVICE_CONTROL_POLICY"}
        ListPolicies {"Filter":"SERVICE_CONTROL_POLICY","NextToken":"a"}
        ListPolicies {"Filter":"SERVICE_CONTROL_POLICY","NextToken":"b"}
        ListPoliciesForTarget {"Filter":"SERVICE_CONTROL_POLICY","TargetId":"r-1"}
        ListTargetsForPolicy {"PolicyId":"p-1"}
        ListTargetsForPolicy {"NextToken":"a","PolicyId":"p-1"}
        ListPoliciesForTarget {"Filter":"SERVICE_CONTROL_POLICY","TargetId":"r-2"}"#]],
    );
}

#[tokio::test]
async fn pages_in_a_circle_are_unreadable() {
    let script = vec![ok(r#"{"Policies":[],"NextToken":"a"}"#)];
    let (server, organizations) = scripted(script).await;
    let error = organizations.list_policies().await.unwrap_err();
    assert_eq!((error.kind, server.requests().len()), (Kind::Unreadable, 2));
}

#[tokio::test]
async fn whether_policies_are_in_force_is_known_of_the_root() {
    let root = |types: &str| {
        ok(format!(
            r#"{{"Roots":[{{"Id":"r-1","Arn":"arn:r","Name":"Root","PolicyTypes":[{types}]}}]}}"#
        ))
    };
    let of = |status: &str| {
        format!(
            r#"{{"Type":"TAG_POLICY","Status":"ENABLED"}},
               {{"Type":"SERVICE_CONTROL_POLICY","Status":"{status}"}}"#
        )
    };
    for (answer, expected) in [
        (root(&of("ENABLED")), Enablement::Enabled),
        (root(&of("PENDING_ENABLE")), Enablement::PendingEnable),
        (root(&of("PENDING_DISABLE")), Enablement::PendingDisable),
        (root(&of("NEW")), Enablement::Other("NEW".to_owned())),
        (root(""), Enablement::Disabled),
    ] {
        let (_server, organizations) = scripted(vec![answer]).await;
        let roots = organizations.list_roots().await.unwrap();
        let expected = Root {
            id: "r-1".to_owned(),
            arn: "arn:r".to_owned(),
            service_control_policies: expected,
        };
        assert_eq!(*roots, [expected]);
    }
}

#[tokio::test]
async fn an_account_has_an_organisation_or_none() {
    let organization = ok(r#"{"Organization":{"Id":"o-1","Arn":"arn:o","FeatureSet":"ALL",
        "MasterAccountArn":"arn:m","MasterAccountId":"111122223333","MasterAccountEmail":"a@b",
        "AvailablePolicyTypes":[]}}"#);
    let (_server, organizations) = scripted(vec![organization]).await;
    expect![[r#"
        Some(
            Organization {
                id: "o-1",
                arn: "arn:o",
                management_account_id: "111122223333",
                has_all_features: true,
            },
        )
    "#]]
    .assert_debug_eq(&organizations.describe_organization().await.unwrap());
    let (_server, organizations) =
        scripted(vec![refusal("AWSOrganizationsNotInUseException")]).await;
    assert_eq!(organizations.describe_organization().await.unwrap(), None);
    assert_eq!(organizations.list_roots().await.unwrap_err().kind, Kind::SwitchedOff);
}

#[tokio::test]
async fn questions_about_the_organisation_share_an_answer_until_a_write() {
    let roots = || ok(r#"{"Roots":[]}"#);
    let (server, organizations) = scripted(vec![roots(), done(), roots()]).await;
    organizations.list_roots().await.unwrap();
    organizations.list_roots().await.unwrap();
    assert_eq!(server.requests().len(), 1);
    organizations.attach_policy("p-1", "r-1").await.unwrap();
    organizations.list_roots().await.unwrap();
    assert_eq!(server.requests().len(), 3);
}

/// Also the repetitions of the first come before the second.
#[tokio::test]
async fn changes_are_made_one_after_the_other() {
    let busy = || refusal("ConcurrentModificationException");
    let (server, organizations) = scripted(vec![busy(), busy(), done()]).await;
    // Whoever acts as a role may act in the same organisation.
    let other = organizations.aws.clone().organizations(REGION);
    let (first, second) =
        tokio::join!(organizations.attach_policy("p-1", "r-1"), other.attach_policy("p-2", "r-1"),);
    assert_eq!((first.unwrap(), second.unwrap()), (Attached::Now, Attached::Now));
    check_sent(
        &server,
        expect![[r#"
        AttachPolicy {"PolicyId":"p-1","TargetId":"r-1"}
        AttachPolicy {"PolicyId":"p-1","TargetId":"r-1"}
        AttachPolicy {"PolicyId":"p-1","TargetId":"r-1"}
        AttachPolicy {"PolicyId":"p-2","TargetId":"r-1"}"#]],
    );
}

#[tokio::test]
async fn tags_of_a_policy() {
    let page = r#"{"Tags":[{"Key":"a","Value":"1"}],"NextToken":"t"}"#;
    let script = vec![done(), ok("{}"), ok(page), ok(r#"{"Tags":[{"Key":"b","Value":""}]}"#)];
    let (server, organizations) = scripted(script).await;
    organizations.tag_resource("p-1", &tags(&[("a", "1"), ("b", "")])).await.unwrap();
    organizations.untag_resource("p-1", &["c"]).await.unwrap();
    let expected = tags(&[("a", "1"), ("b", "")]);
    assert_eq!(organizations.list_tags_for_resource("p-1").await.unwrap(), expected);
    // Nothing to do, nothing sent.
    organizations.tag_resource("p-1", &tags(&[])).await.unwrap();
    organizations.untag_resource("p-1", &[]).await.unwrap();
    check_sent(
        &server,
        expect![[r#"
        TagResource {"ResourceId":"p-1","Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":""}]}
        UntagResource {"ResourceId":"p-1","TagKeys":["c"]}
        ListTagsForResource {"ResourceId":"p-1"}
        ListTagsForResource {"NextToken":"t","ResourceId":"p-1"}"#]],
    );
}

#[tokio::test]
async fn answers_that_organizations_does_not_give_are_unreadable() {
    let deep = format!(r#"{{"Policy":{}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    for body in [
        "",
        "{}",
        "null",
        "[]",
        "<html></html>",
        r#"{"Policy":null}"#,
        r#"{"Policy":{"PolicySummary":{"Id":1},"Content":"x"}}"#,
        r#"{"Policy":{"PolicySummary":{"Id":"p-1","Arn":"a","Name":"n"},"Content":"x""#,
        r#"{"Policy":{"PolicySummary":{"Id":"p-1","Arn":"a","Name":"n"},"Content":"x"}} more"#,
        r#"{"Policy":{"PolicySummary":{"Id":"p-1","Id":"p-2","Arn":"a","Name":"n"},"Content":"x"}}"#,
        &deep,
    ] {
        let (_server, organizations) = scripted(vec![ok(body)]).await;
        let error = organizations.describe_policy("p-1").await.unwrap_err();
        assert_eq!(error.kind, Kind::Unreadable, "{body:.80}");
    }
    for body in ["null", "[]", "\"\"", "<html></html>", "{", "{} {}"] {
        let (_server, organizations) = scripted(vec![ok(body)]).await;
        let error = organizations.detach_policy("p-1", "r-1").await.unwrap_err();
        assert_eq!((error.kind, error.leaves_in_doubt()), (Kind::Unreadable, true), "{body}");
    }
}

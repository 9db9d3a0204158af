//! RAM against a loopback socket: what is sent, and what is made of answers.

use std::collections::BTreeMap;

use expect_test::expect;
use serde_json::json;

use super::*;
use crate::cloud::{
    Attached, Error, Kind, Removed,
    alicloud::{
        DescribeImages, ImagesOf, PolicyType,
        tests::{
            client,
            server::{Request, Server},
        },
    },
};

const DONE: &str = r#"{"RequestId":"R-1"}"#;
const UNAVAILABLE: (u16, &str) = (503, "ServiceUnavailable");
const ATTACHED: (u16, &str) = (409, "EntityAlreadyExists.User.Policy");

/// Answers each operation as the vendor's page shows it.
fn sample(request: &Request) -> String {
    let answer = match request.action() {
        "GetPolicy" => json!({
            "RequestId": "R-1",
            "Policy": {
                "PolicyName": "images", "PolicyType": "Custom", "Description": "golden",
                "DefaultVersion": "v3", "AttachmentCount": 2, "PolicyDocument": "deprecated",
                "CreateDate": "2015-01-23T12:33:18Z", "UpdateDate": "2015-01-23T12:33:18Z",
            },
            "DefaultPolicyVersion": {
                "VersionId": "v3", "IsDefaultVersion": true, "PolicyDocument": "{\"Version\":\"1\"}",
                "CreateDate": "2015-01-23T12:33:18Z",
            },
        }),
        "CreatePolicyVersion" => json!({"RequestId": "R-1", "PolicyVersion": {
            "VersionId": "v4", "IsDefaultVersion": true, "PolicyDocument": "{}",
        }}),
        "ListPolicyVersions" => json!({"PolicyVersions": {"PolicyVersion": [
            {"VersionId": "v3", "IsDefaultVersion": true, "CreateDate": "2015-01-23T12:33:18Z"},
            {"VersionId": "v2", "IsDefaultVersion": "false"},
            {"VersionId": "v1"},
        ]}}),
        "ListPoliciesForUser" | "ListPoliciesForGroup" | "ListPoliciesForRole" => {
            json!({"Policies": {"Policy": [
                {"PolicyName": "images", "PolicyType": "Custom", "DefaultVersion": "v1"},
                {"PolicyName": "images", "PolicyType": "System"},
                {"PolicyName": "plain"},
            ]}})
        }
        "ListEntitiesForPolicy" => json!({
            "Users": {"User": [{"UserName": "ann", "UserId": 12, "DisplayName": "Ann"}]},
            "Groups": {"Group": [{"GroupName": "builders"}]},
            "Roles": {"Role": [{"RoleName": "packer", "Arn": "acs:ram::1:role/packer"}]},
        }),
        "ListGroupsForUser" => json!({
            "Groups": {"Group": [{"GroupName": "builders", "Comments": "", "JoinDate": "2024-01-01T00:00:00Z"}]},
        }),
        "ListTagResources" if request.parameter("NextToken").is_empty() => json!({
            "NextToken": "2nd page",
            "TagResources": [
                {"ResourceName": "images", "TagKey": "team", "TagValue": "images"},
                {"ResourceName": "images", "TagKey": "acs:rm:rgId", "TagValue": "rg-1"},
            ],
        }),
        "ListTagResources" => json!({
            "NextToken": "", "TagResources": [{"TagKey": "cost", "TagValue": 42}, {"TagKey": "a"}],
        }),
        _ => return DONE.to_owned(),
    };
    answer.to_string()
}

fn policy() -> CreatePolicy {
    CreatePolicy {
        name: "images".to_owned(),
        document: r#"{"Version":"1","Statement":[]}"#.to_owned(),
        description: "golden images & more".to_owned(),
        tags: tags(&[("team", "images"), ("übung", "")]),
    }
}

fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
}

fn user() -> Grantee {
    Grantee::User("ann".to_owned())
}

fn grantees() -> [Grantee; 3] {
    [user(), Grantee::Group("builders".to_owned()), Grantee::Role("packer".to_owned())]
}

fn calls(server: &Server) -> String {
    server.requests().iter().map(Request::call).collect()
}

#[tokio::test]
async fn policies_are_made_changed_and_deleted_by_name() {
    let server = Server::start(|request, _| (200, sample(request))).await;
    let client = client(&server);
    client.create_policy(&policy()).await.unwrap();
    let bare = CreatePolicy { description: String::new(), tags: BTreeMap::default(), ..policy() };
    client.create_policy(&bare).await.unwrap();
    assert_eq!(client.create_policy_version("images", "{}").await.unwrap(), "v4");
    client.update_policy_description("images", "").await.unwrap();
    assert_eq!(client.delete_policy_version("images", "v1").await.unwrap(), Removed::Now);
    assert_eq!(client.delete_policy("images").await.unwrap(), Removed::Now);
    client.tag_policy("images", &policy().tags).await.unwrap();
    client.untag_policy("images", &["team", "übung"]).await.unwrap();
    expect![[r#"
        CreatePolicy 2015-05-01
          Description=golden images & more
          PolicyDocument={"Version":"1","Statement":[]}
          PolicyName=images
          Tag=[{"Key":"team","Value":"images"},{"Key":"übung","Value":""}]
        CreatePolicy 2015-05-01
          PolicyDocument={"Version":"1","Statement":[]}
          PolicyName=images
        CreatePolicyVersion 2015-05-01
          PolicyDocument={}
          PolicyName=images
          RotateStrategy=DeleteOldestNonDefaultVersionWhenLimitExceeded
          SetAsDefault=true
        UpdatePolicyDescription 2015-05-01
          NewDescription=
          PolicyName=images
        DeletePolicyVersion 2015-05-01
          PolicyName=images
          VersionId=v1
        DeletePolicy 2015-05-01
          CascadingDelete=true
          PolicyName=images
        TagResources 2015-05-01
          ResourceNames=["images"]
          ResourceType=policy
          Tag=[{"Key":"team","Value":"images"},{"Key":"übung","Value":""}]
        UntagResources 2015-05-01
          ResourceNames=["images"]
          ResourceType=policy
          TagKeys=["team","übung"]
    "#]]
    .assert_eq(&calls(&server));
}

#[tokio::test]
async fn policies_are_attached_to_users_groups_and_roles() {
    let server = Server::start(|request, _| (200, sample(request))).await;
    let client = client(&server);
    for grantee in grantees() {
        assert_eq!(client.attach_policy_to(&grantee, "images").await.unwrap(), Attached::Now);
        client.list_policies_for(&grantee).await.unwrap();
        assert_eq!(client.detach_policy_from(&grantee, "images").await.unwrap(), Removed::Now);
    }
    expect![[r#"
        AttachPolicyToUser 2015-05-01
          PolicyName=images
          PolicyType=Custom
          UserName=ann
        ListPoliciesForUser 2015-05-01
          UserName=ann
        DetachPolicyFromUser 2015-05-01
          PolicyName=images
          PolicyType=Custom
          UserName=ann
        AttachPolicyToGroup 2015-05-01
          GroupName=builders
          PolicyName=images
          PolicyType=Custom
        ListPoliciesForGroup 2015-05-01
          GroupName=builders
        DetachPolicyFromGroup 2015-05-01
          GroupName=builders
          PolicyName=images
          PolicyType=Custom
        AttachPolicyToRole 2015-05-01
          PolicyName=images
          PolicyType=Custom
          RoleName=packer
        ListPoliciesForRole 2015-05-01
          RoleName=packer
        DetachPolicyFromRole 2015-05-01
          PolicyName=images
          PolicyType=Custom
          RoleName=packer
    "#]]
    .assert_eq(&calls(&server));
}

#[tokio::test]
async fn what_there_is_is_read() {
    let server = Server::start(|request, _| (200, sample(request))).await;
    let client = client(&server);
    expect![[r#"
        RamPolicy {
            name: "images",
            description: "golden",
            default_version: "v3",
            document: "{\"Version\":\"1\"}",
            attachment_count: Some(
                2,
            ),
        }
    "#]]
    .assert_debug_eq(&client.get_policy("images").await.unwrap());
    expect![[r#"
        [
            PolicyVersion {
                id: "v3",
                is_default: true,
            },
            PolicyVersion {
                id: "v2",
                is_default: false,
            },
            PolicyVersion {
                id: "v1",
                is_default: false,
            },
        ]
    "#]]
    .assert_debug_eq(&client.list_policy_versions("images").await.unwrap());
    let attached = |name: &str, policy_type| AttachedPolicy { name: name.to_owned(), policy_type };
    assert_eq!(
        client.list_policies_for(&user()).await.unwrap(),
        [
            attached("images", PolicyType::Custom),
            attached("images", PolicyType::System),
            attached("plain", PolicyType::Custom),
        ]
    );
    assert_eq!(client.list_entities_for_policy("images").await.unwrap(), grantees());
    assert_eq!(client.list_groups_for_user("ann").await.unwrap(), ["builders"]);
    let of_both_pages = tags(&[("a", ""), ("cost", "42"), ("team", "images")]);
    assert_eq!(client.list_policy_tags("images").await.unwrap(), of_both_pages);
    expect![[r#"
        GetPolicy 2015-05-01
          PolicyName=images
          PolicyType=Custom
        ListPolicyVersions 2015-05-01
          PolicyName=images
          PolicyType=Custom
        ListPoliciesForUser 2015-05-01
          UserName=ann
        ListEntitiesForPolicy 2015-05-01
          PolicyName=images
          PolicyType=Custom
        ListGroupsForUser 2015-05-01
          UserName=ann
        ListTagResources 2015-05-01
          PageSize=100
          ResourceNames=["images"]
          ResourceType=policy
        ListTagResources 2015-05-01
          NextToken=2nd page
          PageSize=100
          ResourceNames=["images"]
          ResourceType=policy
    "#]]
    .assert_eq(&calls(&server));
}

#[tokio::test]
async fn only_what_is_not_needed_may_be_missing() {
    let described = async |answer: &str| {
        let server = Server::always(200, answer).await;
        client(&server).get_policy("images").await.map_err(|error| error.kind)
    };
    let version = r#"{"VersionId":"v1","PolicyDocument":"{}"}"#;
    let bare = format!(r#"{{"Policy":{{"PolicyName":"a"}},"DefaultPolicyVersion":{version}}}"#);
    let policy = described(&bare).await.unwrap();
    assert_eq!((policy.description.as_str(), policy.attachment_count), ("", None));
    // Without the document in force there is no telling what is guarded.
    for answer in [
        "{}",
        r#"{"Policy":{"PolicyName":"a","PolicyDocument":"{}"}}"#,
        r#"{"Policy":{"PolicyName":"a"},"DefaultPolicyVersion":{"VersionId":"v1"}}"#,
        r#"{"Policy":{"PolicyName":"a"},"DefaultPolicyVersion":{"VersionId":"v1","PolicyDocument":{}}}"#,
    ] {
        assert_eq!(described(answer).await, Err(Kind::Unreadable), "{answer}");
    }
}

#[tokio::test]
async fn a_listing_that_is_not_there_is_not_an_empty_one() {
    let server = Server::always(200, r#"{"RequestId":"R-1","Users":{},"Policies":{}}"#).await;
    let client = client(&server);
    let kinds = [
        client.list_policy_versions("images").await.unwrap_err().kind,
        client.list_policies_for(&user()).await.unwrap_err().kind,
        client.list_entities_for_policy("images").await.unwrap_err().kind,
        client.list_policy_tags("images").await.unwrap_err().kind,
        client.list_groups_for_user("ann").await.unwrap_err().kind,
    ];
    assert_eq!(kinds, [Kind::Unreadable; 5]);
}

#[tokio::test]
async fn tags_that_never_end_are_refused() {
    let page = r#"{"NextToken":"more","TagResources":[{"TagKey":"a","TagValue":"b"}]}"#;
    let server = Server::always(200, page).await;
    let error = client(&server).list_policy_tags("images").await.unwrap_err();
    assert_eq!((error.kind, server.requests().len()), (Kind::Unreadable, 20));
}

/// Starts a server that refuses with these codes, in this order, and then does what it is told.
async fn refusing(refusals: &'static [(u16, &'static str)]) -> Server {
    Server::start(move |request, before| match refusals.get(before) {
        Some((status, code)) => (*status, json!({"Code": code}).to_string()),
        None => (200, sample(request)),
    })
    .await
}

#[tokio::test]
async fn what_is_attached_already_is_attached() {
    let attach = async |refusals| {
        let server = refusing(refusals).await;
        client(&server).attach_policy_to(&user(), "images").await
    };
    assert_eq!(attach(&[ATTACHED]).await.unwrap(), Attached::Already);
    // That was ours: its answer was lost.
    assert_eq!(attach(&[UNAVAILABLE, ATTACHED]).await.unwrap(), Attached::Now);
    let kind = async |refusals| attach(refusals).await.unwrap_err().kind;
    assert_eq!(kind(&[(404, "EntityNotExist.User")]).await, Kind::NotFound);
    assert_eq!(kind(&[(404, "EntityNotExist.Policy")]).await, Kind::NotFound);
    assert_eq!(kind(&[(409, "LimitExceeded.User.Policy")]).await, Kind::Quota);
    assert_eq!(kind(&[(403, "NoPermission")]).await, Kind::Denied);
}

#[tokio::test]
async fn what_is_gone_already_is_gone() {
    for code in ["EntityNotExist.User.Policy", "EntityNotExist.User", "EntityNotExist.Policy"] {
        let absent = json!({"Code": code}).to_string();
        for (first, expected) in [(404, Removed::Already), (503, Removed::Now)] {
            let absent = absent.clone();
            let server = Server::start(move |_, before| match before {
                0 if first == 503 => (503, json!({"Code": "ServiceUnavailable"}).to_string()),
                _ => (404, absent.clone()),
            })
            .await;
            let detached = client(&server).detach_policy_from(&user(), "images").await;
            assert_eq!(detached.unwrap(), expected, "{code}");
        }
    }
    let server = Server::always(404, json!({"Code": "EntityNotExist.Policy"}).to_string()).await;
    assert_eq!(client(&server).delete_policy("images").await.unwrap(), Removed::Already);
    let gone = client(&server).delete_policy_version("images", "v1").await;
    assert_eq!(gone.unwrap(), Removed::Already);
}

/// All that changes something, and how often it is sent where nobody knows what became of it.
async fn changes(client: &Alicloud) -> Vec<(&'static str, Result<(), Error>)> {
    let tags = policy().tags;
    vec![
        ("create", client.create_policy(&policy()).await),
        ("version", client.create_policy_version("images", "{}").await.map(drop)),
        ("describe", client.update_policy_description("images", "new").await),
        ("attach", client.attach_policy_to(&user(), "images").await.map(drop)),
        ("detach", client.detach_policy_from(&user(), "images").await.map(drop)),
        ("delete version", client.delete_policy_version("images", "v1").await.map(drop)),
        ("delete", client.delete_policy("images").await.map(drop)),
        ("tag", client.tag_policy("images", &tags).await),
        ("untag", client.untag_policy("images", &["team"]).await),
    ]
}

#[tokio::test]
async fn nothing_is_made_twice_where_nobody_knows_whether_it_was_made() {
    let server = Server::always(503, json!({"Code": "ServiceUnavailable"}).to_string()).await;
    let mut attempts = String::new();
    for (change, outcome) in changes(&client(&server)).await {
        let error = outcome.unwrap_err();
        assert!(error.leaves_in_doubt(), "{change}");
        attempts += &format!("{change}: {}\n", error.attempts);
    }
    expect![[r#"
        create: 1
        version: 1
        describe: 2
        attach: 2
        detach: 2
        delete version: 2
        delete: 2
        tag: 2
        untag: 2
    "#]]
    .assert_eq(&attempts);
}

#[tokio::test]
async fn what_the_cloud_has_not_done_is_sent_again_whatever_it_is() {
    let server = Server::always(400, json!({"Code": "Throttling.User"}).to_string()).await;
    for (change, outcome) in changes(&client(&server)).await {
        let error = outcome.unwrap_err();
        assert_eq!((error.attempts, error.leaves_in_doubt()), (2, false), "{change}");
    }
}

#[tokio::test]
async fn an_answer_that_nobody_can_read_leaves_in_doubt() {
    let server = Server::always(200, r#""ok""#).await;
    for (change, outcome) in changes(&client(&server)).await {
        let error = outcome.unwrap_err();
        assert_eq!((error.kind, error.leaves_in_doubt()), (Kind::Unreadable, true), "{change}");
    }
}

#[tokio::test]
async fn a_policy_that_was_just_detached_is_deleted_a_little_later() {
    let server = refusing(&[(409, "DeleteConflict.Policy.User")]).await;
    assert_eq!(client(&server).delete_policy("images").await.unwrap(), Removed::Now);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_policy_that_stays_attached_is_a_conflict() {
    let body = json!({"Code": "DeleteConflict.Policy.User"}).to_string();
    let server = Server::always(409, body).await;
    let error = client(&server).delete_policy("images").await.unwrap_err();
    assert_eq!((error.kind, error.attempts), (Kind::Conflict, 2));
    assert!(!error.leaves_in_doubt());
}

#[tokio::test]
async fn a_version_in_force_is_not_deleted_by_trying_again() {
    let body = json!({"Code": "DeleteConflict.Policy.Version.Default"}).to_string();
    let server = Server::always(409, body).await;
    let error = client(&server).delete_policy_version("images", "v3").await.unwrap_err();
    assert_eq!((error.kind, error.attempts), (Kind::Conflict, 1));
}

#[tokio::test]
async fn answers_from_before_a_change_are_not_used_after_it() {
    let images = r#"{"TotalCount":0,"Images":{"Image":[]}}"#;
    let server = Server::start(move |request, _| match request.action() {
        "DescribeImages" => (200, images.to_owned()),
        _ => (200, sample(request)),
    })
    .await;
    let client = client(&server);
    let question = DescribeImages {
        region: "cn-hangzhou".to_owned(),
        owner: ImagesOf::Caller,
        ids: Vec::new(),
        statuses: Vec::new(),
        tags: Vec::new(),
        limit: None,
    };
    let listings = || server.requests().iter().filter(|it| it.action() == "DescribeImages").count();
    client.describe_images(question.clone()).await.unwrap();
    client.create_policy(&policy()).await.unwrap();
    client.describe_images(question.clone()).await.unwrap();
    assert_eq!(listings(), 2);
    client.create_policy_version("images", "{}").await.unwrap();
    client.describe_images(question).await.unwrap();
    assert_eq!(listings(), 3);
}

//! The resource directory against a loopback socket: what is sent, what is made of answers, and
//! that changes wait for each other.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use expect_test::expect;
use futures_util::{FutureExt as _, future::join_all};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::*;
use crate::cloud::{
    Attached, Kind, Removed,
    alicloud::tests::{
        client,
        server::{Answer, Request, Server},
    },
};

const DONE: &str = r#"{"RequestId":"R-1"}"#;
const FOLDER: &str = "fd-ZDNPiT0001";

/// Answers each operation as the vendor's page shows it; all policies are attached.
fn sample(request: &Request) -> String {
    let answer = match request.action() {
        "GetResourceDirectory" => json!({"ResourceDirectory": {
            "ResourceDirectoryId": "rd-1", "RootFolderId": "r-1", "ControlPolicyStatus": "Enabled",
            "MasterAccountId": 1234567890123456_u64, "CreateTime": "2021-03-18T09:24:19Z",
        }}),
        "GetControlPolicyEnablementStatus" => json!({"EnablementStatus": "Enabled"}),
        "EnableControlPolicy" => json!({"EnablementStatus": "PendingEnable"}),
        "CreateControlPolicy" | "GetControlPolicy" | "UpdateControlPolicy" => {
            json!({"RequestId": "R-1", "ControlPolicy": {
                "PolicyId": "cp-1", "PolicyName": "images", "PolicyType": "Custom",
                "EffectScope": "RAM", "Description": "golden", "AttachmentCount": "3",
                "PolicyDocument": "{\"Version\":\"1\"}", "CreateDate": "2021-03-18T09:24:19Z",
            }})
        }
        "ListControlPolicies" => page(
            request,
            150,
            "ControlPolicies",
            "ControlPolicy",
            |number| json!({"PolicyId": format!("cp-{number}"), "PolicyName": format!("images-{number}")}),
        ),
        "ListTargetAttachmentsForControlPolicy" => {
            page(request, 150, "TargetAttachments", "TargetAttachment", |number| {
                // Ids of accounts may come as numbers.
                json!({"TargetId": 1_000_000_000_000_000_u64 + number, "TargetName": "member"})
            })
        }
        "ListControlPolicyAttachmentsForTarget" => {
            json!({"ControlPolicyAttachments": {"ControlPolicyAttachment": [
                {"PolicyId": "cp-FullAliyunAccess", "PolicyName": "FullAliyunAccess",
                 "PolicyType": "System", "EffectScope": "All"},
                {"PolicyId": "cp-1", "PolicyName": "images", "PolicyType": "Custom"},
                {"PolicyId": "cp-2"},
            ]}})
        }
        "ListTagResources" => json!({"TagResources": [
            {"ResourceId": "cp-1", "TagKey": "team", "TagValue": "images"},
            {"ResourceId": "cp-1", "TagKey": "acs:rm:rgId", "TagValue": "rg-1"},
        ]}),
        _ => return DONE.to_owned(),
    };
    answer.to_string()
}

/// A page of a list with so many rows; counts come as texts.
fn page(request: &Request, total: u64, list: &str, element: &str, row: fn(u64) -> Value) -> Value {
    let number: u64 = request.parameter("PageNumber").parse().unwrap();
    let rows: Vec<_> = ((number - 1) * 100..total.min(number * 100)).map(row).collect();
    json!({list: {element: rows}, "TotalCount": total.to_string(), "PageNumber": number})
}

fn policy() -> CreateControlPolicy {
    CreateControlPolicy {
        name: "images".to_owned(),
        document: r#"{"Version":"1","Statement":[]}"#.to_owned(),
        description: "golden".to_owned(),
        tags: BTreeMap::from([("team".to_owned(), "images & more".to_owned())]),
    }
}

fn calls(server: &Server) -> String {
    server.requests().iter().map(Request::call).collect()
}

#[tokio::test]
async fn control_policies_are_made_changed_and_deleted() {
    let server = Server::start(|request, _| (200, sample(request))).await;
    let client = client(&server);
    assert_eq!(client.create_control_policy(&policy()).await.unwrap(), "cp-1");
    let bare =
        CreateControlPolicy { description: String::new(), tags: BTreeMap::default(), ..policy() };
    client.create_control_policy(&bare).await.unwrap();
    let renamed =
        UpdateControlPolicy { name: Some("new".to_owned()), ..UpdateControlPolicy::default() };
    client.update_control_policy("cp-1", &renamed).await.unwrap();
    let changed = UpdateControlPolicy {
        name: None,
        document: Some("{}".to_owned()),
        description: Some(String::new()),
    };
    client.update_control_policy("cp-1", &changed).await.unwrap();
    client.tag_control_policy("cp-1", &policy().tags).await.unwrap();
    client.untag_control_policy("cp-1", &["a", "team"]).await.unwrap();
    assert_eq!(client.delete_control_policy("cp-1").await.unwrap(), Removed::Now);
    expect![[r#"
        CreateControlPolicy 2022-04-19
          Description=golden
          EffectScope=RAM
          PolicyDocument={"Version":"1","Statement":[]}
          PolicyName=images
          Tag.1.Key=team
          Tag.1.Value=images & more
        CreateControlPolicy 2020-03-31
          EffectScope=RAM
          PolicyDocument={"Version":"1","Statement":[]}
          PolicyName=images
        UpdateControlPolicy 2020-03-31
          NewPolicyName=new
          PolicyId=cp-1
        UpdateControlPolicy 2020-03-31
          NewDescription=
          NewPolicyDocument={}
          PolicyId=cp-1
        TagResources 2022-04-19
          ResourceId.1=cp-1
          ResourceType=ControlPolicy
          Tag.1.Key=team
          Tag.1.Value=images & more
        UntagResources 2022-04-19
          ResourceId.1=cp-1
          ResourceType=ControlPolicy
          TagKey.1=a
          TagKey.2=team
        DeleteControlPolicy 2020-03-31
          PolicyId=cp-1
    "#]]
    .assert_eq(&calls(&server));
}

#[tokio::test]
async fn control_policies_are_put_in_force() {
    let server = Server::start(|request, _| (200, sample(request))).await;
    let client = client(&server);
    assert_eq!(client.enable_control_policy().await.unwrap(), Enablement::PendingEnable);
    assert_eq!(client.get_control_policy_enablement_status().await.unwrap(), Enablement::Enabled);
    assert_eq!(client.attach_control_policy("cp-1", FOLDER).await.unwrap(), Attached::Now);
    assert_eq!(client.detach_control_policy("cp-1", FOLDER).await.unwrap(), Removed::Now);
    expect![[r#"
        EnableControlPolicy 2020-03-31
        GetControlPolicyEnablementStatus 2020-03-31
        AttachControlPolicy 2020-03-31
          PolicyId=cp-1
          TargetId=fd-ZDNPiT0001
        DetachControlPolicy 2020-03-31
          PolicyId=cp-1
          TargetId=fd-ZDNPiT0001
    "#]]
    .assert_eq(&calls(&server));
}

#[tokio::test]
async fn what_there_is_is_read() {
    let server = Server::start(|request, _| (200, sample(request))).await;
    let client = client(&server);
    expect![[r#"
        Some(
            ResourceDirectory {
                id: "rd-1",
                root_folder_id: "r-1",
                management_account_id: "1234567890123456",
                control_policies: Enabled,
            },
        )
    "#]]
    .assert_debug_eq(&client.get_resource_directory().await.unwrap());
    expect![[r#"
        ControlPolicy {
            id: "cp-1",
            name: "images",
            policy_type: Custom,
            description: "golden",
            document: "{\"Version\":\"1\"}",
            attachment_count: Some(
                3,
            ),
        }
    "#]]
    .assert_debug_eq(&client.get_control_policy("cp-1").await.unwrap());
    let attached = client.list_control_policy_attachments_for_target(FOLDER).await.unwrap();
    expect![[r#"
        [
            AttachedControlPolicy {
                id: "cp-FullAliyunAccess",
                name: "FullAliyunAccess",
                policy_type: System,
            },
            AttachedControlPolicy {
                id: "cp-1",
                name: "images",
                policy_type: Custom,
            },
            AttachedControlPolicy {
                id: "cp-2",
                name: "",
                policy_type: Custom,
            },
        ]
    "#]]
    .assert_debug_eq(&attached);
    let tags = client.list_control_policy_tags("cp-1").await.unwrap();
    assert_eq!(tags, BTreeMap::from([("team".to_owned(), "images".to_owned())]));
    expect![[r#"
        GetResourceDirectory 2020-03-31
        GetControlPolicy 2020-03-31
          PolicyId=cp-1
        ListControlPolicyAttachmentsForTarget 2020-03-31
          TargetId=fd-ZDNPiT0001
        ListTagResources 2022-04-19
          MaxResults=100
          ResourceId.1=cp-1
          ResourceType=ControlPolicy
    "#]]
    .assert_eq(&calls(&server));
}

#[tokio::test]
async fn all_pages_of_a_listing_are_read() {
    let server = Server::start(|request, _| (200, sample(request))).await;
    let client = client(&server);
    let policies = client.list_control_policies().await.unwrap();
    assert_eq!((policies.items.len(), policies.is_complete), (150, true));
    assert_eq!((&*policies.items[149].id, &*policies.items[149].name), ("cp-149", "images-149"));
    let targets = client.list_target_attachments_for_control_policy("cp-1").await.unwrap();
    assert_eq!((targets.items.len(), targets.is_complete), (150, true));
    assert_eq!(targets.items[149].target_id, "1000000000000149");
    expect![[r#"
        ListControlPolicies 2020-03-31
          PageNumber=1
          PageSize=100
          PolicyType=Custom
        ListControlPolicies 2020-03-31
          PageNumber=2
          PageSize=100
          PolicyType=Custom
        ListTargetAttachmentsForControlPolicy 2020-03-31
          PageNumber=1
          PageSize=100
          PolicyId=cp-1
        ListTargetAttachmentsForControlPolicy 2020-03-31
          PageNumber=2
          PageSize=100
          PolicyId=cp-1
    "#]]
    .assert_eq(&calls(&server));
}

#[tokio::test]
async fn only_what_is_not_needed_may_be_missing() {
    let described = async |answer: &str| {
        let server = Server::always(200, answer).await;
        client(&server).get_control_policy("cp-1").await.map_err(|error| error.kind)
    };
    let bare = r#"{"ControlPolicy":{"PolicyId":"cp-1","PolicyName":"a","PolicyDocument":"{}"}}"#;
    let policy = described(bare).await.unwrap();
    assert_eq!((policy.description.as_str(), policy.attachment_count), ("", None));
    for answer in ["{}", r#"{"ControlPolicy":{"PolicyId":"cp-1","PolicyName":"a"}}"#] {
        assert_eq!(described(answer).await, Err(Kind::Unreadable), "{answer}");
    }
}

#[tokio::test]
async fn a_listing_that_is_not_there_is_not_an_empty_one() {
    let server = Server::always(200, r#"{"TotalCount":0,"ControlPolicies":{}}"#).await;
    let client = client(&server);
    let kinds = [
        client.list_control_policies().await.unwrap_err().kind,
        client.list_control_policy_attachments_for_target(FOLDER).await.unwrap_err().kind,
        client.list_target_attachments_for_control_policy("cp-1").await.unwrap_err().kind,
        client.list_control_policy_tags("cp-1").await.unwrap_err().kind,
    ];
    assert_eq!(kinds, [Kind::Unreadable; 4]);
}

#[tokio::test]
async fn whether_control_policies_are_in_force_is_known_in_every_state() {
    for (word, expected) in [
        ("Enabled", Enablement::Enabled),
        ("PendingEnable", Enablement::PendingEnable),
        ("Disabled", Enablement::Disabled),
        ("PendingDisable", Enablement::PendingDisable),
        ("Paused", Enablement::Other("Paused".to_owned())),
    ] {
        let server = Server::always(200, json!({"EnablementStatus": word}).to_string()).await;
        let status = client(&server).get_control_policy_enablement_status().await;
        assert_eq!(status.unwrap(), expected);
    }
}

/// Credentials of another account must not make a policy seem to be deleted.
#[tokio::test]
async fn without_a_directory_nothing_is_gone() {
    for code in ["ResourceDirectoryNotInUse", "EntityNotExists.ResourceDirectory"] {
        let server = Server::always(404, json!({"Code": code}).to_string()).await;
        let client = client(&server);
        assert_eq!(client.get_resource_directory().await.unwrap(), None);
        let kinds = [
            client.get_control_policy("cp-1").await.unwrap_err().kind,
            client.detach_control_policy("cp-1", FOLDER).await.unwrap_err().kind,
            client.delete_control_policy("cp-1").await.unwrap_err().kind,
        ];
        assert_eq!(kinds, [Kind::SwitchedOff; 3], "{code}");
    }
}

fn refusal(status: u16, code: &str) -> Answer {
    (status, json!({"Code": code}).to_string())
}

/// A server that refuses to attach and detach, each time in the next way, and then in the last;
/// only `cp-1` and `cp-2` are attached.
async fn refusing(refusals: &'static [(u16, &'static str)]) -> Server {
    let refused = AtomicUsize::new(0);
    Server::start(move |request, _| match request.action() {
        "AttachControlPolicy" | "DetachControlPolicy" => {
            let number = refused.fetch_add(1, Ordering::SeqCst).min(refusals.len() - 1);
            refusal(refusals[number].0, refusals[number].1)
        }
        _ => (200, sample(request)),
    })
    .await
}

/// The vendor documents no code for it.
#[tokio::test]
async fn what_the_listing_shows_is_attached_whatever_the_code_of_the_refusal() {
    for refusals in [
        &[(409, "EntityAlreadyExists.Whatever")][..],
        &[(400, "InvalidParameter.PolicyId")],
        &[(403, "LimitExceeded.Whatever")],
        &[(409, "Unheard")],
    ] {
        let server = refusing(refusals).await;
        let client = client(&server);
        let attached = client.attach_control_policy("cp-1", FOLDER).await;
        assert_eq!(attached.unwrap(), Attached::Already, "{refusals:?}");
        let other = client.attach_control_policy("cp-3", FOLDER).await.unwrap_err();
        assert_eq!(other.code.as_deref(), Some(refusals[0].1));
    }
    let server = refusing(&[(503, "ServiceUnavailable"), (409, "Unheard")]).await;
    let attached = client(&server).attach_control_policy("cp-1", FOLDER).await;
    assert_eq!(attached.unwrap(), Attached::Now);
}

#[tokio::test]
async fn what_the_listing_does_not_show_is_detached_whatever_the_code_of_the_refusal() {
    for refusals in [
        &[(404, "EntityNotExists.ControlPolicy")][..],
        &[(404, "EntityNotExists.Target")],
        &[(404, "EntityNotExists.Whatever")],
        &[(400, "NotSupport.Whatever")],
        &[(409, "Unheard")],
    ] {
        let server = refusing(refusals).await;
        let detached = client(&server).detach_control_policy("cp-3", FOLDER).await;
        assert_eq!(detached.unwrap(), Removed::Already, "{refusals:?}");
    }
    let server = refusing(&[(503, "ServiceUnavailable"), (409, "Unheard")]).await;
    let detached = client(&server).detach_control_policy("cp-3", FOLDER).await;
    assert_eq!(detached.unwrap(), Removed::Now);
    let server = refusing(&[(400, "NotSupport.DetachLastControlPolicy")]).await;
    let last = client(&server).detach_control_policy("cp-1", FOLDER).await.unwrap_err();
    assert_eq!(last.kind, Kind::Conflict);
}

#[tokio::test]
async fn a_refusal_that_means_something_else_is_not_looked_into() {
    for (refusals, kind) in [
        (&[(403, "NoPermission")][..], Kind::Denied),
        (&[(404, "EntityNotExists.Target")], Kind::NotFound),
        (&[(503, "ServiceUnavailable")], Kind::Unavailable),
    ] {
        let server = refusing(refusals).await;
        let error = client(&server).attach_control_policy("cp-1", FOLDER).await.unwrap_err();
        assert_eq!(error.kind, kind);
        assert!(server.requests().iter().all(|it| it.action() == "AttachControlPolicy"));
    }
}

/// The vendor documents no code for this either.
#[tokio::test]
async fn a_refusal_to_attach_says_that_control_policies_are_not_in_force() {
    let attach = async |status: &'static str| {
        let server = Server::start(move |request, _| match request.action() {
            "AttachControlPolicy" => refusal(409, "Unheard"),
            "GetControlPolicyEnablementStatus" => {
                (200, json!({"EnablementStatus": status}).to_string())
            }
            _ => (
                200,
                json!({"ControlPolicyAttachments": {"ControlPolicyAttachment": []}}).to_string(),
            ),
        })
        .await;
        let error = client(&server).attach_control_policy("cp-1", FOLDER).await.unwrap_err();
        assert_eq!(error.code.as_deref(), Some("Unheard"));
        error.kind
    };
    for status in ["Disabled", "PendingDisable", "PendingEnable"] {
        assert_eq!(attach(status).await, Kind::SwitchedOff, "{status}");
    }
    assert_eq!(attach("Enabled").await, Kind::Conflict);
}

/// And no code for this.
#[tokio::test]
async fn a_name_that_another_policy_has_is_a_conflict_whatever_the_code_of_the_refusal() {
    let kinds = async |(status, code): (u16, &'static str), name: &str, own: &str| {
        let server = Server::start(move |request, _| match request.action() {
            "CreateControlPolicy" | "UpdateControlPolicy" => refusal(status, code),
            _ => (200, sample(request)),
        })
        .await;
        let client = client(&server);
        let policy = CreateControlPolicy { name: name.to_owned(), ..policy() };
        let renamed =
            UpdateControlPolicy { name: Some(name.to_owned()), ..UpdateControlPolicy::default() };
        [
            client.create_control_policy(&policy).await.unwrap_err().kind,
            client.update_control_policy(own, &renamed).await.unwrap_err().kind,
        ]
    };
    let invalid = (400, "InvalidParameter.Unheard");
    assert_eq!(kinds(invalid, "images-149", "cp-1").await, [Kind::Conflict; 2]);
    assert_eq!(
        kinds((409, "LimitExceeded.Unheard"), "images-149", "cp-1").await[0],
        Kind::Conflict
    );
    // Its own name is in nobody's way, and neither is one that nothing has.
    assert_eq!(kinds(invalid, "images-149", "cp-149").await, [Kind::Conflict, Kind::Invalid]);
    assert_eq!(kinds(invalid, "new", "cp-1").await, [Kind::Invalid; 2]);
    assert_eq!(kinds((403, "NoPermission"), "images-149", "cp-1").await, [Kind::Denied; 2]);
}

#[tokio::test]
async fn a_refusal_stands_where_the_listing_cannot_be_had() {
    let server = Server::start(|request, _| match request.action() {
        "AttachControlPolicy" | "DetachControlPolicy" => refusal(409, "Unheard"),
        _ => refusal(403, "NoPermission"),
    })
    .await;
    let client = client(&server);
    let attach = client.attach_control_policy("cp-1", FOLDER).await.unwrap_err();
    let detach = client.detach_control_policy("cp-1", FOLDER).await.unwrap_err();
    assert_eq!([attach.code.as_deref(), detach.code.as_deref()], [Some("Unheard"); 2]);
}

/// All that changes something.
async fn changes(client: &Alicloud) -> Vec<(&'static str, Result<(), Error>)> {
    let (tags, change) = (policy().tags, UpdateControlPolicy::default());
    vec![
        ("create", client.create_control_policy(&policy()).await.map(drop)),
        ("update", client.update_control_policy("cp-1", &change).await),
        ("enable", client.enable_control_policy().await.map(drop)),
        ("attach", client.attach_control_policy("cp-1", FOLDER).await.map(drop)),
        ("detach", client.detach_control_policy("cp-1", FOLDER).await.map(drop)),
        ("delete", client.delete_control_policy("cp-1").await.map(drop)),
        ("tag", client.tag_control_policy("cp-1", &tags).await),
        ("untag", client.untag_control_policy("cp-1", &["team"]).await),
    ]
}

#[tokio::test]
async fn nothing_is_made_twice_where_nobody_knows_whether_it_was_made() {
    let server = Server::start(|_, _| refusal(503, "ServiceUnavailable")).await;
    let mut attempts = String::new();
    for (change, outcome) in changes(&client(&server)).await {
        let error = outcome.unwrap_err();
        assert!(error.leaves_in_doubt(), "{change}");
        attempts += &format!("{change}: {}\n", error.attempts);
    }
    expect![[r#"
        create: 1
        update: 2
        enable: 2
        attach: 2
        detach: 2
        delete: 2
        tag: 2
        untag: 2
    "#]]
    .assert_eq(&attempts);
}

#[tokio::test]
async fn a_change_is_repeated_while_somebody_else_makes_one() {
    let server = Server::start(|request, before| match before % 2 {
        0 => refusal(409, "ConcurrentCallNotSupported"),
        _ => (200, sample(request)),
    })
    .await;
    for (change, outcome) in changes(&client(&server)).await {
        assert!(outcome.is_ok(), "{change}");
    }
    assert_eq!(server.requests().len(), 16);
}

#[tokio::test]
async fn a_policy_that_is_attached_is_a_conflict_at_once() {
    let server = Server::start(|_, _| refusal(409, "DeleteConflict.ControlPolicy")).await;
    let error = client(&server).delete_control_policy("cp-1").await.unwrap_err();
    assert_eq!((error.kind, error.attempts), (Kind::Conflict, 1));
}

/// Whoever makes them, and of whichever version: both work on the same directory. Reads do not
/// wait: the server answers a change only after some that came later.
#[tokio::test]
async fn changes_wait_for_each_other_and_reads_do_not() {
    let (reads, _) = watch::channel(0);
    let (open, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let most_open = Arc::clone(&most);
    let server = Server::start_slow(move |request, _| {
        let answer = answer_around_sessions(request);
        if ["GetResourceDirectory", "AssumeRole"].contains(&request.action()) {
            reads.send_modify(|reads| *reads += 1);
            return std::future::ready(answer).boxed();
        }
        let (open, most, mut reads) = (open.clone(), most.clone(), reads.subscribe());
        async move {
            most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let before = *reads.borrow();
            reads.wait_for(|reads| *reads >= before + 3).await.unwrap();
            open.fetch_sub(1, Ordering::SeqCst);
            answer
        }
        .boxed()
    })
    .await;
    let client = client(&server);
    let role = client.assuming("acs:ram::1234567890123456:role/security");
    let tags = policy().tags;
    let changing = async {
        let (mine, others) = (changes(&client), changes(&role));
        let tagging = join_all((0..4).map(|_| client.tag_control_policy("cp-1", &tags)));
        tokio::join!(mine, others, tagging)
    };
    let reading = async {
        loop {
            client.get_resource_directory().await.unwrap();
        }
    };
    let (mine, others, tagged) = tokio::select! {
        outcomes = changing => outcomes,
        () = reading => unreachable!("reads go on for ever"),
    };
    assert!(mine.into_iter().chain(others).all(|(_, outcome)| outcome.is_ok()));
    assert!(tagged.into_iter().all(|outcome| outcome.is_ok()));
    assert_eq!(most_open.load(Ordering::SeqCst), 1);
}

fn answer_around_sessions(request: &Request) -> Answer {
    let session = json!({"RequestId": "R-1", "Credentials": {
        "AccessKeyId": "STS.k", "AccessKeySecret": "s", "SecurityToken": "t",
        "Expiration": "2999-01-01T00:00:00Z",
    }});
    match request.action() {
        "AssumeRole" => (200, session.to_string()),
        _ => (200, sample(request)),
    }
}

/// Between two attempts of a change no other one is made.
#[tokio::test]
async fn a_change_keeps_its_turn_while_it_is_repeated() {
    let refused = AtomicUsize::new(0);
    let server = Server::start(move |request, _| match request.parameter("PolicyId") {
        "cp-2" if refused.fetch_add(1, Ordering::SeqCst) == 0 => {
            refusal(409, "ConcurrentCallNotSupported")
        }
        _ => (200, sample(request)),
    })
    .await;
    let client = client(&server);
    let policies = ["cp-1", "cp-2", "cp-3", "cp-4"];
    let attaching = policies.map(|policy| client.attach_control_policy(policy, FOLDER));
    assert!(join_all(attaching).await.into_iter().all(|attached| attached.is_ok()));
    let requests = server.requests();
    let order: Vec<_> = requests.iter().map(|request| request.parameter("PolicyId")).collect();
    assert_eq!(order, ["cp-1", "cp-2", "cp-2", "cp-3", "cp-4"]);
}

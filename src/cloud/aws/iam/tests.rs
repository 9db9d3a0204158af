//! What goes out and what comes back, by call; patience and doubt.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use time::macros::datetime;

use super::{
    super::{Settings, tests::*},
    *,
};
use crate::cloud::{Attached, Claim};

const ARN: &str = "arn:aws:iam::111122223333:policy/images/guard";

/// An answer as AWS writes them.
fn answer(operation: &str, result: &str) -> Answer {
    ok(format!(
        "<{operation}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\n  \
         <{operation}Result>{result}</{operation}Result>\n  <ResponseMetadata>\n    \
         <RequestId>r-1</RequestId>\n  </ResponseMetadata>\n</{operation}Response>\n"
    ))
}

/// An answer that says nothing but that it succeeded.
fn done(operation: &str) -> Answer {
    ok(format!(
        "<{operation}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\
         <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></{operation}Response>"
    ))
}

fn refusal(status: u16, code: &str) -> Answer {
    Answer::Http(
        status,
        format!(
            "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender\
             </Type><Code>{code}</Code><Message>Because.</Message></Error><RequestId>r-1\
             </RequestId></ErrorResponse>"
        ),
    )
}

async fn scripted(script: Vec<Answer>) -> (Server, Iam) {
    let server = Server::start(script).await;
    let iam = client_of(&server).iam("eu-central-1");
    (server, iam)
}

/// Compares what was sent, one parameter a line.
fn check_sent(server: &Server, expected: Expect) {
    let bodies: Vec<_> = server.bodies().iter().map(|body| body.replace('&', "\n")).collect();
    expected.assert_eq(&bodies.join("\n\n"));
}

fn tags(tags: &[(&str, &str)]) -> BTreeMap<String, String> {
    tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn policy_to_make() -> CreatePolicy {
    CreatePolicy {
        name: "guard".to_owned(),
        path: "/images/".to_owned(),
        document: r#"{"Version":"2012-10-17"}"#.to_owned(),
        description: "Approved images only".to_owned(),
        tags: tags(&[("owner", "images"), ("stage", "")]),
    }
}

const POLICY: &str = "<Policy><PolicyName>guard</PolicyName><PolicyId>ANPAEXAMPLE</PolicyId>\
    <Arn>arn:aws:iam::111122223333:policy/images/guard</Arn><Path>/images/</Path>\
    <DefaultVersionId>v3</DefaultVersionId><AttachmentCount>2</AttachmentCount>\
    <PermissionsBoundaryUsageCount>0</PermissionsBoundaryUsageCount><IsAttachable>true\
    </IsAttachable><Description>Approved &amp; proved</Description><CreateDate>2026-01-02T03:04:05Z\
    </CreateDate><UpdateDate>2026-01-02T03:04:05Z</UpdateDate><Tags><member><Key>owner</Key>\
    <Value>images</Value></member><member><Key>stage</Key><Value></Value></member></Tags></Policy>";

#[tokio::test]
async fn a_policy_is_made_once() {
    let new = "<Policy><PolicyName>guard</PolicyName><DefaultVersionId>v1</DefaultVersionId>\
        <PolicyId>ANPAEXAMPLE</PolicyId><Path>/images/</Path><Arn>arn:x</Arn><AttachmentCount>0\
        </AttachmentCount></Policy>";
    let (server, iam) =
        scripted(vec![answer("CreatePolicy", new), refusal(409, "EntityAlreadyExists")]).await;
    let Claim::Granted(policy) = iam.create_policy(&policy_to_make()).await.unwrap() else {
        panic!("the name is free")
    };
    expect![[r#"
        ManagedPolicy {
            arn: "arn:x",
            id: "ANPAEXAMPLE",
            name: "guard",
            path: "/images/",
            description: "",
            default_version_id: "v1",
            attachment_count: 0,
            tags: {},
        }
    "#]]
    .assert_debug_eq(&policy);
    let plain = CreatePolicy {
        path: "/".to_owned(),
        description: String::new(),
        tags: BTreeMap::new(),
        ..policy_to_make()
    };
    assert_eq!(iam.create_policy(&plain).await.unwrap(), Claim::Taken);
    check_sent(
        &server,
        expect![[r#"
        Action=CreatePolicy
        Version=2010-05-08
        PolicyName=guard
        Path=%2Fimages%2F
        PolicyDocument=%7B%22Version%22%3A%222012-10-17%22%7D
        Description=Approved%20images%20only
        Tags.member.1.Key=owner
        Tags.member.1.Value=images
        Tags.member.2.Key=stage
        Tags.member.2.Value=

        Action=CreatePolicy
        Version=2010-05-08
        PolicyName=guard
        Path=%2F
        PolicyDocument=%7B%22Version%22%3A%222012-10-17%22%7D"#]],
    );
}

/// Whatever may have been done is not done again.
#[tokio::test]
async fn what_creates_something_is_not_sent_again_in_doubt() {
    for lost in [
        Answer::HangUp,
        refusal(500, "ServiceFailure"),
        Answer::Http(503, "<html>busy</html>".to_owned()),
        ok("<CreatePolicyResponse><CreatePolicyResult>"),
    ] {
        let (server, iam) = scripted(vec![lost.clone(), answer("CreatePolicy", POLICY)]).await;
        let error = iam.create_policy(&policy_to_make()).await.unwrap_err();
        assert!(error.leaves_in_doubt(), "{lost:?}: {error:?}");
        assert_eq!(server.requests().len(), 1, "{lost:?}");
    }
}

#[tokio::test]
async fn a_silent_server_is_asked_to_create_something_once() {
    let server = Server::start(vec![Answer::Silence]).await;
    let settings = Settings { request_timeout: SHORT, ..settings_of(&server) };
    let iam = Aws::new(settings, environment(&[]), clock).iam("eu-central-1");
    let error = iam.create_policy_version(ARN, "{}").await.unwrap_err();
    assert_eq!((error.kind, error.leaves_in_doubt()), (Kind::Timeout, true));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_creates_something_is_sent_again_where_it_was_refused() {
    let script = vec![
        refusal(400, "Throttling"),
        refusal(409, "ConcurrentModification"),
        answer("CreatePolicy", POLICY),
    ];
    let (server, iam) = scripted(script).await;
    assert!(matches!(iam.create_policy(&policy_to_make()).await, Ok(Claim::Granted(_))));
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_policy_is_there_or_not() {
    let (server, iam) =
        scripted(vec![answer("GetPolicy", POLICY), refusal(404, "NoSuchEntity")]).await;
    expect![[r#"
        Some(
            ManagedPolicy {
                arn: "arn:aws:iam::111122223333:policy/images/guard",
                id: "ANPAEXAMPLE",
                name: "guard",
                path: "/images/",
                description: "Approved & proved",
                default_version_id: "v3",
                attachment_count: 2,
                tags: {
                    "owner": "images",
                    "stage": "",
                },
            },
        )
    "#]]
    .assert_debug_eq(&iam.get_policy(ARN).await.unwrap());
    assert_eq!(iam.get_policy(ARN).await.unwrap(), None);
    check_sent(
        &server,
        expect![[r#"
        Action=GetPolicy
        Version=2010-05-08
        PolicyArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Apolicy%2Fimages%2Fguard

        Action=GetPolicy
        Version=2010-05-08
        PolicyArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Apolicy%2Fimages%2Fguard"#]],
    );
}

#[tokio::test]
async fn documents_are_percent_encoded_and_a_plus_is_a_plus() {
    let encoded = "<PolicyVersion><Document>%7B%22a%22%3A%22x+y%20%25%C3%A4%22%7D</Document>\
        <VersionId>v3</VersionId><IsDefaultVersion>true</IsDefaultVersion></PolicyVersion>";
    let broken = encoded.replace("%C3%A4", "%C3");
    let (server, iam) = scripted(vec![
        answer("GetPolicyVersion", encoded),
        answer("GetPolicyVersion", &broken),
        refusal(404, "NoSuchEntity"),
    ])
    .await;
    let document = iam.get_policy_version(ARN, "v3").await.unwrap();
    assert_eq!(document.as_deref(), Some("{\"a\":\"x+y %ä\"}"));
    let error = iam.get_policy_version(ARN, "v3").await.unwrap_err();
    assert_eq!(error.kind, Kind::Unreadable);
    assert_eq!(iam.get_policy_version(ARN, "v9").await.unwrap(), None);
    assert!(server.bodies()[2].ends_with("&VersionId=v9"));
}

#[tokio::test]
async fn versions_are_listed_made_and_deleted() {
    let version = |id: &str, is_default: bool| {
        format!(
            "<VersionId>{id}</VersionId><IsDefaultVersion>{is_default}</IsDefaultVersion>\
             <CreateDate>2026-01-02T03:04:05Z</CreateDate>"
        )
    };
    let page = |id, is_default, more: &str| {
        let version = version(id, is_default);
        let list = format!("<Versions><member>{version}</member></Versions>{more}");
        answer("ListPolicyVersions", &list)
    };
    let (server, iam) = scripted(vec![
        page("v2", true, "<IsTruncated>true</IsTruncated><Marker>m=1</Marker>"),
        page("v1", false, "<IsTruncated>false</IsTruncated>"),
        answer(
            "CreatePolicyVersion",
            &format!("<PolicyVersion>{}</PolicyVersion>", version("v3", true)),
        ),
        refusal(409, "LimitExceeded"),
        done("DeletePolicyVersion"),
        refusal(404, "NoSuchEntity"),
    ])
    .await;
    let created_at = datetime!(2026-01-02 03:04:05 UTC);
    let version =
        |id: &str, is_default| PolicyVersion { id: id.to_owned(), is_default, created_at };
    let versions = iam.list_policy_versions(ARN).await.unwrap();
    assert_eq!(versions, [version("v2", true), version("v1", false)]);
    assert_eq!(iam.create_policy_version(ARN, "{}").await.unwrap(), version("v3", true));
    let error = iam.create_policy_version(ARN, "{}").await.unwrap_err();
    assert_eq!((error.kind, error.leaves_in_doubt()), (Kind::Quota, false));
    assert_eq!(iam.delete_policy_version(ARN, "v1").await.unwrap(), Removed::Now);
    assert_eq!(iam.delete_policy_version(ARN, "v1").await.unwrap(), Removed::Already);
    let bodies = server.bodies().join("\n");
    let bodies =
        bodies.replace("arn%3Aaws%3Aiam%3A%3A111122223333%3Apolicy%2Fimages%2Fguard", "ARN");
    expect![[r#"
        Action=ListPolicyVersions&Version=2010-05-08&PolicyArn=ARN
        Action=ListPolicyVersions&Version=2010-05-08&PolicyArn=ARN&Marker=m%3D1
        Action=CreatePolicyVersion&Version=2010-05-08&PolicyArn=ARN&PolicyDocument=%7B%7D&SetAsDefault=true
        Action=CreatePolicyVersion&Version=2010-05-08&PolicyArn=ARN&PolicyDocument=%7B%7D&SetAsDefault=true
        Action=DeletePolicyVersion&Version=2010-05-08&PolicyArn=ARN&VersionId=v1
        Action=DeletePolicyVersion&Version=2010-05-08&PolicyArn=ARN&VersionId=v1"#]].assert_eq(&bodies);
}

#[tokio::test]
async fn a_policy_that_is_in_use_for_a_moment_only_is_deleted() {
    let conflict = || refusal(409, "DeleteConflict");
    let (server, iam) =
        scripted(vec![conflict(), conflict(), done("DeletePolicy"), conflict()]).await;
    assert_eq!(iam.delete_policy(ARN).await.unwrap(), Removed::Now);
    assert_eq!(server.requests().len(), 3);
    let error = iam.delete_policy(ARN).await.unwrap_err();
    assert_eq!((error.kind, error.attempts), (Kind::Conflict, 4));
}

#[tokio::test]
async fn a_deletion_whose_answer_is_lost_is_told_as_done() {
    let gone = || refusal(404, "NoSuchEntity");
    let (_server, iam) = scripted(vec![Answer::HangUp, gone(), gone()]).await;
    assert_eq!(iam.delete_policy(ARN).await.unwrap(), Removed::Now);
    assert_eq!(iam.delete_policy(ARN).await.unwrap(), Removed::Already);
}

/// The answer to the last attempt does not say what became of the first.
#[tokio::test]
async fn an_attempt_that_was_refused_does_not_end_the_doubt_about_one_before_it() {
    let (_server, iam) = scripted(vec![Answer::HangUp, refusal(403, "AccessDenied")]).await;
    let error = iam.delete_policy(ARN).await.unwrap_err();
    assert_eq!((error.kind, error.leaves_in_doubt()), (Kind::Denied, true));
}

#[tokio::test]
async fn users_groups_and_roles_are_granted_policies_alike() {
    let grantees = [
        Grantee::User("ann".to_owned()),
        Grantee::Group("staff".to_owned()),
        Grantee::Role("deploy".to_owned()),
    ];
    let script = ["Attach", "Detach"].iter().flat_map(|verb| {
        ["User", "Group", "Role"].map(|whom| done(&format!("{verb}{whom}Policy")))
    });
    let (server, iam) = scripted(script.collect()).await;
    for grantee in &grantees {
        assert_eq!(iam.attach_policy("arn:x", grantee).await.unwrap(), Attached::Now);
    }
    for grantee in &grantees {
        assert_eq!(iam.detach_policy("arn:x", grantee).await.unwrap(), Removed::Now);
    }
    expect![[r#"
        Action=AttachUserPolicy&Version=2010-05-08&UserName=ann&PolicyArn=arn%3Ax
        Action=AttachGroupPolicy&Version=2010-05-08&GroupName=staff&PolicyArn=arn%3Ax
        Action=AttachRolePolicy&Version=2010-05-08&RoleName=deploy&PolicyArn=arn%3Ax
        Action=DetachUserPolicy&Version=2010-05-08&UserName=ann&PolicyArn=arn%3Ax
        Action=DetachGroupPolicy&Version=2010-05-08&GroupName=staff&PolicyArn=arn%3Ax
        Action=DetachRolePolicy&Version=2010-05-08&RoleName=deploy&PolicyArn=arn%3Ax"#]]
    .assert_eq(&server.bodies().join("\n"));
}

#[tokio::test]
async fn who_lacks_a_policy_or_is_not_there_has_nothing_to_lose() {
    let script = vec![
        refusal(404, "NoSuchEntity"),
        refusal(404, "NoSuchEntity"),
        refusal(409, "LimitExceeded"),
    ];
    let (_server, iam) = scripted(script).await;
    let grantee = Grantee::Role("deploy".to_owned());
    assert_eq!(iam.detach_policy(ARN, &grantee).await.unwrap(), Removed::Already);
    assert_eq!(iam.attach_policy(ARN, &grantee).await.unwrap_err().kind, Kind::NotFound);
    assert_eq!(iam.attach_policy(ARN, &grantee).await.unwrap_err().kind, Kind::Quota);
}

#[tokio::test]
async fn policies_of_a_grantee_are_listed_to_the_last_page() {
    let page = |whom: &str, list: &str| answer(&format!("ListAttached{whom}Policies"), list);
    let policy = "<member><PolicyName>guard</PolicyName><PolicyArn>arn:x</PolicyArn></member>";
    let more = "<IsTruncated>true</IsTruncated><Marker>m</Marker>";
    let (server, iam) = scripted(vec![
        page("User", &format!("<AttachedPolicies/>{more}")),
        page("User", &format!("<AttachedPolicies>{policy}</AttachedPolicies>")),
        page("Group", "<AttachedPolicies>\n</AttachedPolicies><IsTruncated>false</IsTruncated>"),
        page("Role", "<IsTruncated>false</IsTruncated>"),
    ])
    .await;
    let attached = NamedPolicy { arn: "arn:x".to_owned(), name: "guard".to_owned() };
    let list = async |grantee: Grantee| iam.list_attached_policies(&grantee).await;
    assert_eq!(list(Grantee::User("ann".to_owned())).await.unwrap(), [attached]);
    assert_eq!(list(Grantee::Group("staff".to_owned())).await.unwrap(), []);
    // A list that is missing is not an empty one.
    let error = list(Grantee::Role("deploy".to_owned())).await.unwrap_err();
    assert_eq!(error.kind, Kind::Unreadable);
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn the_policies_of_the_account_are_listed_whatever_their_paths() {
    let page = |path: &str, more: &str| {
        let arn = format!("arn:aws:iam::1:policy{path}guard");
        let names = format!("<PolicyName>guard</PolicyName><Path>{path}</Path><Arn>{arn}</Arn>");
        answer("ListPolicies", &format!("<Policies><member>{names}</member></Policies>{more}"))
    };
    let (server, iam) = scripted(vec![
        page("/", "<IsTruncated>true</IsTruncated><Marker>m</Marker>"),
        page("/a/", "<IsTruncated>false</IsTruncated>"),
    ])
    .await;
    let policy = |arn: &str| NamedPolicy { arn: arn.to_owned(), name: "guard".to_owned() };
    let expected = [policy("arn:aws:iam::1:policy/guard"), policy("arn:aws:iam::1:policy/a/guard")];
    assert_eq!(iam.list_policies().await.unwrap(), expected);
    let first = "Action=ListPolicies&Version=2010-05-08&Scope=Local&MaxItems=1000";
    assert_eq!(server.bodies(), [first.to_owned(), format!("{first}&Marker=m")]);
}

#[tokio::test]
async fn listings_without_an_end_are_unreadable() {
    let page = |more: &str| answer("ListPolicyVersions", &format!("<Versions/>{more}"));
    let truncated = "<IsTruncated>true</IsTruncated>";
    let (server, iam) = scripted(vec![page(&format!("{truncated}<Marker>m</Marker>"))]).await;
    assert_eq!(iam.list_policy_versions(ARN).await.unwrap_err().kind, Kind::Unreadable);
    assert_eq!(server.requests().len(), 2);
    let (_server, iam) = scripted(vec![page(truncated)]).await;
    assert_eq!(iam.list_policy_versions(ARN).await.unwrap_err().kind, Kind::Unreadable);
}

#[tokio::test]
async fn whoever_has_a_policy_is_listed() {
    let entities = "<PolicyGroups><member><GroupName>staff</GroupName><GroupId>AGPA</GroupId>\
        </member></PolicyGroups><PolicyUsers><member><UserName>ann</UserName><UserId>AIDA</UserId>\
        </member></PolicyUsers><PolicyRoles><member><RoleName>deploy</RoleName><RoleId>AROA\
        </RoleId></member></PolicyRoles><IsTruncated>false</IsTruncated>";
    let nobody = "<PolicyGroups/><PolicyUsers/><PolicyRoles/><IsTruncated>false</IsTruncated>";
    let operation = "ListEntitiesForPolicy";
    let (server, iam) =
        scripted(vec![answer(operation, entities), answer(operation, nobody)]).await;
    let entities = iam.list_entities_for_policy("arn:x", PolicyUsage::Permissions).await.unwrap();
    let expected = [
        Grantee::User("ann".to_owned()),
        Grantee::Group("staff".to_owned()),
        Grantee::Role("deploy".to_owned()),
    ];
    assert_eq!(entities, expected);
    let entities = iam.list_entities_for_policy("arn:x", PolicyUsage::Boundary).await.unwrap();
    assert_eq!(entities, []);
    expect![[r#"
        Action=ListEntitiesForPolicy&Version=2010-05-08&PolicyArn=arn%3Ax&PolicyUsageFilter=PermissionsPolicy
        Action=ListEntitiesForPolicy&Version=2010-05-08&PolicyArn=arn%3Ax&PolicyUsageFilter=PermissionsBoundary"#]]
    .assert_eq(&server.bodies().join("\n"));
}

#[tokio::test]
async fn tags_of_a_policy() {
    let list = "<Tags><member><Key>a</Key><Value>1</Value></member></Tags>";
    let script = vec![done("TagPolicy"), done("UntagPolicy"), answer("ListPolicyTags", list)];
    let (server, iam) = scripted(script).await;
    iam.tag_policy("arn:x", &tags(&[("a", "1"), ("b", "")])).await.unwrap();
    iam.untag_policy("arn:x", &["b", "c d"]).await.unwrap();
    assert_eq!(iam.list_policy_tags("arn:x").await.unwrap(), tags(&[("a", "1")]));
    // Nothing to do, nothing sent.
    iam.tag_policy("arn:x", &tags(&[])).await.unwrap();
    iam.untag_policy("arn:x", &[]).await.unwrap();
    expect![[r#"
        Action=TagPolicy&Version=2010-05-08&PolicyArn=arn%3Ax&Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.2.Key=b&Tags.member.2.Value=
        Action=UntagPolicy&Version=2010-05-08&PolicyArn=arn%3Ax&TagKeys.member.1=b&TagKeys.member.2=c%20d
        Action=ListPolicyTags&Version=2010-05-08&PolicyArn=arn%3Ax"#]]
    .assert_eq(&server.bodies().join("\n"));
}

#[tokio::test]
async fn answers_that_iam_does_not_give_are_unreadable() {
    let deep = format!("<Policy>{}", "<a>".repeat(50_000));
    for body in [
        "",
        "<GetPolicyResponse",
        "<GetPolicyResponse></GetPolicyResponse>",
        "<GetPolicyResponse><GetPolicyResult><Policy/></GetPolicyResult></GetPolicyResponse>",
        "<GetPolicyResponse><GetPolicyResult><Policy><Arn>a</Arn>",
        &format!("<GetPolicyResponse><GetPolicyResult>{deep}"),
        &format!(
            "<GetPolicyResponse><GetPolicyResult>{}</GetPolicyResult></GetPolicyResponse>",
            POLICY.replace(">2<", ">two<")
        ),
        "<!DOCTYPE a [<!ENTITY b \"c\">]><GetPolicyResponse>&b;</GetPolicyResponse>",
        "{\"GetPolicyResponse\":{}}",
    ] {
        let (_server, iam) = scripted(vec![ok(body)]).await;
        let error = iam.get_policy(ARN).await.unwrap_err();
        assert_eq!(error.kind, Kind::Unreadable, "{body:.80}");
    }
    for body in ["", "<DeletePolicyResponse>", "<html></html>"] {
        let (_server, iam) = scripted(vec![ok(body)]).await;
        let error = iam.delete_policy(ARN).await.unwrap_err();
        assert_eq!((error.kind, error.leaves_in_doubt()), (Kind::Unreadable, true), "{body}");
    }
}

#[tokio::test]
async fn signatures_name_the_home_of_iam() {
    for (region, home) in [
        ("eu-central-1", "us-east-1"),
        ("cn-northwest-1", "cn-north-1"),
        ("us-gov-east-1", "us-gov-west-1"),
    ] {
        let server = Server::start(vec![answer("GetPolicy", POLICY)]).await;
        let iam = client_of(&server).iam(region);
        iam.get_policy(ARN).await.unwrap();
        let request = server.requests().remove(0);
        assert!(request.contains(&format!("/20260501/{home}/iam/aws4_request")), "{request}");
    }
}

#[tokio::test]
async fn the_groups_of_a_user_are_read_page_by_page() {
    let page = |name: &str, rest: &str| {
        let group = format!(
            "<member><Path>/team/</Path><GroupName>{name}</GroupName><GroupId>AGPA1</GroupId>\
             <Arn>arn:aws:iam::111122223333:group/team/{name}</Arn>\
             <CreateDate>2026-01-02T03:04:05Z</CreateDate></member>"
        );
        answer("ListGroupsForUser", &format!("<Groups>{group}</Groups>{rest}"))
    };
    let more = "<IsTruncated>true</IsTruncated><Marker>m-1</Marker>";
    let (server, iam) = scripted(vec![page("devs", more), page("ops", "")]).await;
    assert_eq!(iam.list_groups_for_user("ann").await.unwrap(), ["devs", "ops"]);
    check_sent(
        &server,
        expect![[r#"
        Action=ListGroupsForUser
        Version=2010-05-08
        UserName=ann

        Action=ListGroupsForUser
        Version=2010-05-08
        UserName=ann
        Marker=m-1"#]],
    );
}

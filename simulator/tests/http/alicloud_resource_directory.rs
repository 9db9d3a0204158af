//! Alibaba Cloud: the resource directory, its control policies, and whom they bind.

use imageguard_simulator::alicloud::ResourceDirectory;
use imageguard_simulator::{AccessKey, Account, Simulator, World};
use serde_json::{Value, json};

use crate::client::{Call, Reply};

const MEMBER: &str = "1000000000000002";
const LOCK: &str = r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"ecs:DescribeRegions","Resource":"*"}]}"#;
const WHITELIST: &str =
    r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"ecs:*","Resource":"*"}]}"#;

/// A member account in a folder in a folder, with a user.
fn start(directory: ResourceDirectory) -> Simulator {
    let mut world = World::default();
    let cloud = &mut world.alicloud;
    cloud.accounts.push(Account::new(MEMBER, "team"));
    for (id, principal) in [
        ("LTAIdev", "acs:ram::1000000000000002:user/dev"),
        ("LTAIroot", "acs:ram::1000000000000002:root"),
        ("LTAIslr", "acs:ram::1000000000000002:assumed-role/AliyunServiceRoleForESS/s"),
        ("LTAIadmin", "acs:ram::1000000000000001:user/admin"),
    ] {
        cloud.access_keys.push(AccessKey::new(id, "secret", principal));
    }
    let directory = directory.folder("fd-dev", "").folder("fd-team", "fd-dev");
    cloud.resource_directory = Some(directory.member(MEMBER, "fd-team"));
    Simulator::start(world)
}

fn start_with(
    mut directory: ResourceDirectory,
    change: impl FnOnce(&mut ResourceDirectory),
) -> Simulator {
    change(&mut directory);
    start(directory)
}

fn call(simulator: &Simulator, action: &str, parameters: &[(&str, &str)]) -> Call {
    Call::alicloud(simulator, action, parameters).version("2020-03-31")
}

#[track_caller]
fn succeed(simulator: &Simulator, action: &str, parameters: &[(&str, &str)]) -> Value {
    let reply = call(simulator, action, parameters).send_alicloud();
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

#[track_caller]
fn check(reply: &Reply, status: u16, code: &str) {
    let found = reply.json()["Code"].as_str().unwrap_or_default().to_owned();
    assert_eq!((reply.status, found.as_str()), (status, code), "{}", reply.text());
}

#[track_caller]
fn refuse(
    simulator: &Simulator,
    action: &str,
    parameters: &[(&str, &str)],
    status: u16,
    code: &str,
) {
    check(&call(simulator, action, parameters).send_alicloud(), status, code);
}

fn create(simulator: &Simulator, name: &str, document: &str) -> String {
    let given = [("PolicyName", name), ("EffectScope", "RAM"), ("PolicyDocument", document)];
    let created = succeed(simulator, "CreateControlPolicy", &given);
    created["ControlPolicy"]["PolicyId"].as_str().unwrap().to_owned()
}

/// Returns the ids of the policies a folder or member has.
fn attached(simulator: &Simulator, target: &str) -> Vec<String> {
    let list = "ListControlPolicyAttachmentsForTarget";
    let listed = succeed(simulator, list, &[("TargetId", target)]);
    let list = listed["ControlPolicyAttachments"]["ControlPolicyAttachment"].as_array().unwrap();
    list.iter().map(|policy| policy["PolicyId"].as_str().unwrap().to_owned()).collect()
}

/// Has somebody ask for regions, and returns the policy type and the kind of a refusal.
fn refusal(simulator: &Simulator, key: &str) -> Option<(String, String)> {
    let reply =
        Call::alicloud(simulator, "DescribeRegions", &[]).key(key, "secret").send_alicloud();
    let detail = reply.json()["AccessDeniedDetail"].clone();
    let text = |name: &str| detail[name].as_str().unwrap().to_owned();
    (reply.status == 403).then(|| (text("PolicyType"), text("NoPermissionType")))
}

const FULL: &str = "cp-FullAliyunAccess";

#[test]
fn a_control_policy_is_created_read_changed_and_deleted() {
    let simulator = start(ResourceDirectory::enabled());
    let spaced = format!("{LOCK}\n");
    let id = create(&simulator, "guard", &spaced);
    let policy = ("PolicyId", id.as_str());
    let read = succeed(&simulator, "GetControlPolicy", &[policy]);
    let read = &read["ControlPolicy"];
    assert_eq!(read["PolicyDocument"], spaced);
    assert_eq!((&read["AttachmentCount"], &read["EffectScope"]), (&json!("0"), &json!("RAM")));
    let new = [policy, ("NewPolicyName", "other"), ("NewPolicyDocument", WHITELIST)];
    let changed = succeed(&simulator, "UpdateControlPolicy", &new);
    assert_eq!(changed["ControlPolicy"]["PolicyName"], "other");
    let listed = succeed(&simulator, "ListControlPolicies", &[("PolicyType", "Custom")]);
    assert_eq!(listed["ControlPolicies"]["ControlPolicy"][0]["PolicyName"], "other");
    let listed = succeed(&simulator, "ListControlPolicies", &[]);
    assert_eq!(listed["TotalCount"], 2);
    succeed(&simulator, "DeleteControlPolicy", &[policy]);
    refuse(&simulator, "GetControlPolicy", &[policy], 404, "EntityNotExists.ControlPolicy");
}

#[test]
fn what_cannot_be_a_control_policy_is_refused() {
    let simulator = start(ResourceDirectory::enabled());
    let id = create(&simulator, "guard", LOCK);
    let huge = format!("{LOCK}{}", " ".repeat(4096));
    let scope = ("EffectScope", "RAM");
    let named = |name: &'static str, document| [("PolicyName", name), document, scope];
    let document = |text| ("PolicyDocument", text);
    let length = "InvalidParameter.PolicyDocument.Length";
    for (parameters, status, code) in [
        (named("1guard", document(LOCK)), 400, "InvalidParameter.PolicyName"),
        (named("a", document(&huge)), 409, length),
        (named("a", document("{}")), 400, "MalformedPolicyDocument"),
        (named("guard", document(LOCK)), 409, "EntityAlreadyExists.ControlPolicy"),
        (named("FullAliyunAccess", document(LOCK)), 409, "EntityAlreadyExists.ControlPolicy"),
    ] {
        refuse(&simulator, "CreateControlPolicy", &parameters, status, code);
    }
    let new = [("PolicyId", id.as_str()), ("NewPolicyDocument", huge.as_str())];
    let length = "InvalidParameter.NewPolicyDocument.Length";
    refuse(&simulator, "UpdateControlPolicy", &new, 400, length);
    let unknown = [("PolicyId", "cp-none"), ("NewPolicyName", "guard")];
    refuse(&simulator, "UpdateControlPolicy", &unknown, 404, "EntityNotExists.ControlPolicy");
}

#[test]
fn policies_are_attached_and_the_last_one_stays() {
    let simulator = start(ResourceDirectory::enabled());
    let id = create(&simulator, "guard", LOCK);
    for target in ["r-simulated", "fd-team", MEMBER] {
        let both = [("PolicyId", id.as_str()), ("TargetId", target)];
        assert_eq!(attached(&simulator, target), [FULL]);
        succeed(&simulator, "AttachControlPolicy", &both);
        let twice = "EntityAlreadyExists.ControlPolicyAttachment";
        refuse(&simulator, "AttachControlPolicy", &both, 409, twice);
        assert_eq!(attached(&simulator, target), [id.as_str(), FULL]);
    }
    let listing = "ListTargetAttachmentsForControlPolicy";
    let targets = succeed(&simulator, listing, &[("PolicyId", &id)]);
    let types: Vec<&Value> = targets["TargetAttachments"]["TargetAttachment"]
        .as_array()
        .unwrap()
        .iter()
        .map(|target| &target["TargetType"])
        .collect();
    assert_eq!(types, ["Root", "Folder", "Account"]);
    let conflict = "DeleteConflict.ControlPolicy.Attachment";
    refuse(&simulator, "DeleteControlPolicy", &[("PolicyId", &id)], 409, conflict);

    let target = ("TargetId", MEMBER);
    succeed(&simulator, "DetachControlPolicy", &[("PolicyId", FULL), target]);
    let last = "NotSupport.DetachLastControlPolicy";
    refuse(&simulator, "DetachControlPolicy", &[("PolicyId", &id), target], 400, last);
    succeed(&simulator, "AttachControlPolicy", &[("PolicyId", FULL), target]);
    succeed(&simulator, "DetachControlPolicy", &[("PolicyId", &id), target]);
    assert_eq!(attached(&simulator, MEMBER), [FULL]);
    let absent = "EntityNotExists.ControlPolicyAttachment";
    refuse(&simulator, "DetachControlPolicy", &[("PolicyId", &id), target], 404, absent);
    let nowhere = [("PolicyId", id.as_str()), ("TargetId", "fd-none")];
    refuse(&simulator, "AttachControlPolicy", &nowhere, 404, "EntityNotExists.Target");
    let nothing = [("PolicyId", "cp-none"), ("TargetId", "fd-team")];
    refuse(&simulator, "AttachControlPolicy", &nothing, 404, "EntityNotExists.ControlPolicy");
    refuse(&simulator, "AttachControlPolicy", &nothing[..1], 400, "MissingTargetId");
}

#[test]
fn ten_custom_policies_are_enough_for_one_folder() {
    let simulator = start(ResourceDirectory::enabled());
    for number in 1..=11 {
        let id = create(&simulator, &format!("guard-{number}"), LOCK);
        let both = [("PolicyId", id.as_str()), ("TargetId", "fd-team")];
        match number {
            11 => {
                let limit = "LimitExceeded.ControlPolicyAttachment";
                refuse(&simulator, "AttachControlPolicy", &both, 409, limit);
            }
            _ => drop(succeed(&simulator, "AttachControlPolicy", &both)),
        }
    }
}

#[test]
fn the_feature_is_pending_for_a_while_and_detaches_all_when_it_ends() {
    let simulator =
        start_with(ResourceDirectory::default(), |directory| directory.pending_polls = 2);
    let id = create(&simulator, "guard", LOCK);
    let both = [("PolicyId", id.as_str()), ("TargetId", MEMBER)];
    let off = "InvalidControlPolicyEnablementStatus";
    refuse(&simulator, "AttachControlPolicy", &both, 409, off);
    let nowhere = [both[0], ("TargetId", "fd-none")];
    refuse(&simulator, "AttachControlPolicy", &nowhere, 404, "EntityNotExists.Target");
    assert_eq!(attached(&simulator, MEMBER), <[&str; 0]>::default());
    let status = |action: &str| {
        succeed(&simulator, action, &[])["EnablementStatus"].as_str().unwrap().to_owned()
    };
    assert_eq!(status("EnableControlPolicy"), "PendingEnable");
    let polls = [(); 3].map(|()| status("GetControlPolicyEnablementStatus"));
    assert_eq!(polls, ["PendingEnable", "PendingEnable", "Enabled"]);
    let directory = succeed(&simulator, "GetResourceDirectory", &[]);
    assert_eq!(directory["ResourceDirectory"]["ControlPolicyStatus"], "Enabled");
    succeed(&simulator, "AttachControlPolicy", &both);
    assert!(refusal(&simulator, "LTAIdev").is_some());
    assert_eq!(status("DisableControlPolicy"), "PendingDisable");
    assert_eq!(refusal(&simulator, "LTAIdev"), None);
    let polls = [(); 3].map(|()| status("GetControlPolicyEnablementStatus"));
    assert_eq!(polls, ["PendingDisable", "PendingDisable", "Disabled"]);
    succeed(&simulator, "EnableControlPolicy", &[]);
    succeed(&simulator, "GetControlPolicy", &both[..1]);
    let polls = [(); 3].map(|()| status("GetControlPolicyEnablementStatus"));
    assert_eq!(polls[2], "Enabled");
    assert_eq!(attached(&simulator, MEMBER), [FULL], "nothing else came back");
}

#[test]
fn listings_lag_behind_attaching_and_detaching() {
    let simulator = start_with(ResourceDirectory::enabled(), |directory| directory.listing_lag = 2);
    let id = create(&simulator, "guard", LOCK);
    let both = [("PolicyId", id.as_str()), ("TargetId", "fd-team")];
    succeed(&simulator, "AttachControlPolicy", &both);
    assert!(refusal(&simulator, "LTAIdev").is_some(), "it is in force at once");
    assert_eq!(attached(&simulator, "fd-dev"), [FULL], "listings of others do not count");
    let sizes = [(); 3].map(|()| attached(&simulator, "fd-team").len());
    assert_eq!(sizes, [1, 1, 2]);
    succeed(&simulator, "DetachControlPolicy", &both);
    let sizes = [(); 3].map(|()| attached(&simulator, "fd-team").len());
    assert_eq!(sizes, [2, 2, 1]);
    succeed(&simulator, "AttachControlPolicy", &both);
    let sizes = [(); 3].map(|()| attached(&simulator, "fd-team").len());
    assert_eq!(sizes, [1, 1, 2]);
    succeed(&simulator, "DetachControlPolicy", &both);
    succeed(&simulator, "DeleteControlPolicy", &both[..1]);
    assert_eq!(attached(&simulator, "fd-team"), [FULL], "a policy that is deleted is nowhere");
}

#[test]
fn two_writes_at_a_time_are_not_supported() {
    let simulator = start_with(ResourceDirectory::enabled(), |directory| directory.write_ms = 1500);
    let given = [("PolicyName", "one"), ("EffectScope", "RAM"), ("PolicyDocument", LOCK)];
    let slow = call(&simulator, "CreateControlPolicy", &given);
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| slow.send_alicloud());
        // The write is under way as soon as the journal has it.
        while simulator.journal().is_empty() {
            std::thread::yield_now();
        }
        let other = [("PolicyName", "two"), given[1], given[2]];
        refuse(&simulator, "CreateControlPolicy", &other, 409, "ConcurrentCallNotSupported");
        succeed(&simulator, "ListControlPolicies", &[]);
        assert_eq!(slow.join().unwrap().status, 200);
        simulator.edit(|world| world.alicloud.resource_directory.as_mut().unwrap().write_ms = 0);
        create(&simulator, "two", LOCK);
    });
}

#[test]
fn only_the_management_account_and_its_delegates_may_manage() {
    let simulator = start(ResourceDirectory::enabled());
    let ask = |action: &str| call(&simulator, action, &[]).key("LTAIdev", "secret").send_alicloud();
    check(&ask("ListControlPolicies"), 403, "NoPermission");
    assert_eq!(ask("GetResourceDirectory").status, 200, "members may look at the directory");
    simulator.edit(|world| {
        let directory = world.alicloud.resource_directory.as_mut().unwrap();
        directory.delegated_administrators.insert(MEMBER.to_owned());
    });
    assert_eq!(ask("ListControlPolicies").status, 200);
    simulator.edit(|world| world.alicloud.resource_directory = None);
    check(&ask("GetResourceDirectory"), 404, "ResourceDirectoryNotInUse");
}

#[test]
fn folders_and_members_are_found() {
    let simulator = start(ResourceDirectory::enabled());
    let created = succeed(&simulator, "CreateFolder", &[("FolderName", "new")]);
    let id = created["Folder"]["FolderId"].as_str().unwrap();
    assert_eq!(attached(&simulator, id), [FULL], "a new folder has it, too");
    let names = |listed: &Value, list: &str, element: &str, field: &str| -> Vec<String> {
        let elements = listed[list][element].as_array().unwrap().iter();
        elements.map(|element| element[field].as_str().unwrap().to_owned()).collect()
    };
    let folders = |listed: &Value| names(listed, "Folders", "Folder", "FolderName");
    let listed = succeed(&simulator, "ListFoldersForParent", &[]);
    assert_eq!(folders(&listed), ["fd-dev", "new"]);
    let listed = succeed(&simulator, "ListAncestors", &[("ChildId", MEMBER)]);
    assert_eq!(folders(&listed), ["root", "fd-dev", "fd-team"]);
    let account = succeed(&simulator, "GetAccount", &[("AccountId", MEMBER)]);
    let path = "rd-simulated/r-simulated/fd-dev/fd-team/1000000000000002";
    assert_eq!(account["Account"]["ResourceDirectoryPath"], path);
    let accounts = |listed: &Value| names(listed, "Accounts", "Account", "AccountId");
    assert_eq!(accounts(&succeed(&simulator, "ListAccounts", &[])), [MEMBER]);
    let to = [("AccountId", MEMBER), ("DestinationFolderId", id)];
    succeed(&simulator, "MoveAccount", &to);
    let old = [("ParentFolderId", "fd-team")];
    assert!(accounts(&succeed(&simulator, "ListAccountsForParent", &old)).is_empty());
    let new = [("ParentFolderId", id)];
    assert_eq!(accounts(&succeed(&simulator, "ListAccountsForParent", &new)), [MEMBER]);
    let folder = succeed(&simulator, "GetFolder", &[("FolderId", "fd-team")]);
    assert_eq!(folder["Folder"]["ParentFolderId"], "fd-dev");
}

#[test]
fn a_deny_at_any_level_binds_members_and_nobody_else() {
    let denied = Some(("ControlPolicy".to_owned(), "ExplicitDeny".to_owned()));
    for node in ["r-simulated", "fd-dev", "fd-team", MEMBER] {
        let simulator = start(ResourceDirectory::enabled().guarded("cp-1", LOCK, node));
        assert_eq!(refusal(&simulator, "LTAIdev"), denied, "{node}");
        for free in ["LTAIroot", "LTAIslr", "LTAIadmin"] {
            assert_eq!(refusal(&simulator, free), None, "{free}");
        }
    }
    let simulator =
        start(ResourceDirectory::enabled().folder("fd-x", "").guarded("cp-1", LOCK, "fd-x"));
    assert_eq!(refusal(&simulator, "LTAIdev"), None);
}

#[test]
fn a_whitelist_bites_only_where_full_access_is_gone() {
    let simulator = start(ResourceDirectory::enabled().guarded("cp-1", WHITELIST, "fd-dev"));
    let ask = || {
        let call = Call::alicloud(&simulator, "GetPolicy", &[("PolicyName", "x")]);
        call.version("2015-05-01").key("LTAIdev", "secret").send_alicloud()
    };
    check(&ask(), 400, "MissingPolicyType");
    let full = [("PolicyId", FULL), ("TargetId", "fd-dev")];
    succeed(&simulator, "DetachControlPolicy", &full);
    check(&ask(), 403, "NoPermission");
    assert_eq!(ask().json()["AccessDeniedDetail"]["NoPermissionType"], "ImplicitDeny");
    assert_eq!(refusal(&simulator, "LTAIdev"), None, "what is listed stays allowed");
}

#[test]
fn impossible_directories_are_named() {
    let json = br#"{"alicloud": {"resource_directory": {
        "folders": [{"id": "fd-1", "parent": "fd-none"}, {"id": "fd-2", "parent": "fd-2"}],
        "members": [
            {"account": "1000000000000002", "folder": "fd-none"}, {"account": "1000000000000001"}
        ],
        "control_policies": [
            {"id": "cp-1", "name": "a", "document": "{}"}, {"id": "cp-1", "name": "a", "document": ""}
        ],
        "attachments": [
            {"policy": "cp-none", "target": "fd-none"}, {"policy": "cp-none", "target": "fd-none"}
        ]
    }}}"#;
    let error = World::from_json(json).unwrap_err();
    let expected = [
        "`1000000000000002` is no listed account",
        "the resource directory has `1000000000000001` twice",
        "the resource directory has no folder `fd-none`",
        "the resource directory has no folder `fd-none`",
        "the folder `fd-2` is more than 5 levels deep",
        "two control policies have the id `cp-1`",
        "two control policies have the name `a`",
        "the control policy `cp-1`: The policy version must be \"1\".",
        "the control policy `cp-1`: EOF while parsing a value at line 1 column 0.",
        "the unknown control policy `cp-none` is attached",
        "`cp-none` is attached to the unknown `fd-none`",
        "the unknown control policy `cp-none` is attached",
        "`cp-none` is attached to the unknown `fd-none`",
        "`cp-none` is attached to `fd-none` twice",
    ];
    let expected = expected.map(|fault| format!("alicloud: {fault}"));
    assert_eq!(error.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn the_newer_service_does_the_same_and_has_tags() {
    let simulator = start(ResourceDirectory::enabled());
    let send = |action: &str, parameters: &[(&str, &str)]| {
        Call::alicloud(&simulator, action, parameters).version("2022-04-19").send_alicloud()
    };
    let tag = [("Tag.1.Key", "team"), ("Tag.1.Value", "sec")];
    let given =
        [("PolicyName", "guard"), ("EffectScope", "RAM"), ("PolicyDocument", LOCK), tag[0], tag[1]];
    let created = send("CreateControlPolicy", &given).json();
    let id = created["ControlPolicy"]["PolicyId"].as_str().unwrap();
    let listed = send("ListControlPolicies", &tag).json();
    let tags = &listed["ControlPolicies"]["ControlPolicy"][0]["Tags"]["Tag"];
    assert_eq!(
        (&listed["TotalCount"], tags),
        (&json!(1), &json!([{"Key": "team", "Value": "sec"}]))
    );
    let policy = [("ResourceType", "ControlPolicy"), ("ResourceId.1", id)];
    let owner = [policy[0], policy[1], ("Tag.1.Key", "owner"), ("Tag.1.Value", "x")];
    assert_eq!(send("TagResources", &owner).status, 200);
    let first = send("ListTagResources", &[policy[0], policy[1], ("MaxResults", "1")]).json();
    let token = ("NextToken", first["NextToken"].as_str().unwrap());
    let rest = send("ListTagResources", &[policy[0], policy[1], token]).json();
    let row = |key: &str, value: &str| {
        json!({
            "ResourceId": id, "ResourceType": "ControlPolicy", "TagKey": key, "TagValue": value,
        })
    };
    assert_eq!(first["TagResources"], json!([row("owner", "x")]));
    assert_eq!(rest["TagResources"], json!([row("team", "sec")]));
    assert_eq!(send("UntagResources", &[policy[0], policy[1], ("TagKey.1", "team")]).status, 200);
    let left = send("ListTagResources", &policy).json();
    assert_eq!(left["TagResources"], json!([row("owner", "x")]));
    let unknown = [policy[0], ("ResourceId.1", "cp-none"), tag[0], tag[1]];
    check(&send("TagResources", &unknown), 404, "EntityNotExists.ResourceId");
    check(&send("TagResources", &policy), 400, "MissingTag");
    check(&send("UntagResources", &policy), 400, "MissingTagKey");
    check(&send("TagResources", &[policy[0], tag[0]]), 400, "MissingResourceId");
    let keys: Vec<String> = (1..=20).map(|number| format!("Tag.{number}.Key")).collect();
    let twenty = keys.iter().map(|key| (key.as_str(), key.as_str())).chain(policy);
    let twenty: Vec<(&str, &str)> = twenty.collect();
    check(&send("TagResources", &twenty), 409, "LimitExceeded.Tag");
    assert_eq!(send("AttachControlPolicy", &[("PolicyId", id), ("TargetId", MEMBER)]).status, 200);
    assert_eq!(attached(&simulator, MEMBER), [id, FULL], "the older service knows it");
    let older = call(&simulator, "CreateControlPolicy", &given).send_alicloud();
    check(&older, 400, "UnsupportedParameter");
}

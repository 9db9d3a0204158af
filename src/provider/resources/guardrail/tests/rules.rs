//! Attributes and intents.

use expect_test::expect;

use super::{FACTORY, control_policy, exemption, guardrail, rules, scp, tags, texts, told};
use crate::{
    plugin::Attr,
    provider::resources::guardrail::{
        model::{
            ExemptionModel, LaunchModel, ProtectTagsModel, RulesModel, ShareModel, TagOnCreateModel,
        },
        rules::{check_values, fill_in, intent_of, model_of},
    },
};

/// Every attribute of every rule says something.
fn everything() -> RulesModel {
    RulesModel {
        launch: LaunchModel {
            tags: tags(&[("status", &["approved"]), ("tier", &["batch-*", "web"])]),
            owner_ids: texts(&["1000000000000001", "1000000000000002"]),
            accept_owner_ids: texts(&["1000000000000002"]),
            exempt_principals: texts(&[FACTORY]),
        }
        .into(),
        tag_on_create: TagOnCreateModel {
            tags: tags(&[("owner", &["?*"])]),
            snapshots: false.into(),
            exempt_principals: texts(&[FACTORY]),
        }
        .into(),
        share: ShareModel {
            images: true.into(),
            snapshots: false.into(),
            exempt_principals: Attr::Null,
        }
        .into(),
        ..rules()
    }
}

#[test]
fn what_is_read_is_written_back() {
    let dated = exemption(Some("2027-01-01T00:00:00Z"));
    let configured = guardrail(everything(), vec![dated.clone()]);
    let intent = intent_of(&configured, control_policy()).unwrap().unwrap();
    let (rules, exemptions) = model_of(&intent, control_policy());
    assert_eq!(rules, everything());
    // People's words are not in the document.
    let bare = ExemptionModel { reason: Attr::Null, owner: Attr::Null, ..dated };
    assert_eq!(exemptions, vec![bare].into());
}

#[test]
fn what_is_written_back_is_read_as_the_same() {
    let exemptions = vec![exemption(None), exemption(Some("2027-01-01T08:00:00+08:00"))];
    let intent = intent_of(&guardrail(everything(), exemptions), control_policy());
    let normal = intent.unwrap().unwrap().normalised();
    let (rules, exemptions) = model_of(&normal, control_policy());
    let again = guardrail(rules, exemptions.into_known().unwrap_or_default());
    assert_eq!(intent_of(&again, control_policy()).unwrap(), Some(normal));
}

#[test]
fn what_is_not_known_leaves_the_intent_open() {
    let open = |change: &dyn Fn(&mut RulesModel)| {
        let mut rules = rules();
        change(&mut rules);
        intent_of(&guardrail(rules, Vec::new()), control_policy()).unwrap().is_none()
    };
    assert!(!open(&|_| {}));
    assert!(open(&|rules| rules.launch = Attr::Unknown));
    assert!(open(&|rules| {
        let launch = LaunchModel { owner_ids: Attr::Unknown, ..LaunchModel::default() };
        rules.launch = launch.into();
    }));
    let mut unknown = guardrail(rules(), Vec::new());
    unknown.exemptions = Attr::Unknown;
    assert_eq!(intent_of(&unknown, control_policy()).unwrap(), None);
}

#[test]
fn golden_tags_fill_in_what_is_left_out_and_nothing_else() {
    let own = tags(&[("tier", &["web"])]);
    let golden = tags(&[("status", &["approved"])]);
    let config = |tags, keys| {
        Attr::from(RulesModel {
            launch: LaunchModel { tags, ..LaunchModel::default() }.into(),
            protect_tags: ProtectTagsModel { keys, ..ProtectTagsModel::default() }.into(),
            ..RulesModel::default()
        })
    };
    let filled = |config: &Attr<RulesModel>, golden| {
        let mut planned = config.clone();
        fill_in(&mut planned, config, golden);
        planned
    };
    let nothing = config(Attr::Null, Attr::Null);
    assert_eq!(filled(&nothing, &golden), config(golden.clone(), texts(&["status"])));
    assert_eq!(filled(&nothing, &Attr::Unknown), config(Attr::Unknown, Attr::Unknown));
    assert_eq!(filled(&nothing, &Attr::Null), nothing);
    let own = config(own, texts(&["tier"]));
    assert_eq!(filled(&own, &golden), own);
}

#[test]
fn each_value_is_told_at_its_attribute() {
    let rules = RulesModel {
        launch: LaunchModel {
            tags: tags(&[("acs:x", &["a"]), ("status", &[])]),
            owner_ids: texts(&[]),
            accept_owner_ids: texts(&["self"]),
            exempt_principals: texts(&["*:role/x"]),
        }
        .into(),
        protect_tags: ProtectTagsModel {
            keys: texts(&[""]),
            exempt_principals: texts(&["acs:ram::1000000000000001:assumed-role/a/b"]),
        }
        .into(),
        ..RulesModel::default()
    };
    let exemption = ExemptionModel {
        principals: texts(&["somebody"]),
        rules: texts(&["launh"]),
        expires_at: "tomorrow".to_owned().into(),
        ..ExemptionModel::default()
    };
    let problems = check_values(&guardrail(rules, vec![exemption]), control_policy());
    expect![[r#"
        rules.launch.tags["acs:x"]: Invalid Rule: `rules.launch.tags["acs:x"]`: keys that start with `acs:` are the cloud's own: nobody can set them.
        rules.launch.tags["status"]: Invalid Rule: `rules.launch.tags["status"]`: no value is given; write `["*"]` for any.
        rules.launch.owner_ids: Invalid Rule: `rules.launch.owner_ids`: the set is empty; name an owner, or leave it out.
        rules.launch.accept_owner_ids: Invalid Rule: `rules.launch.accept_owner_ids`: `self` is no owner of images; write an account id.
        rules.launch.exempt_principals: Invalid Rule: `rules.launch.exempt_principals`: `*:role/x` starts with a wildcard and fits anybody; write `acs:ram::111122223333:role/NAME`.
        rules.protect_tags.keys: Invalid Rule: `rules.protect_tags.keys`: tag keys have 1 to 128 characters, and this has 0.
        rules.protect_tags.exempt_principals: Invalid Rule: `rules.protect_tags.exempt_principals`: `acs:ram::1000000000000001:assumed-role/a/b` names a session, which policies never see; name the role `a`, with its path: write `acs:ram::111122223333:role/NAME`.
        exemptions[0].principals: Invalid Exemption: `exemptions[0].principals`: `somebody` is no name of a role or user here; write `acs:ram::111122223333:role/NAME`.
        exemptions[0].rules: Invalid Exemption: `exemptions[0].rules`: `launh` is no rule; write `launch`, `protect_tags`, `tag_on_create`, `export`, `share`.
        exemptions[0].expires_at: Invalid Exemption: `exemptions[0].expires_at`: `tomorrow` is no instant with a time zone; write `2027-01-01T00:00:00Z`.
    "#]].assert_eq(&told(problems.iter()));
}

#[test]
fn contradictions_are_told_at_the_part_to_blame() {
    let mut contradicting = rules();
    contradicting.launch = LaunchModel::default().into();
    contradicting.protect_tags =
        ProtectTagsModel { keys: texts(&["Status"]), exempt_principals: Attr::Null }.into();
    contradicting.tag_on_create = TagOnCreateModel {
        tags: tags(&[("status", &["a"])]),
        snapshots: true.into(),
        exempt_principals: Attr::Null,
    }
    .into();
    let share = ExemptionModel { rules: texts(&["share"]), ..exemption(None) };
    let problems = intent_of(&guardrail(contradicting, vec![share]), control_policy());
    expect![[r#"
        rules.launch: Invalid Rule: `rules.launch`: it asks for neither `tags` nor `owner_ids`, so that any image would do; write it here, or set `golden_tags` in the provider block.
        rules.protect_tags.exempt_principals: Invalid Rule: `rules.protect_tags.exempt_principals`: nobody is exempt, so that nobody could approve an image; name the role that approves, or add `no_approver` to `accepted`.
        rules.tag_on_create.snapshots: Invalid Rule: `rules.tag_on_create.snapshots`: snapshots are not guarded on this cloud: they start no machine before they are images; leave it out.
        rules.tag_on_create.tags: Invalid Rule: `rules.tag_on_create.tags`: the key `status` is locked by `protect_tags`: with it a new image is refused by the lock, without it by the demand; demand another key.
        exemptions[0]: Invalid Exemption: `exemptions[0]`: it is from `share`, which is no rule of this guardrail.
    "#]].assert_eq(&told(problems.unwrap_err().iter()));
    let nothing = intent_of(&guardrail(RulesModel::default(), Vec::new()), control_policy());
    expect![[r#"
        rules: Invalid Rule: `rules`: no rule is given; write `launch`, `protect_tags`, `tag_on_create`, `export`, `share`.
    "#]].assert_eq(&told(nothing.unwrap_err().iter()));
}

#[test]
fn a_lock_without_approvers_can_be_accepted() {
    let mut locked = guardrail(rules(), Vec::new());
    let lock = ProtectTagsModel { keys: texts(&["status"]), exempt_principals: Attr::Null };
    locked.rules = RulesModel { protect_tags: lock.into(), ..RulesModel::default() }.into();
    assert!(intent_of(&locked, control_policy()).is_err());
    locked.accepted = texts(&["no_approver"]);
    assert!(intent_of(&locked, control_policy()).unwrap().is_some());
}

/// Documents have another form than consoles; an import gives the latter.
#[test]
fn principals_are_written_as_people_know_them() {
    let mut shouted = rules();
    shouted.launch = LaunchModel {
        tags: tags(&[("status", &["approved"])]),
        exempt_principals: texts(&["acs:ram:*:1000000000000001:role/Factory"]),
        ..LaunchModel::default()
    }
    .into();
    let intent = intent_of(&guardrail(shouted, Vec::new()), control_policy()).unwrap().unwrap();
    assert_eq!(model_of(&intent, control_policy()).0, rules());
    let on_aws = "arn:aws:iam::111122223333:role/images/Factory";
    let mut rules = rules();
    rules.protect_tags = Attr::Null;
    rules.launch = LaunchModel {
        tags: tags(&[("status", &["approved"])]),
        exempt_principals: texts(&[on_aws]),
        ..LaunchModel::default()
    }
    .into();
    let intent = intent_of(&guardrail(rules.clone(), Vec::new()), scp()).unwrap().unwrap();
    assert_eq!(model_of(&intent, scp()).0, rules);
}

use std::collections::BTreeSet;

use expect_test::{Expect, expect};

use super::{
    forms::{identity_from_id, validate},
    model::AttachmentModel,
    planning::{identity_of, too_many},
    quota::{Excess, Load},
    run::{Attachments, Link, Planned},
};
use crate::{
    cloud::{alicloud::Alicloud, aws::Aws},
    plugin::{Attr, Diagnostics},
    provider::policies::{Attached, PolicyStore as _, Quota, Tier},
};

fn model(guardrail: &str, target: &str) -> AttachmentModel {
    AttachmentModel {
        guardrail_id: guardrail.to_owned().into(),
        target_id: target.to_owned().into(),
        assume_role_arn: Attr::Null,
        accepted: Attr::Null,
        id: Attr::Unknown,
        account_id: Attr::Null,
        timeouts: Attr::Null,
    }
}

/// Writes each problem as attribute and text.
fn shown(problems: &Diagnostics) -> String {
    let line = |problem: &crate::plugin::Diagnostic| {
        let path = problem.path.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{path}: {}: {}", problem.summary, problem.detail)
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn check(model: &AttachmentModel, expected: Expect) {
    expected.assert_eq(&shown(&validate::<Alicloud>(model)));
}

#[test]
fn a_guardrail_goes_where_its_kind_goes() {
    for (guardrail, target) in [
        ("cp-jExXAqIYkwHN2rQx", "r-Wm4iUl"),
        ("cp-a", "fd-bVaRIGqWYF"),
        ("cp-a", "1000000000000002"),
        ("golden-images-only", "user/ci"),
        ("cp-named-like-an-id", "group/devs"),
        ("1", "role/web"),
    ] {
        check(&model(guardrail, target), expect![""]);
    }
    check(
        &model("golden-images-only", "r-Wm4iUl"),
        expect![
            "guardrail_id: Invalid Guardrail Id: `golden-images-only` is not the id of a control policy, such as `cp-jExXAqIYkwHN2rQx`, and nothing else can be attached to folders and accounts. A RAM policy is attached to `user/NAME`, `group/NAME` or `role/NAME`."
        ],
    );
    check(
        &model("cp-FullAliyunAccess", "fd-a"),
        expect![
            "guardrail_id: Invalid Guardrail Id: `cp-FullAliyunAccess` is the vendor's own policy, which allows everything and is no guardrail."
        ],
    );
    check(
        &model("golden images", "user/ci"),
        expect![
            "guardrail_id: Invalid Guardrail Id: `golden images` is not the name of a RAM policy: letters, digits and hyphens, at most 128. A control policy is attached to folders and accounts."
        ],
    );
    check(
        &model("cp-a", "ou-1"),
        expect![
            "target_id: Invalid Target: `ou-1` is nothing that a guardrail can be attached to on Alibaba Cloud. Targets are the root folder `r-…`, folders `fd-…`, ids of accounts, `user/NAME`, `group/NAME` and `role/NAME`."
        ],
    );
}

#[test]
fn a_guardrail_on_aws_goes_where_its_kind_goes() {
    for (guardrail, target) in [
        ("p-9f8e7d6c5b", "r-a1b2"),
        ("p-9f8e7d6c5b", "ou-a1b2-c3d4e5f6"),
        ("p-9f8e7d6c5b", "111122223333"),
        ("arn:aws:iam::111122223333:policy/golden", "user/ci"),
        ("arn:aws-cn:iam::111122223333:policy/team/golden-2", "role/web"),
    ] {
        assert_eq!(shown(&validate::<Aws>(&model(guardrail, target))), "");
    }
    let told = |guardrail, target| shown(&validate::<Aws>(&model(guardrail, target)));
    expect!["guardrail_id: Invalid Guardrail Id: `arn:aws:iam::111122223333:policy/golden` is not the id of a service control policy, such as `p-9f8e7d6c5b`, and nothing else can be attached to roots, units and accounts. An IAM policy is attached to `user/NAME`, `group/NAME` or `role/NAME`."].assert_eq(&told("arn:aws:iam::111122223333:policy/golden", "r-a1b2"));
    expect!["guardrail_id: Invalid Guardrail Id: `p-FullAWSAccess` is AWS's own policy, which allows everything and is no guardrail."].assert_eq(&told("p-FullAWSAccess", "r-a1b2"));
    expect!["guardrail_id: Invalid Guardrail Id: `p-9f8e7d6c5b` is not the ARN of an IAM policy, such as `arn:aws:iam::111122223333:policy/golden-images-only`. A service control policy is attached to roots, units and accounts."].assert_eq(&told("p-9f8e7d6c5b", "group/devs"));
    expect!["guardrail_id: Invalid Guardrail Id: `arn:aws:iam::aws:policy/AdministratorAccess` is AWS's own policy, and no guardrail."].assert_eq(&told("arn:aws:iam::aws:policy/AdministratorAccess", "user/ci"));
    for arn in [
        "arn:aws:iam::111122223333:policy/",
        "arn:aws:iam::111122223333:policy/team/",
        "arn:aws:iam::111122223333:role/golden",
        "arn:aws:iam::1111:policy/golden",
        "arn:aws:iam:eu-central-1:111122223333:policy/golden",
        "golden",
    ] {
        assert!(told(arn, "user/ci").contains("is not the ARN of an IAM policy"), "{arn}");
    }
}

#[test]
fn what_is_not_known_yet_is_not_judged() {
    let unknown = Attr::Unknown;
    check(&AttachmentModel { target_id: unknown.clone(), ..model("?", "") }, expect![""]);
    check(&AttachmentModel { guardrail_id: unknown, ..model("", "user/ci") }, expect![""]);
}

#[test]
fn only_codes_of_warnings_can_be_accepted() {
    let accepted: BTreeSet<_> = ["self_target", "no_builder"].map(str::to_owned).into();
    check(
        &AttachmentModel { accepted: accepted.into(), ..model("a", "user/ci") },
        expect![
            "accepted: Unknown Code: No warning of an attachment has the code `no_builder`. There is `self_target`."
        ],
    );
}

#[test]
fn the_first_colon_of_an_import_parts_target_and_guardrail() {
    let read = |id| identity_from_id::<Alicloud>(id).map_err(|problems| shown(&problems));
    let identity = read("user/ci:golden").unwrap();
    assert_eq!(identity.target_id, "user/ci".to_owned().into());
    assert_eq!(identity.guardrail_id, "golden".to_owned().into());
    for wrong in ["", "user/ci", "golden:user/ci", "user/ci:", "r-a:golden", "user/ci:a:b"] {
        assert!(read(wrong).err().unwrap().contains("Invalid Import Id"), "{wrong}");
    }
    expect![": Invalid Import Id: `golden` does not name a guardrail on a target. Write it as `TARGET:GUARDRAIL_ID`, for instance `fd-bVaRIGqWYF:cp-jExXAqIYkwHN2rQx`. Targets are the root folder `r-…`, folders `fd-…`, ids of accounts, `user/NAME`, `group/NAME` and `role/NAME`."].assert_eq(&read("golden").err().unwrap());
}

fn policy(id: &str, is_vendors: bool) -> Attached {
    Attached { id: id.to_owned(), name: id.to_uppercase(), is_vendors }
}

fn ids(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|&id| id.to_owned()).collect()
}

const TWO: Quota = Quota { most: 2, counts_vendors: false, can_be_raised: false };

/// Names those that are there and counts those that come, if there are too many.
fn excess(
    quota: Quota,
    there: &[Attached],
    leaving: &[&str],
    planned: &[&str],
    without_id: usize,
) -> Option<(Vec<String>, usize)> {
    let (leaving, planned) = (ids(leaving), Planned { ids: ids(planned), without_id });
    let load = Load { quota, attached: there, leaving: &leaving, planned: &planned };
    load.excess().map(|Excess { there, more }| (there, more))
}

#[test]
fn a_target_is_full_with_what_it_has_gets_and_does_not_give_up() {
    let there = [policy("a", false), policy("full", true)];
    assert_eq!(excess(TWO, &there, &[], &["b"], 0), None);
    assert_eq!(excess(TWO, &there, &[], &["a"], 1), None, "what is there does not come again");
    assert_eq!(excess(TWO, &there, &[], &["b"], 1), Some((vec!["A".to_owned()], 2)));
    assert_eq!(excess(TWO, &there, &["a"], &["b"], 1), None);
    assert_eq!(excess(TWO, &[], &[], &[], 3), Some((vec![], 3)));
    let counting = Quota { counts_vendors: true, ..TWO };
    let both = vec!["A".to_owned(), "FULL".to_owned()];
    assert_eq!(excess(counting, &there, &[], &["b"], 0), Some((both, 1)));
}

#[test]
fn a_full_target_is_described_with_what_can_be_done() {
    let excess = Excess { there: vec!["one".to_owned(), "two".to_owned()], more: 1 };
    let told = |quota: Quota| shown(&too_many::<Alicloud>("user/ci", &quota, &excess).into());
    expect!["target_id: Too Many Policies On user/ci: user/ci has 2 policies: one, two. With 1 more from this run there would be 3, and Alibaba Cloud allows 2. Say in one guardrail what two say now or detach one in a run of its own first: Terraform attaches and detaches in one run in any order."].assert_eq(&told(TWO));
    expect!["target_id: Too Many Policies On user/ci: user/ci has 2 policies: one, two. With 1 more from this run there would be 3, and Alibaba Cloud allows 2 unless this account has a higher quota. Say in one guardrail what two say now, ask for a higher quota, or detach one in a run of its own first: Terraform attaches and detaches in one run in any order."].assert_eq(&told(Quota { can_be_raised: true, ..TWO }));
    let quota = Alicloud::quota(Tier::Account);
    assert_eq!((quota.most, quota.can_be_raised), (10, true));
}

#[test]
fn a_run_notices_what_one_attachment_alone_cannot() {
    let run = Attachments::default();
    let link = |guardrail: &str, target| Link::of::<Alicloud>(&model(guardrail, target));
    assert_eq!(run.plan(&link("a", "r-1")), Some(Planned { ids: ids(&["a"]), without_id: 0 }));
    assert_eq!(run.plan(&link("a", "r-1")), None, "the same twice");
    assert_eq!(run.plan(&link("", "r-1")), Some(Planned { ids: ids(&["a"]), without_id: 1 }));
    assert_eq!(run.plan(&link("", "r-2")), Some(Planned { ids: ids(&[]), without_id: 1 }));
    let of_role = AttachmentModel {
        assume_role_arn: "acs:ram::1:role/a".to_owned().into(),
        ..model("a", "r-1")
    };
    assert!(run.plan(&Link::of::<Alicloud>(&of_role)).is_some(), "another account's");

    run.note_known(link("b", "r-1"), false);
    run.note_known(link("c", "r-1"), true);
    assert!(run.is_known(&link("b", "r-1")) && !run.is_known(&link("b", "r-2")));
    assert_eq!(run.leaving(&link("", "r-1").target), ids(&["c"]));
    assert_eq!(run.leaving(&link("", "r-2").target), ids(&[]));
}

#[test]
fn callers_are_users_or_the_roles_of_sessions() {
    for (caller, whom) in [
        ("acs:ram::1:user/ci", Some("user/ci")),
        ("acs:ram::1:assumed-role/pipeline/ci", Some("role/pipeline")),
        ("arn:aws:iam::1:user/team/ci", Some("user/ci")),
        ("arn:aws:sts::1:assumed-role/Pipeline/ci", Some("role/Pipeline")),
        ("acs:ram::1:root", None),
        ("arn:aws:sts::1:federated-user/ci", None),
    ] {
        assert_eq!(identity_of(caller).as_deref(), whom, "{caller}");
    }
}

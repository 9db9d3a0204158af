//! What a target has room for, and many attachments at once.

use super::{Cloud, apply, assert_no_warning, assert_not_told, assert_told, destroy, plan};

/// Ten go, the eleventh does not: neither beside what is there nor of one run.
pub(in super::super) fn a_policy_too_many_in_the_organisation_is_an_error_of_the_plan(
    cloud: &Cloud,
) {
    let side = &cloud.organisation;
    let (simulator, run) = cloud.with(&cloud.many(side, 10..11));
    for number in 0..side.room {
        simulator.edit(|world| (side.attach)(world, &(side.guardrail)(number), side.targets[0]));
    }
    let full = format!("Too Many Policies On {}", side.targets[0]);
    let told = run.refused();
    assert_told(&told, &[&full, "has 10 policies", "there would be 11", "allows 10", "target_id"]);
    assert_not_told(&told, "a higher quota");

    let (simulator, run) = cloud.with(&cloud.many(side, 0..side.room + 1));
    let more = format!("With {} more from this run", side.room + 1);
    assert_told(&run.refused(), &[&full, &more, "there would be 11"]);
    assert!(side.there(&simulator).is_empty());
}

/// An account may have a higher quota than others.
pub(in super::super) fn a_policy_too_many_in_an_account_is_a_warning_before_it_is_an_error(
    cloud: &Cloud,
) {
    let side = &cloud.account;
    let (simulator, run) = cloud.with(&cloud.many(side, 10..11));
    for number in 0..side.room {
        simulator.edit(|world| (side.attach)(world, &(side.guardrail)(number), side.targets[0]));
    }
    let full = format!("Too Many Policies On {}", side.targets[0]);
    let planned = plan(&run);
    assert_told(
        &planned.text,
        &["Warning: Too Many", &full, "unless this account has a higher quota"],
    );
    let told = run.apply_refused();
    assert_told(&told, &[&full, "LimitExceeded", "request id", "ask for a higher quota"]);
    assert!(run.resources().is_empty());
    assert_eq!(side.there(&simulator).len(), side.room);
}

pub(in super::super) fn a_replacement_on_a_full_target_has_the_place_that_it_gives_up(
    cloud: &Cloud,
) {
    let side = &cloud.organisation;
    let (simulator, run) = cloud.with(&cloud.many(side, 0..side.room));
    run.apply();
    let replaced = cloud
        .many(side, 0..side.room)
        .replace(&(side.guardrail)(side.room - 1), &(side.guardrail)(10));
    run.write("main.tf", &replaced);
    run.apply();
    assert_eq!(side.there(&simulator).len(), side.room);
    assert!(side.there(&simulator).contains(&(side.guardrail)(10)));
}

/// The vendor takes one change at a time, and Terraform makes ten.
pub(in super::super) fn ten_attachments_at_once_get_in_nobodys_way(cloud: &Cloud) {
    let side = &cloud.organisation;
    let (simulator, run) = cloud.with(&cloud.many(side, 0..side.room));
    simulator.edit(|world| (cloud.slow)(world, 100));
    run.apply();
    assert_eq!(side.there(&simulator).len(), side.room);
    destroy(&run);
    assert!(side.there(&simulator).is_empty());
}

pub(in super::super) fn listings_that_lag_are_waited_for(cloud: &Cloud) {
    let side = &cloud.organisation;
    let (simulator, run) = cloud.with_one(side);
    simulator.edit(|world| (cloud.lag)(world, 2));
    let applied = run.apply();
    assert_no_warning(&applied.text);
    assert_eq!(side.there(&simulator), side.first());
    let destroyed = destroy(&run);
    assert_no_warning(&destroyed.text);
    let lists = |entry: &&imageguard_simulator::Entry| entry.action == side.calls[2];
    simulator.clear_journal();
    apply(&run);
    // In the plan and again in the apply, and until it is shown.
    assert_eq!(simulator.journal().iter().filter(lists).count(), 2 + 3);
}

/// The cloud has confirmed it: a failure would have the next apply detach and attach again.
pub(in super::super) fn a_listing_that_lags_too_long_is_a_warning(cloud: &Cloud) {
    let side = &cloud.organisation;
    let more = "timeouts = { create = \"1s\", delete = \"1s\" }";
    let (simulator, run) = cloud.with(&cloud.configuration(side, more));
    simulator.edit(|world| (cloud.lag)(world, 1000));
    let applied = apply(&run);
    assert_told(&applied.text, &["Is Not Shown Yet", "has confirmed", "timeouts = { create"]);
    simulator.edit(|world| (cloud.lag)(world, 0));
    assert_eq!(side.there(&simulator), side.first());
    let destroyed = run.terraform(&["destroy", "-auto-approve", "-no-color", "-refresh=false"]);
    assert!(destroyed.success, "{}", destroyed.text);
    assert!(side.there(&simulator).is_empty());
}

/// A read may be shown an older listing than the one before.
pub(in super::super) fn one_stale_listing_does_not_make_an_attachment_gone(cloud: &Cloud) {
    let side = &cloud.organisation;
    let more = "timeouts = { create = \"1s\" }";
    let (simulator, run) = cloud.with(&cloud.configuration(side, more));
    // Two looks end the waiting, and the next read is shown the third stale listing.
    simulator.edit(|world| (cloud.lag)(world, 3));
    assert_told(&apply(&run).text, &["Is Not Shown Yet"]);
    let planned = plan(&run);
    assert!(planned.text.contains("No changes"), "{}", planned.text);
}

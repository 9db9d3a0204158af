use std::collections::BTreeMap;

use super::{PolicyStore as _, Tier, tag_change::TagChange};
use crate::{
    cloud::{alicloud::Alicloud, aws::Aws},
    guardrail::AWS,
};

#[test]
fn targets_on_alibaba_cloud_are_told_by_their_form() {
    let tiers = |targets: &[&str], tier| {
        for target in targets {
            assert_eq!(Alicloud::tier_of_target(target), tier, "{target}");
        }
    };
    let of_organisation = ["r-Wm4iUl", "fd-bVaRIGqWYF", "1000000000000002", "12345"];
    tiers(&of_organisation, Some(Tier::Organisation));
    tiers(&["user/ci", "group/devs", "role/Image-Builder_2.x"], Some(Tier::Account));
    let neither = [
        "",
        "r-",
        "fd-",
        "fd-a-b",
        "rd-Wm4iUl",
        "1234",
        "123456789012345678901",
        "١٢٣٤٥",
        "user/",
        "user/a/b",
        "user/a b",
        "users/a",
        "User/a",
        "role/ä",
        "acs:ram::12345:role/a",
    ];
    tiers(&neither, None);
    tiers(&[&format!("user/{}", "a".repeat(129))], None);
}

#[test]
fn targets_on_aws_are_told_by_their_form() {
    let tiers = |targets: &[&str], tier| {
        for target in targets {
            assert_eq!(Aws::tier_of_target(target), tier, "{target}");
        }
    };
    tiers(&["r-a1b2", "ou-a1b2-c3d4e5f6", "111122223333"], Some(Tier::Organisation));
    tiers(&["user/ci", "group/devs", "role/Image+Builder=,.@-_x"], Some(Tier::Account));
    let neither = [
        "",
        "r-a1",
        "r-A1B2",
        "ou-a1b2",
        "ou-a1b2-c3",
        "ou-a1b2-c3d4e5f6-x",
        "11112222333",
        "1111222233334",
        "user/team/ci",
        "role/",
        "role/a b",
        "arn:aws:iam::111122223333:role/a",
    ];
    tiers(&neither, None);
    tiers(&[&format!("role/{}", "a".repeat(129))], None);
}

fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect()
}

#[test]
fn of_tags_only_what_differs_is_changed() {
    let change = TagChange::between(
        &tags(&[("same", "1"), ("other", "1"), ("gone", "1"), ("aws:stack", "1")]),
        &tags(&[("same", "1"), ("other", "2"), ("new", "1")]),
        &AWS,
    );
    assert_eq!(change.gone(), ["gone"]);
    assert_eq!(change.set, tags(&[("new", "1"), ("other", "2")]));
}

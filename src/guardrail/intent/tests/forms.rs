//! What people write, and what is made of it.

use expect_test::{Expect, expect};

use super::*;
use crate::guardrail::atlas::Atlas;

fn principals(list: &[(&Atlas, &str, &str)], expected: Expect) {
    let line = |(atlas, partition, text): &(&Atlas, &str, &str)| {
        let shown: String = text.chars().take(70).collect();
        match Principal::parse(atlas, partition, text) {
            Ok(principal) => format!("{shown}\n  -> {principal}\n"),
            Err(problem) => format!("{shown}\n  !! {problem}\n"),
        }
    };
    expected.assert_eq(&list.iter().map(line).collect::<String>());
}

#[test]
fn principals_are_roles_and_users_of_an_account() {
    let long = format!("arn:aws:iam::111122223333:role/{}", "x".repeat(700));
    let aws = [
        "arn:aws:iam::111122223333:role/image-approver",
        "arn:aws:iam::111122223333:user/path/somebody",
        "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Images_*",
        "arn:aws:iam::*:role/image-approver",
        "arn:aws:iam::111122223333:role/*",
        "arn:aws:iam::111122223333:role/with$dollar",
        "arn:aws:iam::111122223333:user/${aws:username}",
        "arn:aws:iam::111122223333:role/x:y",
        "*",
        "*:role/image-approver",
        "?",
        "",
        "image-approver",
        "role/image-approver",
        "111122223333",
        "arn:aws:iam::111122223333:root",
        "arn:aws:iam::111122223333:role/",
        "arn:aws:iam::111122223333:role",
        "arn:aws:iam::111122223333:group/builders",
        "arn:aws:iam::1111:role/x",
        "arn:aws:iam::1111*:role/x",
        "arn:aws:iam::????????????:role/x",
        "arn:aws:iam:::role/x",
        "arn:aws:sts::111122223333:assumed-role/image-approver/session",
        "arn:aws:sts::111122223333:assumed-role/image-approver",
        "arn:aws-cn:iam::111122223333:role/x",
        "arn:*:iam::111122223333:role/x",
        "acs:ram::1111222233334444:role/x",
        "arn:aws:iam::111122223333:role/with space",
        "arn:aws:iam::111122223333:role/umläut",
        &long,
    ];
    let list: Vec<_> = aws.iter().map(|text| (&AWS_ATLAS, "aws", *text)).collect();
    principals(
        &list,
        expect![[r#"
        arn:aws:iam::111122223333:role/image-approver
          -> arn:aws:iam::111122223333:role/image-approver
        arn:aws:iam::111122223333:user/path/somebody
          -> arn:aws:iam::111122223333:user/path/somebody
        arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*/AWSRes
          -> arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Images_*
        arn:aws:iam::*:role/image-approver
          -> arn:aws:iam::*:role/image-approver
        arn:aws:iam::111122223333:role/*
          -> arn:aws:iam::111122223333:role/*
        arn:aws:iam::111122223333:role/with$dollar
          -> arn:aws:iam::111122223333:role/with$dollar
        arn:aws:iam::111122223333:user/${aws:username}
          !! `arn:aws:iam::111122223333:user/${aws:username}` holds a policy variable, and no name is filled in there: the exemption would never hold; write `arn:aws:iam::111122223333:role/NAME`
        arn:aws:iam::111122223333:role/x:y
          !! `arn:aws:iam::111122223333:role/x:y` has a colon in a name, which no name has; write `arn:aws:iam::111122223333:role/NAME`
        *
          !! `*` starts with a wildcard and fits anybody; write `arn:aws:iam::111122223333:role/NAME`
        *:role/image-approver
          !! `*:role/image-approver` starts with a wildcard and fits anybody; write `arn:aws:iam::111122223333:role/NAME`
        ?
          !! `?` starts with a wildcard and fits anybody; write `arn:aws:iam::111122223333:role/NAME`

          !! `` is no name of a role or user here; write `arn:aws:iam::111122223333:role/NAME`
        image-approver
          !! `image-approver` is no name of a role or user here; write `arn:aws:iam::111122223333:role/NAME`
        role/image-approver
          !! `role/image-approver` is no name of a role or user here; write `arn:aws:iam::111122223333:role/NAME`
        111122223333
          !! `111122223333` is no name of a role or user here; write `arn:aws:iam::111122223333:role/NAME`
        arn:aws:iam::111122223333:root
          !! `arn:aws:iam::111122223333:root` is neither a role nor a user; write `arn:aws:iam::111122223333:role/NAME`
        arn:aws:iam::111122223333:role/
          !! `arn:aws:iam::111122223333:role/` is neither a role nor a user; write `arn:aws:iam::111122223333:role/NAME`
        arn:aws:iam::111122223333:role
          !! `arn:aws:iam::111122223333:role` is neither a role nor a user; write `arn:aws:iam::111122223333:role/NAME`
        arn:aws:iam::111122223333:group/builders
          !! `arn:aws:iam::111122223333:group/builders` is neither a role nor a user; write `arn:aws:iam::111122223333:role/NAME`
        arn:aws:iam::1111:role/x
          !! `arn:aws:iam::1111:role/x` has no account id; write `arn:aws:iam::111122223333:role/NAME`, or `*` for any account
        arn:aws:iam::1111*:role/x
          !! `arn:aws:iam::1111*:role/x` has no account id; write `arn:aws:iam::111122223333:role/NAME`, or `*` for any account
        arn:aws:iam::????????????:role/x
          !! `arn:aws:iam::????????????:role/x` has no account id; write `arn:aws:iam::111122223333:role/NAME`, or `*` for any account
        arn:aws:iam:::role/x
          !! `arn:aws:iam:::role/x` has no account id; write `arn:aws:iam::111122223333:role/NAME`, or `*` for any account
        arn:aws:sts::111122223333:assumed-role/image-approver/session
          !! `arn:aws:sts::111122223333:assumed-role/image-approver/session` names a session, which policies never see; name the role `image-approver`, with its path: write `arn:aws:iam::111122223333:role/NAME`
        arn:aws:sts::111122223333:assumed-role/image-approver
          !! `arn:aws:sts::111122223333:assumed-role/image-approver` names a session, which policies never see; name the role `image-approver`, with its path: write `arn:aws:iam::111122223333:role/NAME`
        arn:aws-cn:iam::111122223333:role/x
          !! `arn:aws-cn:iam::111122223333:role/x` is no name of a role or user here; write `arn:aws:iam::111122223333:role/NAME`
        arn:*:iam::111122223333:role/x
          !! `arn:*:iam::111122223333:role/x` is no name of a role or user here; write `arn:aws:iam::111122223333:role/NAME`
        acs:ram::1111222233334444:role/x
          !! `acs:ram::1111222233334444:role/x` is no name of a role or user here; write `arn:aws:iam::111122223333:role/NAME`
        arn:aws:iam::111122223333:role/with space
          !! a principal is no name of a role or user; write `arn:aws:iam::111122223333:role/NAME`
        arn:aws:iam::111122223333:role/umläut
          !! a principal is no name of a role or user; write `arn:aws:iam::111122223333:role/NAME`
        arn:aws:iam::111122223333:role/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
          !! a principal is no name of a role or user; write `arn:aws:iam::111122223333:role/NAME`
    "#]],
    );
}

#[test]
fn principals_of_other_partitions_start_as_those_do() {
    principals(
        &[
            (&AWS_ATLAS, "aws-cn", "arn:aws-cn:iam::111122223333:role/x"),
            (&AWS_ATLAS, "aws-cn", "arn:aws:iam::111122223333:role/x"),
        ],
        expect![[r#"
            arn:aws-cn:iam::111122223333:role/x
              -> arn:aws-cn:iam::111122223333:role/x
            arn:aws:iam::111122223333:role/x
              !! `arn:aws:iam::111122223333:role/x` is no name of a role or user here; write `arn:aws-cn:iam::111122223333:role/NAME`
        "#]],
    );
}

#[test]
fn principals_of_alibaba_cloud_get_a_star_for_the_region_and_roles_lose_their_capitals() {
    let alicloud = [
        "acs:ram::1111222233334444:role/Image-Approver",
        "acs:ram:*:1111222233334444:role/image-approver",
        "acs:ram:*:*:role/image-approver",
        "acs:ram::1111222233334444:user/Somebody",
        "acs:ram:cn-hangzhou:1111222233334444:role/x",
        "acs:ram::1111222233334444:assumed-role/image-approver/session",
        "acs:ram::1111222233334444:root",
        "arn:aws:iam::111122223333:role/x",
    ];
    let list: Vec<_> = alicloud.iter().map(|text| (&ALICLOUD_ATLAS, "", *text)).collect();
    principals(
        &list,
        expect![[r#"
        acs:ram::1111222233334444:role/Image-Approver
          -> acs:ram:*:1111222233334444:role/image-approver
        acs:ram:*:1111222233334444:role/image-approver
          -> acs:ram:*:1111222233334444:role/image-approver
        acs:ram:*:*:role/image-approver
          -> acs:ram:*:*:role/image-approver
        acs:ram::1111222233334444:user/Somebody
          -> acs:ram:*:1111222233334444:user/Somebody
        acs:ram:cn-hangzhou:1111222233334444:role/x
          !! `acs:ram:cn-hangzhou:1111222233334444:role/x` is no name of a role or user here; write `acs:ram::111122223333:role/NAME`
        acs:ram::1111222233334444:assumed-role/image-approver/session
          !! `acs:ram::1111222233334444:assumed-role/image-approver/session` names a session, which policies never see; name the role `image-approver`, with its path: write `acs:ram::111122223333:role/NAME`
        acs:ram::1111222233334444:root
          !! `acs:ram::1111222233334444:root` is neither a role nor a user; write `acs:ram::111122223333:role/NAME`
        arn:aws:iam::111122223333:role/x
          !! `arn:aws:iam::111122223333:role/x` is no name of a role or user here; write `acs:ram::111122223333:role/NAME`
    "#]],
    );
}

#[test]
fn dates_are_whole_seconds_with_a_zone_and_kept_in_utc() {
    let dates = [
        "2027-01-01T00:00:00Z",
        "2027-01-01T08:00:00+08:00",
        "2027-01-01t00:00:00z",
        "2027-01-01T00:00:00",
        "2027-01-01",
        "2027-01-01 00:00:00Z",
        "2027-01-01T00:00:00.5Z",
        "2027-01-01T00:00:00.000Z",
        "2027-02-30T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "9999-12-31T23:59:59-01:00",
        "90d",
        "",
        "tomorrow, or the day after it, or perhaps a little later than that",
    ];
    let line = |text: &&str| match Expiry::parse(text) {
        Ok(expiry) => format!("{text} -> {expiry} {}\n", expiry.compact()),
        Err(problem) => format!("{text}\n  !! {problem}\n"),
    };
    expect![[r#"
        2027-01-01T00:00:00Z -> 2027-01-01T00:00:00Z 20270101T000000Z
        2027-01-01T08:00:00+08:00 -> 2027-01-01T00:00:00Z 20270101T000000Z
        2027-01-01t00:00:00z -> 2027-01-01T00:00:00Z 20270101T000000Z
        2027-01-01T00:00:00
          !! `2027-01-01T00:00:00` is no instant with a time zone; write `2027-01-01T00:00:00Z`
        2027-01-01
          !! `2027-01-01` is no instant with a time zone; write `2027-01-01T00:00:00Z`
        2027-01-01 00:00:00Z -> 2027-01-01T00:00:00Z 20270101T000000Z
        2027-01-01T00:00:00.5Z
          !! `2027-01-01T00:00:00.5Z` is no whole second; write `2027-01-01T00:00:00Z`
        2027-01-01T00:00:00.000Z -> 2027-01-01T00:00:00Z 20270101T000000Z
        2027-02-30T00:00:00Z
          !! `2027-02-30T00:00:00Z` is no instant with a time zone; write `2027-01-01T00:00:00Z`
        1969-12-31T23:59:59Z
          !! `1969-12-31T23:59:59Z` is before 1970 or after 9999; write `2027-01-01T00:00:00Z`
        9999-12-31T23:59:59-01:00
          !! `9999-12-31T23:59:59-01:00` is before 1970 or after 9999; write `2027-01-01T00:00:00Z`
        90d
          !! `90d` is no instant with a time zone; write `2027-01-01T00:00:00Z`

          !! `` is no instant with a time zone; write `2027-01-01T00:00:00Z`
        tomorrow, or the day after it, or perhaps a little later than that
          !! `tomorrow, or the day after it, or perhap` is no instant with a time zone; write `2027-01-01T00:00:00Z`
    "#]].assert_eq(&dates.iter().map(line).collect::<String>());
}

#[test]
fn values_of_tags_are_exact_patterns_or_anything() {
    let of = |patterns: &[&str]| TagTest::of(patterns.iter().map(|text| (*text).to_owned()));
    assert_eq!(of(&["b", "a", "a"]), Ok(TagTest::Exact(texts(&["a", "b"]))));
    assert_eq!(of(&["a", "b*"]), Ok(TagTest::Like(texts(&["a", "b*"]))));
    assert_eq!(of(&["?*"]), Ok(TagTest::Like(texts(&["?*"]))));
    for all in [&["*"][..], &["**"], &["a", "*"]] {
        assert_eq!(of(all), Ok(TagTest::Present));
    }
    assert_eq!(of(&["$\"\\ü"]), Ok(TagTest::Exact(texts(&["$\"\\ü"]))));
    assert!(of(&[&"x".repeat(256)]).is_ok());
    let problem = |patterns: &[&str]| of(patterns).unwrap_err();
    expect!["no value is given; write `[\"*\"]` for any"].assert_eq(&problem(&[]));
    expect!["a value is empty; write `*` for any, also an empty one"]
        .assert_eq(&problem(&["", "a"]));
    expect!["a value has more than 256 characters, which no tag has"]
        .assert_eq(&problem(&[&"x".repeat(257)]));
    expect!["a value holds a control character, which no tag does"].assert_eq(&problem(&["a\nb"]));
}

#[test]
fn a_tag_passes_if_a_pattern_fits() {
    let of = |pattern: &str| TagTest::of([pattern.to_owned()]).unwrap();
    assert!(of("approved").accepts(Some("approved")));
    assert!(!of("approved").accepts(Some("Approved")));
    assert!(!of("approved").accepts(None));
    assert!(of("*").accepts(Some("")));
    assert!(!of("*").accepts(None));
    assert!(of("?*").accepts(Some("x")));
    assert!(!of("?*").accepts(Some("")));
}

#[test]
fn keys_are_those_that_people_can_set() {
    let check = |key: &str| check_tag_key(&AWS_ATLAS, key);
    assert_eq!(check("status"), Ok(()));
    assert_eq!(check(&"k".repeat(128)), Ok(()));
    assert_eq!(check("größe/\"x\" $y"), Ok(()));
    for key in ["", &"k".repeat(129), "a\tb", "aws:x", "AWS:x"] {
        assert!(check(key).is_err(), "{key}");
    }
    assert!(check_tag_key(&ALICLOUD_ATLAS, "acs:x").is_err());
    assert!(check_tag_key(&ALICLOUD_ATLAS, "aliyun-x").is_err());
    assert_eq!(check_tag_key(&ALICLOUD_ATLAS, "aws:x"), Ok(()));
}

#[test]
fn owners_are_accounts_or_groups_that_the_cloud_has() {
    for id in ["111122223333", "amazon", "aws-marketplace"] {
        assert_eq!(check_owner_id(&AWS_ATLAS, id), Ok(()));
    }
    assert_eq!(check_owner_id(&ALICLOUD_ATLAS, "1111222233334444"), Ok(()));
    expect!["`self` is no owner of images; write an account id, `amazon`, `aws-marketplace`"]
        .assert_eq(&check_owner_id(&AWS_ATLAS, "self").unwrap_err());
    expect!["`system` is no owner of images; write an account id"]
        .assert_eq(&check_owner_id(&ALICLOUD_ATLAS, "system").unwrap_err());
}

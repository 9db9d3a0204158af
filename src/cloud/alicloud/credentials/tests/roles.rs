//! The role on top, and what its arguments may be.

use super::*;

const OWN: (&str, &str) = ("ALICLOUD_ASSUME_ROLE_ARN", "acs:ram::1:role/own");
const SHARED: (&str, &str) = ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/shared");

#[test]
fn the_role_of_the_block_beats_those_of_the_environment() {
    for present in 0..8_u32 {
        let has = |place: u32| present & (1 << place) != 0;
        let mut world = static_settings(Some("k"), Some("s"), None);
        let mut expected = "keys k";
        if has(2) {
            world.variables.push(SHARED);
            expected = "role acs:ram::1:role/shared as terraform by keys k";
        }
        if has(1) {
            world.variables.push(OWN);
            expected = "role acs:ram::1:role/own as terraform by keys k";
        }
        if has(0) {
            world.settings.assume_role = Some(role_settings(Some("acs:ram::1:role/block")));
            expected = "role acs:ram::1:role/block as terraform by keys k";
        }
        assert_eq!(sketch(&world.resolve().unwrap().recipe), expected);
    }
}

#[test]
fn a_role_is_assumed_with_whatever_is_found() {
    let worlds = [
        World::file(config(&["current"])),
        World::variables(&[("ALICLOUD_ACCESS_KEY", "k"), ("ALICLOUD_SECRET_KEY", "s")]),
        World { may_guess: true, ..World::default() },
    ];
    let shown: Vec<_> = worlds
        .into_iter()
        .map(|mut world| {
            world.variables.push(OWN);
            sketch(&world.resolve().unwrap().recipe)
        })
        .collect();
    expect![[r#"
        role acs:ram::1:role/own as terraform by keys current
        role acs:ram::1:role/own as terraform by keys k
        role acs:ram::1:role/own as terraform by guess, else nothing"#]]
    .assert_eq(&shown.join("\n"));
}

#[test]
fn the_shared_variable_belongs_to_oidc_as_soon_as_anything_speaks_of_it() {
    let mut world = static_settings(Some("k"), Some("s"), None);
    world.variables = OIDC.to_vec();
    world.check_key("k");
    world.variables = vec![SHARED, OIDC[1]];
    world.check_key("k");
    world.variables = vec![SHARED];
    world.settings.assume_role_with_oidc = Some(OidcSettings::default());
    world.check_key("k");
    world.variables.push(OWN);
    world.check(expect!["role acs:ram::1:role/own as terraform by keys k"]);
}

#[test]
fn arguments_come_from_the_block_else_from_the_environment() {
    let mut world = static_settings(Some("k"), Some("s"), None);
    world.variables = vec![
        OWN,
        ("ALICLOUD_ASSUME_ROLE_SESSION_NAME", "own"),
        ("ALIBABA_CLOUD_ROLE_SESSION_NAME", "shared"),
        ("ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION", "1800"),
    ];
    world.check(expect!["role acs:ram::1:role/own as own seconds 1800 by keys k"]);
    world.settings.assume_role = Some(RoleSettings {
        role_arn: None,
        session_name: Some("block".to_owned()),
        external_id: Some("ext".to_owned()),
        policy: Some(r#"{"Version":"1"}"#.to_owned()),
        session_expiration: Some(900),
    });
    world.check(expect![[
        r#"role acs:ram::1:role/own as block id ext policy {"Version":"1"} seconds 900 by keys k"#
    ]]);
}

#[test]
fn a_block_without_a_role_is_an_error_that_says_where_to_name_one() {
    let mut world = static_settings(Some("k"), Some("s"), None);
    world.settings.assume_role = Some(role_settings(None));
    world.check_setting(expect!["the attribute `assume_role` names no role: set its `role_arn`, or the variable `ALICLOUD_ASSUME_ROLE_ARN`"]);
}

#[test]
fn wrong_values_of_variables_are_told_with_their_names() {
    let cases = [
        (
            "ALICLOUD_ASSUME_ROLE_ARN",
            "admin",
            expect![
                "the variable `ALICLOUD_ASSUME_ROLE_ARN`: `admin` is no role; one has the form `acs:ram::ACCOUNT:role/NAME`"
            ],
        ),
        (
            "ALIBABA_CLOUD_ROLE_ARN",
            "acs:ram::1:user/u",
            expect![
                "the variable `ALIBABA_CLOUD_ROLE_ARN`: `acs:ram::1:user/u` is no role; one has the form `acs:ram::ACCOUNT:role/NAME`"
            ],
        ),
        (
            "ALICLOUD_ASSUME_ROLE_SESSION_NAME",
            "a b",
            expect![
                "the variable `ALICLOUD_ASSUME_ROLE_SESSION_NAME`: `a b` is no name of a session; one has 2 to 64 letters, digits and characters of `.@-_`"
            ],
        ),
        (
            "ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION",
            "1h",
            expect![
                "the variable `ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION`: `1h` is not a number of seconds from 900 to 43200"
            ],
        ),
    ];
    for (name, value, expected) in cases {
        let mut world = static_settings(Some("k"), Some("s"), None);
        world.variables = vec![(name, value)];
        if !name.ends_with("_ARN") {
            world.variables.push(OWN);
        }
        world.check_setting(expected);
    }
}

#[test]
fn role_arns_have_an_account_and_a_name() {
    let right = ["acs:ram::1234567890123456:role/Golden-Images.v2_x", "acs:ram::1:role/r"];
    let wrong = [
        "",
        "r",
        "acs:ram::1:role/",
        "acs:ram::1:role",
        "acs:ram:::role/r",
        "acs:ram::x:role/r",
        "acs:ram::1:user/u",
        "acs:ram:cn-hangzhou:1:role/r",
        "arn:aws:iam::1:role/r",
        "acs:ram::1:role/a b",
        "acs:ram::1:role/r\n",
        "acs:ram::1:role/*",
    ];
    assert!(right.iter().all(|arn| is_role_arn(arn)));
    assert_eq!(wrong.iter().find(|arn| is_role_arn(arn)), None);
}

#[test]
fn arguments_are_held_against_the_vendors_limits() {
    let role = RoleSettings {
        role_arn: Some("r".to_owned()),
        session_name: Some("x".to_owned()),
        external_id: Some("x".to_owned()),
        policy: Some("[]".to_owned()),
        session_expiration: Some(899),
    };
    let shown = |faults: Vec<ArgumentFault>| {
        faults.iter().map(|(name, fault)| format!("{name}: {fault}\n")).collect::<String>()
    };
    expect![[r#"
        role_arn: `r` is no role; one has the form `acs:ram::ACCOUNT:role/NAME`
        session_name: `x` is no name of a session; one has 2 to 64 letters, digits and characters of `.@-_`
        external_id: an external id has 2 to 1224 characters, and this one has 1
        policy: a policy is an object in JSON, and this is something else
        session_expiration: `899` is not a number of seconds from 900 to 43200
    "#]].assert_eq(&shown(role.faults()));
    let oidc = OidcSettings {
        role_arn: Some("r".to_owned()),
        oidc_provider_arn: Some("p".to_owned()),
        oidc_token: Some(Secret::new("hush")),
        oidc_token_file: Some("/f".to_owned()),
        role_session_name: Some("é".to_owned()),
        policy: Some("{".to_owned()),
        session_expiration: Some(43_201),
    };
    expect![[r#"
        role_arn: `r` is no role; one has the form `acs:ram::ACCOUNT:role/NAME`
        oidc_provider_arn: `p` is no identity provider; one has the form `acs:ram::ACCOUNT:oidc-provider/NAME`
        role_session_name: `é` is no name of a session; one has 2 to 64 letters, digits and characters of `.@-_`
        policy: it is not JSON at line 1, column 1
        session_expiration: `43201` is not a number of seconds from 900 to 43200
        oidc_token_file: the token itself is set too, as `oidc_token`; set one of them
    "#]].assert_eq(&shown(oidc.faults()));
}

#[test]
fn limits_include_their_ends() {
    let role = |name: usize, id: usize, policy: usize, seconds| RoleSettings {
        role_arn: None,
        session_name: Some("n".repeat(name)),
        external_id: Some("i".repeat(id)),
        policy: Some(format!("{{\"a\":\"{}\"}}", "p".repeat(policy - 8))),
        session_expiration: Some(seconds),
    };
    assert!(role(2, 2, 8, 900).faults().is_empty());
    assert!(role(64, 1224, 2048, 43_200).faults().is_empty());
    assert_eq!(role(65, 1225, 2049, 43_201).faults().len(), 4);
    assert!(RoleSettings::default().faults().is_empty());
}

#[test]
fn the_role_of_a_type_takes_the_place_of_every_other_on_top_but_not_of_a_sources_own() {
    let roles = [
        ("ALICLOUD_ASSUME_ROLE_ARN", "acs:ram::1:role/own"),
        ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/shared"),
        ("ALICLOUD_ASSUME_ROLE_SESSION_NAME", "ci"),
        ("ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION", "900"),
    ];
    let keys = World { variables: roles.to_vec(), ..static_settings(Some("k"), Some("s"), None) };
    let mut block = keys.clone();
    block.settings.assume_role = Some(role_settings(Some("acs:ram::1:role/block")));
    let profile = World::file(
        r#"{"current":"p","profiles":[{"name":"p","mode":"RamRoleArn","access_key_id":"k",
        "access_key_secret":"s","ram_role_arn":"acs:ram::1:role/profile"}]}"#,
    );
    let profile = World { variables: roles.to_vec(), ..profile };
    let oidc = World::variables(&[&OIDC[..], &roles[..1]].concat());
    let shown: Vec<_> = [keys, block, profile, oidc]
        .iter()
        .map(|world| sketch(&world.resolve_for(Some("acs:ram::2:role/type")).unwrap().recipe))
        .collect();
    expect![[r#"
        role acs:ram::2:role/type as ci by keys k
        role acs:ram::2:role/type as ci by keys k
        role acs:ram::2:role/type as ci by role acs:ram::1:role/profile as terraform by keys k
        role acs:ram::2:role/type as terraform by oidc /token at acs:ram::1:oidc-provider/p for role acs:ram::1:role/oidc as terraform"#]].assert_eq(&shown.join("\n"));
}

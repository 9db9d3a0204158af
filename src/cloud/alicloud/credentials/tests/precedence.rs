//! Which source wins, over all combinations of them.

use super::*;

/// What makes a source speak, and what it then gives; the first one wins over all others.
type Row = (fn(&mut World), &'static str);

const SOURCES_IN_ORDER: [Row; 11] = [
    (
        |world| {
            world.settings.access_key = Some("static".to_owned());
            world.settings.secret_key = Some(Secret::new("s"));
        },
        "keys static",
    ),
    (
        |world| {
            world.settings.profile = Some("named".to_owned());
            world.files.insert(FILE, config(&["current", "named"]));
        },
        "keys named",
    ),
    (
        |world| {
            world.settings.assume_role_with_oidc = Some(OidcSettings {
                role_arn: Some("acs:ram::1:role/attribute".to_owned()),
                oidc_provider_arn: Some("acs:ram::1:oidc-provider/p".to_owned()),
                oidc_token_file: Some("/token".to_owned()),
                ..OidcSettings::default()
            });
        },
        "oidc /token at acs:ram::1:oidc-provider/p for role acs:ram::1:role/attribute as terraform",
    ),
    (|world| world.settings.ecs_role_name = Some("attribute".to_owned()), "no instance"),
    (
        |world| world.settings.credentials_uri = Some(Secret::new("https://attribute/")),
        "uri https://attribute/",
    ),
    (
        |world| {
            world.variables.extend([
                ("ALIBABA_CLOUD_ACCESS_KEY_ID", "environment"),
                ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s"),
            ]);
        },
        "keys environment",
    ),
    (
        |world| world.variables.extend(OIDC),
        "oidc /token at acs:ram::1:oidc-provider/p for role acs:ram::1:role/oidc as terraform",
    ),
    (
        |world| {
            world.files.insert(FILE, config(&["current", "named"]));
        },
        "keys current",
    ),
    (
        |world| {
            let section =
                "[default]\ntype = access_key\naccess_key_id = ini\naccess_key_secret = s";
            world.files.insert("/home/me/.alibabacloud/credentials", section.to_owned());
        },
        "keys ini",
    ),
    (|world| world.variables.push(("ALICLOUD_ECS_ROLE_NAME", "variable")), "no instance"),
    (
        |world| world.variables.push(("ALICLOUD_CREDENTIALS_URI", "https://variable/")),
        "uri https://variable/",
    ),
];

#[test]
fn the_first_source_that_has_an_answer_wins() {
    for present in 0..1_u32 << SOURCES_IN_ORDER.len() {
        let mut world = World { may_guess: true, ..World::default() };
        let mut expected = "guess, else nothing".to_owned();
        for (number, (add, gives)) in SOURCES_IN_ORDER.iter().enumerate().rev() {
            if present & (1 << number) != 0 {
                add(&mut world);
                expected = match number {
                    3 => "instance attribute".to_owned(),
                    9 => "instance variable".to_owned(),
                    10 => format!("guess, else {gives}"),
                    // The attribute's profile is in a file that is there from then on.
                    _ => (*gives).to_owned(),
                };
            }
        }
        assert_eq!(sketch(&world.resolve().unwrap().recipe), expected, "{present:#013b}");
    }
}

#[test]
fn the_instance_is_asked_unbidden_only_if_that_is_not_turned_off() {
    let uri = ("ALIBABA_CLOUD_CREDENTIALS_URI", "http://127.0.0.1:1/keys");
    let mut world = World { may_guess: true, ..World::variables(&[uri]) };
    world.check(expect!["guess, else uri http://127.0.0.1:1/keys"]);
    world.may_guess = false;
    world.check(expect!["uri http://127.0.0.1:1/keys"]);
    world.variables.push(("ALICLOUD_ECS_ROLE_NAME", "role"));
    world.check_error(expect!["the variable `ALICLOUD_ECS_ROLE_NAME` is set, but `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is on"]);
}

#[test]
fn oidc_that_is_half_set_up_is_an_error_but_the_role_alone_is_not() {
    for missing in 0..3 {
        let mut world = World::file(config(&["current"]));
        world.variables = OIDC.to_vec();
        world.variables.remove(missing);
        let message = world.resolve().unwrap_err().message;
        let expected = [
            "the variable `ALIBABA_CLOUD_OIDC_PROVIDER_ARN` is set, but neither the attribute \
             `oidc_token_file` nor `ALIBABA_CLOUD_OIDC_TOKEN_FILE` is",
            "the variable `ALIBABA_CLOUD_OIDC_TOKEN_FILE` is set, but neither the attribute \
             `oidc_provider_arn` nor `ALIBABA_CLOUD_OIDC_PROVIDER_ARN` is",
            "the variable `ALIBABA_CLOUD_OIDC_TOKEN_FILE` is set, but neither the attribute \
             `role_arn` nor `ALIBABA_CLOUD_ROLE_ARN` is",
        ];
        assert_eq!(message, expected[missing]);
    }
    let mut world = World::file(config(&["current"]));
    world.variables = vec![OIDC[2]];
    world.check(expect!["role acs:ram::1:role/oidc as terraform by keys current"]);
}

#[test]
fn the_attributes_of_oidc_are_completed_by_the_environment() {
    let mut world = World::variables(&OIDC);
    world.variables.push(("ALIBABA_CLOUD_ROLE_SESSION_NAME", "pipeline"));
    world.settings.assume_role_with_oidc = Some(OidcSettings::default());
    world.check(expect![
        "oidc /token at acs:ram::1:oidc-provider/p for role acs:ram::1:role/oidc as pipeline"
    ]);
    world.settings.assume_role_with_oidc = Some(OidcSettings {
        role_arn: Some("acs:ram::2:role/own".to_owned()),
        oidc_token: Some(Secret::new("text")),
        role_session_name: Some("own".to_owned()),
        policy: Some("{}".to_owned()),
        session_expiration: Some(900),
        ..OidcSettings::default()
    });
    world.check(expect!["oidc (text) at acs:ram::1:oidc-provider/p for role acs:ram::2:role/own as own policy {} seconds 900"]);
    world.variables.clear();
    world.check_error(expect!["the attribute `assume_role_with_oidc` is set, but neither the attribute `oidc_provider_arn` nor `ALIBABA_CLOUD_OIDC_PROVIDER_ARN` is"]);
}

#[test]
fn a_token_may_be_in_a_variable_and_a_file_beats_it() {
    let mut world = World::variables(&OIDC[1..]);
    world.variables.push(("ALIBABA_CLOUD_OIDC_TOKEN", "text"));
    world.check(expect![
        "oidc (text) at acs:ram::1:oidc-provider/p for role acs:ram::1:role/oidc as terraform"
    ]);
    world.variables.push(("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "~/token"));
    world.check(expect!["oidc /home/me/token at acs:ram::1:oidc-provider/p for role acs:ram::1:role/oidc as terraform"]);
}

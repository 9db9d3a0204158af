//! Services that hand out credentials, as they are named.

use super::*;

#[test]
fn addresses_are_https_or_on_this_machine() {
    let right = [
        "https://keys.example.com/role?token=x",
        "http://127.0.0.1:8080/keys",
        "http://localhost/",
        "http://[::1]/",
    ];
    assert_eq!(right.iter().find(|text| CredentialsUri::parse(text).is_err()), None);
    let wrong = [
        "",
        "keys",
        "http://example.com/",
        "http://100.100.100.200/latest",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
    ];
    let shown: Vec<_> = wrong.iter().map(|text| CredentialsUri::parse(text).unwrap_err()).collect();
    expect![[r#"
        it is not a URL
        it is not a URL
        plain http would send credentials in the clear; only loopback addresses may use it
        plain http would send credentials in the clear; only loopback addresses may use it
        only https is possible, and http for loopback addresses
        it names no host"#]]
    .assert_eq(&shown.join("\n"));
}

#[test]
fn an_address_is_shown_without_what_may_be_secret() {
    let uri = CredentialsUri::parse("https://user:hush@example.com:8443/path?token=quiet").unwrap();
    assert_eq!(uri.shown(), "https://example.com:8443/path");
    assert_eq!(uri.secrets().collect::<Vec<_>>(), ["token=quiet", "hush"]);
}

#[test]
fn an_address_that_is_none_is_told_without_it() {
    let mut world = World::default();
    world.settings.credentials_uri = Some(Secret::new("http://example.com/?hush"));
    world.check_setting(expect!["the attribute `credentials_uri`: plain http would send credentials in the clear; only loopback addresses may use it"]);
    let variable = [("ALIBABA_CLOUD_CREDENTIALS_URI", "hush")];
    World::variables(&variable)
        .check_setting(expect!["the variable `ALIBABA_CLOUD_CREDENTIALS_URI`: it is not a URL"]);
}

#[test]
fn a_role_of_the_instance_that_somebody_wants_needs_the_metadata_service() {
    let mut world = World::default();
    world.settings.ecs_role_name = Some("role".to_owned());
    world.check_error(expect![
        "the attribute `ecs_role_name` is set, but `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is on"
    ]);
    world.may_guess = true;
    world.check(expect!["instance role"]);
    for variable in ["ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ECS_METADATA"] {
        let uri = ("ALICLOUD_CREDENTIALS_URI", "https://example.com/");
        let mut world = World::variables(&[(variable, "role"), uri]);
        let message = world.resolve().unwrap_err().message;
        let switch = "`ALIBABA_CLOUD_ECS_METADATA_DISABLED` is on";
        assert_eq!(message, format!("the variable `{variable}` is set, but {switch}"));
        world.may_guess = true;
        world.check(expect!["instance role"]);
    }
}

#[test]
fn secrets_of_a_recipe_are_known_before_it_is_followed() {
    let secrets = |world: &World| -> Vec<String> {
        let recipe = world.resolve().unwrap().recipe;
        recipe.secrets().into_iter().map(str::to_owned).collect()
    };
    let mut world = static_settings(Some("k"), Some("secret"), Some("token"));
    world.settings.assume_role = Some(role_settings(Some("acs:ram::1:role/r")));
    assert_eq!(secrets(&world), ["secret", "token"]);
    let mut world = World::variables(&OIDC[1..]);
    world.variables.push(("ALIBABA_CLOUD_OIDC_TOKEN", "jwt"));
    assert_eq!(secrets(&world), ["jwt"]);
    let uri = ("ALICLOUD_CREDENTIALS_URI", "https://example.com/?quiet");
    let world = World { may_guess: true, ..World::variables(&[uri]) };
    assert_eq!(secrets(&world), ["quiet"]);
}

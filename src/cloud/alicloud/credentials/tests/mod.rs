//! What is found where: tables over worlds of attributes, variables and files.

mod cli;
mod ini;
mod precedence;
mod roles;
mod services;

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use time::macros::datetime;

use super::*;

const FILE: &str = "/home/me/.aliyun/config.json";
const OIDC: [(&str, &str); 3] = [
    ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/token"),
    ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p"),
    ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/oidc"),
];
/// Keeps the end of the chain from being a guess.
const NO_METADATA: (&str, &str) = ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");

/// A world to look for credentials in; `HOME` is `/home/me`.
#[derive(Clone, Default)]
struct World {
    settings: CredentialSettings,
    variables: Vec<(&'static str, &'static str)>,
    files: BTreeMap<&'static str, String>,
    /// Whether the metadata service may be asked without being named.
    may_guess: bool,
}

impl World {
    fn resolve(&self) -> Result<Identity, Error> {
        self.resolve_for(None)
    }

    /// As it is for a type that names a role of its own.
    fn resolve_for(&self, of_type: Option<&str>) -> Result<Identity, Error> {
        let home = [("HOME", "/home/me")];
        let guess = (!self.may_guess).then_some(NO_METADATA);
        let variables = self.variables.iter().chain(&home).chain(&guess);
        let environment =
            Environment::new(variables.map(|(name, value)| (name.to_string(), value.to_string())));
        let read_file = |path: &Path| {
            let text = self.files.get(path.to_str().unwrap());
            text.cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
        };
        let now = datetime!(2024-05-06 07:08:09 UTC);
        let (settings, environment) = (&self.settings, &environment);
        let sight = Sight { settings, environment, read_file: &read_file, now };
        let Identity { recipe, region } = before_roles(sight)?;
        Ok(Identity { recipe: with_role(sight, recipe, of_type)?, region })
    }

    /// Shows how credentials are come by, in a line.
    #[track_caller]
    fn check(&self, expected: Expect) {
        expected.assert_eq(&sketch(&self.resolve().unwrap().recipe));
    }

    #[track_caller]
    fn check_key(&self, expected: &str) {
        assert_eq!(sketch(&self.resolve().unwrap().recipe), format!("keys {expected}"));
    }

    #[track_caller]
    fn check_error(&self, expected: Expect) {
        let error = self.resolve().unwrap_err();
        assert_eq!((error.kind, error.operation), (Kind::Credentials, CREDENTIALS));
        expected.assert_eq(&error.message);
    }

    #[track_caller]
    fn check_setting(&self, expected: Expect) {
        let error = self.resolve().unwrap_err();
        assert_eq!((error.kind, error.operation), (Kind::Setting, CREDENTIALS));
        expected.assert_eq(&error.message);
    }

    fn variables(variables: &[(&'static str, &'static str)]) -> Self {
        Self { variables: variables.to_vec(), ..Self::default() }
    }

    fn file(text: impl Into<String>) -> Self {
        Self { files: [(FILE, text.into())].into(), ..Self::default() }
    }
}

/// Shows a recipe in a line, without its secrets.
fn sketch(recipe: &Recipe) -> String {
    match recipe {
        Recipe::Keys(keys) => {
            let token = if keys.security_token.is_some() { " with token" } else { "" };
            format!("keys {}{token}", keys.access_key)
        }
        Recipe::Instance(role) => format!("instance {}", role.as_deref().unwrap_or("(any role)")),
        Recipe::Uri(uri) => format!("uri {}", uri.shown()),
        Recipe::Oidc(oidc) => {
            let token = match &oidc.token {
                Token::File(path) => path.display().to_string(),
                Token::Text(_) => "(text)".to_owned(),
            };
            format!("oidc {token} at {} for {}", oidc.provider_arn, sketch_role(&oidc.role))
        }
        Recipe::Role { source, role } => format!("{} by {}", sketch_role(role), sketch(source)),
        Recipe::Guess { otherwise, .. } => {
            let otherwise = otherwise.as_ref().map(|recipe| sketch(recipe));
            format!("guess, else {}", otherwise.as_deref().unwrap_or("nothing"))
        }
    }
}

fn sketch_role(role: &Role) -> String {
    let details = [
        ("id", &role.external_id),
        ("policy", &role.policy),
        ("seconds", &role.seconds),
        ("sts", &role.sts_region),
    ];
    let details = details.into_iter().filter_map(|(name, it)| Some((name, it.as_ref()?)));
    let details: String = details.map(|(name, it)| format!(" {name} {it}")).collect();
    format!("role {} as {}{details}", role.arn, role.session_name)
}

fn role_settings(arn: Option<&str>) -> RoleSettings {
    RoleSettings { role_arn: arn.map(str::to_owned), ..RoleSettings::default() }
}

/// A file whose profiles have their own names as key ids; the first one is current.
fn config(names: &[&str]) -> String {
    let profile = |name: &&str| {
        format!(
            r#"{{"name":"{name}","mode":"AK","access_key_id":"{name}","access_key_secret":"s",
            "region_id":"{name}-1"}}"#
        )
    };
    let profiles: Vec<_> = names.iter().map(profile).collect();
    format!(r#"{{"current":"{}","profiles":[{}]}}"#, names[0], profiles.join(","))
}

fn static_settings(key: Option<&str>, secret: Option<&str>, token: Option<&str>) -> World {
    let settings = CredentialSettings {
        access_key: key.map(str::to_owned),
        secret_key: secret.map(Secret::new),
        security_token: token.map(Secret::new),
        ..CredentialSettings::default()
    };
    World { settings, ..World::default() }
}

#[test]
fn a_file_that_the_settings_name_is_asked_for_the_profile_that_the_environment_names() {
    let mut world = World::variables(&[
        ("ALICLOUD_ACCESS_KEY", "environment"),
        ("ALICLOUD_SECRET_KEY", "s"),
        ("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true"),
        ("ALIBABA_CLOUD_PROFILE", "second"),
    ]);
    world.settings.shared_credentials_file = Some("/attribute".into());
    world.check_error(expect!["the file `/attribute` does not exist"]);
    world.files.insert("/attribute", "{}".to_owned());
    world.check_error(expect![
        "there is no profile `second`; looked at the file `/attribute`, which has no profiles"
    ]);
    world.files.insert("/attribute", config(&["current", "second", "first"]));
    world.check_key("second");
    world.variables.push(("ALICLOUD_PROFILE", "first"));
    world.check_key("first");
}

#[test]
fn a_file_that_somebody_names_must_have_profiles() {
    let mut world = World::variables(&[("ALICLOUD_ACCESS_KEY", "k"), ("ALICLOUD_SECRET_KEY", "s")]);
    world.settings.shared_credentials_file = Some("/empty".into());
    world.files.insert("/empty", "{}".to_owned());
    world.check_error(expect!["the file `/empty` has no profiles"]);
    let mut world = World::variables(&[("ALIBABA_CLOUD_CONFIG_FILE", "/empty")]);
    world.files.insert("/empty", "{}".to_owned());
    world.check_error(expect!["the file `/empty` has no profiles"]);
}

#[test]
fn the_first_family_of_variables_wins_and_families_do_not_mix() {
    for present in 1..8_usize {
        let families = (0..3).filter(|family| present & (1 << family) != 0);
        let variables: Vec<_> = families
            .flat_map(|family| KEY_VARIABLES[family].map(|name| (name, KEY_VARIABLES[family][0])))
            .collect();
        let first = KEY_VARIABLES[present.trailing_zeros() as usize][0];
        let recipe = World::variables(&variables).resolve().unwrap().recipe;
        let keys = Credentials::new(first, first, Some(first));
        assert_eq!(*recipe, Recipe::Keys(keys), "{present:#05b}");
    }
    World::variables(&[("ALICLOUD_ACCESS_KEY", "a"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "b")])
        .check_error(expect![
            "the variable `ALICLOUD_ACCESS_KEY` is set, but `ALICLOUD_SECRET_KEY` is not"
        ]);
}

#[test]
fn keys_that_are_half_given_are_an_error() {
    let halves = [
        (Some("k"), None, None, "`access_key` is set, but `secret_key` is not"),
        (Some("k"), Some(""), None, "`access_key` is set, but `secret_key` is not"),
        (Some("k"), None, Some("t"), "`access_key` is set, but `secret_key` is not"),
        (None, Some("s"), None, "`secret_key` is set, but `access_key` is not"),
        (None, None, Some("t"), "`security_token` is set, but `access_key` is not"),
    ];
    for (key, secret, token, expected) in halves {
        let message = static_settings(key, secret, token).resolve().unwrap_err().message;
        assert_eq!(message, format!("the attribute {expected}"));
    }
    for [key, secret, token] in KEY_VARIABLES {
        for (given, missing) in [(key, secret), (secret, key), (token, key)] {
            let message = World::variables(&[(given, "x")]).resolve().unwrap_err().message;
            assert_eq!(message, format!("the variable `{given}` is set, but `{missing}` is not"));
        }
    }
}

#[test]
fn a_token_goes_with_the_keys_of_its_own_source() {
    let mut world = static_settings(Some("k"), Some("s"), None);
    world.variables = vec![("ALICLOUD_SECURITY_TOKEN", "t")];
    let keys = |token| Recipe::Keys(Credentials::new("k", "s", token));
    assert_eq!(*world.resolve().unwrap().recipe, keys(None));
    let world = static_settings(Some("k"), Some("s"), Some("t"));
    assert_eq!(*world.resolve().unwrap().recipe, keys(Some("t")));
}

#[test]
fn the_most_explicit_file_is_read() {
    for named in 0..8_u32 {
        let has = |place: u32| named & (1 << place) != 0;
        let mut world = World::file(config(&["default-file"]));
        let mut expected = "default-file";
        if has(2) {
            world.variables.push(("ALIBABA_CLOUD_CONFIG_FILE", "/second"));
            world.files.insert("/second", config(&["second-variable"]));
            expected = "second-variable";
        }
        if has(1) {
            world.variables.push(("ALICLOUD_SHARED_CREDENTIALS_FILE", "~/first"));
            world.files.insert("/home/me/first", config(&["first-variable"]));
            expected = "first-variable";
        }
        if has(0) {
            world.settings.shared_credentials_file = Some("~/attribute".into());
            world.files.insert("/home/me/attribute", config(&["attribute"]));
            expected = "attribute";
        }
        world.check_key(expected);
    }
}

#[test]
fn the_most_explicit_profile_is_taken() {
    for named in 0..8_u32 {
        let has = |place: u32| named & (1 << place) != 0;
        let mut world = World::file(config(&["current", "second", "first", "attribute"]));
        let mut expected = "current";
        if has(2) {
            world.variables.push(("ALIBABA_CLOUD_PROFILE", "second"));
            expected = "second";
        }
        if has(1) {
            world.variables.push(("ALICLOUD_PROFILE", "first"));
            expected = "first";
        }
        if has(0) {
            world.settings.profile = Some("attribute".to_owned());
            expected = "attribute";
        }
        world.check_key(expected);
        assert_eq!(world.resolve().unwrap().region, Some(format!("{expected}-1")));
    }
}

#[test]
fn without_a_current_profile_the_one_named_default_is_taken() {
    World::file(config(&["default"]).replace("current", "unrelated")).check_key("default");
}

#[test]
fn the_profile_of_a_session_has_a_token() {
    let file = r#"{"current":"s","profiles":[{"name":"s","mode":"StsToken","access_key_id":"k",
        "access_key_secret":"s","sts_token":"t","region_id":""}]}"#;
    let keys = Recipe::Keys(Credentials::new("k", "s", Some("t")));
    assert_eq!(World::file(file).resolve().unwrap(), Identity::new(keys));
}

#[test]
fn the_switch_turns_off_only_profiles_that_the_settings_do_not_name() {
    let mut world = World::file(config(&["current"]));
    world.variables = vec![("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true")];
    assert!(world.resolve().is_err());
    world.settings.profile = Some("current".to_owned());
    world.check_key("current");
}

#[test]
fn nothing_found_lists_the_places() {
    World::default().check_error(expect!["there are none; looked at the block's `access_key`, `profile`, `shared_credentials_file`, `assume_role_with_oidc`, `ecs_role_name` and `credentials_uri`; the variables `ALICLOUD_ACCESS_KEY`, `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABACLOUD_ACCESS_KEY_ID` and those that go with them; the variables `ALIBABA_CLOUD_OIDC_TOKEN_FILE`, `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`, `ALIBABA_CLOUD_ROLE_ARN`; the file `/home/me/.aliyun/config.json`, which does not exist; the file `/home/me/.alibabacloud/credentials`, which does not exist; the file `/home/me/.alibabacloud/credentials.ini`, which does not exist; no instance role, because `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is on; the variables `ALICLOUD_CREDENTIALS_URI` and `ALIBABA_CLOUD_CREDENTIALS_URI`"]);
    World::file("{}").check_error(expect!["there are none; looked at the block's `access_key`, `profile`, `shared_credentials_file`, `assume_role_with_oidc`, `ecs_role_name` and `credentials_uri`; the variables `ALICLOUD_ACCESS_KEY`, `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABACLOUD_ACCESS_KEY_ID` and those that go with them; the variables `ALIBABA_CLOUD_OIDC_TOKEN_FILE`, `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`, `ALIBABA_CLOUD_ROLE_ARN`; the file `/home/me/.aliyun/config.json`, which has no profiles; the file `/home/me/.alibabacloud/credentials`, which does not exist; the file `/home/me/.alibabacloud/credentials.ini`, which does not exist; no instance role, because `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is on; the variables `ALICLOUD_CREDENTIALS_URI` and `ALIBABA_CLOUD_CREDENTIALS_URI`"]);
    World::variables(&[("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "TRUE")]).check_error(expect!["there are none; looked at the block's `access_key`, `profile`, `shared_credentials_file`, `assume_role_with_oidc`, `ecs_role_name` and `credentials_uri`; the variables `ALICLOUD_ACCESS_KEY`, `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABACLOUD_ACCESS_KEY_ID` and those that go with them; the variables `ALIBABA_CLOUD_OIDC_TOKEN_FILE`, `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`, `ALIBABA_CLOUD_ROLE_ARN`; no CLI profile, because `ALIBABA_CLOUD_CLI_PROFILE_DISABLED` is on; the file `/home/me/.alibabacloud/credentials`, which does not exist; the file `/home/me/.alibabacloud/credentials.ini`, which does not exist; no instance role, because `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is on; the variables `ALICLOUD_CREDENTIALS_URI` and `ALIBABA_CLOUD_CREDENTIALS_URI`"]);
}

#[test]
fn a_file_that_somebody_names_must_exist() {
    World::variables(&[("ALIBABA_CLOUD_CONFIG_FILE", "/gone")])
        .check_error(expect!["the file `/gone` does not exist"]);
    World::variables(&[("ALICLOUD_PROFILE", "prod")]).check_error(expect!["there is no profile `prod`; looked at the file `/home/me/.aliyun/config.json`, which does not exist; the file `/home/me/.alibabacloud/credentials`, which does not exist; the file `/home/me/.alibabacloud/credentials.ini`, which does not exist"]);
}

#[test]
fn a_missing_profile_lists_those_that_exist() {
    let mut world = World::file(config(&["dev", "prod"]));
    world.settings.profile = Some("test".to_owned());
    world.check_error(expect!["there is no profile `test`; looked at the file `/home/me/.aliyun/config.json`, which has the profiles `dev`, `prod`; the file `/home/me/.alibabacloud/credentials`, which does not exist; the file `/home/me/.alibabacloud/credentials.ini`, which does not exist"]);
    world.files.insert(FILE, "{}".to_owned());
    world.check_error(expect!["there is no profile `test`; looked at the file `/home/me/.aliyun/config.json`, which has no profiles; the file `/home/me/.alibabacloud/credentials`, which does not exist; the file `/home/me/.alibabacloud/credentials.ini`, which does not exist"]);
    World::file(config(&["dev", "prod"]).replacen("dev", "gone", 1)).check_error(expect!["there is no profile `gone` in the file `/home/me/.aliyun/config.json`; it has the profiles `dev`, `prod`"]);
}

#[test]
fn a_profile_without_its_keys_says_which() {
    let file = |fields: &str| format!(r#"{{"profiles":[{{"name":"default",{fields}}}]}}"#);
    World::file(file(r#""mode":"AK","access_key_id":null"#)).check_error(expect!["the profile `default` in the file `/home/me/.aliyun/config.json` has the mode `AK`, but no `access_key_id`"]);
    World::file(file(r#""mode":"AK","access_key_id":"k","access_key_secret":"""#))
        .check_error(expect!["the profile `default` in the file `/home/me/.aliyun/config.json` has the mode `AK`, but no `access_key_secret`"]);
    World::file(file(r#""mode":"StsToken","access_key_id":"k","access_key_secret":"s""#))
        .check_error(expect!["the profile `default` in the file `/home/me/.aliyun/config.json` has the mode `StsToken`, but no `sts_token`"]);
}

#[test]
fn a_file_that_cannot_be_read_says_where_and_never_what() {
    World::file("{\"profiles\": [\n  {\"name\": \"a\", \"access_key_secret\": \"hush\" oops")
        .check_error(expect![
            "the file `/home/me/.aliyun/config.json` is not JSON: line 2, column 45"
        ]);
    World::file(r#"{"profiles": "hush"}"#).check_error(expect![
        "the file `/home/me/.aliyun/config.json` is not a file of CLI profiles: line 1, column 19"
    ]);
    World::file("").check_error(expect!["there are none; looked at the block's `access_key`, `profile`, `shared_credentials_file`, `assume_role_with_oidc`, `ecs_role_name` and `credentials_uri`; the variables `ALICLOUD_ACCESS_KEY`, `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABACLOUD_ACCESS_KEY_ID` and those that go with them; the variables `ALIBABA_CLOUD_OIDC_TOKEN_FILE`, `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`, `ALIBABA_CLOUD_ROLE_ARN`; the file `/home/me/.aliyun/config.json`, which has no sections; the file `/home/me/.alibabacloud/credentials`, which does not exist; the file `/home/me/.alibabacloud/credentials.ini`, which does not exist; no instance role, because `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is on; the variables `ALICLOUD_CREDENTIALS_URI` and `ALIBABA_CLOUD_CREDENTIALS_URI`"]);
    World::file("[default]\ntype = access_key\naccess_key_secret = hush").check_error(expect!["the section `default` in the file `/home/me/.aliyun/config.json` has the type `access_key`, but no `access_key_id`"]);
}

use std::collections::BTreeMap;

use expect_test::{Expect, expect};

use super::*;

const FILE: &str = "/home/me/.aliyun/config.json";
const OIDC: [(&str, &str); 3] = [
    ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/token"),
    ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p"),
    ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/r"),
];

/// A world to look for credentials in; `HOME` is `/home/me`.
#[derive(Clone, Default)]
struct World {
    settings: CredentialSettings,
    variables: Vec<(&'static str, &'static str)>,
    files: BTreeMap<&'static str, String>,
}

impl World {
    fn resolve(&self) -> Result<Identity, Error> {
        let home = [("HOME", "/home/me")];
        let variables = self.variables.iter().chain(&home);
        let environment =
            Environment::new(variables.map(|(name, value)| (name.to_string(), value.to_string())));
        let read_file = |path: &Path| {
            let text = self.files.get(path.to_str().unwrap());
            text.cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
        };
        resolve(&self.settings, &environment, &read_file)
    }

    #[track_caller]
    fn check_key(&self, expected: &str) {
        assert_eq!(self.resolve().unwrap().credentials.access_key, expected);
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
fn the_first_source_that_has_an_answer_wins() {
    for present in 0..64_u32 {
        let has = |source: u32| present & (1 << source) != 0;
        let mut world = World::default();
        let mut expected = "none";
        // Always there, since a profile that the settings name must exist.
        if has(1) || has(5) {
            world.files.insert(FILE, config(&["current", "named"]));
        }
        if has(5) {
            expected = "current";
        }
        if has(4) {
            world.variables.extend(OIDC);
            expected = "OIDC";
        }
        if has(3) {
            world.variables.extend([
                ("ALIBABA_CLOUD_ACCESS_KEY_ID", "environment"),
                ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s"),
            ]);
            expected = "environment";
        }
        if has(2) {
            world.settings.shared_credentials_file = Some("/attribute".into());
            world.files.insert("/attribute", config(&["current of file", "named"]));
            expected = "current of file";
        }
        if has(1) {
            world.settings.profile = Some("named".to_owned());
            expected = "named";
        }
        if has(0) {
            world.settings.access_key = Some("static".to_owned());
            world.settings.secret_key = Some(Secret::new("s"));
            expected = "static";
        }
        let found = match world.resolve() {
            Ok(identity) => identity.credentials.access_key,
            Err(error) if error.kind == Kind::Setting => "OIDC".to_owned(),
            Err(_) => "none".to_owned(),
        };
        assert_eq!(found, expected, "{present:#08b}");
    }
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
    world.check_error(expect![
        "the file `/attribute` does not exist; the profile `second` should be in it"
    ]);
    world.files.insert("/attribute", "{}".to_owned());
    world
        .check_error(expect!["there is no profile `second` in the file `/attribute`; it has none"]);
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
    world.check_error(expect!["there is no profile `default` in the file `/empty`; it has none"]);
    let mut world = World::variables(&[("ALIBABA_CLOUD_CONFIG_FILE", "/empty")]);
    world.files.insert("/empty", "{}".to_owned());
    world.check_error(expect!["there is no profile `default` in the file `/empty`; it has none"]);
}

#[test]
fn a_role_that_ought_to_be_assumed_is_refused_whoever_asks() {
    let role = ("ALICLOUD_ASSUME_ROLE_ARN", "acs:ram::1:role/r");
    let mut worlds = [
        World::default(),
        static_settings(Some("k"), Some("s"), None),
        World::file(config(&["current"])),
        World::variables(&[("ALICLOUD_ACCESS_KEY", "k"), ("ALICLOUD_SECRET_KEY", "s")]),
    ];
    for world in &mut worlds {
        world.variables.push(role);
        world.check_setting(expect!["`ALICLOUD_ASSUME_ROLE_ARN` is not supported yet"]);
        world.variables.pop();
        world.variables.push((role.0, ""));
        assert_ne!(world.resolve().map_err(|error| error.kind), Err(Kind::Setting));
    }
}

#[test]
fn oidc_is_a_source_only_if_nothing_of_it_is_missing() {
    let mut world = World::file(config(&["current"]));
    world.variables = OIDC.to_vec();
    world.check_setting(expect!["`ALIBABA_CLOUD_OIDC_TOKEN_FILE`, `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`, `ALIBABA_CLOUD_ROLE_ARN` are set, but credentials from OIDC are not supported yet"]);
    for missing in 0..3 {
        world.variables = OIDC.to_vec();
        world.variables.remove(missing);
        world.check_key("current");
    }
}

#[test]
fn nothing_found_lists_what_was_set_in_vain() {
    let vain = [
        ("ALIBABA_CLOUD_CREDENTIALS_URI", "http://127.0.0.1/hush"),
        ("ALIBABA_CLOUD_ECS_METADATA", "role"),
        ("ALICLOUD_ECS_ROLE_NAME", "role"),
        ("ALICLOUD_CREDENTIALS_URI", ""),
        OIDC[2],
    ];
    World::variables(&vain).check_error(expect!["there are none; looked at the attributes `access_key` and `secret_key`; the attributes `profile` and `shared_credentials_file`; the variables `ALICLOUD_ACCESS_KEY`, `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABACLOUD_ACCESS_KEY_ID` and those that go with them; the file `/home/me/.aliyun/config.json`, which does not exist; set, but not supported yet: `ALIBABA_CLOUD_ROLE_ARN`, `ALICLOUD_ECS_ROLE_NAME`, `ALIBABA_CLOUD_ECS_METADATA`, `ALIBABA_CLOUD_CREDENTIALS_URI`"]);
    let mut world = World::file(config(&["current"]));
    world.variables = vain.to_vec();
    world.check_key("current");
}

#[test]
fn the_first_family_of_variables_wins_and_families_do_not_mix() {
    for present in 1..8_usize {
        let families = (0..3).filter(|family| present & (1 << family) != 0);
        let variables: Vec<_> = families
            .flat_map(|family| KEY_VARIABLES[family].map(|name| (name, KEY_VARIABLES[family][0])))
            .collect();
        let first = KEY_VARIABLES[present.trailing_zeros() as usize][0];
        let credentials = World::variables(&variables).resolve().unwrap().credentials;
        assert_eq!(credentials, Credentials::new(first, first, Some(first)), "{present:#05b}");
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
    assert_eq!(world.resolve().unwrap().credentials, Credentials::new("k", "s", None));
    let world = static_settings(Some("k"), Some("s"), Some("t"));
    assert_eq!(world.resolve().unwrap().credentials, Credentials::new("k", "s", Some("t")));
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
    let expected = Identity { credentials: Credentials::new("k", "s", Some("t")), region: None };
    assert_eq!(World::file(file).resolve().unwrap(), expected);
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
    World::default().check_error(expect!["there are none; looked at the attributes `access_key` and `secret_key`; the attributes `profile` and `shared_credentials_file`; the variables `ALICLOUD_ACCESS_KEY`, `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABACLOUD_ACCESS_KEY_ID` and those that go with them; the file `/home/me/.aliyun/config.json`, which does not exist"]);
    World::file("{}").check_error(expect!["there are none; looked at the attributes `access_key` and `secret_key`; the attributes `profile` and `shared_credentials_file`; the variables `ALICLOUD_ACCESS_KEY`, `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABACLOUD_ACCESS_KEY_ID` and those that go with them; the file `/home/me/.aliyun/config.json`, which has no profiles"]);
    World::variables(&[("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "TRUE")]).check_error(expect!["there are none; looked at the attributes `access_key` and `secret_key`; the attributes `profile` and `shared_credentials_file`; the variables `ALICLOUD_ACCESS_KEY`, `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABACLOUD_ACCESS_KEY_ID` and those that go with them; no CLI profile, because `ALIBABA_CLOUD_CLI_PROFILE_DISABLED` is on"]);
}

#[test]
fn a_file_that_somebody_names_must_exist() {
    World::variables(&[("ALIBABA_CLOUD_CONFIG_FILE", "/gone")])
        .check_error(expect!["the file `/gone` does not exist"]);
    World::variables(&[("ALICLOUD_PROFILE", "prod")]).check_error(expect![
        "the file `/home/me/.aliyun/config.json` does not exist; the profile `prod` should be in it"
    ]);
}

#[test]
fn a_missing_profile_lists_those_that_exist() {
    let mut world = World::file(config(&["dev", "prod"]));
    world.settings.profile = Some("test".to_owned());
    world.check_error(expect!["there is no profile `test` in the file `/home/me/.aliyun/config.json`; it has `dev`, `prod`"]);
    world.files.insert(FILE, "{}".to_owned());
    world.check_error(expect![
        "there is no profile `test` in the file `/home/me/.aliyun/config.json`; it has none"
    ]);
    World::file(config(&["dev", "prod"]).replacen("dev", "gone", 1)).check_error(expect!["there is no profile `gone` in the file `/home/me/.aliyun/config.json`; it has `dev`, `prod`"]);
}

#[test]
fn other_modes_are_named_and_so_are_those_that_work() {
    for mode in
        ["RamRoleArn", "EcsRamRole", "OIDC", "ChainableRamRoleArn", "CloudSSO", "External", ""]
    {
        let file = config(&["dev"]).replace("AK", mode);
        let message = World::file(file).resolve().unwrap_err().message;
        assert_eq!(
            message,
            format!(
                "the profile `dev` in the file `{FILE}` has the mode `{mode}`; \
                 only `AK` and `StsToken` work here"
            ),
        );
    }
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
    World::file("").check_error(expect![
        "the file `/home/me/.aliyun/config.json` is not JSON: line 1, column 0"
    ]);
    World::file("[default]\ntype = access_key\naccess_key_secret = hush").check_error(expect![
        "the file `/home/me/.aliyun/config.json` is not JSON: line 1, column 2"
    ]);
}

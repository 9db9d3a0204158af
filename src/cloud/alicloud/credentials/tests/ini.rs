//! INI files, and where they are looked for.

use super::*;

const GO: &str = "/home/me/.alibabacloud/credentials";
const PYTHON: &str = "/home/me/.alibabacloud/credentials.ini";

fn section(name: &str) -> String {
    format!("[{name}]\ntype = access_key\naccess_key_id = {name}\naccess_key_secret = s\n")
}

fn ini(text: impl Into<String>) -> World {
    World { files: [(GO, text.into())].into(), ..World::default() }
}

#[test]
fn both_names_of_the_file_are_looked_for() {
    let mut world = World::default();
    world.files.insert(PYTHON, section("default").replace("= default", "= python"));
    world.check_key("python");
    world.files.insert(GO, section("default").replace("= default", "= go"));
    world.check_key("go");
}

#[test]
fn a_file_that_a_variable_names_beats_the_usual_ones_and_its_text_tells_what_it_is() {
    for variable in [
        "ALICLOUD_SHARED_CREDENTIALS_FILE",
        "ALIBABA_CLOUD_CONFIG_FILE",
        "ALIBABA_CLOUD_CREDENTIALS_FILE",
    ] {
        let mut world = World::file(config(&["usual"]));
        world.variables = vec![(variable, "/named")];
        world.files.insert("/named", section("default").replace("= default", "= ini"));
        world.check_key("ini");
        world.files.insert("/named", format!("\u{feff}\n {}", config(&["cli"])));
        world.check_key("cli");
        world.files.remove("/named");
        world.check_error(expect!["the file `/named` does not exist"]);
        world.files.insert("/named", "# empty".to_owned());
        world.check_error(expect!["the file `/named` has no sections"]);
    }
}

#[test]
fn the_profile_is_looked_for_in_one_file_after_the_other() {
    let mut world = World::file(config(&["current"]));
    world.files.insert(GO, section("default") + &section("named"));
    world.variables = vec![("ALIBABA_CLOUD_PROFILE", "named")];
    world.check_key("named");
    world.variables = vec![("ALIBABA_CLOUD_PROFILE", "gone")];
    world.check_error(expect!["there is no profile `gone`; looked at the file `/home/me/.aliyun/config.json`, which has the profile `current`; the file `/home/me/.alibabacloud/credentials`, which has the sections `default`, `named`; the file `/home/me/.alibabacloud/credentials.ini`, which does not exist"]);
    world.settings.profile = Some("named".to_owned());
    world.check_key("named");
}

#[test]
fn without_the_clis_files_the_others_are_read() {
    let mut world = World::file(config(&["current"]));
    world.files.insert(GO, section("default"));
    world.variables = vec![
        ("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true"),
        ("ALIBABA_CLOUD_CONFIG_FILE", "/gone"),
    ];
    world.check_key("default");
}

#[test]
fn every_type_works() {
    let role = "role_arn = acs:ram::1:role/r\nrole_session_name = session\n";
    let keys = "access_key_id = k\naccess_key_secret = s # mine\n";
    let cases = [
        format!("; a comment\n[default]\nenable = true\ntype=access_key\n{keys}"),
        format!("[ default ]\r\ntype = sts\r\n{keys}security_token = t"),
        "[default]\ntype = ecs_ram_role\nrole_name = i".to_owned(),
        "[default]\ntype = ecs_ram_role".to_owned(),
        format!("[default]\ntype = ram_role_arn\n{keys}{role}policy = {{\"a\": \"=\"}}"),
        format!(
            "[default]\ntype = oidc_role_arn\n{role}oidc_provider_arn = \
            acs:ram::1:oidc-provider/p\noidc_token_file_path = ~/t"
        ),
    ];
    let shown: Vec<_> = cases
        .iter()
        .map(|text| {
            let world = World { may_guess: true, ..ini(text) };
            sketch(&world.resolve().unwrap().recipe)
        })
        .collect();
    expect![[r#"
        keys k
        keys k with token
        instance i
        instance (any role)
        role acs:ram::1:role/r as session policy {"a": "="} by keys k
        oidc /home/me/t at acs:ram::1:oidc-provider/p for role acs:ram::1:role/r as session"#]]
    .assert_eq(&shown.join("\n"));
}

#[test]
fn what_a_section_lacks_is_named() {
    let cases = [
        "[default]\n".to_owned(),
        "[default]\ntype = rsa_key_pair".to_owned(),
        "[default]\ntype = access_key\naccess_key_id = k".to_owned(),
        section("default").replace("access_key\n", "sts\n"),
        section("default").replace("type = access_key\n", "type = ram_role_arn\n"),
        "[default]\ntype = oidc_role_arn".to_owned(),
        "[default]\ntype = ecs_ram_role".to_owned(),
        "[default\nsecret = hush".to_owned(),
        "secret = hush".to_owned(),
        "[default]\nhush".to_owned(),
        section("default") + "enable = False",
    ];
    let shown: Vec<_> = cases.iter().map(|text| ini(text).resolve().unwrap_err().message).collect();
    assert!(shown.iter().all(|message| !message.contains("hush")));
    expect![[r#"
        the section `default` in the file `/home/me/.alibabacloud/credentials` has no `type`
        the section `default` in the file `/home/me/.alibabacloud/credentials` has the type `rsa_key_pair`; only `access_key`, `sts`, `ecs_ram_role`, `ram_role_arn` and `oidc_role_arn` work here
        the section `default` in the file `/home/me/.alibabacloud/credentials` has the type `access_key`, but no `access_key_secret`
        the section `default` in the file `/home/me/.alibabacloud/credentials` has the type `sts`, but no `security_token`
        the section `default` in the file `/home/me/.alibabacloud/credentials` has the type `ram_role_arn`, but no `role_arn`
        the section `default` in the file `/home/me/.alibabacloud/credentials` has the type `oidc_role_arn`, but no `oidc_provider_arn`
        the section `default` in the file `/home/me/.alibabacloud/credentials` has the type `ecs_ram_role`, but `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is on
        the file `/home/me/.alibabacloud/credentials` is neither JSON nor INI: line 1 is not `[section]` followed by `key = value`
        the file `/home/me/.alibabacloud/credentials` is neither JSON nor INI: line 1 is not `[section]` followed by `key = value`
        the file `/home/me/.alibabacloud/credentials` is neither JSON nor INI: line 2 is not `[section]` followed by `key = value`
        there are none; looked at the block's `access_key`, `profile`, `shared_credentials_file`, `assume_role_with_oidc`, `ecs_role_name` and `credentials_uri`; the variables `ALICLOUD_ACCESS_KEY`, `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABACLOUD_ACCESS_KEY_ID` and those that go with them; the variables `ALIBABA_CLOUD_OIDC_TOKEN_FILE`, `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`, `ALIBABA_CLOUD_ROLE_ARN`; the file `/home/me/.aliyun/config.json`, which does not exist; the file `/home/me/.alibabacloud/credentials`, which has no sections; the file `/home/me/.alibabacloud/credentials.ini`, which does not exist; no instance role, because `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is on; the variables `ALICLOUD_CREDENTIALS_URI` and `ALIBABA_CLOUD_CREDENTIALS_URI`"#]].assert_eq(&shown.join("\n"));
}

#[test]
fn a_policy_that_a_comment_cuts_off_is_refused_rather_than_sent() {
    let text = section("default").replace("= access_key\n", "= ram_role_arn\n")
        + "role_arn = acs:ram::1:role/r\npolicy = {\"Sid\": \"#1\"}\n";
    ini(text).check_setting(expect!["`policy` of the section `default` in the file `/home/me/.alibabacloud/credentials`: it is not JSON at line 1, column 9"]);
}

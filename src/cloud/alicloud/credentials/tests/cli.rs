//! Profiles of the CLI in each of their modes.

use super::*;

/// A file with a profile `p` of these fields, and a profile `keys` in the mode `AK`.
fn file(fields: &str) -> World {
    World::file(format!(
        r#"{{"current":"p","profiles":[{{"name":"p",{fields}}},{{"name":"keys","mode":"AK",
        "access_key_id":"k","access_key_secret":"s","region_id":"source-1"}}]}}"#
    ))
}

const KEYS: &str = r#""access_key_id":"k","access_key_secret":"s""#;
const ROLE: &str = r#""ram_role_arn":"acs:ram::1:role/r","ram_session_name":"session""#;

#[test]
fn every_mode_without_a_browser_works() {
    let cases = [
        format!(r#""mode":"AK",{KEYS},"sts_token":"old""#),
        format!(r#""mode":"StsToken",{KEYS},"sts_token":"t""#),
        format!(r#""mode":"RamRoleArn",{KEYS},{ROLE},"expired_seconds":900,"sts_region":"cn-x""#),
        format!(r#""mode":"RamRoleArn",{KEYS},"sts_token":"t",{ROLE},"expired_seconds":0"#),
        format!(r#""mode":"RamRoleArn",{KEYS},{ROLE},"policy":"{{}}","external_id":"ext""#),
        r#""mode":"EcsRamRole","ram_role_name":"i""#.to_owned(),
        r#""mode":"EcsRamRole""#.to_owned(),
        format!(r#""mode":"RamRoleArnWithRoleName","ram_role_name":"i",{ROLE}"#),
        format!(r#""mode":"ChainableRamRoleArn","source_profile":"keys",{ROLE}"#),
        format!(
            r#""mode":"OIDC","oidc_provider_arn":"acs:ram::1:oidc-provider/p",
            "oidc_token_file":"~/t",{ROLE}"#
        ),
        r#""mode":"CredentialsURI","credentials_uri":"http://localhost:1/?secret""#.to_owned(),
        format!(r#""mode":"CloudSSO",{KEYS},"sts_token":"t","sts_expiration":1714979290"#),
        format!(r#""mode":"OAuth",{KEYS},"sts_token":"t","sts_expiration":1714979290"#),
    ];
    let shown: Vec<_> = cases
        .iter()
        .map(|fields| {
            let world = World { may_guess: true, ..file(fields) };
            sketch(&world.resolve().unwrap().recipe)
        })
        .collect();
    expect![[r#"
        keys k
        keys k with token
        role acs:ram::1:role/r as session seconds 900 sts cn-x by keys k
        role acs:ram::1:role/r as session by keys k with token
        role acs:ram::1:role/r as session id ext policy {} by keys k
        instance i
        instance (any role)
        role acs:ram::1:role/r as session by instance i
        role acs:ram::1:role/r as session by keys k
        oidc /home/me/t at acs:ram::1:oidc-provider/p for role acs:ram::1:role/r as session
        uri http://localhost:1/
        keys k with token
        keys k with token"#]]
    .assert_eq(&shown.join("\n"));
}

#[test]
fn a_chain_of_profiles_is_followed_to_its_end() {
    let chain = |last: &str| {
        World::file(format!(
            r#"{{"current":"a","profiles":[
        {{"name":"a","mode":"ChainableRamRoleArn","ram_role_arn":"acs:ram::1:role/a","source_profile":"b","region_id":"a-1"}},
        {{"name":"b","mode":"ChainableRamRoleArn","ram_role_arn":"acs:ram::1:role/b","source_profile":"c"}},
        {{"name":"c",{last}}}]}}"#
        ))
    };
    let world =
        chain(r#""mode":"AK","access_key_id":"k","access_key_secret":"s","region_id":"c-1""#);
    world.check(expect![
        "role acs:ram::1:role/a as terraform by role acs:ram::1:role/b as terraform by keys k"
    ]);
    assert_eq!(world.resolve().unwrap().region.as_deref(), Some("a-1"));
    let role =
        r#""mode":"ChainableRamRoleArn","ram_role_arn":"acs:ram::1:role/c","source_profile""#;
    chain(&format!(r#"{role}:"a""#)).check_error(expect!["the profiles in the file `/home/me/.aliyun/config.json` are each other's `source_profile`: `a`, which names `b`, which names `c`, which names `a`"]);
    chain(&format!(r#"{role}:"c""#)).check_error(expect!["the profiles in the file `/home/me/.aliyun/config.json` are each other's `source_profile`: `a`, which names `b`, which names `c`, which names `c`"]);
    chain(&format!(r#"{role}:"d""#)).check_error(expect!["the profile `c` in the file `/home/me/.aliyun/config.json` names the `source_profile` `d`, which is not there; the file has the profiles `a`, `b`, `c`"]);
}

#[test]
fn what_a_mode_lacks_is_named() {
    let cases = [
        format!(r#""mode":"RamRoleArn",{KEYS}"#),
        format!(r#""mode":"RamRoleArn",{ROLE}"#),
        format!(r#""mode":"ChainableRamRoleArn",{ROLE}"#),
        r#""mode":"ChainableRamRoleArn","source_profile":"keys""#.to_owned(),
        format!(r#""mode":"OIDC","oidc_token_file":"/t",{ROLE}"#),
        format!(r#""mode":"OIDC","oidc_provider_arn":"acs:ram::1:oidc-provider/p",{ROLE}"#),
        r#""mode":"CredentialsURI""#.to_owned(),
        format!(r#""mode":"CloudSSO",{KEYS}"#),
        format!(r#""mode":"CloudSSO",{KEYS},"sts_token":"t","sts_expiration":1714979289"#),
        format!(r#""mode":"OAuth",{KEYS},"sts_token":"t","sts_expiration":9223372036854775807"#)
            .replace("sts_token", "x"),
        r#""mode":"External","process_command":"echo hush""#.to_owned(),
        r#""mode":"EcsRamRole""#.to_owned(),
        r#""mode":"BearerToken""#.to_owned(),
        r#""mode":"""#.to_owned(),
    ];
    let shown: Vec<_> =
        cases.iter().map(|fields| file(fields).resolve().unwrap_err().message).collect();
    assert!(shown.iter().all(|message| !message.contains("hush")));
    expect![[r#"
        the profile `p` in the file `/home/me/.aliyun/config.json` has the mode `RamRoleArn`, but no `ram_role_arn`
        the profile `p` in the file `/home/me/.aliyun/config.json` has the mode `RamRoleArn`, but no `access_key_id`
        the profile `p` in the file `/home/me/.aliyun/config.json` has the mode `ChainableRamRoleArn`, but no `source_profile`
        the profile `p` in the file `/home/me/.aliyun/config.json` has the mode `ChainableRamRoleArn`, but no `ram_role_arn`
        the profile `p` in the file `/home/me/.aliyun/config.json` has the mode `OIDC`, but no `oidc_provider_arn`
        the profile `p` in the file `/home/me/.aliyun/config.json` has the mode `OIDC`, but no `oidc_token_file`
        the profile `p` in the file `/home/me/.aliyun/config.json` has the mode `CredentialsURI`, but no `credentials_uri`
        the profile `p` in the file `/home/me/.aliyun/config.json` has the mode `CloudSSO`, but no session: `aliyun sts GetCallerIdentity --profile p` stores a new one, and `aliyun configure --profile p` logs in again
        the session stored in the profile `p` in the file `/home/me/.aliyun/config.json` expired at 2024-05-06T07:08:09Z: `aliyun sts GetCallerIdentity --profile p` stores a new one, and `aliyun configure --profile p` logs in again
        the profile `p` in the file `/home/me/.aliyun/config.json` has the mode `OAuth`, but no session: `aliyun sts GetCallerIdentity --profile p` stores a new one, and `aliyun configure --profile p` logs in again
        the profile `p` in the file `/home/me/.aliyun/config.json` runs a command, which this provider does not; let the command's output be served at a `credentials_uri`, or put its keys into the environment
        the profile `p` in the file `/home/me/.aliyun/config.json` has the mode `EcsRamRole`, but `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is on
        the profile `p` in the file `/home/me/.aliyun/config.json` has the mode `BearerToken`; only `AK`, `StsToken`, `RamRoleArn`, `EcsRamRole`, `RamRoleArnWithRoleName`, `ChainableRamRoleArn`, `OIDC`, `CredentialsURI`, `CloudSSO` and `OAuth` work here
        the profile `p` in the file `/home/me/.aliyun/config.json` has no `mode`"#]].assert_eq(&shown.join("\n"));
}

#[test]
fn wrong_values_are_told_with_field_and_profile() {
    let wrong = |fields: &str| format!(r#""mode":"RamRoleArn",{KEYS},{fields}"#);
    file(&wrong(r#""ram_role_arn":"admin""#)).check_setting(expect!["`ram_role_arn` of the profile `p` in the file `/home/me/.aliyun/config.json`: `admin` is no role; one has the form `acs:ram::ACCOUNT:role/NAME`"]);
    file(&wrong(&format!(r#"{ROLE},"expired_seconds":60"#))).check_setting(expect!["`expired_seconds` of the profile `p` in the file `/home/me/.aliyun/config.json`: `60` is not a number of seconds from 900 to 43200"]);
    file(r#""mode":"CredentialsURI","credentials_uri":"http://example.com/?hush""#)
        .check_setting(expect!["`credentials_uri` of the profile `p` in the file `/home/me/.aliyun/config.json`: plain http would send credentials in the clear; only loopback addresses may use it"]);
}

//! What the configuration says.

use super::{ALICLOUD, AWS, alicloud_lookup, aws_lookup, check, clouds, configuration};
use crate::harness::Workspace;

#[test]
fn arguments_are_judged_on_both_clouds() {
    let table: [(&str, &[&str]); 26] = [
        ("tags = \"approved\"", &["Incorrect attribute value type", "tags"]),
        ("tags = {}", &["Empty Golden Rule", "tags = {}", "`tags = { status"]),
        ("tags = { role = [] }", &["Empty Tag Patterns", "`role`", "`[\"*\"]`"]),
        ("tags = { role = [\"\"] }", &["Empty Pattern", "`role`"]),
        ("tags = { \"\" = [\"x\"] }", &["Empty Tag Key"]),
        ("tags = { role = [null] }", &["Null Element"]),
        ("tags = { role = null }", &["Null Element"]),
        ("name_pattern = \"\"", &["Invalid Name Pattern", "name_pattern = \"\"", "`web-*`"]),
        ("architecture = \"\"", &["Empty Value", "architecture = \"\""]),
        ("max_age = \"90\"", &["Invalid Duration", "max_age = \"90\"", "`90d`"]),
        ("max_age = \"-1d\"", &["Invalid Duration"]),
        ("min_age = \"0h\"", &["Invalid Duration", "it is zero"]),
        ("min_age = \"99999999999999999999d\"", &["Invalid Duration", "thousand years"]),
        ("min_age = \"90d\"\n  max_age = \"1d\"", &["Impossible Age", "min_age = \"90d\""]),
        ("as_of = \"yesterday\"", &["Invalid Date", "as_of = \"yesterday\"", "RFC 3339"]),
        ("as_of = \"2026-02-30T00:00:00Z\"", &["Invalid Date"]),
        ("as_of = \"2026-02-20T00:00:00\"", &["Invalid Date"]),
        ("owners = [\"all\"]", &["Invalid Owner", "owners = [\"all\"]", "`self`"]),
        ("owners = [\"*\"]", &["Invalid Owner"]),
        ("owners = []", &["Empty Owners", "owners = []"]),
        ("owners = [null]", &["Null Element", "owners = [null]"]),
        ("on_missing = \"ignore\"", &["Invalid Value", "on_missing = \"ignore\"", "`\"null\"`"]),
        ("most_recent = \"sometimes\"", &["Incorrect attribute value type", "most_recent"]),
        ("tag = {}", &["Unsupported argument"]),
        ("region = \"\"", &["Invalid Region", "region = \"\""]),
        ("region = \"x.example.com/?\"", &["Invalid Region", "`eu-central-1`"]),
    ];
    let simulator = clouds();
    for (arguments, parts) in table {
        check(&Workspace::new(&configuration(AWS, &aws_lookup(arguments))).on(&simulator), parts);
        let alicloud = configuration(ALICLOUD, &alicloud_lookup(arguments));
        check(&Workspace::new(&alicloud).on(&simulator), parts);
    }
    assert!(simulator.journal().is_empty(), "no call is made with arguments that are wrong");
}

#[test]
fn arguments_of_one_cloud_are_judged() {
    let simulator = clouds();
    let aws: [(&str, &[&str]); 5] = [
        ("platform = \"Windows\"", &["Invalid Platform", "`linux` or `windows`"]),
        ("watermarks = []", &["Empty Watermarks"]),
        ("watermarks = [\"hardened\"]", &["Invalid Watermark Key", "`ACCOUNT:NAME`"]),
        ("owners = [\"12345\"]", &["Invalid Owner", "`aws-marketplace`", "`123456789012`"]),
        ("owners = [\"system\"]", &["Invalid Owner"]),
    ];
    for (arguments, parts) in aws {
        check(&Workspace::new(&configuration(AWS, &aws_lookup(arguments))).on(&simulator), parts);
    }
    let alicloud: [(&str, &[&str]); 3] = [
        ("os_type = \"Linux\"", &["Invalid Platform", "os_type = \"Linux\""]),
        ("family = \"\"", &["Empty Value", "family = \"\""]),
        ("owners = [\"amazon\"]", &["Invalid Owner", "`marketplace`"]),
    ];
    for (arguments, parts) in alicloud {
        let configuration = configuration(ALICLOUD, &alicloud_lookup(arguments));
        check(&Workspace::new(&configuration).on(&simulator), parts);
    }
}

#[test]
fn arguments_of_lists_and_checks_are_judged() {
    let simulator = clouds();
    let both: [(&str, &str, &[&str]); 10] = [
        ("images", "tags = {}", &["Empty Golden Rule"]),
        ("images", "max_age = \"90\"", &["Invalid Duration", "`90d`"]),
        ("images", "region = \"\"", &["Invalid Region"]),
        ("images", "most_recent = true", &["Unsupported argument"]),
        ("image_check", "", &["Missing required argument", "image_ids"]),
        (
            "image_check",
            "image_ids = null",
            &["Missing Value", "image_ids = null", "`image_ids` is null"],
        ),
        ("image_check", "image_ids = [null]", &["Null Element", "image_ids = [null]"]),
        ("image_check", "image_ids = [\"\"]", &["Invalid Image Id", "``", "image_ids = [\"\"]"]),
        ("image_check", "image_ids = []\n  owners = []", &["Empty Owners"]),
        (
            "image_check",
            "image_ids = []\n  on_unknown = \"ignore\"",
            &["Invalid Value", "on_unknown = \"ignore\"", "`\"warning\"`"],
        ),
    ];
    for (kind, arguments, parts) in both {
        for (cloud, provider) in [("aws", AWS), ("alicloud", ALICLOUD)] {
            let data = format!("data \"imageguard_{cloud}_{kind}\" \"it\" {{\n  {arguments}\n}}");
            check(&Workspace::new(&configuration(provider, &data)).on(&simulator), parts);
        }
    }
    let malformed = [
        ("aws", AWS, "m-golden", "`ami-0abcdef1234567890`"),
        ("aws", AWS, "ami-00000000000000A1", "`ami-0abcdef1234567890`"),
        ("aws", AWS, "ami-1", "`ami-0abcdef1234567890`"),
        ("alicloud", ALICLOUD, "m-1,m-2", "`m-bp1g7004ksh0oeuc0001`"),
        ("alicloud", ALICLOUD, "m-1 ", "`m-bp1g7004ksh0oeuc0001`"),
    ];
    for (cloud, provider, id, example) in malformed {
        let data = format!(
            "data \"imageguard_{cloud}_image_check\" \"it\" {{\n  image_ids = [\"{id}\"]\n}}"
        );
        let quoted = format!("`{id}`");
        let parts = ["Invalid Image Id", quoted.as_str(), example];
        check(&Workspace::new(&configuration(provider, &data)).on(&simulator), &parts);
    }
    assert!(simulator.journal().is_empty(), "no call is made with arguments that are wrong");
}

#[test]
fn a_check_or_list_without_a_rule_is_refused_even_where_nothing_is_checked() {
    let simulator = clouds();
    for (cloud, region) in [("aws", "eu-central-1"), ("alicloud", "cn-hangzhou")] {
        let provider = format!("{cloud} = {{ region = \"{region}\" }}");
        for (kind, arguments) in [("images", ""), ("image_check", "image_ids = []")] {
            let data = format!("data \"imageguard_{cloud}_{kind}\" \"it\" {{\n{arguments}\n}}");
            let run = Workspace::new(&configuration(&provider, &data)).on(&simulator);
            check(&run, &["No Golden Rule", "`golden_tags`", "`tags`"]);
        }
    }
}

#[test]
fn the_provider_block_is_judged() {
    let table: [(&str, &[&str]); 23] = [
        ("golden_tags = {}", &["Empty Golden Rule", "golden_tags = {}"]),
        ("golden_tags = { status = [] }", &["Empty Tag Patterns", "`status`"]),
        ("golden_tags = { status = [\"\"] }", &["Empty Pattern"]),
        ("golden_tags = { status = \"approved\" }", &["Incorrect attribute value type"]),
        ("aws = { endpoints = { ec2 = \"http://192.0.2.1\" } }", &["Invalid Endpoint", "loopback"]),
        ("aws = { endpoints = { ec2 = \"ftp://example.com\" } }", &["Invalid Endpoint", "`ftp`"]),
        ("aws = { endpoints = { ec2 = \"https://h/path\" } }", &["Invalid Endpoint"]),
        ("aws = { endpoints = { sts = \"\" } }", &["Invalid Endpoint"]),
        ("alicloud = { endpoints = { ecs = \"http://h\" } }", &["Invalid Endpoint", "loopback"]),
        (
            "aws = { endpoints = { ec2 = \"https://me:hunter2@h\" } }",
            &["Invalid Endpoint", "The value"],
        ),
        ("aws = { region = \"\" }", &["Invalid Region", "`region`"]),
        ("alicloud = { region = \"cn hangzhou\" }", &["Invalid Region", "`cn hangzhou`"]),
        ("aws = { token = \"t\" }", &["Incomplete Keys", "`access_key`"]),
        ("aws = { max_retries = -1 }", &["Invalid Number Of Retries", "0 to 100"]),
        ("alicloud = { max_retries = 1000000 }", &["Invalid Number Of Retries"]),
        ("aws = { request_timeout = \"soon\" }", &["Invalid Duration", "`soon`"]),
        ("aws = { ca_bundle = \"/nowhere.pem\" }", &["Unusable CA Bundle", "/nowhere.pem"]),
        ("aws = { access_key = \"AKIA\" }", &["Incomplete Keys", "`secret_key`"]),
        ("alicloud = { ecs_role_name = \"\" }", &["Empty Value", "`ecs_role_name`"]),
        (
            "alicloud = { credentials_uri = \"http://h/?hunter2\" }",
            &["Invalid Credentials Setting", "plain http", "loopback"],
        ),
        (
            "alicloud = { assume_role = { role_arn = \"admin\" } }",
            &["Invalid Credentials Setting", "`admin` is no role", "`acs:ram::ACCOUNT:role/NAME`"],
        ),
        (
            "alicloud = { assume_role = { session_expiration = 60 } }",
            &["Invalid Credentials Setting", "900 to 43200"],
        ),
        (
            "alicloud = { assume_role_with_oidc = { oidc_token = \"hunter2\", oidc_token_file = \"t\" } }",
            &["Invalid Credentials Setting", "`oidc_token`; set one of them"],
        ),
    ];
    for (provider, parts) in table {
        let tags = if provider.starts_with("golden_tags") {
            ""
        } else {
            "golden_tags = { s = [\"a\"] }\n"
        };
        let provider = format!("{tags}{provider}");
        check(&Workspace::new(&configuration(&provider, &aws_lookup(""))), parts);
    }
}

#[test]
fn a_golden_rule_must_exist() {
    let simulator = clouds();
    let nothing = configuration("aws = { region = \"eu-central-1\" }", &aws_lookup(""));
    check(
        &Workspace::new(&nothing).on(&simulator),
        &["No Golden Rule", "`golden_tags` in the provider block", "on main.tf line"],
    );
    let owners =
        configuration("aws = { region = \"eu-central-1\" }", &aws_lookup("owners = [\"self\"]"));
    let plan = Workspace::new(&owners).on(&simulator).terraform(&["plan", "-no-color"]);
    assert!(plan.success, "owners set in configuration are a rule:\n{}", plan.text);
}

#[test]
fn what_is_only_known_after_apply_is_named() {
    let simulator = clouds();
    let later = "resource \"terraform_data\" \"later\" {\n  input = \"x\"\n}\n";
    let tags = configuration(
        "golden_tags = { status = [terraform_data.later.output] }\n  aws = { region = \"eu-central-1\" }",
        &format!("{later}{}", aws_lookup("")),
    );
    check(
        &Workspace::new(&tags).on(&simulator),
        &["Unknown Golden Rule", "`golden_tags` in the provider block", "`-target`"],
    );
    let region = configuration(
        "golden_tags = { status = [\"approved\"] }\n  aws = { region = terraform_data.later.output }",
        &format!("{later}{}", aws_lookup("")),
    );
    check(&Workspace::new(&region).on(&simulator), &["Unknown Region", "`aws.region`"]);
    let key = configuration(
        "golden_tags = { status = [\"approved\"] }\n  aws = { region = \"eu-central-1\", profile = terraform_data.later.output }",
        &format!("{later}{}", aws_lookup("")),
    );
    check(&Workspace::new(&key).on(&simulator), &["Unknown Provider Setting", "`aws.profile`"]);
}

#[test]
fn a_region_of_its_own_makes_an_unknown_one_irrelevant() {
    let simulator = clouds();
    let configuration = configuration(
        "golden_tags = { status = [\"approved\"] }\n  aws = { region = terraform_data.later.output }",
        &format!(
            "resource \"terraform_data\" \"later\" {{\n  input = \"x\"\n}}\n{}",
            aws_lookup("region = \"eu-central-1\"")
        ),
    );
    let plan = Workspace::new(&configuration).on(&simulator).terraform(&["plan", "-no-color"]);
    assert!(plan.success, "{}", plan.text);
}

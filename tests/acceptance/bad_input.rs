//! Bad input of every kind: one message, which names the place and the next step.

use std::time::{Duration, Instant};

use imageguard_simulator::{AccessKey, Effect, Fault, KeyStatus, Simulator, alicloud, aws};

use crate::{
    clouds::{golden_ami, golden_image, world},
    harness::{Workspace, unwrapped},
};

/// What a diagnostic must never show.
const NEVER: [&str; 13] = [
    "hunter2",
    "dispatch failure",
    "StartEl",
    " { name:",
    alicloud::ACCESS_KEY_SECRET,
    aws::ACCESS_KEY_SECRET,
    "Stack trace",
    "panicked",
    "plugin crashed",
    "Plugin error",
    "Some(",
    "Error {",
    "imageguard::",
];

fn configuration(provider: &str, data: &str) -> String {
    format!(
        "terraform {{\n  required_providers {{\n    imageguard = {{\n      source = \
         \"imageguard/imageguard\"\n    }}\n  }}\n}}\nprovider \"imageguard\" {{\n{provider}\n}}\n{data}\n"
    )
}

/// Plans, expects exactly one error, and looks for its parts.
fn check(run: &Workspace, parts: &[&str]) {
    let raw = run.refused();
    assert_eq!(raw.matches("Error: ").count(), 1, "one error is expected:\n{raw}");
    let text = unwrapped(&raw);
    for part in parts {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
    // Terraform quotes the line to blame as it is written; the rest is ours.
    let is_quotation = |line: &&str| {
        line.split_once(": ").is_some_and(|(number, _)| number.parse::<u32>().is_ok())
    };
    let ours = raw.lines().filter(|line| !is_quotation(line)).collect::<Vec<_>>().join("\n");
    for never in NEVER {
        assert!(!ours.contains(never), "`{never}` must not be in:\n{ours}");
    }
}

const AWS: &str =
    "  golden_tags = { status = [\"approved\"] }\n  aws = { region = \"eu-central-1\" }";
const ALICLOUD: &str =
    "  golden_tags = { status = [\"approved\"] }\n  alicloud = { region = \"cn-hangzhou\" }";

fn aws_lookup(arguments: &str) -> String {
    format!("data \"imageguard_aws_image\" \"it\" {{\n  {arguments}\n}}")
}

fn alicloud_lookup(arguments: &str) -> String {
    format!("data \"imageguard_alicloud_image\" \"it\" {{\n  {arguments}\n}}")
}

fn clouds() -> Simulator {
    Simulator::start(world([golden_image("m-golden", 3)], [golden_ami("ami-00000000000000a1", 3)]))
}

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

#[test]
fn without_credentials_the_places_looked_at_are_named() {
    check(
        &Workspace::new(&configuration(AWS, &aws_lookup(""))),
        &["No Usable Credentials For AWS", "provider block's `aws`"],
    );
    check(
        &Workspace::new(&configuration(ALICLOUD, &alicloud_lookup(""))),
        &[
            "No Usable Credentials For Alibaba Cloud",
            "ALIBABA_CLOUD_ACCESS_KEY_ID",
            "provider block's `alicloud`",
        ],
    );
}

#[test]
fn without_a_region_the_ways_to_set_one_are_named() {
    let simulator = clouds();
    let block = "golden_tags = { status = [\"approved\"] }";
    check(
        &Workspace::new(&configuration(block, &aws_lookup(""))).on(&simulator),
        &["No Region", "AWS_REGION", "`region = \"eu-central-1\"`"],
    );
    check(
        &Workspace::new(&configuration(block, &alicloud_lookup(""))).on(&simulator),
        &["No Region", "ALICLOUD_REGION"],
    );
}

#[test]
fn malformed_credentials_are_named_without_being_shown() {
    let run = Workspace::new(&configuration(ALICLOUD, &alicloud_lookup("")));
    run.write(
        "home/.aliyun/config.json",
        "{\"current\": \"default\", \"profiles\": [{\"access_key_secret\": \"hunter2hunter2",
    );
    check(&run, &["No Usable Credentials", "config.json", "line 1"]);
    assert!(!run.refused().contains("hunter2"));

    let run = Workspace::new(&configuration(AWS, &aws_lookup("")));
    run.write("home/.aws/credentials", "[default\naws_secret_access_key = hunter2hunter2");
    check(&run, &["No Usable Credentials", "credentials"]);
    assert!(!run.refused().contains("hunter2"));

    let half = Workspace::new(&configuration(ALICLOUD, &alicloud_lookup("")))
        .variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI");
    check(&half, &["No Usable Credentials", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"]);
}

#[test]
fn refused_credentials_come_with_code_and_request_id() {
    let simulator = clouds();
    let wrong = |run: Workspace| {
        run.on(&simulator)
            .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "not-the-secret")
            .variable("AWS_SECRET_ACCESS_KEY", "not-the-secret")
    };
    check(
        &wrong(Workspace::new(&configuration(AWS, &aws_lookup("")))),
        &["Credentials Refused By AWS", "ec2:DescribeImages", "request id", "code "],
    );
    check(
        &wrong(Workspace::new(&configuration(ALICLOUD, &alicloud_lookup("")))),
        &["Credentials Refused By Alibaba Cloud", "SignatureDoesNotMatch", "request id"],
    );
    let unknown = |run: Workspace| {
        run.on(&simulator)
            .variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI5tNobody")
            .variable("AWS_ACCESS_KEY_ID", "AKIANOBODY")
    };
    check(
        &unknown(Workspace::new(&configuration(AWS, &aws_lookup("")))),
        &["Credentials Refused By AWS", "AuthFailure"],
    );
    check(
        &unknown(Workspace::new(&configuration(ALICLOUD, &alicloud_lookup("")))),
        &["Credentials Refused By Alibaba Cloud", "InvalidAccessKeyId.NotFound"],
    );
}

#[test]
fn expired_credentials_are_told_as_such() {
    let simulator = clouds();
    simulator.edit(|world| {
        let root = format!("arn:aws:iam::{}:root", aws::ACCOUNT);
        let expired = AccessKey::new("ASIAEXPIRED", "old-aws-secret", &root);
        world.aws.access_keys.push(expired.token("old-aws-token").status(KeyStatus::Expired));
        let root = format!("acs:ram::{}:root", alicloud::ACCOUNT);
        let expired = AccessKey::new("STS.EXPIRED", "old-alicloud-secret", &root);
        world.alicloud.access_keys.push(expired.token("old-token").status(KeyStatus::Expired));
    });
    let run = Workspace::new(&configuration(AWS, &aws_lookup("")))
        .on(&simulator)
        .variable("AWS_ACCESS_KEY_ID", "ASIAEXPIRED")
        .variable("AWS_SECRET_ACCESS_KEY", "old-aws-secret")
        .variable("AWS_SESSION_TOKEN", "old-aws-token");
    check(&run, &["Credentials Refused By AWS", "expired"]);
    let run = Workspace::new(&configuration(ALICLOUD, &alicloud_lookup("")))
        .on(&simulator)
        .variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "STS.EXPIRED")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "old-alicloud-secret")
        .variable("ALIBABA_CLOUD_SECURITY_TOKEN", "old-token");
    check(&run, &["Credentials Refused By Alibaba Cloud", "InvalidSecurityToken.Expired"]);
}

#[test]
fn a_denial_names_the_caller_and_the_permission() {
    let simulator = clouds();
    simulator.edit(|world| {
        let auditor = format!("arn:aws:iam::{}:user/auditor", aws::ACCOUNT);
        let key = AccessKey::new("AKIAAUDITOR", "auditor-secret", &auditor);
        world.aws.access_keys.push(key.permissions(["sts:GetCallerIdentity"]));
        let auditor = format!("acs:ram::{}:user/auditor", alicloud::ACCOUNT);
        let key = AccessKey::new("LTAI5tAuditor", "auditor-secret", &auditor);
        world.alicloud.access_keys.push(key.permissions(["sts:GetCallerIdentity"]));
    });
    let run = Workspace::new(&configuration(AWS, &aws_lookup("")))
        .on(&simulator)
        .variable("AWS_ACCESS_KEY_ID", "AKIAAUDITOR")
        .variable("AWS_SECRET_ACCESS_KEY", "auditor-secret");
    let caller =
        format!("Allow arn:aws:iam::{}:user/auditor to call ec2:DescribeImages", aws::ACCOUNT);
    check(&run, &["Access Denied By AWS", "UnauthorizedOperation", "request id", &caller]);
    let run = Workspace::new(&configuration(ALICLOUD, &alicloud_lookup("")))
        .on(&simulator)
        .variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI5tAuditor")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "auditor-secret");
    let caller =
        format!("Allow acs:ram::{}:user/auditor to call ecs:DescribeImages", alicloud::ACCOUNT);
    check(&run, &["Access Denied By Alibaba Cloud", "Forbidden.RAM", "request id", &caller]);
}

#[test]
fn a_clock_that_is_off_is_told_as_such() {
    let simulator = clouds();
    simulator.set_clock_offset(3_600);
    check(
        &Workspace::new(&configuration(AWS, &aws_lookup(""))).on(&simulator),
        &["Clock Is Off", "NTP"],
    );
    check(
        &Workspace::new(&configuration(ALICLOUD, &alicloud_lookup(""))).on(&simulator),
        &["Clock Is Off", "NTP", "request id"],
    );
}

#[test]
fn a_region_that_does_not_exist_is_told_with_those_that_do() {
    let simulator = clouds();
    let region = "region = \"cn-hangzou\"";
    check(
        &Workspace::new(&configuration(ALICLOUD, &alicloud_lookup(region))).on(&simulator),
        &["No Such Region On Alibaba Cloud", region, "cn-hangzhou", "cn-shanghai"],
    );
}

#[test]
fn an_endpoint_that_cannot_be_reached_may_be_a_region_that_does_not_exist() {
    // On AWS a wrong region is a host that is not there; a dead proxy stands for the name server.
    let simulator = clouds();
    let nowhere = Workspace::new(&configuration(AWS, &aws_lookup("region = \"eu-centrl-1\"")))
        .on(&simulator)
        .variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
        .variable("HTTPS_PROXY", "http://127.0.0.1:9");
    check(&nowhere, &["AWS Cannot Be Reached", "eu-centrl-1", "Check the region's name"]);
}

#[test]
fn a_ca_bundle_named_by_the_environment_must_be_there() {
    let simulator = clouds();
    let run = Workspace::new(&configuration(AWS, &aws_lookup("")))
        .on(&simulator)
        .variable("AWS_CA_BUNDLE", "/nowhere.pem");
    check(&run, &["Unusable CA Bundle", "`AWS_CA_BUNDLE`", "/nowhere.pem"]);
}

/// An answer that is not the API's, with retries kept short.
fn strange_answer(effect: Effect, parts: &[&str]) {
    let simulator = clouds();
    simulator.inject(Fault::new(effect));
    let settings = "max_retries = 1, request_timeout = \"2s\"";
    let aws = format!(
        "golden_tags = {{ status = [\"approved\"] }}\n  aws = {{ region = \"eu-central-1\", {settings} }}"
    );
    let alicloud = format!(
        "golden_tags = {{ status = [\"approved\"] }}\n  alicloud = {{ region = \"cn-hangzhou\", {settings} }}"
    );
    let started = Instant::now();
    check(&Workspace::new(&configuration(&aws, &aws_lookup(""))).on(&simulator), parts);
    let alicloud = configuration(&alicloud, &alicloud_lookup(""));
    check(&Workspace::new(&alicloud).on(&simulator), parts);
    // Not a measurement: two budgets of four seconds, and room for a busy machine.
    assert!(started.elapsed() < Duration::from_secs(60), "a strange answer must not hang");
}

#[test]
fn an_endpoint_that_answers_html_is_told_as_such() {
    strange_answer(
        Effect::Html { status: 200 },
        &["Unexpected Answer From", "html", "`endpoints`"],
    );
}

#[test]
fn an_answer_that_repeats_a_long_token_does_not_show_its_beginning() {
    let token = format!("TOKEN{}", "0123456789abcdef".repeat(40));
    let echo = format!("<html>debug: {token}</html>");
    let simulator = clouds();
    simulator.edit(|world| {
        let root = format!("arn:aws:iam::{}:root", aws::ACCOUNT);
        world.aws.access_keys.push(AccessKey::new("ASIALONG", "long-secret", &root).token(&token));
        let root = format!("acs:ram::{}:root", alicloud::ACCOUNT);
        let key = AccessKey::new("STS.LONG", "long-secret", &root).token(&token);
        world.alicloud.access_keys.push(key);
    });
    let headers = [("content-type".to_owned(), "text/html".to_owned())].into();
    simulator.inject(Fault::new(Effect::Verbatim { status: 200, headers, body: echo }));
    let temporary = |run: Workspace| {
        run.on(&simulator)
            .variable("AWS_ACCESS_KEY_ID", "ASIALONG")
            .variable("AWS_SECRET_ACCESS_KEY", "long-secret")
            .variable("AWS_SESSION_TOKEN", &token)
            .variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "STS.LONG")
            .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "long-secret")
            .variable("ALIBABA_CLOUD_SECURITY_TOKEN", &token)
    };
    for configuration in
        [configuration(AWS, &aws_lookup("")), configuration(ALICLOUD, &alicloud_lookup(""))]
    {
        let run = temporary(Workspace::new(&configuration));
        check(&run, &["Unexpected Answer From", "debug: (secret)"]);
        assert!(!run.refused().contains("TOKEN0123"));
    }
}

#[test]
fn an_endpoint_that_answers_garbage_is_told_as_such() {
    strange_answer(Effect::Garbage, &["Unexpected Answer From", "`endpoints`"]);
}

#[test]
fn an_endpoint_that_answers_nothing_is_told_as_such() {
    strange_answer(Effect::EmptyBody, &["Unexpected Answer From"]);
}

#[test]
fn an_endpoint_that_answers_other_types_is_told_as_such() {
    strange_answer(Effect::WrongTypes, &["Unexpected Answer From"]);
}

#[test]
fn a_redirect_is_not_followed() {
    let location = "http://192.0.2.1/".to_owned();
    strange_answer(Effect::Redirect { location }, &["Unexpected Answer From", "307"]);
}

#[test]
fn a_deep_answer_is_told_as_such() {
    strange_answer(Effect::DeepBody { levels: 100_000 }, &["Unexpected Answer From"]);
}

#[test]
fn a_huge_answer_is_not_read_to_its_end() {
    strange_answer(Effect::HugeBody { bytes: 1 << 30 }, &["Unexpected Answer From", "32 MiB"]);
}

#[test]
fn an_answer_that_breaks_off_is_told_as_such() {
    strange_answer(Effect::Truncated, &["DescribeImages", "attempts"]);
}

#[test]
fn an_endpoint_that_never_answers_does_not_hang() {
    strange_answer(Effect::Silence, &["Did Not Answer In Time", "`request_timeout`"]);
}

#[test]
fn a_cloud_that_keeps_failing_is_told_with_the_attempts() {
    let effect = Effect::Error {
        status: 503,
        code: "ServiceUnavailable".to_owned(),
        message: String::new(),
    };
    strange_answer(effect, &["Is Not Available", "ServiceUnavailable", "request id", "2 attempts"]);
}

#[test]
fn a_cloud_that_keeps_throttling_is_told_with_the_attempts() {
    let effect = Effect::Throttle { retry_after_ms: Some(10) };
    strange_answer(effect, &["Too Many Requests For", "`-parallelism`", "2 attempts"]);
}

#[test]
fn nobody_at_the_endpoint_is_told_as_such() {
    let settings = "max_retries = 1";
    let endpoint = "http://127.0.0.1:9";
    let provider = format!(
        "golden_tags = {{ status = [\"approved\"] }}\n  aws = {{ region = \"eu-central-1\", {settings}, endpoints = {{ ec2 = \"{endpoint}\" }} }}\n  \
         alicloud = {{ region = \"cn-hangzhou\", {settings}, endpoints = {{ ecs = \"{endpoint}\" }} }}"
    );
    let simulator = clouds();
    for lookup in [aws_lookup(""), alicloud_lookup("")] {
        check(
            &Workspace::new(&configuration(&provider, &lookup)).on(&simulator),
            &["Cannot Be Reached", "127.0.0.1:9", "refused"],
        );
    }
}

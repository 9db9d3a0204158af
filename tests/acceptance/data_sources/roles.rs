//! `assume_role_arn` of every data source: one run looks into several accounts.

use imageguard_simulator::{AccessKey, Account, Simulator, alicloud, aws};
use serde_json::json;

use crate::{
    clouds::{golden_ami, golden_image, world},
    harness::{Workspace, unwrapped},
};

const AWS_OTHER: &str = "222233334444";
const AWS_READER: &str = "arn:aws:iam::222233334444:role/reader";
const ALICLOUD_OTHER: &str = "1000000000000002";
const ALICLOUD_READER: &str = "acs:ram::1000000000000002:role/reader";
/// A role in the account of the credentials, which the readers do not trust.
const BLOCK: &str = "block";

/// A golden image in the account of the credentials, and another one in the role's account.
fn clouds() -> Simulator {
    let other = golden_image("m-other", 9)
        .owner(alicloud::Owner::try_from(ALICLOUD_OTHER.to_owned()).unwrap());
    let other_ami = golden_ami("ami-00000000000000b1", 9).owner(AWS_OTHER);
    let mut world = world(
        [golden_image("m-own", 3), other],
        [golden_ami("ami-00000000000000a1", 3), other_ami],
    );
    let user = format!("acs:ram::{}:user/runner", alicloud::ACCOUNT);
    world.alicloud.accounts.push(Account::new(ALICLOUD_OTHER, "other"));
    world.alicloud.access_keys.push(AccessKey::new("LTAI5tRunner", "runner-secret", &user));
    world.alicloud.roles.push(imageguard_simulator::Role::new(ALICLOUD_READER).trusts(&user));
    let block = format!("acs:ram::{}:role/{BLOCK}", alicloud::ACCOUNT);
    world.alicloud.roles.push(imageguard_simulator::Role::new(&block).trusts(&user));
    let user = format!("arn:aws:iam::{}:user/runner", aws::ACCOUNT);
    world.aws.accounts.push(Account::new(AWS_OTHER, "other"));
    world.aws.access_keys.push(AccessKey::new("AKIARUNNER", "runner-secret", &user));
    world.aws.roles.push(imageguard_simulator::Role::new(AWS_READER).trusts(&user));
    let block = format!("arn:aws:iam::{}:role/{BLOCK}", aws::ACCOUNT);
    world.aws.roles.push(imageguard_simulator::Role::new(&block).trusts(&user));
    Simulator::start(world)
}

/// A run as somebody whom the role trusts.
fn run(simulator: &Simulator, data: &str) -> Workspace {
    run_with_blocks(simulator, ["", ""], data)
}

/// As [`run`], with more arguments in the objects `alicloud` and `aws`.
fn run_with_blocks(simulator: &Simulator, [alicloud, aws]: [&str; 2], data: &str) -> Workspace {
    let configuration = format!(
        r#"
terraform {{
  required_providers {{
    imageguard = {{ source = "imageguard/imageguard" }}
  }}
}}
provider "imageguard" {{
  golden_tags = {{ status = ["approved"] }}
  alicloud = {{
    region = "cn-hangzhou"
    {alicloud}
  }}
  aws = {{
    region = "eu-central-1"
    {aws}
  }}
}}
{data}
"#
    );
    Workspace::new(&configuration)
        .on(simulator)
        .variable("AWS_ACCESS_KEY_ID", "AKIARUNNER")
        .variable("AWS_SECRET_ACCESS_KEY", "runner-secret")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI5tRunner")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "runner-secret")
}

fn data(type_name: &str, arguments: &str) -> String {
    format!("data \"imageguard_{type_name}\" \"it\" {{\n  {arguments}\n}}\n")
}

#[test]
fn every_data_source_can_work_as_a_role_of_another_account() {
    let simulator = clouds();
    let roles = [
        ("alicloud", ALICLOUD_READER, "m-own", "m-other"),
        ("aws", AWS_READER, "ami-00000000000000a1", "ami-00000000000000b1"),
    ];
    for (cloud, role, own, other) in roles {
        let arguments = "for_each = toset([\"\", \"ROLE\"])\n  \
                         assume_role_arn = each.value == \"\" ? null : each.value"
            .replace("ROLE", role);
        let ids = format!("image_ids = [\"{own}\", \"{other}\"]\n  on_violation = \"none\"");
        let configuration = [
            data(&format!("{cloud}_image"), &arguments),
            data(&format!("{cloud}_images"), &arguments),
            data(&format!("{cloud}_image_check"), &format!("{arguments}\n  {ids}")),
            format!(
                "output \"one\" {{\n  value = {{ for role, it in data.imageguard_{cloud}_image.it : role => it.id }}\n}}\n\
                 output \"all\" {{\n  value = {{ for role, it in data.imageguard_{cloud}_images.it : role => it.ids }}\n}}\n\
                 output \"golden\" {{\n  value = {{ for role, it in data.imageguard_{cloud}_image_check.it : role =>\n    \
                 [for id, result in it.results : id if result.verdict == \"golden\"] }}\n}}\n"
            ),
        ];
        let run = run(&simulator, &configuration.join(""));
        run.apply();
        let expected = json!({
            "one": { "": own, role: other },
            "all": { "": [own], role: [other] },
            "golden": { "": [own], role: [other] },
        });
        assert_eq!(run.outputs(), expected);
    }
}

#[test]
fn one_for_each_over_accounts_works_beside_a_role_of_the_provider_block() {
    let simulator = clouds();
    let blocks = [
        format!("assume_role = {{ role_arn = \"acs:ram::{}:role/{BLOCK}\" }}", alicloud::ACCOUNT),
        format!("assume_role = [{{ role_arn = \"arn:aws:iam::{}:role/{BLOCK}\" }}]", aws::ACCOUNT),
    ];
    let roles = [
        ("alicloud", ALICLOUD_READER, "m-own", "m-other"),
        ("aws", AWS_READER, "ami-00000000000000a1", "ami-00000000000000b1"),
    ];
    for (cloud, role, own, other) in roles {
        let arguments = format!(
            "for_each = toset([\"\", \"{role}\"])\n  \
             assume_role_arn = each.value == \"\" ? null : each.value"
        );
        let output = format!(
            "output \"ids\" {{\n  value = {{ for role, it in data.imageguard_{cloud}_image.it : role => it.id }}\n}}\n"
        );
        let data = data(&format!("{cloud}_image"), &arguments) + &output;
        let run = run_with_blocks(&simulator, blocks.each_ref().map(String::as_str), &data);
        run.apply();
        assert_eq!(run.outputs(), json!({ "ids": { "": own, role: other } }));
    }
}

#[test]
fn a_role_is_assumed_once_in_a_process() {
    let simulator = clouds();
    for (cloud, role) in [("alicloud", ALICLOUD_READER), ("aws", AWS_READER)] {
        let arguments = format!("count = 20\n  assume_role_arn = \"{role}\"");
        let plan = run(&simulator, &data(&format!("{cloud}_images"), &arguments));
        assert!(plan.terraform(&["plan"]).success);
    }
    let journal = simulator.journal();
    let sessions = journal.iter().filter(|entry| entry.action == "AssumeRole");
    assert_eq!((sessions.count(), journal.len()), (2, 4), "{journal:#?}");
}

#[test]
fn messages_name_the_role() {
    let simulator = clouds();
    for (cloud, role, place) in [
        ("alicloud", ALICLOUD_READER, "cn-hangzhou (Alibaba Cloud, as"),
        ("aws", AWS_READER, "eu-central-1 (AWS, as"),
    ] {
        let nothing = format!("assume_role_arn = \"{role}\"\n  tags = {{ role = [\"none\"] }}");
        let text = run(&simulator, &data(&format!("{cloud}_image"), &nothing)).refused();
        let expected = format!("No image in {place} {role}) satisfies the rule");
        assert!(unwrapped(&text).contains(&expected), "{text}");
    }
}

#[test]
fn a_role_that_cannot_be_assumed_is_told_at_its_attribute() {
    let simulator = clouds();
    for (cloud, role) in [("alicloud", ALICLOUD_READER), ("aws", AWS_READER)] {
        let role = role.replace("reader", "nobody");
        for kind in ["image", "images", "image_check"] {
            let ids =
                if kind == "image_check" { "image_ids = [\"ami-00000000000000a1\"]" } else { "" };
            let arguments = format!("assume_role_arn = \"{role}\"\n  {ids}");
            let text = run(&simulator, &data(&format!("{cloud}_{kind}"), &arguments)).refused();
            let text = unwrapped(&text);
            for part in [
                "Error: Role Cannot Be Assumed On",
                &format!("assume_role_arn = \"{role}\""),
                &format!("working as {role}, sts:AssumeRole"),
                "the role's trust policy has to name the caller",
            ] {
                assert!(text.contains(part), "`{part}` is missing in:\n{text}");
            }
        }
    }
}

#[test]
fn what_is_no_role_is_refused_before_any_call() {
    let simulator = clouds();
    let table = [
        ("alicloud", "", "`acs:ram::1234567890123456:role/reader`"),
        ("alicloud", AWS_READER, "`acs:ram::1234567890123456:role/reader`"),
        ("aws", "reader", "`arn:aws:iam::123456789012:role/reader`"),
        ("aws", "arn:aws:iam::222233334444:user/reader", "`arn:aws:iam::123456789012:role/reader`"),
    ];
    for (cloud, role, example) in table {
        let arguments = format!("assume_role_arn = \"{role}\"");
        let text = run(&simulator, &data(&format!("{cloud}_images"), &arguments)).refused();
        let text = unwrapped(&text);
        for part in
            ["Error: Invalid Role", &arguments, &format!("`{role}` is not the ARN"), example]
        {
            assert!(text.contains(part), "`{part}` is missing in:\n{text}");
        }
    }
    assert!(simulator.journal().is_empty());
}

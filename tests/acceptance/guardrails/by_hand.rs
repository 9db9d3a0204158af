//! Compiled documents, put in place without Terraform: the simulated cloud has an evaluator of its
//! own, so that the provider is not the judge of what it has written.

use super::{Cloud, Level, alicloud, aws};

/// Puts the document of every rule in force, one by one.
fn every_rule_refuses_what_it_forbids(cloud: &Cloud, level: &Level) {
    for rule in &cloud.rules {
        let simulator = cloud.start(rule);
        let document = cloud.document(rule);
        simulator.edit(|world| (level.place)(world, document));
        cloud.expect_closed(&simulator, rule, level);
    }
}

#[test]
fn documents_of_control_policies_refuse_what_they_forbid() {
    let [level, _] = &alicloud::CLOUD.levels;
    every_rule_refuses_what_it_forbids(&alicloud::CLOUD, level);
}

#[test]
fn documents_of_ram_policies_refuse_what_they_forbid() {
    let [_, level] = &alicloud::CLOUD.levels;
    every_rule_refuses_what_it_forbids(&alicloud::CLOUD, level);
}

#[test]
fn documents_of_service_control_policies_refuse_what_they_forbid() {
    let [level, _] = &aws::CLOUD.levels;
    every_rule_refuses_what_it_forbids(&aws::CLOUD, level);
}

#[test]
fn documents_of_iam_policies_refuse_what_they_forbid() {
    let [_, level] = &aws::CLOUD.levels;
    every_rule_refuses_what_it_forbids(&aws::CLOUD, level);
}

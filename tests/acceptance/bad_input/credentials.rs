//! Who asks, and where.

use imageguard_simulator::{AccessKey, KeyStatus, alicloud, aws};

use super::{ALICLOUD, AWS, alicloud_lookup, aws_lookup, check, clouds, configuration};
use crate::harness::Workspace;

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

use std::collections::BTreeSet;

use expect_test::{Expect, expect};

use super::{
    block::{
        AlicloudModel, AlicloudRoleModel, AwsModel, AwsRoleModel, AwsWebIdentityModel,
        ProviderModel, TagPatterns,
    },
    configure::{self, Clouds},
    report::{Circumstances, explain},
    rule_inputs::{CloudTerms, RuleInputs, RuleModel, vendor_tags},
};
use crate::{
    cloud::{Denial, Environment, Error, Kind, Layer, Secret},
    plugin::{Attr, Diagnostics},
};

const TERMS: CloudTerms = CloudTerms {
    groups: &["amazon"],
    account_digits: 12..=12,
    example: "123456789012",
    is_image_id: |_| true,
    example_image: "ami-0abcdef1234567890",
    platform_attribute: "platform",
};

fn tags(pairs: &[(&str, &[&str])]) -> TagPatterns {
    let set = |patterns: &[&str]| patterns.iter().map(ToString::to_string).collect();
    pairs.iter().map(|(key, patterns)| ((*key).to_owned(), set(patterns))).collect()
}

fn inputs(common: &RuleModel) -> RuleInputs<'_> {
    RuleInputs {
        common,
        family: None,
        platform: None,
        watermarks: None,
        watermark_direct_only: None,
    }
}

fn shown(problems: &Diagnostics) -> String {
    let line =
        |path: Option<String>, summary: &str| format!("{}: {summary}\n", path.unwrap_or_default());
    problems.iter().map(|it| line(it.path.as_ref().map(ToString::to_string), &it.summary)).collect()
}

#[test]
fn a_types_tags_are_added_to_the_providers() {
    let common = RuleModel {
        tags: tags(&[("role", &["web"]), ("status", &["app*"])]).into(),
        ..RuleModel::default()
    };
    let golden = tags(&[("status", &["approved", "trial"])]).into();
    let rule = inputs(&common).rule(&TERMS, &golden).unwrap();
    expect![[r#"
        owners: self
        tag: status = approved or trial
        tag: role = web
        tag: status = app*"#]]
    .assert_eq(&rule.to_string());
}

#[test]
fn the_vendor_is_asked_for_a_value_only_where_there_is_just_one() {
    let common = RuleModel {
        tags: tags(&[
            ("both", &["approved"]),
            ("either", &["a", "b"]),
            ("pattern", &["a*"]),
            ("value", &["exact"]),
        ])
        .into(),
        ..RuleModel::default()
    };
    let golden = tags(&[("both", &["app*"])]).into();
    let rule = inputs(&common).rule(&TERMS, &golden).unwrap();
    let asked = vendor_tags(&rule);
    let asked: Vec<_> = asked.iter().map(|(key, value)| (&**key, value.as_deref())).collect();
    assert_eq!(
        asked,
        [("both", Some("approved")), ("either", None), ("pattern", None), ("value", Some("exact"))]
    );
}

#[test]
fn something_must_mark_an_image() {
    let nothing = RuleModel::default();
    let problems = inputs(&nothing).rule(&TERMS, &Attr::Null).unwrap_err();
    assert_eq!(shown(&problems), ": No Golden Rule\n");
    let owners =
        RuleModel { owners: BTreeSet::from(["self".to_owned()]).into(), ..RuleModel::default() };
    assert!(inputs(&owners).rule(&TERMS, &Attr::Null).is_ok());
    let problems = inputs(&owners).rule(&TERMS, &Attr::Unknown).unwrap_err();
    assert_eq!(shown(&problems), ": Unknown Golden Rule\n");
}

#[test]
fn unknown_arguments_are_not_judged() {
    let common = RuleModel {
        tags: Attr::Unknown,
        owners: Attr::Unknown,
        max_age: Attr::Unknown,
        as_of: Attr::Unknown,
        ..RuleModel::default()
    };
    assert_eq!(shown(&inputs(&common).validate(&TERMS)), "");
}

#[test]
fn all_faults_of_a_block_are_told_at_once() {
    let model = ProviderModel {
        golden_tags: tags(&[]).into(),
        alicloud: AlicloudModel {
            max_retries: (-1).into(),
            credentials_uri: "http://example.com".to_owned().into(),
            assume_role: AlicloudRoleModel {
                role_arn: "admin".to_owned().into(),
                session_name: String::new().into(),
                external_id: Attr::Unknown,
                policy: Attr::Null,
                session_expiration: 60.into(),
            }
            .into(),
            ..AlicloudModel::default()
        }
        .into(),
        aws: AwsModel {
            region: String::new().into(),
            access_key: "AKIA".to_owned().into(),
            request_timeout: "soon".to_owned().into(),
            ..AwsModel::default()
        }
        .into(),
    };
    expect![[r#"
        golden_tags: Empty Golden Rule
        alicloud.credentials_uri: Invalid Credentials Setting
        alicloud.assume_role.session_name: Empty Value
        alicloud.assume_role.role_arn: Invalid Credentials Setting
        alicloud.assume_role.session_expiration: Invalid Credentials Setting
        alicloud.max_retries: Invalid Number Of Retries
        aws.region: Invalid Region
        aws.access_key: Incomplete Keys
        aws.request_timeout: Invalid Duration
    "#]]
    .assert_eq(&shown(&configure::validate(&model)));
}

#[test]
fn faults_of_roles_are_told_at_their_place_in_the_chain() {
    let role = |arn: &str, duration: &str| AwsRoleModel {
        role_arn: arn.to_owned().into(),
        duration: duration.to_owned().into(),
        ..AwsRoleModel::default()
    };
    let arn = "arn:aws:iam::123456789012:role/deploy";
    let chain = vec![
        role("deploy", "1h"),
        AwsRoleModel { session_name: "x".to_owned().into(), ..role(arn, "2h") },
        AwsRoleModel { role_arn: Attr::Unknown, external_id: Attr::Unknown, ..role(arn, "soon") },
    ];
    let ids = |id: &str| BTreeSet::from([id.to_owned()]);
    let model = ProviderModel {
        aws: AwsModel {
            assume_role: chain.into(),
            assume_role_with_web_identity: AwsWebIdentityModel::default().into(),
            allowed_account_ids: ids("0123").into(),
            forbidden_account_ids: ids("123456789012").into(),
            profile: "team".to_owned().into(),
            ..AwsModel::default()
        }
        .into(),
        ..ProviderModel::default()
    };
    expect![[r#"
        aws.assume_role_with_web_identity: Contradictory Credentials
        aws.assume_role_with_web_identity: Which Token
        aws.assume_role[0].role_arn: Invalid Role
        aws.assume_role[1].session_name: Invalid Text
        aws.assume_role[1].duration: Invalid Duration
        aws.assume_role[2].duration: Invalid Duration
        aws.forbidden_account_ids: Contradictory Accounts
        aws.allowed_account_ids: Invalid Account
    "#]]
    .assert_eq(&shown(&configure::validate(&model)));
}

#[test]
fn a_role_may_last_for_hours_unless_another_comes_before_it() {
    let role = AwsRoleModel {
        role_arn: "arn:aws:iam::123456789012:role/deploy".to_owned().into(),
        duration: "12h".to_owned().into(),
        ..AwsRoleModel::default()
    };
    let model = |model: AwsModel| ProviderModel { aws: model.into(), ..ProviderModel::default() };
    let alone = model(AwsModel { assume_role: vec![role.clone()].into(), ..AwsModel::default() });
    assert_eq!(shown(&configure::validate(&alone)), "");
    let after_web_identity = model(AwsModel {
        assume_role: vec![role].into(),
        assume_role_with_web_identity: Attr::Unknown,
        ..AwsModel::default()
    });
    assert_eq!(
        shown(&configure::validate(&after_web_identity)),
        "aws.assume_role[0].duration: Invalid Duration\n"
    );
}

#[test]
fn what_is_unknown_matters_only_to_the_cloud_that_is_used() {
    let model = ProviderModel {
        aws: AwsModel { profile: Attr::Unknown, region: Attr::Unknown, ..AwsModel::default() }
            .into(),
        ..ProviderModel::default()
    };
    let clouds = Clouds::configure(model, &Environment::default(), configure::now).unwrap();
    assert!(clouds.alicloud.client().is_ok());
    assert!(clouds.aws.region_is_unknown());
    // Told at the type, so the path would be that of another block; the text names the attribute.
    let problems = clouds.aws.client().err().unwrap();
    assert_eq!(shown(&problems), ": Unknown Provider Setting\n");
    assert!(problems.iter().all(|problem| problem.detail.starts_with("`aws.profile`")));
}

#[test]
fn an_unknown_part_of_a_role_is_told_with_its_whole_path() {
    let role = AlicloudRoleModel {
        role_arn: Attr::Unknown,
        session_name: Attr::Null,
        external_id: Attr::Null,
        policy: Attr::Null,
        session_expiration: Attr::Null,
    };
    let model = ProviderModel {
        alicloud: AlicloudModel { assume_role: role.into(), ..AlicloudModel::default() }.into(),
        ..ProviderModel::default()
    };
    assert_eq!(shown(&configure::validate(&model)), "");
    let clouds = Clouds::configure(model, &Environment::default(), configure::now).unwrap();
    let problems = clouds.alicloud.client().err().unwrap();
    let details: Vec<_> = problems.iter().map(|problem| problem.detail.as_str()).collect();
    assert!(details[0].starts_with("`alicloud.assume_role.role_arn`"), "{details:?}");
    assert_eq!(details.len(), 1);
}

#[test]
fn half_a_pair_of_keys_is_told_at_the_half_that_is_there() {
    let problems = |model: AlicloudModel| {
        let model = ProviderModel { alicloud: model.into(), ..ProviderModel::default() };
        shown(&configure::validate(&model))
    };
    let key = || "LTAI".to_owned().into();
    let secret = || Secret::new("hush").into();
    let rest = AlicloudModel::default;
    let told = problems(AlicloudModel { access_key: key(), ..rest() });
    assert_eq!(told, "alicloud.access_key: Incomplete Keys\n");
    let told = problems(AlicloudModel { secret_key: secret(), ..rest() });
    assert_eq!(told, "alicloud.secret_key: Incomplete Keys\n");
    let told = problems(AlicloudModel { security_token: secret(), ..rest() });
    assert_eq!(told, "alicloud.security_token: Incomplete Keys\n");
    let pair = AlicloudModel { access_key: key(), secret_key: Attr::Unknown, ..rest() };
    assert_eq!(problems(pair), "");
}

#[test]
fn an_empty_place_for_credentials_is_not_taken_for_none() {
    let empty = |files: &[&str]| {
        let files: Vec<_> = files.iter().map(ToString::to_string).collect();
        let identity = AwsWebIdentityModel {
            role_arn: "arn:aws:iam::111122223333:role/ci".to_owned().into(),
            web_identity_token_file: String::new().into(),
            ..AwsWebIdentityModel::default()
        };
        let aws = AwsModel {
            shared_config_files: files.into(),
            assume_role_with_web_identity: identity.into(),
            ..AwsModel::default()
        };
        let model = ProviderModel { aws: aws.into(), ..ProviderModel::default() };
        shown(&configure::validate(&model))
    };
    for files in [&[] as &[&str], &["a", ""]] {
        expect![[r#"
            aws.assume_role_with_web_identity.web_identity_token_file: Empty Value
            aws.shared_config_files: Empty Value
        "#]]
        .assert_eq(&empty(files));
    }
}

/// Shows what a practitioner reads about a failed call.
fn check(error: Error, circumstances: &Circumstances, expected: Expect) {
    let told: String = explain(&error, circumstances)
        .iter()
        .map(|it| format!("{}\n{}", it.summary, it.detail))
        .collect();
    expected.assert_eq(&told);
}

fn frankfurt() -> Circumstances {
    Circumstances {
        cloud: "AWS",
        block: "aws",
        region: "eu-central-1".to_owned(),
        ..Circumstances::default()
    }
}

fn failed(kind: Kind, message: &str) -> Error {
    Error {
        endpoint: "ec2.eu-central-1.amazonaws.com".to_owned(),
        attempts: 1,
        ..Error::new(kind, "ec2:DescribeImages", message)
    }
}

#[test]
fn a_denial_says_who_lacks_what() {
    let error = Error {
        code: Some("UnauthorizedOperation".to_owned()),
        request_id: Some("8f9c".to_owned()),
        ..failed(Kind::Denied, "You are not authorized to perform this operation.")
    };
    let caller = Some("arn:aws:iam::123456789012:user/runner".to_owned());
    check(
        error,
        &Circumstances { caller, ..frankfurt() },
        expect![[r#"
            Access Denied By AWS
            In eu-central-1, ec2:DescribeImages at ec2.eu-central-1.amazonaws.com failed: You are not authorized to perform this operation (code UnauthorizedOperation, request id 8f9c).

            Allow arn:aws:iam::123456789012:user/runner to call ec2:DescribeImages; the page of this type prints the policy."#]],
    );
}

#[test]
fn a_denial_by_ram_may_pass() {
    let endpoint = "ram.aliyuncs.com".to_owned();
    let error = Error { operation: "ram:CreatePolicy", endpoint, ..failed(Kind::Denied, "No.") };
    let alicloud = Circumstances { cloud: "Alibaba Cloud", ..Circumstances::default() };
    check(
        error,
        &alicloud,
        expect![[r#"
            Access Denied By Alibaba Cloud
            On Alibaba Cloud, ram:CreatePolicy at ram.aliyuncs.com failed: No.

            Allow the caller to call ram:CreatePolicy; the page of this type prints the policy. If they may already, run again in a minute: after many changes RAM sometimes refuses for a while."#]],
    );
}

#[test]
fn what_is_full_or_switched_off_can_be_changed() {
    let directory = |kind| Error {
        operation: "resourcemanager:AttachControlPolicy",
        endpoint: "resourcemanager.aliyuncs.com".to_owned(),
        ..failed(kind, "No.")
    };
    let alicloud = Circumstances { cloud: "Alibaba Cloud", ..Circumstances::default() };
    check(
        directory(Kind::Quota),
        &alicloud,
        expect![[r#"
            Quota Reached On Alibaba Cloud
            On Alibaba Cloud, resourcemanager:AttachControlPolicy at resourcemanager.aliyuncs.com failed: No.

            Remove what is no longer needed, or ask Alibaba Cloud for a higher quota; some limits cannot be raised."#]],
    );
    check(
        directory(Kind::SwitchedOff),
        &Circumstances { role: Some("acs:ram::1:role/security".to_owned()), ..alicloud },
        expect![[r#"
            Switched Off On Alibaba Cloud
            On Alibaba Cloud, working as acs:ram::1:role/security, resourcemanager:AttachControlPolicy at resourcemanager.aliyuncs.com failed: No.

            Switch on what the message names, for the whole organisation from its management account, and run again."#]],
    );
}

#[test]
fn a_denial_by_a_statement_says_whom_to_exempt_from_which_policies() {
    let error = |is_explicit, layer| Error {
        denial: Some(Denial { layer, is_explicit }),
        operation: "ec2:CreateTags",
        ..failed(Kind::Denied, "No.")
    };
    let session = Some("arn:aws:sts::123456789012:assumed-role/Builder/ci".to_owned());
    let aws = Circumstances { caller: session, ..frankfurt() };
    let told = |error, circumstances: &Circumstances| {
        let problems = explain(&error, circumstances);
        problems.iter().next().unwrap().detail.split_once("\n\n").unwrap().1.to_owned()
    };
    expect!["A statement in the organisation's policies (service control or control policies) forbids arn:aws:sts::123456789012:assumed-role/Builder/ci to call ec2:CreateTags, whatever else allows it. If that is a guardrail, add arn:aws:iam::123456789012:role/Builder (with the role's path, if it has one) to its exemptions, or work as a principal that it exempts (`assume_role_arn`)."].assert_eq(&told(error(true, Layer::Organisation), &aws));
    expect!["Allow arn:aws:sts::123456789012:assumed-role/Builder/ci to call ec2:CreateTags: no statement in the caller's permissions boundary does so. The page of this type prints the policy."].assert_eq(&told(error(false, Layer::Boundary), &aws));
    expect!["A statement in the policy of the caller's session forbids arn:aws:sts::123456789012:assumed-role/Builder/ci to call ec2:CreateTags, whatever else allows it. Change that policy, or work as somebody whom it does not bind."].assert_eq(&told(error(true, Layer::Session), &aws));
    let session = Some("acs:ram::1234567890123456:assumed-role/Builder/ci".to_owned());
    let alicloud = Circumstances { caller: session, ..frankfurt() };
    expect!["A statement in the policies of the caller, its groups or its role forbids acs:ram::1234567890123456:assumed-role/Builder/ci to call ec2:CreateTags, whatever else allows it. If that is a guardrail, add acs:ram::1234567890123456:role/builder to its exemptions, or work as a principal that it exempts (`assume_role_arn`)."].assert_eq(&told(error(true, Layer::Identity), &alicloud));
}

#[test]
fn a_role_that_cannot_be_assumed_has_two_sides_to_check() {
    let error = Error {
        operation: "sts:AssumeRole",
        endpoint: "sts.aliyuncs.com".to_owned(),
        code: Some("NoPermission".to_owned()),
        request_id: Some("8f9c".to_owned()),
        ..failed(Kind::Role, "`acs:ram::1:user/u` cannot assume the role `acs:ram::2:role/r`: No")
    };
    check(
        error,
        &frankfurt(),
        expect![[r#"
        Role Cannot Be Assumed On AWS
        In eu-central-1, sts:AssumeRole at sts.aliyuncs.com failed: `acs:ram::1:user/u` cannot assume the role `acs:ram::2:role/r`: No (code NoPermission, request id 8f9c).

        Check the role's ARN, the session's arguments, and both sides of the permission: the role's trust policy has to name the caller, and a policy of the caller has to allow it to assume the role."#]],
    );
}

#[test]
fn a_host_that_cannot_be_found_may_be_a_region_that_does_not_exist() {
    let error = failed(Kind::Unreachable, "dns error: no such host");
    check(
        error.clone(),
        &frankfurt(),
        expect![[r#"
            AWS Cannot Be Reached
            In eu-central-1, ec2:DescribeImages at ec2.eu-central-1.amazonaws.com failed: dns error: no such host.

            Check the region's name, the network, the proxy variables, and `endpoints` and `ca_bundle` in the provider block's `aws`."#]],
    );
    let regions = vec!["eu-west-1".to_owned(), "us-east-1".to_owned()];
    check(
        error,
        &Circumstances { regions, ..frankfurt() },
        expect![[r#"
            No Such Region On AWS
            In eu-central-1, ec2:DescribeImages at ec2.eu-central-1.amazonaws.com failed: dns error: no such host.

            The regions of this account are eu-west-1, us-east-1."#]],
    );
}

#[test]
fn attempts_are_told_when_there_was_more_than_one() {
    let error = Error {
        code: Some("RequestLimitExceeded".to_owned()),
        attempts: 10,
        ..failed(Kind::Throttled, "Request limit exceeded.")
    };
    check(
        error,
        &frankfurt(),
        expect![[r#"
            Too Many Requests For AWS
            In eu-central-1, ec2:DescribeImages at ec2.eu-central-1.amazonaws.com failed: Request limit exceeded (code RequestLimitExceeded, 10 attempts).

            Wait, run fewer operations at a time with `-parallelism`, or raise `max_retries` and `request_timeout` in the provider block."#]],
    );
}

#[test]
fn credentials_that_were_not_found_are_no_failed_call() {
    let error = Error::new(Kind::Credentials, "credentials", "the profile `prod` is not there");
    check(
        error,
        &frankfurt(),
        expect![[r#"
            No Usable Credentials For AWS
            No credentials: the profile `prod` is not there.

            Check where the credentials come from: the attribute, variable or file that is named above, or else the first source that is set. "Credentials for AWS" on the provider's page lists the sources, and which attributes of the provider block's `aws` and which variables set them. Temporary credentials may have expired."#]],
    );
}

#[test]
fn a_role_of_the_type_is_named_and_blamed() {
    let role = Some("arn:aws:iam::222233334444:role/reader".to_owned());
    let circumstances = Circumstances { role, ..frankfurt() };
    let error = Error { operation: "sts:AssumeRole", ..failed(Kind::Role, "not trusted") };
    assert_eq!(
        shown(&explain(&error, &circumstances)),
        "assume_role_arn: Role Cannot Be Assumed On AWS\n"
    );
    check(
        error,
        &circumstances,
        expect![[r#"
            Role Cannot Be Assumed On AWS
            In eu-central-1, working as arn:aws:iam::222233334444:role/reader, sts:AssumeRole at ec2.eu-central-1.amazonaws.com failed: not trusted.

            Check the role's ARN, the session's arguments, and both sides of the permission: the role's trust policy has to name the caller, and a policy of the caller has to allow it to assume the role."#]],
    );
}

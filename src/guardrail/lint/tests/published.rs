//! What lint says of the policies that vendors and blogs publish, written anew from
//! their descriptions, and of what they should have been.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use super::*;

/// The documents of the guide about policies that people paste.
const PUBLISHED: &str = include_str!("../../cases/published.json");

fn check(level: &str, document: &Value, expected: Expect) {
    expected.assert_eq(&told(level, &document.to_string()));
}

fn published(name: &str) -> Value {
    let table: Value = serde_json::from_str(PUBLISHED).unwrap();
    let mut documents = table["documents"].as_array().unwrap().iter();
    documents.find(|it| it["name"] == name).unwrap()["document"].clone()
}

#[test]
fn creation_by_tag_key() {
    check(
        "scp",
        &published("creation_by_tag_key"),
        expect![[r#"
            error bare_multivalued_key of 0 (ImagesAreTagged) at Statement[0].Condition.StringNotEquals["aws:TagKeys"]: `aws:TagKeys` has many values.
            warning creation_tag_on_snapshots of 0 (ImagesAreTagged) at Statement[0]: `ec2:CreateImage` is refused if only the image is tagged.
            warning uncovered_door of 0 (ImagesAreTagged) at Statement[0]: Open beside it, for making images: `ec2:CopyImage` (aws_copy_image), `ec2:RegisterImage` (aws_register_image), `ec2:ImportImage` (aws_import_image), `ec2:CreateRestoreImageTask` (aws_restore_image).
            info out_of_reach: Not bound: the management account of the organisation; service-linked roles: Auto Scaling, EC2 Fleet and Spot Fleet launch with them.
        "#]],
    );
}

#[test]
fn creation_by_tag_key_and_value() {
    check(
        "scp",
        &published("creation_by_tag"),
        expect![[r#"
            warning creation_tag_on_snapshots of 0 (ImagesAreTagged) at Statement[0]: `ec2:CreateImage` is refused if only the image is tagged.
            warning uncovered_door of 0 (ImagesAreTagged) at Statement[0]: Open beside it, for making images: `ec2:CopyImage` (aws_copy_image), `ec2:RegisterImage` (aws_register_image), `ec2:ImportImage` (aws_import_image), `ec2:CreateRestoreImageTask` (aws_restore_image).
            info out_of_reach: Not bound: the management account of the organisation; service-linked roles: Auto Scaling, EC2 Fleet and Spot Fleet launch with them.
        "#]],
    );
}

#[test]
fn creation_by_tag_with_any_value() {
    check(
        "scp",
        &published("creation_by_any_value"),
        expect![[r#"
            warning creation_tag_on_snapshots of 0 (ImagesAreTagged) at Statement[0]: `ec2:CreateImage` is refused if only the image is tagged.
            warning uncovered_door of 0 (ImagesAreTagged) at Statement[0]: Open beside it, for making images: `ec2:CopyImage` (aws_copy_image), `ec2:RegisterImage` (aws_register_image), `ec2:ImportImage` (aws_import_image), `ec2:CreateRestoreImageTask` (aws_restore_image).
            info out_of_reach: Not bound: the management account of the organisation; service-linked roles: Auto Scaling, EC2 Fleet and Spot Fleet launch with them.
        "#]],
    );
}

#[test]
fn launch_by_tag() {
    check(
        "scp",
        &published("launch_by_tag"),
        expect![[r#"
            error negated_tag_on_all_resources of 0 (ApprovedImages) at Statement[0].Condition.StringNotEquals["ec2:ResourceTag/approved"]: Also from an image that has the tag, `ec2:RunInstances` is refused.
            warning uncovered_door of 0 (ApprovedImages) at Statement[0]: Open beside it, for starting machines: `ec2:CreateFleet` (aws_create_fleet), `ec2:ModifyFleet` (aws_modify_fleet), `ec2:RequestSpotFleet` (aws_request_spot_fleet), `ec2:RequestSpotInstances` (aws_request_spot_instances), `ec2:CreateReplaceRootVolumeTask` (aws_replace_root_volume).
            warning no_tag_lock of 0 (ApprovedImages) at Statement[0]: Nothing here keeps people from setting the tag themselves.
            info out_of_reach: Not bound: the management account of the organisation; service-linked roles: Auto Scaling, EC2 Fleet and Spot Fleet launch with them.
            info tags_stay_behind of 0 (ApprovedImages) at Statement[0]: A shared image has no tags in the accounts it is shared with.
        "#]],
    );
}

#[test]
fn launch_by_tag_with_any_value() {
    check(
        "iam_policy",
        &published("launch_by_any_value"),
        expect![[r#"
            error negated_tag_on_all_resources of 0 (ApprovedImages) at Statement[0].Condition.StringNotLike["ec2:ResourceTag/approved"]: Also from an image that has the tag, `ec2:RunInstances` is refused.
            warning uncovered_door of 0 (ApprovedImages) at Statement[0]: Open beside it, for starting machines: `ec2:CreateFleet` (aws_create_fleet), `ec2:ModifyFleet` (aws_modify_fleet), `ec2:RequestSpotFleet` (aws_request_spot_fleet), `ec2:RequestSpotInstances` (aws_request_spot_instances), `ec2:CreateReplaceRootVolumeTask` (aws_replace_root_volume).
            warning no_tag_lock of 0 (ApprovedImages) at Statement[0]: Nothing here keeps people from setting the tag themselves.
            info out_of_reach: Not bound: every user, group and role that the policy is not attached to; service-linked roles and the root user: no policy can be attached to them.
        "#]],
    );
}

#[test]
fn the_published_text_is_no_json() {
    let text = published("creation_by_tag_key").to_string();
    let text = text.replace("snapshot/*\"", "snapshot/*");
    expect![[r#"
        error invalid_json: Line 1, column 180: the text is no JSON: expected `,` or `]`.
    "#]]
    .assert_eq(&told("scp", &text));
}

#[test]
fn allow_and_lock_as_control_policy() {
    check(
        "control_policy",
        &published("allow_and_lock"),
        expect![[r#"
            error conditional_allow of 0 at Statement[0]: Beside the policy that allows everything, this Allow changes nothing.
            error no_approver of 1 at Statement[1]: The statement binds everybody, approvers too.
            warning tag_allow_on_all_resources of 0 at Statement[0]: Machines, security groups and subnets would need the image's tag as well.
            warning dead_action of 1 at Statement[1].Action[0]: `ecs:DeleteTags` is no action; `ecs:UntagResources` is.
            warning dead_action of 1 at Statement[1].Action[2]: `ecs:CreateTags` is no action; `ecs:TagResources` is.
            warning uncovered_door of 1 at Statement[1]: Open beside it, for tagging images: `ecs:AddTags` (ali_add_tags), `ecs:RemoveTags` (ali_remove_tags), `tag:TagResources`, `tag:UntagResources` (ali_tag_service).
            warning no_creation_lock of 1 at Statement[1]: Open beside the lock: `ecs:CreateImage`, `ecs:CopyImage`, `ecs:ImportImage` (ali_tag_at_creation).
            info out_of_reach: Not bound: the management account of the resource directory; service-linked roles: Auto Scaling, node pools and auto provisioning launch with them; root users of members, unless its effect scope is `All`.
        "#]],
    );
}

#[test]
fn allow_and_lock_as_ram_policy() {
    check(
        "ram_policy",
        &published("allow_and_lock"),
        expect![[r#"
            error no_approver of 1 at Statement[1]: The statement binds everybody, approvers too.
            warning allow_is_no_guard of 0 at Statement[0]: Beside any broader Allow, this condition blocks nothing.
            warning tag_allow_on_all_resources of 0 at Statement[0]: Machines, security groups and subnets would need the image's tag as well.
            warning dead_action of 1 at Statement[1].Action[0]: `ecs:DeleteTags` is no action; `ecs:UntagResources` is.
            warning dead_action of 1 at Statement[1].Action[2]: `ecs:CreateTags` is no action; `ecs:TagResources` is.
            warning uncovered_door of 1 at Statement[1]: Open beside it, for tagging images: `ecs:AddTags` (ali_add_tags), `ecs:RemoveTags` (ali_remove_tags), `tag:TagResources`, `tag:UntagResources` (ali_tag_service).
            warning no_creation_lock of 1 at Statement[1]: Open beside the lock: `ecs:CreateImage`, `ecs:CopyImage`, `ecs:ImportImage` (ali_tag_at_creation).
            info out_of_reach: Not bound: every user, group and role that the policy is not attached to; service-linked roles and root users.
        "#]],
    );
}

#[test]
fn neither_export_nor_share() {
    check(
        "control_policy",
        &published("neither_export_nor_share"),
        expect![[r#"
            warning uncovered_door of 0 at Statement[0]: Open beside it, for exporting images: `ecs:ExportSnapshot` (ali_export_snapshot).
            warning uncovered_door of 0 at Statement[0]: Open beside it, for sharing images: `ecs:ModifyImageShareGroupPermission` (ali_share_image_group), `resourcesharing:AssociateResourceShare` (ali_add_share_target).
            info out_of_reach: Not bound: the management account of the resource directory; service-linked roles: Auto Scaling, node pools and auto provisioning launch with them; root users of members, unless its effect scope is `All`.
            info several_values_undocumented of 1 at Statement[1].Condition.StringEquals["resourcesharing:RequestedResourceType"]: `resourcesharing:RequestedResourceType` may have several values.
        "#]],
    );
}

#[test]
fn a_whole_guardrail_of_aws_has_only_what_cannot_be_otherwise() {
    let images = "arn:aws:ec2:*::image/*";
    let others = json!({"aws:PrincipalArn": "arn:aws:iam::111122223333:role/image-approver"});
    let document = json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "Launch1", "Effect": "Deny", "Resource": images,
         "Action": ["ec2:RunInstances", "ec2:CreateFleet", "ec2:ModifyFleet", "ec2:RequestSpotFleet",
                    "ec2:RequestSpotInstances", "ec2:CreateReplaceRootVolumeTask"],
         "Condition": {"StringNotEquals": {"ec2:ResourceTag/approved": "yes"}}},
        {"Sid": "Tags1", "Effect": "Deny", "Resource": images,
         "Action": ["ec2:CreateTags", "ec2:DeleteTags"],
         "Condition": {"ForAnyValue:StringEqualsIgnoreCase": {"aws:TagKeys": "approved"},
                       "ArnNotLike": others}},
        {"Sid": "Tags2", "Effect": "Deny", "Resource": images, "Action": "ec2:DeleteTags",
         "Condition": {"Null": {"aws:TagKeys": "true"}, "ArnNotLike": others}},
        {"Sid": "Create1", "Effect": "Deny", "Resource": images,
         "Action": ["ec2:CreateImage", "ec2:CopyImage", "ec2:RegisterImage", "ec2:ImportImage",
                    "ec2:CreateRestoreImageTask"],
         "Condition": {"Null": {"aws:RequestTag/owner": "true"}}},
        {"Sid": "Export1", "Effect": "Deny", "Resource": "*",
         "Action": ["ec2:ExportImage", "ec2:CreateStoreImageTask", "ec2:CreateInstanceExportTask"]},
        {"Sid": "Share1", "Effect": "Deny", "Resource": [images, "arn:aws:ec2:*::snapshot/*"],
         "Action": ["ec2:ModifyImageAttribute", "ec2:ModifySnapshotAttribute"]},
    ]});
    check(
        "scp",
        &document,
        expect![[r#"
        info out_of_reach: Not bound: the management account of the organisation; service-linked roles: Auto Scaling, EC2 Fleet and Spot Fleet launch with them.
        info rests_on_assumptions: `aws_untag_all`: Untagging without naming keys leaves the tag keys out of the request.
        info tags_stay_behind of 0 (Launch1) at Statement[0]: A shared image has no tags in the accounts it is shared with.
    "#]],
    );
}

#[test]
fn a_whole_guardrail_of_alicloud_has_only_what_cannot_be_otherwise() {
    let images = "acs:ecs:*:*:image/*";
    let others = json!({"acs:PrincipalARN": "acs:ram::1111222233334444:role/image-approver"});
    let makes = json!(["ecs:CreateImage", "ecs:CopyImage", "ecs:ImportImage"]);
    let document = json!({"Version": "1", "Statement": [
        {"Effect": "Deny", "Resource": images,
         "Action": ["ecs:RunInstances", "ecs:CreateInstance", "ecs:ReplaceSystemDisk"],
         "Condition": {"StringNotEquals": {"acs:ResourceTag/status": "approved"}}},
        {"Effect": "Deny", "Resource": images,
         "Action": ["ecs:TagResources", "ecs:UntagResources", "ecs:AddTags", "ecs:RemoveTags",
                    "tag:TagResources", "tag:UntagResources"],
         "Condition": {"StringNotLike": others}},
        {"Effect": "Deny", "Resource": "*", "Action": makes,
         "Condition": {"StringLike": {"acs:RequestTag/status": "*"}, "StringNotLike": others}},
        {"Effect": "Deny", "Resource": "*", "Action": ["ecs:ExportImage", "ecs:ExportSnapshot"]},
        {"Effect": "Deny", "Resource": images,
         "Action": ["ecs:ModifyImageSharePermission", "ecs:ModifyImageShareGroupPermission"]},
        {"Effect": "Deny", "Resource": "*",
         "Action": ["resourcesharing:CreateResourceShare",
                    "resourcesharing:AssociateResourceShare"],
         "Condition": {"StringEquals":
             {"resourcesharing:RequestedResourceType": ["Image", "Snapshot"]}}},
        {"Effect": "Deny", "Resource": "*", "Action": "resourcesharing:AssociateResourceShare",
         "Condition": {"StringNotLike": {"resourcesharing:RequestedResourceType": "*"}}},
    ]});
    check(
        "control_policy",
        &document,
        expect![[r#"
            info out_of_reach: Not bound: the management account of the resource directory; service-linked roles: Auto Scaling, node pools and auto provisioning launch with them; root users of members, unless its effect scope is `All`.
            info rests_on_assumptions: `ali_absent_negation`: A negated operator holds where the key is absent. `ali_image_resource`: Starting a machine is judged on the image as a resource of its own. `ali_image_tags`: The tags of the image are known when a machine is started from it. `ali_request_tag`: Tags sent with a creation are known as request tags, and checked only there. `ali_share_resource_type`: Naming a target only leaves the shared resource type out of the request.
            info several_values_undocumented of 5 at Statement[5].Condition.StringEquals["resourcesharing:RequestedResourceType"]: `resourcesharing:RequestedResourceType` may have several values.
            info several_values_undocumented of 6 at Statement[6].Condition.StringNotLike["resourcesharing:RequestedResourceType"]: `resourcesharing:RequestedResourceType` may have several values.
        "#]],
    );
}

//! boto3 launches machines, makes images and snapshots and gives them away in the simulated AWS.

use imageguard_simulator::aws::Image;
use imageguard_simulator::{Account, Simulator, World, aws};
use serde_json::{Value, json};

use super::{fields, run_aws};

const OTHER: &str = "222233334444";
const GOLDEN: &str = "ami-00000001";

fn ec2(operation: &str, parameters: Value) -> Value {
    json!({"client": "ec2", "operation": operation, "parameters": parameters})
}

/// Stands for what an earlier call of the same run got.
fn result(path: Value) -> Value {
    json!({"$result": path})
}

fn start() -> Simulator {
    let mut world = World::default();
    world.aws.accounts.push(Account::new(OTHER, "other"));
    world.aws.images.push(Image::new(GOLDEN).tag("status", "approved"));
    Simulator::start(world)
}

/// Tags for something that a call makes.
fn tags(kind: &str) -> Value {
    json!({"ResourceType": kind, "Tags": [{"Key": "team", "Value": "web <&> 黄金"}]})
}

#[track_caller]
fn check_all_worked(results: &[Value]) {
    let errors: Vec<&Value> = results.iter().map(|result| &result["error"]).collect();
    assert!(errors.iter().all(|error| error.is_null()), "{errors:#?}");
}

#[test]
fn boto3_launches_looks_at_and_ends_machines() {
    let launch = json!({
        "ImageId": GOLDEN, "InstanceType": "m7i.large", "MinCount": 2, "MaxCount": 2,
        "KeyName": "key", "SecurityGroupIds": ["sg-1"], "SubnetId": "subnet-1", "UserData": "x",
        "IamInstanceProfile": {"Name": "web"}, "Monitoring": {"Enabled": false},
        "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled"},
        "BlockDeviceMappings": [
            {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 20, "VolumeType": "gp3", "Encrypted": true}},
        ],
        "TagSpecifications": [tags("instance"), tags("volume")],
    });
    let first = result(json!([0, "Instances", 0, "InstanceId"]));
    let mut listing = ec2("describe_instances", json!({"PaginationConfig": {"PageSize": 5}}));
    listing["paginate"] = json!(true);
    let results = run_aws(
        &start(),
        json!([
            ec2("run_instances", launch),
            ec2("describe_instances", json!({"InstanceIds": [first]})),
            listing,
            ec2("create_replace_root_volume_task", json!({"InstanceId": first, "ImageId": GOLDEN})),
            ec2("terminate_instances", json!({"InstanceIds": [first]})),
            ec2("describe_instances", json!({"InstanceIds": [first]})),
        ]),
    );
    check_all_worked(&results);
    assert_eq!(results[0]["body"]["Instances"].as_array().unwrap().len(), 2);
    let machine = &results[1]["body"]["Reservations"][0]["Instances"][0];
    assert_eq!(machine["Tags"], tags("")["Tags"]);
    assert_eq!(
        (&machine["ImageId"], &machine["State"]["Name"]),
        (&json!(GOLDEN), &json!("running"))
    );
    assert_eq!(results[2]["pages"][0]["Reservations"].as_array().unwrap().len(), 2);
    assert_eq!(results[3]["body"]["ReplaceRootVolumeTask"]["TaskState"], "pending");
    let ended = &results[4]["body"]["TerminatingInstances"][0];
    assert_eq!(ended["CurrentState"]["Name"], "shutting-down");
    let state = &results[5]["body"]["Reservations"][0]["Instances"][0]["State"];
    assert_eq!(*state, json!({"Code": 48, "Name": "terminated"}));
}

#[test]
fn boto3_launches_in_every_other_way() {
    let template = json!({"LaunchTemplateName": "web", "Version": "1"});
    let fleet = json!({
        "Type": "instant", "TargetCapacitySpecification": {"TotalTargetCapacity": 1},
        "LaunchTemplateConfigs": [
            {"LaunchTemplateSpecification": template, "Overrides": [{"ImageId": GOLDEN}]},
        ],
    });
    let spot_fleet = json!({"SpotFleetRequestConfig": {
        "IamFleetRole": "arn:aws:iam::111122223333:role/fleet", "TargetCapacity": 1,
        "LaunchSpecifications": [{"ImageId": GOLDEN, "InstanceType": "m7i.large"}],
    }});
    let specification = json!({"ImageId": GOLDEN, "InstanceType": "m7i.large"});
    let results = run_aws(
        &start(),
        json!([
            ec2("create_fleet", fleet),
            ec2("request_spot_instances", json!({"LaunchSpecification": specification})),
            ec2("request_spot_fleet", spot_fleet),
        ]),
    );
    check_all_worked(&results);
    let is_id = |id: &Value, prefix: &str| id.as_str().is_some_and(|id| id.starts_with(prefix));
    assert!(is_id(&results[0]["body"]["FleetId"], "fleet-"));
    let request = &results[1]["body"]["SpotInstanceRequests"][0];
    assert!(is_id(&request["SpotInstanceRequestId"], "sir-"));
    assert!(is_id(&results[2]["body"]["SpotFleetRequestId"], "sfr-"));
}

#[test]
fn boto3_makes_images_and_snapshots() {
    let machine = result(json!([0, "Instances", 0, "InstanceId"]));
    let snapshot = result(json!([3, "SnapshotId"]));
    let image = json!([tags("image"), tags("snapshot")]);
    let own = json!([tags("snapshot")]);
    let disk = json!({"Format": "raw", "Url": "s3://bucket/disk.raw"});
    let simulator = start();
    let results = run_aws(
        &simulator,
        json!([
            ec2("run_instances", json!({"ImageId": GOLDEN, "MinCount": 1, "MaxCount": 1})),
            ec2(
                "create_image",
                json!({"InstanceId": machine, "Name": "made", "TagSpecifications": image})
            ),
            ec2(
                "copy_image",
                json!({
                    "SourceImageId": GOLDEN, "SourceRegion": "us-east-1", "Name": "copied",
                    "CopyImageTags": true,
                })
            ),
            ec2("create_snapshot", json!({"VolumeId": "vol-1", "TagSpecifications": own})),
            ec2("create_snapshots", json!({"InstanceSpecification": {"InstanceId": machine}})),
            ec2(
                "copy_snapshot",
                json!({"SourceSnapshotId": snapshot, "SourceRegion": "us-east-1"})
            ),
            ec2("import_snapshot", json!({"DiskContainer": disk})),
            ec2(
                "register_image",
                json!({
                    "Name": "registered", "RootDeviceName": "/dev/xvda", "Architecture": "x86_64",
                    "VirtualizationType": "hvm", "EnaSupport": true,
                    "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot}}],
                })
            ),
            ec2("import_image", json!({"DiskContainers": [disk], "Platform": "Linux"})),
            ec2(
                "create_restore_image_task",
                json!({"Bucket": "b", "ObjectKey": "k", "Name": "restored"})
            ),
            ec2("describe_images", json!({"Owners": ["self"]})),
        ]),
    );
    check_all_worked(&results);
    assert_eq!(results[3]["body"]["Tags"], tags("")["Tags"]);
    assert_eq!(results[4]["body"]["Snapshots"].as_array().unwrap().len(), 1);
    let images = results[10]["body"]["Images"].as_array().unwrap();
    let made = images.iter().find(|image| image["Name"] == "made").unwrap();
    assert_eq!(made["Tags"], tags("")["Tags"]);
    assert_eq!(fields(&json!(images), "Name").len(), 6);
    let tagged = simulator.edit(|world| {
        let snapshots = world.aws.snapshots.iter();
        snapshots.filter(|snapshot| snapshot.tags.contains_key("team")).count()
    });
    assert_eq!(tagged, 2);
}

#[test]
fn boto3_gives_images_away() {
    let share = json!({"ImageId": GOLDEN, "LaunchPermission": {"Add": [{"UserId": OTHER}]}});
    let older = json!({"ImageId": GOLDEN, "Attribute": "description", "Value": "new"});
    let snapshot = result(json!([0, "SnapshotId"]));
    let public = json!({
        "SnapshotId": snapshot, "Attribute": "createVolumePermission", "OperationType": "add",
        "GroupNames": ["all"],
    });
    let machine = result(json!([1, "Instances", 0, "InstanceId"]));
    let location = json!({"S3Bucket": "b"});
    let simulator = start();
    let results = run_aws(
        &simulator,
        json!([
            ec2("create_snapshot", json!({"VolumeId": "vol-1"})),
            ec2("run_instances", json!({"ImageId": GOLDEN, "MinCount": 1, "MaxCount": 1})),
            ec2("modify_image_attribute", share),
            ec2("modify_image_attribute", older),
            ec2("modify_snapshot_attribute", public),
            ec2(
                "export_image",
                json!({"ImageId": GOLDEN, "DiskImageFormat": "RAW", "S3ExportLocation": location})
            ),
            ec2("create_store_image_task", json!({"ImageId": GOLDEN, "Bucket": "b"})),
            ec2(
                "create_instance_export_task",
                json!({"InstanceId": machine, "TargetEnvironment": "vmware", "ExportToS3Task": location})
            ),
        ]),
    );
    check_all_worked(&results);
    assert_eq!(results[6]["body"]["ObjectKey"], format!("{GOLDEN}.bin"));
    assert_eq!(
        results[7]["body"]["ExportTask"]["InstanceExportDetails"]["TargetEnvironment"],
        "vmware"
    );
    let (image, snapshot) =
        simulator.edit(|world| (world.aws.images[0].clone(), world.aws.snapshots[0].clone()));
    assert_eq!(
        (image.launch_permissions, image.description),
        (vec![OTHER.to_owned()], "new".to_owned())
    );
    assert!(snapshot.public && snapshot.owner == aws::ACCOUNT);
    let reset = json!({"ImageId": GOLDEN, "Attribute": "launchPermission"});
    check_all_worked(&run_aws(&simulator, json!([ec2("reset_image_attribute", reset)])));
    assert!(simulator.edit(|world| world.aws.images[0].launch_permissions.is_empty()));
}

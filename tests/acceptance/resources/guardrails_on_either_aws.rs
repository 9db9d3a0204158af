//! What guardrails do on AWS, with the same code on the simulated cloud and on moto, somebody
//! else's idea of AWS. boto3 looks what there is, and changes it behind Terraform's back.

use std::{fs, path::Path};

use imageguard_simulator::{AccessKey, Account, Simulator, World};
use serde_json::{Value, json};

use crate::{
    clouds::Moto,
    harness::{ROOT, Workspace, unwrapped},
    official_clients::{AWS, run_at},
};

/// The account of moto.
const ACCOUNT: &str = "123456789012";
const ADDRESS: &str = "imageguard_aws_guardrail.golden";
const SCP: &str = "scp";
const IAM_POLICY: &str = "iam_policy";

/// A cloud with an organisation that has service control policies switched on.
enum Host {
    Simulated(Simulator),
    Moto(Moto),
}

/// Tells something of both clouds, at both levels.
fn everywhere(tell: impl Fn(&Host, &str)) {
    for host in [Host::simulated(), Host::moto()] {
        for level in [SCP, IAM_POLICY] {
            tell(&host, level);
            assert_eq!(host.policies(level), Vec::<Value>::new(), "{level}");
        }
    }
}

impl Host {
    fn simulated() -> Self {
        let mut world = World::default();
        let root = format!("arn:aws:iam::{ACCOUNT}:root");
        world.aws.accounts = vec![Account::new(ACCOUNT, "moto")];
        world.aws.access_keys = vec![AccessKey::new("testing", "testing", &root)];
        world.aws.iam.creation_lag = 2;
        Self::Simulated(Simulator::start(world)).with_organisation()
    }

    fn moto() -> Self {
        let images = tempfile::NamedTempFile::new().unwrap();
        fs::write(&images, "[]").unwrap();
        Self::Moto(Moto::start(images.path())).with_organisation()
    }

    fn with_organisation(self) -> Self {
        let root = json!({ "$result": [1, "Roots", 0, "Id"] });
        self.ask(json!([
            organizations("create_organization", json!({ "FeatureSet": "ALL" })),
            organizations("list_roots", json!({})),
            organizations(
                "enable_policy_type",
                json!({ "RootId": root, "PolicyType": "SERVICE_CONTROL_POLICY" })
            ),
        ]));
        self
    }

    /// Has boto3 make calls, which must succeed; returns the answers.
    fn ask(&self, calls: Value) -> Vec<Value> {
        let endpoint = match self {
            Self::Simulated(simulator) => simulator.endpoint(),
            Self::Moto(moto) => moto.endpoint().to_owned(),
        };
        let answers = run_at(AWS, &endpoint, ("testing", "testing", None), calls);
        let answer = |answer: &Value| {
            assert!(answer["error"].is_null(), "{answer}");
            answer["body"].clone()
        };
        answers.iter().map(answer).collect()
    }

    fn serve(&self, run: Workspace) -> Workspace {
        match self {
            Self::Simulated(simulator) => run
                .on(simulator)
                .variable("AWS_ACCESS_KEY_ID", "testing")
                .variable("AWS_SECRET_ACCESS_KEY", "testing"),
            Self::Moto(moto) => moto.serve(run),
        }
    }

    /// A guardrail at a level with these attributes.
    fn run(&self, level: &str, attributes: &str) -> Workspace {
        self.serve(Workspace::new(&configuration(level, attributes)))
    }

    /// Lists the policies that are not AWS's own.
    fn policies(&self, level: &str) -> Vec<Value> {
        let (list, field) = match level {
            SCP => {
                let filter = json!({ "Filter": "SERVICE_CONTROL_POLICY" });
                (organizations("list_policies", filter), "AwsManaged")
            }
            _ => (iam("list_policies", json!({ "Scope": "Local" })), "none"),
        };
        let listed = self.ask(json!([list])).remove(0);
        let policies = listed["Policies"].as_array().unwrap().clone();
        policies.into_iter().filter(|policy| policy[field] != json!(true)).collect()
    }

    /// Looks at the only policy.
    fn only(&self, level: &str) -> Seen {
        let policies = self.policies(level);
        assert_eq!(policies.len(), 1, "{policies:?}");
        if level == SCP { self.scp(&policies[0]["Id"]) } else { self.managed(&policies[0]["Arn"]) }
    }

    fn scp(&self, id: &Value) -> Seen {
        let mut answers = self.ask(json!([
            organizations("describe_policy", json!({ "PolicyId": id })),
            organizations("list_tags_for_resource", json!({ "ResourceId": id })),
        ]));
        let (tags, policy) = (answers.remove(1), answers[0]["Policy"].clone());
        let summary = &policy["PolicySummary"];
        Seen {
            id: id.as_str().unwrap().to_owned(),
            name: summary["Name"].clone(),
            description: summary["Description"].clone(),
            document: serde_json::from_str(policy["Content"].as_str().unwrap()).unwrap(),
            tags: tags["Tags"].clone(),
            versions: json!([]),
        }
    }

    fn managed(&self, arn: &Value) -> Seen {
        let version = json!({ "$result": [0, "Policy", "DefaultVersionId"] });
        let answers = self.ask(json!([
            iam("get_policy", json!({ "PolicyArn": arn })),
            iam("get_policy_version", json!({ "PolicyArn": arn, "VersionId": version })),
            iam("list_policy_versions", json!({ "PolicyArn": arn })),
        ]));
        let policy = &answers[0]["Policy"];
        let versions = answers[2]["Versions"].as_array().unwrap().iter();
        let mut versions: Vec<_> = versions.map(|version| version["VersionId"].clone()).collect();
        versions.sort_by_key(ToString::to_string);
        Seen {
            id: arn.as_str().unwrap().to_owned(),
            name: policy["PolicyName"].clone(),
            description: policy["Description"].clone(),
            document: answers[1]["PolicyVersion"]["Document"].clone(),
            tags: policy["Tags"].clone(),
            versions: json!(versions),
        }
    }

    /// Puts another document in force.
    fn rewrite(&self, level: &str, document: &Value) {
        let (id, document) = (self.only(level).id, document.to_string());
        let change = match level {
            SCP => organizations("update_policy", json!({ "PolicyId": id, "Content": document })),
            _ => iam(
                "create_policy_version",
                json!({ "PolicyArn": id, "PolicyDocument": document, "SetAsDefault": true }),
            ),
        };
        self.ask(json!([change]));
    }

    /// Deletes the only policy.
    fn delete(&self, level: &str) {
        let seen = self.only(level);
        let call = match level {
            SCP => organizations("delete_policy", json!({ "PolicyId": seen.id })),
            _ => iam("delete_policy", json!({ "PolicyArn": seen.id })),
        };
        self.ask(json!([call]));
    }
}

/// A policy, as boto3 reads it.
#[derive(Debug, PartialEq)]
struct Seen {
    /// Id or ARN.
    id: String,
    name: Value,
    description: Value,
    document: Value,
    tags: Value,
    versions: Value,
}

fn iam(operation: &str, parameters: Value) -> Value {
    json!({ "client": "iam", "operation": operation, "parameters": parameters })
}

fn organizations(operation: &str, parameters: Value) -> Value {
    json!({ "client": "organizations", "operation": operation, "parameters": parameters })
}

const RULES: &str = r#"
  rules = {
    launch       = { exempt_principals = ["arn:aws:iam::123456789012:role/factory"] }
    protect_tags = { exempt_principals = ["arn:aws:iam::123456789012:role/approver"] }
    export       = {}
  }
  accepted = ["tags_stay_behind"]"#;

fn configuration(level: &str, attributes: &str) -> String {
    let file = Path::new(ROOT).join("examples/resources/imageguard_aws_guardrail/resource.tf");
    let example = fs::read_to_string(file).unwrap();
    let (provider, _) = example.split_once("# For all members").unwrap();
    format!(
        "{provider}resource \"imageguard_aws_guardrail\" \"golden\" {{\n  level = \"{level}\"\n  \
         name = \"golden\"\n{attributes}\n}}\n"
    )
}

fn document_in_state(run: &Workspace) -> Value {
    let (stored, _) = run.stored(ADDRESS).unwrap();
    serde_json::from_str(stored["document"].as_str().unwrap()).unwrap()
}

fn destroy(run: &Workspace) {
    let destroyed = run.terraform(&["destroy", "-auto-approve", "-no-color"]);
    assert!(destroyed.success, "{}", destroyed.text);
}

#[test]
fn a_guardrail_lives_changes_and_goes() {
    everywhere(|host, level| {
        let path = if level == SCP { "" } else { "path = \"/security/\"" };
        let words = format!("description = \"first\"\ntags = {{ a = \"1\", b = \"2\" }}\n{path}\n");
        let run = host.run(level, &format!("{words}{RULES}"));
        run.apply();
        let first = host.only(level);
        assert_eq!((&first.name, &first.description), (&json!("golden"), &json!("first")));
        assert_eq!(first.document, document_in_state(&run));
        let tags = json!([{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "2" }]);
        assert_eq!(first.tags, tags);

        let words = words.replace("a = \"1\", b = \"2\"", "b = \"3\", c = \"4\"");
        run.write("main.tf", &configuration(level, &(words + &RULES.replace("export", "share"))));
        assert_eq!(run.planned().actions(ADDRESS), &json!(["update"]));
        run.apply();
        let second = host.only(level);
        assert_eq!(second.id, first.id);
        assert_ne!(second.document, first.document);
        assert_eq!(second.document, document_in_state(&run));
        let tags = json!([{ "Key": "b", "Value": "3" }, { "Key": "c", "Value": "4" }]);
        assert_eq!(second.tags, tags);
        if level == IAM_POLICY {
            assert_eq!(second.id, format!("arn:aws:iam::{ACCOUNT}:policy/security/golden"));
            assert_eq!(second.versions, json!(["v1", "v2"]));
        }
        destroy(&run);
    });
}

#[test]
fn a_guardrail_is_imported_by_its_id_and_by_its_name() {
    everywhere(|host, level| {
        let text = format!("tags = {{ a = \"1\" }}\n{RULES}");
        host.run(level, &text).apply();
        let seen = host.only(level);
        for id in [&seen.id, "golden"] {
            let run = host.run(level, &text);
            run.write(
                "import.tf",
                &format!("import {{\n  to = {ADDRESS}\n  id = \"{level}:{id}\"\n}}\n"),
            );
            let planned = run.planned();
            let change = planned.change(ADDRESS);
            assert_eq!(change["before"]["rules"], change["after"]["rules"]);
            run.apply();
            assert_eq!(host.only(level), seen);
        }
        let run = host.run(level, &text);
        assert!(run.terraform(&["import", ADDRESS, &format!("{level}:golden")]).success);
        destroy(&run);
    });
}

#[test]
fn changes_by_others_are_told_and_put_right() {
    everywhere(|host, level| {
        let run = host.run(level, RULES);
        run.apply();
        let ours = host.only(level).document;
        let theirs = ours.to_string().replace("ec2:ExportImage", "ec2:ExportNothing");
        host.rewrite(level, &serde_json::from_str(&theirs).unwrap());
        let told = unwrapped(&run.planned().text);
        for part in ["Guardrail golden Was Changed", "It refuses less", "calls `ec2:ExportImage`"] {
            assert!(told.contains(part), "no `{part}` in:\n{told}");
        }
        let versions = "Its default version is v2 instead of v1";
        assert_eq!(told.contains(versions), level == IAM_POLICY, "{told}");
        run.apply();
        assert_eq!(host.only(level).document, ours);
        destroy(&run);
    });
}

#[test]
fn a_policy_that_is_gone_is_made_again() {
    everywhere(|host, level| {
        let run = host.run(level, RULES);
        run.apply();
        host.delete(level);
        let told = unwrapped(&run.planned().text);
        assert!(told.contains("Guardrail golden Is Gone"), "{told}");
        run.apply();
        host.only(level);
        destroy(&run);
    });
}

#[test]
fn a_lost_state_takes_over_what_it_has_made_and_nothing_else() {
    everywhere(|host, level| {
        host.run(level, RULES).apply();
        let seen = host.only(level);
        let other = host.run(level, &RULES.replace("export", "share"));
        let told = unwrapped(&other.apply_refused());
        let import = format!("id = \"{level}:{}\"", seen.id);
        assert!(told.contains("Name Is Taken") && told.contains(&import), "{told}");
        let run = host.run(level, RULES);
        let told = unwrapped(&run.apply().text);
        assert!(told.contains("Guardrail golden Was There Already"), "{told}");
        assert_eq!(host.only(level), seen);
        destroy(&run);
    });
}

#[test]
fn versions_do_not_run_out() {
    let level = IAM_POLICY;
    for host in [Host::simulated(), Host::moto()] {
        let run = host.run(level, RULES);
        run.apply();
        let ours = host.only(level).document;
        for action in ["ec2:A", "ec2:B", "ec2:C", "ec2:D"] {
            let theirs = ours.to_string().replace("ec2:ExportImage", action);
            host.rewrite(level, &serde_json::from_str(&theirs).unwrap());
        }
        run.apply();
        let seen = host.only(level);
        assert_eq!((seen.document, seen.versions), (ours, json!(["v2", "v3", "v4", "v5", "v6"])));
        destroy(&run);
        assert_eq!(host.policies(level), Vec::<Value>::new());
    }
}

//! Compiled documents against many random requests, sorted by a plain reading of the
//! rules: every blocked one is denied, no free one is.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::{
    compiled::{all_rules, compiled, ten_exemptions},
    *,
};
use crate::guardrail::{
    ALICLOUD, AWS, Request,
    atlas::{Atlas, Door, Rule, Setting, Touch},
    document::Effect,
    intent::Intent,
    prove::explain::Judge,
    target::Target,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Blocked,
    /// Refused, though only because the language cannot say less.
    Tolerated,
    Free,
}

/// A request in plain words.
pub(super) struct Call {
    pub(super) action: &'static str,
    touch: &'static Touch,
    role: String,
    now: &'static str,
    image: Vec<(String, String)>,
    new: Vec<(String, String)>,
    owner: Option<&'static str>,
    kind: Option<&'static str>,
}

const ROLES: [&str; 8] =
    ["somebody", "factory", "approver", "archive", "publisher", "guest-0", "guest-3", "guest-77"];
const INSTANTS: [&str; 6] = [
    "2026-01-01T00:00:00Z",
    "2027-01-01T00:00:00Z",
    "2027-06-30T11:59:59Z",
    "2027-06-30T12:00:00Z",
    "2028-02-29T23:59:59Z",
    "2030-01-01T00:00:00Z",
];
const KEYS: [&str; 6] = ["status", "tier", "owner", "team", "other", "Status"];
const VALUES: [&str; 8] = ["approved", "gold", "golden", "silver", "s?lver", "a", "", "Approved"];
const OWNERS: [Option<&str>; 4] = [None, Some("111122223333"), Some("444455556666"), Some("9")];

impl Call {
    pub(super) fn random(doors: &[&'static Door], rng: &mut Rng) -> Self {
        let door = doors[rng.usize(..doors.len())];
        let touch = &door.touches[rng.usize(..door.touches.len())];
        let action = touch.action.unwrap_or(door.actions[rng.usize(..door.actions.len())]);
        Self {
            action,
            touch,
            role: ROLES[rng.usize(..ROLES.len())].to_owned(),
            now: INSTANTS[rng.usize(..INSTANTS.len())],
            image: random_tags(rng),
            new: random_tags(rng),
            owner: OWNERS[rng.usize(..OWNERS.len())],
            kind: [None, Some("Image"), Some("Snapshot"), Some("VSwitch")][rng.usize(..4)],
        }
    }

    fn has(&self, family: &str) -> bool {
        self.touch.keys.iter().any(|key| key.eq_ignore_ascii_case(family))
    }

    pub(super) fn json(&self, atlas: &Atlas, setting: &Setting) -> Value {
        let caller = setting.fill(atlas.caller).replace("somebody", &self.role);
        let own = if atlas.dialect.has_ids { "aws" } else { "acs" };
        let mut context = Map::new();
        context.insert(format!("{own}:CurrentTime"), json!(self.now));
        let name = if atlas.dialect.has_ids { "aws:PrincipalArn" } else { "acs:PrincipalARN" };
        context.insert(name.to_owned(), json!(caller));
        for family in self.touch.keys.iter().filter(|key| key.ends_with('/')) {
            let tags = if family.contains("Request") { &self.new } else { &self.image };
            for (key, value) in tags {
                context.insert(format!("{family}{key}"), json!(value));
            }
        }
        if self.has("aws:TagKeys") && !self.new.is_empty() {
            let keys: Vec<&String> = self.new.iter().map(|(key, _)| key).collect();
            context.insert("aws:TagKeys".to_owned(), json!(keys));
        }
        for (key, value) in [
            ("ec2:Owner", self.owner),
            ("ecs:ImageOwnerId", self.owner),
            ("resourcesharing:RequestedResourceType", self.kind),
        ] {
            if let Some(value) = value.filter(|_| self.has(key)) {
                context.insert(key.to_owned(), json!(value));
            }
        }
        json!({"principal": caller, "action": self.action,
            "resource": setting.fill(self.touch.sample), "context": context})
    }

    fn exempt(&self, role: &str, rule: usize) -> bool {
        let ends = ["2027-01-01T00:00:00Z", "2027-06-30T12:00:00Z", "2028-02-29T23:59:59Z"];
        let guest = self.role.strip_prefix("guest-").and_then(|number| number.parse().ok());
        let is_guest = guest.is_some_and(|number: usize| {
            number < 10
                && (number % 5 == rule || (number + 2) % 5 == rule)
                // Instants in this form are in the order of their texts.
                && self.now < ends[number % 3]
        });
        self.role == role || is_guest
    }

    /// What one rule makes of it.
    pub(super) fn sort_by(&self, rule: Rule, is_aws: bool) -> Sort {
        match rule {
            Rule::Launch => self.launch(is_aws),
            Rule::ProtectTags => self.lock(is_aws),
            Rule::TagOnCreate => self.creation(),
            Rule::Export => self.export(is_aws),
            Rule::Share => self.share(is_aws),
        }
    }

    fn sort(&self, is_aws: bool) -> Sort {
        let sorts = Rule::ALL.map(|rule| self.sort_by(rule, is_aws));
        if sorts.contains(&Sort::Blocked) {
            Sort::Blocked
        } else if sorts.contains(&Sort::Tolerated) {
            Sort::Tolerated
        } else {
            Sort::Free
        }
    }

    fn launch(&self, is_aws: bool) -> Sort {
        let boots = if is_aws {
            [
                "RunInstances",
                "CreateFleet",
                "ModifyFleet",
                "RequestSpotFleet",
                "RequestSpotInstances",
                "CreateReplaceRootVolumeTask",
            ]
            .as_slice()
        } else {
            ["RunInstances", "CreateInstance", "ReplaceSystemDisk"].as_slice()
        };
        let is_boot = boots.iter().any(|name| self.action.ends_with(&format!(":{name}")));
        if !is_boot || self.touch.resource != "image" || self.exempt("factory", 0) {
            return Sort::Free;
        }
        let tag = |key: &str| {
            let same = |name: &String| name.eq_ignore_ascii_case(key);
            self.image.iter().find(|(name, _)| same(name)).map(|(_, value)| value.as_str())
        };
        let tier = tag("tier").is_some_and(|it| {
            it.starts_with("gold") || (it.len() == 6 && it.starts_with('s') && it.ends_with("lver"))
        });
        let is_marked = tag("status") == Some("approved") && tier;
        let other = if is_aws { "amazon" } else { "444455556666" };
        let tells_owner = self.has("ec2:Owner") || self.has("ecs:ImageOwnerId");
        let owner = self.owner.filter(|_| tells_owner);
        let is_trusted = !tells_owner || owner == Some("111122223333") || owner == Some(other);
        let passes = (is_marked || owner == Some(other)) && is_trusted;
        if passes { Sort::Free } else { Sort::Blocked }
    }

    fn lock(&self, is_aws: bool) -> Sort {
        if self.exempt("approver", 1) {
            return Sort::Free;
        }
        let is_locked =
            |(key, _): &(String, String)| ["status", "tier"].contains(&&*key.to_lowercase());
        let names = |tags: &[(String, String)]| tags.iter().any(is_locked);
        let (service, name) = self.action.split_once(':').unwrap();
        if is_aws {
            let is_image = ["image", "new image, tagged"].contains(&self.touch.resource);
            let new: &[_] = if self.has("aws:TagKeys") { &self.new } else { &[] };
            let blocked = match name {
                "CreateTags" => is_image && names(new),
                "DeleteTags" => is_image && (names(new) || new.is_empty()),
                _ => false,
            };
            return if blocked { Sort::Blocked } else { Sort::Free };
        }
        let creates = ["CreateImage", "CopyImage", "ImportImage"].contains(&name);
        let tags = ["TagResources", "UntagResources", "AddTags", "RemoveTags"].contains(&name);
        // On this cloud keys are taken as they are written; other spellings are doubtful.
        let exactly = |(key, _): &(String, String)| ["status", "tier"].contains(&&**key);
        if creates && self.touch.resource == "new image" {
            let surely = self.new.iter().any(exactly);
            let perhaps = names(&self.new);
            return if surely {
                Sort::Blocked
            } else if perhaps {
                Sort::Tolerated
            } else {
                Sort::Free
            };
        }
        let of_tags = service == "tag" || service == "ecs";
        if tags && of_tags && self.touch.resource == "image" { Sort::Tolerated } else { Sort::Free }
    }

    fn creation(&self) -> Sort {
        let makes = ["new image", "new snapshot"].contains(&self.touch.resource);
        let names = [
            "CreateImage",
            "CopyImage",
            "RegisterImage",
            "ImportImage",
            "CreateRestoreImageTask",
            "CreateSnapshot",
            "CreateSnapshots",
            "CopySnapshot",
            "ImportSnapshot",
        ];
        let is_demanded = self.touch.resource == "new image" || self.action.starts_with("ec2:");
        let creates = names.iter().any(|name| self.action.ends_with(&format!(":{name}")));
        if !makes || !creates || !is_demanded || self.exempt("factory", 2) {
            return Sort::Free;
        }
        let tag = |wanted: &str| {
            self.new.iter().find(|(key, _)| key == wanted).map(|(_, value)| value.as_str())
        };
        let passes = tag("owner").is_some() && ["a", "b"].map(Some).contains(&tag("team"));
        if passes { Sort::Free } else { Sort::Blocked }
    }

    fn export(&self, is_aws: bool) -> Sort {
        let (_, name) = self.action.split_once(':').unwrap();
        let exports = match name {
            "ExportImage" | "CreateStoreImageTask" | "CreateInstanceExportTask" => {
                is_aws || name == "ExportImage"
            }
            "ExportSnapshot" => !is_aws,
            _ => false,
        };
        if exports && !self.exempt("archive", 3) { Sort::Blocked } else { Sort::Free }
    }

    fn share(&self, is_aws: bool) -> Sort {
        let (service, name) = self.action.split_once(':').unwrap();
        let kept = matches!(self.kind, Some("Image" | "Snapshot"));
        let is_bare = self.kind.is_none() && name == "AssociateResourceShare";
        let shares = match (is_aws, service, name) {
            (true, "ec2", "ModifyImageAttribute" | "ModifySnapshotAttribute")
            | (false, "ecs", "ModifyImageSharePermission" | "ModifyImageShareGroupPermission") => {
                true
            }
            (false, "resourcesharing", "CreateResourceShare" | "AssociateResourceShare") => {
                let typed = self.has("resourcesharing:RequestedResourceType");
                (typed && kept) || is_bare || (!typed && name == "AssociateResourceShare")
            }
            _ => false,
        };
        if shares && !self.exempt("publisher", 4) { Sort::Blocked } else { Sort::Free }
    }
}

fn random_tags(rng: &mut Rng) -> Vec<(String, String)> {
    let mut tags: Vec<(String, String)> = Vec::new();
    for _ in 0..rng.usize(..4) {
        let key = KEYS[rng.usize(..KEYS.len())];
        let value = VALUES[rng.usize(..VALUES.len())];
        // One spelling of a key; two are another matter.
        if !tags.iter().any(|(other, _)| other.eq_ignore_ascii_case(key)) {
            tags.push((key.to_owned(), value.to_owned()));
        }
    }
    tags
}

fn check(dialect: &'static Dialect, level: &'static str, wanted: usize, seed: u64) {
    let atlas = Atlas::of(dialect);
    let intent = Intent { exemptions: ten_exemptions(dialect), ..all_rules(dialect) };
    let target = Target::find(dialect, level, None).unwrap();
    let document = foreign(dialect, level, &compiled(&intent, target));
    let level = dialect.levels.iter().find(|it| it.name == level).unwrap();
    let judge = Judge::new(dialect, level, &document, Effect::Deny);
    let (doors, setting) = (atlas.doors().collect::<Vec<_>>(), Setting::usual(atlas));
    let mut rng = Rng::with_seed(seed);
    let (mut blocked, mut free) = (0, 0);
    while blocked < wanted || free < wanted {
        let call = Call::random(&doors, &mut rng);
        let json = call.json(atlas, &setting).to_string();
        let request = Request::parse(dialect, &json).unwrap();
        let denied = judge.decides(&request);
        match call.sort(dialect.has_ids) {
            Sort::Blocked => {
                blocked += 1;
                assert_eq!(denied, Some(true), "blocked: {json}");
            }
            Sort::Free => {
                free += 1;
                assert_eq!(denied, Some(false), "free: {json}");
            }
            Sort::Tolerated => {}
        }
    }
}

#[test]
fn a_hundred_thousand_requests_are_refused_or_left_alone_on_aws() {
    check(&AWS, "scp", 50_000, 29);
    check(&AWS, "iam_policy", 50_000, 31);
}

#[test]
fn a_hundred_thousand_requests_are_refused_or_left_alone_on_alibaba_cloud() {
    check(&ALICLOUD, "control_policy", 50_000, 37);
    check(&ALICLOUD, "ram_policy", 50_000, 41);
}

//! What intents mean for requests, read off them once more.
//!
//! Written from the product's description of the rules and from nothing else: neither
//! the compiler nor what the atlas says about rules is asked, so that a mistake in them
//! shows.

use serde_json::Value as Json;

/// Where a request lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Region {
    /// No rule is about it.
    Free,
    /// A rule refuses it only because policies cannot tell it from what the rule is for.
    OverBlocked,
    /// A rule is for refusing it.
    Blocked,
}

/// Tells where a rule puts a call.
type Place = fn(&Json, &Call<'_>) -> Region;

const RULES: [(&str, Place); 5] = [
    ("launch", launch),
    ("protect_tags", protect_tags),
    ("tag_on_create", tag_on_create),
    ("export", export),
    ("share", share),
];

/// Starting a machine from an image, or giving it another one.
const BOOT: [&str; 6] = [
    "ec2:RunInstances",
    "ec2:CreateFleet",
    "ec2:ModifyFleet",
    "ec2:RequestSpotFleet",
    "ec2:RequestSpotInstances",
    "ec2:CreateReplaceRootVolumeTask",
];
const MAKE_IMAGE: [&str; 5] = [
    "ec2:CreateImage",
    "ec2:CopyImage",
    "ec2:RegisterImage",
    "ec2:ImportImage",
    "ec2:CreateRestoreImageTask",
];
/// Some make snapshots together with an image.
const MAKE_SNAPSHOT: [&str; 6] = [
    "ec2:CreateSnapshot",
    "ec2:CreateSnapshots",
    "ec2:CopySnapshot",
    "ec2:ImportSnapshot",
    "ec2:CreateImage",
    "ec2:CopyImage",
];
const EXPORT: [&str; 3] =
    ["ec2:ExportImage", "ec2:CreateStoreImageTask", "ec2:CreateInstanceExportTask"];

/// One action on one resource.
struct Call<'r> {
    action: &'r str,
    /// The type of the resource, as its name has it.
    kind: &'r str,
    /// What the request says about the resource.
    context: &'r Json,
}

/// Tells where a request lies at the instant it is made, for whoever makes it.
pub(crate) fn region(intent: &Json, request: &Json) -> Region {
    let resources = request["resources"].as_array().unwrap();
    let calls: Vec<_> = resources.iter().map(|resource| Call::of(request, resource)).collect();
    let binding = RULES.iter().filter(|(name, _)| !is_exempt(intent, name, request));
    let regions = binding.flat_map(|(name, place)| {
        let rule = intent.get(*name);
        calls.iter().filter_map(move |call| Some(place(rule?, call)))
    });
    regions.max().unwrap_or(Region::Free)
}

impl<'r> Call<'r> {
    fn of(request: &'r Json, resource: &'r Json) -> Self {
        let name = resource["resource"].as_str().unwrap();
        let action = resource.get("action").unwrap_or(&request["action"]);
        let last = name.rsplit(':').next().unwrap();
        Self {
            action: action.as_str().unwrap(),
            kind: last.split('/').next().unwrap(),
            context: &resource["context"],
        }
    }

    /// The value of a key, whose case does not matter.
    fn value(&self, key: &str) -> Option<&'r Json> {
        let mut entries = self.context.as_object().unwrap().iter();
        entries.find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    }

    /// Tells whether a tag is not as an intent wants it.
    fn lacks(&self, family: &str, (key, patterns): (&String, &Json)) -> bool {
        let value = self.value(&format!("{family}/{key}")).map(|value| value.as_str().unwrap());
        let fits = |pattern: &str| value.is_some_and(|value| fits(pattern, value));
        !texts(patterns).any(fits)
    }

    /// The keys of the tags that it sets or removes; none if it names none.
    fn tag_keys(&self) -> impl Iterator<Item = &'r str> {
        self.value("aws:TagKeys").into_iter().flat_map(texts)
    }
}

/// All tags and one of the owners are required; an accepted owner makes up for the tags.
fn launch(rule: &Json, call: &Call<'_>) -> Region {
    let owner = call.value("ec2:Owner").and_then(Json::as_str);
    let is_of = |owners: &Json| texts(owners).any(|id| owner == Some(id));
    let lacks_a_tag = tags(rule).any(|tag| call.lacks("ec2:ResourceTag", tag));
    let has_no_owner = texts(&rule["owner_ids"]).next().is_some() && !is_of(&rule["owner_ids"]);
    let is_refused = has_no_owner || (lacks_a_tag && !is_of(&rule["accept_owner_ids"]));
    blocked_if(BOOT.contains(&call.action) && call.kind == "image" && is_refused)
}

/// Removing tags without naming any removes all of them.
fn protect_tags(rule: &Json, call: &Call<'_>) -> Region {
    let is_locked = |key: &str| texts(&rule["keys"]).any(|locked| locked.eq_ignore_ascii_case(key));
    let changes_tags = match call.action {
        "ec2:CreateTags" => call.tag_keys().any(is_locked),
        "ec2:DeleteTags" => call.tag_keys().any(is_locked) || call.tag_keys().next().is_none(),
        _ => false,
    };
    blocked_if(changes_tags && call.kind == "image")
}

fn tag_on_create(rule: &Json, call: &Call<'_>) -> Region {
    let is_made = match call.kind {
        "image" => MAKE_IMAGE.contains(&call.action),
        "snapshot" => rule["snapshots"] == true && MAKE_SNAPSHOT.contains(&call.action),
        _ => false,
    };
    blocked_if(is_made && tags(rule).any(|tag| call.lacks("aws:RequestTag", tag)))
}

fn export(_: &Json, call: &Call<'_>) -> Region {
    blocked_if(EXPORT.contains(&call.action))
}

/// The calls that share change other attributes, too.
fn share(rule: &Json, call: &Call<'_>) -> Region {
    let (kept, permission) = match call.action {
        "ec2:ModifyImageAttribute" => (&rule["images"], "LaunchPermission"),
        "ec2:ModifySnapshotAttribute" => (&rule["snapshots"], "CreateVolumePermission"),
        _ => return Region::Free,
    };
    let is_other = call.value("ec2:Attribute").is_some_and(|attribute| attribute != permission);
    match (kept == false, is_other) {
        (true, _) => Region::Free,
        (false, true) => Region::OverBlocked,
        (false, false) => Region::Blocked,
    }
}

/// Exempt is who is named by the rule, or by an exemption from it that has not ended.
fn is_exempt(intent: &Json, rule: &str, request: &Json) -> bool {
    let caller = request["principal"].as_str().unwrap();
    let now = request["context"]["aws:CurrentTime"].as_str().unwrap();
    let names = |principals: &Json| texts(principals).any(|pattern| fits(pattern, caller));
    // All instants are written alike, so that they can be compared as texts.
    let holds = |exemption: &&Json| exemption["expires_at"].as_str().is_none_or(|end| now < end);
    let exemptions = intent["exemptions"].as_array().into_iter().flatten();
    names(&intent[rule]["exempt_principals"])
        || exemptions
            .filter(|exemption| texts(&exemption["rules"]).any(|name| name == rule))
            .filter(holds)
            .any(|exemption| names(&exemption["principals"]))
}

fn blocked_if(is_so: bool) -> Region {
    if is_so { Region::Blocked } else { Region::Free }
}

fn tags(rule: &Json) -> impl Iterator<Item = (&String, &Json)> {
    rule["tags"].as_object().into_iter().flatten()
}

/// The texts of a list; none if there is no list.
pub(crate) fn texts(list: &Json) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().map(|text| text.as_str().unwrap())
}

/// Tells whether a text fits a pattern: `*` is any run of characters, `?` one.
fn fits(pattern: &str, text: &str) -> bool {
    let mut rest = text.chars();
    match pattern.chars().next() {
        None => text.is_empty(),
        Some('*') => {
            fits(&pattern[1..], text) || (rest.next().is_some() && fits(pattern, rest.as_str()))
        }
        Some(first) => {
            let next = rest.next();
            let is_one = next.is_some_and(|next| first == '?' || first == next);
            is_one && fits(&pattern[first.len_utf8()..], rest.as_str())
        }
    }
}

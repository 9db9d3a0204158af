//! Texts that the vendor refuses, and forms that mean something else than they seem to.

use super::{
    Check, Example, Lint, Severity,
    subject::{Spot, Subject, View},
};
use crate::guardrail::{
    dialect::{ALICLOUD, AWS, Dialect},
    document::Document,
    fault::readable,
    json::{Json, Value},
    operator::Operator,
};

pub(super) static INVALID_JSON: Check = Check {
    lint: Lint {
        code: "invalid_json",
        severity: Severity::Error,
        title: "The text is no JSON, or JSON that readers disagree about",
        explanation: "A quote, comma or brace is missing, a name comes up twice in one object, or \
                      the text is absurdly long or deep. Of two equal names some readers take the \
                      first and some the last, so that a statement can disappear unseen.",
        fix: "Correct the text at the line and column in the message; write it with `jsonencode` \
              to be safe.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "ec2:CreateImage", "Resource": ["arn:aws:ec2:*::snapshot/*]}]}"#,
        },
    },
    find: |subject| {
        subject.json.as_ref().err().map(|error| Spot::of_reading(None, error)).into_iter().collect()
    },
};

pub(super) static WRONG_CLOUD: Check = Check {
    lint: Lint {
        code: "wrong_cloud",
        severity: Severity::Error,
        title: "The document is one of the other cloud",
        explanation: "It reads well in the other cloud's language: `Version` and the form of \
                      resource names tell them apart.",
        fix: "Name the cloud and level that the document is for, or translate it.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "1", "Statement": [{"Effect": "Deny", "Action": "ecs:ExportImage", "Resource": "*"}]}"#,
        },
    },
    find: |subject| {
        let other = other_cloud_of(subject);
        let message = |other: &Dialect| format!("The document is one of {}.", other.vendor);
        other.map(|other| Spot::whole(message(other))).into_iter().collect()
    },
};

pub(super) static INVALID_POLICY: Check = Check {
    lint: Lint {
        code: "invalid_policy",
        severity: Severity::Error,
        title: "The vendor's grammar has no such document",
        explanation: "An element is unknown, missing, of the wrong type, or beside one that it \
                      excludes. The vendor refuses the document; where it would not, nobody can \
                      say what the statement does, so that it counts as unknown.",
        fix: "Write the element as the vendor's grammar has it.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "ec2:ExportImage", "NotAction": "s3:*", "Resource": "*"}]}"#,
        },
    },
    find: |subject| {
        if other_cloud_of(subject).is_some() {
            return Vec::new();
        }
        match &subject.document {
            Some(Err(error)) => vec![Spot::of_reading(None, error)],
            Some(Ok(document)) => {
                let of_operators: Vec<_> = bad_operators(subject).map(|bad| bad.path).collect();
                let unread = document.unread();
                let others = unread.filter(|(_, error)| !of_operators.contains(&error.path));
                others.map(|(index, error)| Spot::of_reading(Some(index), error)).collect()
            }
            None => Vec::new(),
        }
    },
};

pub(super) static UNKNOWN_OPERATOR: Check = Check {
    lint: Lint {
        code: "unknown_operator",
        severity: Severity::Error,
        title: "There is no such condition operator",
        explanation: "The vendor refuses the document. Names that sound right, such as \
                      `IpAddressNotEquals`, are a common invention.",
        fix: "Take an operator from the vendor's list, such as `NotIpAddress` or \
              `StringNotEquals`.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "ec2:ExportImage", "Resource": "*", "Condition": {"IpAddressNotEquals": {"aws:SourceIp": "192.0.2.0/24"}}}]}"#,
        },
    },
    find: |subject| {
        spots_of(subject, Badness::Unknown, |name, vendor| {
            format!("`{name}` is no condition operator of {vendor}.")
        })
    },
};

pub(super) static OPERATOR_NOT_ON_ALICLOUD: Check = Check {
    lint: Lint {
        code: "operator_not_on_alicloud",
        severity: Severity::Error,
        title: "AWS has this condition operator, Alibaba Cloud has not",
        explanation: "`…IfExists`, `ForAllValues:`, `ForAnyValue:`, `Null`, `Arn…` and `Binary…` \
                      are not in the operator list of RAM, and its API is reported to refuse them. \
                      No operator of Alibaba Cloud asks whether a key is there.",
        fix: "Use the plain operator: a negated one also holds where the key is absent; \
              `StringLike` with `?*` holds where it is there.",
        example: Example {
            level: "control_policy",
            document: r#"{"Version": "1", "Statement": [{"Effect": "Deny", "Action": "ecs:RunInstances", "Resource": "acs:ecs:*:*:image/*", "Condition": {"StringNotEqualsIfExists": {"acs:ResourceTag/status": "approved"}}}]}"#,
        },
    },
    find: |subject| {
        spots_of(subject, Badness::OfOtherCloud, |name, vendor| {
            format!("{vendor} has no operator `{name}`; AWS has.")
        })
    },
};

pub(super) static UNDOCUMENTED_OPERATOR: Check = Check {
    lint: Lint {
        code: "undocumented_operator",
        severity: Severity::Error,
        title: "What the decorated operator means is not documented",
        explanation: "A set operator together with `IfExists`, or either on `Null`: the grammar \
                      may let it pass, but nobody says what it does where the key is absent, which \
                      is the case that a guard is about.",
        fix: "Use one decoration at a time, and `Null` without any.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "ec2:CreateImage", "Resource": "arn:aws:ec2:*::image/*", "Condition": {"ForAnyValue:StringNotEqualsIfExists": {"aws:TagKeys": "owner"}}}]}"#,
        },
    },
    find: |subject| {
        spots_of(subject, Badness::Undocumented, |name, _| {
            format!("What `{name}` means for an absent key is not documented.")
        })
    },
};

pub(super) static TOO_LONG: Check = Check {
    lint: Lint {
        code: "too_long",
        severity: Severity::Error,
        title: "The document is longer than the vendor takes",
        explanation: "Counted in characters without the white space between them. A document of \
                      more than twice the limit is not looked into any further.",
        fix: "Split the document, or name fewer exemptions: each costs its name in every \
              statement.",
        example: Example { level: "control_policy", document: include_str!("too_long.json") },
    },
    find: |subject| {
        let (size, limit) = (subject.size, subject.level.longest);
        let message = format!("The document has {size} characters; {limit} are the limit.");
        if size > limit {
            vec![Spot::whole(message)]
        } else if subject.is_mostly_space() {
            vec![Spot::whole("The document is mostly white space, and was not looked into.")]
        } else {
            Vec::new()
        }
    },
};

pub(super) static WHITE_SPACE_COUNTS: Check = Check {
    lint: Lint {
        code: "white_space_counts",
        severity: Severity::Warning,
        title: "With its white space the document is over the limit",
        explanation: "For a service control policy white space counts if the policy is sent \
                      through the API; only the console strips it.",
        fix: "Send the document without white space, as `jsonencode` writes it.",
        example: Example { level: "scp", document: include_str!("white_space.json") },
    },
    find: |subject| {
        let whole = subject.text.chars().count();
        let limit = subject.level.longest;
        let counts = subject.level.white_space_counts && subject.json.is_ok();
        let is_it = counts && subject.size <= limit && whole > limit;
        let message = format!(
            "The document has {} characters, and {whole} with white space; {limit} are the limit.",
            subject.size
        );
        if is_it { vec![Spot::whole(message)] } else { Vec::new() }
    },
};

pub(super) static LONG_FOR_SOME_PARTITIONS: Check = Check {
    lint: Lint {
        code: "long_for_some_partitions",
        severity: Severity::Info,
        title: "The document is over the limit of before May 2026",
        explanation: "Service control policies had a limit of 5,120 characters until 2026-05-15. \
                      Other partitions than `aws` may still have it.",
        fix: "Nothing, if the organisation takes it; else split the document.",
        example: Example { level: "scp", document: include_str!("long.json") },
    },
    find: |subject| {
        let (size, level) = (subject.size, subject.level);
        let is_long = level.longest_somewhere < size && size <= level.longest;
        let message = format!("The document has {size} characters.");
        if is_long { vec![Spot::whole(message)] } else { Vec::new() }
    },
};

pub(super) static CHARACTER_OUT_OF_RANGE: Check = Check {
    lint: Lint {
        code: "character_out_of_range",
        severity: Severity::Error,
        title: "IAM takes no such character",
        explanation: "The text of an IAM policy may hold tabs, line ends and the characters U+0020 \
                      to U+00FF. Typographic quotes and dashes, pasted from a page, are beyond.",
        fix: "Write plain quotes and dashes; leave other scripts to the description of the policy.",
        example: Example {
            level: "iam_policy",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "ec2:ExportImage", "Resource": "arn:aws:ec2:*::image/*", "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": "images – west"}}}]}"#,
        },
    },
    find: |subject| {
        let is_out = |c: &char| *c > '\u{ff}' || (*c < ' ' && !['\t', '\n', '\r'].contains(c));
        let found = subject.text.chars().find(is_out).filter(|_| subject.level.is_latin);
        let message = |c| format!("`{c}` (U+{:04X}) is out of range.", u32::from(c));
        found.map(|c: char| Spot::whole(message(c))).into_iter().collect()
    },
};

pub(super) static NO_VERSION: Check = Check {
    lint: Lint {
        code: "no_version",
        severity: Severity::Warning,
        title: "Without `Version` the document is read as of 2008",
        explanation: "AWS then takes the language of 2008-10-17, in which `${…}` is ordinary text.",
        fix: r#"Write `"Version": "2012-10-17"`."#,
        example: Example {
            level: "iam_policy",
            document: r#"{"Statement": [{"Effect": "Deny", "Action": "ec2:ExportImage", "Resource": "*"}]}"#,
        },
    },
    find: |subject| {
        let Ok(json) = &subject.json else { return Vec::new() };
        let is_read = subject.document().is_some();
        if is_read && json.member("Version").is_none() {
            vec![Spot::whole("The document has no `Version`.")]
        } else {
            Vec::new()
        }
    },
};

pub(super) static VARIABLE_IS_TEXT: Check = Check {
    lint: Lint {
        code: "variable_is_text",
        severity: Severity::Warning,
        title: "A variable that is ordinary text here",
        explanation: "Policy variables exist on AWS with the version 2012-10-17 only. Elsewhere \
                      `${aws:username}` is compared letter by letter, and matches nothing.",
        fix: "Write the values out, or on AWS the version `2012-10-17`.",
        example: Example {
            level: "ram_policy",
            document: r#"{"Version": "1", "Statement": [{"Effect": "Deny", "Action": "ecs:ExportImage", "Resource": "acs:ecs:*:*:image/${acs:PrincipalId}"}]}"#,
        },
    },
    find: |subject| {
        let Some(document) = subject.document() else { return Vec::new() };
        if document.version.has_variables {
            return Vec::new();
        }
        let has_variable = |view: &View<'_>| view.json.raw.contains("${");
        let views = subject.statements().into_iter().filter(has_variable);
        views.map(|view| view.spot("`${…}` is no variable here.")).collect()
    },
};

pub(super) static UNDOCUMENTED_SID: Check = Check {
    lint: Lint {
        code: "undocumented_sid",
        severity: Severity::Info,
        title: "`Sid` is not in the grammar of Alibaba Cloud",
        explanation: "Published policies have it, so the API seems to let it pass, but the pages \
                      on the policy language do not know it.",
        fix: "Leave `Sid` out.",
        example: Example {
            level: "ram_policy",
            document: r#"{"Version": "1", "Statement": [{"Sid": "NoExport", "Effect": "Deny", "Action": ["ecs:ExportImage", "ecs:ExportSnapshot"], "Resource": "*"}]}"#,
        },
    },
    find: |subject| {
        let sid = |view: View<'_>| {
            let written = view.json.member("Sid").filter(|_| !view.subject.dialect.has_ids)?;
            Some(view.spot_at(written, "The statement has a `Sid`."))
        };
        subject.statements().into_iter().filter_map(sid).collect()
    },
};

/// The other cloud, if the document is one of its.
fn other_cloud_of(subject: &Subject<'_>) -> Option<&'static Dialect> {
    // What can be read here, if only in part, is taken to be meant for here.
    if !matches!(subject.document, Some(Err(_))) {
        return None;
    }
    let others = [&AWS, &ALICLOUD].into_iter().filter(|it| !std::ptr::eq(*it, subject.dialect));
    let reads = |other: &&'static Dialect| {
        let mut levels = other.levels.iter();
        levels.any(|level| matches!(Document::parse(other, level.name, subject.text), Some(Ok(_))))
    };
    others.into_iter().find(reads)
}

/// An operator that cannot be read.
struct BadOperator<'s> {
    view: View<'s>,
    name: &'s str,
    keys: &'s Json<'s>,
    badness: Badness,
    path: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Badness {
    Unknown,
    OfOtherCloud,
    Undocumented,
}

fn bad_operators<'s>(subject: &'s Subject<'s>) -> impl Iterator<Item = BadOperator<'s>> {
    subject.statements().into_iter().flat_map(|view| {
        let condition = view.json.member("Condition").map(|json| &json.value);
        let operators: &[(String, Json<'_>)] = match condition {
            Some(Value::Object(operators)) => operators,
            _ => &[],
        };
        operators.iter().filter_map(move |(name, keys)| {
            let badness = badness(name, view.subject.dialect)?;
            let path = readable(&view.subject.path(keys.at));
            Some(BadOperator { view, name, keys, badness, path })
        })
    })
}

fn badness(name: &str, dialect: &Dialect) -> Option<Badness> {
    let reads = |name: &str, dialect| Operator::parse(name, dialect).is_ok();
    if reads(name, dialect) {
        return None;
    }
    if reads(name, &AWS) {
        return Some(Badness::OfOtherCloud);
    }
    let without_suffix = name.strip_suffix("IfExists").unwrap_or(name);
    let quantifiers = ["ForAllValues:", "ForAnyValue:"];
    let bare = quantifiers.iter().find_map(|word| without_suffix.strip_prefix(word));
    let bare = bare.unwrap_or(without_suffix);
    let is_decorated = bare.len() < name.len() && reads(bare, &AWS);
    Some(if is_decorated { Badness::Undocumented } else { Badness::Unknown })
}

fn spots_of(
    subject: &Subject<'_>,
    badness: Badness,
    message: impl Fn(&str, &str) -> String,
) -> Vec<Spot> {
    let found = bad_operators(subject).filter(|bad| bad.badness == badness);
    let vendor = subject.dialect.vendor;
    found.map(|bad| bad.view.spot_at(bad.keys, message(bad.name, vendor))).collect()
}

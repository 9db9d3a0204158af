//! Who is exempt: nobody, or more than meant.

use super::{
    Check, Example, Lint, Severity,
    subject::{Spot, Subject, View},
};
use crate::guardrail::{
    atlas::Way,
    document::{Effect, Test},
};

pub(super) static NO_APPROVER: Check = Check {
    lint: Lint {
        code: "no_approver",
        severity: Severity::Error,
        title: "Nobody is exempt from the tag lock: nobody can approve an image",
        explanation: "The Deny binds the approving team as well, and a Deny cannot be undone by \
                      any Allow.",
        fix: "Exempt the approvers' role: `ArnNotLike` on `aws:PrincipalArn`, on Alibaba Cloud \
              `StringNotLike` on `acs:PrincipalARN`.",
        example: Example {
            level: "control_policy",
            document: r#"{"Version": "1", "Statement": [{"Effect": "Deny", "Action": ["ecs:TagResources", "ecs:UntagResources", "ecs:AddTags", "ecs:RemoveTags", "tag:TagResources", "tag:UntagResources"], "Resource": "acs:ecs:*:*:image/*"}]}"#,
        },
    },
    find: |subject| {
        let Some(survey) = &subject.survey else { return Vec::new() };
        let locks = survey.closing(Way::Mark);
        let is_it = |view: &View<'_>| {
            let has_exemption = || view.statement.tests.iter().any(|it| lets_pass(subject, it));
            locks.contains(&view.index) && !has_exemption()
        };
        let views = subject.with_effect(Effect::Deny).filter(is_it);
        views.map(|view| view.spot("The statement binds everybody, approvers too.")).collect()
    },
};

pub(super) static EXEMPTION_ANY_ACCOUNT: Check = Check {
    lint: Lint {
        code: "exemption_any_account",
        severity: Severity::Warning,
        title: "The exempt role may be in any account",
        explanation: "Whoever may create roles in any account can create one with that name, and \
                      is exempt.",
        fix: "Name the account of the role, or make sure that nobody can create a role of that \
              name.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Sid": "NoExport", "Effect": "Deny", "Action": "ec2:ExportImage", "Resource": "*", "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/image-approver"}}}]}"#,
        },
    },
    find: |subject| {
        let is_open = |name: &Name<'_>| name.account.contains(['*', '?']) && !name.is_loose();
        spots_of_exemptions(subject, is_open, "may be in any account")
    },
};

pub(super) static LOOSE_EXEMPTION: Check = Check {
    lint: Lint {
        code: "loose_exemption",
        severity: Severity::Error,
        title: "The pattern of the exemption also fits other names",
        explanation: "A star at the start of the pattern, or of the role's name, also matches \
                      `role/not-the-image-approver`.",
        fix: "Write the whole name: `arn:aws:iam::111122223333:role/image-approver`.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Sid": "NoExport", "Effect": "Deny", "Action": "ec2:ExportImage", "Resource": "*", "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*image-approver"}}}]}"#,
        },
    },
    find: |subject| spots_of_exemptions(subject, |name| name.is_loose(), "also fits other names"),
};

pub(super) static SESSION_EXEMPTION: Check = Check {
    lint: Lint {
        code: "session_exemption",
        severity: Severity::Error,
        title: "The exemption names a session, which is never compared",
        explanation: "For a caller that has assumed a role, the key holds the name of the role, \
                      not that of the session. A pattern for sessions exempts nobody.",
        fix: "Name the role: `arn:aws:iam::111122223333:role/image-approver`.",
        example: Example {
            level: "scp",
            document: r#"{"Version": "2012-10-17", "Statement": [{"Sid": "NoExport", "Effect": "Deny", "Action": "ec2:ExportImage", "Resource": "*", "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:sts::111122223333:assumed-role/image-approver/*"}}}]}"#,
        },
    },
    find: |subject| {
        let is_session = |name: &Name<'_>| name.last.starts_with("assumed-role/");
        spots_of_exemptions(subject, is_session, "names a session")
    },
};

pub(super) static EXEMPTION_IN_CAPITALS: Check = Check {
    lint: Lint {
        code: "exemption_in_capitals",
        severity: Severity::Warning,
        title: "Role names are compared in lower case on Alibaba Cloud",
        explanation: "Alibaba Cloud's own samples write `resourcedirectoryaccountaccessrole` for \
                      the role `ResourceDirectoryAccountAccessRole`: the key holds the name in \
                      lower case, so that a pattern with capitals exempts nobody.",
        fix: "Write the role's name in lower case.",
        example: Example {
            level: "control_policy",
            document: r#"{"Version": "1", "Statement": [{"Effect": "Deny", "Action": ["ecs:ExportImage", "ecs:ExportSnapshot"], "Resource": "*", "Condition": {"StringNotLike": {"acs:PrincipalARN": "acs:ram::1111222233334444:role/Image-Approver"}}}]}"#,
        },
    },
    find: |subject| {
        let has_capitals = |name: &Name<'_>| {
            let matters = subject.atlas.roles_in_lower_case && name.last.starts_with("role/");
            matters && name.last.bytes().any(|b| b.is_ascii_uppercase())
        };
        spots_of_exemptions(subject, has_capitals, "has capitals")
    },
};

/// Tells whether a test may let approvers pass: by who they are, or by something that is
/// not about images at all, such as where they call from.
fn lets_pass(subject: &Subject<'_>, test: &Test) -> bool {
    let (atlas, key) = (subject.atlas, test.key.folded());
    atlas.principal_keys.iter().any(|start| key.starts_with(start)) || !atlas.knows_key(key)
}

/// The pattern of an exempt principal.
struct Name<'p> {
    whole: &'p str,
    account: &'p str,
    /// What stands after the account: `role/image-approver`.
    last: &'p str,
}

impl Name<'_> {
    fn is_loose(&self) -> bool {
        let name = self.last.rsplit('/').next().unwrap_or_default();
        let path_is_fixed = self.last.matches('/').count() > 1;
        self.whole.starts_with(['*', '?'])
            || self.last.starts_with(['*', '?'])
            || (name.starts_with(['*', '?'])
                && !path_is_fixed
                && !self.last.starts_with("assumed-role/"))
    }
}

/// Looks at every principal that a Deny exempts.
fn spots_of_exemptions(
    subject: &Subject<'_>,
    is_it: impl Fn(&Name<'_>) -> bool,
    what: &str,
) -> Vec<Spot> {
    let spots_in = |view: View<'_>| {
        let tests = view.tests_of(subject.atlas.principal_keys);
        let exempts = |test: &&Test| {
            test.operator.base.negated && test.key.folded().ends_with(":principalarn")
        };
        let mut spots = Vec::new();
        for test in tests.filter(exempts) {
            for operand in &test.operands {
                let fields = subject.dialect.name_fields;
                let parts: Vec<&str> = operand.text.splitn(fields, ':').collect();
                let (account, last) = match parts.as_slice() {
                    [.., account, last] if parts.len() == fields => (*account, *last),
                    _ => ("", &*operand.text),
                };
                let name = Name { whole: &operand.text, account, last };
                let message = || format!("`{}` {what}.", operand.text);
                spots.extend(is_it(&name).then(|| view.spot_of(test, message())));
            }
        }
        spots
    };
    subject.with_effect(Effect::Deny).flat_map(spots_in).collect()
}

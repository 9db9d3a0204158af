//! Describes the attributes of guardrails.

use super::Guarding;
use crate::{
    plugin::{
        IdentityAttribute,
        schema::{
            Attribute, BOOL, NUMBER, Nesting, Presence, STRING, computed, map, nested, optional,
            optional_computed, required, set,
        },
        timeouts,
    },
    provider::block::tag_patterns,
};

const EXEMPT: &str = "ARNs of roles and users that the rule never binds; `*` may stand for the \
    account and for anything in the name. Exemptions that somebody answers for, or that end, are \
    better written in `exemptions`.";

/// Describes the attributes.
pub(super) fn attributes<Client: Guarding>() -> Vec<Attribute> {
    let path = optional("path", STRING, Client::WORDS.path);
    let mut attributes = vec![
        required("level", STRING, Client::WORDS.level).replaces(),
        required("name", STRING, Client::WORDS.name),
        optional("description", STRING, Client::WORDS.description),
    ];
    attributes.extend(Client::HAS_PATH.then_some(path));
    attributes.extend([
        optional(
            "tags",
            map(STRING),
            "Tags of the policy itself; images have nothing to do with \
             them.",
        ),
        nested(
            "rules",
            Nesting::Single,
            Presence::Required,
            "What must not happen; at least one of the rules.",
            rules::<Client>(),
        ),
        nested(
            "exemptions",
            Nesting::List,
            Presence::Optional,
            "Who may do it all the same, why, and until when. A principal is exempt from a rule as \
             long as one of these says so.",
            exemption(),
        ),
        optional(
            "accepted",
            set(STRING),
            "Codes of warnings and assumptions that somebody has read and accepted; those are not \
             told any more. The code is in the warning. `no_approver` lets a lock have no \
             exemption at all.",
        ),
        optional("size_limit", NUMBER, Client::WORDS.size_limit),
        optional("assume_role_arn", STRING, Client::ROLE),
    ]);
    attributes.extend(outputs());
    attributes.push(timeouts());
    attributes
}

fn rules<Client: Guarding>() -> Vec<Attribute> {
    let rule = |name, description, attributes| {
        nested(name, Nesting::Single, Presence::Optional, description, attributes)
    };
    let exempt = || optional("exempt_principals", set(STRING), EXEMPT);
    vec![
        rule(
            "launch",
            "Machines start from golden images only. Images must have all of `tags` and one of \
             `owner_ids`.",
            vec![
                optional_computed(
                    "tags",
                    tag_patterns(),
                    "Tag keys and, for each, the patterns of which its value must match one; `*` \
                     stands for any run of characters, `?` for one. Default: `golden_tags` of the \
                     provider block.",
                ),
                optional("owner_ids", set(STRING), Client::WORDS.owner_ids),
                optional("accept_owner_ids", set(STRING), Client::WORDS.accept_owner_ids),
                exempt(),
            ],
        ),
        rule(
            "protect_tags",
            "Nobody but exempt principals, the approvers, sets or removes these tags of images.",
            vec![
                optional_computed(
                    "keys",
                    set(STRING),
                    "The tag keys. Default: those of `golden_tags` of the provider block.",
                ),
                exempt(),
            ],
        ),
        rule(
            "tag_on_create",
            "Whoever makes an image tags it in the same call.",
            vec![
                required(
                    "tags",
                    tag_patterns(),
                    "Tag keys and, for each, the patterns of which its value must match one. None \
                     of the keys can be one that `protect_tags` locks.",
                ),
                optional_computed("snapshots", BOOL, Client::WORDS.snapshots).or_default(false),
                exempt(),
            ],
        ),
        rule("export", "Nobody writes an image out of the cloud.", vec![exempt()]),
        rule(
            "share",
            "Nobody hands images or snapshots to other accounts.",
            vec![
                optional_computed("images", BOOL, "Whether images are kept. Default: `true`.")
                    .or_default(true),
                optional_computed(
                    "snapshots",
                    BOOL,
                    "Whether snapshots are kept. Default: `true`.",
                )
                .or_default(true),
                exempt(),
            ],
        ),
    ]
}

fn exemption() -> Vec<Attribute> {
    vec![
        required(
            "principals",
            set(STRING),
            "ARNs of roles and users, as `exempt_principals` of a rule has them.",
        ),
        required(
            "rules",
            set(STRING),
            "The rules that do not bind them, by name. They must be rules of this guardrail.",
        ),
        required("reason", STRING, "Why; kept in the state, not in the cloud."),
        required("owner", STRING, "Who answers for it; kept in the state, not in the cloud."),
        optional(
            "expires_at",
            STRING,
            "When it ends, in RFC 3339 and whole seconds, such as `2027-01-01T00:00:00Z`: the \
             document itself holds the date. Left out, it does not end.",
        ),
    ]
}

fn outputs() -> Vec<Attribute> {
    vec![
        computed("id", STRING, "What the cloud knows the policy by.").keeps_prior(),
        computed("arn", STRING, "The ARN of the policy.").keeps_prior(),
        computed(
            "account_id",
            STRING,
            "The id of the account that the policy is kept in; of an organisation's policy, which \
             several accounts may manage, of the one that made it.",
        )
        .keeps_prior(),
        computed(
            "document",
            STRING,
            "The policy document: what the plan will write, and after that what is in force. Only \
             Denies, JSON without white space.",
        ),
        computed("size", NUMBER, "How long the document is, in characters: what the cloud limits."),
        computed(
            "proof",
            map(STRING),
            "What was proved of the document, by `RULE.PROPERTY`: `proved`, \
             `proved_with_assumptions`, `refuted` or `unknown`. The properties are `protection` \
             (what the rule refuses is denied), `non_interference` (nothing else is), \
             `not_vacuous` (there is something of both) and `satisfiable` (what is permitted can \
             be done).",
        ),
        computed(
            "assumptions",
            set(STRING),
            "Codes of what the proof rests on, as the guide \"Assumptions\" explains them.",
        ),
        computed(
            "open_doors",
            map(STRING),
            "Codes of the APIs that the guardrail leaves open, and why; the guide \"Doors\" \
             explains them.",
        ),
    ]
}

/// Describes the identity.
pub(super) fn identity_attributes<Client: Guarding>() -> Vec<IdentityAttribute> {
    let part =
        |name, required, description| IdentityAttribute { name, ty: STRING, required, description };
    vec![
        part("account_id", false, "The id of the account; default: that of the credentials."),
        part("level", true, "The level of the guardrail."),
        part("id", true, Client::WORDS.id),
    ]
}

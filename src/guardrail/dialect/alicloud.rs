//! The language of Alibaba Cloud RAM and its control policies.
//! Source: RAM, "Policy elements", "Conditional operators", "How RAM evaluates policies";
//! Resource Directory, "Control policy overview", "Languages of access control policies"
//! (read 2026-11).

use super::{Course, Dialect, Gap, Kind, Level, Principals, RootRule, Stage, Version, When};
use crate::guardrail::{
    assumption::{Assumption, Assumptions},
    operator::BASIC,
};

/// The policy language of Alibaba Cloud.
pub static ALICLOUD: Dialect = Dialect {
    names: &["alicloud", "alibaba"],
    vendor: "Alibaba Cloud",
    code_prefix: "ali",
    versions: &[Version { name: "1", has_variables: false }],
    version_is_required: true,
    has_ids: false,
    has_bare_scalars: false,
    operators: &[&BASIC],
    decorates_operators: false,
    misfits_never_hold: true,
    name_prefix: "acs",
    name_fields: 5,
    service_field: 1,
    case_sensitive_services: &[],
    // Not documented either way.
    stars_cross_anywhere: true,
    account_principals: "RAM",
    other_principals: &["Service", "Federated"],
    kinds: &[
        Kind {
            name: "control",
            stage: Stage::Ceiling,
            has_levels: true,
            longest: 4_096,
            follows_resource: true,
            binds_management_account: false,
            binds_service_linked_roles: false,
            binds_root: RootRule::ByScope,
            ..PLAIN
        },
        Kind { name: "session", stage: Stage::Ceiling, longest: 2_048, ..PLAIN },
        Kind { name: "identity", ..PLAIN },
        Kind {
            name: "resource",
            stage: Stage::ResourceGrant,
            principals: Principals::Required,
            longest: 16_384,
            binds_root: RootRule::Bound,
            ..PLAIN
        },
    ],
    levels: &[
        Level {
            name: "control_policy",
            kind: "control",
            longest: 4_096,
            longest_somewhere: 4_096,
            white_space_counts: false,
            is_latin: false,
        },
        Level {
            name: "ram_policy",
            kind: "identity",
            longest: 6_144,
            longest_somewhere: 6_144,
            white_space_counts: false,
            is_latin: false,
        },
    ],
    course: Course {
        denies_first: false,
        naming_overcomes_limits: false,
        accounts_grant: true,
        both_accounts_allow: false,
        resource_must_allow: &[],
    },
    gaps: &[
        Gap {
            assumption: Assumption::ImageResource,
            actions: &["ecs:runinstances", "ecs:createinstance"],
            // Any resource that has a name.
            resource: ":",
            keys: &[],
            when: When::Always,
        },
        Gap {
            assumption: Assumption::ImageTags,
            actions: &["ecs:runinstances", "ecs:createinstance", "ecs:replacesystemdisk"],
            resource: ":image/",
            keys: &["acs:resourcetag/", "ecs:tag/"],
            when: When::Read,
        },
        Gap {
            assumption: Assumption::RequestTag,
            actions: &["ecs:createimage", "ecs:copyimage", "ecs:importimage"],
            resource: "",
            keys: &["acs:requesttag/"],
            when: When::Stated,
        },
        Gap {
            assumption: Assumption::CurrentTime,
            actions: &[],
            resource: "",
            keys: &["acs:currenttime"],
            when: When::Read,
        },
        Gap {
            assumption: Assumption::ShareResourceType,
            actions: &["resourcesharing:associateresourceshare"],
            resource: "",
            keys: &["resourcesharing:requestedresourcetype"],
            when: When::Absent,
        },
    ],
    open: Assumptions::of(&[
        Assumption::AbsentNegation,
        Assumption::ActionCase,
        Assumption::BareIpv6,
        Assumption::BoolCase,
        Assumption::CaseFolding,
        Assumption::CrossAccount,
        Assumption::CurrentTime,
        Assumption::DateZones,
        Assumption::Decimals,
        Assumption::EmptyValue,
        Assumption::ImageResource,
        Assumption::ImageTags,
        Assumption::KeyCase,
        Assumption::MalformedValue,
        Assumption::NegatedList,
        Assumption::NotPrincipal,
        Assumption::NotResource,
        Assumption::RequestTag,
        Assumption::ResourceCase,
        Assumption::RootScope,
        Assumption::SetOperator,
        Assumption::ShareResourceType,
        Assumption::SingleRange,
        Assumption::StarOverColon,
        Assumption::TagKeySpelling,
        Assumption::UnsupportedStatement,
    ]),
};

/// A policy of an identity, and what the other kinds share with it.
const PLAIN: Kind = Kind {
    name: "identity",
    stage: Stage::IdentityGrant,
    has_levels: false,
    principals: Principals::Never,
    longest: 6_144,
    follows_resource: false,
    binds_management_account: true,
    binds_service_linked_roles: true,
    binds_root: RootRule::Free,
    allows_by_default: false,
};

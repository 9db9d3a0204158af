//! The language of IAM and AWS Organizations.
//! Source: IAM User Guide, "Grammar of the IAM JSON policy language", "Policy evaluation
//! logic"; Organizations User Guide, "Service control policies", "Resource control
//! policies", "Quotas" (read 2026-11).

use super::{Course, Dialect, Gap, Kind, Level, Principals, RootRule, Stage, Version, When};
use crate::guardrail::{
    assumption::{Assumption, Assumptions},
    operator::{AWS_ONLY, BASIC},
};

/// The policy language of AWS.
pub static AWS: Dialect = Dialect {
    names: &["aws"],
    vendor: "AWS",
    code_prefix: "aws",
    versions: &[
        Version { name: "2012-10-17", has_variables: true },
        Version { name: "2008-10-17", has_variables: false },
    ],
    version_is_required: false,
    has_ids: true,
    has_bare_scalars: true,
    operators: &[&BASIC, &AWS_ONLY],
    decorates_operators: true,
    misfits_never_hold: false,
    name_prefix: "arn",
    name_fields: 6,
    service_field: 2,
    case_sensitive_services: &["iam"],
    stars_cross_anywhere: false,
    account_principals: "AWS",
    other_principals: &["Service", "Federated", "CanonicalUser"],
    kinds: &[
        Kind {
            name: "scp",
            stage: Stage::Ceiling,
            has_levels: true,
            principals: Principals::Never,
            longest: 10_240,
            follows_resource: false,
            binds_management_account: false,
            binds_service_linked_roles: false,
            binds_root: RootRule::Bound,
            allows_by_default: false,
        },
        Kind {
            name: "rcp",
            stage: Stage::Ceiling,
            // Each level allows by default, so that only Denies tell, wherever they are.
            has_levels: false,
            principals: Principals::Everyone,
            longest: 5_120,
            follows_resource: true,
            binds_management_account: false,
            binds_service_linked_roles: false,
            binds_root: RootRule::Bound,
            // RCPFullAWSAccess cannot be detached.
            allows_by_default: true,
        },
        Kind { name: "boundary", longest: 6_144, ..LIMIT },
        Kind { name: "session", longest: 6_144, ..LIMIT },
        // Inline policies of a role may be longer than managed ones.
        Kind { name: "identity", stage: Stage::IdentityGrant, longest: 10_240, ..LIMIT },
        Kind {
            name: "resource",
            stage: Stage::ResourceGrant,
            principals: Principals::Required,
            // Key policies are the longest.
            longest: 32_768,
            binds_root: RootRule::Bound,
            ..LIMIT
        },
    ],
    levels: &[
        Level {
            name: "scp",
            kind: "scp",
            longest: 10_240,
            // Everywhere until 2026-05-15.
            longest_somewhere: 5_120,
            white_space_counts: true,
            is_latin: false,
        },
        Level {
            name: "iam_policy",
            kind: "identity",
            longest: 6_144,
            longest_somewhere: 6_144,
            white_space_counts: false,
            is_latin: true,
        },
    ],
    course: Course {
        denies_first: true,
        naming_overcomes_limits: true,
        accounts_grant: false,
        both_accounts_allow: true,
        resource_must_allow: &["sts:assumerole", "kms:"],
    },
    gaps: &[Gap {
        assumption: Assumption::UntagAll,
        actions: &["ec2:deletetags"],
        resource: "",
        keys: &["aws:tagkeys"],
        when: When::Absent,
    }],
    open: Assumptions::of(&[
        Assumption::AccountPrincipal,
        Assumption::BareIpv6,
        Assumption::BoolCase,
        Assumption::CaseFolding,
        Assumption::DateZones,
        Assumption::Decimals,
        Assumption::EmptyValue,
        Assumption::MalformedValue,
        Assumption::NotPrincipal,
        Assumption::ResourceCase,
        Assumption::SetOperator,
        Assumption::StarOverColon,
        Assumption::TagKeySpelling,
        Assumption::UnsupportedStatement,
        Assumption::UntagAll,
        Assumption::VariableInNotResource,
        Assumption::VariableWildcard,
    ]),
};

/// What boundaries, session policies and identity policies have in common.
const LIMIT: Kind = Kind {
    name: "",
    stage: Stage::Limit,
    has_levels: false,
    principals: Principals::Never,
    longest: 0,
    follows_resource: false,
    binds_management_account: true,
    binds_service_linked_roles: true,
    binds_root: RootRule::Free,
    allows_by_default: false,
};

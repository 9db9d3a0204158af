//! Roles to assume: what a practitioner may say, and what is made of it.

use super::{
    Sight,
    argument::{self, Check, Given},
    non_empty, oidc, setting_error,
};
use crate::cloud::Error;

/// What sessions are called unless somebody says otherwise, as by terraform-provider-alicloud.
const DEFAULT_SESSION_NAME: &str = "terraform";
/// The variable of terraform-provider-alicloud.
const OWN_VARIABLE: &str = "ALICLOUD_ASSUME_ROLE_ARN";
/// The vendor's variable, which OIDC uses too.
pub(super) const SHARED_VARIABLE: &str = "ALIBABA_CLOUD_ROLE_ARN";
pub(super) const SESSION_NAME_VARIABLES: [&str; 2] =
    ["ALICLOUD_ASSUME_ROLE_SESSION_NAME", "ALIBABA_CLOUD_ROLE_SESSION_NAME"];
const EXPIRATION_VARIABLES: [&str; 1] = ["ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION"];

/// A role that the provider block asks for. An empty text counts as not said.
#[derive(Clone, Debug, Default)]
pub struct RoleSettings {
    /// The role; else the environment's.
    pub role_arn: Option<String>,
    /// What the session is called in audit logs.
    pub session_name: Option<String>,
    /// What the role's trust policy may ask for.
    pub external_id: Option<String>,
    /// A policy in JSON that narrows the session.
    pub policy: Option<String>,
    /// How long the session lasts, in seconds.
    pub session_expiration: Option<i64>,
}

/// What is wrong with an attribute: its name, and a sentence without its full stop.
pub type ArgumentFault = (&'static str, String);

impl RoleSettings {
    /// Finds what the vendor would refuse, attribute by attribute.
    pub fn faults(&self) -> Vec<ArgumentFault> {
        faults([
            ("role_arn", self.role_arn.as_deref(), argument::role_arn as Check),
            ("session_name", self.session_name.as_deref(), argument::session_name),
            ("external_id", self.external_id.as_deref(), argument::external_id),
            ("policy", self.policy.as_deref(), argument::policy),
            (
                "session_expiration",
                self.session_expiration.map(|it| it.to_string()).as_deref(),
                argument::session_expiration,
            ),
        ])
    }
}

/// Checks whatever is there and not empty.
pub(super) fn faults<const N: usize>(
    arguments: [(&'static str, Option<&str>, Check); N],
) -> Vec<ArgumentFault> {
    let fault = |(name, value, check): (_, _, Check)| Some((name, check(non_empty(value)?)?));
    arguments.into_iter().filter_map(fault).collect()
}

/// A role to assume, all its arguments being acceptable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::cloud::alicloud) struct Role {
    pub(in crate::cloud::alicloud) arn: String,
    pub(in crate::cloud::alicloud) session_name: String,
    pub(in crate::cloud::alicloud) external_id: Option<String>,
    pub(in crate::cloud::alicloud) policy: Option<String>,
    /// How long the session lasts; the vendor's default is 3600.
    pub(in crate::cloud::alicloud) seconds: Option<String>,
    /// The region whose token service to ask, instead of the one for all.
    pub(in crate::cloud::alicloud) sts_region: Option<String>,
}

/// The arguments of a role as they were found.
#[derive(Clone, Debug)]
pub(super) struct GivenRole {
    pub(super) arn: Given,
    pub(super) session_name: Option<Given>,
    pub(super) external_id: Option<Given>,
    pub(super) policy: Option<Given>,
    pub(super) session_expiration: Option<Given>,
    pub(super) sts_region: Option<String>,
}

impl GivenRole {
    /// A role of which only the name is known.
    pub(super) fn new(arn: Given) -> Self {
        Self {
            arn,
            session_name: None,
            external_id: None,
            policy: None,
            session_expiration: None,
            sts_region: None,
        }
    }

    /// Checks the arguments.
    ///
    /// # Errors
    ///
    /// [`Kind::Setting`](crate::cloud::Kind::Setting), naming the place of the first that is
    /// wrong.
    pub(super) fn checked(self) -> Result<Role, Error> {
        let check = |given: Option<Given>, check| given.map(|it| it.checked(check)).transpose();
        let session_name = check(self.session_name, argument::session_name)?;
        Ok(Role {
            arn: self.arn.checked(argument::role_arn)?,
            session_name: session_name.unwrap_or_else(|| DEFAULT_SESSION_NAME.to_owned()),
            external_id: check(self.external_id, argument::external_id)?,
            policy: check(self.policy, argument::policy)?,
            seconds: check(self.session_expiration, argument::session_expiration)?,
            sts_region: self.sts_region,
        })
    }
}

/// Finds the role to assume where a type names none: that of the
/// block's `assume_role`, else that of the environment.
///
/// # Errors
///
/// [`Kind::Setting`](crate::cloud::Kind::Setting) where the block asks for a role and none is
/// named, and where an argument is wrong.
pub(super) fn of_block(sight: Sight<'_>) -> Result<Option<Role>, Error> {
    let set = sight.settings.assume_role.as_ref();
    let attribute = |name: &str, value: Option<&String>| {
        Given::attribute(&format!("assume_role.{name}"), value.map(String::as_str))
    };
    let arn = attribute("role_arn", set.and_then(|it| it.role_arn.as_ref()));
    let Some(arn) = arn.or_else(|| of_environment(sight)) else {
        return match set {
            Some(_) => Err(setting_error(format!(
                "the attribute `assume_role` names no role: set its `role_arn`, or the variable \
                 `{OWN_VARIABLE}`"
            ))),
            None => Ok(None),
        };
    };
    let seconds = set.and_then(|it| it.session_expiration).map(|it| it.to_string());
    let expiration = attribute("session_expiration", seconds.as_ref());
    let variable = |names| Given::variable(sight.environment, names);
    let role = GivenRole {
        session_name: session_name(sight),
        external_id: attribute("external_id", set.and_then(|it| it.external_id.as_ref())),
        policy: attribute("policy", set.and_then(|it| it.policy.as_ref())),
        session_expiration: expiration.or_else(|| variable(&EXPIRATION_VARIABLES)),
        ..GivenRole::new(arn)
    };
    role.checked().map(Some)
}

/// Makes the role that a type asks for by its ARN. Its session is called as the one that it takes
/// the place of, and has nothing else of it: an external id and a policy are made for one role.
pub(super) fn of_type(sight: Sight<'_>, arn: &str) -> Result<Role, Error> {
    let arn = Given::new("the attribute `assume_role_arn`", arn);
    GivenRole { session_name: session_name(sight), ..GivenRole::new(arn) }.checked()
}

fn session_name(sight: Sight<'_>) -> Option<Given> {
    let set = sight.settings.assume_role.as_ref().and_then(|it| it.session_name.as_deref());
    let attribute = Given::attribute("assume_role.session_name", set);
    attribute.or_else(|| Given::variable(sight.environment, &SESSION_NAME_VARIABLES))
}

/// Finds the environment's role. The shared variable belongs to OIDC wherever anything of OIDC
/// is set: there it is the role of the token's holder, and assuming it once more, with its own
/// session, would fail.
fn of_environment(sight: Sight<'_>) -> Option<Given> {
    let own = Given::variable(sight.environment, &[OWN_VARIABLE]);
    let shared = || Given::variable(sight.environment, &[SHARED_VARIABLE]);
    own.or_else(|| if oidc::is_hinted_at(sight) { None } else { shared() })
}

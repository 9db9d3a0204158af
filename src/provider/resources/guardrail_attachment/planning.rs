//! What an attachment will be, and what would keep it from being made.
//!
//! The cloud is looked at for errors and warnings only. What the same run may still make, a user
//! or a policy that is switched on, is no error here: the write looks again.

use std::collections::BTreeSet;

use super::{
    Attaching, Link, explain, forms, holds,
    model::{AttachmentModel, SELF_TARGET},
    no_organisation, no_such_target,
    quota::{Excess, Load},
    run::Planned,
    switched_off,
};
use crate::{
    plugin::{Attr, Change, Context, Diagnostic, Diagnostics, Path, Severity},
    provider::{
        configure::Clouds,
        place::Place,
        policies::{Attached, Feature, Quota, Tier, find_place},
    },
};

/// Refines a plan.
pub(super) async fn plan<Client: Attaching>(
    clouds: &Clouds,
    change: &mut Change<AttachmentModel>,
    context: &Context,
) -> Result<(), Diagnostics> {
    let tier = change.planned.tier::<Client>();
    if change.prior.is_none() {
        change.planned.id = change.planned.joined();
        if tier == Some(Tier::Organisation) {
            change.planned.account_id = Attr::Null;
        }
    }
    let link = Link::of::<Client>(&change.planned);
    if let Some(prior) = &change.prior {
        let before = Link::of::<Client>(prior);
        let is_leaving = before != link;
        clouds.attachments.note_known(before, is_leaving);
    }
    let (access, role) = (Client::access(clouds), &change.planned.assume_role_arn);
    let is_unknown = access.is_unknown() || access.region_is_unknown() || role.is_unknown();
    let Some(tier) = tier.filter(|_| !is_unknown) else { return Ok(()) };
    if change.prior.is_some() {
        return plan_account::<Client>(clouds, change, tier).await;
    }
    // The read has warned. No error here: a destruction plans the configuration, too.
    if clouds.attachments.is_gone(&link) {
        return Ok(());
    }
    let Some(planned) = clouds.attachments.plan(&link) else {
        return Err(planned_twice(&change.planned).into());
    };
    let place = find_place(access, role).await?;
    let look = Look { place, tier, attachment: &change.planned, context };
    look.at_everything(clouds, &link, &planned).await
}

/// Plans another attachment where another role works in another account: users and roles there,
/// and not these, are then meant.
async fn plan_account<Client: Attaching>(
    clouds: &Clouds,
    change: &mut Change<AttachmentModel>,
    tier: Tier,
) -> Result<(), Diagnostics> {
    let Some(prior) = &change.prior else { return Ok(()) };
    let role = &change.planned.assume_role_arn;
    let before = prior.account_id.known().filter(|_| prior.assume_role_arn != *role);
    let Some(before) = before.filter(|_| tier == Tier::Account) else { return Ok(()) };
    let place = find_place(Client::access(clouds), &change.planned.assume_role_arn).await?;
    match place.client.account(&place.region).await {
        Ok(account) if account != *before => {
            change.replaced_for.push(Path::root("assume_role_arn"));
            Ok(())
        }
        Ok(_) => Ok(()),
        Err(error) => Err(place.explain(&error).await),
    }
}

/// An attachment that is to be made.
struct Look<'a, Client> {
    place: Place<Client>,
    tier: Tier,
    attachment: &'a AttachmentModel,
    context: &'a Context,
}

impl<Client: Attaching> Look<'_, Client> {
    /// Looks for what would make the write fail, and for what the practitioner should know.
    async fn at_everything(
        &self,
        clouds: &Clouds,
        link: &Link,
        planned: &Planned,
    ) -> Result<(), Diagnostics> {
        if let Some(id) = self.attachment.guardrail_id.known() {
            forms::check_id::<Client>(self.tier, id).or_value(())?;
        }
        if self.tier == Tier::Organisation && !self.is_switched_on().await? {
            return Ok(());
        }
        let target = self.attachment.target();
        let attached = match self.place.client.attached(&self.place.region, target).await {
            Ok(Some(attached)) => attached,
            Ok(None) => return self.without_target(),
            Err(error) => return Err(explain(&self.place, self.tier, &error).await),
        };
        let guardrail = self.attachment.guardrail();
        if holds(&attached, guardrail) && !clouds.attachments.is_known(link) {
            self.context.warn(adopted(guardrail, target));
        }
        let leaving = clouds.attachments.leaving(&link.target);
        self.at_room(&attached, &leaving, planned)?;
        if self.tier == Tier::Account && !self.attachment.accepts(SELF_TARGET) {
            self.at_caller().await;
        }
        Ok(())
    }

    /// Tells whether anything can be attached in the organisation by now.
    async fn is_switched_on(&self) -> Result<bool, Diagnostics> {
        let target = self.attachment.target();
        match self.place.client.feature(&self.place.region).await {
            Ok(Feature::On) => Ok(true),
            // The write waits for it.
            Ok(Feature::TurningOn) => Ok(false),
            Ok(Feature::Off) => {
                let problem = switched_off::<Client>(target);
                let detail = format!(
                    "{} An apply that finds it like this fails, unless this run switches them on \
                     first.",
                    problem.detail
                );
                let summary = format!("{} For {}", problem.summary, self.attachment_named());
                let warning =
                    Diagnostic { summary, detail, severity: Severity::Warning, ..problem };
                self.context.warn(warning);
                Ok(false)
            }
            Ok(Feature::NoOrganisation) => Err(no_organisation(&self.place, target).into()),
            Err(error) => Err(explain(&self.place, self.tier, &error).await),
        }
    }

    /// A folder has its id from the cloud, so that one which is missing is a mistake. A user has a
    /// name, and may be made by the same run.
    fn without_target(&self) -> Result<(), Diagnostics> {
        let problem = no_such_target(&self.place, self.attachment.target());
        if self.tier == Tier::Organisation {
            return Err(problem.into());
        }
        let detail = format!(
            "{} If this run makes it, write `target_id` as a reference to that resource, so that \
             Terraform makes it first.",
            problem.detail
        );
        self.context.warn(Diagnostic { severity: Severity::Warning, detail, ..problem });
        Ok(())
    }

    /// Refuses a policy too many; where the account may have a higher quota, only warns.
    fn at_room(
        &self,
        attached: &[Attached],
        leaving: &BTreeSet<String>,
        planned: &Planned,
    ) -> Result<(), Diagnostics> {
        let quota = Client::quota(self.tier);
        let Some(excess) = (Load { quota, attached, leaving, planned }).excess() else {
            return Ok(());
        };
        let problem = too_many::<Client>(self.attachment.target(), &quota, &excess);
        match quota.can_be_raised {
            false => Err(problem.into()),
            true => {
                self.context.warn(Diagnostic { severity: Severity::Warning, ..problem });
                Ok(())
            }
        }
    }

    /// Warns whoever would bind themselves. That nobody can tell who calls is no obstacle.
    async fn at_caller(&self) {
        let Place { client, region, .. } = &self.place;
        let target = self.attachment.target();
        let Ok(caller) = client.caller(region).await else { return };
        let Some(whom) = identity_of(&caller) else { return };
        let is_bound = match (target.strip_prefix("group/"), whom.strip_prefix("user/")) {
            (Some(group), Some(user)) => {
                let groups = client.groups(region, user).await.unwrap_or_default();
                groups.iter().any(|other| other == group)
            }
            _ => whom.eq_ignore_ascii_case(target),
        };
        if !is_bound {
            return;
        }
        let detail = format!(
            "This run works as {caller}, whom a guardrail on {target} binds, too: from the apply on, \
             what it denies fails for Terraform, also in the same run. Exempt {whom} in the guardrail, \
             work as somebody else (`assume_role_arn`), or accept it: `accepted = \
             [\"{SELF_TARGET}\"]`."
        );
        let summary = format!("{} Binds Its Own Caller", self.attachment_named());
        self.context.warn(Diagnostic::warning(summary, detail).at(Path::root("target_id")));
    }

    fn attachment_named(&self) -> String {
        match self.attachment.guardrail_id.known() {
            Some(guardrail) => format!("{guardrail} On {}", self.attachment.target()),
            None => format!("Guardrail On {}", self.attachment.target()),
        }
    }
}

/// Returns the user that calls, or the role that they work as, as targets are written; on some
/// clouds sessions have the names of roles in small letters. `None` for the account itself.
pub(super) fn identity_of(caller: &str) -> Option<String> {
    let resource = caller.rsplit(':').next().unwrap_or_default();
    match resource.split('/').collect::<Vec<_>>()[..] {
        ["user", .., name] => Some(format!("user/{name}")),
        ["assumed-role", role, ..] => Some(format!("role/{role}")),
        _ => None,
    }
}

/// Says that a guardrail is attached already.
fn adopted(guardrail: &str, target: &str) -> Diagnostic {
    let summary = format!("{guardrail} Is On {target} Already");
    taken_over(summary, guardrail, target, "The apply takes it over")
}

/// Says that a guardrail was attached already; with a summary of its own, because Terraform shows
/// only one of several warnings with the same.
pub(super) fn has_adopted(guardrail: &str, target: &str) -> Diagnostic {
    let summary = format!("{guardrail} Was On {target} Already");
    taken_over(summary, guardrail, target, "It is taken over")
}

fn taken_over(summary: String, guardrail: &str, target: &str, becomes: &str) -> Diagnostic {
    let detail = format!(
        "Not this attachment has attached {guardrail} to {target}. {becomes}: from then on, destroying \
         this attachment detaches the guardrail. If another attachment has made it, in this \
         configuration or elsewhere, keep one of them. If an apply was cut off, go on."
    );
    Diagnostic::warning(summary, detail).at(Path::root("target_id"))
}

fn planned_twice(attachment: &AttachmentModel) -> Diagnostic {
    let (guardrail, target) = (attachment.guardrail(), attachment.target());
    let detail = format!(
        "Two attachments in this configuration attach {guardrail} to {target}: destroying one of \
         them would take the guardrail away from the other. Keep one."
    );
    Diagnostic::error("Two Attachments Of One Guardrail", detail).at(Path::root("target_id"))
}

/// Says how full a target is, and how to make room.
pub(super) fn too_many<Client: Attaching>(
    target: &str,
    quota: &Quota,
    excess: &Excess,
) -> Diagnostic {
    let Excess { there, more } = excess;
    let has = match &there[..] {
        [] => "no policies yet".to_owned(),
        [name] => format!("1 policy: {name}"),
        names => format!("{} policies: {}", names.len(), names.join(", ")),
    };
    let (unless, or) = match quota.can_be_raised {
        true => (" unless this account has a higher quota", ", ask for a higher quota,"),
        false => ("", ""),
    };
    let detail = format!(
        "{target} has {has}. With {more} more from this run there would be {}, and {} allows {}{unless}. \
         Say in one guardrail what two say now{or} or detach one in a run of its own first: Terraform \
         attaches and detaches in one run in any order.",
        there.len() + more,
        Client::NAME,
        quota.most
    );
    Diagnostic::error(format!("Too Many Policies On {target}"), detail).at(Path::root("target_id"))
}

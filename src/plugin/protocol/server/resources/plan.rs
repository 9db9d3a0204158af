//! PlanResourceChange: what a change would do.

use super::{Server, Target};
use crate::plugin::{
    diagnostics::Diagnostics,
    path::Path,
    protocol::{
        convert::{to_diagnostics, to_path},
        planning, wire,
    },
    provider::Provider,
    resource::Change,
    value::Value,
};

type Request = wire::plan_resource_change::Request;
type Response = wire::plan_resource_change::Response;

impl<P: Provider> Server<P> {
    pub(in crate::plugin::protocol::server) async fn plan(&self, request: Request) -> Response {
        let mut warnings = Diagnostics::new();
        let planning = self.interrupts.read(self.plan_change(&request, &mut warnings));
        let outcome = planning.await;
        let mut response = outcome.unwrap_or_else(|problems| {
            warnings.append(problems);
            Response {
                planned_state: request.prior_state,
                planned_private: request.prior_private,
                planned_identity: request.prior_identity,
                ..Default::default()
            }
        });
        response.diagnostics = to_diagnostics(warnings);
        response
    }

    async fn plan_change(
        &self,
        request: &Request,
        warnings: &mut Diagnostics,
    ) -> Result<Response, Diagnostics> {
        let target = self.target(&request.type_name)?;
        let client = self.client()?;
        let prior = target.shape.decode(request.prior_state.as_ref())?;
        let proposed = target.shape.decode(request.proposed_new_state.as_ref())?;
        let context = self.context(&request.prior_private)?;
        let planned_identity = target.planned_identity(request, &prior)?;
        if proposed == Value::Null {
            let judged = target.resource.plan_deletion(&client, prior, &context).await;
            warnings.append(context.take_warnings());
            judged?;
            return Ok(Response {
                planned_state: Some(target.shape.encode(&Value::Null)),
                planned_private: context.private_bytes(),
                planned_identity,
                ..Default::default()
            });
        }
        let config = target.shape.decode(request.config.as_ref())?;
        let attributes = &target.shape.schema.attributes;
        let proposal = planning::plan(attributes, &config, &prior, proposed);
        let is_change = proposal != prior;
        let change = Change {
            config: config.clone(),
            prior: (prior != Value::Null).then(|| prior.clone()),
            planned: proposal,
            replaced_for: Vec::new(),
        };
        let refined = target.resource.plan(&client, change, &context).await;
        warnings.append(context.take_warnings());
        let (planned, replaced_for) = refined?;
        let planned = target.shape.fitting(planned)?;
        let planned = match is_change {
            true => planning::settled(attributes, &config, &prior, planned),
            false => planned,
        };
        let mut replaced = planning::replacements(attributes, &prior, &planned);
        replaced.extend(replaced_for);
        Ok(Response {
            planned_state: Some(target.shape.encode_bounded(&planned)?),
            requires_replace: without_repetitions(replaced).iter().map(to_path).collect(),
            planned_private: context.private_bytes(),
            planned_identity,
            ..Default::default()
        })
    }
}

impl<Client> Target<Client> {
    /// Returns the identity that the object will have; one that is created has none yet.
    fn planned_identity(
        &self,
        request: &Request,
        prior: &Value,
    ) -> Result<Option<wire::ResourceIdentityData>, Diagnostics> {
        match prior {
            Value::Null => Ok(None),
            prior => self.identity(request.prior_identity.as_ref(), prior.clone()),
        }
    }
}

fn without_repetitions(paths: Vec<Path>) -> Vec<Path> {
    let mut unique = Vec::new();
    for path in paths {
        if !unique.contains(&path) {
            unique.push(path);
        }
    }
    unique
}

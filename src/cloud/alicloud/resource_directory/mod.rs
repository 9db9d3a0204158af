//! Resource directory: its control policies and where they are attached.
//!
//! Version 2020-03-31 (`resourcemanager`), but 2022-04-19 (`resourcedirectory`) where tags are
//! concerned, which the older one does not know. One host serves all regions; only the management
//! account, or one that it has delegated this to, may ask.
//!
//! Changes are made one at a time in this process, because the vendor refuses two at once; where
//! somebody else makes one, the call is repeated. The vendor documents few of the codes that it
//! refuses with: where a code would have to be known to tell that something is attached or not,
//! the listing is asked instead.

mod attaching;
mod attachments_for_target;
mod create_control_policy;
mod delete_control_policy;
mod enablement;
mod get_control_policy;
mod get_resource_directory;
mod list_control_policies;
mod tags;
mod targets_of_control_policy;
mod update_control_policy;

use tokio::time::Instant;

pub use self::{
    attachments_for_target::AttachedControlPolicy, create_control_policy::CreateControlPolicy,
    enablement::Enablement, get_control_policy::ControlPolicy,
    get_resource_directory::ResourceDirectory, list_control_policies::ControlPolicySummary,
    targets_of_control_policy::TargetAttachment, update_control_policy::UpdateControlPolicy,
};
use super::{
    Alicloud,
    endpoints::Service,
    paging::{PAGE_SIZE, Page, Pages},
    rpc::Operation,
    sign::Parameters,
};
use crate::cloud::{Error, Listing};

const fn operation(name: &'static str) -> Operation {
    Operation { service: Service::ResourceManager, name }
}

/// Returns what says which control policy is meant.
fn of_policy(id: &str) -> Parameters {
    [("PolicyId".to_owned(), id.to_owned())].into()
}

impl Alicloud {
    /// Reads all pages of a list; `page` reads one, with the parameters that name it.
    async fn list_pages<T, F>(
        &self,
        operation: Operation,
        id: fn(&T) -> &str,
        page: impl Fn(Parameters) -> F,
    ) -> Result<Listing<T>, Error>
    where
        F: Future<Output = Result<Page<T>, Error>>,
    {
        let patience = self.inner.caller.base.patience_for_lists();
        let pages = Pages { operation, limit: None, id, started: Instant::now(), patience };
        let fetch = |number| page(of_page(number));
        let first = fetch(1).await?;
        pages.read(first, fetch).await
    }
}

fn of_page(number: usize) -> Parameters {
    let parameters = [("PageNumber", number), ("PageSize", PAGE_SIZE)];
    parameters.map(|(name, value)| (name.to_owned(), value.to_string())).into()
}

#[cfg(test)]
mod tests;

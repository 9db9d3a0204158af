//! `ListTargetAttachmentsForControlPolicy`: which folders and members have a control policy.

use serde::Deserialize;

use super::{Alicloud, of_policy, operation};
use crate::cloud::{
    Error, Listing,
    alicloud::{paging::Page, rpc::Operation, scalar::Scalar, sign::Parameters},
};

const LIST_TARGETS: Operation = operation("resourcemanager:ListTargetAttachmentsForControlPolicy");

/// A folder or a member that has a control policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetAttachment {
    /// Root `r-…`, folder `fd-…` or account id.
    pub target_id: String,
    /// What people call it; may be empty.
    pub target_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reply {
    total_count: Scalar,
    target_attachments: Rows,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rows {
    target_attachment: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    target_id: Scalar,
    #[serde(default)]
    target_name: Scalar,
}

impl Alicloud {
    /// Lists where a control policy is attached: all pages, each target once, in no particular
    /// order. The listing may be incomplete: where attachments came and went while it was read,
    /// twice.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where the directory has no such policy.
    pub async fn list_target_attachments_for_control_policy(
        &self,
        id: &str,
    ) -> Result<Listing<TargetAttachment>, Error> {
        let page = |parameters| self.page_of_targets(id, parameters);
        self.list_pages(LIST_TARGETS, |attachment| &attachment.target_id, page).await
    }

    async fn page_of_targets(
        &self,
        id: &str,
        mut parameters: Parameters,
    ) -> Result<Page<TargetAttachment>, Error> {
        parameters.extend(of_policy(id));
        let reply: Reply = self.read(LIST_TARGETS, None, &parameters).await?;
        let rows = reply.target_attachments.target_attachment.into_iter();
        let rows = rows.map(|row| TargetAttachment {
            target_id: row.target_id.into_text(),
            target_name: row.target_name.into_text(),
        });
        Ok(Page { total: reply.total_count.number().unwrap_or_default(), rows: rows.collect() })
    }
}

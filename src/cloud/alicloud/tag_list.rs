//! The tags of one policy, read page by page: alike for RAM and the resource directory.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Alicloud, rpc::Operation, scalar::Scalar, sign::Parameters};
use crate::cloud::{Error, Kind};

/// A policy has at most 20 tags; whoever sends more pages than this does not come to an end.
const MOST_PAGES: usize = 20;
/// How tags begin that the vendor sets by itself.
const SYSTEM_TAG: &str = "acs:";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reply {
    #[serde(default)]
    next_token: Scalar,
    tag_resources: Vec<Row>,
}

/// A tag; the page names the resource in each, but only one was asked for.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    tag_key: Scalar,
    #[serde(default)]
    tag_value: Scalar,
}

/// A tag as RAM takes it, in a list that is written as JSON.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct JsonTag<'a> {
    key: &'a str,
    value: &'a str,
}

impl Alicloud {
    /// Reads all tags of the resource that the parameters name, without the vendor's own.
    ///
    /// # Errors
    ///
    /// Any kind.
    pub(super) async fn read_tags(
        &self,
        operation: Operation,
        mut parameters: Parameters,
    ) -> Result<BTreeMap<String, String>, Error> {
        let mut tags = BTreeMap::new();
        for _ in 0..MOST_PAGES {
            let reply: Reply = self.read(operation, None, &parameters).await?;
            let rows = reply.tag_resources.into_iter();
            let pairs = rows.map(|row| (row.tag_key.into_text(), row.tag_value.into_text()));
            tags.extend(pairs.filter(|(key, _)| !key.starts_with(SYSTEM_TAG)));
            match reply.next_token.into_non_empty() {
                Some(token) => parameters.insert("NextToken".to_owned(), token),
                None => return Ok(tags),
            };
        }
        let message = format!("the tags of one policy fill more than {MOST_PAGES} pages");
        Err(Error::new(Kind::Unreadable, operation.name, message))
    }
}

/// Writes tags as numbered parameters, `Tag.1.Key` and so on.
pub(super) fn numbered(tags: &BTreeMap<String, String>) -> impl Iterator<Item = (String, String)> {
    (1..).zip(tags).flat_map(|(number, (key, value))| {
        [(format!("Tag.{number}.Key"), key.clone()), (format!("Tag.{number}.Value"), value.clone())]
    })
}

/// Writes tags as RAM takes them: `[{"Key":"team","Value":"images"}]`.
pub(super) fn as_json(tags: &BTreeMap<String, String>) -> String {
    let tags: Vec<_> = tags.iter().map(|(key, value)| JsonTag { key, value }).collect();
    list_as_json(&tags)
}

/// Writes a list as JSON.
pub(super) fn list_as_json<T: Serialize>(list: &[T]) -> String {
    serde_json::to_string(list).expect("texts can always be written as JSON")
}

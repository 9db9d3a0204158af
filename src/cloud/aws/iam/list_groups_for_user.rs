//! `ListGroupsForUser`: the groups that a user is in.

use quick_xml::DeError;
use serde::Deserialize;

use super::{
    super::{
        call::Effect,
        endpoints::Service,
        paging::Page,
        query::{Action, Form},
    },
    Iam,
    xml::{Members, page},
};
use crate::cloud::Error;

static ACTION: Action<Page<String>> = Action {
    service: Service::Iam,
    name: "ListGroupsForUser",
    label: "iam:ListGroupsForUser",
    effect: Effect::Reads,
    root: "ListGroupsForUserResponse",
    holds_keys: false,
    read,
};

impl Iam {
    /// Lists the groups that a user of the account is in, by name, without their paths.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such user.
    pub async fn list_groups_for_user(&self, user: &str) -> Result<Vec<String>, Error> {
        let mut form = Form::new();
        form.set("UserName", user);
        self.all_pages(&ACTION, form).await
    }
}

fn read(text: &str) -> Result<Page<String>, DeError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(rename = "ListGroupsForUserResult")]
        result: Outcome,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Outcome {
        groups: Members<Element>,
        #[serde(default)]
        is_truncated: bool,
        marker: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Element {
        group_name: String,
    }

    let Reply { result } = quick_xml::de::from_str(text)?;
    let groups = result.groups.member.into_iter().map(|group| group.group_name);
    page(groups.collect(), result.is_truncated, result.marker)
}

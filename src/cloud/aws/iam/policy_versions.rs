//! `GetPolicyVersion`, `ListPolicyVersions`, `CreatePolicyVersion`, `DeletePolicyVersion`: the
//! documents of a managed policy, at most five.

use percent_encoding::percent_decode_str;
use quick_xml::DeError;
use serde::{Deserialize, de::Error as _};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    super::{
        call::Effect,
        endpoints::Service,
        paging::Page,
        query::{Action, Form},
    },
    Iam, of_policy, removed,
    xml::{Members, acknowledged, page},
};
use crate::cloud::{Error, Kind, Removed};

static GET: Action<String> = Action {
    service: Service::Iam,
    name: "GetPolicyVersion",
    label: "iam:GetPolicyVersion",
    effect: Effect::Reads,
    root: "GetPolicyVersionResponse",
    holds_keys: false,
    read: read_document,
};

static LIST: Action<Page<PolicyVersion>> = Action {
    service: Service::Iam,
    name: "ListPolicyVersions",
    label: "iam:ListPolicyVersions",
    effect: Effect::Reads,
    root: "ListPolicyVersionsResponse",
    holds_keys: false,
    read: read_page,
};

static CREATE: Action<PolicyVersion> = Action {
    service: Service::Iam,
    name: "CreatePolicyVersion",
    label: "iam:CreatePolicyVersion",
    effect: Effect::Creates,
    root: "CreatePolicyVersionResponse",
    holds_keys: false,
    read: read_created,
};

static DELETE: Action<()> = Action {
    service: Service::Iam,
    name: "DeletePolicyVersion",
    label: "iam:DeletePolicyVersion",
    effect: Effect::Writes,
    root: "DeletePolicyVersionResponse",
    holds_keys: false,
    read: acknowledged,
};

/// A version of a managed policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyVersion {
    /// `v` and a number, which is never given again.
    pub id: String,
    /// Whether it is in force.
    pub is_default: bool,
    /// When it was made, in whole seconds.
    pub created_at: OffsetDateTime,
}

impl Iam {
    /// Returns the document of a version, as it was sent or as IAM has rewritten it: compare what
    /// it means. `None` where there is no such policy or version.
    ///
    /// # Errors
    ///
    /// Any kind.
    pub async fn get_policy_version(
        &self,
        arn: &str,
        version_id: &str,
    ) -> Result<Option<String>, Error> {
        match self.call(&GET, of_version(arn, version_id)).await {
            Ok(document) => Ok(Some(document)),
            Err(error) if error.kind == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Lists the versions of a policy, in no particular order.
    ///
    /// # Errors
    ///
    /// Any kind; `NotFound` where there is no such policy.
    pub async fn list_policy_versions(&self, arn: &str) -> Result<Vec<PolicyVersion>, Error> {
        self.all_pages(&LIST, of_policy(arn)).await
    }

    /// Makes a version of a policy and puts it in force, in one step: there is no moment without
    /// a policy.
    ///
    /// Not sent again after an attempt whose outcome is not known, because each makes a version:
    /// look with [`get_policy`](Self::get_policy) which one is in force.
    ///
    /// # Errors
    ///
    /// Any kind; `Quota` where there are five versions, `NotFound` where there is no such policy.
    /// [`Error::leaves_in_doubt`] where the document may be in force all the same.
    pub async fn create_policy_version(
        &self,
        arn: &str,
        document: &str,
    ) -> Result<PolicyVersion, Error> {
        let mut form = of_policy(arn);
        form.set("PolicyDocument", document);
        form.set("SetAsDefault", "true");
        self.call(&CREATE, form).await
    }

    /// Deletes a version that is not in force.
    ///
    /// # Errors
    ///
    /// Any kind; `Conflict` where it is in force. [`Error::leaves_in_doubt`] where it may be gone
    /// all the same.
    pub async fn delete_policy_version(
        &self,
        arn: &str,
        version_id: &str,
    ) -> Result<Removed, Error> {
        removed(self.call(&DELETE, of_version(arn, version_id)).await)
    }
}

fn of_version(arn: &str, version_id: &str) -> Form {
    let mut form = of_policy(arn);
    form.set("VersionId", version_id);
    form
}

/// A version in an answer.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VersionElement {
    version_id: String,
    is_default_version: bool,
    create_date: String,
}

impl TryFrom<VersionElement> for PolicyVersion {
    type Error = DeError;

    fn try_from(element: VersionElement) -> Result<Self, DeError> {
        let VersionElement { version_id: id, is_default_version: is_default, create_date } =
            element;
        let created_at = OffsetDateTime::parse(&create_date, &Rfc3339)
            .map_err(|_| DeError::custom("a `CreateDate` is no instant"))?;
        Ok(Self { id, is_default, created_at })
    }
}

/// Reads the document, which is percent-encoded as RFC 3986 says: a `+` is a `+`.
fn read_document(text: &str) -> Result<String, DeError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(rename = "GetPolicyVersionResult")]
        result: Outcome,
    }

    #[derive(Deserialize)]
    struct Outcome {
        #[serde(rename = "PolicyVersion")]
        version: Version,
    }

    #[derive(Deserialize)]
    struct Version {
        #[serde(rename = "Document")]
        document: String,
    }

    let reply: Reply = quick_xml::de::from_str(text)?;
    let document = reply.result.version.document;
    let document = percent_decode_str(&document).decode_utf8();
    document.map(String::from).map_err(|_| DeError::custom("its document is not UTF-8"))
}

fn read_page(text: &str) -> Result<Page<PolicyVersion>, DeError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(rename = "ListPolicyVersionsResult")]
        result: Outcome,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Outcome {
        versions: Members<VersionElement>,
        #[serde(default)]
        is_truncated: bool,
        marker: Option<String>,
    }

    let Reply { result } = quick_xml::de::from_str(text)?;
    let versions = result.versions.member.into_iter().map(PolicyVersion::try_from);
    page(versions.collect::<Result<_, _>>()?, result.is_truncated, result.marker)
}

fn read_created(text: &str) -> Result<PolicyVersion, DeError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(rename = "CreatePolicyVersionResult")]
        result: Outcome,
    }

    #[derive(Deserialize)]
    struct Outcome {
        #[serde(rename = "PolicyVersion")]
        version: VersionElement,
    }

    let reply: Reply = quick_xml::de::from_str(text)?;
    reply.result.version.try_into()
}

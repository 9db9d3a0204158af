//! The machine and the agent whose credentials a program can find without being given any.

use serde::{Deserialize, Serialize};

/// The machine whose metadata service the simulator plays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// Region it runs in.
    pub region: String,
    /// Id, which names the sessions of its role.
    #[serde(default = "default_id")]
    pub id: String,
    /// ARN of its role; `None` when it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Whether requests need a token.
    #[serde(default)]
    pub tokens: MetadataTokens,
}

fn default_id() -> String {
    "i-0123456789abcdef0".to_owned()
}

impl Instance {
    /// Makes a machine without a role, whose metadata can be read with and without a token.
    #[must_use]
    pub fn new(region: impl Into<String>) -> Self {
        let (id, tokens) = (default_id(), MetadataTokens::Optional);
        Self { region: region.into(), id, role: None, tokens }
    }

    /// Gives it the role with this ARN.
    #[must_use]
    pub fn role(mut self, arn: impl Into<String>) -> Self {
        self.role = Some(arn.into());
        self
    }

    /// Sets whether requests need a token.
    #[must_use]
    pub fn tokens(mut self, tokens: MetadataTokens) -> Self {
        self.tokens = tokens;
        self
    }
}

/// Whether requests to a metadata service need a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetadataTokens {
    /// With or without: versions 1 and 2.
    #[default]
    Optional,
    /// Never without: version 2 only ("security hardening mode" on Alibaba Cloud).
    Required,
    /// There are none: version 1 only, as on old machines.
    Unsupported,
}

/// A process beside the program that hands out a role's credentials over HTTP: the container agent
/// on AWS, whatever answers at `ALIBABA_CLOUD_CREDENTIALS_URI` on Alibaba Cloud.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// ARN of the role.
    pub role: String,
    /// What the `Authorization` header must say; `None` takes any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization: Option<String>,
}

impl Agent {
    /// Makes an agent that answers everybody.
    #[must_use]
    pub fn new(role: impl Into<String>) -> Self {
        Self { role: role.into(), authorization: None }
    }

    /// Answers only requests with this `Authorization` header.
    #[must_use]
    pub fn authorization(mut self, value: impl Into<String>) -> Self {
        self.authorization = Some(value.into());
        self
    }
}

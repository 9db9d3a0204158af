//! What a machine or container finds out by asking its surroundings: region and role credentials.
//!
//! The metadata services of both clouds answer at one address here. Their paths and headers differ
//! wherever they answer at all, so no question is ambiguous. Sources: "Use the Instance Metadata
//! Service to access instance metadata" and "Container credential provider" (AWS), "Instance
//! metadata" (Alibaba Cloud), and what the vendors' SDKs ask for. Guesses: the statuses of Alibaba
//! Cloud's refusals. Not here: all other metadata.

mod documents;
mod tokens;

pub(crate) use tokens::Tokens;

use super::{Answer, Cloud, Service, VendorError};
use crate::message::{Reply, Request};
use crate::timestamp::Timestamp;
use crate::world::World;
use crate::world::instance::{Instance, MetadataTokens};
use crate::world::role::RoleArn;

const ALICLOUD: Service = Service { cloud: Cloud::Alicloud, name: "metadata", version: "latest" };
const AWS: Service = Service { cloud: Cloud::Aws, name: "metadata", version: "latest" };

/// Where the agents answer; an invention, since users choose the address.
pub(crate) fn agent_path(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Alicloud => "/agent/alicloud/credentials",
        Cloud::Aws => "/agent/aws/credentials",
    }
}

/// A request to a metadata service or an agent.
pub(crate) struct Question {
    pub service: &'static Service,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Token,
    RoleName,
    Credentials {
        role: String,
    },
    Region,
    Zone,
    AgentCredentials,
    /// Something real that is not simulated, or nothing.
    Other,
}

impl Question {
    /// Tells whether a request is for a metadata service or an agent, and of which cloud.
    pub(crate) fn of(request: &Request) -> Option<Self> {
        let has = |name| request.header(name).is_some();
        let path = request.path.strip_suffix('/').unwrap_or(&request.path);
        let credentials = |role: &str| Kind::Credentials { role: role.to_owned() };
        let (service, kind) = match path {
            "/latest/api/token" if has("x-aliyun-ecs-metadata-token-ttl-seconds") => {
                (&ALICLOUD, Kind::Token)
            }
            "/latest/api/token" => (&AWS, Kind::Token),
            "/latest/meta-data/ram/security-credentials" => (&ALICLOUD, Kind::RoleName),
            "/latest/meta-data/iam/security-credentials" => (&AWS, Kind::RoleName),
            "/latest/meta-data/region-id" => (&ALICLOUD, Kind::Region),
            "/latest/meta-data/placement/region" => (&AWS, Kind::Region),
            "/latest/meta-data/zone-id" => (&ALICLOUD, Kind::Zone),
            "/latest/meta-data/placement/availability-zone" => (&AWS, Kind::Zone),
            path if path == agent_path(Cloud::Alicloud) => (&ALICLOUD, Kind::AgentCredentials),
            path if path == agent_path(Cloud::Aws) => (&AWS, Kind::AgentCredentials),
            path => {
                let rest = path.strip_prefix("/latest/")?;
                match rest.rsplit_once('/') {
                    Some(("meta-data/ram/security-credentials", role)) => {
                        (&ALICLOUD, credentials(role))
                    }
                    Some(("meta-data/iam/security-credentials", role)) => (&AWS, credentials(role)),
                    _ if has("x-aliyun-ecs-metadata-token") => (&ALICLOUD, Kind::Other),
                    _ => (&AWS, Kind::Other),
                }
            }
        };
        Some(Self { service, kind })
    }

    /// Returns the name by which faults and the journal know the question.
    pub(crate) fn action(&self) -> &'static str {
        match self.kind {
            Kind::Token => "GetMetadataToken",
            Kind::RoleName => "GetMetadataRole",
            Kind::Credentials { .. } => "GetMetadataCredentials",
            Kind::Region | Kind::Zone => "GetMetadataRegion",
            Kind::AgentCredentials => "GetAgentCredentials",
            Kind::Other => "GetMetadata",
        }
    }

    /// Refuses what the service does not even look at: wrong methods, missing and stale tokens.
    pub(crate) fn admit(
        &self,
        request: &Request,
        world: &World,
        tokens: &Tokens,
        now: Timestamp,
    ) -> Result<(), VendorError> {
        let method = if self.kind == Kind::Token { "PUT" } else { "GET" };
        if request.method != method {
            return Err(refusal(405, "Method Not Allowed"));
        }
        if self.kind == Kind::AgentCredentials {
            return self.admit_to_agent(request, world);
        }
        let instance = self.instance(world)?;
        if self.kind == Kind::Token || instance.tokens == MetadataTokens::Unsupported {
            return Ok(());
        }
        let cloud = self.service.cloud;
        match request.header(token_header(cloud)) {
            Some(token) if tokens.accepts(cloud, &token, now) => Ok(()),
            None if instance.tokens == MetadataTokens::Optional => Ok(()),
            _ => Err(match cloud {
                Cloud::Alicloud => refusal(403, "Forbidden"),
                Cloud::Aws => refusal(401, "Unauthorized"),
            }),
        }
    }

    fn admit_to_agent(&self, request: &Request, world: &World) -> Result<(), VendorError> {
        let agent = match self.service.cloud {
            Cloud::Alicloud => &world.alicloud.agent,
            Cloud::Aws => &world.aws.agent,
        };
        let Some(agent) = agent else { return Err(refusal(404, "Not Found")) };
        match &agent.authorization {
            Some(wanted) if request.header("authorization").as_ref() != Some(wanted) => {
                Err(refusal(401, "Unauthorized"))
            }
            _ => Ok(()),
        }
    }

    fn instance<'w>(&self, world: &'w World) -> Result<&'w Instance, VendorError> {
        let instance = match self.service.cloud {
            Cloud::Alicloud => &world.alicloud.instance,
            Cloud::Aws => &world.aws.instance,
        };
        instance.as_ref().ok_or_else(|| refusal(404, "Not Found"))
    }

    /// Answers an admitted question.
    pub(crate) fn answer(
        &self,
        request: &Request,
        world: &mut World,
        tokens: &mut Tokens,
        now: Timestamp,
    ) -> Answer {
        match self.content(request, world, tokens, now) {
            Ok(reply) => Answer { reply, code: None },
            Err(error) => Answer { reply: refuse(&error), code: Some(error.code) },
        }
    }

    fn content(
        &self,
        request: &Request,
        world: &mut World,
        tokens: &mut Tokens,
        now: Timestamp,
    ) -> Result<Reply, VendorError> {
        let cloud = self.service.cloud;
        if self.kind == Kind::AgentCredentials {
            return documents::of_agent(cloud, world, now).map(json);
        }
        let instance = self.instance(world)?;
        let role = instance.role.as_deref().and_then(RoleArn::parse).map(|arn| arn.name);
        match &self.kind {
            Kind::Token => {
                let seconds = read_lifetime(request, cloud, instance)?;
                let token = tokens.issue(cloud, now.plus_seconds(seconds));
                let reply = text(token).header(lifetime_header(cloud), seconds.to_string());
                Ok(reply)
            }
            Kind::RoleName => role.map(text).ok_or_else(|| refusal(404, "Not Found")),
            Kind::Region => Ok(text(instance.region.clone())),
            Kind::Zone => Ok(text(zone(cloud, &instance.region))),
            Kind::Credentials { role: wanted } if role == Some(wanted) => {
                documents::of_instance(cloud, world, now).map(json)
            }
            Kind::Credentials { .. } | Kind::Other | Kind::AgentCredentials => {
                Err(refusal(404, "Not Found"))
            }
        }
    }
}

fn token_header(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Alicloud => "x-aliyun-ecs-metadata-token",
        Cloud::Aws => "x-aws-ec2-metadata-token",
    }
}

fn lifetime_header(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Alicloud => "x-aliyun-ecs-metadata-token-ttl-seconds",
        Cloud::Aws => "x-aws-ec2-metadata-token-ttl-seconds",
    }
}

/// Returns how long a token shall last: up to six hours on both clouds.
///
/// A request that came through a proxy gets none, so that open proxies give nothing away.
fn read_lifetime(request: &Request, cloud: Cloud, instance: &Instance) -> Result<i64, VendorError> {
    if instance.tokens == MetadataTokens::Unsupported {
        return Err(refusal(404, "Not Found"));
    }
    if request.header("x-forwarded-for").is_some() {
        return Err(refusal(403, "Forbidden"));
    }
    let seconds = request.header(lifetime_header(cloud)).and_then(|text| text.parse().ok());
    seconds
        .filter(|seconds| (1..=21_600).contains(seconds))
        .ok_or_else(|| refusal(400, "Bad Request"))
}

fn zone(cloud: Cloud, region: &str) -> String {
    match cloud {
        Cloud::Alicloud => format!("{region}-a"),
        Cloud::Aws => format!("{region}a"),
    }
}

fn text(content: impl Into<String>) -> Reply {
    Reply::new(200, "text/plain", content.into())
}

fn json(content: serde_json::Value) -> Reply {
    Reply::new(200, "application/json", content.to_string())
}

fn refusal(status: u16, reason: &str) -> VendorError {
    VendorError::new(status, reason, reason)
}

/// Writes a refusal as a web server does.
pub(super) fn refuse(error: &VendorError) -> Reply {
    let title = format!("{} - {}", error.status, error.message);
    let page = format!(
        "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<html><head><title>{title}</title></head>\
         <body><h1>{title}</h1></body></html>\n"
    );
    Reply::new(error.status, "text/html", page)
}

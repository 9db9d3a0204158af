//! The metadata service of an ECS instance, version 2, and 1 where 2 does not work.
//!
//! Plain http, past any proxy, with short waits: either it is on this machine's link, or it is
//! not there. Source: "Instance metadata" of ECS, and aliyun/credentials-go.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};

use super::{Session, handout::Handout};
use crate::cloud::{
    Endpoint, Error,
    alicloud::{
        Base,
        credentials::{self, is_role_name},
        quote::quoted,
        sign::encode,
    },
};

/// Where the service is on every instance.
const HOST: &str = "http://100.100.100.200/";
/// Names another place, for tests and for forwarders on this machine: an endpoint.
const PLACE_VARIABLE: &str = "IMAGEGUARD_ALICLOUD_METADATA_ENDPOINT";
/// Forbids to go without a token.
const TOKEN_ONLY: &str = "ALIBABA_CLOUD_IMDSV1_DISABLED";
const TOKEN_PATH: &str = "latest/api/token";
const ROLE_PATH: &str = "latest/meta-data/ram/security-credentials/";
const TTL_HEADER: &str = "x-aliyun-ecs-metadata-token-ttl-seconds";
/// The longest there is: six hours.
const TTL: &str = "21600";
const TOKEN_HEADER: &str = "x-aliyun-ecs-metadata-token";
const PATIENCE: Duration = Duration::from_secs(1);
/// How often a question is asked that the service fails to answer.
const ATTEMPTS: u32 = 3;

/// Why the service gives no keys.
#[derive(Debug)]
pub(super) enum Lack {
    /// There is no service here, or the instance has no role.
    Nobody(String),
    /// There is one, and something is wrong with it.
    Unusable(String),
}

impl Lack {
    /// Makes an error of it, for those who want the service to be there.
    pub(super) fn into_error(self) -> Error {
        let (Self::Nobody(why) | Self::Unusable(why)) = self;
        credentials::error(why)
    }

    /// The same of a service that has answered before, and so is there.
    fn of_somebody(self) -> Self {
        let (Self::Nobody(why) | Self::Unusable(why)) = self;
        Self::Unusable(why)
    }
}

/// The service, as it is talked to.
struct Service<'a> {
    base: &'a Base,
    place: String,
    token: Option<String>,
}

impl Base {
    /// Asks for the keys of a role, or of the role that the instance has.
    pub(super) async fn instance_session(&self, role: Option<&str>) -> Result<Session, Lack> {
        let place = match self.environment.get(PLACE_VARIABLE) {
            Some(text) => {
                let endpoint = Endpoint::parse(text).map_err(|fault| {
                    Lack::Unusable(format!("the variable `{PLACE_VARIABLE}`: {fault}"))
                })?;
                endpoint.url().to_owned()
            }
            None => HOST.to_owned(),
        };
        let mut service = Service { base: self, place, token: None };
        service.token = service.fetch_token().await?;
        let role = match role {
            Some(role) => role.to_owned(),
            None => service.role().await?,
        };
        let path = format!("{ROLE_PATH}{}", encode(&role));
        let answer = service.get(&path).await.map_err(Lack::of_somebody)?;
        match answer.status() {
            StatusCode::OK => Handout::read(answer.body(), (self.clock)()).map_err(|what| {
                service.unusable(&format!("its answer for the role {} {what}", quoted(&role)))
            }),
            StatusCode::NOT_FOUND => {
                Err(service.unusable(&format!("the instance has no role {}", quoted(&role))))
            }
            status => Err(service.unusable(&format!("it answered with status {status}"))),
        }
    }
}

impl Service<'_> {
    /// Fetches a token. Older instances have none, and containers may be too far away for it,
    /// so that going without is what follows unless it is forbidden.
    async fn fetch_token(&self) -> Result<Option<String>, Lack> {
        let answer = self.ask(Method::PUT, TOKEN_PATH, (TTL_HEADER, TTL)).await;
        let why = match answer {
            Ok(answer) if answer.status() == StatusCode::OK => {
                let token = std::str::from_utf8(answer.body()).ok().map(str::trim);
                match token.filter(|token| !token.is_empty()) {
                    Some(token) => {
                        (self.base.settings.remember_secret)(token);
                        return Ok(Some(token.to_owned()));
                    }
                    None => self.unusable("its token is empty"),
                }
            }
            Ok(answer) => self.unusable(&format!(
                "it answered with status {} to the question for a token",
                answer.status()
            )),
            Err(lack) => lack,
        };
        if self.base.environment.is_on(TOKEN_ONLY) { Err(why) } else { Ok(None) }
    }

    /// Asks which role the instance has. Whatever else answers at this address, on a machine
    /// that is no instance, names none.
    /// A service that gave a token is one, and does not turn into nobody by failing.
    async fn role(&self) -> Result<String, Lack> {
        let is_there = self.token.is_some();
        let answer = self.get(ROLE_PATH).await;
        let answer = answer.map_err(|lack| if is_there { lack.of_somebody() } else { lack })?;
        let role = String::from_utf8_lossy(answer.body());
        let role = role.lines().next().unwrap_or_default().trim();
        if answer.status() == StatusCode::OK && is_role_name(role) {
            return Ok(role.to_owned());
        }
        if is_there && answer.status().is_server_error() {
            return Err(self.unusable(&format!("it answered with status {}", answer.status())));
        }
        let (place, status) = (&self.place, answer.status().as_u16());
        let why = format!("the metadata service at {place}, which names no role (status {status})");
        Err(Lack::Nobody(why))
    }

    /// Asks until the service does not fail by itself.
    async fn get(&self, path: &str) -> Result<Response<Bytes>, Lack> {
        let mut attempts = 1;
        loop {
            let token = self.token.as_deref().unwrap_or_default();
            let answer = self.ask(Method::GET, path, (TOKEN_HEADER, token)).await?;
            if !answer.status().is_server_error() || attempts == ATTEMPTS {
                return Ok(answer);
            }
            attempts += 1;
        }
    }

    /// Sends one request; an empty header is left out.
    async fn ask(
        &self,
        method: Method,
        path: &str,
        (name, value): (&str, &str),
    ) -> Result<Response<Bytes>, Lack> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.place));
        if !value.is_empty() {
            request = request.header(name, value);
        }
        let request = request.body(Bytes::new());
        let request =
            request.map_err(|_| self.unusable("the role has no name that can be asked for"))?;
        self.base.http.send(request, PATIENCE).await.map_err(|fault| {
            let place = &self.place;
            Lack::Nobody(format!("the metadata service at {place}, which does not answer: {fault}"))
        })
    }

    fn unusable(&self, why: &str) -> Lack {
        Lack::Unusable(format!("the metadata service at {} gave no keys: {why}", self.place))
    }
}

//! A small HTTP client and both signature schemes, written a second time so that the server's code
//! is not its own judge.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit, Mac};
use imageguard_simulator::{Simulator, Timestamp};
use sha2::{Digest, Sha256};

/// An HTTP answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// Returns the texts of all elements of this name, in order.
    pub(crate) fn texts(&self, element: &str) -> Vec<String> {
        let body = self.text();
        let (opening, closing) = (format!("<{element}>"), format!("</{element}>"));
        let pieces = body.split(&opening).skip(1);
        pieces.map(|piece| piece.split(&closing).next().unwrap().to_owned()).collect()
    }

    /// Returns the one text of this name, or nothing.
    pub(crate) fn only(&self, element: &str) -> Option<String> {
        let texts = self.texts(element);
        assert!(texts.len() < 2, "{element} is there {} times", texts.len());
        texts.into_iter().next()
    }
}

/// A request before it is signed, and what a test may spoil about it.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) endpoint: String,
    pub(crate) method: &'static str,
    pub(crate) action: String,
    pub(crate) version: &'static str,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) key: (String, String),
    pub(crate) token: Option<String>,
    pub(crate) region: String,
    pub(crate) service: &'static str,
    pub(crate) time: Timestamp,
    pub(crate) nonce: String,
    /// Whether parameters go into the body (Alibaba Cloud only).
    pub(crate) form: bool,
    /// Day of the credential scope, when it is not that of the request (AWS only).
    pub(crate) day: Option<&'static str>,
    /// The body, for services that speak JSON (AWS only).
    pub(crate) json: Option<serde_json::Value>,
    /// Text added to the body after signing.
    pub(crate) smuggled: &'static str,
    /// Headers added after signing.
    pub(crate) unsigned: Vec<(String, String)>,
}

impl Call {
    pub(crate) fn alicloud(
        simulator: &Simulator,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Self {
        let key = imageguard_simulator::alicloud::ACCESS_KEY_ID;
        let secret = imageguard_simulator::alicloud::ACCESS_KEY_SECRET;
        let version = if is_sts(action) { "2015-04-01" } else { "2014-05-26" };
        Self::new(simulator, action, version, parameters, key, secret)
    }

    pub(crate) fn aws(simulator: &Simulator, action: &str, parameters: &[(&str, &str)]) -> Self {
        let key = imageguard_simulator::aws::ACCESS_KEY_ID;
        let secret = imageguard_simulator::aws::ACCESS_KEY_SECRET;
        let is_sts = is_sts(action);
        let version = if is_sts { "2011-06-15" } else { "2016-11-15" };
        let call = Self::new(simulator, action, version, parameters, key, secret);
        Self { service: if is_sts { "sts" } else { "ec2" }, ..call }
    }

    pub(crate) fn iam(simulator: &Simulator, action: &str, parameters: &[(&str, &str)]) -> Self {
        let call = Self::aws(simulator, action, parameters);
        Self { service: "iam", version: "2010-05-08", ..call }
    }

    pub(crate) fn organizations(
        simulator: &Simulator,
        action: &str,
        body: serde_json::Value,
    ) -> Self {
        let call = Self::aws(simulator, action, &[]);
        Self { service: "organizations", json: Some(body), ..call }
    }

    fn new(
        simulator: &Simulator,
        action: &str,
        version: &'static str,
        parameters: &[(&str, &str)],
        key: &str,
        secret: &str,
    ) -> Self {
        Self {
            endpoint: simulator.endpoint(),
            method: "POST",
            action: action.to_owned(),
            version,
            parameters: parameters
                .iter()
                .map(|&(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            key: (key.to_owned(), secret.to_owned()),
            token: None,
            region: "us-east-1".to_owned(),
            service: "",
            time: now(),
            nonce: format!("{:032x}", fastrand::u128(..)),
            form: false,
            day: None,
            json: None,
            smuggled: "",
            unsigned: Vec::new(),
        }
    }

    pub(crate) fn key(mut self, id: &str, secret: &str) -> Self {
        self.key = (id.to_owned(), secret.to_owned());
        self
    }

    pub(crate) fn token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// Asks another service than ECS or STS.
    pub(crate) fn version(mut self, version: &'static str) -> Self {
        self.version = version;
        self
    }

    pub(crate) fn region(mut self, region: &str) -> Self {
        self.region = region.to_owned();
        self
    }

    /// Signs with ACS3-HMAC-SHA256 and sends.
    pub(crate) fn send_alicloud(self) -> Reply {
        self.try_send_alicloud().unwrap()
    }

    pub(crate) fn try_send_alicloud(self) -> io::Result<Reply> {
        let encoded = encode(&self.parameters);
        let (query, body) =
            if self.form { (String::new(), encoded) } else { (encoded, String::new()) };
        let hash = hex::encode(Sha256::digest(&body));
        let mut headers = vec![
            ("host", self.endpoint.clone()),
            ("x-acs-action", self.action),
            ("x-acs-content-sha256", hash.clone()),
            ("x-acs-date", self.time.to_string()),
            ("x-acs-signature-nonce", self.nonce),
            ("x-acs-version", self.version.to_owned()),
        ];
        headers.extend(
            self.form.then(|| ("content-type", "application/x-www-form-urlencoded".to_owned())),
        );
        headers.extend(self.token.map(|token| ("x-acs-security-token", token)));
        headers.sort();
        let (lines, names) = canonical_headers(&headers);
        let canonical = format!("{}\n/\n{query}\n{lines}\n{names}\n{hash}", self.method);
        let to_sign = format!("ACS3-HMAC-SHA256\n{}", hex::encode(Sha256::digest(canonical)));
        let signature = hex::encode(hmac(self.key.1.as_bytes(), &to_sign));
        let id = self.key.0;
        let authorization =
            format!("ACS3-HMAC-SHA256 Credential={id},SignedHeaders={names},Signature={signature}");
        headers.push(("authorization", authorization));
        let mut headers = owned(headers);
        headers.extend(self.unsigned);
        let body = body + self.smuggled;
        exchange(&self.endpoint, self.method, &format!("/?{query}"), &headers, body.as_bytes())
    }

    /// Signs with SigV4 and sends.
    pub(crate) fn send_aws(self) -> Reply {
        self.try_send_aws().unwrap()
    }

    pub(crate) fn try_send_aws(self) -> io::Result<Reply> {
        let mut parameters = self.parameters;
        parameters.push(("Action".to_owned(), self.action.clone()));
        parameters.push(("Version".to_owned(), self.version.to_owned()));
        let content_type = match self.json {
            Some(_) => "application/x-amz-json-1.1",
            None => "application/x-www-form-urlencoded; charset=utf-8",
        };
        let target =
            self.json.as_ref().map(|_| format!("AWSOrganizationsV20161128.{}", self.action));
        let body = self.json.map_or_else(|| encode(&parameters), |json| json.to_string());
        let date = self.time.to_string().replace(['-', ':'], "");
        let day = self.day.unwrap_or(&date[..8]);
        let mut headers = vec![
            ("content-type", content_type.to_owned()),
            ("host", self.endpoint.clone()),
            ("x-amz-date", date.clone()),
        ];
        headers.extend(self.token.map(|token| ("x-amz-security-token", token)));
        headers.extend(target.map(|target| ("x-amz-target", target)));
        let (lines, names) = canonical_headers(&headers);
        let hash = hex::encode(Sha256::digest(&body));
        let canonical = format!("{}\n/\n\n{lines}\n{names}\n{hash}", self.method);
        let scope = format!("{day}/{}/{}/aws4_request", self.region, self.service);
        let to_sign = format!(
            "AWS4-HMAC-SHA256\n{date}\n{scope}\n{}",
            hex::encode(Sha256::digest(canonical))
        );
        let (id, secret) = self.key;
        let links = [day, &self.region, self.service, "aws4_request", &to_sign];
        let signature =
            links.iter().fold(format!("AWS4{secret}").into_bytes(), |key, link| hmac(&key, link));
        let signature = hex::encode(signature);
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}"
        );
        headers.push(("authorization", authorization));
        let mut headers = owned(headers);
        headers.extend(self.unsigned);
        let body = body + self.smuggled;
        exchange(&self.endpoint, self.method, "/", &headers, body.as_bytes())
    }
}

#[allow(clippy::disallowed_methods, reason = "requests are signed with the present time")]
pub(crate) fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Timestamp::from_unix(i64::try_from(since_epoch.as_secs()).unwrap())
}

/// Tells whether an action belongs to either cloud's STS.
fn is_sts(action: &str) -> bool {
    action == "GetCallerIdentity"
        || action == "DecodeAuthorizationMessage"
        || action.starts_with("AssumeRole")
}

/// Sends a form without any signature; the action and the version are among the parameters.
pub(crate) fn post_form(simulator: &Simulator, parameters: &[(&str, &str)]) -> Reply {
    let parameters: Vec<(String, String)> =
        parameters.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
    let form = [("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
    exchange(&simulator.endpoint(), "POST", "/", &form, encode(&parameters).as_bytes()).unwrap()
}

/// Sends one request on a connection of its own and reads until the end of the body or of the
/// connection.
pub(crate) fn exchange(
    endpoint: &str,
    method: &str,
    target: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> io::Result<Reply> {
    let mut stream = TcpStream::connect(endpoint)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut head = format!(
        "{method} {target} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    if !headers.iter().any(|(name, _)| name == "host") {
        write!(head, "host: {endpoint}\r\n").unwrap();
    }
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    stream.write_all(&[head.as_bytes(), b"\r\n", body].concat())?;
    let mut received = Vec::new();
    stream.read_to_end(&mut received)?;
    let end = received.windows(4).position(|window| window == b"\r\n\r\n");
    let end = end.ok_or_else(|| io::Error::new(io::ErrorKind::UnexpectedEof, "no HTTP answer"))?;
    let body = received.split_off(end + 4);
    let head = String::from_utf8(received).unwrap().to_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Ok(Reply { status, head, body })
}

fn owned(headers: Vec<(&str, String)>) -> Vec<(String, String)> {
    headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn canonical_headers(headers: &[(&str, String)]) -> (String, String) {
    let lines = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    (lines, names.join(";"))
}

fn encode(parameters: &[(String, String)]) -> String {
    let encode = |text: &str| {
        text.bytes().fold(String::new(), |mut encoded, byte| {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                    encoded.push(byte.into())
                }
                _ => write!(encoded, "%{byte:02X}").unwrap(),
            }
            encoded
        })
    };
    let mut sorted = parameters.to_vec();
    sorted.sort();
    let pairs: Vec<String> =
        sorted.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

fn hmac(key: &[u8], data: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(data.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

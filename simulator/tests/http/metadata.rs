//! Metadata services and agents: what a program finds out without being given anything.

use imageguard_simulator::{
    Agent, Cloud, Effect, Fault, Instance, MetadataTokens, Role, Simulator, Timestamp, World,
};
use serde_json::Value;

use crate::client::{Call, Reply, exchange, now};

const ALICLOUD_ROLE: &str = "acs:ram::1000000000000001:role/builder";
const AWS_ROLE: &str = "arn:aws:iam::111122223333:role/builder";

/// How each cloud's metadata service is asked.
#[derive(Clone, Copy)]
struct Dialect {
    cloud: Cloud,
    token_header: &'static str,
    role_path: &'static str,
    region_path: &'static str,
    /// Status for a missing or stale token.
    no_token: u16,
    /// Names of id, secret and token in the document.
    names: [&'static str; 3],
}

const ALICLOUD: Dialect = Dialect {
    cloud: Cloud::Alicloud,
    token_header: "X-aliyun-ecs-metadata-token",
    role_path: "/latest/meta-data/ram/security-credentials/",
    region_path: "/latest/meta-data/region-id",
    no_token: 403,
    names: ["AccessKeyId", "AccessKeySecret", "SecurityToken"],
};

const AWS: Dialect = Dialect {
    cloud: Cloud::Aws,
    token_header: "X-aws-ec2-metadata-token",
    role_path: "/latest/meta-data/iam/security-credentials/",
    region_path: "/latest/meta-data/placement/region",
    no_token: 401,
    names: ["AccessKeyId", "SecretAccessKey", "Token"],
};

impl Dialect {
    /// Starts a world with a machine that has a role.
    fn start(self, tokens: MetadataTokens) -> Simulator {
        let mut world = World::default();
        world.alicloud.roles.push(Role::new(ALICLOUD_ROLE));
        world.aws.roles.push(Role::new(AWS_ROLE));
        match self.cloud {
            Cloud::Alicloud => {
                let instance = Instance::new("cn-shanghai").role(ALICLOUD_ROLE).tokens(tokens);
                world.alicloud.instance = Some(instance);
            }
            Cloud::Aws => {
                let instance = Instance::new("us-west-2").role(AWS_ROLE).tokens(tokens);
                world.aws.instance = Some(instance);
            }
        }
        Simulator::start(world)
    }

    fn put_token(self, simulator: &Simulator, seconds: &str) -> Reply {
        let header = (format!("{}-ttl-seconds", self.token_header), seconds.to_owned());
        exchange(&simulator.endpoint(), "PUT", "/latest/api/token", &[header], b"").unwrap()
    }

    fn get(self, simulator: &Simulator, path: &str, token: Option<&str>) -> Reply {
        let header = token.map(|token| (self.token_header.to_owned(), token.to_owned()));
        let headers: Vec<_> = header.into_iter().collect();
        exchange(&simulator.endpoint(), "GET", path, &headers, b"").unwrap()
    }

    /// Gets a token, then the role, then its credentials.
    fn credentials(self, simulator: &Simulator) -> Value {
        let token = self.put_token(simulator, "60").text();
        let role = self.get(simulator, self.role_path, Some(&token)).text();
        self.get(simulator, &format!("{}{role}", self.role_path), Some(&token)).json()
    }

    /// Asks who the credentials in a document stand for; returns status and answer.
    fn identity(self, simulator: &Simulator, document: &Value) -> (u16, String) {
        let [id, secret, token] = self.names.map(|name| document[name].as_str().unwrap());
        let reply = match self.cloud {
            Cloud::Alicloud => Call::alicloud(simulator, "GetCallerIdentity", &[])
                .key(id, secret)
                .token(token)
                .send_alicloud(),
            Cloud::Aws => Call::aws(simulator, "GetCallerIdentity", &[])
                .key(id, secret)
                .token(token)
                .send_aws(),
        };
        (reply.status, reply.text())
    }
}

#[test]
fn a_machine_gets_credentials_of_its_role() {
    for (dialect, session) in [
        (ALICLOUD, "acs:ram::1000000000000001:assumed-role/builder/vm-ram-i-0123456789abcdef0"),
        (AWS, "arn:aws:sts::111122223333:assumed-role/builder/i-0123456789abcdef0"),
    ] {
        let simulator = dialect.start(MetadataTokens::Required);
        let document = dialect.credentials(&simulator);
        assert_eq!(document["Code"], "Success");
        let (status, identity) = dialect.identity(&simulator, &document);
        assert!(status == 200 && identity.contains(session), "{identity}");
        assert_eq!(dialect.credentials(&simulator)[dialect.names[0]], document[dialect.names[0]]);
        let end: Timestamp = document["Expiration"].as_str().unwrap().parse().unwrap();
        assert!(end > now().plus_seconds(3600));
    }
}

#[test]
fn a_machine_learns_its_region() {
    for (dialect, region) in [(ALICLOUD, "cn-shanghai"), (AWS, "us-west-2")] {
        let simulator = dialect.start(MetadataTokens::Optional);
        assert_eq!(dialect.get(&simulator, dialect.region_path, None).text(), region);
    }
}

#[test]
fn tokens_are_needed_where_they_are_required() {
    for dialect in [ALICLOUD, AWS] {
        let simulator = dialect.start(MetadataTokens::Required);
        let status = |token| dialect.get(&simulator, dialect.role_path, token).status;
        assert_eq!((status(None), status(Some("invented"))), (dialect.no_token, dialect.no_token));
        for seconds in ["", "0", "21601", "soon"] {
            assert_eq!(dialect.put_token(&simulator, seconds).status, 400, "{seconds}");
        }
        let token = dialect.put_token(&simulator, "60").text();
        assert_eq!(status(Some(&token)), 200);
        simulator.set_clock_offset(61);
        assert_eq!(status(Some(&token)), dialect.no_token);
    }
}

#[test]
fn old_machines_know_no_tokens() {
    for dialect in [ALICLOUD, AWS] {
        let simulator = dialect.start(MetadataTokens::Unsupported);
        assert_eq!(dialect.put_token(&simulator, "60").status, 404);
        assert_eq!(dialect.get(&simulator, dialect.role_path, None).text(), "builder");
    }
}

#[test]
fn tokens_are_not_given_to_proxies_and_not_with_get() {
    let simulator = AWS.start(MetadataTokens::Optional);
    let headers = [
        ("x-aws-ec2-metadata-token-ttl-seconds".to_owned(), "60".to_owned()),
        ("x-forwarded-for".to_owned(), "192.0.2.1".to_owned()),
    ];
    let ask = |method: &str, headers: &[(String, String)]| {
        exchange(&simulator.endpoint(), method, "/latest/api/token", headers, b"").unwrap().status
    };
    assert_eq!((ask("PUT", &headers), ask("GET", &headers[..1])), (403, 405));
}

#[test]
fn what_is_not_there_is_not_found() {
    for dialect in [ALICLOUD, AWS] {
        let simulator = dialect.start(MetadataTokens::Optional);
        let status = |path: &str| dialect.get(&simulator, path, None).status;
        assert_eq!(status(&format!("{}nobody", dialect.role_path)), 404);
        assert_eq!(status("/latest/meta-data/hostname"), 404);
        simulator.edit(|world| {
            let instances = [&mut world.alicloud.instance, &mut world.aws.instance];
            instances.into_iter().flatten().for_each(|instance| instance.role = None);
        });
        assert_eq!((status(dialect.role_path), status(dialect.region_path)), (404, 200));
        simulator.edit(|world| (world.alicloud.instance, world.aws.instance) = (None, None));
        assert_eq!(status(dialect.region_path), 404);
    }
}

#[test]
fn credentials_can_be_over_when_they_arrive() {
    for dialect in [ALICLOUD, AWS] {
        let simulator = dialect.start(MetadataTokens::Optional);
        simulator.edit(|world| {
            (world.alicloud.session_lifetime, world.aws.session_lifetime) = (Some(0), Some(0));
        });
        let document = dialect.credentials(&simulator);
        let (status, answer) = dialect.identity(&simulator, &document);
        assert!(status >= 400 && answer.contains("Expired"), "{answer}");
    }
}

#[test]
fn ended_credentials_are_replaced() {
    for dialect in [ALICLOUD, AWS] {
        let simulator = dialect.start(MetadataTokens::Optional);
        let first = dialect.credentials(&simulator);
        simulator.expire_sessions();
        let second = dialect.credentials(&simulator);
        assert_ne!(first[dialect.names[0]], second[dialect.names[0]]);
        assert_eq!(dialect.identity(&simulator, &second).0, 200);
    }
}

#[test]
fn agents_hand_out_credentials_to_those_they_know() {
    for dialect in [ALICLOUD, AWS] {
        let simulator = dialect.start(MetadataTokens::Optional);
        simulator.edit(|world| {
            world.alicloud.agent = Some(Agent::new(ALICLOUD_ROLE));
            world.aws.agent = Some(Agent::new(AWS_ROLE).authorization("Basic c2VjcmV0"));
        });
        let url = simulator.agent_url(dialect.cloud);
        let path = url.strip_prefix(&simulator.url()).unwrap();
        let authorization = ("authorization".to_owned(), "Basic c2VjcmV0".to_owned());
        let endpoint = simulator.endpoint();
        let reply = exchange(&endpoint, "GET", path, &[authorization], b"").unwrap();
        assert_eq!(dialect.identity(&simulator, &reply.json()).0, 200);
        let stranger = exchange(&endpoint, "GET", path, &[], b"").unwrap().status;
        assert_eq!(stranger, if dialect.cloud == Cloud::Aws { 401 } else { 200 });
        simulator.edit(|world| (world.alicloud.agent, world.aws.agent) = (None, None));
        assert_eq!(exchange(&endpoint, "GET", path, &[], b"").unwrap().status, 404);
    }
}

#[test]
fn faults_strike_metadata_in_its_own_format() {
    let simulator = AWS.start(MetadataTokens::Optional);
    let path = format!("{}builder", AWS.role_path);
    let inject = |effect| {
        simulator.clear_faults();
        let fault = Fault::new(effect).cloud(Cloud::Aws).action("GetMetadataCredentials");
        simulator.inject(fault);
    };
    inject(Effect::WrongTypes);
    assert_eq!(AWS.get(&simulator, &path, None).json()["Code"], 7);
    inject(Effect::Throttle { retry_after_ms: None });
    assert_eq!(AWS.get(&simulator, &path, None).status, 503);
    assert_eq!(AWS.get(&simulator, AWS.role_path, None).status, 200);
    let entries: Vec<(String, Option<u16>)> =
        simulator.journal().into_iter().map(|entry| (entry.action, entry.status)).collect();
    let expected = [
        ("GetMetadataCredentials", 200),
        ("GetMetadataCredentials", 503),
        ("GetMetadataRole", 200),
    ];
    assert_eq!(entries, expected.map(|(action, status)| (action.to_owned(), Some(status))));
}

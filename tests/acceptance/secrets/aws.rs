//! The sources of credentials for AWS, with secrets of their own.

use imageguard_simulator::{AccessKey, Agent, IdentityProvider, IdentityToken, Role, World};

use super::{Cloud, Manner, Source, secret};
use crate::clouds::AWS_REGION;

const CI: &str = "arn:aws:iam::111122223333:user/ci";
const READER: &str = "arn:aws:iam::111122223333:role/reader";
const HOP: &str = "arn:aws:iam::111122223333:role/hop";
const PROVIDER: &str = "arn:aws:iam::111122223333:oidc-provider/ci.example";
const ISSUER: &str = "https://ci.example";
const AUDIENCE: &str = "sts.amazonaws.com";

pub(super) const CLOUD: Cloud = Cloud {
    block: "aws",
    region: AWS_REGION,
    images: "ec2",
    role: r#"assume_role = [{ role_arn = "arn:aws:iam::111122223333:role/hop" }]"#,
    closed_role: r#"assume_role = [{ role_arn = "arn:aws:iam::111122223333:role/closed" }]"#,
    populate,
    complaints: [
        Manner::Aws("SignatureDoesNotMatch"),
        Manner::Aws("ExpiredToken"),
        Manner::Aws("AccessDenied"),
    ],
    strange_sessions: |key, token| {
        let keys = format!(
            "<Credentials><SecretAccessKey>{key}</SecretAccessKey><SessionToken>{token}</SessionToken></Credentials>"
        );
        let json = format!(r#"{{"SecretAccessKey":"{key}","SessionToken":"{token}"}}"#);
        [keys, json]
    },
};

fn populate(world: &mut World, sources: &[Source]) {
    let cloud = &mut world.aws;
    cloud.access_keys.extend(sources.iter().flat_map(|source| source.keys.clone()));
    cloud.identity_tokens.extend(sources.iter().flat_map(|source| source.tokens.clone()));
    cloud.identity_providers.push(IdentityProvider::new(PROVIDER, ISSUER, AUDIENCE));
    cloud.roles.push(Role::new(READER).trusts(CI).trusts(PROVIDER));
    cloud.roles.push(Role::new(HOP).trusts(CI).trusts(READER));
    cloud.roles.push(Role::new("arn:aws:iam::111122223333:role/closed"));
    let authorization = sources.iter().find_map(|source| source.authorization.clone());
    cloud.agent = Some(Agent { authorization, ..Agent::new(READER) });
}

fn key() -> AccessKey {
    AccessKey::new(format!("AKIA{}", fastrand::u32(..)), secret(), CI)
}

fn session() -> AccessKey {
    AccessKey::new(format!("ASIA{}", fastrand::u32(..)), secret(), CI).token(secret())
}

fn token() -> IdentityToken {
    IdentityToken::new(format!("eyJ{}", secret()), ISSUER, AUDIENCE)
}

/// A session's token, which a key of the user has here.
fn token_of(key: &AccessKey) -> &str {
    key.token.as_deref().unwrap()
}

/// A document with keys, as services hand it out, with the given end.
fn document(key: &AccessKey, expiration: &str) -> String {
    let AccessKey { id, secret, .. } = key;
    let token = token_of(key);
    format!(
        r#"{{"Code":"Success","Version":1,"AccessKeyId":"{id}","SecretAccessKey":"{secret}","Token":"{token}","SessionToken":"{token}","Expiration":{expiration}}}"#
    )
}

fn on_instance(source: Source, token: &str, document: Option<String>) -> Source {
    source
        .environment("AWS_EC2_METADATA_DISABLED", "false")
        .environment("AWS_EC2_METADATA_SERVICE_ENDPOINT", "SERVER")
        .secret("the metadata service's token", token)
        .server(Manner::Instance { token: token.to_owned(), role: "reader", document })
}

fn with_keys(source: Source, key: &AccessKey) -> Source {
    let source = source
        .environment("AWS_ACCESS_KEY_ID", &key.id)
        .environment("AWS_SECRET_ACCESS_KEY", &key.secret);
    let token = key.token.iter();
    token.fold(source, |source, token| source.environment("AWS_SESSION_TOKEN", token)).key(key)
}

/// A profile `team` with these lines in the configuration, and keys in a profile `ci`.
fn profile(name: &'static str, lines: &str, key: &AccessKey) -> Source {
    let token = key.token.iter().map(|token| format!("aws_session_token = {token}\n"));
    let keys = format!(
        "[ci]\naws_access_key_id = {}\naws_secret_access_key = {}\n{}",
        key.id,
        key.secret,
        token.collect::<String>()
    );
    Source::new(name, "profile = \"team\"")
        .file("home/.aws/config", format!("[profile team]\n{lines}\n"))
        .file("home/.aws/credentials", keys)
        .key(key)
}

/// A profile `team` whose program prints this.
fn program(name: &'static str, script: &str) -> Source {
    Source::new(name, "profile = \"team\"")
        .file("vault", format!("{script}\n"))
        .file("home/.aws/config", "[profile team]\ncredential_process = sh HERE/vault\n")
}

/// The sources that work.
pub(super) fn sources() -> Vec<Source> {
    [of_block(), of_environment(), of_files(), of_services()].concat()
}

fn of_block() -> Vec<Source> {
    let (plain, temporary, identity) = (key(), session(), token());
    let id = |key: &AccessKey| format!("access_key = \"{}\"\nsecret_key = var.secret_key", key.id);
    let web = format!(
        "assume_role_with_web_identity = {{ role_arn = \"{READER}\", web_identity_token = \
         var.identity }}"
    );
    vec![
        Source::new("the block", id(&plain)).variable("secret_key", &plain.secret).key(&plain),
        Source::new("a token in the block", id(&temporary) + "\ntoken = var.token")
            .variable("secret_key", &temporary.secret)
            .variable("token", token_of(&temporary))
            .key(&temporary),
        Source::new("a web identity in the block", web)
            .variable("identity", &identity.token)
            .token(&identity),
    ]
}

fn of_environment() -> Vec<Source> {
    let (temporary, identity) = (session(), token());
    vec![
        with_keys(Source::new("the environment", ""), &temporary),
        Source::new("a web identity in the environment", "")
            .environment("AWS_ROLE_ARN", READER)
            .environment("AWS_WEB_IDENTITY_TOKEN_FILE", "HERE/token")
            .file("token", format!("{}\n", identity.token))
            .token(&identity),
    ]
}

fn of_files() -> Vec<Source> {
    let (temporary, plain, printed) = (session(), key(), session());
    let role = format!("role_arn = {READER}\nsource_profile = ci");
    let keys = format!(
        "aws_access_key_id = {}\naws_secret_access_key = {}\naws_session_token = {}",
        temporary.id,
        temporary.secret,
        token_of(&temporary)
    );
    let document = document(&printed, "\"2100-01-01T00:00:00Z\"");
    vec![
        profile("a profile with keys", &keys, &temporary),
        profile("a profile with a role", &role, &plain),
        program("a program", &format!("echo '{document}'")).key(&printed),
    ]
}

fn of_services() -> Vec<Source> {
    let authorization = format!("Bearer {}", secret());
    let handed = session();
    let agent = |name| {
        Source::new(name, "")
            .environment("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://CLOUD/agent/aws/credentials")
            .authorization(&authorization)
    };
    let document = document(&handed, "\"2100-01-01T00:00:00Z\"");
    vec![
        agent("a container").environment("AWS_CONTAINER_AUTHORIZATION_TOKEN", &authorization),
        agent("a container with a file")
            .environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "HERE/authorization")
            .file("authorization", &authorization),
        on_instance(Source::new("an instance", ""), &secret(), Some(document)).key(&handed),
    ]
}

/// Sources that give nothing, each in another way.
pub(super) fn broken_sources() -> Vec<Source> {
    let key = session();
    let AccessKey { id, secret: text, .. } = &key;
    let token = token_of(&key);
    let wrong_end = document(&key, "7");
    let no_end = document(&key, "\"tomorrow\"");
    let over = document(&key, "\"2020-01-01T00:00:00Z\"");
    let half = wrong_end[..wrong_end.len() - 9].to_owned();
    let agent = |name, manner| {
        let authorization = format!("Bearer {}", secret());
        Source::new(name, "")
            .environment("AWS_CONTAINER_CREDENTIALS_FULL_URI", "SERVER/keys")
            .environment("AWS_CONTAINER_AUTHORIZATION_TOKEN", &authorization)
            .authorization(&authorization)
            .key(&key)
            .server(manner)
    };
    let from_file = |name, file_text: &str, manner| {
        Source::new(name, "")
            .environment("AWS_CONTAINER_CREDENTIALS_FULL_URI", "SERVER/keys")
            .environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "HERE/authorization")
            .file("authorization", file_text)
            .authorization(file_text)
            .server(manner)
    };
    let machine =
        |name, document| on_instance(Source::new(name, ""), &secret(), document).key(&key);
    let prints = |name, output: &str| program(name, &format!("echo '{output}'")).key(&key);
    let files = |name, keys: String| {
        Source::new(name, "profile = \"team\"").file("home/.aws/credentials", keys).key(&key)
    };
    vec![
        agent("an agent that repeats the question", Manner::Page),
        agent("an agent that complains", Manner::Agent),
        from_file("an agent that complains of a file", &secret(), Manner::Agent),
        from_file("a file that is no header", &format!("{}\n", secret()), Manner::Agent),
        agent("an agent with the wrong end", Manner::Success(wrong_end.clone())),
        agent("an agent with no end", Manner::Success(no_end.clone())),
        agent("an agent with expired keys", Manner::Success(over.clone())),
        agent("an agent with half an answer", Manner::Success(half.clone())),
        machine("an instance that repeats the question", None),
        machine("an instance with the wrong end", Some(wrong_end.clone())),
        machine("an instance with half an answer", Some(half.clone())),
        prints("a program with the wrong end", &wrong_end),
        prints("a program with no end", &no_end),
        prints("a program with expired keys", &over),
        prints("a program with half an answer", &half),
        prints("a program with another version", &over.replace(":1,", ":7,")),
        prints("a program that prints something else", &format!("{text} {token}")),
        program("a program that fails", &format!("echo '{wrong_end}'; exit 3")).key(&key),
        files(
            "a file that is cut off",
            format!("[team]\naws_access_key_id = {id}\naws_secret_access_key {text}\n"),
        ),
        files("a file with keys for names", format!("[team]\n{text}! = {token}\n")),
        files("a file that begins with keys", format!("{text} {token}\n[team]\n")),
        files(
            "a file without a secret",
            format!("[team]\naws_access_key_id = {id}\naws_session_token = {token}\n"),
        ),
        with_keys(Source::new("keys that no header can have", ""), &session())
            .environment("AWS_SESSION_TOKEN", format!("{token}\u{7f}"))
            .key(&key),
    ]
}

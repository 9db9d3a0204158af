//! The sources of credentials for Alibaba Cloud, with secrets of their own.

use imageguard_simulator::{
    AccessKey, Agent, IdentityProvider, IdentityToken, Role, World, alicloud::REGION,
};

use super::{Cloud, Manner, Source, secret};

const CI: &str = "acs:ram::1000000000000001:user/ci";
const READER: &str = "acs:ram::1000000000000001:role/reader";
const HOP: &str = "acs:ram::1000000000000001:role/hop";
const PROVIDER: &str = "acs:ram::1000000000000001:oidc-provider/ci";
const ISSUER: &str = "https://ci.example";
const AUDIENCE: &str = "sts.aliyuncs.com";

pub(super) const CLOUD: Cloud = Cloud {
    block: "alicloud",
    region: REGION,
    images: "ecs",
    role: r#"assume_role = { role_arn = "acs:ram::1000000000000001:role/hop" }"#,
    closed_role: r#"assume_role = { role_arn = "acs:ram::1000000000000001:role/closed" }"#,
    populate,
    complaints: [
        Manner::Alicloud("SignatureDoesNotMatch"),
        Manner::Alicloud("InvalidSecurityToken.Expired"),
        Manner::Alicloud("NoPermission"),
    ],
    strange_sessions: |key, token| {
        let odd = format!(
            r#"{{"Credentials":{{"AccessKeySecret":"{key}","SecurityToken":"{token}","AccessKeyId":7}}}}"#
        );
        let elsewhere = format!(r#"{{"AccessKeySecret":"{key}","SecurityToken":"{token}"}}"#);
        [odd, elsewhere]
    },
};

fn populate(world: &mut World, sources: &[Source]) {
    let cloud = &mut world.alicloud;
    cloud.access_keys.extend(sources.iter().flat_map(|source| source.keys.clone()));
    cloud.identity_tokens.extend(sources.iter().flat_map(|source| source.tokens.clone()));
    cloud.identity_providers.push(IdentityProvider::new(PROVIDER, ISSUER, AUDIENCE));
    cloud.roles.push(Role::new(READER).trusts(CI).trusts(PROVIDER));
    cloud.roles.push(Role::new(HOP).trusts(CI).trusts(READER));
    cloud.roles.push(Role::new("acs:ram::1000000000000001:role/closed"));
    cloud.agent = Some(Agent::new(READER));
}

fn key() -> AccessKey {
    AccessKey::new(format!("LTAI{}", fastrand::u32(..)), secret(), CI)
}

fn session() -> AccessKey {
    AccessKey::new(format!("STS.{}", fastrand::u32(..)), secret(), CI).token(secret())
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
    format!(
        r#"{{"Code":"Success","AccessKeyId":"{id}","AccessKeySecret":"{secret}","SecurityToken":"{}","Expiration":{expiration}}}"#,
        token_of(key)
    )
}

fn on_instance(source: Source, token: &str, document: Option<String>) -> Source {
    source
        .environment("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "false")
        .environment("IMAGEGUARD_ALICLOUD_METADATA_ENDPOINT", "SERVER")
        .secret("the metadata service's token", token)
        .server(Manner::Instance { token: token.to_owned(), role: "reader", document })
}

/// The sources that work.
pub(super) fn sources() -> Vec<Source> {
    [of_block(), of_environment(), of_files(), of_services()].concat()
}

fn of_block() -> Vec<Source> {
    let (plain, temporary, identity, password) = (key(), session(), token(), secret());
    let id = |key: &AccessKey| format!("access_key = \"{}\"\nsecret_key = var.secret_key", key.id);
    let oidc = format!(
        "assume_role_with_oidc = {{ role_arn = \"{READER}\", oidc_provider_arn = \"{PROVIDER}\", \
         oidc_token = var.oidc_token }}"
    );
    let query = secret();
    let uri = format!(
        "http://someone:{}@CLOUD/agent/alicloud/credentials?kind=plain&pass={query}",
        password.replace('/', "%2F")
    );
    vec![
        Source::new("the block", id(&plain)).variable("secret_key", &plain.secret).key(&plain),
        Source::new("a token in the block", id(&temporary) + "\nsecurity_token = var.token")
            .variable("secret_key", &temporary.secret)
            .variable("token", token_of(&temporary))
            .key(&temporary),
        Source::new("an OIDC token in the block", oidc)
            .variable("oidc_token", &identity.token)
            .token(&identity),
        Source::new("a credentials URI in the block", "credentials_uri = var.uri")
            .variable("uri", &uri)
            .secret("the URI's password", &password)
            .secret("the URI's query", &query),
    ]
}

fn of_environment() -> Vec<Source> {
    let (temporary, identity, query) = (session(), token(), secret());
    let oidc = |source: Source| {
        source
            .environment("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", PROVIDER)
            .environment("ALIBABA_CLOUD_ROLE_ARN", READER)
            .token(&identity)
    };
    vec![
        Source::new("the environment", "")
            .environment("ALIBABA_CLOUD_ACCESS_KEY_ID", &temporary.id)
            .environment("ALIBABA_CLOUD_ACCESS_KEY_SECRET", &temporary.secret)
            .environment("ALIBABA_CLOUD_SECURITY_TOKEN", token_of(&temporary))
            .key(&temporary),
        oidc(Source::new("an OIDC token in the environment", ""))
            .environment("ALIBABA_CLOUD_OIDC_TOKEN", &identity.token),
        oidc(Source::new("an OIDC token in a file", ""))
            .environment("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "HERE/token")
            .file("token", format!("{}\n", identity.token)),
        Source::new("a credentials URI in the environment", "")
            .environment(
                "ALIBABA_CLOUD_CREDENTIALS_URI",
                format!("http://CLOUD/agent/alicloud/credentials?{query}"),
            )
            .secret("the URI's query", &query),
    ]
}

fn of_files() -> Vec<Source> {
    let (temporary, plain, stored, ini) = (session(), key(), session(), session());
    let profile = |key: &AccessKey, more: &str| {
        let AccessKey { id, secret, .. } = key;
        format!(
            r#"{{"current":"p","profiles":[{{"name":"p","access_key_id":"{id}","access_key_secret":"{secret}",{more}}}]}}"#
        )
    };
    let with_token = |key: &AccessKey, more: &str| {
        profile(key, &format!(r#"{more},"sts_token":"{}""#, token_of(key)))
    };
    let file = "home/.aliyun/config.json";
    let role = format!(r#""mode":"RamRoleArn","ram_role_arn":"{READER}","ram_session_name":"cli""#);
    let text = format!(
        "[default]\ntype = sts\naccess_key_id = {}\naccess_key_secret = {}\nsecurity_token = {}\n",
        ini.id,
        ini.secret,
        token_of(&ini)
    );
    vec![
        Source::new("a CLI profile with a session", "")
            .file(file, with_token(&temporary, r#""mode":"StsToken""#))
            .key(&temporary),
        Source::new("a CLI profile with a role", "").file(file, profile(&plain, &role)).key(&plain),
        Source::new("a CLI profile with a login", "")
            .file(file, with_token(&stored, r#""mode":"CloudSSO","sts_expiration":4102444800"#))
            .key(&stored),
        Source::new("an INI file", "").file("home/.alibabacloud/credentials", text).key(&ini),
    ]
}

fn of_services() -> Vec<Source> {
    let handed = session();
    let document = document(&handed, "\"2100-01-01T00:00:00Z\"");
    let source = on_instance(Source::new("an instance", ""), &secret(), Some(document));
    vec![source.key(&handed)]
}

/// Sources that give nothing, each in another way.
pub(super) fn broken_sources() -> Vec<Source> {
    let key = session();
    let AccessKey { id, secret: text, .. } = &key;
    let token = token_of(&key);
    let uri = |name, manner| {
        let uri = format!("SERVER/keys?pass={text}");
        Source::new(name, "")
            .environment("ALIBABA_CLOUD_CREDENTIALS_URI", uri)
            .key(&key)
            .server(manner)
    };
    let cli =
        |name, text: String| Source::new(name, "").file("home/.aliyun/config.json", text).key(&key);
    let ini = |name, text: String| {
        Source::new(name, "").file("home/.alibabacloud/credentials", text).key(&key)
    };
    let wrong_end = document(&key, "7");
    let no_end = document(&key, "\"tomorrow\"");
    let over = document(&key, "\"2020-01-01T00:00:00Z\"");
    let half = wrong_end[..wrong_end.len() - 9].to_owned();
    let machine =
        |name, document| on_instance(Source::new(name, ""), &secret(), document).key(&key);
    vec![
        uri("a URI that repeats the question", Manner::Page),
        uri("a URI that complains", Manner::Agent),
        uri("a URI with the wrong end", Manner::Success(wrong_end.clone())),
        uri("a URI with no end", Manner::Success(no_end.clone())),
        uri("a URI with expired keys", Manner::Success(over.clone())),
        uri("a URI with half an answer", Manner::Success(half.clone())),
        machine("an instance that repeats the question", None),
        machine("an instance with the wrong end", Some(wrong_end)),
        machine("an instance with no end", Some(no_end)),
        machine("an instance with expired keys", Some(over)),
        machine("an instance with half an answer", Some(half)),
        cli(
            "a CLI file of wrong types",
            format!(r#"{{"current":"p","profiles":["{text}{token}"]}}"#),
        ),
        cli(
            "a CLI file that is cut off",
            format!(r#"{{"current":"p","profiles":[{{"sts_token":"{token}","#),
        ),
        cli(
            "a CLI profile of a mode that is not there",
            format!(
                r#"{{"current":"p","profiles":[{{"name":"p","mode":"X","access_key_secret":"{text}"}}]}}"#
            ),
        ),
        cli(
            "a CLI profile with a command",
            format!(
                r#"{{"current":"p","profiles":[{{"name":"p","mode":"External","process_command":"vault {token}"}}]}}"#
            ),
        ),
        cli(
            "a CLI profile whose login is over",
            format!(
                r#"{{"current":"p","profiles":[{{"name":"p","mode":"CloudSSO","access_key_id":"{id}","access_key_secret":"{text}","sts_token":"{token}","sts_expiration":1700000000}}]}}"#
            ),
        ),
        ini("an INI file that is none", format!("[default]\n{text}\n{token}\n")),
        ini("an INI file without a type", format!("[default]\naccess_key_secret = {text}\n")),
        Source::new("a URI that is none", "")
            .environment("ALIBABA_CLOUD_CREDENTIALS_URI", text)
            .secret("the URI", text),
        Source::new("keys that no key has", "")
            .environment("ALIBABA_CLOUD_ACCESS_KEY_ID", id)
            .environment("ALIBABA_CLOUD_ACCESS_KEY_SECRET", text)
            .environment("ALIBABA_CLOUD_SECURITY_TOKEN", format!("{token}\u{7f}"))
            .key(&key),
    ]
}

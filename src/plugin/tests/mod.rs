//! The whole service over a pipe in memory, with a provider that does as it is told.
//!
//! Here is the rest of it; `resources` and `functions` have their own folder and file, and
//! `schemas` and `models` hold what those two promise.

mod functions;
mod item;
mod models;
mod resources;
mod schemas;

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt as _, stream};
use hyper_util::rt::TokioIo;
use tokio::{io::duplex, sync::Semaphore, task::JoinHandle, time::timeout};
use tonic::{
    Code, Request, Status, client::Grpc, codegen::http::uri::PathAndQuery, transport::Channel,
};
use tonic_prost::ProstCodec;

use super::{
    AnyDataSource, AnyFunction, AnyResource, Attr, Context, DataSource, Diagnostic, Diagnostics,
    Mismatch, MismatchKind, Model, Number, Path, Provider, Step, Type, Value,
    data_source::misfit,
    process::{lifetime::Lifetime, services::routes},
    protocol::{
        convert::{from_dynamic, to_dynamic},
        server::{Interrupts, service},
        wire::{self, provider_client::ProviderClient},
    },
    schema::{self, Attribute, Nesting, Presence, Schema, computed, nested, optional, required},
};

// The service.

#[tokio::test]
async fn every_rpc_survives_an_empty_message() {
    let (_, channel) = start().await;
    let mut answered = Vec::new();
    for rpc in rpcs() {
        match call_with_nothing(&channel, rpc).await {
            Ok(()) => answered.push(rpc),
            Err(status) => assert_eq!(status.code(), Code::Unimplemented, "{rpc}: {status}"),
        }
    }
    assert_eq!(
        answered,
        [
            "GetMetadata",
            "GetProviderSchema",
            "GetResourceIdentitySchemas",
            "ValidateProviderConfig",
            "ConfigureProvider",
            "StopProvider",
            "ValidateResourceConfig",
            "UpgradeResourceState",
            "UpgradeResourceIdentity",
            "ReadResource",
            "PlanResourceChange",
            "ApplyResourceChange",
            "ImportResourceState",
            "MoveResourceState",
            "ValidateDataResourceConfig",
            "ReadDataSource",
            "GetFunctions",
            "CallFunction",
        ]
    );
}

#[tokio::test]
async fn the_schema_has_everything_terraform_asks_for_first() {
    let mut client = client().await;
    let request = wire::get_provider_schema::Request {};
    let schema = client.get_provider_schema(request).await.unwrap().into_inner();
    assert_eq!(schema.diagnostics, []);
    let block = schema.provider.unwrap().block.unwrap();
    assert_eq!(block.attributes.len(), 1);
    assert!(block.attributes[0].sensitive);
    assert_eq!(schema.data_source_schemas.keys().collect::<Vec<_>>(), ["toy_echo"]);
    assert!(schema.data_source_schemas["toy_echo"].block.is_some());
    assert!(schema.server_capabilities.unwrap().get_provider_schema_optional);

    let request = wire::get_metadata::Request {};
    let metadata = client.get_metadata(request).await.unwrap().into_inner();
    assert_eq!(metadata.data_sources[0].type_name, "toy_echo");
    assert_eq!(metadata.server_capabilities, schema.server_capabilities);
}

/// Terraform may never ask for the schema: it has cached it.
#[tokio::test]
async fn a_read_needs_configure_and_nothing_else() {
    let mut client = client().await;
    let answer = read(&mut client, &[("text", text("x"))]).await;
    assert_eq!(summaries(&answer), ["Error: Provider Not Configured"]);
    assert_eq!(answer.state, None);

    configure(&mut client, text("any-token")).await;
    let state = state_of(&read(&mut client, &[("text", text("x"))]).await);
    assert_eq!(state["text"], text("x"));
    assert_eq!(state["id"], text("echo"));
}

#[tokio::test]
async fn a_later_configure_replaces_the_client() {
    let mut client = client().await;
    for token in ["earlier-token-1", "later-token-2"] {
        configure(&mut client, text(token)).await;
        let state = state_of(&read(&mut client, &[("behave", text("tell"))]).await);
        assert_eq!(state["id"], text(token));
    }
}

#[tokio::test]
async fn after_a_configure_that_fails_nothing_is_read_with_the_old_client() {
    let mut client = client().await;
    configure(&mut client, text("first")).await;
    let broken = wire::DynamicValue { msgpack: vec![0xc1], json: Vec::new() };
    let request = wire::configure_provider::Request { config: Some(broken), ..Default::default() };
    let answer = client.configure_provider(request).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics.len(), 1);
    let answer = read(&mut client, &[("behave", text("tell"))]).await;
    assert_eq!(summaries(&answer), ["Error: Provider Not Configured"]);
}

#[tokio::test]
async fn six_mebibytes_go_there_and_back() {
    let mut client = configured().await;
    let long = "0123456789abcdef".repeat(6 << 16);
    assert_eq!(long.len(), 6 << 20);
    let state = state_of(&read(&mut client, &[("text", text(&long))]).await);
    assert!(state["text"] == text(&long));
}

#[tokio::test]
async fn a_type_that_is_not_there_is_an_error() {
    let mut client = configured().await;
    let config = Some(config(&[]));
    let type_name = "toy_absent".to_owned();
    let request = wire::read_data_source::Request { type_name, config, ..Default::default() };
    let answer = client.read_data_source(request.clone()).await.unwrap().into_inner();
    assert_eq!(summaries(&answer), ["Error: Unknown Data Source"]);
    assert!(answer.diagnostics[0].detail.contains("`toy_absent`"));

    let wire::read_data_source::Request { type_name, config, .. } = request;
    let request = wire::validate_data_resource_config::Request { type_name, config };
    let answer = client.validate_data_resource_config(request).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics[0].summary, "Unknown Data Source");
}

#[tokio::test]
async fn a_panic_is_a_diagnostic_and_the_server_goes_on() {
    let mut client = configured().await;
    let answer = read(&mut client, &[("behave", text("panic"))]).await;
    assert_eq!(summaries(&answer), ["Warning: Before It", "Error: Bug In The Provider"]);
    assert!(answer.diagnostics[1].detail.contains("told to panic"));
    assert_eq!(answer.state, None);

    let diagnostics = validate(&mut client, &[("text", text("panic"))]).await;
    assert_eq!(diagnostics[0].summary, "Bug In The Provider");

    let configured = try_configure(&mut client, text("panic")).await;
    assert_eq!(configured[0].summary, "Bug In The Provider");
    let request = wire::validate_provider_config::Request { config: Some(block(text("panic"))) };
    let validated = client.validate_provider_config(request).await.unwrap().into_inner();
    assert_eq!(validated.diagnostics[0].summary, "Bug In The Provider");

    configure(&mut client, text("any-token")).await;
    state_of(&read(&mut client, &[]).await);
}

#[tokio::test]
async fn stop_ends_the_reads_in_flight_and_no_later_ones() {
    let (toy, channel) = start().await;
    let mut client = ProviderClient::new(channel);
    configure(&mut client, text("any-token")).await;
    let reads: Vec<_> = (0..2)
        .map(|_| {
            let mut client = client.clone();
            tokio::spawn(async move { read(&mut client, &[("behave", text("wait"))]).await })
        })
        .collect();
    soon(toy.waiting.acquire_many(2)).await.unwrap().forget();

    let answer = client.stop_provider(wire::stop_provider::Request {}).await.unwrap();
    assert_eq!(answer.into_inner().error, "");
    for read in reads {
        let answer = soon(read).await.unwrap();
        assert_eq!(summaries(&answer), ["Error: Interrupted"]);
        assert_eq!(answer.state, None);
    }
    state_of(&read(&mut client, &[]).await);

    // Nothing is in flight now: the next stop must not reach what comes after it.
    client.stop_provider(wire::stop_provider::Request {}).await.unwrap();
    state_of(&read(&mut client, &[]).await);
}

#[tokio::test]
async fn a_call_that_the_host_gives_up_is_dropped() {
    let (toy, channel) = start().await;
    let mut client = ProviderClient::new(channel);
    configure(&mut client, text("any-token")).await;
    let reading = tokio::spawn({
        let mut client = client.clone();
        async move { read(&mut client, &[("behave", text("wait"))]).await }
    });
    soon(toy.waiting.acquire()).await.unwrap().forget();
    reading.abort();
    soon(toy.dropped.acquire()).await.unwrap().forget();
    state_of(&read(&mut client, &[]).await);
}

#[tokio::test]
async fn warnings_come_with_the_result_and_with_the_error() {
    let mut client = configured().await;
    let answer = read(&mut client, &[("behave", text("warn"))]).await;
    assert_eq!(summaries(&answer), ["Warning: Told To Warn"]);
    state_of(&answer);

    let answer = read(&mut client, &[("behave", text("fail"))]).await;
    assert_eq!(summaries(&answer), ["Warning: Before It", "Error: Told To Fail"]);
    assert_eq!(answer.state, None);
}

#[tokio::test]
async fn a_diagnostic_points_at_its_attribute_or_nowhere() {
    let mut client = configured().await;
    let diagnostics = validate(&mut client, &[("text", text("invalid"))]).await;
    assert_eq!(diagnostics[0].severity, 1);
    assert_eq!(steps(&diagnostics[0]), ["text", "\"key\"", "3", "inner"]);

    // Present but empty would lose the source lines.
    let answer = read(&mut client, &[("behave", text("warn"))]).await;
    assert_eq!(answer.diagnostics[0].severity, 2);
    assert_eq!(answer.diagnostics[0].attribute, None);
}

#[tokio::test]
async fn the_rules_of_validate_hold_for_a_read_too() {
    let mut client = configured().await;
    let answer = read(&mut client, &[("text", text("invalid"))]).await;
    assert_eq!(summaries(&answer), ["Error: Invalid Text"]);
}

#[tokio::test]
async fn unknown_values_are_no_errors_before_they_are_needed() {
    let mut client = client().await;
    assert_eq!(try_configure(&mut client, Value::unknown()).await, []);
    let unknown_element = Value::Sequence(vec![text("a"), Value::unknown()]);
    let diagnostics =
        validate(&mut client, &[("text", Value::unknown()), ("list", unknown_element)]).await;
    assert_eq!(diagnostics, []);
}

#[tokio::test]
async fn a_null_element_is_pointed_at() {
    let mut client = configured().await;
    let list = Value::Sequence(vec![text("a"), Value::Null]);
    let diagnostics = validate(&mut client, &[("list", list)]).await;
    assert_eq!(diagnostics[0].summary, "Null Element");
    assert_eq!(steps(&diagnostics[0]), ["list", "1"]);
}

#[tokio::test]
async fn a_result_that_is_not_wholly_known_is_our_bug() {
    let mut client = configured().await;
    let answer = read(&mut client, &[("behave", text("unknown"))]).await;
    assert_eq!(summaries(&answer), ["Error: Bug In The Provider"]);
    assert_eq!(answer.state, None);
}

#[tokio::test]
async fn a_configuration_of_another_shape_is_an_error() {
    let mut client = configured().await;
    let other_shape = wire::DynamicValue { msgpack: vec![0x80], json: Vec::new() };
    let request = wire::read_data_source::Request {
        type_name: "toy_echo".to_owned(),
        config: Some(other_shape),
        ..Default::default()
    };
    let answer = client.read_data_source(request).await.unwrap().into_inner();
    assert_eq!(summaries(&answer), ["Error: Unreadable Value"]);
    assert!(answer.diagnostics[0].detail.contains("no member `behave`"));
}

#[tokio::test]
async fn secrets_of_the_provider_block_are_masked() {
    let mut client = client().await;
    configure(&mut client, text("provider-token-71")).await;
    let answer = read(&mut client, &[("behave", text("leak token"))]).await;
    assert_eq!(answer.diagnostics[0].summary, "Leaked (secret)");
    assert_eq!(answer.diagnostics[0].detail, "It is (secret).");
}

#[tokio::test]
async fn secrets_of_a_configuration_are_masked_from_the_first_message_on() {
    let mut client = configured().await;
    let secret = || ("secret", text("read-secret-72"));
    let answer = read(&mut client, &[secret(), ("behave", text("leak secret"))]).await;
    assert_eq!(answer.diagnostics[0].detail, "It is (secret).");

    let fresh = [("secret", text("validate-secret-73")), ("text", text("leak"))];
    let diagnostics = validate(&mut client, &fresh).await;
    assert_eq!(diagnostics[0].detail, "It is (secret).");
}

#[tokio::test]
async fn secrets_inside_nested_objects_are_masked() {
    let mut client = configured().await;
    let object = |pin: &str| Value::Mapping([("pin".to_owned(), text(pin))].into());
    let keyed = Value::Mapping([("a".to_owned(), object("keyed-pin-74"))].into());
    let listed = Value::Sequence(vec![object("listed-pin-75")]);
    let config = [
        ("behave", text("leak pins")),
        ("single", object("single-pin-76")),
        ("keyed", keyed),
        ("listed", listed),
    ];
    let answer = read(&mut client, &config).await;
    assert_eq!(answer.diagnostics[0].detail, "They are (secret) (secret) (secret).");
}

// The toy: a provider that does as it is told.

#[derive(Clone)]
struct Toy {
    /// One permit for each read that has begun to wait.
    waiting: Arc<Semaphore>,
    /// One permit for each waiting read that was dropped.
    dropped: Arc<Semaphore>,
    /// Lets writes that linger go on.
    go: Arc<Semaphore>,
    /// One permit for each of them that came to its end.
    done: Arc<Semaphore>,
}

struct ToyClient {
    token: String,
    toy: Toy,
}

crate::model! {
    struct ToyConfig {
        token: Attr<String>,
    }
}

impl Provider for Toy {
    type Config = ToyConfig;
    type Client = ToyClient;

    fn schema(&self) -> Schema {
        Schema {
            version: 0,
            description: "A toy.",
            attributes: vec![optional("token", Type::String, "A token.").sensitive()],
        }
    }

    fn validate(&self, config: &ToyConfig) -> Diagnostics {
        assert!(config.token.known().is_none_or(|token| token != "panic"), "told to panic");
        Diagnostics::new()
    }

    fn configure(&self, config: ToyConfig) -> Result<ToyClient, Diagnostics> {
        let token = config.token.into_known().unwrap_or_default();
        assert_ne!(token, "panic", "told to panic");
        Ok(ToyClient { token, toy: self.clone() })
    }

    fn data_sources(&self) -> &'static [&'static dyn AnyDataSource<ToyClient>] {
        &[&Echo]
    }

    fn resources(&self) -> &'static [&'static dyn AnyResource<ToyClient>] {
        &[&item::Item]
    }

    fn functions(&self) -> &'static [&'static dyn AnyFunction] {
        functions::ALL
    }
}

struct Echo;

crate::model! {
    struct EchoModel {
        behave: Attr<String>,
        text: Attr<String>,
        secret: Attr<String>,
        list: Attr<Vec<String>>,
        single: Attr<Pin>,
        keyed: Attr<BTreeMap<String, Pin>>,
        listed: Attr<Vec<Pin>>,
        id: Attr<String>,
    }
}

crate::model! {
    struct Pin {
        pin: Attr<String>,
    }
}

impl DataSource for Echo {
    type Client = ToyClient;
    type Model = EchoModel;

    fn type_name(&self) -> &'static str {
        "toy_echo"
    }

    fn schema(&self) -> Schema {
        let pins = |name, nesting| {
            let pin = optional("pin", Type::String, "A pin.").sensitive();
            nested(name, nesting, Presence::Optional, "Pins.", vec![pin])
        };
        Schema {
            version: 0,
            description: "Echoes.",
            attributes: vec![
                optional("behave", Type::String, "What to do."),
                optional("text", Type::String, "Any text."),
                optional("secret", Type::String, "A secret.").sensitive(),
                optional("list", schema::list(Type::String), "Any list."),
                pins("single", Nesting::Single),
                pins("keyed", Nesting::Map),
                pins("listed", Nesting::List),
                computed("id", Type::String, "Always `echo`."),
            ],
        }
    }

    fn validate(&self, config: &EchoModel) -> Diagnostics {
        match config.text.known().map(String::as_str) {
            Some("panic") => panic!("told to panic"),
            Some("invalid") => Diagnostic::error("Invalid Text", "Write another one.")
                .at(Path::root("text").key("key").index(3).attribute("inner"))
                .into(),
            Some("leak") => {
                let secret = config.secret.known().map_or("", String::as_str);
                Diagnostic::error("Leak", format!("It is {secret}.")).into()
            }
            _ => Diagnostics::new(),
        }
    }

    async fn read(
        &self,
        client: &ToyClient,
        config: EchoModel,
        context: &Context,
    ) -> Result<EchoModel, Diagnostics> {
        let fail = |summary: String, detail: String| {
            Err(Diagnostics::from(Diagnostic::error(summary, detail)))
        };
        let mut id = Attr::from("echo".to_owned());
        match config.behave.known().map(String::as_str) {
            Some("panic") => {
                context.warn(Diagnostic::warning("Before It", "Now it comes."));
                tokio::task::yield_now().await;
                panic!("told to panic");
            }
            Some("fail") => {
                context.warn(Diagnostic::warning("Before It", "Now it comes."));
                return fail("Told To Fail".to_owned(), "As you wish.".to_owned());
            }
            Some("warn") => context.warn(Diagnostic::warning("Told To Warn", "As you wish.")),
            Some("wait") => {
                let _note = NoteOnDrop(Arc::clone(&client.toy.dropped));
                client.toy.waiting.add_permits(1);
                std::future::pending().await
            }
            Some("tell") => id = client.token.clone().into(),
            Some("unknown") => id = Attr::Unknown,
            Some("leak token") => {
                let token = &client.token;
                return fail(format!("Leaked {token}"), format!("It is {token}."));
            }
            Some("leak secret") => {
                let secret = config.secret.into_known().unwrap();
                return fail("Leak".to_owned(), format!("It is {secret}."));
            }
            Some("leak pins") => {
                let single = config.single.into_known().unwrap().pin.into_known().unwrap();
                let mut keyed = config.keyed.into_known().unwrap();
                let keyed = keyed.remove("a").unwrap().pin.into_known().unwrap();
                let mut listed = config.listed.into_known().unwrap();
                let listed = listed.remove(0).pin.into_known().unwrap();
                return fail("Leak".to_owned(), format!("They are {single} {keyed} {listed}."));
            }
            _ => {}
        }
        Ok(EchoModel { id, ..config })
    }
}

struct NoteOnDrop(Arc<Semaphore>);

impl Drop for NoteOnDrop {
    fn drop(&mut self) {
        self.0.add_permits(1);
    }
}

// The pipe.

/// Serves the routes on one end of a pipe in memory, and connects to the other.
pub(super) async fn connected(
    routes: tonic::service::Routes,
    lifetime: &Lifetime,
) -> (Channel, JoinHandle<Result<(), tonic::transport::Error>>) {
    let (ours, theirs) = duplex(1 << 16);
    let connections = stream::iter([Ok::<_, io::Error>(ours)]).chain(stream::pending());
    let end = lifetime.clone();
    let server = tokio::spawn(async move {
        tonic::transport::Server::builder()
            .add_routes(routes)
            .serve_with_incoming_shutdown(connections, end.ended())
            .await
    });
    let mut theirs = Some(TokioIo::new(theirs));
    let connector = tower::service_fn(move |_| {
        let pipe = theirs.take().ok_or_else(|| io::Error::other("there is one pipe only"));
        std::future::ready(pipe)
    });
    let endpoint = tonic::transport::Endpoint::from_static("http://localhost");
    (endpoint.connect_with_connector(connector).await.unwrap(), server)
}

async fn start() -> (Toy, Channel) {
    let semaphore = || Arc::new(Semaphore::new(0));
    let toy =
        Toy { waiting: semaphore(), dropped: semaphore(), go: semaphore(), done: semaphore() };
    let lifetime = Lifetime::new();
    let routes = routes(&lifetime).await;
    let routes = routes.add_service(service(toy.clone(), Interrupts::default()));
    (toy, connected(routes, &lifetime).await.0)
}

async fn client() -> ProviderClient<Channel> {
    ProviderClient::new(start().await.1).max_decoding_message_size(256 << 20)
}

async fn configured() -> ProviderClient<Channel> {
    let mut client = client().await;
    configure(&mut client, text("any-token")).await;
    client
}

async fn configure(client: &mut ProviderClient<Channel>, token: Value) {
    assert_eq!(try_configure(client, token).await, []);
}

async fn try_configure(
    client: &mut ProviderClient<Channel>,
    token: Value,
) -> Vec<wire::Diagnostic> {
    let config = Some(block(token));
    let request = wire::configure_provider::Request { config, ..Default::default() };
    client.configure_provider(request).await.unwrap().into_inner().diagnostics
}

async fn validate(
    client: &mut ProviderClient<Channel>,
    members: &[(&str, Value)],
) -> Vec<wire::Diagnostic> {
    let type_name = "toy_echo".to_owned();
    let config = Some(config(members));
    let request = wire::validate_data_resource_config::Request { type_name, config };
    client.validate_data_resource_config(request).await.unwrap().into_inner().diagnostics
}

async fn read(
    client: &mut ProviderClient<Channel>,
    members: &[(&str, Value)],
) -> wire::read_data_source::Response {
    let type_name = "toy_echo".to_owned();
    let config = Some(config(members));
    let request = wire::read_data_source::Request { type_name, config, ..Default::default() };
    client.read_data_source(request).await.unwrap().into_inner()
}

/// Waits for what should take a moment; a test that fails must not hang.
async fn soon<T>(awaited: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(10), awaited).await.expect("this takes a moment only")
}

fn block(token: Value) -> wire::DynamicValue {
    let block = Value::Mapping([("token".to_owned(), token)].into());
    to_dynamic(&block, &ToyConfig::ty())
}

/// A configuration of the echo; members that are left out are null.
fn config(members: &[(&str, Value)]) -> wire::DynamicValue {
    let Type::Object(types) = EchoModel::ty() else { panic!("no object") };
    let mut config: BTreeMap<_, _> = types.into_keys().map(|name| (name, Value::Null)).collect();
    for (name, value) in members {
        assert!(config.insert((*name).to_owned(), value.clone()).is_some(), "{name}");
    }
    to_dynamic(&Value::Mapping(config), &EchoModel::ty())
}

fn state_of(answer: &wire::read_data_source::Response) -> BTreeMap<String, Value> {
    let errors = answer.diagnostics.iter().filter(|diagnostic| diagnostic.severity == 1);
    assert_eq!(errors.collect::<Vec<_>>(), [] as [&wire::Diagnostic; 0]);
    match from_dynamic(answer.state.as_ref(), &EchoModel::ty()).unwrap() {
        Value::Mapping(members) => members,
        other => panic!("the state is {other:?}"),
    }
}

fn summaries(answer: &wire::read_data_source::Response) -> Vec<String> {
    let summary = |diagnostic: &wire::Diagnostic| match diagnostic.severity {
        1 => format!("Error: {}", diagnostic.summary),
        2 => format!("Warning: {}", diagnostic.summary),
        other => panic!("Terraform would drop severity {other}"),
    };
    answer.diagnostics.iter().map(summary).collect()
}

fn steps(diagnostic: &wire::Diagnostic) -> Vec<String> {
    steps_of(diagnostic.attribute.as_ref().unwrap())
}

fn steps_of(path: &wire::AttributePath) -> Vec<String> {
    use wire::attribute_path::step::Selector;
    let step = |step: &wire::attribute_path::Step| match step.selector.as_ref().unwrap() {
        Selector::AttributeName(name) => name.clone(),
        Selector::ElementKeyString(key) => format!("{key:?}"),
        Selector::ElementKeyInt(index) => index.to_string(),
    };
    path.steps.iter().map(step).collect()
}

/// Lists the RPCs of the provider service, from the interface itself.
fn rpcs() -> Vec<&'static str> {
    let interface = include_str!("../../../proto/tfplugin6.proto");
    let rpcs = interface.lines().filter_map(|line| line.trim().strip_prefix("rpc "));
    let rpcs: Vec<_> = rpcs.map(|rpc| rpc.split('(').next().unwrap()).collect();
    assert!(rpcs.len() > 30);
    rpcs
}

/// An empty message has no bytes, whatever its type; streams and single answers look alike.
async fn call_with_nothing(channel: &Channel, rpc: &str) -> Result<(), Status> {
    let path = PathAndQuery::try_from(format!("/tfplugin6.Provider/{rpc}")).unwrap();
    let mut grpc = Grpc::new(channel.clone());
    grpc.ready().await.unwrap();
    let codec = ProstCodec::<(), ()>::default();
    let mut answers = grpc.server_streaming(Request::new(()), path, codec).await?.into_inner();
    while answers.message().await?.is_some() {}
    Ok(())
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

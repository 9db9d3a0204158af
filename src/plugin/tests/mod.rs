//! The whole service over a pipe in memory, with a provider that does as it is told.
//!
//! A file or folder for each subject; here is the provider, and how it is talked to.

mod functions;
mod item;
mod masking;
mod models;
mod reads;
mod resources;
mod rpcs;
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

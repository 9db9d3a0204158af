//! Resources over the pipe, and how their requests and answers are written down here.
//!
//! Secrets begin with a number of their own, because what is masked is masked in every test.
//!
//! `writes` creates, updates and deletes; `reads` reads and plans; `origins` imports,
//! upgrades and moves; `interruptions` stops and runs out of time.

mod interruptions;
mod origins;
mod reads;
mod writes;

use expect_test::expect;

use super::{item::*, *};

type Host = ProviderClient<Channel>;

#[tokio::test]
async fn a_type_that_is_not_there_is_an_error_everywhere() {
    let mut host = configured().await;
    for (rpc, told) in every_rpc(&mut host, "toy_absent", &item(&[])).await {
        let expected = "Error: Unknown Resource: This version of the provider has no resource \
                        `toy_absent`.";
        assert_eq!(told, expected, "{rpc}");
    }
}

#[tokio::test]
async fn without_configure_only_what_needs_no_client_works() {
    let mut host = client().await;
    let told = every_rpc(&mut host, "toy_item", &item(&[("name", text("a"))])).await;
    let shown: Vec<_> =
        told.iter().map(|(rpc, told)| format!("{rpc}: {}\n", told.replace(':', " -"))).collect();
    expect![[r#"
        validate: 
        upgrade: 
        upgrade identity: 
        read: Error - Provider Not Configured - Terraform asked for data before it configured the provider. Run the command again; if it happens again, report it as a bug of the provider.
        plan: Error - Provider Not Configured - Terraform asked for data before it configured the provider. Run the command again; if it happens again, report it as a bug of the provider.
        apply: Error - Provider Not Configured - Terraform asked for data before it configured the provider. Run the command again; if it happens again, report it as a bug of the provider.
        import: Error - Provider Not Configured - Terraform asked for data before it configured the provider. Run the command again; if it happens again, report it as a bug of the provider.
        move: 
    "#]].assert_eq(&shown.concat());
}

#[tokio::test]
async fn a_value_of_another_shape_is_an_error_everywhere() {
    let mut host = configured().await;
    let broken = wire::DynamicValue { msgpack: vec![0xc1], json: Vec::new() };
    let validated = host.validate_resource_config(wire::validate_resource_config::Request {
        type_name: "toy_item".to_owned(),
        config: Some(broken.clone()),
        ..Default::default()
    });
    let validated = validated.await.unwrap().into_inner().diagnostics;
    assert_eq!(validated[0].summary, "Unreadable Value");

    let request =
        wire::read_resource::Request { current_state: Some(broken.clone()), ..reading(&item(&[])) };
    let answer = host.read_resource(request).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics[0].summary, "Unreadable Value");
    assert_eq!(answer.new_state, Some(broken.clone()));

    for spoil in [
        |it: &mut wire::plan_resource_change::Request, bad| it.prior_state = Some(bad),
        |it: &mut wire::plan_resource_change::Request, bad| it.proposed_new_state = Some(bad),
        |it: &mut wire::plan_resource_change::Request, bad| it.config = Some(bad),
    ] {
        let mut request = planning(&Value::Null, &item(&[]));
        spoil(&mut request, broken.clone());
        let answer = host.plan_resource_change(request).await.unwrap().into_inner();
        assert_eq!(answer.diagnostics[0].summary, "Unreadable Value");
    }
    for spoil in [
        |it: &mut wire::apply_resource_change::Request, bad| it.prior_state = Some(bad),
        |it: &mut wire::apply_resource_change::Request, bad| it.planned_state = Some(bad),
        |it: &mut wire::apply_resource_change::Request, bad| it.config = Some(bad),
    ] {
        let mut request = applying(&Value::Null, &item(&[]));
        spoil(&mut request, broken.clone());
        let answer = host.apply_resource_change(request).await.unwrap().into_inner();
        assert_eq!(answer.diagnostics[0].summary, "Unreadable Value");
    }
}

#[tokio::test]
async fn schemas_and_metadata_tell_of_resources() {
    let mut host = client().await;
    let schemas = host.get_provider_schema(wire::get_provider_schema::Request {});
    let schemas = schemas.await.unwrap().into_inner();
    assert_eq!(schemas.resource_schemas["toy_item"].version, 2);
    assert_eq!(schemas.resource_schemas["toy_item"].block.as_ref().unwrap().attributes.len(), 8);
    let capabilities = schemas.server_capabilities.unwrap();
    assert!(capabilities.plan_destroy && capabilities.move_resource_state);

    let metadata = host.get_metadata(wire::get_metadata::Request {});
    let metadata = metadata.await.unwrap().into_inner();
    assert_eq!(metadata.resources[0].type_name, "toy_item");

    let identities = wire::get_resource_identity_schemas::Request {};
    let identities = host.get_resource_identity_schemas(identities).await.unwrap().into_inner();
    let parts: Vec<_> = identities.identity_schemas["toy_item"]
        .identity_attributes
        .iter()
        .map(|it| (it.name.as_str(), it.required_for_import, it.optional_for_import))
        .collect();
    assert_eq!(parts, [("id", true, false), ("zone", false, true)]);
    assert_eq!(identities.identity_schemas["toy_item"].version, 0);
}

#[tokio::test]
async fn a_configuration_is_judged_with_its_unknowns_and_its_panics() {
    let mut host = client().await;
    let judged = async |host: &mut Host, members: &[(&str, Value)]| {
        let request = wire::validate_resource_config::Request {
            type_name: "toy_item".to_owned(),
            config: Some(sent(&item(&[&[("name", text("a"))], members].concat()))),
            ..Default::default()
        };
        told(&host.validate_resource_config(request).await.unwrap().into_inner().diagnostics)
    };
    assert_eq!(judged(&mut host, &[("name", Value::unknown())]).await, "");
    expect!["Error at behave: Told To Fail: Write something else."]
        .assert_eq(&judged(&mut host, &[("behave", text("validate fail"))]).await);
    let secret = ("secret", text("81-validated-secret"));
    expect!["Error: Bug In The Provider: The provider failed in a way it never should: told to panic, with (secret). Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`."]
        .assert_eq(&judged(&mut host, &[("behave", text("validate panic")), secret]).await);
    assert_eq!(judged(&mut host, &[("name", text("a"))]).await, "");
    expect!["Error at name: Missing Value: `name` is null, but must have a value. Set it; where a variable or another expression gives the null, give that one a value."].assert_eq(&judged(&mut host, &[("name", Value::Null)]).await);
}

#[tokio::test]
async fn a_limit_that_is_no_span_of_time_is_pointed_at() {
    let mut host = client().await;
    let limits = limits(&[
        ("create", text("soon")),
        ("read", Value::unknown()),
        ("update", text("1h30m")),
        ("delete", text("0s")),
    ]);
    let request = wire::validate_resource_config::Request {
        type_name: "toy_item".to_owned(),
        config: Some(sent(&item(&[("name", text("a")), ("timeouts", limits)]))),
        ..Default::default()
    };
    let answer = host.validate_resource_config(request).await.unwrap().into_inner();
    expect![[r#"
        Error at timeouts.create: Invalid Duration: `soon` is no span of time: it is not written like `90d`, `36h` or `1d12h`. Write whole numbers with the units `d`, `h`, `m` and `s`, longest first: `90d`, `36h`, `1d12h`.
        Error at timeouts.delete: Invalid Duration: `0s` is no span of time: it is zero. Write whole numbers with the units `d`, `h`, `m` and `s`, longest first: `90d`, `36h`, `1d12h`."#]].assert_eq(&told(&answer.diagnostics));
}

// Requests.

/// An item; members that are left out are null.
fn item(members: &[(&str, Value)]) -> Value {
    object(ItemModel::ty(), members)
}

fn limits(members: &[(&str, Value)]) -> Value {
    object(crate::plugin::Timeouts::ty(), members)
}

fn object(ty: Type, members: &[(&str, Value)]) -> Value {
    let Type::Object(types) = ty else { panic!("no object") };
    let mut object: BTreeMap<_, _> = types.into_keys().map(|name| (name, Value::Null)).collect();
    for (name, value) in members {
        assert!(object.insert((*name).to_owned(), value.clone()).is_some(), "{name}");
    }
    Value::Mapping(object)
}

/// An item as it is after it was created.
fn created(name: &str, more: &[(&str, Value)]) -> Value {
    let id = format!("item-{name}");
    let mut members = vec![
        ("name", text(name)),
        ("size", Value::Number(Number::Integer(1))),
        ("id", text(&id)),
        ("token", text("90-made-once")),
    ];
    members.extend(more.iter().cloned());
    item(&members)
}

fn sent(item: &Value) -> wire::DynamicValue {
    to_dynamic(item, &ItemModel::ty())
}

fn identified(members: &[(&str, &str)]) -> wire::ResourceIdentityData {
    let members: Vec<_> = members.iter().map(|(name, it)| (*name, text(it))).collect();
    let identity = object(ItemIdentity::ty(), &members);
    let identity_data = Some(to_dynamic(&identity, &ItemIdentity::ty()));
    wire::ResourceIdentityData { identity_data }
}

fn reading(state: &Value) -> wire::read_resource::Request {
    wire::read_resource::Request {
        type_name: "toy_item".to_owned(),
        current_state: Some(sent(state)),
        private: br#"{"trail":[]}"#.to_vec(),
        ..Default::default()
    }
}

/// Proposes the configuration itself, with the prior values of what is computed.
fn planning(prior: &Value, config: &Value) -> wire::plan_resource_change::Request {
    let mut proposed = config.clone();
    if let (Value::Mapping(prior), Value::Mapping(proposed)) = (prior, &mut proposed) {
        for name in ["id", "token"] {
            proposed.insert(name.to_owned(), prior[name].clone());
        }
    }
    wire::plan_resource_change::Request {
        type_name: "toy_item".to_owned(),
        prior_state: Some(sent(prior)),
        proposed_new_state: Some(sent(&proposed)),
        config: Some(sent(config)),
        ..Default::default()
    }
}

fn applying(prior: &Value, planned: &Value) -> wire::apply_resource_change::Request {
    wire::apply_resource_change::Request {
        type_name: "toy_item".to_owned(),
        prior_state: Some(sent(prior)),
        planned_state: Some(sent(planned)),
        config: Some(sent(planned)),
        planned_private: br#"{"trail":[]}"#.to_vec(),
        ..Default::default()
    }
}

async fn apply(host: &mut Host, prior: &Value, planned: &Value) -> String {
    apply_so(host, applying(prior, planned)).await
}

async fn apply_so(host: &mut Host, request: wire::apply_resource_change::Request) -> String {
    let answer = host.apply_resource_change(request).await.unwrap().into_inner();
    applied(&answer)
}

fn applied(answer: &wire::apply_resource_change::Response) -> String {
    assert!(!answer.legacy_type_system);
    let (state, identity) = (answer.new_state.as_ref(), answer.new_identity.as_ref());
    whole(state, &answer.private, identity, &answer.diagnostics)
}

async fn read_so(host: &mut Host, request: wire::read_resource::Request) -> String {
    let answer = host.read_resource(request).await.unwrap().into_inner();
    let (state, identity) = (answer.new_state.as_ref(), answer.new_identity.as_ref());
    whole(state, &answer.private, identity, &answer.diagnostics)
}

async fn plan_so(host: &mut Host, request: wire::plan_resource_change::Request) -> String {
    let answer = host.plan_resource_change(request).await.unwrap().into_inner();
    let (state, identity) = (answer.planned_state.as_ref(), answer.planned_identity.as_ref());
    let mut shown = whole(state, &answer.planned_private, identity, &answer.diagnostics);
    for path in &answer.requires_replace {
        shown.push_str(&format!("replaced for {}\n", steps_of(path).join(".")));
    }
    shown
}

/// Calls every RPC of resources with one value, and returns what each was told.
async fn every_rpc(host: &mut Host, name: &str, value: &Value) -> Vec<(&'static str, String)> {
    let type_name = name.to_owned();
    let raw = Some(wire::RawState {
        json: br#"{"name":"a","id":"item-a"}"#.to_vec(),
        ..Default::default()
    });
    let request = wire::validate_resource_config::Request {
        type_name: type_name.clone(),
        config: Some(sent(value)),
        ..Default::default()
    };
    let validated = host.validate_resource_config(request).await.unwrap().into_inner();
    let request = wire::upgrade_resource_state::Request {
        type_name: type_name.clone(),
        version: 2,
        raw_state: raw.clone(),
    };
    let upgraded = host.upgrade_resource_state(request).await.unwrap().into_inner();
    let request = wire::upgrade_resource_identity::Request {
        type_name: type_name.clone(),
        version: 0,
        raw_identity: raw.clone(),
    };
    let identity = host.upgrade_resource_identity(request).await.unwrap().into_inner();
    let request = wire::read_resource::Request { type_name: type_name.clone(), ..reading(value) };
    let read = host.read_resource(request).await.unwrap().into_inner();
    let request = wire::plan_resource_change::Request {
        type_name: type_name.clone(),
        ..planning(&Value::Null, value)
    };
    let planned = host.plan_resource_change(request).await.unwrap().into_inner();
    let request = wire::apply_resource_change::Request {
        type_name: type_name.clone(),
        ..applying(&Value::Null, value)
    };
    let applied = host.apply_resource_change(request).await.unwrap().into_inner();
    let request = wire::import_resource_state::Request {
        type_name: type_name.clone(),
        id: "item-a".to_owned(),
        ..Default::default()
    };
    let imported = host.import_resource_state(request).await.unwrap().into_inner();
    let request = wire::move_resource_state::Request {
        source_type_name: type_name.clone(),
        target_type_name: type_name,
        source_schema_version: 2,
        source_state: raw,
        ..Default::default()
    };
    let moved = host.move_resource_state(request).await.unwrap().into_inner();
    vec![
        ("validate", told(&validated.diagnostics)),
        ("upgrade", told(&upgraded.diagnostics)),
        ("upgrade identity", told(&identity.diagnostics)),
        ("read", told(&read.diagnostics)),
        ("plan", told(&planned.diagnostics)),
        ("apply", told(&applied.diagnostics)),
        ("import", told(&imported.diagnostics)),
        ("move", told(&moved.diagnostics)),
    ]
}

// Answers.

/// Writes down everything that an answer holds of an object.
fn whole(
    state: Option<&wire::DynamicValue>,
    private: &[u8],
    identity: Option<&wire::ResourceIdentityData>,
    diagnostics: &[wire::Diagnostic],
) -> String {
    let state = match state {
        None => "nothing".to_owned(),
        state => shown(&from_dynamic(state, &ItemModel::ty()).unwrap()),
    };
    let mut whole = format!("state: {state}\n");
    if !private.is_empty() {
        whole.push_str(&format!("beside: {}\n", String::from_utf8_lossy(private)));
    }
    if let Some(identity) = identity {
        let identity = from_dynamic(identity.identity_data.as_ref(), &ItemIdentity::ty());
        whole.push_str(&format!("identity: {}\n", shown(&identity.unwrap())));
    }
    let told = told(diagnostics);
    if !told.is_empty() {
        whole.push_str(&told);
        whole.push('\n');
    }
    whole
}

/// Writes down a value; what is null is left out of objects.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Unknown(_) => "?".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Sequence(items) => items.iter().map(shown).collect::<Vec<_>>().join(" "),
        Value::Mapping(members) => {
            let members = members.iter().filter(|(_, member)| **member != Value::Null);
            let member = |(name, member): (&String, &Value)| format!("{name}={}", shown(member));
            members.map(member).collect::<Vec<_>>().join(", ")
        }
        Value::Dynamic(_, inner) => shown(inner),
    }
}

/// Writes down diagnostics, one a line.
fn told(diagnostics: &[wire::Diagnostic]) -> String {
    let line = |it: &wire::Diagnostic| {
        let severity = match it.severity {
            1 => "Error",
            2 => "Warning",
            other => panic!("Terraform would drop severity {other}"),
        };
        let place = match &it.attribute {
            Some(path) => format!(" at {}", steps_of(path).join(".")),
            None => String::new(),
        };
        format!("{severity}{place}: {}: {}", it.summary, it.detail)
    };
    diagnostics.iter().map(line).collect::<Vec<_>>().join("\n")
}

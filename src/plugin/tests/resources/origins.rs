//! Where objects in a state come from: imports, older versions, other types.

use super::*;

async fn import_so(host: &mut Host, request: wire::import_resource_state::Request) -> String {
    let answer = host.import_resource_state(request).await.unwrap().into_inner();
    let Some(imported) = answer.imported_resources.first() else {
        return whole(None, &[], None, &answer.diagnostics);
    };
    assert_eq!((imported.type_name.as_str(), answer.imported_resources.len()), ("toy_item", 1));
    let (state, identity) = (imported.state.as_ref(), imported.identity.as_ref());
    whole(state, &imported.private, identity, &answer.diagnostics)
}

fn by_id(id: &str) -> wire::import_resource_state::Request {
    wire::import_resource_state::Request {
        type_name: "toy_item".to_owned(),
        id: id.to_owned(),
        ..Default::default()
    }
}

fn by_identity(members: &[(&str, &str)]) -> wire::import_resource_state::Request {
    wire::import_resource_state::Request { identity: Some(identified(members)), ..by_id("") }
}

#[tokio::test]
async fn an_import_by_id_tells_state_notes_and_identity() {
    let mut host = configured().await;
    expect![[r#"
        state: id=item-a, name=a, size=1, token=read
        beside: {"trail":["import"]}
        identity: id=item-a, zone=here
        Warning: Before It: Now it comes.
    "#]]
    .assert_eq(&import_so(&mut host, by_id("item-a")).await);
}

#[tokio::test]
async fn an_import_by_identity_completes_what_was_left_out() {
    let mut host = configured().await;
    expect![[r#"
        state: id=item-a, name=a, size=1, token=read
        beside: {"trail":["import"]}
        identity: id=item-a, zone=here
        Warning: Before It: Now it comes.
    "#]]
    .assert_eq(&import_so(&mut host, by_identity(&[("id", "item-a")])).await);
    let asked = by_identity(&[("id", "item-a"), ("zone", "there")]);
    expect![[r#"
        state: id=item-a, name=a, size=1, token=read
        beside: {"trail":["import"]}
        identity: id=item-a, zone=there
        Warning: Before It: Now it comes.
    "#]]
    .assert_eq(&import_so(&mut host, asked).await);
}

#[tokio::test]
async fn an_import_with_an_empty_identity_goes_by_its_id() {
    let mut host = configured().await;
    let empty = wire::ResourceIdentityData { identity_data: None };
    let request = wire::import_resource_state::Request { identity: Some(empty), ..by_id("item-a") };
    let expected = import_so(&mut host, by_id("item-a")).await;
    assert_eq!(import_so(&mut host, request).await, expected);
}

#[tokio::test]
async fn an_import_that_fails_imports_nothing() {
    let mut host = configured().await;
    for (id, expected) in [
        (
            "a",
            expect![[r#"
                state: nothing
                Error: Invalid Import Id: `a` is no id of an item. Write it like `item-NAME`.
            "#]],
        ),
        (
            "item-absent",
            expect![[r#"
                state: nothing
                Warning: Before It: Now it comes.
                Error: Told To Fail: It is absent.
            "#]],
        ),
        (
            "item-panic",
            expect![[r#"
                state: nothing
                Error: Bug In The Provider: The provider failed in a way it never should: told to panic. Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`.
            "#]],
        ),
        (
            "item-unknown",
            expect![[r#"
                state: nothing
                Warning: Before It: Now it comes.
                Error: Bug In The Provider: The provider failed in a way it never should: it returned an unknown value. Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`.
            "#]],
        ),
        (
            "item-mistyped",
            expect![[r#"
                state: nothing
                Warning: Before It: Now it comes.
                Error: Bug In The Provider: The provider failed in a way it never should: it returned a value of another type. Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`.
            "#]],
        ),
    ] {
        expected.assert_eq(&import_so(&mut host, by_id(id)).await);
    }
}

/// What is kept beside the state goes from each operation to the next.
#[tokio::test]
async fn notes_go_from_import_to_read_to_plan_to_apply_to_read() {
    let mut host = configured().await;
    let imported = host.import_resource_state(by_id("item-a")).await.unwrap().into_inner();
    let imported = imported.imported_resources.into_iter().next().unwrap();
    let request = wire::read_resource::Request {
        current_state: imported.state,
        private: imported.private,
        current_identity: imported.identity,
        ..reading(&Value::Null)
    };
    let read = host.read_resource(request).await.unwrap().into_inner();
    let config = sent(&item(&[("name", text("a")), ("secret", text("89-new-secret"))]));
    let request = wire::plan_resource_change::Request {
        prior_state: read.new_state.clone(),
        proposed_new_state: Some(config.clone()),
        config: Some(config.clone()),
        prior_private: read.private,
        prior_identity: read.new_identity,
        ..planning(&Value::Null, &Value::Null)
    };
    let planned = host.plan_resource_change(request).await.unwrap().into_inner();
    assert_eq!(told(&planned.diagnostics), "");
    let request = wire::apply_resource_change::Request {
        prior_state: read.new_state,
        planned_state: planned.planned_state,
        config: Some(config),
        planned_private: planned.planned_private,
        planned_identity: planned.planned_identity,
        ..applying(&Value::Null, &Value::Null)
    };
    let applied = host.apply_resource_change(request).await.unwrap().into_inner();
    let request = wire::read_resource::Request {
        current_state: applied.new_state,
        private: applied.private,
        current_identity: applied.new_identity,
        ..reading(&Value::Null)
    };
    expect![[r#"
        state: id=item-a, name=a, secret=89-new-secret, size=1, token=read
        beside: {"trail":["import","read","plan","update","read"]}
        identity: id=item-a, zone=here
    "#]]
    .assert_eq(&read_so(&mut host, request).await);
}

// Older versions.

async fn upgrade(host: &mut Host, version: i64, json: &str) -> String {
    let raw_state = wire::RawState { json: json.into(), ..Default::default() };
    let request = wire::upgrade_resource_state::Request {
        type_name: "toy_item".to_owned(),
        version,
        raw_state: Some(raw_state),
    };
    let answer = host.upgrade_resource_state(request).await.unwrap().into_inner();
    whole(answer.upgraded_state.as_ref(), &[], None, &answer.diagnostics)
}

#[tokio::test]
async fn a_state_of_the_same_version_is_read_as_it_is() {
    let mut host = client().await;
    let json = r#"{"name": "a", "size": "3", "anything": {"value": 1.50, "type": "number"},
        "behave": null, "forgotten": true}"#;
    expect![[r#"
        state: anything=1.50, name=a, size=3
    "#]]
    .assert_eq(&upgrade(&mut host, 2, json).await);
    expect![[r#"
        state: nothing
        Error: Unreadable State: The stored state, written by schema version 2, does not fit that version: `name` is not a string. If it was edited by hand, undo that; otherwise report it as a bug of the provider.
    "#]].assert_eq(&upgrade(&mut host, 2, r#"{"name": ["a"]}"#).await);
}

#[tokio::test]
async fn a_state_of_an_older_version_is_brought_up_to_date() {
    let mut host = client().await;
    let json = r#"{"title": "a", "id": "item-7"}"#;
    expect![[r#"
        state: id=item-7, name=a, size=1, token=read
    "#]]
    .assert_eq(&upgrade(&mut host, 1, json).await);
    expect![[r#"
        state: nothing
        Error: Unreadable State: The stored state, written by schema version 1, does not fit that version: `title` is not a string. If it was edited by hand, undo that; otherwise report it as a bug of the provider.
    "#]].assert_eq(&upgrade(&mut host, 1, r#"{"title": {}}"#).await);
    expect![[r#"
        state: nothing
        Error: Bug In The Provider: The provider failed in a way it never should: told to panic. Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`.
    "#]].assert_eq(&upgrade(&mut host, 1, r#"{"title": "panic"}"#).await);
    expect![[r#"
        state: nothing
        Error: Too Old: There is no way.
    "#]]
    .assert_eq(&upgrade(&mut host, 0, json).await);
}

#[tokio::test]
async fn a_state_of_a_newer_version_is_left_alone() {
    let mut host = client().await;
    expect![[r#"
        state: nothing
        Error: State Of A Newer Release: The state was written by a newer release of the provider: it has schema version 3, this release knows 2. Use that release or a later one.
    "#]].assert_eq(&upgrade(&mut host, 3, "{}").await);
}

#[tokio::test]
async fn a_state_that_is_none_is_an_error() {
    let mut host = client().await;
    for (json, expected) in [
        (
            "",
            expect![[r#"
                state: nothing
                Error: Unreadable State: The stored state is empty, or in the format of Terraform 0.11. No release of this provider ever wrote that.
            "#]],
        ),
        (
            "{",
            expect![[r#"
                state: nothing
                Error: Unreadable State: The stored state, written by schema version 2, does not fit that version: it is not JSON. If it was edited by hand, undo that; otherwise report it as a bug of the provider.
            "#]],
        ),
        (
            "null",
            expect![[r#"
                state: nothing
                Error: Unreadable State: The stored state is empty, or in the format of Terraform 0.11. No release of this provider ever wrote that.
            "#]],
        ),
    ] {
        expected.assert_eq(&upgrade(&mut host, 2, json).await);
    }
    // Terraform 0.11 wrote these; and a message without any state.
    let flatmap = [("name".to_owned(), "a".to_owned())].into();
    for raw_state in [Some(wire::RawState { json: Vec::new(), flatmap }), None] {
        let request = wire::upgrade_resource_state::Request {
            type_name: "toy_item".to_owned(),
            version: 2,
            raw_state,
        };
        let answer = host.upgrade_resource_state(request).await.unwrap().into_inner();
        assert_eq!(answer.diagnostics[0].summary, "Unreadable State");
        assert_eq!(answer.upgraded_state, None);
    }
}

async fn upgrade_identity(host: &mut Host, version: i64, json: &str) -> String {
    let raw_identity = wire::RawState { json: json.into(), ..Default::default() };
    let request = wire::upgrade_resource_identity::Request {
        type_name: "toy_item".to_owned(),
        version,
        raw_identity: Some(raw_identity),
    };
    let answer = host.upgrade_resource_identity(request).await.unwrap().into_inner();
    whole(None, &[], answer.upgraded_identity.as_ref(), &answer.diagnostics)
}

#[tokio::test]
async fn identities_have_one_version_and_may_be_missing() {
    let mut host = client().await;
    let json = r#"{"id": "item-a", "zone": "here", "more": 1}"#;
    expect![[r#"
        state: nothing
        identity: id=item-a, zone=here
    "#]]
    .assert_eq(&upgrade_identity(&mut host, 0, json).await);
    // A state from before there were identities.
    assert_eq!(upgrade_identity(&mut host, 0, "").await, "state: nothing\n");
    expect![[r#"
        state: nothing
        Error: State Of A Newer Release: The state was written by a newer release of the provider: it has schema version 1, this release knows 0. Use that release or a later one.
    "#]].assert_eq(&upgrade_identity(&mut host, 1, json).await);
    expect![[r#"
        state: nothing
        Error: Unreadable Identity: The stored identity of the object does not fit: `id` is not a string. If the state was edited by hand, undo that.
    "#]].assert_eq(&upgrade_identity(&mut host, 0, r#"{"id": []}"#).await);
}

// Other types.

fn moving(address: &str, source: &str, json: &str) -> wire::move_resource_state::Request {
    wire::move_resource_state::Request {
        source_provider_address: address.to_owned(),
        source_type_name: source.to_owned(),
        source_schema_version: 2,
        source_state: Some(wire::RawState { json: json.into(), ..Default::default() }),
        source_private: br#"{"trail":["elsewhere"]}"#.to_vec(),
        target_type_name: "toy_item".to_owned(),
        ..Default::default()
    }
}

async fn move_so(host: &mut Host, request: wire::move_resource_state::Request) -> String {
    let answer = host.move_resource_state(request).await.unwrap().into_inner();
    let (state, identity) = (answer.target_state.as_ref(), answer.target_identity.as_ref());
    whole(state, &answer.target_private, identity, &answer.diagnostics)
}

#[tokio::test]
async fn the_state_of_a_type_that_is_known_is_taken_over() {
    let mut host = client().await;
    let request = moving("registry.terraform.io/old/old", "old_item", r#"{"title": "a"}"#);
    expect![[r#"
        state: id=item-a, name=a, size=1, token=read
        identity: id=item-a, zone=here
    "#]]
    .assert_eq(&move_so(&mut host, request).await);
    let request = moving("registry.terraform.io/old/old", "old_item", r#"{"title": []}"#);
    expect![[r#"
        state: nothing
        Error: Unreadable State: The stored state, written by schema version 2, does not fit that version: `title` is not a string. If it was edited by hand, undo that; otherwise report it as a bug of the provider.
    "#]].assert_eq(&move_so(&mut host, request).await);
}

#[tokio::test]
async fn the_same_type_under_another_address_moves_with_its_notes() {
    let mut host = client().await;
    let address = "registry.opentofu.org/toys/toy";
    let request = moving(address, "toy_item", r#"{"name": "a", "id": "item-a"}"#);
    expect![[r#"
        state: id=item-a, name=a
        beside: {"trail":["elsewhere"]}
        identity: id=item-a, zone=here
    "#]]
    .assert_eq(&move_so(&mut host, request).await);
    let older = wire::move_resource_state::Request {
        source_schema_version: 1,
        ..moving(address, "toy_item", r#"{"title": "a", "id": "item-a"}"#)
    };
    expect![[r#"
        state: id=item-a, name=a, size=1, token=read
        beside: {"trail":["elsewhere"]}
        identity: id=item-a, zone=here
    "#]]
    .assert_eq(&move_so(&mut host, older).await);
}

#[tokio::test]
async fn the_state_of_another_type_is_refused() {
    let mut host = client().await;
    let request = moving("registry.terraform.io/other/other", "old_item", r#"{"title": "a"}"#);
    expect![[r#"
        state: nothing
        Error: Move Not Supported: A `old_item` of the provider registry.terraform.io/other/other cannot become a `toy_item`. Remove the `moved` block; import the object, if it is one of that type.
    "#]].assert_eq(&move_so(&mut host, request).await);
}

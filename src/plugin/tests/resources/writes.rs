//! Creating, updating and deleting: whatever happens, the answer holds what exists.

use super::*;

fn told_to(behave: &str) -> Value {
    item(&[
        ("name", text("a")),
        ("behave", text(behave)),
        ("size", Value::Number(Number::Integer(1))),
        ("id", Value::unknown()),
        ("token", Value::unknown()),
    ])
}

fn with(value: Value, name: &str, member: Value) -> Value {
    let Value::Mapping(mut members) = value else { panic!("no object") };
    assert!(members.insert(name.to_owned(), member).is_some());
    Value::Mapping(members)
}

#[tokio::test]
async fn what_is_created_comes_back_with_notes_and_identity() {
    let mut host = configured().await;
    expect![[r#"
        state: behave=, id=item-a, name=a, size=1, token=token of a
        beside: {"trail":["create"]}
        identity: id=item-a, zone=here
        Warning: Before It: Now it comes.
    "#]]
    .assert_eq(&apply(&mut host, &Value::Null, &told_to("")).await);
}

#[tokio::test]
async fn a_creation_that_fails_before_anything_exists_leaves_nothing() {
    let mut host = configured().await;
    expect![[r#"
        state: nothing
        Warning: Before It: Now it comes.
        Error: Told To Fail: It is early.
    "#]]
    .assert_eq(&apply(&mut host, &Value::Null, &told_to("create fail early")).await);
    expect![[r#"
        state: nothing
        Warning: Before It: Now it comes.
        Error: Bug In The Provider: The provider failed in a way it never should: told to panic, with . Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`.
    "#]].assert_eq(&apply(&mut host, &Value::Null, &told_to("create panic early")).await);
}

#[tokio::test]
async fn a_creation_that_fails_late_leaves_what_was_recorded() {
    let mut host = configured().await;
    expect![[r#"
        state: behave=create fail late, id=item-a, name=a, size=1
        beside: {"trail":["create"]}
        identity: id=item-a, zone=here
        Warning: Before It: Now it comes.
        Error: Told To Fail: It is late.
    "#]]
    .assert_eq(&apply(&mut host, &Value::Null, &told_to("create fail late")).await);
    expect![[r#"
        state: behave=create panic late, id=item-a, name=a, size=1
        beside: {"trail":["create"]}
        identity: id=item-a, zone=here
        Warning: Before It: Now it comes.
        Error: Bug In The Provider: The provider failed in a way it never should: told to panic, with . Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`.
    "#]].assert_eq(&apply(&mut host, &Value::Null, &told_to("create panic late")).await);
}

/// Losing the state would leave an object that nobody knows of.
#[tokio::test]
async fn an_identity_that_cannot_be_told_loses_no_state() {
    let mut host = configured().await;
    let planned = told_to("create fail without an id");
    expect![[r#"
        state: behave=create fail without an id, name=a, size=1
        beside: {"trail":["create"]}
        Warning: Before It: Now it comes.
        Error: Told To Fail: It is half there.
        Error: Bug In The Provider: The provider failed in a way it never should: every item has an id. Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`.
    "#]].assert_eq(&apply(&mut host, &Value::Null, &planned).await);
}

#[tokio::test]
async fn a_result_that_is_not_as_promised_is_our_bug_and_not_lost() {
    let mut host = configured().await;
    expect![[r#"
        state: behave=create unknown, id=item-a, name=a, size=1
        beside: {"trail":["create"]}
        identity: id=item-a, zone=here
        Warning: Before It: Now it comes.
        Error: Bug In The Provider: The provider failed in a way it never should: it returned an unknown value. Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`.
    "#]].assert_eq(&apply(&mut host, &Value::Null, &told_to("create unknown")).await);
    expect![[r#"
        state: behave=create mistyped, id=item-a, name=a, size=1
        beside: {"trail":["create"]}
        identity: id=item-a, zone=here
        Warning: Before It: Now it comes.
        Error: Bug In The Provider: The provider failed in a way it never should: it returned a value of another type. Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`.
    "#]].assert_eq(&apply(&mut host, &Value::Null, &told_to("create mistyped")).await);
    // What was recorded cannot be told either.
    let planned = told_to("create fail mistyped");
    expect![[r#"
        state: nothing
        Warning: Before It: Now it comes.
        Error: Told To Fail: It is mistyped.
        Error: Bug In The Provider: The provider failed in a way it never should: it recorded a value of another type. Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`.
    "#]]
    .assert_eq(&apply(&mut host, &Value::Null, &planned).await);
}

#[tokio::test]
async fn an_update_keeps_the_identity_that_is_stored() {
    let mut host = configured().await;
    let prior = created("a", &[]);
    let planned = with(told_to(""), "id", text("item-a"));
    let request = wire::apply_resource_change::Request {
        planned_identity: Some(identified(&[("id", "item-a"), ("zone", "elsewhere")])),
        ..applying(&prior, &planned)
    };
    expect![[r#"
        state: behave=, id=item-a, name=a, size=1, token=token of a
        beside: {"trail":["update"]}
        identity: id=item-a, zone=elsewhere
        Warning: Before It: Now it comes.
    "#]]
    .assert_eq(&apply_so(&mut host, request).await);
}

#[tokio::test]
async fn an_update_that_fails_leaves_what_was_recorded_or_what_there_was() {
    let mut host = configured().await;
    let prior = created("a", &[]);
    for (behave, expected) in [
        (
            "update fail early",
            expect![[r#"
                state: id=item-a, name=a, size=1, token=90-made-once
                beside: {"trail":[]}
                identity: id=item-a, zone=here
                Warning: Before It: Now it comes.
                Error: Told To Fail: It is early.
            "#]],
        ),
        (
            "update panic early",
            expect![[r#"
                state: id=item-a, name=a, size=1, token=90-made-once
                beside: {"trail":[]}
                identity: id=item-a, zone=here
                Warning: Before It: Now it comes.
                Error: Bug In The Provider: The provider failed in a way it never should: told to panic, with . Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`.
            "#]],
        ),
        (
            "update fail late",
            expect![[r#"
                state: behave=update fail late, id=item-a, name=a, size=1
                beside: {"trail":["update"]}
                identity: id=item-a, zone=here
                Warning: Before It: Now it comes.
                Error: Told To Fail: It is late.
            "#]],
        ),
        (
            "update panic late",
            expect![[r#"
                state: behave=update panic late, id=item-a, name=a, size=1
                beside: {"trail":["update"]}
                identity: id=item-a, zone=here
                Warning: Before It: Now it comes.
                Error: Bug In The Provider: The provider failed in a way it never should: told to panic, with . Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`.
            "#]],
        ),
        (
            "update mistyped",
            expect![[r#"
                state: behave=update mistyped, id=item-a, name=a, size=1
                beside: {"trail":["update"]}
                identity: id=item-a, zone=here
                Warning: Before It: Now it comes.
                Error: Bug In The Provider: The provider failed in a way it never should: it returned a value of another type. Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`.
            "#]],
        ),
    ] {
        let planned = with(told_to(behave), "id", text("item-a"));
        expected.assert_eq(&apply(&mut host, &prior, &planned).await);
    }
}

#[tokio::test]
async fn a_deletion_leaves_nothing_even_if_it_recorded_something() {
    let mut host = configured().await;
    for behave in ["", "delete record"] {
        let prior = created("a", &[("behave", text(behave))]);
        let request = wire::apply_resource_change::Request {
            planned_identity: Some(identified(&[("id", "item-a")])),
            ..applying(&prior, &Value::Null)
        };
        let answer = host.apply_resource_change(request).await.unwrap().into_inner();
        assert_eq!(answer, wire::apply_resource_change::Response::default());
    }
}

#[tokio::test]
async fn a_deletion_that_fails_leaves_everything() {
    let mut host = configured().await;
    for (behave, expected) in [
        (
            "delete fail",
            expect![[r#"
                state: behave=delete fail, id=item-a, name=a, size=1, token=90-made-once
                beside: {"trail":["delete"]}
                identity: id=item-a, zone=elsewhere
                Error: Told To Fail: It is still there.
            "#]],
        ),
        (
            "delete panic",
            expect![[r#"
                state: behave=delete panic, id=item-a, name=a, size=1, token=90-made-once
                beside: {"trail":["delete"]}
                identity: id=item-a, zone=elsewhere
                Error: Bug In The Provider: The provider failed in a way it never should: told to panic, with . Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`.
            "#]],
        ),
        (
            "delete fail late",
            expect![[r#"
                state: behave=delete fail late, id=item-a, name=a, size=0, token=90-made-once
                beside: {"trail":["delete"]}
                identity: id=item-a, zone=elsewhere
                Error: Told To Fail: It is half gone.
            "#]],
        ),
    ] {
        let prior = created("a", &[("behave", text(behave))]);
        let request = wire::apply_resource_change::Request {
            planned_identity: Some(identified(&[("id", "item-a"), ("zone", "elsewhere")])),
            ..applying(&prior, &Value::Null)
        };
        expected.assert_eq(&apply_so(&mut host, request).await);
    }
}

#[tokio::test]
async fn what_is_not_even_begun_changes_nothing() {
    let mut host = configured().await;
    let request = wire::apply_resource_change::Request {
        planned_private: b"not ours".to_vec(),
        planned_identity: Some(identified(&[("id", "item-a")])),
        ..applying(&created("a", &[]), &told_to(""))
    };
    expect![[r#"
        state: id=item-a, name=a, size=1, token=90-made-once
        beside: not ours
        identity: id=item-a
        Error: Unreadable Private State: What the provider keeps beside the state is not what it wrote. If the state was edited by hand, undo that; otherwise remove the object from the state with `terraform state rm` and import it again.
    "#]].assert_eq(&apply_so(&mut host, request).await);
}

/// Terraform before 1.12, and OpenTofu: no identity in any request.
#[tokio::test]
async fn without_identities_writes_work_all_the_same() {
    let mut host = configured().await;
    let request = wire::apply_resource_change::Request {
        planned_identity: None,
        planned_private: Vec::new(),
        ..applying(&created("a", &[]), &with(told_to(""), "id", text("item-a")))
    };
    expect![[r#"
        state: behave=, id=item-a, name=a, size=1, token=token of a
        beside: {"trail":["update"]}
        identity: id=item-a, zone=here
        Warning: Before It: Now it comes.
    "#]]
    .assert_eq(&apply_so(&mut host, request).await);
}

#[tokio::test]
async fn an_identity_of_nulls_counts_as_none() {
    let mut host = configured().await;
    let planned = with(told_to(""), "id", text("item-a"));
    let request = wire::apply_resource_change::Request {
        planned_identity: Some(identified(&[])),
        ..applying(&created("a", &[]), &planned)
    };
    let answer = host.apply_resource_change(request).await.unwrap().into_inner();
    let expected = identified(&[("id", "item-a"), ("zone", "here")]);
    assert_eq!(answer.new_identity, Some(expected));
}

#[tokio::test]
async fn secrets_are_masked_wherever_they_come_from() {
    let mut host = configured().await;
    let secret = |behave: &str, secret: &str| with(told_to(behave), "secret", text(secret));
    // Planned.
    let planned = secret("create leak", "82-planned-secret");
    let shown = apply(&mut host, &Value::Null, &planned).await;
    assert!(shown.ends_with("Error: Told To Fail: It is (secret).\n"), "{shown}");
    // In a panic.
    let planned = secret("create panic early", "83-panicked-secret");
    let shown = apply(&mut host, &Value::Null, &planned).await;
    assert!(shown.contains("told to panic, with (secret)."), "{shown}");
    // Prior.
    let prior =
        created("a", &[("behave", text("delete panic")), ("secret", text("84-prior-secret"))]);
    let shown = apply(&mut host, &prior, &Value::Null).await;
    assert!(shown.contains("told to panic, with (secret)."), "{shown}");
    // Configured, and not planned.
    let mut request =
        applying(&Value::Null, &with(told_to("create fail named"), "name", text("85-configured")));
    request.config = Some(sent(&secret("", "85-configured")));
    let shown = apply_so(&mut host, request).await;
    assert!(shown.ends_with("Error: Told To Fail: It is (secret).\n"), "{shown}");
}

/// The answer of a write may be the first that has a secret.
#[tokio::test]
async fn a_secret_that_a_result_brings_is_masked_from_then_on() {
    let mut host = configured().await;
    apply(&mut host, &Value::Null, &with(told_to(""), "name", text("91-result"))).await;
    let prior = created("a", &[("behave", text("validate token of 91-result"))]);
    let request = wire::plan_resource_change::Request {
        type_name: "token of 91-result".to_owned(),
        ..planning(&prior, &prior)
    };
    let answer = host.plan_resource_change(request).await.unwrap().into_inner();
    let expected = "This version of the provider has no resource `(secret)`.";
    assert_eq!(answer.diagnostics[0].detail, expected);
}

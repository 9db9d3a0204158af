//! Reading and planning.

use super::*;

#[tokio::test]
async fn a_read_answers_with_state_notes_and_identity() {
    let mut host = configured().await;
    expect![[r#"
        state: id=item-a, name=a, size=1, token=read
        beside: {"trail":["read"]}
        identity: id=item-a, zone=here
    "#]]
    .assert_eq(&read_so(&mut host, reading(&created("a", &[]))).await);
    // What is stored is never another one afterwards.
    let request = wire::read_resource::Request {
        current_identity: Some(identified(&[("id", "item-a"), ("zone", "elsewhere")])),
        ..reading(&created("a", &[]))
    };
    expect![[r#"
        state: id=item-a, name=a, size=1, token=read
        beside: {"trail":["read"]}
        identity: id=item-a, zone=elsewhere
    "#]]
    .assert_eq(&read_so(&mut host, request).await);
}

#[tokio::test]
async fn an_object_that_is_gone_has_nothing_beside_it() {
    let mut host = configured().await;
    let request = wire::read_resource::Request {
        current_identity: Some(identified(&[("id", "item-a")])),
        ..reading(&created("a", &[("behave", text("read gone"))]))
    };
    let answer = host.read_resource(request).await.unwrap().into_inner();
    assert_eq!(answer, wire::read_resource::Response::default());
}

#[tokio::test]
async fn a_read_that_fails_sends_back_what_there_was() {
    let mut host = configured().await;
    for (behave, expected) in [
        (
            "read fail",
            expect![[r#"
                state: behave=read fail, id=item-a, name=a, secret=86-read-secret, size=1, token=90-made-once
                beside: {"trail":[]}
                identity: id=item-a
                Warning: Before It: Now it comes.
                Error: Told To Fail: It is out of reach.
            "#]],
        ),
        (
            "read panic",
            expect![[r#"
                state: behave=read panic, id=item-a, name=a, secret=86-read-secret, size=1, token=90-made-once
                beside: {"trail":[]}
                identity: id=item-a
                Error: Bug In The Provider: The provider failed in a way it never should: told to panic, with (secret). Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`.
            "#]],
        ),
        (
            "read unknown",
            expect![[r#"
                state: behave=read unknown, id=item-a, name=a, secret=86-read-secret, size=1, token=90-made-once
                beside: {"trail":[]}
                identity: id=item-a
                Error: Bug In The Provider: The provider failed in a way it never should: it returned an unknown value. Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`.
            "#]],
        ),
        (
            "read mistyped",
            expect![[r#"
                state: behave=read mistyped, id=item-a, name=a, secret=86-read-secret, size=1, token=90-made-once
                beside: {"trail":[]}
                identity: id=item-a
                Error: Bug In The Provider: The provider failed in a way it never should: it returned a value of another type. Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`.
            "#]],
        ),
    ] {
        let state = created("a", &[("behave", text(behave)), ("secret", text("86-read-secret"))]);
        let request = wire::read_resource::Request {
            current_identity: Some(identified(&[("id", "item-a")])),
            ..reading(&state)
        };
        expected.assert_eq(&read_so(&mut host, request).await);
    }
}

#[tokio::test]
async fn notes_that_are_not_ours_stop_everything_and_stay() {
    let mut host = configured().await;
    let (prior, private) = (created("a", &[]), b"[1]".to_vec());
    let request = wire::read_resource::Request { private: private.clone(), ..reading(&prior) };
    expect![[r#"
        state: id=item-a, name=a, size=1, token=90-made-once
        beside: [1]
        Error: Unreadable Private State: What the provider keeps beside the state is not what it wrote. If the state was edited by hand, undo that; otherwise remove the object from the state with `terraform state rm` and import it again.
    "#]].assert_eq(&read_so(&mut host, request).await);
    let request = wire::plan_resource_change::Request {
        prior_private: private.clone(),
        ..planning(&prior, &prior)
    };
    let answer = host.plan_resource_change(request).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics[0].summary, "Unreadable Private State");
    assert_eq!(answer.planned_private, private);
}

#[tokio::test]
async fn a_state_that_terraform_would_not_get_is_an_error() {
    let mut host = configured().await;
    let state = created("a", &[("behave", text("read huge"))]);
    let answer = host.read_resource(reading(&state)).await.unwrap().into_inner();
    assert_eq!(
        told(&answer.diagnostics),
        "Error: Result Too Large: The result has 256 MiB; Terraform takes 255 MiB. Ask for less."
    );
    assert_eq!(answer.new_state, Some(sent(&state)));
}

// Plans.

#[tokio::test]
async fn a_creation_is_planned_without_an_identity() {
    let mut host = configured().await;
    let config = item(&[("name", text("a"))]);
    expect![[r#"
        state: id=?, name=a, size=1, token=?
        beside: {"trail":["plan"]}
    "#]]
    .assert_eq(&plan_so(&mut host, planning(&Value::Null, &config)).await);
}

#[tokio::test]
async fn a_change_is_planned_with_the_identity_of_the_object() {
    let mut host = configured().await;
    let config = item(&[("name", text("a")), ("secret", text("new"))]);
    let request = planning(&created("a", &[]), &config);
    expect![[r#"
        state: id=item-a, name=a, secret=new, size=1, token=?
        beside: {"trail":["plan"]}
        identity: id=item-a, zone=here
    "#]]
    .assert_eq(&plan_so(&mut host, request.clone()).await);
    let request = wire::plan_resource_change::Request {
        prior_identity: Some(identified(&[("id", "item-a"), ("zone", "elsewhere")])),
        prior_private: br#"{"trail":["read"]}"#.to_vec(),
        ..request
    };
    expect![[r#"
        state: id=item-a, name=a, secret=new, size=1, token=?
        beside: {"trail":["read","plan"]}
        identity: id=item-a, zone=elsewhere
    "#]]
    .assert_eq(&plan_so(&mut host, request).await);
}

#[tokio::test]
async fn a_type_may_refine_its_plan() {
    let mut host = configured().await;
    let config = item(&[("name", text("a")), ("behave", text("plan refine"))]);
    expect![[r#"
        state: behave=plan refine, id=?, name=a, size=1, token=planned token
        beside: {"trail":["plan"]}
    "#]]
    .assert_eq(&plan_so(&mut host, planning(&Value::Null, &config)).await);
}

#[tokio::test]
async fn reasons_for_replacement_come_from_schema_and_type_each_once() {
    let mut host = configured().await;
    let config = item(&[("name", text("b")), ("behave", text("plan replace"))]);
    expect![[r#"
        state: behave=plan replace, id=item-a, name=b, size=1, token=?
        beside: {"trail":["plan"]}
        identity: id=item-a, zone=here
        replaced for name
        replaced for behave
    "#]]
    .assert_eq(&plan_so(&mut host, planning(&created("a", &[]), &config)).await);
}

#[tokio::test]
async fn a_plan_that_fails_sends_back_what_there_was() {
    let mut host = configured().await;
    let prior = created("a", &[]);
    for (behave, expected) in [
        (
            "plan fail",
            expect![[r#"
                state: id=item-a, name=a, size=1, token=90-made-once
                beside: {"trail":["read"]}
                identity: id=item-a
                Warning: Before It: Now it comes.
                Error: Told To Fail: It is not planned.
            "#]],
        ),
        (
            "plan panic",
            expect![[r#"
                state: id=item-a, name=a, size=1, token=90-made-once
                beside: {"trail":["read"]}
                identity: id=item-a
                Error: Bug In The Provider: The provider failed in a way it never should: told to panic, with (secret). Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`.
            "#]],
        ),
        (
            "plan mistyped",
            expect![[r#"
                state: id=item-a, name=a, size=1, token=90-made-once
                beside: {"trail":["read"]}
                identity: id=item-a
                Error: Bug In The Provider: The provider failed in a way it never should: it returned a value of another type. Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`.
            "#]],
        ),
        (
            "plan warn",
            expect![[r#"
                state: behave=plan warn, id=item-a, name=a, secret=87-planning-secret, size=1, token=?
                beside: {"trail":["read","plan"]}
                identity: id=item-a
                Warning: Told To Warn: As you wish.
            "#]],
        ),
    ] {
        let config = item(&[
            ("name", text("a")),
            ("behave", text(behave)),
            ("secret", text("87-planning-secret")),
        ]);
        let request = wire::plan_resource_change::Request {
            prior_private: br#"{"trail":["read"]}"#.to_vec(),
            prior_identity: Some(identified(&[("id", "item-a")])),
            ..planning(&prior, &config)
        };
        expected.assert_eq(&plan_so(&mut host, request).await);
    }
}

#[tokio::test]
async fn an_unknown_inside_what_the_type_leaves_alone_goes_through() {
    let mut host = configured().await;
    let ty = Type::Tuple(vec![Type::String, Type::String]);
    let half = Value::Sequence(vec![text("x"), Value::unknown()]);
    let anything = Value::Dynamic(ty, Box::new(half));
    let config = item(&[("name", text("a")), ("anything", anything.clone())]);
    let request = planning(&Value::Null, &config);
    let answer = host.plan_resource_change(request).await.unwrap().into_inner();
    let planned = from_dynamic(answer.planned_state.as_ref(), &ItemModel::ty()).unwrap();
    let Value::Mapping(planned) = planned else { panic!("no object") };
    assert_eq!(planned["anything"], anything);
}

#[tokio::test]
async fn a_deletion_is_planned_with_warnings_and_may_be_refused() {
    let mut host = configured().await;
    for (behave, expected) in [
        (
            "",
            expect![[r#"
                state: null
                beside: {"trail":["read","plan deletion"]}
                identity: id=item-a
                Warning: It Will Be Gone: For good.
            "#]],
        ),
        (
            "plan_deletion fail",
            expect![[r#"
                state: behave=plan_deletion fail, id=item-a, name=a, size=1, token=90-made-once
                beside: {"trail":["read"]}
                identity: id=item-a
                Warning: It Will Be Gone: For good.
                Error: Told To Fail: It is needed.
            "#]],
        ),
    ] {
        let prior = created("a", &[("behave", text(behave))]);
        let request = wire::plan_resource_change::Request {
            proposed_new_state: Some(sent(&Value::Null)),
            config: Some(sent(&Value::Null)),
            prior_private: br#"{"trail":["read"]}"#.to_vec(),
            prior_identity: Some(identified(&[("id", "item-a")])),
            ..planning(&prior, &prior)
        };
        expected.assert_eq(&plan_so(&mut host, request).await);
    }
}

/// The final plan must be the first one, with everything known.
#[tokio::test]
async fn the_same_plan_is_made_twice() {
    let mut host = configured().await;
    let config = item(&[("name", text("a")), ("secret", text("88-same-secret"))]);
    let request = planning(&created("a", &[]), &config);
    let first = host.plan_resource_change(request.clone()).await.unwrap().into_inner();
    let second = host.plan_resource_change(request).await.unwrap().into_inner();
    assert_eq!(first, second);
}

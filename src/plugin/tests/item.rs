//! The resource of the toy: its attribute `behave` says what which operation should do, for
//! instance `create fail late`.

use std::{sync::Arc, time::Duration};

use super::{NoteOnDrop, ToyClient};
use crate::plugin::{
    Attr, Change, Context, Diagnostic, Diagnostics, IdentityAttribute, Limits, MovedState,
    OldState, Path, Progress, Resource, Timeouts, Type, Value,
    schema::{Schema, computed, optional, optional_computed, required},
    timeouts,
};

const LIMITS: Limits = Limits {
    create: Duration::from_secs(60),
    read: Duration::from_secs(70),
    update: Duration::from_secs(80),
    delete: Duration::from_secs(90),
};

/// Enough to be more than Terraform takes.
const HUGE: usize = 256 << 20;

pub(super) struct Item;

crate::model! {
    #[derive(Clone)]
    pub(super) struct ItemModel {
        name: Attr<String>,
        behave: Attr<String>,
        secret: Attr<String>,
        size: Attr<i64>,
        anything: Attr<Value>,
        id: Attr<String>,
        token: Attr<String>,
        timeouts: Attr<Timeouts>,
    }
}

crate::model! {
    pub(super) struct ItemIdentity {
        id: Attr<String>,
        zone: Attr<String>,
    }
}

crate::model! {
    /// Schema version 1 called the name a title.
    struct ItemModelV1 {
        title: Attr<String>,
        id: Attr<String>,
    }
}

impl ItemModel {
    fn named(name: Attr<String>) -> Self {
        let id = name.known().map(|name| format!("item-{name}")).into();
        Self {
            name,
            behave: Attr::Null,
            secret: Attr::Null,
            size: 1.into(),
            anything: Attr::Null,
            id,
            token: "read".to_owned().into(),
            timeouts: Attr::Null,
        }
    }

    /// Returns what an operation is told to do.
    fn word(&self, operation: &str) -> String {
        let behave = self.behave.known().map_or("", String::as_str);
        behave.strip_prefix(operation).unwrap_or_default().trim_start().to_owned()
    }

    fn secret(&self) -> &str {
        self.secret.known().map_or("", String::as_str)
    }

    /// Makes an object of a plan.
    fn made(self) -> Self {
        let Self { id, .. } = Self::named(self.name.clone());
        let token = format!("token of {}", name_of(&self));
        Self { id, token: token.into(), ..self }
    }
}

fn name_of(item: &ItemModel) -> &str {
    item.name.known().map_or("", String::as_str)
}

fn failure(what: &str) -> Diagnostics {
    Diagnostic::error("Told To Fail", format!("It is {what}.")).into()
}

/// Notes beside the state which operations there were.
fn leave_trail(context: &Context, operation: &str) {
    let mut trail: Vec<String> = context.private("trail").unwrap_or_default();
    trail.push(operation.to_owned());
    context.keep_private("trail", &trail);
}

/// Creates or updates as told.
async fn write(
    client: &ToyClient,
    operation: &str,
    planned: ItemModel,
    progress: &Progress<'_, ItemModel>,
) -> Result<ItemModel, Diagnostics> {
    let word = planned.word(operation);
    let mut item = planned.made();
    progress.warn(Diagnostic::warning("Before It", "Now it comes."));
    match word.as_str() {
        "panic early" => panic!("told to panic, with {}", item.secret()),
        "fail early" => return Err(failure("early")),
        "fail named" => return Err(failure(name_of(&item))),
        _ => {}
    }
    leave_trail(progress, operation);
    let so_far = ItemModel { token: Attr::Unknown, ..item.clone() };
    progress.record(so_far.clone());
    match word.as_str() {
        "panic late" => panic!("told to panic, with {}", item.secret()),
        "fail late" => return Err(failure("late")),
        "fail without an id" => {
            progress.record(ItemModel { id: Attr::Null, ..so_far });
            return Err(failure("half there"));
        }
        "fail mistyped" => {
            progress.record(ItemModel { anything: Value::Bool(true).into(), ..so_far });
            return Err(failure("mistyped"));
        }
        "leak" => return Err(failure(item.secret())),
        "wait" => {
            client.toy.waiting.add_permits(1);
            loop {
                progress.pause(Duration::from_secs(7)).await?;
            }
        }
        "linger" => {
            client.toy.waiting.add_permits(1);
            client.toy.go.acquire().await.unwrap().forget();
            progress.go_on()?;
            client.toy.done.add_permits(1);
        }
        "unknown" => item.token = Attr::Unknown,
        "mistyped" => item.anything = Value::Bool(true).into(),
        _ => {}
    }
    Ok(item)
}

impl Resource for Item {
    type Client = ToyClient;
    type Model = ItemModel;
    type Identity = ItemIdentity;

    fn type_name(&self) -> &'static str {
        "toy_item"
    }

    fn schema(&self) -> Schema {
        Schema {
            version: 2,
            description: "An item.",
            attributes: vec![
                required("name", Type::String, "A name.").replaces(),
                optional("behave", Type::String, "What to do."),
                optional("secret", Type::String, "A secret.").sensitive(),
                optional_computed("size", Type::Number, "A size; 1 by default.").or_default(1_i64),
                optional("anything", Type::Dynamic, "Anything."),
                computed("id", Type::String, "The id.").keeps_prior(),
                computed("token", Type::String, "A token.").sensitive(),
                timeouts(),
            ],
        }
    }

    fn identity_schema(&self) -> Vec<IdentityAttribute> {
        let part = |name, required| IdentityAttribute {
            name,
            ty: Type::String,
            required,
            description: "A part.",
        };
        vec![part("id", true), part("zone", false)]
    }

    fn identity(&self, state: &ItemModel) -> ItemIdentity {
        let id = state.id.known().expect("every item has an id").clone();
        ItemIdentity { id: id.into(), zone: "here".to_owned().into() }
    }

    fn limits(&self) -> Option<Limits> {
        Some(LIMITS)
    }

    fn validate(&self, config: &ItemModel) -> Diagnostics {
        match config.word("validate").as_str() {
            "panic" => panic!("told to panic, with {}", config.secret()),
            "fail" => Diagnostic::error("Told To Fail", "Write something else.")
                .at(Path::root("behave"))
                .into(),
            _ => Diagnostics::new(),
        }
    }

    async fn plan(
        &self,
        _client: &ToyClient,
        change: &mut Change<ItemModel>,
        context: &Context,
    ) -> Result<(), Diagnostics> {
        leave_trail(context, "plan");
        match change.config.word("plan").as_str() {
            "panic" => panic!("told to panic, with {}", change.config.secret()),
            "fail" => {
                context.warn(Diagnostic::warning("Before It", "Now it comes."));
                return Err(failure("not planned"));
            }
            "warn" => context.warn(Diagnostic::warning("Told To Warn", "As you wish.")),
            "replace" => change.replaced_for = vec![Path::root("behave"), Path::root("name")],
            "mistyped" => change.planned.anything = Value::Bool(true).into(),
            "refine" => change.planned.token = "planned token".to_owned().into(),
            _ => {}
        }
        Ok(())
    }

    async fn plan_deletion(
        &self,
        _client: &ToyClient,
        state: &ItemModel,
        context: &Context,
    ) -> Result<(), Diagnostics> {
        leave_trail(context, "plan deletion");
        context.warn(Diagnostic::warning("It Will Be Gone", "For good."));
        match state.word("plan_deletion").as_str() {
            "fail" => Err(failure("needed")),
            _ => Ok(()),
        }
    }

    async fn create(
        &self,
        client: &ToyClient,
        planned: ItemModel,
        progress: &Progress<'_, ItemModel>,
    ) -> Result<ItemModel, Diagnostics> {
        write(client, "create", planned, progress).await
    }

    async fn read(
        &self,
        client: &ToyClient,
        state: ItemModel,
        context: &Context,
    ) -> Result<Option<ItemModel>, Diagnostics> {
        leave_trail(context, "read");
        let fresh = |item: ItemModel| ItemModel { token: "read".to_owned().into(), ..item };
        match state.word("read").as_str() {
            "panic" => panic!("told to panic, with {}", state.secret()),
            "fail" => {
                context.warn(Diagnostic::warning("Before It", "Now it comes."));
                Err(failure("out of reach"))
            }
            "wait" => {
                let _note = NoteOnDrop(Arc::clone(&client.toy.dropped));
                client.toy.waiting.add_permits(1);
                std::future::pending().await
            }
            "yield" => {
                tokio::task::yield_now().await;
                Ok(Some(fresh(state)))
            }
            "poll" => loop {
                context.pause(Duration::from_secs(7)).await?;
            },
            "gone" => Ok(None),
            "unknown" => Ok(Some(ItemModel { token: Attr::Unknown, ..state })),
            "mistyped" => Ok(Some(ItemModel { anything: Value::Bool(true).into(), ..state })),
            "huge" => Ok(Some(ItemModel { name: "x".repeat(HUGE).into(), ..state })),
            _ => Ok(Some(fresh(state))),
        }
    }

    async fn update(
        &self,
        client: &ToyClient,
        _prior: ItemModel,
        planned: ItemModel,
        progress: &Progress<'_, ItemModel>,
    ) -> Result<ItemModel, Diagnostics> {
        write(client, "update", planned, progress).await
    }

    async fn delete(
        &self,
        _client: &ToyClient,
        state: ItemModel,
        progress: &Progress<'_, ItemModel>,
    ) -> Result<(), Diagnostics> {
        leave_trail(progress, "delete");
        match state.word("delete").as_str() {
            "panic" => panic!("told to panic, with {}", state.secret()),
            "fail" => Err(failure("still there")),
            "fail late" => {
                progress.record(ItemModel { size: 0.into(), ..state });
                Err(failure("half gone"))
            }
            "record" => {
                progress.record(state);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn identity_from_id(&self, id: &str) -> Result<ItemIdentity, Diagnostics> {
        if id.starts_with("item-") {
            return Ok(ItemIdentity { id: id.to_owned().into(), zone: Attr::Null });
        }
        let detail = format!("`{id}` is no id of an item. Write it like `item-NAME`.");
        Err(Diagnostic::error("Invalid Import Id", detail).into())
    }

    async fn import(
        &self,
        _client: &ToyClient,
        identity: ItemIdentity,
        context: &Context,
    ) -> Result<ItemModel, Diagnostics> {
        leave_trail(context, "import");
        context.warn(Diagnostic::warning("Before It", "Now it comes."));
        let id = identity.id.into_known().unwrap_or_default();
        let name = id.strip_prefix("item-").unwrap_or_default().to_owned();
        let mut item = ItemModel::named(name.into());
        match id.as_str() {
            "item-panic" => panic!("told to panic"),
            "item-absent" => return Err(failure("absent")),
            "item-unknown" => item.token = Attr::Unknown,
            "item-mistyped" => item.anything = Value::Bool(true).into(),
            _ => {}
        }
        Ok(item)
    }

    fn upgrade(&self, old: &OldState<'_>) -> Result<ItemModel, Diagnostics> {
        if old.version != 1 {
            return Err(Diagnostic::error("Too Old", "There is no way.").into());
        }
        let ItemModelV1 { title, id } = old.read()?;
        assert!(title.known().is_none_or(|title| title != "panic"), "told to panic");
        Ok(ItemModel { id, ..ItemModel::named(title) })
    }

    fn take_over(&self, moved: &MovedState<'_>) -> Result<Option<ItemModel>, Diagnostics> {
        if !(moved.provider_address.ends_with("/old/old") && moved.type_name == "old_item") {
            return Ok(None);
        }
        let ItemModelV1 { title, .. } = moved.state.read()?;
        Ok(Some(ItemModel::named(title)))
    }
}

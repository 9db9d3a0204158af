//! A resource that is a file: every way in which objects come, change and go.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path as File, PathBuf},
    time::Duration,
};

use imageguard::plugin::{
    Attr, Change, Context, Diagnostic, Diagnostics, IdentityAttribute, Limits, MovedState, Number,
    OldState, Path, Progress, Resource, Set, Timeouts, Value,
    schema::{
        self, Nesting, Presence, Schema, computed, nested, optional, optional_computed, required,
    },
    timeouts,
};

use crate::ToyConfig;

const LIMITS: Limits = Limits {
    create: Duration::from_secs(60),
    read: Duration::from_secs(60),
    update: Duration::from_secs(60),
    delete: Duration::from_secs(60),
};

pub(crate) struct Thing;

imageguard::model! {
    #[derive(Clone)]
    pub(crate) struct ThingModel {
        name: Attr<String>,
        behave: Attr<String>,
        text: Attr<String>,
        secret: Attr<String>,
        number: Attr<Number>,
        size: Attr<Number>,
        words: Attr<Vec<String>>,
        labels: Attr<BTreeMap<String, String>>,
        parts: Attr<Vec<PartModel>>,
        marks: Attr<Set<MarkModel>>,
        shape: Attr<ShapeModel>,
        anything: Attr<Value>,
        id: Attr<String>,
        revision: Attr<Number>,
        timeouts: Attr<Timeouts>,
    }
}

imageguard::model! {
    #[derive(Clone)]
    struct PartModel {
        name: Attr<String>,
        serial: Attr<String>,
    }
}

imageguard::model! {
    #[derive(Clone)]
    struct MarkModel {
        key: Attr<String>,
        value: Attr<String>,
    }
}

imageguard::model! {
    #[derive(Clone)]
    struct ShapeModel {
        kind: Attr<String>,
        corners: Attr<Number>,
    }
}

imageguard::model! {
    pub(crate) struct ThingIdentity {
        id: Attr<String>,
        folder: Attr<String>,
    }
}

imageguard::model! {
    /// Schema version 0 called the name a title.
    struct ThingModelV0 {
        title: Attr<String>,
        text: Attr<String>,
        id: Attr<String>,
    }
}

imageguard::model! {
    /// What is needed of a `terraform_data`.
    struct TerraformData {
        input: Attr<Value>,
    }
}

impl ThingModel {
    fn named(name: Attr<String>) -> Self {
        Self {
            name,
            behave: Attr::Null,
            text: Attr::Null,
            secret: Attr::Null,
            number: Attr::Null,
            size: Number::from(1_i64).into(),
            words: Attr::Null,
            labels: Attr::Null,
            parts: Attr::Null,
            marks: Attr::Null,
            shape: Attr::Null,
            anything: Attr::Null,
            id: Attr::Null,
            revision: Attr::Null,
            timeouts: Attr::Null,
        }
    }

    /// Tells whether the thing should behave like that; `fail_update` is one such word.
    fn is_told_to(&self, word: &str) -> bool {
        self.behave.known().is_some_and(|behave| behave == word)
    }

    /// Gives serial numbers to the parts that have none.
    fn number_parts(&mut self) {
        if let Attr::Known(parts) = &mut self.parts {
            for part in parts.iter_mut().filter(|part| part.serial.known().is_none()) {
                let name = part.name.known().map_or("", String::as_str);
                part.serial = format!("serial of {name}").into();
            }
        }
    }
}

/// The file of a thing: its revision in the first line, its text in the others.
struct Kept {
    file: PathBuf,
}

impl Kept {
    fn of(client: &ToyConfig, id: &str) -> Result<Self, Diagnostics> {
        let folder = client.folder.known().ok_or_else(|| {
            Diagnostic::error("No Folder", "Set `folder` in the provider block.")
                .at(Path::root("name"))
        })?;
        Ok(Self { file: File::new(folder).join(id) })
    }

    fn write(&self, revision: i64, text: &Attr<String>) -> Result<(), Diagnostics> {
        let text = text.known().map_or("", String::as_str);
        let written = fs::write(&self.file, format!("{revision}\n{text}"));
        Ok(written.map_err(|error| self.failed("written", &error))?)
    }

    fn read(&self) -> Result<Option<(i64, String)>, Diagnostics> {
        match fs::read_to_string(&self.file) {
            Ok(content) => {
                let (revision, text) = content.split_once('\n').unwrap_or((&content, ""));
                Ok(Some((revision.parse().unwrap_or(0), text.to_owned())))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed("read", &error).into()),
        }
    }

    fn delete(&self) -> Result<(), Diagnostics> {
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(self.failed("deleted", &error).into())
            }
            _ => Ok(()),
        }
    }

    fn failed(&self, done: &str, error: &io::Error) -> Diagnostic {
        let detail = format!("`{}` cannot be {done}: {error}.", self.file.display());
        Diagnostic::error("Thing Out Of Reach", detail)
    }
}

impl Resource for Thing {
    type Client = ToyConfig;
    type Model = ThingModel;
    type Identity = ThingIdentity;

    fn type_name(&self) -> &'static str {
        "toy_thing"
    }

    fn schema(&self) -> Schema {
        Schema {
            version: 1,
            description: "A file.",
            attributes: vec![
                required("name", schema::STRING, "The name of the file.").replaces(),
                optional(
                    "behave",
                    schema::STRING,
                    "`fail_create`, `fail_late`, `fail_update`, `fail_delete`, `panic`, `wait`, \
                     `warn`, `replace`, or `refuse_deletion`.",
                ),
                optional("text", schema::STRING, "What the file holds."),
                optional("secret", schema::STRING, "Kept in state only.").sensitive(),
                optional("number", schema::NUMBER, "Any number."),
                optional_computed("size", schema::NUMBER, "A number; 1 by default.")
                    .or_default(Number::from(1_i64)),
                optional("words", schema::list(schema::STRING), "Words."),
                optional("labels", schema::map(schema::STRING), "Labels."),
                nested(
                    "parts",
                    Nesting::List,
                    Presence::Optional,
                    "Parts.",
                    vec![
                        required("name", schema::STRING, "The name of the part."),
                        computed("serial", schema::STRING, "Made once.").keeps_prior(),
                    ],
                ),
                nested(
                    "marks",
                    Nesting::Set,
                    Presence::Optional,
                    "Marks.",
                    vec![
                        required("key", schema::STRING, "A key."),
                        optional("value", schema::STRING, "A value."),
                    ],
                ),
                nested(
                    "shape",
                    Nesting::Single,
                    Presence::Optional,
                    "A shape.",
                    vec![
                        required("kind", schema::STRING, "A change needs another thing.")
                            .replaces(),
                        optional_computed("corners", schema::NUMBER, "Four by default.")
                            .or_default(Number::from(4_i64)),
                    ],
                ),
                optional("anything", schema::DYNAMIC, "Anything."),
                computed("id", schema::STRING, "The id.").keeps_prior(),
                computed("revision", schema::NUMBER, "Counts changes."),
                timeouts(),
            ],
        }
    }

    fn identity_schema(&self) -> Vec<IdentityAttribute> {
        let part = |name, required, description| IdentityAttribute {
            name,
            ty: schema::STRING,
            required,
            description,
        };
        vec![part("id", true, "The id."), part("folder", false, "The folder it is in.")]
    }

    fn identity(&self, state: &ThingModel) -> ThingIdentity {
        ThingIdentity { id: state.id.clone(), folder: Attr::Null }
    }

    fn limits(&self) -> Option<Limits> {
        Some(LIMITS)
    }

    fn validate(&self, config: &ThingModel) -> Diagnostics {
        match config.name.known() {
            Some(name) if name.is_empty() || name.contains('/') => {
                let detail = format!("`{name}` is no name. Write one without slashes.");
                Diagnostic::error("Invalid Name", detail).at(Path::root("name")).into()
            }
            _ => Diagnostics::new(),
        }
    }

    async fn plan(
        &self,
        _client: &ToyConfig,
        change: &mut Change<ThingModel>,
        context: &Context,
    ) -> Result<(), Diagnostics> {
        if change.config.is_told_to("replace") && change.prior.is_some() {
            change.replaced_for.push(Path::root("behave"));
        }
        if change.config.is_told_to("warn") {
            let name = change.config.name.known().map_or("?", String::as_str);
            context.warn(Diagnostic::warning(format!("Planned {name}"), "As you wish."));
        }
        // Texts that differ in case only mean the same.
        if let (Some(prior), Attr::Known(planned)) = (&change.prior, &change.planned.text)
            && prior.text.known().is_some_and(|prior| prior.eq_ignore_ascii_case(planned))
        {
            change.planned.text = prior.text.clone();
        }
        Ok(())
    }

    async fn plan_deletion(
        &self,
        _client: &ToyConfig,
        state: &ThingModel,
        context: &Context,
    ) -> Result<(), Diagnostics> {
        let name = state.name.known().map_or("?", String::as_str);
        if state.is_told_to("refuse_deletion") {
            let detail = format!("{name} stays. Set `behave` to something else first.");
            return Err(Diagnostic::error("Deletion Refused", detail).into());
        }
        if state.is_told_to("warn") {
            let reads: i64 = context.private("reads").unwrap_or_default();
            let summary = format!("Deleting {name}");
            context.warn(Diagnostic::warning(summary, format!("It was read {reads} times.")));
        }
        Ok(())
    }

    async fn create(
        &self,
        client: &ToyConfig,
        planned: ThingModel,
        progress: &Progress<'_, ThingModel>,
    ) -> Result<ThingModel, Diagnostics> {
        progress.go_on()?;
        let name = planned.name.known().map_or("", String::as_str).to_owned();
        if planned.is_told_to("fail_create") {
            return Err(Diagnostic::error("Told To Fail", format!("{name} is not created.")).into());
        }
        let mut thing = ThingModel {
            id: format!("thing-{name}").into(),
            revision: Number::from(1_i64).into(),
            ..planned
        };
        Kept::of(client, thing.id.known().map_or("", String::as_str))?.write(1, &thing.text)?;
        progress.keep_private("born_as", &name);
        progress.record(thing.clone());
        if thing.is_told_to("panic") {
            panic!("told to panic, secret {}", thing.secret.known().map_or("", String::as_str));
        }
        if thing.is_told_to("fail_late") {
            let detail = format!("{name} is created, but not well.");
            return Err(Diagnostic::error("Told To Fail", detail).into());
        }
        while thing.is_told_to("wait") {
            progress.pause(Duration::from_millis(20)).await?;
        }
        thing.number_parts();
        Ok(thing)
    }

    async fn read(
        &self,
        client: &ToyConfig,
        state: ThingModel,
        context: &Context,
    ) -> Result<Option<ThingModel>, Diagnostics> {
        let id = state.id.known().map_or("", String::as_str);
        let Some((revision, text)) = Kept::of(client, id)?.read()? else { return Ok(None) };
        let reads: i64 = context.private("reads").unwrap_or_default();
        context.keep_private("reads", &(reads + 1));
        // An empty file is what is left of a text that is not set.
        let text = if text.is_empty() && state.text.is_null() { Attr::Null } else { text.into() };
        Ok(Some(ThingModel { text, revision: Number::from(revision).into(), ..state }))
    }

    async fn update(
        &self,
        client: &ToyConfig,
        prior: ThingModel,
        planned: ThingModel,
        progress: &Progress<'_, ThingModel>,
    ) -> Result<ThingModel, Diagnostics> {
        progress.go_on()?;
        let kept = Kept::of(client, planned.id.known().map_or("", String::as_str))?;
        let revision = 1 + prior.revision.known().and_then(Number::as_i64).unwrap_or_default();
        kept.write(revision, &planned.text)?;
        let mut thing = ThingModel { revision: Number::from(revision).into(), ..planned };
        thing.number_parts();
        if thing.is_told_to("fail_update") {
            // The text is changed, the rest is not.
            progress.record(ThingModel {
                text: thing.text.clone(),
                revision: thing.revision.clone(),
                ..prior
            });
            return Err(Diagnostic::error("Told To Fail", "Only the text is changed.").into());
        }
        while thing.is_told_to("wait") {
            progress.pause(Duration::from_millis(20)).await?;
        }
        Ok(thing)
    }

    async fn delete(
        &self,
        client: &ToyConfig,
        state: ThingModel,
        progress: &Progress<'_, ThingModel>,
    ) -> Result<(), Diagnostics> {
        progress.go_on()?;
        if state.is_told_to("fail_delete") {
            return Err(Diagnostic::error("Told To Fail", "It is not deleted.").into());
        }
        Kept::of(client, state.id.known().map_or("", String::as_str))?.delete()
    }

    fn identity_from_id(&self, id: &str) -> Result<ThingIdentity, Diagnostics> {
        match id.strip_prefix("thing-") {
            Some(name) if !name.is_empty() && !name.contains('/') => {
                Ok(ThingIdentity { id: id.to_owned().into(), folder: Attr::Null })
            }
            _ => {
                let detail = format!("`{id}` is no id of a thing. Write it like `thing-NAME`.");
                Err(Diagnostic::error("Invalid Import Id", detail).into())
            }
        }
    }

    async fn import(
        &self,
        _client: &ToyConfig,
        identity: ThingIdentity,
        context: &Context,
    ) -> Result<ThingModel, Diagnostics> {
        let id = identity.id.known().map_or("", String::as_str);
        let ThingIdentity { id: checked, .. } = self.identity_from_id(id)?;
        context.keep_private("born_as", &"import");
        let name = id.strip_prefix("thing-").map(str::to_owned);
        Ok(ThingModel { id: checked, ..ThingModel::named(name.into()) })
    }

    fn upgrade(&self, old: &OldState<'_>) -> Result<ThingModel, Diagnostics> {
        let ThingModelV0 { title, text, id } = old.read()?;
        let revision = Number::from(1_i64).into();
        Ok(ThingModel { id, text, revision, ..ThingModel::named(title) })
    }

    fn take_over(&self, moved: &MovedState<'_>) -> Result<Option<ThingModel>, Diagnostics> {
        if moved.type_name != "terraform_data" {
            return Ok(None);
        }
        let TerraformData { input } = moved.state.read()?;
        match input {
            Attr::Known(Value::Dynamic(_, name)) if matches!(*name, Value::String(_)) => {
                let Value::String(name) = *name else { return Ok(None) };
                let id = format!("thing-{name}").into();
                let revision = Number::from(1_i64).into();
                Ok(Some(ThingModel { id, revision, ..ThingModel::named(name.into()) }))
            }
            _ => {
                let detail = "The `input` of a `terraform_data` must be the name of the thing.";
                Err(Diagnostic::error("Move Not Supported", detail).into())
            }
        }
    }
}

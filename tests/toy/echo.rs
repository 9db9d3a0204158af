//! A data source that returns what it is given.

use std::collections::{BTreeMap, BTreeSet};

use imageguard::plugin::{
    Attr, Context, DataSource, Diagnostic, Diagnostics, Number, Path, Value,
    schema::{self, Nesting, Presence, Schema, computed, nested, optional},
};

use crate::ToyConfig;

pub(crate) struct Echo;

imageguard::model! {
    pub(crate) struct EchoModel {
        behave: Attr<String>,
        text: Attr<String>,
        number: Attr<Number>,
        flag: Attr<bool>,
        list: Attr<Vec<String>>,
        set: Attr<BTreeSet<String>>,
        map: Attr<BTreeMap<String, Number>>,
        anything: Attr<Value>,
        object: Attr<Inner>,
        objects: Attr<BTreeMap<String, Inner>>,
        id: Attr<String>,
    }
}

imageguard::model! {
    struct Inner {
        name: Attr<String>,
        size: Attr<Number>,
    }
}

fn inner() -> Vec<schema::Attribute> {
    vec![optional("name", schema::STRING, "A name."), optional("size", schema::NUMBER, "A size.")]
}

impl DataSource for Echo {
    type Client = ToyConfig;
    type Model = EchoModel;

    fn type_name(&self) -> &'static str {
        "toy_echo"
    }

    fn schema(&self) -> Schema {
        Schema {
            version: 0,
            description: "Returns what it is given.",
            attributes: vec![
                optional(
                    "behave",
                    schema::STRING,
                    "`panic`, `fail`, `warn`, or `wait`, which notes the process id in the file `text`.",
                ),
                optional("text", schema::STRING, "Any text."),
                optional("number", schema::NUMBER, "Any number."),
                optional("flag", schema::BOOL, "Any flag."),
                optional("list", schema::list(schema::STRING), "Any list."),
                optional("set", schema::set(schema::STRING), "Any set."),
                optional("map", schema::map(schema::NUMBER), "Any map."),
                optional("anything", schema::DYNAMIC, "Anything."),
                nested("object", Nesting::Single, Presence::Optional, "An object.", inner()),
                nested("objects", Nesting::Map, Presence::Optional, "Objects.", inner()),
                computed("id", schema::STRING, "Always `echo`."),
            ],
        }
    }

    fn validate(&self, config: &EchoModel) -> Diagnostics {
        match config.text.known() {
            Some(text) if text == "invalid" => {
                Diagnostic::error("Invalid Text", "The text is `invalid`. Write another one.")
                    .at(Path::root("text"))
                    .into()
            }
            _ => Diagnostics::new(),
        }
    }

    async fn read(
        &self,
        client: &ToyConfig,
        config: EchoModel,
        context: &Context,
    ) -> Result<EchoModel, Diagnostics> {
        let token = client.token.known().map_or("none", String::as_str);
        match config.behave.known().map(String::as_str) {
            Some("panic") => panic!("told to panic, token {token}"),
            Some("fail") => {
                return Err(Diagnostic::error("Told To Fail", format!("Token {token}.")).into());
            }
            Some("warn") => context.warn(Diagnostic::warning("Told To Warn", "As you wish.")),
            Some("wait") => {
                if let Some(file) = config.text.known() {
                    std::fs::write(file, format!("{}\n", std::process::id()))
                        .expect("the test names a writable file");
                }
                std::future::pending().await
            }
            _ => {}
        }
        Ok(EchoModel { id: "echo".to_owned().into(), ..config })
    }
}

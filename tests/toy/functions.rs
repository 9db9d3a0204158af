//! One function for each way in which arguments and results can be.

use std::collections::BTreeMap;

use imageguard::plugin::{
    Argument, Attr, Function, FunctionError, Parameter, Signature, Type, Value,
    schema::{DYNAMIC, NUMBER, STRING},
};

/// Typed and variadic; refuses an empty word.
pub(crate) struct Join;

imageguard::model! {
    pub(crate) struct JoinArguments {
        separator: String,
        words: Vec<String>,
    }
}

impl Function for Join {
    type Arguments = JoinArguments;
    type Output = String;

    fn name(&self) -> &'static str {
        "join"
    }

    fn signature(&self) -> Signature {
        Signature {
            summary: "Joins words",
            description: "Joins words with a separator.",
            parameters: vec![Parameter::new("separator", STRING, "What goes between words.")],
            variadic: Some(Parameter::new("words", STRING, "The words; none may be empty.")),
        }
    }

    fn call(&self, arguments: JoinArguments) -> Result<String, FunctionError> {
        if let Some(empty) = arguments.words.iter().position(String::is_empty) {
            let error = FunctionError::new("A word is empty; leave it out.");
            return Err(error.at(Argument::Variadic(empty)));
        }
        Ok(arguments.words.join(&arguments.separator))
    }
}

/// Fails for one argument; panics for another.
pub(crate) struct Halve;

imageguard::model! {
    pub(crate) struct HalveArguments {
        number: i64,
    }
}

impl Function for Halve {
    type Arguments = HalveArguments;
    type Output = i64;

    fn name(&self) -> &'static str {
        "halve"
    }

    fn signature(&self) -> Signature {
        Signature {
            summary: "Halves a number",
            description: "Returns half of an even number; 0 makes it panic.",
            parameters: vec![Parameter::new("number", NUMBER, "An even number.")],
            variadic: None,
        }
    }

    fn call(&self, HalveArguments { number }: HalveArguments) -> Result<i64, FunctionError> {
        assert!(number != 0, "told to panic");
        if number % 2 != 0 {
            let error = FunctionError::new(format!("{number} is odd; write an even number."));
            return Err(error.at(Argument::Of("number")));
        }
        Ok(number / 2)
    }
}

/// Takes null, and unknown where it does not matter.
pub(crate) struct Tell;

imageguard::model! {
    pub(crate) struct TellArguments {
        text: Attr<String>,
        ignored: Attr<String>,
    }
}

impl Function for Tell {
    type Arguments = TellArguments;
    type Output = String;

    fn name(&self) -> &'static str {
        "tell"
    }

    fn signature(&self) -> Signature {
        let ignored = Parameter::new("ignored", STRING, "Anything; it does not matter.");
        Signature {
            summary: "Tells what it is given",
            description: "Returns `null`, or the text in parentheses.",
            parameters: vec![
                Parameter::new("text", STRING, "A text or null.").or_null(),
                ignored.or_null().or_unknown(),
            ],
            variadic: None,
        }
    }

    fn call(&self, arguments: TellArguments) -> Result<String, FunctionError> {
        let TellArguments { text, ignored: _ } = arguments;
        Ok(text.known().map_or_else(|| "null".to_owned(), |text| format!("({text})")))
    }
}

/// Takes and returns values of any type.
pub(crate) struct Wrap;

imageguard::model! {
    pub(crate) struct WrapArguments {
        value: Value,
    }
}

impl Function for Wrap {
    type Arguments = WrapArguments;
    type Output = Value;

    fn name(&self) -> &'static str {
        "wrap"
    }

    fn signature(&self) -> Signature {
        Signature {
            summary: "Wraps a value",
            description: "Returns an object with the value as `inside`.",
            parameters: vec![Parameter::new("value", DYNAMIC, "Anything.").or_null()],
            variadic: None,
        }
    }

    fn call(&self, WrapArguments { value }: WrapArguments) -> Result<Value, FunctionError> {
        let object = Type::Object(BTreeMap::from([("inside".to_owned(), Type::Dynamic)]));
        let inside = Value::Mapping(BTreeMap::from([("inside".to_owned(), value)]));
        Ok(Value::Dynamic(object, Box::new(inside)))
    }
}

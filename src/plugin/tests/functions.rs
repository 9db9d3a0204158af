//! Functions over the pipe.

use expect_test::expect;

use super::*;
use crate::plugin::{
    Argument, Function, FunctionError, Parameter, Signature,
    schema::{DYNAMIC, NUMBER, STRING},
};

pub(super) const ALL: &[&dyn AnyFunction] = &[&Join, &Halve, &Tell, &Wrap, &Mistyped];

// Calls.

#[tokio::test]
async fn typed_and_variadic_arguments_arrive_in_order() {
    let mut host = client().await;
    let words = [text("-"), text("a"), text("b"), text("c")];
    assert_eq!(call(&mut host, "join", &words).await, Ok(text("a-b-c")));
    assert_eq!(call(&mut host, "join", &[text("-")]).await, Ok(text("")));
    assert_eq!(call(&mut host, "halve", &[number(8)]).await, Ok(number(4)));
}

/// OpenTofu calls functions on the instance that it has configured.
#[tokio::test]
async fn a_function_needs_no_configure_and_does_not_mind_one() {
    let mut host = client().await;
    assert_eq!(call(&mut host, "halve", &[number(8)]).await, Ok(number(4)));
    configure(&mut host, text("any-token")).await;
    assert_eq!(call(&mut host, "halve", &[number(8)]).await, Ok(number(4)));
}

#[tokio::test]
async fn values_of_any_type_go_in_and_out() {
    let mut host = client().await;
    let words = Value::Dynamic(schema::list(STRING), Box::new(Value::Sequence(vec![text("x")])));
    for value in [words, Value::Dynamic(NUMBER, Box::new(Value::Null)), Value::Null] {
        let wrapped = call(&mut host, "wrap", std::slice::from_ref(&value)).await;
        let Ok(Value::Dynamic(_, wrapped)) = wrapped else {
            panic!("nothing is wrapped");
        };
        assert_eq!(*wrapped, Value::Mapping([("inside".to_owned(), value)].into()));
    }
}

#[tokio::test]
async fn null_and_unknown_arrive_where_they_are_taken() {
    let mut host = client().await;
    assert_eq!(call(&mut host, "tell", &[Value::Null, Value::unknown()]).await, Ok(text("null")));
    assert_eq!(call(&mut host, "tell", &[text("x"), Value::Null]).await, Ok(text("(x)")));
    // OpenTofu sends a null as a message without content.
    let nothing = wire::DynamicValue::default();
    let answer = call_with(&mut host, "tell", vec![nothing.clone(), nothing.clone()]).await;
    assert_eq!(answer.error, None);
    assert_eq!(from_dynamic(answer.result.as_ref(), &STRING), Ok(text("null")));
    let answer = call_with(&mut host, "halve", vec![nothing]).await;
    assert_eq!(answer.error.unwrap().text, "The argument is null; give it a value");
}

#[tokio::test]
async fn the_argument_to_blame_is_counted_from_zero_over_all() {
    let mut host = client().await;
    let at = |text: &str, position| Err((text.to_owned(), position));
    let words = [text("-"), text("a"), text("")];
    let empty = "A word is empty; leave it out";
    assert_eq!(call(&mut host, "join", &words).await, at(empty, Some(2)));
    let odd = "7 is odd; write an even number";
    assert_eq!(call(&mut host, "halve", &[number(7)]).await, at(odd, Some(0)));

    let null = "The argument is null; give it a value";
    assert_eq!(call(&mut host, "join", &[Value::Null]).await, at(null, Some(0)));
    let words = [text("-"), text("a"), Value::Null];
    assert_eq!(call(&mut host, "join", &words).await, at(null, Some(2)));

    let unknown = "The argument is only known after apply";
    assert_eq!(call(&mut host, "halve", &[Value::unknown()]).await, at(unknown, Some(0)));
    let words = [text("-"), text("a"), Value::unknown()];
    assert_eq!(call(&mut host, "join", &words).await, at(unknown, Some(2)));
}

#[tokio::test]
async fn an_argument_that_does_not_fit_is_blamed() {
    let mut host = client().await;
    let sent = |value: &Value, ty: &Type| to_dynamic(value, ty);
    let answer = call_with(&mut host, "halve", vec![sent(&text("x"), &STRING)]).await;
    let error = answer.error.unwrap();
    expect!["The argument has another type: the number is none"].assert_eq(&error.text);
    assert_eq!(error.function_argument, Some(0));
    let words = vec![sent(&text("-"), &STRING), sent(&Value::Bool(true), &Type::Bool)];
    assert_eq!(call_with(&mut host, "join", words).await.error.unwrap().function_argument, Some(1));

    let fraction = Value::Number(Number::from_text("0.5").unwrap());
    let (text, position) = call(&mut host, "halve", &[fraction]).await.unwrap_err();
    expect!["The number does not fit: a whole number between -9223372036854775808 and 9223372036854775807 is needed"].assert_eq(&text);
    assert_eq!(position, Some(0));
}

#[tokio::test]
async fn arguments_too_few_or_too_many_are_an_error() {
    let mut host = client().await;
    let missing = Err(("The argument `separator` is missing".to_owned(), None));
    assert_eq!(call(&mut host, "join", &[]).await, missing);
    let missing = Err(("The argument `ignored` is missing".to_owned(), None));
    assert_eq!(call(&mut host, "tell", &[text("x")]).await, missing);
    let many = Err(("There are more arguments than parameters".to_owned(), None));
    assert_eq!(call(&mut host, "halve", &[number(2), number(2)]).await, many);
}

#[tokio::test]
async fn a_function_that_is_not_there_is_an_error() {
    let mut host = client().await;
    let told = "Unknown Function: This version of the provider has no function `absent`";
    assert_eq!(call(&mut host, "absent", &[]).await, Err((told.to_owned(), None)));
}

#[tokio::test]
async fn a_panic_or_a_result_of_another_type_is_our_bug() {
    let mut host = client().await;
    let (text, position) = call(&mut host, "halve", &[number(0)]).await.unwrap_err();
    expect!["Bug In The Provider: The provider failed in a way it never should: told to panic. Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`"].assert_eq(&text);
    assert_eq!(position, None);
    let (text, _) = call(&mut host, "mistyped", &[]).await.unwrap_err();
    expect!["Bug In The Provider: The provider failed in a way it never should: a function returned a value of another type. Nothing is wrong with the configuration. Please report it with the output of `TF_LOG=debug`"].assert_eq(&text);
    assert_eq!(call(&mut host, "halve", &[number(8)]).await, Ok(number(4)));
}

/// Terraform compares the results of plan and apply.
#[tokio::test]
async fn the_same_arguments_give_the_same_bytes() {
    let mut host = client().await;
    let of = [("b".to_owned(), text("x")), ("a".to_owned(), text("y"))];
    let value = Value::Dynamic(schema::map(STRING), Box::new(Value::Mapping(of.into())));
    let arguments = vec![to_dynamic(&value, &DYNAMIC)];
    let first = call_with(&mut host, "wrap", arguments.clone()).await;
    assert_eq!(call_with(&mut host, "wrap", arguments).await, first);
}

#[tokio::test]
async fn secrets_are_masked_in_errors() {
    let mut host = client().await;
    configure(&mut host, text("987654321")).await;
    let (text, _) = call(&mut host, "halve", &[number(987_654_321)]).await.unwrap_err();
    assert_eq!(text, "(secret) is odd; write an even number");
}

/// Terraform reads them with the schema, OpenTofu asks again where one is missing there.
#[tokio::test]
async fn functions_are_described_the_same_wherever_one_asks() {
    let mut host = client().await;
    let schema = host.get_provider_schema(wire::get_provider_schema::Request {});
    let described = schema.await.unwrap().into_inner().functions;
    let asked = host.get_functions(wire::get_functions::Request {}).await.unwrap().into_inner();
    assert_eq!((asked.functions, asked.diagnostics), (described.clone(), Vec::new()));
    let metadata = host.get_metadata(wire::get_metadata::Request {}).await.unwrap().into_inner();
    let names: Vec<_> = metadata.functions.into_iter().map(|it| it.name).collect();
    assert_eq!(names, ["join", "halve", "tell", "wrap", "mistyped"]);

    let join = &described["join"];
    assert_eq!(join.r#return.as_ref().unwrap().r#type, br#""string""#);
    assert_eq!(join.parameters[0].name, "separator");
    assert_eq!(join.variadic_parameter.as_ref().unwrap().r#type, br#""string""#);
    let takes: Vec<_> = described["tell"]
        .parameters
        .iter()
        .map(|it| (it.allow_null_value, it.allow_unknown_values))
        .collect();
    assert_eq!(takes, [(true, false), (true, true)]);
}

#[test]
fn functions_and_their_signatures_agree() {
    for function in ALL {
        assert_eq!(function.faults(), Vec::<String>::new(), "{}", function.name());
    }
}

#[test]
fn a_bad_signature_is_told_with_all_its_faults() {
    let faults = (&Bad as &dyn AnyFunction).faults();
    expect![[r#"
        the function has no summary or no description
        `number` has no description
        `number` is there twice
        `a-b` is no parameter name
        `a-b` is no parameter name
        `a-b` is there twice
        `Bad` is no function name
        `a-b` of the arguments is not as described"#]]
    .assert_eq(&faults.join("\n"));
}

type Called = Result<Value, (String, Option<i64>)>;

/// Calls with values of the parameters' types.
async fn call(host: &mut ProviderClient<Channel>, name: &str, arguments: &[Value]) -> Called {
    let function = ALL.iter().find(|function| function.name() == name);
    let signature = function.map(|function| function.signature());
    let ty = |position| {
        let parameter = signature.as_ref().and_then(|signature| signature.parameter(position));
        parameter.map_or(DYNAMIC, |parameter| parameter.ty.clone())
    };
    let arguments = arguments.iter().enumerate();
    let arguments = arguments.map(|(position, it)| to_dynamic(it, &ty(position))).collect();
    let answer = call_with(host, name, arguments).await;
    match (answer.result, answer.error) {
        (Some(result), None) => {
            Ok(from_dynamic(Some(&result), &function.unwrap().output_type()).unwrap())
        }
        (None, Some(error)) => Err((error.text, error.function_argument)),
        other => panic!("one of the two, not {other:?}"),
    }
}

async fn call_with(
    host: &mut ProviderClient<Channel>,
    name: &str,
    arguments: Vec<wire::DynamicValue>,
) -> wire::call_function::Response {
    let request = wire::call_function::Request { name: name.to_owned(), arguments };
    host.call_function(request).await.unwrap().into_inner()
}

fn number(number: i64) -> Value {
    Value::Number(Number::Integer(number))
}

// The functions.

fn signature(parameters: Vec<Parameter>, variadic: Option<Parameter>) -> Signature {
    Signature { summary: "A function", description: "Computes.", parameters, variadic }
}

/// Joins words; none may be empty.
struct Join;

crate::model! {
    struct JoinArguments {
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
        let words = Parameter::new("words", STRING, "Words.");
        signature(vec![Parameter::new("separator", STRING, "Between words.")], Some(words))
    }

    fn call(&self, arguments: JoinArguments) -> Result<String, FunctionError> {
        if let Some(empty) = arguments.words.iter().position(String::is_empty) {
            let error = FunctionError::new("A word is empty; leave it out.");
            return Err(error.at(Argument::Variadic(empty)));
        }
        Ok(arguments.words.join(&arguments.separator))
    }
}

/// Halves even numbers; zero makes it panic.
struct Halve;

crate::model! {
    struct HalveArguments {
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
        signature(vec![Parameter::new("number", NUMBER, "An even number.")], None)
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
struct Tell;

crate::model! {
    struct TellArguments {
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
        let text = Parameter::new("text", STRING, "A text.").or_null();
        let ignored = Parameter::new("ignored", STRING, "Anything.").or_null().or_unknown();
        signature(vec![text, ignored], None)
    }

    fn call(&self, TellArguments { text, .. }: TellArguments) -> Result<String, FunctionError> {
        Ok(text.known().map_or_else(|| "null".to_owned(), |text| format!("({text})")))
    }
}

/// Takes and returns values of any type.
struct Wrap;

crate::model! {
    struct WrapArguments {
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
        signature(vec![Parameter::new("value", DYNAMIC, "Anything.").or_null()], None)
    }

    fn call(&self, WrapArguments { value }: WrapArguments) -> Result<Value, FunctionError> {
        let object = Type::Object(BTreeMap::from([("inside".to_owned(), Type::Dynamic)]));
        let inside = Value::Mapping(BTreeMap::from([("inside".to_owned(), value)]));
        Ok(Value::Dynamic(object, Box::new(inside)))
    }
}

/// Returns a value of any type without its type.
struct Mistyped;

crate::model! {
    struct NoArguments {}
}

impl Function for Mistyped {
    type Arguments = NoArguments;
    type Output = Value;

    fn name(&self) -> &'static str {
        "mistyped"
    }

    fn signature(&self) -> Signature {
        signature(Vec::new(), None)
    }

    fn call(&self, _: NoArguments) -> Result<Value, FunctionError> {
        Ok(Value::Bool(true))
    }
}

/// Wrong in every way there is.
struct Bad;

impl Function for Bad {
    type Arguments = HalveArguments;
    type Output = i64;

    fn name(&self) -> &'static str {
        "Bad"
    }

    fn signature(&self) -> Signature {
        let parameters = vec![
            Parameter::new("number", STRING, ""),
            Parameter::new("number", NUMBER, "Again."),
            Parameter::new("a-b", STRING, "Dashed."),
        ];
        let variadic = Some(Parameter::new("a-b", STRING, "Rest."));
        Signature { summary: "", description: "x", parameters, variadic }
    }

    fn call(&self, _: HalveArguments) -> Result<i64, FunctionError> {
        Ok(0)
    }
}

//! Functions: computed without a client.

use super::{Server, values::bug};
use crate::plugin::{
    diagnostics::{Diagnostic, Diagnostics},
    function::{AnyFunction, FunctionError, Signature},
    process::logging::masked,
    protocol::{
        convert::{from_dynamic, to_dynamic},
        wire,
    },
    provider::Provider,
    value::{Type, Value},
};

impl<P: Provider> Server<P> {
    fn function(&self, name: &str) -> Result<&'static dyn AnyFunction, Diagnostics> {
        let mut functions = self.provider.functions().iter();
        functions.find(|function| function.name() == name).copied().ok_or_else(|| {
            Diagnostic::error(
                "Unknown Function",
                format!("This version of the provider has no function `{name}`."),
            )
            .into()
        })
    }

    pub(super) async fn call(
        &self,
        request: wire::call_function::Request,
    ) -> wire::call_function::Response {
        let outcome = self.interrupts.read(async { Ok(self.evaluate(&request)) }).await;
        let (result, error) = match outcome.unwrap_or_else(|problems| Err(as_error(problems))) {
            Ok(result) => (Some(result), None),
            Err(error) => (None, Some(error)),
        };
        wire::call_function::Response { result, error }
    }

    fn evaluate(
        &self,
        request: &wire::call_function::Request,
    ) -> Result<wire::DynamicValue, wire::FunctionError> {
        let function = self.function(&request.name).map_err(as_error)?;
        let signature = function.signature();
        let result = arguments(&request.arguments, &signature)
            .and_then(|arguments| function.call(arguments))
            .map_err(|error| to_error(&error, &signature))?;
        let ty = function.output_type();
        match result.is_of(&ty) {
            true => Ok(to_dynamic(&result, &ty)),
            false => Err(as_error(bug("a function returned a value of another type"))),
        }
    }
}

/// Reads the arguments of a call. Terraform checks their number, and that none is null
/// where that is no argument; other hosts may not.
fn arguments(
    messages: &[wire::DynamicValue],
    signature: &Signature,
) -> Result<Vec<Value>, FunctionError> {
    let missing = signature.parameters.get(messages.len());
    if let Some(parameter) = missing {
        return Err(FunctionError::new(format!("The argument `{}` is missing.", parameter.name)));
    }
    let read = |(position, message): (usize, &wire::DynamicValue)| {
        let refuse = |text: String| FunctionError {
            argument: signature.argument_number(position),
            ..FunctionError::new(text)
        };
        let Some(parameter) = signature.parameter(position) else {
            return Err(FunctionError::new("There are more arguments than parameters."));
        };
        let value = from_dynamic(Some(message), &parameter.ty)
            .map_err(|error| refuse(format!("The argument has another type: {error}.")))?;
        match value {
            Value::Null if !parameter.takes_null => {
                Err(refuse("The argument is null; give it a value.".to_owned()))
            }
            value => Ok(value),
        }
    };
    messages.iter().enumerate().map(read).collect()
}

fn to_error(error: &FunctionError, signature: &Signature) -> wire::FunctionError {
    let position = error.argument.as_ref().and_then(|argument| signature.position(argument));
    wire::FunctionError {
        text: told(&error.text),
        // There are never so many arguments.
        function_argument: position.and_then(|position| i64::try_from(position).ok()),
    }
}

/// Functions have no messages but their error.
fn as_error(problems: Diagnostics) -> wire::FunctionError {
    let text = |problem: Diagnostic| format!("{}: {}", problem.summary, problem.detail);
    let texts: Vec<_> = problems.into_iter().map(text).collect();
    wire::FunctionError { text: told(&texts.join("\n")), function_argument: None }
}

/// Terraform puts a text into a sentence of its own, and a full stop behind it.
fn told(text: &str) -> String {
    let text = masked(text);
    text.strip_suffix('.').unwrap_or(&text).to_owned()
}

/// Describes a function.
pub(super) fn to_function(function: &dyn AnyFunction) -> wire::Function {
    use crate::plugin::{function::Parameter, protocol::type_json::to_json};
    let json = |ty: &Type| to_json(ty).to_string().into_bytes();
    let parameter = |parameter: &Parameter| wire::function::Parameter {
        name: parameter.name.to_owned(),
        r#type: json(&parameter.ty),
        allow_null_value: parameter.takes_null,
        allow_unknown_values: parameter.takes_unknown,
        description: parameter.description.to_owned(),
        description_kind: wire::StringKind::Markdown.into(),
    };
    let signature = function.signature();
    wire::Function {
        parameters: signature.parameters.iter().map(parameter).collect(),
        variadic_parameter: signature.variadic.as_ref().map(parameter),
        // Terraform crashes without one.
        r#return: Some(wire::function::Return { r#type: json(&function.output_type()) }),
        summary: signature.summary.to_owned(),
        description: signature.description.to_owned(),
        description_kind: wire::StringKind::Markdown.into(),
        deprecation_message: String::new(),
    }
}

//! The contract of a function, and its type-erased twin.

use super::{
    model::{Mismatch, MismatchKind, Model},
    path::Step,
    value::{Type, Value},
};

/// A function: the same arguments give the same result on any machine, at any time.
///
/// Terraform calls functions on a provider that was never configured.
pub trait Function: Send + Sync + 'static {
    /// The arguments: an object whose attributes are the parameters. A variadic
    /// parameter is a list.
    type Arguments: Model;

    /// The result; null and unknown are results too.
    type Output: Model;

    /// Returns the name, without any prefix.
    fn name(&self) -> &'static str;

    /// Describes parameters and purpose. [`Arguments`](Self::Arguments) has exactly these.
    fn signature(&self) -> Signature;

    /// Computes the result.
    ///
    /// # Errors
    ///
    /// What is wrong with the arguments.
    fn call(&self, arguments: Self::Arguments) -> Result<Self::Output, FunctionError>;
}

/// What a function takes.
#[derive(Clone, Debug)]
pub struct Signature {
    /// One sentence.
    pub summary: &'static str,
    /// What it does, in Markdown.
    pub description: &'static str,
    /// The parameters, in order.
    pub parameters: Vec<Parameter>,
    /// What may follow any number of times.
    pub variadic: Option<Parameter>,
}

/// One parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The name, for messages and documentation.
    pub name: &'static str,
    /// What it takes.
    pub ty: Type,
    /// What it means, in Markdown.
    pub description: &'static str,
    /// Whether null is an argument; without it Terraform refuses null.
    pub takes_null: bool,
    /// Whether the function is called with unknowns; without it the result is unknown.
    pub takes_unknown: bool,
}

impl Parameter {
    /// Describes a parameter that must be known and not null.
    pub fn new(name: &'static str, ty: Type, description: &'static str) -> Self {
        Self { name, ty, description, takes_null: false, takes_unknown: false }
    }

    /// Takes null too.
    pub fn or_null(mut self) -> Self {
        self.takes_null = true;
        self
    }

    /// Takes unknown values too.
    pub fn or_unknown(mut self) -> Self {
        self.takes_unknown = true;
        self
    }
}

impl Signature {
    /// Lists the ways in which Terraform would refuse the signature, or a practitioner
    /// would miss something. Empty for a good one.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.summary.is_empty() || self.description.is_empty() {
            faults.push("the function has no summary or no description".to_owned());
        }
        let mut names = std::collections::BTreeSet::new();
        for Parameter { name, description, .. } in self.parameters.iter().chain(&self.variadic) {
            if !super::schema::is_name(name) {
                faults.push(format!("`{name}` is no parameter name"));
            }
            if !names.insert(name) {
                faults.push(format!("`{name}` is there twice"));
            }
            if description.is_empty() {
                faults.push(format!("`{name}` has no description"));
            }
        }
        faults
    }

    /// Returns the object type of the arguments.
    pub fn arguments_type(&self) -> Type {
        let plain = self.parameters.iter().map(|it| (it.name.to_owned(), it.ty.clone()));
        let variadic = self
            .variadic
            .iter()
            .map(|it| (it.name.to_owned(), Type::List(Box::new(it.ty.clone()))));
        Type::Object(plain.chain(variadic).collect())
    }

    /// Returns the parameter that takes the argument at a position.
    pub(super) fn parameter(&self, position: usize) -> Option<&Parameter> {
        self.parameters.get(position).or(self.variadic.as_ref())
    }

    /// Returns the position of an argument among those of a call.
    pub(super) fn position(&self, argument: &Argument) -> Option<usize> {
        match argument {
            Argument::Of(name) => self.parameters.iter().position(|it| it.name == *name),
            Argument::Variadic(index) => Some(self.parameters.len() + index),
        }
    }

    /// Returns the argument at a position of a call.
    pub(super) fn argument_number(&self, position: usize) -> Option<Argument> {
        let plain = self.parameters.get(position).map(|parameter| Argument::Of(parameter.name));
        plain.or_else(|| Some(Argument::Variadic(position.checked_sub(self.parameters.len())?)))
    }

    /// Returns the argument that a path into the arguments' object leads to.
    fn argument_at(&self, steps: &[Step]) -> Option<Argument> {
        let Some(Step::Attribute(name)) = steps.first() else { return None };
        let plain = self.parameters.iter().find(|parameter| parameter.name == name);
        plain.map(|parameter| Argument::Of(parameter.name)).or(match steps.get(1) {
            Some(Step::Index(index)) => Some(Argument::Variadic(*index)),
            _ => None,
        })
    }

    /// Puts arguments into their object.
    fn arguments(&self, mut given: Vec<Value>) -> Value {
        let rest = given.split_off(self.parameters.len().min(given.len()));
        let plain = self.parameters.iter().map(|it| it.name.to_owned()).zip(given);
        let variadic = self.variadic.iter().map(|it| it.name.to_owned());
        Value::Mapping(plain.chain(variadic.zip([Value::Sequence(rest)])).collect())
    }
}

/// Why a function has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// What is wrong and what to do, in sentences.
    pub text: String,
    /// The argument to blame.
    pub argument: Option<Argument>,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// That of a parameter.
    Of(&'static str),
    /// One of the variadic arguments, counted from zero.
    Variadic(usize),
}

impl FunctionError {
    /// Creates an error that blames no argument.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), argument: None }
    }

    /// Blames an argument.
    pub fn at(mut self, argument: Argument) -> Self {
        self.argument = Some(argument);
        self
    }

    /// Explains an argument that the model has no place for.
    fn misfit(mut mismatch: Mismatch, signature: &Signature) -> Self {
        mismatch.steps.reverse();
        let text = match mismatch.kind {
            MismatchKind::Null => "The argument is null, or has a null inside; give it a value.",
            MismatchKind::Type => {
                "The number does not fit: a whole number between -9223372036854775808 and \
                 9223372036854775807 is needed."
            }
            MismatchKind::Unknown => "The argument is only known after apply.",
        };
        Self { text: text.to_owned(), argument: signature.argument_at(&mismatch.steps) }
    }
}

/// A [`Function`] without its types, so that a slice can hold them all.
///
/// Every function is one already; do not implement it by hand.
pub trait AnyFunction: Send + Sync {
    /// Returns the name.
    fn name(&self) -> &'static str;
    /// Describes parameters and purpose.
    fn signature(&self) -> Signature;
    /// Tells the type of the arguments, to be held against the signature.
    fn arguments_type(&self) -> Type;
    /// Tells the type of the result.
    fn output_type(&self) -> Type;
    /// Calls with arguments in the order of the parameters.
    ///
    /// # Errors
    ///
    /// A text, and the argument to blame.
    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError>;
}

impl<T: Function> AnyFunction for T {
    fn name(&self) -> &'static str {
        Function::name(self)
    }

    fn signature(&self) -> Signature {
        Function::signature(self)
    }

    fn arguments_type(&self) -> Type {
        T::Arguments::ty()
    }

    fn output_type(&self) -> Type {
        T::Output::ty()
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let signature = Function::signature(self);
        let arguments = T::Arguments::from_value(signature.arguments(arguments))
            .map_err(|mismatch| FunctionError::misfit(mismatch, &signature))?;
        Ok(Function::call(self, arguments)?.into_value())
    }
}

//! What is wrong with a type or a function before anybody has used it.
//!
//! A provider runs these over its lists in a test; nothing here runs in production.

use std::collections::BTreeSet;

use super::{
    data_source::AnyDataSource,
    function::AnyFunction,
    resource::{AnyResource, IdentityAttribute},
    schema::is_name,
    timeouts::timeouts,
    value::Type,
};

impl<Client> dyn AnyDataSource<Client> {
    /// Lists the faults of the schema, and where the model differs from it; empty if all is well.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = self.schema().faults();
        faults.extend(type_name_fault(self.type_name()));
        faults.extend(differences("model", &self.model_type(), &self.schema().ty()));
        faults
    }
}

impl<Client> dyn AnyResource<Client> {
    /// Lists the faults of schema and identity, and where models or limits differ from them;
    /// empty if all is well.
    pub fn faults(&self) -> Vec<String> {
        let (schema, identity) = (self.schema(), self.identity_schema());
        let mut faults = schema.faults();
        faults.extend(type_name_fault(self.type_name()));
        faults.extend(differences("model", &self.model_type(), &schema.ty()));
        faults.extend(identity_faults(&identity));
        let members = identity.into_iter().map(|part| (part.name.to_owned(), part.ty));
        let described = Type::Object(members.collect());
        faults.extend(differences("identity", &self.identity_type(), &described));
        let timeouts = timeouts();
        let is_limited = schema
            .attributes
            .iter()
            .any(|attribute| attribute.name == timeouts.name && attribute.ty() == timeouts.ty());
        if is_limited != self.limits().is_some() {
            faults.push("limits and the attribute `timeouts` go together".to_owned());
        }
        faults
    }
}

impl dyn AnyFunction {
    /// Lists the faults of the signature, and where the arguments differ from it; empty if
    /// all is well.
    pub fn faults(&self) -> Vec<String> {
        let signature = self.signature();
        let mut faults = signature.faults();
        if !is_name(self.name()) {
            faults.push(format!("`{}` is no function name", self.name()));
        }
        let described = signature.arguments_type();
        faults.extend(differences("arguments", &self.arguments_type(), &described));
        faults
    }
}

fn type_name_fault(name: &str) -> Option<String> {
    (!is_name(name)).then(|| format!("`{name}` is no type name"))
}

/// Finds fault with what Terraform would not take as an identity.
fn identity_faults(attributes: &[IdentityAttribute]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut names = BTreeSet::new();
    for IdentityAttribute { name, ty, description, .. } in attributes {
        if !is_name(name) {
            faults.push(format!("identity: `{name}` is no attribute name"));
        }
        if !names.insert(name) {
            faults.push(format!("identity: `{name}` is there twice"));
        }
        if description.is_empty() {
            faults.push(format!("identity: `{name}` has no description"));
        }
        let element = if let Type::List(element) = ty { element } else { ty };
        if !matches!(element, Type::Bool | Type::Number | Type::String) {
            faults.push(format!("identity: `{name}` is neither primitive nor a list of that"));
        }
    }
    if !attributes.iter().any(|attribute| attribute.required) {
        faults.push("identity: nothing in it is required, so nothing tells objects apart".into());
    }
    faults
}

/// Lists the members in which a model's type differs from the described one.
fn differences(what: &str, model: &Type, described: &Type) -> Vec<String> {
    let (Type::Object(model), Type::Object(described)) = (model, described) else {
        return vec![format!("the {what} is no object")];
    };
    let names: BTreeSet<_> = model.keys().chain(described.keys()).collect();
    let different = names.into_iter().filter(|name| model.get(*name) != described.get(*name));
    different.map(|name| format!("`{name}` of the {what} is not as described")).collect()
}

//! Schemas: what a practitioner may write and what they get back.
//!
//! A schema is the one source of validation in Terraform, of the wire types and
//! of the pages in `docs/`. Nested attributes are used throughout; blocks are
//! not supported, because they can be neither null nor computed.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    model::Model,
    value::{Type, Value},
};

/// The schema of the provider block or of one type.
#[derive(Clone, Debug)]
pub struct Schema {
    /// The version of the state's shape; 0 for provider blocks and data sources.
    pub version: i64,
    /// What it is for, in Markdown.
    pub description: &'static str,
    /// The attributes, in the order the documentation lists them.
    pub attributes: Vec<Attribute>,
}

/// One attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// The name in configuration.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Who sets it.
    pub presence: Presence,
    /// What it means, in Markdown: shape, unit, default, null behaviour.
    pub description: &'static str,
    /// Whether Terraform hides the value in its output.
    pub sensitive: bool,
    /// How a plan treats the attribute; of resources only.
    pub planning: Planning,
}

/// How a plan treats an attribute of a resource.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Planning {
    /// What holds where the practitioner says nothing.
    pub default: Option<Value>,
    /// The provider's value outlives changes of other attributes.
    pub keeps_prior: bool,
    /// A change needs another object.
    pub replaces: bool,
}

/// What an attribute holds.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A value of a plain type.
    Plain(Type),
    /// An object, or a collection of objects, whose members are described themselves.
    Nested(Nesting, Vec<Attribute>),
}

/// How nested objects are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// One object.
    Single,
    /// A list of objects.
    List,
    /// A set of objects.
    Set,
    /// A map from strings to objects.
    Map,
}

/// Terraform takes these out of a block before it looks at the schema.
const META_ARGUMENTS: [&str; 7] =
    ["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"];

/// Who sets an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The practitioner must.
    Required,
    /// The practitioner may.
    Optional,
    /// The practitioner may; otherwise the provider does.
    OptionalComputed,
    /// Only the provider does.
    Computed,
}

/// Describes an attribute that the practitioner must set.
pub fn required(name: &'static str, ty: Type, description: &'static str) -> Attribute {
    Attribute::new(name, Kind::Plain(ty), Presence::Required, description)
}

/// Describes an attribute that the practitioner may set.
pub fn optional(name: &'static str, ty: Type, description: &'static str) -> Attribute {
    Attribute::new(name, Kind::Plain(ty), Presence::Optional, description)
}

/// Describes an attribute that the provider sets unless the practitioner does.
pub fn optional_computed(name: &'static str, ty: Type, description: &'static str) -> Attribute {
    Attribute::new(name, Kind::Plain(ty), Presence::OptionalComputed, description)
}

/// Describes an attribute that only the provider sets.
pub fn computed(name: &'static str, ty: Type, description: &'static str) -> Attribute {
    Attribute::new(name, Kind::Plain(ty), Presence::Computed, description)
}

/// Describes an object, or a collection of objects, with attributes of their own.
pub fn nested(
    name: &'static str,
    nesting: Nesting,
    presence: Presence,
    description: &'static str,
    attributes: Vec<Attribute>,
) -> Attribute {
    Attribute::new(name, Kind::Nested(nesting, attributes), presence, description)
}

/// `string`
pub const STRING: Type = Type::String;
/// `number`
pub const NUMBER: Type = Type::Number;
/// `bool`
pub const BOOL: Type = Type::Bool;
/// Any type.
pub const DYNAMIC: Type = Type::Dynamic;

/// `list(T)`
pub fn list(element: Type) -> Type {
    Type::List(Box::new(element))
}

/// `set(T)`
pub fn set(element: Type) -> Type {
    Type::Set(Box::new(element))
}

/// `map(T)`
pub fn map(element: Type) -> Type {
    Type::Map(Box::new(element))
}

impl Attribute {
    /// Makes Terraform hide the value.
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// Gives the attribute a value that holds where the practitioner gives none; the
    /// plan shows it.
    pub fn or_default(mut self, value: impl Model) -> Self {
        self.planning.default = Some(value.into_value());
        self
    }

    /// Plans the prior value where the practitioner gives none, instead of "known after
    /// apply": what the cloud made of it once stays so.
    ///
    /// In a list that is the value at the same place: when an item is taken out, those behind
    /// it get the values of others. Objects that are told apart by a name belong into a map.
    pub fn keeps_prior(mut self) -> Self {
        self.planning.keeps_prior = true;
        self
    }

    /// Plans another object when the value changes.
    pub fn replaces(mut self) -> Self {
        self.planning.replaces = true;
        self
    }

    /// Tells whether the provider may set the value.
    pub(super) fn is_computed(&self) -> bool {
        matches!(self.presence, Presence::Computed | Presence::OptionalComputed)
    }

    /// Returns the type of the values on the wire.
    pub fn ty(&self) -> Type {
        match &self.kind {
            Kind::Plain(ty) => ty.clone(),
            Kind::Nested(nesting, attributes) => nesting.of(object(attributes)),
        }
    }

    fn new(name: &'static str, kind: Kind, presence: Presence, description: &'static str) -> Self {
        Self { name, kind, presence, description, sensitive: false, planning: Planning::default() }
    }
}

impl Nesting {
    fn of(self, object: Type) -> Type {
        match self {
            Self::Single => object,
            Self::List => list(object),
            Self::Set => set(object),
            Self::Map => map(object),
        }
    }
}

impl Schema {
    /// Returns the object type of the block.
    pub fn ty(&self) -> Type {
        object(&self.attributes)
    }

    /// Lists the ways in which Terraform would refuse this schema, or a
    /// practitioner would miss something. Empty for a good schema.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.version < 0 {
            faults.push("the version is negative".to_owned());
        }
        if self.description.is_empty() {
            faults.push("the schema has no description".to_owned());
        }
        for name in self.attributes.iter().map(|attribute| attribute.name) {
            if META_ARGUMENTS.contains(&name) {
                faults.push(format!("`{name}` means something to Terraform itself"));
            }
        }
        attribute_faults("", &self.attributes, &mut faults);
        faults
    }
}

fn object(attributes: &[Attribute]) -> Type {
    Type::Object(
        attributes
            .iter()
            .map(|attribute| (attribute.name.to_owned(), attribute.ty()))
            .collect::<BTreeMap<_, _>>(),
    )
}

/// Finds fault with how attributes are planned.
fn planning_faults(path: &str, attribute: &Attribute, faults: &mut Vec<String>) {
    let Planning { default, keeps_prior, .. } = &attribute.planning;
    if default.is_some() && attribute.presence != Presence::OptionalComputed {
        faults.push(format!("`{path}` has a default but is not both optional and computed"));
    }
    if default.as_ref().is_some_and(|default| !default.is_of(&attribute.ty())) {
        faults.push(format!("`{path}` has a default of another type"));
    }
    if default.is_some() && matches!(&attribute.kind, Kind::Nested(_, inner) if has_plans(inner)) {
        faults.push(format!("`{path}` has a default and computed attributes inside"));
    }
    if *keeps_prior && !attribute.is_computed() {
        faults.push(format!("`{path}` keeps its prior value but is not computed"));
    }
}

/// An element of a set is found by its value, so nothing in it may be found out later.
fn has_plans(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.is_computed()
            || attribute.planning.replaces
            || matches!(&attribute.kind, Kind::Nested(_, inner) if has_plans(inner))
    })
}

fn attribute_faults(parent: &str, attributes: &[Attribute], faults: &mut Vec<String>) {
    let mut names = BTreeSet::new();
    for attribute in attributes {
        let path = format!("{parent}{}", attribute.name);
        if !is_name(attribute.name) {
            faults.push(format!("`{path}` is no attribute name"));
        }
        if !names.insert(attribute.name) {
            faults.push(format!("`{path}` is there twice"));
        }
        if attribute.description.is_empty() {
            faults.push(format!("`{path}` has no description"));
        }
        let dynamic_in_set = match &attribute.kind {
            Kind::Plain(ty) => has_dynamic_in_set(ty),
            Kind::Nested(Nesting::Set, inner) => has_dynamic(&object(inner)),
            Kind::Nested(..) => false,
        };
        if dynamic_in_set {
            faults.push(format!("`{path}` has a dynamic type inside a set"));
        }
        planning_faults(&path, attribute, faults);
        match &attribute.kind {
            Kind::Plain(_) => {}
            Kind::Nested(Nesting::Set, inner)
                if attribute.presence != Presence::Computed && has_plans(inner) =>
            {
                faults.push(format!("`{path}` is a set and has computed attributes inside"));
            }
            Kind::Nested(_, inner) if inner.is_empty() => {
                faults.push(format!("`{path}` nests no attributes"));
            }
            Kind::Nested(_, inner) => attribute_faults(&format!("{path}."), inner, faults),
        }
    }
}

pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Elements of differing types make Terraform panic when it compares them.
fn has_dynamic_in_set(ty: &Type) -> bool {
    match ty {
        Type::Set(element) => has_dynamic(element),
        ty => parts(ty).into_iter().any(has_dynamic_in_set),
    }
}

fn has_dynamic(ty: &Type) -> bool {
    *ty == Type::Dynamic || parts(ty).into_iter().any(has_dynamic)
}

fn parts(ty: &Type) -> Vec<&Type> {
    match ty {
        Type::Bool | Type::Number | Type::String | Type::Dynamic => Vec::new(),
        Type::List(element) | Type::Set(element) | Type::Map(element) => vec![element],
        Type::Object(members) => members.values().collect(),
        Type::Tuple(items) => items.iter().collect(),
    }
}

//! Required attributes that are null. Pure.
//!
//! Terraform refuses an attribute that is left out, but lets pass one that is there and
//! null, such as a variable without a value. Unknown is not null: it may turn out well.

use crate::plugin::{
    diagnostics::{Diagnostic, Diagnostics},
    path::Path,
    schema::{Attribute, Kind, Nesting, Presence},
    value::Value,
};

/// Finds every null of an object in the place of what the practitioner must set.
pub(super) fn missing(attributes: &[Attribute], object: &Value) -> Diagnostics {
    let mut problems = Diagnostics::new();
    find_missing(attributes, object, None, &mut problems);
    problems
}

fn find_missing(
    attributes: &[Attribute],
    object: &Value,
    parent: Option<&Path>,
    problems: &mut Diagnostics,
) {
    let Value::Mapping(members) = object else { return };
    for attribute in attributes {
        let path = match parent {
            Some(parent) => parent.clone().attribute(attribute.name),
            None => Path::root(attribute.name),
        };
        match (&attribute.kind, members.get(attribute.name).unwrap_or(&Value::Null)) {
            (_, Value::Null) if attribute.presence == Presence::Required => {
                problems.push(is_missing(&path).at(path));
            }
            (Kind::Nested(nesting, inner), member) => {
                find_missing_inside(*nesting, inner, member, path, problems);
            }
            (Kind::Plain(_), _) => {}
        }
    }
}

fn find_missing_inside(
    nesting: Nesting,
    attributes: &[Attribute],
    value: &Value,
    path: Path,
    problems: &mut Diagnostics,
) {
    match (nesting, value) {
        (Nesting::Single, object) => find_missing(attributes, object, Some(&path), problems),
        (Nesting::List, Value::Sequence(items)) => {
            for (index, item) in items.iter().enumerate() {
                find_missing(attributes, item, Some(&path.clone().index(index)), problems);
            }
        }
        (Nesting::Map, Value::Mapping(members)) => {
            for (key, member) in members {
                find_missing(attributes, member, Some(&path.clone().key(key)), problems);
            }
        }
        // An element has no address: blame the set, and say what it is about.
        (Nesting::Set, Value::Sequence(items)) => {
            let mut inside = Diagnostics::new();
            items.iter().for_each(|item| find_missing(attributes, item, None, &mut inside));
            for problem in inside {
                let detail = format!("In an element of `{path}`: {}", problem.detail);
                problems.push(Diagnostic { detail, path: Some(path.clone()), ..problem });
            }
        }
        _ => {}
    }
}

fn is_missing(path: &Path) -> Diagnostic {
    let detail = format!(
        "`{path}` is null, but must have a value. Set it; where a variable or another expression \
         gives the null, give that one a value."
    );
    Diagnostic::error("Missing Value", detail)
}

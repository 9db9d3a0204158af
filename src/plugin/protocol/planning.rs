//! Planning: from what was written and what there is to what there will be. Pure.
//!
//! Terraform proposes a state: the configuration, with prior values where it says
//! nothing and the provider may. Over that go the defaults of the schema; if anything
//! then differs from the prior state, whatever only the provider sets becomes "known
//! after apply", and prior values that outlive changes come back. Sets are left as
//! configured: their elements have no address.

use super::msgpack::to_msgpack;
use crate::plugin::{
    path::Path,
    schema::{Attribute, Kind, Nesting},
    value::{Type, Value},
};

/// Plans a creation (`prior` is null) or an update of an object.
pub(super) fn plan(
    attributes: &[Attribute],
    config: &Value,
    prior: &Value,
    proposed: Value,
) -> Value {
    let mut planned = proposed;
    let walk = |planned: &mut Value, rule: Rule<'_>| {
        visit(
            attributes,
            &mut Spot { within: config, config, prior, planned, nested: false },
            rule,
        );
    };
    walk(&mut planned, &|attribute, spot| {
        // In an object that nobody wrote, what is not written is not left out.
        let is_left_out = *spot.config == Value::Null && *spot.within != Value::Null;
        if let (true, Some(default)) = (is_left_out, &attribute.planning.default) {
            let holds = means_the_same(default, spot.prior, &attribute.ty());
            *spot.planned = if holds { spot.prior } else { default }.clone();
        }
    });
    if planned == *prior {
        return planned;
    }
    walk(&mut planned, &|attribute, spot| {
        if is_left_to_us(attribute, spot) {
            *spot.planned = Value::unknown();
        }
    });
    walk(&mut planned, &|attribute, spot| {
        let is_open =
            matches!(spot.planned, Value::Unknown(_)) && !matches!(spot.config, Value::Unknown(_));
        // A null inside an object that is there may be what the change is about.
        let has_prior = *prior != Value::Null && (!spot.nested || *spot.prior != Value::Null);
        if attribute.planning.keeps_prior && is_open && has_prior {
            *spot.planned = spot.prior.clone();
        }
    });
    planned
}

/// Plans no change where a refined plan differs from what there is only by what would
/// have to be found out anew, as when a text was replaced by one that means the same.
pub(super) fn settled(
    attributes: &[Attribute],
    config: &Value,
    prior: &Value,
    planned: Value,
) -> Value {
    let mut settled = planned.clone();
    let mut spot = Spot { within: config, config, prior, planned: &mut settled, nested: false };
    visit(attributes, &mut spot, &|attribute, spot| {
        let is_to_be_found_out = is_left_to_us(attribute, spot) && !attribute.planning.keeps_prior;
        if is_to_be_found_out && matches!(spot.planned, Value::Unknown(_)) {
            *spot.planned = spot.prior.clone();
        }
    });
    let is_the_same = |attribute: &Attribute| {
        let (name, ty) = (attribute.name, attribute.ty());
        means_the_same(member(&settled, name), member(prior, name), &ty)
    };
    let is_no_change = *prior != Value::Null && attributes.iter().all(is_the_same);
    if is_no_change { prior.clone() } else { planned }
}

/// Lists the attributes whose change needs another object; none for a creation.
pub(super) fn replacements(attributes: &[Attribute], prior: &Value, planned: &Value) -> Vec<Path> {
    let mut paths = Vec::new();
    if *prior != Value::Null {
        find_replacements(attributes, prior, planned, None, &mut paths);
    }
    paths
}

/// What is done at each attribute.
type Rule<'a> = &'a dyn Fn(&Attribute, &mut Spot<'_>);

/// One value in what was written, in what there is and in what is planned.
struct Spot<'a> {
    /// What was written of the object that it is in.
    within: &'a Value,
    config: &'a Value,
    prior: &'a Value,
    planned: &'a mut Value,
    /// Whether it is inside another attribute.
    nested: bool,
}

/// Applies a rule to every attribute of an object, then to those inside it.
fn visit(attributes: &[Attribute], object: &mut Spot<'_>, rule: Rule<'_>) {
    let Value::Mapping(members) = &mut *object.planned else { return };
    for attribute in attributes {
        let Some(planned) = members.get_mut(attribute.name) else { continue };
        let mut spot = Spot {
            within: object.config,
            config: member(object.config, attribute.name),
            prior: member(object.prior, attribute.name),
            planned,
            nested: object.nested,
        };
        rule(attribute, &mut spot);
        if let Kind::Nested(nesting, inner) = &attribute.kind {
            spot.nested = true;
            visit_nested(*nesting, inner, spot, rule);
        }
    }
}

/// Tells whether neither the practitioner nor the schema has a value.
fn is_left_to_us(attribute: &Attribute, spot: &Spot<'_>) -> bool {
    let has_default = attribute.planning.default.is_some();
    attribute.is_computed() && !has_default && *spot.config == Value::Null
}

fn visit_nested(nesting: Nesting, attributes: &[Attribute], mut spot: Spot<'_>, rule: Rule<'_>) {
    let Spot { config, prior, nested, .. } = spot;
    match (nesting, &mut *spot.planned) {
        (Nesting::Single, _) => visit(attributes, &mut spot, rule),
        (Nesting::List, Value::Sequence(items)) => {
            for (index, planned) in items.iter_mut().enumerate() {
                let (config, prior) = (item(config, index), item(prior, index));
                let mut spot = Spot { within: config, config, prior, planned, nested };
                visit(attributes, &mut spot, rule);
            }
        }
        (Nesting::Map, Value::Mapping(members)) => {
            for (key, planned) in members {
                let (config, prior) = (member(config, key), member(prior, key));
                let mut spot = Spot { within: config, config, prior, planned, nested };
                visit(attributes, &mut spot, rule);
            }
        }
        _ => {}
    }
}

fn find_replacements(
    attributes: &[Attribute],
    prior: &Value,
    planned: &Value,
    parent: Option<&Path>,
    found: &mut Vec<Path>,
) {
    for attribute in attributes {
        let (prior, planned) = (member(prior, attribute.name), member(planned, attribute.name));
        if means_the_same(prior, planned, &attribute.ty()) {
            continue;
        }
        let path = match parent {
            Some(parent) => parent.clone().attribute(attribute.name),
            None => Path::root(attribute.name),
        };
        if attribute.planning.replaces {
            found.push(path);
        } else if let Kind::Nested(nesting, inner) = &attribute.kind {
            match (nesting, planned) {
                (Nesting::Single, _) => {
                    find_replacements(inner, prior, planned, Some(&path), found);
                }
                (Nesting::List, Value::Sequence(items)) => {
                    for (index, planned) in items.iter().enumerate() {
                        let path = path.clone().index(index);
                        find_replacements(inner, item(prior, index), planned, Some(&path), found);
                    }
                }
                (Nesting::Map, Value::Mapping(members)) => {
                    for (key, planned) in members {
                        let path = path.clone().key(key);
                        find_replacements(inner, member(prior, key), planned, Some(&path), found);
                    }
                }
                // Once it is known, something inside may turn out to need another object; and
                // Terraform takes no replacement that the first plan did not have.
                (Nesting::List | Nesting::Map, Value::Unknown(_)) if has_fixed(inner) => {
                    found.push(path);
                }
                _ => {}
            }
        }
    }
}

/// Tells whether a change inside may need another object.
fn has_fixed(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.planning.replaces
            || matches!(&attribute.kind, Kind::Nested(_, inner) if has_fixed(inner))
    })
}

/// Compares as Terraform does: the order of a set means nothing.
fn means_the_same(one: &Value, other: &Value, ty: &Type) -> bool {
    one == other || to_msgpack(one, ty) == to_msgpack(other, ty)
}

/// The member of an object or a map; that of an unknown one is unknown, too.
fn member<'a>(value: &'a Value, name: &str) -> &'a Value {
    match value {
        Value::Mapping(members) => members.get(name).unwrap_or(&Value::Null),
        Value::Unknown(_) => value,
        _ => &Value::Null,
    }
}

/// The item of a list; that of an unknown one is unknown, too.
fn item(value: &Value, index: usize) -> &Value {
    match value {
        Value::Sequence(items) => items.get(index).unwrap_or(&Value::Null),
        Value::Unknown(_) => value,
        _ => &Value::Null,
    }
}

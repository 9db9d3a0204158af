//! What a refinement changes, and what it leaves alone.

use std::collections::{BTreeMap, BTreeSet};

use super::overlay::overlay;
use crate::plugin::{Attr, Model, value::Value};

crate::model! {
    #[derive(Clone)]
    struct House {
        words: Attr<Vec<String>>,
        names: Attr<BTreeSet<String>>,
        rooms: Attr<Vec<Room>>,
        keys: Attr<BTreeMap<String, Room>>,
    }
}

crate::model! {
    #[derive(Clone)]
    struct Room {
        words: Attr<Vec<String>>,
        serial: Attr<String>,
    }
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

/// A list of which the model shows nothing.
fn half() -> Value {
    Value::Sequence(vec![text("known"), Value::unknown()])
}

fn object(members: &[(&str, Value)]) -> Value {
    let members = members.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    Value::Mapping(members.collect())
}

fn room(serial: Value) -> Value {
    object(&[("words", half()), ("serial", serial)])
}

fn house() -> Value {
    object(&[
        ("words", half()),
        ("names", Value::Sequence(vec![text("b"), text("a")])),
        ("rooms", Value::Sequence(vec![room(Value::unknown()), room(Value::unknown())])),
        ("keys", object(&[("k", room(Value::unknown()))])),
    ])
}

fn refined(refine: impl FnOnce(&mut House)) -> Value {
    let before = House::from_value(house()).unwrap();
    let mut after = before.clone();
    refine(&mut after);
    overlay(house(), &before.into_value(), after.into_value(), &House::ty())
}

/// The house with another value for one of its attributes.
fn with(name: &str, value: Value) -> Value {
    let Value::Mapping(mut members) = house() else { panic!("no object") };
    assert!(members.insert(name.to_owned(), value).is_some());
    Value::Mapping(members)
}

#[test]
fn what_is_left_alone_keeps_what_the_model_cannot_show() {
    assert_eq!(refined(|_| {}), house());
    let words = Value::Sequence(vec![text("x")]);
    let changed = refined(|house| house.words = vec!["x".to_owned()].into());
    assert_eq!(changed, with("words", words));
}

#[test]
fn the_rest_of_an_item_and_of_a_member_is_left_alone() {
    let changed = refined(|house| {
        let Attr::Known(rooms) = &mut house.rooms else { panic!("no rooms") };
        rooms[1].serial = "s".to_owned().into();
    });
    let rooms = Value::Sequence(vec![room(Value::unknown()), room(text("s"))]);
    assert_eq!(changed, with("rooms", rooms));

    let changed = refined(|house| {
        let Attr::Known(keys) = &mut house.keys else { panic!("no keys") };
        keys.get_mut("k").unwrap().serial = "s".to_owned().into();
    });
    assert_eq!(changed, with("keys", object(&[("k", room(text("s")))])));
}

#[test]
fn a_list_of_another_length_is_taken_as_a_whole() {
    let changed = refined(|house| {
        let Attr::Known(rooms) = &mut house.rooms else { panic!("no rooms") };
        rooms.pop();
    });
    let shown = object(&[("words", Value::unknown()), ("serial", Value::unknown())]);
    assert_eq!(changed, with("rooms", Value::Sequence(vec![shown])));
}

/// The model has its own order, in which the second is not the second of the value.
#[test]
fn a_set_is_taken_as_a_whole() {
    let names = ["a".to_owned(), "c".to_owned()];
    let changed = refined(|house| house.names = BTreeSet::from(names).into());
    assert_eq!(changed, with("names", Value::Sequence(vec![text("a"), text("c")])));
}

#[test]
fn members_come_and_go() {
    let changed = refined(|house| {
        let room = Room { words: Attr::Null, serial: Attr::Null };
        house.keys = BTreeMap::from([("new".to_owned(), room)]).into();
    });
    let new = object(&[("words", Value::Null), ("serial", Value::Null)]);
    assert_eq!(changed, with("keys", object(&[("new", new)])));
}

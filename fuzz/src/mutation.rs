//! New texts of old ones: some still JSON, made of what policies are made of; some not.

use fastrand::Rng;
use serde_json::{Value, json};

/// What policies, requests and readers of JSON stumble over.
const PIECES: [&str; 40] = [
    "*",
    "?",
    "**",
    "*?*",
    "a*a*a*",
    "${",
    "${*}",
    "${$}",
    "${aws:username}",
    "${a, 'b'}",
    "${${",
    "}",
    "'",
    ":",
    "::",
    "/",
    "\0",
    "\u{feff}",
    "\u{202e}",
    "\u{10ffff}",
    "ſ",
    "İ",
    "\n",
    "\"",
    "\\",
    "-0",
    "0.0",
    "99999999999999999999",
    "1e999",
    "2026",
    "2026-02-30",
    "2026-12-31T23:59:60Z",
    "0.0.0.0/0",
    "::/0",
    "::ffff:10.0.0.1",
    "10.0.0.1/33",
    "true",
    "TRUE",
    "arn:aws:iam::1:root",
    "acs:ram::1:root",
];
/// Fragments of JSON, whole and broken.
const FRAGMENTS: [&str; 16] = [
    "[", "]", "{", "}", ",", ":", "\"", "\\ud800", "\\u0000", "null", "1e999", "-", "[[[[[[[[",
    "{\"a\":", "\u{feff}", " ",
];

/// Writes one text anew, with parts of another; both may be the same.
pub fn mutated(one: &str, other: &str, rng: &mut Rng) -> String {
    let trees = serde_json::from_str::<Value>(one).ok().zip(serde_json::from_str(other).ok());
    let mut text = match trees {
        Some((mut tree, other)) if rng.u8(..4) > 0 => {
            for _ in 0..rng.usize(1..4) {
                edit(&mut tree, &other, rng);
            }
            tree.to_string()
        }
        _ => broken(one, other, rng),
    };
    if rng.u8(..8) == 0 {
        text = broken(&text, other, rng);
    }
    text
}

/// Changes one value somewhere in the tree.
fn edit(tree: &mut Value, other: &Value, rng: &mut Rng) {
    let place = rng.usize(..count(tree));
    let donor = nth(other, &mut rng.usize(..count(other))).cloned().unwrap_or_default();
    let Some(value) = nth_mut(tree, &mut { place }) else { return };
    match rng.u8(..10) {
        0 => *value = donor,
        1 => *value = json!([value, donor]),
        2 => *value = json!([value, value]),
        3 => *value = piece(rng).into(),
        4 => *value = Value::Null,
        _ => touch(value, donor, rng),
    }
}

/// Changes a value into another of the same type.
fn touch(value: &mut Value, donor: Value, rng: &mut Rng) {
    match value {
        Value::String(text) => *text = touched(text, rng),
        Value::Array(items) if items.is_empty() || rng.bool() => items.push(donor),
        Value::Array(items) => {
            items.remove(rng.usize(..items.len()));
        }
        Value::Object(members) => {
            let names: Vec<String> = members.keys().cloned().collect();
            let name = names.get(rng.usize(..names.len().max(1))).cloned().unwrap_or_default();
            let kept = members.remove(&name).unwrap_or_default();
            match rng.u8(..4) {
                0 => {}
                1 => {
                    members.insert(touched(&name, rng), kept);
                }
                2 => {
                    let turned =
                        name.strip_prefix("Not").map_or(format!("Not{name}"), str::to_owned);
                    members.insert(turned, kept);
                }
                _ => {
                    members.insert(touched(&name, rng), kept.clone());
                    members.insert(name, kept);
                }
            }
        }
        other => *other = donor,
    }
}

/// Puts a piece into a text, in place of a part of it; or turns the case of a letter.
fn touched(text: &str, rng: &mut Rng) -> String {
    let (start, end) = part(text, rng);
    let (before, rest) = text.split_at(start);
    let (middle, after) = rest.split_at(end - start);
    match rng.u8(..5) {
        0 => format!("{before}{middle}{}{after}", piece(rng)),
        1 => format!("{before}{after}"),
        2 => format!("{before}{middle}{middle}{after}"),
        3 => {
            let turn = |c: char| {
                if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
            };
            format!("{before}{}{after}", middle.chars().map(turn).collect::<String>())
        }
        _ => format!("{before}{}{after}", piece(rng)),
    }
}

/// Cuts the text, and puts in a fragment or a part of the other.
fn broken(text: &str, other: &str, rng: &mut Rng) -> String {
    let (start, end) = part(text, rng);
    let (other_start, other_end) = part(other, rng);
    let fragment = match rng.u8(..4) {
        0 => "",
        1 => other.get(other_start..other_end).unwrap_or_default(),
        2 => text.get(start..end).unwrap_or_default(),
        _ => FRAGMENTS[rng.usize(..FRAGMENTS.len())],
    };
    let kept = if rng.bool() { start } else { end };
    let (before, after) = (text.get(..kept), text.get(end..));
    format!("{}{fragment}{}", before.unwrap_or_default(), after.unwrap_or_default())
}

/// A part of a text, mostly a short one, that starts and ends between characters.
fn part(text: &str, rng: &mut Rng) -> (usize, usize) {
    let start = text.floor_char_boundary(rng.usize(..=text.len()));
    let longest = if rng.bool() { 4 } else { text.len() };
    let end = text.ceil_char_boundary((start + rng.usize(..=longest)).min(text.len()));
    (start, end)
}

fn piece(rng: &mut Rng) -> &'static str {
    PIECES[rng.usize(..PIECES.len())]
}

fn count(tree: &Value) -> usize {
    1 + match tree {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

/// The value at a place, counted from the root downwards.
fn nth<'t>(tree: &'t Value, place: &mut usize) -> Option<&'t Value> {
    if *place == 0 {
        return Some(tree);
    }
    *place -= 1;
    match tree {
        Value::Array(items) => items.iter().find_map(|item| nth(item, place)),
        Value::Object(members) => members.values().find_map(|member| nth(member, place)),
        _ => None,
    }
}

fn nth_mut<'t>(tree: &'t mut Value, place: &mut usize) -> Option<&'t mut Value> {
    if *place == 0 {
        return Some(tree);
    }
    *place -= 1;
    match tree {
        Value::Array(items) => items.iter_mut().find_map(|item| nth_mut(item, place)),
        Value::Object(members) => members.values_mut().find_map(|member| nth_mut(member, place)),
        _ => None,
    }
}

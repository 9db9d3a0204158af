//! Who may use whom, read off the `crate::` paths of the sources.

use std::{collections::BTreeSet, path::Path};

use crate::{files, read, root};

/// Each layer, and the others it may use.
const LAYERS: [(&str, &[&str]); 5] = [
    // The macro lives at the root of the crate; only the layer's tests use it.
    ("plugin", &["model", "span"]),
    ("image", &["span"]),
    ("guardrail", &[]),
    ("cloud", &["image"]),
    ("provider", &["plugin", "cloud", "image", "guardrail", "model", "span"]),
];

/// Words that must not occur in the sources of a layer, tests aside.
const BANNED: [(&str, &[&str]); 4] = [
    ("image", &["async ", "tokio", "std::env", "std::fs", "now_utc", "Instant::now"]),
    ("guardrail", &["async ", "tokio", "std::env", "std::fs", "now_utc", "Instant::now"]),
    ("provider", &["tonic", "prost", "tokio::net", "reqwest"]),
    ("cloud", &["now_utc", "SystemTime::now", "std::env::var"]),
];

/// Names that say nothing.
const EMPTY_NAMES: [&str; 7] = ["utils", "util", "helpers", "common", "shared", "misc", "manager"];

#[test]
fn layers_use_only_what_is_below_them() {
    for (layer, allowed) in LAYERS {
        for file in files(&format!("src/{layer}"), "rs") {
            let used = used_modules(&code(&file));
            let strangers: Vec<_> = used
                .iter()
                .filter(|module| *module != layer && !allowed.contains(&module.as_str()))
                .collect();
            assert!(strangers.is_empty(), "{} uses {strangers:?}", file.display());
        }
    }
}

#[test]
fn layers_do_not_do_what_is_another_layers_job() {
    for (layer, banned) in BANNED {
        let sources = files(&format!("src/{layer}"), "rs");
        for file in sources.iter().filter(|file| !is_test(file)) {
            let code = code(file);
            let found: Vec<_> = banned.iter().filter(|word| code.contains(**word)).collect();
            assert!(found.is_empty(), "{} has {found:?}", file.display());
        }
    }
}

#[test]
fn acceptance_tests_see_the_provider_from_outside_only() {
    for file in files("tests/acceptance", "rs") {
        let code = code(&file);
        assert!(!code.contains("use imageguard::"), "{} uses the library", file.display());
    }
}

#[test]
fn the_simulator_shares_no_code_with_the_provider() {
    let manifest = read("simulator/Cargo.toml");
    assert!(!manifest.contains("terraform-provider-imageguard"));
    for file in files("simulator", "rs") {
        let text = std::fs::read_to_string(&file).unwrap();
        // Cases are data: both evaluators must decide them alike.
        let mut paths = text.split("../src/").skip(1).map(|rest| rest.split('"').next().unwrap());
        let is_data = paths.all(|path| path.ends_with(".json"));
        assert!(is_data && !text.contains("imageguard::"), "{}", file.display());
    }
}

#[test]
fn no_file_has_a_name_that_says_nothing() {
    for folder in ["src", "simulator", "tests", "proto", "fuzz/src"] {
        for file in files(folder, "rs") {
            let relative = file.strip_prefix(root()).unwrap();
            let parts: Vec<_> = relative.iter().map(|part| part.to_str().unwrap()).collect();
            let empty =
                parts.iter().find(|part| EMPTY_NAMES.contains(&part.trim_end_matches(".rs")));
            assert_eq!(empty, None, "{}", relative.display());
        }
    }
}

fn is_test(file: &Path) -> bool {
    file.iter().any(|part| part == "tests" || part == "tests.rs")
}

/// The text of a file without comments.
fn code(file: &Path) -> String {
    let text = std::fs::read_to_string(file).unwrap();
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// The modules named right after `crate::`, one by one or in braces.
fn used_modules(code: &str) -> BTreeSet<String> {
    code.match_indices("crate::")
        .filter(|(at, _)| !code[..*at].ends_with('$'))
        .flat_map(|(at, found)| modules_at(&code[at + found.len()..]))
        .collect()
}

fn modules_at(rest: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let Some(group) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let mut depth = 1;
    let mut names = vec![name(group)];
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => names.push(name(&group[at + 1..])),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[test]
fn modules_are_found_alone_and_in_groups() {
    let code = "use crate::image::Image; use crate::{\n    cloud::{Error, aws::Aws},\n    plugin,\n}; \
                $crate::plugin::x; crate::model!";
    let found: Vec<_> = used_modules(code).into_iter().collect();
    assert_eq!(found, ["cloud", "image", "model", "plugin"]);
}

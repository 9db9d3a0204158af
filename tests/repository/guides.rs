//! The pages about assumptions, lint codes and doors, made from their tables.
//!
//! `UPDATE_EXPECT=1 cargo test --test repository` writes them.

use expect_test::expect_file;
use imageguard::guardrail::{
    ALICLOUD, AWS,
    atlas::{ALICLOUD_ATLAS, AWS_ATLAS, Atlas, Bounds, Door, Way},
    lint::{Example, Flaw, Lint, lint, lints},
};

use crate::{names, pasted, root};

/// The pages that are made, beside those of lint codes.
const MADE: [&str; 4] = ["assumptions", "doors", "lint", pasted::NAME];

/// The longest line of an example that is printed whole.
const LONGEST_LINE: usize = 240;

#[test]
fn every_lint_code_has_its_page() {
    for lint in lints() {
        let page = lint_page(lint);
        expect_file![guide(&format!("lint_{}", lint.code))].assert_eq(&page);
    }
}

#[test]
fn the_lint_page_lists_all_codes() {
    let mut page = head(
        "Lint codes",
        "Guardrails",
        "Faults of policy documents that the function `lint` finds.",
    );
    page += "A policy can be accepted by the cloud and still guard nothing, or block everything. \
             These are the faults that `lint` looks for in documents of both clouds.\n\n\
             | code | severity | fault |\n|---|---|---|\n";
    for Lint { code, severity, title, .. } in lints() {
        page += &format!("| [`{code}`](lint_{code}) | {} | {title} |\n", severity.name());
    }
    expect_file![guide("lint")].assert_eq(&page);
}

#[test]
fn the_doors_page_lists_all_doors() {
    let mut page = head(
        "Doors",
        "Guardrails",
        "Every API that matters for which images machines run on, and what closes it.",
    );
    page += "A door is an API that can boot or replace an OS image, make one, let one out, or \
             change what counts as golden. A rule of a guardrail closes some of them; the others \
             stay open, and this page says why.\n";
    for (cloud, atlas) in [("Alibaba Cloud", &ALICLOUD_ATLAS), ("AWS", &AWS_ATLAS)] {
        page += &format!("\n## {cloud}\n{}", doors_of(atlas));
    }
    expect_file![guide("doors")].assert_eq(&page);
}

#[test]
fn the_assumptions_page_lists_all_codes() {
    let mut page = head(
        "Assumptions",
        "Guardrails",
        "What the vendors' documentation leaves open about policies, and the answers taken.",
    );
    page += "Vendors do not document everything that their clouds do with policies. Where a \
             decision needs such an answer the likeliest is taken, and the decision names it by a \
             code of this page: the function `evaluate` in `assumptions`, the function `lint` in \
             the fault `rests_on_assumptions`. Try what a guard rests on in an account where \
             nothing depends on it.\n\nWhere no answer is likelier than another, such as a key \
             with several values under an operator for one, `evaluate` fails and names the \
             question by the same code.\n";
    for (cloud, dialect) in [("Alibaba Cloud", &ALICLOUD), ("AWS", &AWS)] {
        page += &format!("\n## {cloud}\n\n| code | what is assumed |\n|---|---|\n");
        for assumption in dialect.assumptions().iter() {
            page += &format!("| `{}` | {} |\n", assumption.code(dialect), assumption.meaning());
        }
    }
    expect_file![guide("assumptions")].assert_eq(&page);
}

#[test]
fn no_guide_is_left_over() {
    let mut expected: Vec<_> = lints().map(|lint| format!("lint_{}.md", lint.code)).collect();
    expected.extend(MADE.map(|name| format!("{name}.md")));
    expected.sort();
    let found: Vec<_> = names("docs/guides").into_iter().filter(|name| is_made(name)).collect();
    assert_eq!(found, expected);
}

/// Tells whether a guide is made here; others are written by hand.
fn is_made(name: &str) -> bool {
    let stem = name.trim_end_matches(".md");
    name.starts_with("lint") || MADE.contains(&stem)
}

pub(crate) fn guide(name: &str) -> std::path::PathBuf {
    root().join(format!("docs/guides/{name}.md"))
}

pub(crate) fn head(title: &str, subcategory: &str, description: &str) -> String {
    format!(
        "---\npage_title: \"{title}\"\nsubcategory: \"{subcategory}\"\ndescription: |-\n  \
         {description}\n---\n\n<!-- Made from the tables in src/guardrail; see CONTRIBUTING.md. \
         -->\n\n# {title}\n\n"
    )
}

fn lint_page(lint: &Lint) -> String {
    let Lint { code, severity, title, explanation, fix, .. } = lint;
    let Example { level, document } = lint.example;
    let head = head(code, "Lint codes", &format!("{title}."));
    let flaws: Vec<_> =
        flaws(&lint.example).iter().filter(|it| it.code == *code).map(told).collect();
    format!(
        "{head}**{title}.** Severity: {}.\n\n{explanation}\n\n## What to do\n\n{fix}\n\n## \
         Example\n\nThis document for the level `{level}`, laid out for reading, has the \
         fault:\n\n```json\n{}\n```\n\n\
         `lint` says of it:\n\n```text\n{}\n```\n",
        severity.name(),
        laid_out(document),
        flaws.join("\n"),
    )
}

fn flaws(example: &Example) -> Vec<Flaw> {
    let is_aws = ["scp", "iam_policy"].contains(&example.level);
    let dialect = if is_aws { &AWS } else { &ALICLOUD };
    lint(dialect, example.level, example.document).unwrap()
}

fn told(flaw: &Flaw) -> String {
    if flaw.path.is_empty() {
        flaw.message.clone()
    } else {
        format!("{}: {}", flaw.path, flaw.message)
    }
}

/// Breaks a document into lines, statements and their elements each on their own.
pub(crate) fn laid_out(document: &str) -> String {
    if serde_json::from_str::<serde_json::Value>(document).is_err() {
        return document.to_owned();
    }
    let (mut text, mut depth, mut in_string) = (String::new(), 0_usize, false);
    let new_line = |text: &mut String, depth: usize| {
        text.truncate(text.trim_end().len());
        text.push('\n');
        text.push_str(&"  ".repeat(depth));
    };
    for c in document.chars().scan('"', |before, c| Some((std::mem::replace(before, c), c))) {
        match c {
            (before, '"') if before != '\\' => {
                in_string = !in_string;
                text.push('"');
            }
            (_, c) if in_string => text.push(c),
            (_, c) if c.is_whitespace() => {}
            (_, c @ ('{' | '[')) => {
                depth += 1;
                text.push(c);
                if depth <= 3 {
                    new_line(&mut text, depth);
                }
            }
            (_, c @ ('}' | ']')) => {
                depth -= 1;
                if depth < 3 {
                    new_line(&mut text, depth);
                }
                text.push(c);
            }
            (_, ',') if depth <= 3 => {
                text.push(',');
                new_line(&mut text, depth);
            }
            (_, c @ (',' | ':')) => text.extend([c, ' ']),
            (_, c) => text.push(c),
        }
    }
    text.lines().map(abbreviated).collect::<Vec<_>>().join("\n")
}

fn abbreviated(line: &str) -> String {
    match line.char_indices().nth(LONGEST_LINE) {
        Some((end, _)) => format!("{} …", &line[..end]),
        None => line.to_owned(),
    }
}

fn doors_of(atlas: &Atlas) -> String {
    let mut text = String::new();
    for way in Way::ALL {
        let doors: Vec<_> = atlas.doors_of(way).collect();
        if doors.is_empty() {
            continue;
        }
        let mut title = way.name().to_owned();
        title[..1].make_ascii_uppercase();
        text += &format!(
            "\n### {title}\n\n| door | what it does | actions | closed by | what stays open | source |\n\
             |---|---|---|---|---|---|\n"
        );
        for door in doors {
            text += &row(door);
        }
    }
    text += &bounds_of(atlas);
    let reach: Vec<_> =
        atlas.out_of_reach.iter().map(|(level, who)| format!("- `{level}`: {who}\n")).collect();
    text + "\n### Bound by no document\n\n" + &reach.concat()
}

fn bounds_of(atlas: &Atlas) -> String {
    let row = |bounds: &Bounds| {
        let beyond: Vec<_> = bounds.beyond.iter().map(|beyond| beyond.what).collect();
        let beyond = if beyond.is_empty() { "nothing".to_owned() } else { beyond.join("; ") };
        format!("| `{}` | {} | {beyond} |\n", bounds.rule.name(), bounds.refuses)
    };
    let rows: String = atlas.bounds.iter().map(row).collect();
    format!(
        "\n### What rules refuse\n\n| rule | refuses | and beyond that, on purpose |\n|---|---|---|\n\
         {rows}"
    )
}

fn row(door: &Door) -> String {
    let actions: Vec<_> = door.actions.iter().map(|action| format!("`{action}`")).collect();
    let rules = door.rules.iter().map(|cover| match cover.with.name() {
        "" => format!("`{}`", cover.rule.name()),
        with => format!("`{}` with `{with}`", cover.rule.name()),
    });
    let rules: Vec<_> = rules.collect();
    let rules = if rules.is_empty() { "no rule".to_owned() } else { rules.join(", ") };
    format!(
        "| `{}` | {} | {} | {rules} | {} | {} |\n",
        door.code,
        door.does,
        actions.join(", "),
        door.stays_open,
        door.source
    )
}

//! What the pages say that guardrails cannot stop, made from the atlas.
//!
//! `UPDATE_EXPECT=1 cargo test --lib guardrail` writes it.

use expect_test::expect_file;

use crate::guardrail::{
    ALICLOUD, AWS, Dialect,
    atlas::{Atlas, Door, Rule},
};

#[test]
fn the_page_on_alibaba_cloud_lists_what_stays_open() {
    expect_file!["../cannot_stop_alicloud.md"].assert_eq(&section(&ALICLOUD));
}

#[test]
fn the_page_on_aws_lists_what_stays_open() {
    expect_file!["../cannot_stop_aws.md"].assert_eq(&section(&AWS));
}

fn section(dialect: &'static Dialect) -> String {
    let atlas = Atlas::of(dialect);
    let mut text = "## What this cannot stop\n\nDoors that stay open whatever the rules are, or \
                    stay open in part; `open_doors` lists those of a guardrail, the guide \
                    [Doors](../guides/doors) all there are.\n\n| door | what it does | closed by | \
                    what stays open |\n|---|---|---|---|\n"
        .to_owned();
    let open = atlas.doors().filter(|door| !door.stays_open.is_empty());
    text.extend(open.map(row));
    text += "\nNor does it bind everybody:\n\n";
    text.extend(atlas.out_of_reach.iter().map(|(level, who)| format!("- `{level}`: {who}\n")));
    text += "\nMachines that run already go on running, and an image that loses its tags stays in \
             use where it is. What each rule refuses beyond what it is for:\n\n";
    for bounds in atlas.bounds {
        for beyond in bounds.beyond {
            text += &format!("- `{}`: {}\n", bounds.rule.name(), beyond.what);
        }
    }
    text
}

fn row(door: &'static Door) -> String {
    let mut rules: Vec<Rule> = door.rules.iter().map(|cover| cover.rule).collect();
    rules.dedup();
    let rules: Vec<_> = rules.iter().map(|rule| format!("`{}`", rule.name())).collect();
    let rules = if rules.is_empty() { "no rule".to_owned() } else { rules.join(", ") };
    format!("| `{}` | {} | {rules} | {} |\n", door.code, door.does, door.stays_open)
}

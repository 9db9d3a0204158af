//! How the story looks: paragraphs, tables, and frames around what others say.

use std::io::{self, Write};

const WIDTH: usize = 90;

/// Prints the headline of a chapter.
pub(crate) fn headline(number: usize, title: &str) {
    say(&format!("\n\n{number}. {title}\n{}", "─".repeat(title.chars().count() + 3)));
}

/// Prints a paragraph, wrapped.
pub(crate) fn tell(text: &str) {
    say(&format!("\n{}", wrapped(text, "")));
}

/// Prints a text that is not the narrator's under a caption.
pub(crate) fn frame(caption: &str, text: &str) {
    say(&format!("\n  ┌─ {caption}"));
    for line in text.trim_matches('\n').lines() {
        say(format!("  │ {line}").trim_end());
    }
    say("  └─");
}

/// Prints rows in columns, the first row being their heads.
pub(crate) fn table<const N: usize>(caption: &str, rows: &[[String; N]]) {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ")
    });
    frame(caption, &lines.collect::<Vec<_>>().join("\n"));
}

/// Cuts out what these attributes of a plan hold.
pub(crate) fn abridged(plan: &str, attributes: &[&str]) -> String {
    let mut lines = Vec::new();
    let mut end = None;
    for line in plan.lines() {
        if let Some(closing) = &end {
            if line.starts_with(closing) {
                end = None;
            }
            continue;
        }
        let content = line.trim_start_matches([' ', '+', '~', '-']);
        let is_meant =
            content.split_once([' ', '=']).is_some_and(|(it, _)| attributes.contains(&it));
        let bracket = ["(", "{", "["].into_iter().zip([")", "}", "]"]);
        match bracket.into_iter().find(|(opening, _)| is_meant && line.ends_with(opening)) {
            Some((_, closing)) => {
                let depth = line.len() - content.len();
                end = Some(format!("{}{closing}", " ".repeat(depth)));
                lines.push(format!("{line} … {closing}"));
            }
            None => lines.push(line.to_owned()),
        }
    }
    lines.join("\n")
}

/// Breaks a text into lines that start with `indent`.
pub(crate) fn wrapped(text: &str, indent: &str) -> String {
    let mut lines = Vec::new();
    let mut line = indent.to_owned();
    for word in text.split_whitespace() {
        let is_empty = line.len() == indent.len();
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, format!("{indent}{word}")));
        } else {
            line = format!("{line}{}{word}", if is_empty { "" } else { " " });
        }
    }
    lines.push(line);
    lines.join("\n")
}

/// Writes a line to standard output; a reader that went away is no reason to stop.
fn say(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

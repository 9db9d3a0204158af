//! Texts of others in our sentences.

/// How much is quoted, in characters.
const QUOTED: usize = 80;

/// Returns a text that somebody set, in backticks: also what cannot be seen, because that
/// may be what is wrong with it.
pub(super) fn quoted(text: &str) -> String {
    let escape = |char: char| match char {
        '"' | '\'' | '\\' => char.to_string(),
        _ => char.escape_debug().to_string(),
    };
    let shown: String = text.chars().take(QUOTED).map(escape).collect();
    let more = if text.chars().nth(QUOTED).is_some() { "…" } else { "" };
    format!("`{shown}{more}`")
}

/// Returns the beginning of a text that a server sent, on one line.
pub(super) fn brief(text: &str) -> String {
    one_line(text, QUOTED)
}

/// Keeps what can be printed on one line, white space in one piece.
pub(super) fn one_line(text: &str, most: usize) -> String {
    let printable = |char: char| if char.is_control() { ' ' } else { char };
    let text: String = text.chars().map(printable).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most).chain(['…']).collect(),
        None => text,
    }
}

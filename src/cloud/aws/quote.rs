//! Texts of others, made fit for a report.

/// Returns the beginning of a text on one line, without control characters.
pub(super) fn one_line(text: &str, longest: usize) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(longest).collect()
}

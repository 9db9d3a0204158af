//! Writes XML elements into a text.

use std::fmt::Display;

/// XML without a prologue, growing.
#[derive(Debug, Default)]
pub(super) struct Xml {
    text: String,
}

impl Xml {
    /// Makes a buffer that will hold about this many bytes.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes) }
    }

    /// Writes an element with whatever `content` writes.
    pub(super) fn within(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.text.extend(["<", name, ">"]);
        content(self);
        self.text.extend(["</", name, ">"]);
    }

    /// Writes an element that holds text.
    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.within(name, |xml| xml.escape(text));
    }

    /// Writes an element that holds a number or boolean.
    pub(super) fn value(&mut self, name: &str, value: impl Display) {
        self.leaf(name, &value.to_string());
    }

    /// Writes an element if there is something to hold.
    pub(super) fn option(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.leaf(name, text);
        }
    }

    /// Writes `<name><item>…</item>…</name>`, EC2's form of a list; an empty list has an empty
    /// element.
    pub(super) fn set<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut content: impl FnMut(&mut Self, T),
    ) {
        self.within(name, |xml| {
            for item in items {
                xml.within("item", |xml| content(xml, item));
            }
        });
    }

    /// Returns what was written.
    pub(super) fn finish(self) -> String {
        self.text
    }

    fn escape(&mut self, text: &str) {
        // Looking at every byte without stopping early is several times faster than stopping, and
        // mostly in vain.
        if !text.bytes().fold(false, |found, byte| found | is_special(byte)) {
            return self.text.push_str(text);
        }
        for character in text.chars() {
            match character {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                '\r' => self.text.push_str("&#13;"),
                '\t' | '\n' | ' '.. => self.text.push(character),
                // XML has no way to write the other control characters.
                _ => self.text.push('\u{fffd}'),
            }
        }
    }
}

/// Tells whether a byte may be one that cannot stand for itself.
fn is_special(byte: u8) -> bool {
    byte < b' ' || matches!(byte, b'&' | b'<' | b'>' | b'"')
}

#[cfg(test)]
mod tests {
    use super::Xml;

    #[test]
    fn text_is_escaped_and_empty_sets_remain() {
        let mut xml = Xml::default();
        xml.set("tagSet", [("a<b", "\"1\" & 2\u{1}é\n")], |xml, (key, value)| {
            xml.leaf("key", key);
            xml.leaf("value", value);
        });
        xml.set("none", [(); 0], |_, ()| {});
        let expected = "<tagSet><item><key>a&lt;b</key>\
                        <value>&quot;1&quot; &amp; 2\u{fffd}é\n</value></item></tagSet>\
                        <none></none>";
        assert_eq!(xml.finish(), expected);
    }
}

//! Bodies no client expects.

use bytes::Bytes;
use serde_json::Value;

use crate::cloud::Format;
use crate::message::{Body, Reply};

const CHUNK: usize = 64 * 1024;

/// Returns a well-formed document of about this many bytes.
pub(super) fn huge(format: Format, bytes: u64) -> Body {
    let (head, tail) = match format {
        Format::Json => ("{\"Padding\":\"", "\"}"),
        Format::Xml => ("<Padding>", "</Padding>"),
    };
    let chunk = Bytes::from(vec![b'a'; CHUNK]);
    Body::default().then(head, 1).then(chunk, bytes.div_ceil(CHUNK as u64)).then(tail, 1)
}

/// Returns a well-formed document with this many levels.
pub(super) fn deep(format: Format, levels: usize) -> Body {
    let (opening, closing) = match format {
        Format::Json => ("[", "]"),
        Format::Xml => ("<a>", "</a>"),
    };
    Body::default().then(opening.repeat(levels), 1).then(closing.repeat(levels), 1)
}

/// Returns a message that promises the whole body and holds half of it.
pub(super) fn truncated(reply: &Reply) -> Vec<u8> {
    let body = reply.body.first_chunk();
    let mut message =
        format!("HTTP/1.1 {} OK\r\ncontent-length: {}\r\n", reply.status, body.len()).into_bytes();
    for (name, value) in &reply.headers {
        message.extend(format!("{name}: {value}\r\n").bytes());
    }
    message.extend(b"\r\n");
    message.extend(body.slice(..body.len() / 2));
    message
}

/// Changes the type of every scalar in a reply.
pub(super) fn with_wrong_types(reply: Reply, format: Format) -> Reply {
    let body = reply.body.first_chunk();
    let damaged = match format {
        Format::Json => {
            let value = serde_json::from_slice(&body).unwrap_or(Value::Null);
            wrong_json(value).to_string()
        }
        Format::Xml => wrong_xml(&String::from_utf8_lossy(&body)),
    };
    Reply { body: Body::from(Bytes::from(damaged)), ..reply }
}

fn wrong_json(value: Value) -> Value {
    match value {
        Value::Null => Value::from("null"),
        Value::Bool(_) => Value::from("perhaps"),
        Value::Number(_) => Value::from("seven"),
        Value::String(_) => Value::from(7),
        Value::Array(items) => items.into_iter().map(wrong_json).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, field)| (name, wrong_json(field))).collect()
        }
    }
}

/// Puts an element in the place of every text. The documents written here have no text beside
/// elements, comments or CDATA.
fn wrong_xml(document: &str) -> String {
    let mut damaged = String::with_capacity(document.len());
    for piece in document.split_inclusive('>') {
        match piece.split_once('<') {
            Some((text, markup)) if !text.trim().is_empty() => {
                damaged.extend(["<unexpected/><", markup])
            }
            _ => damaged.push_str(piece),
        }
    }
    damaged
}

#[cfg(test)]
mod tests {
    use super::{deep, huge, wrong_json, wrong_xml};
    use crate::cloud::Format;

    #[test]
    fn every_json_scalar_changes_its_type() {
        let damaged = wrong_json(
            serde_json::json!({"Images": [{"Size": 40, "IsPublic": true, "ImageId": "m-1"}]}),
        );
        assert_eq!(
            damaged.to_string(),
            r#"{"Images":[{"ImageId":7,"IsPublic":"perhaps","Size":"seven"}]}"#
        );
    }

    #[test]
    fn every_xml_text_becomes_an_element() {
        let damaged = wrong_xml("<?xml version=\"1.0\"?>\n<a><b>1</b><c></c></a>");
        assert_eq!(damaged, "<?xml version=\"1.0\"?>\n<a><b><unexpected/></b><c></c></a>");
    }

    #[test]
    fn sizes_are_as_announced() {
        assert_eq!(deep(Format::Xml, 3).len(), 21);
        assert_eq!(huge(Format::Json, 1 << 20).len(), (1 << 20) + 14);
    }
}

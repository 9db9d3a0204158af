//! Documents: read strictly, read leniently, and compared.

use super::{
    is_readable,
    rebuilt::{PLACES, Place},
};
use crate::guardrail::Document;

/// Takes a text for a document of every kind of policy on both clouds.
///
/// What can be read strictly can be read leniently, to the same meaning; the canonical
/// form of a document written from its canonical form is that form.
pub fn documents(text: &str) {
    for place in &PLACES {
        let Place { dialect, kind, .. } = place;
        let strict = Document::parse(dialect, kind, text).expect("the kind exists");
        let lenient = Document::parse_foreign(dialect, kind, text).expect("the kind exists");
        match (strict, lenient) {
            (Ok(strict), Ok(lenient)) => {
                assert_eq!(lenient.unread().count(), 0, "{kind}: what is read strictly is read");
                let canonical = strict.canonical().expect("all of it was read");
                assert_eq!(lenient.canonical().as_ref(), Some(&canonical), "{kind}");
                is_fixed_point(place, &canonical);
            }
            (Ok(_), Err(error)) => panic!("{kind}: can be read strictly only: {error}"),
            (Err(error), Ok(lenient)) => {
                is_readable(&error, text);
                lenient.unread().for_each(|(_, error)| is_readable(error, text));
                assert!(
                    lenient.canonical().is_none() || lenient.unread().next().is_none(),
                    "{kind}: what is not understood cannot be compared"
                );
            }
            (Err(error), Err(lenient_error)) => {
                is_readable(&error, text);
                is_readable(&lenient_error, text);
            }
        }
    }
}

fn is_fixed_point(place: &Place<'_>, canonical: &str) {
    let text = place.rebuilt(canonical);
    // Strictly it may be too long: what was a scalar can have become a list.
    let document = Document::parse_foreign(place.dialect, place.kind, &text);
    let document = document.expect("the kind exists").unwrap_or_else(|error| {
        panic!("{}: the canonical form is no document: {error}\n{text}", place.kind)
    });
    let unread: Vec<_> = document.unread().map(|(_, error)| error.to_string()).collect();
    assert_eq!(unread, Vec::<String>::new(), "{}: {text}", place.kind);
    assert_eq!(document.canonical().as_deref(), Some(canonical), "{}: {text}", place.kind);
}

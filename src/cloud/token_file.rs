//! Tokens of identity providers, in files that somebody else keeps fresh.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use super::Secret;

/// In bytes; more than either cloud accepts. What is larger is no token.
const LONGEST: u64 = 20_000;

/// Reads a token, without the line end that editors leave.
///
/// Blocks the thread, but for a file of a few KiB, and once per session. Whatever the file
/// turns out to be, no more of it is read than a token can have.
///
/// # Errors
///
/// What is wrong, in words that follow the name of the file; never a part of it.
pub(super) fn read_token(path: &Path) -> Result<Secret, String> {
    let read = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(LONGEST + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|error| format!("cannot be read: {error}"))?;
    if bytes.len() as u64 > LONGEST {
        return Err(format!("is no token: it has more than {LONGEST} bytes"));
    }
    match std::str::from_utf8(&bytes).map(str::trim) {
        Ok("") => Err("is empty".to_owned()),
        Ok(token) => Ok(Secret::new(token)),
        Err(_) => Err("is no token: it is not UTF-8".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn a_token_is_one_text_of_bearable_length() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        let outcome = |content: &[u8]| {
            std::fs::write(&file, content).unwrap();
            read_token(&file).map(|secret| secret.reveal().len())
        };
        assert_eq!(outcome(b"eyJ0oken\r\n"), Ok(8));
        assert_eq!(outcome(&[b'x'; 20_000]), Ok(20_000));
        let outcomes = [&[b'x'; 20_001] as &[u8], b"\xff\xfe", b" \n"].map(outcome);
        expect![[r#"
            [
                Err(
                    "is no token: it has more than 20000 bytes",
                ),
                Err(
                    "is no token: it is not UTF-8",
                ),
                Err(
                    "is empty",
                ),
            ]
        "#]]
        .assert_debug_eq(&outcomes);
        std::fs::remove_file(&file).unwrap();
        let error = read_token(&file).unwrap_err();
        assert!(error.starts_with("cannot be read: "), "{error}");
    }
}

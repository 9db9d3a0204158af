//! Keys that somebody has written down, wherever.

/// Id, secret, token.
pub(super) type Keys<'a> = (&'a str, &'a str, Option<&'a str>);

/// Puts keys together from values under these names; `None` where there is nothing at all.
///
/// Where only some are set no other source may step in: it could be somebody else.
///
/// # Errors
///
/// Which name is missing, in words for a report.
pub(super) fn complete<'a>(
    [key_name, secret_name, token_name]: [&str; 3],
    values: [Option<&'a str>; 3],
) -> Result<Option<Keys<'a>>, String> {
    let (given, missing) = match values {
        [Some(key), Some(secret), token] => return Ok(Some((key, secret, token))),
        [None, None, None] => return Ok(None),
        [Some(_), None, _] => (key_name, secret_name),
        [None, Some(_), _] => (secret_name, key_name),
        [None, None, Some(_)] => (token_name, key_name),
    };
    Err(format!("`{given}` is set, but `{missing}` is not"))
}

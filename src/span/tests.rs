use super::*;

#[test]
fn spans_are_numbers_with_units() {
    let seconds = |text: &str| Span::parse(text).map(|span| span.duration().whole_seconds());
    let table = [
        ("90d", Ok(7_776_000)),
        ("36h", Ok(129_600)),
        ("1d12h", Ok(129_600)),
        ("2m30s", Ok(150)),
        ("1s", Ok(1)),
        ("", Err(SpanError::Malformed)),
        ("90", Err(SpanError::Malformed)),
        ("d", Err(SpanError::Malformed)),
        ("90 d", Err(SpanError::Malformed)),
        ("-1d", Err(SpanError::Malformed)),
        ("1.5d", Err(SpanError::Malformed)),
        ("1h1d", Err(SpanError::Malformed)),
        ("1d1d", Err(SpanError::Malformed)),
        ("1w", Err(SpanError::Malformed)),
        ("0d", Err(SpanError::Zero)),
        ("0d0s", Err(SpanError::Zero)),
        ("365001d", Err(SpanError::TooLong)),
        ("99999999999999999999d", Err(SpanError::TooLong)),
        ("9223372036854775807d", Err(SpanError::TooLong)),
    ];
    for (text, expected) in table {
        assert_eq!(seconds(text), expected, "{text}");
    }
}

//! What may be written in a document, a list of policies and a request.

use expect_test::{Expect, expect};

use super::*;

/// What the reader of a guardrail's document says.
fn said(dialect: &'static Dialect, level: &str, text: &str) -> String {
    match Document::parse(dialect, level, text).unwrap() {
        Ok(document) => format!("{} statements", document.statement_count()),
        Err(error) => error.to_string(),
    }
}

#[track_caller]
fn aws(text: &str, expected: Expect) {
    expected.assert_eq(&said(&AWS, "scp", text));
}

#[track_caller]
fn alicloud(text: &str, expected: Expect) {
    expected.assert_eq(&said(&ALICLOUD, "control_policy", text));
}

/// A document around the inside of one statement.
fn document(version: &str, statement: &str) -> String {
    format!(r#"{{"Version":"{version}","Statement":{{{statement}}}}}"#)
}

#[track_caller]
fn aws_statement(statement: &str, expected: Expect) {
    aws(&document("2012-10-17", statement), expected);
}

#[track_caller]
fn aws_condition(condition: &str, expected: Expect) {
    let rest = r#""Effect":"Deny","Action":"*","Resource":"*""#;
    aws_statement(&format!(r#"{rest},"Condition":{{{condition}}}"#), expected);
}

#[track_caller]
fn alicloud_condition(condition: &str, expected: Expect) {
    let rest = r#""Effect":"Deny","Action":"*","Resource":"*""#;
    alicloud(&document("1", &format!(r#"{rest},"Condition":{{{condition}}}"#)), expected);
}

#[test]
fn a_fault_is_found_by_line_column_and_path() {
    aws(
        "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\"Effect\": \"deny\"}\n  ]\n}",
        expect![
            "line 4, column 16, at Statement[0].Effect: the effect `deny` must be `Allow` or `Deny`"
        ],
    );
}

#[test]
fn text_that_is_no_json() {
    aws("", expect!["line 1, column 1: the text is no JSON: EOF while parsing a value"]);
    aws(
        r#"{"Version":"2012-10-17","Statement":[}"#,
        expect!["line 1, column 38: the text is no JSON: expected value"],
    );
    aws(
        "{\"Version\":\"2012-10-17\",\n\"Statement\":[{\"Resource\":\"a]}",
        expect!["line 2, column 29: the text is no JSON: EOF while parsing a string"],
    );
    aws(r#"{} {}"#, expect!["line 1, column 4: the text is no JSON: trailing characters"]);
    aws(
        r#"{"Version":"\ud800"}"#,
        expect!["line 1, column 12, at Version: an escape that is no character"],
    );
}

#[test]
fn a_name_twice_in_an_object() {
    aws(
        r#"{"Version":"2012-10-17","Statement":[],"Version":"2008-10-17"}"#,
        expect!["line 1, column 50, at Version: the name `Version` comes up twice in one object"],
    );
    aws_statement(
        r#""Effect":"Deny","Action":"*","Resource":"*","Condition":{"Null":{"a:b":"true","a:b":"false"}}"#,
        expect![[
            r#"line 1, column 122, at Statement.Condition.Null["a:b"]: the name `a:b` comes up twice in one object"#
        ]],
    );
    // An escape does not hide it.
    aws_statement(
        r#""Effect":"Deny","Eff\u0065ct":"Allow""#,
        expect![
            "line 1, column 68, at Statement.Effect: the name `Effect` comes up twice in one object"
        ],
    );
}

#[test]
fn elements_nobody_knows() {
    aws(
        r#"{"Version":"2012-10-17","Statement":{},"Comment":"x"}"#,
        expect!["line 1, column 50, at Comment: `Comment` is no element of this policy document"],
    );
    aws_statement(
        r#""Effect":"Deny","Actions":"*","Resource":"*""#,
        expect!["line 1, column 64, at Statement.Actions: `Actions` is no element of a statement"],
    );
    alicloud(
        &document("1", r#""Sid":"a","Effect":"Deny","Action":"*","Resource":"*""#),
        expect!["line 1, column 35, at Statement.Sid: `Sid` is no element of a statement"],
    );
}

#[test]
fn elements_that_are_missing_or_exclude_each_other() {
    aws(r#"{"Version":"2012-10-17"}"#, expect!["line 1, column 1: `Statement` is missing"]);
    aws(
        r#"{"Version":"2012-10-17","Statement":[]}"#,
        expect!["line 1, column 37, at Statement: `Statement` is empty"],
    );
    aws_statement(
        r#""Action":"*","Resource":"*""#,
        expect!["line 1, column 37, at Statement: `Effect` is missing"],
    );
    aws_statement(
        r#""Effect":"Deny","Resource":"*""#,
        expect!["line 1, column 37, at Statement: `Action` or `NotAction` is missing"],
    );
    aws_statement(
        r#""Effect":"Deny","Action":"*""#,
        expect!["line 1, column 37, at Statement: `Resource` or `NotResource` is missing"],
    );
    aws_statement(
        r#""Effect":"Deny","Action":"a:b","NotAction":"a:c","Resource":"*""#,
        expect![
            "line 1, column 81, at Statement.NotAction: `Action` and `NotAction` exclude each other"
        ],
    );
    aws_statement(
        r#""Effect":"Deny","Action":[],"Resource":"*""#,
        expect!["line 1, column 63, at Statement.Action: `Action` is an empty list"],
    );
    aws_statement(
        r#""Effect":"Deny","Principal":"*","Action":"*","Resource":"*""#,
        expect![
            "line 1, column 66, at Statement.Principal: a policy of the kind `scp` names no principal"
        ],
    );
}

#[test]
fn versions() {
    let statement = r#""Effect":"Deny","Action":"*","Resource":"*""#;
    aws(
        &document("2012-10-18", statement),
        expect![
            "line 1, column 12, at Version: the version `2012-10-18` does not exist; it must be `2012-10-17` or `2008-10-17`"
        ],
    );
    aws(&format!(r#"{{"Statement":{{{statement}}}}}"#), expect!["1 statements"]);
    alicloud(
        &document("2012-10-17", statement),
        expect![
            "line 1, column 12, at Version: the version `2012-10-17` does not exist; it must be `1`"
        ],
    );
    alicloud(
        &format!(r#"{{"Statement":{{{statement}}}}}"#),
        expect!["line 1, column 1: `Version` is missing; it must be `1`"],
    );
}

#[test]
fn actions_and_resources_have_a_form() {
    aws_statement(
        r#""Effect":"Deny","Action":"RunInstances","Resource":"*""#,
        expect![
            "line 1, column 63, at Statement.Action: the action `RunInstances` is neither `*` nor `service:Name`"
        ],
    );
    aws_statement(
        r#""Effect":"Deny","Action":"e*:RunInstances","Resource":"*""#,
        expect![
            "line 1, column 63, at Statement.Action: the action `e*:RunInstances` is neither `*` nor `service:Name`"
        ],
    );
    aws_statement(
        r#""Effect":"Deny","Action":"*","Resource":"image/*""#,
        expect![
            "line 1, column 78, at Statement.Resource: the resource `image/*` is neither `*` nor `arn:…`"
        ],
    );
    aws_statement(
        r#""Effect":"Deny","Action":"*","Resource":"arn:aws:s3:${aws:region}::b""#,
        expect![
            "line 1, column 78, at Statement.Resource: the resource `arn:aws:s3:${aws:region}::b` has a variable before its last field, where there are none"
        ],
    );
    aws_statement(
        r#""Effect":"Deny","Action":"*","Resource":"arn:aws:s3:::${b""#,
        expect!["line 1, column 78, at Statement.Resource: the variable `${b` is not closed"],
    );
    alicloud(
        &document("1", r#""Effect":"Deny","Action":"*","Resource":"arn:aws:ec2:*""#),
        expect![
            "line 1, column 69, at Statement.Resource: the resource `arn:aws:ec2:*` is neither `*` nor `acs:…`"
        ],
    );
}

#[test]
fn operators_that_do_not_exist() {
    aws_condition(
        r#""IpAddressNotEquals":{"aws:SourceIp":"10.0.0.0/8"}"#,
        expect![
            "line 1, column 116, at Statement.Condition.IpAddressNotEquals: `IpAddressNotEquals` is no condition operator of AWS"
        ],
    );
    aws_condition(
        r#""ForSomeValues:StringEquals":{"a:b":"c"}"#,
        expect![[
            r#"line 1, column 124, at Statement.Condition["ForSomeValues:StringEquals"]: `ForSomeValues:StringEquals` is no condition operator of AWS"#
        ]],
    );
    aws_condition(
        r#""ForAnyValue:StringEqualsIfExists":{"a:b":"c"}"#,
        expect![[
            r#"line 1, column 130, at Statement.Condition["ForAnyValue:StringEqualsIfExists"]: what `ForAnyValue:StringEqualsIfExists` means for an absent key is not documented"#
        ]],
    );
    aws_condition(
        r#""NullIfExists":{"a:b":"true"}"#,
        expect![
            "line 1, column 110, at Statement.Condition.NullIfExists: `Null` stands alone, not in `NullIfExists`"
        ],
    );
    alicloud_condition(
        r#""StringEqualsIfExists":{"a:b":"c"}"#,
        expect![
            "line 1, column 109, at Statement.Condition.StringEqualsIfExists: `StringEqualsIfExists` is no condition operator of Alibaba Cloud"
        ],
    );
    alicloud_condition(
        r#""Null":{"a:b":"true"}"#,
        expect![
            "line 1, column 93, at Statement.Condition.Null: `Null` is no condition operator of Alibaba Cloud"
        ],
    );
    alicloud_condition(
        r#""ForAllValues:StringEquals":{"a:b":"c"}"#,
        expect![[
            r#"line 1, column 114, at Statement.Condition["ForAllValues:StringEquals"]: `ForAllValues:StringEquals` is no condition operator of Alibaba Cloud"#
        ]],
    );
    // Case does not matter.
    aws_condition(r#""foranyvalue:stringequals":{"a:b":"c"}"#, expect!["1 statements"]);
}

#[test]
fn condition_values_fit_their_operator() {
    aws_condition(
        r#""NumericEquals":{"a:b":"1e3"}"#,
        expect![[
            r#"line 1, column 118, at Statement.Condition.NumericEquals["a:b"]: `1e3` is no number"#
        ]],
    );
    aws_condition(r#""NumericEquals":{"a:b":10}"#, expect!["1 statements"]);
    aws_condition(
        r#""DateLessThan":{"a:b":"tomorrow"}"#,
        expect![[
            r#"line 1, column 117, at Statement.Condition.DateLessThan["a:b"]: `tomorrow` is no date"#
        ]],
    );
    aws_condition(
        r#""IpAddress":{"a:b":"10.0.0.0/33"}"#,
        expect![[
            r#"line 1, column 114, at Statement.Condition.IpAddress["a:b"]: `10.0.0.0/33` is no address or range of addresses"#
        ]],
    );
    aws_condition(
        r#""Bool":{"a:b":"maybe"}"#,
        expect![[
            r#"line 1, column 109, at Statement.Condition.Bool["a:b"]: `maybe` is no boolean"#
        ]],
    );
    aws_condition(
        r#""StringEquals":{"a:b":[]}"#,
        expect![[
            r#"line 1, column 117, at Statement.Condition.StringEquals["a:b"]: the key `a:b` has no values"#
        ]],
    );
    aws_condition(
        r#""StringEquals":{"a:b":null}"#,
        expect![[
            r#"line 1, column 117, at Statement.Condition.StringEquals["a:b"]: a condition value must be a string, not null"#
        ]],
    );
    aws_condition(
        r#""StringEquals":{}"#,
        expect![
            "line 1, column 110, at Statement.Condition.StringEquals: `StringEquals` tests no key"
        ],
    );
    alicloud_condition(
        r#""Bool":{"a:b":true}"#,
        expect![[
            r#"line 1, column 100, at Statement.Condition.Bool["a:b"]: a condition value must be a string, not a boolean"#
        ]],
    );
}

#[test]
fn a_sid_is_plain_and_comes_up_once() {
    let one = r#"{"Sid":"A","Effect":"Deny","Action":"*","Resource":"*"}"#;
    aws(
        &format!(r#"{{"Version":"2012-10-17","Statement":[{one},{one}]}}"#),
        expect!["line 1, column 94, at Statement[1]: the Sid `A` comes up twice"],
    );
    aws_statement(
        r#""Sid":"a b","Effect":"Deny","Action":"*","Resource":"*""#,
        expect![
            "line 1, column 44, at Statement.Sid: the Sid `a b` must be letters and digits only"
        ],
    );
}

#[test]
fn limits_count_all_but_the_white_space_between_tokens() {
    let filled = |length: usize| {
        let names: String = "a ".repeat(length / 2);
        document("1", &format!(r#""Effect":"Deny","Action":"*","Resource":"acs:{names}""#))
    };
    alicloud(
        &filled(5_000),
        expect![
            "line 1, column 1: the document has 5076 characters without white space, and Alibaba Cloud takes 4096"
        ],
    );
    let spaced = document("1", r#""Effect":"Deny","Action":"*","Resource":"*""#)
        .replace(',', &format!(",{}", " ".repeat(5_000)));
    alicloud(&spaced, expect!["1 statements"]);
}

#[test]
fn hostile_texts_are_refused_at_once() {
    aws(
        &"[".repeat(10_000),
        expect!["line 1, column 10000: the text is no JSON: EOF while parsing a list"],
    );
    let nested = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    expect!["line 1, column 34, at [0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]["]
        .assert_eq(
            &Policies::parse(&AWS, &nested)
                .unwrap_err()
                .to_string()
                .chars()
                .take(80)
                .collect::<String>(),
        );
    aws(
        &format!("[{}1]", "1,".repeat(5_000_000)),
        expect!["line 1, column 1: the text is longer than 1048576 bytes"],
    );
    aws(
        &format!("[{}1]", "1,".repeat(500_000)),
        expect!["line 1, column 400000, at [199999]: the text has more than 200000 values"],
    );
    let many: String = (0..100_000).map(|n| format!(r#""{n}":1,"#)).collect();
    aws(
        &format!(r#"{{{many}"x":1}}"#),
        expect![
            "line 1, column 1: the document has 988897 characters without white space, and AWS takes 10240"
        ],
    );
}

#[test]
fn messages_are_short_and_without_control_characters() {
    let long = "k".repeat(400_000);
    let error = Policies::parse(&AWS, &format!(r#"{{"{long}":1,"{long}":2}}"#)).unwrap_err();
    assert_eq!((error.problem.chars().count(), error.path.chars().count()), (1_001, 1_001));
    assert!(error.problem.ends_with("k` comes up twice in one object"), "{error}");
    let statement = r#""Effect":"\u001b[2J\u202eDeny","Action":"*","Resource":"*""#;
    aws_statement(
        statement,
        expect![[
            r#"line 1, column 47, at Statement.Effect: the effect `\u{1b}[2J\u{202e}Deny` must be `Allow` or `Deny`"#
        ]],
    );
}

#[test]
fn a_byte_order_mark_is_told() {
    aws(
        "\u{feff}{}",
        expect!["line 1, column 1: the text is no JSON: it starts with a byte order mark"],
    );
}

#[test]
fn a_foreign_document_of_white_space_is_refused() {
    let statements = [r#"{"Effect":"Deny"}"#; 1_000].join(",");
    let text = format!(r#"{{{}"Statement":[{statements}]}}"#, " ".repeat(1_000_000));
    let error = Document::parse_foreign(&AWS, "scp", &text).unwrap().unwrap_err();
    expect!["line 1, column 1: most of the document is white space"].assert_eq(&error.to_string());
}

#[test]
fn lists_of_policies() {
    let said = |dialect, text: &str| match Policies::parse(dialect, text) {
        Ok(_) => "fine".to_owned(),
        Err(error) => error.to_string(),
    };
    let allow =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    expect!["fine"].assert_eq(&said(&AWS, "[]"));
    expect!["line 1, column 1: policies must be a list, not an object"]
        .assert_eq(&said(&AWS, "{}"));
    expect!["line 1, column 2, at [0]: the policy has no `document`"]
        .assert_eq(&said(&AWS, r#"[{"type":"identity"}]"#));
    expect!["line 1, column 10, at [0].type: AWS has no policies of the type `control`, but scp, rcp, boundary, session, identity, resource"].assert_eq(&said(&AWS, &format!(r#"[{{"type":"control","document":{allow}}}]"#)));
    expect!["line 1, column 2, at [0]: a policy of the type `scp` needs its `level` (0 = root)"]
        .assert_eq(&said(&AWS, &format!(r#"[{{"type":"scp","document":{allow}}}]"#)));
    expect!["line 1, column 24, at [0].level: `level` must be a whole number from zero"]
        .assert_eq(&said(&AWS, &format!(r#"[{{"type":"scp","level":-1,"document":{allow}}}]"#)));
    expect!["line 1, column 29, at [0].level: a policy of the type `identity` has no `level`"]
        .assert_eq(&said(
            &AWS,
            &format!(r#"[{{"type":"identity","level":0,"document":{allow}}}]"#),
        ));
    expect!["line 1, column 36, at [0].effect_scope: a policy of the type `identity` has no `effect_scope`"].assert_eq(&said(
        &AWS,
        &format!(r#"[{{"type":"identity","effect_scope":"All","document":{allow}}}]"#),
    ));
    expect![
        "line 1, column 68, at [0].document.Statement: `Principal` or `NotPrincipal` is missing"
    ]
    .assert_eq(&said(&AWS, &format!(r#"[{{"type":"resource","document":{allow}}}]"#)));
    expect!["line 1, column 85, at [0].document.Statement[0].Action[1]: `Action` must be a string, not a number"].assert_eq(&said(
        &AWS,
        r#"[{"type":"scp","level":0,"document":{"Statement":[{"Effect":"Allow","Action":["a:b",7]}]}}]"#,
    ));
}

#[test]
fn requests() {
    let said = |text: &str| match Request::parse(&AWS, text) {
        Ok(_) => "fine".to_owned(),
        Err(error) => error.to_string(),
    };
    expect!["line 1, column 1: a request must be an object, not a list"].assert_eq(&said("[]"));
    expect!["line 1, column 1: the request has no `principal`"]
        .assert_eq(&said(r#"{"action":"a:b","resource":"*"}"#));
    expect!["line 1, column 1: the request has no `action`"]
        .assert_eq(&said(r#"{"principal":"p","resource":"*"}"#));
    expect!["line 1, column 27, at action: the action `a:*` is not of the form `service:Name`"]
        .assert_eq(&said(r#"{"principal":"p","action":"a:*","resource":"*"}"#));
    expect!["line 1, column 1: the request has no `resource` or `resources`"]
        .assert_eq(&said(r#"{"principal":"p","action":"a:b"}"#));
    expect!["line 1, column 45, at resources: `resources` must have 1 to 256 entries"]
        .assert_eq(&said(r#"{"principal":"p","action":"a:b","resources":[]}"#));
    expect!["line 1, column 60, at resources: `resource` and `resources` exclude each other"]
        .assert_eq(&said(
            r#"{"principal":"p","action":"a:b","resource":"*","resources":[{"resource":"*"}]}"#,
        ));
    expect![[
        r#"line 1, column 65, at context["a:b"]: a context value must be a string, not an object"#
    ]]
    .assert_eq(&said(r#"{"principal":"p","action":"a:b","resource":"*","context":{"a:b":{}}}"#));
    expect!["line 1, column 63, at account_kind: `account_kind` must be `member` or `management`, not `root`"].assert_eq(&said(
        r#"{"principal":"p","action":"a:b","resource":"*","account_kind":"root"}"#,
    ));
    let keys: Vec<_> = (0..257).map(|n| format!(r#""k:{n}":"v""#)).collect();
    expect!["line 1, column 58, at context: `context` has more than 256 keys"].assert_eq(&said(
        &format!(
            r#"{{"principal":"p","action":"a:b","resource":"*","context":{{{}}}}}"#,
            keys.join(",")
        ),
    ));
    expect!["fine"].assert_eq(&said(
        r#"{"principal":"p","action":"a:b","resource":"*","context":{"a:b":true,"a:c":["x"]}}"#,
    ));
}

#[test]
fn requests_of_the_other_cloud() {
    let said = |dialect, text: &str| Request::parse(dialect, text).unwrap_err().to_string();
    expect!["line 1, column 14, at principal: `acs:ram::1:user/u` is a name of Alibaba Cloud, and AWS is asked"].assert_eq(&said(
        &AWS,
        r#"{"principal":"acs:ram::1:user/u","action":"a:b","resource":"*"}"#,
    ));
    expect!["line 1, column 74, at resources[0].resource: `arn:aws:s3:::b` is a name of AWS, and Alibaba Cloud is asked"].assert_eq(&said(
        &ALICLOUD,
        r#"{"principal":"acs:ram::1:user/u","action":"a:b","resources":[{"resource":"arn:aws:s3:::b"}]}"#,
    ));
}

#[test]
fn what_a_foreign_document_says_beyond_us_is_noted_by_statement() {
    let text = r#"{"Version":"1","Statement":[
        {"Sid":"x","Effect":"Deny","Action":"ecs:*","Resource":"*"},
        {"Effect":"Deny","Action":"oss:*","Resource":"*","Condition":{
            "StringEqualsIfExists":{"a:b":"c"},"StringEquals":{"a:b":"c"},"Null":{"a:b":"true"}}},
        {"Effect":"Deny","Action":"*","Resource":"*","Until":"2030"}]}"#;
    let document = Document::parse_foreign(&ALICLOUD, "control_policy", text).unwrap().unwrap();
    let unread: Vec<_> =
        document.unread().map(|(index, error)| format!("{index}: {error}")).collect();
    expect![[r#"
        1: line 4, column 36, at Statement[1].Condition.StringEqualsIfExists: `StringEqualsIfExists` is no condition operator of Alibaba Cloud
        1: line 4, column 82, at Statement[1].Condition.Null: `Null` is no condition operator of Alibaba Cloud
        2: line 5, column 62, at Statement[2].Until: `Until` is no element of a statement"#]].assert_eq(&unread.join("\n"));
    assert_eq!(document.canonical(), None);
}

#[test]
fn a_sid_that_comes_twice_in_a_foreign_document_is_noted_where_it_does() {
    let one = r#"{"Sid":"A","Effect":"Deny","Action":"*","Resource":"*"}"#;
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{one},{one}]}}"#);
    let document = Document::parse_foreign(&AWS, "scp", &text).unwrap().unwrap();
    let unread: Vec<_> =
        document.unread().map(|(index, error)| format!("{index}: {error}")).collect();
    expect!["1: line 1, column 94, at Statement[1]: the Sid `A` comes up twice"]
        .assert_eq(&unread.join("\n"));
}

#[test]
fn documents_that_say_the_same_have_one_canonical_form() {
    let canonical = |text: &str| {
        Document::parse(&AWS, "iam_policy", text).unwrap().unwrap().canonical().unwrap()
    };
    let one = r#"{"Version":"2012-10-17","Statement":[
        {"Sid":"A","Effect":"Deny","Action":["ec2:RunInstances","ec2:CreateFleet"],"Resource":"*",
         "Condition":{"Bool":{"aws:SecureTransport":false},"StringNotEquals":{"ec2:ResourceTag/a":["x","y"]}}},
        {"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
    let other = r#"{"Statement":[
        {"Resource":["*"],"Action":["S3:*"],"Effect":"Allow"},
        {"Condition":{"stringnotequals":{"EC2:resourcetag/A":["y","x","x"]},"Bool":{"aws:SecureTransport":["false"]}},
         "Resource":"*","Action":["ec2:createfleet","ec2:RunInstances"],"Effect":"Deny","Sid":"A"}],
        "Version":"2012-10-17"}"#;
    assert_eq!(canonical(one), canonical(other));
    for (change, to) in [
        ("2012-10-17", "2008-10-17"),
        (r#""Sid":"A""#, r#""Sid":"B""#),
        ("\"x\"", "\"z\""),
        ("Action", "NotAction"),
        ("StringNotEquals", "StringNotLike"),
    ] {
        assert_ne!(canonical(one), canonical(&one.replacen(change, to, 1)), "{change}");
    }
}

//! What a document costs.

use expect_test::expect;

use super::*;
use crate::guardrail::AWS;

#[test]
fn a_document_over_the_limit_names_what_its_exemptions_cost() {
    let text = r#"{"export":{},"exemptions":[
        {"principals":["arn:aws:iam::111122223333:role/a"],"rules":["export"]},
        {"principals":["arn:aws:iam::111122223333:role/b"],"rules":["export"],
         "expires_at":"2027-01-01T00:00:00Z"}]}"#;
    let (intent, target) = read(&AWS, "scp", text);
    let compiled = compile(&intent, target);
    assert_eq!(compiled.check_size(&intent, target, compiled.size()), Ok(()));
    let told = compiled.check_size(&intent, target, 400).unwrap_err().to_string();
    expect!["the document has 600 characters, and 400 are allowed: `exemptions[1]` costs 343, `exemptions[0]` costs 106"].assert_eq(&told);
}

#[test]
fn a_long_list_of_costs_is_cut_to_the_worst() {
    let exemption = |number: usize| {
        let name = "x".repeat(number + 1);
        json!({"principals": [format!("arn:aws:iam::111122223333:role/{name}")],
               "rules": ["export"]})
    };
    let exemptions: Vec<_> = (0..200).map(exemption).collect();
    let text = json!({"export": {}, "exemptions": exemptions}).to_string();
    let (intent, target) = read(&AWS, "scp", &text);
    let compiled = compile(&intent, target);
    let told = compiled.check_size(&intent, target, target.longest()).unwrap_err().to_string();
    expect!["the document has 27124 characters, and 10240 are allowed: `exemptions[199]` costs 234, `exemptions[198]` costs 233, `exemptions[197]` costs 232, `exemptions[196]` costs 231, `exemptions[195]` costs 230, `exemptions[194]` costs 229, `exemptions[193]` costs 228, `exemptions[192]` costs 227, `exemptions[191]` costs 226, `exemptions[190]` costs 225"].assert_eq(&told);
}

#[test]
fn what_no_policy_has_room_for_costs_little_to_refuse() {
    let exemption = |number: usize| {
        json!({"principals": [format!("arn:aws:iam::111122223333:role/r{number}")],
               "rules": ["launch"], "expires_at": format!("{}-01-01T00:00:00Z", 2027 + number % 9)})
    };
    let tags: serde_json::Map<_, _> =
        (0..50).map(|number| (format!("k{number}"), json!(["x".repeat(256)]))).collect();
    let exemptions: Vec<_> = (0..90).map(exemption).collect();
    let text = json!({"launch": {"tags": tags}, "exemptions": exemptions}).to_string();
    let (intent, target) = read(&AWS, "scp", &text);
    let compiled = compile(&intent, target);
    let too_long = compiled.check_size(&intent, target, target.longest()).unwrap_err();
    assert_eq!(too_long.costs, Vec::<usize>::new());
    assert!(too_long.to_string().ends_with("characters, and 10240 are allowed"), "{too_long}");
}

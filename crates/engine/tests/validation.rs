//! Every limit on a flag, at its edge and one step beyond, with the sentence a person reads.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use halyard_engine::{
    AudienceId, CompiledFlag, FlagDefinition, FlagKey, FlagType, MAX_VALUE_BYTES, MAX_VALUE_DEPTH,
    Percentage, Rule, RuleId, RuleInput, Validation,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// Runs some checks and expects exactly these violations, as `path: message`.
fn check(checks: impl FnOnce(&mut Validation), expected: &[&str]) {
    let mut validation = Validation::new();
    checks(&mut validation);
    let found: Vec<String> = match validation.finish() {
        Ok(()) => Vec::new(),
        Err(violations) => {
            violations.into_iter().map(|one| format!("{}: {}", one.path, one.message)).collect()
        }
    };
    assert_eq!(found, expected);
}

fn check_value(flag_type: FlagType, value: &Value, expected: &[&str]) {
    check(|validation| validation.value("defaultValue", flag_type, value), expected);
}

fn check_rules(flag_type: FlagType, rules: Value, expected: &[&str]) -> Vec<Rule> {
    let rules: Vec<RuleInput> = serde_json::from_value(rules).unwrap();
    let mut checked = Vec::new();
    check(|validation| checked = validation.rules(flag_type, &rules, fresh_ids()), expected);
    checked
}

/// 1, 2, 3 … as ids.
fn fresh_ids() -> impl FnMut() -> RuleId {
    let mut last = 0;
    move || {
        last += 1;
        RuleId(Uuid::from_u128(last))
    }
}

const AUDIENCE: &str = "0192f0c6-0000-7000-8000-000000000001";
const RULE: &str = "0192f0c5-0000-7000-8000-000000000001";

#[test]
fn flag_keys_follow_their_pattern() {
    let longest = "k".repeat(100);
    for key in ["a", "7", "new-dashboard", "A.b_c-9", "0192f0c4", &longest] {
        check(|validation| assert_eq!(validation.flag_key(key).unwrap().as_str(), key), &[]);
    }
    let too_long = "k".repeat(101);
    for (key, message) in [
        ("", "key: The key is empty. Use letters and digits, for example new-dashboard."),
        (
            "new dashboard",
            "key: The key contains a space. Use only letters a to z, digits, dot, hyphen and underscore.",
        ),
        ("preis€", "key: The key contains “€”. Use only letters a to z, digits, dot, hyphen and underscore."),
        (
            "a\0",
            "key: The key contains the control character U+0000. Use only letters a to z, digits, dot, hyphen and underscore.",
        ),
        (
            "line\n",
            "key: The key contains the control character U+000A. Use only letters a to z, digits, dot, hyphen and underscore.",
        ),
        ("-beta", "key: The key begins with “-”. Begin it with a letter or a digit."),
        (".beta", "key: The key begins with “.”. Begin it with a letter or a digit."),
        (&too_long, "key: The key has 101 characters. Use at most 100."),
    ] {
        check(|validation| assert_eq!(validation.flag_key(key), None), &[message]);
    }
}

#[test]
fn a_uuid_is_no_flag_key_however_it_is_written() {
    for key in [
        "0192f0c4-9a7e-7cc1-b3d0-5f1e2a3b4c5d",
        "0192F0C4-9A7E-7CC1-B3D0-5F1E2A3B4C5D",
        "0192f0c49a7e7cc1b3d05f1e2a3b4c5d",
    ] {
        check(
            |validation| assert_eq!(validation.flag_key(key), None),
            &["key: The key reads as an id (a UUID). Choose a name that people recognise."],
        );
    }
}

#[test]
fn values_match_the_type_of_the_flag() {
    let accepted = [
        (FlagType::Boolean, json!(true)),
        (FlagType::Boolean, json!(false)),
        (FlagType::String, json!("")),
        (FlagType::String, json!("variant-🚩")),
        (FlagType::Number, json!(-1)),
        (FlagType::Number, json!(0.001)),
        (FlagType::Number, json!(u64::MAX)),
        (FlagType::Json, Value::Null),
        (FlagType::Json, json!({"nested": [true, null]})),
        (FlagType::Json, json!("text")),
    ];
    for (flag_type, value) in accepted {
        check_value(flag_type, &value, &[]);
    }
    let refused = [
        (
            FlagType::Boolean,
            json!("true"),
            "The value is text. Give true or false, because this is a boolean flag.",
        ),
        (
            FlagType::Boolean,
            Value::Null,
            "The value is null. Give true or false, because this is a boolean flag.",
        ),
        (FlagType::String, json!(1), "The value is a number. Give text, because this is a string flag."),
        (FlagType::Number, json!("1"), "The value is text. Give a number, because this is a number flag."),
        (FlagType::Number, json!([1]), "The value is a list. Give a number, because this is a number flag."),
        (FlagType::String, json!({}), "The value is an object. Give text, because this is a string flag."),
    ];
    for (flag_type, value, message) in refused {
        check_value(flag_type, &value, &[&format!("defaultValue: {message}")]);
    }
}

#[test]
fn values_take_at_most_32_kib_as_compact_json() {
    let quotes = 2;
    check_value(FlagType::String, &json!("x".repeat(MAX_VALUE_BYTES - quotes)), &[]);
    check_value(
        FlagType::String,
        &json!("x".repeat(MAX_VALUE_BYTES - quotes + 1)),
        &["defaultValue: The value takes 32769 bytes as JSON. Keep it within 32768 bytes (32 KiB)."],
    );
    // What counts is what is stored: each line break is two bytes of JSON, each ü two of UTF-8.
    check_value(FlagType::String, &json!("\n".repeat((MAX_VALUE_BYTES - quotes) / 2)), &[]);
    check_value(
        FlagType::Json,
        &json!(["ü".repeat(MAX_VALUE_BYTES / 2)]),
        &["defaultValue: The value takes 32772 bytes as JSON. Keep it within 32768 bytes (32 KiB)."],
    );
}

#[test]
fn values_hold_no_nul_in_text_nested_text_or_object_keys() {
    let message =
        "defaultValue: The value contains the character U+0000, which Postgres cannot hold. Remove it.";
    check_value(FlagType::String, &json!("a\0b"), &[message]);
    check_value(FlagType::Json, &json!({"list": [{"deep": "\0"}]}), &[message]);
    check_value(FlagType::Json, &json!({"list": [{"de\0ep": 1}]}), &[message]);
    check_value(FlagType::Json, &json!("\\u0000"), &[]);
}

#[test]
fn values_are_nested_no_deeper_than_can_be_read_back() {
    let nested = |levels| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    check_value(FlagType::Json, &nested(MAX_VALUE_DEPTH), &[]);
    check_value(
        FlagType::Json,
        &nested(MAX_VALUE_DEPTH + 1),
        &["defaultValue: The value is nested more than 100 levels deep. Make it flatter."],
    );
}

#[test]
fn percentages_are_exact_to_three_decimals() {
    for (percents, thousandths) in [
        ("0", 0),
        ("-0.0", 0),
        ("0.001", 1),
        ("0.1", 100),
        ("0.29", 290),
        ("12.5", 12_500),
        ("16.969", 16_969),
        ("33.333", 33_333),
        ("33.3330", 33_333),
        ("99.999", 99_999),
        ("100", 100_000),
        ("100.000", 100_000),
        ("1e1", 10_000),
    ] {
        let percentage: Percentage = serde_json::from_str(percents).unwrap();
        assert_eq!(percentage.thousandths(), thousandths, "{percents}");
    }
    for thousandths in 0..=100_000 {
        let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
        let percentage: Percentage = serde_json::from_str(&text).unwrap();
        assert_eq!(percentage.thousandths(), thousandths, "{text}");
        let written = serde_json::to_string(&percentage).unwrap();
        assert_eq!(serde_json::from_str::<Percentage>(&written).unwrap(), percentage, "{written}");
        assert!(written.len() <= text.len(), "{written}");
    }
}

#[test]
fn percentages_out_of_range_or_too_fine_are_refused_never_rounded() {
    for (percents, message) in [
        (100.001, "The percentage is 100.001. Choose a number from 0 to 100."),
        (-0.001, "The percentage is -0.001. Choose a number from 0 to 100."),
        (1e300, "Choose a number from 0 to 100."),
        (33.3333, "The percentage 33.3333 has more than 3 decimals. The finest step is 0.001."),
        (0.0005, "The percentage 0.0005 has more than 3 decimals. The finest step is 0.001."),
        (99.9999, "The percentage 99.9999 has more than 3 decimals. The finest step is 0.001."),
        (1e-9, "has more than 3 decimals. The finest step is 0.001."),
        (12.500_000_000_000_002, "has more than 3 decimals. The finest step is 0.001."),
        (f64::NAN, "The percentage is not a number. Choose a number from 0 to 100."),
        (f64::INFINITY, "The percentage is not a number. Choose a number from 0 to 100."),
    ] {
        let found = Percentage::from_percents(percents).unwrap_err().to_string();
        assert!(found.ends_with(message), "{percents}: {found}");
    }
}

#[test]
fn whole_percentages_are_written_without_decimals() {
    let written =
        |thousandths| serde_json::to_string(&Percentage::from_thousandths(thousandths).unwrap()).unwrap();
    assert_eq!([written(25_000), written(12_500), written(1), written(0)], ["25", "12.5", "0.001", "0"]);
    assert_eq!(Percentage::from_thousandths(100_001), None);
}

#[test]
fn rules_keep_their_ids_and_new_ones_get_one() {
    let rules = check_rules(
        FlagType::String,
        json!([
            { "value": "a" },
            { "id": RULE, "audienceId": AUDIENCE, "percentage": 12.5, "value": "b", "description": "Beta" },
            { "audienceId": null, "percentage": null, "value": "c" },
        ]),
        &[],
    );
    let new = |number, value: &str| Rule {
        id: RuleId(Uuid::from_u128(number)),
        audience_id: None,
        percentage: None,
        value: json!(value),
        description: String::new(),
    };
    let kept = Rule {
        id: RULE.parse().unwrap(),
        audience_id: Some(AUDIENCE.parse::<AudienceId>().unwrap()),
        percentage: Percentage::from_thousandths(12_500),
        value: json!("b"),
        description: "Beta".to_owned(),
    };
    assert_eq!(rules, [new(1, "a"), kept, new(2, "c")]);
}

#[test]
fn a_boolean_rule_without_value_serves_true_and_others_must_say() {
    let rules = check_rules(FlagType::Boolean, json!([{ "percentage": 10 }]), &[]);
    assert_eq!(rules[0].value, json!(true));
    check_rules(
        FlagType::Boolean,
        json!([{ "value": null }]),
        &["rules[0].value: The value is null. Give true or false, because this is a boolean flag."],
    );
    for (flag_type, wanted) in [
        (FlagType::String, "text, because this is a string flag"),
        (FlagType::Number, "a number, because this is a number flag"),
        (FlagType::Json, "a JSON value"),
    ] {
        let message = format!("rules[0].value: The rule has no value. Give {wanted}.");
        check_rules(flag_type, json!([{ "percentage": 10 }]), &[&message]);
    }
    let rules = check_rules(FlagType::Json, json!([{ "value": null }]), &[]);
    assert_eq!(rules[0].value, Value::Null);
}

#[test]
fn a_flag_has_at_most_twenty_rules() {
    let rules = |count| Value::from(vec![json!({}); count]);
    assert_eq!(check_rules(FlagType::Boolean, rules(20), &[]).len(), 20);
    check_rules(FlagType::Boolean, rules(21), &["rules: There are 21 rules. Use at most 20."]);
}

#[test]
fn two_rules_cannot_share_an_id() {
    check_rules(
        FlagType::Boolean,
        json!([{}, { "id": RULE }, {}, { "id": RULE.to_uppercase() }]),
        &["rules[3].id: Rule 4 has the same id as rule 2. Leave the id out for a new rule."],
    );
}

#[test]
fn everything_wrong_with_the_rules_is_said_at_once() {
    let long = "x".repeat(4_001);
    check_rules(
        FlagType::Number,
        json!([
            { "id": "first", "audienceId": "beta", "percentage": 120, "value": "many", "description": long },
            { "value": 1 },
            { "percentage": 0.0001, "description": "a\0" },
        ]),
        &[
            "rules[0].id: This is not an id (a UUID). Leave it out for a new rule.",
            "rules[0].audienceId: This is not an id (a UUID). Choose an audience from the list, or none for everybody.",
            "rules[0].percentage: The percentage is 120. Choose a number from 0 to 100.",
            "rules[0].value: The value is text. Give a number, because this is a number flag.",
            "rules[0].description: The text has 4001 characters. Use at most 4000.",
            "rules[2].percentage: The percentage 0.0001 has more than 3 decimals. The finest step is 0.001.",
            "rules[2].value: The rule has no value. Give a number, because this is a number flag.",
            "rules[2].description: The text contains the character U+0000, which Postgres cannot hold. Remove it.",
        ],
    );
}

#[test]
fn texts_are_measured_in_characters_and_hold_no_nul() {
    let nul = |path: &str| {
        format!("{path}: The text contains the character U+0000, which Postgres cannot hold. Remove it.")
    };
    check(
        |validation| {
            validation.name(&"ü".repeat(200));
            validation.description(&"客".repeat(4_000));
            validation.note(&"🚩".repeat(2_000));
            validation.tags(&vec!["t".repeat(50); 20]);
            validation.entity_id("entityId", &"é".repeat(256));
        },
        &[],
    );
    check(
        |validation| {
            validation.name(&"ü".repeat(201));
            validation.description(&"客".repeat(4_001));
            validation.note(&"🚩".repeat(2_001));
            validation.tags(&vec!["t"; 21]);
            validation.tags(&["ok".to_owned(), "t".repeat(51), " ".to_owned()]);
            validation.entity_id("entityId", "");
            validation.entity_id("entityId", &"é".repeat(257));
        },
        &[
            "name: The text has 201 characters. Use at most 200.",
            "description: The text has 4001 characters. Use at most 4000.",
            "note: The text has 2001 characters. Use at most 2000.",
            "tags: There are 21 tags. Use at most 20.",
            "tags[1]: The text has 51 characters. Use at most 50.",
            "tags[2]: The tag is empty. Type a word or remove it.",
            "entityId: The customer id is empty. Give the id of a customer.",
            "entityId: The text has 257 characters. Use at most 256.",
        ],
    );
    check(
        |validation| {
            validation.name("\0");
            validation.description("\0");
            validation.note("\0");
            validation.tags(&["a\0"]);
            validation.entity_id("entityId", "\0");
        },
        &[&nul("name"), &nul("description"), &nul("note"), &nul("tags[0]"), &nul("entityId")],
    );
}

#[test]
fn switches_name_environments_that_exist() {
    let switches = |keys: &[&str]| keys.iter().map(|key| ((*key).to_owned(), true)).collect();
    let exists = |key: &str| key == "production";
    check(|validation| validation.environments(&switches(&["production"]), exists), &[]);
    let pattern = "An environment's key has 1 to 50 characters: small letters a to z, digits and hyphens, \
                   beginning with a letter or a digit.";
    let too_long = "e".repeat(51);
    check(
        |validation| {
            validation.environments(&switches(&["", "-x", "Prod 1", "production", "qa", &too_long]), exists);
        },
        &[
            &format!("environments[\"\"]: {pattern}"),
            &format!("environments[\"-x\"]: {pattern}"),
            &format!("environments[\"Prod 1\"]: {pattern}"),
            &format!("environments[\"{too_long}\"]: {pattern}"),
            "environments.qa: There is no environment qa. Create it under Settings first.",
        ],
    );
    for key in ["e", "0", "eu-1-", &"e".repeat(50)] {
        check(|validation| validation.environment_key("key", key), &[]);
    }
}

#[test]
fn a_stored_flag_that_breaks_limits_is_not_compiled() {
    let rule = Rule {
        id: RULE.parse().unwrap(),
        audience_id: None,
        percentage: None,
        value: json!("on"),
        description: String::new(),
    };
    let flag = FlagDefinition {
        key: FlagKey::parse("typed-by-hand").unwrap(),
        flag_type: FlagType::Boolean,
        default_value: json!(0),
        rules: vec![rule.clone(), rule],
        environments: BTreeMap::from([("Production".to_owned(), true)]),
        is_active: true,
    };
    let paths: Vec<String> =
        CompiledFlag::compile(&flag).unwrap_err().into_iter().map(|violation| violation.path).collect();
    assert_eq!(
        paths,
        ["defaultValue", "rules[0].value", "rules[1].value", "rules[1].id", "environments[\"Production\"]"]
    );
}

#[test]
fn an_unknown_field_in_a_rule_is_refused_by_name() {
    let error = serde_json::from_value::<RuleInput>(json!({ "audience": AUDIENCE })).unwrap_err();
    assert!(error.to_string().contains("unknown field `audience`"), "{error}");
}

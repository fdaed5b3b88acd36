//! What the page sees of the engine's types.
#![cfg(feature = "typescript")]

use halyard_engine::{
    ErrorKind, Evaluation, FlagType, OffBy, Reason, Rule, RuleInput, RuleOutcome, RuleTrace, Trace, Violation,
};
use ts_rs::{Config, TS};

#[test]
fn types_that_cross_to_the_page_are_declared_as_agreed() {
    fn check<T: TS>(expected: &str) {
        let without_comments: Vec<String> = T::decl(&Config::default())
            .split("*/")
            .map(|part| part.split("/**").next().unwrap_or_default().to_owned())
            .collect();
        let found = without_comments.concat().split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(found, expected);
    }
    check::<FlagType>(r#"type FlagType = "boolean" | "string" | "number" | "json";"#);
    check::<Rule>(
        "type Rule = { id: string, audienceId: string | null, percentage: number | null, value: JsonValue, description: string, };",
    );
    check::<RuleInput>(
        "type RuleInput = { id?: string, audienceId?: string | null, percentage?: number | null, value?: JsonValue, description?: string, };",
    );
    check::<OffBy>(r#"type OffBy = "KILL_SWITCH" | "ENVIRONMENT";"#);
    check::<ErrorKind>(r#"type ErrorKind = "FLAG_NOT_FOUND" | "AUDIENCE_UNAVAILABLE" | "EXCEPTION";"#);
    check::<Reason>(
        r#"type Reason = { "kind": "OFF", offBy: OffBy, } | { "kind": "RULE_MATCH", ruleIndex: number, ruleId: string, stale?: boolean, } | { "kind": "FALLTHROUGH", stale?: boolean, } | { "kind": "ERROR", errorKind: ErrorKind, };"#,
    );
    check::<RuleOutcome>(
        r#"type RuleOutcome = "matched" | "audience_no" | "percentage_no" | "not_reached";"#,
    );
    check::<RuleTrace>(
        "type RuleTrace = { ruleId: string, audienceMatched: boolean | null, threshold: number | null, outcome: RuleOutcome, };",
    );
    check::<Trace>(
        "type Trace = { isActive: boolean, environmentOn: boolean, bucket: number | null, rules: Array<RuleTrace>, };",
    );
    check::<Evaluation>(
        "type Evaluation = { value: JsonValue, variationIndex: number | null, reason: Reason, };",
    );
    check::<Violation>("type Violation = { path: string, message: string, };");
}

//! What a logged outcome says of the customer's row at that time: a rule that matched had them in its
//! audience, the rules above it had not.

use std::collections::BTreeMap;

use halyard_engine::{AudienceId, CompiledFlag, Evaluation, Membership, Outcome, Reason, Trace};

use super::{Situation, not_reached};

/// What an explanation of the past rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, ts_rs::TS)]
#[serde(rename_all = "camelCase")]
pub enum Basis {
    /// Flag, environment and bucket alone decide: certain.
    Settings,
    /// The log has the outcome, and the rest follows from it: certain.
    Logged,
    /// Audiences decide, the log does not say, and the customer's row is today's: a guess.
    Today,
}

/// What is known of the past, explained by the engine: by what was logged, else by the settings alone,
/// else by today's memberships.
///
/// Where it is certain, nothing of today's goes in: of an audience that did not decide, the trace does
/// not say whether the customer was in it.
pub(crate) fn explain_past(
    situation: &Situation,
    logged: Option<Outcome>,
) -> Result<(Basis, Evaluation, Trace), Vec<halyard_engine::Violation>> {
    let compiled = situation.compile()?;
    let unread = |_| Membership::Unavailable;
    if logged == Some(Outcome::Exception) {
        let (_, trace) = situation.explain_as(&compiled, unread);
        let evaluation = compiled.decision(Outcome::Exception).to_evaluation();
        return Ok((Basis::Logged, evaluation, not_reached(trace)));
    }
    if let Some(memberships) = logged.and_then(|outcome| memberships_of(situation, &compiled, outcome)) {
        let known = |id| memberships.get(&id).copied().unwrap_or(Membership::Unavailable);
        let (evaluation, trace) = situation.explain_as(&compiled, known);
        if logged == outcome_of(&evaluation.reason) {
            return Ok((Basis::Logged, evaluation, trace));
        }
    }
    let (evaluation, trace) = situation.explain_as(&compiled, unread);
    if outcome_of(&evaluation.reason) != Some(Outcome::AudienceUnavailable) {
        return Ok((Basis::Settings, evaluation, trace));
    }
    let (evaluation, trace) = situation.explain_as(&compiled, |id| situation.membership(id));
    Ok((Basis::Today, evaluation, trace))
}

/// The memberships that an outcome shows, if it can be that of this flag and bucket.
fn memberships_of(
    situation: &Situation,
    compiled: &CompiledFlag,
    outcome: Outcome,
) -> Option<BTreeMap<AudienceId, Membership>> {
    let bucket = compiled.bucket(&situation.entity_id);
    let matched = match outcome {
        Outcome::Rule(index) => Some(index as usize),
        Outcome::Fallthrough => None,
        Outcome::Killed | Outcome::EnvironmentOff | Outcome::AudienceUnavailable => {
            return Some(BTreeMap::new());
        }
        Outcome::Exception => return None,
    };
    let mut shown = BTreeMap::new();
    for (index, (compiled_rule, rule)) in compiled.rules().iter().zip(&situation.definition.rules).enumerate()
    {
        let (true, Some(audience)) = (compiled_rule.includes(bucket), rule.audience_id) else { continue };
        let membership = match matched {
            Some(matched) if index > matched => break,
            Some(matched) if index == matched => Membership::In,
            _ => Membership::Out,
        };
        shown.insert(audience, membership);
    }
    Some(shown)
}

fn outcome_of(reason: &Reason) -> Option<Outcome> {
    use halyard_engine::{ErrorKind, OffBy};
    Some(match reason {
        Reason::Off { off_by: OffBy::KillSwitch } => Outcome::Killed,
        Reason::Off { off_by: OffBy::Environment } => Outcome::EnvironmentOff,
        Reason::RuleMatch { rule_index, .. } => Outcome::Rule(*rule_index),
        Reason::Fallthrough { .. } => Outcome::Fallthrough,
        Reason::Error { error_kind: ErrorKind::AudienceUnavailable } => Outcome::AudienceUnavailable,
        Reason::Error { error_kind: ErrorKind::FlagNotFound | ErrorKind::Exception } => return None,
    })
}

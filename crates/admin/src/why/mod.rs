//! What decides that a customer gets a value: evaluated by the engine as it is, as it would be, and as it
//! was. Pure, apart from [`row`], which reads what the customers table says, and [`all`].

pub(crate) mod all;
pub(crate) mod changes;
pub(crate) mod differences;
pub(crate) mod logged;
pub(crate) mod row;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use halyard_engine::{
    AudienceId, CompiledFlag, Evaluation, FlagDefinition, FlagKey, Membership, RuleOutcome, RuleTrace, Trace,
    Violation, explain,
};
use halyard_store::flags::Flag;

use crate::CommandError;

/// All that an evaluation depends on.
#[derive(Clone, Debug)]
pub(crate) struct Situation {
    /// The flag.
    pub(crate) definition: FlagDefinition,
    /// Archived flags are not found.
    pub(crate) archived: bool,
    /// The environment's key.
    pub(crate) environment: String,
    /// The customer's id as text.
    pub(crate) entity_id: String,
    /// The audiences that are known to hold the customer, or not to.
    pub(crate) memberships: BTreeMap<AudienceId, Membership>,
    /// What holds for every other audience.
    pub(crate) otherwise: Membership,
}

impl Situation {
    /// A stored flag, and a customer of whom no audience is known yet.
    pub(crate) fn of(flag: &Flag, environment: &str, entity_id: &str) -> Result<Self, CommandError> {
        Ok(Self {
            definition: FlagDefinition {
                key: FlagKey::parse(&flag.key).map_err(CommandError::internal)?,
                flag_type: flag.flag_type,
                default_value: flag.default_value.clone(),
                rules: flag.rules.clone(),
                environments: flag.environments.clone(),
                is_active: flag.is_active,
            },
            archived: flag.archived_at.is_some(),
            environment: environment.to_owned(),
            entity_id: entity_id.to_owned(),
            memberships: BTreeMap::new(),
            otherwise: Membership::Out,
        })
    }

    /// The flag as the engine evaluates it.
    ///
    /// # Errors
    /// What is wrong with a flag that somebody wrote by hand.
    pub(crate) fn compile(&self) -> Result<CompiledFlag, Vec<Violation>> {
        CompiledFlag::compile(&self.definition)
    }

    /// What the customer gets, and how each step fared.
    ///
    /// # Errors
    /// As [`Self::compile`].
    pub(crate) fn explain(&self) -> Result<(Evaluation, Trace), Vec<Violation>> {
        Ok(self.explain_as(&self.compile()?, |id| self.membership(id)))
    }

    /// The same with other memberships, for a flag that is compiled already.
    fn explain_as(
        &self,
        compiled: &CompiledFlag,
        memberships: impl Fn(AudienceId) -> Membership,
    ) -> (Evaluation, Trace) {
        let (evaluation, trace) = explain(compiled, &self.environment, Some(&self.entity_id), memberships);
        if !self.archived {
            return (evaluation, trace);
        }
        // Nothing of an archived flag is looked at; switches and bucket are what they are.
        (Evaluation::flag_not_found(), not_reached(trace))
    }

    /// Whether the customer is in an audience.
    pub(crate) fn membership(&self, audience: AudienceId) -> Membership {
        self.memberships.get(&audience).copied().unwrap_or(self.otherwise)
    }
}

/// The trace of an evaluation that came to no rule.
fn not_reached(trace: Trace) -> Trace {
    let rules = trace.rules.into_iter().map(|rule| RuleTrace {
        audience_matched: None,
        outcome: RuleOutcome::NotReached,
        ..rule
    });
    Trace { rules: rules.collect(), ..trace }
}

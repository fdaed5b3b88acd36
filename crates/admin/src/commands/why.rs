//! Why a customer gets a value: the engine's trace, and what each audience compared.

use std::collections::BTreeMap;

use halyard_engine::{
    AudienceId, CompiledFlag, Evaluation, FlagDefinition, FlagKey, Membership, Trace, Validation, explain,
};
use halyard_store::{
    audiences::Audience, condition::Condition, customers::Customer, flags::Flag, memberships::ConditionTrace,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{App, CommandError, ErrorCode, workspace::TENANT_DEADLINE};

/// Asks why.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WhyRequest {
    /// The flag's id or key.
    pub flag: String,
    /// The environment's key.
    pub environment: String,
    /// The customer's id as text; one that is not in the table is answered too.
    pub entity_id: String,
}

/// How a customer fares in one audience.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AudienceTrace {
    /// Which.
    pub audience_id: AudienceId,
    /// Its name.
    pub name: String,
    /// Whether the customer is in it.
    pub member: bool,
    /// Each test with what the customer's row holds.
    pub condition: ConditionTrace,
}

/// What a customer gets, and everything that led to it.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Why {
    /// The flag as it is now.
    pub flag: Flag,
    /// The environment's key.
    pub environment: String,
    /// As asked.
    pub entity_id: String,
    /// null: not in the customers table.
    pub customer: Option<Customer>,
    /// What they get.
    pub evaluation: Evaluation,
    /// How each rule fared.
    pub trace: Trace,
    /// The audiences of the flag's rules; empty for a customer who is not in the table.
    pub audiences: Vec<AudienceTrace>,
}

pub(super) async fn why(app: &App, request: WhyRequest) -> Result<Why, CommandError> {
    let mut validation = Validation::new();
    validation.entity_id("entityId", &request.entity_id);
    validation.finish().map_err(CommandError::invalid)?;

    let workspace = app.workspace()?;
    let store = workspace.store();
    let flag = store.flag_get(&request.flag).await?;
    if !store.environments().await?.iter().any(|environment| environment.key == request.environment) {
        return Err(CommandError::invalid_field(
            "environment",
            format!("There is no environment {}.", request.environment),
        ));
    }
    let compiled = compile(&flag)?;
    let named: Vec<Audience> = store
        .audiences_list()
        .await?
        .into_iter()
        .filter(|audience| compiled.audiences().contains(&audience.id))
        .collect();

    let (customer, audiences) = match workspace.source().await {
        Ok(source) => {
            let customer = store.customer_get(&source, &request.entity_id, TENANT_DEADLINE).await?;
            let conditions: Vec<&Condition> = named.iter().map(|audience| &audience.condition).collect();
            let explained =
                store.explain_conditions(&source, &request.entity_id, &conditions, TENANT_DEADLINE).await?;
            (customer, traces(named, explained))
        }
        // Without a customer source nobody is in any audience, but flags are still evaluated.
        Err(error) if error.code == ErrorCode::NotFound => (None, Vec::new()),
        Err(error) => return Err(error),
    };
    let memberships: BTreeMap<AudienceId, bool> =
        audiences.iter().map(|audience| (audience.audience_id, audience.member)).collect();
    let known_broken = customer.is_some();
    let (evaluation, trace) = explain(&compiled, &request.environment, Some(&request.entity_id), |id| {
        match memberships.get(&id) {
            Some(member) => Membership::from(*member),
            // In the table, yet not explained: the audience cannot be computed.
            None if known_broken => Membership::Unavailable,
            None => Membership::Out,
        }
    });
    let WhyRequest { environment, entity_id, .. } = request;
    Ok(Why { flag, environment, entity_id, customer, evaluation, trace, audiences })
}

fn traces(
    audiences: Vec<Audience>,
    explained: Option<Vec<Result<ConditionTrace, Vec<halyard_engine::Violation>>>>,
) -> Vec<AudienceTrace> {
    let explained = explained.unwrap_or_default();
    let both = audiences.into_iter().zip(explained);
    both.filter_map(|(audience, condition)| {
        let condition = condition.ok()?;
        let Audience { id, name, .. } = audience;
        Some(AudienceTrace { audience_id: id, name, member: condition.holds(), condition })
    })
    .collect()
}

/// The stored flag as the engine evaluates it, archived or not.
fn compile(flag: &Flag) -> Result<CompiledFlag, CommandError> {
    let definition = FlagDefinition {
        key: FlagKey::parse(&flag.key).map_err(CommandError::internal)?,
        flag_type: flag.flag_type,
        default_value: flag.default_value.clone(),
        rules: flag.rules.clone(),
        environments: flag.environments.clone(),
        is_active: flag.is_active,
    };
    CompiledFlag::compile(&definition).map_err(CommandError::invalid)
}

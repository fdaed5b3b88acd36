//! What a customer gets of every flag, now or at a moment, with a reason each.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use halyard_engine::{AudienceId, Evaluation, Reason, Rule};
use halyard_store::{customers::Customer, flags::Flag};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::{
    Situation,
    logged::{Basis, explain_past},
    row::{Named, look_at},
};
use crate::{
    App, CommandError,
    commands::why::{asked_by, check},
};

/// Asks what a customer gets of every flag.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WhyAllRequest {
    /// The environment's key.
    pub environment: String,
    /// The customer's id as text; one that is not in the table is answered too.
    pub entity_id: String,
    /// A moment of the past; now when absent.
    #[ts(optional)]
    pub at: Option<DateTime<Utc>>,
}

/// What a customer gets, or got, of one flag.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WhyFlag {
    /// The flag.
    pub id: Uuid,
    /// Its key.
    pub key: String,
    /// Its version, now or then.
    pub version: i32,
    /// What they get, or got.
    pub evaluation: Evaluation,
    /// 0 to 99,999: where they stand on the flag's percentages.
    pub bucket: u32,
    /// The rule that decided.
    pub rule: Option<Rule>,
    /// The name of its audience.
    pub audience_name: Option<String>,
    /// How many rules there are.
    pub rule_count: u32,
    /// What it rests on; of now, always the customer's row.
    pub basis: Basis,
}

/// What a customer gets, or got, of every flag.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WhyAll {
    /// As asked.
    pub entity_id: String,
    /// The customer's row of today; null: not in the customers table, or that cannot be read.
    pub customer: Option<Customer>,
    /// Why the customers table cannot be read now; null: it was read.
    pub unread: Option<String>,
    /// Every flag that was not archived, by key.
    pub flags: Vec<WhyFlag>,
}

pub(crate) async fn why_all(app: &App, request: WhyAllRequest) -> Result<WhyAll, CommandError> {
    let workspace = app.workspace()?;
    let store = workspace.store();
    let WhyAllRequest { environment, entity_id, at } = request;
    check(store, &entity_id, &environment, at).await?;
    let config_version = match at {
        None => i64::MAX,
        Some(at) => store.config_version_at(at).await?,
    };
    let versions = store.flags_as_of(None, config_version).await?;
    let flags: Vec<&Flag> =
        versions.iter().map(|version| &version.flag).filter(|flag| flag.archived_at.is_none()).collect();
    let asked = asked_by(flags.iter().copied());
    let audiences = store.audiences_as_of(&asked, config_version).await?;
    let names: BTreeMap<AudienceId, &str> =
        audiences.iter().map(|(id, version)| (*id, version.name.as_str())).collect();
    let known = look_at(&workspace, &entity_id, audiences.iter().map(Named::of_version).collect()).await?;
    let mut answers = Vec::with_capacity(flags.len());
    for flag in flags {
        let mut situation = Situation::of(flag, &environment, &entity_id)?;
        known.tell(&mut situation);
        // A flag that somebody broke by hand must not hide the others.
        let Ok((basis, evaluation, trace)) = explain_past(&situation, None) else { continue };
        let rule = match evaluation.reason {
            Reason::RuleMatch { rule_id, .. } => flag.rules.iter().find(|rule| rule.id == rule_id).cloned(),
            _ => None,
        };
        let audience = rule.as_ref().and_then(|rule| rule.audience_id);
        answers.push(WhyFlag {
            id: flag.id,
            key: flag.key.clone(),
            version: flag.version,
            bucket: trace.bucket.unwrap_or_default(),
            audience_name: audience.and_then(|id| names.get(&id)).map(|name| (*name).to_owned()),
            rule,
            rule_count: u32::try_from(flag.rules.len()).unwrap_or(u32::MAX),
            evaluation,
            basis,
        });
    }
    Ok(WhyAll { entity_id, customer: known.customer, unread: known.unread, flags: answers })
}

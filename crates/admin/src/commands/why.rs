//! Why a customer gets a value, now or at a moment: the engine's trace, what each audience compared,
//! what would change it, and of the past what is known and what is not.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use halyard_engine::{AudienceId, Evaluation, Membership, Outcome, Reason, Rule, Trace, Validation};
use halyard_store::{
    Store,
    audiences::{Audience, AudienceVersion},
    condition::Condition,
    customers::Customer,
    evaluations::EvaluationRow,
    flags::{Flag, FlagVersion},
    memberships::{ConditionTrace, Explained},
    moment::LoggedEvaluation,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::{
    App, CommandError, ErrorCode,
    why::{
        Situation,
        changes::{self, Flip},
        differences::{self, Difference, Part, VersionMark},
        logged::{Basis, explain_past},
    },
    workspace::{TENANT_DEADLINE, Workspace},
};

/// A logged call this near to the moment asked for stands for it, if it was of the same version.
const NEAR: TimeDelta = TimeDelta::hours(24);
/// Versions since the moment that are looked through for who changed what, newest first.
const MAX_LATER: u32 = 200;

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
    /// A moment of the past; now when absent. That of a logged call explains that call.
    #[ts(optional)]
    pub at: Option<DateTime<Utc>>,
}

/// How a customer fares in one audience.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AudienceTrace {
    /// Which.
    pub audience_id: AudienceId,
    /// Its name.
    pub name: String,
    /// Whether the customer is in it, by their row of today.
    pub member: bool,
    /// Each test with what the customer's row holds today.
    pub condition: ConditionTrace,
}

/// What a customer gets, or got, and everything that led to it.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Why {
    /// The flag: as it is now, or as it was then.
    pub flag: Flag,
    /// The environment's key.
    pub environment: String,
    /// As asked.
    pub entity_id: String,
    /// The customer's row of today; null: not in the customers table.
    pub customer: Option<Customer>,
    /// What they get, or got.
    pub evaluation: Evaluation,
    /// How each rule fared.
    pub trace: Trace,
    /// The audiences of the flag's rules, as the flag; empty for a customer who is not in the table.
    pub audiences: Vec<AudienceTrace>,
    /// Single changes that would give another value now, simplest first; none of the past.
    pub flips: Vec<Flip>,
    /// null: it is about now.
    pub past: Option<Past>,
}

/// What else there is to say of a moment of the past.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Past {
    /// The moment that was asked for.
    pub at: DateTime<Utc>,
    /// The version of the flag that was in force.
    pub version: VersionMark,
    /// What the explanation rests on.
    pub basis: Basis,
    /// The call that is nearest to the moment, of this customer, flag and environment; null: the log
    /// has none.
    pub logged: Option<EvaluationRow>,
    /// Whether that call is what is explained.
    pub logged_explained: bool,
    /// What of the flag and its audiences is not now as it was.
    pub differences: Vec<Difference>,
    /// The flag as it is now.
    pub now: Flag,
    /// What the customer gets now.
    pub evaluation_now: Evaluation,
}

pub(super) async fn why(app: &App, request: WhyRequest) -> Result<Why, CommandError> {
    let workspace = app.workspace()?;
    let store = workspace.store();
    check(store, &request.entity_id, &request.environment, request.at).await?;
    let now = store.flag_get(&request.flag).await?;
    match request.at {
        None => why_now(&workspace, now, request).await,
        Some(at) => why_then(&workspace, now, request, at).await,
    }
}

async fn why_now(workspace: &Workspace, flag: Flag, request: WhyRequest) -> Result<Why, CommandError> {
    let WhyRequest { environment, entity_id, .. } = request;
    let mut situation = Situation::of(&flag, &environment, &entity_id)?;
    let asked = asked_by([&flag]);
    let audiences = workspace.store().audiences_list().await?.into_iter();
    let named = audiences.filter(|audience| asked.contains(&audience.id)).map(Named::from).collect();
    let known = look_at(workspace, &entity_id, named).await?;
    known.tell(&mut situation);
    let (evaluation, trace) = situation.explain().map_err(CommandError::invalid)?;
    let traced: Vec<_> =
        known.audiences.iter().map(|audience| (audience.audience_id, &audience.condition)).collect();
    let flips = changes::flips(&situation, &traced);
    let Known { customer, audiences } = known;
    Ok(Why { flag, environment, entity_id, customer, evaluation, trace, audiences, flips, past: None })
}

async fn why_then(
    workspace: &Workspace,
    now: Flag,
    request: WhyRequest,
    at: DateTime<Utc>,
) -> Result<Why, CommandError> {
    let store = workspace.store();
    let WhyRequest { environment, entity_id, .. } = request;
    let (in_force, logged) = tokio::try_join!(
        store.config_version_at(at),
        store.evaluation_near(&now.key, &environment, &entity_id, at),
    )?;
    let then = flag_as_of(store, &now, in_force).await?;
    let explained = logged.as_ref().filter(|logged| stands_for(logged, at, then.as_ref()));
    // What the evaluator knew may be a moment older than what was in force.
    let config_version = explained.map_or(in_force, |logged| logged.config_version);
    let then = match explained {
        Some(_) => flag_as_of(store, &now, config_version).await?,
        None => then,
    };
    let Some(then) = then else { return Err(not_yet(&now)) };

    let asked = asked_by([&then.flag]);
    let (later, audiences_then, audiences_now) = tokio::try_join!(
        later_versions(store, &now, then.version),
        store.audiences_as_of(&asked, config_version),
        store.audiences_list(),
    )?;
    let named = audiences_then.iter().filter_map(Named::of_version).collect();
    let named_now = asked_by([&now]);
    let now_named = audiences_now
        .iter()
        .filter(|audience| named_now.contains(&audience.id))
        .cloned()
        .map(Named::from)
        .collect();
    let (known, known_now) =
        tokio::try_join!(look_at(workspace, &entity_id, named), look_at(workspace, &entity_id, now_named))?;

    let mut situation = Situation::of(&then.flag, &environment, &entity_id)?;
    known.tell(&mut situation);
    let outcome = explained.and_then(outcome_of);
    let (basis, evaluation, trace) = explain_past(&situation, outcome).map_err(CommandError::invalid)?;
    let mut situation_now = Situation::of(&now, &environment, &entity_id)?;
    known_now.tell(&mut situation_now);
    let (evaluation_now, _) = situation_now.explain().map_err(CommandError::invalid)?;

    let mut found = differences::differences(&then.flag, &later, &environment);
    found.extend(differences::moved(&then.flag, &later));
    found.extend(conditions_changed(store, &then.flag, &audiences_then, &audiences_now).await?);
    let past = Past {
        at,
        version: VersionMark::from(&then),
        basis,
        logged_explained: explained.is_some() && basis != Basis::Today,
        logged: logged.map(|logged| logged.row),
        differences: found,
        now,
        evaluation_now,
    };
    let Known { customer, audiences } = known;
    let flag = then.flag;
    let flips = Vec::new();
    Ok(Why { flag, environment, entity_id, customer, evaluation, trace, audiences, flips, past: Some(past) })
}

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
    /// The customer's row of today; null: not in the customers table.
    pub customer: Option<Customer>,
    /// Every flag that was not archived, by key.
    pub flags: Vec<WhyFlag>,
}

pub(super) async fn why_all(app: &App, request: WhyAllRequest) -> Result<WhyAll, CommandError> {
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
    let known =
        look_at(&workspace, &entity_id, audiences.iter().filter_map(Named::of_version).collect()).await?;
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
    Ok(WhyAll { entity_id, customer: known.customer, flags: answers })
}

async fn check(
    store: &Store,
    entity_id: &str,
    environment: &str,
    at: Option<DateTime<Utc>>,
) -> Result<(), CommandError> {
    let mut validation = Validation::new();
    validation.entity_id("entityId", entity_id);
    if !store.environments().await?.iter().any(|known| known.key == environment) {
        validation.add("environment", format!("There is no environment {environment}."));
    }
    if at.is_some_and(|at| at > Utc::now()) {
        validation.add("at", "That moment has not come yet. Choose one of the past, or now.");
    }
    validation.finish().map_err(CommandError::invalid)
}

/// A condition to hold against a customer's row.
struct Named {
    id: AudienceId,
    name: String,
    condition: Condition,
}

impl From<Audience> for Named {
    fn from(Audience { id, name, condition, .. }: Audience) -> Self {
        Self { id, name, condition }
    }
}

impl Named {
    fn of_version((id, version): &(AudienceId, AudienceVersion)) -> Option<Self> {
        Some(Self { id: *id, name: version.name.clone(), condition: version.condition.clone()? })
    }
}

/// What the customers table says of an entity.
struct Known {
    customer: Option<Customer>,
    audiences: Vec<AudienceTrace>,
}

impl Known {
    fn tell(&self, situation: &mut Situation) {
        let each = self.audiences.iter().map(|audience| (audience.audience_id, audience.member.into()));
        situation.memberships = each.collect();
        // In the table, yet not explained: the audience cannot be computed.
        situation.otherwise = if self.customer.is_some() { Membership::Unavailable } else { Membership::Out };
    }
}

async fn look_at(workspace: &Workspace, entity_id: &str, named: Vec<Named>) -> Result<Known, CommandError> {
    let source = match workspace.source().await {
        Ok(source) => source,
        // Without a customer source nobody is in any audience, but flags are still evaluated.
        Err(error) if error.code == ErrorCode::NotFound => {
            return Ok(Known { customer: None, audiences: Vec::new() });
        }
        Err(error) => return Err(error),
    };
    let store = workspace.store();
    let conditions: Vec<&Condition> = named.iter().map(|audience| &audience.condition).collect();
    let (customer, explained) = tokio::try_join!(
        store.customer_get(&source, entity_id, TENANT_DEADLINE),
        store.explain_conditions(&source, entity_id, &conditions, TENANT_DEADLINE),
    )?;
    Ok(Known { customer, audiences: traces(named, explained) })
}

fn traces(named: Vec<Named>, explained: Option<Vec<Explained>>) -> Vec<AudienceTrace> {
    let both = named.into_iter().zip(explained.unwrap_or_default());
    both.filter_map(|(Named { id, name, .. }, condition)| {
        let condition = condition.ok()?;
        Some(AudienceTrace { audience_id: id, name, member: condition.holds(), condition })
    })
    .collect()
}

fn asked_by<'a>(flags: impl IntoIterator<Item = &'a Flag>) -> Vec<AudienceId> {
    let mut asked: Vec<AudienceId> =
        flags.into_iter().flat_map(|flag| &flag.rules).filter_map(|rule| rule.audience_id).collect();
    asked.sort_unstable();
    asked.dedup();
    asked
}

async fn flag_as_of(
    store: &Store,
    flag: &Flag,
    config_version: i64,
) -> Result<Option<FlagVersion>, CommandError> {
    Ok(store.flags_as_of(Some(flag.id), config_version).await?.pop())
}

/// The versions above one, newest first.
async fn later_versions(
    store: &Store,
    flag: &Flag,
    version: i32,
) -> Result<Vec<FlagVersion>, halyard_store::StoreError> {
    let mut later = store.flag_versions(&flag.id.to_string(), None, MAX_LATER).await?;
    later.retain(|each| each.version > version);
    Ok(later)
}

/// Whether a logged call shows what the customer got at the moment: it is that very call, or one not
/// far from it of the version that was in force. A call of before the moment also shows that there was
/// a flag, whatever the audit trail knows.
fn stands_for(logged: &LoggedEvaluation, at: DateTime<Utc>, in_force: Option<&FlagVersion>) -> bool {
    let apart = (logged.row.at - at).abs();
    let same_version = match in_force {
        Some(flag) => flag.version == logged.row.flag_version,
        None => logged.row.at <= at,
    };
    apart < TimeDelta::milliseconds(1) || (apart <= NEAR && same_version)
}

fn outcome_of(logged: &LoggedEvaluation) -> Option<Outcome> {
    let row = &logged.row;
    if let Some(rule) = row.rule_index {
        return Outcome::from_code(rule);
    }
    match (row.reason.as_str(), row.off_by.as_deref()) {
        ("FALLTHROUGH", _) => Some(Outcome::Fallthrough),
        ("OFF", Some("KILL_SWITCH")) => Some(Outcome::Killed),
        ("OFF", _) => Some(Outcome::EnvironmentOff),
        _ => None,
    }
}

/// Audiences whose condition is not as it was, for the rules that ask for them.
async fn conditions_changed(
    store: &Store,
    then: &Flag,
    were: &[(AudienceId, AudienceVersion)],
    are: &[Audience],
) -> Result<Vec<Difference>, CommandError> {
    let mut found = Vec::new();
    for (id, was) in were {
        let Some(is) = are.iter().find(|audience| audience.id == *id) else { continue };
        if Some(&is.condition) == was.condition.as_ref() {
            continue;
        }
        let later = store.audience_versions(*id, None, MAX_LATER).await?;
        let same = later.iter().take_while(|version| version.condition.as_ref() == Some(&is.condition));
        let Some(since) = later.get(same.count().saturating_sub(1)) else { continue };
        let rule = then.rules.iter().find(|rule| rule.audience_id == Some(*id));
        found.push(Difference {
            part: Part::Condition,
            rule_id: rule.map(|rule| rule.id),
            from: was.name.clone().into(),
            to: is.name.clone().into(),
            since: since.into(),
        });
    }
    Ok(found)
}

fn not_yet(flag: &Flag) -> CommandError {
    let made = flag.created_at.format("%Y-%m-%d %H:%M:%S UTC");
    CommandError::new(
        ErrorCode::NotFound,
        format!(
            "The flag {} did not exist at that moment: it was made on {made}. Apps that asked for it used their own fallback.",
            flag.key
        ),
    )
}

//! Why a customer gets a value, now or at a moment: the engine's trace, what each audience compared,
//! what would change it, and of the past what is known and what is not.

use chrono::{DateTime, TimeDelta, Utc};
use halyard_engine::{AudienceId, Evaluation, Outcome, Trace, Validation};
use halyard_store::{
    Store,
    audiences::{Audience, AudienceVersion},
    customers::Customer,
    evaluations::EvaluationRow,
    flags::{Flag, FlagVersion},
    moment::LoggedEvaluation,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    App, CommandError, ErrorCode,
    why::{
        Situation,
        changes::{self, Flip},
        differences::{self, Difference, Part, VersionMark},
        logged::{Basis, explain_past},
        row::{AudienceTrace, Known, Named, look_at},
    },
    workspace::Workspace,
};

pub(super) use crate::why::all::why_all;
pub use crate::why::all::{WhyAll, WhyAllRequest, WhyFlag};

/// A logged call this near to the moment asked for stands for it, if it was of the same version.
const NEAR: TimeDelta = TimeDelta::hours(24);
/// So near, it is what happened at the moment, as people tell the time.
const AT_ONCE: TimeDelta = TimeDelta::minutes(1);
/// Versions since the moment that are looked through for who changed what, newest first: so many at a
/// time, and so often.
const LATER_PAGE: u32 = 200;
const LATER_PAGES: usize = 10;

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
    /// The customer's row of today; null: not in the customers table, or that cannot be read.
    pub customer: Option<Customer>,
    /// Why the customers table cannot be read now; null: it was read.
    pub unread: Option<String>,
    /// What they get, or got.
    pub evaluation: Evaluation,
    /// The version that last switched, killed, restored, archived or unarchived the flag as it is here;
    /// null: longer ago than is looked.
    pub switched: Option<VersionMark>,
    /// How each rule fared.
    pub trace: Trace,
    /// The audiences of the flag's rules, now or as they were, as the flag.
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
    let store = workspace.store();
    let (audiences, switched) =
        tokio::try_join!(store.audiences_list(), switched(store, &flag, &environment))?;
    let audiences = audiences.into_iter().filter(|audience| asked.contains(&audience.id));
    let named = audiences.map(Named::from).collect();
    let known = look_at(workspace, &entity_id, named).await?;
    known.tell(&mut situation);
    let (evaluation, trace) = situation.explain().map_err(CommandError::invalid)?;
    let traced: Vec<_> = known.audiences.iter().filter_map(AudienceTrace::traced).collect();
    let flips = changes::flips(&situation, &traced);
    let Known { customer, unread, audiences } = known;
    Ok(Why {
        flag,
        environment,
        entity_id,
        customer,
        unread,
        evaluation,
        switched,
        trace,
        audiences,
        flips,
        past: None,
    })
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
    let mut explained = logged.as_ref().filter(|logged| stands_for(logged, at, then.as_ref()));
    if let (Some(logged), Some(flag)) = (explained, then.as_ref())
        && !is_very_call(logged, at)
        && asked_for_others(store, &flag.flag, logged.config_version, in_force).await?
    {
        explained = None;
    }
    // What the evaluator knew may be a moment older than what was in force; and it may have known
    // another flag of that key, which is gone.
    let served_from = match explained {
        Some(logged) => flag_as_of(store, &now, logged.config_version).await?,
        None => None,
    };
    let explained = explained.filter(|_| served_from.is_some());
    let config_version = explained.map_or(in_force, |logged| logged.config_version);
    let Some(then) = served_from.or(then) else { return Err(not_yet(store, &now, in_force).await?) };

    let asked = asked_by([&then.flag]);
    let (switched, later, audiences_then, audiences_now) = tokio::try_join!(
        switched(store, &then.flag, &environment),
        later_versions(store, &now, then.version),
        store.audiences_as_of(&asked, config_version),
        store.audiences_list(),
    )?;
    let named = audiences_then.iter().map(Named::of_version).collect();
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
    let certain = explain_past(&situation, None).map_err(CommandError::invalid)?;
    // What the settings alone decide is known of the moment itself; of a call far from it is said less.
    let explained =
        explained.filter(|logged| certain.0 != Basis::Settings || (logged.row.at - at).abs() <= AT_ONCE);
    let (basis, evaluation, trace) = match explained.and_then(outcome_of) {
        Some(outcome) => explain_past(&situation, Some(outcome)).map_err(CommandError::invalid)?,
        None => certain,
    };
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
        logged_explained: basis == Basis::Logged,
        logged: logged.map(|logged| logged.row),
        differences: found,
        now,
        evaluation_now,
    };
    let Known { customer, unread, audiences } = known;
    let flag = then.flag;
    let flips = Vec::new();
    let past = Some(past);
    Ok(Why {
        flag,
        environment,
        entity_id,
        customer,
        unread,
        evaluation,
        switched,
        trace,
        audiences,
        flips,
        past,
    })
}

/// What is wrong with a question, apart from the flag.
pub(crate) async fn check(
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

/// The audiences that flags ask for.
pub(crate) fn asked_by<'a>(flags: impl IntoIterator<Item = &'a Flag>) -> Vec<AudienceId> {
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

/// Since which version a flag is switched as it is.
async fn switched(
    store: &Store,
    flag: &Flag,
    environment: &str,
) -> Result<Option<VersionMark>, halyard_store::StoreError> {
    let before = Some(flag.version.saturating_add(1));
    let versions = store.flag_versions(&flag.id.to_string(), before, LATER_PAGE).await?;
    Ok(differences::switched(&versions, environment))
}

/// The versions above one, newest first.
async fn later_versions(
    store: &Store,
    flag: &Flag,
    version: i32,
) -> Result<Vec<FlagVersion>, halyard_store::StoreError> {
    let mut later: Vec<FlagVersion> = Vec::new();
    for _ in 0..LATER_PAGES {
        let before = later.last().map(|oldest| oldest.version);
        let page = store.flag_versions(&flag.id.to_string(), before, LATER_PAGE).await?;
        let read = page.len();
        later.extend(page.into_iter().filter(|each| each.version > version));
        if read < LATER_PAGE as usize || later.last().is_none_or(|oldest| oldest.version == version + 1) {
            break;
        }
    }
    Ok(later)
}

/// Whether a logged call shows what the customer got at the moment: it is that very call, or one not
/// far from it of the version that was in force. A call of before the moment also shows that there was
/// a flag, whatever the audit trail knows.
fn stands_for(logged: &LoggedEvaluation, at: DateTime<Utc>, in_force: Option<&FlagVersion>) -> bool {
    let same_version = match in_force {
        Some(flag) => flag.version == logged.row.flag_version,
        None => logged.row.at <= at,
    };
    is_very_call(logged, at) || ((logged.row.at - at).abs() <= NEAR && same_version)
}

fn is_very_call(logged: &LoggedEvaluation, at: DateTime<Utc>) -> bool {
    (logged.row.at - at).abs() < TimeDelta::milliseconds(1)
}

/// Whether the flag's audiences asked for other customers at one config version than at another.
async fn asked_for_others(store: &Store, flag: &Flag, one: i64, other: i64) -> Result<bool, CommandError> {
    let asked = asked_by([flag]);
    if one == other || asked.is_empty() {
        return Ok(false);
    }
    let (one, other) =
        tokio::try_join!(store.audiences_as_of(&asked, one), store.audiences_as_of(&asked, other))?;
    let conditions = |audiences: Vec<(AudienceId, AudienceVersion)>| -> Vec<_> {
        audiences.into_iter().map(|(id, version)| (id, version.condition)).collect()
    };
    Ok(conditions(one) != conditions(other))
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
        ("ERROR", _) => match row.error_kind.as_deref() {
            Some("AUDIENCE_UNAVAILABLE") => Some(Outcome::AudienceUnavailable),
            _ => Some(Outcome::Exception),
        },
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
        let later = store.audience_versions(*id, None, LATER_PAGE).await?;
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

async fn not_yet(store: &Store, flag: &Flag, config_version: i64) -> Result<CommandError, CommandError> {
    let key = &flag.key;
    let made = flag.created_at.format("%Y-%m-%d %H:%M:%S UTC");
    let of_then = store.flags_as_of(None, config_version).await?;
    let message = if of_then.iter().any(|version| version.flag.key == *key) {
        format!(
            "At that moment another flag had the key {key}, which was deleted: the one of today was made on {made}. What the other served is in the evaluation log."
        )
    } else {
        format!(
            "The flag {key} did not exist at that moment: it was made on {made}. Apps that asked for it used their own fallback."
        )
    };
    Ok(CommandError::new(ErrorCode::NotFound, message))
}

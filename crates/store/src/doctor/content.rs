//! What the schema holds, and whether evaluations can be answered and logged with it.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use halyard_engine::AudienceId;

use super::{ContentFacts, CustomerFacts, LogFacts};
use crate::{
    Store, StoreError, audiences::BrokenAudience, condition::Condition, configuration::Configuration,
    evaluations::StoredDays, memberships::Memberships, store::DEADLINE,
};

/// Generous: an evaluation waits for less, but the figure is wanted.
const LOOK_UP: Duration = Duration::from_secs(5);

impl Store {
    pub(super) async fn content_facts(&self) -> Result<ContentFacts, StoreError> {
        let configuration = self.configuration().await?;
        let now = Utc::now();
        let is_live = |expires_at: Option<DateTime<Utc>>| expires_at.is_none_or(|at| at > now);
        let (customers, broken_audiences) = self.customer_facts(&configuration).await?;
        Ok(ContentFacts {
            config_version: configuration.config_version,
            flags: configuration.flags.len(),
            live_keys: configuration.keys.iter().filter(|key| is_live(key.expires_at)).count(),
            unreadable_flags: configuration.unreadable,
            customers,
            broken_audiences,
            log: self.log_facts(now).await?,
        })
    }

    async fn customer_facts(
        &self,
        configuration: &Configuration,
    ) -> Result<(CustomerFacts, Vec<BrokenAudience>), StoreError> {
        let status = match self.customer_source().await {
            Ok(status) => status,
            Err(error) if error.is_outage() => return Err(error),
            Err(error) => {
                let facts = CustomerFacts { problem: Some(error.to_string()), ..CustomerFacts::default() };
                return Ok((facts, Vec::new()));
            }
        };
        let mut facts = CustomerFacts {
            source: status.source,
            customers: status.customers,
            problem: status.problem,
            missing_grants: status.missing_grants,
            ..CustomerFacts::default()
        };
        let Ok(Some(resolved)) = self.resolved_source().await else {
            return Ok((facts, status.broken_audiences));
        };
        facts.id_is_indexed = resolved.id_is_indexed();
        facts.events_are_indexed = resolved.events_are_indexed();

        let conditions: Vec<(AudienceId, &Condition)> =
            configuration.audiences.iter().map(|audience| (audience.id, &audience.condition)).collect();
        let memberships = Memberships::prepare(&resolved, &conditions);
        // Of an id that nearly every type can hold; that nobody has it makes no difference.
        let started = Instant::now();
        match self.memberships(&memberships, &["1"], LOOK_UP).await {
            Ok(_) => facts.look_up_ms = i64::try_from(started.elapsed().as_millis()).ok(),
            Err(error) => facts.look_up_problem = Some(error.to_string()),
        }
        Ok((facts, status.broken_audiences))
    }

    async fn log_facts(&self, now: DateTime<Utc>) -> Result<LogFacts, StoreError> {
        let days = self.read(DEADLINE, async |connection| StoredDays::load(connection).await).await?;
        let is_any = days.first < days.end;
        Ok(LogFacts {
            first_day: is_any.then(|| days.first.date_naive()),
            last_day: is_any.then(|| (days.end - TimeDelta::days(1)).date_naive()),
            has_today: days.contains(now),
            has_tomorrow: days.contains(now + TimeDelta::days(1)),
        })
    }
}

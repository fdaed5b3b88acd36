//! Keys that SDKs ask for and nobody has: typos, and code that outlived its flag. State, outside
//! version, audit and NOTIFY.

use chrono::{DateTime, Utc};
use halyard_engine::is_environment_key;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::{Store, StoreError, store::DEADLINE};

/// Keys that are kept for each environment; anybody with a client key can ask for any number.
const KEPT: i64 = 1_000;
/// Characters of a key that is kept; no flag's key has as many.
const MAX_KEY_LENGTH: usize = 200;

/// A key that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFlagAsked {
    /// The key; what is no presentable text of 1 to 200 characters is not noted.
    pub key: String,
    /// The environment's key.
    pub environment: String,
    /// How many times.
    pub asked: i64,
    /// When last.
    pub last_asked_at: DateTime<Utc>,
}

/// A key that is asked for although no flag answers to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UnknownFlag {
    /// The key.
    pub key: String,
    /// The environment's key.
    pub environment: String,
    /// When it was first asked for.
    pub first_asked_at: DateTime<Utc>,
    /// When it was last asked for.
    pub last_asked_at: DateTime<Utc>,
    /// How many times it was asked for.
    #[ts(type = "number")]
    pub asked: i64,
    /// The flag that has this key and yet did not answer: archived, or not client-visible and asked
    /// for with a client key.
    pub flag_id: Option<Uuid>,
}

impl Store {
    /// Notes keys that were asked for in vain. Of each environment the 1,000 asked for last are kept.
    ///
    /// # Errors
    /// Outages.
    pub async fn unknown_flags_asked(&self, asked: &[UnknownFlagAsked]) -> Result<(), StoreError> {
        let mut presentable: Vec<&UnknownFlagAsked> = asked
            .iter()
            .filter(|asked| is_presentable(&asked.key) && is_environment_key(&asked.environment))
            .collect();
        // In one order everywhere, so that two servers never wait for each other in a circle.
        presentable.sort_by(|one, other| (&one.environment, &one.key).cmp(&(&other.environment, &other.key)));
        if presentable.is_empty() {
            return Ok(());
        }
        let keys: Vec<String> = presentable.iter().map(|asked| asked.key.clone()).collect();
        let environments: Vec<String> = presentable.iter().map(|asked| asked.environment.clone()).collect();
        let counts: Vec<i64> = presentable.iter().map(|asked| asked.asked).collect();
        let times: Vec<DateTime<Utc>> = presentable.iter().map(|asked| asked.last_asked_at).collect();
        self.read(DEADLINE, async |connection| {
            sqlx::query!(
                r#"insert into halyard.unknown_flags as u (key, environment, first_seen_at, last_seen_at, asked)
                 select a.key, a.environment, min(a.at), max(a.at), sum(a.asked)::int8
                 from unnest($1::text[], $2::text[], $3::int8[], $4::timestamptz[]) as a (key, environment, asked, at)
                 group by a.environment, a.key
                 order by a.environment collate "C", a.key collate "C"
                 on conflict (key, environment) do update set
                     first_seen_at = least(u.first_seen_at, excluded.first_seen_at),
                     last_seen_at = greatest(u.last_seen_at, excluded.last_seen_at),
                     asked = u.asked + excluded.asked"#,
                &keys,
                &environments,
                &counts,
                &times,
            )
            .execute(&mut *connection)
            .await?;
            // Rows that another server is writing just now were asked for just now.
            sqlx::query!(
                "delete from halyard.unknown_flags as u
                 using (
                     select old.key, old.environment
                     from (select distinct environment from unnest($1::text[]) as e (environment)) as asked
                     cross join lateral (
                         select o.key, o.environment
                         from halyard.unknown_flags as o
                         where o.environment = asked.environment
                         order by o.last_seen_at desc, o.key
                         offset $2
                     ) as old
                     join halyard.unknown_flags as locked
                         on locked.key = old.key and locked.environment = old.environment
                     for update of locked skip locked
                 ) as surplus
                 where u.key = surplus.key and u.environment = surplus.environment",
                &environments,
                KEPT,
            )
            .execute(connection)
            .await?;
            Ok(())
        })
        .await
    }

    /// Keys that are asked for and that no flag answers to, asked for last first. A key leaves the
    /// list when its flag is made, or brought back, and not asked for in vain since.
    ///
    /// # Errors
    /// Outages.
    pub async fn unknown_flags(&self) -> Result<Vec<UnknownFlag>, StoreError> {
        self.read(DEADLINE, async |connection| {
            Ok(sqlx::query_as!(
                UnknownFlag,
                r#"select u.key, u.environment, u.first_seen_at as first_asked_at,
                     u.last_seen_at as last_asked_at, u.asked, f.id as "flag_id?"
                 from halyard.unknown_flags as u
                 left join halyard.feature_flags as f on f.key = u.key
                 where f.id is null or u.last_seen_at > f.updated_at
                 order by u.last_seen_at desc, u.key, u.environment"#
            )
            .fetch_all(connection)
            .await?)
        })
        .await
    }
}

fn is_presentable(key: &str) -> bool {
    (1..=MAX_KEY_LENGTH).contains(&key.chars().count()) && !key.chars().any(char::is_control)
}

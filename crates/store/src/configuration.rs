//! The configuration as evaluators load it, and how they hear of changes.

use halyard_engine::{AudienceId, FlagDefinition, FlagKey};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool, postgres::PgListener};
use tokio::time::timeout;
use uuid::Uuid;

use crate::{
    Store, StoreError,
    condition::Condition,
    customer_source::CustomerSource,
    environments::{self, Environment},
    flags::{flag_type, parse},
    sdk_keys::{self, ConfiguredKey},
    store::DEADLINE,
};

/// Everything that decides evaluations, as of one config version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Configuration {
    /// The sequence number of the last audit entry.
    pub config_version: i64,
    /// Every unarchived flag, by key.
    pub flags: Vec<ConfiguredFlag>,
    /// Flags that exist but cannot be evaluated.
    pub unreadable: Vec<UnreadableFlag>,
    /// Every audience, by id.
    pub audiences: Vec<ConfiguredAudience>,
    /// In order.
    pub environments: Vec<Environment>,
    /// Where customers live; `None` until chosen, when a default may serve.
    pub customer_source: Option<CustomerSource>,
    /// SDK keys that are not revoked, by id; some may have expired.
    pub keys: Vec<ConfiguredKey>,
}

/// A flag as evaluators need it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfiguredFlag {
    /// Its id.
    pub id: Uuid,
    /// Its small number in the evaluation log.
    pub number: i32,
    /// Its version.
    pub version: i32,
    /// Whether client-side keys may see it.
    pub client_visible: bool,
    /// What decides evaluations.
    pub definition: FlagDefinition,
}

/// A flag that somebody wrote by hand in a way this program cannot read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnreadableFlag {
    /// Its id.
    pub id: Uuid,
    /// Its key.
    pub key: String,
    /// What is wrong with it.
    pub problem: String,
}

/// An audience as evaluators need it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfiguredAudience {
    /// Its id.
    pub id: AudienceId,
    /// For messages and *Why*.
    pub name: String,
    /// Its version.
    pub version: i32,
    /// Who is in it.
    pub condition: Condition,
}

/// What became of the configuration since a version.
#[derive(Clone, Debug, PartialEq)]
pub enum ConfigurationSince {
    /// Nothing changed.
    Unchanged,
    /// Only these changed.
    Changed(ConfigurationChanges),
    /// So much changed, or the database is another (restored from a backup), that all is new.
    Replaced(Configuration),
}

/// The part of the configuration that changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigurationChanges {
    /// The config version that the changes lead to.
    pub config_version: i64,
    /// Flags that are new or changed.
    pub flags: Vec<ConfiguredFlag>,
    /// Flags that changed into something that cannot be evaluated.
    pub unreadable: Vec<UnreadableFlag>,
    /// Flags that are archived or deleted.
    pub removed_flags: Vec<Uuid>,
    /// Audiences that are new or changed.
    pub audiences: Vec<ConfiguredAudience>,
    /// Audiences that are deleted.
    pub removed_audiences: Vec<AudienceId>,
    /// All environments, when one of them changed.
    pub environments: Option<Vec<Environment>>,
    /// The customer source, when it changed.
    pub customer_source: Option<Option<CustomerSource>>,
    /// All SDK keys that are not revoked, when one of them changed.
    pub keys: Option<Vec<ConfiguredKey>>,
}

/// Says “look now” when the configuration changed. Lossy by design: poll as well.
#[derive(Debug)]
pub struct ConfigurationNews {
    pool: PgPool,
    /// `None`: the connection was lost.
    listener: Option<PgListener>,
}

impl ConfigurationNews {
    /// Waits until the configuration may have changed: at a notification, and after the
    /// connection was lost and made again, when something may have been missed.
    ///
    /// # Errors
    /// When the connection cannot be made again; asking again tries again, so wait a little.
    pub async fn changed(&mut self) -> Result<(), StoreError> {
        if let Some(listener) = &mut self.listener
            && let Ok(Some(_)) = listener.try_recv().await
        {
            return Ok(());
        }
        self.listener = None;
        self.listener = Some(listen(&self.pool).await?);
        Ok(())
    }
}

async fn listen(pool: &PgPool) -> Result<PgListener, StoreError> {
    let listening = async {
        let mut listener = PgListener::connect_with(pool).await?;
        // A lost connection is made again here, where it can be told apart from news.
        listener.eager_reconnect(false);
        listener.listen("halyard").await?;
        Ok::<_, sqlx::Error>(listener)
    };
    match timeout(DEADLINE, listening).await {
        Ok(listener) => Ok(listener?),
        Err(_) => Err(StoreError::Timeout(None)),
    }
}

/// Above so many entries loading everything anew is simpler and as fast.
const MOST_CHANGES: i64 = 500;

impl Store {
    /// The sequence number of the last audit entry: moves with every change, whoever makes it.
    ///
    /// # Errors
    /// Outages.
    pub async fn config_version(&self) -> Result<i64, StoreError> {
        self.read(DEADLINE, async |connection| version(connection).await).await
    }

    /// Everything that decides evaluations, from one snapshot.
    ///
    /// # Errors
    /// Outages; an audience or source that somebody wrote by hand in an unreadable way.
    pub async fn configuration(&self) -> Result<Configuration, StoreError> {
        self.read_snapshot(DEADLINE, async |connection| load(connection).await).await
    }

    /// What changed since `since`, from one snapshot.
    ///
    /// # Errors
    /// As [`Store::configuration`].
    pub async fn configuration_since(&self, since: i64) -> Result<ConfigurationSince, StoreError> {
        self.read_snapshot(DEADLINE, async |connection| {
            let config_version = version(connection).await?;
            if config_version == since {
                return Ok(ConfigurationSince::Unchanged);
            }
            // Far behind; or ahead of the database, which was restored from a backup.
            if since > config_version || config_version - since > MOST_CHANGES {
                return Ok(ConfigurationSince::Replaced(load(connection).await?));
            }
            let touched = sqlx::query!(
                r#"select distinct entity_type as "entity_type!", entity_id as "entity_id!"
                 from halyard.audit_log where seq > $1"#,
                since
            )
            .fetch_all(&mut *connection)
            .await?;
            let ids = |entity_type: &str| -> Vec<Uuid> {
                touched
                    .iter()
                    .filter(|entity| entity.entity_type == entity_type)
                    .filter_map(|entity| entity.entity_id.parse().ok())
                    .collect()
            };
            let is_touched = |entity_type| touched.iter().any(|entity| entity.entity_type == entity_type);
            let (flag_ids, audience_ids) = (ids("flag"), ids("audience"));
            let (flags, unreadable) = flags(connection, Some(&flag_ids)).await?;
            let audiences = audiences(connection, Some(&audience_ids)).await?;
            let removed_flags = flag_ids
                .into_iter()
                .filter(|id| {
                    !flags.iter().any(|flag| flag.id == *id) && !unreadable.iter().any(|flag| flag.id == *id)
                })
                .collect();
            let removed_audiences = audience_ids
                .into_iter()
                .map(AudienceId)
                .filter(|id| !audiences.iter().any(|audience| audience.id == *id))
                .collect();
            Ok(ConfigurationSince::Changed(ConfigurationChanges {
                config_version,
                flags,
                unreadable,
                removed_flags,
                audiences,
                removed_audiences,
                environments: if is_touched("environment") {
                    Some(environments::list(connection).await?)
                } else {
                    None
                },
                customer_source: if is_touched("customer_source") {
                    Some(customer_source(connection).await?)
                } else {
                    None
                },
                keys: if is_touched("sdk_key") {
                    Some(sdk_keys::configured(connection).await?)
                } else {
                    None
                },
            }))
        })
        .await
    }

    /// A connection of its own that hears of changes at once.
    ///
    /// # Errors
    /// Outages.
    pub async fn listen(&self) -> Result<ConfigurationNews, StoreError> {
        let pool = self.pool().clone();
        Ok(ConfigurationNews { listener: Some(listen(&pool).await?), pool })
    }
}

async fn load(connection: &mut PgConnection) -> Result<Configuration, StoreError> {
    let config_version = version(connection).await?;
    let (flags, unreadable) = flags(connection, None).await?;
    Ok(Configuration {
        config_version,
        flags,
        unreadable,
        audiences: audiences(connection, None).await?,
        environments: environments::list(connection).await?,
        customer_source: customer_source(connection).await?,
        keys: sdk_keys::configured(connection).await?,
    })
}

async fn version(connection: &mut PgConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar!("select seq from halyard.audit_head").fetch_one(connection).await?)
}

/// The unarchived flags (with one of these ids), by key; those that cannot be read apart.
async fn flags(
    connection: &mut PgConnection,
    ids: Option<&[Uuid]>,
) -> Result<(Vec<ConfiguredFlag>, Vec<UnreadableFlag>), StoreError> {
    let rows = sqlx::query!(
        r#"select id, number, key, type as flag_type, default_value::text as "default_value!",
             rules::text as "rules!", environments::text as "environments!", is_active,
             client_visible, version
         from halyard.feature_flags
         where archived_at is null and ($1::uuid[] is null or id = any($1))
         order by key collate "C""#,
        ids
    )
    .fetch_all(connection)
    .await?;
    let mut readable = Vec::with_capacity(rows.len());
    let mut unreadable = Vec::new();
    for row in rows {
        let definition = || -> Result<FlagDefinition, String> {
            let json = |cause: serde_json::Error| cause.to_string();
            Ok(FlagDefinition {
                key: FlagKey::parse(&row.key).map_err(|invalid| invalid.to_string())?,
                flag_type: flag_type(&row.flag_type).map_err(|error| error.to_string())?,
                default_value: serde_json::from_str(&row.default_value).map_err(json)?,
                rules: serde_json::from_str(&row.rules).map_err(json)?,
                environments: serde_json::from_str(&row.environments).map_err(json)?,
                is_active: row.is_active,
            })
        };
        match definition() {
            Ok(definition) => readable.push(ConfiguredFlag {
                id: row.id,
                number: row.number,
                version: row.version,
                client_visible: row.client_visible,
                definition,
            }),
            Err(problem) => unreadable.push(UnreadableFlag { id: row.id, key: row.key, problem }),
        }
    }
    Ok((readable, unreadable))
}

async fn audiences(
    connection: &mut PgConnection,
    ids: Option<&[Uuid]>,
) -> Result<Vec<ConfiguredAudience>, StoreError> {
    sqlx::query!(
        r#"select id, name, version, condition::text as "condition!"
         from halyard.audiences
         where $1::uuid[] is null or id = any($1)
         order by id"#,
        ids
    )
    .fetch_all(connection)
    .await?
    .into_iter()
    .map(|row| {
        Ok(ConfiguredAudience {
            condition: parse(&row.condition, || format!("audience “{}”", row.name))?,
            id: AudienceId(row.id),
            name: row.name,
            version: row.version,
        })
    })
    .collect()
}

async fn customer_source(connection: &mut PgConnection) -> Result<Option<CustomerSource>, StoreError> {
    let row = sqlx::query!(
        r#"select jsonb_build_object('customers', customers, 'events', events)::text as "source!"
         from halyard.customer_source"#
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| parse(&row.source, || String::from("customer source"))).transpose()
}

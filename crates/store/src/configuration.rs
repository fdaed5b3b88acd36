//! The configuration as evaluators load it, and how they hear of changes.

use std::collections::BTreeMap;

use halyard_engine::{AudienceId, FlagDefinition};
use uuid::Uuid;

use crate::{
    Store, StoreError, condition::Condition, customer_source::CustomerSource,
    environments::Environment,
};

/// Everything that decides evaluations, as of one config version.
#[derive(Clone, Debug, PartialEq)]
pub struct Configuration {
    /// The sequence number of the last audit entry.
    pub config_version: i64,
    /// Every unarchived flag, by key.
    pub flags: Vec<ConfiguredFlag>,
    /// Flags that somebody wrote by hand in a way this program cannot read: key and problem.
    /// They exist, but cannot be evaluated.
    pub unreadable: BTreeMap<String, String>,
    /// Every audience, by id.
    pub audiences: Vec<ConfiguredAudience>,
    /// In order.
    pub environments: Vec<Environment>,
    /// Where customers live; `None` until chosen.
    pub customer_source: Option<CustomerSource>,
}

/// A flag as evaluators need it.
#[derive(Clone, Debug, PartialEq)]
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

/// An audience as evaluators need it.
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigurationChanges {
    /// The config version that the changes lead to.
    pub config_version: i64,
    /// Flags that are new or changed.
    pub flags: Vec<ConfiguredFlag>,
    /// Flags that changed into something this program cannot read: id, key and problem.
    pub unreadable: Vec<(Uuid, String, String)>,
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
}

/// Says “look now” when the configuration changed. Lossy by design: poll as well.
#[derive(Debug)]
pub struct ConfigurationNews {
    listener: sqlx::postgres::PgListener,
}

impl ConfigurationNews {
    /// Waits until the configuration may have changed: at a notification, and after the
    /// connection was lost and made again.
    ///
    /// # Errors
    /// When the connection is lost and cannot be made again; waiting again tries again.
    pub async fn changed(&mut self) -> Result<(), StoreError> {
        // `None`: the connection was lost and is back; something may have been missed.
        let _ = self.listener.try_recv().await?;
        Ok(())
    }
}

impl Store {
    /// The sequence number of the last audit entry: moves with every change, whoever makes it.
    ///
    /// # Errors
    /// Outages.
    pub async fn config_version(&self) -> Result<i64, StoreError> {
        todo!()
    }

    /// Everything that decides evaluations, from one snapshot.
    ///
    /// # Errors
    /// Outages; an audience or source that somebody wrote by hand in an unreadable way.
    pub async fn configuration(&self) -> Result<Configuration, StoreError> {
        todo!()
    }

    /// What changed since `version`, from one snapshot.
    ///
    /// # Errors
    /// As [`Store::configuration`].
    pub async fn configuration_since(&self, version: i64) -> Result<ConfigurationSince, StoreError> {
        let _ = version;
        todo!()
    }

    /// A connection of its own that hears of changes at once.
    ///
    /// # Errors
    /// Outages.
    pub async fn listen(&self) -> Result<ConfigurationNews, StoreError> {
        todo!()
    }
}

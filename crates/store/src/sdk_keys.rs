//! SDK keys: what applications and people open the evaluation server with. Of a key only its hash
//! is stored; its text is shown once, when it is made.

mod change;
mod read;
mod text;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

pub(crate) use read::configured;
pub use text::{InvalidKey, KeyHash, KeyText};

/// How many server keys, and how many client keys, an environment has at a time: two, to rotate.
pub const LIVE_KEYS: usize = 2;

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// A tenant's own back end: every flag of one environment.
    Server,
    /// Public, in pages and apps: the client-visible flags of one environment.
    Client,
    /// Administration, in a role.
    Admin,
}

/// What an admin key may do. Each includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyRole {
    /// Reads.
    Viewer,
    /// Kills, restores and switches flags.
    Operator,
    /// Changes flags and audiences.
    Editor,
    /// Changes everything.
    Admin,
}

/// A key as people see it; never the key itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SdkKey {
    /// Stays the same for ever.
    pub id: Uuid,
    /// What it is for.
    pub kind: KeyKind,
    /// 1 to 200 characters. Of an admin key: the actor of the changes it makes.
    pub name: String,
    /// The environment that a server or client key opens.
    pub environment: Option<String>,
    /// What an admin key may do.
    pub role: Option<KeyRole>,
    /// The first characters of its text, such as `hal_cli_3kF9…`.
    pub prefix: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it opens nothing; `None`: never by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// Since when it opens nothing.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When an evaluation server last saw it, to within some seconds.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A key to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewSdkKey {
    /// What it is for.
    pub kind: KeyKind,
    /// 1 to 200 characters.
    pub name: String,
    /// The environment that a server or client key opens; admin keys have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub environment: Option<String>,
    /// What an admin key may do; others have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub role: Option<KeyRole>,
    /// From when on it opens nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub expires_at: Option<DateTime<Utc>>,
    /// Why; at most 2,000 characters. It is the author's to hand on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub note: Option<String>,
}

/// A key just made. Its text is nowhere else and never shown again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CreatedSdkKey {
    /// What is stored.
    pub key: SdkKey,
    /// The key itself.
    pub text: String,
}

/// A key as evaluators need it; never a revoked one. Whether it has expired is theirs to see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfiguredKey {
    /// Its id.
    pub id: Uuid,
    /// What it is for.
    pub kind: KeyKind,
    /// Of an admin key: the actor of the changes it makes.
    pub name: String,
    /// The environment that a server or client key opens.
    pub environment: Option<String>,
    /// What an admin key may do.
    pub role: Option<KeyRole>,
    /// What is known of its text.
    pub hash: KeyHash,
    /// From when on it opens nothing.
    pub expires_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for CreatedSdkKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("CreatedSdkKey").field("key", &self.key).finish_non_exhaustive()
    }
}

impl KeyKind {
    /// As the database and the command line write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
            Self::Admin => "admin",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Server, Self::Client, Self::Admin].into_iter().find(|kind| kind.as_str() == name)
    }
}

impl KeyRole {
    /// As the database and the command line write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Viewer, Self::Operator, Self::Editor, Self::Admin]
            .into_iter()
            .find(|role| role.as_str() == name)
    }
}

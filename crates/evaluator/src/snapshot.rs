//! The live configuration: an immutable snapshot of everything that decides evaluations, and
//! how the next one is made from it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, OnceLock},
};

use halyard_engine::{AudienceId, CompiledFlag};
use halyard_store::{
    configuration::{
        Configuration, ConfigurationChanges, ConfiguredAudience, ConfiguredFlag, UnreadableFlag,
    },
    customer_source::CustomerSource,
    environments::Environment,
    evaluations::FlagSet,
    sdk_keys::{ConfiguredKey, KeyHash},
};
use uuid::Uuid;

use crate::{audiences::Audiences, rendered::RenderedFlag};

/// A flag as it is served.
#[derive(Debug)]
pub struct LiveFlag {
    /// Its id.
    pub id: Uuid,
    /// Its small number in the evaluation log.
    pub number: i32,
    /// Its version.
    pub version: i32,
    /// Whether client-side keys may see it.
    pub client_visible: bool,
    /// What is evaluated.
    pub compiled: CompiledFlag,
    /// The flag alone, as the evaluation log names what was evaluated.
    pub(crate) alone: Arc<FlagSet>,
    /// Its answers as JSON.
    pub(crate) rendered: RenderedFlag,
}

/// The flags that some callers may see.
#[derive(Debug, Clone)]
pub(crate) struct VisibleFlags {
    /// By key.
    pub(crate) flags: Arc<[Arc<LiveFlag>]>,
    /// The same flags as the evaluation log names them.
    pub(crate) set: Arc<FlagSet>,
}

impl LiveFlag {
    /// Whether a caller may see it.
    #[must_use]
    pub fn is_visible(&self, visibility: Visibility) -> bool {
        visibility == Visibility::All || self.client_visible
    }
}

/// Which flags a caller may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Every flag: the caller is a server.
    All,
    /// Those that client-side keys may see.
    ClientVisible,
}

/// Everything that decides evaluations, as of one config version.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    config_version: i64,
    flags: BTreeMap<Arc<str>, Arc<LiveFlag>>,
    keys: HashMap<Uuid, Arc<str>>,
    audiences: BTreeMap<AudienceId, Arc<ConfiguredAudience>>,
    environments: Arc<[Environment]>,
    customer_source: Option<CustomerSource>,
    sdk_keys: Arc<HashMap<KeyHash, ConfiguredKey>>,
    memberships: Option<Arc<Audiences>>,
    /// All flags and the client-visible ones; made when first needed.
    visible: [OnceLock<VisibleFlags>; 2],
    /// Loaded from the disk, and no database has confirmed it yet.
    unconfirmed: bool,
}

impl Snapshot {
    /// Compiles a whole configuration. A flag that breaks a limit, which takes a statement typed
    /// by hand, is left out: it evaluates as not found, and the log says why.
    #[must_use]
    pub fn new(configuration: Configuration) -> Self {
        let mut snapshot = Snapshot {
            config_version: configuration.config_version,
            audiences: by_id(configuration.audiences).collect(),
            environments: configuration.environments.into(),
            customer_source: configuration.customer_source,
            sdk_keys: by_hash(configuration.keys),
            ..Snapshot::default()
        };
        for UnreadableFlag { key, problem, .. } in &configuration.unreadable {
            tracing::error!(key, problem, "a stored flag cannot be read and is not served");
        }
        configuration.flags.into_iter().for_each(|flag| snapshot.put(flag));
        snapshot
    }

    /// The snapshot that some changes lead to.
    #[must_use]
    pub fn changed(&self, changes: ConfigurationChanges) -> Self {
        let mut next = self.clone();
        next.visible = Default::default();
        next.config_version = changes.config_version;
        for UnreadableFlag { id, key, problem } in &changes.unreadable {
            tracing::error!(key, problem, "a stored flag cannot be read and is not served");
            next.remove(*id);
        }
        changes.removed_flags.iter().for_each(|id| next.remove(*id));
        changes.flags.into_iter().for_each(|flag| next.put(flag));
        changes.removed_audiences.iter().for_each(|id| _ = next.audiences.remove(id));
        next.audiences.extend(by_id(changes.audiences));
        if let Some(environments) = changes.environments {
            next.environments = environments.into();
        }
        if let Some(source) = changes.customer_source {
            next.customer_source = source;
        }
        if let Some(keys) = changes.keys {
            next.sdk_keys = by_hash(keys);
        }
        next
    }

    /// The sequence number of the last audit entry it contains.
    #[must_use]
    pub fn config_version(&self) -> i64 {
        self.config_version
    }

    /// The flag with a key; `None` when unknown or archived.
    #[must_use]
    pub fn flag(&self, key: &str) -> Option<&Arc<LiveFlag>> {
        self.flags.get(key)
    }

    /// Every flag, by key.
    pub fn flags(&self) -> impl Iterator<Item = (&str, &Arc<LiveFlag>)> {
        self.flags.iter().map(|(key, flag)| (&**key, flag))
    }

    /// The flags that a caller may see.
    pub(crate) fn visible(&self, visibility: Visibility) -> &VisibleFlags {
        self.visible[visibility as usize].get_or_init(|| {
            let visible = self.flags.values().filter(|flag| flag.is_visible(visibility));
            let flags: Arc<[_]> = visible.cloned().collect();
            let set = Arc::new(FlagSet::new(flags.iter().map(|flag| (flag.number, flag.version))));
            VisibleFlags { flags, set }
        })
    }

    /// Whether it was loaded from the disk and no database has confirmed it yet: answers from it are
    /// marked stale.
    #[must_use]
    pub fn is_unconfirmed(&self) -> bool {
        self.unconfirmed
    }

    pub(crate) fn unconfirmed(mut self) -> Self {
        self.unconfirmed = true;
        self
    }

    /// The audiences that flags use, ready to be asked; `None` when they cannot be.
    pub(crate) fn memberships(&self) -> Option<&Arc<Audiences>> {
        self.memberships.as_ref()
    }

    pub(crate) fn with_memberships(mut self, memberships: Option<Arc<Audiences>>) -> Self {
        self.memberships = memberships;
        self
    }

    /// The audiences that flags use, by id.
    pub(crate) fn used_audiences(&self) -> Vec<&ConfiguredAudience> {
        let used: BTreeSet<AudienceId> =
            self.flags.values().flat_map(|flag| flag.compiled.audiences()).copied().collect();
        used.iter().filter_map(|id| self.audiences.get(id)).map(AsRef::as_ref).collect()
    }

    /// Every audience, by id.
    pub fn audiences(&self) -> impl Iterator<Item = &ConfiguredAudience> {
        self.audiences.values().map(AsRef::as_ref)
    }

    /// Environments, in order.
    #[must_use]
    pub fn environments(&self) -> &[Environment] {
        &self.environments
    }

    /// Where customers live; `None` until chosen.
    #[must_use]
    pub fn customer_source(&self) -> Option<&CustomerSource> {
        self.customer_source.as_ref()
    }

    /// The key that a hash belongs to; `None` when there is none or it was revoked. Whether it has
    /// expired is the caller's to see, who knows the time.
    #[must_use]
    pub fn sdk_key(&self, hash: &KeyHash) -> Option<&ConfiguredKey> {
        self.sdk_keys.get(hash)
    }

    fn put(&mut self, flag: ConfiguredFlag) {
        let key: Arc<str> = flag.definition.key.as_str().into();
        match CompiledFlag::compile(&flag.definition) {
            Ok(compiled) => {
                let ConfiguredFlag { id, number, version, client_visible, .. } = flag;
                self.keys.insert(id, Arc::clone(&key));
                let alone = Arc::new(FlagSet::new([(number, version)]));
                let rendered = RenderedFlag::new(&compiled);
                let flag = LiveFlag { id, number, version, client_visible, compiled, alone, rendered };
                self.flags.insert(key, Arc::new(flag));
            }
            Err(violations) => {
                tracing::error!(%key, ?violations, "a stored flag breaks its limits and is not served");
                self.remove(flag.id);
            }
        }
    }

    fn remove(&mut self, id: Uuid) {
        if let Some(key) = self.keys.remove(&id) {
            self.flags.remove(&key);
        }
    }
}

fn by_id(audiences: Vec<ConfiguredAudience>) -> impl Iterator<Item = (AudienceId, Arc<ConfiguredAudience>)> {
    audiences.into_iter().map(|audience| (audience.id, Arc::new(audience)))
}

fn by_hash(keys: Vec<ConfiguredKey>) -> Arc<HashMap<KeyHash, ConfiguredKey>> {
    Arc::new(keys.into_iter().map(|key| (key.hash, key)).collect())
}

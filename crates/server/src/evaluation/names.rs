//! Names that many calls share, such as those of environments and SDKs, kept once.

use std::{
    collections::HashSet,
    sync::{Arc, PoisonError, RwLock},
};

/// Names that are kept. Clients make up what they like: further ones live as long as their call.
const MOST: usize = 1_000;

/// Gives equal names one place in memory.
#[derive(Debug, Default)]
pub(crate) struct Names(RwLock<HashSet<Arc<str>>>);

impl Names {
    /// `name`, shared with those who asked for it before.
    pub(crate) fn shared(&self, name: &str) -> Arc<str> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(shared) = known.get(name) {
            return Arc::clone(shared);
        }
        let is_full = known.len() >= MOST;
        drop(known);
        let shared: Arc<str> = name.into();
        if !is_full {
            self.0.write().unwrap_or_else(PoisonError::into_inner).insert(Arc::clone(&shared));
        }
        shared
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_once_and_only_so_many_are_kept() {
        let names = Names::default();
        assert!(Arc::ptr_eq(&names.shared("production"), &names.shared("production")));
        (0..2 * MOST).for_each(|number| _ = names.shared(&number.to_string()));
        assert_eq!(names.0.read().map_or(0, |names| names.len()), MOST);
        assert_eq!(&*names.shared("one too many"), "one too many");
        assert!(Arc::ptr_eq(&names.shared("production"), &names.shared("production")));
    }
}

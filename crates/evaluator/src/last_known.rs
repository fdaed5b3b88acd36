//! A bounded memory of what was last known by id. It keeps two generations: when the younger is
//! full it becomes the older, and what was not used since is forgotten.

use std::{collections::HashMap, mem};

/// The last known value by id.
#[derive(Debug)]
pub(crate) struct LastKnown<T> {
    generation_size: usize,
    younger: HashMap<String, T>,
    older: HashMap<String, T>,
}

impl<T: Clone> LastKnown<T> {
    /// Remembers about `capacity` ids.
    pub(crate) fn new(capacity: usize) -> Self {
        LastKnown { generation_size: (capacity / 2).max(1), younger: HashMap::new(), older: HashMap::new() }
    }

    pub(crate) fn put(&mut self, id: String, value: T) {
        self.older.remove(&id);
        self.younger.insert(id, value);
        if self.younger.len() >= self.generation_size {
            self.older = mem::take(&mut self.younger);
        }
    }

    pub(crate) fn get(&self, id: &str) -> Option<T> {
        self.younger.get(id).or_else(|| self.older.get(id)).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_value_is_known() {
        let mut known = LastKnown::new(10);
        known.put("ada".into(), 1);
        known.put("ada".into(), 2);
        assert_eq!(known.get("ada"), Some(2));
        assert_eq!(known.get("grace"), None);
    }

    #[test]
    fn memory_is_bounded_and_forgets_what_is_not_used() {
        let mut known = LastKnown::new(100);
        for id in 0..10_000 {
            known.put(id.to_string(), id);
            known.put("regular".into(), id);
        }
        assert!(known.younger.len() + known.older.len() <= 100);
        assert_eq!(known.get("9999"), Some(9_999));
        assert_eq!(known.get("0"), None);
        assert_eq!(known.get("regular"), Some(9_999));
    }
}

//! Deciding allocates nothing. One test to a process, because the count is the process's.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(unsafe_code, reason = "an allocator is unsafe by its trait; this one only counts")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    hint::black_box,
};

use halyard_engine::{CompiledFlag, FlagDefinition, Membership, Outcome};
use serde_json::json;
use uuid::Uuid;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is passed on unchanged to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps the promises of this very method.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the promises of this very method.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.with(Cell::get);
    work();
    ALLOCATIONS.with(Cell::get) - before
}

#[test]
fn deciding_allocates_nothing() {
    let rules: Vec<_> = (0..20_u128)
        .map(|number| {
            json!({
                "id": Uuid::from_u128(number), "audienceId": Uuid::from_u128(number % 7),
                "percentage": 1.5, "value": { "text": "long enough not to fit anywhere else" },
            })
        })
        .collect();
    let definition: FlagDefinition = serde_json::from_value(json!({
        "key": "k".repeat(100), "type": "json", "defaultValue": ["default"], "rules": rules,
        "environments": { "production": true }, "isActive": true,
    }))
    .unwrap();
    let flag = CompiledFlag::compile(&definition).unwrap();
    let longest_id = "x".repeat(256);

    assert_eq!(allocations(|| drop(black_box(Box::new(1)))), 1, "the count counts");
    for entity_id in [None, Some("42"), Some(longest_id.as_str())] {
        let found = allocations(|| {
            let decision = flag.decide("production", entity_id, |_| Membership::In);
            black_box((decision.value(), decision.reason(), decision.variation_index()));
            let outcome = flag.decide_by_rules(flag.bucket("42"), |_| Membership::Out);
            assert_eq!(outcome, Outcome::Fallthrough);
        });
        assert_eq!(found, 0, "for {entity_id:?}");
    }
}

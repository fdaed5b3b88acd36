//! Customers and conditions by chance: every type of column, values that are easily confused, events,
//! JSON of any shape. The same in every run.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::interpreter::{EVENTS, Row};

/// The customers table.
pub(crate) const TABLE: &str = "
create type public.mood as enum ('happy', 'so so', 'sad');
create domain public.note as varchar(40);
create table public.customers (
    id int primary key,
    plain text, short varchar(20), padded char(6), mood public.mood, ref uuid, domained public.note,
    small smallint, big bigint, exact numeric, single real, double double precision,
    yes boolean, at timestamptz, local timestamp, day date,
    tags text[], labels varchar(20)[], doc jsonb)";

/// How conditions read a column.
pub(crate) fn kind(column: &str) -> &'static str {
    match column {
        "plain" | "short" | "padded" | "mood" | "ref" | "domained" => "text",
        "id" | "small" | "big" | "exact" | "single" | "double" => "number",
        "yes" => "boolean",
        "at" | "local" => "timestamp",
        "day" => "date",
        "tags" | "labels" => "text_array",
        "doc" => "json",
        other => panic!("no column {other}"),
    }
}

const COLUMNS: &[&str] = &[
    "plain", "short", "padded", "mood", "ref", "domained", "small", "big", "exact", "single", "double",
    "yes", "at", "local", "day", "tags", "labels", "doc", "doc", "doc", "doc",
];

/// SplitMix64: the same conditions and customers in every run.
pub(crate) struct Chance {
    state: u64,
    now: DateTime<Utc>,
}

impl Chance {
    pub(crate) fn new(seed: u64, now: DateTime<Utc>) -> Self {
        Chance { state: seed, now }
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    pub(crate) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    fn text(&mut self) -> &'static str {
        self.pick(&[
            "",
            "a",
            "A",
            "enterprise",
            "Enterprise",
            "ÉCOLE",
            "école",
            "100%",
            "100x",
            "a_b",
            "aXb",
            "back\\slash",
            "naïve",
            "日本",
            "it's",
            "\"q\"",
            " 42",
            "42",
            "042",
            "null",
            "🎉 x",
            "line\nx",
            "Üni",
            "ünI",
            "tail ",
        ])
    }

    fn number(&mut self) -> Value {
        self.pick(&[
            json!(0),
            json!(1),
            json!(1.0),
            json!(-1),
            json!(0.1),
            json!(0.5),
            json!(3.25),
            json!(42),
            json!(-7.75),
            json!(9_007_199_254_740_993_i64),
            json!(i64::MIN),
            json!(1e20),
            json!(1e-5),
            json!(1e300),
            json!(32_767),
        ])
    }

    fn moment(&mut self) -> String {
        let offset = self.pick(&[-25, -23, -1, 1, 30, -49, -240, -721, -719, -9_000, 50_000]);
        let recent = (self.now + TimeDelta::hours(offset)).format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
        self.pick(&[
            recent.as_str(),
            recent.as_str(),
            "2026-01-31",
            "2024-02-29T00:00:00Z",
            "2024-02-29T01:30:00+02:00",
            "2026-01-31T09:30:00",
            "2026-01-31 09:30:00.5",
            "0001-01-01",
            "9999-12-31T23:59:59.999999Z",
        ])
        .to_owned()
    }

    fn day(&mut self) -> String {
        let days = self.pick(&[-1, 0, 1, -2, -29, -31, -400]);
        let recent = (self.now + TimeDelta::days(days)).date_naive().to_string();
        self.pick(&[recent.as_str(), "2026-01-31", "2024-02-29", "0001-01-01", "9999-12-31"]).to_owned()
    }

    fn texts(&mut self) -> Value {
        let count = self.below(3) + 1;
        (0..count).map(|_| Value::from(self.text())).collect()
    }

    fn document(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 8 } else { 12 }) {
            0 => Value::Null,
            1 => json!(self.below(2) == 0),
            2 => self.number(),
            3 => Value::from(self.text()),
            4 => Value::from(self.moment()),
            5 => Value::from(self.day()),
            6 => Value::from(self.pick(&[
                "2026-02-30",
                "0000-01-01",
                "2025-02-29",
                "2026-01-31T25:00:00Z",
                "2026-13-01",
                "2026-01-31T10:00:60Z",
                "2026-1-3",
                "x2026-01-31",
                "2026-01-31x",
                "2026-01-31T10:00:00+99:00",
                "infinity",
                "now",
                "today",
            ])),
            7 => self.texts(),
            8 => json!([self.text(), self.number(), null]),
            9 => json!([]),
            _ => {
                let (a, b, c) =
                    (self.document(depth - 1), self.document(depth - 1), self.document(depth - 1));
                json!({ "plan": a, "0": b, "a'\"b": c })
            }
        }
    }

    /// A customer with their events.
    pub(crate) fn row(&mut self, id: usize) -> Row {
        let mut row = Row::new();
        row.insert("id".into(), json!(id));
        for column in COLUMNS {
            if self.below(6) == 0 {
                row.insert((*column).into(), Value::Null);
                continue;
            }
            let value = match *column {
                "padded" => json!(self.pick(&["", "a", "A", "100%", "a_b", "tail ", "42", "école"])),
                "mood" => json!(self.pick(&["happy", "so so", "sad"])),
                "ref" => json!(Uuid::from_u128(self.below(3) as u128).to_string()),
                "small" => json!(self.pick(&[0, 1, -1, 42, 32_767])),
                "big" => json!(self.pick(&[0, 1, 42, 9_007_199_254_740_993, i64::MIN])),
                "single" => json!(self.pick(&[0.0, 0.1, 0.5, 3.25, -7.75, 1e20, 42.0])),
                "exact" | "double" => self.number(),
                "yes" => json!(self.below(2) == 0),
                "at" | "local" => json!(self.moment()),
                "day" => json!(self.day()),
                "tags" | "labels" => match self.below(4) {
                    0 => json!([]),
                    1 => json!([null, self.text()]),
                    _ => self.texts(),
                },
                "doc" => self.document(3),
                _ => json!(self.text()),
            };
            row.insert((*column).into(), value);
        }
        let count = self.below(9);
        let events = (0..count).map(|_| {
            let name = if self.below(8) == 0 { Value::Null } else { json!(self.event_name()) };
            let hours = self.pick(&[-2, -25, -23, -47, -49, 1, 30, -239, -241, -721, -719, -9_001, 50_000]);
            let at = (self.now + TimeDelta::hours(hours)).format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
            let at = if self.below(6) == 0 { Value::Null } else { json!(at) };
            json!({ "customer_id": id, "name": name, "at": at })
        });
        row.insert(EVENTS.into(), events.collect());
        // A column without zone drops it on the way in; what is stored is the local part.
        if let Some(Value::String(local)) = row.get_mut("local") {
            let end = local[10..].find(['Z', '+']).map_or(local.len(), |found| found + 10);
            local.truncate(end);
        }
        row
    }

    fn event_name(&mut self) -> &'static str {
        self.pick(&["checkout", "Checkout", "log in", "'; --", "日本", "*"])
    }

    fn event(&mut self) -> Value {
        let mut leaf = json!({ "event": self.event_name() });
        leaf["operator"] = json!(self.pick(&["performed", "performed", "not_performed"]));
        if self.below(2) == 0 {
            leaf["times"] = json!(self.below(4) + 1);
        }
        if self.below(2) == 0 {
            leaf["withinDays"] = json!(self.pick(&[1, 2, 10, 30, 375]));
        }
        leaf
    }

    fn leaf(&mut self) -> Value {
        if self.below(7) == 0 {
            return self.event();
        }
        let column = self.pick(COLUMNS);
        let mut leaf = json!({ "attribute": column });
        let mut read_as = kind(column);
        if read_as == "json" {
            read_as = self.pick(&["text", "number", "boolean", "timestamp", "date", "text_array", "json"]);
            if read_as != "json" {
                leaf["type"] = json!(read_as);
            }
            let steps = self.below(4);
            leaf["path"] =
                (0..steps).map(|_| json!(self.pick(&["plan", "plan", "0", "-1", "a'\"b", "x"]))).collect();
        }
        let operators: &[&str] = match read_as {
            "text" => &[
                "equals",
                "not_equals",
                "in",
                "not_in",
                "contains",
                "not_contains",
                "starts_with",
                "ends_with",
                "is_set",
                "is_not_set",
            ],
            "number" => &[
                "equals",
                "not_equals",
                "in",
                "not_in",
                "less_than",
                "at_most",
                "greater_than",
                "at_least",
                "between",
                "is_set",
                "is_not_set",
            ],
            "boolean" => &["is_true", "is_false", "is_set", "is_not_set"],
            "timestamp" | "date" => &[
                "before",
                "after",
                "between",
                "within_last_days",
                "not_within_last_days",
                "is_set",
                "is_not_set",
            ],
            "text_array" => &["contains_any", "contains_all", "contains_none", "is_set", "is_not_set"],
            _ => &["is_set", "is_not_set"],
        };
        let operator = self.pick(operators);
        leaf["operator"] = json!(operator);
        let value = match (operator, read_as) {
            ("is_set" | "is_not_set" | "is_true" | "is_false", _) => return leaf,
            ("within_last_days" | "not_within_last_days", _) => json!(self.pick(&[1, 2, 10, 30, 375])),
            ("between", "number") => {
                let (a, b) = (self.number(), self.number());
                if a.as_f64() <= b.as_f64() { json!([a, b]) } else { json!([b, a]) }
            }
            ("between", "date") => {
                let mut ends = [self.day(), self.day()];
                ends.sort();
                json!(ends)
            }
            ("between", _) => {
                json!(["2024-02-29T00:00:00Z", self.pick(&["2026-01-31T09:30:00", "9999-01-01"])])
            }
            ("in" | "not_in", "number") => json!([self.number(), self.number()]),
            ("in" | "not_in", _) | (_, "text_array") => self.texts(),
            (_, "number") => self.number(),
            (_, "timestamp") => json!(self.moment()),
            (_, "date") => json!(self.day()),
            ("equals" | "not_equals", _) if column == "ref" => {
                json!(Uuid::from_u128(self.below(3) as u128).to_string())
            }
            ("equals" | "not_equals", _) if column == "mood" => {
                json!(self.pick(&["happy", "so so", "HAPPY"]))
            }
            ("equals" | "not_equals", _) => json!(self.text()),
            _ => json!(self.pick(&["a", "A", "%", "_", "\\", "4", "É", "é", "x", "'", "\"", "日", " "])),
        };
        leaf["value"] = value;
        if read_as == "text" && self.below(3) == 0 {
            leaf["ignoreCase"] = json!(true);
        }
        leaf
    }

    /// Groups at most so deep.
    pub(crate) fn condition(&mut self, depth: usize) -> Value {
        if depth == 0 || self.below(3) == 0 {
            return self.leaf();
        }
        let parts = self.below(3) + 1;
        match self.below(3) {
            0 => json!({ "not": self.condition(depth - 1) }),
            1 => json!({ "all": (0..parts).map(|_| self.condition(depth - 1)).collect::<Value>() }),
            _ => json!({ "any": (0..parts).map(|_| self.condition(depth - 1)).collect::<Value>() }),
        }
    }
}

//! Every limit on a flag: through the store, and for those who type SQL.

use halyard_engine::FlagType;
use halyard_store::flags::{FlagChanges, NewFlag};
use serde_json::{Value, json};

use crate::support::{ana, new_flag, on_each_postgres, paths, rule};

#[tokio::test]
async fn everything_wrong_with_a_flag_is_said_at_once() {
    on_each_postgres(async |database| {
        let mut new = new_flag("bad key");
        new.name = "x".repeat(201);
        new.description = Some("x".repeat(4_001));
        new.default_value = json!("yes");
        new.tags = Some(vec!["x".repeat(51)]);
        new.rules = Some(vec![
            rule(json!({ "percentage": 101 })),
            rule(json!({ "percentage": 33.3333, "value": 1 })),
            rule(json!({ "audienceId": "00000000-0000-0000-0000-000000000000" })),
        ]);
        let author = ana().with_note("x".repeat(2_001));
        let refused = paths(database.store.flag_create(&new, &author).await);
        assert_eq!(
            refused,
            [
                "note",
                "key",
                "name",
                "description",
                "defaultValue",
                "rules[0].percentage",
                "rules[1].percentage",
                "rules[1].value",
                "tags[0]",
                "rules[2].audienceId",
            ]
        );
        assert_eq!(database.store.config_version().await.unwrap(), 3);
    })
    .await;
}

#[tokio::test]
async fn what_is_just_within_the_limits_is_stored() {
    on_each_postgres(async |database| {
        let mut new = new_flag(&"k".repeat(100));
        new.name = "🏴".repeat(200);
        new.description = Some("é".repeat(4_000));
        new.flag_type = FlagType::Json;
        // 32 KiB to the byte: brackets, and many small numbers, which take most room in a database.
        let mut value = vec![json!(1); 16_383];
        value[0] = json!(10);
        new.default_value = Value::Array(value);
        assert_eq!(serde_json::to_string(&new.default_value).unwrap().len(), 32 * 1024);
        new.tags = Some((0..20).map(|n| format!("{n:0>50}")).collect());
        new.rules =
            Some((0..20).map(|n| rule(json!({ "percentage": f64::from(n) / 1000.0, "value": n }))).collect());
        let author = ana().with_note("n".repeat(2_000));
        let flag = database.store.flag_create(&new, &author).await.unwrap();
        assert_eq!(flag.default_value, new.default_value);
        assert_eq!(flag.rules.len(), 20);
        assert_eq!(database.entries_after(3).await[0].note.len(), 2_000);

        let text = json!({ "defaultValue": "x".repeat(32 * 1024 - 2) });
        let text: FlagChanges = serde_json::from_value(text).unwrap();
        database.store.flag_update(&flag.key, 1, &text, &ana()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_is_just_beyond_the_limits_is_refused_by_field() {
    let json_flag = || NewFlag { flag_type: FlagType::Json, ..new_flag("limits") };
    let cases: [(&str, NewFlag); 8] = [
        ("key", new_flag(&"k".repeat(101))),
        ("key", new_flag("0192f0c4-1111-7000-8000-000000000000")),
        ("defaultValue", NewFlag { default_value: json!("x".repeat(32 * 1024 - 1)), ..json_flag() }),
        ("defaultValue", NewFlag { default_value: json!({ "a\0": 1 }), ..json_flag() }),
        ("rules", NewFlag { rules: Some(vec![rule(json!({ "value": 1 })); 21]), ..json_flag() }),
        ("rules[0].value", NewFlag { rules: Some(vec![rule(json!({}))]), ..json_flag() }),
        ("tags", NewFlag { tags: Some(vec!["t".to_owned(); 21]), ..json_flag() }),
        ("name", NewFlag { name: "a\0b".to_owned(), ..json_flag() }),
    ];
    on_each_postgres(async |database| {
        for (path, new) in &cases {
            let refused = paths(database.store.flag_create(new, &ana()).await);
            assert_eq!(&refused, &[*path], "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_change_is_held_to_the_same_limits() {
    on_each_postgres(async |database| {
        database.flag("checkout").await;
        let changes = json!({
            "name": "x".repeat(201),
            "description": "x".repeat(4_001),
            "defaultValue": 1,
            "rules": [{ "percentage": -1 }, { "id": "no" }],
            "tags": [" "],
        });
        let changes: FlagChanges = serde_json::from_value(changes).unwrap();
        let refused = paths(database.store.flag_update("checkout", 1, &changes, &ana()).await);
        assert_eq!(
            refused,
            ["name", "description", "defaultValue", "rules[0].percentage", "rules[1].id", "tags[0]",]
        );
    })
    .await;
}

#[tokio::test]
async fn a_long_note_is_refused_for_every_change_of_a_flag() {
    on_each_postgres(async |database| {
        let store = &database.store;
        database.flag("checkout").await;
        let author = ana().with_note("x".repeat(2_001));
        assert_eq!(paths(store.flag_set_active("checkout", false, &author).await), ["note"]);
        assert_eq!(paths(store.flag_archive("checkout", &author).await), ["note"]);
        assert_eq!(paths(store.flag_unarchive("checkout", &author).await), ["note"]);
        assert_eq!(paths(store.flag_revert("checkout", 1, &author).await), ["note"]);
        let switched = store.flag_set_environment("checkout", "staging", true, &author).await;
        assert_eq!(paths(switched), ["note"]);
    })
    .await;
}

#[tokio::test]
async fn the_tables_refuse_what_the_store_would() {
    on_each_postgres(async |database| {
        let rule = |fields: &str| {
            format!(r#"rules = '[{{"id": "0192f0c5-0000-7000-8000-000000000001", {fields}}}]'"#)
        };
        let twice = r#"{"id": "0192f0c5-0000-7000-8000-000000000001", "value": true}"#;
        database.flag("checkout").await;
        for change in [
            "name = repeat('x', 201)".to_owned(),
            "description = repeat('x', 4001)".to_owned(),
            "default_value = '1'".to_owned(),
            "default_value = 'null'".to_owned(),
            "tags = array_fill('t'::text, array[21])".to_owned(),
            "tags = array[repeat('x', 51)]".to_owned(),
            "tags = array[null]::text[]".to_owned(),
            r#"environments = '{"production": "on"}'"#.to_owned(),
            "environments = '[]'".to_owned(),
            "rules = '{}'".to_owned(),
            "rules = '[1]'".to_owned(),
            format!("rules = '[{twice}, {twice}]'"),
            rule(r#""value": 1"#),
            rule(r#""percentage": 5"#),
            rule(r#""value": true, "percentage": 100.001"#),
            rule(r#""value": true, "percentage": 1.0001"#),
            rule(r#""value": true, "percentage": "5""#),
            rule(r#""value": true, "audienceId": 7"#),
        ] {
            let update = format!("update halyard.feature_flags set {change}");
            let refused = database.execute(&update).await.unwrap_err().to_string();
            assert!(refused.contains("check constraint"), "{change}: {refused}");
        }
        for key in ["a b", "", "-a", "0192f0c4-1111-7000-8000-000000000000"] {
            let insert = format!(
                "insert into halyard.feature_flags (id, key, name, type, default_value)
                 values (gen_random_uuid(), '{key}', 'x', 'boolean', 'true')"
            );
            let refused = database.execute(&insert).await.unwrap_err().to_string();
            assert!(refused.contains("check constraint"), "{key}: {refused}");
        }
    })
    .await;
}

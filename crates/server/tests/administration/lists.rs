//! Lists page by page, with filters.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{AsAdmin, made, made_boolean, refused_fields, support::TestServer};

/// The keys (or names) of every page, in order.
async fn walked(server: &TestServer, path: &str, list: &str, field: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = server.admin("GET", &format!("{path}{cursor}")).send().await.expect(200).json();
        let rows = page[list].as_array().unwrap();
        seen.extend(rows.iter().map(|row| row[field].as_str().unwrap().to_owned()));
        match &page["nextCursor"] {
            Value::Null => return seen,
            next => cursor = format!("&cursor={}", next.as_str().unwrap()),
        }
        assert!(!rows.is_empty(), "a page that is not the last has rows");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_120_flags_hold_each_once() {
    let server = TestServer::start().await;
    let audience = server.audience("enterprise").await;
    for n in 0..120 {
        let mut body = json!({
            "key": format!("flag-{n:03}"), "type": if n % 2 == 0 { "boolean" } else { "string" },
            "defaultValue": if n % 2 == 0 { json!(false) } else { json!("a") },
            "tags": if n % 3 == 0 { json!(["third"]) } else { json!([]) },
            "description": if n % 5 == 0 { "A Fifth" } else { "" },
        });
        if n % 10 == 0 {
            body["rules"] = json!([{ "audienceId": audience }]);
        }
        let path = format!("/feature-flags/{}", made(&server, body).await["id"].as_str().unwrap());
        let act = |action: &str| server.admin("POST", &format!("{path}/{action}"));
        if n < 60 {
            act("environments/production").json(json!({ "enabled": true })).send().await.expect(200);
        }
        match n % 20 {
            1 => drop(act("toggle").send().await.expect(200)),
            2 => drop(act("archive").send().await.expect(200)),
            _ => {}
        }
    }
    let keys = |filter: &dyn Fn(usize) -> bool| -> Vec<String> {
        (0..120).filter(|&n| filter(n)).map(|n| format!("flag-{n:03}")).collect()
    };
    let killed = |n: usize| n % 20 == 1;
    let archived = |n: usize| n % 20 == 2;
    let walk = |query: &str| {
        let path = format!("/feature-flags?{query}");
        let server = &server;
        async move { walked(server, &path, "flags", "key").await }
    };
    assert_eq!(walk("limit=7").await, keys(&|n| !archived(n)));
    assert_eq!(walk("limit=500").await, keys(&|n| !archived(n)));
    assert_eq!(walk("limit=4&archived=true").await, keys(&archived));
    assert_eq!(walk("limit=4&archived=false&type=string").await, keys(&|n| n % 2 == 1));
    assert_eq!(walk("limit=9&tag=third").await, keys(&|n| n % 3 == 0 && !archived(n)));
    assert_eq!(walk("limit=5&search=fifth").await, keys(&|n| n % 5 == 0));
    assert_eq!(walk(&format!("limit=5&audienceId={audience}")).await, keys(&|n| n % 10 == 0));
    assert_eq!(walk("limit=6&state=serving").await, keys(&|n| n < 60 && !killed(n) && !archived(n)));
    assert_eq!(walk("limit=6&state=off").await, keys(&|n| n >= 60 && !killed(n) && !archived(n)));
    assert_eq!(walk("limit=2&state=killed").await, keys(&killed));
    assert_eq!(walk("limit=2&state=archived").await, keys(&archived));
    let staging = "limit=50&state=serving&environment=staging";
    assert_eq!(walk(staging).await, Vec::<String>::new());
    let both = "limit=3&tag=third&type=boolean&search=flag";
    assert_eq!(walk(both).await, keys(&|n| n % 6 == 0 && !archived(n)));
    assert_eq!(walk("search=nothing%20like%20it").await, Vec::<String>::new());
    let usual = server.admin("GET", "/feature-flags").send().await.expect(200).json();
    assert_eq!(usual["flags"].as_array().unwrap().len(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn list_holds_whole_flags() {
    let server = TestServer::start().await;
    let flag = made_boolean(&server, "f").await;
    let listed = server.admin("GET", "/feature-flags").send().await.expect(200).json();
    assert_eq!(listed, json!({ "flags": [flag], "nextCursor": null }));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_go_on_when_the_row_they_ended_at_is_gone() {
    let server = TestServer::start().await;
    for name in ["b", "A", "c", "D"] {
        let body = json!({ "name": name, "condition": { "attribute": "plan", "operator": "is_set" } });
        server.admin("POST", "/audiences").json(body).send().await.expect(201);
    }
    assert_eq!(walked(&server, "/audiences?limit=1", "audiences", "name").await, ["A", "b", "c", "D"]);
    let first = server.admin("GET", "/audiences?limit=2").send().await.json();
    let id = first["audiences"][1]["id"].as_str().unwrap();
    server.admin("DELETE", &format!("/audiences/{id}")).send().await.expect(204);
    let next = first["nextCursor"].as_str().unwrap();
    let path = format!("/audiences?limit=2&cursor={next}");
    assert_eq!(walked(&server, &path, "audiences", "name").await, ["c", "D"]);
    assert_eq!(walked(&server, "/audiences?search=B", "audiences", "name").await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_parameter_is_named_at_once() {
    let server = TestServer::start().await;
    let get = |path: &str| server.admin("GET", path).send();
    let query =
        "/feature-flags?type=text&state=dead&audienceId=x&archived=yes&limit=0&archvied=true&tag=a&tag=b";
    refused_fields(
        &get(query).await,
        &["type", "state", "audienceId", "archived", "limit", "archvied", "tag"],
    );
    for limit in ["501", "-1", "1.5", "", "99999999999999999999"] {
        refused_fields(&get(&format!("/feature-flags?limit={limit}")).await, &["limit"]);
        refused_fields(&get(&format!("/audiences?limit={limit}")).await, &["limit"]);
    }
    for path in ["/feature-flags?cursor=garbage", "/audiences?cursor=garbage"] {
        refused_fields(&get(path).await, &["cursor"]);
    }
    refused_fields(&get("/feature-flags?environment=moon&state=off").await, &["environment"]);
    refused_fields(&get("/environments?limit=1").await, &["limit"]);
    refused_fields(&get("/customer-source?x").await, &["x"]);
    let distinct: BTreeSet<u16> =
        [get("/feature-flags?search=%00").await, get("/audiences?search=%00").await]
            .iter()
            .map(|answered| answered.status.as_u16())
            .collect();
    assert!(distinct.iter().all(|status| [200, 400].contains(status)), "{distinct:?}");
}

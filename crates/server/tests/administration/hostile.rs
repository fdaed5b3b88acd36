//! What nobody should send: odd texts, odd bodies, odd addresses.

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use crate::{AsAdmin, made, made_boolean, problem, refused_fields, support::TestServer};

const ODD: &[&str] = &[
    "<script>alert(1)</script>",
    "'; drop table halyard.feature_flags; --",
    "\"quoted\" \\ back\\slash",
    "מבחן \u{202e}txet",
    "👩‍👩‍👧‍👦 🚩",
    "tab\tnew\nline\u{1}\u{7f}",
    "\u{feff}\u{200b}",
    "e\u{301} \u{fdfa}",
    "{{7*7}} ${jndi:x} %s %n",
];

#[tokio::test(flavor = "multi_thread")]
async fn odd_texts_come_back_as_they_were_sent() {
    let server = TestServer::start().await;
    for (n, odd) in ODD.iter().enumerate() {
        let flag = made(
            &server,
            json!({
                "key": format!("flag-{n}"), "name": odd, "description": odd, "type": "json",
                "defaultValue": { *odd: [odd] }, "tags": [odd], "note": odd,
                "rules": [{ "value": odd, "description": odd }],
            }),
        )
        .await;
        assert_eq!(flag["name"], *odd);
        assert_eq!(flag["defaultValue"], json!({ *odd: [odd] }));
        assert_eq!(flag["tags"], json!([odd]));
        assert_eq!(flag["rules"][0]["value"], *odd);
        let body = json!({
            "name": odd, "condition": { "attribute": "plan", "operator": "equals", "value": odd },
        });
        let audience = server.admin("POST", "/audiences").json(body).send().await.expect(201);
        assert_eq!(audience.json()["condition"]["value"], *odd);
        assert_eq!(audience.header("content-type"), "application/json");
    }
    let entry = server.admin("GET", "/audit-log?limit=1&entityType=flag").send().await.expect(200).json();
    assert_eq!(entry["entries"][0]["note"], *ODD.last().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn nul_is_refused_wherever_it_is() {
    let server = TestServer::start().await;
    let body = json!({
        "key": "f\0", "name": "\0", "description": "\0", "type": "json", "defaultValue": { "\0": 1 },
        "tags": ["a\0"], "rules": [{ "value": ["\0"], "description": "\0" }], "note": "\0",
    });
    let answered = server.admin("POST", "/feature-flags").json(body).send().await;
    refused_fields(
        &answered,
        &[
            "key",
            "name",
            "description",
            "defaultValue",
            "tags[0]",
            "rules[0].value",
            "rules[0].description",
            "note",
        ],
    );
    made_boolean(&server, "f").await;
    for path in ["/feature-flags/f/toggle", "/feature-flags/f/archive"] {
        refused_fields(&server.admin("POST", path).json(json!({ "note": "\0" })).send().await, &["note"]);
    }
    let audience = json!({
        "name": "a\0", "condition": { "attribute": "pl\0an", "operator": "equals", "value": "\0" },
    });
    problem(&server.admin("POST", "/audiences").json(audience).send().await, 400, "invalid");
    let environment = json!({ "key": "q\0", "name": "\0", "color": "\0" });
    problem(&server.admin("POST", "/environments").json(environment).send().await, 400, "invalid");
    let source = json!({ "customers": { "schema": "\0", "table": "\0", "idColumn": "\0" } });
    problem(&server.admin("PUT", "/customer-source").json(source).send().await, 400, "invalid");
    for query in ["search=%00", "tag=%00", "environment=%00&state=off", "cursor=%00"] {
        let status = server.admin("GET", &format!("/feature-flags?{query}")).send().await.status.as_u16();
        assert!([200, 400].contains(&status), "{query}: {status}");
    }
    for query in ["search=%00", "entityType=%00", "entityId=%00", "cursor=%00"] {
        problem(&server.admin("GET", &format!("/audit-log?{query}")).send().await, 400, "invalid");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn largest_flag_that_the_domain_allows_is_taken() {
    let server = TestServer::start().await;
    let value = "é".repeat((32 * 1024 - 2) / 2);
    let rules: Vec<Value> = (0..20).map(|_| json!({ "value": value })).collect();
    let body = json!({ "key": "large", "type": "string", "defaultValue": value, "rules": rules });
    // As clients write it that escape everything but ASCII.
    let escaped = body.to_string().replace('é', "\\u00e9");
    assert!(escaped.len() > 1024 * 1024);
    let post = |body: String| {
        server.admin("POST", "/feature-flags").header("content-type", "application/json").body(body).send()
    };
    let flag = post(escaped).await.expect(201).json();
    assert_eq!(flag["defaultValue"], *value);
    assert_eq!(flag["rules"][19]["value"], *value);

    let larger = json!({ "key": "larger", "type": "string", "defaultValue": format!("{value}a") });
    refused_fields(&post(larger.to_string()).await, &["defaultValue"]);
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    let deep = format!("{{\"key\": \"deep\", \"type\": \"json\", \"defaultValue\": {deep}}}");
    post(deep).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_bodies_are_refused() {
    let server = TestServer::start().await;
    let post = |body: &str| {
        let asking = server.admin("POST", "/feature-flags").header("content-type", "application/json");
        asking.body(body.to_owned()).send()
    };
    let nested = "[".repeat(100_000);
    for body in
        ["", " ", "{", "[]", "null", "1", "\"text\"", "{} {}", "{\"key\": 1e999}", "{'key': 1}", &nested]
    {
        problem(&post(body).await, 400, "invalid");
    }
    let many: String = (0..100_000).map(|n| format!("\"k{n}\":1,")).collect();
    let many = post(&format!("{{{many}\"key\":1}}")).await;
    problem(&many, 400, "invalid");
    assert!(many.body.len() < 64 * 1024, "an answer stays small whatever was sent");

    let body = json!({ "key": "f", "type": "boolean", "defaultValue": false }).to_string();
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
        let asking = server.admin("POST", "/feature-flags").header("content-type", media_type);
        problem(&asking.body(body.clone()).send().await, 415, "unsupported_media_type");
    }
    let compressed = server.admin("POST", "/feature-flags").header("content-encoding", "gzip");
    let compressed = compressed.header("content-type", "application/json").body(body.clone());
    problem(&compressed.send().await, 415, "unsupported_media_type");
    let with_charset = server.admin("POST", "/feature-flags");
    let with_charset = with_charset.header("content-type", "Application/JSON; charset=utf-8").body(body);
    with_charset.send().await.expect(201);
    let not_utf8 = server.admin("POST", "/feature-flags").header("content-type", "application/json");
    problem(&not_utf8.body(&b"{\"key\": \"\xff\"}"[..]).send().await, 400, "invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn body_that_says_it_is_too_large_is_refused_before_it_arrives() {
    let server = TestServer::start().await;
    let head = format!(
        "POST /feature-flags HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        server.keys.admin,
        4 * 1024 * 1024 + 1,
    );
    let mut connection = TcpStream::connect(server.server.address()).await.unwrap();
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut line = String::new();
    BufReader::new(connection).read_line(&mut line).await.unwrap();
    assert!(line.starts_with("HTTP/1.1 413"), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_keep_their_value_or_are_refused() {
    let server = TestServer::start().await;
    for (n, number) in
        ["0", "-0.5", "9007199254740993", "1e308", "5e-324", "-1.7976931348623157e308"].iter().enumerate()
    {
        let body = format!("{{\"key\": \"n{n}\", \"type\": \"number\", \"defaultValue\": {number}}}");
        let asking = server.admin("POST", "/feature-flags").header("content-type", "application/json");
        let flag = asking.body(body).send().await.expect(201).json();
        assert_eq!(flag["defaultValue"].as_f64().unwrap(), number.parse::<f64>().unwrap(), "{number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_spelling_of_an_address_opens_nothing() {
    let server = TestServer::start().await;
    made_boolean(&server, "f").await;
    for path in [
        "//feature-flags/f",
        "/./feature-flags/f",
        "/x/../feature-flags/f",
        "/%2e/feature-flags/f",
        "/x/%2e%2e/feature-flags/f",
        "/feature-flags//f",
        "/feature-flags/./f",
        "/feature-flags/f/",
        "/Feature-Flags/f",
        "/feature%2Dflags/f",
        "/feature-flags%2Ff",
        "/feature-flags;x=1/f",
        "/feature-flags\\f",
    ] {
        problem(&server.admin("GET", path).send().await, 404, "not_found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn method_is_what_the_request_line_says() {
    let server = TestServer::start().await;
    let flag = made_boolean(&server, "f").await;
    for (method, header) in
        [("DELETE", "x-http-method-override"), ("PATCH", "x-http-method"), ("POST", "x-method-override")]
    {
        let asking = server.admin("GET", "/feature-flags/f").header(header, method);
        assert_eq!(asking.send().await.expect(200).json(), flag);
        let asking = server.admin("POST", "/feature-flags/f").header(header, "PATCH").header("if-match", "*");
        let answered = asking.json(json!({ "name": "changed" })).send().await;
        problem(&answered, 405, "method_not_allowed");
    }
    let asking = server.admin("POST", "/feature-flags/f?_method=PATCH").json(json!({ "name": "changed" }));
    let answered = asking.send().await;
    problem(&answered, 405, "method_not_allowed");
    let mut allowed: Vec<&str> = answered.header("allow").split(',').map(str::trim).collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "PATCH"]);
    assert_eq!(server.admin("GET", "/feature-flags/f").send().await.json(), flag);
    let options =
        server.ask("OPTIONS", "/feature-flags/f").header("origin", "https://example.org").send().await;
    problem(&options, 405, "method_not_allowed");
    assert!(!options.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test(flavor = "multi_thread")]
async fn database_that_is_gone_is_503_with_retry_after() {
    let server = TestServer::start().await;
    made_boolean(&server, "f").await;
    // The server has read its configuration; administration needs the database itself.
    server.store.close().await;
    for (method, path) in
        [("GET", "/feature-flags"), ("GET", "/feature-flags/f"), ("POST", "/feature-flags/f/toggle")]
    {
        let answered = server.admin(method, path).send().await;
        problem(&answered, 503, "database_unavailable");
        assert!(!answered.header("retry-after").is_empty());
    }
}

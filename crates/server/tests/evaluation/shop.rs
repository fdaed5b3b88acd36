//! A server with five flags, one for each way to be answered.

use std::{ops::Deref, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use halyard_server::ServerOptions;
use serde_json::{Value, json};

use crate::support::{Answered, Asking, TestServer, ada};

/// | flag | serves |
/// |---|---|
/// | `beta` | true to customers on plan enterprise, who are `c10`, `c20`, … |
/// | `checkout` | killed; its rule would serve true to everybody |
/// | `dark` | off in production |
/// | `secret` | `{"level": 2}` to everybody, but not to clients |
/// | `share` | "b" to everybody within 100 %, else "a" |
pub(crate) struct Shop(TestServer);

impl Deref for Shop {
    type Target = TestServer;

    fn deref(&self) -> &TestServer {
        &self.0
    }
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    /// With other options.
    pub(crate) async fn open_with(change: impl FnOnce(&mut ServerOptions)) -> Self {
        let server = TestServer::start_with(change).await;
        let audience = server.audience("enterprise").await;
        server.flag("beta", json!({ "rules": [{ "audienceId": audience, "value": true }] })).await;
        server.flag("checkout", json!({ "rules": [{ "value": true }] })).await;
        server.store.flag_set_active("checkout", false, &ada()).await.unwrap();
        server.flag("dark", json!({ "rules": [{ "value": true }] })).await;
        server.store.flag_set_environment("dark", "production", false, &ada()).await.unwrap();
        let secret = json!({ "type": "json", "defaultValue": {}, "rules": [{ "value": { "level": 2 } }], "clientVisible": false });
        server.flag("secret", secret).await;
        let share =
            json!({ "type": "string", "defaultValue": "a", "rules": [{ "percentage": 100, "value": "b" }] });
        server.flag("share", share).await;
        server.caught_up().await;
        Shop(server)
    }

    /// Ends the server, when everything that it answered is logged.
    pub(crate) async fn close(self) {
        self.0.server.shut_down(Duration::from_secs(20)).await;
    }

    /// `POST /feature-flags/evaluate` with the server key.
    pub(crate) async fn evaluate(&self, body: Value) -> Answered {
        self.post("/feature-flags/evaluate").key(&self.keys.server).json(body).send().await
    }

    /// `POST /feature-flags/evaluate-all` with the server key.
    pub(crate) async fn evaluate_all(&self, body: Value) -> Answered {
        self.post("/feature-flags/evaluate-all").key(&self.keys.server).json(body).send().await
    }

    /// `GET /sdk/evalx/{client key}/contexts/{context}`, not sent yet.
    pub(crate) fn page(&self, context: &str) -> Asking {
        self.get(&format!("/sdk/evalx/{}/contexts/{}", self.keys.client, URL_SAFE_NO_PAD.encode(context)))
    }

    /// `POST /ofrep/v1/evaluate/flags{flag}` with the server key, not sent yet.
    pub(crate) fn ofrep(&self, flag: &str, body: Value) -> Asking {
        self.post(&format!("/ofrep/v1/evaluate/flags{flag}")).key(&self.keys.server).json(body)
    }

    /// The rule of a flag that has one.
    pub(crate) async fn rule_id(&self, flag: &str) -> String {
        self.store.flag_get(flag).await.unwrap().rules[0].id.to_string()
    }
}

/// Checks that an answer is a problem of this status and code, and gives it back.
#[track_caller]
pub(crate) fn problem(answered: Answered, status: u16, code: &str) -> Value {
    let answered = answered.expect(status);
    assert_eq!(answered.header("content-type"), "application/problem+json");
    let problem = answered.json();
    assert_eq!((&problem["status"], &problem["code"]), (&json!(status), &json!(code)), "{problem}");
    assert_eq!(problem["type"], "about:blank");
    assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
    problem
}

//! `/livez`, `/readyz`, `/metrics`, request ids.

use crate::support::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_lives_and_is_ready_once_it_has_a_configuration() {
    let server = TestServer::start().await;
    assert_eq!(server.get("/livez").send().await.expect(200).json()["status"], "ok");
    let ready = server.get("/readyz").send().await.expect(200).json();
    assert_eq!(ready["status"], "ok");
    assert_eq!(ready["configVersion"], server.store.config_version().await.unwrap());
}

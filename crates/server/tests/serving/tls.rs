//! Certificates, and plain HTTP where it is allowed.

use std::{fs, net::SocketAddr, sync::Arc};

use halyard_server::{Server, StartError, TlsFiles};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use crate::support::{TestServer, options};

/// A certificate for localhost, signed by itself, and its key.
fn certificate(directory: &TempDir) -> TlsFiles {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let files =
        TlsFiles { certificate: directory.path().join("cert.pem"), key: directory.path().join("key.pem") };
    fs::write(&files.certificate, made.cert.pem()).unwrap();
    fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_trusts_the_certificate_is_answered_over_tls() {
    let directory = tempfile::tempdir().unwrap();
    let files = certificate(&directory);
    let server = TestServer::start_with(|options| options.tls = Some(files.clone())).await;
    assert!(server.url.starts_with("https://127.0.0.1:"));

    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&files.certificate).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(server.server.address()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    stream.write_all(b"GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_beyond_this_computer_needs_a_proxy_in_front() {
    let server = TestServer::start().await;
    let everywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let mut refused = options(server.live.clone());
    refused.listen = everywhere;
    let error = Server::start(refused).await.unwrap_err();
    assert!(matches!(error, StartError::PlainInPublic(_)));
    assert!(error.to_string().contains("--behind-proxy"), "{error}");

    let mut behind_proxy = options(server.live.clone());
    behind_proxy.listen = everywhere;
    behind_proxy.behind_proxy = true;
    Server::start(behind_proxy).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_cannot_be_used_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let server = TestServer::start().await;
    let good = certificate(&directory);
    let missing = directory.path().join("missing.pem");
    let empty = directory.path().join("empty.pem");
    fs::write(&empty, "").unwrap();
    let other = tempfile::tempdir().unwrap();
    for (files, at_fault) in [
        (TlsFiles { certificate: missing.clone(), key: good.key.clone() }, &missing),
        (TlsFiles { certificate: empty.clone(), key: good.key.clone() }, &empty),
        (TlsFiles { certificate: good.certificate.clone(), key: missing.clone() }, &missing),
        (TlsFiles { certificate: good.certificate.clone(), key: certificate(&other).key }, &good.certificate),
    ] {
        let mut options = options(server.live.clone());
        options.tls = Some(files);
        let error = Server::start(options).await.unwrap_err().to_string();
        assert!(error.contains(&*at_fault.to_string_lossy()), "{error}");
    }
}

//! The certificate that a server answers with.

use std::sync::Arc;

use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use super::{StartError, TlsFiles};

/// How to answer handshakes with this certificate, for HTTP/1.1.
///
/// # Errors
/// `Certificate`, naming the file that is at fault.
pub(super) fn config(files: &TlsFiles) -> Result<Arc<ServerConfig>, StartError> {
    let at_fault =
        |path: &std::path::Path, cause: String| StartError::Certificate { path: path.into(), cause };
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|cause| at_fault(&files.certificate, cause.to_string()))?;
    if chain.is_empty() {
        return Err(at_fault(&files.certificate, "it holds no certificate in PEM".to_owned()));
    }
    let key =
        PrivateKeyDer::from_pem_file(&files.key).map_err(|cause| at_fault(&files.key, cause.to_string()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|cause| at_fault(&files.certificate, cause.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

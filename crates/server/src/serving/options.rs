//! How a server listens, and how much it takes on.

use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf, time::Duration};

use halyard_evaluator::{EvaluatorOptions, LiveConfiguration};

/// What to serve, where, and within which limits.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// The configuration to evaluate with; the database behind it is the one to administer.
    pub live: LiveConfiguration,
    /// How evaluations are answered and logged. Its identity says whether this is a server or the
    /// local endpoint of a desktop app.
    pub evaluator: EvaluatorOptions,
    /// Where to listen; port 0 takes a free one. 127.0.0.1:8080 unless changed.
    pub listen: SocketAddr,
    /// The certificate to answer with; `None` speaks plain HTTP.
    pub tls: Option<TlsFiles>,
    /// Whether a proxy stands in front: plain HTTP is then allowed on every address, and the
    /// client's address is the last entry of `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// How much the server takes on.
    pub limits: Limits,
}

/// Where the certificate and its key are, both in PEM.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The certificate, followed by those of its issuers.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// How much a server takes on.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at a time; further ones wait to be accepted.
    pub connections: usize,
    /// Requests answered at a time; further ones are shed with 503.
    pub requests: usize,
    /// Requests per second with one key from one address; `None` does not count them.
    pub rate: Option<NonZeroU32>,
    /// How long a client may take to send the head of a request.
    pub head: Duration,
    /// How long answering may take, the body's arrival included.
    pub request: Duration,
}

impl Default for Limits {
    /// 10,000 connections, 1,000 requests, 1,000 per second for a key and address, 10 s, 3 s.
    fn default() -> Self {
        Limits {
            connections: 10_000,
            requests: 1_000,
            rate: NonZeroU32::new(1_000),
            head: Duration::from_secs(10),
            request: Duration::from_secs(3),
        }
    }
}

impl ServerOptions {
    /// Plain HTTP on 127.0.0.1:8080.
    #[must_use]
    pub fn new(live: LiveConfiguration, evaluator: EvaluatorOptions) -> Self {
        ServerOptions {
            live,
            evaluator,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            tls: None,
            behind_proxy: false,
            limits: Limits::default(),
        }
    }
}

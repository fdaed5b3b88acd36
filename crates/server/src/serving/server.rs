//! A running server, from start to shutdown.

use std::{io, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use halyard_evaluator::{Evaluator, LogCounts, SpoolError};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    time::{Instant, timeout},
};

use super::{Admission, TlsFiles, connections::Connections, front::Front, tls};
use crate::{Api, ServerOptions, api, operations::Metrics};

/// The part of a shutdown's time that requests may take; the rest is the log's.
const FOR_REQUESTS: f64 = 0.5;

/// A server that answers. Dropping it ends it without waiting for anything.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    tls: bool,
    api: Api,
    stop: watch::Sender<bool>,
    slots: Arc<Semaphore>,
    connections: u32,
}

/// Why a server did not start. Displays as a sentence for a person.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Plain HTTP where others could read keys.
    #[error(
        "{0} can be reached from other computers, and plain HTTP would show your keys to everybody on \
         the way. Give a certificate with --tls-cert and --tls-key, or say --behind-proxy when a \
         proxy in front speaks TLS."
    )]
    PlainInPublic(SocketAddr),
    /// The address cannot be listened on.
    #[error("Cannot listen on {address}: {cause}.")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        cause: io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error("Cannot use {}: {cause}.", path.display())]
    Certificate {
        /// The file that is at fault.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// The directory in which the log waits for the database cannot be used.
    #[error("Cannot keep the evaluation log on disk: {0}.")]
    Spool(#[from] SpoolError),
}

impl Server {
    /// Starts to listen and to answer. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`StartError`]; nothing is left running then.
    pub async fn start(options: ServerOptions) -> Result<Self, StartError> {
        let ServerOptions { live, evaluator, listen, tls, behind_proxy, limits } = options;
        Self::check(listen, tls.as_ref(), behind_proxy)?;
        let tls = tls.as_ref().map(tls::config).transpose()?;
        let at_fault = |cause| StartError::Listen { address: listen, cause };
        let listener = TcpListener::bind(listen).await.map_err(at_fault)?;
        let address = listener.local_addr().map_err(at_fault)?;

        let program = evaluator.identity.program.clone();
        let evaluator = Evaluator::start(live, evaluator)?;
        let connections =
            u32::try_from(limits.connections.clamp(1, Semaphore::MAX_PERMITS)).unwrap_or(u32::MAX);
        let slots = Arc::new(Semaphore::new(connections as usize));
        let metrics = Metrics::start(Arc::clone(&slots), connections as usize);
        let admission = Admission::start(limits.rate);
        let api = Api::new(evaluator, admission, metrics.clone(), program);
        let front =
            Front::new(api::router(api.clone()), metrics, behind_proxy, limits.requests, limits.request);
        let (stop, stopped) = watch::channel(false);
        let accepting = Connections {
            front: Arc::new(front),
            tls: tls.clone(),
            head: limits.head,
            slots: Arc::clone(&slots),
            stop: stopped,
        };
        tokio::spawn(accepting.accept(listener));
        Ok(Server { address, tls: tls.is_some(), api, stop, slots, connections })
    }

    /// What [`Server::start`] would refuse without listening, for those who have something to wait for
    /// before they start.
    ///
    /// # Errors
    /// `PlainInPublic`, `Certificate`.
    pub fn check(listen: SocketAddr, tls: Option<&TlsFiles>, behind_proxy: bool) -> Result<(), StartError> {
        match tls {
            Some(files) => tls::config(files).map(|_| ()),
            None if behind_proxy || listen.ip().is_loopback() => Ok(()),
            None => Err(StartError::PlainInPublic(listen)),
        }
    }

    /// Where it listens, with the port that was chosen.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL of every route.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Where the calls that it answered are.
    #[must_use]
    pub fn log_counts(&self) -> LogCounts {
        self.api.evaluator().log_counts()
    }

    /// Accepts no more connections, finishes the requests under way, then stores or spools what is
    /// queued for the log, all within `within`.
    pub async fn shut_down(self, within: Duration) {
        let end = Instant::now() + within;
        self.stop.send_replace(true);
        // Every slot is free once every connection has ended.
        if timeout(within.mul_f64(FOR_REQUESTS), self.slots.acquire_many(self.connections)).await.is_err() {
            tracing::warn!("requests were still under way when the server stopped");
        }
        let rest = end.saturating_duration_since(Instant::now());
        let _ =
            tokio::join!(self.api.evaluator().shut_down(rest), timeout(rest, self.api.key_uses().report()),);
    }
}

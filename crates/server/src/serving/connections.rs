//! Accepting connections, no more at a time than the limit, and serving each until it ends.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{MissedTickBehavior, interval, timeout},
};
use tokio_rustls::TlsAcceptor;

use super::{
    front::Front,
    patience::{Patience, Watched},
};

/// What the head of a request may hold: an address of 64 KiB, and headers.
const HEAD_BYTES: usize = 80 * 1024;
/// After accepting failed, for want of file descriptors say.
const PAUSE: Duration = Duration::from_millis(100);

/// Everything that connections need. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Connections {
    pub(super) front: Arc<Front>,
    pub(super) tls: Option<Arc<ServerConfig>>,
    pub(super) head: Duration,
    /// As many as may be open.
    pub(super) slots: Arc<Semaphore>,
    /// Turns true, or loses its sender, when the server stops.
    pub(super) stop: watch::Receiver<bool>,
}

impl Connections {
    /// Accepts until the server stops.
    pub(super) async fn accept(mut self, listener: TcpListener) {
        loop {
            let accepting = async {
                // Without a slot nobody is accepted: further clients wait in the system's queue.
                let slot = Arc::clone(&self.slots).acquire_owned().await;
                (slot, listener.accept().await)
            };
            let (slot, accepted) = tokio::select! {
                _ = self.stop.wait_for(|stop| *stop) => return,
                accepted = accepting => accepted,
            };
            match (slot, accepted) {
                (Ok(slot), Ok((stream, peer))) => {
                    tokio::spawn(self.clone().serve(stream, peer, slot));
                }
                (Err(_closed), _) => return,
                (_, Err(error)) => {
                    tracing::warn!(%error, "cannot accept connections");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Serves one connection; its slot is free again when it ends.
    async fn serve(self, stream: TcpStream, peer: SocketAddr, _slot: OwnedSemaphorePermit) {
        let _ = stream.set_nodelay(true);
        let Some(tls) = self.tls.clone() else {
            return self.speak(stream, peer.ip()).await;
        };
        match timeout(self.head, TlsAcceptor::from(tls).accept(stream)).await {
            Ok(Ok(stream)) => self.speak(stream, peer.ip()).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        }
    }

    /// Speaks HTTP until the client, its slowness or the server ends it.
    async fn speak(mut self, stream: impl AsyncRead + AsyncWrite + Unpin, peer: IpAddr) {
        let patience = Arc::new(Patience::new(self.head));
        let io = TokioIo::new(Watched { stream, patience: Arc::clone(&patience) });
        let service = service_fn(|request| {
            patience.answering();
            let (front, patience) = (Arc::clone(&self.front), Arc::clone(&patience));
            async move {
                let response = front.answer(request, peer).await;
                patience.answered();
                Ok::<_, Infallible>(response)
            }
        });
        let mut http = http1::Builder::new();
        http.max_buf_size(HEAD_BYTES).header_read_timeout(None);
        let mut connection = pin!(http.serve_connection(io, service));
        let mut ticks = interval(Patience::period(self.head));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                ended = connection.as_mut() => return note(ended),
                _ = ticks.tick() => if patience.is_over() { return },
                _ = self.stop.wait_for(|stop| *stop) => break,
            }
        }
        // What is under way is finished; whoever waits for it ends it when it takes too long.
        connection.as_mut().graceful_shutdown();
        note(connection.await);
    }
}

/// Clients that go away or speak no HTTP are everyday.
fn note(ended: Result<(), hyper::Error>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended");
    }
}

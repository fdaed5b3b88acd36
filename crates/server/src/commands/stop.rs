//! Being told to stop: Ctrl C and, on Unix, SIGTERM.

use super::Failure;

/// Hears the signals.
#[derive(Debug)]
pub(super) struct Stop {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Stop {
    /// From now on a signal no longer ends the process by itself.
    ///
    /// # Errors
    /// When the system refuses.
    pub(super) fn listen() -> Result<Self, Failure> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let listen = |kind| {
                signal(kind).map_err(|error| Failure::new(format!("Cannot listen to signals: {error}.")))
            };
            let terminate = listen(SignalKind::terminate())?;
            Ok(Stop { terminate, interrupt: listen(SignalKind::interrupt())? })
        }
        #[cfg(not(unix))]
        Ok(Stop {})
    }

    /// Waits to be told to stop. Called again it waits to be told again.
    pub(super) async fn asked(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

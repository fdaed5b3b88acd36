//! The seam between the app and what serves evaluations on this computer for developers. The app
//! knows neither HTTP nor the evaluation server: whoever starts it hands in an implementation.

use std::{fmt::Debug, io, pin::Pin, time::Duration};

use halyard_evaluator::LiveConfiguration;

/// What an implementation promises.
pub type Promised<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Serves local endpoints.
pub trait LocalEndpoints: Debug + Send + Sync {
    /// Serves a workspace's configuration on loopback, until it is shut down.
    ///
    /// # Errors
    /// [`io::ErrorKind::AddrInUse`] when another program has the port,
    /// [`io::ErrorKind::PermissionDenied`] when the system keeps it for itself, and whatever else
    /// keeps it from listening.
    fn serve(
        &self,
        port: u16,
        configuration: LiveConfiguration,
    ) -> Promised<'_, io::Result<Box<dyn LocalEndpoint>>>;
}

/// A local endpoint that answers.
pub trait LocalEndpoint: Debug + Send + Sync {
    /// The port on 127.0.0.1 where it answers.
    fn port(&self) -> u16;

    /// Calls that it has evaluated since it was started.
    fn evaluations(&self) -> u64;

    /// Stops answering and stores what is still to be logged, at the latest `within` that time.
    fn shut_down(self: Box<Self>, within: Duration) -> Promised<'static, ()>;
}

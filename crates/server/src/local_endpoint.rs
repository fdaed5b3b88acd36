//! The desktop app's local endpoint: the same server, on 127.0.0.1 of a developer's computer.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use halyard_admin::{LocalEndpoint, LocalEndpoints, Promised, computer_name};
use halyard_evaluator::{EvaluatorOptions, Identity, LiveConfiguration};
use halyard_store::evaluators::EvaluatorKind;

use crate::{Server, ServerOptions, StartError};

/// Serves local endpoints for an app.
#[derive(Debug, Clone)]
pub struct DesktopEndpoints {
    host: String,
    program: String,
}

impl DesktopEndpoints {
    /// Of the app `program`, with its version, as the list of evaluators shows it.
    #[must_use]
    pub fn new(program: impl Into<String>) -> Self {
        DesktopEndpoints { host: computer_name(), program: program.into() }
    }
}

impl LocalEndpoints for DesktopEndpoints {
    fn serve(
        &self,
        port: u16,
        configuration: LiveConfiguration,
    ) -> Promised<'_, io::Result<Box<dyn LocalEndpoint>>> {
        let identity = Identity::new(EvaluatorKind::Desktop, &self.host, &self.program);
        let options = ServerOptions {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            ..ServerOptions::new(configuration, EvaluatorOptions::new(identity))
        };
        Box::pin(async move {
            match Server::start(options).await {
                Ok(server) => Ok(Box::new(Served(server)) as Box<dyn LocalEndpoint>),
                Err(StartError::Listen { cause, .. }) => Err(cause),
                Err(error) => Err(io::Error::other(error)),
            }
        })
    }
}

#[derive(Debug)]
struct Served(Server);

impl LocalEndpoint for Served {
    fn port(&self) -> u16 {
        self.0.address().port()
    }

    fn evaluations(&self) -> u64 {
        self.0.log_counts().evaluated
    }

    fn shut_down(self: Box<Self>, within: Duration) -> Promised<'static, ()> {
        Box::pin(self.0.shut_down(within))
    }
}

//! `serve`: from the options to a server that answers, and to its end.

use std::time::Duration;

use halyard_admin::computer_name;
use halyard_evaluator::{EvaluatorOptions, Identity, LiveConfiguration, LogOptions, SpoolOptions};
use halyard_server::{Limits, Server, ServerOptions, TlsFiles, log_to_stderr};
use halyard_store::evaluators::EvaluatorKind;
use tokio::time::timeout;

use super::{
    Failure, PROGRAM, data_dir::DataDir, database::Database, embedded::ENVIRONMENT, failure::say,
    ready::Ready, stop::Stop,
};
use crate::arguments::{Serve, Switch};

/// How long the first configuration usually takes at most.
const SOON: Duration = Duration::from_secs(2);

/// Serves until told to stop.
///
/// # Errors
/// When it cannot start.
pub(super) async fn serve(options: Serve) -> Result<(), Failure> {
    log_to_stderr(options.log_format);
    Server::check(options.listen, tls_files(&options).as_ref(), options.behind_proxy)?;
    let mut stop = Stop::listen()?;
    let data_dir = DataDir::open(options.data_dir.clone())?;
    if let Some(path) = &options.ready_file {
        // One from an earlier start would lie.
        let _ = std::fs::remove_file(path);
    }
    let database = tokio::select! {
        opened = Database::open(&options, &data_dir) => opened?,
        () = stop.asked() => return Ok(()),
    };
    let served = answer(&options, &data_dir, &database, &mut stop).await;
    database.close().await;
    served
}

async fn answer(
    options: &Serve,
    data_dir: &DataDir,
    database: &Database,
    stop: &mut Stop,
) -> Result<(), Failure> {
    let server = Server::start(server_options(options, data_dir, database.live().clone())).await?;
    let announced = tokio::select! {
        announced = announce(options, database, &server) => announced,
        () = stop.asked() => Err(None),
    };
    match announced {
        Ok(()) => stop.asked().await,
        Err(Some(failure)) => {
            server.shut_down(options.shutdown_time).await;
            return Err(failure);
        }
        Err(None) => {}
    }
    tracing::info!("stopping: requests under way are finished, the evaluation log is put away");
    tokio::select! {
        () = server.shut_down(options.shutdown_time) => {}
        () = stop.asked() => tracing::warn!("stopped at once, as asked again"),
    }
    Ok(())
}

/// Says where the server is, and writes the ready file once it can evaluate.
async fn announce(options: &Serve, database: &Database, server: &Server) -> Result<(), Option<Failure>> {
    let url = server.url();
    say(format_args!("Halyard serves at {url}"))?;
    if let Some(keys) = database.keys() {
        say(format_args!("  server key  {}   (secret, {ENVIRONMENT})", keys.server))?;
        say(format_args!("  client key  {}   (public, {ENVIRONMENT})", keys.client))?;
        say(format_args!("  admin key   {}   (secret, role admin)", keys.admin))?;
    }
    let mut state = database.live().state();
    // These fail only when the configuration has ended, which the server holds.
    if timeout(SOON, state.wait_for(|state| state.configured)).await.is_err() {
        tracing::warn!("not ready: the database does not answer; the server keeps trying");
        let _ = state.wait_for(|state| state.configured).await;
    }
    tracing::info!(url, "ready");
    if let Some(path) = &options.ready_file {
        let ready = Ready {
            url,
            keys: database.keys(),
            environment: database.keys().map(|_| ENVIRONMENT),
            database: database.url(),
        };
        ready.write(path)?;
    }
    Ok(())
}

fn server_options(options: &Serve, data_dir: &DataDir, live: LiveConfiguration) -> ServerOptions {
    let identity = Identity::new(EvaluatorKind::Server, computer_name(), PROGRAM);
    let mut evaluator = EvaluatorOptions::new(identity);
    evaluator.membership_deadline = options.membership_deadline;
    evaluator.log = LogOptions {
        enabled: options.evaluation_log == Switch::On,
        spool: Some(SpoolOptions { dir: data_dir.spool(), max_bytes: options.spool_max_bytes }),
        ..LogOptions::default()
    };
    ServerOptions {
        listen: options.listen,
        tls: tls_files(options),
        behind_proxy: options.behind_proxy,
        limits: Limits {
            connections: options.max_connections as usize,
            requests: options.max_requests as usize,
            rate: options.rate(),
            ..Limits::default()
        },
        ..ServerOptions::new(live, evaluator)
    }
}

fn tls_files(options: &Serve) -> Option<TlsFiles> {
    let files = options.tls_cert.clone().zip(options.tls_key.clone());
    files.map(|(certificate, key)| TlsFiles { certificate, key })
}

//! The evaluation server: administration, evaluate and evaluate-all, LaunchDarkly's client-side
//! contract and OFREP on one port. What it decides, `halyard-evaluator` decides; what it changes,
//! `halyard-store` writes; this crate speaks HTTP.
//!
//! * [`Server`] listens and answers, for the binary, the desktop app's local endpoint, and tests.
//! * [`Api`] is what every route shares; `evaluation`, `administration` and `operations` are the
//!   routes, `keys` who may use them, `problem` what they answer when they cannot.

mod administration;
mod api;
mod cors;
mod evaluation;
mod keys;
mod local_endpoint;
mod openapi;
mod operations;
mod problem;
mod serving;

pub use api::Api;
pub use local_endpoint::DesktopEndpoints;
pub use operations::{LogFormat, log_to_stderr};
pub use serving::{Limits, Server, ServerOptions, StartError, TlsFiles};

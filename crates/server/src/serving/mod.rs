//! Listening and answering: connections, limits, TLS, the end.

mod admission;
mod options;
mod server;

pub(crate) use admission::{Admission, ClientAddress};
pub use options::{Limits, ServerOptions, TlsFiles};
pub use server::{Server, StartError};

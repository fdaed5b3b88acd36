//! Listening and answering: connections, limits, TLS, and the end.
//!
//! * `server`: from start to shutdown. `connections`: accepting them, and watching over each.
//! * `front`: what happens to every request around its route. `admission`: the rate of each key.

mod admission;
mod connections;
mod front;
mod options;
mod patience;
mod request;
mod server;
mod tls;

pub(crate) use admission::{Admission, ClientAddress};
pub use options::{Limits, ServerOptions, TlsFiles};
pub(crate) use request::{note_route, request_id};
pub use server::{Server, StartError};

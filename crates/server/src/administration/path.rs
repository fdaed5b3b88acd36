//! Names in the address of a route: flags by id or key, audiences by id, environments by key.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use crate::{Api, problem::Problem};

/// The names in the address, decoded.
pub(super) struct Named<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Api> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        match Path::from_request_parts(parts, api).await {
            Ok(Path(names)) => Ok(Named(names)),
            // Nothing is called by what is not even text.
            Err(_) => Err(Problem::not_found("There is nothing at this address: it is not UTF-8.")),
        }
    }
}

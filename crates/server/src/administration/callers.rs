//! Who may do what: one extractor for each role, named in the arguments of every route. It is
//! extracted before the body is read, so a key without the role learns nothing else. The database
//! makes each change in that role as well, where it lets this server take it on.

use axum::{extract::FromRequestParts, http::request::Parts};
use halyard_store::{Author, sdk_keys::KeyRole};

use crate::{Api, keys::AdminKey, problem::Problem};

/// Makes an extractor that refuses admin keys of lesser roles, and holds the author of changes: the
/// key's name, by way of this program.
macro_rules! callers {
    ($($(#[$documentation:meta])* $name:ident;)*) => {$(
        $(#[$documentation])*
        pub(super) struct $name(pub(super) Author);

        impl FromRequestParts<Api> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
                let key = AdminKey::from_request_parts(parts, api).await?;
                key.require(KeyRole::$name)?;
                Ok(Self(Author::new(key.name(), api.program()).in_role(key.role().into())))
            }
        }
    )*};
}

callers! {
    /// Reads.
    #[expect(dead_code, reason = "who only reads is the author of nothing")]
    Viewer;
    /// Kills, restores and switches, too.
    Operator;
    /// Changes flags, audiences and environments, too.
    Editor;
    /// Chooses the customer source, too.
    Admin;
}

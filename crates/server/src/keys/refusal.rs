//! Why a key opens nothing, as the native contract says it. Never repeats a key.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use halyard_store::sdk_keys::{InvalidKey, KeyRole};

use crate::problem::{Problem, ProblemCode};

/// Why a request is refused for its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is none.
    Missing,
    /// It cannot be one; nothing was looked up.
    Malformed(InvalidKey),
    /// There is no such key, or it was revoked.
    Unknown,
    /// It was one until its expiry.
    Expired,
    /// An admin key, where something is evaluated.
    AdminKey,
    /// A server or client key, where something is administrated.
    EvaluationKey,
    /// A server key where anybody can read it.
    ServerKeyInPublic,
    /// The admin key's role does not include this one.
    Role(KeyRole),
    /// Too many requests with it from one address; holds the seconds to wait.
    TooMany(u32),
    /// The server has no configuration yet, so no key is known.
    NotReady,
}

impl Refusal {
    /// What it is answered with, unless a foreign contract says otherwise.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Refusal::Missing | Refusal::Malformed(_) | Refusal::Unknown | Refusal::Expired => {
                StatusCode::UNAUTHORIZED
            }
            Refusal::AdminKey | Refusal::EvaluationKey | Refusal::ServerKeyInPublic | Refusal::Role(_) => {
                StatusCode::FORBIDDEN
            }
            Refusal::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Refusal::NotReady => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// What is wrong and what to do, for people.
    pub(crate) fn detail(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Refusal::Missing => "Send an SDK key, as `Authorization: Bearer hal_…` or as `X-API-Key: hal_…`.",
            Refusal::Malformed(invalid) => return Cow::Owned(invalid.to_string()),
            Refusal::Unknown => "There is no such SDK key, or it was revoked.",
            Refusal::Expired => "The SDK key has expired. Use a newer one.",
            Refusal::AdminKey => "An admin key does not evaluate flags. Use a server or client key.",
            Refusal::EvaluationKey => "This needs an admin key. Server and client keys only evaluate flags.",
            Refusal::ServerKeyInPublic => {
                "A server key must stay secret. Use a client key (hal_cli_…) in pages and apps."
            }
            Refusal::Role(role) => {
                return Cow::Owned(format!(
                    "This needs an admin key with the role {} or above.",
                    role.as_str()
                ));
            }
            Refusal::TooMany(_) => "Too many requests with this key from this address. Try again later.",
            Refusal::NotReady => "The server has no configuration yet. Try again in a moment.",
        })
    }

    /// After how many seconds to try again, if trying again helps.
    pub(crate) fn retry_after(self) -> Option<u32> {
        match self {
            Refusal::TooMany(seconds) => Some(seconds),
            Refusal::NotReady => Some(1),
            _ => None,
        }
    }

    /// What a 401 must say: <https://www.rfc-editor.org/rfc/rfc6750#section-3>
    pub(crate) fn challenge(self) -> Option<HeaderValue> {
        match self {
            Refusal::Missing => Some(HeaderValue::from_static("Bearer realm=\"halyard\"")),
            _ if self.status() == StatusCode::UNAUTHORIZED => {
                Some(HeaderValue::from_static("Bearer realm=\"halyard\", error=\"invalid_token\""))
            }
            _ => None,
        }
    }

    fn code(self) -> ProblemCode {
        match self {
            Refusal::Missing | Refusal::Malformed(_) | Refusal::Unknown | Refusal::Expired => {
                ProblemCode::Unauthenticated
            }
            Refusal::AdminKey | Refusal::EvaluationKey | Refusal::ServerKeyInPublic | Refusal::Role(_) => {
                ProblemCode::PermissionDenied
            }
            Refusal::TooMany(_) => ProblemCode::TooManyRequests,
            Refusal::NotReady => ProblemCode::NotReady,
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let mut problem = Problem::new(refusal.status(), refusal.code(), refusal.detail());
        if let Some(challenge) = refusal.challenge() {
            problem = problem.with_header(header::WWW_AUTHENTICATE, challenge);
        }
        match refusal.retry_after() {
            Some(seconds) => problem.retry_after(seconds),
            None => problem,
        }
    }
}

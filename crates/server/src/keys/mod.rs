//! Who asks: finds the key in a request, refuses what cannot be one before any look-up, looks the
//! rest up in the live configuration, and notes its use.
//!
//! Routes take [`EvaluationKey`] or [`AdminKey`] as an argument and are refused with a problem.
//! Foreign contracts, which have errors of their own, call [`EvaluationKey::find`] and write the
//! [`Refusal`] their way.

mod presented;
mod refusal;
mod uses;

use std::{hint::black_box, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{Extensions, request::Parts},
};
use chrono::Utc;
use halyard_evaluator::Visibility;
use halyard_store::sdk_keys::{ConfiguredKey, KeyHash, KeyKind, KeyRole, KeyText};
use uuid::Uuid;

pub(crate) use presented::{Presented, presented, presented_by_mobile_client};
pub(crate) use refusal::Refusal;
pub(crate) use uses::KeyUses;

use crate::{Api, problem::Problem, serving::ClientAddress};

/// A server or client key: opens the evaluate routes for one environment.
#[derive(Debug, Clone)]
pub(crate) struct EvaluationKey {
    environment: Arc<str>,
    visibility: Visibility,
}

/// An admin key: opens administration as far as its role goes.
#[derive(Debug, Clone)]
pub(crate) struct AdminKey {
    name: String,
    role: KeyRole,
}

impl EvaluationKey {
    /// The environment that the key selects.
    pub(crate) fn environment(&self) -> &Arc<str> {
        &self.environment
    }

    /// Client keys are public and see client-visible flags only.
    pub(crate) fn visibility(&self) -> Visibility {
        self.visibility
    }

    /// The key that a request presents, if it may evaluate now. `extensions` are those of the
    /// request, which know the client's address.
    ///
    /// # Errors
    /// Why it may not.
    pub(crate) fn find(
        api: &Api,
        presented: Presented<'_>,
        extensions: &Extensions,
    ) -> Result<Self, Refusal> {
        let text = KeyText::parse(presented.text()?).map_err(Refusal::Malformed)?;
        let visibility = match text.kind() {
            KeyKind::Server if presented.is_public() => return Err(Refusal::ServerKeyInPublic),
            KeyKind::Server => Visibility::All,
            KeyKind::Client => Visibility::ClientVisible,
            KeyKind::Admin => return Err(Refusal::AdminKey),
        };
        look_up(api, &text, extensions, |key| {
            let environment = api.names().shared(key.environment.as_deref()?);
            Some(EvaluationKey { environment, visibility })
        })
    }
}

impl AdminKey {
    /// Who makes the changes, as the audit log names them.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What the key may do.
    pub(crate) fn role(&self) -> KeyRole {
        self.role
    }

    /// Passes if the key's role includes `role`.
    ///
    /// # Errors
    /// 403, naming the role that is needed.
    pub(crate) fn require(&self, role: KeyRole) -> Result<(), Problem> {
        if self.role >= role { Ok(()) } else { Err(Refusal::Role(role).into()) }
    }

    fn find(api: &Api, presented: Presented<'_>, extensions: &Extensions) -> Result<Self, Refusal> {
        let text = KeyText::parse(presented.text()?).map_err(Refusal::Malformed)?;
        if text.kind() != KeyKind::Admin {
            return Err(Refusal::EvaluationKey);
        }
        look_up(api, &text, extensions, |key| Some(AdminKey { name: key.name.clone(), role: key.role? }))
    }
}

impl FromRequestParts<Api> for EvaluationKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        Ok(EvaluationKey::find(api, presented(&parts.headers), &parts.extensions)?)
    }
}

impl FromRequestParts<Api> for AdminKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        Ok(AdminKey::find(api, presented(&parts.headers), &parts.extensions)?)
    }
}

/// Finds the key in the live configuration, where revoked ones are not, and counts the request.
fn look_up<T>(
    api: &Api,
    text: &KeyText,
    extensions: &Extensions,
    open: impl FnOnce(&ConfiguredKey) -> Option<T>,
) -> Result<T, Refusal> {
    let (id, opened) = known(api, text, open)?;
    if let Some(client) = extensions.get::<ClientAddress>() {
        api.admission().admit(id, *client).map_err(Refusal::TooMany)?;
    }
    api.key_uses().note(id);
    Ok(opened)
}

fn known<T>(
    api: &Api,
    text: &KeyText,
    open: impl FnOnce(&ConfiguredKey) -> Option<T>,
) -> Result<(Uuid, T), Refusal> {
    let hash = text.hash();
    let snapshot = api.live().snapshot();
    let found = snapshot.sdk_key(&hash).filter(|key| key.kind == text.kind() && same(&key.hash, &hash));
    let Some(key) = found else {
        // Without a configuration nobody's key is known, which is not the caller's fault.
        let configured = api.live().state().borrow().configured;
        return Err(if configured { Refusal::Unknown } else { Refusal::NotReady });
    };
    if key.expires_at.is_some_and(|expires_at| expires_at <= Utc::now()) {
        return Err(Refusal::Expired);
    }
    open(key).map(|opened| (key.id, opened)).ok_or(Refusal::Unknown)
}

/// Compares all bytes, whichever differ, so that the time taken tells nothing.
fn same(one: &KeyHash, other: &KeyHash) -> bool {
    let difference = one.as_bytes().iter().zip(other.as_bytes()).fold(0, |found, (a, b)| found | (a ^ b));
    black_box(difference) == 0
}

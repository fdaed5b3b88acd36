//! Database passwords: in the keychain of the operating system when there is one and the
//! person asked for it, else for this session only. They are never written anywhere else.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use halyard_store::connect::Password;
use uuid::Uuid;

const SERVICE: &str = "halyard";

/// Passwords by workspace.
#[derive(Debug, Default, Clone)]
pub(crate) struct Passwords {
    session: Arc<Mutex<HashMap<Uuid, Password>>>,
}

impl Passwords {
    /// Keeps a password for this session, and in the keychain when `remember`.
    /// Without a keychain it is asked for again next time; that is not an error.
    pub(crate) async fn keep(&self, workspace: Uuid, password: Password, remember: bool) {
        self.session().insert(workspace, password.clone());
        if remember {
            keychain(&workspace.to_string(), move |entry| entry.set_password(password.reveal())).await;
        }
    }

    /// The password, if it is known.
    pub(crate) async fn get(&self, workspace: Uuid) -> Option<Password> {
        let known = self.session().get(&workspace).cloned();
        match known {
            Some(password) => Some(password),
            None => keychain(&workspace.to_string(), |entry| entry.get_password()).await.map(Password::new),
        }
    }

    /// Removes a password everywhere.
    pub(crate) async fn forget(&self, workspace: Uuid) {
        self.session().remove(&workspace);
        keychain(&workspace.to_string(), |entry| entry.delete_credential()).await;
    }

    fn session(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, Password>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks the keychain, which may block on a person unlocking it.
pub(crate) async fn keychain<T: Send + 'static>(
    name: &str,
    ask: impl FnOnce(keyring::Entry) -> keyring::Result<T> + Send + 'static,
) -> Option<T> {
    let name = name.to_owned();
    let asked = tokio::task::spawn_blocking(move || keyring::Entry::new(SERVICE, &name).and_then(ask));
    match asked.await {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(keyring::Error::NoEntry)) => None,
        Ok(Err(error)) => {
            // Its Display names the failure and never the secret.
            tracing::info!(%error, "the keychain is not available");
            None
        }
        Err(_) => None,
    }
}

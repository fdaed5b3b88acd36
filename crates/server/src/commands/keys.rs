//! `keys`: make, list, rotate and revoke SDK keys.

use chrono::{DateTime, Utc};
use halyard_store::{
    Author, Store,
    sdk_keys::{CreatedSdkKey, KeyKind, NewSdkKey, SdkKey},
};

use super::{
    Failure, PROGRAM,
    database::check_schema,
    failure::{plain, remark, say},
};
use crate::arguments::{CreateKey, Database, DatabaseUrl, KeyName, Keys, Person};

/// Runs one of the commands.
///
/// # Errors
/// What the database refuses.
pub(super) async fn run(command: Keys) -> Result<(), Failure> {
    match command {
        Keys::Create(options) => create(options).await,
        Keys::List(Database { database }) => list(&open(&database).await?).await,
        Keys::Rotate { database, key, former_expires, author } => {
            let store = open(&database.database).await?;
            let id = find(&store, &key).await?.id;
            let created = store.sdk_key_rotate(id, Some(former_expires), &person(author)).await?;
            show(&created)?;
            remark(format_args!("The former key ends at {}.", minute(former_expires)));
            Ok(())
        }
        Keys::Revoke { database, key, author } => {
            let store = open(&database.database).await?;
            let id = find(&store, &key).await?.id;
            let revoked = store.sdk_key_revoke(id, &person(author)).await?;
            say(format_args!("{} ({}) opens nothing any more.", revoked.prefix, revoked.name))
        }
    }
}

async fn open(database: &DatabaseUrl) -> Result<Store, Failure> {
    let store = Store::connect(&database.options()?).await?;
    check_schema(&store).await?;
    Ok(store)
}

async fn create(options: CreateKey) -> Result<(), Failure> {
    let CreateKey { database, kind, name, environment, role, expires, author } = options;
    let store = open(&database.database).await?;
    let name = name.unwrap_or_else(|| match kind {
        KeyKind::Server => "Server key".to_owned(),
        KeyKind::Client => "Client key".to_owned(),
        KeyKind::Admin => "Admin key".to_owned(),
    });
    let new = NewSdkKey { kind, name, environment, role, expires_at: expires, note: None };
    show(&store.sdk_key_create(&new, &person(author)).await?)
}

/// The text alone goes to stdout, ready for a pipe.
fn show(created: &CreatedSdkKey) -> Result<(), Failure> {
    let CreatedSdkKey { key, text } = created;
    remark(format_args!("{} {} for {}. It is shown only now:", kind(key.kind), key.name, opens(key)));
    say(text)
}

fn kind(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Server => "Secret server key",
        KeyKind::Client => "Public client key",
        KeyKind::Admin => "Secret admin key",
    }
}

/// What a key opens: an environment, or administration in a role.
fn opens(key: &SdkKey) -> &str {
    key.environment.as_deref().or(key.role.map(|role| role.as_str())).unwrap_or("nothing")
}

async fn list(store: &Store) -> Result<(), Failure> {
    let keys = store.sdk_keys().await?;
    if keys.is_empty() {
        remark("There are no keys. Make one with `halyard-server keys create`.");
        return Ok(());
    }
    let head = ["KEY", "KIND", "OPENS", "STATE", "MADE", "LAST USED", "NAME"].map(str::to_owned);
    let rows: Vec<[String; 7]> = std::iter::once(head).chain(keys.iter().map(row)).collect();
    let mut widths = [0; 7];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for row in &rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        say(cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

fn row(key: &SdkKey) -> [String; 7] {
    let now = Utc::now();
    let state = match (key.revoked_at, key.expires_at) {
        (Some(at), _) => format!("revoked {}", minute(at)),
        (None, Some(at)) if at <= now => format!("expired {}", minute(at)),
        (None, Some(at)) => format!("until {}", minute(at)),
        (None, None) => "live".to_owned(),
    };
    [
        key.prefix.clone(),
        key.kind.as_str().to_owned(),
        opens(key).to_owned(),
        state,
        minute(key.created_at),
        key.last_used_at.map_or_else(|| "never".to_owned(), minute),
        plain(&key.name),
    ]
}

fn minute(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%MZ").to_string()
}

async fn find(store: &Store, name: &KeyName) -> Result<SdkKey, Failure> {
    let fits = |key: &SdkKey| match name {
        KeyName::Id(id) => key.id == *id,
        // Whoever has the whole text may give it: it begins as the shown prefix does.
        KeyName::Prefix(prefix) => {
            let shown = key.prefix.trim_end_matches('…');
            shown.starts_with(prefix.as_str()) || prefix.starts_with(shown)
        }
    };
    let mut found: Vec<SdkKey> = store.sdk_keys().await?.into_iter().filter(fits).collect();
    match (found.pop(), found.as_slice()) {
        (Some(key), []) => Ok(key),
        (None, _) => Err(Failure::new("There is no such key. `halyard-server keys list` shows them.")),
        (Some(one), others) => {
            let ids: Vec<String> = others.iter().chain([&one]).map(|key| key.id.to_string()).collect();
            Err(Failure::new(format!("Several keys begin so. Name one by its id: {}.", ids.join(", "))))
        }
    }
}

fn person(Person { actor, note }: Person) -> Author {
    Author::new(actor, PROGRAM).with_note(note)
}

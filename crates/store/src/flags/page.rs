//! A page of whole flags, for those who read them over HTTP.

use halyard_engine::{AudienceId, FlagKey, FlagType, Validation};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::{Flag, row::FlagRow};
use crate::{
    Store, StoreError,
    environments::{self, Environment},
    store::DEADLINE,
};

/// Flags on a page, at most.
const MAX_PAGE: u32 = 500;
/// Characters of a text that is searched for, at most.
const MAX_SEARCH: usize = 200;

/// What a flag does for people in one environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagState {
    /// On there.
    Serving,
    /// Switched off there.
    Off,
    /// Killed, everywhere.
    Killed,
    /// Taken out of use, everywhere.
    Archived,
}

/// Which flags to list. Every filter that is given must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct FlagsPageQuery {
    /// In key, name, description or a tag, whatever the case.
    pub search: Option<String>,
    /// With this tag.
    pub tag: Option<String>,
    /// Of this type.
    #[serde(rename = "type")]
    pub flag_type: Option<FlagType>,
    /// In this state in `environment`.
    pub state: Option<FlagState>,
    /// The environment that `state` speaks of; the first production one unless given.
    pub environment: Option<String>,
    /// With a rule for this audience.
    pub audience_id: Option<AudienceId>,
    /// Archived flags instead of the others; those in the state `archived` are so anyway.
    pub archived: Option<bool>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// Flags on the page, 1 to 500; 50 unless given.
    pub limit: u32,
}

/// A page of flags, by key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FlagsPage {
    /// Whole ones.
    pub flags: Vec<Flag>,
    /// Where the next page begins; null on the last one.
    pub next_cursor: Option<String>,
}

impl Default for FlagsPageQuery {
    fn default() -> Self {
        Self {
            search: None,
            tag: None,
            flag_type: None,
            state: None,
            environment: None,
            audience_id: None,
            archived: None,
            cursor: None,
            limit: 50,
        }
    }
}

impl FlagState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Serving => "serving",
            Self::Off => "off",
            Self::Killed => "killed",
            Self::Archived => "archived",
        }
    }
}

impl Store {
    /// A page of whole flags, by key.
    ///
    /// # Errors
    /// `Invalid` for a cursor, a limit or an environment that is none; outages.
    pub async fn flags_page(&self, query: &FlagsPageQuery) -> Result<FlagsPage, StoreError> {
        let mut validation = Validation::new();
        let after = query.cursor.as_deref().map(|cursor| key_in(cursor, &mut validation));
        if !(1..=MAX_PAGE).contains(&query.limit) {
            validation.add("limit", format!("Ask for 1 to {MAX_PAGE} flags at a time."));
        }
        for (path, text) in [("search", &query.search), ("tag", &query.tag)] {
            validation.text(path, text.as_deref().unwrap_or_default(), MAX_SEARCH);
        }
        self.read(DEADLINE, async |connection| {
            let environments = environments::list(connection).await?;
            let environment = environment(query, &environments, &mut validation);
            validation.finish().map_err(StoreError::Invalid)?;
            let after = after.flatten();
            let mut flags = list(connection, query, environment, after.as_ref()).await?;
            let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
            let has_more = flags.len() > limit;
            flags.truncate(limit);
            let next_cursor = flags.last().filter(|_| has_more).map(|flag| cursor_after(&flag.key));
            Ok(FlagsPage { flags, next_cursor })
        })
        .await
    }
}

/// The environment that the state is of.
fn environment<'a>(
    query: &'a FlagsPageQuery,
    known: &'a [Environment],
    validation: &mut Validation,
) -> Option<&'a str> {
    match &query.environment {
        Some(key) if known.iter().any(|environment| environment.key == *key) => Some(key),
        Some(key) => {
            let keys: Vec<&str> = known.iter().map(|environment| environment.key.as_str()).collect();
            validation.add(
                "environment",
                format!("There is no environment “{}”. There are: {}.", key.escape_debug(), keys.join(", ")),
            );
            None
        }
        None => {
            let production = known.iter().find(|environment| environment.production);
            production.or(known.first()).map(|environment| environment.key.as_str())
        }
    }
}

/// One more than asked for, if there is one.
async fn list(
    connection: &mut PgConnection,
    query: &FlagsPageQuery,
    environment: Option<&str>,
    after: Option<&FlagKey>,
) -> Result<Vec<Flag>, StoreError> {
    let archived = query.archived.unwrap_or(query.state == Some(FlagState::Archived));
    sqlx::query_as!(
        FlagRow,
        r#"select id, key, name, description, type as flag_type,
             default_value::text as "default_value!", rules::text as "rules!",
             environments::text as "environments!",
             is_active, client_visible, permanent, tags, version, created_at, updated_at,
             updated_by, archived_at, killed_at, killed_by
         from halyard.feature_flags as f
         where (archived_at is not null) = $1
             and ($2::text is null or strpos(lower(key), lower($2)) > 0 or strpos(lower(name), lower($2)) > 0
                 or strpos(lower(description), lower($2)) > 0
                 or exists (select from unnest(tags) as t (tag) where strpos(lower(t.tag), lower($2)) > 0))
             and ($3::text is null or $3 = any(tags))
             and ($4::text is null or type = $4)
             and ($5::text is null or $5 = case
                 when archived_at is not null then 'archived'
                 when not is_active then 'killed'
                 when coalesce((environments ->> $6)::boolean, false) then 'serving'
                 else 'off'
             end)
             and ($7::text is null or rules @> jsonb_build_array(jsonb_build_object('audienceId', $7::text)))
             and ($8::text is null
                 or (lower(key) collate "C", key collate "C") > (lower($8) collate "C", $8 collate "C"))
         order by lower(key) collate "C", key collate "C"
         limit $9"#,
        archived,
        query.search.as_deref(),
        query.tag.as_deref(),
        query.flag_type.map(|flag_type| flag_type.as_str()),
        query.state.map(FlagState::as_str),
        environment,
        query.audience_id.map(|AudienceId(id)| id.to_string()),
        after.map(FlagKey::as_str),
        i64::from(query.limit) + 1,
    )
    .fetch_all(connection)
    .await?
    .into_iter()
    .map(Flag::try_from)
    .collect()
}

/// Opaque to callers: the last key of a page, in hexadecimal.
fn cursor_after(key: &str) -> String {
    key.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn key_in(cursor: &str, validation: &mut Validation) -> Option<FlagKey> {
    let bytes: Option<Vec<u8>> =
        (0..cursor.len()).step_by(2).map(|at| u8::from_str_radix(cursor.get(at..at + 2)?, 16).ok()).collect();
    let key = bytes.and_then(|bytes| FlagKey::parse(std::str::from_utf8(&bytes).ok()?).ok());
    if key.as_ref().is_none_or(|key| cursor_after(key) != cursor) {
        validation.add("cursor", "This is not where a page ended. Start again without it.");
        return None;
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cursor: &str) -> Option<String> {
        key_in(cursor, &mut Validation::new()).map(|key| key.to_string())
    }

    #[test]
    fn cursor_leads_to_the_key_that_made_it() {
        assert_eq!(read(&cursor_after("new-dashboard")).as_deref(), Some("new-dashboard"));
    }

    #[test]
    fn text_that_is_no_cursor_is_refused() {
        for text in ["", "garbage", "deadbeef", "6", "+1+1", "6E6577", "2d2d", "6e\u{e9}"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}

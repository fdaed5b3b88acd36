//! Entity ids from outside, parsed in Rust by the id column's type and compared in that type, so that
//! the index serves. What cannot be the text of a value of that type is not in the table.

use uuid::Uuid;

use crate::StoreError;
use crate::attribute::Storage;
use crate::customer_source::ResolvedSource;
use crate::tenant_sql::{Bind, TenantSql};

/// Characters in an entity id, at most.
pub(crate) const MAX_LENGTH: usize = 256;

/// Appends `WHERE id = ANY(…)`; the placeholder is for [`parse_all`]'s value.
pub(crate) fn push_filter(sql: &mut TenantSql, source: &ResolvedSource) {
    sql.push(" where ");
    push_order(sql, source);
    sql.push(" = any(").placeholder_at_execution().push(array_cast(source)).push(")");
}

/// Appends `id > …`, for one id out of [`parse_all`].
pub(crate) fn push_after(sql: &mut TenantSql, source: &ResolvedSource, id: Bind) {
    push_order(sql, source);
    sql.push(" > (").bind(id).push(array_cast(source)).push(")[1]");
}

/// Appends the id as it is compared and ordered: in its own type where the index serves that.
pub(crate) fn push_order(sql: &mut TenantSql, source: &ResolvedSource) {
    source.push_id(sql);
    if array_cast(source) == OTHER && source.id_storage != Storage::Text {
        sql.push("::text");
    }
}

/// The id behind which a page begins, for [`push_after`].
pub(crate) fn cursor(storage: Storage, after: &str) -> Result<Bind, StoreError> {
    parse_all(storage, &[after]).ok_or_else(|| {
        StoreError::invalid("cursor", "This is not where a page ended. Begin with the first page.")
    })
}

const OTHER: &str = "::text[]";

fn array_cast(source: &ResolvedSource) -> &'static str {
    match source.id_storage {
        Storage::Integer => "::int8[]",
        Storage::Numeric => "::text[]::numeric[]",
        Storage::Uuid => "::uuid[]",
        Storage::PaddedText => "::text[]::bpchar[]",
        _ => OTHER,
    }
}

/// The ids that the column can hold, as one value; none when there is no such id.
pub(crate) fn parse_all(storage: Storage, ids: &[&str]) -> Option<Bind> {
    let ids = ids.iter().copied().filter(|id| is_entity_id(id));
    let bind = match storage {
        Storage::Integer => Bind::Integers(ids.filter_map(parse_integer).collect()),
        Storage::Uuid => Bind::Uuids(ids.filter_map(parse_uuid).collect()),
        Storage::Numeric => Bind::Texts(ids.filter(|id| is_numeric(id)).map(str::to_owned).collect()),
        _ => Bind::Texts(ids.map(str::to_owned).collect()),
    };
    let empty = match &bind {
        Bind::Integers(ids) => ids.is_empty(),
        Bind::Uuids(ids) => ids.is_empty(),
        Bind::Texts(ids) => ids.is_empty(),
        _ => true,
    };
    (!empty).then_some(bind)
}

/// 1 to 256 characters, no NUL.
pub(crate) fn is_entity_id(id: &str) -> bool {
    !id.is_empty() && !id.contains('\0') && id.chars().count() <= MAX_LENGTH
}

fn parse_integer(id: &str) -> Option<i64> {
    id.parse::<i64>().ok().filter(|number| number.to_string() == id)
}

fn parse_uuid(id: &str) -> Option<Uuid> {
    Uuid::try_parse(id).ok().filter(|uuid| uuid.to_string() == id)
}

/// Plain decimal digits, as Postgres prints them.
fn is_numeric(id: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = id.strip_prefix('-').unwrap_or(id);
    match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    }
}

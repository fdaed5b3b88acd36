//! Times and days as conditions write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(crate) enum Moment {
    Instant(DateTime<Utc>),
    Day(NaiveDate),
}

/// `YYYY-MM-DD`, years 0001 to 9999.
pub(crate) fn parse_day(text: &str) -> Option<NaiveDate> {
    let plain = text.len() == 10
        && !text.starts_with("0000")
        && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
    if plain { NaiveDate::parse_from_str(text, "%Y-%m-%d").ok() } else { None }
}

/// RFC 3339 without leap seconds, or without zone (read as UTC), or a day (its midnight in UTC); years
/// 0001 to 9999.
pub(crate) fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    if let Some(day) = parse_day(text) {
        return Some(day.and_time(NaiveTime::MIN).and_utc());
    }
    if !text.is_ascii() || parse_day(text.get(..10)?).is_none() || text.get(17..19) == Some("60") {
        return None;
    }
    let text = text.replacen(' ', "T", 1);
    DateTime::parse_from_rfc3339(&text).map(|time| time.to_utc()).ok().or_else(|| {
        ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok())
            .map(|time| time.and_utc())
    })
}

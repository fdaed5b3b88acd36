//! The server's own log on stderr: a line for each event, for people or as JSON, with the id of the
//! request that it happened in. The id comes from the task, not from a span, which would cost every
//! request something even when nothing is logged.

use std::fmt;

use chrono::{SecondsFormat, Utc};
use serde_json::{Map, Value};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    EnvFilter,
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    registry::LookupSpan,
};

use crate::serving;

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Human,
    /// An object on each line.
    Json,
}

/// Sends the log to stderr from now on. `HALYARD_LOG` says how much, as in `info,hyper=debug`;
/// unless set, what is worth knowing.
pub fn log_to_stderr(format: LogFormat) {
    let asked = std::env::var("HALYARD_LOG").unwrap_or_default();
    let filter = if asked.is_empty() { None } else { EnvFilter::try_new(&asked).ok() };
    let is_unreadable = filter.is_none() && !asked.is_empty();
    let filter = filter.unwrap_or_else(|| EnvFilter::new("info,sqlx=warn"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .event_format(format);
    // Somebody who started the log already wants it their way.
    let _ = subscriber.try_init();
    if is_unreadable {
        tracing::warn!(asked, "HALYARD_LOG is not understood; write it like info,hyper=debug");
    }
}

impl<S, N> FormatEvent<S, N> for LogFormat
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut fields = Fields::default();
        event.record(&mut fields);
        serving::request_id(|id| {
            if let Some(id) = id {
                fields.0.entry("request").or_insert_with(|| id.into());
            }
        });
        let at = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
        let (level, target) = (event.metadata().level().as_str(), event.metadata().target());
        match self {
            LogFormat::Human => {
                let message = fields.0.remove("message");
                write!(
                    writer,
                    "{at} {level:5} {}",
                    message.as_ref().and_then(Value::as_str).unwrap_or(target)
                )?;
                for (name, value) in &fields.0 {
                    match value {
                        // Quoted: a line break must not begin a line that nobody logged.
                        Value::String(text) if text.contains(|c: char| c.is_whitespace() || c == '"') => {
                            write!(writer, " {name}={value}")?;
                        }
                        Value::String(text) => write!(writer, " {name}={text}")?,
                        value => write!(writer, " {name}={value}")?,
                    }
                }
                writeln!(writer)
            }
            LogFormat::Json => {
                let mut line = Map::new();
                line.insert("at".into(), at.into());
                line.insert("level".into(), level.to_ascii_lowercase().into());
                line.insert("target".into(), target.into());
                line.append(&mut fields.0);
                writeln!(writer, "{}", Value::Object(line))
            }
        }
    }
}

/// The fields of an event, by name.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn keep(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.keep(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.keep(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.keep(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.keep(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.keep(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.keep(field, value);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, log: impl FnOnce()) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber =
            tracing_subscriber::fmt().with_writer(move || writer.clone()).event_format(format).finish();
        tracing::subscriber::with_default(subscriber, log);
        String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn a_line_for_machines_is_an_object_with_the_fields() {
        let line =
            logged(LogFormat::Json, || tracing::warn!(status = 503, route = "/readyz", "not \"ready\""));
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line["level"], "warn");
        assert_eq!(line["message"], "not \"ready\"");
        assert_eq!(line["status"], 503);
        assert_eq!(line["route"], "/readyz");
        assert!(line["at"].as_str().unwrap().ends_with('Z'));
    }

    #[test]
    fn a_field_cannot_begin_a_line_of_its_own() {
        let forged = "x\n2026-01-01T00:00:00.000Z INFO all is well";
        for format in [LogFormat::Human, LogFormat::Json] {
            let text = logged(format, || tracing::info!(forged, "refused"));
            assert_eq!(text.lines().count(), 1, "{text}");
        }
    }
}

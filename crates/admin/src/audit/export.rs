//! The audit trail as a file in the person's Downloads directory. That it was taken out is an entry
//! itself, written before; the file ends with it.

use chrono::Utc;
use halyard_store::{
    Store,
    access::{Access, AccessAction},
    audit::{
        AuditFilter, ExportedEntry,
        chain::Mark,
        checkpoint::{Checkpoint, SigningKey},
        file::{FileWriter, Header},
    },
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::mpsc;
use ts_rs::TS;

use super::csv;
use crate::{
    App, CommandError,
    export::{ExportFile, Exported},
};

/// Batches that wait to be written: the database sends no more until one is taken.
const WAITING: usize = 2;

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AuditFormat {
    /// For spreadsheets.
    Csv,
    /// Lines of JSON that verify without the database.
    Ndjson,
}

impl AuditFormat {
    /// How its files end.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            AuditFormat::Csv => "csv",
            AuditFormat::Ndjson => "ndjson",
        }
    }
}

/// What the trail says of an export.
#[must_use]
pub fn access(format: AuditFormat, filter: &AuditFilter) -> Access {
    Access {
        action: AccessAction::AuditExported,
        entity_type: "audit".to_owned(),
        entity_id: String::new(),
        entity_key: String::new(),
        details: json!({ "format": format, "filter": filter }),
    }
}

/// Exports the trail of the open workspace.
pub(crate) async fn export(
    app: &App,
    format: AuditFormat,
    filter: &AuditFilter,
    topic: &str,
) -> Result<Exported, CommandError> {
    let workspace = app.workspace()?;
    let store = workspace.store();
    filter.check()?;
    let (key, _) = app.signing_key().await?;
    let info = workspace.info();
    let header = Header::new(&info.name, &info.database, Utc::now(), filter);
    let name = format!("audit-{}-{}.{}", info.name, Utc::now().format("%Y-%m-%d"), format.extension());
    app.exporting()
        .run(topic, &name, async |file| {
            let through = store.record_access(&access(format, filter), &workspace.author(None)).await?;
            file.expect(u64::try_from(through).ok());
            let checkpoint = match format {
                AuditFormat::Csv => write_csv(store, filter, through, &key, file).await?,
                AuditFormat::Ndjson => write_ndjson(store, &header, through, &key, file).await?,
            };
            // Whoever cuts the trail off afterwards is found by this computer, too.
            workspace.verification().keep(checkpoint);
            Ok(())
        })
        .await
}

async fn write_ndjson(
    store: &Store,
    header: &Header,
    through: i64,
    key: &SigningKey,
    file: &mut ExportFile,
) -> Result<Checkpoint, CommandError> {
    let (mut writer, first) = FileWriter::begin(header).map_err(CommandError::internal)?;
    file.line_beside(&first).await?;
    let (to, mut batches) = mpsc::channel::<Vec<ExportedEntry>>(WAITING);
    let write = async {
        while let Some(batch) = batches.recv().await {
            file.saw(batch.len());
            for entry in &batch {
                let line = writer.entry(entry).map_err(CommandError::internal)?;
                match entry {
                    ExportedEntry::Whole(..) => file.line(&line).await?,
                    ExportedEntry::LeftOut(_) => file.line_beside(&line).await?,
                }
            }
        }
        Ok::<_, CommandError>(())
    };
    let stream = async { Ok(store.audit_stream(&header.filter, through, to).await?) };
    tokio::try_join!(stream, write)?;
    let (last, checkpoint) = writer.end(Some(key), Utc::now()).map_err(CommandError::internal)?;
    file.line_beside(&last).await?;
    checkpoint.ok_or_else(|| CommandError::internal("an export was not signed"))
}

async fn write_csv(
    store: &Store,
    filter: &AuditFilter,
    through: i64,
    key: &SigningKey,
    file: &mut ExportFile,
) -> Result<Checkpoint, CommandError> {
    file.line_beside(&csv::header()).await?;
    let mut newest = Mark::start();
    let (to, mut batches) = mpsc::channel::<Vec<ExportedEntry>>(WAITING);
    let write = async {
        while let Some(batch) = batches.recv().await {
            file.saw(batch.len());
            for entry in &batch {
                match entry {
                    ExportedEntry::Whole(link, environments) => {
                        newest = link.mark();
                        file.line(&csv::row(link, environments)).await?;
                    }
                    ExportedEntry::LeftOut(mark) => newest = mark.clone(),
                }
            }
        }
        Ok::<_, CommandError>(())
    };
    let stream = async { Ok(store.audit_stream(filter, through, to).await?) };
    tokio::try_join!(stream, write)?;
    Ok(key.checkpoint(&newest, Utc::now()))
}

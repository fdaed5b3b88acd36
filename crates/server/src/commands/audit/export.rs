//! `audit export`: entries in a file.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use chrono::Utc;
use halyard_admin::audit::{
    csv,
    export::{AuditFormat, access},
};
use halyard_store::{
    Author, Store,
    audit::{
        AuditFilter, ExportedEntry,
        checkpoint::SigningKey,
        file::{FileWriter, Header},
    },
};
use tokio::sync::mpsc;

use super::{open, signing_key};
use crate::{
    arguments::{ExportAudit, Person},
    commands::{Failure, PROGRAM, failure::remark},
};

/// Batches that wait to be written.
const WAITING: usize = 2;

/// Writes the file whole or not at all, and never over another.
pub(super) async fn export(options: ExportAudit) -> Result<(), Failure> {
    let database = options.database.database.options()?;
    let store = open(&options.database.database).await?;
    let ExportAudit {
        format,
        output,
        checkpoint_key,
        by,
        actions,
        flag,
        environment,
        from,
        to,
        search,
        author,
        ..
    } = options;
    let filter =
        AuditFilter { actor: by, actions, flag, environment, from, to, search, ..AuditFilter::default() };
    filter.check()?;
    let key = match (format, checkpoint_key) {
        (AuditFormat::Ndjson, Some(path)) => Some(signing_key(&path)?),
        (AuditFormat::Ndjson, None) => {
            remark("Not signed: give --checkpoint-key to make changes of the file detectable.");
            None
        }
        (AuditFormat::Csv, _) => None,
    };
    let mut file = Unfinished::create(&output)?;
    let Person { actor, note } = author;
    let author = Author::new(actor, PROGRAM).with_note(note);
    let through = store.record_access(&access(format, &filter), &author).await?;
    let header = Header::new("", &database.database, Utc::now(), &filter);
    let (entries, all) = match format {
        AuditFormat::Csv => write_csv(&store, &header.filter, through, &mut file).await?,
        AuditFormat::Ndjson => write_ndjson(&store, &header, through, key.as_ref(), &mut file).await?,
    };
    file.finish()?;
    remark(format_args!("{entries} of {all} entries are in {}.", output.display()));
    store.close().await;
    Ok(())
}

async fn write_ndjson(
    store: &Store,
    header: &Header,
    through: i64,
    key: Option<&SigningKey>,
    file: &mut Unfinished,
) -> Result<(u64, u64), Failure> {
    let unwritable = |error: serde_json::Error| Failure::new(error.to_string());
    let (mut writer, first) = FileWriter::begin(header).map_err(unwritable)?;
    file.line(&first)?;
    let counted = each_entry(store, &header.filter, through, |entry| {
        file.line(&writer.entry(entry).map_err(unwritable)?)
    })
    .await?;
    let (last, _) = writer.end(key, Utc::now()).map_err(unwritable)?;
    file.line(&last)?;
    Ok(counted)
}

async fn write_csv(
    store: &Store,
    filter: &AuditFilter,
    through: i64,
    file: &mut Unfinished,
) -> Result<(u64, u64), Failure> {
    file.line(&csv::header())?;
    each_entry(store, filter, through, |entry| match entry {
        ExportedEntry::Whole(link, environments) => file.line(&csv::row(link, environments)),
        ExportedEntry::LeftOut(_) => Ok(()),
    })
    .await
}

/// Shows every entry; how many there are whole, and at all.
async fn each_entry(
    store: &Store,
    filter: &AuditFilter,
    through: i64,
    mut show: impl FnMut(&ExportedEntry) -> Result<(), Failure>,
) -> Result<(u64, u64), Failure> {
    let (to, mut batches) = mpsc::channel::<Vec<ExportedEntry>>(WAITING);
    let (mut whole, mut all) = (0, 0);
    let write = async {
        while let Some(batch) = batches.recv().await {
            for entry in &batch {
                show(entry)?;
                all += 1;
                whole += u64::from(matches!(entry, ExportedEntry::Whole(..)));
            }
        }
        Ok::<_, Failure>(())
    };
    let stream = async { Ok(store.audit_stream(filter, through, to).await?) };
    tokio::try_join!(stream, write)?;
    Ok((whole, all))
}

/// A file that is removed unless it is finished.
struct Unfinished {
    path: PathBuf,
    /// `None` once it is finished.
    file: Option<BufWriter<File>>,
}

impl Unfinished {
    fn create(path: &Path) -> Result<Self, Failure> {
        let file = File::create_new(path).map_err(|error| Failure::file("write", path, error))?;
        Ok(Unfinished { path: path.to_owned(), file: Some(BufWriter::new(file)) })
    }

    fn line(&mut self, line: &str) -> Result<(), Failure> {
        let written = self.file.as_mut().map_or(Ok(()), |file| writeln!(file, "{line}"));
        written.map_err(|error| Failure::file("write", &self.path, error))
    }

    fn finish(mut self) -> Result<(), Failure> {
        let Some(file) = self.file.take() else { return Ok(()) };
        let whole =
            file.into_inner().map_err(std::io::IntoInnerError::into_error).and_then(|file| file.sync_all());
        whole.map_err(|error| {
            let _ = fs::remove_file(&self.path);
            Failure::file("write", &self.path, error)
        })
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

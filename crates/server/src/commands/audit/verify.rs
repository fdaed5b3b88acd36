//! `audit verify`: an export held against itself, its signature and checkpoints kept elsewhere. Needs
//! no database.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::Path,
    process::ExitCode,
};

use halyard_store::audit::{
    checkpoint::Checkpoint,
    file::{FileFault, FileReport, FileVerifier, Known, Signer},
};

use crate::{
    arguments::VerifyAudit,
    commands::{
        Failure,
        failure::{remark, say},
    },
};

/// Says what the file is worth; a file that is not what was exported ends with code 1.
pub(super) fn verify(options: &VerifyAudit) -> Result<ExitCode, Failure> {
    let mut known = Known { checkpoints: Vec::new(), public_key: options.public_key.clone() };
    for path in &options.checkpoints {
        known.checkpoints.extend(checkpoints(path)?);
    }
    let file = File::open(&options.file).map_err(|error| Failure::file("read", &options.file, error))?;
    match verify_lines(known, BufReader::new(file), &options.file)? {
        Ok(report) => {
            tell(&report)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(fault) => {
            say(format_args!("BROKEN: {fault}"))?;
            Ok(ExitCode::FAILURE)
        }
    }
}

fn verify_lines(
    known: Known,
    mut lines: impl BufRead,
    path: &Path,
) -> Result<Result<FileReport, FileFault>, Failure> {
    let mut verifier = match FileVerifier::new(known) {
        Ok(verifier) => verifier,
        Err(fault) => return Ok(Err(fault)),
    };
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = lines.read_until(b'\n', &mut line).map_err(|error| Failure::file("read", path, error))?;
        if read == 0 {
            return Ok(verifier.end());
        }
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        if let Err(fault) = verifier.line(text) {
            return Ok(Err(fault));
        }
    }
}

/// The checkpoints of a file, one in a line.
fn checkpoints(path: &Path) -> Result<Vec<Checkpoint>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::file("read", path, error))?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            serde_json::from_str(line).map_err(|_| {
                Failure::new(format!(
                    "{} holds something else than checkpoints, as `halyard-server audit checkpoint` prints them.",
                    path.display()
                ))
            })
        })
        .collect()
}

fn tell(report: &FileReport) -> Result<(), Failure> {
    let FileReport { entries, left_out, last, .. } = report;
    say(format_args!("INTACT: {} entries up to {}, hash {}", entries + left_out, last.seq, last.hash))?;
    if *left_out > 0 {
        say(format_args!("Shown: {entries}. Left out by the filter, with only their hashes: {left_out}."))?;
    }
    match (report.signer, &report.checkpoint) {
        (Signer::Known, Some(checkpoint)) => {
            say(format_args!("Signed at {} by the key that you know.", checkpoint.at.to_rfc3339()))?;
        }
        (_, Some(checkpoint)) => {
            say(format_args!(
                "Signed at {} by the key {}.",
                checkpoint.at.to_rfc3339(),
                checkpoint.public_key
            ))?;
            remark(
                "Whoever changed the file may have signed it with a key of their own. Compare it with the key that \
                 you know, or give --public-key.",
            );
        }
        (_, None) => {
            say("Not signed.")?;
            remark(
                "Whoever changed the file may have hashed everything anew. Give --checkpoint to find that.",
            );
        }
    }
    if report.passed > 0 {
        say(format_args!("Kept checkpoints that it agrees with: {}.", report.passed))?;
    }
    if report.younger > 0 {
        remark(format_args!(
            "Kept checkpoints that are younger than the file and say nothing about it: {}.",
            report.younger
        ));
    }
    Ok(())
}

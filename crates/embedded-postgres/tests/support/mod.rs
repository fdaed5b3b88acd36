//! What these tests share: asking a server, and waiting for a condition.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses its part; tests may unwrap")]

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// The first column of the first row, as text; empty without rows.
pub fn query(url: &str, sql: &str) -> Result<String, sqlx::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = PgConnection::connect(url).await?;
        let row: Option<String> =
            sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_optional(&mut connection).await?;
        connection.close().await?;
        Ok(row.unwrap_or_default())
    })
}

/// Waits until `condition` holds; fails after 20 seconds.
#[track_caller]
pub fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < deadline, "not within 20 seconds: {what}");
        std::thread::yield_now();
    }
}

pub fn is_alive(pid: u32) -> bool {
    // A process that ended but is not reaped yet has no command line.
    std::fs::read(format!("/proc/{pid}/cmdline")).map_or_else(
        |_| cfg!(not(target_os = "linux")) && signal(pid, "-0"),
        |command_line| !command_line.is_empty(),
    )
}

/// `kill -9 <pid>` and the like; false when there is no such process.
pub fn signal(pid: u32, signal: &str) -> bool {
    std::process::Command::new("kill")
        .args([signal, &pid.to_string()])
        .stderr(std::process::Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

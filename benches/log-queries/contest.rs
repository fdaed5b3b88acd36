//! Who is quicker: the app or the statement. They take turns, and each one's median counts.

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, PgConnection};

/// Rounds of each contestant. One more, the first, only warms up.
pub(crate) const ROUNDS: usize = 11;

/// A statement's rows and how long it took; in text, as psql reads it.
pub(crate) async fn run(connection: &mut PgConnection, sql: &str) -> (usize, Duration) {
    let started = Instant::now();
    let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(connection).await.unwrap();
    (rows.len(), started.elapsed())
}

/// How long some work takes.
pub(crate) async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let started = Instant::now();
    let done = work.await;
    (done, started.elapsed())
}

/// The times of one contestant.
#[derive(Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// Without the first, if there is another. None: there are none.
    pub(crate) fn median(&self) -> Option<Duration> {
        let mut times = self.0[usize::from(self.0.len() > 1)..].to_vec();
        times.sort_unstable();
        times.get(times.len() / 2).copied()
    }
}

/// Three cells of a Markdown table: the app, the statement, and by how much the app is slower.
pub(crate) fn cells(app: &Times, by_hand: &Times) -> String {
    let ratio = app.median().zip(by_hand.median()).map(|(app, hand)| app.as_secs_f64() / hand.as_secs_f64());
    let ratio = ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
    format!("{} | {} | {ratio:>5}", cell(app.median()), cell(by_hand.median()))
}

/// A time in a table.
pub(crate) fn cell(time: Option<Duration>) -> String {
    let told = time.map_or_else(String::new, |time| format!("{:.1} ms", time.as_secs_f64() * 1_000.0));
    format!("{told:>10}")
}

//! Who is quicker: the app or the statement. They take turns. A table gives each one's median, and the ratio of
//! their quickest rounds: whatever else the machine does only adds to a time.

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, PgConnection};

/// Rounds of each contestant, at least and at most; what is quick has as many as fit into a second or so. One
/// more, the first, only warms up.
const ROUNDS: std::ops::RangeInclusive<usize> = 11..=101;
const ENOUGH: Duration = Duration::from_secs(2);

/// Numbers of rounds, as long as another one is worth its time.
pub(crate) fn rounds() -> impl Iterator<Item = usize> {
    let started = Instant::now();
    (0..=*ROUNDS.end()).take_while(move |round| round <= ROUNDS.start() || started.elapsed() < ENOUGH)
}

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

    /// Without the first, if there is another; in order.
    fn sorted(&self) -> Vec<Duration> {
        let mut times = self.0[usize::from(self.0.len() > 1)..].to_vec();
        times.sort_unstable();
        times
    }

    /// None: there are no times.
    pub(crate) fn median(&self) -> Option<Duration> {
        let times = self.sorted();
        times.get(times.len() / 2).copied()
    }

    fn quickest(&self) -> Option<Duration> {
        self.sorted().first().copied()
    }
}

/// Three cells of a Markdown table: the app, the statement, and by how much the app is slower.
pub(crate) fn cells(app: &Times, by_hand: &Times) -> String {
    format!("{} | {} | {}", cell(app.median()), cell(by_hand.median()), ratio(app, by_hand))
}

/// By how much the app is slower.
pub(crate) fn ratio(app: &Times, by_hand: &Times) -> String {
    let quickest = app.quickest().zip(by_hand.quickest());
    quickest.map_or_else(String::new, |(app, hand)| format!("{:.2}", app.div_duration_f64(hand)))
}

/// A time in a table.
pub(crate) fn cell(time: Option<Duration>) -> String {
    time.map_or_else(String::new, |time| format!("{:.1} ms", time.as_secs_f64() * 1_000.0))
}

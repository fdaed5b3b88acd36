//! Kills a flag again and again and measures how long the last of many servers serves the old value.
//!
//! `propagation KILLS FLAG SERVER_KEY ADMIN_KEY URL…` asks every server for the flag over a connection
//! of its own, as fast as [`PAUSE`] lets it, kills the flag by the administration API of the first
//! server, and notes when the last stale answer arrived. The flag must serve `true`. Prints one line
//! of JSON with milliseconds, each from the moment the kill was sent: commit included.
#![expect(clippy::print_stdout, reason = "the figures are the result")]
#![expect(clippy::disallowed_methods, reason = "a benchmark paces itself")]

mod connection;
mod poll;

use std::{
    env,
    error::Error,
    thread,
    time::{Duration, Instant},
};

use connection::Connection;
use poll::Poll;

/// Between an answer and the next question to the same server.
const PAUSE: Duration = Duration::from_millis(5);
/// How long all servers must have answered alike before the next step.
const SETTLED: Duration = Duration::from_millis(150);
/// How long a change may take to arrive before the run is given up.
const GIVE_UP: Duration = Duration::from_secs(30);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [kills, flag, server_key, admin_key, urls @ ..] = arguments.as_slice() else {
        return Err("propagation KILLS FLAG SERVER_KEY ADMIN_KEY URL…".into());
    };
    let kills: u32 = kills.parse()?;
    let first = urls.first().ok_or("no server to ask")?;

    let start = Instant::now();
    let polls = urls
        .iter()
        .map(|url| Poll::start(Connection::open(url)?, flag, server_key, PAUSE))
        .collect::<Result<Vec<_>, _>>()?;
    let mut door = Connection::open(first)?;
    let mut switch = |active: bool| -> Result<(Instant, Duration), Box<dyn Error>> {
        let sent = Instant::now();
        let path = format!("/feature-flags/{flag}/toggle");
        let (status, body) = door.post(&path, admin_key, &format!(r#"{{"isActive":{active}}}"#))?;
        if status == 200 {
            Ok((sent, sent.elapsed()))
        } else {
            Err(format!("{path}: {status} {body}").into())
        }
    };

    switch(true)?;
    settle(&polls, true)?;
    let (mut last_stale, mut middle, mut answered) = (Vec::new(), Vec::new(), Vec::new());
    for kill in 0..kills {
        // Kills come at every moment of the servers' own second.
        thread::sleep(Duration::from_secs(1).mul_f64(f64::from(kill) * 0.618_034 % 1.0));
        let (sent, took) = switch(false)?;
        answered.push(took);
        settle(&polls, false)?;
        let mut stale_for: Vec<Duration> =
            polls.iter().map(|poll| poll.last_serving_true().saturating_duration_since(sent)).collect();
        stale_for.sort_unstable();
        last_stale.push(stale_for[stale_for.len() - 1]);
        middle.push(stale_for[stale_for.len() / 2]);
        switch(true)?;
        settle(&polls, true)?;
    }

    last_stale.sort_unstable();
    middle.sort_unstable();
    answered.sort_unstable();
    let asked: u64 = polls.iter().map(Poll::answers).sum();
    println!(
        r#"{{"servers":{},"kills":{kills},"p50":{:.1},"p99":{:.1},"max":{:.1},"middle":{:.1},"answered_p50":{:.1},"answered_p99":{:.1},"answers_per_second":{:.0}}}"#,
        urls.len(),
        milliseconds(percentile(&last_stale, 50)),
        milliseconds(percentile(&last_stale, 99)),
        milliseconds(percentile(&last_stale, 100)),
        milliseconds(percentile(&middle, 50)),
        milliseconds(percentile(&answered, 50)),
        milliseconds(percentile(&answered, 99)),
        asked as f64 / start.elapsed().as_secs_f64(),
    );
    Ok(())
}

/// Waits until every server has served `value`, and nothing else, for a while.
fn settle(polls: &[Poll], value: bool) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    while !polls.iter().all(|poll| poll.serves_since(value).is_some_and(|since| since >= SETTLED)) {
        if let Some(problem) = polls.iter().find_map(Poll::problem) {
            return Err(problem.into());
        }
        if start.elapsed() > GIVE_UP {
            return Err(format!("not every server serves {value} after {GIVE_UP:?}").into());
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// The smallest value that `percent` of all values do not exceed.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

//! Asks one server for one flag, all the time, and remembers when it last said what.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use crate::connection::Connection;

pub(crate) struct Poll {
    seen: Arc<Mutex<Seen>>,
}

struct Seen {
    value: Option<bool>,
    /// Of the first answer of an unbroken row of answers alike.
    since: Instant,
    last_true: Instant,
    answers: u64,
    problem: Option<String>,
}

impl Poll {
    /// Begins to ask, on a thread of its own, until the process ends.
    pub(crate) fn start(
        mut connection: Connection,
        flag: &str,
        key: &str,
        pause: Duration,
    ) -> io::Result<Self> {
        let now = Instant::now();
        let seen = Seen { value: None, since: now, last_true: now, answers: 0, problem: None };
        let seen = Arc::new(Mutex::new(seen));
        let shared = Arc::clone(&seen);
        let (key, body) = (key.to_owned(), format!(r#"{{"key":"{flag}","entityId":"cus_00000001"}}"#));
        thread::Builder::new().spawn(move || {
            loop {
                let answer = connection.post("/feature-flags/evaluate", &key, &body);
                let mut seen = lock(&shared);
                match answer.map(|(status, body)| (served(&body), status, body)) {
                    Ok((Some(value), 200, _)) => seen.note(value),
                    Ok((_, status, body)) => seen.problem = Some(format!("evaluate: {status} {body}")),
                    Err(error) => seen.problem = Some(format!("evaluate: {error}")),
                }
                if seen.problem.is_some() {
                    break;
                }
                drop(seen);
                thread::sleep(pause);
            }
        })?;
        Ok(Poll { seen })
    }

    /// How long the server has served this value without a break; `None` when it does not.
    pub(crate) fn serves_since(&self, value: bool) -> Option<Duration> {
        let seen = lock(&self.seen);
        (seen.value == Some(value)).then(|| seen.since.elapsed())
    }

    /// When the last answer with `true` had arrived.
    pub(crate) fn last_serving_true(&self) -> Instant {
        lock(&self.seen).last_true
    }

    pub(crate) fn answers(&self) -> u64 {
        lock(&self.seen).answers
    }

    pub(crate) fn problem(&self) -> Option<String> {
        lock(&self.seen).problem.clone()
    }
}

impl Seen {
    fn note(&mut self, value: bool) {
        let now = Instant::now();
        if self.value != Some(value) {
            (self.value, self.since) = (Some(value), now);
        }
        if value {
            self.last_true = now;
        }
        self.answers += 1;
    }
}

fn served(body: &str) -> Option<bool> {
    let value = body.split_once(r#""value":"#)?.1;
    if value.starts_with("true") { Some(true) } else { value.starts_with("false").then_some(false) }
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

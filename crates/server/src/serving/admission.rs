//! Who may ask again already: a token bucket for each key and client address, so that one visitor
//! cannot exhaust a public key.

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::{Clock, DefaultClock}};
use uuid::Uuid;

/// The address a request came from, in the request's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

/// Counts requests by key and client address.
#[derive(Debug)]
pub(crate) struct Admission {
    limiter: Option<DefaultKeyedRateLimiter<(Uuid, IpAddr)>>,
    clock: DefaultClock,
}

impl Admission {
    /// `rate` requests per second, and as many at once.
    pub(crate) fn new(rate: Option<NonZeroU32>) -> Self {
        let limiter = rate.map(|rate| RateLimiter::keyed(Quota::per_second(rate)));
        Admission { limiter, clock: DefaultClock::default() }
    }

    /// Whether a request with this key from this address may be served now.
    ///
    /// # Errors
    /// How long to wait, for `Retry-After` in whole seconds, rounded up.
    pub(crate) fn admit(&self, key: Uuid, client: IpAddr) -> Result<(), Duration> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        limiter.check_key(&(key, client)).map_err(|until| until.wait_time_from(self.clock.now()))
    }
}

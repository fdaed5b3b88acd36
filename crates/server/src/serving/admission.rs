//! Who may ask again already: a token bucket for each key and client address, so that one visitor
//! cannot exhaust a public key.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use uuid::Uuid;

/// Between two clearings of buckets that are full again.
const CLEARING: Duration = Duration::from_secs(5);
/// Buckets, at about a hundred bytes each, before newcomers have to share.
const MOST: usize = 200_000;

/// The address a request came from, in the request's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

/// Counts requests by key and client address.
#[derive(Debug)]
pub(crate) struct Admission {
    counting: Option<Arc<Counting>>,
}

#[derive(Debug)]
struct Counting {
    limiter: DefaultKeyedRateLimiter<(Uuid, IpAddr)>,
    clock: DefaultClock,
    crowded: AtomicBool,
    refused: AtomicU64,
}

impl Admission {
    /// `rate` requests per second, and as many at once; `None` admits everybody. Must be called
    /// inside a tokio runtime.
    pub(crate) fn start(rate: Option<NonZeroU32>) -> Self {
        let counting = rate.map(|rate| {
            Arc::new(Counting {
                limiter: RateLimiter::keyed(Quota::per_second(rate)),
                clock: DefaultClock::default(),
                crowded: AtomicBool::new(false),
                refused: AtomicU64::new(0),
            })
        });
        if let Some(counting) = &counting {
            tokio::spawn(clear(Arc::downgrade(counting)));
        }
        Admission { counting }
    }

    /// Whether a request with this key from this address may be served now.
    ///
    /// # Errors
    /// How long to wait, in whole seconds as `Retry-After` wants it.
    pub(crate) fn admit(&self, key: Uuid, client: ClientAddress) -> Result<(), u32> {
        let Some(counting) = &self.counting else { return Ok(()) };
        let Err(until) = counting.limiter.check_key(&(key, counting.place(client.0))) else { return Ok(()) };
        counting.refused.fetch_add(1, Ordering::Relaxed);
        let wait = until.wait_time_from(counting.clock.now());
        Err(wait.as_secs() as u32 + 1)
    }

    /// Requests refused so far.
    pub(crate) fn refused(&self) -> u64 {
        self.counting.as_ref().map_or(0, |counting| counting.refused.load(Ordering::Relaxed))
    }
}

impl Counting {
    /// Whose bucket it is. One visitor has a whole /64 of IPv6 addresses; and when there are too many
    /// visitors, they are counted by half of their address.
    fn place(&self, client: IpAddr) -> IpAddr {
        let crowded = self.crowded.load(Ordering::Relaxed);
        match client.to_canonical() {
            IpAddr::V4(address) if crowded => {
                let [a, b, ..] = address.octets();
                IpAddr::from([a, b, 0, 0])
            }
            address @ IpAddr::V4(_) => address,
            IpAddr::V6(address) => {
                let kept = if crowded { 32 } else { 64 };
                Ipv6Addr::from_bits(address.to_bits() & u128::MAX << (128 - kept)).into()
            }
        }
    }
}

/// Forgets full buckets, as long as somebody counts.
async fn clear(counting: Weak<Counting>) {
    let mut ticks = tokio::time::interval(CLEARING);
    loop {
        ticks.tick().await;
        let Some(counting) = counting.upgrade() else { return };
        counting.limiter.retain_recent();
        let crowded = counting.limiter.len() > MOST;
        if counting.crowded.swap(crowded, Ordering::Relaxed) != crowded {
            tracing::warn!(crowded, "the number of clients asks for counting them by network");
        }
        if !crowded {
            counting.limiter.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(address: &str) -> ClientAddress {
        ClientAddress(address.parse().unwrap())
    }

    #[tokio::test]
    async fn one_visitor_cannot_exhaust_a_key_for_another() {
        let admission = Admission::start(NonZeroU32::new(3));
        let key = Uuid::new_v4();
        for _ in 0..3 {
            admission.admit(key, client("192.0.2.1")).unwrap();
        }
        assert_eq!(admission.admit(key, client("192.0.2.1")), Err(1));
        assert_eq!(admission.refused(), 1);
        admission.admit(key, client("192.0.2.2")).unwrap();
        admission.admit(Uuid::new_v4(), client("192.0.2.1")).unwrap();
    }

    #[tokio::test]
    async fn the_addresses_of_one_network_at_home_are_one_visitor() {
        let admission = Admission::start(NonZeroU32::new(1));
        let key = Uuid::new_v4();
        admission.admit(key, client("2001:db8:1:2::1")).unwrap();
        assert_eq!(admission.admit(key, client("2001:db8:1:2:ffff::9")), Err(1));
        admission.admit(key, client("2001:db8:1:3::1")).unwrap();
        admission.admit(key, client("192.0.2.7")).unwrap();
        assert_eq!(admission.admit(key, client("::ffff:192.0.2.7")), Err(1));
    }

    #[tokio::test]
    async fn without_a_rate_everybody_is_admitted() {
        let admission = Admission::start(None);
        let key = Uuid::new_v4();
        assert!((0..10_000).all(|_| admission.admit(key, client("192.0.2.1")).is_ok()));
    }
}

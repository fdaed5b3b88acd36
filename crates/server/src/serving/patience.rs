//! How long a connection is waited for: while a client sends the head of a request, and while it
//! sends nothing. One timer per connection, not two per request, and an idle connection may rest
//! longer than a head may take, which hyper's own timer cannot tell apart.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Ticks that a head may take; its time limit is divided by this.
const HEAD_TICKS: u32 = 8;
/// How long a connection may rest between requests: longer than the usual minute of proxies, which
/// would otherwise use a connection just as it closes.
const IDLE: Duration = Duration::from_secs(75);

const RESTING: u32 = 0;
const SENDING_HEAD: u32 = 1;
const ANSWERING: u32 = 2;

/// What a connection is doing, and since which tick. Shared between its parts, all in one task.
#[derive(Debug)]
pub(super) struct Patience {
    /// The phase in the low two bits, above them the tick of its begin.
    phase: AtomicU32,
    tick: AtomicU32,
    idle_ticks: u32,
}

impl Patience {
    /// For heads that may take `head`; ask [`Patience::is_over`] every [`Patience::period`].
    pub(super) fn new(head: Duration) -> Self {
        let idle = IDLE.div_duration_f64(Self::period(head)).ceil();
        Patience {
            // Whoever connects is expected to say something soon.
            phase: AtomicU32::new(SENDING_HEAD),
            tick: AtomicU32::new(0),
            // Within u16 even for a head limit of 10 ms.
            idle_ticks: idle.clamp(1.0, f64::from(u16::MAX)) as u32,
        }
    }

    /// Between two ticks.
    pub(super) fn period(head: Duration) -> Duration {
        (head / HEAD_TICKS).max(Duration::from_millis(1))
    }

    /// Called every period: whether the client took too long.
    pub(super) fn is_over(&self) -> bool {
        let now = self.tick.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        let phase = self.phase.load(Ordering::Relaxed);
        let took = (now << 2).wrapping_sub(phase & !0b11) >> 2;
        match phase & 0b11 {
            SENDING_HEAD => took > HEAD_TICKS,
            RESTING => took > self.idle_ticks,
            _ => false,
        }
    }

    /// A request arrived whole: the server has the turn.
    pub(super) fn answering(&self) {
        self.enter(ANSWERING);
    }

    /// It was answered: the client has the turn.
    pub(super) fn answered(&self) {
        self.enter(RESTING);
    }

    fn heard(&self) {
        if self.phase.load(Ordering::Relaxed) & 0b11 == RESTING {
            self.enter(SENDING_HEAD);
        }
    }

    fn enter(&self, phase: u32) {
        self.phase.store(self.tick.load(Ordering::Relaxed) << 2 | phase, Ordering::Relaxed);
    }
}

/// A stream that tells [`Patience`] when something arrives.
#[derive(Debug)]
pub(super) struct Watched<S> {
    pub(super) stream: S,
    pub(super) patience: Arc<Patience>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        if buffer.filled().len() > before {
            self.patience.heard();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks_until_over(patience: &Patience) -> usize {
        (1..100_000).find(|_| patience.is_over()).unwrap_or(usize::MAX)
    }

    #[test]
    fn a_head_has_its_limit_from_its_first_byte_on() {
        let patience = Patience::new(Duration::from_secs(10));
        assert_eq!(ticks_until_over(&patience), 9);
        patience.answered();
        assert!(!patience.is_over());
        patience.heard();
        patience.heard();
        assert_eq!(ticks_until_over(&patience), 9);
    }

    #[test]
    fn an_idle_connection_rests_longer_and_an_answer_takes_its_time() {
        let patience = Patience::new(Duration::from_secs(10));
        patience.answered();
        assert_eq!(ticks_until_over(&patience), 61);
        patience.answering();
        patience.heard();
        assert_eq!(ticks_until_over(&patience), usize::MAX);
    }
}

//! Has the log's days made ahead and old ones dropped: when the evaluator starts, and every hour.

use std::time::Duration;

use halyard_store::Store;
use tokio::task::AbortHandle;

/// Between two rounds.
const EVERY: Duration = Duration::from_secs(3_600);
/// The same while they fail: without its day a call cannot be stored.
const RETRY: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(crate) struct Upkeep(AbortHandle);

impl Upkeep {
    pub(crate) fn begin(store: Store) -> Self {
        Upkeep(tokio::spawn(keep_up(store)).abort_handle())
    }
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn keep_up(store: Store) {
    let mut complained = false;
    loop {
        let pause = match store.maintain_partitions().await {
            Ok(()) => EVERY,
            Err(error) if error.is_outage() => RETRY,
            Err(error) => {
                if !complained {
                    tracing::error!(%error, "the days of the evaluation log cannot be made");
                }
                complained = true;
                RETRY
            }
        };
        complained &= pause != EVERY;
        tokio::time::sleep(pause).await;
    }
}

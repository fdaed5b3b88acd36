//! Which SDKs call: those that the counts tell apart, for choosing one by its name and version.

use chrono::{DateTime, Utc};
use serde::Serialize;
use ts_rs::TS;

use crate::store::DEADLINE;
use crate::{Store, StoreError};

/// An SDK that called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SdkSeen {
    /// What it says it is, `''` for those that do not say; `other` stands for those beyond the hundredth.
    pub sdk: String,
    /// Evaluations in the time that was asked for.
    #[ts(type = "number")]
    pub evaluations: i64,
    /// The ten minutes in which it last called.
    pub last_at: DateTime<Utc>,
}

/// SDKs that are listed, at most.
const MOST: i64 = 200;

impl Store {
    /// SDKs that called since a moment, in an environment or in all, most evaluations first; at most 200.
    ///
    /// # Errors
    /// `Invalid`; outages.
    pub async fn sdks_seen(
        &self,
        environment: Option<&str>,
        since: DateTime<Utc>,
    ) -> Result<Vec<SdkSeen>, StoreError> {
        if !super::is_time(since) {
            return Err(StoreError::invalid("since", "This is not a time that the log can hold."));
        }
        self.read(DEADLINE, async |connection| {
            Ok(sqlx::query_as!(
                SdkSeen,
                r#"select sdk, sum(evaluations)::int8 as "evaluations!", max(at) as "last_at!"
                 from halyard.evaluation_counts
                 where at >= $1 and ($2::text is null or environment = $2)
                 group by sdk order by 2 desc, 1 limit $3"#,
                super::hours::start_of(since),
                environment,
                MOST,
            )
            .fetch_all(connection)
            .await?)
        })
        .await
    }
}

//! What the customers table says of one entity: their row, and how they fare in audiences.

use std::time::Duration;

use halyard_engine::{AudienceId, Membership, Violation};
use halyard_store::{
    audiences::{Audience, AudienceVersion},
    condition::Condition,
    customers::Customer,
    memberships::{ConditionTrace, Explained},
};
use serde::Serialize;
use ts_rs::TS;

use super::Situation;
use crate::{CommandError, ErrorCode, workspace::Workspace};

/// How long the customers table may take: support waits for the sentence, and much of it needs no row.
const ROW_DEADLINE: Duration = Duration::from_secs(8);

/// How a customer fares in one audience.
#[derive(Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AudienceTrace {
    /// Which.
    pub audience_id: AudienceId,
    /// Its name.
    pub name: String,
    /// Whether the customer is in it, by their row of today; null: that cannot be computed.
    pub member: Option<bool>,
    /// Each test with what the customer's row holds today; null: there is no row, or it cannot be
    /// computed.
    pub condition: Option<ConditionTrace>,
    /// Why it cannot be computed, as a sentence; null: it can, or the customers table cannot be read.
    pub problem: Option<String>,
}

/// An audience to hold against a customer's row.
pub(crate) struct Named {
    id: AudienceId,
    name: String,
    /// None: it cannot be read.
    condition: Option<Condition>,
}

impl From<Audience> for Named {
    fn from(Audience { id, name, condition, .. }: Audience) -> Self {
        Self { id, name, condition: Some(condition) }
    }
}

impl Named {
    pub(crate) fn of_version((id, version): &(AudienceId, AudienceVersion)) -> Self {
        Self { id: *id, name: version.name.clone(), condition: version.condition.clone() }
    }

    /// Nothing compared; `member` where that is known all the same.
    fn unread(self, member: Option<bool>) -> AudienceTrace {
        AudienceTrace { audience_id: self.id, name: self.name, member, condition: None, problem: None }
    }

    fn compared(self, explained: Option<Explained>) -> AudienceTrace {
        let wrong = |violations: Vec<Violation>| {
            let first = violations.into_iter().next();
            first.map_or_else(|| "Its condition cannot be read.".to_owned(), |violation| violation.message)
        };
        match explained.unwrap_or_else(|| Err(Vec::new())) {
            Ok(condition) => AudienceTrace {
                member: Some(condition.holds()),
                condition: Some(condition),
                ..self.unread(None)
            },
            Err(violations) => AudienceTrace { problem: Some(wrong(violations)), ..self.unread(None) },
        }
    }
}

impl AudienceTrace {
    pub(crate) fn traced(&self) -> Option<(AudienceId, &ConditionTrace)> {
        Some((self.audience_id, self.condition.as_ref()?))
    }
}

/// What the customers table says of an entity.
pub(crate) struct Known {
    pub(crate) customer: Option<Customer>,
    /// Why it says nothing.
    pub(crate) unread: Option<String>,
    /// As they were named.
    pub(crate) audiences: Vec<AudienceTrace>,
}

impl Known {
    pub(crate) fn tell(&self, situation: &mut Situation) {
        let member =
            |audience: &AudienceTrace| audience.member.map_or(Membership::Unavailable, Membership::from);
        situation.memberships =
            self.audiences.iter().map(|audience| (audience.audience_id, member(audience))).collect();
        // Whoever is not in the table is in no audience, of whatever name.
        let stranger = self.customer.is_none() && self.unread.is_none();
        situation.otherwise = if stranger { Membership::Out } else { Membership::Unavailable };
    }
}

/// Holds audiences against the row of an entity.
pub(crate) async fn look_at(
    workspace: &Workspace,
    entity_id: &str,
    named: Vec<Named>,
) -> Result<Known, CommandError> {
    let source = match workspace.source().await {
        Ok(source) => source,
        // Without a customer source nobody is in any audience, but flags are still evaluated.
        Err(error) if error.code == ErrorCode::NotFound => return Ok(stranger(named)),
        Err(error) => return Err(error),
    };
    let store = workspace.store();
    let readable: Vec<&Condition> = named.iter().filter_map(|audience| audience.condition.as_ref()).collect();
    let read = tokio::try_join!(
        store.customer_get(&source, entity_id, ROW_DEADLINE),
        store.explain_conditions(&source, entity_id, &readable, ROW_DEADLINE),
    );
    let (customer, explained) = match read.map_err(CommandError::from) {
        Ok(read) => read,
        // What needs no row is answered all the same.
        Err(error) if matches!(error.code, ErrorCode::Timeout | ErrorCode::Blocked) => {
            let audiences = named.into_iter().map(|audience| audience.unread(None)).collect();
            return Ok(Known { customer: None, unread: Some(error.message), audiences });
        }
        Err(error) => return Err(error),
    };
    let Some(explained) = explained.filter(|_| customer.is_some()) else { return Ok(stranger(named)) };
    let mut explained = explained.into_iter();
    let compared = named.into_iter().map(|audience| {
        let explained = audience.condition.as_ref().and_then(|_| explained.next());
        audience.compared(explained)
    });
    Ok(Known { customer, unread: None, audiences: compared.collect() })
}

/// Nobody of the customers table.
fn stranger(named: Vec<Named>) -> Known {
    let audiences = named.into_iter().map(|audience| audience.unread(Some(false))).collect();
    Known { customer: None, unread: None, audiences }
}

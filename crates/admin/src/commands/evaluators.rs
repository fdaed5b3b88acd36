//! Commands on running evaluators: servers, and the local endpoints of desktop apps.

use halyard_store::evaluators::Evaluator;

use super::Nothing;
use crate::{App, CommandError};

pub(super) async fn evaluators_list(app: &App, _: Nothing) -> Result<Vec<Evaluator>, CommandError> {
    Ok(app.workspace()?.store().evaluators().await?)
}

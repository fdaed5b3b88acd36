//! What every route shares, and all routes together.

use std::sync::Arc;

use axum::Router;
use halyard_evaluator::{Evaluator, LiveConfiguration};
use halyard_store::Store;

use crate::{administration, evaluation, operations, serving::Admission};

/// What every route shares. Cheap to clone; it is the routers' state.
#[derive(Debug, Clone)]
pub struct Api {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    evaluator: Evaluator,
    admission: Admission,
    program: String,
}

impl Api {
    pub(crate) fn new(evaluator: Evaluator, admission: Admission, program: String) -> Self {
        Api { shared: Arc::new(Shared { evaluator, admission, program }) }
    }

    /// Answers evaluations and logs them.
    pub(crate) fn evaluator(&self) -> &Evaluator {
        &self.shared.evaluator
    }

    /// The configuration that is served.
    pub(crate) fn live(&self) -> &LiveConfiguration {
        self.evaluator().live()
    }

    /// The tenant's database.
    pub(crate) fn store(&self) -> &Store {
        self.live().store()
    }

    /// Who may ask again already.
    pub(crate) fn admission(&self) -> &Admission {
        &self.shared.admission
    }

    /// The program and its version, as the audit log names it.
    pub(crate) fn program(&self) -> &str {
        &self.shared.program
    }
}

/// Every route.
pub(crate) fn router(api: Api) -> Router {
    Router::new()
        .merge(evaluation::routes())
        .merge(administration::routes())
        .merge(operations::routes())
        .with_state(api)
}

//! What every route shares, and all routes together.

use std::sync::Arc;

use axum::{
    Router,
    http::{StatusCode, Uri},
    middleware,
};
use halyard_evaluator::{Answer, Answers, Call, Evaluator, LiveConfiguration, Visibility};
use halyard_store::Store;

use crate::{
    administration,
    evaluation::{self, Names},
    keys::KeyUses,
    openapi,
    operations::{self, Metrics},
    problem::{Problem, ProblemCode},
    serving::{self, Admission},
};

/// What every route shares. Cheap to clone; it is the routers' state.
#[derive(Debug, Clone)]
pub struct Api {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    evaluator: Evaluator,
    admission: Admission,
    key_uses: KeyUses,
    names: Names,
    metrics: Metrics,
    program: String,
}

impl Api {
    pub(crate) fn new(evaluator: Evaluator, admission: Admission, metrics: Metrics, program: String) -> Self {
        let key_uses = KeyUses::start(evaluator.live().store().clone());
        let names = Names::default();
        Api { shared: Arc::new(Shared { evaluator, admission, key_uses, names, metrics, program }) }
    }

    /// Evaluates one flag; `None` when it is unknown, archived or not visible.
    pub(crate) async fn evaluate(&self, key: &str, visibility: Visibility, call: Call<'_>) -> Option<Answer> {
        self.metrics().evaluated(call.source);
        self.evaluator().evaluate(key, visibility, call).await
    }

    /// Evaluates every flag that the caller may see, by key; off and killed ones included.
    pub(crate) async fn evaluate_all(&self, visibility: Visibility, call: Call<'_>) -> Answers {
        self.metrics().evaluated(call.source);
        self.evaluator().evaluate_all(visibility, call).await
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

    /// The server's numbers.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// When keys were last used.
    pub(crate) fn key_uses(&self) -> &KeyUses {
        &self.shared.key_uses
    }

    /// Names that many calls share.
    pub(crate) fn names(&self) -> &Names {
        &self.shared.names
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
        .merge(openapi::routes())
        .fallback(async |uri: Uri| {
            evaluation::refuse(uri.path(), Problem::not_found("There is no such route."))
        })
        .method_not_allowed_fallback(async |uri: Uri| {
            let detail = "This route has other methods; the header Allow lists them.";
            let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, ProblemCode::MethodNotAllowed, detail);
            evaluation::refuse(uri.path(), problem)
        })
        .layer(middleware::from_fn(serving::note_route))
        .with_state(api)
}

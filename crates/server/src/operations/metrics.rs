//! `/metrics`: the server's numbers, for Prometheus. Labels are few and bounded: routes as they are
//! written in the contract, never paths, keys, flags or customers.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock, Weak},
    time::Duration,
};

use arc_swap::ArcSwap;
use axum::{
    extract::State,
    http::{HeaderValue, Method, StatusCode, header},
    response::IntoResponse,
};
use chrono::Utc;
use halyard_store::evaluations::EvaluationSource;
use metrics::{Counter, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{
    BuildError, Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};
use tokio::sync::Semaphore;

use super::names as name;
use crate::Api;

/// Where durations are told apart, in seconds.
const SECONDS: [f64; 15] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];
/// Where sizes are told apart.
const SIZES: [f64; 11] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 5_000.0];
/// Every door that evaluations come through.
const SOURCES: [EvaluationSource; 5] = [
    EvaluationSource::Evaluate,
    EvaluationSource::EvaluateAll,
    EvaluationSource::LaunchDarkly,
    EvaluationSource::Ofrep,
    EvaluationSource::OfrepAll,
];
/// How often what was measured is counted up, so that it does not pile up between scrapes.
const UPKEEP: Duration = Duration::from_secs(2);

/// The numbers of one server. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Metrics {
    numbers: Arc<Numbers>,
}

struct Numbers {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    /// By route; grows to the number of routes.
    routes: ArcSwap<HashMap<Box<str>, Arc<RouteNumbers>>>,
    shed: Counter,
    /// By source, in the order of [`SOURCES`].
    evaluations: [Counter; SOURCES.len()],
    /// Free slots for connections, out of so many.
    slots: Arc<Semaphore>,
    connections: usize,
}

impl std::fmt::Debug for Numbers {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Numbers").finish_non_exhaustive()
    }
}

/// What is counted for one route.
struct RouteNumbers {
    took: Histogram,
    /// A handful: methods and statuses that were seen.
    answers: ArcSwap<Vec<(&'static str, StatusCode, Counter)>>,
}

impl Metrics {
    /// The numbers of a server with so many slots for connections. Must be called inside a tokio
    /// runtime.
    pub(crate) fn start(slots: Arc<Semaphore>, connections: usize) -> Self {
        let recorder = recorder();
        name::describe(&recorder);
        let shed = recorder.register_counter(&Key::from_static_name(name::SHED), &METADATA);
        let evaluations = SOURCES.map(|source| {
            let labels = vec![Label::new("source", source.as_str())];
            recorder.register_counter(&Key::from_parts(name::EVALUATIONS, labels), &METADATA)
        });
        let handle = recorder.handle();
        let routes = ArcSwap::default();
        let numbers = Arc::new(Numbers { recorder, handle, routes, shed, evaluations, slots, connections });
        // Before anything is measured.
        let _ = process();
        tokio::spawn(keep_up(Arc::downgrade(&numbers)));
        Metrics { numbers }
    }

    /// A request was answered.
    pub(crate) fn answered(&self, route: &str, method: &Method, status: StatusCode, took: Duration) {
        let numbers = &self.numbers;
        let routes = numbers.routes.load();
        let known = routes.get(route).cloned();
        let route_numbers = known.unwrap_or_else(|| numbers.add_route(route));
        route_numbers.took.record(took);
        let method = bounded(method);
        let answers = route_numbers.answers.load();
        match answers.iter().find(|(m, s, _)| *m == method && *s == status) {
            Some((_, _, counter)) => counter.increment(1),
            None => numbers.add_answer(&route_numbers, route, method, status).increment(1),
        }
    }

    /// An evaluation was asked for.
    pub(crate) fn evaluated(&self, source: EvaluationSource) {
        if let Some(at) = SOURCES.iter().position(|known| *known == source) {
            self.numbers.evaluations[at].increment(1);
        }
    }

    /// A request was shed.
    pub(crate) fn shed(&self) {
        self.numbers.shed.increment(1);
    }

    /// Everything, in Prometheus' text format.
    fn render(&self, api: &Api) -> String {
        self.numbers.observe(api);
        let mut text = self.numbers.handle.render();
        if let Some(process) = process() {
            text.push_str(&process.render());
        }
        text
    }
}

const METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, None);

impl Numbers {
    fn add_route(&self, route: &str) -> Arc<RouteNumbers> {
        let key = Key::from_parts(name::DURATION, vec![Label::new("route", route.to_owned())]);
        let took = self.recorder.register_histogram(&key, &METADATA);
        let new = Arc::new(RouteNumbers { took, answers: ArcSwap::default() });
        self.routes.rcu(|routes| {
            let mut routes = HashMap::clone(routes);
            routes.entry(route.into()).or_insert_with(|| Arc::clone(&new));
            routes
        });
        new
    }

    fn add_answer(
        &self,
        numbers: &RouteNumbers,
        route: &str,
        method: &'static str,
        status: StatusCode,
    ) -> Counter {
        let labels = vec![
            Label::new("route", route.to_owned()),
            Label::new("method", method),
            Label::new("status", status.as_str().to_owned()),
        ];
        // The same counter whoever registers it first.
        let counter = self.recorder.register_counter(&Key::from_parts(name::REQUESTS, labels), &METADATA);
        numbers.answers.rcu(|answers| {
            let mut answers = Vec::clone(answers);
            answers.push((method, status, counter.clone()));
            answers
        });
        counter
    }

    fn gauge(&self, name: &'static str, labels: Vec<Label>, value: f64) {
        self.recorder.register_gauge(&Key::from_parts(name, labels), &METADATA).set(value);
    }

    fn counter(&self, name: &'static str, labels: Vec<Label>, value: u64) {
        self.recorder.register_counter(&Key::from_parts(name, labels), &METADATA).absolute(value);
    }

    /// Reads what others count, at this moment.
    fn observe(&self, api: &Api) {
        let log = api.evaluator().log_counts();
        self.counter(name::EVALUATED, vec![], log.evaluated);
        self.counter(name::RECOVERED, vec![], log.recovered);
        self.counter(name::STORED, vec![], log.stored);
        self.gauge(name::QUEUED, vec![], log.queued as f64);
        self.gauge(name::SPOOLED, vec![], log.spooled as f64);
        for (reason, calls) in log.dropped_by_reason() {
            self.counter(name::DROPPED, vec![Label::new("reason", reason)], calls);
        }

        let state = api.live().state().borrow().clone();
        self.gauge(name::CONFIG_VERSION, vec![], state.config_version as f64);
        self.gauge(name::CONNECTED, vec![], f64::from(u8::from(state.connected)));
        let age = (Utc::now() - state.since).as_seconds_f64().max(0.0);
        self.gauge(name::STATE_AGE, vec![], age);
        // What is served is what the database has, or had when it last answered.
        self.gauge(name::CONFIG_AGE, vec![], if state.connected { 0.0 } else { age });
        for (pool, connections) in api.store().pools() {
            let label = |state| vec![Label::new("pool", pool), Label::new("state", state)];
            self.gauge(name::POOL, label("idle"), f64::from(connections.idle));
            self.gauge(name::POOL, label("used"), f64::from(connections.open - connections.idle));
            self.gauge(name::POOL_MOST, vec![Label::new("pool", pool)], f64::from(connections.most));
        }

        self.counter(name::RATE_LIMITED, vec![], api.admission().refused());
        let open = self.connections.saturating_sub(self.slots.available_permits());
        self.gauge(name::CONNECTIONS, vec![], open as f64);
        self.gauge(name::BUILD, vec![Label::new("version", env!("CARGO_PKG_VERSION"))], 1.0);
    }
}

/// The route of `/metrics`.
#[utoipa::path(get, path = "/metrics", tag = "operations", responses((status = 200, body = String)))]
pub(crate) async fn metrics(State(api): State<Api>) -> impl IntoResponse {
    let media_type = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, media_type)], api.metrics().render(&api))
}

/// Whoever sends an unheard-of method does not get a label for it.
fn bounded(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        "REPORT" => "REPORT",
        _ => "other",
    }
}

async fn keep_up(numbers: Weak<Numbers>) {
    let mut ticks = tokio::time::interval(UPKEEP);
    loop {
        ticks.tick().await;
        let Some(numbers) = numbers.upgrade() else { return };
        numbers.handle.run_upkeep();
        if let Some(process) = process() {
            process.run_upkeep();
        }
    }
}

/// What the evaluator measures, which knows no server: one recorder for the process. `None` when the
/// program has a recorder of its own.
fn process() -> Option<&'static PrometheusHandle> {
    static PROCESS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let installed = PROCESS.get_or_init(|| {
        let recorder = recorder();
        name::describe_evaluator(&recorder);
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).is_ok().then_some(handle)
    });
    installed.as_ref()
}

fn recorder() -> PrometheusRecorder {
    let with_buckets = || -> Result<PrometheusBuilder, BuildError> {
        let seconds = Matcher::Suffix("_seconds".to_owned());
        PrometheusBuilder::new().set_buckets_for_metric(seconds, &SECONDS)?.set_buckets(&SIZES)
    };
    // Only an empty list of buckets is refused.
    with_buckets().unwrap_or_default().build_recorder()
}

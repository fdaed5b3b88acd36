//! The state that all commands share: the open workspace, what is remembered between runs, and
//! the one way from one workspace to another.

use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::watch, task::JoinHandle};
use uuid::Uuid;

use crate::{
    CommandError, ErrorCode, LocalEndpoints,
    export::Exporting,
    workspace::{
        Workspace,
        info::{
            Progress, RememberedWorkspace, WorkspaceInfo, WorkspaceKind, WorkspaceState, WorkspaceStatus,
        },
        opening,
        passwords::Passwords,
        person,
        remembered::{Record, Remembered},
    },
};

/// Between two tries to open a workspace whose database does not answer.
const RETRY: Duration = Duration::from_secs(1);

/// How long a command waits for a database that is known to be gone: a restart may take so long.
const PATIENCE: Duration = Duration::from_secs(2);

/// What an app is started with.
#[derive(Debug, Clone)]
pub struct AppOptions {
    /// Where everything is kept: remembered workspaces and the embedded database.
    pub data_dir: PathBuf,
    /// Where exported files go: the person's Downloads directory, when there is one.
    pub exports_dir: Option<PathBuf>,
    /// Where the shell's bundled resources are, when there is a shell.
    pub resource_dir: Option<PathBuf>,
    /// This program as the audit names it, such as `desktop 0.1.0`.
    pub client: String,
    /// What serves the workspace's local endpoint, where something can.
    pub local_endpoints: Option<Arc<dyn LocalEndpoints>>,
}

/// The running app. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    options: AppOptions,
    remembered: Mutex<Remembered>,
    passwords: Passwords,
    exporting: Exporting,
    state: watch::Sender<State>,
    /// The task that opens, or retries to open, a workspace.
    opening: Mutex<Option<JoinHandle<()>>>,
    /// Held while one workspace takes the place of another.
    switching: tokio::sync::Mutex<()>,
    /// Held while the key that signs checkpoints is looked for or made.
    signing: tokio::sync::Mutex<()>,
}

/// Whether a workspace can be used.
#[derive(Debug, Clone)]
pub(crate) enum State {
    None { problem: Option<CommandError> },
    Opening { record: Record, progress: Progress },
    Ready(Arc<Workspace>),
    Unavailable { record: Record, problem: CommandError },
}

impl State {
    fn opening(record: Record) -> Self {
        State::Opening { record, progress: Progress { label: "Opening".into(), fraction: None } }
    }
}

impl App {
    /// Starts the app and, in the background, opens the workspace that was open last. Must be
    /// called inside a tokio runtime.
    ///
    /// # Errors
    /// When the data directory cannot be used.
    pub fn start(options: AppOptions) -> io::Result<Self> {
        let remembered = Remembered::load(&options.data_dir)?;
        let last = remembered.last_open();
        let shared = Shared {
            exporting: Exporting::new(options.exports_dir.clone()),
            options,
            remembered: Mutex::new(remembered),
            passwords: Passwords::default(),
            state: watch::Sender::new(State::None { problem: None }),
            opening: Mutex::default(),
            switching: tokio::sync::Mutex::default(),
            signing: tokio::sync::Mutex::default(),
        };
        let app = App { shared: Arc::new(shared) };
        if let Some(record) = last {
            app.shared.state.send_replace(State::opening(record.clone()));
            app.begin_opening(record);
        }
        Ok(app)
    }

    /// Leaves in good order: stops what was started. The workspace is opened again next time.
    pub async fn shut_down(&self) {
        self.stop_opening().await;
        self.replace_state(State::None { problem: None }).await;
    }

    /// Whether a workspace is open, being opened, or to be opened once its database answers.
    #[must_use]
    pub fn has_workspace(&self) -> bool {
        self.current_id().is_some()
    }

    /// Waits until nothing is being opened any more.
    pub async fn opened_or_failed(&self) {
        let mut state = self.watch_state();
        // Fails only when the app is gone, and then nothing is being opened either.
        let _ = state.wait_for(|state| !matches!(state, State::Opening { .. })).await;
    }

    /// Opens the sample workspace in the background, making it first when there is none. Another
    /// workspace that is open is closed.
    pub async fn explore_sample(&self) {
        self.open_sample(|_| {}).await;
    }

    /// The same for somebody who asked for it on the command line: the system's name for them is
    /// taken as the audit's actor, which Settings can change, so that the first page shows data.
    pub async fn explore_sample_unasked(&self) {
        self.open_sample(|record| {
            record.actor.get_or_insert_with(person::suggested);
        })
        .await;
    }

    async fn open_sample(&self, introduce: impl FnOnce(&mut Record)) {
        let current = match self.state() {
            State::Ready(workspace) => Some(workspace.record()),
            State::Opening { record, .. } => Some(record),
            State::None { .. } | State::Unavailable { .. } => None,
        };
        if current.is_some_and(|record| record.kind == WorkspaceKind::Embedded) {
            return;
        }
        let known =
            self.remembered().all().iter().find(|record| record.kind == WorkspaceKind::Embedded).cloned();
        let mut record = known.unwrap_or_else(Record::sample);
        introduce(&mut record);
        self.open_in_background(record).await;
    }

    /// The open workspace.
    ///
    /// # Errors
    /// `no_workspace`, or `database_unavailable` while the one to open cannot be reached.
    pub(crate) fn workspace(&self) -> Result<Arc<Workspace>, CommandError> {
        match &*self.shared.state.borrow() {
            State::Ready(workspace) => Ok(Arc::clone(workspace)),
            State::Unavailable { problem, .. } => Err(problem.clone()),
            State::Opening { .. } => Err(CommandError::new(
                ErrorCode::NoWorkspace,
                "The workspace is still being opened. Try again in a moment.",
            )),
            State::None { .. } => Err(CommandError::no_workspace()),
        }
    }

    /// Runs a command of the open workspace, but answers `database_unavailable` soon after its
    /// database is known to be gone, instead of waiting for it to come back.
    pub(crate) async fn unless_cut_off<T>(
        &self,
        command: impl Future<Output = Result<T, CommandError>>,
    ) -> Result<T, CommandError> {
        let Ok(workspace) = self.workspace() else { return command.await };
        tokio::select! {
            answer = command => answer,
            () = workspace.cut_off_for(PATIENCE) => Err(CommandError::cut_off()),
        }
    }

    pub(crate) fn options(&self) -> &AppOptions {
        &self.shared.options
    }

    /// Files being exported.
    pub(crate) fn exporting(&self) -> &Exporting {
        &self.shared.exporting
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.shared.passwords
    }

    pub(crate) fn signing(&self) -> &tokio::sync::Mutex<()> {
        &self.shared.signing
    }

    pub(crate) fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.shared.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn state(&self) -> State {
        self.shared.state.borrow().clone()
    }

    /// Sees every change of the state.
    pub(crate) fn watch_state(&self) -> watch::Receiver<State> {
        self.shared.state.subscribe()
    }

    /// What the page's frame shows.
    pub(crate) fn status(&self) -> WorkspaceStatus {
        let remembered = self.remembered();
        let (state, record, progress, problem) = match self.state() {
            State::None { problem } => (WorkspaceState::None, None, None, problem),
            State::Opening { record, progress } => {
                (WorkspaceState::Opening, Some(record), Some(progress), None)
            }
            State::Ready(workspace) => (WorkspaceState::Ready, Some(workspace.record()), None, None),
            State::Unavailable { record, problem } => {
                (WorkspaceState::Unavailable, Some(record), None, Some(problem))
            }
        };
        let (workspace, rights) = match self.state() {
            State::Ready(workspace) => (Some(workspace.info()), Some(workspace.rights())),
            _ => (record.as_ref().map(WorkspaceInfo::before_opening), None),
        };
        WorkspaceStatus {
            state,
            workspace,
            progress,
            problem,
            rights,
            kill_notifications: record.as_ref().is_some_and(|record| record.kill_notifications),
            actor: record.and_then(|record| record.actor),
            suggested_actor: person::suggested(),
            remembered: remembered.all().iter().map(RememberedWorkspace::from).collect(),
        }
    }

    /// Opens a workspace behind the page's back, telling how far it is. While its database does
    /// not answer it is tried again, until another workspace is opened or this one is closed.
    pub(crate) async fn open_in_background(&self, record: Record) {
        self.stop_opening().await;
        self.replace_state(State::opening(record.clone())).await;
        self.begin_opening(record);
    }

    fn begin_opening(&self, record: Record) {
        let app = self.clone();
        self.run_opening(async move {
            loop {
                match opening::open(&app, &record, None).await {
                    Ok(workspace) => return app.opened(workspace).await,
                    Err(problem) => {
                        let again = problem.is_outage();
                        tracing::info!(%problem, again, "a workspace cannot be opened");
                        let record = record.clone();
                        app.shared.state.send_replace(State::Unavailable { record, problem });
                        if !again {
                            return;
                        }
                    }
                }
                tokio::time::sleep(RETRY).await;
            }
        });
    }

    /// Runs what opens a workspace, so that it can be stopped.
    fn run_opening(&self, opening: impl Future<Output = ()> + Send + 'static) {
        let handle = tokio::spawn(opening);
        *self.shared.opening.lock().unwrap_or_else(PoisonError::into_inner) = Some(handle);
    }

    /// Stops opening, if something is being opened, and waits until what it had started is stopped.
    pub(crate) async fn stop_opening(&self) {
        let running = self.shared.opening.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = running {
            task.abort();
            // Cancelled or done: either way it is over.
            let _ = task.await;
        }
    }

    /// Says how far opening is; ignored when nothing is being opened any more.
    pub(crate) fn progress(&self, label: impl Into<String>, fraction: Option<f64>) {
        let label = label.into();
        self.shared.state.send_if_modified(|state| match state {
            State::Opening { progress, .. } => {
                *progress = Progress { label, fraction };
                true
            }
            _ => false,
        });
    }

    /// Makes a workspace the open one and remembers it.
    pub(crate) async fn opened(&self, workspace: Workspace) {
        if let Err(error) = self.remembered().opened(&workspace.record()) {
            tracing::warn!(%error, "the workspace cannot be remembered");
        }
        let workspace = Arc::new(workspace);
        self.replace_state(State::Ready(Arc::clone(&workspace))).await;
        // Only now: the workspace before may have had the port.
        workspace.endpoint().resume(workspace.record().local_endpoint).await;
    }

    /// Puts another state in place and closes the workspace that was open.
    pub(crate) async fn replace_state(&self, next: State) {
        let _switching = self.shared.switching.lock().await;
        if let State::Ready(workspace) = self.shared.state.send_replace(next) {
            workspace.close().await;
        }
    }

    /// Changes what is remembered of the open workspace.
    pub(crate) fn change_record(&self, change: impl Fn(&mut Record)) -> Result<(), CommandError> {
        let workspace = self.workspace()?;
        workspace.change_record(&change);
        self.remembered().change(workspace.record().id, change).map_err(CommandError::internal)?;
        self.shared.state.send_modify(|_| {});
        Ok(())
    }

    /// The id of the workspace that is open, being opened or unavailable.
    pub(crate) fn current_id(&self) -> Option<Uuid> {
        match &*self.shared.state.borrow() {
            State::None { .. } => None,
            State::Opening { record, .. } | State::Unavailable { record, .. } => Some(record.id),
            State::Ready(workspace) => Some(workspace.record().id),
        }
    }
}

//! The one list of commands. Everything that must agree on it is made from it: dispatch by
//! name, the shell's handlers and permissions, the page's types and cache tags.
//!
//! A command is a request struct, a short handler and a response struct side by side in the
//! file of its area, and one line below.

pub mod audiences;
pub mod audit;
pub mod customers;
pub mod environments;
pub mod evaluations;
pub mod evaluators;
pub mod exports;
pub mod flags;
pub mod impact;
pub mod kill;
pub mod local_endpoint;
pub mod log_upkeep;
pub mod reach;
pub mod reviews;
pub mod sdk_keys;
pub mod why;
pub mod workspace;

use halyard_store::{
    attribute::Attribute,
    audiences::{Audience, AudienceVersion, BrokenAudience, NewAudience},
    audit::{AuditAuthors, AuditPage, AuditQuery},
    catalogue::CatalogueTable,
    customer_source::CustomerSourceStatus,
    customers::{Customer, CustomerReference},
    environments::{Environment, NewEnvironment},
    evaluations::{
        Erased, EvaluationCallDetail, EvaluationsHistogram, EvaluationsPage, FlagUsage, FlagsUsage,
        LogStorage, SdkSeen,
    },
    evaluators::Evaluator,
    flags::{Flag, FlagVersion, FlagsList, NewFlag},
    kill::{KillBoard, KillResult, KillsSince},
    memberships::{AudienceCount, AudienceSample},
    reviews::ReviewDue,
    sdk_keys::{CreatedSdkKey, NewSdkKey, SdkKey},
    settings::Settings,
    suggestions::{AttributeSuggestions, EventNames},
    unknown_flags::UnknownFlag,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use ts_rs::TS;

use crate::{App, CommandError, ErrorCode};

/// What takes or answers nothing: `{}`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(type = "Record<string, never>")]
pub struct Nothing {}

/// What the page caches answers under: a query provides some, a change invalidates some.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the area it names")]
pub enum CacheTag {
    Workspace,
    Flags,
    Audiences,
    Environments,
    CustomerSource,
    Customers,
    Audit,
    Evaluations,
    SdkKeys,
    Evaluators,
    LocalEndpoint,
}

impl CacheTag {
    /// Every tag: what opening another workspace makes stale.
    pub const ALL: &[CacheTag] = &[
        CacheTag::Workspace,
        CacheTag::Flags,
        CacheTag::Audiences,
        CacheTag::Environments,
        CacheTag::CustomerSource,
        CacheTag::Customers,
        CacheTag::Audit,
        CacheTag::Evaluations,
        CacheTag::SdkKeys,
        CacheTag::Evaluators,
        CacheTag::LocalEndpoint,
    ];
}

/// One command as the generated TypeScript needs it.
pub struct CommandInfo {
    /// The name on the wire.
    pub name: &'static str,
    /// What it does, for the page's author; empty when the name says it.
    pub docs: &'static str,
    /// Tags its answer is cached under.
    pub provides: &'static [CacheTag],
    /// Tags whose cached answers it makes stale.
    pub invalidates: &'static [CacheTag],
}

macro_rules! tags {
    (everything) => { CacheTag::ALL };
    ($($tag:ident)*) => { &[$(CacheTag::$tag),*] };
}

/// Makes the list, `dispatch`, the visitor of wire types and `for_each_command!`.
/// `$dollar` is a literal `$`, which a macro that defines a macro cannot write itself.
macro_rules! commands {
    (($dollar:tt) $(
        $area:ident {
            $(
                $(#[doc = $docs:literal])*
                $name:ident($request:ty) -> $response:ty
                    $(, provides [$($provides:ident)*])?
                    $(, invalidates [$($invalidates:ident)*])?;
            )*
        }
    )*) => {
        #[allow(non_camel_case_types, reason = "named as the files are")]
        enum Area { $($area),* }

        /// Every command, in the order of the list.
        pub const COMMANDS: &[CommandInfo] = &[$($(
            CommandInfo {
                name: stringify!($name),
                docs: concat!("", $($docs),*),
                provides: tags!($($($provides)*)?),
                invalidates: tags!($($($invalidates)*)?),
            },
        )*)*];

        /// Runs the command called `name` with a JSON request.
        ///
        /// # Errors
        /// `not_found` for an unknown name, `invalid` for a request of another shape, and
        /// whatever the command itself answers.
        pub async fn dispatch(app: &App, name: &str, request: Value) -> Result<Value, CommandError> {
            match name {
                // Boxed, or every caller's future would be as large as the largest command's.
                $($(stringify!($name) => {
                    let request: $request = parse(request)?;
                    let command = Box::pin($area::$name(app, request));
                    let answer = match Area::$area {
                        // These do not need the database, or see to it themselves.
                        Area::workspace | Area::local_endpoint | Area::exports | Area::kill => command.await,
                        _ => app.unless_cut_off(command).await,
                    };
                    render(&answer?)
                })*)*
                _ => Err(CommandError::new(ErrorCode::NotFound, "There is no such command.")),
            }
        }

        /// Shows every command with its request and response type to a visitor.
        pub(crate) fn visit_types(visitor: &mut impl CommandVisitor) {
            $($(visitor.command::<$request, $response>(stringify!($name));)*)*
        }

        /// Calls a macro with the names of all commands: `callback! { name name … }`.
        #[macro_export]
        macro_rules! for_each_command {
            ($dollar callback:ident) => { $dollar callback! { $($($name)*)* } };
        }
    };
}

/// Sees each command with its wire types.
pub(crate) trait CommandVisitor {
    fn command<Request: TS + 'static, Response: TS + 'static>(&mut self, name: &'static str);
}

commands! { ($)
    workspace {
        workspace_status(Nothing) -> workspace::WorkspaceStatus, provides [Workspace];
        /// Opens the sample workspace, making it first when there is none. Answers at once;
        /// `workspace_status` shows the progress.
        workspace_explore_sample(Nothing) -> workspace::WorkspaceStatus, invalidates [everything];
        /// Tries a connection step by step; changes nothing.
        workspace_test_connection(workspace::WorkspaceTestConnection) -> workspace::ConnectionReport;
        /// Creates the schema only when `createSchema` is true; otherwise a missing schema is an error.
        workspace_connect(workspace::WorkspaceConnect) -> workspace::WorkspaceStatus, invalidates [everything];
        /// `password`: for a connected workspace whose password was not remembered.
        workspace_open(workspace::WorkspaceOpen) -> workspace::WorkspaceStatus, invalidates [everything];
        workspace_close(Nothing) -> workspace::WorkspaceStatus, invalidates [everything];
        workspace_forget(workspace::WorkspaceForget) -> workspace::WorkspaceStatus, invalidates [everything];
        workspace_rename(workspace::WorkspaceRename) -> workspace::WorkspaceStatus, invalidates [Workspace];
        actor_set(workspace::ActorSet) -> workspace::WorkspaceStatus, invalidates [Workspace];
        /// Answers at once when the state is not the known one, else when it changes, at the latest after 25 s.
        live_wait(workspace::LiveWait) -> workspace::Live;
    }
    flags {
        flags_list(flags::FlagsListRequest) -> FlagsList, provides [Flags];
        /// `flag` is the id or the key, here and below.
        flag_get(flags::FlagGet) -> Flag, provides [Flags];
        flag_create(NewFlag) -> Flag, invalidates [Flags Audit];
        flag_update(flags::FlagUpdate) -> Flag, invalidates [Flags Audit];
        flag_set_environment(flags::FlagSetEnvironment) -> Flag, invalidates [Flags Audit];
        flag_archive(flags::FlagArchive) -> Flag, invalidates [Flags Audit];
        flag_unarchive(flags::FlagArchive) -> Flag, invalidates [Flags Audit];
        flag_revert(flags::FlagRevert) -> Flag, invalidates [Flags Audit];
        flag_versions(flags::FlagVersionsRequest) -> Vec<FlagVersion>, provides [Flags];
    }
    kill {
        /// Idempotent, needs no version, never conflicts. `blocked` after a second of waiting for somebody
        /// who holds the flag (`details.blocker`), `database_unavailable` at once when it is known to be
        /// gone: in both cases it goes on in the background, see `kill_attempt`.
        flag_kill(kill::FlagKill) -> KillResult, invalidates [Flags Audit];
        /// The same way back. While the database is gone it is not tried in the background.
        flag_restore(kill::FlagKill) -> KillResult, invalidates [Flags Audit];
        /// In the order asked for.
        flags_kill(kill::FlagsKill) -> Vec<kill::FlagKilled>, invalidates [Flags Audit];
        /// The kill or restore of a flag that goes on in the background, or how it ended; null when none does.
        kill_attempt(kill::KillOf) -> Option<kill::KillAttempt>;
        /// Stops trying.
        kill_call_off(kill::KillOf) -> Nothing;
        /// Ends the session that holds the flag, if the database role may.
        session_end(kill::SessionEnd) -> Nothing;
        /// Cheap: to be asked again and again while somebody watches.
        kill_effect(kill::KillEffectRequest) -> kill::KillEffect;
        /// Counted in the background; `count_progress` and `count_cancel` know it by its topic.
        kill_consequence(kill::KillConsequenceRequest) -> kill::KillConsequence,
            provides [Flags Audiences Customers CustomerSource];
        /// From the last known state: works while the database is gone.
        flag_kill_statement(kill::FlagKillStatement) -> kill::KillStatement;
        kill_board(Nothing) -> KillBoard, provides [Flags Audit];
        /// For telling of kills by others.
        kills_since(kill::KillsSinceRequest) -> KillsSince;
        kill_notifications_set(kill::KillNotificationsSet) -> workspace::WorkspaceStatus, invalidates [Workspace];
    }
    reach {
        flags_reach(Nothing) -> reach::FlagsReach, provides [Flags Audiences Customers CustomerSource];
        /// Counts a draft over all customers, through the engine.
        flag_reach(reach::FlagReachRequest) -> reach::FlagReach, provides [Audiences Customers CustomerSource];
        /// How far the count of a topic is.
        count_progress(reach::CountTopic) -> reach::CountProgress;
        /// Calls off the count of a topic: it answers `cancelled`.
        count_cancel(reach::CountTopic) -> Nothing;
    }
    impact {
        /// What saving a draft would change, over all customers.
        flag_impact(impact::FlagImpactRequest) -> impact::FlagImpact,
            provides [Flags Audiences Customers CustomerSource];
        /// Who they are, in the order of their ids.
        impact_customers(impact::ImpactCustomersRequest) -> impact::CustomersPage,
            provides [Flags Audiences Customers CustomerSource];
        /// The same as a CSV file in the Downloads directory, all of them.
        impact_customers_export(impact::ImpactCustomersExport) -> exports::Exported, invalidates [Audit];
        impact_breakdown(impact::ImpactBreakdownRequest) -> impact::ImpactBreakdown,
            provides [Flags Audiences Customers CustomerSource];
        /// What saving an edited audience would change: by every flag that uses it.
        audience_impact(impact::AudienceImpactRequest) -> impact::AudienceImpact,
            provides [Flags Audiences Customers CustomerSource];
        /// Who come in or go out by it, in the order of their ids.
        audience_impact_customers(impact::AudienceImpactCustomersRequest) -> impact::CrossingPage,
            provides [Audiences Customers CustomerSource];
        /// As a CSV file in the Downloads directory; the audit trail knows who did.
        audience_impact_customers_export(impact::AudienceImpactCustomersExport) -> exports::Exported, invalidates [Audit];
    }
    exports {
        /// How far the export of a topic is.
        export_progress(exports::ExportTopic) -> exports::ExportProgress;
        /// Cancels the export of a topic: it answers `cancelled`, and no file is left.
        export_cancel(exports::ExportTopic) -> Nothing;
    }
    why {
        /// Now, or at a moment of the past.
        why(why::WhyRequest) -> why::Why, provides [Flags Audiences Customers];
        /// Every flag at once, a line each.
        why_all(why::WhyAllRequest) -> why::WhyAll, provides [Flags Audiences Customers];
    }
    audiences {
        audiences_list(Nothing) -> Vec<Audience>, provides [Audiences Flags];
        /// Those that do not fit the customers' tables any more.
        audiences_broken(Nothing) -> Vec<BrokenAudience>, provides [Audiences Flags CustomerSource];
        audience_get(audiences::AudienceGet) -> Audience, provides [Audiences Flags];
        audience_create(NewAudience) -> Audience, invalidates [Audiences Audit];
        audience_update(audiences::AudienceUpdate) -> Audience, invalidates [Audiences Audit];
        audience_delete(audiences::AudienceDelete) -> Nothing, invalidates [Audiences Audit];
        audience_versions(audiences::AudienceVersionsRequest) -> Vec<AudienceVersion>, provides [Audiences];
        audience_revert(audiences::AudienceRevert) -> Audience, invalidates [Audiences Audit];
        audience_count(audiences::AudienceCountRequest) -> AudienceCount, provides [Customers CustomerSource];
        /// Some of the customers that a condition holds for, in the order of their ids.
        audience_sample(audiences::AudienceSampleRequest) -> AudienceSample, provides [Customers CustomerSource];
        audience_check(audiences::AudienceCheckRequest) -> audiences::AudienceCheck,
            provides [Customers CustomerSource];
        attributes_list(Nothing) -> Vec<Attribute>, provides [CustomerSource];
        attribute_suggestions(audiences::AttributeSuggestionsRequest) -> AttributeSuggestions,
            provides [CustomerSource];
        event_names(Nothing) -> Option<EventNames>, provides [CustomerSource];
    }
    environments {
        environments_list(Nothing) -> Vec<Environment>, provides [Environments];
        environment_create(NewEnvironment) -> Vec<Environment>, invalidates [Environments Flags Audit];
        environment_update(environments::EnvironmentUpdate) -> Vec<Environment>, invalidates [Environments Audit];
        /// All keys in their new order.
        environments_reorder(environments::EnvironmentsReorder) -> Vec<Environment>, invalidates [Environments Audit];
        environment_delete(environments::EnvironmentDelete) -> Vec<Environment>, invalidates [Environments Flags SdkKeys Audit];
    }
    sdk_keys {
        sdk_keys_list(Nothing) -> Vec<SdkKey>, provides [SdkKeys];
        /// The answer holds the key itself, which is shown once: it must not be cached.
        sdk_key_create(NewSdkKey) -> CreatedSdkKey, invalidates [SdkKeys Audit];
        /// The same, for a key that takes the place of another.
        sdk_key_rotate(sdk_keys::SdkKeyRotate) -> CreatedSdkKey, invalidates [SdkKeys Audit];
        sdk_key_revoke(sdk_keys::SdkKeyRevoke) -> SdkKey, invalidates [SdkKeys Audit];
    }
    evaluators {
        evaluators_list(Nothing) -> Vec<Evaluator>, provides [Evaluators];
    }
    customers {
        customer_source_get(Nothing) -> CustomerSourceStatus, provides [CustomerSource];
        customer_source_set(customers::CustomerSourceSet) -> CustomerSourceStatus,
            invalidates [CustomerSource Customers Audiences Audit];
        catalogue_list(Nothing) -> Vec<CatalogueTable>, provides [CustomerSource];
        customers_search(customers::CustomersSearch) -> Vec<CustomerReference>, provides [Customers CustomerSource];
        /// Everybody, or those that a search finds, page by page.
        customers_list(customers::CustomersListRequest) -> customers::CustomersList,
            provides [Customers CustomerSource];
        /// For whoever waits for a search.
        customers_search_advice(Nothing) -> customers::CustomersSearchAdvice, provides [CustomerSource];
        customer_get(customers::CustomerGet) -> Customer, provides [Customers CustomerSource];
        /// The row, and by one look-up every audience and what every flag serves in an environment.
        customer_profile(customers::CustomerProfileRequest) -> customers::CustomerProfile,
            provides [Flags Audiences Environments Customers CustomerSource];
    }
    local_endpoint {
        local_endpoint_get(Nothing) -> local_endpoint::LocalEndpointStatus, provides [LocalEndpoint];
        local_endpoint_set(local_endpoint::LocalEndpointSet) -> local_endpoint::LocalEndpointStatus,
            invalidates [LocalEndpoint Evaluators];
    }
    audit {
        audit_list(AuditQuery) -> AuditPage, provides [Audit];
        /// What entries can be filtered by.
        audit_authors(Nothing) -> AuditAuthors, provides [Audit];
        /// Verifies the trail from the first entry, in the background; answers at once.
        audit_verify_start(Nothing) -> audit::VerificationStatus;
        /// Stops it.
        audit_verify_cancel(Nothing) -> audit::VerificationStatus;
        /// How far it is; entries that came since a trail was found intact are verified by asking.
        audit_verification(Nothing) -> audit::VerificationStatus;
        /// Signs what the trail is now; this computer remembers it, and the auditor keeps the line.
        audit_checkpoint(Nothing) -> audit::CheckpointMade;
        /// `ndjson` verifies without the database: `halyard-server audit verify`.
        audit_export(audit::AuditExport) -> exports::Exported, invalidates [Audit];
    }
    reviews {
        /// Changes of production without a note, newest first.
        reviews_list(Nothing) -> Vec<ReviewDue>, provides [Audit];
        /// Says why: an entry of its own.
        change_note_add(reviews::ChangeNoteAdd) -> Nothing, invalidates [Audit];
    }
    evaluations {
        /// Newest first in both directions; answers within about two seconds, if need be with how far it looked.
        evaluations_list(evaluations::EvaluationsList) -> EvaluationsPage, provides [Evaluations];
        /// One call with all its flags.
        evaluation_call(evaluations::EvaluationCallGet) -> EvaluationCallDetail, provides [Evaluations];
        /// From the counts alone; says which filters those do not know.
        evaluations_histogram(evaluations::EvaluationsHistogramRequest) -> EvaluationsHistogram,
            provides [Evaluations];
        flag_usage(evaluations::FlagUsageRequest) -> FlagUsage, provides [Evaluations Flags];
        /// The last 24 hours of every flag.
        flags_usage(Nothing) -> FlagsUsage, provides [Evaluations Flags];
        /// Keys that SDKs ask for and that no flag answers to.
        unknown_flags_list(Nothing) -> Vec<UnknownFlag>, provides [Evaluations Flags];
        /// Which SDKs call, for choosing one.
        evaluations_sdks(evaluations::EvaluationsSdks) -> Vec<SdkSeen>, provides [Evaluations];
        /// Looking on: the newest since the last answer, bounded, with the rate.
        evaluations_since(evaluations::EvaluationsSinceRequest) -> evaluations::EvaluationsTail;
        /// As a CSV file in the Downloads directory, all of them.
        evaluations_export(evaluations::EvaluationsExport) -> exports::Exported, invalidates [Audit];
        /// The same filter as a statement for a tool of one's own.
        evaluations_sql(evaluations::EvaluationsSqlRequest) -> evaluations::EvaluationsSql;
    }
    log_upkeep {
        /// How much the evaluation log takes.
        log_storage(Nothing) -> LogStorage, provides [Evaluations Workspace];
        settings_get(Nothing) -> Settings, provides [Workspace];
        settings_set(log_upkeep::SettingsSet) -> Settings, invalidates [Workspace Evaluations Audit];
        /// Removes a customer's evaluations for good.
        customer_erase(log_upkeep::CustomerErase) -> Erased, invalidates [Evaluations Audit];
        customer_erase_progress(Nothing) -> log_upkeep::EraseProgress;
    }
}

/// Reads a request; a request of another shape is `invalid`, naming the field.
fn parse<Request: DeserializeOwned>(request: Value) -> Result<Request, CommandError> {
    // `null` is what a page sends for "nothing".
    let request = if request.is_null() { Value::Object(serde_json::Map::new()) } else { request };
    if !request.is_object() {
        return Err(CommandError::invalid_field("", "A request is an object with named fields."));
    }
    serde_path_to_error::deserialize(request).map_err(|error| {
        let path = match error.path().to_string() {
            root if root == "." => String::new(),
            path => path,
        };
        CommandError::invalid_field(path, sentence(&error.inner().to_string()))
    })
}

/// serde's words as a sentence: capitalised, with a full stop, without backticks.
fn sentence(words: &str) -> String {
    let words = words.replace('`', "\"");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => {
            format!("{}{}.", first.to_uppercase(), letters.as_str().trim_end_matches('.'))
        }
        None => "This is not valid.".to_owned(),
    }
}

fn render(response: &impl Serialize) -> Result<Value, CommandError> {
    serde_json::to_value(response).map_err(CommandError::internal)
}

/// How many rows a request asks for, checked against the most it may.
fn limited(path: &str, limit: i64, most: u32) -> Result<u32, CommandError> {
    u32::try_from(limit).ok().filter(|limit| (1..=most).contains(limit)).ok_or_else(|| {
        CommandError::invalid_field(path, format!("{limit} rows cannot be asked for; choose 1 to {most}."))
    })
}

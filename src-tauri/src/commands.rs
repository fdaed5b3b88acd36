//! One handler for each command of the list, so that permissions can be given command by command.

use halyard_admin::{App, CommandError, dispatch};
use serde_json::Value;
use tauri::{State, ipc::Invoke};

macro_rules! handlers {
    ($($name:ident)*) => {
        $(
            #[tauri::command]
            async fn $name(app: State<'_, App>, request: Value) -> Result<Value, CommandError> {
                dispatch(&app, stringify!($name), request).await
            }
        )*

        /// Every handler.
        pub(crate) fn handler() -> impl Fn(Invoke) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name),*]
        }
    };
}

halyard_admin::for_each_command!(handlers);

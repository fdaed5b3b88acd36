//! What the app can do: the list of commands, their requests, results and errors.

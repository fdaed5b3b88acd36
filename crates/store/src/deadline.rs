//! Deadlines on the client's side, for connections that a hung server would poison.

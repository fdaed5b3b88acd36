//! `halyard-server`: see `arguments.rs` for its commands.

mod arguments;
mod commands;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;

use crate::arguments::Arguments;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let failure = match tokio::runtime::Runtime::new() {
        Ok(runtime) => match runtime.block_on(commands::run(arguments.command)) {
            Ok(code) => return code,
            Err(failure) => failure.to_string(),
        },
        Err(error) => format!("The system gives no threads to work with: {error}."),
    };
    // Nobody is left to tell when stderr is gone.
    let _ = writeln!(io::stderr(), "{failure}");
    ExitCode::FAILURE
}

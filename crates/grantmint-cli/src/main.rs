//! The command `grantmint`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(grantmint_cli::main_with(std::env::args_os().skip(1)))
}

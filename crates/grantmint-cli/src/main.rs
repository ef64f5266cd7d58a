//! The command `grantmint`.

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(unix)]
    if output::was_closed() {
        return ExitCode::from(grantmint_cli::refuse_closed_output());
    }
    ExitCode::from(grantmint_cli::main_with(std::env::args_os().skip(1)))
}

/// Standard output as the process inherited it.
#[cfg(unix)]
mod output {
    use std::sync::atomic::{AtomicBool, Ordering};

    static WAS_CLOSED: AtomicBool = AtomicBool::new(false);

    /// Returns whether standard output was closed (`>&-`) when the process started.
    pub(crate) fn was_closed() -> bool {
        WAS_CLOSED.load(Ordering::Relaxed)
    }

    extern "C" fn look() {
        WAS_CLOSED.store(grantmint_cli::is_output_closed(), Ordering::Relaxed);
    }

    // Before `main`, Rust's runtime opens /dev/null in the place of a closed stream, and a token printed there would be lost.
    // SAFETY: these sections are arrays of pointers to functions that the loader calls before `main`. `look` cannot panic, and
    // of the standard library it uses only a system call.
    #[used]
    #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
    #[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
    static LOOK: extern "C" fn() = look;
}

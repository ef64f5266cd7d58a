//! The number of edges between blocks of code that a call takes.

use std::arch::global_asm;
use std::cell::UnsafeCell;

// In assembly, since the compiler would insert the call into a function of Rust, too.
#[cfg(target_arch = "x86_64")]
global_asm!(
    ".globl __sanitizer_cov_trace_pc_guard",
    "__sanitizer_cov_trace_pc_guard:",
    "inc qword ptr [rip + {edges}]",
    "ret",
    ".globl __sanitizer_cov_trace_pc_guard_init",
    "__sanitizer_cov_trace_pc_guard_init:",
    "ret",
    edges = sym EDGES,
);

#[cfg(not(target_arch = "x86_64"))]
compile_error!("the counter is written for x86_64 alone");

static EDGES: Edges = Edges(UnsafeCell::new(0));

#[repr(transparent)]
struct Edges(UnsafeCell<u64>);

// SAFETY: the search has one thread.
unsafe impl Sync for Edges {}

impl Edges {
    fn get(&self) -> u64 {
        // SAFETY: the search has one thread. The value also changes between calls of this function, by the assembly.
        unsafe { self.0.get().read_volatile() }
    }
}

/// Returns the number of edges that `call` takes: zero in an ordinary build.
pub fn edges(call: impl FnOnce()) -> u64 {
    let before = EDGES.get();
    call();
    EDGES.get() - before
}

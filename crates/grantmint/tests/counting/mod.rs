//! An allocator that counts, for each thread, the requests for memory and their bytes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

/// Returns how often this thread allocates or reallocates in one run, and how many bytes in all. Freeing subtracts
/// nothing. Ten runs go before, since the first one may prepare something.
pub(crate) fn allocations<T>(run: impl Fn() -> T) -> (usize, usize) {
    for _ in 0..10 {
        black_box(run());
    }
    let before = (COUNT.get(), BYTES.get());
    let result = black_box(run());
    let taken = (COUNT.get() - before.0, BYTES.get() - before.1);
    drop(result);
    taken
}

fn count(bytes: usize) {
    COUNT.set(COUNT.get() + 1);
    BYTES.set(BYTES.get() + bytes);
}

// SAFETY: every call is passed on to the system's allocator unchanged. Counting neither allocates nor unwinds. The
// counters are initialized at compile time and have no destructor, so every state of a thread can reach them. No test
// allocates enough bytes to overflow them.
#[expect(
    unsafe_code,
    clippy::undocumented_unsafe_blocks,
    reason = "no other way to watch the allocator; see above"
)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe { System.dealloc(block, layout) }
    }
}

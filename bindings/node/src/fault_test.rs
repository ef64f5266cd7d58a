//! Functions with the faults that the sanitizer must find, for `tests/reliability/asan.mjs`.

use std::hint::black_box;

use napi_derive::napi;

/// Loses a block of as many bytes.
#[napi(catch_unwind)]
pub fn lose(bytes: u32) {
    black_box(Box::leak(vec![0_u8; bytes as usize].into_boxed_slice()).len());
}

/// Reads the byte behind a block of as many.
#[napi(catch_unwind)]
pub fn read_behind(bytes: u32) -> u8 {
    let block = black_box(vec![0_u8; bytes as usize]);
    // SAFETY: it is unsound on purpose.
    unsafe { block.as_ptr().add(block.len()).read_volatile() }
}

/// Reads a byte of a block that was given back.
#[napi(catch_unwind)]
pub fn read_freed(bytes: u32) -> u8 {
    let block = black_box(vec![0_u8; bytes as usize]);
    let first = block.as_ptr();
    drop(block);
    // SAFETY: it is unsound on purpose.
    unsafe { first.read_volatile() }
}

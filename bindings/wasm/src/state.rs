//! The memory that calls share: the input, the output, secrets for the next call, issuers and verifiers.

use std::cell::RefCell;

use grantmint::{Error, Field, Issuer, Secret, Verifier};
use grantmint_bindings::InputError;
use grantmint_javascript::{Failure, GivenSecret, append_utf8};
use zeroize::Zeroize;

use crate::table::Table;

pub(crate) struct State {
    /// Arguments: UTF-16 code units, or bytes in their place.
    input: Vec<u16>,
    /// The answer of the last call, as UTF-8.
    pub(crate) output: String,
    /// The secrets of the next call.
    pub(crate) secrets: Vec<GivenSecret>,
    pub(crate) issuers: Table<Issuer>,
    pub(crate) verifiers: Table<Verifier>,
}

thread_local! {
    static STATE: RefCell<State> = const {
        RefCell::new(State {
            input: Vec::new(),
            output: String::new(),
            secrets: Vec::new(),
            issuers: Table::new(),
            verifiers: Table::new(),
        })
    };
}

pub(crate) fn with<T>(call: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(call)
}

/// Runs a call and leaves its answer in the output. Returns its length, inverted for an error.
pub(crate) fn answer<E: Into<Failure>>(call: impl FnOnce(&mut State) -> Result<String, E>) -> isize {
    with(|state| {
        let result = call(state);
        let is_error = result.is_err();
        state.output =
            result.unwrap_or_else(|error| serde_json::Value::from(error.into().into_parts()).to_string());
        // Rust allocates no more than `isize::MAX` bytes.
        let length = state.output.len().cast_signed();
        if is_error { !length } else { length }
    })
}

/// Runs a call that uses secrets, drops them, and wipes the stack that it used.
pub(crate) fn answer_with_secrets<E: Into<Failure>>(
    call: impl FnOnce(&mut State) -> Result<String, E>,
) -> isize {
    let length = answer(call);
    with(|state| state.secrets.clear());
    wipe_stack();
    length
}

/// Overwrites the part of the stack that the last call used. A call's variables stay in memory until another call
/// overwrites them.
#[inline(never)]
pub(crate) fn wipe_stack() {
    #[expect(
        clippy::large_stack_arrays,
        reason = "a call with a secret uses less of the stack; a test searches it"
    )]
    let mut stack = [0_u8; 32 * 1024];
    std::hint::black_box(&mut stack);
}

impl State {
    /// Returns the address of the input, which then has room for so many code units.
    pub(crate) fn make_room(&mut self, units: usize) -> *mut u16 {
        if self.input.len() < units {
            self.input.zeroize();
            // Frees the memory first: a long list would not fit twice.
            self.input = Vec::new();
            self.input = vec![0; units];
        }
        self.input.as_mut_ptr()
    }

    /// Returns the start of the input.
    pub(crate) fn units(&self, length: usize) -> Result<&[u16], Error> {
        self.input.get(..length).ok_or(Error::Internal)
    }

    /// Returns the bytes in the input behind so many code units.
    pub(crate) fn bytes_after(&self, units: usize, length: usize) -> Result<&[u8], Error> {
        let rest = self.input.get(units..).ok_or(Error::Internal)?;
        // SAFETY: a `u16` consists of two initialized bytes, and no alignment is too small for a `u8`. The slice borrows
        // the input like `rest`.
        let bytes = unsafe { std::slice::from_raw_parts(rest.as_ptr().cast::<u8>(), 2 * rest.len()) };
        bytes.get(..length).ok_or(Error::Internal)
    }

    /// Returns the only secret of a call.
    pub(crate) fn secret(&mut self) -> GivenSecret {
        self.secrets.pop().unwrap_or(Err(InputError::Core(Error::Internal)))
    }

    pub(crate) fn take_secret_text(&mut self, units: usize) {
        let units = self.input.get_mut(..units).unwrap_or_default();
        // A unit has at most three bytes, so the vector never grows and leaves no unwiped copy behind.
        let mut text = Vec::with_capacity(3 * units.len());
        let is_text = append_utf8(units, &mut text);
        units.zeroize();
        let secret = Secret::from(text);
        self.secrets.push(if is_text {
            Ok(secret)
        } else {
            Err(InputError::LoneSurrogate(Field::new("secret")))
        });
    }

    pub(crate) fn take_secret_bytes(&mut self, length: usize) {
        let secret = self.bytes_after(0, length).map(|bytes| Secret::from(bytes.to_vec()));
        self.input.get_mut(..length.div_ceil(2)).unwrap_or_default().zeroize();
        self.secrets.push(secret.map_err(InputError::Core));
    }
}

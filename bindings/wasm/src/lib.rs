//! The WebAssembly module of the npm package: the calls of `grantmint-javascript` as exports. `node/lib/wasm.js` calls
//! them.
//!
//! The module imports nothing. JavaScript passes the time to each call that needs it, as milliseconds since the epoch, and
//! writes arguments into one buffer, the input. A call leaves its answer in another, the output, and returns the answer's
//! length in bytes. For an error, it returns the length of the error's parts as JSON text with all bits inverted, a
//! negative number.
//!
//! A panic is a trap. JavaScript then abandons the instance.

#![expect(unsafe_code, reason = "exports have names, and JavaScript writes bytes into memory")]

mod state;
mod table;

use grantmint::internal::DEFAULT_MAX_SIZE;
use grantmint::{Error, Field, MintOptions, TokenError};
use grantmint_bindings::InputError;
use grantmint_javascript::{Failure, Subject, append_utf8, inspect_options};

use crate::state::{answer, answer_with_secrets, wipe_stack, with};

/// Makes room for so many UTF-16 code units of input, and returns the buffer's address.
#[unsafe(no_mangle)]
pub extern "C" fn input(units: usize) -> *mut u16 {
    with(|state| state.make_room(units))
}

/// Returns the address of the output.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    with(|state| state.output.as_ptr())
}

/// Moves a secret of so many code units from the input to the next call.
#[unsafe(no_mangle)]
pub extern "C" fn secret_text(units: usize) {
    with(|state| state.take_secret_text(units));
    wipe_stack();
}

/// Moves a secret of so many bytes from the input to the next call.
#[unsafe(no_mangle)]
pub extern "C" fn secret_bytes(length: usize) {
    with(|state| state.take_secret_bytes(length));
    wipe_stack();
}

/// Signs the token of an `AccessToken` object.
#[unsafe(no_mangle)]
pub extern "C" fn sign(units: usize, now: f64) -> isize {
    answer_with_secrets(|state| {
        let secret = state.secret();
        grantmint_javascript::sign(state.units(units)?, secret, clock(now))
    })
}

/// Returns the payload of a product's grant as JSON text.
#[unsafe(no_mangle)]
pub extern "C" fn payload(units: usize) -> isize {
    answer(|state| grantmint_javascript::payload(state.units(units)?))
}

/// Creates an issuer and returns its number.
#[unsafe(no_mangle)]
pub extern "C" fn issuer(units: usize) -> isize {
    answer_with_secrets(|state| {
        let secret = state.secret();
        let issuer = grantmint_javascript::issuer(state.units(units)?, secret)?;
        Ok::<_, InputError>(state.issuers.add(issuer).to_string())
    })
}

/// Drops an issuer.
#[unsafe(no_mangle)]
pub extern "C" fn drop_issuer(place: usize) {
    with(|state| state.issuers.remove(place));
}

/// Mints a token for the identity in the input.
#[unsafe(no_mangle)]
pub extern "C" fn mint(place: usize, units: usize, now: f64) -> isize {
    answer(|state| {
        let units = state.units(units)?;
        let mut identity = Vec::with_capacity(3 * units.len());
        if !append_utf8(units, &mut identity) {
            return Err(InputError::LoneSurrogate(Field::new("identity")));
        }
        let identity = str::from_utf8(&identity).map_err(|_| Error::Internal)?;
        Ok(state.issuers.get(place)?.mint_with(identity, &MintOptions::new().now(clock(now)()?))?)
    })
}

/// Mints a token with options.
#[unsafe(no_mangle)]
pub extern "C" fn mint_with(place: usize, units: usize, now: f64) -> isize {
    answer(|state| {
        grantmint_javascript::mint_with(state.issuers.get(place)?, state.units(units)?, clock(now))
    })
}

/// Mints a token with options and returns it with its identity and times as JSON text.
#[unsafe(no_mangle)]
pub extern "C" fn issue(place: usize, units: usize, now: f64) -> isize {
    answer(|state| {
        let issuer = state.issuers.get(place)?;
        let (identity, minted) = grantmint_javascript::issue(issuer, state.units(units)?, clock(now))?;
        let answer = serde_json::json!({
            "identity": identity,
            "token": minted.token,
            "expiresAt": minted.expires_at,
            "expiresIn": minted.expires_in,
            "renewAt": minted.renew_at,
        });
        Ok::<_, InputError>(answer.to_string())
    })
}

/// Mints tokens for a part of a list and returns them joined by line feeds. The input is the options, so many code units
/// long, and the identities; `first` is the place in the list of the first one.
#[unsafe(no_mangle)]
pub extern "C" fn mint_many(place: usize, options: usize, units: usize, first: usize, now: f64) -> isize {
    answer(|state| {
        let issuer = state.issuers.get(place)?;
        let (options, identities) = state.units(units)?.split_at_checked(options).ok_or(Error::Internal)?;
        let mut tokens = String::new();
        let take = |block: &mut String| {
            if tokens.is_empty() {
                std::mem::swap(&mut tokens, block);
            } else {
                tokens.push('\n');
                tokens.push_str(block);
            }
        };
        grantmint_javascript::mint_many(issuer, identities, options, 1, clock(now), take)
            .map_err(|error| in_whole_list(error, first))?;
        Ok::<_, InputError>(tokens)
    })
}

/// Replaces the place in a part of a list by the place in the whole list.
fn in_whole_list(error: InputError, first: usize) -> InputError {
    match error {
        InputError::AtIndex { index, error } => InputError::AtIndex { index: first + index, error },
        InputError::Core(Error::AtIndex { index, error }) => {
            Error::AtIndex { index: first + index, error }.into()
        }
        other => other,
    }
}

/// Creates a verifier and returns its number and its size limit.
#[unsafe(no_mangle)]
pub extern "C" fn verifier(units: usize) -> isize {
    answer_with_secrets(|state| {
        let secrets = std::mem::take(&mut state.secrets);
        let verifier = grantmint_javascript::verifier(state.units(units)?, secrets)?;
        let max_size = verifier.max_size();
        Ok::<_, InputError>(format!("{} {max_size}", state.verifiers.add(verifier)))
    })
}

/// Drops a verifier.
#[unsafe(no_mangle)]
pub extern "C" fn drop_verifier(place: usize) {
    with(|state| state.verifiers.remove(place));
}

/// Returns the claims of a token that verifies, as JSON text. The input is the options, so many code units long, and the
/// token, so many bytes long.
#[unsafe(no_mangle)]
pub extern "C" fn verify(place: usize, options: usize, length: usize, now: f64) -> isize {
    answer(|state| {
        let now = at(state.units(options)?, now)?;
        let token = state.bytes_after(options, length)?;
        Ok::<_, Failure>(state.verifiers.get(place)?.verify_at(token, now)?.into_payload_json())
    })
}

/// Returns the error of a token that is larger than the verifier's limit. Its text does not matter, so it is never copied.
#[unsafe(no_mangle)]
pub extern "C" fn too_large(place: usize, options: usize, now: f64) -> isize {
    answer(|state| {
        at(state.units(options)?, now)?;
        let max = state.verifiers.get(place)?.max_size();
        Err::<String, Failure>(TokenError::TooLarge { max }.into())
    })
}

/// Returns the size of the largest token that is inspected.
#[unsafe(no_mangle)]
pub extern "C" fn max_size() -> usize {
    DEFAULT_MAX_SIZE
}

/// The length of a value that is not a string, for [`inspect`].
const NOTHING: isize = -1;

/// The length of a string that is larger than any token, for [`inspect`].
const TOO_LARGE: isize = -2;

/// Explains a token. The input is as for [`verify`]. The answer is the length of the inspection as JSON text, a line feed,
/// that text, and the report.
#[unsafe(no_mangle)]
pub extern "C" fn inspect(options: usize, length: isize, now: f64) -> isize {
    answer_with_secrets(|state| {
        let mut given = inspect_options().now(at(state.units(options)?, now)?);
        if let Some(secret) = state.secrets.pop() {
            given = given.secret(secret?);
        }
        let subject = match length {
            NOTHING => Subject::Nothing,
            TOO_LARGE => Subject::TooLarge,
            length => {
                let length = usize::try_from(length).map_err(|_| Error::Internal)?;
                Subject::Token(state.bytes_after(options, length)?)
            }
        };
        let (json, report) = grantmint_javascript::explain(subject, &given);
        Ok::<_, InputError>(format!("{json}\n{report}"))
    })
}

/// Returns the parts of an error that JavaScript found. The input is its code, its field and the value that was found, each
/// of the given length.
#[unsafe(no_mangle)]
pub extern "C" fn failure(code: usize, field: usize, found: usize) -> isize {
    answer(|state| {
        let text = state.units(code + field + found)?;
        let (code, rest) = text.split_at(code);
        let (field, found) = rest.split_at(field);
        let [code, field, found] = [code, field, found].map(String::from_utf16_lossy);
        Err::<String, _>(grantmint_javascript::failure(&code, field, found))
    })
}

/// Returns the facts that the JavaScript classes repeat, as JSON text.
#[unsafe(no_mangle)]
pub extern "C" fn contract() -> isize {
    answer(|_| Ok::<_, Error>(grantmint_javascript::contract()))
}

/// Returns the time in the options, or the clock's. Without options, JavaScript writes nothing.
fn at(options: &[u16], now: f64) -> Result<u64, InputError> {
    if options.is_empty() { clock(now)() } else { grantmint_javascript::now(options, clock(now)) }
}

/// Returns the clock of a call at a time in milliseconds. A clock that reads 0 was stopped.
fn clock(now: f64) -> impl FnOnce() -> Result<u64, InputError> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates, and a time before the epoch becomes the epoch"
    )]
    move || if now == 0.0 { Err(InputError::NoClock) } else { Ok((now / 1000.0) as u64) }
}

/// Panics while a secret is on the stack.
#[cfg(feature = "panic-test")]
#[unsafe(no_mangle)]
#[expect(clippy::panic, reason = "that is what it is for")]
pub extern "C" fn panic_in_call() -> isize {
    answer(|_| -> Result<String, Error> { panic!("a secret") })
}

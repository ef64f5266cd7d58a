//! Strings and bytes from JavaScript, read as UTF-16: no other form reveals a lone surrogate.

use std::ptr;

use grantmint::{Error, Field, Secret};
use grantmint_bindings::InputError;
use grantmint_javascript::{GivenSecret, append_utf8};
use napi::bindgen_prelude::{
    FromNapiValue, Result, TypeName, ValidateNapiValue, ValueType, check_status, sys, type_of,
};
use zeroize::{Zeroize, Zeroizing};

/// The code units of a JavaScript string.
pub struct Utf16(Vec<u16>);

/// The size of a buffer for most calls' arguments, in code units, so that they are read at once.
const ARGUMENTS: usize = 512;

/// The size of a buffer for an API secret or an identity, in code units.
const SHORT: usize = 64;

impl Utf16 {
    pub(crate) fn units(&self) -> &[u16] {
        &self.0
    }
}

/// Reads a string with one call if it has fewer than `room` units.
///
/// # Safety
/// `env` and `value` must belong to the call in progress.
unsafe fn read_units(env: sys::napi_env, value: sys::napi_value, room: usize) -> Result<Vec<u16>> {
    let mut units = vec![0; room];
    let mut length = 0;
    // SAFETY: the buffer has the given length.
    check_status!(unsafe {
        sys::napi_get_value_string_utf16(env, value, units.as_mut_ptr(), units.len(), &raw mut length)
    })?;
    if length + 1 == units.len() {
        // The string may have been cut off (the last unit is a NUL): ask for its length and read all of it.
        // SAFETY: without a buffer, the call only writes the length.
        check_status!(unsafe {
            sys::napi_get_value_string_utf16(env, value, ptr::null_mut(), 0, &raw mut length)
        })?;
        // It may be a secret.
        units.zeroize();
        units = vec![0; length + 1];
        // SAFETY: the buffer has the given length.
        check_status!(unsafe {
            sys::napi_get_value_string_utf16(env, value, units.as_mut_ptr(), units.len(), &raw mut length)
        })?;
    }
    units.truncate(length);
    Ok(units)
}

impl FromNapiValue for Utf16 {
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> Result<Self> {
        // SAFETY: as this function's caller promises.
        unsafe { read_units(env, value, ARGUMENTS) }.map(Self)
    }
}

impl TypeName for Utf16 {
    fn type_name() -> &'static str {
        "string"
    }

    fn value_type() -> ValueType {
        ValueType::String
    }
}

impl ValidateNapiValue for Utf16 {}

/// An identity that is a string; `None` if it contains a lone surrogate.
pub(crate) struct Identity(Option<String>);

impl Identity {
    pub(crate) fn text(&self) -> std::result::Result<&str, InputError> {
        self.0.as_deref().ok_or_else(|| InputError::LoneSurrogate(Field::new("identity")))
    }
}

impl FromNapiValue for Identity {
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> Result<Self> {
        // SAFETY: as this function's caller promises.
        let units = unsafe { read_units(env, value, SHORT) }?;
        let mut text = Vec::with_capacity(units.len());
        Ok(Self(append_utf8(&units, &mut text).then_some(text).and_then(|text| String::from_utf8(text).ok())))
    }
}

/// A token that is read later in its call, once the size limit is known.
pub struct Token {
    env: sys::napi_env,
    value: sys::napi_value,
}

impl Token {
    /// Passes the token's UTF-8 to `then`, with U+FFFD for a lone surrogate. Returns `None` for a string that is longer
    /// than `max`, which is never copied.
    ///
    /// # Errors
    /// [`Error::Internal`] if the engine does not return the string.
    pub(crate) fn read<T>(
        &self,
        max: usize,
        then: impl FnOnce(&[u8]) -> T,
    ) -> std::result::Result<Option<T>, Error> {
        // Most tokens fit on the stack.
        const MOST: usize = 2048;
        // A character has at most four bytes: nothing was cut off if that many are left.
        const CHARACTER: usize = 4;
        let mut stack = [0_u8; MOST];
        // The engine knows the length; copying a rope of many strings would join them. A unit has one to three bytes.
        let units = self.units()?;
        if units > max {
            return Ok(None);
        }
        let length = self.copy(&mut stack)?;
        if length + CHARACTER < stack.len() {
            return Ok(Some(then(&stack[..length])));
        }
        let mut heap = vec![0; 3 * units + 1];
        let length = self.copy(&mut heap)?;
        Ok(Some(then(&heap[..length])))
    }

    fn copy(&self, bytes: &mut [u8]) -> std::result::Result<usize, Error> {
        let mut length = 0;
        // SAFETY: `env` and `value` belong to the call in progress, since a token is never kept beyond it. The buffer has
        // the given length.
        let status = unsafe {
            sys::napi_get_value_string_utf8(
                self.env,
                self.value,
                bytes.as_mut_ptr().cast(),
                bytes.len(),
                &raw mut length,
            )
        };
        if status == sys::Status::napi_ok { Ok(length) } else { Err(Error::Internal) }
    }

    /// Returns the length in UTF-16 code units.
    fn units(&self) -> std::result::Result<usize, Error> {
        let mut length = 0;
        // SAFETY: as above; without a buffer, the call only writes the length.
        let status = unsafe {
            sys::napi_get_value_string_utf16(self.env, self.value, ptr::null_mut(), 0, &raw mut length)
        };
        if status == sys::Status::napi_ok { Ok(length) } else { Err(Error::Internal) }
    }
}

impl FromNapiValue for Token {
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> Result<Self> {
        Ok(Self { env, value })
    }
}

impl TypeName for Token {
    fn type_name() -> &'static str {
        "string"
    }

    fn value_type() -> ValueType {
        ValueType::String
    }
}

impl ValidateNapiValue for Token {}

/// A secret: a string, or the bytes of a `Uint8Array` such as a `Buffer`. It is wiped when dropped; `None` for a string
/// with a lone surrogate.
pub struct SecretArgument(Option<Secret<'static>>);

impl SecretArgument {
    pub(crate) fn into_secret(self) -> GivenSecret {
        self.0.ok_or_else(|| InputError::LoneSurrogate(Field::new("secret")))
    }
}

impl FromNapiValue for SecretArgument {
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> Result<Self> {
        // SAFETY: `env` and `value` belong to the call in progress, as this function's caller promises. The bytes are
        // copied before JavaScript runs again.
        unsafe {
            if type_of!(env, value)? != ValueType::String {
                let bytes: &[u8] = FromNapiValue::from_napi_value(env, value)?;
                return Ok(Self(Some(bytes.to_vec().into())));
            }
            let units = Zeroizing::new(read_units(env, value, SHORT)?);
            // A unit has at most three bytes, so the vector never grows and leaves no unwiped copy behind.
            let mut text = Vec::with_capacity(3 * units.len());
            Ok(Self(append_utf8(&units, &mut text).then(|| text.into())))
        }
    }
}

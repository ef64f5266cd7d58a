//! What a verified token says.

use std::borrow::Cow;
use std::marker::PhantomData;

use base64_simd::URL_SAFE_NO_PAD;
use serde::de::DeserializeSeed;
use serde_json::{Map, Value};

use crate::clock::MAX_TIME;
use crate::json;
use crate::strict_json::{self, Fault, Place, Shallow};
use crate::token_error::{Segment, TokenError};

/// The claims of a token that a [`Verifier`](crate::Verifier) has accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedClaims {
    identity: Option<String>,
    key_sid: String,
    account_sid: String,
    jti: Option<String>,
    issued_at: Option<u64>,
    not_before: Option<u64>,
    expires_at: u64,
    /// The header's segment as it came.
    header: Cow<'static, str>,
    /// The payload's JSON text.
    payload: String,
}

impl VerifiedClaims {
    /// Whom the token speaks for, if it says so. An integer stands for its decimal digits.
    #[must_use]
    pub fn identity(&self) -> Option<&str> {
        self.identity.as_deref()
    }

    /// The API key that signed it: `iss`.
    #[must_use]
    pub fn key_sid(&self) -> &str {
        &self.key_sid
    }

    /// The account: `sub`.
    #[must_use]
    pub fn account_sid(&self) -> &str {
        &self.account_sid
    }

    /// The token's own identifier, if it has one.
    #[must_use]
    pub fn jti(&self) -> Option<&str> {
        self.jti.as_deref()
    }

    /// When it was issued, in seconds since the epoch, if it says so.
    #[must_use]
    pub fn issued_at(&self) -> Option<u64> {
        self.issued_at
    }

    /// From when it is valid, in seconds since the epoch, if it says so.
    #[must_use]
    pub fn not_before(&self) -> Option<u64> {
        self.not_before
    }

    /// When it expires, in seconds since the epoch.
    #[must_use]
    pub fn expires_at(&self) -> u64 {
        self.expires_at
    }

    /// The grants by their keys, without the identity: `claims.grants()["chat"]["service_sid"]`.
    #[must_use]
    pub fn grants(&self) -> Map<String, Value> {
        let mut grants: Map<String, Value> = self.read_grants(PhantomData).ok().flatten().unwrap_or_default();
        grants.shift_remove("identity");
        grants
    }

    /// What stands under `grants`, identity and all, read by a seed of serde's: straight into the objects of another
    /// language.
    ///
    /// # Errors
    /// Those of the seed.
    #[doc(hidden)]
    pub fn read_grants<'a, S: DeserializeSeed<'a>>(
        &'a self,
        seed: S,
    ) -> Result<Option<S::Value>, serde_json::Error> {
        json::read_member(&self.payload, "grants", seed)
    }

    /// All claims, as they came.
    #[must_use]
    pub fn payload(&self) -> Map<String, Value> {
        json::read_object(self.payload.as_bytes()).unwrap_or_default()
    }

    /// The header, as it came.
    #[must_use]
    pub fn header(&self) -> Map<String, Value> {
        let header = URL_SAFE_NO_PAD.decode_to_vec(self.header.as_bytes()).unwrap_or_default();
        json::read_object(&header).unwrap_or_default()
    }

    /// The claims' JSON text, in which no member stands twice.
    #[must_use]
    pub fn payload_json(&self) -> &str {
        &self.payload
    }

    /// The JSON text, for whoever needs nothing else.
    #[doc(hidden)]
    #[must_use]
    pub fn into_payload_json(self) -> String {
        self.payload
    }

    /// Reads claims whose signature has been checked, and everything that stands in them; no time is compared yet.
    pub(crate) fn read(header: Cow<'static, str>, payload: Vec<u8>) -> Result<Self, TokenError> {
        let payload = String::from_utf8(payload).map_err(|_| TokenError::NotJsonObject(Segment::Payload))?;
        let mut found = Found::default();
        strict_json::scan(&payload, &mut |place, name, value| found.take(place, name, value))
            .map_err(|fault| fault.in_segment(Segment::Payload))?;
        let expires_at = time("exp", found.exp.as_ref())?;
        let not_before = time("nbf", found.nbf.as_ref())?;
        let issued_at = time("iat", found.iat.as_ref())?;
        let key_sid = text("iss", found.iss)?;
        let account_sid = text("sub", found.sub)?;
        let jti = text("jti", found.jti)?;
        if !matches!(found.grants, None | Some(Shallow::Object)) {
            return Err(TokenError::ClaimWrongType("grants"));
        }
        let identity = identity(found.identity)?;
        Ok(Self {
            expires_at: expires_at.ok_or(TokenError::MissingClaim("exp"))?,
            key_sid: key_sid.ok_or(TokenError::MissingClaim("iss"))?,
            account_sid: account_sid.ok_or(TokenError::MissingClaim("sub"))?,
            identity,
            jti,
            issued_at,
            not_before,
            header,
            payload,
        })
    }
}

impl Fault {
    pub(crate) fn in_segment(self, segment: Segment) -> TokenError {
        match self {
            Self::NotAnObject => TokenError::NotJsonObject(segment),
            Self::Duplicate => TokenError::DuplicateMember(segment),
            Self::TooDeep => TokenError::TooDeep(segment),
        }
    }
}

/// The claims that are looked at, as they were found.
#[derive(Default)]
struct Found<'a> {
    exp: Option<Shallow<'a>>,
    nbf: Option<Shallow<'a>>,
    iat: Option<Shallow<'a>>,
    iss: Option<Shallow<'a>>,
    sub: Option<Shallow<'a>>,
    jti: Option<Shallow<'a>>,
    grants: Option<Shallow<'a>>,
    identity: Option<Shallow<'a>>,
}

impl<'a> Found<'a> {
    fn take(&mut self, place: Place, name: &str, value: &Shallow<'a>) {
        let claim = match (place, name) {
            (Place::Top, "exp") => &mut self.exp,
            (Place::Top, "nbf") => &mut self.nbf,
            (Place::Top, "iat") => &mut self.iat,
            (Place::Top, "iss") => &mut self.iss,
            (Place::Top, "sub") => &mut self.sub,
            (Place::Top, "jti") => &mut self.jti,
            (Place::Top, "grants") => &mut self.grants,
            (Place::Grants, "identity") => &mut self.identity,
            _ => return,
        };
        *claim = Some(value.clone());
    }
}

fn time(claim: &'static str, value: Option<&Shallow<'_>>) -> Result<Option<u64>, TokenError> {
    match value {
        None => Ok(None),
        Some(&Shallow::Number(number)) if number.fract() == 0.0 => {
            seconds(number).map(Some).ok_or(TokenError::ClaimOutOfRange(claim))
        }
        Some(_) => Err(TokenError::ClaimWrongType(claim)),
    }
}

/// A moment from 1970 to 9999, if the number is one.
pub(crate) fn seconds(number: f64) -> Option<u64> {
    #[expect(clippy::cast_precision_loss, reason = "a double holds it exactly")]
    let in_range = (0.0..=MAX_TIME as f64).contains(&number);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is in range")]
    in_range.then_some(number as u64)
}

fn text(claim: &'static str, value: Option<Shallow<'_>>) -> Result<Option<String>, TokenError> {
    match value {
        None => Ok(None),
        Some(Shallow::Text(text)) => Ok(Some(text.into_owned())),
        Some(_) => Err(TokenError::ClaimWrongType(claim)),
    }
}

/// Older tokens hold an integer where twilio-python was given one.
pub(crate) fn identity(value: Option<Shallow<'_>>) -> Result<Option<String>, TokenError> {
    const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;
    match value {
        Some(Shallow::Number(number)) if number.fract() == 0.0 && number.abs() <= MAX_SAFE_INTEGER => {
            // Without the sign of a negative zero.
            Ok(Some(json::number_text(number + 0.0)))
        }
        other => text("identity", other),
    }
}

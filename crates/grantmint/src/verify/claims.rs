//! The claims of a verified token.

use std::borrow::Cow;
use std::marker::PhantomData;

use base64_simd::URL_SAFE_NO_PAD;
use serde::de::DeserializeSeed;
use serde_json::{Map, Value};

use super::error::{Claim, TokenError};
use crate::json::{Place, Shallow, read_member, read_object, scan};
use crate::jws::Segment;
use crate::rules::identity::digits;
use crate::time;

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
    has_grants: bool,
    audience: Audience,
    /// The header's segment, as it was received.
    header: Cow<'static, str>,
    /// The payload's JSON text.
    payload: String,
}

impl VerifiedClaims {
    /// Returns the identity, if the token has one. An integer is returned as its decimal digits.
    #[must_use]
    pub fn identity(&self) -> Option<&str> {
        self.identity.as_deref()
    }

    /// Returns the API key that signed the token: `iss`.
    #[must_use]
    pub fn key_sid(&self) -> &str {
        &self.key_sid
    }

    /// Returns the account: `sub`.
    #[must_use]
    pub fn account_sid(&self) -> &str {
        &self.account_sid
    }

    /// Returns the token's identifier, if it has one.
    #[must_use]
    pub fn jti(&self) -> Option<&str> {
        self.jti.as_deref()
    }

    /// Returns the time of minting in seconds since the epoch, if the token contains it.
    #[must_use]
    pub fn issued_at(&self) -> Option<u64> {
        self.issued_at
    }

    /// Returns the time from which the token is valid, in seconds since the epoch, if the token contains it.
    #[must_use]
    pub fn not_before(&self) -> Option<u64> {
        self.not_before
    }

    /// Returns the expiry in seconds since the epoch.
    #[must_use]
    pub fn expires_at(&self) -> u64 {
        self.expires_at
    }

    /// Returns the grants by their keys, without the identity: `claims.grants()["chat"]["service_sid"]`.
    #[must_use]
    pub fn grants(&self) -> Map<String, Value> {
        let mut grants: Map<String, Value> = self.read_grants(PhantomData).ok().flatten().unwrap_or_default();
        grants.shift_remove("identity");
        grants
    }

    /// Reads the grants, including the identity, with a seed of serde: directly into the objects of another language.
    ///
    /// # Errors
    /// Those of the seed.
    #[doc(hidden)]
    pub fn read_grants<'a, S: DeserializeSeed<'a>>(
        &'a self,
        seed: S,
    ) -> Result<Option<S::Value>, serde_json::Error> {
        read_member(&self.payload, "grants", seed)
    }

    /// Returns all claims.
    #[must_use]
    pub fn payload(&self) -> Map<String, Value> {
        read_object(self.payload.as_bytes()).unwrap_or_default()
    }

    /// Returns the header.
    #[must_use]
    pub fn header(&self) -> Map<String, Value> {
        let header = URL_SAFE_NO_PAD.decode_to_vec(self.header.as_bytes()).unwrap_or_default();
        read_object(&header).unwrap_or_default()
    }

    /// Returns the claims' JSON text, which contains no duplicate member names.
    #[must_use]
    pub fn payload_json(&self) -> &str {
        &self.payload
    }

    /// Returns the JSON text and drops the rest.
    #[doc(hidden)]
    #[must_use]
    pub fn into_payload_json(self) -> String {
        self.payload
    }

    /// Returns the header's segment, as it was received.
    pub(crate) fn header_segment(&self) -> &str {
        &self.header
    }

    /// Returns whether the token has a `grants` object.
    pub(super) fn has_grants(&self) -> bool {
        self.has_grants
    }

    /// Returns the kind of `aud` that the token has.
    pub(super) fn audience(&self) -> Audience {
        self.audience
    }

    /// Reads and checks claims whose signature has been verified. No time is compared yet.
    pub(crate) fn read(header: Cow<'static, str>, payload: Vec<u8>) -> Result<Self, TokenError> {
        let payload = String::from_utf8(payload).map_err(|_| TokenError::NotJsonObject(Segment::Payload))?;
        let mut found = Found::default();
        scan(&payload, &mut |place, name, value| found.take(place, name, value))
            .map_err(|fault| TokenError::in_segment(fault, Segment::Payload))?;
        let expires_at = seconds(Claim::Exp, found.exp.as_ref())?;
        let not_before = seconds(Claim::Nbf, found.nbf.as_ref())?;
        let issued_at = seconds(Claim::Iat, found.iat.as_ref())?;
        let key_sid = text(Claim::Iss, found.iss)?;
        let account_sid = text(Claim::Sub, found.sub)?;
        let jti = text(Claim::Jti, found.jti)?;
        if !matches!(found.grants, None | Some(Shallow::Object)) {
            return Err(TokenError::ClaimWrongType(Claim::Grants));
        }
        let identity = identity(found.identity)?;
        Ok(Self {
            expires_at: expires_at.ok_or(TokenError::MissingClaim(Claim::Exp))?,
            key_sid: key_sid.ok_or(TokenError::MissingClaim(Claim::Iss))?,
            account_sid: account_sid.ok_or(TokenError::MissingClaim(Claim::Sub))?,
            has_grants: found.grants.is_some(),
            audience: Audience::of(found.aud.as_ref()),
            identity,
            jti,
            issued_at,
            not_before,
            header,
            payload,
        })
    }
}

/// Whether a token names its readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    Absent,
    /// Nothing, in the form of a value.
    Empty,
    Given,
}

impl Audience {
    fn of(aud: Option<&Shallow<'_>>) -> Self {
        match aud {
            None => Self::Absent,
            Some(Shallow::Null | Shallow::Bool(false) | Shallow::Number(0.0)) => Self::Empty,
            Some(Shallow::Text(text)) if text.is_empty() => Self::Empty,
            Some(_) => Self::Given,
        }
    }
}

/// The claims that are checked, as they were found.
#[derive(Default)]
struct Found<'a> {
    exp: Option<Shallow<'a>>,
    nbf: Option<Shallow<'a>>,
    iat: Option<Shallow<'a>>,
    iss: Option<Shallow<'a>>,
    sub: Option<Shallow<'a>>,
    jti: Option<Shallow<'a>>,
    aud: Option<Shallow<'a>>,
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
            (Place::Top, "aud") => &mut self.aud,
            (Place::Top, "grants") => &mut self.grants,
            (Place::Grants, "identity") => &mut self.identity,
            _ => return,
        };
        *claim = Some(value.clone());
    }
}

fn seconds(claim: Claim, value: Option<&Shallow<'_>>) -> Result<Option<u64>, TokenError> {
    match value {
        None => Ok(None),
        Some(&Shallow::Number(number)) if number.fract() == 0.0 => {
            time::from_number(number).map(Some).ok_or(TokenError::ClaimOutOfRange(claim))
        }
        Some(_) => Err(TokenError::ClaimWrongType(claim)),
    }
}

fn text(claim: Claim, value: Option<Shallow<'_>>) -> Result<Option<String>, TokenError> {
    match value {
        None => Ok(None),
        Some(Shallow::Text(text)) => Ok(Some(text.into_owned())),
        Some(_) => Err(TokenError::ClaimWrongType(claim)),
    }
}

/// Reads an identity. twilio-python writes an integer if it was given one.
pub(crate) fn identity(value: Option<Shallow<'_>>) -> Result<Option<String>, TokenError> {
    let digits = match value {
        Some(Shallow::Number(number)) => digits(number),
        _ => None,
    };
    match digits {
        Some(digits) => Ok(Some(digits)),
        None => text(Claim::Identity, value),
    }
}

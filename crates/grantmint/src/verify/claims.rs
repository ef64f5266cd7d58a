//! The claims of a verified token.

use std::borrow::Cow;
use std::marker::PhantomData;

use base64_simd::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::error::{Claim, TokenError};
use crate::json::{Build, Place, Shallow, read_member, read_object, scan_and_build};
use crate::jws::Segment;
use crate::rules::identity::digits;
use crate::time;

/// The claims of a token that a [`Verifier`](crate::Verifier) has accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedClaims {
    claims: Claims<'static>,
    /// The header's segment, as it was received.
    header: Cow<'static, str>,
    /// The payload's JSON text.
    payload: String,
}

impl VerifiedClaims {
    /// Returns the identity, if the token has one. An integer is returned as its decimal digits.
    #[must_use]
    pub fn identity(&self) -> Option<&str> {
        self.claims.identity.as_deref()
    }

    /// Returns the API key that signed the token: `iss`.
    #[must_use]
    pub fn key_sid(&self) -> &str {
        &self.claims.key_sid
    }

    /// Returns the account: `sub`.
    #[must_use]
    pub fn account_sid(&self) -> &str {
        &self.claims.account_sid
    }

    /// Returns the token's identifier, if it has one.
    #[must_use]
    pub fn jti(&self) -> Option<&str> {
        self.claims.jti.as_deref()
    }

    /// Returns the time of minting in seconds since the epoch, if the token contains it.
    #[must_use]
    pub fn issued_at(&self) -> Option<u64> {
        self.claims.issued_at
    }

    /// Returns the time from which the token is valid, in seconds since the epoch, if the token contains it.
    #[must_use]
    pub fn not_before(&self) -> Option<u64> {
        self.claims.not_before
    }

    /// Returns the expiry in seconds since the epoch.
    #[must_use]
    pub fn expires_at(&self) -> u64 {
        self.claims.expires_at
    }

    /// Returns the grants by their keys, without the identity: `claims.grants()["chat"]["service_sid"]`.
    #[must_use]
    pub fn grants(&self) -> Map<String, Value> {
        let grants = read_member(&self.payload, "grants", PhantomData);
        let mut grants: Map<String, Value> = grants.ok().flatten().unwrap_or_default();
        grants.shift_remove("identity");
        grants
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

    /// Returns the claims of a token with this header's segment and this payload.
    pub(super) fn new(claims: Claims<'static>, header: Cow<'static, str>, payload: String) -> Self {
        Self { claims, header, payload }
    }
}

/// The claims of a payload that are checked, each of the right type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims<'a> {
    /// The identity, if the token has one: `grants.identity`.
    pub identity: Option<Cow<'a, str>>,
    /// The API key: `iss`.
    pub key_sid: Cow<'a, str>,
    /// The account: `sub`.
    pub account_sid: Cow<'a, str>,
    /// The token's identifier, if it has one.
    pub jti: Option<Cow<'a, str>>,
    /// The time of minting, if the token contains it: `iat`.
    pub issued_at: Option<u64>,
    /// The time from which the token is valid, if the token contains it: `nbf`.
    pub not_before: Option<u64>,
    /// The expiry: `exp`.
    pub expires_at: u64,
    /// Whether the token has a `grants` object.
    pub(super) has_grants: bool,
    pub(super) audience: Audience,
}

impl<'a> Claims<'a> {
    /// Reads a payload whose signature has been verified, and builds its value. No time is compared yet.
    pub(super) fn read<B: Build>(payload: &'a str, build: &mut B) -> Result<(Self, B::Value), TokenError> {
        let mut found = Found::default();
        let mut take = |place, name: &str, value: &Shallow<'a>| found.take(place, name, value);
        let value = scan_and_build(payload, &mut take, build)
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
        let claims = Self {
            expires_at: expires_at.ok_or(TokenError::MissingClaim(Claim::Exp))?,
            key_sid: key_sid.ok_or(TokenError::MissingClaim(Claim::Iss))?,
            account_sid: account_sid.ok_or(TokenError::MissingClaim(Claim::Sub))?,
            has_grants: found.grants.is_some(),
            audience: Audience::of(found.aud.as_ref()),
            identity,
            jti,
            issued_at,
            not_before,
        };
        Ok((claims, value))
    }

    /// Returns a copy that does not borrow from the payload.
    pub(super) fn into_owned(self) -> Claims<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Claims {
            identity: self.identity.map(owned),
            key_sid: owned(self.key_sid),
            account_sid: owned(self.account_sid),
            jti: self.jti.map(owned),
            issued_at: self.issued_at,
            not_before: self.not_before,
            expires_at: self.expires_at,
            has_grants: self.has_grants,
            audience: self.audience,
        }
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

fn text(claim: Claim, value: Option<Shallow<'_>>) -> Result<Option<Cow<'_, str>>, TokenError> {
    match value {
        None => Ok(None),
        Some(Shallow::Text(text)) => Ok(Some(text)),
        Some(_) => Err(TokenError::ClaimWrongType(claim)),
    }
}

/// Reads an identity. twilio-python writes an integer if it was given one.
pub(crate) fn identity(value: Option<Shallow<'_>>) -> Result<Option<Cow<'_, str>>, TokenError> {
    let digits = match value {
        Some(Shallow::Number(number)) => digits(number),
        _ => None,
    };
    match digits {
        Some(digits) => Ok(Some(digits.into())),
        None => text(Claim::Identity, value),
    }
}

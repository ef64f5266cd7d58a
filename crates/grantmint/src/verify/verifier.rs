//! Checking tokens that clients present.

use std::borrow::Cow;
use std::fmt;

use super::claims::{Audience, Claims, VerifiedClaims};
use super::error::{Claim, TokenError};
use super::header::Header;
use crate::algorithm::Algorithm;
use crate::error::{Error, Field};
use crate::header;
use crate::json::{Build, Place, Shallow, scan};
use crate::jws::{Compact, Malformed, Segment, Signature, SigningKey};
use crate::limits::{DEFAULT_MAX_SIZE, LARGEST_MAX_SIZE};
use crate::rules::parties::{is_issuer, is_subject};
use crate::rules::times::{Times, is_beyond_skew};
use crate::secret::Secret;
use crate::time::{self, TimeField};

/// Verifies tokens. It can be shared between threads.
///
/// The order of checks is part of the contract: size, shape, header, signature (in constant time), and only then the
/// payload and its claims. If no key matches the signature, the unverified `iss` only chooses between two errors.
/// [`TokenError`] lists every reason for a rejection. What is accepted has no error of [`inspect`](crate::inspect()) about
/// its form, its header, its issuer or its times, unless the algorithm, the leeway or the size limit was changed.
///
/// ```
/// use grantmint::{AccessToken, TokenError, Verifier, VideoGrant};
///
/// # let (account_sid, key_sid) = (format!("AC{}", "0".repeat(32)), format!("SK{}", "0".repeat(32)));
/// let jwt = AccessToken::new(&*account_sid, &*key_sid, "fake-secret")?
///     .identity("alice")
///     .add_grant(&VideoGrant::new().room("daily"))?
///     .to_jwt()?;
///
/// let verifier = Verifier::builder().key(key_sid, "fake-secret").account_sid(account_sid).build()?;
/// let claims = verifier.verify(&jwt)?;
/// assert_eq!(claims.identity(), Some("alice"));
/// assert_eq!(claims.grants()["video"]["room"], "daily");
///
/// let tomorrow = grantmint::now() + 86_400;
/// assert!(matches!(verifier.verify_at(&jwt, tomorrow), Err(TokenError::Expired { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Verifier {
    /// Empty for a verifier that skips the signature.
    keys: Vec<Key>,
    skips_signature: bool,
    /// The first segment of most tokens.
    usual_header: &'static str,
    algorithm: Algorithm,
    /// The only account that is accepted, if there is one.
    account_sid: Option<String>,
    leeway: u64,
    max_size: usize,
    is_lenient: bool,
}

/// A token whose header and signature have been verified.
struct Signed<'t> {
    /// The header's segment, as it was received.
    header: Cow<'static, str>,
    payload: String,
    message: &'t [u8],
    signature: Signature,
    /// The index of the first key that matches the signature.
    signer: usize,
}

struct Key {
    /// Empty for a key that verifies tokens of any issuer.
    sid: String,
    key: SigningKey,
}

impl Verifier {
    /// Creates a verifier with one secret and the default options. Tokens may name any key as their issuer.
    ///
    /// # Errors
    /// Those of [`VerifierBuilder::build`].
    pub fn new<'a>(secret: impl Into<Secret<'a>>) -> Result<Self, Error> {
        Self::builder().secret(secret).build()
    }

    /// Starts a verifier.
    pub fn builder<'a>() -> VerifierBuilder<'a> {
        VerifierBuilder {
            keys: Vec::new(),
            skips_signature: false,
            algorithm: Algorithm::default(),
            account_sid: None,
            leeway: 0,
            max_size: DEFAULT_MAX_SIZE,
            is_lenient: false,
        }
    }

    /// Verifies a token at the current time.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn verify(&self, token: impl AsRef<[u8]>) -> Result<VerifiedClaims, TokenError> {
        self.verify_at(token, time::now())
    }

    /// Verifies a token as if `now`, in seconds since the epoch, were the current time.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn verify_at(&self, token: impl AsRef<[u8]>, now: u64) -> Result<VerifiedClaims, TokenError> {
        let signed = self.check_signature(token.as_ref())?;
        let (claims, ()) = self.check_payload(&signed, now, &mut ())?;
        Ok(VerifiedClaims::new(claims.into_owned(), signed.header, signed.payload))
    }

    /// Verifies a token as [`Verifier::verify_at`] does, and builds the value of its payload in the same pass. Calls
    /// `finish` with the builder, the header's segment, the claims and that value.
    ///
    /// # Errors
    /// The first check that fails.
    #[doc(hidden)]
    pub fn verify_and_build<B: Build, T>(
        &self,
        token: impl AsRef<[u8]>,
        now: u64,
        build: &mut B,
        finish: impl FnOnce(&mut B, &str, Claims<'_>, B::Value) -> T,
    ) -> Result<T, TokenError> {
        let signed = self.check_signature(token.as_ref())?;
        let (claims, value) = self.check_payload(&signed, now, build)?;
        Ok(finish(build, &signed.header, claims, value))
    }

    /// Returns the size limit of a token in bytes.
    #[must_use]
    pub fn max_size(&self) -> usize {
        self.max_size
    }

    /// Checks everything that precedes the payload.
    fn check_signature<'t>(&self, token: &'t [u8]) -> Result<Signed<'t>, TokenError> {
        if token.len() > self.max_size {
            return Err(TokenError::TooLarge { max: self.max_size });
        }
        let malformed = |malformed| TokenError::of_form(malformed, token);
        let compact = Compact::split(token).map_err(malformed)?;
        let header = self.check_header(&compact, malformed)?;
        let signer = self.signer(&compact)?;
        let Compact { payload, signed: message, signature, .. } = compact;
        let payload = String::from_utf8(payload).map_err(|_| TokenError::NotJsonObject(Segment::Payload))?;
        Ok(Signed { header, payload, message, signature, signer })
    }

    /// Reads a payload whose signature has been verified, builds its value, and checks the claims.
    fn check_payload<'a, B: Build>(
        &self,
        signed: &'a Signed<'_>,
        now: u64,
        build: &mut B,
    ) -> Result<(Claims<'a>, B::Value), TokenError> {
        let (claims, value) = Claims::read(&signed.payload, build)?;
        self.check_issuer(signed, &claims.key_sid)?;
        self.check_claims(&claims, now)?;
        Ok((claims, value))
    }

    /// Checks the header and returns its segment.
    fn check_header(
        &self,
        token: &Compact<'_>,
        malformed: impl Fn(Malformed) -> TokenError,
    ) -> Result<Cow<'static, str>, TokenError> {
        if token.header == self.usual_header.as_bytes() {
            return Ok(Cow::Borrowed(self.usual_header));
        }
        Header::read(&token.decoded_header().map_err(malformed)?)?.check(self.algorithm, self.is_lenient)?;
        // Base64url is ASCII.
        Ok(Cow::Owned(String::from_utf8_lossy(token.header).into_owned()))
    }

    /// Returns the index of the first key that matches the signature. Every key is tried before the payload is read.
    fn signer(&self, token: &Compact<'_>) -> Result<usize, TokenError> {
        if self.skips_signature {
            return Ok(0);
        }
        let verifies = |key: &Key| key.key.verifies(token.signed, token.signature.as_ref());
        self.keys.iter().position(verifies).ok_or_else(|| self.refusal(&token.payload))
    }

    /// Chooses between [`TokenError::UnknownKey`] and [`TokenError::BadSignature`]. The unverified payload affects
    /// nothing else.
    fn refusal(&self, payload: &[u8]) -> TokenError {
        let mut refusal = TokenError::BadSignature;
        if self.keys.iter().any(|key| key.sid.is_empty()) {
            return refusal;
        }
        let mut look = |place, name: &str, value: &Shallow<'_>| {
            if let (Place::Top, "iss", Shallow::Text(issuer)) = (place, name, value)
                && !self.knows(issuer)
            {
                refusal = TokenError::UnknownKey;
            }
        };
        match str::from_utf8(payload).map(|payload| scan(payload, &mut look)) {
            Ok(Ok(())) => refusal,
            _ => TokenError::BadSignature,
        }
    }

    /// Returns whether one of the keys belongs to an issuer.
    fn knows(&self, issuer: &str) -> bool {
        self.keys.iter().any(|key| key.sid.is_empty() || key.sid == issuer)
    }

    /// Rejects a token whose `iss` is not the key that signed it.
    fn check_issuer(&self, signed: &Signed<'_>, issuer: &str) -> Result<(), TokenError> {
        let Some(keys) = self.keys.get(signed.signer..) else { return Ok(()) };
        let is_signer = |(place, key): (usize, &Key)| {
            (key.sid.is_empty() || key.sid == issuer)
                && (place == 0 || key.key.verifies(signed.message, signed.signature.as_ref()))
        };
        if self.skips_signature || keys.iter().enumerate().any(is_signer) {
            Ok(())
        } else if self.knows(issuer) {
            Err(TokenError::BadSignature)
        } else {
            Err(TokenError::UnknownKey)
        }
    }

    fn check_claims(&self, claims: &Claims<'_>, now: u64) -> Result<(), TokenError> {
        let exp = claims.expires_at;
        if now >= exp.saturating_add(self.leeway) {
            return Err(TokenError::Expired { exp, now });
        }
        if let Some(nbf) = claims.not_before
            && now < nbf.saturating_sub(self.leeway)
        {
            return Err(TokenError::NotYetValid { nbf, now });
        }
        let times =
            Times { issued_at: claims.issued_at, not_before: claims.not_before, expires_at: Some(exp) };
        if let Some(ahead) = times.ahead(now.saturating_add(self.leeway))
            && (self.is_lenient || is_beyond_skew(ahead))
        {
            return Err(TokenError::IssuedInFuture { iat: claims.issued_at.unwrap_or_default(), now });
        }
        if self.account_sid.as_ref().is_some_and(|expected| claims.account_sid != *expected) {
            return Err(TokenError::WrongAccount);
        }
        if self.is_lenient {
            return match claims.audience {
                Audience::Given => Err(TokenError::UnexpectedAudience),
                Audience::Absent | Audience::Empty => Ok(()),
            };
        }
        check_strictly(claims, &times, now)
    }
}

/// Rejects what the official libraries do not look at, but `inspect` calls an error of the token itself.
fn check_strictly(claims: &Claims<'_>, times: &Times, now: u64) -> Result<(), TokenError> {
    let exp = claims.expires_at;
    if times.is_never_valid(exp) {
        return Err(TokenError::NeverValid);
    }
    if let Some(seconds) = times.too_long(exp, now) {
        return Err(TokenError::LifetimeTooLong { seconds });
    }
    if !is_issuer(&claims.key_sid) {
        return Err(TokenError::MalformedIssuer);
    }
    if !is_subject(&claims.account_sid) {
        return Err(TokenError::MalformedSubject);
    }
    if claims.audience != Audience::Absent {
        return Err(TokenError::UnexpectedAudience);
    }
    if !claims.has_grants {
        return Err(TokenError::MissingClaim(Claim::Grants));
    }
    Ok(())
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.keys.iter().map(|key| &key.sid).collect();
        f.debug_struct("Verifier")
            .field("keys", &keys)
            .field("account_sid", &self.account_sid)
            .finish_non_exhaustive()
    }
}

/// A builder of a [`Verifier`].
#[must_use]
pub struct VerifierBuilder<'a> {
    keys: Vec<(Option<String>, Secret<'a>)>,
    skips_signature: bool,
    algorithm: Algorithm,
    account_sid: Option<String>,
    leeway: u64,
    max_size: usize,
    is_lenient: bool,
}

impl<'a> VerifierBuilder<'a> {
    /// Adds a secret. Tokens signed with it may name any key as their issuer.
    pub fn secret(&mut self, secret: impl Into<Secret<'a>>) -> &mut Self {
        self.keys.push((None, secret.into()));
        self
    }

    /// Adds an API key. Tokens signed with its secret must name it as their issuer. Add several keys to rotate them.
    pub fn key(&mut self, sid: impl Into<String>, secret: impl Into<Secret<'a>>) -> &mut Self {
        self.keys.push((Some(sid.into()), secret.into()));
        self
    }

    /// Skips the signature check only: anybody may have written the claims.
    #[doc(hidden)]
    pub fn dangerously_skip_signature(&mut self) -> &mut Self {
        self.skips_signature = true;
        self
    }

    /// Accepts what twilio-python's `AccessToken.from_jwt` accepts: tokens without `cty` or `grants`, with any issuer and
    /// subject, and of any lifetime.
    #[doc(hidden)]
    pub fn lenient(&mut self) -> &mut Self {
        self.is_lenient = true;
        self
    }

    /// Sets the account that tokens must belong to. Defaults to every account; an empty text is an error.
    pub fn account_sid(&mut self, account_sid: impl Into<String>) -> &mut Self {
        self.account_sid = Some(account_sid.into());
        self
    }

    /// Sets the tolerated difference between clocks in seconds, from 0 to 86,400. Defaults to 0.
    pub fn leeway(&mut self, seconds: u64) -> &mut Self {
        self.leeway = seconds;
        self
    }

    /// Sets the only algorithm that is accepted. Defaults to HS256.
    pub fn algorithm(&mut self, algorithm: Algorithm) -> &mut Self {
        self.algorithm = algorithm;
        self
    }

    /// Sets the size limit of a token in bytes, from 1 to 2^30. Defaults to 16,384.
    pub fn max_size(&mut self, bytes: usize) -> &mut Self {
        self.max_size = bytes;
        self
    }

    /// Prepares the keys.
    ///
    /// # Errors
    /// [`Error::Required`] without a key, for an empty secret and for an empty SID, of a key or of the account; [`Error::SecretIsKey`] and
    /// [`Error::SecretIsZeros`] for bytes that cannot be the secret of an API key; [`Error::OutOfRange`] for the leeway
    /// and the size.
    pub fn build(&self) -> Result<Verifier, Error> {
        let mut keys = Vec::with_capacity(self.keys.len());
        for (sid, secret) in &self.keys {
            if sid.as_ref().is_some_and(String::is_empty) {
                return Err(Error::Required { field: Field::new("key_sid"), found: Some("empty") });
            }
            let sid = sid.clone().unwrap_or_default();
            keys.push(Key { sid, key: SigningKey::new(self.algorithm, secret)? });
        }
        if self.account_sid.as_ref().is_some_and(String::is_empty) {
            return Err(Error::Required { field: Field::new("account_sid"), found: Some("empty") });
        }
        if keys.is_empty() && !self.skips_signature {
            return Err(Error::Required { field: Field::new("secret"), found: None });
        }
        TimeField::Leeway.check(self.leeway)?;
        check_max_size(self.max_size)?;
        Ok(Verifier {
            keys,
            skips_signature: self.skips_signature,
            usual_header: header::usual_segment(self.algorithm),
            algorithm: self.algorithm,
            account_sid: self.account_sid.clone(),
            leeway: self.leeway,
            max_size: self.max_size,
            is_lenient: self.is_lenient,
        })
    }
}

impl fmt::Debug for VerifierBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.keys.iter().map(|(sid, _)| sid.as_deref().unwrap_or_default()).collect();
        f.debug_struct("VerifierBuilder")
            .field("keys", &keys)
            .field("account_sid", &self.account_sid)
            .finish_non_exhaustive()
    }
}

/// Rejects a size limit that is not from 1 to 2^30 bytes.
fn check_max_size(bytes: usize) -> Result<(), Error> {
    if (1..=LARGEST_MAX_SIZE).contains(&bytes) {
        return Ok(());
    }
    let max = LARGEST_MAX_SIZE as u64;
    Err(Error::OutOfRange { field: Field::new("max_size"), found: bytes.to_string(), min: 1, max })
}

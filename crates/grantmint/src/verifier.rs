//! Checking tokens that somebody presents.

use std::borrow::Cow;
use std::fmt;

use base64_simd::{Out, URL_SAFE_NO_PAD};

use crate::clock;
use crate::error::{Error, Field};
use crate::header::{self, Algorithm};
use crate::header_check::Header;
use crate::key::{Secret, Signature, SigningKey};
use crate::strict_json::{self, Place, Shallow};
use crate::token_error::{Segment, TokenError};
use crate::verified_claims::VerifiedClaims;

/// The largest token that a verifier reads unless told otherwise, in bytes.
pub const DEFAULT_MAX_SIZE: usize = 16 * 1024;

/// A number of bytes from a language that has only signed integers.
///
/// # Errors
/// [`Error::OutOfRange`] for one that is not from 1 to 2^30.
pub fn size_from_i64(field: &'static str, number: i64) -> Result<usize, Error> {
    usize::try_from(number)
        .ok()
        .filter(|size| (1..=LARGEST).contains(size))
        .ok_or_else(|| clock::out_of_range(field, &number.to_string(), 1, LARGEST as u64))
}

/// What no string of the languages around is larger than, in bytes.
const LARGEST: usize = 1 << 30;

/// Checks tokens, from as many threads as you like.
///
/// The order is part of the contract: size, shape, header, signature (compared in constant time), and only then is the
/// payload parsed and are the claims checked. (Of a token that none of several named keys signed, `iss` is looked at to
/// tell an unknown key from a bad signature: both are refused.) Strict where JWT libraries differ: see [`TokenError`] for all that is
/// refused.
///
/// ```
/// use grantmint::{AccessToken, TokenError, Verifier, VideoGrant};
///
/// let mut token = AccessToken::new("AC123", "SK123", "fake-secret")?;
/// token.identity("alice").add_grant(&VideoGrant { room: Some("daily".into()) })?;
/// let jwt = token.to_jwt()?;
///
/// let verifier = Verifier::builder().key("SK123", "fake-secret").account_sid("AC123").build()?;
/// let claims = verifier.verify(&jwt)?;
/// assert_eq!(claims.identity(), Some("alice"));
/// assert_eq!(claims.grants()["video"]["room"], "daily");
///
/// let tomorrow = grantmint::now() + 86_400;
/// assert!(matches!(verifier.verify_at(&jwt, tomorrow), Err(TokenError::Expired { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Verifier {
    /// None for one that skips the signature.
    keys: Vec<Key>,
    skips_signature: bool,
    /// The header's segment of most tokens.
    usual_header: &'static str,
    algorithm: Algorithm,
    account_sid: String,
    leeway: u64,
    max_size: usize,
}

struct Key {
    /// Empty for the key of whatever issuer.
    sid: String,
    key: SigningKey,
}

impl Verifier {
    /// A verifier with one secret and every default; whatever key the tokens name as their issuer.
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
            account_sid: String::new(),
            leeway: 0,
            max_size: DEFAULT_MAX_SIZE,
        }
    }

    /// Checks a token at the current time.
    ///
    /// # Errors
    /// Whatever is wrong with it first.
    pub fn verify(&self, token: impl AsRef<[u8]>) -> Result<VerifiedClaims, TokenError> {
        self.verify_at(token, clock::now())
    }

    /// Checks a token as if `now`, in seconds since the epoch, were the current time.
    ///
    /// # Errors
    /// Whatever is wrong with it first.
    pub fn verify_at(&self, token: impl AsRef<[u8]>, now: u64) -> Result<VerifiedClaims, TokenError> {
        let token = token.as_ref();
        if token.len() > self.max_size {
            return Err(TokenError::TooLarge { max: self.max_size });
        }
        let compact = Compact::split(token)?;
        let header = self.check_header(&compact)?;
        let signer = self.signer(&compact)?;
        let claims = VerifiedClaims::read(header, compact.payload)?;
        self.check_issuer(signer, claims.key_sid(), compact.signed, &compact.signature)?;
        self.check_claims(&claims, now)?;
        Ok(claims)
    }

    /// The most bytes that a token may have.
    #[must_use]
    pub fn max_size(&self) -> usize {
        self.max_size
    }

    /// The header's segment, if there is nothing wrong with what it says.
    fn check_header(&self, token: &Compact<'_>) -> Result<Cow<'static, str>, TokenError> {
        if token.header == self.usual_header.as_bytes() {
            return Ok(Cow::Borrowed(self.usual_header));
        }
        let header = URL_SAFE_NO_PAD
            .decode_to_vec(token.header)
            .map_err(|_| TokenError::NotBase64url(Segment::Header))?;
        Header::read(&header)?.check(self.algorithm)?;
        // It was decoded: all of it is ASCII.
        Ok(Cow::Owned(String::from_utf8_lossy(token.header).into_owned()))
    }

    /// The place of the first key whose signature it is. Every key is tried before anything in the payload is read.
    fn signer(&self, token: &Compact<'_>) -> Result<usize, TokenError> {
        if self.skips_signature {
            return Ok(0);
        }
        let verifies = |key: &Key| key.key.verifies(token.signed, token.signature.as_ref());
        self.keys.iter().position(verifies).ok_or_else(|| self.refusal(&token.payload))
    }

    /// What to call a signature of none of the keys. Nothing else depends on what stands in such a payload.
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
        match str::from_utf8(payload).map(|payload| strict_json::scan(payload, &mut look)) {
            Ok(Ok(())) => refusal,
            _ => TokenError::BadSignature,
        }
    }

    /// Whether a key of the issuer's is among the keys.
    fn knows(&self, issuer: &str) -> bool {
        self.keys.iter().any(|key| key.sid.is_empty() || key.sid == issuer)
    }

    /// Refuses a token that names another key than the one that signed it.
    fn check_issuer(
        &self,
        signer: usize,
        issuer: &str,
        message: &[u8],
        signature: &Signature,
    ) -> Result<(), TokenError> {
        let Some(keys) = self.keys.get(signer..) else { return Ok(()) };
        let is_signer = |(place, key): (usize, &Key)| {
            (key.sid.is_empty() || key.sid == issuer)
                && (place == 0 || key.key.verifies(message, signature.as_ref()))
        };
        if self.skips_signature || keys.iter().enumerate().any(is_signer) {
            Ok(())
        } else if self.knows(issuer) {
            Err(TokenError::BadSignature)
        } else {
            Err(TokenError::UnknownKey)
        }
    }

    fn check_claims(&self, claims: &VerifiedClaims, now: u64) -> Result<(), TokenError> {
        let exp = claims.expires_at();
        if now >= exp.saturating_add(self.leeway) {
            return Err(TokenError::Expired { exp, now });
        }
        if let Some(nbf) = claims.not_before()
            && now < nbf.saturating_sub(self.leeway)
        {
            return Err(TokenError::NotYetValid { nbf, now });
        }
        if !self.account_sid.is_empty() && claims.account_sid() != self.account_sid {
            return Err(TokenError::WrongAccount);
        }
        Ok(())
    }
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

/// What a [`Verifier`] is made of.
#[must_use]
pub struct VerifierBuilder<'a> {
    keys: Vec<(Option<String>, Secret<'a>)>,
    skips_signature: bool,
    algorithm: Algorithm,
    account_sid: String,
    leeway: u64,
    max_size: usize,
}

impl<'a> VerifierBuilder<'a> {
    /// Accepts what was signed with this secret, whatever key the token names.
    pub fn secret(&mut self, secret: impl Into<Secret<'a>>) -> &mut Self {
        self.keys.push((None, secret.into()));
        self
    }

    /// Accepts what an API key signed, if the token names it as its issuer. Add several to rotate keys: each is tried,
    /// and the token's `iss` must be the one that signed it.
    pub fn key(&mut self, sid: impl Into<String>, secret: impl Into<Secret<'a>>) -> &mut Self {
        self.keys.push((Some(sid.into()), secret.into()));
        self
    }

    /// Checks everything but the signature: what comes back is what anybody may have written.
    #[doc(hidden)]
    pub fn dangerously_skip_signature(&mut self) -> &mut Self {
        self.skips_signature = true;
        self
    }

    /// The account that tokens must be of. Empty, the default, means any.
    pub fn account_sid(&mut self, account_sid: impl Into<String>) -> &mut Self {
        self.account_sid = account_sid.into();
        self
    }

    /// By how many seconds clocks may differ, from 0 to 86,400. Defaults to 0.
    pub fn leeway(&mut self, seconds: u64) -> &mut Self {
        self.leeway = seconds;
        self
    }

    /// The one algorithm that is accepted. Defaults to HS256.
    pub fn algorithm(&mut self, algorithm: Algorithm) -> &mut Self {
        self.algorithm = algorithm;
        self
    }

    /// The most bytes that a token may have, from 1 to 2^30. Defaults to 16,384.
    pub fn max_size(&mut self, bytes: usize) -> &mut Self {
        self.max_size = bytes;
        self
    }

    /// Prepares the keys.
    ///
    /// # Errors
    /// [`Error::Required`] without a key, for an empty secret and for an empty SID; [`Error::SecretIsKey`] and
    /// [`Error::SecretIsZeros`] for what cannot be the secret of an API key; [`Error::OutOfRange`] for the leeway and
    /// the size.
    pub fn build(&self) -> Result<Verifier, Error> {
        let mut keys = Vec::with_capacity(self.keys.len());
        for (sid, secret) in &self.keys {
            if sid.as_ref().is_some_and(String::is_empty) {
                return Err(Error::Required(Field::new("key_sid")));
            }
            let sid = sid.clone().unwrap_or_default();
            keys.push(Key { sid, key: SigningKey::new(self.algorithm, secret, b"")? });
        }
        if keys.is_empty() && !self.skips_signature {
            return Err(Error::Required(Field::new("secret")));
        }
        clock::check_leeway(self.leeway)?;
        if !(1..=LARGEST).contains(&self.max_size) {
            let found = self.max_size.to_string();
            return Err(clock::out_of_range("max_size", &found, 1, LARGEST as u64));
        }
        Ok(Verifier {
            keys,
            skips_signature: self.skips_signature,
            usual_header: header::usual_segment(self.algorithm),
            algorithm: self.algorithm,
            account_sid: self.account_sid.clone(),
            leeway: self.leeway,
            max_size: self.max_size,
        })
    }
}

/// A token's three parts.
struct Compact<'a> {
    /// As it came.
    header: &'a [u8],
    /// Decoded.
    payload: Vec<u8>,
    /// Decoded. Of a length that no algorithm has, it is empty.
    signature: Signature,
    /// The first two segments and the dot between them: what is signed.
    signed: &'a [u8],
}

impl<'a> Compact<'a> {
    fn split(token: &'a [u8]) -> Result<Self, TokenError> {
        let [header, payload, signature] = segments(token).ok_or(TokenError::NotCompact)?;
        check(Segment::Header, header)?;
        let payload =
            URL_SAFE_NO_PAD.decode_to_vec(payload).map_err(|_| TokenError::NotBase64url(Segment::Payload))?;
        Ok(Self {
            header,
            payload,
            signed: &token[..token.len() - signature.len() - 1],
            signature: decode_signature(signature)?,
        })
    }
}

/// The three segments, if there are three and none is empty.
pub(crate) fn segments(token: &[u8]) -> Option<[&[u8]; 3]> {
    let (header, rest) = split_at_dot(token)?;
    let (payload, signature) = split_at_dot(rest)?;
    let segments = [header, payload, signature];
    (split_at_dot(signature).is_none() && segments.iter().all(|segment| !segment.is_empty()))
        .then_some(segments)
}

fn split_at_dot(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let dot = memchr::memchr(b'.', text)?;
    Some((&text[..dot], &text[dot + 1..]))
}

fn check(segment: Segment, text: &[u8]) -> Result<(), TokenError> {
    URL_SAFE_NO_PAD.check(text).map_err(|_| TokenError::NotBase64url(segment))
}

fn decode_signature(text: &[u8]) -> Result<Signature, TokenError> {
    let mut bytes = [0; Signature::MAX];
    // 64 bytes are 86 characters; whatever is longer is no signature of ours, but may be base64url.
    if text.len() > URL_SAFE_NO_PAD.encoded_length(Signature::MAX) {
        check(Segment::Signature, text)?;
        return Ok(Signature::new(&[]));
    }
    let decoded = URL_SAFE_NO_PAD
        .decode(text, Out::from_slice(&mut bytes))
        .map_err(|_| TokenError::NotBase64url(Segment::Signature))?;
    Ok(Signature::new(decoded))
}

//! The contenders that verify tokens in Rust.

use std::collections::BTreeMap;
use std::hint::black_box;

use grantmint::{InspectOptions, Inspection, Verifier};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::crypto::{CryptoProvider, aws_lc, rust_crypto};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::Sha256;

use crate::rounds::{self, Answer, Failure};

/// The tokens to verify, as `benchmarks/harness/verifying.py` writes them.
#[derive(Deserialize)]
struct Workload {
    secret: String,
    /// Good tokens. Their number is a power of two, so that going round costs nothing.
    tokens: Vec<String>,
    /// Tokens of twilio-python: its header has another order.
    other_header: Vec<String>,
    /// Tokens that every contender must reject.
    bad: BTreeMap<String, String>,
    /// Tokens to measure instead of the good ones, if there are any.
    hostile: Vec<String>,
}

trait Verify {
    /// Returns whether the token is good. This is measured; every result goes through `black_box`.
    fn verifies(&self, token: &str) -> bool;

    /// Returns the identity, the grants and the expiry, or the reason for a rejection.
    fn claims(&self, token: &str) -> Result<Value, String>;
}

/// Prepares a contender that verifies. Its answers contain the claims of a good token and the rejections of the bad
/// ones.
pub fn prepare(name: &str, workload: &str) -> Result<Answer, Failure> {
    let mut workload: Workload = serde_json::from_str(workload)?;
    let verify = find(name, &workload)?;
    if name == "verifier_other_header" {
        workload.tokens = workload.other_header;
    }
    let refuses = !workload.hostile.is_empty();
    if let Some(hostile) = workload.hostile.first() {
        workload.bad.insert("hostile".into(), hostile.clone());
    }
    let measured = if refuses { workload.hostile } else { workload.tokens.clone() };
    let last = measured.len() - 1;
    assert!(measured.len().is_power_of_two());
    let step = move |verify: &dyn Verify, number: usize| {
        assert!(verify.verifies(&measured[number & last]) != refuses, "a wrong verdict");
    };
    let batch = rounds::batch_of_a_millisecond(|number| step(&*verify, number));
    let mut turns = 0;
    Ok(Box::new(move |milliseconds| {
        let turn = rounds::run(|number| step(&*verify, number), batch, milliseconds);
        let place = turns % workload.tokens.len();
        turns += 1;
        let refusals: BTreeMap<_, _> =
            workload.bad.iter().map(|(kind, token)| (kind, verify.claims(token).err())).collect();
        json!({
            "tokens": turn.times,
            "nanoseconds": turn.took.as_nanos() as u64,
            "place": place,
            "claims": verify.claims(&workload.tokens[place]).unwrap_or_default(),
            "refusals": refusals,
        })
    }))
}

fn find(name: &str, workload: &Workload) -> Result<Box<dyn Verify>, Failure> {
    let secret = workload.secret.clone();
    Ok(match name {
        "hmac" => Box::new(Floor(Hmac::new_from_slice(secret.as_bytes())?)),
        "verifier" | "verifier_other_header" => Box::new(Ours(Verifier::new(&*secret)?)),
        "verifier_grants" => Box::new(OursWithGrants(Ours(Verifier::new(&*secret)?))),
        "inspect" => Box::new(Inspect { secret, report: false }),
        "inspect_report" => Box::new(Inspect { secret, report: true }),
        "jsonwebtoken_aws_lc" => Box::new(jsonwebtoken(&aws_lc::DEFAULT_PROVIDER, &secret)?),
        "jsonwebtoken_rust_crypto" => Box::new(jsonwebtoken(&rust_crypto::DEFAULT_PROVIDER, &secret)?),
        _ => return Err(format!("no verifier is called {name}").into()),
    })
}

/// The floor: the HMAC of the signed bytes, with the key schedule computed beforehand.
struct Floor(Hmac<Sha256>);

/// A dot and 32 bytes as base64url.
const SIGNATURE: usize = 44;

impl Verify for Floor {
    fn verifies(&self, token: &str) -> bool {
        let mut mac = self.0.clone();
        mac.update(&token.as_bytes()[..token.len() - SIGNATURE]);
        black_box(mac.finalize().into_bytes());
        true
    }

    fn claims(&self, _: &str) -> Result<Value, String> {
        Err("the floor reads no claims".into())
    }
}

struct Ours(Verifier);

impl Verify for Ours {
    fn verifies(&self, token: &str) -> bool {
        black_box(self.0.verify(token)).is_ok()
    }

    fn claims(&self, token: &str) -> Result<Value, String> {
        let claims = self.0.verify(token).map_err(|error| error.to_string())?;
        Ok(shown(claims.identity(), claims.grants(), claims.expires_at()))
    }
}

/// The verifier with the grants as objects, which are created on request.
struct OursWithGrants(Ours);

impl Verify for OursWithGrants {
    fn verifies(&self, token: &str) -> bool {
        black_box(self.0.0.verify(token).map(|claims| (claims.grants(), claims))).is_ok()
    }

    fn claims(&self, token: &str) -> Result<Value, String> {
        self.0.claims(token)
    }
}

struct Inspect {
    secret: String,
    report: bool,
}

impl Inspect {
    fn inspect(&self, token: &str) -> Inspection {
        grantmint::inspect(token, &InspectOptions::new().secret(&*self.secret))
    }
}

impl Verify for Inspect {
    fn verifies(&self, token: &str) -> bool {
        let inspection = black_box(self.inspect(token));
        if self.report {
            black_box(inspection.to_string());
        }
        inspection.is_sound()
    }

    fn claims(&self, token: &str) -> Result<Value, String> {
        let inspection = self.inspect(token);
        if !inspection.is_sound() {
            return Err(inspection.findings[0].code.into());
        }
        let grants = inspection.grants().unwrap_or_default();
        Ok(shown(inspection.identity().as_deref(), grants, inspection.expires_at.unwrap_or_default()))
    }
}

struct Jsonwebtoken {
    key: DecodingKey,
    validation: Validation,
}

/// Prepares the crate's fastest path: key and validation prepared, and the claims' names known to the compiler. It
/// requires and checks the claims that a [`Verifier`] does, without leeway.
fn jsonwebtoken(provider: &'static CryptoProvider, secret: &str) -> Result<Jsonwebtoken, Failure> {
    provider.install_default().map_err(|_| "another provider is installed")?;
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_required_spec_claims(&["exp", "iss", "sub"]);
    validation.validate_nbf = true;
    validation.leeway = 0;
    Ok(Jsonwebtoken { key: DecodingKey::from_secret(secret.as_bytes()), validation })
}

impl Verify for Jsonwebtoken {
    fn verifies(&self, token: &str) -> bool {
        black_box(jsonwebtoken::decode::<Claims>(token, &self.key, &self.validation)).is_ok()
    }

    fn claims(&self, token: &str) -> Result<Value, String> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.key, &self.validation)
            .map_err(|error| error.to_string())?
            .claims;
        let Grants { identity, chat, video } = claims.grants;
        let grants = json!({ "chat": chat, "video": video });
        Ok(shown(identity.as_deref(), grants.as_object().cloned().unwrap_or_default(), claims.exp))
    }
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "decoded for the caller")]
struct Claims {
    iss: String,
    sub: String,
    jti: Option<String>,
    iat: Option<u64>,
    nbf: Option<u64>,
    exp: u64,
    grants: Grants,
}

#[derive(Deserialize)]
struct Grants {
    identity: Option<String>,
    chat: Option<Chat>,
    video: Option<Video>,
}

#[derive(Deserialize, Serialize)]
struct Chat {
    service_sid: Option<String>,
}

#[derive(Deserialize, Serialize)]
struct Video {
    room: Option<String>,
}

fn shown(identity: Option<&str>, grants: Map<String, Value>, exp: u64) -> Value {
    json!({ "identity": identity, "grants": grants, "exp": exp })
}

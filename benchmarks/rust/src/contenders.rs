//! The contenders that mint the workload in Rust.

use std::hint::black_box;
use std::time::{SystemTime, UNIX_EPOCH};

use grantmint::{AccessToken, ChatGrant, Issuer, VideoGrant, VoiceGrant};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::crypto::{CryptoProvider, aws_lc, rust_crypto};
use jsonwebtoken::{EncodingKey, Header};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::Sha256;

use crate::rounds::{self, Answer, Failure};
use crate::workload::{IDENTITIES, Workload};

type OneToken = Box<dyn FnMut(usize) -> String>;

/// A contender. It mints the token of an identity, given by its place in the list.
enum Mint {
    Token(OneToken),
    /// The floor mints no token. It signs the first two segments of an existing one.
    Mac {
        key: Hmac<Sha256>,
        inputs: Vec<String>,
        tokens: Vec<String>,
    },
}

impl Mint {
    #[inline]
    fn next(&mut self, place: usize) {
        match self {
            Self::Token(mint) => drop(black_box(mint(place))),
            Self::Mac { key, inputs, .. } => {
                let mut mac = key.clone();
                mac.update(inputs[place].as_bytes());
                black_box(mac.finalize().into_bytes());
            }
        }
    }

    /// Returns a token to verify.
    fn token(&mut self, place: usize) -> String {
        match self {
            Self::Token(mint) => mint(place),
            Self::Mac { tokens, .. } => tokens[place].clone(),
        }
    }
}

/// Prepares a contender that mints. Its answers contain a token and the identity in it.
pub fn prepare(name: &str, workload: &str) -> Result<Answer, Failure> {
    let workload: Workload = serde_json::from_str(workload)?;
    let identities = workload.identities();
    let mut mint = find(name, workload, &identities)?;
    let batch = rounds::batch_of_a_millisecond(|number| mint.next(number % IDENTITIES));
    Ok(Box::new(move |milliseconds| {
        let turn = rounds::run(|number| mint.next(number % IDENTITIES), batch, milliseconds);
        let last = (turn.times - 1) % IDENTITIES;
        json!({
            "tokens": turn.times,
            "nanoseconds": turn.took.as_nanos() as u64,
            "identity": identities[last],
            "token": mint.token(last),
        })
    }))
}

fn find(name: &str, workload: Workload, identities: &[String]) -> Result<Mint, Failure> {
    let identities = identities.to_vec();
    Ok(match name {
        "issuer" => Mint::Token(issuer(&workload, identities)?),
        "access_token" => Mint::Token(access_token(workload, identities)),
        "jsonwebtoken_aws_lc" => Mint::Token(jsonwebtoken(&aws_lc::DEFAULT_PROVIDER, workload, identities)?),
        "jsonwebtoken_rust_crypto" => {
            Mint::Token(jsonwebtoken(&rust_crypto::DEFAULT_PROVIDER, workload, identities)?)
        }
        "hmac" => hmac(workload, identities)?,
        _ => return Err(format!("no contender is called {name}").into()),
    })
}

fn issuer(workload: &Workload, identities: Vec<String>) -> Result<OneToken, Failure> {
    let mut issuer = Issuer::builder(&*workload.account_sid, &*workload.key_sid, &*workload.secret);
    issuer.add_grant(&chat(workload))?.add_grant(&video(workload))?;
    if let Some(voice) = voice(workload) {
        issuer.add_grant(&voice)?;
    }
    let issuer = issuer.build()?;
    Ok(Box::new(move |place| issuer.mint(&identities[place]).expect("an identity")))
}

fn access_token(workload: Workload, identities: Vec<String>) -> OneToken {
    // The grants are the same for all tokens.
    let (chat, video, voice) = (chat(&workload), video(&workload), voice(&workload));
    let mint = move |place: usize| -> Result<String, grantmint::Error> {
        let mut token = AccessToken::new(&*workload.account_sid, &*workload.key_sid, &*workload.secret)?;
        token.identity(&*identities[place]).add_grant(&chat)?.add_grant(&video)?;
        if let Some(voice) = &voice {
            token.add_grant(voice)?;
        }
        token.to_jwt()
    };
    Box::new(move |place| mint(place).expect("a token"))
}

fn chat(workload: &Workload) -> ChatGrant {
    ChatGrant::new(&*workload.service_sid)
}

fn video(workload: &Workload) -> VideoGrant {
    VideoGrant::new().room(&*workload.room)
}

fn voice(workload: &Workload) -> Option<VoiceGrant> {
    let voice = workload.voice.as_ref()?;
    let grant = VoiceGrant::new().outgoing_application_sid(&*voice.application_sid);
    Some(grant.outgoing_application_params(voice.params.clone()))
}

/// Prepares the crate's fastest path: key and header prepared, claims borrowed, and their names known to the compiler.
fn jsonwebtoken(
    provider: &'static CryptoProvider,
    workload: Workload,
    identities: Vec<String>,
) -> Result<OneToken, Failure> {
    provider.install_default().map_err(|_| "another provider is installed")?;
    let key = EncodingKey::from_secret(workload.secret.as_bytes());
    let header = Header { cty: Some("twilio-fpa;v=1".into()), ..Header::default() };
    Ok(Box::new(move |place| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_secs();
        let voice = workload.voice.as_ref().map(|voice| VoiceClaim {
            outgoing: Outgoing { application_sid: &voice.application_sid, params: &voice.params },
        });
        let claims = Claims {
            jti: format!("{}-{now}", workload.key_sid),
            grants: Grants {
                identity: &identities[place],
                chat: Chat { service_sid: &workload.service_sid },
                video: Video { room: &workload.room },
                voice,
            },
            iat: now,
            exp: now + 3600,
            iss: &workload.key_sid,
            sub: &workload.account_sid,
        };
        jsonwebtoken::encode(&header, &claims, &key).expect("claims that serialize")
    }))
}

#[derive(Serialize)]
struct Claims<'a> {
    jti: String,
    grants: Grants<'a>,
    iat: u64,
    exp: u64,
    iss: &'a str,
    sub: &'a str,
}

#[derive(Serialize)]
struct Grants<'a> {
    identity: &'a str,
    chat: Chat<'a>,
    video: Video<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    voice: Option<VoiceClaim<'a>>,
}

#[derive(Serialize)]
struct Chat<'a> {
    service_sid: &'a str,
}

#[derive(Serialize)]
struct Video<'a> {
    room: &'a str,
}

#[derive(Serialize)]
struct VoiceClaim<'a> {
    outgoing: Outgoing<'a>,
}

#[derive(Serialize)]
struct Outgoing<'a> {
    application_sid: &'a str,
    params: &'a Map<String, Value>,
}

/// Prepares the floor: the HMAC of the bytes that a token signs, with the key schedule computed beforehand.
fn hmac(workload: Workload, identities: Vec<String>) -> Result<Mint, Failure> {
    let places = 0..identities.len();
    let key = Hmac::new_from_slice(workload.secret.as_bytes())?;
    // An `Issuer` refuses the largest of the workloads.
    let mut access_token = access_token(workload, identities);
    let tokens: Vec<String> = places.map(&mut access_token).collect();
    let inputs = tokens.iter().filter_map(|token| Some(token.rsplit_once('.')?.0.to_owned())).collect();
    Ok(Mint::Mac { key, inputs, tokens })
}

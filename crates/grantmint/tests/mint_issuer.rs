//! `Issuer`: it mints the same tokens as `AccessToken`, also on many threads.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Barrier;
use std::thread;
use std::time::UNIX_EPOCH;

use grantmint::internal::{add_custom, issuer_from_variables};
use grantmint::{
    AccessToken, Algorithm, ChatGrant, Error, Field, Grants, Issuer, IssuerBuilder, MintOptions,
    PlaybackGrant, Secret, SyncGrant, TaskRouterGrant, VideoGrant, VoiceGrant,
};
use serde_json::{Map, Value, json};

mod peer;

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const KEY: &str = "SKfedcba9876543210fedcba9876543210";
const SERVICE: &str = "IS0123456789abcdef0123456789abcdef";
const SECRET: &str = "fake-secret-0123456789-abcdefghi";
const NOW: u64 = 1_700_000_000;

fn builder() -> IssuerBuilder<'static> {
    Issuer::builder(ACCOUNT, KEY, SECRET)
}

fn chat(endpoint: &str) -> ChatGrant {
    ChatGrant::new(SERVICE).endpoint_id(endpoint)
}

fn video(room: &str) -> VideoGrant {
    VideoGrant::new().room(room)
}

/// Creates an issuer with a chat and a video grant.
fn issuer() -> Issuer {
    builder().add_grant(&chat("phone")).unwrap().add_grant(&video("daily")).unwrap().build().unwrap()
}

fn at(now: u64) -> MintOptions<'static> {
    MintOptions::new().now(now)
}

/// Returns the claims that another library has verified.
fn claims(token: &str) -> Value {
    peer::verify(token, SECRET.as_bytes(), "HS256").unwrap().1
}

/// Returns the claims' grants as text, which has their order.
fn grants(token: &str) -> String {
    claims(token)["grants"].to_string()
}

const fn assert_send_and_sync<T: Send + Sync>() {}

const _: () = {
    assert_send_and_sync::<Issuer>();
    assert_send_and_sync::<IssuerBuilder<'static>>();
    assert_send_and_sync::<MintOptions<'static>>();
    assert_send_and_sync::<AccessToken<'static>>();
    assert_send_and_sync::<Grants>();
    assert_send_and_sync::<Secret<'static>>();
    assert_send_and_sync::<Error>();
};

#[test]
fn an_issuer_mints_what_an_access_token_signs() {
    let params = Map::from_iter([("deep".to_owned(), json!([1, 2.5, { "é": null }]))]);
    let mut all = Grants::new();
    all.add(&SyncGrant::new(SERVICE)).unwrap();
    all.add(&chat("phone")).unwrap();
    all.add(&video("daily")).unwrap();
    let voice =
        VoiceGrant::new().incoming_allow(true).outgoing_application_sid("AP0123456789abcdef0123456789abcdef");
    all.add(&voice.outgoing_application_params(params.clone())).unwrap();
    all.add(&TaskRouterGrant::new().role("worker")).unwrap();
    all.add(&PlaybackGrant::new(params.clone())).unwrap();
    add_custom(&mut all, "fleet", &params).unwrap();

    for algorithm in Algorithm::ALL {
        for region in ["", "au1", "é\"1"] {
            for jti in ["", "mine-\u{1}"] {
                for (ttl, nbf) in [(None, None), (Some(1), Some(NOW)), (Some(86_400), Some(0))] {
                    let mut token = AccessToken::new(ACCOUNT, KEY, SECRET).unwrap();
                    token.identity("älice\n").region(region).algorithm(algorithm).set_grants(all.clone());
                    token.jti(jti);
                    let mut options = at(NOW);
                    if !jti.is_empty() {
                        options = options.jti(jti);
                    }
                    if let Some(ttl) = ttl {
                        token.ttl(ttl);
                        options = options.ttl(ttl);
                    }
                    if let Some(nbf) = nbf {
                        token.nbf(nbf);
                        options = options.nbf(nbf);
                    }
                    let signed = token.to_jwt_at(NOW).unwrap();

                    peer::verify(&signed, SECRET.as_bytes(), algorithm.name()).unwrap();
                    if algorithm != Algorithm::Hs256 {
                        continue;
                    }

                    let mut issuer = builder();
                    issuer.set_grants(all.clone());
                    if !region.is_empty() {
                        issuer.region(region);
                    }
                    let issuer = issuer.build().unwrap();
                    assert_eq!(issuer.mint_with("älice\n", &options).unwrap(), signed);
                }
            }
        }
    }
}

#[test]
fn the_issuers_lifetime_is_the_default_of_its_tokens() {
    let mut builder = builder();
    builder.add_grant(&video("daily")).unwrap().ttl(60);
    let issuer = builder.build().unwrap();
    let expiry = |options| claims(&issuer.mint_with("alice", &options).unwrap())["exp"].as_u64().unwrap();
    assert_eq!(expiry(at(NOW)), NOW + 60);
    assert_eq!(expiry(at(NOW).ttl(600)), NOW + 600);
}

/// Renews three minutes before the expiry, but not before half of the lifetime.
#[test]
fn an_issued_token_has_its_times() {
    for (ttl, renew_in) in [(3600, 3420), (361, 181), (360, 180), (359, 179), (60, 30), (1, 0)] {
        let options = at(NOW).ttl(ttl);
        let issued = issuer().issue("alice", &options).unwrap();
        assert_eq!(issued.token, issuer().mint_with("alice", &options).unwrap());
        assert_eq!((issued.expires_at, issued.expires_in), (NOW + ttl, ttl));
        assert_eq!(issued.renew_at, NOW + renew_in, "{ttl}");
    }
    assert_eq!(
        issuer().issue("", &at(NOW)),
        Err(Error::Required { field: Field::new("identity"), found: Some("empty") })
    );
}

#[test]
fn a_token_without_now_is_minted_at_the_current_second() {
    let now = || UNIX_EPOCH.elapsed().unwrap().as_secs();
    let before = now();
    let issued = claims(&issuer().mint("alice").unwrap())["iat"].as_u64().unwrap();
    assert!((before..=now()).contains(&issued));
}

#[test]
fn grants_of_one_token_join_the_issuers_and_duplicates_keep_their_place() {
    let issuer = issuer();
    let mint = |added: &Grants| grants(&issuer.mint_with("alice", &at(NOW).grants(added)).unwrap());
    let (own_chat, own_video) = (
        format!(r#""chat":{{"service_sid":"{SERVICE}","endpoint_id":"phone"}}"#),
        r#""video":{"room":"daily"}"#,
    );

    let mut added = Grants::new();
    assert_eq!(mint(&added), format!(r#"{{"identity":"alice",{own_chat},{own_video}}}"#));
    add_custom(&mut added, "fleet", &Map::new()).unwrap();
    assert_eq!(mint(&added), format!(r#"{{"identity":"alice",{own_chat},{own_video},"fleet":{{}}}}"#));
    added.add(&chat("a tablet, of a longer name than the telephone's")).unwrap();
    let longer = own_chat.replace("phone", "a tablet, of a longer name than the telephone's");
    assert_eq!(mint(&added), format!(r#"{{"identity":"alice",{longer},{own_video},"fleet":{{}}}}"#));
    added.add(&VideoGrant::new()).unwrap();
    assert_eq!(mint(&added), format!(r#"{{"identity":"alice",{longer},"video":{{}},"fleet":{{}}}}"#));
    add_custom(&mut added, "chat", &Map::from_iter([("service_sid".to_owned(), json!(SERVICE))])).unwrap();
    let custom = format!(r#""chat":{{"service_sid":"{SERVICE}"}}"#);
    assert_eq!(mint(&added), format!(r#"{{"identity":"alice",{custom},"video":{{}},"fleet":{{}}}}"#));

    // The issuer itself has not changed.
    assert_eq!(mint(&Grants::new()), format!(r#"{{"identity":"alice",{own_chat},{own_video}}}"#));
}

#[test]
fn grants_of_one_token_are_enough() {
    let issuer = builder().build().unwrap();
    assert_eq!(issuer.mint("alice"), Err(Error::NoGrants));
    assert_eq!(issuer.mint_with("alice", &at(NOW).grants(&Grants::new())), Err(Error::NoGrants));
    let mut added = Grants::new();
    added.add(&video("daily")).unwrap();
    let token = issuer.mint_with("alice", &at(NOW).grants(&added)).unwrap();
    assert_eq!(grants(&token), r#"{"identity":"alice","video":{"room":"daily"}}"#);
}

#[test]
fn a_rejected_grant_leaves_the_others_as_they_are() {
    let mut grants = Grants::new();
    grants.add(&video("daily")).unwrap();
    let lossy = Map::from_iter([("a".to_owned(), json!([true, 9_007_199_254_740_993_u64]))]);
    add_custom(&mut grants, "video", &lossy).unwrap_err();
    add_custom(&mut grants, "fleet", &lossy).unwrap_err();
    let token = builder().set_grants(grants).build().unwrap().mint("alice").unwrap();
    assert_eq!(self::grants(&token), r#"{"identity":"alice","video":{"room":"daily"}}"#);
}

#[test]
fn eight_threads_mint_from_one_issuer() {
    let issuer = issuer();
    let start = Barrier::new(8);
    thread::scope(|scope| {
        for thread in 0..8 {
            let (issuer, start) = (&issuer, &start);
            scope.spawn(move || {
                start.wait();
                let minted: Vec<_> = (0..250)
                    .map(|number| {
                        let identity = format!("user-{thread}-{number}");
                        let token = issuer.mint_with(&identity, &at(NOW + number)).unwrap();
                        (identity, NOW + number, token)
                    })
                    .collect();
                for (identity, now, token) in minted {
                    let expected = json!({
                        "jti": format!("{KEY}-{now}"),
                        "grants": {
                            "identity": identity,
                            "chat": { "service_sid": SERVICE, "endpoint_id": "phone" },
                            "video": { "room": "daily" },
                        },
                        "iat": now,
                        "exp": now + 3600,
                        "iss": KEY,
                        "sub": ACCOUNT,
                    });
                    assert_eq!(claims(&token).to_string(), expected.to_string());
                }
            });
        }
    });
}

#[test]
fn the_environment_names_the_variable_that_is_missing() {
    let variables = [("TWILIO_ACCOUNT_SID", ACCOUNT), ("TWILIO_API_KEY", KEY), ("TWILIO_API_SECRET", SECRET)];
    let look_up =
        |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    let issuer = issuer_from_variables(look_up).unwrap().add_grant(&video("daily")).unwrap().build().unwrap();
    assert_eq!((issuer.account_sid(), issuer.key_sid()), (ACCOUNT, KEY));
    claims(&issuer.mint("alice").unwrap());

    for (missing, _) in variables {
        for value in [None, Some(String::new())] {
            let with_a_gap = |name: &str| if name == missing { value.clone() } else { look_up(name) };
            let error = issuer_from_variables(with_a_gap).unwrap_err();
            assert_eq!(error, Error::MissingVariable { names: vec![missing.into()], instead: Vec::new() });
        }
    }
    for (missing, instead) in [
        ("TWILIO_API_KEY", "TWILIO_API_KEY_SID"),
        ("TWILIO_API_SECRET", "TWILIO_API_KEY_SECRET"),
        ("TWILIO_API_SECRET", "TWILIO_API_SECRET_KEY"),
    ] {
        let misnamed = |name: &str| match name {
            _ if name == missing => None,
            _ if name == instead => look_up(missing),
            _ => look_up(name),
        };
        assert_eq!(
            issuer_from_variables(misnamed).unwrap_err().to_string(),
            format!(
                "the environment variable {missing} is not set, but {instead} is; expected the name {missing}"
            )
        );
    }
    // All of them at once.
    let other = |name: &str| (name == "TWILIO_API_KEY_SID").then(|| KEY.to_owned());
    assert_eq!(
        issuer_from_variables(other).unwrap_err().to_string(),
        "the environment variables TWILIO_ACCOUNT_SID, TWILIO_API_KEY and TWILIO_API_SECRET are not set, but \
         TWILIO_API_KEY_SID is; expected the name TWILIO_API_KEY"
    );
    let others =
        |name: &str| ["TWILIO_API_KEY_SID", "TWILIO_API_SECRET_KEY"].contains(&name).then(|| "x".to_owned());
    assert_eq!(
        issuer_from_variables(others).unwrap_err().to_string(),
        "the environment variables TWILIO_ACCOUNT_SID, TWILIO_API_KEY and TWILIO_API_SECRET are not set, but \
         TWILIO_API_KEY_SID and TWILIO_API_SECRET_KEY are; expected the names TWILIO_API_KEY and TWILIO_API_SECRET"
    );
}

#[test]
fn two_fields_of_a_grant_that_are_swapped_are_named() {
    let digits = "0123456789abcdef0123456789abcdef";
    let grant = TaskRouterGrant::new().workspace_sid(format!("WK{digits}")).worker_sid(format!("WS{digits}"));
    let error = Issuer::builder(ACCOUNT, KEY, SECRET).add_grant(&grant).unwrap().build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "TaskRouterGrant.workspace_sid must be WS followed by 32 hexadecimal digits, not the SID of a worker: it is \
         swapped with worker_sid"
    );
}

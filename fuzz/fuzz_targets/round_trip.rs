//! A minted token verifies, also with the peer, and contains the requested claims.

#![no_main]

use arbitrary::Arbitrary;
use grantmint::{
    AccessToken, Algorithm, BatchOptions, ChatGrant, Error, InspectOptions, Issuer, MintOptions,
    SignatureState, SyncGrant, TaskRouterGrant, Verifier, VideoGrant, VoiceGrant, inspect,
};
use grantmint_fuzz::{NOW, SECRET, verdict};
use serde_json::Value;

#[derive(Arbitrary, Debug)]
struct Case {
    identity: String,
    account_sid: String,
    key_sid: String,
    region: String,
    jti: String,
    ttl: u32,
    nbf: Option<u64>,
    algorithm: u8,
    grants: Vec<Grant>,
}

#[derive(Arbitrary, Clone, Debug)]
enum Grant {
    Sync(Option<String>, Option<String>),
    Chat(Option<String>, Option<String>, Option<String>, Option<String>),
    Video(Option<String>),
    Voice(bool, Option<String>, Option<String>),
    TaskRouter(Option<String>, Option<String>, Option<String>),
}

impl Grant {
    fn add_to(&self, token: &mut AccessToken<'_>) -> Result<(), Error> {
        match self.clone() {
            Self::Sync(service_sid, endpoint_id) => {
                let mut grant = SyncGrant::default();
                (grant.service_sid, grant.endpoint_id) = (service_sid, endpoint_id);
                token.add_grant(&grant)?;
            }
            Self::Chat(service_sid, endpoint_id, deployment_role_sid, push_credential_sid) => {
                let mut grant = ChatGrant::default();
                (grant.service_sid, grant.endpoint_id) = (service_sid, endpoint_id);
                grant.deployment_role_sid = deployment_role_sid;
                grant.push_credential_sid = push_credential_sid;
                token.add_grant(&grant)?;
            }
            Self::Video(room) => {
                let mut grant = VideoGrant::new();
                grant.room = room;
                token.add_grant(&grant)?;
            }
            Self::Voice(incoming_allow, outgoing_application_sid, endpoint_id) => {
                let mut grant = VoiceGrant::new().incoming_allow(incoming_allow);
                grant.outgoing_application_sid = outgoing_application_sid;
                grant.endpoint_id = endpoint_id;
                token.add_grant(&grant)?;
            }
            Self::TaskRouter(workspace_sid, worker_sid, role) => {
                let mut grant = TaskRouterGrant::new();
                (grant.workspace_sid, grant.worker_sid, grant.role) = (workspace_sid, worker_sid, role);
                token.add_grant(&grant)?;
            }
        }
        Ok(())
    }
}

libfuzzer_sys::fuzz_target!(|case: Case| {
    by_hand(&case);
    by_issuer(&case);
});

fn by_hand(case: &Case) {
    let Ok(mut token) = AccessToken::new(&*case.account_sid, &*case.key_sid, SECRET) else { return };
    let algorithm = Algorithm::ALL[usize::from(case.algorithm) % Algorithm::ALL.len()];
    token.identity(&*case.identity).ttl(case.ttl.into()).region(&*case.region).jti(&*case.jti);
    token.algorithm(algorithm);
    if let Some(nbf) = case.nbf {
        token.nbf(nbf);
    }
    for grant in &case.grants {
        if grant.add_to(&mut token).is_err() {
            return;
        }
    }
    let Ok(jwt) = token.to_jwt_at(NOW) else { return };

    let mut verifier = Verifier::builder();
    verifier.key(&*case.key_sid, SECRET).account_sid(&*case.account_sid).algorithm(algorithm).lenient();
    let verifier = verifier.max_size(1 << 30).build().unwrap();
    let valid_from = case.nbf.unwrap_or(NOW).max(NOW);
    let claims = verifier.verify_at(&jwt, valid_from).unwrap();
    assert_eq!(claims.identity().unwrap_or_default(), case.identity);
    assert_eq!(claims.key_sid(), case.key_sid);
    assert_eq!(claims.account_sid(), case.account_sid);
    assert_eq!((claims.issued_at(), claims.expires_at()), (Some(NOW), NOW + u64::from(case.ttl)));
    assert_eq!(claims.not_before(), case.nbf);
    if !case.jti.is_empty() {
        assert_eq!(claims.jti(), Some(&*case.jti));
    }
    assert_eq!(claims.header().get("twr").and_then(Value::as_str).unwrap_or_default(), case.region);
    let mut requested = token.claims_at(NOW).unwrap()["grants"].as_object().unwrap().clone();
    requested.shift_remove("identity");
    assert_eq!(claims.grants(), requested);
    assert!(verifier.verify_at(&jwt, claims.expires_at()).is_err(), "expired, and yet accepted");
    if algorithm == Algorithm::Hs256 && valid_from == NOW && jwt.len() <= 16 * 1024 {
        verdict(&jwt).unwrap();
        let options = InspectOptions::new().secret(SECRET).now(NOW);
        assert_eq!(inspect(&jwt, &options).signature, SignatureState::Valid);
    }
}

fn by_issuer(case: &Case) {
    let account_sid = format!("AC{}", "a0".repeat(16));
    let key_sid = format!("SK{}", "b1".repeat(16));
    let mut builder = Issuer::builder(account_sid, key_sid, SECRET);
    builder.ttl(case.ttl.into());
    if !case.region.is_empty() {
        builder.region(&*case.region);
    }
    let Ok(builder) = builder.add_grant(&VideoGrant::new().room(&*case.account_sid)) else { return };
    let Ok(issuer) = builder.build() else { return };
    let mut options = MintOptions::new().now(NOW);
    if !case.jti.is_empty() {
        options = options.jti(&case.jti);
    }
    let Ok(jwt) = issuer.mint_with(&case.identity, &options) else { return };
    if jwt.len() <= 16 * 1024 {
        assert_eq!(verdict(&jwt).unwrap().identity(), Some(&*case.identity));
    }
    let many = issuer.mint_many(&[&case.identity, &case.identity], &BatchOptions::new().now(NOW), 2).unwrap();
    assert_eq!(many[0], many[1]);
    if case.jti.is_empty() {
        assert_eq!(many[0], jwt);
    }
}

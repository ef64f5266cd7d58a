//! Verifiers of every setting, and tokens with fuzzed parts. An accepted token is compared with each setting, in code
//! other than the verifier's own.

#![no_main]

use arbitrary::Arbitrary;
use grantmint::Verifier;
use grantmint_fuzz::{NOW, SECRET, signed, verdict, with_claims, with_header};

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    sids: Vec<&'a str>,
    account_sid: &'a str,
    leeway: u32,
    max_size: u16,
    now_offset: i32,
    token: Token<'a>,
}

#[derive(Arbitrary, Debug)]
enum Token<'a> {
    Bytes(&'a [u8]),
    Segments(&'a str, &'a str),
    Header(&'a [u8]),
    Claims(&'a [u8]),
    Times { iss: &'a str, sub: &'a str, exp: u64, nbf: Option<u64> },
}

libfuzzer_sys::fuzz_target!(|case: Case<'_>| {
    let token = match &case.token {
        Token::Bytes(bytes) => bytes.to_vec(),
        Token::Segments(header, payload) => signed(header, payload).into_bytes(),
        Token::Header(header) => with_header(header).into_bytes(),
        Token::Claims(claims) => with_claims(claims).into_bytes(),
        Token::Times { iss, sub, exp, nbf } => {
            let mut claims = serde_json::json!({ "iss": iss, "sub": sub, "exp": exp });
            claims.as_object_mut().unwrap().extend(nbf.map(|nbf| ("nbf".to_owned(), nbf.into())));
            with_claims(claims.to_string().as_bytes()).into_bytes()
        }
    };
    if let Ok(text) = std::str::from_utf8(&token) {
        let _ = verdict(text);
    }
    let mut builder = Verifier::builder();
    for sid in &case.sids {
        builder.key(*sid, SECRET);
    }
    if case.sids.is_empty() {
        builder.secret(SECRET);
    }
    builder.account_sid(case.account_sid).leeway(case.leeway.into()).max_size(case.max_size.into());
    let Ok(verifier) = builder.build() else { return };
    let now = NOW.saturating_add_signed(case.now_offset.into());
    let Ok(claims) = verifier.verify_at(&token, now) else { return };

    assert!(token.len() <= usize::from(case.max_size));
    assert!(case.sids.is_empty() || case.sids.contains(&claims.key_sid()));
    assert!(case.account_sid.is_empty() || case.account_sid == claims.account_sid());
    let (now, leeway) = (i128::from(now), i128::from(case.leeway));
    assert!(now < i128::from(claims.expires_at()) + leeway);
    assert!(claims.not_before().is_none_or(|nbf| now >= i128::from(nbf) - leeway));
});

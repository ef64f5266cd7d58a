//! The kind of a token.

use serde_json::{Map, Value};

use crate::header::CONTENT_TYPE;

/// The kind of a token. Twilio has had several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenKind {
    /// An Access Token.
    AccessToken,
    /// A capability token of the first Client SDK, signed with the account's Auth Token.
    CapabilityToken,
    /// A capability token of `TaskRouter`, signed with the account's Auth Token.
    TaskRouterCapabilityToken,
    /// A token of a REST request with public key client validation.
    ClientValidationToken,
    /// Another JWT, or no token at all.
    Unknown,
}

impl TokenKind {
    /// Returns `"access_token"`, `"capability_token"`, `"task_router_capability_token"`, `"client_validation_token"` or
    /// `"unknown"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::CapabilityToken => "capability_token",
            Self::TaskRouterCapabilityToken => "task_router_capability_token",
            Self::ClientValidationToken => "client_validation_token",
            Self::Unknown => "unknown",
        }
    }
}

/// Determines the kind of a token by marks that only one kind has.
pub(super) fn kind(header: Option<&Map<String, Value>>, claims: Option<&Map<String, Value>>) -> TokenKind {
    let cty = header.and_then(|header| header.get("cty")).and_then(Value::as_str).unwrap_or_default();
    let has = |name: &str| claims.is_some_and(|claims| claims.contains_key(name));
    let scope = claims.and_then(|claims| claims.get("scope")).and_then(Value::as_str);
    if cty == CONTENT_TYPE && claims.is_some_and(|claims| claims.get("grants").is_some_and(Value::is_object))
    {
        TokenKind::AccessToken
    } else if cty.starts_with("twilio-pkrv") || (has("hrh") && has("rqh")) {
        TokenKind::ClientValidationToken
    } else if has("policies") && (has("workspace_sid") || has("channel")) {
        TokenKind::TaskRouterCapabilityToken
    } else if scope.is_some_and(|scope| scope.starts_with("scope:")) {
        TokenKind::CapabilityToken
    } else if cty.starts_with("twilio-fpa") || has("grants") {
        TokenKind::AccessToken
    } else {
        TokenKind::Unknown
    }
}

/// Returns whether the claims name an issuer or subject, but none of Twilio's.
pub(super) fn is_foreign(claims: &Map<String, Value>) -> bool {
    let is_sid = |name: &str| {
        let text = claims.get(name).and_then(Value::as_str).unwrap_or_default();
        text.starts_with("SK") || text.starts_with("AC")
    };
    let says_who = claims.contains_key("iss") || claims.contains_key("sub");
    says_who && !is_sid("iss") && !is_sid("sub") && !claims.contains_key("identity")
}

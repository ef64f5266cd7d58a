//! The rules that tokens must follow: severity, Twilio's error numbers, and advice.

/// The severity of a finding, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// Twilio rejects the token, or the token does not grant the access that it should.
    Error,
    /// The token may work, but probably contains a mistake.
    Warning,
}

impl Severity {
    /// Returns `"error"` or `"warning"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A rule: the part of a finding that does not depend on the token.
#[derive(Debug)]
pub struct Rule {
    /// The stable name of the problem.
    pub code: &'static str,
    /// The severity of the problem.
    pub severity: Severity,
    /// The numbers with which Twilio would probably reject the token.
    pub twilio_codes: &'static [u32],
    /// How to solve the problem.
    pub advice: &'static str,
}

macro_rules! rules {
    ($($name:ident $severity:ident $code:literal $twilio_codes:expr, $advice:literal;)*) => {
        $(pub(crate) static $name: Rule =
            Rule { code: $code, severity: Severity::$severity, twilio_codes: &$twilio_codes, advice: $advice };)*

        /// Every rule, in the order of the checks.
        pub static RULES: &[&Rule] = &[$(&$name),*];
    };
}

const MALFORMED: [u32; 3] = [20101, 20160, 31204];
const HEADER: [u32; 2] = [20102, 20152];
const ISSUER: [u32; 3] = [20103, 20153, 31202];
const EXPIRY: [u32; 3] = [20104, 20156, 31205];
const LIFETIME: [u32; 3] = [20104, 20157, 31207];
const NOT_YET: [u32; 4] = [20105, 20155, 51120, 51007];
const GRANTS: [u32; 2] = [20106, 51007];
const SIGNATURE: [u32; 3] = [20107, 20159, 31202];
const IDENTITY: [u32; 3] = [51007, 31204, 53200];

rules! {
    // Wrapping.
    NOT_A_STRING Error "not_a_string" MALFORMED,
        "Pass the token's text. An absent one often means that the request for it failed, or was not awaited.";
    TOKEN_TOO_LARGE Error "token_too_large" MALFORMED,
        "Keep what the token carries small: it travels in headers and URLs, which are limited.";
    BEARER_PREFIX Error "bearer_prefix" MALFORMED,
        "Hand over the token alone, without the authorization scheme before it.";
    QUOTED Error "quoted" MALFORMED,
        "Hand over what is inside the quotation marks: parse a JSON string (response.json() rather than response.text()).";
    JSON_WRAPPED Error "json_wrapped" MALFORMED,
        "Take the token out of the JSON answer: const { token } = await response.json().";
    STRAY_TEXT Error "stray_text" MALFORMED,
        "Hand over the token alone, from `eyJ` to the end of its third segment.";
    STRAY_WHITESPACE Error "stray_whitespace" MALFORMED,
        "Trim the token. A line feed at the end often comes from a file or from `echo`.";
    // The three segments.
    ENCRYPTED Error "encrypted" MALFORMED,
        "A Flex user token is one such, and only Flex takes it. Access Tokens are signed (JWS), not encrypted (JWE).";
    JSON_SERIALIZATION Error "json_serialization" MALFORMED,
        "Use the compact serialization, three segments joined by dots (RFC 7515, section 7.1).";
    UNSIGNED Error "unsigned" MALFORMED,
        "Sign the token with the secret of an API key: nobody takes one without a signature.";
    NOT_COMPACT Error "not_compact" MALFORMED,
        "Copy all of the token, from `eyJ` to the end of its third segment. Is it a token at all, or an error page?";
    NOT_BASE64URL Error "not_base64url" MALFORMED,
        "Encode with base64url without padding (RFC 7515, section 2), or copy the token anew: a character was changed.";
    NOT_JSON_OBJECT Error "not_json_object" MALFORMED,
        "Header and payload must each be a JSON object in UTF-8. Was the token cut off, or a segment left out?";
    DUPLICATE_MEMBER Error "duplicate_member" MALFORMED,
        "Write each name once: readers differ in which of two they believe.";
    NESTED_TOO_DEEP Error "nested_too_deep" MALFORMED,
        "Make the free-form parts of the token flatter.";
    SIGNATURE_CUT Error "signature_cut" MALFORMED,
        "Copy all of the token: its end is missing, or something was added to it.";
    // The kind of token.
    CAPABILITY_TOKEN Error "capability_token" MALFORMED,
        "The SDKs of today take Access Tokens; see https://www.twilio.com/docs/iam/access-tokens.";
    TASK_ROUTER_CAPABILITY_TOKEN Error "task_router_capability_token" MALFORMED,
        "Only TaskRouter's own SDK takes it; see https://www.twilio.com/docs/taskrouter/js-sdk-v1/workspace.";
    OTHER_TOKEN Error "other_token" MALFORMED,
        "Mint an Access Token on your server, with a library made for that, and hand that over.";
    CLIENT_VALIDATION_TOKEN Error "client_validation_token" MALFORMED,
        "It goes with one REST request; see https://www.twilio.com/docs/iam/pkcv. SDKs take Access Tokens.";
    // The header.
    WRONG_ALGORITHM Error "wrong_algorithm" HEADER,
        "Sign with HS256, the one algorithm that Twilio accepts for Access Tokens.";
    WRONG_TYP Error "wrong_typ" HEADER, "The header's typ must be JWT.";
    MISSING_TYP Warning "missing_typ" HEADER, "Set the header's typ to JWT, as Twilio's libraries do.";
    WRONG_CTY Error "wrong_cty" HEADER,
        "The header's cty must be twilio-fpa;v=1. Mint with a library made for Twilio, or add it by hand.";
    UNSUPPORTED_HEADER Error "unsupported_header" HEADER,
        "Leave out crit, b64, zip and enc: no Access Token has them.";
    // Issuer and secret.
    MISSING_CLAIM Error "missing_claim" [20101, 20103, 20104],
        "An Access Token has iss (the API key's SID), sub (the account's SID) and exp.";
    SWAPPED Error "issuer_and_subject_swapped" ISSUER,
        "The account's SID goes first, then the API key's: new AccessToken(accountSid, keySid, secret).";
    ISSUER_IS_ACCOUNT Error "issuer_is_account" ISSUER,
        "Sign with an API key (SK…) and its secret, not with the account's SID and Auth Token: create one in the Console.";
    MALFORMED_ISSUER Error "malformed_issuer" ISSUER,
        "iss must be the SID of an API key: SK and 32 hexadecimal digits. Is the environment variable set?";
    MALFORMED_SUBJECT Error "malformed_subject" ISSUER,
        "sub must be the SID of the account: AC and 32 hexadecimal digits. Is the environment variable set?";
    BAD_SIGNATURE Error "bad_signature" SIGNATURE,
        "Use the secret of the key in iss; it is shown once, so make a new key if unsure. Or was the token changed after signing?";
    SECRET_EMPTY Error "secret_empty" SIGNATURE, "Set the secret: the environment variable is often missing.";
    SECRET_IS_KEY Error "secret_is_key" SIGNATURE,
        "Use the secret of a Twilio API key, a string of 32 characters.";
    SECRET_IS_AUTH_TOKEN Warning "secret_is_auth_token" SIGNATURE,
        "Access Tokens are signed with the secret of an API key, not with the account's Auth Token.";
    SECRET_IS_SID Warning "secret_is_sid" SIGNATURE,
        "That is a SID. The secret is the other value that is shown when an API key is created.";
    SECRET_STRAY_CHARACTERS Warning "secret_stray_characters" SIGNATURE,
        "There is white space or a quotation mark around the secret: look at how the variable is set.";
    SECRET_SHORT Warning "secret_short" SIGNATURE,
        "The secret of an API key has 32 characters: was it cut off?";
    // Times.
    CLAIM_WRONG_TYPE Error "claim_wrong_type" [20101, 20104, 20156],
        "Times are numbers of whole seconds since 1970, SIDs and the identity are strings, incoming.allow is true.";
    IN_MILLISECONDS Error "in_milliseconds" [20104, 20157, 31207],
        "Times in tokens are seconds: divide by 1000 and round, Math.floor(Date.now() / 1000).";
    CLAIM_OUT_OF_RANGE Error "claim_out_of_range" EXPIRY,
        "Times in tokens are seconds since 1970.";
    EXPIRED Error "expired" [20104, 20156, 31205, 51119],
        "Fetch a new token. If this one is new, a clock is wrong. SDKs ask in time: tokenAboutToExpire.";
    LIFETIME_TOO_LONG Error "lifetime_too_long" LIFETIME,
        "A token may live for 24 hours (86,400 seconds) at most. An hour and a renewal serve better.";
    NEVER_VALID Error "never_valid" EXPIRY,
        "The token expires before it begins: check ttl, nbf and the clock.";
    LIFETIME_SHORT Warning "lifetime_short" [],
        "SDKs learn three minutes before expiry that it is near: for such a token at once, or never. Half an hour or more is better.";
    NOT_YET_VALID Error "not_yet_valid" NOT_YET,
        "Leave nbf out, or set the clock of the server that minted it (NTP).";
    ISSUED_IN_FUTURE Error "issued_in_future" NOT_YET,
        "Set the clock of the server that minted it (NTP): it runs ahead.";
    CLOCK_SKEW Warning "clock_skew" NOT_YET,
        "The clocks here and where it was minted differ by some seconds: keep both right (NTP).";
    // Grants.
    GRANTS_MISSING Error "grants_missing" GRANTS,
        "Add a grant for each product that the client uses: for Sync, a SyncGrant with the SID of a service.";
    GRANTS_NOT_OBJECT Error "grants_not_object" GRANTS,
        "grants must be an object with a member for each product.";
    NO_PRODUCT_GRANT Error "no_product_grant" GRANTS,
        "Add a grant for each product that the client uses: for Sync, a SyncGrant with the SID of a service.";
    GRANT_NOT_OBJECT Error "grant_not_object" GRANTS, "A product's grant must be an object.";
    MISSPELT_GRANT Error "misspelt_grant" GRANTS,
        "Twilio knows data_sync, chat, video, voice and task_router, spelt so; another name opens nothing.";
    MISSPELT_FIELD Error "misspelt_field" GRANTS,
        "In the token, names are spelt with underscores (service_sid), also where the library's option is serviceSid.";
    SERVICE_SID_MISSING Error "service_sid_missing" [20106, 51104, 51007],
        "Name the service (IS…). Is the environment variable with its SID set?";
    WRONG_SID_PREFIX Error "wrong_sid_prefix" GRANTS,
        "That is not the SID of such a thing: look the right one up in the Console. Is the environment variable set?";
    MALFORMED_SID Error "malformed_sid" GRANTS,
        "A SID is two letters and 32 hexadecimal digits: copy all of it.";
    VOICE_GRANT_EMPTY Warning "voice_grant_empty" GRANTS,
        "Set incomingAllow, or outgoingApplicationSid (AP…) for outgoing calls.";
    PRODUCT_ENDED Warning "product_ended" [],
        "That product has ended, and nothing takes its grant any more: leave it out.";
    GRANT_DEPRECATED Warning "grant_deprecated" [20106],
        "Use the grant that took its place: chat for ip_messaging, video for rtc.";
    // The identity.
    IDENTITY_MISSING Error "identity_missing" IDENTITY,
        "Set the identity: who the user is for your app.";
    IDENTITY_MISPLACED Error "identity_misplaced" IDENTITY,
        "The identity goes into grants, beside the products.";
    IDENTITY_NOT_STRING Warning "identity_not_string" IDENTITY,
        "Make it a string: some services compare it with one.";
    IDENTITY_RESERVED_CHARACTERS Warning "identity_reserved_characters" [31105, 51007],
        "Keep to letters, digits, hyphen, underscore and dot; encode an e-mail address, or use the user's own ID.";
    IDENTITY_TOO_LONG Error "identity_too_long" [31105, 51003, 53200, 53201],
        "Use a shorter identity, such as the user's own ID.";
    IDENTITY_LONG Warning "identity_long" [31105],
        "Use a shorter identity: older Voice SDKs take 121 characters.";
}

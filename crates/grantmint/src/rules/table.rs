//! The table of all rules, in the order of the checks.

use super::rule::Language::{JavaScript, Python};
use super::rule::{Group, Guard, Rule, Severity, guards};

/// Declares the rules: name, group, severity, code, Twilio's numbers, advice, and the columns that
/// differ from the group's: the products, the guards, the advice by language.
macro_rules! rules {
    ($($name:ident $group:ident $severity:ident $code:literal $twilio_codes:expr, $advice:literal
        $(, $column:ident: $value:expr)*;)*) => {
        $(pub(crate) static $name: Rule = Rule {
            $($column: &$value,)*
            ..Rule {
                code: $code,
                group: Group::$group,
                severity: Severity::$severity,
                products: &[],
                guards: guards(Group::$group, Severity::$severity),
                twilio_codes: &$twilio_codes,
                advice: $advice,
                spelled: &[],
            }
        };)*

        /// Every rule, in the order of the checks.
        pub static RULES: &[&Rule] = &[$(&$name),*];
    };
}

const MALFORMED: [u32; 3] = [20101, 20160, 31204];
const HEADER: [u32; 3] = [20102, 20152, 51114];
const ISSUER: [u32; 3] = [20103, 20153, 31202];
const SUBJECT: [u32; 4] = [20103, 20153, 31202, 51115];
const EXPIRY: [u32; 3] = [20104, 20156, 31205];
const LIFETIME: [u32; 4] = [20104, 20157, 31207, 51121];
const NOT_YET: [u32; 4] = [20105, 20155, 51120, 51007];
const NO_GRANTS: [u32; 3] = [20106, 51103, 51007];
const GRANTS: [u32; 3] = [20106, 51116, 51007];
const SIGNATURE: [u32; 4] = [20107, 20159, 31202, 51117];
const IDENTITY: [u32; 4] = [51007, 51105, 31204, 53200];

rules! {
    // Wrapping.
    NOT_A_STRING Wrapping Error "not_a_string" MALFORMED,
        "Pass the token as a string. A missing token often means that the request for it failed, or was not awaited.";
    TOKEN_TOO_LARGE Wrapping Error "token_too_large" MALFORMED,
        "Keep the token small: headers and URLs, which transport it, have size limits.";
    BEARER_PREFIX Wrapping Error "bearer_prefix" MALFORMED,
        "Pass the token without the authorization scheme before it.";
    QUOTED Wrapping Error "quoted" MALFORMED,
        "Pass the text inside the quotation marks. If it is a JSON string, parse it.",
        spelled: [
            (JavaScript, "Pass the text inside the quotation marks: call response.json() rather than response.text()."),
            (Python, "Pass the text inside the quotation marks: use response.json() rather than response.text.")
        ];
    JSON_WRAPPED Wrapping Error "json_wrapped" MALFORMED,
        "Parse the JSON response, and take the token out of it.",
        spelled: [
            (JavaScript, "Parse the response, as by `const body = await response.json()`, and take the token out of it."),
            (Python, "Parse the response, as by `body = response.json()`, and take the token out of it.")
        ];
    STRAY_TEXT Wrapping Error "stray_text" MALFORMED,
        "Pass only the token, from `eyJ` to the end of its third segment.";
    STRAY_WHITESPACE Wrapping Error "stray_whitespace" MALFORMED,
        "Remove it: trim the token, and join its lines. A line feed at the end often comes from a file or from `echo`.";
    // The three segments.
    ENCRYPTED Wrapping Error "encrypted" MALFORMED,
        "Access Tokens are signed (JWS), not encrypted (JWE). Only Flex accepts encrypted tokens, its user tokens.";
    JSON_SERIALIZATION Wrapping Error "json_serialization" MALFORMED,
        "Use the compact serialization, three segments joined by dots (RFC 7515, section 7.1).";
    UNSIGNED Wrapping Error "unsigned" MALFORMED,
        "Sign the token with the secret of an API key. Twilio rejects unsigned tokens.";
    NOT_A_TOKEN Wrapping Error "not_a_token" MALFORMED,
        "Mend the code that passes it on: a token is a string that starts with `eyJ`.";
    NOT_COMPACT Wrapping Error "not_compact" MALFORMED,
        "Copy all of the token, from `eyJ` to the end of its third segment. Is it a token at all, or an error page?";
    NOT_BASE64URL Wrapping Error "not_base64url" MALFORMED,
        "Copy the token again: was it changed or cut? Its segments are base64url without padding (RFC 7515, section 2).";
    NOT_JSON_OBJECT Wrapping Error "not_json_object" MALFORMED,
        "Header and payload must each be a JSON object in UTF-8. Was the token cut off, or a segment omitted?";
    DUPLICATE_MEMBER Wrapping Error "duplicate_member" MALFORMED,
        "Write each name once: parsers disagree about duplicates.";
    NESTED_TOO_DEEP Wrapping Error "nested_too_deep" MALFORMED,
        "Reduce the nesting of the free-form objects in the token.";
    SIGNATURE_CUT Wrapping Error "signature_cut" MALFORMED,
        "Copy all of the token: its end is missing, or text was added to it.";
    // The kind of token.
    CAPABILITY_TOKEN Wrapping Error "capability_token" MALFORMED,
        "Current SDKs require Access Tokens; see https://www.twilio.com/docs/iam/access-tokens.";
    TASK_ROUTER_CAPABILITY_TOKEN Wrapping Error "task_router_capability_token" MALFORMED,
        "Only TaskRouter's own SDK accepts it; see https://www.twilio.com/docs/taskrouter/js-sdk-v1/workspace.";
    OTHER_TOKEN Wrapping Error "other_token" MALFORMED,
        "Mint an Access Token on your server, and pass that one.";
    CLIENT_VALIDATION_TOKEN Wrapping Error "client_validation_token" MALFORMED,
        "It belongs to one REST request; see https://www.twilio.com/docs/iam/pkcv. SDKs require Access Tokens.";
    // The header.
    WRONG_ALGORITHM Header Error "wrong_algorithm" HEADER,
        "Sign with HS256, the only algorithm that Twilio accepts for Access Tokens.", guards: [Guard::Issuer, Guard::Verifier];
    WRONG_TYP Header Error "wrong_typ" HEADER, "Set the header's typ to JWT.";
    MISSING_TYP Header Warning "missing_typ" HEADER, "Set the header's typ to JWT, as Twilio's libraries do.";
    WRONG_CTY Header Error "wrong_cty" HEADER,
        "Set the header's cty to twilio-fpa;v=1, as libraries for Twilio do.";
    UNSUPPORTED_HEADER Header Error "unsupported_header" HEADER,
        "Remove crit, b64, zip and enc: Access Tokens do not have them.";
    // Issuer and secret.
    MISSING_CLAIM Issuer Error "missing_claim" [20101, 20103, 20104, 20154, 51118],
        "Add the claim: an Access Token has iss (the API key's SID), sub (the account's SID) and exp.";
    SWAPPED Issuer Error "issuer_and_subject_swapped" SUBJECT,
        "Pass the account's SID first, then the API key's, then the secret.",
        spelled: [
            (JavaScript, "Pass the account's SID first, then the API key's: new AccessToken(accountSid, keySid, secret)."),
            (Python, "Pass the account's SID first, then the API key's: AccessToken(account_sid, key_sid, secret).")
        ];
    ISSUER_IS_ACCOUNT Issuer Error "issuer_is_account" ISSUER,
        "Sign with an API key (SK…) and its secret, not with the account's SID and Auth Token: create one in the Console.";
    MALFORMED_ISSUER Issuer Error "malformed_issuer" ISSUER,
        "iss must be the SID of an API key: SK and 32 hexadecimal digits. Is the environment variable set?";
    MALFORMED_SUBJECT Issuer Error "malformed_subject" SUBJECT,
        "sub must be the SID of the account: AC and 32 hexadecimal digits. Is the environment variable set?";
    JTI_WRONG_TYPE Issuer Error "claim_wrong_type" MALFORMED,
        "Make jti a string (RFC 7519, section 4.1.7).";
    UNEXPECTED_AUDIENCE Issuer Error "unexpected_audience" MALFORMED,
        "Remove aud: Access Tokens have none, and a reader must reject an audience that is not itself (RFC 7519, section 4.1.3).";
    BAD_SIGNATURE Secret Error "bad_signature" SIGNATURE,
        "Use the secret of the key that the token names, and mend a finding about the secret first, if there is one. If the secret is lost, create a new key. Or was the token changed after signing?", guards: [Guard::Verifier];
    SECRET_EMPTY Secret Error "secret_empty" SIGNATURE, "Set the secret. Is the environment variable set?", guards: [Guard::Issuer, Guard::Verifier];
    SECRET_IS_KEY Secret Error "secret_is_key" SIGNATURE,
        "Use the secret of a Twilio API key, a string of 32 characters.", guards: [Guard::Issuer, Guard::Verifier];
    SECRET_IS_AUTH_TOKEN Secret Warning "secret_is_auth_token" SIGNATURE,
        "Access Tokens are signed with the secret of an API key, not with the account's Auth Token.";
    SECRET_IS_SID Secret Warning "secret_is_sid" SIGNATURE,
        "Use the secret, the other value that the Console shows when an API key is created.";
    SECRET_STRAY_CHARACTERS Secret Warning "secret_stray_characters" SIGNATURE,
        "Remove the white space or quotation marks around the secret: check how the variable is set.";
    SECRET_IS_PLACEHOLDER Secret Warning "secret_is_placeholder" SIGNATURE,
        "Set the secret of the API key. Is the environment variable TWILIO_API_SECRET set?";
    SECRET_SHORT Secret Warning "secret_short" SIGNATURE,
        "The secret of an API key has 32 characters: was it cut off?";
    // Times.
    CLAIM_WRONG_TYPE Times Error "claim_wrong_type" [20101, 20104, 20154, 20156, 51118],
        "Write times as whole seconds since 1970, as numbers.";
    IN_MILLISECONDS Times Error "in_milliseconds" [20104, 20157, 31207],
        "Write times in seconds: divide milliseconds by 1000, and round.",
        spelled: [
            (JavaScript, "Write times in seconds: Math.floor(Date.now() / 1000) rather than Date.now()."),
            (Python, "Write times in seconds: int(time.time()) rather than int(time.time() * 1000).")
        ];
    CLAIM_OUT_OF_RANGE Times Error "claim_out_of_range" EXPIRY,
        "Write times in seconds since 1970.";
    EXPIRED Times Error "expired" [20104, 20156, 31205, 51119],
        "Fetch a new token. If this one is new, a clock is wrong. Most SDKs emit an event before, such as tokenAboutToExpire.";
    LIFETIME_TOO_LONG Times Error "lifetime_too_long" LIFETIME,
        "Use a lifetime of at most 24 hours (86,400 seconds). One hour with renewal is better.";
    NEVER_VALID Times Error "never_valid" EXPIRY,
        "Check ttl, nbf and the clock.";
    LIFETIME_SHORT Times Warning "lifetime_short" [],
        "Use half an hour or more. SDKs emit tokenAboutToExpire three minutes before expiry: for this token at once, or never.";
    NOT_YET_VALID Times Error "not_yet_valid" NOT_YET,
        "Omit nbf, or set the clock of the server that minted the token (NTP).";
    ISSUED_IN_FUTURE Times Error "issued_in_future" NOT_YET,
        "Set the clock of the server that minted the token (NTP): it runs ahead.";
    CLOCK_SKEW Times Warning "clock_skew" NOT_YET,
        "Set the clocks (NTP): this one and the minting server's differ by some seconds.";
    // Grants.
    GRANTS_MISSING Grants Error "grants_missing" NO_GRANTS,
        "Add a grant for each product that the client uses: for Sync, a SyncGrant with the SID of a service.", guards: [Guard::Issuer, Guard::Verifier];
    GRANTS_NOT_OBJECT Grants Error "grants_not_object" NO_GRANTS,
        "Make grants an object with a member for each product.", guards: [Guard::Issuer, Guard::Verifier];
    NO_PRODUCT_GRANT Grants Error "no_product_grant" NO_GRANTS,
        "Add a grant for each product that the client uses: for Sync, a SyncGrant with the SID of a service.";
    GRANT_NOT_OBJECT Grants Error "grant_not_object" GRANTS, "Make the grant an object.";
    FIELD_WRONG_TYPE Grants Error "claim_wrong_type" GRANTS,
        "Write SIDs, names and rooms as strings, incoming.allow as true, and params as an object.";
    MISSPELT_GRANT Grants Error "misspelt_grant" GRANTS,
        "Use the key that the message names. Twilio ignores any other key.";
    MISSPELT_FIELD Grants Error "misspelt_field" GRANTS,
        "Use the name that the message expects. Twilio ignores any other field.",
        spelled: [
            (JavaScript, "Use underscores in the token (service_sid), also where the option is serviceSid.")
        ];
    SERVICE_SID_MISSING Grants Error "service_sid_missing" [20106, 51102, 51104, 51007],
        "Add the SID of the service (IS…). Is its environment variable set?", products: ["data_sync", "chat"];
    WRONG_SID_PREFIX Grants Error "wrong_sid_prefix" GRANTS,
        "Use a SID of the right kind, which the Console shows. Is the environment variable set?";
    MALFORMED_SID Grants Error "malformed_sid" GRANTS,
        "Copy all of the SID: two letters and 32 hexadecimal digits.";
    FIELD_PLACEHOLDER Grants Warning "placeholder" [],
        "Pass the value itself. Is a variable unset, or was an object passed for its name?";
    VOICE_GRANT_EMPTY Grants Warning "voice_grant_empty" GRANTS,
        "Allow incoming calls, or set the application (AP…) for outgoing calls.",
        products: ["voice"],
        spelled: [
            (JavaScript, "Set incomingAllow, or outgoingApplicationSid (AP…) for outgoing calls."),
            (Python, "Set incoming_allow, or outgoing_application_sid (AP…) for outgoing calls.")
        ];
    // The page of error 52004 says that the token lacked the credential. Browsers register without one.
    PUSH_CREDENTIAL_MISSING Grants Note "push_credential_missing" [52004],
        "If phone apps use this token, add the push credential of their platform (CR…). Browsers need none.",
        products: ["voice"];
    TASK_ROUTER_GRANT_EMPTY Grants Warning "task_router_grant_empty" [20106, 51116],
        "Set the workspace (WS…), and the worker (WK…) or the role.", products: ["task_router"];
    PRODUCT_ENDED Grants Warning "product_ended" [],
        "Remove the grant: the product has ended.", products: ["player"];
    GRANT_DEPRECATED Grants Warning "grant_deprecated" [20106, 51116],
        "Use the grant that replaced it: chat for ip_messaging, video for rtc.";
    // The identity.
    IDENTITY_MISSING Identity Error "identity_missing" IDENTITY,
        "Set the identity: your app's own name for the user.", products: ["data_sync", "chat", "video", "voice"];
    IDENTITY_MISPLACED Identity Error "identity_misplaced" IDENTITY,
        "Put the identity into grants, beside the products, under the name identity.";
    IDENTITY_WRONG_TYPE Identity Error "claim_wrong_type" IDENTITY,
        "Make the identity a string: your app's own name for the user.";
    IDENTITY_NOT_STRING Identity Warning "identity_not_string" IDENTITY,
        "Make the identity a string: some services compare it with one.";
    IDENTITY_PLACEHOLDER Identity Warning "placeholder" [],
        "Pass the user's own ID. Is a variable unset, or was an object passed for its ID?";
    // Client names of Voice (error 31105).
    VOICE_IDENTITY_CHARACTERS Identity Warning "identity_reserved_characters" [31105],
        "For Voice, use letters, digits and underscores alone. Encode anything else, or use the user's ID.", products: ["voice"];
    // https://www.twilio.com/docs/conversations/identity
    IDENTITY_RESERVED_CHARACTERS Identity Warning "identity_reserved_characters" [51007],
        "Use letters, digits, hyphens, underscores and dots. Encode an e-mail address, or use the user's ID.", products: ["chat"];
    // No page of Twilio reserves characters for Sync, Video or TaskRouter, but some tools mishandle these.
    OTHER_RESERVED_CHARACTERS Identity Warning "identity_reserved_characters" [],
        "Use letters, digits, hyphens, underscores and dots. Encode an e-mail address, or use the user's ID.";
    // Error 53200: at most 128 characters.
    VIDEO_IDENTITY_TOO_LONG Identity Error "identity_too_long" [53200, 53201],
        "Use a shorter identity, such as the user's ID.", products: ["video"];
    // Error 54351: at most 256 characters for Sync.
    IDENTITY_TOO_LONG Identity Error "identity_too_long" [31105, 51003, 54351],
        "Use a shorter identity, such as the user's ID.";
    IDENTITY_LONG Identity Warning "identity_long" [31105],
        "Use a shorter identity: older Voice SDKs accept 121 characters.", products: ["voice"];
}

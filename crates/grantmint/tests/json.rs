//! Free-form objects in a signed token: numbers and strings are written as ECMAScript writes them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use base64_simd::URL_SAFE_NO_PAD;
use grantmint::internal::{FieldValue, Product, add_custom, add_typed, integer};
use grantmint::{AccessToken, Error, Field, Grants, PlaybackGrant, VoiceGrant};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof};
use serde_json::{Map, Number, Value, json};

const NOW: u64 = 1_700_000_000;

fn token() -> AccessToken<'static> {
    AccessToken::new("AC123", "SK123", "fake-secret").unwrap()
}

/// Returns the decoded second segment of the signed token.
fn claims(token: &AccessToken<'_>) -> String {
    let jwt = token.to_jwt_at(NOW).unwrap();
    let segment = jwt.split('.').nth(1).unwrap();
    String::from_utf8(URL_SAFE_NO_PAD.decode_to_vec(segment).unwrap()).unwrap()
}

/// Returns the JSON text of a grant's payload in the claims.
fn written(payload: Map<String, Value>) -> Result<String, Error> {
    let mut token = token();
    token.add_grant(&PlaybackGrant::new(payload))?;
    let claims = claims(&token);
    let start = "{\"jti\":\"SK123-1700000000\",\"grants\":{\"player\":";
    let end = "},\"iat\":1700000000,\"exp\":1700003600,\"iss\":\"SK123\",\"sub\":\"AC123\"}";
    Ok(claims.strip_prefix(start).unwrap().strip_suffix(end).unwrap().to_owned())
}

/// Returns the JSON text of a grant's payload in the claims, given as JSON text.
fn copied(text: &str) -> Result<String, Error> {
    let mut grants = Grants::new();
    add_typed(&mut grants, Product::find("player").unwrap(), &[FieldValue::Written(text)])?;
    let mut token = token();
    token.set_grants(grants);
    let claims = claims(&token);
    let (_, payload) = claims.split_once("\"player\":").unwrap();
    Ok(payload.split_once("},\"iat\":1700000000").unwrap().0.to_owned())
}

/// Returns the JSON text of one value in the claims.
fn written_value(value: impl Into<Value>) -> Result<String, Error> {
    let payload = written(Map::from_iter([("v".to_owned(), value.into())]))?;
    Ok(payload.strip_prefix("{\"v\":").unwrap().strip_suffix('}').unwrap().to_owned())
}

/// RFC 8785, appendix B, without NaN and the infinity, which `Value` cannot represent.
const RFC_8785: [(u64, &str); 24] = [
    (0x0000_0000_0000_0000, "0"),
    (0x8000_0000_0000_0000, "0"),
    (0x0000_0000_0000_0001, "5e-324"),
    (0x8000_0000_0000_0001, "-5e-324"),
    (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
    (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
    (0x4340_0000_0000_0000, "9007199254740992"),
    (0xc340_0000_0000_0000, "-9007199254740992"),
    (0x4430_0000_0000_0000, "295147905179352830000"),
    (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
    (0x44b5_2d02_c7e1_4af6, "1e+23"),
    (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
    (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
    (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
    (0x444b_1ae4_d6e2_ef50, "1e+21"),
    (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
    (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
    (0x41b3_de43_5555_5553, "333333333.3333332"),
    (0x41b3_de43_5555_5554, "333333333.33333325"),
    (0x41b3_de43_5555_5555, "333333333.3333333"),
    (0x41b3_de43_5555_5556, "333333333.3333334"),
    (0x41b3_de43_5555_5557, "333333333.33333343"),
    (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
    (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
];

#[test]
fn numbers_are_those_of_rfc_8785() {
    for (bits, text) in RFC_8785 {
        assert_eq!(written_value(f64::from_bits(bits)).unwrap(), text, "{bits:016x}");
    }
}

#[test]
fn whole_numbers_have_no_fraction() {
    assert_eq!(written_value(1.0).unwrap(), "1");
    assert_eq!(written_value(-0.0).unwrap(), "0");
    assert_eq!(written_value(1e20).unwrap(), "100000000000000000000");
    assert_eq!(written_value(1e21).unwrap(), "1e+21");
    assert_eq!(written_value(-1e21).unwrap(), "-1e+21");
    assert_eq!(written_value(1e-6).unwrap(), "0.000001");
    assert_eq!(written_value(1e-7).unwrap(), "1e-7");
}

/// An integer of a Rust type is written in full or rejected, never changed.
#[test]
fn integers_are_exact_or_rejected() {
    let exact: [i64; 9] = [
        0,
        1,
        -1,
        i64::from(u32::MAX),
        (1 << 53) - 1,
        1 << 53,
        (1 << 53) + 2,
        -(1 << 53),
        1_000_000_000_000_000_000,
    ];
    for number in exact {
        assert_eq!(written_value(number).unwrap(), number.to_string());
    }
    for number in [(1 << 53) + 1, -(1 << 53) - 1, i64::MAX, i64::MIN, 1 << 62, -9_223_372_036_854_770_000] {
        assert_lossy(written_value(number), "grant", &number.to_string());
    }
    for number in [u64::MAX, 1 << 63, (1 << 63) + 1] {
        assert_lossy(written_value(number), "grant", &number.to_string());
    }
}

fn assert_lossy<T: std::fmt::Debug>(result: Result<T, Error>, field: &str, integer: &str) {
    match result {
        Err(Error::LossyInteger { field: named, found }) => {
            assert_eq!((named.name(), &*found), (field, integer));
        }
        other => assert!(matches!(other, Err(Error::LossyInteger { .. })), "{integer}: {other:?}"),
    }
}

/// A binding passes an integer of any size as its decimal digits.
#[test]
fn integers_of_any_size_are_exact_or_rejected() {
    let field = Field::new("grant");
    let ten_to_the = |power: usize| format!("1{}", "0".repeat(power));
    let mut exact: Vec<(String, String)> =
        ["0", "7", "-7", "9007199254740991", "9007199254740992", "-9007199254740992"]
            .map(|digits| (digits.to_owned(), digits.to_owned()))
            .into();
    exact.push(("9007199254740994".into(), "9007199254740994".into()));
    exact.push((ten_to_the(20), ten_to_the(20)));
    exact.extend((21..=22).map(|power| (ten_to_the(power), format!("1e+{power}"))));
    exact.push((format!("-15{}", "0".repeat(20)), "-1.5e+21".into()));
    for (digits, text) in exact {
        let number = integer(&field, &digits).unwrap();
        assert_eq!(written_value(number).unwrap(), text, "{digits}");
    }
    for digits in [
        "9007199254740993",                        // 2^53 + 1
        "-9007199254740993",                       //
        "9223372036854775807",                     // 2^63 - 1
        "9223372036854775808",                     // 2^63: a double, but ECMAScript writes …776000
        "18446744073709551615",                    // 2^64 - 1
        "1180591620717411303424",                  // 2^70
        "340282366920938463463374607431768211456", // 2^128
        &ten_to_the(23),  // 10^23: the nearest double is 8388608 less, though written 1e+23
        &ten_to_the(308), //
        &ten_to_the(309), // infinite
        &"9".repeat(4000),
    ] {
        assert_lossy(integer(&field, digits), "grant", digits);
    }
}

/// The form that `JSON.stringify` gives every character below U+0020 (ECMA-262, table of JSON single character
/// escapes).
const CONTROLS: [&str; 32] = [
    "\\u0000", "\\u0001", "\\u0002", "\\u0003", "\\u0004", "\\u0005", "\\u0006", "\\u0007", "\\b", "\\t",
    "\\n", "\\u000b", "\\f", "\\r", "\\u000e", "\\u000f", "\\u0010", "\\u0011", "\\u0012", "\\u0013",
    "\\u0014", "\\u0015", "\\u0016", "\\u0017", "\\u0018", "\\u0019", "\\u001a", "\\u001b", "\\u001c",
    "\\u001d", "\\u001e", "\\u001f",
];

#[test]
fn strings_have_only_the_necessary_escapes() {
    let plain = [
        "\u{7f}", "\u{80}", "\u{9f}", "/", "<", "'", "é", "\u{2028}", "\u{2029}", "\u{feff}", "\u{ffff}",
        "😀",
    ];
    let escaped = [("\"", "\\\""), ("\\", "\\\\")];
    let controls: Vec<String> = (0..32).map(|code| char::from(code).to_string()).collect();
    let all = plain.map(|text| (text, text)).into_iter().chain(escaped);
    for (text, form) in all.chain(controls.iter().map(String::as_str).zip(CONTROLS)) {
        // Alone, and at every place of a chunk: the text is searched in chunks.
        for before in 0..34 {
            for after in [0, 1, 15, 16, 17] {
                let around = |middle: &str| format!("{}{middle}{}", "a".repeat(before), "b".repeat(after));
                let expected = format!("\"{}\"", around(form));
                assert_eq!(written_value(around(text)).unwrap(), expected);
            }
        }
        // As a member's name, and in the claims that are strings.
        let mut token = token();
        token
            .identity(text)
            .jti(text)
            .add_grant(&PlaybackGrant::new(Map::from_iter([(text.to_owned(), Value::Null)])))
            .unwrap();
        let expected = format!(
            "{{\"jti\":\"{form}\",\"grants\":{{\"identity\":\"{form}\",\"player\":{{\"{form}\":null}}}},\"iat\""
        );
        assert!(claims(&token).starts_with(&expected), "{text:?}: {}", claims(&token));
    }
}

#[test]
fn members_keep_their_order() {
    let payload = r#"{"z":1,"a":{"2":[],"10":{},"1":null},"Z":true,"":false,"é":"","__proto__":{}}"#;
    assert_eq!(written(serde_json::from_str(payload).unwrap()).unwrap(), payload);
}

/// Returns objects or arrays nested to a number of levels.
fn nested(levels: usize, object: bool) -> Value {
    let around = |inner| if object { json!({ "a": inner }) } else { json!([inner]) };
    (1..levels).fold(if object { json!({}) } else { json!([]) }, |inner, _| around(inner))
}

/// Claims, `grants` and the payload are levels 1 to 3; Voice's parameters are two levels below the payload.
#[test]
fn claims_are_no_deeper_than_128_levels() {
    for object in [false, true] {
        let payload = |levels| Map::from_iter([("v".to_owned(), nested(levels, object))]);
        let player = |levels| {
            let mut token = token();
            token.add_grant(&PlaybackGrant::new(payload(levels)))?;
            Ok(depth(&claims(&token)))
        };
        let custom = |levels| {
            let mut grants = Grants::new();
            add_custom(&mut grants, "fleet", &payload(levels))?;
            Ok(depth(&claims(token().set_grants(grants))))
        };
        let voice = |levels| {
            let mut token = token();
            let voice = VoiceGrant::new().outgoing_application_sid("AP123");
            token.add_grant(&voice.outgoing_application_params(payload(levels)))?;
            Ok(depth(&claims(&token)))
        };
        let too_deep = |field: &str| Err(Error::TooDeep(Field::of("PlaybackGrant", field)));
        assert_eq!(player(125), Ok(128));
        assert_eq!(player(126), too_deep("grant"));
        assert_eq!(custom(125), Ok(128));
        assert_eq!(custom(126).map_err(|error: Error| error.code()), Err("too_deep"));
        assert_eq!(voice(123), Ok(128));
        assert_eq!(voice(124).map_err(|error: Error| error.code()), Err("too_deep"));
    }
}

/// Returns the nesting depth of a JSON text without brackets in its strings.
fn depth(text: &str) -> usize {
    let (mut now, mut most) = (0, 0);
    for byte in text.bytes() {
        match byte {
            b'{' | b'[' => now += 1,
            b'}' | b']' => now -= 1,
            _ => {}
        }
        most = most.max(now);
    }
    most
}

/// Claims that can be signed can be shown.
#[test]
fn the_deepest_claims_can_be_read() {
    let mut token = token();
    let payload = Map::from_iter([("v".to_owned(), nested(125, false))]);
    token.add_grant(&PlaybackGrant::new(payload)).unwrap();
    let claims = token.claims_at(NOW).unwrap();
    assert_eq!(depth(&Value::Object(claims).to_string()), 128);
}

/// `JSON.stringify` writes none of these, but a program may replace it.
#[test]
fn a_copied_text_is_one_object_without_duplicates() {
    let many = |last: &str| {
        let names: Vec<String> = (0..20).map(|number| format!("\"n{number}\":0")).collect();
        format!("{{{},\"{last}\":1}}", names.join(","))
    };
    assert!(copied(&many("n20")).is_ok());
    let texts = [
        "",
        "{",
        "[]",
        "1",
        "null",
        "{}{}",
        "{},\"admin\":{}",
        "{}},\"admin\":{}",
        r#"{"a":1,"a":2}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"deep":[{"a":1,"b":{},"a":2}]}"#,
        r#"{"a":NaN}"#,
        r#"{"a":01}"#,
        r#"{"a":"\ud800"}"#,
        r#"{"a":1,}"#,
        &many("n7"),
    ];
    for text in texts {
        assert_eq!(copied(text).unwrap_err(), Error::Internal, "{text}");
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let text = vec(prop_oneof![any::<char>(), proptest::char::range('\0', '\u{a0}')], 0..12);
    let text = text.prop_map(String::from_iter).boxed();
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-(1_i64 << 53)..=1 << 53).prop_map(Value::from),
        finite().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 8, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..8).prop_map(Value::Array),
            vec((text.clone(), inner), 0..8).prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

fn finite() -> impl Strategy<Value = f64> {
    any::<u64>().prop_map(f64::from_bits).prop_filter("not finite", |number| number.is_finite())
}

/// Returns a value with every number as a double.
fn in_doubles(value: &Value) -> Value {
    match value {
        // `+ 0.0` drops the sign of a negative zero, which is written as zero.
        Value::Number(number) => Value::from(number.as_f64().unwrap() + 0.0),
        Value::Array(values) => values.iter().map(in_doubles).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), in_doubles(value))).collect()
        }
        other => other.clone(),
    }
}

/// Returns a JSON text with a `#` for every number.
fn without_numbers(text: &str) -> String {
    let (mut out, mut string, mut escaped, mut number) = (String::new(), false, false, false);
    for letter in text.chars() {
        let starts = !string && (letter == '-' || letter.is_ascii_digit());
        number = starts || number && matches!(letter, '.' | 'e' | 'E' | '+');
        if !number {
            out.push(letter);
        } else if !out.ends_with('#') {
            out.push('#');
        }
        string ^= letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
    }
    out
}

/// Formats a number by ECMA-262, `Number::toString`, from the digits that Rust's own formatting finds.
fn ecmascript(number: f64) -> String {
    if number == 0.0 {
        return "0".into();
    }
    let scientific = format!("{:e}", number.abs());
    let (digits, power) = scientific.split_once('e').unwrap();
    let digits = even(digits.replace('.', ""), number);
    let power: i32 = power.parse().unwrap();
    let count = i32::try_from(digits.len()).unwrap();
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap());
    let split = |at: i32| digits.split_at(usize::try_from(at).unwrap());
    let text = match power + 1 {
        point if (count..=21).contains(&point) => digits.clone() + &zeros(point - count),
        point if (1..=21).contains(&point) => format!("{}.{}", split(point).0, split(point).1),
        point if (-5..=0).contains(&point) => format!("0.{}{digits}", zeros(-point)),
        _ if count == 1 => format!("{digits}e{power:+}"),
        _ => format!("{}.{}e{power:+}", split(1).0, split(1).1),
    };
    if number < 0.0 { format!("-{text}") } else { text }
}

/// Replaces the last digit if two numbers with as many digits are equally near: ECMAScript takes the even one, Rust the
/// greater one.
fn even(mut digits: String, number: f64) -> String {
    // A double has at most 767 digits.
    let exact = format!("{:.800e}", number.abs()).replace('.', "");
    let (_, rest) = exact.split_once('e').unwrap().0.split_at(digits.len());
    if rest.trim_end_matches('0') == "5"
        && let Some(last) = digits.pop()
    {
        digits.push(char::from_digit(last.to_digit(10).unwrap() & !1, 10).unwrap());
    }
    digits
}

proptest::proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_written_payload_reads_back(members in vec((any::<String>(), any_value()), 0..5)) {
        let payload = Map::from_iter(members);
        let text = written(payload.clone()).unwrap();
        let payload = Value::Object(payload);
        let read: Value = serde_json::from_str(&text).unwrap();
        proptest::prop_assert_eq!(in_doubles(&read), in_doubles(&payload));
        proptest::prop_assert_eq!(without_numbers(&text), without_numbers(&payload.to_string()));
    }

    /// White space and escapes do not matter either: only one text has this content.
    #[test]
    fn a_copied_text_is_what_would_be_written(members in vec((any::<String>(), any_value()), 0..20)) {
        let payload: Map<_, _> =
            members.iter().map(|(name, value)| (name.clone(), in_doubles(value))).collect();
        let object = Value::Object(payload.clone());
        let escaped = object.to_string().replace('/', "\\/");
        let direct = written(payload).unwrap();
        for text in [object.to_string(), escaped, serde_json::to_string_pretty(&object).unwrap()] {
            proptest::prop_assert_eq!(copied(text.trim()).unwrap(), &*direct, "{}", text);
        }
    }

    #[test]
    fn any_double_is_written_as_ecmascript_does(number in finite()) {
        proptest::prop_assert_eq!(written_value(number).unwrap(), ecmascript(number));
        // Most bit patterns are far from 1.
        let near = number.to_bits() % (1 << 40);
        #[expect(clippy::cast_precision_loss, reason = "any number will do")]
        let near = near as f64 / 1e9;
        proptest::prop_assert_eq!(written_value(near).unwrap(), ecmascript(near));
    }

    /// An integer is written exactly or rejected.
    #[test]
    fn any_integer_is_exact_or_rejected(number in any::<i64>(), shift in 0..64_u32) {
        let number = number >> shift;
        match written_value(number) {
            Ok(text) => proptest::prop_assert_eq!(text, number.to_string()),
            Err(error) => {
                proptest::prop_assert_eq!(error.code(), "lossy_integer");
                proptest::prop_assert!(number.unsigned_abs() > 1 << 53);
            }
        }
        let digits = number.to_string();
        let through_digits = integer(&Field::new("grant"), &digits);
        proptest::prop_assert_eq!(through_digits.is_ok(), written_value(number).is_ok());
        let double = Number::from(number).as_f64().unwrap();
        let is_exact = format!("{double:.0}") == digits;
        proptest::prop_assert_eq!(through_digits.is_ok(), is_exact && ecmascript(double) == digits);
    }
}

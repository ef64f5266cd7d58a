"""The targets, and the comparison of the results with them."""

from collections.abc import Callable
from dataclasses import dataclass

from .names import LANGUAGES

MIB = 1024 * 1024


@dataclass(frozen=True)
class Row:
    text: str
    target: str
    measured: str
    met: bool


def compare(parts: dict) -> list[Row]:
    """Returns a row for each target whose part was measured."""
    rows = []
    for needs, text, comparison, limit, measure in TARGETS:
        if needs in parts:
            rows.append(comparison(text, limit, measure(parts[needs])))
    return rows


def at_least(text: str, limit: float, value: float) -> Row:
    return Row(
        text, f"at least {limit:g} ×", f"{value:.3g} ×" if value < 1000 else f"{value:.0f} ×", value >= limit
    )


def at_most(text: str, limit: float, value: float) -> Row:
    return Row(text, f"at most {limit:g} ×", f"{value:.3g} ×", value <= limit)


def at_most_bytes(text: str, limit: int, value: int) -> Row:
    return Row(text, f"at most {limit / MIB:g} MiB", f"{value / MIB:.2f} MiB", value <= limit)


def at_most_a_moment(text: str, limit: float, value: float) -> Row:
    """Returns the row of a target for a duration. `limit` and `value` are in microseconds."""
    return Row(text, f"at most {limit:,.0f} µs", f"{value:,.3g} µs", value <= limit)


def times(contender: dict) -> float:
    return contender["median"]


def faster(one: str, *others: str) -> Callable[[dict], float]:
    """Returns how many times as fast one contender is as the fastest of the others."""
    return lambda part: min(times(part[other]) for other in others) / times(part[one])


def verifies_faster(language: str, *others: str) -> Callable[[dict], float]:
    return lambda part: faster("verifier", *others)(part[language])


def slowest_refusal(language: str) -> Callable[[dict], float]:
    """Returns the longest time in microseconds to reject a token for its size."""
    return lambda part: max(times(part[language][kind]["verifier"]) for kind in ("large", "dots")) / 1000


def more_requests(one: str, other: str) -> Callable[[dict], float]:
    return lambda part: times(part["express"][one]["requests"]) / times(part["express"][other]["requests"])


def loads_faster(language: str, other: str) -> Callable[[dict], float]:
    return lambda part: times(part[language][other]["load"]) / times(part[language]["grantmint"]["load"])


def slower(one: str, other: str) -> Callable[[dict], float]:
    """Returns how many times as long one contender takes as another."""
    return lambda part: times(part[one]) / times(part[other])


BY_HAND = ("by_hand_hmac", "by_hand_hash", "by_hand_subtle")

TARGETS: list[tuple[str, str, Callable, float, Callable]] = [
    (
        "rust",
        "Rust `Issuer.mint`: its time against the bare HMAC's",
        at_most,
        1.3,
        lambda part: times(part["issuer"]) / times(part["hmac"]),
    ),
    (
        "rust",
        "Rust `Issuer.mint` against `jsonwebtoken`",
        at_least,
        2.2,
        faster("issuer", "jsonwebtoken_aws_lc", "jsonwebtoken_rust_crypto"),
    ),
    ("node", "Node `Issuer.mint` against twilio-node", at_least, 300, faster("issuer", "twilio")),
    (
        "node",
        "Node `Issuer.mint` against hand-written `node:crypto` with a `KeyObject`",
        at_least,
        3.5,
        faster("issuer", "by_hand_hmac"),
    ),
    (
        "node",
        "Node `AccessToken` against hand-written `node:crypto` with a `KeyObject`",
        at_least,
        1,
        faster("access_token", "by_hand_hmac"),
    ),
    (
        "node",
        "Node `Issuer.mint` against the best hand-written `node:crypto`",
        at_least,
        3.5,
        faster("issuer", *BY_HAND),
    ),
    ("node", "Node `Issuer.mint` against fast-jwt", at_least, 6, faster("issuer", "fast_jwt")),
    ("node", "Node `AccessToken` against twilio-node", at_least, 100, faster("access_token", "twilio")),
    (
        "node",
        "Node `AccessToken` against the best hand-written `node:crypto`",
        at_least,
        0.9,
        faster("access_token", *BY_HAND),
    ),
    ("python", "Python `Issuer.mint` against twilio-python", at_least, 24, faster("issuer", "twilio")),
    (
        "python",
        "Python `Issuer.mint` against hand-written `hmac.digest` + `json`",
        at_least,
        8,
        faster("issuer", "by_hand_json"),
    ),
    ("python", "Python `Issuer.mint` against PyJWT", at_least, 20, faster("issuer", "pyjwt")),
    ("python", "Python `AccessToken` against twilio-python", at_least, 6.7, faster("access_token", "twilio")),
    (
        "verify",
        "Rust `Verifier` against `jsonwebtoken`",
        at_least,
        1,
        verifies_faster("rust", "jsonwebtoken_aws_lc", "jsonwebtoken_rust_crypto"),
    ),
    (
        "verify",
        "Node `Verifier` against jsonwebtoken with the secret as text",
        at_least,
        80,
        verifies_faster("node", "jsonwebtoken_text"),
    ),
    (
        "verify",
        "Node `Verifier` against the best hand-written `node:crypto` + `JSON.parse`",
        at_least,
        1,
        verifies_faster("node", "by_hand", "by_hand_hash"),
    ),
    (
        "verify",
        "Python `Verifier` against PyJWT's `decode`",
        at_least,
        15,
        verifies_faster("python", "pyjwt"),
    ),
    (
        "verify",
        "Python `Verifier` against twilio-python's `from_jwt`",
        at_least,
        25,
        verifies_faster("python", "twilio"),
    ),
    *(
        (
            "refusals",
            f"{name} `Verifier`: to refuse 8 MB, or a million dots",
            at_most_a_moment,
            1000,
            slowest_refusal(language),
        )
        for language, name in LANGUAGES.items()
    ),
    *(
        ("wasm", f"WebAssembly: the time of {name} against native", at_most, limit, slower(f"{one}_wasm", one))
        for name, one, limit in (
            ("`Issuer.mint`", "issuer", 4),
            ("`AccessToken`", "access_token", 3),
            ("`Verifier`", "verifier", 2.5),
            ("`inspect`", "inspect_report", 3),
        )
    ),
    (
        "wasm",
        "WebAssembly: `Issuer.mint` against jose and hand-written `crypto.subtle`",
        at_least,
        5,
        faster("issuer_wasm", "jose", "by_hand_subtle"),
    ),
    (
        "workerd",
        "workerd: `Issuer.mint` against hand-written `crypto.subtle` with `btoa`",
        at_least,
        3,
        faster("issuer", "by_hand_btoa"),
    ),
    (
        "workerd",
        "workerd: `Issuer.mint` against the best hand-written `crypto.subtle`",
        at_least,
        3,
        faster("issuer", "by_hand_btoa", "by_hand_to_base64"),
    ),
    (
        "http",
        "Express with `Issuer` against twilio-node: requests per second",
        at_least,
        6,
        more_requests("issuer", "twilio"),
    ),
    (
        "http",
        "Express with `Issuer` against signing nothing: requests per second",
        at_least,
        0.9,
        more_requests("issuer", "nothing"),
    ),
    (
        "startup",
        "`require('grantmint')` against `require('twilio')`",
        at_least,
        22,
        loads_faster("node", "twilio"),
    ),
    (
        "startup",
        "`import grantmint` against `import twilio.jwt.access_token`",
        at_least,
        30,
        loads_faster("python", "twilio.jwt.access_token"),
    ),
    # The WebAssembly module and the command are inside.
    ("size", "installed size, npm", at_most_bytes, 2.25 * MIB, lambda part: part["npm"]["grantmint"]["bytes"]),
    (
        "size",
        "installed size, wheel",
        at_most_bytes,
        1.75 * MIB,
        lambda part: part["pip"]["grantmint"]["bytes"],
    ),
    (
        "lists",
        "Python `mint_many` on 2 threads against 1, 100,000 identities",
        at_least,
        1.7,
        lambda part: times(part["python_100000"]["many_1"]) / times(part["python_100000"]["many_2"]),
    ),
    *(
        (
            "lists",
            f"Node `mintMany` of {count:,} identities against the loop",
            at_least,
            1,
            lambda part, name=f"node_{count}": faster("many", "loop")(part[name]),
        )
        for count in (10, 100, 1000)
    ),
    *(
        (
            "growth",
            f"{LANGUAGES[language]} `AccessToken`, claims of {size // 1000} KB, against {named}",
            at_least,
            1.2,
            lambda part, language=language, size=size, other=other: faster("access_token", other)(
                part[language][str(size)]
            ),
        )
        for language, size, other, named in (
            ("node", 4_000, "fast_jwt", "fast-jwt"),
            ("node", 16_000, "fast_jwt", "fast-jwt"),
            ("rust", 16_000, "jsonwebtoken_rust_crypto", "`jsonwebtoken`"),
        )
    ),
]

"""Bad inputs: a good input with exactly one mistake, so that the order of checks does not matter.

`false` marks a language that cannot express a mistake, or expresses it differently, as in
tests/vectors/errors.json.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cases import LAST, Case, Choices, custom, good

# Rust checks types at compile time, and its strings cannot contain surrogates.
NO_RUST = {"rust": False}
# Node rounds such numbers before the package receives them.
NO_NODE = {"node": False}

BAD_SECRETS = [
    "-----BEGIN PRIVATE KEY-----\nfake-fake-fake-fake-fake-fake",
    ' \n"-----BEGIN PUBLIC KEY-----fake-fake-fake-fake-fake-fake',
    "ssh-ed25519 fake-fake-fake-fake-fake-fake-fake",
    "ecdsa-sha2-nistp256 fake-fake-fake-fake-fake-fake",
    '{"kty":"oct","k":"fake-fake-fake-fake-fake-fake"}',
]
CREDENTIALS = ["account_sid", "key_sid", "secret"]
TIMES = ["ttl", "nbf", "now"]
WRONG_TYPES: list[Any] = [True, False, [], ["x"], {}, {"x": 1}]


def bad(choices: Choices) -> Case:
    case = good(choices)
    own = ISSUERS if case["via"] == "Issuer" else ACCESS_TOKENS
    # Two of three mistakes are ones that every language can express.
    mistakes = TYPES if choices.once_in(3) else [*EVERYWHERE, *own]
    mistake = choices.pick(mistakes)
    return case | {"title": mistake.__name__} | mistake(case, choices)


def missing_credential(case: Case, choices: Choices) -> Case:
    return {choices.pick(CREDENTIALS): choices.pick(["", None])}


def bad_ttl(case: Case, choices: Choices) -> Case:
    return {"ttl": choices.pick([0, -1, 86_401, 2**53, -(2**63), 1.5, 1e300, -0.5, 3600.0000000001])}


def bad_nbf(case: Case, choices: Choices) -> Case:
    return {"nbf": choices.pick([-1, 0.5, 1e300, LAST + 86_401, 2**62, case["now"] + 90_000])}


def bad_now(case: Case, choices: Choices) -> Case:
    return {"now": choices.pick([-1, 0.5, 1e300, LAST + 1, 2**53, 1_700_000_000_000])}


def bad_algorithm(case: Case, choices: Choices) -> Case:
    name = choices.pick(["none", "hs256", "HS256 ", "RS256", "HS1", choices.given()])
    return {"algorithm": f"{name}?" if name in ("HS256", "HS384", "HS512") else name}


def key_as_secret(case: Case, choices: Choices) -> Case:
    return {"secret": choices.pick(BAD_SECRETS)}


def bad_grant(case: Case, choices: Choices) -> Case:
    key = choices.pick(["identity", ""])
    params = {"outgoing_application_params": choices.pick([{}, choices.object()])}
    deep = nested(choices.pick([127, 130, 300]), choices)
    grant: Case = choices.pick(
        [
            {"custom": {"key": key, "payload": choices.object()}},
            {"VoiceGrant": params | {"outgoing_application_sid": choices.pick([None, ""])}},
            {"PlaybackGrant": {"grant": deep}},
            {"VoiceGrant": {"outgoing_application_sid": "AP", "outgoing_application_params": deep}},
            {"custom": {"key": "deep", "payload": deep}},
        ]
    )
    return with_grant(case, grant, choices)


def nested(levels: int, choices: Choices) -> dict[str, Any]:
    value: Any = choices.value(4)
    for level in range(levels):
        value = [value] if level % 2 else {"d": value}
    return {"d": value}


def lossy_integer(case: Case, choices: Choices) -> Case:
    integer = choices.pick([2**53 + 1, -(2**53) - 1, 10**18 + 1, 2**60, 2**63 - 1])
    grant = custom(choices)
    grant["custom"]["payload"] |= {"integer": integer, "service_sid": "IS"}
    return NO_NODE | with_grant(case, grant, choices)


def bad_valid_until(case: Case, choices: Choices) -> Case:
    now = case["now"]
    return {"nbf": None, "valid_until": choices.pick([now, now - 1, now + 86_401, 0.5, 1e300, 2**62])}


def no_sid(case: Case, choices: Choices) -> Case:
    name, prefix = choices.pick([("account_sid", "AC"), ("key_sid", "SK")])
    digits = case[name][2:]
    truncated, longer = prefix + digits[1:], f"{prefix}{digits}0"
    bad = [truncated, longer, f"XX{digits}", f"{prefix.lower()}{digits}", f"{prefix}g{digits[1:]}"]
    return {name: choices.pick([*bad, choices.given()])}


def short_secret(case: Case, choices: Choices) -> Case:
    return {"secret": "f" * (1 + choices.below(31))}


def nobody(case: Case, choices: Choices) -> Case:
    return {"identity": choices.pick([None, ""])}


def nothing_granted(case: Case, choices: Choices) -> Case:
    return {"grants": [], "mint": {"grants": []}}


def no_service(case: Case, choices: Choices) -> Case:
    grant: Case = {choices.pick(["SyncGrant", "ChatGrant"]): choices.pick([{}, {"service_sid": ""}])}
    return with_grant(case, grant, choices)


def wrong_type(case: Case, choices: Choices) -> Case:
    name = choices.pick([*CREDENTIALS, *TIMES, "identity", "region", "jti", "algorithm"])
    wrong = list(WRONG_TYPES)
    if name in TIMES:
        wrong.append("soon")
    else:
        wrong += [1.5] if name == "identity" else [1.5, 1]
    return NO_RUST | {name: choices.pick(wrong)}


def wrong_type_in_a_grant(case: Case, choices: Choices) -> Case:
    params = choices.pick(["x", 1, []])
    grant: Case = choices.pick(
        [
            {"VideoGrant": {"room": choices.pick([*WRONG_TYPES, 0, 1.5])}},
            {"VoiceGrant": {"incoming_allow": choices.pick(["true", 1, 0, [], {}])}},
            {"VoiceGrant": {"outgoing_application_sid": "AP", "outgoing_application_params": params}},
            {"PlaybackGrant": {"grant": choices.pick(["x", 1, True, [], [{}]])}},
            {"custom": {"key": choices.pick([*WRONG_TYPES, 5, None]), "payload": {}}},
            {"custom": {"key": "list", "payload": choices.pick([[], "x", 1, True, None])}},
        ]
    )
    return NO_RUST | with_grant(case, grant, choices)


def lone_surrogate(case: Case, choices: Choices) -> Case:
    text = (
        choices.text()
        + choices.pick(["\ud800", "\udfff", "\ud83dx", "\ude00\ud83d"])
        + choices.pick(["", "x"])
    )
    names = [*CREDENTIALS, "identity", "region", "jti"]
    inside: list[Case] = [
        {"VideoGrant": {"room": text}},
        {"custom": {"key": text, "payload": {}}},
        {"custom": {"key": "inside", "payload": {"list": [text]}}},
        {"PlaybackGrant": {"grant": {text: 1}}},
    ]
    if choices.once_in(2):
        return NO_RUST | with_grant(case, choices.pick(inside), choices)
    return NO_RUST | {choices.pick(names): text}


def with_grant(case: Case, grant: Case, choices: Choices) -> Case:
    """Adds a grant to those of the token, of the issuer or of the call."""
    if "mint" in case and choices.once_in(2):
        return {"mint": case["mint"] | {"grants": [*case["mint"]["grants"], grant]}}
    place = choices.below(len(case["grants"]) + 1)
    return {"grants": [*case["grants"][:place], grant, *case["grants"][place:]]}


Mistake = Callable[[Case, Choices], Case]
EVERYWHERE: list[Mistake] = [
    *(missing_credential, bad_ttl, bad_nbf, bad_now, bad_algorithm, key_as_secret, bad_grant, bad_grant)
]
ACCESS_TOKENS: list[Mistake] = [bad_valid_until]
ISSUERS: list[Mistake] = [no_sid, short_secret, nobody, nothing_granted, no_service]
TYPES: list[Mistake] = [wrong_type, wrong_type_in_a_grant, lone_surrogate, lossy_integer]

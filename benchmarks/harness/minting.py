"""Microseconds for a token, by language and by the size of the claims."""

from .places import node, python, rust
from .rounds import measure
from .workload import BASE, workload

RUST = ("hmac", "issuer", "access_token", "jsonwebtoken_rust_crypto", "jsonwebtoken_aws_lc")
NODE = (
    "issuer",
    "access_token",
    "by_hand_hash",
    "by_hand_hmac",
    "by_hand_subtle",
    "fast_jwt",
    "jsonwebtoken",
    "node_rs",
    "jose",
    "twilio",
)
PYTHON = (
    "issuer",
    "access_token",
    "by_hand_template",
    "by_hand_json",
    "joserfc",
    "authlib",
    "pyjwt",
    "twilio",
)

COMMANDS = {
    "rust": {name: rust("grantmint-benchmarks", name) for name in RUST},
    "node": {name: node("mint.mjs", name) for name in NODE},
    "python": {name: python("mint.py", name) for name in PYTHON},
}

# Sizes of the claims in bytes; 0 is the workload itself. Parameters of a Voice grant can make claims large.
SIZES = (0, 1_000, 4_000, 16_000)
# An `Issuer` refuses a token of more than 16,384 bytes, which is one with some 12,000 bytes of claims.
ISSUER_MAX = 12_000
GROWING = {
    "rust": ("hmac", "issuer", "access_token", "jsonwebtoken_rust_crypto"),
    "node": ("issuer", "access_token", "by_hand_hmac", "fast_jwt", "twilio"),
    "python": ("issuer", "access_token", "by_hand_json", "pyjwt", "twilio"),
}


def run(language: str, settings) -> dict:
    return measure(COMMANDS[language], rounds=settings.rounds, milliseconds=settings.milliseconds, work=BASE)


def run_growth(settings) -> dict:
    return {
        language: {str(size): grown(language, names, size, settings) for size in SIZES}
        for language, names in GROWING.items()
    }


def grown(language: str, names: tuple[str, ...], size: int, settings) -> dict:
    commands = {
        name: COMMANDS[language][name] for name in names if name != "issuer" or size <= ISSUER_MAX
    }
    return measure(
        commands, rounds=settings.few_rounds, milliseconds=settings.milliseconds, work=workload(size)
    )

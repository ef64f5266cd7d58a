"""Microseconds to mint, verify and explain a token as WebAssembly, beside its peers in Node and in Cloudflare's runtime."""

from . import verifying
from .places import node
from .rounds import measure
from .workload import BASE

MINTING = ("issuer", "access_token", "by_hand_subtle", "jose")
VERIFYING = ("verifier",)
INSPECTING = ("inspect_report",)
IN_WORKERD = ("issuer", "by_hand_btoa", "by_hand_to_base64")
OURS = ("issuer", "access_token", "verifier", "inspect_report")


def commands(program: str, names: tuple[str, ...]) -> dict[str, list[str]]:
    """Returns the commands of all contenders, and of ours with the engine ``wasm``."""
    native = {name: node(program, name) for name in names}
    wasm = {
        f"{name}_wasm": ["env", "GRANTMINT_ENGINE=wasm", *node(program, name)]
        for name in names
        if name in OURS
    }
    return native | wasm


def run(settings) -> dict:
    times = {"rounds": settings.rounds, "milliseconds": settings.milliseconds}
    minted = measure(commands("mint.mjs", MINTING), work=BASE, **times)
    verified = measure(
        commands("verify.mjs", (*VERIFYING, *INSPECTING)),
        work=verifying.workload(),
        check=verifying.check,
        **times,
    )
    return minted | verified


def run_workerd(settings) -> dict:
    commands = {name: node("in_worker.mjs", name) for name in IN_WORKERD}
    return measure(commands, work=BASE, rounds=settings.rounds, milliseconds=settings.milliseconds)

"""Asks a server with ``token_app.py`` for tokens, sixteen at a time, and verifies them with PyJWT.

``python token_client.py URL COUNT`` prints a summary as JSON.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt

KEY_SID = "SK" + "b1" * 16
SECRET = "fake-secret-" * 4


def main(url: str, count: int) -> None:
    names = [f"user-{number}" for number in range(count)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda name: ask(url, name), names))
    summary = {
        "tokens": sum(len(answer["tokens"]) for answer in answers),
        "processes": len({answer["process"] for answer in answers}),
        "threads": len({(answer["process"], answer["thread"]) for answer in answers}),
        "sleep": sorted({answer["sleep"] for answer in answers}),
        "most": max(answer["most"] for answer in answers),
    }
    print(json.dumps(summary))


def ask(url: str, name: str) -> Any:
    # A proxy would not reach this machine's own address.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{url}?{name}", timeout=60) as response:
        answer = json.load(response)
    *own, shared = answer["tokens"]
    assert [check(token) for token in own] == [name] * 4, name
    assert check(shared) == "shared", name
    assert answer["as_expected"], name
    return answer


def check(token: str) -> object:
    claims = jwt.decode(
        token,
        SECRET,
        algorithms=["HS256"],
        issuer=KEY_SID,
        options={"require": ["exp", "iat", "iss", "jti", "sub"]},
    )
    return claims["grants"]["identity"]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

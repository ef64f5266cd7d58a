"""The shared vectors of bad inputs: each language answers with the same code, field and words."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from test_vectors import CustomGrant

import grantmint
from grantmint import AccessToken, GrantmintError, Issuer

VECTORS = Path(__file__).parents[1] / "vectors"
CASES: list[dict[str, Any]] = [
    case
    for file in ("errors.json", "errors_surrogates.json")
    for case in json.loads((VECTORS / file).read_text(encoding="utf-8"))["cases"]
    if case.get("python", True)
]


def grant_of(described: Any) -> Any:
    """The grant that an object with one member describes; anything else is passed as it is."""
    if not isinstance(described, dict) or len(described) != 1:
        return described
    [(name, fields)] = described.items()
    return {**vars(grantmint), "custom": CustomGrant}[name](**fields)


def given(case: dict[str, Any], *names: str) -> dict[str, Any]:
    options = {name: case[name] for name in names if name in case}
    if isinstance(options.get("grants"), list):
        options["grants"] = [grant_of(grant) for grant in options["grants"]]
    return options


def play(case: dict[str, Any]) -> str:
    credentials: tuple[Any, Any, Any] = case.get("account_sid"), case.get("key_sid"), case.get("secret")
    if case["via"] == "AccessToken":
        options = given(case, "identity", "ttl", "nbf", "valid_until", "region", "jti", "grants")
        return AccessToken(*credentials, **options).to_jwt(**given(case, "algorithm", "now"))
    issuer = Issuer(*credentials, **given(case, "region", "algorithm", "ttl", "grants"))
    mint = given(case, "nbf", "jti", "now") | given(case.get("mint", {}), "ttl", "grants")
    identity: Any = case.get("identity")
    return issuer.mint(identity, **mint)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_a_bad_input(case: dict[str, Any]) -> None:
    spelt = {"key_sid": "signing_key_sid"} if case["via"] == "AccessToken" else {}
    with pytest.raises(GrantmintError) as caught:
        play(case)
    error = case["error"]
    assert (caught.value.code, caught.value.field) == (
        error["code"],
        spelt.get(error["field"], error["field"]),
    )
    if error["message"] is not None:
        assert str(caught.value) == re.sub(
            r"\{(\w+)\}", lambda name: spelt.get(name[1], name[1]), error["message"]
        )


def test_there_are_cases_and_each_has_a_title_of_its_own() -> None:
    assert len(CASES) > 350
    assert len({case["title"] for case in CASES}) == len(CASES)

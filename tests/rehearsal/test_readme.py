"""The README's section on installing is right on the day after a release."""

from __future__ import annotations

from conftest import INSTALL


def test_the_tests_run_each_command_of_the_readme() -> None:
    assert INSTALL == {
        "npm install": ["npm", "install", "grantmint"],
        "pip install": ["pip", "install", "grantmint"],
        "cargo add": ["cargo", "add", "grantmint"],
        "cargo install": ["cargo", "install", "grantmint-cli"],
    }

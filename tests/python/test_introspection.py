"""The drop-in classes are ordinary Python classes for `vars`, weak references, `help`, copies and mocks."""

from __future__ import annotations

import copy
import inspect
import pickle
import pydoc
import weakref
from typing import Any
from unittest import mock

import pytest

from credentials import ACCOUNT_SID, KEY_SID, SECRET, claims
from shown.cell import OFFICIAL, OURS
from shown.subjects import grant_classes

CLASSES = ["AccessToken", *grant_classes()]


def create(names: Any, name: str) -> Any:
    cls = getattr(names, name)
    return cls(ACCOUNT_SID, KEY_SID, SECRET, identity="alice", nbf=None) if name == "AccessToken" else cls()


@pytest.mark.parametrize("name", grant_classes())
def test_vars_of_a_grant(name: str) -> None:
    grant = create(OURS, name)
    assert vars(grant) == vars(create(OFFICIAL, name))
    vars(grant)["note"] = "mine"
    assert grant.note == "mine"


def test_vars_of_a_token_contain_all_but_its_secret() -> None:
    theirs, ours = create(OFFICIAL, "AccessToken"), create(OURS, "AccessToken")
    # `issuer` and `subject` are other names of the credentials, and the rest is name-mangled.
    expected = {name for name in vars(theirs) if not name.startswith("_")} - {
        "secret_key",
        "issuer",
        "subject",
    }
    assert expected <= vars(ours).keys()
    assert {name: vars(ours)[name] for name in expected} == {name: vars(theirs)[name] for name in expected}
    assert SECRET not in repr(vars(ours))


@pytest.mark.parametrize("name", CLASSES)
def test_weak_references_and_attributes_of_its_own(name: str) -> None:
    made = create(OURS, name)
    made.note = "mine"
    reference = weakref.ref(made)
    assert reference() is made
    assert weakref.WeakKeyDictionary({made: 1})[made] == 1
    del made
    assert reference() is None


@pytest.mark.parametrize("name", CLASSES)
def test_an_attribute_that_is_deleted_is_gone(name: str) -> None:
    field = next(iter(vars(create(OFFICIAL, name))))
    made = create(OURS, name)
    delattr(made, field)
    assert not hasattr(made, field)


@pytest.mark.parametrize("name", CLASSES)
def test_autospec_knows_the_signature(name: str) -> None:
    theirs, ours = (mock.create_autospec(getattr(names, name)) for names in (OFFICIAL, OURS))
    for double in (theirs, ours):
        with pytest.raises(TypeError):
            double(no_such_argument=1)
        with pytest.raises(AttributeError):
            _ = double.no_such_attribute
    made = mock.create_autospec(create(OURS, name), instance=True)
    assert isinstance(made, getattr(OURS, name))
    official = mock.create_autospec(create(OFFICIAL, name), instance=True)
    assert {attribute for attribute in dir(official) if not attribute.startswith("_")} <= set(dir(made))


@pytest.mark.parametrize("name", CLASSES)
def test_help_has_a_signature_and_a_text(name: str) -> None:
    cls = getattr(OURS, name)
    text = pydoc.plain(pydoc.render_doc(cls))
    assert f"class {name}(" in text
    for parameter in inspect.signature(cls).parameters:
        assert parameter in text
    for member in ("to_jwt", "add_grant") if name == "AccessToken" else ("to_payload",):
        assert inspect.getdoc(getattr(cls, member))
        assert "self" in inspect.signature(getattr(cls, member)).parameters
    assert inspect.getdoc(cls)


@pytest.mark.parametrize("name", grant_classes())
def test_a_grant_is_copied_with_what_was_set(name: str) -> None:
    grant = create(OURS, name)
    field = next(iter(inspect.signature(type(grant)).parameters))
    setattr(
        grant, field, {"a": 1} if field == "grant" else True if field == "incoming_allow" else "set later"
    )
    grant.note = "mine"
    for copied in (copy.copy(grant), copy.deepcopy(grant), pickle.loads(pickle.dumps(grant))):
        assert vars(copied) == vars(grant)
        assert copied.to_payload() == grant.to_payload()


def test_a_token_in_a_mock_of_the_programs_own_service() -> None:
    """As in a program's unit tests: the class is replaced where it is looked up."""
    with mock.patch.object(OURS.AccessToken, "to_jwt", autospec=True, return_value="fake") as to_jwt:
        token = create(OURS, "AccessToken")
        assert token.to_jwt() == "fake"
    to_jwt.assert_called_once_with(token)
    assert claims(token.to_jwt())["grants"] == {"identity": "alice"}

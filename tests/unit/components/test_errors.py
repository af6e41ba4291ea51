"""The one list of errors: complete, with one root, and each of them pickles."""

import importlib
import pickle
import pkgutil

import pytest
import sotalia.components.errors as errors
import sotalia.exceptions as exceptions

MODULES = [
    importlib.import_module(f"{errors.__name__}.{found.name}") for found in pkgutil.iter_modules(errors.__path__)
]


def test_every_error_of_the_modules_is_in_the_list():
    assert sorted(errors.__all__) == sorted(name for module in MODULES for name in module.__all__)


def test_the_public_module_has_them_and_nothing_else():
    assert {name for name in vars(exceptions) if not name.startswith("_")} == set(errors.__all__)


@pytest.mark.parametrize("name", errors.__all__)
def test_there_is_one_root(name):
    found = getattr(errors, name)
    assert issubclass(found, Warning if name.endswith("Warning") else errors.SotaliaError)
    assert found.__doc__


def _filled(name):
    """The error with a value for every field of its text."""
    found = getattr(errors, name)
    fields = {}
    while True:
        try:
            return found(**fields)
        except KeyError as missing:
            fields[missing.args[0]] = "some text"


PLAIN = [
    name
    for name in errors.__all__
    if issubclass(getattr(errors, name), errors.BotoCoreError)
    and getattr(errors, name).__init__ is errors.BotoCoreError.__init__
]


@pytest.mark.parametrize("name", PLAIN)
def test_errors_come_back_from_a_pickle(name):
    error = _filled(name)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert again.kwargs == error.kwargs


def test_service_errors_come_back_from_a_pickle():
    error = errors.ClientError({"Error": {"Code": "NoSuchKey", "Message": "gone"}}, "GetObject")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.response, again.operation_name) == (str(error), error.response, "GetObject")

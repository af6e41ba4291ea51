"""Algorithms of another library's are promised without importing it, and used where it really has them."""

import sys
from importlib.machinery import ModuleSpec

import pytest
from sotalia.components.checksums import algorithms
from sotalia.components.http import make_response
from sotalia.session_core.answer_integrity import checked, usable


class Finder:
    """Finds awscrt, which cannot be imported."""

    asked = 0

    def find_spec(self, name, path, target=None):
        if name != "awscrt":
            return None
        self.asked += 1
        return ModuleSpec(name, self)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        raise ImportError("broken")


@pytest.fixture
def finder(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "awscrt"]:
        monkeypatch.delitem(sys.modules, name)
    found = Finder()
    monkeypatch.setattr(sys, "meta_path", [found, *sys.meta_path])
    monkeypatch.setattr(algorithms, "_crt_module", ())
    return found


def test_what_is_installed_is_promised_and_not_imported(finder):
    assert usable({"crc32", "xxhash3", "md5"}) == ["xxhash3", "crc32"]
    assert finder.asked == 1
    assert algorithms._crt_module == ()


def test_a_checksum_that_cannot_be_computed_after_all_is_passed_over(finder):
    headers = {"x-amz-checksum-xxhash3": "AAAA", "x-amz-checksum-crc32": "y/Q5Jg=="}
    body, algorithm = checked(make_response(200, b"", headers), ["xxhash3", "crc32"], b"123456789")
    assert (body, algorithm) == (b"123456789", "crc32")


def test_without_it_nothing_of_it_is_promised(finder, monkeypatch):
    monkeypatch.setattr(sys, "meta_path", [each for each in sys.meta_path if each is not finder])
    monkeypatch.setattr(algorithms, "_crt_module", None)
    monkeypatch.setitem(sys.modules, "awscrt", None)
    assert usable({"crc32", "xxhash3"}) == ["crc32"]

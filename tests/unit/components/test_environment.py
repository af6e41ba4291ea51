import os

from sotalia.components.environment import bytes_below, variable


def test_a_variable_is_read_when_it_is_asked_for(monkeypatch):
    monkeypatch.delenv("SOTALIA_X", raising=False)
    read = variable(os.environ, "SOTALIA_X")
    assert read() is None
    monkeypatch.setenv("SOTALIA_X", "é ✓")
    assert read() == "é ✓"
    monkeypatch.setenv("SOTALIA_X", "b")
    assert read() == "b"
    monkeypatch.delenv("SOTALIA_X")
    assert read() is None


def test_any_mapping_will_do():
    environ = {"A": "1"}
    read = variable(environ, "A")
    assert bytes_below(environ) is None
    assert read() == "1"
    del environ["A"]
    assert read() is None

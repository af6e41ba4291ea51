"""How stubs come into a folder: whole files, no more writes than needed, and nobody else's files."""

import pytest
import sotalia
from sotalia.ops.stubs_command import run_stubs, write_stubs

_OURS = '"""A module, written by ``sotalia stubs``."""\n'


def test_files_are_written_in_their_order_and_only_where_they_differ(tmp_path):
    texts = {"types_sotalia/a.pyi": _OURS, "sotalia/__init__.pyi": _OURS}
    assert write_stubs(tmp_path, texts) == set(texts)
    assert write_stubs(tmp_path, texts) == set()
    assert write_stubs(tmp_path, {**texts, "types_sotalia/a.pyi": f"{_OURS}x: int\n"}) == {"types_sotalia/a.pyi"}
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["__init__.pyi", "a.pyi"]


def test_what_a_run_before_left_is_removed_and_what_others_left_is_not(tmp_path):
    write_stubs(tmp_path, {"types_sotalia/a.pyi": _OURS, "types_sotalia/b.pyi": _OURS})
    (tmp_path / "types_sotalia/mine.pyi").write_text("x: int\n", encoding="utf-8")
    assert write_stubs(tmp_path, {"types_sotalia/a.pyi": _OURS}) == {"types_sotalia/b.pyi"}
    assert sorted(path.name for path in (tmp_path / "types_sotalia").iterdir()) == ["a.pyi", "mine.pyi"]


def test_a_file_of_somebody_else_is_refused_before_anything_is_written(tmp_path):
    (tmp_path / "sotalia").mkdir()
    (tmp_path / "sotalia/__init__.pyi").write_text("x: int\n", encoding="utf-8")
    with pytest.raises(FileExistsError, match="was not written by this command"):
        write_stubs(tmp_path, {"types_sotalia/a.pyi": _OURS, "sotalia/__init__.pyi": _OURS})
    assert not (tmp_path / "types_sotalia").exists()


def test_the_same_services_give_the_same_files_in_any_order(tmp_path):
    assert run_stubs(["sts", "sqs"], tmp_path / "one") == 0
    assert run_stubs(["sqs", "sts", "sqs"], tmp_path / "two") == 0
    for path in (tmp_path / "one").rglob("*.pyi"):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


def test_unknown_services_and_none_at_all_are_refused(tmp_path, capsys):
    assert run_stubs(["lambada", "nothing-like-it"], tmp_path) == 2
    near, nothing = capsys.readouterr().out.splitlines()
    assert near.startswith("There is no service 'lambada': did you mean lambda")
    assert nothing == "There is no service 'nothing-like-it'."
    assert run_stubs([], tmp_path) == 2
    assert "Name at least one service" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_methods_that_have_another_name_for_users_have_it_in_stubs(tmp_path):
    run_stubs(["logs", "lambda"], tmp_path)
    text = (tmp_path / "types_sotalia/logs.pyi").read_text(encoding="utf-8")
    method = text[text.index("    def create_export_task(") :].split("\n    def ")[0]
    assert "fromTime: int,\n" in method
    assert (tmp_path / "types_sotalia/lambda_.pyi").exists()


def test_sessions_come_with_all_that_their_module_has(tmp_path):
    run_stubs(["sqs"], tmp_path)
    text = (tmp_path / "sotalia/session.pyi").read_text(encoding="utf-8")
    assert all(f"import {name}\n" in text or f"class {name}(" in text for name in sotalia.session.__all__)

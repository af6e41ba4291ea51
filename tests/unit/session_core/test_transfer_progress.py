"""Progress bars of transfers."""

import io
import sys
from pathlib import Path

import pytest
from rich.console import Console
from sotalia.exceptions import MissingDependencyException
from sotalia.s3.progress import ProgressBars


def test_a_bar_goes_on_and_back(tmp_path: Path) -> None:
    (tmp_path / "data.bin").write_bytes(bytes(2048))
    out = io.StringIO()
    with ProgressBars(Console(file=out, force_terminal=True, width=120)) as bars:
        told = bars.file(tmp_path / "data.bin")
        told(2048)
        told(-1024)
        bars.bar("stream")(10)
    assert "data.bin" in out.getvalue()
    assert "1.0/2.0 KiB" in out.getvalue()


def test_without_rich_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rich", None)
    with pytest.raises(MissingDependencyException, match=r"sotalia\[progress\]"):
        ProgressBars()

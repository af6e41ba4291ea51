"""The document that the benchmarks write: one part each, which leaves the other as it is."""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

__all__ = ["machine", "write_calls", "write_codecs"]

_CODECS = "## Codecs"


def write_calls(document: Path, lines: Sequence[str]) -> None:
    """Replace all of the document but for the section of the codecs."""
    _, codecs = _parts(document)
    document.write_text("\n".join(lines).rstrip() + "\n" + (f"\n{codecs}" if codecs else ""))


def write_codecs(document: Path, lines: Sequence[str]) -> None:
    """Replace the section of the codecs, whose first line is its heading, the last one of the document."""
    calls, _ = _parts(document)
    document.write_text(f"{calls.rstrip()}\n\n" + "\n".join(lines).rstrip() + "\n")


def _parts(document: Path) -> tuple[str, str]:
    text = document.read_text() if document.exists() else "# Benchmarks\n"
    calls, heading, codecs = text.partition(_CODECS)
    return calls, heading + codecs


def machine() -> str:
    """Return what was measured on, as a sentence."""
    return (
        f"Machine: {os.cpu_count()} cores, {_processor()}, {platform.system()}, "
        f"CPython {platform.python_version()}, httptools {version('httptools')}; boto3 1.44.5. "
        f"Load average while measuring: {os.getloadavg()[1]:.1f}."
    )


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()

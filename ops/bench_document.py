"""The document that the benchmarks write: one part each, which leaves the others as they are."""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from .processes import PEER_VERSION

__all__ = ["load", "machine", "write_calls", "write_section"]


def write_calls(document: Path, lines: Sequence[str]) -> None:
    """Replace all of the document but for its sections."""
    _, *sections = _parts(document)
    _write(document, ["\n".join(lines), *sections])


def write_section(document: Path, lines: Sequence[str]) -> None:
    """Replace the section that has the heading of the first line, or add it as the last one."""
    parts = _parts(document)
    named = [number for number, part in enumerate(parts) if part.startswith(f"{lines[0]}\n")]
    parts[slice(named[0], named[0] + 1) if named else slice(len(parts), None)] = ["\n".join(lines)]
    _write(document, parts)


def _parts(document: Path) -> list[str]:
    """Return what comes before the sections, and the sections."""
    text = document.read_text() if document.exists() else "# Benchmarks\n"
    first, *others = text.split("\n## ")
    return [first, *[f"## {other}" for other in others]]


def _write(document: Path, parts: Sequence[str]) -> None:
    document.write_text("\n\n".join(part.strip() for part in parts) + "\n")


def load() -> float:
    """Return how many processes wanted to run, on average of the last minute."""
    return os.getloadavg()[0]


def machine(average: float | None = None) -> str:
    """Return what was measured on, as a sentence; ``average`` is the load meanwhile, if it is known."""
    system = f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}"
    return (
        f"Machine: {os.cpu_count()} cores, {_processor()}, {system}, "
        f"CPython {platform.python_version()}, httptools {version('httptools')}; boto3 {PEER_VERSION}. "
        f"Load average while measuring: {os.getloadavg()[1] if average is None else average:.1f}."
    )


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()

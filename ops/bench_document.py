"""The document that the benchmarks write: one part each, which leaves the others as they are."""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

__all__ = ["machine", "write_calls", "write_section"]


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

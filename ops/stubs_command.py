"""``sotalia stubs``: types of clients and resources, for editors and type checkers."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..components.errors import SotaliaError

__all__ = ["run_stubs", "write_stubs"]

_MARK = "written by ``sotalia stubs``"


def run_stubs(services: Iterable[str], folder: Path, *, every: bool = False, whole: bool = True) -> int:
    """Write the stubs of services (``every``: of all that there are) into a folder; return the exit status."""
    from ..session_core.session import Session

    loader = Session().get_component("data_loader")
    known: list[str] = loader.list_available_services()
    wanted = known if every else sorted(set(services))
    problems = [_unknown(name, known) for name in wanted if name not in known]
    if problems or not wanted:
        print("\n".join(problems) or "Name at least one service, or give --all.")
        return 2
    try:
        texts = _texts(loader, wanted, whole=whole)
        changed = write_stubs(folder, texts)
    except (SotaliaError, OSError) as error:
        print(error)
        return 1
    for path in sorted(texts) if not every else ():
        print(f"{'wrote' if path in changed else 'kept '} {folder / path}")
    size = sum(map(len, texts.values()))
    print(f"{len(wanted)} services, {len(texts)} files ({len(changed)} changed), {size / 1e6:.1f} MB in {folder}")
    return 0


def _unknown(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), list(known), 3, 0.6)
    return f"There is no service {name!r}" + (f": did you mean {', '.join(near)}?" if near else ".")


def _texts(loader: Any, services: Iterable[str], *, whole: bool) -> dict[str, str]:
    """Return the texts of all files by path, in the order in which they are to be written."""
    from .stubs_client import service_stub
    from .stubs_common import COMMON
    from .stubs_overlay import overlay

    stubs = [service_stub(loader, service, whole=whole) for service in services]
    modules = {f"types_sotalia/{stub.module}.pyi": stub.text for stub in stubs}
    return {"types_sotalia/__init__.pyi": COMMON, **modules, **overlay(stubs)}


def write_stubs(folder: Path, texts: Mapping[str, str]) -> set[str]:
    """Write files, each at once and in their order, then remove those of a run before; return what has changed.

    What refers to other files comes last, so a checker that reads meanwhile
    finds all of them. Raises ``FileExistsError`` for a file that somebody else wrote.
    """
    for path in texts:
        if (folder / path).exists() and not _is_ours(folder / path):
            raise FileExistsError(f"{folder / path} was not written by this command; choose another folder (--output)")
    changed = {path for path, text in texts.items() if _write(folder / path, text)}
    for old in sorted((folder / "types_sotalia").glob("*.pyi")):
        path = old.relative_to(folder).as_posix()
        if path not in texts and _is_ours(old):
            old.unlink()
            changed.add(path)
    return changed


def _is_ours(path: Path) -> bool:
    with path.open(encoding="utf-8") as file:
        return _MARK in file.readline()


def _write(path: Path, text: str) -> bool:
    """Write a file unless it is as it should be, which spares the caches of checkers; return whether it changed."""
    data = text.encode()
    if path.exists() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return True

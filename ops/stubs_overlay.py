"""Stubs of ``sotalia`` itself, in which sessions know the clients and resources that there are stubs for.

A checker finds them before the package, and everything else in the package:
so they name what a program imports from ``sotalia`` and say where it is.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from ..session_core.session import Session
from .stubs_client import ServiceStub
from .stubs_imports import HEAD
from .stubs_methods import own_parameters

__all__ = ["overlay"]

_SESSION = """from typing import Any, Literal, overload

from sotalia.components.config import Config
"""

_ROOT = """from typing import Any, Literal, overload

from sotalia.session import Session as Session
"""

_FROM = re.compile(r"^from (\.\.?)(\S+) import (.*)$", re.MULTILINE)


def overlay(stubs: Sequence[ServiceStub]) -> dict[str, str]:
    """Return the modules of the overlay: texts by path."""
    with_resource = [stub for stub in stubs if stub.resource]
    found = {
        "sotalia/session.pyi": "".join(
            [
                _own("session.py").replace("import Session\n", "import Session as _Session\n"),
                _SESSION,
                *_imports(stubs),
                "\nclass Session(_Session):\n",
                *_overloads("client", Session.client, stubs, "client", "    "),
                "    create_client = client\n",
                *_overloads("resource", Session.resource, with_resource, "resource", "    "),
            ]
        ),
        "sotalia/__init__.pyi": "".join(
            [
                HEAD.format(what="The root of the package"),
                _ROOT,
                *_root_names(),
                *_imports(stubs),
                "\n",
                *_overloads("client", Session.client, stubs, "client", ""),
                *_overloads("resource", Session.resource, with_resource, "resource", ""),
            ]
        ),
    }
    for path, text in _shims():
        found[f"sotalia/{path}i"] = text
    return found


def _imports(stubs: Sequence[ServiceStub]) -> Iterator[str]:
    for stub in stubs:
        yield f"from types_sotalia import {stub.module} as _{stub.module}\n"


def _overloads(
    name: str, function: Callable[..., Any], stubs: Sequence[ServiceStub], kind: str, indent: str
) -> Iterator[str]:
    """Yield one signature for each service, and the one of all others."""
    given = own_parameters(function)[1:]
    start = ["self"] if indent else []
    for stub in stubs:
        first = f'service_name: Literal["{stub.service}"]'
        made = f"_{stub.module}.{stub.client if kind == 'client' else stub.resource}"
        yield f"{indent}@overload\n{indent}def {name}({', '.join([*start, first, *given])}) -> {made}: ...\n"
    last = f"def {name}({', '.join([*start, 'service_name: str', *given])}) -> Any: ...\n"
    yield f"{indent}@overload\n{indent}{last}" if stubs else f"{indent}{last}"


def _root_names() -> Iterator[str]:
    """Yield where the names of the root are, but for those that the overlay has itself."""
    from .. import _HOMES, _SUBMODULES

    for name, (module, attribute) in sorted(_HOMES.items()):
        if name not in ("Session", "client", "resource"):
            yield f"from sotalia{module} import {attribute} as {name}\n"
    for name in _SUBMODULES:
        yield f"from sotalia import {name} as {name}\n"
    yield "\nDEFAULT_SESSION: Session | None\n"


def _shims() -> Iterator[tuple[str, str]]:
    """Yield the modules of the package's face, which are imports alone, as (path, text)."""
    from .. import _SUBMODULES

    here = _package()
    for name in _SUBMODULES:
        if name == "session":
            continue
        if here.joinpath(f"{name}.py").is_file():
            yield f"{name}.py", _own(f"{name}.py")
            continue
        for entry in sorted(here.joinpath(name).iterdir(), key=lambda entry: entry.name):
            if entry.name.endswith(".py"):
                yield f"{name}/{entry.name}", _own(name, entry.name)


def _package() -> Traversable:
    return files(__name__.rpartition(".")[0].rpartition(".")[0])


def _own(*path: str) -> str:
    """Return the imports of a module of the face, from where they are."""
    text = _package().joinpath(*path).read_text("utf-8")
    body = text.split('"""', 2)[2].lstrip("\n")
    return HEAD.format(what=f"``sotalia/{'/'.join(path)}``") + _FROM.sub(r"from sotalia.\2 import \3", body)

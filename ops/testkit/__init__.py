"""Fakes of the services that give out credentials, over real HTTP on loopback; for our tests and for yours.

Each is a context manager, counts what it is asked for (``stats()``, or ``GET
/_stats``), and can be told to be slow, to throttle, to be down, or to answer
the next requests by a script. ``python -m sotalia.ops.testkit.<name>`` runs one
alone. Nothing of them is loaded before it is asked for.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .families import Grant, TokenFamilies
    from .scripted import ScriptedServer, Step
    from .signin import FakeSignin
    from .sso_oidc import FakeSSOOIDC
    from .sso_portal import FakeSSOPortal

__all__ = ["FakeSSOOIDC", "FakeSSOPortal", "FakeSignin", "Grant", "ScriptedServer", "Step", "TokenFamilies"]

_HOMES = {
    "FakeSSOOIDC": "sso_oidc",
    "FakeSSOPortal": "sso_portal",
    "FakeSignin": "signin",
    "Grant": "families",
    "ScriptedServer": "scripted",
    "Step": "scripted",
    "TokenFamilies": "families",
}


def __getattr__(name: str) -> Any:
    module = _HOMES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

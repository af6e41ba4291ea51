"""Fakes of the services that give out credentials, over real HTTP on loopback, and what else tests need.

Each fake is a context manager, counts what it is asked for (``stats()``, or
``GET /_stats``), says how it is found (``environ()``), and can be told to be
slow, to throttle, to be down, to have a wrong clock, or to do with the next
requests what a script says. ``python -m sotalia.ops.testkit.<name>`` runs one
alone. Nothing is loaded before it is asked for.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..credential_cases import BrokenCase, find_cases, run_case
    from .cloudwatch import FakeCloudWatch
    from .container import FakeContainerEndpoint
    from .families import Grant, TokenFamilies
    from .imds import FakeIMDS
    from .network_guard import NetworkForbidden, no_network
    from .recorded import Exchange, RecordedServer
    from .script import Reply, Step
    from .server import FakeServer
    from .signin import FakeSignin
    from .sso_oidc import FakeSSOOIDC
    from .sso_portal import FakeSSOPortal
    from .sts import FakeSTS
    from .surroundings import credential_environ

__all__ = [
    "BrokenCase",
    "Exchange",
    "FakeCloudWatch",
    "FakeContainerEndpoint",
    "FakeIMDS",
    "FakeSSOOIDC",
    "FakeSSOPortal",
    "FakeSTS",
    "FakeServer",
    "FakeSignin",
    "Grant",
    "NetworkForbidden",
    "RecordedServer",
    "Reply",
    "Step",
    "TokenFamilies",
    "credential_environ",
    "find_cases",
    "no_network",
    "run_case",
]

_HOMES = {
    "BrokenCase": "..credential_cases",
    "Exchange": ".recorded",
    "FakeCloudWatch": ".cloudwatch",
    "FakeContainerEndpoint": ".container",
    "FakeIMDS": ".imds",
    "FakeSSOOIDC": ".sso_oidc",
    "FakeSSOPortal": ".sso_portal",
    "FakeSTS": ".sts",
    "FakeServer": ".server",
    "FakeSignin": ".signin",
    "Grant": ".families",
    "NetworkForbidden": ".network_guard",
    "RecordedServer": ".recorded",
    "Reply": ".script",
    "Step": ".script",
    "TokenFamilies": ".families",
    "credential_environ": ".surroundings",
    "find_cases": "..credential_cases",
    "no_network": ".network_guard",
    "run_case": "..credential_cases",
}


def __getattr__(name: str) -> Any:
    module = _HOMES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(module, __name__), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

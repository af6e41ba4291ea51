"""sotalia: an AWS SDK runtime for fleets of worker processes, behind the interface of boto3.

``import sotalia as boto3``. Everything here is loaded when it is first used
(PEP 562), so importing the package costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .components.call_options import CallOptions, CancelToken, call_options
    from .components.config import Config
    from .components.http import make_response
    from .components.unsigned import UNSIGNED
    from .providers.assume_role_fetcher import AssumeRoleCredentialFetcher
    from .providers.credentials import Credentials
    from .providers.provider import NotConfigured
    from .providers.refresh import DeferredRefreshableCredentials, RefreshableCredentials
    from .providers.refreshable import RefreshableProvider
    from .providers.resolver import CredentialProvider, CredentialResolver
    from .providers.web_identity_fetcher import AssumeRoleWithWebIdentityCredentialFetcher
    from .session_core.default import client, resource, set_stream_logger, setup_default_session, warm
    from .session_core.session import Session
    from .session_core.version import VERSION as __version__

__all__ = [
    "UNSIGNED",
    "AssumeRoleCredentialFetcher",
    "AssumeRoleWithWebIdentityCredentialFetcher",
    "CallOptions",
    "CancelToken",
    "Config",
    "CredentialProvider",
    "CredentialResolver",
    "Credentials",
    "DeferredRefreshableCredentials",
    "NotConfigured",
    "RefreshableCredentials",
    "RefreshableProvider",
    "Session",
    "__version__",
    "call_options",
    "client",
    "make_response",
    "resource",
    "set_stream_logger",
    "setup_default_session",
    "warm",
]

_HOMES = {
    "UNSIGNED": (".components.unsigned", "UNSIGNED"),
    "AssumeRoleCredentialFetcher": (".providers.assume_role_fetcher", "AssumeRoleCredentialFetcher"),
    "AssumeRoleWithWebIdentityCredentialFetcher": (
        ".providers.web_identity_fetcher",
        "AssumeRoleWithWebIdentityCredentialFetcher",
    ),
    "CallOptions": (".components.call_options", "CallOptions"),
    "CancelToken": (".components.call_options", "CancelToken"),
    "Config": (".components.config", "Config"),
    "CredentialProvider": (".providers.resolver", "CredentialProvider"),
    "CredentialResolver": (".providers.resolver", "CredentialResolver"),
    "Credentials": (".providers.credentials", "Credentials"),
    "DeferredRefreshableCredentials": (".providers.refresh", "DeferredRefreshableCredentials"),
    "NotConfigured": (".providers.provider", "NotConfigured"),
    "RefreshableCredentials": (".providers.refresh", "RefreshableCredentials"),
    "RefreshableProvider": (".providers.refreshable", "RefreshableProvider"),
    "Session": (".session_core.session", "Session"),
    "__version__": (".session_core.version", "VERSION"),
    "call_options": (".components.call_options", "call_options"),
    "client": (".session_core.default", "client"),
    "make_response": (".components.http", "make_response"),
    "resource": (".session_core.default", "resource"),
    "set_stream_logger": (".session_core.default", "set_stream_logger"),
    "setup_default_session": (".session_core.default", "setup_default_session"),
    "warm": (".session_core.default", "warm"),
}

_SUBMODULES = (
    "auth",
    "awsrequest",
    "config",
    "credentials",
    "dynamodb",
    "eventstream",
    "exceptions",
    "handlers",
    "hooks",
    "paginate",
    "response",
    "s3",
    "session",
    "signers",
    "stub",
    "waiter",
)
"""Found as attributes without being imported first, as in boto3."""


def __getattr__(name: str) -> Any:
    if name == "DEFAULT_SESSION":
        from .session_core import default

        return default.current()
    if name in _SUBMODULES:
        return __import__(f"{__name__}.{name}", fromlist=(name,))  # importlib.import_module, without its 0.5 ms
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(__import__(f"{__name__}{home[0]}", fromlist=(home[1],)), home[1])
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_SUBMODULES, "DEFAULT_SESSION"})

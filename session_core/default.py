"""The default session: made once, at the first ``sotalia.client(...)``."""

from __future__ import annotations

from . import default_holder
from .session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["client", "current", "get_session", "resource", "set_stream_logger", "setup_default_session", "warm"]


def setup_default_session(**kwargs: Any) -> None:
    """Make the default session anew, with these arguments of ``Session``."""
    default_holder.hold(Session(**kwargs))


def current() -> Session | None:
    """Return the default session, ``None`` while there is none."""
    found: Session | None = default_holder.current()
    return found


def get_session(env_vars: None = None) -> Session:
    """Return a new session, as botocore's function of that name; settings are not made by a table of them.

    ``ValueError`` for ``env_vars``: settings of a program's own are read with ``session.environ``.
    """
    if env_vars is not None:
        raise ValueError("env_vars cannot be given: a session reads the settings that docs/credentials.md names")
    return Session()


def _default() -> Session:
    found: Session = current() or default_holder.current_or_new()
    return found


def warm(
    *calls: str,
    session: Session | None = None,
    region_name: str | None = None,
    credentials: bool = False,
    freeze: bool = True,
) -> list[str]:
    """Make, before a fork, what the first calls of the children would each make for themselves.

    ``calls`` are services (``"s3"``) or operations (``"s3.get_object"``,
    ``"s3.GetObject"``) of the clients that the children make or inherit:
    modules, models, endpoint rules, codecs, signers and TLS settings are
    loaded, and nothing is sent. Clients must be made as here (the same
    session or one of the same settings, the same region) to find all of it.
    With ``credentials`` they are loaded too, which asks their source. ``freeze``
    tells the garbage collector to leave alone all that there is by now
    (``gc.freeze``), so that children write to none of it. Returns what was made
    ready. Errors: those of ``client()``; ``UnknownClientMethodError`` for an
    operation that is not there. Call it from one thread, last before the fork.
    """
    from .warming import warm_clients

    return warm_clients(session or _default(), calls, region_name, credentials=credentials, freeze=freeze)


def client(*args: Any, **kwargs: Any) -> Any:
    """Make a client from the default session; see ``Session.client``. Safe in threads."""
    return _default().client(*args, **kwargs)


def resource(*args: Any, **kwargs: Any) -> Any:
    """Make a resource from the default session; see ``Session.resource``."""
    return _default().resource(*args, **kwargs)


def set_stream_logger(name: str = "sotalia", level: int = 10, format_string: str | None = None) -> None:
    """Print the log records of a logger to the standard error (``level`` 10 is ``logging.DEBUG``)."""
    import logging

    handler = logging.StreamHandler()
    handler.setLevel(level)
    handler.setFormatter(logging.Formatter(format_string or "%(asctime)s %(name)s [%(levelname)s] %(message)s"))
    logger = logging.getLogger(name)
    logger.setLevel(level)
    logger.addHandler(handler)

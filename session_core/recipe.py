"""How sessions and clients are pickled: as what it takes to make them again, with no secret in it."""

import os
from typing import TYPE_CHECKING, Any, NoReturn
from weakref import ref

from ..components.errors import UnsupportedPickleError
from .wiring import BUILTIN_EMITTER

if TYPE_CHECKING:
    from ..components.events import EventEmitter
    from .client_arguments import ClientArguments
    from .session_view import SessionView

__all__ = ["SessionReference", "client_of", "client_recipe", "credentials_of", "session_recipe"]

CARRIED = frozenset({"client_config"})
"""Components that a recipe carries itself."""


def session_recipe(session: "SessionView") -> dict[str, Any]:
    """Return the arguments that make an equal session in another process.

    ``UnsupportedPickleError`` where the copy would not behave alike: explicit
    keys and an environment of its own (the pickle would hold them), components
    and handlers that were registered by hand.
    """
    if session.has_explicit_credentials:
        raise UnsupportedPickleError(
            what="a session with explicit keys",
            reason="the pickle would hold them in the clear; let the other process find credentials through its "
            "own chain (profile, environment, role), or hand keys over by a channel of your own",
        )
    own = sorted(session.registry.overridden - CARRIED)
    if own:
        _missing("a session with components of its own", ", ".join(own))
    if not session.events.has_handlers_of(BUILTIN_EMITTER):
        _missing("a session with event handlers of its own", "they")
    if session.environ is not os.environ:
        raise UnsupportedPickleError(
            what="a session with an environment of its own", reason=f"the pickle would hold it; {_INSTEAD}"
        )
    return session.recipe_arguments()


_INSTEAD = "set session.recipe to a function of a module and its arguments, which make the session in the other process"


def _missing(what: str, which: str) -> NoReturn:
    raise UnsupportedPickleError(what=what, reason=f"{which} would be missing in the copy; {_INSTEAD}")


class SessionReference:
    """A session, not kept alive, that pickles as the session itself."""

    __slots__ = ("_session",)

    def __init__(self, session: "SessionView") -> None:
        self._session = ref(session)

    def __reduce__(self) -> tuple[Any, ...]:
        session: Any = self._session()
        if session is None:
            raise UnsupportedPickleError(
                what="the credentials of a session that is gone", reason="nothing is left to make them anew from"
            )
        made: tuple[Any, ...] = session.__reduce__()
        return made


def credentials_of(session: Any) -> Any:
    """Return the credentials of a session, as a pickle of credentials makes them; ``NoCredentialsError`` for none."""
    found = session.get_credentials()
    if found is None:
        from ..components.errors import NoCredentialsError

        raise NoCredentialsError(session.credential_attempts())
    return found


def _client(session: Any, keywords: dict[str, Any]) -> Any:
    return session.create_client(**keywords)


def client_recipe(session: "SessionView", arguments: "ClientArguments", events: "EventEmitter") -> tuple[Any, ...]:
    """Return what ``pickle`` wants of a client's ``__reduce__``: its session's recipe and its arguments.

    ``events`` are the client's. Credentials of its own travel if they have a
    recipe.
    """
    own = arguments.credentials
    if own is not None and getattr(own, "recipe", None) is None:
        raise UnsupportedPickleError(
            what="a client with explicit keys", reason="the pickle would hold them in the clear"
        )
    if not events.has_handlers_of(session.events):
        raise UnsupportedPickleError(
            what="a client with event handlers of its own",
            reason="they would be missing in the copy; register them with the session, and give that a recipe",
        )
    keywords = {name: getattr(arguments, name) for name in arguments.__slots__}
    return _client, (session, keywords)


def client_of(method: Any) -> Any:
    """Return the client of a method; ``UnsupportedPickleError`` if it is none of a client."""
    client = getattr(method, "__self__", None)
    if client is None:
        raise UnsupportedPickleError(what="what calls a function of your own", reason="it belongs to no client")
    return client

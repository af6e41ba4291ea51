"""How sessions and clients are pickled: as what it takes to make them again, with no secret in it."""

from typing import TYPE_CHECKING, Any

from ..components.errors import UnsupportedPickleError

if TYPE_CHECKING:
    from .client_arguments import ClientArguments
    from .session_view import SessionView

__all__ = ["client_recipe", "session_recipe"]

CARRIED = frozenset({"client_config"})
"""Components that a recipe carries itself."""


def session_recipe(session: "SessionView") -> dict[str, Any]:
    """Return the arguments that make an equal session in another process.

    ``UnsupportedPickleError`` where the copy would not behave alike: explicit
    keys (the pickle would hold them), and components or handlers that were
    registered by hand.
    """
    if session.has_explicit_credentials:
        raise UnsupportedPickleError(
            what="a session with explicit keys",
            reason="the pickle would hold them in the clear; let the other process find credentials through its "
            "own chain (profile, environment, role), or hand keys over by a channel of your own",
        )
    own = sorted(session.registry.overridden - CARRIED)
    if own:
        raise UnsupportedPickleError(
            what="a session with components of its own",
            reason=f"{', '.join(own)} would be missing in the copy; make the session in the other process instead",
        )
    return session.recipe_arguments()


def _client(session: Any, keywords: dict[str, Any]) -> Any:
    return session.create_client(**keywords)


def client_recipe(session: "SessionView", arguments: "ClientArguments") -> tuple[Any, ...]:
    """Return what ``pickle`` wants of a client's ``__reduce__``: its session's recipe and its arguments."""
    if arguments.credentials is not None:
        raise UnsupportedPickleError(
            what="a client with explicit keys", reason="the pickle would hold them in the clear"
        )
    keywords = {name: getattr(arguments, name) for name in arguments.__slots__ if name != "credentials"}
    return _client, (session, keywords)

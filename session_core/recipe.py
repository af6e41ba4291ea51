"""How sessions and clients are pickled: as what it takes to make them again, with no secret in it."""

from typing import TYPE_CHECKING, Any

from ..components.errors import UnsupportedPickleError

if TYPE_CHECKING:
    from .client_arguments import ClientArguments
    from .session import Session

__all__ = ["ClientRecipe", "session_recipe"]

CARRIED = frozenset({"client_config"})
"""Components that a recipe carries itself."""


def session_recipe(session: "Session") -> dict[str, Any]:
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


def _client(session: "Session", keywords: dict[str, Any]) -> Any:
    return session.create_client(**keywords)


class ClientRecipe:
    """How to make a client again: its session's recipe and its arguments."""

    __slots__ = ("_arguments", "_session")

    def __init__(self, session: "Session", arguments: "ClientArguments") -> None:
        self._session = session
        self._arguments = arguments

    def document(self, service: str, kind: str, api_version: str) -> Any:
        """Return other data of the client's service, such as its ``paginators-1``."""
        return self._session.get_component("data_loader").document(service, kind, api_version)

    def reduce(self) -> tuple[Any, ...]:
        """Return what ``pickle`` wants of ``__reduce__``."""
        arguments = self._arguments
        if arguments.credentials is not None:
            raise UnsupportedPickleError(
                what="a client with explicit keys", reason="the pickle would hold them in the clear"
            )
        keywords = {name: getattr(arguments, name) for name in arguments.__slots__ if name != "credentials"}
        return _client, (self._session, keywords)

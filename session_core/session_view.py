"""What the parts of a session ask of it: the session as its factories, clients and recipes see it."""

from collections.abc import Mapping
from typing import Any, Protocol

from ..components.events import EventEmitter
from .client_arguments import ClientArguments
from .registry import ComponentRegistry

__all__ = ["SessionView"]


class SessionView(Protocol):
    """A session, seen from below. ``session.Session`` is one."""

    environ: Mapping[str, str]
    registry: ComponentRegistry

    def get_component(self, name: str) -> Any:
        """Return a component."""

    def get_config_variable(self, logical_name: str) -> Any:
        """Return a setting."""

    def credentials_are_loaded(self) -> bool:
        """Whether ``get_credentials`` returns at once."""
        ...

    def get_credentials(self) -> Any:
        """Return the session's credentials, ``None`` if its chain has none."""

    def credential_attempts(self) -> Any:
        """Return the trace of the last resolve of the chain."""

    def make_client(self, arguments: ClientArguments) -> Any:
        """Make the client that is asked for."""

    def recipe_arguments(self) -> dict[str, Any]:
        """Return what makes an equal session elsewhere."""
        ...

    @property
    def config_overrides(self) -> dict[str, Any]:
        """The settings that were set in code."""
        ...

    @property
    def full_config(self) -> Mapping[str, Any]:
        """Both AWS files."""
        ...

    @property
    def has_explicit_profile(self) -> bool:
        """Whether the profile was named in code."""
        ...

    @property
    def has_explicit_credentials(self) -> bool:
        """Whether keys were given in code."""
        ...

    @property
    def events(self) -> EventEmitter:
        """The session's emitter."""
        ...

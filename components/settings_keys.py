"""Keys of the AWS files: as settings name them, and as sections have them."""

from __future__ import annotations

from _collections_abc import Mapping  # collections.abc, without all that collections brings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Key: TypeAlias = str | tuple[str, str]
    """A key of a profile, or a key that is nested below one."""

__all__ = ["nested", "path_of", "service_key"]


def service_key(service_id: str) -> str:
    """Return a service id as variables (in upper case) and files write it."""
    return service_id.replace(" ", "_").replace("-", "_").lower()


def path_of(key: Key) -> tuple[str] | tuple[str, str]:
    """Return a key as the names that lead to it in its section."""
    return (key,) if isinstance(key, str) else key


def nested(section: Mapping[str, Any], key: tuple[str, str]) -> Any:
    """Return the value of a key below another."""
    outer = section.get(key[0])
    return outer.get(key[1]) if isinstance(outer, Mapping) else None

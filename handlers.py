"""``sotalia.handlers``: what the library does at events by itself, to be given to ``unregister``, and one to register.

``client.meta.events.unregister("before-parameter-build.s3", handlers.validate_bucket_name)``; the names, with the
events of each, are in ``docs/customizations.md``, and ``BUILTIN_HANDLERS`` has them all.
"""

from typing import Any

from .components.event_handlers import BuiltinHandler
from .components.unsigned import UNSIGNED
from .session_core.builtin_handlers import BUILTIN_HANDLERS

__all__ = ["BUILTIN_HANDLERS", "BuiltinHandler", "disable_signing"]


def disable_signing(**_: Any) -> Any:
    """Choose no signature: ``events.register("choose-signer.s3.*", disable_signing)``."""
    return UNSIGNED


def __getattr__(name: str) -> BuiltinHandler:
    found = BUILTIN_HANDLERS.get(name)
    if found is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *BUILTIN_HANDLERS])

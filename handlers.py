"""``sotalia.handlers``: what the library does at events by itself, to be given to ``unregister``.

``client.meta.events.unregister("before-parameter-build.s3", handlers.validate_bucket_name)``; the names, with the
events of each, are in ``docs/customizations.md``, and ``BUILTIN_HANDLERS`` has them all.
"""

from .components.event_handlers import BuiltinHandler
from .session_core.builtin_handlers import BUILTIN_HANDLERS

__all__ = ["BUILTIN_HANDLERS", "BuiltinHandler"]


def __getattr__(name: str) -> BuiltinHandler:
    found = BUILTIN_HANDLERS.get(name)
    if found is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *BUILTIN_HANDLERS])

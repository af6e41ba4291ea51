"""Where the cache tells what went wrong: one warning for each trouble in the life of a process."""

from collections.abc import Mapping
from typing import Any, Final

from .after_fork import import_whole
from .logging import get_logger, warn_once

__all__ = ["warn_of"]

_WARNING: Final = 30  # as logging counts, which is not imported before it is needed


def warn_of(event: str, fields: Mapping[str, Any]) -> None:
    """Log a warning of ``sotalia.cache``, unless this process has logged the same before."""
    logger = get_logger("cache")
    if logger.enabled_for(_WARNING):
        import_whole("structlog")
    key = (event, *sorted((name, str(value)) for name, value in fields.items()))
    warn_once(key, logger, event, **fields)

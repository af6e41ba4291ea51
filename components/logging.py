"""Structured log records over the standard library's logging, which cost nothing while nobody listens.

Loggers are named ``sotalia.<area>`` (``sotalia.credentials`` can be switched on
alone), have a ``NullHandler``, and are left to the program to configure.
Neither ``logging`` nor structlog is imported before a record needs them, and
structlog's own configuration is neither read nor changed.
"""

import sys
from collections import deque
from collections.abc import Hashable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import logging

from .after_fork import import_whole

__all__ = ["Logger", "RecentWarnings", "Warned", "get_logger", "recent_warnings", "warn_once"]

_DEBUG: Final = 10
_INFO: Final = 20
_WARNING: Final = 30
_ERROR: Final = 40

_ROOT: Final = "sotalia"
_LEVEL: Final = "_level"


class Logger:
    """Logs events with key-values: ``log.debug(CREDENTIALS_LOADED, provider="env")``.

    A record's message is ``event key=value ...``; the same pairs are in its
    attribute ``sotalia``, for formatters. Values are redacted. ``exc_info=True``
    adds the exception that is being handled. Safe in threads and after a fork.
    """

    __slots__ = ("_bound", "_context", "_standard", "name")

    def __init__(self, name: str, context: Mapping[str, Any] | None = None) -> None:
        self.name = name
        self._context = dict(context or {})
        self._standard: logging.Logger | None = None
        self._bound: Any = None

    def debug(self, event: str, /, **pairs: Any) -> None:
        """Log what a developer wants to see."""
        if self.enabled_for(_DEBUG):
            self._emit(_DEBUG, event, pairs)

    def info(self, event: str, /, **pairs: Any) -> None:
        """Log what an operator may want to see."""
        if self.enabled_for(_INFO):
            self._emit(_INFO, event, pairs)

    def warning(self, event: str, /, **pairs: Any) -> None:
        """Log what an operator should see."""
        if self.enabled_for(_WARNING):
            self._emit(_WARNING, event, pairs)

    def error(self, event: str, /, **pairs: Any) -> None:
        """Log what an operator must see."""
        if self.enabled_for(_ERROR):
            self._emit(_ERROR, event, pairs)

    def bind(self, **pairs: Any) -> "Logger":
        """Return a logger that adds these pairs to every event."""
        return Logger(self.name, {**self._context, **pairs})

    def enabled_for(self, level: int) -> bool:
        """Tell whether a record of this level (as ``logging`` counts them) would be made."""
        standard = self._standard
        if standard is None:
            if level < _WARNING and "logging" not in sys.modules:
                return False  # who never imported it cannot have asked for more than warnings
            standard = self._standard = _standard_logger(self.name)
        return standard.isEnabledFor(level)

    def _emit(self, level: int, event: str, pairs: dict[str, Any]) -> None:
        bound = self._bound
        if bound is None:
            assert self._standard is not None
            bound = self._bound = _bind(self._standard)
        bound.emit(event, level=level, pairs={**self._context, **pairs})  # as one value: pairs may have any name


_loggers: dict[str, Logger] = {}


def get_logger(name: str) -> Logger:
    """Return the logger of an area, such as ``"credentials"``; ``__name__`` will do as well."""
    full = name if name == _ROOT or name.startswith(f"{_ROOT}.") else f"{_ROOT}.{name}"
    return _loggers.get(full) or _loggers.setdefault(full, Logger(full))


class Warned(NamedTuple):
    """A warning that was logged once."""

    logger: str
    event: str
    pairs: Mapping[str, Any]


class RecentWarnings:
    """Logs a warning once for each key, and remembers the last ones for who comes to look. Safe in threads."""

    def __init__(self, kept: int = 50, keys: int = 4096) -> None:
        self._keys: dict[Hashable, Hashable] = {}
        self._most_keys = keys
        self._last: deque[Warned] = deque(maxlen=kept)

    def warn_once(self, key: Hashable, logger: Logger, event: str, /, **pairs: Any) -> bool:
        """Log a warning, unless one with this key was logged before; tell whether it was."""
        mine = object()
        if self._keys.setdefault(key, mine) is not mine:
            return False
        if len(self._keys) > self._most_keys:  # keys without end: forget rather than grow
            self._keys.clear()
            self._keys[key] = mine
        from .redaction import redact_values  # at first use: most programs never warn

        self._last.append(
            Warned(logger.name, event, {name: redact_values(name, value) for name, value in pairs.items()})
        )
        logger.warning(event, **pairs)
        return True

    def last(self) -> tuple[Warned, ...]:
        """Return the last warnings, oldest first, without secrets."""
        return tuple(self._last)


recent_warnings: Final = RecentWarnings()
"""The warnings of this process."""

warn_once: Final = recent_warnings.warn_once
"""``warn_once(key, logger, event, **pairs)``: one warning for each key in the life of this process."""


def _standard_logger(name: str) -> "logging.Logger":
    import logging

    root = logging.getLogger(_ROOT)
    if not root.handlers:
        root.addHandler(logging.NullHandler())  # a library's records reach nobody who did not ask
    found = logging.getLogger(name)
    from .log_forks import keep_forks_out_of_records

    keep_forks_out_of_records(found)
    return found


def _bind(standard: "logging.Logger") -> Any:
    import_whole("structlog")
    import structlog

    from .redaction import redact

    return structlog.wrap_logger(
        _Sink(standard),
        processors=[_unpack, structlog.contextvars.merge_contextvars, redact, _render],
        wrapper_class=structlog.BoundLogger,
        context_class=dict,
        cache_logger_on_first_use=True,
    ).bind()


def _unpack(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    pairs: dict[str, Any] = event["pairs"]
    if "event" in pairs:  # structlog's own name for the event
        pairs["event_"] = pairs.pop("event")
    return {"event": event["event"], _LEVEL: event["level"], **pairs}


def _render(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    level, name = event.pop(_LEVEL), event.pop("event")
    exc_info, stack_info = event.pop("exc_info", None), event.pop("stack_info", None)
    message = "".join([name, *(f" {key}={_shown(value)}" for key, value in event.items())])
    return (level, message, {"event": name, **event}, exc_info, stack_info), {}


class _Sink:
    """Where structlog hands on what it has processed: makes the standard record, as from the line that logged."""

    __slots__ = ("_standard",)

    def __init__(self, standard: "logging.Logger") -> None:
        self._standard = standard

    def emit(self, level: int, message: str, pairs: dict[str, Any], exc_info: Any, stack_info: Any) -> None:
        from .redaction import redact_text

        frame = sys._getframe(1)
        while frame.f_back is not None and _is_ours(frame.f_globals.get("__name__", "")):
            frame = frame.f_back
        code = frame.f_code
        stack = None
        if stack_info:
            from traceback import format_stack

            stack = "Stack (most recent call last):\n" + "".join(format_stack(frame)).rstrip()
        raised = _exception(exc_info)
        record = self._standard.makeRecord(
            self._standard.name,
            level,
            code.co_filename,
            frame.f_lineno,
            message,
            (),
            raised,
            code.co_name,
            {"sotalia": pairs},
            stack,
        )
        if raised is not None and raised[0] is not None:
            from traceback import format_exception

            # Formatters take this text instead of making their own, which would show a signed URL.
            record.exc_text = redact_text("".join(format_exception(*raised)).rstrip())
        self._standard.handle(record)


def _is_ours(module: str) -> bool:
    return module == __name__ or module.partition(".")[0] == "structlog"


def _exception(exc_info: Any) -> Any:
    if isinstance(exc_info, BaseException):
        return (type(exc_info), exc_info, exc_info.__traceback__)
    if isinstance(exc_info, tuple):
        return exc_info
    return sys.exc_info() if exc_info else None


def _shown(value: Any) -> str:
    if isinstance(value, str) and value and value.isprintable() and not any(c in value for c in " ='\""):
        return value
    return repr(value)

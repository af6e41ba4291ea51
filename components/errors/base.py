"""The root of every error, and how an error is made from keywords and pickled."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar


__all__ = ["BotoCoreError", "SotaliaError"]


def _rebuild(cls: type[BotoCoreError], kwargs: dict[str, Any]) -> BotoCoreError:
    return cls(**kwargs)


class SotaliaError(Exception):
    """The one root: every exception that sotalia raises on purpose is one of these."""


class BotoCoreError(SotaliaError):
    """An error found on this side of the wire, under the name that botocore's users catch.

    Subclasses give ``fmt``, a template filled from the keyword arguments, which
    are kept in ``kwargs``. Every subclass pickles with its keywords; one that
    is live (a stream) comes back as its text.
    """

    fmt: ClassVar[str] = "An unspecified error occurred"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(self.fmt.format(**kwargs))
        self.kwargs = kwargs

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), {name: _portable(value) for name, value in self.kwargs.items()})


def _portable(value: Any) -> Any:
    """Return a value that pickles: itself, or its text where it is something live (a stream, an error of a library)."""
    if value is None or isinstance(value, str | int | float | bytes):
        return value
    import pickle  # errors are seldom pickled

    try:
        pickle.loads(pickle.dumps(value))  # noqa: S301 - what was just made here; some errors fail only on the way back
    except Exception:
        return str(value)
    return value

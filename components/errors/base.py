"""The root of every error, and how an error is made from keywords and pickled."""

from typing import Any, ClassVar

__all__ = ["BotoCoreError", "SotaliaError"]


def _rebuild(cls: type["BotoCoreError"], kwargs: dict[str, Any]) -> "BotoCoreError":
    return cls(**kwargs)


class SotaliaError(Exception):
    """The one root: every exception that sotalia raises on purpose is one of these."""


class BotoCoreError(SotaliaError):
    """An error found on this side of the wire, under the name that botocore's users catch.

    Subclasses give ``fmt``, a template filled from the keyword arguments, which
    are kept in ``kwargs``. Every subclass pickles with its keywords.
    """

    fmt: ClassVar[str] = "An unspecified error occurred"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(self.fmt.format(**kwargs))
        self.kwargs = kwargs

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.kwargs)

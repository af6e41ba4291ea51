"""Why a setting has the value that it has, as data and as text."""

from typing import Any, Final, NamedTuple

__all__ = ["Explanation", "Shadowed"]


class Shadowed(NamedTuple):
    """A value that was also given, further down in the order, and did not count."""

    source: str
    where: str
    value: Any


class Explanation(NamedTuple):
    """The value of a setting with its origin; ``str()`` gives it as text that may be pasted anywhere.

    ``source`` is ``argument``, ``environment``, ``file``, ``default``,
    ``endpoint`` or ``composed``; ``where`` is the name of the variable, ``path:line``, or the
    source again. ``shadowed`` are the other places that have a value, as
    written, in their order (an empty one counts as not given, and is among
    them). ``parts`` explains the parts of a composed setting.
    """

    name: str
    value: Any
    source: str
    where: str
    shadowed: tuple[Shadowed, ...] = ()
    parts: tuple["Explanation", ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.name} = {_shown(self.name, self.value)} ({_PLACES.get(self.source, self.where)})"]
        lines += [f"  {line}" for part in self.parts for line in str(part).splitlines()]
        lines += [
            f"  not used: {_shown(self.name, other.value)} ({_PLACES.get(other.source, other.where)})"
            for other in self.shadowed
        ]
        return "\n".join(lines)


_PLACES: Final = {"argument": "given in code", "default": "the default", "composed": "put together from its parts"}


def _shown(name: str, value: Any) -> str:
    from .redaction import redact_values  # at first use: few programs ask why

    return repr(redact_values(name, value))

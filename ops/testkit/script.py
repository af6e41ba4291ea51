"""What a fake can be told to do with its next requests, and the answers that it gives."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple, Self

__all__ = ["Reply", "Step", "json_reply"]


class Reply(NamedTuple):
    """What a fake answers; with ``cut`` only ``answer[:cut]`` is sent, head and body, and the connection closed."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"
    headers: tuple[tuple[str, str], ...] = ()
    cut: int | None = None


class Step(NamedTuple):
    """What happens to one request.

    ``delay`` seconds are waited for first. With ``status`` that status, with
    ``body`` and ``headers``, is answered in place of the service; without, the
    service answers itself. With ``lost`` it does its work, and what was worked
    out is thrown away: ``status`` (502 if there is none) is answered. ``cut``
    closes the connection after so many bytes of the answer, counted from its
    end if negative: ``Step(cut=-1)`` holds back the last byte, ``Step(cut=0)``
    says nothing after the work is done, ``Step(503, cut=0)`` nothing without it.
    """

    status: int | None = None
    body: bytes = b""
    delay: float = 0.0
    lost: bool = False
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    cut: int | None = None

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        """Make a step of JSON: ``body`` is a text there, ``headers`` an object. Raises ``ValueError`` for others."""
        unknown = sorted(set(written) - set(cls._fields))
        if unknown:
            raise ValueError(f"a step has {', '.join(unknown)}; there are: {', '.join(cls._fields)}")
        body = str(written.get("body", "")).encode()
        return cls(**{**written, "body": body, "headers": tuple(dict(written.get("headers", {})).items())})

    @property
    def needs_service(self) -> bool:
        """Whether the service does its work in this step."""
        return self.lost or self.status is None

    def reply(self, answered: Reply | None) -> Reply:
        """Return what is sent, given what the service answered if it was asked."""
        if answered is not None and not self.lost:
            return answered if self.cut is None else answered._replace(cut=self.cut)
        return Reply(self.status or 502, self.body, self.content_type, self.headers, self.cut)


def json_reply(document: Mapping[str, Any], status: int = 200, error: str | None = None) -> Reply:
    """Return a JSON answer; ``error`` is the name of a modelled exception."""
    headers = () if error is None else (("x-amzn-ErrorType", error),)
    return Reply(status, json.dumps(document).encode(), "application/json", headers)

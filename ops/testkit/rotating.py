"""What the endpoints of a host have in common: one set of credentials, replaced by the next one in time."""

import json
from datetime import UTC, datetime
from typing import Any, Unpack

from .script import Reply
from .server import FakeServer, ServerOptions

__all__ = ["RotatingOptions", "RotatingServer"]


class RotatingOptions(ServerOptions, total=False):
    """What a fake with rotating credentials takes; see ``RotatingServer``."""

    lifetime: float
    rotate_every: float | None
    account_id: str
    prefix: str


class RotatingServer(FakeServer):
    """A fake that gives out one set after the other.

    A set lives ``lifetime`` seconds and is replaced by a new one when it is
    asked for after ``rotate_every`` seconds (a quarter of the lifetime unless
    given), or after ``rotate()``. ``prefix`` begins all access key ids.
    ``credentials_body``, when set, is given out in place of a set.
    """

    def __init__(
        self,
        *,
        lifetime: float = 3600.0,
        rotate_every: float | None = None,
        account_id: str = "123456789012",
        prefix: str = "ASIAFAKE",
        **options: Unpack[ServerOptions],
    ) -> None:
        super().__init__(**options)
        self.lifetime = lifetime
        self.rotate_every = lifetime / 4 if rotate_every is None else rotate_every
        self.account_id = account_id
        self.prefix = prefix
        self.credentials_body: bytes | None = None
        self._issued: tuple[int, float] = (0, float("-inf"))

    def rotate(self) -> None:
        """Give out a new set to the next who asks."""
        with self._lock:
            self._issued = (self._issued[0], float("-inf"))

    def credentials(self, kind: str, **more: str) -> Reply:
        """Answer with the current set; ``kind`` is in its secrets, ``more`` in the document."""
        if self.credentials_body is not None:
            return Reply(body=self.credentials_body, content_type="application/json")
        document = {**self._document(kind), **more}
        return Reply(body=json.dumps(document).encode(), content_type="application/json")

    def _document(self, kind: str) -> dict[str, Any]:
        with self._lock:
            number, since = self._issued
            now = self.clock()
            if now >= since + self.rotate_every:
                number, since = self._issued = (number + 1, now)
                self._counts["sets"] += 1
        return {
            "LastUpdated": _iso(since),
            "Type": "AWS-HMAC",
            "AccessKeyId": f"{self.prefix}{number:08}",
            "SecretAccessKey": f"fake-{kind}-secret-{number}",
            "Token": f"fake-{kind}-session-token-{number}",
            "Expiration": _iso(since + self.lifetime),
            "AccountId": self.account_id,
        }


def _iso(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

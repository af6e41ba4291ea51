"""Batches of writes to a table: 25 to a request, and what the service left undone is sent again."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

__all__ = ["BatchWriter", "TableResource"]


class BatchWriter:
    """Collects puts and deletes of one table, and sends them ``flush_amount`` at a time (the service takes 25).

    What the service did not process comes first in a later request; leaving
    the ``with`` block sends all that is left, after an exception in it as well.
    Writes of one key within a batch are an error of the service:
    ``overwrite_by_pkeys`` names the attributes of the key, and the last write
    of a key in the buffer replaces the ones before it. For one thread.
    """

    def __init__(
        self, table_name: str, client: Any, flush_amount: int = 25, overwrite_by_pkeys: Sequence[str] | None = None
    ) -> None:
        self._table_name = table_name
        self._client = client
        self._flush_amount = flush_amount
        self._keys = overwrite_by_pkeys
        self._buffer: list[dict[str, Any]] = []

    def __repr__(self) -> str:
        return f"<BatchWriter of {self._table_name}: {len(self._buffer)} to be written>"

    def put_item(self, Item: Mapping[str, Any]) -> None:  # noqa: N803 - the names that users give
        """Write an item, now or with a later one."""
        self._add({"PutRequest": {"Item": Item}})

    def delete_item(self, Key: Mapping[str, Any]) -> None:  # noqa: N803
        """Delete the item of a key, now or with a later one."""
        self._add({"DeleteRequest": {"Key": Key}})

    def _add(self, request: dict[str, Any]) -> None:
        if self._keys:
            key = self._key_of(request)
            self._buffer = [known for known in self._buffer if self._key_of(known) != key]
        self._buffer.append(request)
        if len(self._buffer) >= self._flush_amount:
            self._flush()

    def _key_of(self, request: Mapping[str, Any]) -> list[Any]:
        put = request.get("PutRequest")
        attributes = request["DeleteRequest"]["Key"] if put is None else put["Item"]
        return [attributes[name] for name in self._keys or ()]

    def _flush(self) -> None:
        sent, self._buffer = self._buffer[: self._flush_amount], self._buffer[self._flush_amount :]
        answer = self._client.batch_write_item(RequestItems={self._table_name: sent})
        self._buffer += answer.get("UnprocessedItems", {}).get(self._table_name, ())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        while self._buffer:
            self._flush()


class TableResource:
    """A base of the resource ``Table``."""

    name: str
    meta: Any

    def batch_writer(self, overwrite_by_pkeys: Sequence[str] | None = None) -> BatchWriter:
        """Return a context manager whose ``put_item`` and ``delete_item`` write to the table in batches.

        ``overwrite_by_pkeys`` names the attributes of the key: of several writes of a key that are
        not sent yet, the last is sent.
        """
        return BatchWriter(self.name, self.meta.client, overwrite_by_pkeys=overwrite_by_pkeys)

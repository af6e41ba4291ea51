"""The partitions of AWS: which one a region belongs to, and what the endpoint rules may know of it.

The data is ``partitions.json``: a partition has *outputs* (``dnsSuffix``,
``supportsFIPS``, ...), a table of regions that may override single outputs, and
a regular expression for regions that are newer than the table.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


__all__ = ["Partitions"]

_DEFAULT = "aws"
"""The partition of a region that nothing matches (the rule ``aws.partition`` of the endpoint specification)."""


class Partitions:
    """The content of ``partitions.json``. Immutable; safe in threads."""

    __slots__ = ("_by_region", "_partitions", "_patterns")

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._partitions: dict[str, Mapping[str, Any]] = {
            partition["id"]: partition for partition in document.get("partitions", ())
        }
        self._by_region: dict[str, dict[str, Any]] = {}
        self._patterns: list[tuple[Any, dict[str, Any]]] | None = None

    def names(self) -> tuple[str, ...]:
        """The ids of all partitions, in the order of the data."""
        return tuple(self._partitions)

    def regions(self, partition: str) -> tuple[str, ...]:
        """The regions of a partition, in the order of the data; ``KeyError`` if there is no such partition."""
        return tuple(self._partitions[partition].get("regions", ()))

    def for_region(self, region: str) -> dict[str, Any]:
        """Return the outputs of the partition of ``region``, its id under ``name``.

        A region that is in no table goes by the regular expressions, and then to
        the partition ``aws``. The dictionary is shared and must not be changed.
        Empty where the data has no such partition.
        """
        known = self._by_region.get(region)
        if known is None:
            for partition in self._partitions.values():
                overrides = partition.get("regions", {}).get(region)
                if overrides is not None:
                    special = any(key != "description" for key in overrides)
                    return self._by_region.setdefault(region, _outputs(partition, overrides if special else {}))
            known = self._guess(region)
        return known

    def _guess(self, region: str) -> dict[str, Any]:
        patterns = self._patterns
        if patterns is None:  # compiled when the first unknown region comes: most processes never see one
            import re

            patterns = self._patterns = [
                (re.compile(partition["regionRegex"]), _outputs(partition, {}))
                for partition in self._partitions.values()
                if "regionRegex" in partition
            ]
        for pattern, outputs in patterns:
            if pattern.match(region):
                return outputs
        default = self._partitions.get(_DEFAULT)
        return {} if default is None else _outputs(default, {})


def _outputs(partition: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    return {**partition.get("outputs", {}), "name": partition["id"], **overrides}

"""What resources of some services can do beyond their definitions, by class: ``s3.Bucket``, or ``s3`` for all of S3's.

Methods are put among the attributes of the class before
``creating-resource-class`` handlers see them; bases come before
``ServiceResource``. The modules are imported when such a class is made.
"""

import sys
from collections.abc import Mapping
from typing import Any

from ..components.after_fork import import_whole

__all__ = ["add_to"]

_METHODS: Mapping[str, str] = {
    "ec2.Instance": "ec2.INSTANCE",
    "ec2.ServiceResource": "ec2.SERVICE",
    "s3.Bucket": "s3.BUCKET",
    "s3.Object": "s3.OBJECT",
    "s3.ObjectSummary": "s3.OBJECT_SUMMARY",
}
"""Tables of methods by name: a module (``resource_additions_...``) and the table in it."""

_BASES: Mapping[str, tuple[str, str]] = {
    "dynamodb": ("dynamodb_resource", "DynamoDBHighLevelResource"),
    "dynamodb.Table": ("dynamodb_table", "TableResource"),
}
"""Further bases: a module of ``session_core`` and a class in it."""


def _found(module: str, name: str) -> Any:
    import_whole(module)
    return getattr(sys.modules[module], name)


def add_to(title: str, attributes: dict[str, Any], bases: list[type]) -> None:
    """Add what belongs to the class of this title (``s3.Bucket``) to its attributes and its bases."""
    place = _METHODS.get(title)
    if place is not None:
        module, _, table = place.partition(".")
        attributes.update(_found(f"{__package__}.resource_additions_{module}", table))
    service = title.partition(".")[0]
    found = [_found(f"{__package__}.{_BASES[name][0]}", _BASES[name][1]) for name in (service, title) if name in _BASES]
    bases[:0] = found

"""EC2: tags of many things at once, and the tags of an instance taken off."""

from collections.abc import Mapping
from typing import Any

__all__ = ["INSTANCE", "SERVICE"]


def create_tags(self: Any, **kwargs: Any) -> list[Any]:
    """Give every one of ``Resources`` all of ``Tags``; return a ``Tag`` resource for each pair."""
    self.meta.client.create_tags(**kwargs)
    return [
        self.Tag(identifier, tag["Key"], tag.get("Value", ""))
        for identifier in kwargs.get("Resources", ())
        for tag in kwargs.get("Tags", ())
    ]


def delete_tags(self: Any, **kwargs: Any) -> Any:
    """Take ``Tags`` off this instance, or all of its tags where none are given."""
    return self.meta.client.delete_tags(**{"Resources": [self.id], **kwargs})


SERVICE: Mapping[str, Any] = {"create_tags": create_tags}
INSTANCE: Mapping[str, Any] = {"delete_tags": delete_tags}

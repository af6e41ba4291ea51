"""The functions that make an operation's codecs, as one value."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["Codecs"]

_Maker = Callable[["OperationModel"], Callable[[Any], Any]]


class Codecs:
    """The functions that make an operation's codecs: the components ``serializers``, ``parsers`` and ``validators``."""

    __slots__ = ("parser", "serializer", "validator")

    def __init__(self, serializer: _Maker, parser: _Maker, validator: _Maker) -> None:
        self.serializer = serializer
        self.parser = parser
        self.validator = validator

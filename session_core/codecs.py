"""What makes the codecs of operations."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from ..models.shapes import OperationModel

    _Codec: TypeAlias = Callable[[Any], Any]
    _Maker: TypeAlias = Callable[[OperationModel], _Codec]
    _Checked: TypeAlias = Callable[[OperationModel, _Codec, _Codec], _Codec]

__all__ = ["Codecs"]


def _one_by_one(model: OperationModel, validate: _Codec, serialize: _Codec) -> _Codec:
    def one_by_one(params: Any) -> Any:
        validate(params)
        return serialize(params)

    return one_by_one


class Codecs:
    """The functions that make an operation's codecs: the components ``serializers``, ``parsers`` and ``validators``.

    ``checked`` makes of a validator and a serializer what does the work of both.
    """

    __slots__ = ("checked", "parser", "serializer", "validator")

    def __init__(self, serializer: _Maker, parser: _Maker, validator: _Maker, checked: _Checked = _one_by_one) -> None:
        self.serializer = serializer
        self.parser = parser
        self.validator = validator
        self.checked = checked

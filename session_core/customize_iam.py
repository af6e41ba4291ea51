"""IAM: policies are documents to users and percent-encoded text in answers."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .customization import Customization, NamedStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel, Shape

__all__ = ["IAM", "Decoder", "decoder_of"]

Decoder = Callable[[Any], Any]
"""Returns a value with what lies in it decoded; lists and dictionaries are changed in place."""


class IAM(Customization):
    """Policies come as dictionaries."""

    def result_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Decode the policies of an answer."""
        decode = decoder_of(operation.output_shape, {"policyDocumentType": _policy}, ())
        if decode is None:
            return ()
        decoder = decode

        def change(parsed: dict[str, Any], context: Mapping[str, Any]) -> None:
            decoder(parsed)

        return [NamedStep("json_decode_policies", change)]


def _policy(text: Any) -> Any:
    from json import loads
    from urllib.parse import unquote

    try:
        return loads(unquote(text))
    except (ValueError, TypeError):  # some other text: better as it is than not at all
        return text


def decoder_of(shape: "Shape | None", leaves: Mapping[str, Decoder], above: tuple[str, ...]) -> Decoder | None:
    """Return what decodes the ``leaves`` (by the names of their shapes) of a value, ``None`` if it has none."""
    if shape is None or shape.name in above:
        return None
    if shape.name in leaves:
        return leaves[shape.name]
    inside = (*above, shape.name)
    kind: Any = shape
    if shape.type_name == "list":
        each = decoder_of(kind.member, leaves, inside)
        return None if each is None else lambda items: [each(item) for item in items]
    if shape.type_name != "structure":
        return None
    found = {name: decoder_of(member, leaves, inside) for name, member in kind.members.items()}
    decoders = {name: decode for name, decode in found.items() if decode is not None}

    def members(value: Any) -> Any:
        for name, decode in decoders.items():
            if name in value:
                value[name] = decode(value[name])
        return value

    return members if decoders else None

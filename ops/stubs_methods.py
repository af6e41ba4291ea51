"""Methods in stubs: their parameters by keyword, those that must be given first."""

import inspect
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..models.documentation.html_text import first_sentence
from ..models.documentation.operation import web_page
from ..session_core.customizations import customization_of
from .stubs_names import is_name
from .stubs_shapes import GIVEN, ShapeTypes

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["choices", "documentation", "literal_of", "method", "own_method", "own_parameters", "parameters"]

_WIDTH = 110
_MODULE = re.compile(r"\b(?:[a-z_]\w*\.)+")


def parameters(
    types: ShapeTypes,
    operation: "OperationModel",
    given: Collection[str] = (),
    optional: Collection[str] = (),
    more: Iterable[str] = (),
) -> list[str]:
    """Return the parameters of an operation, each with its type, but for those that are ``given`` already.

    ``optional`` are not required here, ``more`` are further ones. Where
    one is no name in Python (``from``), all come as ``**kwargs``.
    """
    shape = operation.input_shape
    if shape is None:
        return ["*", *more] if more else []
    shown = _shown(operation)
    members = {shown.get(name, name): of for name, of in types.given_parameters(shape.name).items()}
    if not all(is_name(name) and name != "self" for name in members):
        return ["*", *more, f"**kwargs: Unpack[{types.name_of(shape.name, GIVEN)}]"]
    left_out = {*operation.idempotent_members, *optional}
    required = [shown.get(name, name) for name in shape.required_members if name not in left_out]
    found = [f"{name}: {members[name]}" for name in required if name in members and name not in given]
    found += more
    found += [f"{name}: {of} = ..." for name, of in members.items() if name not in required and name not in given]
    return ["*", *found] if found else []


def _shown(operation: "OperationModel") -> dict[str, str]:
    """Return what users call parameters that the model calls otherwise, by the model's names."""
    known = () if operation.input_shape is None else operation.input_shape.members
    aliases = customization_of(operation.service_model.service_id).parameter_aliases
    pairs = [*aliases.get("*", {}).items(), *aliases.get(operation.name, {}).items()]
    return {name: alias for alias, name in pairs if name in known and alias not in known}


def method(name: str, arguments: Iterable[str], returns: str, decorator: str = "", doc: str = "") -> str:
    """Return a method of a class, on one line where there is room; ``doc`` is what an editor shows of it."""
    given = ["self", *arguments]
    head = f"    @{decorator}\n" if decorator else ""
    body = f"\n        {_quoted(doc)}\n" if doc else " ...\n"
    line = f"    def {name}({', '.join(given)}) -> {returns}:"
    if len(line) <= _WIDTH:
        return f"{head}{line}{body}"
    lines = "".join(f"        {argument},\n" for argument in given)
    if given[-1].startswith("**"):
        lines = f"{lines[:-2]}\n"
    return f"{head}    def {name}(\n{lines}    ) -> {returns}:{body}"


def _quoted(text: str) -> str:
    safe = text.replace("\\", "\\\\").replace('"', "'")
    return f'"""{safe}"""'


def documentation(operation: "OperationModel") -> str:
    """Return what an editor shows of an operation: a sentence, and where there is more."""
    page = web_page(operation)
    return f"{first_sentence(operation.documentation)} {f'<{page}>' if page else ''}".strip()


def own_parameters(function: Callable[..., Any]) -> list[str]:
    """Return the parameters of a method as the source code has them, without ``self``."""
    given: list[str] = []
    for parameter in [*inspect.signature(function).parameters.values()][1:]:
        stars = "**" if parameter.kind is parameter.VAR_KEYWORD else ""
        if parameter.kind is parameter.KEYWORD_ONLY and not any(each.startswith("*") for each in given):
            given.append("*")
        default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
        given.append(f"{stars}{parameter.name}: {_annotation(parameter.annotation)}{default}")
    return given


def own_method(name: str, function: Callable[..., Any]) -> str:
    """Return a method as the source code has it, by its annotations."""
    returned = "None" if name == "load" else _annotation(inspect.signature(function).return_annotation)
    return method(name, own_parameters(function), returned)


def _annotation(annotation: Any) -> str:
    if annotation is inspect.Signature.empty:
        return "Any"
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return _MODULE.sub("", text)


def literal_of(names: Iterable[str]) -> str:
    """Return the type of these texts."""
    return f"Literal[{', '.join(repr(name) for name in names)}]".replace("'", '"')


def choices(name: str, argument: str, returned: Mapping[str, str]) -> str:
    """Return a method that returns another type for each value of its argument; nothing for no values."""
    decorator = "overload" if len(returned) > 1 else ""
    return "".join(
        method(name, [f"{argument}: {literal_of([value])}"], of, decorator) for value, of in returned.items()
    )

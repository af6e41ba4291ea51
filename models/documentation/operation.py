"""The documentation of an operation."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..shapes import OperationModel, Shape, StructureShape
from .html_text import plain_text
from .layout import STEP, WIDTH, fill, indented, section
from .literals import call_lines, value_lines
from .members import Members
from .syntax import call_syntax, value_syntax

__all__ = ["Parameters", "action_text", "operation_text", "parameters_of", "request_sections", "web_page"]

_META = "'ResponseMetadata': {'RequestId': 'string', 'HTTPStatusCode': 200, 'HTTPHeaders': {...}, ...},"


def operation_text(model: OperationModel, method: str, examples: Sequence[Mapping[str, Any]] = ()) -> str:
    """Return the documentation of an operation that is the method ``method`` of its client."""
    parts = [plain_text(model.documentation) or f"Calls {model.name}."]
    if model.deprecated:
        parts.insert(0, "This operation is deprecated.")
    page = web_page(model)
    if page:
        parts.append(f"AWS documentation: {page}")
    described: set[str] = set()
    parts += request_sections(f"response = client.{method}", parameters_of(model), described)
    parts += _answer(model.output_shape, described)
    parts += _errors(model)
    parts += _examples(method, examples)
    return "\n\n".join(parts) + "\n"


def action_text(model: OperationModel, action: str, method: str, given: Sequence[str]) -> str:
    """Return the documentation of a resource's method that calls ``method`` of its client.

    ``given`` are the parameters that the resource fills in.
    """
    parts = [plain_text(model.documentation) or f"Calls {model.name}."]
    filled = f", with {', '.join(given)} of this resource" if given else ""
    parts.append(f"Calls client.{method}{filled}; its help has the response and the errors.")
    parts += request_sections(f"resource.{action}", parameters_of(model, given), set())
    return "\n\n".join(parts) + "\n"


def web_page(model: OperationModel) -> str:
    """Return the address of the operation's page at AWS, nothing for a service that has none."""
    uid = model.service_model.metadata.get("uid")
    return f"https://docs.aws.amazon.com/goto/WebAPI/{uid}/{model.name}" if uid else ""


class Parameters(NamedTuple):
    """The parameters of a call: those that must be given (``required``) come first; ``owner`` is their shape's name."""

    members: Sequence[tuple[str, Shape]]
    required: Sequence[str]
    owner: str


def parameters_of(model: OperationModel, without: Iterable[str] = ()) -> Parameters:
    """Return the parameters of an operation. What is made up where it is left out need not be given."""
    shape = model.input_shape
    if shape is None:
        return Parameters((), (), "")
    members = {name: member for name, member in shape.members.items() if name not in without}
    tokens = model.idempotent_members
    required = [name for name in shape.required_members if name in members and name not in tokens]
    order = [*required, *[name for name in members if name not in required]]
    return Parameters([(name, members[name]) for name in order], required, shape.name)


def request_sections(call: str, parameters: Parameters, described: set[str], more: Sequence[str] = ()) -> Iterator[str]:
    """Yield how the call is written, and its parameters; ``more`` are the lines of arguments that are no parameters."""
    members, required, owner = parameters
    lines = call_syntax(call, members, required)
    if more:
        lines = [*(lines[:-1] if len(lines) > 1 else [f"{call}("]), *more, ")"]
    yield section("Request", lines)
    if members:
        described.add(owner)
        yield section("Parameters", Members(described, output=False).lines(members, required))


def _answer(shape: StructureShape | None, described: set[str]) -> Iterator[str]:
    lines = value_syntax(shape) if shape is not None and shape.members else ["{", "}"]
    yield section("Response", [*lines[:-1], f"{STEP}{_META}", lines[-1]])
    if shape is not None and shape.members:
        yield section("Values of the response", Members(described, output=True).of(shape))


def _errors(model: OperationModel) -> Iterator[str]:
    if not model.error_shapes:
        return
    lines: list[str] = []
    for shape in model.error_shapes:
        lines.append(f"client.exceptions.{shape.name}")
        text = plain_text(shape.documentation, WIDTH - 8)
        if text:
            lines += indented([text])
    yield section("Errors", lines)


def _examples(method: str, examples: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for number, example in enumerate(examples, 1):
        comments = example.get("comments", {})
        about = example.get("description") or example.get("title") or ""
        lines = [fill(about, WIDTH - 4), ""] if about else []
        lines += call_lines(f"client.{method}", example.get("input", {}), comments.get("input", {}))
        if example.get("output"):
            lines += ["", "gives", "", *value_lines(example["output"], comments.get("output", {}))]
        yield section(f"Example {number}" if len(examples) > 1 else "Example", lines)

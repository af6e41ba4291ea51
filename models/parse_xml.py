"""XML bodies (rest-xml, query, ec2): what a document holds goes straight into the result, no tree is built.

``parse_xml_plain`` reads the plain form that nearly all answers have. For all
others expat runs two small functions over the tables of ``parse_xml_tables``,
one when an element begins and one when it ends; it also says what is wrong.
"""

from typing import TYPE_CHECKING, Any

from ..components.errors import ResponseParserError
from .parse_xml_plain import read_plain
from .parse_xml_tables import (
    FLAT_LEAF,
    FLAT_STRUCTURE,
    LIST,
    MAX_DEPTH,
    SKIPPING,
    STRUCTURE,
    Entry,
    Every,
    Finish,
    open_container,
)

if TYPE_CHECKING:
    from pyexpat import XMLParserType

__all__ = ["XmlTree", "read_tree", "read_with_expat", "read_xml"]


def _refuse_doctype(*arguments: Any) -> None:
    raise ValueError("a document type declaration, which no service sends and which is refused")


def _open(start: Any, end: Any, pieces: list[str]) -> "XMLParserType":
    from pyexpat import ParserCreate

    parser = ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = pieces.append
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    return parser


def _run(parser: "XMLParserType", body: bytes) -> None:
    from pyexpat import ErrorString, ExpatError

    try:
        parser.Parse(body, True)
    except ExpatError as error:
        where = f"line {error.lineno}, column {error.offset}"
        reason = f"invalid XML at {where} of {len(body)} bytes: {ErrorString(error.code)}"
    except (ValueError, ArithmeticError) as error:
        where = f"line {parser.CurrentLineNumber}, column {parser.CurrentColumnNumber}"
        reason = f"unexpected XML at {where} of {len(body)} bytes: {error}"
    else:
        return
    raise ResponseParserError(reason=reason)


def read_xml(body: bytes, root: Entry) -> dict[str, Any]:
    """Parse a document and return what ``root``, the entry of its root element, puts into an empty dictionary.

    ``ResponseParserError`` says where a document is malformed, cut short, too
    deep or holds a value that its type does not have.
    """
    found = read_plain(body, root)
    return read_with_expat(body, root) if found is None else found


def read_with_expat(body: bytes, root: Entry) -> dict[str, Any]:
    """Do the same for any document, in one form or another."""
    result: dict[str, Any] = {}
    table: dict[str, Entry] = Every(root)
    target: Any = result
    finish: Finish | None = None
    leaf: Entry | None = None
    pieces: list[str] = []
    stack: list[tuple[Any, Any, Any]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal table, target, finish, leaf
        if leaf is not None:
            # An element inside of text: as in a tree, the text before it is the value.
            store(leaf)
            leaf = None
            stack.append((table, target, finish))
            table, target, finish = SKIPPING, None, None
        entry = table[tag]
        kind, field, _, node = entry
        if node is None:
            if pieces:
                pieces.clear()
            leaf = entry
            return
        stack.append((table, target, finish))
        if len(stack) > MAX_DEPTH:
            raise ValueError(f"elements lie deeper than {MAX_DEPTH}")
        if kind <= FLAT_STRUCTURE:
            opened = node.table
            if opened is None:
                opened = node.made()
            child: Any = {}
            if attributes:
                for wire, name, convert in node.attributes:
                    if wire in attributes:
                        child[name] = attributes[wire] if convert is None else convert(attributes[wire])
            if field is None:
                target.append(child)
            elif kind == STRUCTURE:
                target[field] = child
            else:
                target.setdefault(field, []).append(child)
            table, target, finish = opened, child, node.finish
        elif kind == LIST:
            child = []
            if field is None:
                target.append(child)
            else:
                target[field] = child
            table, target, finish = node, child, None
        else:
            table, target, finish = open_container(entry, target)

    def store(entry: Entry) -> None:
        kind, field, convert, _ = entry
        text = "".join(pieces)
        value = text if convert is None else convert(text)
        if field is None:
            target.append(value)
        elif kind == FLAT_LEAF:
            target.setdefault(field, []).append(value)
        else:
            target[field] = value

    def end(tag: str) -> None:
        nonlocal table, target, finish, leaf
        if leaf is None:
            if finish is not None:
                finish(target)
            table, target, finish = stack.pop()
            return
        kind, field, convert, _ = leaf
        leaf = None
        # The same as store(), without its call: half of all events come through here.
        text = pieces.pop() if len(pieces) == 1 else "".join(pieces)
        value = text if convert is None else convert(text)
        if field is None:
            target.append(value)
        elif kind:  # FLAT_LEAF
            target.setdefault(field, []).append(value)
        else:
            target[field] = value

    _run(_open(start, end, pieces), body)
    return result


XmlTree = dict[str, Any] | str | None
"""An element without a model: its children by name, its text, or ``None`` if it is empty."""


def read_tree(body: bytes) -> tuple[str, XmlTree]:
    """Parse a document that no model describes; returns the root's name and content.

    Children that repeat become a list. For errors, which are rare and small.
    ``ResponseParserError`` as in ``read_xml``.
    """
    pieces: list[str] = []
    stack: list[tuple[str, dict[str, Any], str]] = [("", {}, "")]

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(stack) > MAX_DEPTH:
            raise ValueError(f"elements lie deeper than {MAX_DEPTH}")
        stack.append((tag.rpartition(":")[2], {}, ""))
        pieces.clear()

    def end(tag: str) -> None:
        name, children, _ = stack.pop()
        value: XmlTree = children or "".join(pieces) or None
        pieces.clear()
        siblings = stack[-1][1]
        if name not in siblings:
            siblings[name] = value
        elif isinstance(siblings[name], list):
            siblings[name].append(value)
        else:
            siblings[name] = [siblings[name], value]

    _run(_open(start, end, pieces), body)
    ((name, content),) = stack[0][1].items()
    return name, content

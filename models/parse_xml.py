"""XML bodies (rest-xml, query, ec2): what a document holds goes straight into the result, no tree is built.

``parse_xml_plain`` reads the plain form that nearly all answers have. For all
others expat runs two small functions over the tables of ``parse_xml_tables``,
one when an element begins and one when it ends; it also says what is wrong.
"""

from typing import Any

from .expat import MAX_DEPTH, UnexpectedXmlError, run
from .parse_xml_plain import read_plain
from .parse_xml_tables import (
    FLAT_LEAF,
    FLAT_STRUCTURE,
    LIST,
    SKIPPING,
    STRUCTURE,
    Entry,
    Every,
    Finish,
    open_container,
)

__all__ = ["read_with_expat", "read_xml"]


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
            raise UnexpectedXmlError(f"elements lie deeper than {MAX_DEPTH}")
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

    run(start, end, pieces, body)
    return result

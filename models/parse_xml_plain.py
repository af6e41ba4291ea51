"""XML in the plain form that services write, cut into tags and texts by the string functions of C.

Plain means UTF-8, nothing but elements, attributes in double quotation marks
and the five named references: no comments, no CDATA, no instructions. Such a
document is a row of tags and texts between angle brackets; two string
functions cut it up in a tenth of the time that expat takes to call handlers
that do nothing. One loop then goes over the pieces by the same tables. Every
tag is compared with what may stand there, so what is not well-formed does not
pass: whatever is not plain is left to expat, from the beginning.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from .expat import MAX_DEPTH
from .parse_xml_tables import (
    FLAT_STRUCTURE,
    LIST,
    STRUCTURE,
    Entry,
    Finish,
    open_container,
)

__all__ = ["read_plain"]

_WINDOW = 1 << 16
"""Characters that are cut up at once: a large answer takes no more memory than its result, and stays in the cache."""

_HARMLESS = bytes(set(range(256)) - set(b"<>") - (set(range(32)) - set(b"\t\n")))
"""What may stand anywhere; control characters may not, and a carriage return is not handed on as it is."""

_REFERENCES = (("&quot;", '"'), ("&lt;", "<"), ("&gt;", ">"), ("&apos;", "'"), ("&amp;", "&"))
_BLANK = " \t\n"

_Tag = tuple[str, bool, dict[str, str] | None]
_TAGS: dict[str, _Tag] = {}
"""Tags that are more than a name of the model: name, whether the element is empty, attributes. Few, always the same."""

_MOST_TAGS = 512
_LONGEST_TAG = 256

_DECLARATIONS = frozenset(
    f"<?xml version={quote}1.0{quote}{encoding}{alone}{space}?>"
    for quote in ('"', "'")
    for encoding in ("", f" encoding={quote}UTF-8{quote}", f" encoding={quote}utf-8{quote}")
    for alone in ("", f" standalone={quote}yes{quote}", f" standalone={quote}no{quote}")
    for space in ("", " ")
)


def read_plain(body: bytes, root: Entry) -> dict[str, Any] | None:
    """Return what ``root``, the entry of the root element, puts into an empty dictionary; ``None`` if it is not plain.

    A value that its type does not have is not plain either: expat says where it is.
    """
    if body.translate(None, _HARMLESS) != b"<>" * body.count(b"<"):
        return None
    try:
        text = body.decode()
        if not text.isascii() and ("\ufffe" in text or "\uffff" in text):
            return None
        references = "&" in text
        if references and not _has_known_references(text):
            return None
        return _read(text, _start(text), references, root)
    except (ValueError, ArithmeticError, IndexError):
        return None


def _has_known_references(text: str) -> bool:
    unknown = text.count("&")
    for reference, _ in _REFERENCES:
        unknown -= text.count(reference)
        if not unknown:
            return True
    return False


def _start(text: str) -> int:
    """Return where the document begins behind its declaration; ``ValueError`` if that is not plain."""
    if not text.startswith("<?"):
        return 0
    end = text.index("?>") + 2
    if text[:end] not in _DECLARATIONS:
        raise ValueError("another declaration")
    return end


def _cut(text: str, position: int) -> Iterable[list[str]]:
    """Cut the text into lists that begin with a start tag behind a text: text, tag, text, tag ... text."""
    if len(text) <= _WINDOW:
        return ((text[position:] if position else text).replace(">", "<").split("<"),)
    return _windows(text, position)


def _windows(text: str, position: int) -> Iterator[list[str]]:
    size = len(text)
    while position < size:
        cut = position + _WINDOW
        if cut < size:
            cut = text.rfind("<", position + 1, cut)
            while cut > 0 and text[cut + 1] == "/":
                cut = text.rfind("<", position + 1, cut)
            if cut < 0:  # a text that is longer than the window
                cut = text.find("<", position + _WINDOW)
                while cut > 0 and text[cut + 1] == "/":
                    cut = text.find("<", cut + 1)
                if cut < 0:
                    cut = size
        yield text[position:cut].replace(">", "<").split("<")
        position = cut


def _read(text: str, position: int, references: bool, root: Entry) -> dict[str, Any] | None:
    result: dict[str, Any] = {}
    table: dict[str, Entry] = {}
    target: Any = result
    finish: Finish | None = None
    close = ""
    stack: list[tuple[dict[str, Entry], Any, Finish | None, str]] = []
    last = ""
    for pieces in _cut(text, position):
        if not stack and pieces[0].strip(_BLANK):
            return None
        index, count = 1, len(pieces)
        while index < count:
            tag = pieces[index]
            if tag == close:
                if finish is not None:
                    finish(target)
                table, target, finish, close = stack.pop()
                index += 2
                continue
            entry = table.get(tag)
            attributes: dict[str, str] | None = None
            empty = False
            if entry is None:
                tag, empty, attributes = _TAGS.get(tag) or _taken_apart(tag)
                if stack:
                    entry = table[tag]
                elif result:
                    return None  # a second root
                else:
                    entry = root
            kind, field, convert, node = entry
            if node is None:
                if empty:
                    value: Any = ""
                    index += 2
                else:
                    if pieces[index + 2] != "/" + tag:
                        return None
                    value = pieces[index + 1]
                    index += 4
                    if references and "&" in value:
                        value = _resolved(value)
                if convert is not None:
                    value = convert(value)
                if field is None:
                    target.append(value)
                elif kind:  # FLAT_LEAF
                    target.setdefault(field, []).append(value)
                else:
                    target[field] = value
                continue
            stack.append((table, target, finish, close))
            if kind <= FLAT_STRUCTURE:
                opened = node.table
                if opened is None:
                    opened = node.made()
                child: Any = {}
                if attributes:
                    for wire, name, read in node.attributes:
                        if wire in attributes:
                            child[name] = attributes[wire] if read is None else read(attributes[wire])
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
            if len(stack) > MAX_DEPTH:
                return None
            index += 2
            if empty:
                if finish is not None:
                    finish(target)
                table, target, finish, close = stack.pop()
            else:
                close = "/" + tag
        last = pieces[-1]
    return None if stack or not result or last.strip(_BLANK) else result


def _taken_apart(tag: str) -> _Tag:
    """Take a tag apart, and keep the result; ``ValueError`` if it is not plain."""
    if len(_TAGS) >= _MOST_TAGS:
        _TAGS.clear()
    taken = _take_apart(tag)
    if len(tag) <= _LONGEST_TAG:
        _TAGS[tag] = taken
    return taken


def _take_apart(tag: str) -> _Tag:
    empty = tag[-1:] == "/"
    if empty:
        tag = tag[:-1]
    if '"' not in tag:
        tag = tag.rstrip(_BLANK)
        _check_name(tag)
        return tag, empty, None
    tag, _, rest = tag.partition(" ")
    _check_name(tag)
    parts = (" " + rest).rstrip(_BLANK).split('"')
    attributes: dict[str, str] = {}
    for index in range(0, len(parts) - 1, 2):
        name, value = parts[index], parts[index + 1]
        if name[0] != " " or name[-1] != "=" or "&" in value or "\t" in value or "\n" in value:
            raise ValueError("another attribute")
        name = name.strip(_BLANK)[:-1]
        _check_name(name)
        if name in attributes:
            raise ValueError("an attribute twice")
        attributes[name] = value
    if parts[-1] or not len(parts) % 2:
        raise ValueError("another tag")
    return tag, empty, attributes


def _check_name(name: str) -> None:
    letters = name.replace(":", "_").replace("-", "_").replace(".", "_")
    if name[:1] in ("-", ".") or not (letters.isascii() and letters.isidentifier()):
        raise ValueError("another name")


def _resolved(text: str) -> str:
    for reference, character in _REFERENCES:
        text = text.replace(reference, character)
        if "&" not in text:
            break
    return text

"""The expat parser: documents are run through it within limits, and errors say where but never what.

A document type declaration is refused: no service sends one, and entities are
how a short document becomes a long one.
"""

from typing import Any

from ..components.errors import ResponseParserError

__all__ = ["MAX_DEPTH", "UnexpectedXmlError", "XmlTree", "read_tree", "run"]

MAX_DEPTH = 256
"""How deep elements may lie: far more than any model, far less than what hurts."""


class UnexpectedXmlError(ValueError):
    """An element that the model, or good sense, has no place for; the text says which."""


def _refuse_doctype(*arguments: Any) -> None:
    raise UnexpectedXmlError("a document type declaration, which no service sends and which is refused")


def _element(error: Exception) -> str:
    """Return where a handler failed: expat reads on to the end by itself, so only the handler's frame tells."""
    trace, tag = error.__traceback__, ""
    while trace is not None:
        tag = str(trace.tb_frame.f_locals.get("tag", tag))
        trace = trace.tb_next
    return f" in <{tag[:80]}>" if tag else ""


def run(start: Any, end: Any, pieces: list[str], body: bytes) -> None:
    """Parse a document: handlers for the ends of elements, and a list that gets the pieces of text.

    Handlers call their element ``tag``, raise ``UnexpectedXmlError`` for what they
    refuse, and leave the errors of converters alone. ``ResponseParserError`` says
    where a document is malformed, or in which element it holds what.
    """
    from pyexpat import ErrorString, ExpatError, ParserCreate

    parser = ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = pieces.append
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    try:
        parser.Parse(body, True)
    except ExpatError as error:
        where = f"line {error.lineno}, column {error.offset}"
        reason = f"invalid XML at {where} of {len(body)} bytes: {ErrorString(error.code)}"
    except UnexpectedXmlError as error:
        reason = f"unexpected XML{_element(error)} ({len(body)} bytes): {error}"
    except (ValueError, ArithmeticError) as error:
        reason = f"unexpected XML{_element(error)} ({len(body)} bytes): a value of another type"
    else:
        return
    raise ResponseParserError(reason=reason)


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
            raise UnexpectedXmlError(f"elements lie deeper than {MAX_DEPTH}")
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

    run(start, end, pieces, body)
    ((name, content),) = stack[0][1].items()
    return name, content

"""The HTML of the service models as plain text, for people who read it in a terminal."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple

from .layout import WIDTH, fill

__all__ = ["first_sentence", "plain_text"]

_BLOCKS = frozenset(
    {
        *("p", "para", "simpara", "div", "section", "blockquote", "title", "fullname", "h1", "h2", "h3", "h4", "h5"),
        *("h6", "ul", "ol", "li", "dl", "dt", "dd", "pre", "table", "tr", "thead", "tbody", "note", "important"),
        *("caution", "tip", "warning"),
    }
)
"""Elements that begin on a line of their own."""

_INLINE = frozenset(
    {
        *("a", "abbr", "b", "big", "br", "code", "em", "emphasis", "filename", "font", "function", "i", "img", "kbd"),
        *("link", "literal", "replaceable", "s", "samp", "small", "span", "strong", "sub", "sup", "td", "th", "tt"),
        *("u", "ulink", "userinput", "var", "xhtml", "zonbook", "html", "body"),
    }
)
"""Elements whose content is part of the line. Any other name is no element: ``<region>`` stands for a region."""

_CODE = frozenset({"code", "kbd", "literal", "samp", "tt", "userinput"})
_LABELS = {"note": "Note", "important": "Important", "caution": "Caution", "tip": "Tip", "warning": "Warning"}
_HIDDEN = frozenset({"script", "style"})


class _Block(NamedTuple):
    """A paragraph, an item of a list (``mark`` is its bullet), or lines that keep their form."""

    indent: int
    mark: str
    text: str
    kept: bool


class _Open(NamedTuple):
    """An element that is not closed yet, and the indent of its content."""

    tag: str
    indent: int


class _Reader(HTMLParser):
    """Collects the blocks of a document. Tags that do not match are taken for what they most likely mean."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[_Block] = []
        self._open: list[_Open] = []
        self._numbers: list[int] = []
        self._mark = ""
        self._label = ""
        self._pieces: list[str] = []
        self._code: int | None = None
        self._link: tuple[int, str] | None = None
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _BLOCKS:
            self._start_block(tag)
        elif tag not in _INLINE:
            self._pieces.append(self.get_starttag_text() or "")
        elif tag in _CODE:
            if self._code is None:
                self._code = len(self._pieces)
        elif tag in ("a", "ulink"):
            self._end_link()
            found = {name: value or "" for name, value in attrs}
            self._link = len(self._pieces), found.get("href") or found.get("url") or ""
        elif tag in ("td", "th"):
            self._end_code()
            if "".join(self._pieces).strip():
                self._pieces.append(" | ")
        elif tag == "br":
            self._pieces.append("\n") if self._in("pre") else self._end_block()

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS:
            self._close(tag)
        elif tag in _CODE:
            self._end_code()
        elif tag in ("a", "ulink"):
            self._end_link()
        elif tag not in _INLINE:
            self._pieces.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._pieces.append(data)

    def unknown_decl(self, data: str) -> None:
        """Leave out what looks like a declaration."""

    def finish(self) -> list[_Block]:
        """Return the blocks, all elements closed."""
        self._end_block()
        return self.blocks

    def _in(self, tag: str) -> bool:
        return any(element.tag == tag for element in self._open)

    @property
    def _indent(self) -> int:
        return self._open[-1].indent if self._open else 0

    def _start_block(self, tag: str) -> None:
        self._end_block()
        if tag in ("p", "li", "dt", "dd") and self._open and self._open[-1].tag == tag:
            self._close(tag)  # the one before was never closed
        indent = self._indent
        if tag in ("ul", "ol"):
            self._numbers.append(0)
        elif tag == "li":
            self._mark = self._next_mark()
            indent += len(self._mark)
        elif tag in ("dd", "pre", "blockquote"):
            indent += 4
        elif tag in _LABELS:
            self._label = _LABELS[tag]
        self._open.append(_Open(tag, indent))

    def _next_mark(self) -> str:
        kind = next((element.tag for element in reversed(self._open) if element.tag in ("ul", "ol")), "ul")
        if kind == "ul" or not self._numbers:
            return "- "
        self._numbers[-1] += 1
        return f"{self._numbers[-1]}. "

    def _close(self, tag: str) -> None:
        self._end_block()
        if not self._in(tag):
            return
        while self._open:
            element = self._open.pop()
            if element.tag in ("ul", "ol") and self._numbers:
                self._numbers.pop()
            if element.tag == "li":
                self._mark = ""
            if element.tag == tag:
                break

    def _end_code(self) -> None:
        """Put what is between the tags of code in backquotes, unless it has some itself."""
        start, self._code = self._code, None
        if start is None or self._in("pre"):
            return
        text = "".join(self._pieces[start:])
        words = " ".join(text.split())
        if words and "`" not in words:
            before, after = " " * text[:1].isspace(), " " * text[-1:].isspace()
            self._pieces[start:] = [f"{before}`{words}`{after}"]

    def _end_link(self) -> None:
        link, self._link = self._link, None
        if link is None:
            return
        self._end_code()
        start, target = link
        text = " ".join("".join(self._pieces[start:]).split())
        if target.startswith(("http://", "https://")) and target != text.strip("`"):
            self._pieces.append(f" <{target}>" if text else f"<{target}>")

    def _end_block(self) -> None:
        self._end_link()
        self._end_code()
        text = "".join(self._pieces)
        self._pieces.clear()
        if not text.strip():
            return
        kept = self._in("pre")
        if not kept:
            text = " ".join(text.split())
            if self._label:
                text, self._label = f"{self._label}: {text}", ""
        self.blocks.append(_Block(self._indent - len(self._mark), self._mark, text, kept))
        self._mark = ""


def plain_text(html: str, width: int = WIDTH) -> str:
    """Return documentation as paragraphs and lists of at most ``width`` columns; any text is taken, none is refused.

    Code stands in backquotes, a link is followed by its target, and what is not closed is closed.
    """
    if "<" not in html and "&" not in html:
        text = html.strip()
        return fill(text, width) if text else ""
    return "\n".join(_lines(_blocks(html), width))


def first_sentence(html: str, most: int = 240) -> str:
    """Return the first sentence of documentation, on one line of at most ``most`` characters."""
    blocks = _blocks(html[: html.find("</p>") + 4] if "</p>" in html else html[: 20 * most])
    text = next((block.text for block in blocks if not block.kept), "")
    for position, letter in enumerate(text):
        if letter == "." and (text[position + 1 : position + 2] or " ").isspace() and not _abbreviates(text, position):
            text = text[: position + 1]
            break
    return text if len(text) <= most else f"{text[: most - 4].rpartition(' ')[0] or text[: most - 4]} ..."


def _abbreviates(text: str, position: int) -> bool:
    word = text[:position].rpartition(" ")[2].lower()
    return word.lstrip("(") in ("e.g", "i.e", "etc", "vs", "no")


def _blocks(html: str) -> list[_Block]:
    reader = _Reader()
    try:
        # Marked sections are no HTML, and the parser of some releases refuses them.
        reader.feed(html.replace("<![", "&lt;!["))
        reader.close()
    except (AssertionError, ValueError):  # a release of the parser that refuses this text
        return [_Block(0, "", " ".join(html.split()), False)]
    return reader.finish()


def _lines(blocks: list[_Block], width: int) -> Iterator[str]:
    before: _Block | None = None
    for block in blocks:
        nested = before is not None and block.indent > before.indent + len(before.mark)
        if before is not None and not nested and not (block.mark and before.mark):
            yield ""
        pad = " " * block.indent
        if block.kept:
            body = block.text.strip("\n").rstrip().expandtabs().split("\n")
            margin = min((len(line) - len(line.lstrip()) for line in body if line.strip()), default=0)
            for line in body:
                yield f"{pad}{line[margin:]}".rstrip()
        else:
            yield fill(block.text, width, pad + block.mark, pad + " " * len(block.mark))
        before = block

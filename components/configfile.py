"""The AWS files: ``~/.aws/config`` and ``~/.aws/credentials``, read, merged and kept while unchanged.

The format is the one of the AWS SDKs and Tools reference guide, "Shared config
and credentials files"; where the guide is silent, what botocore 1.44.5 accepts.
"""

from __future__ import annotations

import os
import stat
import time
from _collections_abc import Mapping  # collections.abc, without all that collections brings

from . import errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Final, TypeAlias

    Section: TypeAlias = Mapping[str, str | Mapping[str, str]]
    """The keys of a section; a nested value is a mapping itself."""

    Contents: TypeAlias = Mapping[str, Any]
    _Place: TypeAlias = tuple[str, ...]  # section, key, nested key
    _Identity: TypeAlias = tuple[int, int, int, int]
else:
    Contents = Mapping

__all__ = ["FullConfig", "ParsedFile", "load_full_config", "parse_config", "parse_text"]

_DEFAULTS: Final = "DEFAULT"  # a section of that name lends its keys to all others
_CACHED_FILES: Final = 64
# A file that was written this shortly before it was read (seconds) may be written again
# within the same tick of the file system's clock, so it is read again the next time.
_RACY: Final = 0.1

_read_only = type(vars(type))  # types.MappingProxyType; the module would come along for that alone


class ParsedFile:
    """One file: its sections in order, and the line of everything in it. Immutable."""

    __slots__ = ("_lines", "path", "sections")

    def __init__(self, path: str, sections: Mapping[str, Section], lines: Mapping[_Place, int]) -> None:
        self.path = path
        self.sections = sections
        self._lines = lines

    def line_of(self, section: str, key: str | None = None, nested: str | None = None) -> int | None:
        """Return the line number (from 1) of a section, of a key in it, or of a key nested in that."""
        for name in (section, _DEFAULTS):
            place = tuple(part for part in (name, key, nested) if part is not None)
            if place in self._lines:
                return self._lines[place]
        return None


class FullConfig(Contents):
    """Both files as one read-only mapping.

    ``profiles``, ``sso_sessions`` and ``services`` map names to sections; every
    other section of the config file is there under its own name. A key of the
    credentials file wins over the same key of the config file. Immutable, and
    shared by all who read the same unchanged files.
    """

    __slots__ = ("_contents", "_places")

    def __init__(
        self, contents: Mapping[str, Any], places: Mapping[tuple[str, str], tuple[tuple[ParsedFile, str], ...]]
    ) -> None:
        self._contents = contents
        self._places = places

    def __getitem__(self, name: str) -> Any:
        return self._contents[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)

    def __repr__(self) -> str:
        # Values may be secrets: the names of the sections alone are shown.
        return f"FullConfig({ {kind: sorted(self._contents[kind]) for kind in _KINDS.values()} })"

    def where(self, kind: str, name: str, key: str, nested: str | None = None) -> str | None:
        """Return ``path:line`` of a key, such as ``where("profiles", "default", "region")``."""
        found = self.written(kind, name, key, nested)
        return found[0][0] if found else None

    def written(
        self, kind: str, name: str, key: str, nested: str | None = None
    ) -> tuple[tuple[str, str | Mapping[str, str]], ...]:
        """Return ``(path:line, value)`` for each file that has the key: first the one that counts."""
        found: list[tuple[str, str | Mapping[str, str]]] = []
        for file, section in self._places.get((kind, name), ()):
            value = file.sections[section].get(key)
            if value is None:
                continue
            if nested is None:
                found.append((f"{file.path}:{file.line_of(section, key)}", value))
            elif isinstance(value, str) or nested not in value:
                break  # the nested keys of one file hide all those of the other
            else:
                found.append((f"{file.path}:{file.line_of(section, key, nested)}", value[nested]))
                break
        return tuple(found)

    def as_dict(self) -> dict[str, Any]:
        """Return an independent copy made of plain dicts."""
        copied = _thaw(self._contents)
        assert isinstance(copied, dict)
        return copied


def load_full_config(config_path: str, credentials_path: str) -> FullConfig:
    """Read both files and merge them; a file that does not exist is empty.

    Costs two ``stat`` calls while both files are unchanged. Raises
    ConfigParseError. Safe in threads.
    """
    config, credentials = _read_cached(config_path), _read_cached(credentials_path)
    key = (config_path, credentials_path)
    known = _merged.get(key)
    if known is not None and known[0] is config and known[1] is credentials:
        return known[2]
    merged = _merge(config, credentials)
    _remember(_merged, key, (config, credentials, merged))
    return merged


def parse_config(path: str) -> ParsedFile:
    """Read and parse one file; what is not there, or is no regular file, is empty.

    Raises ConfigParseError, with the line, for a malformed file, and for one that cannot be read.
    """
    return _read(path)[1]


def parse_text(text: str, path: str = "<string>") -> ParsedFile:
    """Parse the text of one file; ``path`` is what errors and ``line_of`` speak of.

    Raises ConfigParseError. No error repeats what stands in the file: it may be a secret.
    """
    return _Parser(path).parse(text)


# --- one file -------------------------------------------------------------------------------


class _Parser:
    def __init__(self, path: str) -> None:
        self.path = path
        self.sections: dict[str, dict[str, str | Mapping[str, str]]] = {}
        self.lines: dict[_Place, int] = {}
        self.section: str | None = None
        self.key: str | None = None
        self.values: list[tuple[int, str]] = []

    def parse(self, text: str) -> ParsedFile:
        indent = 0
        text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        for number, line in enumerate(text.split("\n"), 1):
            content = line.strip()
            if not content:
                if self.key is not None:
                    self.values.append((number, ""))
                continue
            if content[0] in "#;":
                continue
            here = len(line) - len(line.lstrip())
            if self.key is not None and here > indent:
                self.values.append((number, content))
                continue
            indent = here
            self.end_value()
            if content[0] == "[":
                self.start_section(number, content)
            else:
                self.start_value(number, content)
        self.end_value()
        defaults = self.sections.pop(_DEFAULTS, {})
        frozen = {name: _read_only({**defaults, **keys}) for name, keys in self.sections.items()}
        return ParsedFile(self.path, _read_only(frozen), self.lines)

    def start_section(self, number: int, content: str) -> None:
        name = content[1 : content.rfind("]")] if "]" in content else ""
        if not name:
            raise self.error(number, "a section needs a name in brackets, such as [default] or [profile name]")
        if name in self.sections:
            first = self.lines[(name,)]
            raise self.error(number, f"the section stands a second time (first on line {first}): merge the two")
        self.section = name
        self.sections[name] = {}
        self.lines[(name,)] = number

    def start_value(self, number: int, content: str) -> None:
        if self.section is None:
            raise self.error(number, "a line before the first section: put a header such as [default] above it")
        ends = [at for at in (content.find("="), content.find(":")) if at >= 0]
        key = content[: min(ends)].rstrip().lower() if ends else ""
        if not key:
            raise self.error(number, "expected 'key = value', a [section] or a comment that starts with #")
        place = (self.section, key)
        if place in self.lines:
            raise self.error(
                number, f"the key {_shown(key)}stands a second time in its section (first on line {self.lines[place]})"
            )
        self.lines[place] = number
        self.key = key
        self.values = [(number, content[min(ends) + 1 :].strip())]

    def end_value(self) -> None:
        if self.key is None:
            return
        assert self.section is not None
        text = "\n".join(content for _, content in self.values).rstrip()
        value: str | Mapping[str, str] = text
        if text.startswith("\n"):
            value = self.nested(self.section, self.key)
        self.sections[self.section][self.key] = value
        self.key = None

    def nested(self, section: str, key: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for number, content in self.values:
            if not content:
                continue
            name, equals, value = content.partition("=")
            if not equals:
                raise self.error(
                    number,
                    f"expected a nested 'key = value' below {_shown(key)}or, for a plain value, "
                    "the value on the line of its key",
                )
            found[name.strip()] = value.strip()
            self.lines[(section, key, name.strip())] = number
        return _read_only(found)

    def error(self, line: int, reason: str) -> errors.ConfigParseError:
        return errors.ConfigParseError(path=self.path, line=line, reason=reason)


def _shown(key: str) -> str:
    # A name as AWS uses them; anything else may be a part of a secret and is not repeated.
    return f"{key!r} " if key.isidentifier() and len(key) <= 64 else ""


def _read(path: str) -> tuple[_Identity | None, ParsedFile]:
    try:
        with open(path, "rb", opener=_open_now) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                return None, parse_text("", path)
            content = file.read()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None, parse_text("", path)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise errors.ConfigParseError(path=path, reason=f"the file cannot be read: {reason}") from error
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        # The cause would hold the whole content of the file.
        raise errors.ConfigParseError(path=path, line=line, reason="the text is not UTF-8") from None
    identity: _Identity | None = _identify(status)
    if 0 <= time.time() - status.st_mtime < _RACY:
        identity = None
    return identity, parse_text(text, path)


def _open_now(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a FIFO without a writer must not block


def _identify(status: os.stat_result) -> _Identity:
    return (status.st_mtime_ns, status.st_size, status.st_ino, status.st_dev)


# --- both files -----------------------------------------------------------------------------

_KINDS: Final = {"profile": "profiles", "sso-session": "sso_sessions", "services": "services"}

_files: dict[str, tuple[_Identity, ParsedFile]] = {}
_absent: dict[str, ParsedFile] = {}
_merged: dict[tuple[str, str], tuple[ParsedFile, ParsedFile, FullConfig]] = {}


def _remember(cache: dict[Any, Any], key: object, value: object) -> None:
    if len(cache) >= _CACHED_FILES:
        cache.clear()
    cache[key] = value


def _read_cached(path: str) -> ParsedFile:
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return _empty(path)
    except (OSError, ValueError):
        pass  # reading will tell what is wrong
    else:
        known = _files.get(path)
        if known is not None and known[0] == _identify(status):
            return known[1]
    identity, parsed = _read(path)
    if identity is not None:
        _remember(_files, path, (identity, parsed))
    return parsed if parsed.sections else _empty(path)


def _empty(path: str) -> ParsedFile:
    # Always the same object, so that what was merged from it is found again.
    absent = _absent.get(path)
    if absent is None:
        absent = parse_text("", path)
        _remember(_absent, path, absent)
    return absent


def _merge(config: ParsedFile, credentials: ParsedFile) -> FullConfig:
    contents: dict[str, dict[str, Section]] = {kind: {} for kind in _KINDS.values()}
    others: dict[str, Section] = {}
    places: dict[tuple[str, str], tuple[tuple[ParsedFile, str], ...]] = {}
    for header, section in config.sections.items():
        kind, name = _classify(header)
        if kind is None:
            others[header] = section
        elif name is not None:
            # Of [default] and [profile default] the later one stands, as botocore has it.
            contents[kind][name] = section
            places[kind, name] = ((config, header),)
    for name, section in credentials.sections.items():
        below = contents["profiles"].get(name, {})
        contents["profiles"][name] = _read_only({**below, **section})
        places["profiles", name] = ((credentials, name), *places.get(("profiles", name), ()))
    frozen = {kind: _read_only(sections) for kind, sections in contents.items()}
    return FullConfig(_read_only({**others, **frozen}), places)


def _classify(header: str) -> tuple[str | None, str | None]:
    """Return what kind of section it is, if any, and its name; no name means that it is ignored."""
    if header == "default":
        return "profiles", header
    words = _words(header)
    kind = _KINDS.get(words[0]) if words else None
    if kind is None:
        return None, None
    return kind, words[1] if len(words) == 2 else None


def _words(header: str) -> list[str]:
    if not any(character in header for character in "\"'\\"):
        return [word for word in header.replace("\t", " ").split(" ") if word] if header[0] not in " \t" else []
    import shlex  # at first use: quoted names are rare

    try:
        return shlex.split(header)
    except ValueError:  # an open quote
        return header.split(None, 1)[:1]


def _thaw(value: Any) -> Any:
    return {key: _thaw(inner) for key, inner in value.items()} if isinstance(value, Mapping) else value

"""Model files in folders, in the layout that botocore documents: ``<service>/<api version>/<kind>.json[.gz]``."""

from __future__ import annotations

import os

from ..components import errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["DataFolder", "json_pointer_at", "parse_json"]


class DataFolder:
    """A folder of the search path; it need not exist. Nothing is kept: files may come and go."""

    __slots__ = ("root",)

    def __init__(self, root: str) -> None:
        self.root = root

    def __repr__(self) -> str:
        return f"DataFolder({self.root!r})"

    def exists(self) -> bool:
        """Whether the folder is there."""
        return os.path.isdir(self.root)

    def services(self, kind: str) -> list[str]:
        """The services that have ``kind`` in some api version."""
        return [name for name in _folders(self.root) if self.versions(name, kind)]

    def has_service(self, service: str) -> bool:
        """Whether there is a folder for the service."""
        return _is_name(service) and os.path.isdir(os.path.join(self.root, service))

    def versions(self, service: str, kind: str) -> list[str]:
        """The api versions of a service that have ``kind``."""
        if not _is_name(service):
            return []
        folder = os.path.join(self.root, service)
        return [name for name in _folders(folder) if _find(os.path.join(folder, name, kind))]

    def read(self, name: str) -> tuple[dict[str, Any], str] | None:
        """Read ``partitions`` or ``<service>/<api version>/<kind>``: its content and path, ``None`` if there is none.

        Raises ``InvalidModelError`` for a file that is no JSON object.
        """
        parts = name.split("/")
        if not all(_is_name(part) for part in parts):
            return None
        path = _find(os.path.join(self.root, *parts)) if self.exists() else None
        return None if path is None else (_read(path), path)


def _is_name(part: str) -> bool:
    return bool(part) and not part.startswith(".") and "/" not in part and os.sep not in part and "\0" not in part


def _folders(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if not entry.name.startswith(".") and entry.is_dir())
    except OSError:
        return []


def _find(base: str) -> str | None:
    for ending in (".json", ".json.gz"):
        if os.path.exists(base + ending):  # a folder of that name is refused when it is read
            return base + ending
    return None


def _read(path: str) -> dict[str, Any]:
    import zlib

    try:
        with open(path, "rb") as file:
            content = file.read()
        if path.endswith(".gz"):
            import gzip

            content = gzip.decompress(content)
    except OSError as error:
        reason = f"it cannot be read ({error.strerror or error})"
        raise errors.InvalidModelError(path=path, pointer="", reason=reason) from error
    except (EOFError, zlib.error) as error:
        reason = f"it is no whole gzip file ({error}): pack it again"
        raise errors.InvalidModelError(path=path, pointer="", reason=reason) from error
    return parse_json(content, path)


def parse_json(content: bytes, path: str) -> dict[str, Any]:
    """Parse the content of a model file; ``InvalidModelError`` names the file and the place of what is wrong."""
    import json

    try:
        value = json.loads(content)
    except json.JSONDecodeError as error:
        pointer = json_pointer_at(error.doc, error.pos)
        raise errors.InvalidModelError(path=path, pointer=pointer, reason=str(error)) from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reason = f"it is not UTF-8 (byte 0x{content[error.start]:02x} in line {line}): save it as UTF-8"
        raise errors.InvalidModelError(path=path, pointer="", reason=reason) from error
    except (ValueError, RecursionError) as error:
        raise errors.InvalidModelError(path=path, pointer="", reason=str(error)) from error
    if not isinstance(value, dict):
        raise errors.InvalidModelError(
            path=path, pointer="", reason=f"expected an object, found {type(value).__name__}"
        )
    return value


def json_pointer_at(text: str, position: int) -> str:
    """Return the JSON pointer (RFC 6901) of the value that holds ``position`` of a broken JSON text."""
    import re

    steps: list[str | int] = []  # an object's current key, an array's current index
    is_key = False
    for token in re.finditer(r'"((?:[^"\\]|\\.)*)"|[{}\[\],:]', text[:position]):
        match token[0]:
            case "{":
                steps.append("")
                is_key = True
            case "[":
                steps.append(0)
                is_key = False
            case "}" | "]":
                if steps:
                    steps.pop()
                is_key = False
            case ",":
                top = steps[-1] if steps else ""
                if isinstance(top, int):
                    steps[-1] = top + 1
                else:
                    is_key = True
                    if steps:
                        steps[-1] = ""
            case ":":
                is_key = False
            case _:
                if is_key and steps:
                    steps[-1] = token[1]
    if steps and steps[-1] == "":
        steps.pop()  # broken before a member has a name: the object itself
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)

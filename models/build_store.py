"""The compiler of service models: reads botocore's data layout, writes the read-only store and its documentation.

This file stands alone (the build hook loads it by path): it imports the
standard library only. The reader is ``store_file.py``; what both must agree on
is the layout below, and ``FORMAT`` changes with it.

Layout of ``aws.store`` and ``aws.docs`` (integers are little-endian)::

    0   magic (8 bytes), format (u32), length of the index (u32), length of the file (u64),
        CRC-32 of the index, CRC-32 of the body
    32  body: lines, blobs and tables in any order
    end index: one JSON object

A *line* is UTF-8 text that ends with a newline: a name, or a JSON record in
which the frequent pieces of ``_TOKENS`` are single control characters (raw
control characters never occur in JSON). Equal lines are shared. A *blob*
is a JSON document packed with zlib. A *table* finds a record by name: an array
of (offset of the name, offset of the record), in the model's order, and a hash
table (CRC-32, linear probing) of u16 positions in that array, counted from 1.
"""

import gzip
import importlib.util
import json
import os
import re
import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

__all__ = [
    "FORMAT",
    "CompileError",
    "compile_files",
    "deep_merge",
    "folder_files",
    "main",
    "own_digest",
    "recorded",
    "version_of",
]

FORMAT = 2
"""The version of the layout. A reader refuses any other."""

_STORE_MAGIC = b"SOTSTORE"
_DOCS_MAGIC = b"SOTADOCS"
_PREFIX = struct.Struct("<8sIIQII")
_PAIR = struct.Struct("<II")
_MARK = 0x80000000
"""The bit of a record's offset that marks an error shape."""

# Measured over all models: 24.2 MB of records shrink to 13.6 MB, and expanding one costs 1 to 2 µs.
_TOKENS = (
    '","http":{"method":"POST","requestUri":"/"},"input":{"shape":"',
    '","http":{"method":"POST","requestUri":"/',
    '","responseCode":200},"input":{"shape":"',
    '","http":{"method":"',
    '","requestUri":"/',
    '{"shape":"ResourceNotFoundException"},',
    '{"shape":"InternalServerException"},',
    '{"shape":"AccessDeniedException"},',
    '{"shape":"ThrottlingException"},',
    '{"shape":"ValidationException"},',
    '{"type":"structure","required":["',
    '{"type":"structure","members":{"',
    '{"type":"list","member":{"shape":"',
    '{"type":"string","max":',
    '{"type":"string","enum":["',
    '{"type":"string"',
    '},"errors":[',
    '},"output":{"shape":"',
    '{"shape":"String"},"',
    '","location":"',
    '","locationName":"',
    '"],"members":{"',
    '":{"shape":"',
    '"},{"shape":"',
    '{"shape":"',
    '{"name":"',
    '"},"',
    '"}}}',
    '","',
)
_CODES = [chr(code) for code in range(1, 32) if code != 10][: len(_TOKENS)]
_SHORT = 24
"""Lines of fewer bytes are stored once for each service, longer ones once for all."""

_CONTROL = re.compile(r"[\x00-\x1f]")
_SECTIONS = ("metadata", "operations", "shapes")

Reader = Callable[[], bytes]
"""Returns the content of one file, unpacked."""


Check = Callable[[str, Mapping[str, Any], Mapping[str, Any]], None]
"""Raises if something is wrong with a model, given its name, its content and the extras that were merged into it."""


class CompileError(ValueError):
    """A model file cannot be compiled: ``path`` is its name, ``pointer`` the JSON pointer in it."""

    def __init__(self, path: str, pointer: str, reason: str) -> None:
        super().__init__(path, pointer, reason)
        self.path = path
        self.pointer = pointer
        self.reason = reason

    def __str__(self) -> str:
        return f"Cannot compile {self.path} at {self.pointer!r}: {self.reason}"


def deep_merge(base: dict[str, Any], extra: Mapping[str, Any]) -> None:
    """Merge ``extra`` into ``base``: objects are merged member by member, any other value replaces."""
    for key, value in extra.items():
        known = base.get(key)
        if isinstance(known, dict) and isinstance(value, Mapping):
            deep_merge(known, value)
        else:
            base[key] = value


def folder_files(root: Path) -> dict[str, Reader]:
    """Return the readers of all files of a data folder by name (``s3/2006-03-01/service-2``, ``partitions``)."""
    found: dict[str, Reader] = {}
    for pattern in ("*.json", "*.json.gz", "*/*/*.json", "*/*/*.json.gz"):
        for path in sorted(root.glob(pattern)):
            name = path.relative_to(root).as_posix().removesuffix(".gz").removesuffix(".json")
            found.setdefault(name, _unpacker(path) if path.suffix == ".gz" else path.read_bytes)
    return found


def _unpacker(path: Path) -> Reader:
    return lambda: gzip.decompress(path.read_bytes())


class _Writer:
    """The body of a file that is being written."""

    def __init__(self) -> None:
        self.data = bytearray(_PREFIX.size)
        self._lines: dict[bytes, int] = {}
        self._near: dict[bytes, int] = {}
        self._blobs: dict[bytes, list[int]] = {}

    def start_service(self) -> None:
        """Store short lines again from here on.

        A line elsewhere costs a reader the pages around it: 0.5 MB of repeated
        lines halve what the first EC2 client maps (6.2 to 3.2 MB).
        """
        self._near = {}

    def line(self, text: bytes) -> int:
        """Store a line, unless it is there already (a short one: for this service); return its offset."""
        known = self._near if len(text) < _SHORT else self._lines
        offset = known.get(text)
        if offset is None:
            offset = known[text] = len(self.data)
            self.data += text
            self.data += b"\n"
        return offset

    def blob(self, document: Any, level: int = 9) -> list[int]:
        """Store a document, unless it is there already; return its offset and packed length."""
        text = _dump(document).encode("utf-8", "surrogatepass")
        place = self._blobs.get(text)
        if place is None:
            packed = zlib.compress(text, level)
            place = self._blobs[text] = [len(self.data), len(packed)]
            self.data += packed
        return place

    def records(self, values: list[Any]) -> list[int]:
        """Store JSON records; return their offsets."""
        text = "\n".join([_dump(value) for value in values])
        for code, token in zip(_CODES, _TOKENS, strict=True):
            text = text.replace(token, code)
        return [self.line(line) for line in text.encode().split(b"\n")] if values else []

    def table(self, names: list[str], offsets: list[int], *, together: bool) -> list[int]:
        """Store a table; return its place. Names that are asked for as a list are kept ``together``."""
        keys = [name.encode() for name in names]
        if len(keys) > 0xFFFE:
            raise CompileError("the models", "", f"{len(keys)} names in one table; the layout allows 65534")
        end = 0
        if together:
            starts = []
            for key in keys:
                starts.append(len(self.data))
                self.data += key + b"\n"
            end = len(self.data)
        else:
            starts = [self.line(key) for key in keys]
        order = len(self.data)
        for pair in zip(starts, offsets, strict=True):
            self.data += _PAIR.pack(*pair)
        size = len(keys) * 2 + 1  # half full: 1.5 probes on average
        slots = [0] * size
        for position, key in enumerate(keys, 1):
            slot = zlib.crc32(key) % size
            while slots[slot]:
                slot = (slot + 1) % size
            slots[slot] = position
        place = [order, len(keys), len(self.data), size, end]
        self.data += struct.pack(f"<{size}H", *slots)
        return place

    def write(self, path: Path, magic: bytes, index: dict[str, Any]) -> None:
        """Write the file beside its final place, then move it there: a reader sees the old one or the new one."""
        packed = json.dumps({**index, "tokens": _TOKENS}, separators=(",", ":")).encode()
        body = zlib.crc32(memoryview(self.data)[_PREFIX.size :])
        total = len(self.data) + len(packed)
        prefix = _PREFIX.pack(magic, FORMAT, len(packed), total, zlib.crc32(packed), body)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            with temporary.open("wb") as file:
                file.write(prefix)
                file.write(memoryview(self.data)[_PREFIX.size :])
                file.write(packed)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False).encode


def _dump(value: Any) -> str:
    text = _encode(value)
    # A lone surrogate cannot be UTF-8: such a record is written in ASCII with escapes.
    lone = not text.isascii() and re.search("[\ud800-\udfff]", text)
    return json.dumps(value, separators=(",", ":")) if lone else text


def _load(name: str, reader: Reader) -> dict[str, Any]:
    try:
        value = json.loads(reader())
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise CompileError(name, "", str(error)) from error
    if not isinstance(value, dict):
        raise CompileError(name, "", "the file must hold a JSON object")
    return value


def _checked(name: str, pointer: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CompileError(name, pointer, f"expected an object, found {type(value).__name__}")
    return value


def _take_documentation(name: str, model: dict[str, Any]) -> dict[str, Any]:
    """Move the documentation of a model into a document of its own."""
    operations: dict[str, str] = {}
    shapes: dict[str, str] = {}

    def take(record: Any, into: dict[str, str], label: str) -> None:
        text = record.get("documentation")
        if isinstance(text, str):
            del record["documentation"]
            if text:
                into[label] = text

    for label, record in model["operations"].items():
        take(_checked(name, f"/operations/{label}", record), operations, label)
        for side in ("input", "output"):
            if side in record:
                take(_checked(name, f"/operations/{label}/{side}", record[side]), operations, f"{label}${side}")
        for error in record.get("errors", ()):
            take(_checked(name, f"/operations/{label}/errors", error), operations, f"{label}${error.get('shape')}")
    for label, record in model["shapes"].items():
        take(_checked(name, f"/shapes/{label}", record), shapes, label)
        for member, reference in _checked(name, f"/shapes/{label}/members", record.get("members", {})).items():
            take(_checked(name, f"/shapes/{label}/members/{member}", reference), shapes, f"{label}${member}")
        for member in ("member", "key", "value"):
            if member in record:
                take(_checked(name, f"/shapes/{label}/{member}", record[member]), shapes, f"{label}${member}")
    return {"service": model.pop("documentation", ""), "operations": operations, "shapes": shapes}


def _names(name: str, section: str, records: Mapping[str, Any]) -> list[str]:
    for label in records:
        if _CONTROL.search(label):
            raise CompileError(name, f"/{section}/{label}", "a name holds control characters")
    return list(records)


def _compile_model(name: str, model: dict[str, Any], store: _Writer, docs: _Writer) -> tuple[dict[str, Any], list[int]]:
    for section in _SECTIONS:
        _checked(name, f"/{section}", model.setdefault(section, {}))
    place = docs.blob(_take_documentation(name, model), 6)
    metadata, operations, shapes = (model.pop(section) for section in _SECTIONS)
    marks = [_MARK if record.get("exception") else 0 for record in shapes.values()]
    shape_offsets = [offset | mark for offset, mark in zip(store.records(list(shapes.values())), marks, strict=True)]
    operation_offsets = store.records(list(operations.values()))
    return {
        "metadata": store.records([metadata])[0],
        "rest": store.records([model])[0],
        "operations": store.table(_names(name, "operations", operations), operation_offsets, together=True),
        "shapes": store.table(_names(name, "shapes", shapes), shape_offsets, together=False),
    }, place


def _without_documentation(document: dict[str, Any]) -> dict[str, Any]:
    for parameter in document.get("parameters", {}).values():
        if isinstance(parameter, dict):
            parameter.pop("documentation", None)
    return document


def _sibling(name: str) -> ModuleType:
    """Load a module beside this one by its path; it imports the standard library alone."""
    spec = importlib.util.spec_from_file_location(f"sotalia_build_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _aliases(services: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the other names of services (client name, endpoint prefix) with the service id, as events have it."""
    known = {entry["id"].replace(" ", "-").lower(): name for name, entry in services.items() if entry["id"]}
    found: dict[str, str] = {}
    shared: set[str] = set()
    for key in ("name", "prefix"):
        for hyphenized, name in known.items():
            alias = name if key == "name" else services[name]["prefix"]
            if not alias or alias in known or found.get(alias) == hyphenized:
                continue
            if alias in services and key == "prefix":
                continue
            if alias in found:
                shared.add(alias)
            found[alias] = hyphenized
    return {alias: found[alias] for alias in sorted(found) if alias not in shared}


def compile_files(
    files: Mapping[str, Reader], store: Path, source: Mapping[str, str | None], check: Check | None = None
) -> dict[str, Any]:
    """Compile the files of a data folder, by name, into a store, and its documentation into the ``.docs`` beside it.

    ``source`` says where the files come from (``name``, ``version``); ``check``
    may refuse a service model. The same input gives the same bytes. Returns the numbers of what was compiled.
    Raises ``CompileError`` for a broken file.
    """
    tables, regions = _sibling("endpoint_tables"), _sibling("service_regions")
    body, texts = _Writer(), _Writer()
    folders: dict[tuple[str, str], list[str]] = {}
    shared: dict[str, list[int]] = {}
    digest: dict[str, Any] | None = None
    for parts in sorted(name.split("/") for name in files):  # by parts: "ab/1" comes before "ab-c/1"
        name = "/".join(parts)
        if len(parts) == 3:
            folders.setdefault((parts[0], parts[1]), []).append(parts[2])
        else:
            content = _load(name, files[name])
            shared[name] = body.blob(content)
            if name == "endpoints":  # what every client needs of a megabyte
                digest = _regions_of(body, regions.compile_service_regions(content))
    counts = {"services": 0, "versions": 0, "operations": 0, "shapes": 0}
    services: dict[str, dict[str, Any]] = {}
    documented: dict[str, list[int]] = {}
    order = sorted(folders, key=lambda folder: folder[1], reverse=True)  # the latest first: its records lie together
    for service, version in sorted(order, key=lambda folder: folder[0]):
        if service not in services:
            body.start_service()
        entry = services.setdefault(service, {"id": "", "prefix": "", "signing": "", "versions": {}})
        compiled: dict[str, Any] = {"kinds": {}}
        for kind in folders[service, version]:
            name = f"{service}/{version}/{kind}"
            content = _load(name, files[name])
            extras, merge = f"{name}.sdk-extras", {}
            if extras in files:
                merge = _checked(extras, "/merge", _load(extras, files[extras]).get("merge", {}))
                deep_merge(content, merge)
            if kind != "service-2":
                content = _without_documentation(content)
                if kind == "endpoint-rule-set-1" and "rules" in content:
                    content = tables.compact_ruleset(content)
                elif kind == "endpoint-bdd-1":
                    content = tables.compact_diagram(content)
                compiled["kinds"][kind] = body.blob(content)
                continue
            metadata, whole = content.get("metadata"), dict(content)
            records, documented[f"{service}/{version}"] = _compile_model(name, content, body, texts)
            if check is not None:
                check(name, whole, merge)
            compiled.update(records)
            if isinstance(metadata, dict) and not any("shapes" in known for known in entry["versions"].values()):
                entry["id"] = metadata.get("serviceId", "")
                entry["prefix"] = metadata.get("endpointPrefix", "")
                entry["signing"] = metadata.get("signingName") or entry["prefix"]
            counts["versions"] += 1
            counts["operations"] += records["operations"][1]
            counts["shapes"] += records["shapes"][1]
        entry["versions"] = {version: compiled, **entry["versions"]}
    counts["services"] = sum(any("shapes" in v for v in entry["versions"].values()) for entry in services.values())
    index = {"source": dict(source), "compiler": own_digest(), "counts": counts}
    table = body.table(list(services), body.records(list(services.values())), together=True)
    aliases = body.blob(_aliases(services))
    places = texts.table(list(documented), texts.records(list(documented.values())), together=True)
    texts.write(store.with_suffix(".docs"), _DOCS_MAGIC, {**index, "services": places})
    more = {} if digest is None else {"regions": digest}
    body.write(store, _STORE_MAGIC, {**index, "services": table, "shared": shared, "aliases": aliases, **more})
    return counts


def _regions_of(body: _Writer, compiled: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Store what is known of the regions of services, a record by partition and endpoint prefix; return its place."""
    lines = {f"{partition}/{prefix}": line for partition, found in compiled.items() for prefix, line in found.items()}
    return {
        "partitions": list(compiled),
        "lines": body.table(list(lines), body.records(list(lines.values())), together=True),
    }


def own_digest() -> int:
    """Return the digest of this compiler: another one may write another store."""
    digest = 0
    for name in ("build_store", "endpoint_tables", "service_regions"):
        digest = zlib.crc32(Path(__file__).with_name(f"{name}.py").read_bytes(), digest)
    return digest


def recorded(store: Path) -> tuple[str | None, str | None, int] | None:
    """Return the versions of botocore and of boto3 (``None``: no resources) and the compiler's digest in a store.

    ``None`` if the store or its documentation is missing, incomplete or of
    another format: then it must be compiled again.
    """
    index = _index(store, _STORE_MAGIC)
    documentation = _index(store.with_suffix(".docs"), _DOCS_MAGIC)
    if index is None or documentation is None:
        return None
    found, other = ((part["source"], part["compiler"]) for part in (index, documentation))
    return (found[0].get("version"), found[0].get("resources"), found[1]) if found == other else None


def _index(path: Path, magic: bytes) -> dict[str, Any] | None:
    try:
        with path.open("rb") as file:
            found, layout, length, total, checksum, _ = _PREFIX.unpack(file.read(_PREFIX.size))
            if (found, layout, total) != (magic, FORMAT, path.stat().st_size):
                return None
            file.seek(total - length)
            packed = file.read(length)
    except (OSError, struct.error):
        return None
    return json.loads(packed) if zlib.crc32(packed) == checksum else None


def version_of(package: Path) -> str | None:
    """Return the version that the ``__init__.py`` of a package folder states."""
    try:
        found = re.search(r"^__version__ = ['\"](.+?)['\"]", (package / "__init__.py").read_text("utf-8"), re.M)
    except OSError:
        return None
    return found[1] if found else None


def main(data: Path, store: Path, resources: Path | None = None) -> dict[str, Any]:
    """Compile the data folder of a botocore package into ``store``; its documentation goes beside it (``.docs``).

    ``resources`` is the data folder of a boto3 package, with the definitions of resources.
    """
    data = data.resolve()
    files = folder_files(data)
    source = {"name": data.parent.name, "version": version_of(data.parent)}
    if resources is not None:
        files.update(folder_files(resources))
        source["resources"] = version_of(resources.resolve().parent)
    return compile_files(files, store, source)


if __name__ == "__main__":
    import sys

    print(json.dumps(main(*map(Path, sys.argv[1:4]))))

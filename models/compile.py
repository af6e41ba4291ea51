"""Compile a store of your own: from a data folder, or from a wheel of botocore."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..components.errors import InvalidModelError
from . import build_store
from .data_files import json_pointer_at
from .model_check import check_model, check_references
from .model_origin import ModelOrigin

__all__ = ["compile_models"]


def compile_models(
    source: str | os.PathLike[str], target: str | os.PathLike[str], resources: str | os.PathLike[str] | None = None
) -> dict[str, Any]:
    """Compile the models of ``source`` into the store ``target``, and their documentation into the ``.docs`` beside it.

    ``source`` is a data folder (``<service>/<api version>/service-2.json[.gz]``
    and so on), a folder that holds ``botocore/data`` or ``data``, or a wheel
    file; ``resources`` the same of boto3, for its definitions of resources.
    Both files are written beside their place and renamed: readers see
    the old or the new. Returns the numbers of services, versions, operations and
    shapes. Raises ``InvalidModelError`` for a source that has no models, or a
    broken file (with the JSON pointer). About 6 CPU seconds for all of AWS.
    """
    path, store = Path(source), Path(target)
    if store.suffix != ".store":
        raise ValueError(f"The target of a compilation must be named *.store, not {store.name!r}")
    try:
        files, origin = _read(path)
        if not any(name.endswith("/service-2") for name in files):
            raise InvalidModelError(
                path=os.fspath(path), pointer="", reason="it holds no <service>/<api version>/service-2.json"
            )
        if resources is not None:
            more, theirs = _read(Path(resources))
            files = {**files, **{name: reader for name, reader in more.items() if name.endswith("/resources-1")}}
            origin = {**origin, "resources": theirs.get("version")}
        return build_store.compile_files(files, store, origin, lambda *model: _check(path, *model))
    except build_store.CompileError as error:
        cause = error.__cause__
        doc, position = getattr(cause, "doc", None), getattr(cause, "pos", 0)
        pointer = json_pointer_at(doc, position) if isinstance(doc, str) else error.pointer
        raise InvalidModelError(path=f"{path}: {error.path}", pointer=pointer, reason=error.reason) from error


def _check(path: Path, name: str, model: Mapping[str, Any], extras: Mapping[str, Any]) -> None:
    origin = ModelOrigin(f"{path}: {name}", extras, f"{path}: {name}.sdk-extras")
    check_model(model, origin)
    check_references(model, origin)


def _read(path: Path) -> tuple[Mapping[str, build_store.Reader], dict[str, str | None]]:
    return _wheel(path) if path.is_file() else _folder(path)


def _folder(path: Path) -> tuple[Mapping[str, build_store.Reader], dict[str, str | None]]:
    for data in (path / "botocore" / "data", path / "boto3" / "data", path / "data", path):
        if data.is_dir():
            package = data.resolve().parent
            return build_store.folder_files(data), {"name": package.name, "version": build_store.version_of(package)}
    return {}, {}


def _wheel(path: Path) -> tuple[Mapping[str, build_store.Reader], dict[str, str | None]]:
    import gzip
    import zipfile

    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise InvalidModelError(path=os.fspath(path), pointer="", reason=f"it is no wheel ({error})") from error

    def reader(member: str, packed: bool) -> build_store.Reader:
        return lambda: gzip.decompress(archive.read(member)) if packed else archive.read(member)

    files: dict[str, build_store.Reader] = {}
    package = ""
    for member in sorted(archive.namelist()):
        found = re.fullmatch(r"([^/]+)/data/((?:[^/]+/[^/]+/)?[^/]+?)\.json(\.gz)?", member)
        if found:
            package = found[1]
            files.setdefault(found[2], reader(member, found[3] is not None))
    version = next((name.split("-")[1] for name in (path.name,) if name.count("-") >= 4), None)
    return files, {"name": package, "version": version}

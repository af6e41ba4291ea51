"""The compiled models of all services, in one mapped file that every process of a host shares.

Opening it costs about 0.1 ms and reads nothing of the models; a service is
found by a hash lookup, and a record is decoded when it is asked for.
"""

from __future__ import annotations

import os

from ..components import errors
from .store_file import DOCS_MAGIC, STORE_MAGIC, StoreFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from .service_entry import ServiceEntry
    from .store_file import Table

__all__ = ["Store", "StoreSource", "default_store", "default_store_path"]

_MODEL = "service-2"


class Store:
    """The compiled models. Make it with ``Store.open``; any thread may use it, and a forked child shares it.

    Unknown services, versions and kinds are a ``KeyError``: ``DataLoader`` turns
    them into errors for users. Damaged bytes are a ``StoreError``.
    """

    def __init__(self, file: StoreFile) -> None:
        self._file = file
        self._table: Table = tuple(file.index["services"])
        self._services: dict[str, Mapping[str, Any]] = {}
        self._sources: dict[tuple[str, str], StoreSource] = {}
        self._documents: dict[tuple[str | None, str | None, str], Mapping[str, Any]] = {}
        self._docs: StoreFile | None = None
        self._texts: tuple[tuple[str, str], dict[str, Any]] | None = None
        self.models: dict[tuple[str, str], Any] = {}
        """The service models made from this store, shared by all sessions of the process (kept by the loader)."""

    def __repr__(self) -> str:
        return f"<Store {self._file.path}>"

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Store:
        """Map the store at ``path``; ``StoreError`` if there is none, or if it is damaged or of another format."""
        return cls(StoreFile(os.fspath(path), STORE_MAGIC))

    @property
    def path(self) -> str:
        """The file."""
        return self._file.path

    def services(self) -> list[str]:
        """The names of the services, sorted."""
        return self.services_with(_MODEL)

    def services_with(self, kind: str) -> list[str]:
        """The names of the services that have ``kind`` in some api version, sorted."""
        names = self._file.names(self._table)
        if kind == _MODEL and len(names) == self._file.index["counts"]["services"]:
            return names
        return [name for name in names if self._versions(name, kind)]

    def api_versions(self, service: str, kind: str = _MODEL) -> list[str]:
        """The api versions of a service that have ``kind``, oldest first; ``KeyError`` for an unknown service."""
        return self._versions(service, kind)

    def entry(self, service: str) -> ServiceEntry:
        """The index entry of a service; ``KeyError`` for an unknown one."""
        from .service_entry import ServiceEntry  # for who looks at the index itself

        entry = self._service(service)
        return ServiceEntry(
            service, tuple(self._versions(service, _MODEL)), entry["id"], entry["prefix"], entry["signing"]
        )

    def aliases(self) -> dict[str, str]:
        """Other names of services (client name, endpoint prefix), each with the service id as events have it."""
        return dict(self._file.document(self._file.index["aliases"]))

    def service(self, service: str, api_version: str | None = None) -> StoreSource:
        """The records of a service, of its latest api version unless one is given; ``KeyError`` for an unknown one."""
        if api_version is None:
            api_version = max(self._versions(service, _MODEL))
        key = (service, api_version)
        source = self._sources.get(key)
        if source is None:
            version = self._version(service, api_version)
            source = self._sources.setdefault(key, StoreSource(self, self._file, service, api_version, version))
        return source

    def kinds(self, service: str, api_version: str) -> list[str]:
        """The kinds of data that a service has (``service-2``, ``paginators-1``, ...), sorted."""
        version = self._version(service, api_version)
        return sorted([*version["kinds"], *([_MODEL] if "shapes" in version else [])])

    def document(self, service: str, api_version: str | None, kind: str) -> dict[str, Any]:
        """The data of a ``kind`` other than ``service-2``; ``KeyError`` if the service has none of it.

        Extras of the SDK are merged already. A new value every time.
        """
        from .endpoint_tables import expand_ruleset, is_compact, is_diagram

        found: dict[str, Any] = self._stored(service, api_version, kind)
        if is_compact(found):
            return expand_ruleset(found)
        if is_diagram(found):
            found.pop("reads", None)
        return found

    def _stored(self, service: str, api_version: str | None, kind: str) -> Any:
        if api_version is None:
            versions = self._versions(service, kind)
            if not versions:
                raise KeyError(kind)
            api_version = max(versions)
        return self._file.document(self._version(service, api_version)["kinds"][kind])

    def shared_document(self, service: str | None, api_version: str | None, kind: str) -> Mapping[str, Any]:
        """As ``document`` (or ``shared``, where ``service`` is ``None``), but one object for all, to read only.

        Endpoint rule sets are in their compact form (``endpoint_tables``).
        """
        key = (service, api_version, kind)
        found = self._documents.get(key)
        if found is None:
            value = self.shared(kind) if service is None else self._stored(service, api_version, kind)
            found = self._documents.setdefault(key, value)
        return found

    def has_shared(self, kind: str) -> bool:
        """Whether there is data of this name that belongs to no service."""
        return kind in self._file.index["shared"]

    def shared_kinds(self) -> list[str]:
        """The names of the data that belong to no service (``partitions``, ``endpoints``, ...), sorted."""
        return sorted(self._file.index["shared"])

    def shared(self, kind: str) -> dict[str, Any]:
        """The data of ``partitions``, ``endpoints``, ...; ``KeyError`` for another name. A new value every time."""
        return self._file.document(self._file.index["shared"][kind])  # type: ignore[no-any-return] # JSON edge

    def region_partitions(self) -> list[str] | None:
        """The partitions for which ``region_line`` knows services; ``None`` where there are no endpoints."""
        regions = self._file.index.get("regions")
        return None if regions is None else list(regions["partitions"])

    def region_line(self, partition: str, prefix: str) -> str | None:
        """What is special about the regions of a service (``service_regions``), ``None`` if nothing is."""
        file = self._file
        try:
            offset = file.find(file.index["regions"]["lines"], f"{partition}/{prefix}")
        except KeyError:
            return None
        return file.record(offset)  # type: ignore[no-any-return] # a line of text

    def info(self) -> dict[str, Any]:
        """What the store was compiled from (``source``), its ``path``, ``bytes`` and ``counts``."""
        index = self._file.index
        return {
            "path": self._file.path,
            "bytes": len(self._file),
            "source": dict(index["source"]),
            "counts": dict(index["counts"]),
        }

    def verify(self) -> None:
        """Compare the checksum of the whole file; ``StoreError`` if it is damaged."""
        self._file.verify()

    def documentation(self, service: str, api_version: str) -> dict[str, Any]:
        """The documentation of a service, from its own file; empty where the file or the service is missing.

        To read only. That of the service that was asked for last is kept (3 MB for EC2, most have 50 KB).
        """
        key, kept = (service, api_version), self._texts
        if kept is None or kept[0] != key:
            kept = self._texts = key, self._documentation(service, api_version)
        return kept[1]

    def _documentation(self, service: str, api_version: str) -> dict[str, Any]:
        try:
            if self._docs is None:
                self._docs = StoreFile(os.path.splitext(self._file.path)[0] + ".docs", DOCS_MAGIC)
        except errors.StoreError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return {}
            raise
        docs = self._docs
        try:
            offset = docs.find(tuple(docs.index["services"]), f"{service}/{api_version}")
        except KeyError:
            return {}
        return docs.document(docs.record(offset))  # type: ignore[no-any-return] # JSON edge

    def _service(self, service: str) -> Mapping[str, Any]:
        entry = self._services.get(service)
        if entry is None:
            entry = self._file.record(self._file.find(self._table, service))
            entry = self._services.setdefault(service, entry)
        return entry

    def _version(self, service: str, api_version: str) -> Mapping[str, Any]:
        return self._service(service)["versions"][api_version]  # type: ignore[no-any-return] # JSON edge

    def _versions(self, service: str, kind: str) -> list[str]:
        versions = self._service(service)["versions"]
        if kind == _MODEL:
            return [name for name, version in versions.items() if "shapes" in version]
        return [name for name, version in versions.items() if kind in version["kinds"]]


class StoreSource:
    """The records of one service of the store: a ``ShapeSource``. Each record is decoded once, at first touch.

    Any thread may use it: two that touch a record at once may both decode it, and one of the two is kept.
    """

    def __init__(
        self, store: Store, file: StoreFile, service_name: str, api_version: str, version: Mapping[str, Any]
    ) -> None:
        if "shapes" not in version:
            raise KeyError(api_version)
        self.service_name = service_name
        self.api_version = api_version
        self._store = store
        self._file = file
        self._operation_table: Table = version["operations"]
        self._shape_table: Table = version["shapes"]
        self._rest_offset: int = version["rest"]
        self._metadata: Mapping[str, Any] = file.record(version["metadata"])
        self._rest: Mapping[str, Any] | None = None
        self._operations: dict[str, Mapping[str, Any]] = {}
        self._shapes: dict[str, Mapping[str, Any]] = {}

    def __repr__(self) -> str:
        return f"<StoreSource {self.service_name}/{self.api_version}>"

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The ``metadata`` section."""
        return self._metadata

    @property
    def client_context_params(self) -> Mapping[str, Any]:
        """The ``clientContextParams`` section."""
        return self.rest.get("clientContextParams", {})  # type: ignore[no-any-return] # JSON edge

    @property
    def rest(self) -> Mapping[str, Any]:
        """The sections besides ``metadata``, ``operations`` and ``shapes``."""
        rest = self._rest
        if rest is None:
            read: Mapping[str, Any] = self._file.record(self._rest_offset)
            self._rest = rest = read
        return rest

    def operation_names(self) -> Sequence[str]:
        """All operations, in the model's order."""
        return self._file.names(self._operation_table)

    def operation(self, name: str) -> Mapping[str, Any]:
        """The record of an operation; ``KeyError`` if there is none."""
        record = self._operations.get(name)
        if record is None:
            file = self._file
            record = self._operations.setdefault(name, file.record(file.find(self._operation_table, name)))
        return record

    def shape_names(self) -> Sequence[str]:
        """All shapes, in the model's order."""
        return self._file.names(self._shape_table)

    def error_shape_names(self) -> Sequence[str]:
        """The shapes that are errors, in the model's order; no record is decoded for it."""
        return self._file.marked(self._shape_table)

    def shape(self, name: str) -> Mapping[str, Any]:
        """The record of a shape; ``KeyError`` if there is none."""
        record = self._shapes.get(name)
        if record is None:
            file = self._file
            record = self._shapes.setdefault(name, file.record(file.find(self._shape_table, name)))
        return record

    def documentation(self, kind: str, name: str) -> str:
        """Documentation of ``("service", "")``, ``("operation", name)`` or ``("shape", "Name" or "Name$member")``."""
        texts = self._store.documentation(self.service_name, self.api_version)
        if kind == "service":
            return str(texts.get("service", ""))
        return str(texts.get(f"{kind}s", {}).get(name, ""))

    def document(self, kind: str) -> Mapping[str, Any]:
        """Another document of the service (``examples-1``); empty where there is none."""
        try:
            return self._store.document(self.service_name, self.api_version, kind)
        except KeyError:
            return {}

    def model(self) -> dict[str, Any]:
        """The whole model as a new dictionary, without documentation: what ``service-2.json`` holds."""
        file = self._file
        return {
            "metadata": dict(self._metadata),
            "operations": file.records(self._operation_table),
            "shapes": file.records(self._shape_table),
            **file.record(self._rest_offset),
        }


_STORES: dict[str, Store] = {}


def default_store_path() -> str:
    """Where the store of this installation is."""
    path = os.path.join(os.path.dirname(__file__), "aws.store")
    if not os.path.exists(path):
        from importlib.resources import as_file, files

        try:
            with as_file(
                files(__name__.rpartition(".")[0]) / "aws.store"
            ) as found:  # an import hook may keep it elsewhere
                return os.fspath(found) if found.exists() else path
        except (FileNotFoundError, NotADirectoryError):
            return path
    return path


def default_store(path: str | os.PathLike[str] | None = None) -> Store:
    """The store of this installation, or the one at ``path``: opened once, shared by the whole process.

    Takes no lock: of two threads that open it at once, one result is kept.
    """
    key = "" if path is None else os.fspath(path)
    store = _STORES.get(key)
    if store is None:
        store = _STORES.setdefault(key, Store.open(default_store_path() if path is None else path))
    return store

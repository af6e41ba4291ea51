"""Where model data is found: the folders of the search path first, then the compiled store."""

from __future__ import annotations

import os
from _collections_abc import Mapping  # collections.abc, without all that collections brings

from ..components import errors
from ..components.forksafe import lazy
from .data_files import DataFolder
from .service_model import ServiceModel
from .store import default_store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from .model_origin import ModelOrigin
    from .store import Store

__all__ = ["DataLoader", "data_loader", "search_paths_of"]

_MODEL = "service-2"
_PRIVATE = os.path.join("~", ".aws", "models")
_EXTRAS = "sdk-extras"
_KEPT_LOADERS = 16


def search_paths_of(data_path: str | None) -> list[str]:
    """Return the folders of a ``data_path`` setting (``AWS_DATA_PATH``), and ``~/.aws/models`` after them."""
    given = data_path.split(os.pathsep) if data_path else ()
    found = [os.path.expanduser(os.path.expandvars(path)) for path in given if path]
    return [*found, os.path.expanduser(_PRIVATE)]


_loaders: dict[tuple[str, ...], DataLoader] = {}


def data_loader(search_paths: Iterable[str]) -> DataLoader:
    """Return a loader of these folders; while none of them exists, all that ask get the same one."""
    paths = tuple(search_paths)
    found = _loaders.get(paths)
    if found is not None and not any(map(os.path.isdir, paths)):
        return found
    made = DataLoader(paths)
    if made.own_data is None:
        if len(_loaders) >= _KEPT_LOADERS:
            _loaders.clear()
        _loaders[paths] = made
    return made


class DataLoader:
    """Finds model data by service, kind (``service-2``, ``paginators-1``, ...) and api version.

    A file of the search path hides that of the later folders and of the store;
    names and versions of all are listed together. ``<kind>.sdk-extras.json`` is
    merged into what it extends. A loader reads a file once and keeps what it
    read. Any thread may use it: two that need a file at once may both read it,
    and one result is kept. The store is opened when it is first needed.
    """

    def __init__(
        self, search_paths: Iterable[str | os.PathLike[str]] = (), store_opener: Callable[[], Store] = default_store
    ) -> None:
        self._folders = [DataFolder(os.fspath(path)) for path in search_paths]
        self._open_store = store_opener
        self._cached_store: Store | None = None
        self._read: dict[str, tuple[dict[str, Any], str]] = {}
        self._merged: dict[str, dict[str, Any]] = {}
        self._models: dict[tuple[str, str | None], ServiceModel] = {}

    def __repr__(self) -> str:
        return f"<DataLoader {self.search_paths}>"

    @property
    def search_paths(self) -> list[str]:
        """The folders that are searched before the store."""
        return [folder.root for folder in self._folders]

    @property
    def store(self) -> Store:
        """The compiled store; ``StoreError`` if it cannot be opened."""
        if self._cached_store is None:
            self._cached_store = self._open_store()
        return self._cached_store

    def is_builtin_path(self, path: str | os.PathLike[str]) -> bool:
        """Whether data that was loaded from ``path`` came from the store, and not from a folder of the user."""
        return os.fspath(path) == self.store.path

    def list_available_services(self, type_name: str = _MODEL) -> list[str]:
        """The names of all services that have data of a kind, sorted."""
        found = set(self.store.services_with(type_name))
        for folder in self._folders:
            found.update(folder.services(type_name))
        return sorted(found)

    def list_api_versions(self, service_name: str, type_name: str = _MODEL) -> list[str]:
        """The api versions of a service, oldest first; ``DataNotFoundError`` if there are none."""
        versions = self._versions(service_name, type_name)
        if not versions:
            raise errors.DataNotFoundError(data_path=service_name)
        return versions

    def determine_latest_version(self, service_name: str, type_name: str = _MODEL) -> str:
        """The latest api version of a service; ``DataNotFoundError`` if there is none."""
        return self.list_api_versions(service_name, type_name)[-1]

    def load_service_model(
        self, service_name: str, type_name: str = _MODEL, api_version: str | None = None
    ) -> dict[str, Any]:
        """The data of a service as one dictionary, with extras merged; from the store it is without documentation.

        The loader keeps the dictionary and returns the same one again. Raises
        ``UnknownServiceError`` (with near matches) for a service that has no data of the kind,
        ``DataNotFoundError`` for an unknown version, ``InvalidModelError`` for a broken file.
        """
        versions = self._versions(service_name, type_name)
        if not versions:
            raise self._unknown(service_name, type_name)
        name = f"{service_name}/{api_version or versions[-1]}/{type_name}"
        content = self._merged.get(name)
        if content is None:
            content = self._merged.setdefault(name, self._load_merged(name, versions))
        return content

    def load_data(self, name: str) -> dict[str, Any]:
        """The data of ``partitions``, or of ``<service>/<api version>/<kind>``; ``DataNotFoundError`` if unknown."""
        return self.load_data_with_path(name)[0]

    def load_data_with_path(self, name: str) -> tuple[dict[str, Any], str]:
        """The data of a name, and the file that it came from."""
        found = self._read.get(name) or self._find(name)
        if found is None:
            raise errors.DataNotFoundError(data_path=name)
        return self._read.setdefault(name, found)

    def service_model(self, service: str, api_version: str | None = None) -> ServiceModel:
        """The model of a service, of its latest api version unless one is given.

        What comes from the store is shared by all loaders of the process.
        Raises as ``load_service_model`` does.
        """
        key = (service, api_version)
        model = self._models.get(key)
        if model is None:
            folders = [folder for folder in self._folders if folder.has_service(service)]
            model = self._models.setdefault(key, self._make_model(service, api_version, folders))
        return model

    def document(self, service: str, kind: str, api_version: str | None = None) -> Mapping[str, Any]:
        """The data of a kind such as ``paginators-1``, to read only; ``DataNotFoundError`` if the service has none.

        What comes from the store is one object for the whole process.
        """
        if not any(folder.has_service(service) for folder in self._folders):
            try:
                return self.store.shared_document(service, api_version, kind)
            except KeyError:
                pass
        versions = self._versions(service, kind)
        if not versions:
            raise errors.DataNotFoundError(data_path=f"{service}/{api_version or '*'}/{kind}")
        version = api_version or versions[-1]
        if self.in_folders(service, version, kind):
            return self.load_service_model(service, kind, version)
        try:
            return self.store.shared_document(service, version, kind)
        except KeyError:
            raise errors.DataNotFoundError(data_path=f"{service}/{version}/{kind}") from None

    @lazy
    def own_data(self) -> DataLoader | None:
        """This loader if there was a folder to search when it was first asked, else ``None``."""
        return self if any(folder.exists() for folder in self._folders) else None

    def has_own(self, kind: str) -> bool:
        """Whether a folder of the search path has data that belongs to no service (``endpoints``) itself."""
        return any(folder.read(kind) is not None for folder in self._folders)

    def in_folders(self, service: str, version: str, kind: str) -> bool:
        """Whether a folder of the search path has data of a kind, or extras of it, for a version of a service."""
        return any(
            version in folder.versions(service, name)
            for folder in self._folders
            for name in (kind, f"{kind}.{_EXTRAS}")
        )

    def shared(self, kind: str) -> Mapping[str, Any]:
        """The data of ``partitions``, ``endpoints``, ``_retry`` or ``sdk-default-configuration``, to read only."""
        for folder in self._folders:
            if folder.read(kind) is not None:
                return self.load_data(kind)
        store = self.store
        if not store.has_shared(kind):  # a store of private services alone: the rest is that of AWS
            store = default_store()
        try:
            return store.shared_document(None, None, kind)
        except KeyError:
            raise errors.DataNotFoundError(data_path=kind) from None

    @property
    def regions_store(self) -> Store:
        """The store that knows the regions of services: that of AWS, for one of private services alone."""
        return default_store() if self.store.region_partitions() is None else self.store

    def _make_model(self, service: str, api_version: str | None, folders: list[DataFolder]) -> ServiceModel:
        if folders:
            versions = self._versions(service, _MODEL)
            version = api_version or (versions[-1] if versions else "")
            if self.in_folders(service, version, _MODEL):
                return self._own_model(service, version)
            api_version = version or None
        store = self.store
        try:
            source = store.service(service, api_version)
        except KeyError:
            versions = self._versions(service, _MODEL)
            if not versions or api_version is None:
                raise self._unknown(service, _MODEL) from None
            raise self._no_version(f"{service}/{api_version}/{_MODEL}", versions) from None
        key = (service, source.api_version)
        model: ServiceModel | None = store.models.get(key)
        return store.models.setdefault(key, ServiceModel(source, service)) if model is None else model

    def _own_model(self, service: str, version: str) -> ServiceModel:
        """Make a model of files of the user; what none of them holds is that of the store."""
        from .folder_source import FolderSource
        from .model_check import check_model

        content = self.load_service_model(service, _MODEL, version)
        origin = self.origin(service, _MODEL, version)
        # What extras of the store add is not the user's, and may fit another version of the model.
        check_model(content if origin.has_extras else self.load_data(f"{service}/{version}/{_MODEL}"), origin)
        metadata = {"apiVersion": version, **content["metadata"]}
        extended = self.store.service(service, version) if self._is_store(origin.path) else None
        source = FolderSource(
            {**content, "metadata": metadata},
            origin,
            lambda kind: self._document_or_nothing(service, kind, version),
            None if extended is None else extended.documentation,
        )
        return ServiceModel(source, service)

    def origin(self, service: str, kind: str, version: str) -> ModelOrigin:
        """The files that data of a service are from, to name them in an error."""
        from .model_origin import ModelOrigin

        name = f"{service}/{version}/{kind}"
        _, path = self.load_data_with_path(name)
        extras = self._find_in_folders(f"{name}.{_EXTRAS}")
        return ModelOrigin(path) if extras is None else ModelOrigin(path, extras[0].get("merge", {}), extras[1])

    def own_origin(self, service: str, kind: str, version: str) -> ModelOrigin | None:
        """The files that data of a service are from if the user wrote some of them, else ``None``."""
        if self.own_data is None or not self.in_folders(service, version, kind):
            return None
        return self.origin(service, kind, version)

    def _document_or_nothing(self, service: str, kind: str, version: str) -> Mapping[str, Any]:
        try:
            return self.document(service, kind, version)
        except errors.DataNotFoundError:
            return {}

    def _versions(self, service: str, kind: str) -> list[str]:
        found: set[str] = set()
        for folder in self._folders:
            found.update(folder.versions(service, kind))
        try:
            found.update(self.store.api_versions(service, kind))
        except KeyError:
            pass
        except errors.StoreError:
            if not found:  # private services work without a store
                raise
        return sorted(found)

    def _load_merged(self, name: str, versions: list[str]) -> dict[str, Any]:
        """Load data with what extends it. Extras of the store are in its models; a folder's model gets them too."""
        from copy import deepcopy

        from .build_store import deep_merge

        found = self._find(name)
        if found is None:
            raise self._no_version(name, versions)
        content, path = self._read.setdefault(name, found)
        extras = self._find_in_folders(f"{name}.{_EXTRAS}")
        if extras is None and not self._is_store(path):
            try:
                extras = self._find_in_store(f"{name}.{_EXTRAS}")
            except errors.StoreError:
                extras = None
        if extras is not None:
            merge, extras_path = extras[0].get("merge", {}), extras[1]
            if not isinstance(merge, Mapping):
                from .model_origin import ModelOrigin

                raise ModelOrigin(extras_path).error("/merge", f"expected an object, found {type(merge).__name__}")
            content = deepcopy(content)
            deep_merge(content, merge)
        return content

    def _find(self, name: str) -> tuple[dict[str, Any], str] | None:
        return self._find_in_folders(name) or self._find_in_store(name)

    def _find_in_folders(self, name: str) -> tuple[dict[str, Any], str] | None:
        for folder in self._folders:
            found = folder.read(name)
            if found is not None:
                return found
        return None

    def _find_in_store(self, name: str) -> tuple[dict[str, Any], str] | None:
        store = self.store
        parts = name.split("/")
        try:
            if len(parts) == 1:
                return store.shared(name), store.path
            if len(parts) != 3:
                return None
            service, version, kind = parts
            if kind == _MODEL:
                return store.service(service, version).model(), store.path
            return store.document(service, version, kind), store.path
        except KeyError:
            return None

    def _is_store(self, path: str) -> bool:
        return self._cached_store is not None and path == self._cached_store.path

    @staticmethod
    def _no_version(name: str, versions: list[str]) -> errors.DataNotFoundError:
        return errors.DataNotFoundError(data_path=f"{name} (known api versions: {', '.join(versions)})")

    def _unknown(self, service: str, kind: str) -> errors.UnknownServiceError:
        from difflib import get_close_matches

        known = self.list_available_services(kind)
        near = get_close_matches(service.lower(), known, 3, 0.6)
        hint = f". Did you mean: {', '.join(near)}?" if near else ""
        return errors.UnknownServiceError(service_name=service, known_service_names=", ".join(known) + hint)

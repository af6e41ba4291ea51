"""What the stubs of all services share: the module ``types_sotalia``."""

__all__ = ["COMMON"]

COMMON = '''"""Types that services share, written by ``sotalia stubs``: changes are lost when it runs again."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Generic, Protocol, Required, Self, TypeAlias, TypedDict, TypeVar

from sotalia.components.event_frames import Frame
from sotalia.components.explanation import Explanation
from sotalia.session_core.client import ClientMeta
from sotalia.session_core.resource_definitions import ResourceModel

_T = TypeVar("_T")
_C = TypeVar("_C")

class Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...

Blob: TypeAlias = bytes | bytearray | str | Readable
Timestamp: TypeAlias = datetime | str | float
Document: TypeAlias = Mapping[str, "Document"] | Sequence["Document"] | str | float | bool | None

class ResponseMetadataTypeDef(TypedDict, total=False):
    RequestId: Required[str]
    HTTPStatusCode: Required[int]
    HTTPHeaders: Required[dict[str, str]]
    RetryAttempts: Required[int]
    HostId: str

class EmptyResultTypeDef(TypedDict):
    ResponseMetadata: ResponseMetadataTypeDef

class PaginatorConfigTypeDef(TypedDict, total=False):
    MaxItems: int | None
    PageSize: int | None
    StartingToken: str | None

class WaiterConfigTypeDef(TypedDict, total=False):
    Delay: float
    MaxAttempts: int

class CopySourceTypeDef(TypedDict, total=False):
    Bucket: Required[str]
    Key: Required[str]
    VersionId: str

class ServiceClient:
    meta: ClientMeta
    @property
    def waiter_names(self) -> list[str]: ...
    def close(self) -> None: ...
    def explain(self, name: str) -> Explanation: ...

class Paginator: ...

class PageIterator(Generic[_T]):
    @property
    def resume_token(self) -> str | None: ...
    @property
    def non_aggregate_part(self) -> dict[str, Any]: ...
    @property
    def result_keys(self) -> list[str]: ...
    def __iter__(self) -> Iterator[_T]: ...
    def build_full_result(self) -> _T: ...
    def search(self, expression: str) -> Iterator[Any]: ...
    def result_key_iters(self) -> list[Iterator[Any]]: ...

class Waiter:
    name: str

class EventStream(Generic[_T]):
    def __iter__(self) -> Iterator[_T]: ...
    def __next__(self) -> _T: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def close(self) -> None: ...
    def peek(self) -> Frame | None: ...
    def get_initial_response(self) -> Frame: ...

class ResourceMeta(Generic[_C]):
    service_name: str
    identifiers: list[str]
    client: _C
    data: Any
    resource_model: ResourceModel | None
    def copy(self) -> Self: ...

class ResourceCollection(Generic[_T]):
    def __iter__(self) -> Iterator[_T]: ...
    def all(self) -> Self: ...
    def limit(self, count: int) -> Self: ...
    def page_size(self, count: int) -> Self: ...
    def pages(self) -> Iterator[list[_T]]: ...

class CollectionManager(Generic[_C, _T]):
    def all(self) -> _C: ...
    def limit(self, count: int) -> _C: ...
    def page_size(self, count: int) -> _C: ...
    def pages(self) -> Iterator[list[_T]]: ...
'''
"""The text of the module."""

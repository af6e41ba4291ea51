"""Collections: what an operation lists, as resources, page by page."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any, ClassVar

from ..models.names import python_name
from .resource_answers import Maker, answer_of, resources_in
from .resource_requests import fill_parameters, merge_parameters

if TYPE_CHECKING:
    from .resource_definitions import Action, Collection

__all__ = ["CollectionManager", "ResourceCollection", "batch_action"]


class ResourceCollection:
    """A query for resources: nothing is sent before it is iterated over, and each iteration asks anew.

    Its methods return a new collection and leave this one as it is. Safe in threads.
    """

    _kind: ClassVar["Collection"]
    _title: ClassVar[str]

    def __init__(self, parent: Any, make: Callable[..., Any], params: Mapping[str, Any]) -> None:
        self._parent = parent
        self._make = make
        self._params = params

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._parent!r}, {self._title})"

    def __iter__(self) -> Iterator[Any]:
        for page in self.pages():
            yield from page

    def _with(self, more: Mapping[str, Any]) -> "ResourceCollection":
        params = deepcopy(dict(self._params))
        merge_parameters(params, deepcopy(dict(more)))
        return type(self)(self._parent, self._make, params)

    def all(self) -> "ResourceCollection":
        """Return the same query again."""
        return self._with({})

    def filter(self, **kwargs: Any) -> "ResourceCollection":
        """Return this query with further parameters of the operation; lists are joined to those that it has."""
        return self._with(kwargs)

    def limit(self, count: int) -> "ResourceCollection":
        """Return this query for at most ``count`` resources."""
        return self._with({"limit": count})

    def page_size(self, count: int) -> "ResourceCollection":
        """Return this query with ``count`` resources in a page of the service."""
        return self._with({"page_size": count})

    def pages(self) -> Iterator[list[Any]]:
        """Yield lists of resources, one for each answer of the service."""
        kind, client = self._kind, self._parent.meta.client
        given = dict(self._params)
        limit, size = given.pop("limit", None), given.pop("page_size", None)
        params = fill_parameters({}, kind.request.params, self._parent)
        merge_parameters(params, deepcopy(given))
        method = python_name(kind.request.operation)
        if client.can_paginate(method):
            config = {"MaxItems": limit, "PageSize": size}
            answers = client.get_paginator(method).paginate(PaginationConfig=config, **params)
        else:
            answers = [getattr(client, method)(**params)]
        operation = client.meta.service_model.operation_model(kind.request.operation)
        left = limit
        for answer in answers:
            found = resources_in(kind.resource, self._make, self._parent, params, answer, operation) or []
            page = found if isinstance(found, list) else [found]
            if left is None:
                yield page
                continue
            yield page[:left]
            left -= len(page)
            if left <= 0:
                break


class CollectionManager:
    """Where the queries of a collection start: ``bucket.objects``. It is not iterated over itself: ``all()`` is."""

    _kind: ClassVar["Collection"]
    _title: ClassVar[str]
    _collection: ClassVar[type[ResourceCollection]]

    def __init__(self, parent: Any, make: Callable[..., Any]) -> None:
        self._parent = parent
        self._make = make

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._parent!r}, {self._title})"

    def iterator(self, **kwargs: Any) -> ResourceCollection:
        """Return a query with these parameters of the operation."""
        return self._collection(self._parent, self._make, kwargs)

    def all(self) -> ResourceCollection:
        """Return a query for all resources of the collection."""
        return self.iterator()

    def filter(self, **kwargs: Any) -> ResourceCollection:
        """Return a query with these parameters of the operation."""
        return self.iterator(**kwargs)

    def limit(self, count: int) -> ResourceCollection:
        """Return a query for at most ``count`` resources."""
        return self.iterator(limit=count)

    def page_size(self, count: int) -> ResourceCollection:
        """Return a query with ``count`` resources in a page of the service."""
        return self.iterator(page_size=count)

    def pages(self) -> Iterator[list[Any]]:
        """Yield lists of all resources of the collection, one for each answer of the service."""
        return self.iterator().pages()


def batch_action(action: "Action", maker: Callable[[str, Any], Maker]) -> Callable[..., list[Any]]:
    """Return the method of a collection that calls an operation once for each page of resources.

    ``maker`` returns what makes resources of a type for a client.
    """
    request = action.request
    assert request is not None  # of every batch action

    def run(self: Any, *args: Any, **kwargs: Any) -> list[Any]:
        parent = self._parent
        call = getattr(parent.meta.client, python_name(request.operation))
        operation = parent.meta.client.meta.service_model.operation_model(request.operation)
        answers = []
        for page in self.pages():
            params: dict[str, Any] = {}
            for index, resource in enumerate(page):
                fill_parameters(params, request.params, resource, index)
            if not page:
                continue
            params.update(kwargs)
            answer = call(*args, **params)
            make = None if action.resource is None else maker(action.resource.type, parent.meta.client)
            answers.append(answer_of(action, make, parent, params, answer, operation))
        return answers

    run.__name__ = action.name
    return run

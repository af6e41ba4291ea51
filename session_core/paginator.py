"""Paginators: an operation's answers as one stream of pages, by the service's pagination model.

Source: the ``paginators-1`` files of the service models.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import tee
from typing import Any, NoReturn

from ..components.after_fork import import_whole
from ..components.errors import PaginationError, StartingTokenError, UnsupportedPickleError
from ..models.shapes import OperationModel
from .page_token import decode_token, encode_token
from .recipe import client_of

__all__ = ["PageIterator", "Paginator"]


def _again(client: Any, method: str) -> Any:
    return client.get_paginator(method)


def _compiled(expression: str) -> Any:
    import_whole("jmespath")
    import jmespath  # type: ignore[import-untyped] # has no types

    return jmespath.compile(expression)


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


class _Key:
    """A place in an answer, by its expression."""

    __slots__ = ("_search", "expression")

    def __init__(self, expression: str) -> None:
        self.expression = expression
        self._search = _compiled(expression).search

    def get(self, page: Mapping[str, Any]) -> Any:
        return self._search(page)

    def put(self, page: dict[str, Any], value: Any) -> None:
        *way, last = self.expression.split(".")
        for step in way:
            found = page.get(step)
            page[step] = found = dict(found) if isinstance(found, dict) else {}  # it may be part of somebody's page
            page = found
        page[last] = value


class _Rules:
    """How one operation is paginated."""

    def __init__(self, config: Mapping[str, Any], model: OperationModel) -> None:
        self.inputs: list[str] = _listed(config["input_token"])
        self.outputs = [_compiled(expression).search for expression in _listed(config["output_token"])]
        self.results = [_Key(expression) for expression in _listed(config.get("result_key"))]
        self.constants = [_Key(expression) for expression in _listed(config.get("non_aggregate_keys"))]
        more = config.get("more_results")
        self.more = None if more is None else _compiled(more).search
        self.limit_key: str | None = config.get("limit_key")
        shape = model.input_shape
        limit = None if shape is None or self.limit_key is None else shape.members.get(self.limit_key)
        self.limit_is_text = limit is not None and limit.type_name == "string"

    def next_token(self, page: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the token of the page after this one, ``None`` if it is the last."""
        if self.more is not None and not self.more(page):
            return None
        token = {name: search(page) or None for name, search in zip(self.inputs, self.outputs, strict=True)}
        return None if all(value is None for value in token.values()) else token


class Paginator:
    """Pages of one operation of a client; ``client.get_paginator(name)`` makes it. Safe in threads."""

    def __init__(self, method: Callable[..., Any], config: Mapping[str, Any], model: OperationModel) -> None:
        self._method = method
        self._rules = _Rules(config, model)
        self._name = model.name

    def __repr__(self) -> str:
        return f"<Paginator {self._name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (client_of(self._method), self._method.__name__)

    def __copy__(self) -> "Paginator":
        return self

    def __deepcopy__(self, memo: Any) -> "Paginator":
        return self

    @property
    def result_keys(self) -> list[str]:
        """The expressions of what is collected from all pages."""
        return [key.expression for key in self._rules.results]

    def paginate(self, PaginationConfig: Mapping[str, Any] | None = None, **kwargs: Any) -> "PageIterator":  # noqa: N803
        """Return the pages of a call with these parameters.

        ``PaginationConfig`` may have ``MaxItems``, ``PageSize`` and
        ``StartingToken`` (a ``NextToken`` of an earlier run). Raises
        ``PaginationError`` for a page size where there is none.
        """
        config = PaginationConfig or {}
        rules = self._rules
        params = dict(kwargs)
        limit = config.get("MaxItems")
        size = config.get("PageSize")
        if size is not None:
            if rules.limit_key is None:
                raise PaginationError(message=f"{self._name} has no page size, so PageSize cannot be given")
            params[rules.limit_key] = str(size) if rules.limit_is_text else int(size)
        start = config.get("StartingToken")
        return PageIterator(self._method, rules, params, None if limit is None else int(limit), start)


class PageIterator:
    """The pages of one paginated call; each iteration calls the service anew. For one thread at a time."""

    def __init__(
        self,
        method: Callable[..., Any],
        rules: _Rules,
        params: Mapping[str, Any],
        max_items: int | None,
        starting_token: str | None,
    ) -> None:
        self._method = method
        self._rules = rules
        self._params = params
        self._max_items = max_items
        self._starting_token = starting_token
        self._resume: str | None = None
        self._constants: dict[str, Any] = {}

    def __repr__(self) -> str:
        given = ", ".join(sorted(self._params)) or "no parameters"  # values may be secret
        return f"<PageIterator of {getattr(self._method, '__name__', 'a call')} with {given}>"

    def __reduce__(self) -> NoReturn:
        raise UnsupportedPickleError(
            what="pages on their way", reason="pickle the paginator, with the parameters and the resume_token"
        )

    @property
    def resume_token(self) -> str | None:
        """Where ``MaxItems`` cut the stream, as a ``StartingToken``; ``None`` if it did not."""
        return self._resume

    @property
    def non_aggregate_part(self) -> dict[str, Any]:
        """What the first page says of the whole."""
        return self._constants

    @property
    def result_keys(self) -> list[str]:
        """The expressions of what is collected from all pages."""
        return [key.expression for key in self._rules.results]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        rules = self._rules
        params = dict(self._params)
        token: dict[str, Any] = dict.fromkeys(rules.inputs)
        skip = 0
        if self._starting_token is not None:
            try:
                token, skip = decode_token(self._starting_token, rules.inputs)
            except ValueError as error:
                raise StartingTokenError(message=f"bad starting token: {error}") from None
            _inject(params, token)
        taken = 0
        first = True
        last: dict[str, Any] | None = None  # a starting token may come back once, as with boto3
        while True:
            page: dict[str, Any] = self._method(**params)
            if first:
                if self._starting_token is not None:
                    self._drop_first(page, skip)
                self._note_constants(page)
            first = False
            items = len(_items(rules, page))
            surplus = 0 if self._max_items is None else taken + items - self._max_items
            if surplus > 0:
                self._drop_last(page, items - surplus)
                self._resume = encode_token(token, items - surplus + skip)
                yield page
                return
            yield page
            taken += items
            following = rules.next_token(page)
            if following is None:
                return
            if taken == self._max_items:
                self._resume = encode_token(following, 0)
                return
            if following == last:
                raise PaginationError(message=f"The same next token was received twice: {following}")
            last = token = following
            skip = 0
            _inject(params, token)

    def build_full_result(self) -> dict[str, Any]:
        """Return all pages as one answer, with ``NextToken`` where ``MaxItems`` cut it."""
        results = self._rules.results
        sums: list[Any] = [None] * len(results)
        for page in self:
            for index, key in enumerate(results):
                value, known = key.get(page), sums[index]
                if value is None:
                    continue
                if known is None:
                    sums[index] = list(value) if isinstance(value, list) else value
                elif isinstance(known, list):
                    known.extend(value)
                elif isinstance(known, int | float | str):
                    sums[index] = known + value
        whole: dict[str, Any] = {}
        for key in self._rules.constants:
            key.put(whole, key.get(self._constants))
        for key, total in zip(results, sums, strict=True):  # the last word: a constant may be what holds the results
            if total is not None:
                key.put(whole, total)
        if self._resume is not None:
            whole["NextToken"] = self._resume
        return whole

    def search(self, expression: str) -> Iterator[Any]:
        """Yield what a JMESPath expression finds in every page, the items of lists one by one."""
        compiled = _compiled(expression)
        for page in self:
            found = compiled.search(page)
            if isinstance(found, list):
                yield from found
            else:
                yield found

    def result_key_iters(self) -> list[Iterator[Any]]:
        """Return an iterator for each result key; they share the pages."""
        copies = tee(self, len(self._rules.results))
        return [_each(pages, key) for pages, key in zip(copies, self._rules.results, strict=True)]

    def _note_constants(self, page: Mapping[str, Any]) -> None:
        constants: dict[str, Any] = {}
        for key in self._rules.constants:
            key.put(constants, key.get(page))
        self._constants = constants

    def _drop_first(self, page: dict[str, Any], skip: int) -> None:
        """Take off what was handed out before: the first items, and all of the other results."""
        for index, key in enumerate(self._rules.results):
            value = key.get(page)
            if index == 0 and isinstance(value, list | str):
                key.put(page, value[skip:])
            elif index == 0:
                continue
            else:
                key.put(page, _empty(value))

    def _drop_last(self, page: dict[str, Any], keep: int) -> None:
        """Take off the first result what is too much; the other results stay, as a resumed stream leaves them out."""
        key = self._rules.results[0]
        value = key.get(page)
        if isinstance(value, list | str):
            key.put(page, value[:keep])


def _items(rules: _Rules, page: Mapping[str, Any]) -> Sequence[Any]:
    found = rules.results[0].get(page) if rules.results else None
    return found if isinstance(found, list | str) else () if found is None else [found]


def _empty(value: Any) -> Any:
    if isinstance(value, list):
        return []
    if isinstance(value, str):
        return ""
    return value if isinstance(value, int | float) else None  # a count is that of the page, as with boto3


def _inject(params: dict[str, Any], token: Mapping[str, Any]) -> None:
    for name, value in token.items():
        if value is not None and value != "None":
            params[name] = value
        else:
            params.pop(name, None)


def _each(pages: Iterator[Mapping[str, Any]], key: _Key) -> Iterator[Any]:
    for page in pages:
        yield from key.get(page) or ()

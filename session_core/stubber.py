"""``Stubber``: a client that answers what a test told it, without credentials and without a socket."""

import threading
from collections.abc import Mapping
from typing import Any

from ..components.errors import ParamValidationError, StubAssertionError, StubResponseError, UnStubbedResponseError
from ..components.http import AWSResponse, BytesBody

__all__ = ["ANY", "Stubber"]


_MODE = "ChecksumMode"


class _Any:
    """Equal to whatever it is compared with."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = None  # type: ignore[assignment] # equal to all, it could be in no set

    def __repr__(self) -> str:
        return "<ANY>"


ANY = _Any()
"""Stands for any value in ``expected_params``, also inside of lists and dictionaries."""


class _Stub:
    """What one call is answered with, and what it is to be called with."""

    __slots__ = ("expected", "http", "operation", "parsed")

    def __init__(self, operation: str, status: int, parsed: dict[str, Any], expected: Mapping[str, Any] | None) -> None:
        self.operation = operation
        self.http = AWSResponse("", status, {}, BytesBody(b""))
        self.parsed = parsed
        self.expected = expected

    def fits(self, params: Any) -> bool:
        """Whether the parameters are the expected ones."""
        return self.expected is None or self.expected == params


class Stubber:
    """Answers the calls of one client; a context manager, active within the block.

    Calls are answered in the order in which the answers were added. With
    ``any_order=True`` each gets the first answer of its operation whose
    ``expected_params`` it has. Safe in threads: no two calls get the same
    answer. Paginators, waiters, resources and transfers of the client are
    answered too, presigned URLs are made as always.
    """

    def __init__(self, client: Any, *, any_order: bool = False) -> None:
        self.client = client
        self._any_order = any_order
        self._lock = threading.Lock()
        self._stubs: list[_Stub] = []

    def __repr__(self) -> str:
        return f"<Stubber of {self.client!r} with {len(self._stubs)} answers>"

    def __enter__(self) -> "Stubber":
        self.activate()
        return self

    def __exit__(self, *_: object) -> None:
        self.deactivate()

    def activate(self) -> None:
        """Answer the calls of the client from now on."""
        events = self.client.meta.events
        events.register_last("provide-client-params.*.*", self._note, unique_id=self._id("given"))
        events.register_first("before-parameter-build.*.*", self._expect, unique_id=self._id("params"))
        events.register_first("before-call.*.*", self._answer, unique_id=self._id("answer"))

    def deactivate(self) -> None:
        """Let the client call the service again."""
        events = self.client.meta.events
        events.unregister("provide-client-params.*.*", self._note, unique_id=self._id("given"))
        events.unregister("before-parameter-build.*.*", self._expect, unique_id=self._id("params"))
        events.unregister("before-call.*.*", self._answer, unique_id=self._id("answer"))

    def add_response(
        self, method: str, service_response: dict[str, Any], expected_params: Mapping[str, Any] | None = None
    ) -> None:
        """Answer a call of a method with a result, which must be one that the service could give.

        Raises ``ValueError`` for a name that is no method, and
        ``ParamValidationError`` for a result that the model does not know.
        """
        if not hasattr(self.client, method):
            raise ValueError(f"Client {self.client.meta.service_model.service_name} does not have method: {method}")
        operation = self._operation(method)
        shape = self.client.meta.service_model.operation_model(operation).output_shape
        _check({name: value for name, value in service_response.items() if name != "ResponseMetadata"}, shape)
        self._add(_Stub(operation, 200, service_response, expected_params))

    def add_client_error(
        self,
        method: str,
        service_error_code: str = "",
        service_message: str = "",
        http_status_code: int = 400,
        service_error_meta: Mapping[str, Any] | None = None,
        expected_params: Mapping[str, Any] | None = None,
        response_meta: Mapping[str, Any] | None = None,
        modeled_fields: Mapping[str, Any] | None = None,
    ) -> None:
        """Answer a call of a method with an error of the service.

        ``service_error_meta`` is added to ``Error`` of the response,
        ``response_meta`` to its ``ResponseMetadata``; ``modeled_fields`` are the
        fields that the model gives the error.
        """
        parsed: dict[str, Any] = {
            "ResponseMetadata": {"HTTPStatusCode": http_status_code, **(response_meta or {})},
            "Error": {"Message": service_message, "Code": service_error_code, **(service_error_meta or {})},
        }
        if modeled_fields is not None:
            _check(modeled_fields, self.client.meta.service_model.shape_for_error_code(service_error_code))
            parsed.update(modeled_fields)
        self._add(_Stub(self._operation(method), http_status_code, parsed, expected_params))

    def assert_no_pending_responses(self) -> None:
        """Raise ``AssertionError`` if some answers were not asked for."""
        left = len(self._stubs)
        if left:
            raise AssertionError(f"{left} responses remaining in queue.")

    def _add(self, stub: _Stub) -> None:
        with self._lock:
            self._stubs.append(stub)

    def _id(self, what: str) -> str:
        return f"stubber-{id(self)}-{what}"

    def _operation(self, method: str) -> str:
        named: str = self.client.meta.method_to_api_mapping.get(method, method)
        return named

    def _note(self, params: Any, context: dict[str, Any], **_: Any) -> None:
        """Note whether the caller asks for the checksum of the answer."""
        context["stubbed_mode_given"] = _MODE in params

    def _expect(self, params: Any, model: Any, context: dict[str, Any], **_: Any) -> None:
        """See that there is an answer, before anything is made of the parameters, and keep them for ``_answer``."""
        if context.get("is_presign_request"):
            return
        seen = params.copy()
        if not context.get("stubbed_mode_given"):
            seen.pop(_MODE, None)  # the library asks for the checksum of the answer; the caller did not
        with self._lock:
            self._find(model.name, seen)
        context["stubbed_params"] = seen

    def _answer(self, model: Any, context: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        """Give the answer; another thread may have taken the one that was there before."""
        with self._lock:
            stub = self._find(model.name, context["stubbed_params"])
            self._stubs.remove(stub)
        return stub.http, stub.parsed

    def _find(self, operation: str, params: Any) -> _Stub:
        if not self._stubs:
            raise UnStubbedResponseError(
                operation_name=operation,
                reason="Unexpected API Call: A call was made but no additional calls expected. Either the API Call "
                "was not stubbed or it was called multiple times.",
            )
        if self._any_order:
            named = [stub for stub in self._stubs if stub.operation == operation]
            if not named:
                reason = f"there are answers for {', '.join(sorted({stub.operation for stub in self._stubs}))} alone."
                raise UnStubbedResponseError(operation_name=operation, reason=reason)
            for stub in named:
                if stub.fits(params):
                    return stub
            raise _unexpected(operation, params, *[stub.expected for stub in named])
        stub = self._stubs[0]
        if stub.operation != operation:
            raise StubResponseError(
                operation_name=operation, reason=f"Operation mismatch: found response for {stub.operation}."
            )
        if not stub.fits(params):
            raise _unexpected(operation, params, stub.expected)
        return stub


def _unexpected(operation: str, params: Any, *expected: Any) -> StubAssertionError:
    """Return the error for parameters that were not expected. It shows them: they are those of a test."""
    from pprint import pformat

    wanted = ",\nor:\n".join(pformat(one) for one in expected)
    return StubAssertionError(
        operation_name=operation, reason=f"Expected parameters:\n{wanted},\nbut received:\n{pformat(params)}"
    )


def _check(fields: Mapping[str, Any], shape: Any) -> None:
    from ..models.validation import validate_parameters

    if shape is not None:
        validate_parameters(dict(fields), shape)
    elif fields:
        raise ParamValidationError(report="Service response should only contain ResponseMetadata.")

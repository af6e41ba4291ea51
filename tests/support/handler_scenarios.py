"""What handlers may return and raise, as JSON: run as a program by the tests with ``sotalia`` and with ``boto3``.

``python handler_scenarios.py MODULE`` runs every scenario: a call with some
handlers, against the server of ``event_trace``. It writes what the server
received, what came of the call, and which events were told.
"""

import base64
import json
import sys
from collections.abc import Callable
from typing import Any

import event_trace

SERVICE, OPERATION, PARAMS = "dynamodb", "GetItem", {"TableName": "t", "Key": {"Id": {"S": "1"}}}
OTHER = {"TableName": "other", "Key": {"Id": {"S": "2"}}}
FINE = {"status": 200, "headers": {"x-amzn-requestid": "r"}, "body": base64.b64encode(b"{}").decode()}
BROKEN = {"status": 500, "headers": {}, "body": base64.b64encode(b'{"__type":"InternalFailure"}').decode()}
REFUSED = {"status": 400, "headers": {}, "body": base64.b64encode(b'{"__type":"ValidationException"}').decode()}

EVENTS = (
    *("provide-client-params", "before-parameter-build", "before-endpoint-resolution", "before-call"),
    *("request-created", "choose-signer", "before-sign", "before-send", "before-parse", "response-received"),
    *("needs-retry", "after-call"),
)


class Raised(Exception):
    """What a handler raises."""


def returning(value: Any) -> Callable[..., Any]:
    def handler(**kwargs: Any) -> Any:
        return value

    return handler


def raising(**kwargs: Any) -> None:
    raise Raised("by a handler")


def set_header(name: str, value: str) -> Callable[..., None]:
    def handler(request: Any, **kwargs: Any) -> None:
        request.headers[name] = value

    return handler


def set_call_header(params: Any, **kwargs: Any) -> None:
    params["headers"]["X-Extra"] = "1"


def set_table(params: Any, **kwargs: Any) -> None:
    params["TableName"] = "changed"


def customize(customized_response_dict: Any, **kwargs: Any) -> None:
    customized_response_dict["Custom"] = 1


def replace_body(response_dict: Any, **kwargs: Any) -> None:
    response_dict["body"] = b'{"Item": {"Id": {"S": "9"}}}'


def add_result(parsed: Any, **kwargs: Any) -> None:
    parsed["Added"] = 1


def while_below(most: int, value: Any) -> Callable[..., Any]:
    def handler(attempts: int, **kwargs: Any) -> Any:
        return value if attempts < most else None

    return handler


def scenarios(unsigned: Any) -> dict[str, tuple[list[tuple[str, Any]], list[Any]]]:
    """Handlers and answers by the name of the scenario."""
    mine = f"{SERVICE}.{OPERATION}"
    table: dict[str, tuple[list[tuple[str, Any]], list[Any]]] = {
        "parameters replaced": ([(f"provide-client-params.{mine}", returning(OTHER))], [FINE]),
        "parameters changed": ([(f"provide-client-params.{mine}", set_table)], [FINE]),
        "parameters replaced, then changed": (
            [(f"provide-client-params.{mine}", returning(dict(OTHER))), (f"before-parameter-build.{mine}", set_table)],
            [FINE],
        ),
        "parameters replaced twice": (
            [
                (f"provide-client-params.{mine}", returning(OTHER)),
                (f"provide-client-params.{mine}", returning({**OTHER, "TableName": "third"})),
            ],
            [FINE],
        ),
        "parameters replaced late": ([(f"before-parameter-build.{mine}", returning(OTHER))], [FINE]),
        "parameters replaced by nonsense": ([(f"provide-client-params.{mine}", returning({"No": 1}))], [FINE]),
        "unsigned": ([(f"choose-signer.{mine}", returning(unsigned))], [FINE]),
        "unknown signature": ([(f"choose-signer.{mine}", returning("v99"))], [FINE]),
        "signature of the query": ([(f"choose-signer.{mine}", returning("v4-query"))], [FINE]),
        "signature of S3": ([(f"choose-signer.{mine}", returning("s3v4"))], [FINE]),
        "header before the signature": ([(f"before-sign.{mine}", set_header("X-Early", "1"))], [FINE]),
        "header at creation": ([(f"request-created.{mine}", set_header("X-Early", "1"))], [FINE]),
        "header after the signature": ([(f"before-send.{mine}", set_header("X-Late", "1"))], [FINE]),
        "header of the call": ([(f"before-call.{mine}", set_call_header)], [BROKEN, FINE]),
        "custom result": ([(f"before-parse.{mine}", customize)], [FINE]),
        "another body": ([(f"before-parse.{mine}", replace_body)], [FINE]),
        "added result": ([(f"after-call.{mine}", add_result)], [FINE]),
        "retried at will": ([(f"needs-retry.{mine}", while_below(3, 0))], [FINE, FINE, FINE]),
        "retried after a while": ([(f"needs-retry.{mine}", while_below(2, 0.25))], [FINE, FINE]),
        "retried in spite of a refusal": ([(f"needs-retry.{mine}", while_below(2, 0))], [REFUSED, FINE]),
        "retried beyond the limit": ([(f"needs-retry.{mine}", while_below(7, 0))], [FINE] * 7),
        "answers that mean nothing": (
            [
                (f"{event}.{mine}", returning("ignored"))
                for event in ("request-created", "before-sign", "response-received", "after-call", "before-parse")
            ],
            [FINE],
        ),
    }
    for event in EVENTS:
        name = f"{event}.{SERVICE}" if event == "before-endpoint-resolution" else f"{event}.{mine}"
        table[f"raised in {event}"] = ([(name, raising)], [FINE])
    table["raised in response-received after a refusal"] = ([(f"response-received.{mine}", raising)], [REFUSED])
    table["raised in after-call-error"] = ([(f"after-call-error.{mine}", raising)], [])
    return table


def outcome_of(client: Any) -> list[Any]:
    """What comes of the call."""
    try:
        result = client._make_api_call(OPERATION, dict(PARAMS))
    except Exception as error:
        return [type(error).__name__]
    metadata = result.pop("ResponseMetadata")
    return ["ok", result, metadata.get("RetryAttempts")]


def main() -> None:
    """Run all scenarios."""
    library = sys.argv[1]
    url = event_trace.serve()
    session, _ = event_trace.open_session(library)
    if library == "boto3":
        from botocore import UNSIGNED
    else:
        from sotalia import UNSIGNED
    told: list[str] = []
    found = {}
    for name, (handlers, answers) in scenarios(UNSIGNED).items():
        client = session.client(
            SERVICE, "us-west-2", endpoint_url=url, aws_access_key_id="AKID", aws_secret_access_key="x"
        )
        # In front of all others of their depth, in both emitters.
        client.meta.events.register("*.*.*", lambda event_name, **kwargs: told.append(event_name))
        client.meta.events.register(
            "*.*", lambda event_name, **kwargs: told.append(event_name) if event_name.count(".") == 1 else None
        )
        for event, handler in handlers:
            client.meta.events.register(event, handler)
        told.clear()
        event_trace.received.clear()
        event_trace.answers.clear()
        event_trace.answers.extend(answers)
        outcome = outcome_of(client)
        client.close()
        requests = [
            {
                "path": request["path"].partition("X-Amz-Date")[0],
                "signed": request["headers"].get("Authorization", "").partition("Signature=")[0].partition("/")[2][8:],
                "extra": sorted(header for header in request["headers"] if header in ("X-Early", "X-Late", "X-Extra")),
                "body": request["body"],
            }
            for request in event_trace.received
        ]
        found[name] = {"requests": requests, "outcome": outcome, "events": list(told)}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()

"""What comes of endpoint discovery, as JSON: run as a program with ``sotalia`` and with ``boto3``.

``python discovery_facts.py MODULE`` runs every scenario; the answer is what was
sent (operation, host, ``x-amz-api-version``) and what each call came to. Nothing leaves the process.
"""

import io
import json
import os
import sys
from collections.abc import Callable
from typing import Any

WRITE, QUERY, TABLES = "timestream-write", "timestream-query", "dynamodb"
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    WRITE: ("ListDatabases", {}),
    QUERY: ("CancelQuery", {"QueryId": "q"}),
    TABLES: ("DescribeTable", {"TableName": "t"}),
}

_INVALID = (400, {"__type": "InvalidEndpointException", "message": "moved"})
_MISDIRECTED = (421, {"__type": "Misdirected", "message": "moved"})
_URL = (200, {"Endpoints": [{"Address": "http://c.example.com:81/x", "CachePeriodInMinutes": 9}]})
_REFUSED = (400, {"__type": "AccessDeniedException", "message": "no"})


def cell(number: int, minutes: int = 60) -> tuple[int, dict[str, Any]]:
    """An answer of ``DescribeEndpoints``."""
    return 200, {"Endpoints": [{"Address": f"cell{number}.example.com", "CachePeriodInMinutes": minutes}]}


EVENTS = (
    *("provide-client-params", "before-endpoint-resolution", "before-call", "choose-signer"),
    *("before-parse", "response-received", "needs-retry", "after-call", "after-call-error"),
)
"""Events that neither library tells from within another one."""


class Scenario:
    """Options of a client, the answers that it gets and the calls that it makes."""

    def __init__(
        self,
        service: str,
        *,
        describe: list[Any] | None = None,
        answers: list[Any] | None = None,
        calls: int = 2,
        environ: dict[str, str] | None = None,
        **options: Any,
    ) -> None:
        self.service = service
        self.describe = describe or [cell(1), cell(2), cell(3)]
        self.answers = answers or []
        self.calls = calls
        self.environ = environ or {}
        self.options = options


SCENARIOS: dict[str, Scenario] = {
    "required": Scenario(WRITE),
    "required, query": Scenario(QUERY),
    "required, on": Scenario(WRITE, enabled=True),
    "required, off": Scenario(WRITE, enabled=False),
    "required, off by environment": Scenario(WRITE, environ={"AWS_ENDPOINT_DISCOVERY_ENABLED": "false"}),
    "required, auto": Scenario(WRITE, enabled="auto"),
    "required, own endpoint": Scenario(WRITE, endpoint_url="https://own.example.com"),
    "required, own endpoint, off": Scenario(WRITE, endpoint_url="https://own.example.com", enabled=False),
    "required, endpoint by environment": Scenario(WRITE, environ={"AWS_ENDPOINT_URL": "https://env.example.com"}),
    "required, refused": Scenario(WRITE, describe=[_REFUSED] * 4),
    "required, refused at first": Scenario(WRITE, describe=[_REFUSED, cell(1)]),
    "required, nothing found": Scenario(WRITE, describe=[(200, {"Endpoints": []})] * 4),
    "required, a URL": Scenario(WRITE, describe=[_URL]),
    "required, expired at once": Scenario(WRITE, describe=[cell(1, 0), cell(2, 0)]),
    "required, expired and refused": Scenario(WRITE, describe=[cell(1, 0), _REFUSED], calls=3),
    "required, moved": Scenario(WRITE, answers=[_INVALID]),
    "required, misdirected": Scenario(WRITE, answers=[_MISDIRECTED]),
    "required, moved for good": Scenario(WRITE, answers=[_INVALID] * 9, describe=[cell(n) for n in range(9)], calls=1),
    "optional": Scenario(TABLES),
    "optional, auto": Scenario(TABLES, enabled="auto"),
    "optional, on": Scenario(TABLES, enabled=True),
    "optional, on by environment": Scenario(TABLES, environ={"AWS_ENDPOINT_DISCOVERY_ENABLED": "TRUE"}),
    "optional, off": Scenario(TABLES, enabled=False),
    "optional, on, own endpoint": Scenario(TABLES, enabled=True, endpoint_url="https://own.example.com"),
    "optional, on, refused": Scenario(TABLES, enabled=True, describe=[_REFUSED] * 4),
    "optional, on, moved": Scenario(TABLES, enabled=True, answers=[_INVALID]),
    "optional, on, fips": Scenario(TABLES, enabled=True, use_fips_endpoint=True),
}  # fmt: skip


class Raw(io.BytesIO):
    """A body as a response of urllib3 gives it."""

    def stream(self, amt: int | None = None, decode_content: bool = True) -> Any:
        """Yield the content once."""
        yield self.read()


def run(scenario: Scenario, package: Any, config_class: Any, response: Callable[..., Any], key: str) -> dict[str, Any]:
    """Return what was sent and what the calls came to; another key is another account, whose endpoints are others."""
    options = dict(scenario.options)
    url = options.pop("endpoint_url", None)
    if "enabled" in options:
        options["endpoint_discovery_enabled"] = options.pop("enabled")
    os.environ.update(scenario.environ)
    sent: list[Any] = []
    came: list[str] = []
    heard: list[str] = []
    try:
        client = package.Session().client(
            scenario.service,
            "us-east-1",
            endpoint_url=url,
            aws_access_key_id=key,
            aws_secret_access_key="x",
            config=config_class(retries={"mode": "standard", "max_attempts": 2}, **options),
        )
        describe, answers = list(scenario.describe), list(scenario.answers)

        def answer(request: Any, **kwargs: Any) -> Any:
            target = request.headers["X-Amz-Target"]
            target = (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]
            version = request.headers.get("x-amz-api-version")
            sent.append([target, request.url, version.decode() if isinstance(version, bytes) else version])
            status, body = (200, {})
            if target == "DescribeEndpoints":
                status, body = describe.pop(0)
            elif answers:
                status, body = answers.pop(0)
            return response(
                request.url, status, {"Content-Type": "application/x-amz-json-1.0"}, Raw(json.dumps(body).encode())
            )

        client.meta.events.register("before-send", answer)
        for event in EVENTS:
            client.meta.events.register(event, lambda event_name, **kwargs: heard.append(event_name))
        operation, params = CALLS[scenario.service]
        for _ in range(scenario.calls):
            try:
                client._make_api_call(operation, dict(params))
                came.append("answered")
            except Exception as error:
                came.append(type(error).__name__)
    finally:
        for name in scenario.environ:
            del os.environ[name]
    return {"sent": sent, "came": came, "events": heard}


def main() -> None:
    """Run all."""
    if sys.argv[1] == "boto3":
        import boto3 as package
        from botocore.awsrequest import AWSResponse as response
        from botocore.config import Config
    else:
        import sotalia as package  # type: ignore[no-redef] # the same names
        from sotalia import Config  # type: ignore[assignment] # the same options
        from sotalia.components.http import AWSResponse as response  # type: ignore[assignment] # the same arguments
    json.dump(
        {
            name: run(scenario, package, Config, response, f"AKID{number}")
            for number, (name, scenario) in enumerate(SCENARIOS.items())
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()

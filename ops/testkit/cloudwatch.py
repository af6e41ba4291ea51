"""A fake CloudWatch that speaks smithy-rpc-v2-cbor, which moto's server does not: PutMetricData and ListMetrics.

``python -m sotalia.ops.testkit.cloudwatch`` prints its URL and serves; set
``AWS_ENDPOINT_URL_CLOUDWATCH`` to it. Signatures are not checked.
"""

from typing import Any, ClassVar, Unpack

from .alone import common_arguments, options_of, serve_until_stopped
from .script import Reply
from .server import FakeServer, ServerOptions

__all__ = ["FakeCloudWatch"]

_CBOR = "application/cbor"


class FakeCloudWatch(FakeServer):
    """CloudWatch that remembers the names of metrics. Counts: ``PutMetricData``, ``ListMetrics``, ``other``."""

    VARIABLES: ClassVar[tuple[str, ...]] = ("AWS_ENDPOINT_URL_CLOUDWATCH",)

    def __init__(self, **options: Unpack[ServerOptions]) -> None:
        super().__init__(**options)
        self._metrics: dict[tuple[str, str], None] = {}

    def respond(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Answer a call; another protocol gets 404."""
        from cbor2 import dumps, loads

        operation = path.rpartition("/operation/")[2]
        if headers.get("smithy-protocol") != "rpc-v2-cbor" or operation not in ("PutMetricData", "ListMetrics"):
            self.count("other")
            return Reply(404)
        self.count(operation)
        given: dict[str, Any] = loads(body) if body else {}
        answer: dict[str, Any] = {}
        if operation == "PutMetricData":
            for metric in given["MetricData"]:
                self._metrics[given["Namespace"], metric["MetricName"]] = None
        else:
            answer["Metrics"] = [
                {"Namespace": namespace, "MetricName": name, "Dimensions": []}
                for namespace, name in list(self._metrics)
                if given.get("Namespace") in (None, namespace)
            ]
        return Reply(body=dumps(answer), content_type=_CBOR, headers=(("smithy-protocol", "rpc-v2-cbor"),))


def main(arguments: list[str] | None = None) -> None:
    """Serve until stopped."""
    given = common_arguments("A fake CloudWatch that speaks CBOR.").parse_args(arguments)
    serve_until_stopped(FakeCloudWatch(**options_of(given)), with_parent=given.with_parent)


if __name__ == "__main__":
    main()

"""A fake CloudWatch that speaks smithy-rpc-v2-cbor, which moto's server does not: PutMetricData and ListMetrics.

``python -m sotalia.ops.fake_cloudwatch`` prints its URL and serves until it is
told to stop; ``/_stats`` counts what was asked for. Signatures are not checked.
"""

from typing import Any

from .fake_server import FakeServer, Reply, common_arguments, serve_until_stopped

__all__ = ["FakeCloudWatch"]

_CBOR = "application/cbor"


class FakeCloudWatch(FakeServer):
    """CloudWatch that remembers the names of metrics. Counts: ``PutMetricData``, ``ListMetrics``, ``other``."""

    def __init__(self, *, port: int = 0, rate: float | None = None, latency: float = 0.0) -> None:
        super().__init__(port=port, rate=rate, latency=latency)
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
    server = FakeCloudWatch(port=given.port, rate=given.rate, latency=given.latency)
    serve_until_stopped(server, with_parent=given.with_parent)


if __name__ == "__main__":
    main()

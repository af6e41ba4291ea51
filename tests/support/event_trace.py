"""The events of calls as JSON: run as a program by the tests with ``sotalia`` and with its peer ``boto3``.

``python event_trace.py MODULE`` reads a pickled list of cases from its input. Each is
played against a server of this process whose answers are scripted, and yields
the events with their keyword names, and what came of the call.
"""

import base64
import json
import pickle
import sys
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

answers: deque[dict[str, Any]] = deque()
received: list[dict[str, Any]] = []


class Handler(BaseHTTPRequestHandler):
    """Gives the next scripted answer; without one it closes the connection."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # An answer in two pieces waits 40 ms for the client's acknowledgement.

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        received.append({"path": self.path, "headers": dict(self.headers), "body": body.decode("latin-1")})
        answer = answers.popleft() if answers else {"close": True}
        if answer.get("close"):
            self.close_connection = True
            return
        body = base64.b64decode(answer["body"])
        self.send_response(answer["status"])
        for name, value in answer["headers"].items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_GET

    def log_message(self, *args: Any) -> None:
        """Be quiet."""


def handlers_of(case: dict[str, Any], name: str) -> list[tuple[str, Any]]:
    """The handlers that a case wants: what one returns may be an answer in the form of its library."""
    if name == "boto3":
        from botocore.awsrequest import AWSResponse
    else:
        from sotalia.components.http import AWSResponse

    class Raw:
        def __init__(self, body: bytes) -> None:
            self.body = body

        def stream(self, **kwargs: Any) -> Any:
            yield self.body

        def read(self, *args: Any, **kwargs: Any) -> bytes:
            body, self.body = self.body, b""
            return body

    def before_call(**kwargs: Any) -> Any:
        return AWSResponse("http://x/", 200, {}, Raw(b"")), {"Answered": True, "ResponseMetadata": {}}

    def before_send(**kwargs: Any) -> Any:
        answer = case["answers"][0]
        return AWSResponse("http://x/", answer["status"], answer["headers"], Raw(base64.b64decode(answer["body"])))

    return [(event, {"before-call": before_call, "before-send": before_send}[event]) for event in case["handlers"]]


def play(session: Any, library: str, case: dict[str, Any], url: str, config: Any) -> dict[str, Any]:
    """Play a case and return its trace."""
    trace: list[list[Any]] = []
    seen: dict[str, Any] = {}

    def record(event_name: str, **kwargs: Any) -> None:
        trace.append([event_name, sorted(kwargs)])
        if event_name.startswith("before-call"):
            seen["request"] = sorted(kwargs["params"])
            seen["context"] = sorted(kwargs["params"]["context"])
        if event_name.startswith("before-endpoint-resolution"):
            seen["builtins"] = sorted(kwargs["builtins"])
        if event_name.startswith("request-created"):
            seen["auth_path"] = kwargs["request"].auth_path

    answers.clear()
    answers.extend(case["answers"])
    client = session.client(
        case["service"],
        "us-west-2",
        endpoint_url=url,
        aws_access_key_id="AKID",
        aws_secret_access_key="x",
        config=config,
    )
    client.meta.events.register("*", record)
    for event, handler in handlers_of(case, library):
        client.meta.events.register_last(event, handler)
    try:
        result = client._make_api_call(case["operation"], dict(case["params"]))
        outcome = ["ok", sorted(key for key in result if key != "ResponseMetadata")]
    except Exception as error:
        outcome = [type(error).__name__, str(error).replace(url, "URL")]
    client.close()
    return {"events": trace, "seen": seen, "outcome": outcome}


def serve() -> str:
    """Start the server and return its URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


def open_session(library: str) -> tuple[Any, Any]:
    """Return a session that never waits, and the class ``Config``, of a library."""
    time.sleep = lambda seconds: None
    if library == "boto3":
        import boto3
        from botocore.config import Config

        return boto3.Session(), Config
    else:
        from sotalia import Config, Session

        session = Session()
        session.get_component("clock").sleep = lambda seconds: None
        return session, Config


def main() -> None:
    """Play all cases."""
    library = sys.argv[1]
    url = serve()
    session, Config = open_session(library)
    config = Config(s3={"addressing_style": "path"}, connect_timeout=5, read_timeout=5)
    json.dump([play(session, library, case, url, config) for case in pickle.load(sys.stdin.buffer)], sys.stdout)


if __name__ == "__main__":
    main()

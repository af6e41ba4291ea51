"""Put bodies of all kinds with a library, ``boto3`` or ``sotalia``, to a server whose first answer is 503."""

import importlib
import io
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Once:
    """A body that can be read, and no more."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._data.read(size)


class Fixed(io.BytesIO):
    """One that says where it is, and stays there."""

    def seek(self, *_: int) -> int:
        raise OSError("no")


def middle() -> io.BytesIO:
    body = io.BytesIO(b"0123456789")
    body.seek(5)
    return body


BODIES: dict[str, tuple[Any, dict[str, int]]] = {
    "bytes": (lambda: b"hello", {}),
    "file": (lambda: io.BytesIO(b"hello"), {}),
    "file in the middle": (middle, {}),
    "once": (lambda: Once(b"hello"), {}),
    "once, with a length": (lambda: Once(b"hello"), {"ContentLength": 5}),
    "fixed": (lambda: Fixed(b"hello"), {"ContentLength": 5}),
}


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: list[dict[str, Any]] = []

    def do_PUT(self) -> None:
        body = b""
        if "chunked" in self.headers.get("transfer-encoding", ""):
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers["content-length"]))
        said = self.headers["amz-sdk-request"]
        self.seen.append(
            {
                "body": body.decode(),
                "ttl": said.startswith("ttl="),
                "request": said.partition("; ")[2] if said.startswith("ttl=") else said,
                "invocation": self.headers["amz-sdk-invocation-id"],
            }
        )
        self.send_response(503 if len(self.seen) == 1 else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    library = importlib.import_module(sys.argv[1])
    config = importlib.import_module("botocore.config" if sys.argv[1] == "boto3" else "sotalia.config").Config
    found = {}
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        client = library.client(
            "s3",
            region_name="us-east-1",
            aws_access_key_id="AKIDEXAMPLE",
            aws_secret_access_key="x",
            endpoint_url=f"http://127.0.0.1:{server.server_port}",
            config=config(
                s3={"addressing_style": "path", "payload_signing_enabled": False},
                request_checksum_calculation="when_required",
            ),
        )
        for name, (make, more) in BODIES.items():
            Answers.seen.clear()
            try:
                client.put_object(Bucket="bucket", Key="key", Body=make(), **more)
                outcome = "sent"
            except Exception as error:
                outcome = type(error).__name__
            ids = {one.pop("invocation") for one in Answers.seen}
            found[name] = {"outcome": outcome, "requests": list(Answers.seen), "one call": len(ids) == 1}
        server.shutdown()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()

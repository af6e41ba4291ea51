"""Large bodies wait for the server's word: one that sends elsewhere is not sent them in vain."""

import io
import socket
import threading
from contextlib import closing

import pytest
from sotalia import Config, Session
from sotalia.exceptions import ClientError

SIZE = 3 << 20
MOVED = (
    b"HTTP/1.1 301 Moved Permanently\r\nx-amz-bucket-region: eu-west-1\r\nContent-Length: 45\r\n\r\n"
    b"<Error><Code>PermanentRedirect</Code></Error>"
)
REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 40\r\n\r\n<Error><Code>AccessDenied</Code></Error>"
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"
TAKEN = b'HTTP/1.1 200 OK\r\nETag: "e"\r\nContent-Length: 0\r\n\r\n'


class Server:
    """Answers one connection after the other with the next of the answers; ``None`` takes the body first."""

    def __init__(self, *answers):
        self.heads, self.bodies = [], []
        self._answers = list(answers)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        for answer in self._answers:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with closing(connection), connection.makefile("rb") as source:
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    head += source.readline()
                self.heads.append(head.decode().lower())
                if answer is None:
                    connection.sendall(GO_ON)
                    self.bodies.append(source.read(SIZE))
                    answer = TAKEN
                connection.sendall(answer)
                connection.shutdown(socket.SHUT_WR)
                self.bodies += [left] if (left := source.read()) else []

    def close(self):
        self._listener.close()
        self._thread.join(10)


@pytest.fixture
def serving():
    made = []

    def start(*answers):
        made.append(Server(*answers))
        config = Config(request_checksum_calculation="when_required", retries={"total_max_attempts": 1})
        client = Session("AKID", "x", region_name="us-west-2").client("s3", endpoint_url=made[0].url, config=config)
        return made[0], client

    yield start
    for server in made:
        server.close()


def test_a_body_goes_only_to_the_region_that_takes_it(serving):
    server, s3 = serving(MOVED, None)
    file = io.BytesIO(b"head" + b"x" * SIZE)
    file.seek(4)
    assert s3.put_object(Bucket="bucket", Key="k", Body=file)["ETag"] == '"e"'
    s3.close()
    assert ["expect: 100-continue" in head for head in server.heads] == [True, True]
    assert ["/us-west-2/s3/" in server.heads[0], "/eu-west-1/s3/" in server.heads[1]] == [True, True]
    assert server.bodies == [b"x" * SIZE]


def test_a_refusal_costs_no_upload(serving):
    server, s3 = serving(REFUSED)
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket="bucket", Key="k", Body=b"x" * SIZE)
    s3.close()
    assert server.bodies == []

"""Small servers on loopback, for what a transport meets: HTTP, TLS, proxies, and servers that misbehave."""

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Request:
    """A request as it came over the wire; ``peer`` is the client's port."""

    method: str
    target: str
    headers: dict[str, str]
    head: bytes
    body: bytes
    peer: int


@dataclass
class Server:
    """A running server: its address, and what it was asked."""

    scheme: str
    port: int
    requests: list[Request] = field(default_factory=list)
    connections: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"


class Connection:
    """The server's end of a connection."""

    def __init__(self, sock: socket.socket, peer: int) -> None:
        self.sock = sock
        self.peer = peer
        self._file = sock.makefile("rb")

    def close(self) -> None:
        self._file.close()
        self.sock.close()

    def request(self, *, body: bool = True) -> Request | None:
        """Read a request; ``None`` when the client is gone."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self._file.readline()
            if not line:
                return None
            head += line
        first, *lines = head.decode("latin-1").split("\r\n")[:-2]
        method, target, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return Request(method, target, headers, head, self.read_body(headers) if body else b"", self.peer)

    def read_body(self, headers: dict[str, str]) -> bytes:
        if "chunked" in headers.get("transfer-encoding", ""):
            content = b""
            while size := int(self._file.readline(), 16):
                content += self._file.read(size)
                self._file.readline()
            self._file.readline()
            return content
        return self._file.read(int(headers.get("content-length", 0)))

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def reply(self, body: bytes = b"hello", status: str = "200 OK", *headers: str) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
        self.send("\r\n".join(lines).encode() + body)


Handler = Callable[[Connection, Request], object]


def hello(connection: Connection, request: Request) -> None:
    connection.reply()


@contextmanager
def serve(handler: Handler = hello, *, tls: ssl.SSLContext | None = None, read_body: bool = True) -> Iterator[Server]:
    """Run a server; ``handler`` answers each request, and returns ``True`` to have the connection closed."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    server = Server("http" if tls is None else "https", listener.getsockname()[1])
    open_sockets: set[socket.socket] = set()
    stopping = False

    def attend(sock: socket.socket, peer: int) -> None:
        connection = None
        try:
            if tls is not None:
                open_sockets.discard(sock)
                sock = tls.wrap_socket(sock, server_side=True)
                open_sockets.add(sock)
            connection = Connection(sock, peer)
            while request := connection.request(body=read_body):
                server.requests.append(request)
                if handler(connection, request):
                    break
        except (OSError, ValueError):
            pass  # the client, or the test, has gone
        finally:
            if connection is not None:
                connection.close()
            sock.close()

    def listen() -> None:
        while not stopping:
            try:
                sock, address = listener.accept()
            except OSError:
                return
            server.connections.append(address[1])
            open_sockets.add(sock)
            thread = threading.Thread(target=attend, args=(sock, address[1]), daemon=True)
            threads.append(thread)
            thread.start()

    threads: list[threading.Thread] = []
    acceptor = threading.Thread(target=listen, daemon=True)
    acceptor.start()
    try:
        yield server
    finally:
        stopping = True
        with socket.socket() as waker:
            waker.connect_ex(("127.0.0.1", server.port))
        acceptor.join(5)
        listener.close()
        for sock in list(open_sockets):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        for thread in threads:
            thread.join(5)


def proxy(connection: Connection, request: Request) -> bool:
    """Handle one request as a proxy does: a tunnel for CONNECT, else the request is passed on."""
    if request.method == "CONNECT":
        host, _, port = request.target.partition(":")
        with socket.create_connection((host, int(port)), timeout=5) as upstream:
            connection.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            pump = threading.Thread(target=_copy, args=(upstream, connection.sock), daemon=True)
            pump.start()
            _copy(connection.sock, upstream)
            pump.join(5)
        return True
    authority, _, path = request.target.removeprefix("http://").partition("/")
    host, _, port = authority.partition(":")
    head = request.head.replace(request.target.encode(), b"/" + path.encode(), 1)
    with socket.create_connection((host, int(port)), timeout=5) as upstream:
        upstream.sendall(head + request.body)
        upstream.shutdown(socket.SHUT_WR)
        _copy(upstream, connection.sock)
    return True


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@dataclass
class Authority:
    """Files of a certificate authority made for one test run, and of certificates that it signed."""

    ca: str
    server: str
    client: str
    client_key: str
    other_ca: str

    def context(self, *, client_needed: bool = False) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server)
        if client_needed:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.ca)
        return context


def make_authority(folder: Path) -> Authority:
    """Make a CA, a server certificate for 127.0.0.1, a client certificate, and a CA that signed none of them."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    now = datetime.datetime.now(datetime.UTC)

    def issue(name: str, issuer: tuple | None) -> tuple:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer_name, issuer_key = (subject, key) if issuer is None else (issuer[0].subject, issuer[1])
        signer_key = issuer_key.public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer_name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer_key), critical=False)
        )
        if issuer is None:
            usage = x509.KeyUsage(
                digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
                key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
            )  # fmt: skip
            builder = builder.add_extension(usage, critical=True)
        else:
            address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
            builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
        return builder.sign(issuer_key, hashes.SHA256()), key

    def write(name: str, *parts: bytes) -> str:
        path = folder / name
        path.write_bytes(b"".join(parts))
        return str(path)

    def pem(pair: tuple) -> bytes:
        return pair[0].public_bytes(serialization.Encoding.PEM)

    def pem_key(pair: tuple) -> bytes:
        return pair[1].private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    ca = issue("test CA", None)
    server, client, other = issue("127.0.0.1", ca), issue("client", ca), issue("other CA", None)
    return Authority(
        ca=write("ca.pem", pem(ca)),
        server=write("server.pem", pem(server), pem_key(server)),
        client=write("client.pem", pem(client)),
        client_key=write("client.key", pem_key(client)),
        other_ca=write("other.pem", pem(other)),
    )

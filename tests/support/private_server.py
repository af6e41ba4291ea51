"""A server for the private services of ``private_models``: it keeps lights, and speaks the protocol of its service.

Written by the protocols' specifications, with nothing of sotalia. It tells
what it was asked (``requests``). A light that was asked for twice is lit.
"""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import cbor2

Params = dict[str, Any]
KEPT_HEADERS = ("content-type", "x-amz-target", "x-amzn-query-mode", "smithy-protocol", "accept", "x-token", "x-prefix")


@dataclass
class Asked:
    """A request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Lights:
    """What every service does, whatever it speaks."""

    lights: dict[str, Params] = field(default_factory=dict)

    def answer(self, operation: str, params: Params) -> Params | None:
        """Return the result of an operation; ``KeyError`` for a light that is not there."""
        if operation == "PutLight":
            light = {key: value for key, value in params.items() if key != "Token"}
            self.lights[params["Name"]] = light = {**light, "State": "dark", "Lit": False}
            return {"Light": light}
        if operation == "GetLight":
            light = self.lights[params["Name"]]
            seen = dict(light)
            light.update(State="lit", Lit=True)
            return {"Light": seen}
        if operation == "RemoveLight":
            del self.lights[params["Name"]]
            return None
        names = sorted(name for name in self.lights if name.startswith(params.get("Prefix", "")))
        start = int(params.get("Next", 0))
        end = start + int(params.get("Most", 2))
        page: Params = {"Lights": [self.lights[name] for name in names[start:end]]}
        return {**page, "Next": str(end)} if end < len(names) else page


# -- what the values are on the wire -------------------------------------------------------------------------------


def _from_text(name: str, text: str) -> Any:
    if name in ("Size", "Most"):
        return int(text)
    if name == "Range":
        return float(text)
    if name == "Since":
        return datetime.fromisoformat(text)
    return base64.b64decode(text) if name == "Picture" else text


def _to_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _from_json(params: Params) -> Params:
    found = dict(params)
    for name, value in params.items():
        if name.lower() == "since":
            del found[name]
            is_text = isinstance(value, str)
            found["Since"] = datetime.fromisoformat(value) if is_text else datetime.fromtimestamp(value, UTC)
        elif name == "Picture":
            found[name] = base64.b64decode(value)
    return found


def _to_json(value: Any, *, text_times: bool = False) -> Any:
    if isinstance(value, dict):
        return {
            "since" if text_times and name == "Since" else name: _to_json(item, text_times=text_times)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_to_json(item, text_times=text_times) for item in value]
    if isinstance(value, datetime):
        return _to_text(value) if text_times else value.timestamp()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


# -- the protocols -------------------------------------------------------------------------------------------------

Answer = tuple[int, dict[str, str], bytes]


class _Json:
    def __init__(self, version: str) -> None:
        self.type = f"application/x-amz-json-{version}"

    def read(self, asked: Asked) -> tuple[str, Params]:
        assert asked.headers["content-type"] == self.type
        return asked.headers["x-amz-target"].partition(".")[2], _from_json(json.loads(asked.body))

    def write(self, operation: str, result: Params | None) -> Answer:
        return 200, {"Content-Type": self.type}, json.dumps(_to_json(result or {})).encode()

    def refuse(self, name: str) -> Answer:
        error = {"__type": "shore#NoSuchLight", "message": f"no {name}", "Name": name}
        return 400, {"Content-Type": self.type}, json.dumps(error).encode()


class _RestJson:
    def read(self, asked: Asked) -> tuple[str, Params]:
        url = urlsplit(asked.target)
        params = {name.title(): _from_text(name.title(), value) for name, value in parse_qsl(url.query)}
        if asked.body:
            params |= _from_json(json.loads(asked.body))
        if "x-token" in asked.headers:
            params["Token"] = asked.headers["x-token"]
        tags = {name[6:]: value for name, value in asked.headers.items() if name.startswith("x-tag-")}
        return _by_path(asked.method, url.path.removeprefix("/lights"), params, {"Tags": tags} if tags else {})

    def write(self, operation: str, result: Params | None) -> Answer:
        body = b"" if result is None else json.dumps(_to_json(result, text_times=True)).encode()
        return 204 if result is None else 200, {"Content-Type": "application/json"}, body

    def refuse(self, name: str) -> Answer:
        body = json.dumps({"message": f"no {name}", "Name": name}).encode()
        return 404, {"Content-Type": "application/json", "x-amzn-errortype": "NoSuchLight:https://shore"}, body


def _by_path(method: str, path: str, params: Params, more: Params) -> tuple[str, Params]:
    name = unquote(path.strip("/"))
    if not name:
        return "ListLights", params
    return {"PUT": "PutLight", "GET": "GetLight", "DELETE": "RemoveLight"}[method], {**params, **more, "Name": name}


class _RestXml:
    space = "https://buoys.example/"

    def read(self, asked: Asked) -> tuple[str, Params]:
        url = urlsplit(asked.target)
        params = {name.title(): _from_text(name.title(), value) for name, value in parse_qsl(url.query)}
        for header in ("Token", "Prefix"):
            if f"x-{header.lower()}" in asked.headers:
                params[header] = asked.headers[f"x-{header.lower()}"]
        if asked.body:
            root = ElementTree.fromstring(asked.body)
            assert root.tag == f"{{{self.space}}}PutLight"
            params |= {name: _from_text(name.title(), value) for name, value in root.attrib.items()}
            params |= _from_xml(root, self.space)
            params = {name.title(): value for name, value in params.items()}
        return _by_path(asked.method, url.path, params, {})

    def write(self, operation: str, result: Params | None) -> Answer:
        if result is None:
            return 204, {}, b""
        return (
            200,
            {"Content-Type": "application/xml"},
            f"<{operation}Result>{_xml(result)}</{operation}Result>".encode(),
        )

    def refuse(self, name: str) -> Answer:
        return 404, {"Content-Type": "application/xml"}, f"<ErrorResponse>{_error(name)}</ErrorResponse>".encode()


def _from_xml(root: Any, space: str) -> Params:
    found: Params = {}
    for child in root:
        name = child.tag.removeprefix(f"{{{space}}}")
        if name == "Labels":
            found[name] = [item.text or "" for item in child]
        elif name == "Tags":
            found[name] = {entry[0].text: entry[1].text or "" for entry in child}
        else:
            found[name] = _from_text(name, child.text or "")
    return found


def _xml(result: Params, *, attribute: bool = True) -> str:
    """Write a result in restXml's way; the keeper of a light is an attribute there."""
    text = ""
    for name, value in result.items():
        if name == "Light":
            keeper = f" keeper={quoteattr(value['Keeper'])}" if "Keeper" in value else ""
            rest = {key: item for key, item in value.items() if key != "Keeper"}
            text += f"<Light{keeper}>{_xml(rest, attribute=attribute)}</Light>"
        elif name == "Lights":
            lights = "".join(_xml({"Light": light}, attribute=attribute) for light in value)
            lights = lights.replace("<Light", "<member").replace("</Light>", "</member>").replace("<members", "<Lights")
            text += f"<Lights>{lights}</Lights>"
        elif name == "Labels":
            labels = "".join(f"<Label>{escape(item)}</Label>" for item in value)
            text += f"<Labels>{labels}</Labels>" if attribute else labels  # flattened in the query protocol
        elif name == "Tags":
            entries = "".join(
                f"<entry><key>{escape(k)}</key><value>{escape(v)}</value></entry>" for k, v in value.items()
            )
            text += f"<Tags>{entries}</Tags>"
        else:
            text += f"<{name}>{escape(_to_text(value))}</{name}>"
    return text


def _error(name: str) -> str:
    return f"<Error><Type>Sender</Type><Code>NoSuchLight</Code><Message>no {name}</Message><Name>{name}</Name></Error>"


class _Query:
    def read(self, asked: Asked) -> tuple[str, Params]:
        assert asked.headers["content-type"].startswith("application/x-www-form-urlencoded")
        fields = dict(parse_qsl(asked.body.decode(), keep_blank_values=True))
        assert fields.pop("Version") == "2024-01-01"
        operation, params = fields.pop("Action"), Params()
        for name, text in fields.items():
            first, *rest = name.split(".")
            if first == "Tags":
                if rest[-1] == "key":
                    params.setdefault("Tags", {})[text] = fields[name.removesuffix("key") + "value"]
            elif rest:
                params.setdefault("Labels", []).append(text)
            else:
                params[first] = _from_text(first, text)
        return operation, params

    def write(self, operation: str, result: Params | None) -> Answer:
        inner = "" if result is None else f"<{operation}Result>{_xml(result, attribute=False)}</{operation}Result>"
        meta = "<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>"
        text = f'<{operation}Response xmlns="https://lanterns.example/">{inner}{meta}</{operation}Response>'
        return 200, {"Content-Type": "text/xml"}, text.encode()

    def refuse(self, name: str) -> Answer:
        text = f"<ErrorResponse>{_error(name)}<RequestId>r-1</RequestId></ErrorResponse>"
        return 404, {"Content-Type": "text/xml"}, text.encode()


class _Ec2:
    def read(self, asked: Asked) -> tuple[str, Params]:
        fields = dict(parse_qsl(asked.body.decode(), keep_blank_values=True))
        assert fields.pop("Version") == "2024-02-02"
        operation, params = fields.pop("Action"), Params()
        for name, text in fields.items():
            if name.startswith("Label."):
                params.setdefault("Labels", []).append(text)
            else:
                params[name] = _from_text(name, text)
        return operation, params

    def write(self, operation: str, result: Params | None) -> Answer:
        text = f"<{operation}Response><requestId>r-1</requestId>{self._xml(result or {})}</{operation}Response>"
        return 200, {"Content-Type": "text/xml"}, text.encode()

    def _xml(self, result: Params) -> str:
        text = ""
        for name, value in result.items():
            label = name[0].lower() + name[1:]
            if name == "Light":
                text += f"<light>{self._xml(value)}</light>"
            elif name == "Lights":
                text += f"<lightSet>{''.join(f'<item>{self._xml(light)}</item>' for light in value)}</lightSet>"
            elif name == "Labels":
                text += f"<labelSet>{''.join(f'<item>{escape(item)}</item>' for item in value)}</labelSet>"
            else:
                text += f"<{label}>{escape(_to_text(value))}</{label}>"
        return text

    def refuse(self, name: str) -> Answer:
        text = f"<Response><Errors>{_error(name)}</Errors><RequestID>r-1</RequestID></Response>"
        return 400, {"Content-Type": "text/xml"}, text.encode()


class _Cbor:
    headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}

    def read(self, asked: Asked) -> tuple[str, Params]:
        assert asked.headers["smithy-protocol"] == "rpc-v2-cbor"
        service, operation = asked.target.split("/")[2::2]
        assert service == "BeaconService"
        return operation, cbor2.loads(asked.body) if asked.body else {}

    def write(self, operation: str, result: Params | None) -> Answer:
        return 200, self.headers, cbor2.dumps(result or {}, datetime_as_timestamp=True)

    def refuse(self, name: str) -> Answer:
        error = {"__type": "shore#NoSuchLight", "message": f"no {name}", "Name": name}
        return 400, self.headers, cbor2.dumps(error)


PROTOCOLS: dict[str, Callable[[], Any]] = {
    "lanterns": _Query,
    "harbor": _Ec2,
    "ferries": lambda: _Json("1.0"),
    "tides": lambda: _Json("1.1"),
    "charts": _RestJson,
    "buoys": _RestXml,
    "beacons": _Cbor,
}
"""The protocols by the names of the services."""


@dataclass
class PrivateServer:
    """A running server."""

    url: str
    requests: list[Asked]


@contextmanager
def private_server(service: str) -> Iterator[PrivateServer]:
    """Run the server of a service on loopback while the block runs."""
    protocol, lights, requests = PROTOCOLS[service](), Lights(), list[Asked]()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body leave together

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            asked = Asked(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            requests.append(asked)
            operation, params = protocol.read(asked)
            try:
                status, headers, content = protocol.write(operation, lights.answer(operation, params))
            except KeyError as error:
                status, headers, content = protocol.refuse(error.args[0])
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_DELETE = answer

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield PrivateServer(f"http://127.0.0.1:{server.server_port}", requests)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)

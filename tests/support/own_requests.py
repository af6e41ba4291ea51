"""Requests of a program's own, signed by the classes of ``auth``: run as a program with either library.

``python own_requests.py botocore`` or ``python own_requests.py sotalia``
writes the URL and the headers of each signed request as JSON.
"""

import json
import sys
from copy import deepcopy
from datetime import datetime
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl

NOW = "2026-01-02T03:04:05+00:00"
KEYS = (("AKIDEXAMPLE", "x" * 40, None), ("ASIAEXAMPLE", "y" * 40, "the/token+"))
REQUESTS: tuple[dict[str, Any], ...] = (
    {"method": "GET", "url": "https://abc.execute-api.eu-west-1.amazonaws.com/prod/a%20b?x=1&a=%2F"},
    {"method": "POST", "url": "https://search.eu-west-1.es.amazonaws.com/_bulk", "data": b'{"a": 1}'},
    {"method": "PUT", "url": "https://h.example/p/../q//r", "data": "text", "headers": {"Content-Type": "text/plain"}},
    {"method": "GET", "url": "https://h.example/", "params": {"Action": "Do", "Value": "a b"}},
)
SCOPED = ("SigV4Auth", "S3SigV4Auth", "SigV4QueryAuth", "S3SigV4QueryAuth")
OTHERS = ("SigV2Auth", "SigV3Auth", "HmacV1Auth", "HmacV1QueryAuth")


def options_of(library: str) -> dict[str, Any]:
    """Stop the clock: inside of botocore, or for sotalia by the argument that is there for it."""
    if library == "botocore":
        import peer_signer

        peer_signer.freeze(NOW)
        return {}
    from sotalia.components.clock import Clock

    class Stopped(Clock):
        def time(self) -> float:
            return datetime.fromisoformat(NOW).timestamp()

    return {"clock": Stopped()}


def main() -> None:
    """Sign every request with every class and every set of keys."""
    library = sys.argv[1]
    auth, requests, credentials = (import_module(f"{library}.{name}") for name in ("auth", "awsrequest", "credentials"))
    options = options_of(library)
    found = {}
    for name in (*SCOPED, *OTHERS):
        scope = ("execute-api", "eu-west-1") if name in SCOPED else ()
        for keys in KEYS:
            signer = getattr(auth, name)(credentials.Credentials(*keys), *scope, **options)
            for number, wanted in enumerate(REQUESTS):
                if "data" in wanted and (name == "SigV2Auth" or name.endswith("SigV4QueryAuth")):
                    continue  # a form, or nothing: botocore refuses or crashes
                request = requests.AWSRequest(**deepcopy(wanted))
                signer.add_auth(request)
                sent = request.prepare()
                headers = {key.lower(): str(value) for key, value in dict(request.headers).items()}
                if name == "HmacV1QueryAuth":
                    headers.pop("date", None)  # botocore leaves there what it has signed
                place, _, query = sent.url.partition("?")
                found[f"{name} {keys[0]} {number}"] = [place, sorted(parse_qsl(query)), headers]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()

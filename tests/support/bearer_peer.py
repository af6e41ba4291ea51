"""Which ``Authorization`` a request gets, with boto3 or with sotalia: cases as JSON on stdin, answers on stdout."""

import json
import os
import sys
from typing import Any


class Stop(Exception):
    """The request is ready."""


def answer(library: Any, config: Any, case: dict[str, Any]) -> str:
    """Return the scheme of the header, or the names of the error's classes."""
    before = dict(os.environ)
    os.environ.update(case["environ"])
    try:
        client = library.Session().client(
            case["service"],
            region_name="us-east-1",
            endpoint_url=case.get("endpoint_url"),
            config=config(**case["config"]) if case.get("config") else None,
        )
        seen: list[str] = []

        def stop(request: Any, **_: Any) -> None:
            value = request.headers.get("Authorization") or "nothing"
            seen.append(value.decode() if isinstance(value, bytes) else value)
            raise Stop

        client.meta.events.register("before-send", stop)
        try:
            getattr(client, case["operation"])(**case.get("parameters", {}))
        except Stop:
            return seen[0] if seen[0].startswith("Bearer") else seen[0].partition(" ")[0]
        except Exception as error:
            return type(error).__name__
        return "nothing was sent"
    finally:
        os.environ.clear()
        os.environ.update(before)


def main() -> None:
    import boto3
    from botocore.config import Config

    json.dump([answer(boto3, Config, case) for case in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()

"""Where clients go by what is configured for endpoints, as JSON: a program for ``sotalia`` and for ``boto3``.

``python configured_urls.py MODULE`` reads a pickled list of questions from its
input and writes the host of a call's request for each, or the name of the
exception, and the built-ins that ``before-endpoint-resolution`` is told.
"""

import json
import os
import pickle
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple


class Question(NamedTuple):
    """A client and what is configured: variables, the text of the AWS config file, the argument, options of Config."""

    service: str
    environ: dict[str, str] = {}
    file: str = ""
    argument: str | None = None
    options: dict[str, Any] = {}
    region: str = "us-east-1"


class Stop(Exception):
    """Ends a call when its request is made."""


def answer(session: Callable[[], Any], config_class: Any, question: Question) -> list[Any]:
    """Return the URL that the client tells with the host that a call of it goes to, and the call's built-ins."""
    config = Path(os.environ["AWS_CONFIG_FILE"])
    config.write_text(question.file)
    os.environ.update(question.environ)
    hosts: list[str] = []
    told: dict[str, Any] = {}

    def stop(request: Any, **kwargs: Any) -> None:
        hosts.append("/".join(request.url.split("?")[0].split("/")[:3]))
        raise Stop

    try:
        client = session().client(
            question.service,
            question.region,
            endpoint_url=question.argument,
            aws_access_key_id="AKID",
            aws_secret_access_key="x",
            config=config_class(**question.options) if question.options else None,
        )
        client.meta.events.register_first("before-sign", stop)
        client.meta.events.register("before-endpoint-resolution", lambda builtins, **_: told.update(builtins))
        model = client.meta.service_model
        for name in sorted(model.operation_names):
            shape = model.operation_model(name).input_shape
            if hosts or (shape is not None and shape.required_members):
                continue
            try:
                client._make_api_call(name, {})
            except Stop:
                pass
        plain = {name: value for name, value in told.items() if value is None or isinstance(value, bool | str)}
        return [f"{client.meta.endpoint_url} {''.join(hosts)}", plain]
    except Exception as error:
        return [type(error).__name__, {}]
    finally:
        for name in question.environ:
            del os.environ[name]


def main() -> None:
    """Answer all questions."""
    session: Callable[[], Any]
    if sys.argv[1] == "boto3":
        import boto3
        from botocore.config import Config

        loader = boto3.Session()._session.get_component("data_loader")

        def session() -> Any:
            made = boto3.Session()
            made._session.register_component("data_loader", loader)  # it keeps what it read: ten times as fast
            return made
    else:
        from sotalia import Config, Session  # type: ignore[assignment] # the same options

        session = Session
    sys.modules["configured_urls"] = sys.modules["__main__"]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AWS_CONFIG_FILE"] = f"{folder}/config"
        os.environ["AWS_SHARED_CREDENTIALS_FILE"] = f"{folder}/none"
        json.dump([answer(session, Config, question) for question in pickle.load(sys.stdin.buffer)], sys.stdout)


if __name__ == "__main__":
    main()

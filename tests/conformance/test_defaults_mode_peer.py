"""Every defaults mode, here and with boto3: timeouts, retry mode and endpoints of the clients that come of it."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import peers
import pytest

FACTS = Path(__file__).resolve().parents[1] / "support" / "defaults_facts.py"
MODES = ["legacy", "standard", "in-region", "cross-region", "mobile", "auto"]
CONNECT = {"legacy": 60, "standard": 3.1, "in-region": 1.1, "cross-region": 3.1, "mobile": 30, "auto": 3.1}

pytestmark = peers.takes_long_once


class Instance(BaseHTTPRequestHandler):
    """The metadata service of an instance in eu-west-1."""

    def do_PUT(self) -> None:
        self._answer(b"token")

    def do_GET(self) -> None:
        if "availability-zone" in self.path:
            self._answer(b"eu-west-1a")
        else:
            self._answer(b"eu-west-1")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def instance() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Instance) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def question(
    service: str = "dynamodb", region: str = "us-east-1", environ: Any = None, file: Any = None, **options: Any
) -> dict[str, Any]:
    return {
        "service": service,
        "region": region,
        "options": options,
        "file": file or {},
        "environ": {"AWS_EC2_METADATA_DISABLED": "true", **(environ or {})},
    }


def ask(library: str, python: str, questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("AWS_")}
    answer = subprocess.run(
        [python, str(FACTS), library],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        env={**kept, "AWS_SHARED_CREDENTIALS_FILE": os.devnull},
    )
    assert answer.returncode == 0, answer.stderr
    found: list[dict[str, Any]] = json.loads(answer.stdout)
    return found


def test_modes_of_the_code_and_of_the_place_are_those_of_boto3(instance: str) -> None:
    questions = []
    for mode in MODES:
        for more in ({}, {"connect_timeout": 7}, {"retries": {"mode": "legacy"}}, {"retries": {"max_attempts": 2}}):
            questions += [question(service, defaults_mode=mode, **more) for service in ("s3", "sts")]
        questions.append(question("s3", defaults_mode=mode, s3={"us_east_1_regional_endpoint": "legacy"}))
        questions.append(question("s3", defaults_mode=mode, s3={"addressing_style": "path"}))
        questions.append(question("s3", environ={"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "legacy"}, defaults_mode=mode))
        questions.append(question(environ={"AWS_RETRY_MODE": "adaptive"}, defaults_mode=mode))
        questions.append(question(file={"retry_mode": "legacy"}, defaults_mode=mode))
        questions.append(question("sts", file={"sts_regional_endpoints": "legacy"}, defaults_mode=mode))
    place: dict[str, str]
    for place in (
        {"AWS_EXECUTION_ENV": "AWS_Lambda_python3.12", "AWS_REGION": "us-east-1"},
        {"AWS_EXECUTION_ENV": "AWS_Lambda_python3.12", "AWS_REGION": "eu-west-1"},
        {"AWS_EXECUTION_ENV": "AWS_Lambda_python3.12", "AWS_DEFAULT_REGION": "us-east-1"},
        {"AWS_EXECUTION_ENV": "x", "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-east-1"},
        {"AWS_EXECUTION_ENV": "x"},
        {"AWS_REGION": "us-east-1"},
        {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": instance},
    ):
        questions += [
            question(region=region, environ=place, defaults_mode="auto") for region in ("us-east-1", "eu-west-1")
        ]
    ours, theirs = ask("sotalia", sys.executable, questions), ask("boto3", peers.python(), questions)
    for asked, here, there in zip(questions, ours, theirs, strict=True):
        assert here == there, asked


def test_modes_of_the_settings_give_timeouts_too() -> None:
    # boto3 takes the mode's timeout only from a mode that stands in Config: the guide knows no such exception.
    questions = [
        question(service, **where)
        for mode in MODES
        for service in ("s3",)
        for where in ({"environ": {"AWS_DEFAULTS_MODE": mode}}, {"file": {"defaults_mode": mode}})
    ]
    ours, theirs = ask("sotalia", sys.executable, questions), ask("boto3", peers.python(), questions)
    for asked, here, there in zip(questions, ours, theirs, strict=True):
        mode = asked["file"].get("defaults_mode") or asked["environ"]["AWS_DEFAULTS_MODE"]
        assert here.pop("connect") == CONNECT[mode]
        assert there.pop("connect") == 60
        assert here == there, asked

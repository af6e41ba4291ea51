"""Count what a call costs, instead of timing it: the same number on a slow machine and on a busy one.

``sotalia bench --instructions`` prints, per call without a network, the
instructions of the interpreter (what ``dis`` shows) and, where ``valgrind`` is
installed, those of the machine. The tests hold the first against a limit.
"""

import gc
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from types import FrameType
from typing import Any

from .bench_document import write_section

__all__ = ["COUNTED", "call_of", "count_instructions", "presigning", "request_over_loopback", "run_instructions"]

COUNTED = ("s3-get", "s3-put", "s3-list", "dynamodb-get", "dynamodb-query", "sqs-send", "sts-who")
"""Calls of ``bench_worker``."""

_FEW, _MANY, _LARGE = 8, 68, 100_000  # calls under valgrind: few of those with so many instructions


def count_instructions(function: Callable[[], Any]) -> int:
    """Return how many instructions the interpreter executes for a function, whatever it calls included.

    The function runs four times: CPython 3.13 traces the instructions of code
    only from its second run on, and the middle one of the others counts, as a
    timestamp that changes costs a little more. For one thread; a tracer of
    somebody else (a debugger, coverage) is put back afterwards.
    """
    collects = gc.isenabled()
    gc.disable()  # finalizers of others would count
    try:
        _count(function)
        return sorted(_count(function) for _ in range(3))[1]
    finally:
        if collects:
            gc.enable()


def _count(function: Callable[[], Any]) -> int:
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        if event == "call":
            frame.f_trace_opcodes = True
            frame.f_trace_lines = False
        elif event == "opcode":
            count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
    return count


def call_of(name: str, at_most: int = 1000) -> Callable[[], Any]:
    """Return a call of ``COUNTED`` that a ``before-send`` handler answers, made often enough to have all it needs.

    Decoders of JSON are compiled for an operation when some 32 KiB were read.
    """
    from .. import Session
    from . import bench_worker

    service, operation, often, make = bench_worker.CALLS[name]
    url = "http://127.0.0.1:9"  # nothing is sent there
    keys: dict[str, Any] = {**bench_worker.KEYS}
    client = Session(**keys).client(service, endpoint_url=url)
    client.meta.events.register("before-send", bench_worker._answer("sotalia", operation))
    call = make(client, url)
    for _ in range(min(often, at_most)):
        call()
    return call


def presigning(version: str | None = None) -> Callable[[], Any]:
    """Return what makes one URL of an object of S3 after the other, with the signature version that is asked for."""
    from .. import Config, Session
    from . import bench_worker

    keys: dict[str, Any] = {**bench_worker.KEYS}
    client = Session(**keys).client("s3", config=Config(signature_version=version))
    parameters = {"Bucket": "bucket", "Key": "key"}

    def presign() -> Any:
        return client.generate_presigned_url("get_object", Params=parameters)

    presign()
    return presign


@contextmanager
def request_over_loopback() -> Iterator[Callable[[], Any]]:
    """Give a function that sends a request of DynamoDB by the direct transport, on a connection that is there."""
    import socket
    from threading import Thread

    from ..components.http import AWSPreparedRequest, Headers
    from ..components.http1.transport import DirectTransport
    from .bench_answers import answers

    answer = answers()["GetItem"]

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            while connection.recv(65536):  # a request arrives whole
                connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=serve, daemon=True).start()
        fields = {"X-Amz-Target": "DynamoDB_20120810.GetItem", "Content-Type": "application/x-amz-json-1.0"}
        names = ("User-Agent", "X-Amz-Date", "Authorization", "amz-sdk-invocation-id", "amz-sdk-request")
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        headers = Headers({**fields, **dict.fromkeys(names, "some text")})
        request = AWSPreparedRequest("POST", url, headers, b'{"TableName":"table"}')
        transport = DirectTransport()
        try:
            for _ in range(3):
                transport.send(request)
            yield lambda: transport.send(request).content
        finally:
            transport.close()


def run_instructions(write: Path | None = None) -> int:
    """Print the table, and write it as a section if asked to."""
    from concurrent.futures import ThreadPoolExecutor

    valgrind = which("valgrind")
    print("counting instructions, which takes minutes with valgrind", file=sys.stderr, flush=True)
    counted = {name: count_instructions(call_of(name)) for name in COUNTED}
    with request_over_loopback() as send:
        transport = count_instructions(send)
    urls = {f" ({name})" if name else "": count_instructions(presigning(name)) for name in (None, "s3v4")}
    machine: dict[str, float] = {}
    if valgrind is not None:
        # Counts, unlike times, bear that others run beside them.
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            many = [_FEW if counted[name] > _LARGE else _MANY for name in COUNTED]
            found = threads.map(lambda name, many: _machine_instructions(valgrind, name, many), COUNTED, many)
            machine = dict(zip(COUNTED, found, strict=True))
    lines = [
        "## Instructions",
        "",
        "Printed by `sotalia bench --instructions`: instructions of the interpreter (CPython "
        f"{platform.python_version()}) for one call, and those of the machine (valgrind). No clock is read: a slow or "
        "busy machine has the same numbers. `tests/unit/ops/test_bench_instructions.py` has limits for the first.",
        "",
        f"| call, without transport | interpreter | machine{'' if machine else ' (valgrind is not installed)'} |",
        "|---|---:|---:|",
        *[
            f"| {name} | {count:,} | {f'{machine[name]:,.0f}' if name in machine else ''} |"
            for name, count in counted.items()
        ],
        f"| a request, transport alone | {transport:,} | |",
        *[f"| a presigned URL{version} | {count:,} | |" for version, count in urls.items()],
    ]
    print("\n".join(lines))
    if write is not None:
        write_section(write, lines)
    return 0


def _machine_instructions(valgrind: str, name: str, many: int) -> float:
    """Return the instructions of one call, as the difference of two runs of many and few."""
    few = many // 4
    return (_collected(valgrind, name, many) - _collected(valgrind, name, few)) / (many - few)


def _collected(valgrind: str, name: str, calls: int) -> int:
    command = [valgrind, "--tool=callgrind", f"--callgrind-out-file={os.devnull}"]
    command += [sys.executable, "-c", _PROGRAM]
    environ = {**os.environ, "PYTHONHASHSEED": "0", "AWS_EC2_METADATA_DISABLED": "true"}
    done = subprocess.run([*command, name, str(calls)], capture_output=True, text=True, env=environ, check=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    assert found is not None, done.stderr
    return int(found[1])


_PROGRAM = """
import sys
from sotalia.ops.bench_instructions import call_of
call = call_of(sys.argv[1], 100)
for _ in range(int(sys.argv[2])):
    call()
"""

"""Count what a call costs, instead of timing it: the same number on a slow machine and on a busy one.

``sotalia bench --instructions`` prints, per call without a network, the
instructions of the interpreter (what ``dis`` shows) and, where ``valgrind`` is
installed, those of the machine. The tests hold the first against a limit.
"""

import gc
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from shutil import which
from types import FrameType
from typing import Any

__all__ = ["COUNTED", "call_of", "count_instructions", "presigning", "request_over_loopback", "run_instructions"]

COUNTED = ("s3-get", "s3-put", "s3-list", "dynamodb-get", "dynamodb-query", "sqs-send", "sts-who")
"""Calls of ``bench_worker``."""

_FEW, _MANY = 20, 70


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


def call_of(name: str) -> Callable[[], Any]:
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
    for _ in range(often):
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


def run_instructions() -> int:
    """Print the table."""
    valgrind = which("valgrind")
    machine = "machine" if valgrind else "machine (valgrind is not installed)"
    print(f"| call, without transport | interpreter | {machine} |")
    print("|---|---:|---:|")
    for name in COUNTED:
        counted = count_instructions(call_of(name))
        machine = "" if valgrind is None else f"{_machine_instructions(valgrind, name):,.0f}"
        print(f"| {name} | {counted:,} | {machine} |", flush=True)
    for version in (None, "s3v4"):
        label = "a presigned URL" + (f" ({version})" if version else "")
        print(f"| {label} | {count_instructions(presigning(version)):,} | |", flush=True)
    with request_over_loopback() as send:
        print(f"| a request, transport alone | {count_instructions(send):,} | |", flush=True)
    return 0


def _machine_instructions(valgrind: str, name: str) -> float:
    """Return the instructions of one call, as the difference of two runs of many and few."""
    return (_collected(valgrind, name, _MANY) - _collected(valgrind, name, _FEW)) / (_MANY - _FEW)


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
call = call_of(sys.argv[1])
for _ in range(int(sys.argv[2])):
    call()
"""

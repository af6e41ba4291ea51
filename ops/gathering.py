"""Many processes that do something in the same moment, again and again: one asks, all answer.

They talk over a unix socket, so it does not matter how they came to be: forked,
spawned, or programs of their own. The moment is a time of the system's
monotonic clock, which all processes of a host share.
"""

import json
import os
import selectors
import socket
import tempfile
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

__all__ = ["Gathering", "take_part"]

_COMING = 300.0


class Gathering:
    """The one who asks ``count`` processes; a context manager that ends them all."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._folder = tempfile.TemporaryDirectory(prefix="sotalia-gathering-")
        self.address = os.path.join(self._folder.name, "socket")
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(self.address)
        self._server.listen(count)
        self._lines: list[tuple[socket.socket, bytearray]] = []
        self._children: list[int] = []

    def fork(self, work: Callable[[Mapping[str, Any]], Any]) -> None:
        """Make one of the processes by ``fork``: it does ``work(question)`` each time."""
        child = os.fork()
        if child == 0:
            try:
                self._server.close()
                take_part(self.address, work)
            finally:
                os._exit(0)
        self._children.append(child)

    def come(self, alive: Callable[[], bool] = lambda: True) -> None:
        """Wait until all are here; ``RuntimeError`` if they take too long, or whoever starts them is not ``alive``."""
        self._server.settimeout(1.0)
        until = time.monotonic() + _COMING
        while len(self._lines) < self.count:
            try:
                line, _ = self._server.accept()
            except TimeoutError:
                if time.monotonic() < until and alive():
                    continue
                raise RuntimeError(f"{len(self._lines)} of {self.count} processes came") from None
            self._lines.append((line, bytearray()))

    def ask(self, question: Mapping[str, Any], seconds: float) -> list[dict[str, Any]]:
        """Let all do something at once, and return their answers; of those who died or hang, an ``error``."""
        self.come()
        lead = 0.15 + self.count / 2000
        raw = json.dumps({**question, "at": time.monotonic() + lead}).encode() + b"\n"
        answers: list[dict[str, Any]] = []
        until = time.monotonic() + seconds
        with selectors.DefaultSelector() as waiting:
            for line, buffer in self._lines:
                try:
                    line.sendall(raw)
                except OSError:
                    answers.append({"error": "it had died"})
                    continue
                waiting.register(line, selectors.EVENT_READ, buffer)
            while waiting.get_map() and time.monotonic() < until:
                for key, _ in waiting.select(1.0):
                    registered: Any = key.fileobj
                    line, buffer = registered, key.data
                    try:
                        more = line.recv(65536)
                    except OSError:
                        more = b""
                    buffer += more
                    if not more or b"\n" in more:
                        waiting.unregister(line)
                        answers.append(json.loads(buffer) if more else {"error": "it died"})
                        buffer.clear()
            answers += [{"error": "it hangs"} for _ in waiting.get_map()]
        return answers

    def dismiss(self) -> None:
        """Tell all that there are no more questions."""
        for line, _ in self._lines:
            line.close()
        self._lines.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.dismiss()
        self._server.close()
        self._folder.cleanup()
        until = time.monotonic() + 10
        for child in self._children:
            while os.waitpid(child, os.WNOHANG) == (0, 0):
                if time.monotonic() > until:
                    os.kill(child, 9)
                    os.waitpid(child, 0)
                    break
                time.sleep(0.005)


def take_part(address: str, work: Callable[[Mapping[str, Any]], Any]) -> None:
    """Be one of the processes: do ``work(question)`` at the moment that each question names, until there are no more.

    What ``work`` returns is a mapping for JSON; what it raises is told as an ``error``.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.connect(address)
        with line.makefile("r") as questions:
            for text in questions:
                question = json.loads(text)
                time.sleep(max(0.0, question["at"] - time.monotonic()))
                try:
                    answer = work(question)
                except Exception as error:
                    answer = {"error": f"{type(error).__name__}: {error}"}
                line.sendall(json.dumps(answer).encode() + b"\n")

"""What ``sotalia bench`` measures: the rows of its table, and the goal of each."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

__all__ = ["FIGURES", "Figure", "Goal", "chosen"]


class Goal(NamedTuple):
    """What is aimed at, and what is still good enough; ``least`` for figures that should be large."""

    aim: float
    limit: float | None = None
    least: bool = False

    def verdict(self, value: float) -> str:
        """Return ``met``, ``within the limit`` or ``missed``."""
        if value >= self.aim if self.least else value <= self.aim:
            return "met"
        return "within the limit" if self.limit is not None and value <= self.limit else "missed"


class Figure(NamedTuple):
    """A row: what is measured, by which call of which worker, how it is shown, what is aimed at, and in which picture.

    ``field`` is in what the worker prints, in seconds or MiB; ``scale`` makes ``unit`` of it.
    """

    name: str
    title: str
    arguments: tuple[str, ...]
    field: str
    unit: str = ""
    scale: float = 1
    goal: Goal | None = None
    worker: str = "bench_worker.py"
    part: str = "start"

    @property
    def more(self) -> bool:
        """Whether a larger figure is a better one."""
        return self.part == "rates"


_COLD: Final = "bench_cold_worker.py"
_SCALE: Final = "bench_scale_worker.py"
_MS, _US = ("ms", 1e3), ("µs", 1e6)
_SMALL: Final = Goal(120)
_CALLS: Final = (
    ("s3-get", "s3 GetObject, 1 KiB", _US, _SMALL),
    ("s3-put", "s3 PutObject, 1 KiB", _US, _SMALL),
    ("dynamodb-get", "dynamodb GetItem", _US, _SMALL),
    ("sqs-send", "sqs SendMessage", _US, _SMALL),
    ("sts-who", "sts GetCallerIdentity", _US, _SMALL),
    ("s3-list", "s3 ListObjectsV2, 1000 keys", _MS, Goal(10)),
    ("dynamodb-query", "dynamodb Query, 100 items", _MS, Goal(1.8)),
    ("ec2-describe", "ec2 DescribeInstances, 1000 instances", _MS, Goal(150)),
)
_SERVICES: Final = ("sts", "s3", "dynamodb", "ec2")


def _start() -> Iterator[Figure]:
    yield Figure("import", "import", ("import",), "cpu", *_MS, Goal(20, 35))
    yield Figure("modules", "import, modules", ("import",), "modules")
    yield Figure("interpreter", "cold process that does nothing", ("cold", "none"), "cpu", *_MS, None, _COLD)
    for service in _SERVICES:
        title = f"cold process to first client, {service}"
        yield Figure(f"cold-{service}", title, ("cold", service), "cpu", *_MS, Goal(40), _COLD)
    for service in _SERVICES:
        title = f"session and first client, {service}"
        yield Figure(f"first-{service}", title, ("client", service), "first", *_MS, Goal(1, 3))
    every = "session and first client, 10 services"
    yield Figure("first-median", f"{every}, the median", ("every",), "median", *_MS, Goal(1, 3))
    yield Figure("first-most", f"{every}, the dearest", ("every",), "most", *_MS, Goal(1, 3))
    for service in _SERVICES:
        client = ("client", service)
        yield Figure(f"warm-{service}", f"next client, {service}", client, "warm", *_MS, Goal(0.05))
        yield Figure(f"session-{service}", f"second session and client, {service}", client, "session", *_MS, Goal(0.1))
    for service in _SERVICES:
        client, goal = ("client", service), Goal(0.3, 1) if service == "ec2" else Goal(0.3)
        yield Figure(
            f"memory-{service}", f"private memory of a first client, {service}", client, "memory", "MiB", 1, goal
        )
        title = f"USS of a first client, {service}"
        yield Figure(f"uss-{service}", title, client, "uss", "MiB")
        title = f"private memory of import and first client, {service}"
        yield Figure(f"whole-{service}", title, client, "whole", "MiB")


def _many() -> Iterator[Figure]:
    preload, sessions, fleet = ("preload",), ("sessions",), ("fleet",)
    yield Figure("fleet-memory", "16 spawned processes of 5 clients, PSS", fleet, "memory", "MiB", 1, Goal(190))
    yield Figure("fleet-cpu", "16 spawned processes of 5 clients, CPU", fleet, "cpu", "s", 1, Goal(2))
    title = "forked child of a warm parent: USS"
    yield Figure("preload-idle", f"{title} before it does anything", preload, "idle", "MiB", 1, None, _SCALE)
    yield Figure("preload-memory", f"{title} after 4 calls", preload, "memory", "MiB", 1, None, _SCALE)
    yield Figure("preload-cpu", "forked child of a warm parent: CPU of the 4 calls", preload, "cpu", *_MS, None, _SCALE)
    title = "500 sessions with a client each: memory"
    yield Figure("sessions-memory", title, sessions, "memory", "MiB", 1, Goal(1), _SCALE)
    yield Figure(
        "sessions-cpu", "500 sessions with a client each: CPU of each", sessions, "cpu", *_MS, Goal(0.1), _SCALE
    )
    yield Figure(
        "sessions-garbage",
        "500 sessions with a client each: objects in cycles",
        sessions,
        "garbage",
        "",
        1,
        Goal(0),
        _SCALE,
    )
    title = "32 threads make 3 clients each from one session"
    yield Figure("threads", title, ("threads",), "cpu", *_MS, Goal(20), _SCALE)


def _calls() -> Iterator[Figure]:
    yield Figure("sign", "SigV4 header", ("sign",), "cpu", *_US, Goal(15), part="calls")
    yield Figure("presign", "presigned URL, whole call", ("presign",), "cpu", *_US, Goal(30), _SCALE, "calls")
    for name, title, unit, goal in _CALLS:
        yield Figure(name, title, ("call", name), "cpu", *unit, goal, part="calls")
    events = ("events",)
    for count, aim in ((0, 0.15), (1, 0.6), (10, 3.0)):
        title = f"emit to {count or 'no'} handler{'s' if count > 1 else ''}"
        yield Figure(f"emit-{count}", title, events, f"emit-{count}", *_US, Goal(aim), _SCALE, "calls")
    yield Figure("isolate", "isolate the events of a client", events, "isolate", *_US, Goal(5), _SCALE, "calls")
    rate = ("rate",)
    yield Figure("rate-1", "small calls per second, 1 thread", rate, "alone", "", 1, None, _SCALE, "rates")
    yield Figure("rate-8", "small calls per second, 8 threads", rate, "together", "", 1, None, _SCALE, "rates")
    title = "8 threads in relation to 1"
    yield Figure("rate", title, rate, "ratio", "", 1, Goal(1, least=True), _SCALE, "rates")
    for name, title, unit, goal in _CALLS:
        if goal is not _SMALL:  # what a large answer costs is not its transport
            continue
        title = f"{title}, without transport"
        yield Figure(f"local-{name}", title, ("local", name), "cpu", *unit, part="calls")


FIGURES: Final[tuple[Figure, ...]] = (*_start(), *_many(), *_calls())
"""All rows, in their order."""


def chosen(only: Sequence[str] | None) -> list[Figure]:
    """Return the figures that are named by their own name or the last argument of their worker; all for ``None``."""
    return [figure for figure in FIGURES if not only or figure.name in only or figure.arguments[-1] in only]

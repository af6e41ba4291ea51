"""The fleet against boto3: what processes that start together ask every source for, with an empty cache.

``python -m sotalia.ops.fleet_compare`` prints a table. Of single sign-on the
access token is over, so that somebody has to spend the refresh token, which is
good once: whoever spends it a second time ends the session for all.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, NamedTuple

from .fleet_worlds import PROVIDERS, open_world
from .processes import PEER_VERSION, peer_cache, peer_python, stats_of
from .stampede import family

__all__ = ["Burst", "burst", "main", "table"]

_WORKER: Final = str(Path(__file__).with_name("stampede_worker.py"))


class Burst(NamedTuple):
    """What processes that started together came to: how many have credentials, and what their source was asked."""

    sdk: str
    provider: str
    processes: int
    with_credentials: int
    fetches: int
    refused: int
    cpu: float
    errors: dict[str, int]

    def __str__(self) -> str:
        if self.errors and all("Missing Dependency" in error for error in self.errors):
            return "n/a: needs awscrt"
        text = f"{self.fetches}"
        if self.with_credentials < self.processes:
            text += f", {self.with_credentials} of {self.processes} have credentials"
        return text + (f", {self.refused} refused tokens" if self.refused else "")


def burst(sdk: str, provider: str, processes: int, *, how: str = "fork", python: str | None = None) -> Burst:
    """Let processes of an SDK start together, in a world of the provider, and count."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sotalia-burst-")))
        world = open_world(stack, provider, home)
        oidc = world.environ.get("AWS_ENDPOINT_URL_SSO_OIDC")
        if oidc is not None:
            _end_tokens(home)
        command = [python or sys.executable, _WORKER, "--sdk", sdk]
        told = family(command, how, processes, {**world.environ, **_quiet()})
        return Burst(
            sdk,
            provider,
            processes,
            sum(line.get("key") is not None for line in told),
            world.fetches() if oidc is None else stats_of(oidc).get("CreateToken", 0),
            _refused(world.environ),
            sum(line.get("cpu", 0.0) for line in told),
            dict(Counter(line["error"] for line in told if line.get("error"))),
        )


def _end_tokens(home: Path) -> None:
    for file in (home / ".aws" / "sso" / "cache").glob("*.json"):
        file.write_text(json.dumps({**json.loads(file.read_text()), "expiresAt": "2020-01-01T00:00:00Z"}))


def _refused(environ: Mapping[str, str]) -> int:
    names = ("AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_SIGNIN")
    return sum(stats_of(environ[name]).get("invalid_grant", 0) for name in names if name in environ)


def _quiet() -> dict[str, str]:
    return {"PYTHONWARNINGS": "ignore"}


def table(bursts: Sequence[Burst]) -> list[str]:
    """Write Markdown: a line for each provider and number of processes, a column for each SDK."""
    sdks = list(dict.fromkeys(one.sdk for one in bursts))
    rows: dict[tuple[str, int], dict[str, Burst]] = {}
    for one in bursts:
        rows.setdefault((one.provider, one.processes), {})[one.sdk] = one
    heads = [f"boto3 {PEER_VERSION}" if sdk == "boto3" else sdk for sdk in sdks]
    lines = [f"| source | processes | {' | '.join(heads)} |", f"|---|---:|{'---|' * len(sdks)}"]
    for (provider, count), row in rows.items():
        lines.append(f"| `{provider}` | {count} | {' | '.join(str(row.get(sdk, 'not run')) for sdk in sdks)} |")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Run both, and print; status 0 if each source was asked once by the processes of sotalia."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--processes", type=int, action="append", help="how many; 8 and 64 by default")
    parser.add_argument("--provider", choices=tuple(PROVIDERS), action="append", help="one provider; all by default")
    given = parser.parse_args(arguments)
    pythons: dict[str, str | None] = {"sotalia": None, "boto3": peer_python(peer_cache())}
    bursts: list[Any] = []
    for count in given.processes or (8, 64):
        for provider in given.provider or PROVIDERS:
            for sdk, python in pythons.items():
                bursts.append(burst(sdk, provider, count, python=python))
                one = bursts[-1]
                print(f"{sdk}, {provider}, {count}: {one}; CPU {one.cpu:.1f} s", file=sys.stderr, flush=True)
                for error, times in one.errors.items():
                    print(f"  {times} times {error}", file=sys.stderr)
    print("\n".join(table(bursts)))
    own = [one for one in bursts if one.sdk == "sotalia"]
    return 0 if all((one.fetches, one.with_credentials) == (1, one.processes) for one in own) else 1


if __name__ == "__main__":
    raise SystemExit(main())

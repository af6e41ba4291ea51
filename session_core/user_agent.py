"""The ``User-Agent`` header, put together once per client."""

import os
import sys
from collections.abc import Sequence
from functools import cache

from ..components.config import Config

__all__ = ["UserAgent"]

_ALLOWED = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ,")


def _clean(text: str) -> str:
    return "".join(letter if letter in _ALLOWED else "-" for letter in text)


@cache
def _platform() -> str:
    system = os.uname() if hasattr(os, "uname") else None
    name, release, machine = (
        ("windows", "", os.environ.get("PROCESSOR_ARCHITECTURE", "")) if system is None else
        (system.sysname.lower(), system.release, system.machine)
    )  # fmt: skip
    family = {"darwin": "macos"}.get(name, name)
    python = ".".join(map(str, sys.version_info[:3]))
    return (
        f"ua/2.1 os/{_clean(family)}#{_clean(release)} md/arch#{_clean(machine)} "
        f"lang/python#{python} md/pyimpl#{_clean(sys.implementation.name)}"
    )


class UserAgent:
    """Makes user agents (component ``user_agent``).

    ``name`` and ``version`` say who calls; a program that embeds sotalia may
    register its own instance. Source: the user agent 2.1 form of the AWS SDKs.
    """

    def __init__(self, name: str = "sotalia", version: str | None = None, extra: str = "") -> None:
        self.name = name
        self.version = version
        self.extra = extra

    def for_client(self, config: Config, retry_mode: str, features: Sequence[str] = ()) -> str:
        """Return the header's value for a client of this configuration; ``features`` are the marks of what it uses."""
        if config.user_agent is not None:
            base = str(config.user_agent)
        else:
            from .version import version

            base = f"{_clean(self.name)}/{_clean(self.version or version())} {_platform()}"
            if os.environ.get("AWS_EXECUTION_ENV"):
                base += f" exec-env/{_clean(os.environ['AWS_EXECUTION_ENV'])}"
            if features:
                base += f" m/{','.join(features)}"
            base += f" cfg/retry-mode#{_clean(retry_mode)}"
            if config.user_agent_appid:
                base += f" app/{_clean(str(config.user_agent_appid))}"
        for extra in (self.extra, config.user_agent_extra):
            if extra:
                base += f" {extra}"
        return base

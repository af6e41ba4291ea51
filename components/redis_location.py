"""The URL of the Redis that hosts share entries through: ``redis://``, ``rediss://`` (TLS) or ``unix://``."""

from typing import Final, NamedTuple, NoReturn

from .after_fork import import_whole
from .host_scope import HOSTS_SHARE, NEVER_SHARED

__all__ = ["RedisLocation", "parse_redis_location"]

_SCHEMES: Final = ("redis", "rediss", "unix")
_OPTIONS: Final = ("ca", "db", "folder", "prefix", "share", "timeout")
_FORMS: Final = "redis://HOST:PORT/DB, rediss://HOST:PORT/DB or unix:///PATH?db=DB"
_PASSWORD: Final = "SOTALIA_CREDENTIAL_CACHE_PASSWORD"  # noqa: S105 - the name of a variable


class RedisLocation(NamedTuple):
    """Where the Redis is, and what is kept there. ``path`` is that of a socket; ``share`` are names of providers.

    ``folder`` is the host's own cache folder, ``None`` for the default one.
    ``ca`` is a file of certificates to trust in place of the system's,
    ``timeout`` the seconds for one answer; a connection gets half of it.
    """

    host: str = ""
    port: int = 6379
    path: str | None = None
    tls: bool = False
    database: int = 0
    username: str | None = None
    ca: str | None = None
    folder: str | None = None
    prefix: str = "sotalia"
    share: frozenset[str] = HOSTS_SHARE
    timeout: float = 0.5

    def __str__(self) -> str:
        if self.path is not None:
            return f"unix://{self.path}?db={self.database}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'rediss' if self.tls else 'redis'}://{host}:{self.port}/{self.database}"


def parse_redis_location(url: str) -> RedisLocation:
    """Return the parts of the URL; raises ``InvalidSettingError``, also for a password in it, which is not quoted."""
    import_whole("urllib.parse")
    from urllib.parse import parse_qsl, unquote, urlsplit

    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        _refuse("", f"it is no URL: write {_FORMS}")
    if parts.password is not None:
        _refuse("", f"a password does not belong into a setting, which is shown: put it into {_PASSWORD}")
    if parts.scheme not in _SCHEMES or parts.fragment:
        _refuse(url, f"write {_FORMS}")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in options:
        if name not in _OPTIONS:
            _refuse(url, f"there is no option {name!r}: known are {', '.join(_OPTIONS)}")
    local, path = parts.scheme == "unix", unquote(parts.path)
    if local and (parts.netloc or not path.startswith("/")):
        _refuse(url, "the path of a socket is absolute: unix:///run/redis.sock")
    if not local and not parts.hostname:
        _refuse(url, f"the host is missing: write {_FORMS}")
    database = options.get("db", "0") if local else path.strip("/") or options.get("db", "0")
    if not database.isascii() or not database.isdigit():
        _refuse(url, f"the database is a number, not {database!r}")
    return RedisLocation(
        host=parts.hostname or "",
        port=6379 if port is None else port,
        path=path if local else None,
        tls=parts.scheme == "rediss",
        database=int(database),
        username=unquote(parts.username) if parts.username else None,
        ca=options.get("ca") or None,
        folder=options.get("folder") or None,
        prefix=options.get("prefix") or "sotalia",
        share=_shared(url, options.get("share", "")),
        timeout=_seconds(url, options.get("timeout", "0.5")),
    )


def _seconds(url: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 60:
        _refuse(url, f"timeout is a number of seconds above 0 and up to 60, not {text!r}")
    return seconds


def _shared(url: str, names: str) -> frozenset[str]:
    more = {name.strip() for name in names.split(",") if name.strip()}
    bound = sorted(more & NEVER_SHARED)
    if bound:
        _refuse(url, f"what {bound[0]} gives is of one host alone, and cannot be shared")
    return HOSTS_SHARE | more


def _refuse(url: str, reason: str) -> NoReturn:
    from .errors import InvalidSettingError

    raise InvalidSettingError(
        value=url or "(not shown)", name="credential_cache_location", source="the settings", reason=reason
    )

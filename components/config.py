"""What a client is told by the program itself: the ``Config`` that users pass."""

from __future__ import annotations

from _collections_abc import Mapping  # collections.abc, without all that collections brings

from .config_options import OPTION_DEFAULTS, ConfigOptions, check_option
from .near_matches import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Final, NoReturn, Self, Unpack

__all__ = ["Config", "ConfigOptions"]

_SHOWN_BY_NAME_ONLY: Final = ("proxies", "proxies_config", "client_cert", "client_context_params")


def _rebuild(cls: type[Config], options: dict[str, Any]) -> Config:
    return cls(**options)


class Config:
    """Options of a client, under boto3's names, each an attribute; what is not given has its default.

    ``Config(region_name="eu-west-1", retries={"mode": "standard"})``. Options
    are checked at once: a TypeError names an unknown one (and what was probably
    meant), InvalidConfigError and its like a value that an option cannot have.

    Times are seconds, sizes are bytes. Immutable: ``merge`` makes a new one.
    Equal when the same options were given the same values; may be a key, may be
    shared by threads, pickles with its options (``proxies`` with any password in
    their URLs).
    """

    __slots__ = ("_explicit", "_hash", *OPTION_DEFAULTS)

    _explicit: dict[str, Any]
    _hash: int | None
    region_name: str | None
    signature_version: Any
    user_agent: str | None
    user_agent_extra: str | None
    user_agent_appid: str | None
    connect_timeout: float | None
    read_timeout: float | None
    parameter_validation: bool
    max_pool_connections: int
    proxies: dict[str, str] | None
    proxies_config: dict[str, Any] | None
    s3: dict[str, Any] | None
    s3_disable_express_session_auth: bool | None
    retries: dict[str, Any] | None
    client_cert: str | tuple[str, str] | None
    inject_host_prefix: bool | None
    endpoint_discovery_enabled: bool | str | None
    use_dualstack_endpoint: bool | None
    use_fips_endpoint: bool | None
    ignore_configured_endpoint_urls: bool | None
    defaults_mode: str | None
    tcp_keepalive: bool | None
    request_min_compression_size_bytes: int | None
    disable_request_compression: bool | None
    client_context_params: dict[str, Any] | None
    sigv4a_signing_region_set: str | Sequence[str] | None
    request_checksum_calculation: str | None
    response_checksum_validation: str | None
    account_id_endpoint_mode: str | None
    auth_scheme_preference: str | None

    def __init__(self, *args: Any, **options: Unpack[ConfigOptions]) -> None:
        given: dict[str, Any] = {**options}
        if args:
            given = _by_position(args, given)
        for name in given:
            if name not in OPTION_DEFAULTS:
                raise TypeError(
                    f"Config got an unexpected keyword argument {name!r}.{did_you_mean(name, OPTION_DEFAULTS)}"
                )
        self._put({name: check_option(name, value) for name, value in given.items()})

    def _put(self, explicit: dict[str, Any]) -> None:
        put = super().__setattr__
        for option in {**OPTION_DEFAULTS, **explicit}.items():
            put(*option)
        put("_explicit", explicit)
        put("_hash", None)

    @property
    def explicit_options(self) -> Mapping[str, Any]:
        """The options that were given, without the defaults."""
        from types import MappingProxyType

        return MappingProxyType(self._explicit)

    def given(self, name: str) -> Any:
        """Return an option as it was given, ``None`` where it was not."""
        return self._explicit.get(name)

    def merge(self, other_config: Config | None) -> Self:
        """Return a configuration with the options of both; those given to ``other_config`` win, each as a whole."""
        if other_config is None:
            return self
        merged = {**self._explicit, **other_config._explicit}
        if type(self) is not Config:
            return type(self)(**merged)
        made: Any = Config.__new__(Config)
        made._put(merged)  # they are checked
        return made  # type: ignore[no-any-return] # of this class

    def __eq__(self, other: object) -> bool:
        return self._explicit == other._explicit if isinstance(other, Config) else NotImplemented

    def __hash__(self) -> int:
        known = self._hash
        if known is None:
            known = hash(_freeze(self._explicit))
            object.__setattr__(self, "_hash", known)
        return known

    def __repr__(self) -> str:
        shown = (
            f"{name}=..." if name in _SHOWN_BY_NAME_ONLY else f"{name}={value!r}"
            for name, value in self._explicit.items()
        )
        return f"{type(self).__name__}({', '.join(shown)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), dict(self._explicit))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"Config does not change: use config.merge(Config({name}=...))")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("Config does not change")


def _by_position(args: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
    if len(args) > len(OPTION_DEFAULTS):
        raise TypeError(f"Config takes at most {len(OPTION_DEFAULTS)} arguments ({len(args)} given)")
    given = dict(zip(OPTION_DEFAULTS, args, strict=False))
    for name in options:
        if name in given:
            raise TypeError(f"Config got multiple values for argument {name!r}")
    return {**given, **options}


def _freeze(value: Any) -> Any:
    if isinstance(value, Mapping):
        return frozenset((key, _freeze(inner)) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_freeze, value))
    try:
        hash(value)
    except TypeError:
        return type(value)
    return value

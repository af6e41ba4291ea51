"""The options of a client's configuration: their names, types, defaults and checks."""

from __future__ import annotations

from _collections_abc import Mapping, Sequence  # collections.abc, without all that collections brings

from . import errors
from .near_matches import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final, TypedDict
else:

    class TypedDict:
        """What is left of it at run time: the names."""

        def __init_subclass__(cls, total: bool) -> None:
            """Take the keyword."""


__all__ = [
    "ACCOUNT_ID_ENDPOINT_MODES",
    "CHECKSUM_MODES",
    "DEFAULTS_MODES",
    "OPTION_DEFAULTS",
    "RETRY_MODES",
    "S3_ADDRESSING_STYLES",
    "S3_OPTIONS",
    "ConfigOptions",
    "check_option",
]

RETRY_MODES: Final = ("legacy", "standard", "adaptive")
DEFAULTS_MODES: Final = ("legacy", "auto", "standard", "in-region", "cross-region", "mobile")
CHECKSUM_MODES: Final = ("when_supported", "when_required")
ACCOUNT_ID_ENDPOINT_MODES: Final = ("preferred", "disabled", "required")
S3_ADDRESSING_STYLES: Final = ("auto", "virtual", "path")
S3_OPTIONS: Final = (
    "addressing_style",
    "payload_signing_enabled",
    "s3_disable_multiregion_access_points",
    "us_east_1_regional_endpoint",
    "use_accelerate_endpoint",
    "use_arn_region",
    "use_dualstack_endpoint",
)
_RETRY_OPTIONS: Final = {"max_attempts": 0, "total_max_attempts": 1, "mode": None}  # with the least number
_PROXY_OPTIONS: Final = ("proxy_ca_bundle", "proxy_client_cert", "proxy_use_forwarding_for_https")


class ConfigOptions(TypedDict, total=False):
    """The keyword arguments of ``Config``."""

    region_name: str | None
    signature_version: Any
    user_agent: str | None
    user_agent_extra: str | None
    user_agent_appid: str | None
    connect_timeout: float | None
    read_timeout: float | None
    parameter_validation: bool
    max_pool_connections: int
    proxies: Mapping[str, str] | None
    proxies_config: Mapping[str, Any] | None
    s3: Mapping[str, Any] | None
    s3_disable_express_session_auth: bool | None
    retries: Mapping[str, Any] | None
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
    client_context_params: Mapping[str, Any] | None
    sigv4a_signing_region_set: str | Sequence[str] | None
    request_checksum_calculation: str | None
    response_checksum_validation: str | None
    account_id_endpoint_mode: str | None
    auth_scheme_preference: str | None


OPTION_DEFAULTS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(ConfigOptions.__annotations__),
    "connect_timeout": 60,
    "read_timeout": 60,
    "parameter_validation": True,
    "max_pool_connections": 10,
    "inject_host_prefix": True,
}
"""Every option with its default, in the order in which ``Config`` takes them by position."""


def check_option(name: str, value: Any) -> Any:
    """Return the value of an option as it is kept: booleans from their words, choices in lower case, own copies.

    Raises InvalidConfigError, or the error that botocore's users know for that option.
    """
    return value if value is None else _CHECKS[name](name, value)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(name, value, "a str")
    return value


def _signature_version(name: str, value: Any) -> Any:
    from .unsigned import UNSIGNED

    if value is UNSIGNED or (isinstance(value, str) and value):
        return value
    raise _wrong(name, value, "the name of a signer, such as 's3v4', or UNSIGNED")


def _header(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise _wrong(name, value, "a str without line breaks and control characters, as it becomes a header")
    return value


def _flag(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise _wrong(name, value, "True or False")


def _discovery(name: str, value: Any) -> bool | str:
    return "auto" if isinstance(value, str) and value.lower() == "auto" else _flag(name, value)


def _seconds(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise _wrong(name, value, "a number of seconds above 0, or None to wait without end")
    return value


def _size(name: str, value: Any) -> int:
    number = int(value) if isinstance(value, str) and value.isdecimal() else value
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= 1048576:
        raise _wrong(name, value, "a number of bytes from 1 to 1048576")
    return number


def _connections(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise _wrong(name, value, "an int of at least 1")
    return value


def _mapping(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _wrong(name, value, "a mapping")
    return dict(value)


def _proxies(name: str, value: Any) -> dict[str, str]:
    proxies = _mapping(name, value)
    for scheme, url in proxies.items():
        if not isinstance(url, str | None):
            raise errors.InvalidConfigError(
                error_msg=f"Invalid value for {name}: the proxy for {scheme!r} must be a URL (str)."
            )
    return proxies


def _proxies_config(name: str, value: Any) -> dict[str, Any]:
    options = _mapping(name, value)
    _known(name, options, _PROXY_OPTIONS)
    return options


def _certificate(name: str, value: Any) -> str | tuple[str, str]:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple | list) and len(value) == 2 and all(isinstance(path, str) for path in value):
        return (value[0], value[1])
    raise _wrong(name, value, "the path of a PEM file, or a (certificate, key) pair of paths")


def _retries(name: str, value: Any) -> dict[str, Any]:
    options = _mapping(name, value)
    for option, given in options.items():
        if option not in _RETRY_OPTIONS:
            raise errors.InvalidRetryConfigurationError(
                retry_config_option=option, valid_options=tuple(sorted(_RETRY_OPTIONS))
            )
        if option == "mode":
            if given not in RETRY_MODES:
                raise errors.InvalidRetryModeError(provided_retry_mode=given, valid_modes=RETRY_MODES)
            continue
        least = _RETRY_OPTIONS[option]
        assert least is not None
        if isinstance(given, bool) or not isinstance(given, int) or given < least:
            raise errors.InvalidMaxRetryAttemptsError(provided_max_attempts=given, min_value=least)
    return options


def _s3(name: str, value: Any) -> dict[str, Any]:
    # An unknown key is no error: boto3 takes them, and programs have them.
    options = _mapping(name, value)
    for option, given in options.items():
        if given is None:
            continue
        if option == "addressing_style":
            if given not in S3_ADDRESSING_STYLES:
                raise errors.InvalidS3AddressingStyleError(s3_addressing_style=given)
        elif option == "us_east_1_regional_endpoint":
            if given not in ("legacy", "regional"):
                raise errors.InvalidS3UsEast1RegionalEndpointConfigError(s3_us_east_1_regional_endpoint_config=given)
        elif option in S3_OPTIONS:
            options[option] = _flag(f"s3[{option!r}]", given)
        else:
            from .log_events import CONFIG_OPTION_IGNORED  # at first use: hardly any program gets here
            from .logging import get_logger

            get_logger("config").info(CONFIG_OPTION_IGNORED, option=f"s3.{option}")
    return options


def _checksum_mode(name: str, value: Any) -> str:
    mode = value.lower() if isinstance(value, str) else value
    if mode not in CHECKSUM_MODES:
        raise errors.InvalidChecksumConfigError(config_key=name, config_value=value, valid_options=CHECKSUM_MODES)
    return str(mode)


def _defaults_mode(name: str, value: Any) -> str:
    mode = value.lower() if isinstance(value, str) else value
    if mode not in DEFAULTS_MODES:
        raise errors.InvalidDefaultsMode(mode=value, valid_modes=", ".join(DEFAULTS_MODES))
    return str(mode)


def _account_id_mode(name: str, value: Any) -> str:
    mode = value.lower() if isinstance(value, str) else value
    if mode not in ACCOUNT_ID_ENDPOINT_MODES:
        raise _wrong(name, value, f"one of {', '.join(ACCOUNT_ID_ENDPOINT_MODES)}")
    return str(mode)


def _region_set(name: str, value: Any) -> str | list[str]:
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence) and all(isinstance(region, str) for region in value):
        return list(value)
    raise _wrong(name, value, "a str of regions with commas between them")


def _wrong(name: str, value: Any, expected: str) -> errors.InvalidConfigError:
    shown = repr(value) if isinstance(value, str | int | float) else f"a {type(value).__name__}"
    return errors.InvalidConfigError(error_msg=f"Invalid value for {name}: expected {expected}, got {shown}.")


def _known(name: str, options: Mapping[str, Any], known: Sequence[str]) -> None:
    for option in options:
        if option not in known:
            raise errors.InvalidConfigError(
                error_msg=f"Unknown option {option!r} in {name}.{did_you_mean(option, known)} "
                f"Known options: {', '.join(known)}."
            )


_CHECKS: Final[Mapping[str, Callable[[str, Any], Any]]] = {
    "region_name": _text,
    "signature_version": _signature_version,
    "user_agent": _header,
    "user_agent_extra": _header,
    "user_agent_appid": _header,
    "connect_timeout": _seconds,
    "read_timeout": _seconds,
    "parameter_validation": _flag,
    "max_pool_connections": _connections,
    "proxies": _proxies,
    "proxies_config": _proxies_config,
    "s3": _s3,
    "s3_disable_express_session_auth": _flag,
    "retries": _retries,
    "client_cert": _certificate,
    "inject_host_prefix": _flag,
    "endpoint_discovery_enabled": _discovery,
    "use_dualstack_endpoint": _flag,
    "use_fips_endpoint": _flag,
    "ignore_configured_endpoint_urls": _flag,
    "defaults_mode": _defaults_mode,
    "tcp_keepalive": _flag,
    "request_min_compression_size_bytes": _size,
    "disable_request_compression": _flag,
    "client_context_params": _mapping,
    "sigv4a_signing_region_set": _region_set,
    "request_checksum_calculation": _checksum_mode,
    "response_checksum_validation": _checksum_mode,
    "account_id_endpoint_mode": _account_id_mode,
    "auth_scheme_preference": _text,
}

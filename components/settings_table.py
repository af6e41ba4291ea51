"""Every setting in one table: its name, its environment variables, its keys in the AWS files, its default.

The names are those of botocore's ``get_config_variable``, the rest is from the
AWS SDKs and Tools reference guide. ``s3.<name>`` and ``proxies_config.<name>``
are the parts of which ``s3`` and ``proxies_config`` are composed.
"""

from __future__ import annotations

from .config_options import (
    ACCOUNT_ID_ENDPOINT_MODES,
    CHECKSUM_MODES,
    DEFAULTS_MODES,
    RETRY_MODES,
    S3_ADDRESSING_STYLES,
)
from .near_matches import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final

    from .settings_keys import Key

__all__ = [
    "CREDENTIAL_SETTINGS",
    "SETTINGS",
    "Setting",
    "choice",
    "flag",
    "integer",
    "mapping",
    "number",
    "text",
]


class Setting:
    """One setting: where its value may come from, in this order, and how a written value is read.

    ``convert`` takes what is written in a variable or file and raises
    ValueError, with what is expected, for what it cannot read.
    """

    __slots__ = ("convert", "default", "env", "keys", "name", "parts")

    def __init__(
        self,
        name: str,
        keys: tuple[Key, ...] = (),
        env: tuple[str, ...] = (),
        default: Any = None,
        convert: Callable[[Any], Any] = str,
        parts: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.keys = keys
        self.env = env
        self.default = default
        self.convert = convert
        self.parts = parts


def text(value: Any) -> str:
    """Take the text as it stands."""
    if not isinstance(value, str):
        raise ValueError("expected plain text, not nested keys")
    return value


def flag(value: Any) -> bool:
    """Read ``true`` or ``false``, or another usual word for them."""
    word = value.lower() if isinstance(value, str) else ""
    if word in ("true", "1", "yes", "on"):
        return True
    if word in ("false", "0", "no", "off"):
        return False
    raise ValueError("expected true or false")


def integer(least: int, most: int | None = None) -> Callable[[Any], int]:
    """Make a reader of whole numbers between two bounds."""
    expected = f"expected a whole number of at least {least}" + (f" and at most {most}" if most is not None else "")

    def convert(value: Any) -> int:
        try:
            found = int(value)
        except (TypeError, ValueError):
            raise ValueError(expected) from None
        if found < least or (most is not None and found > most):
            raise ValueError(expected)
        return found

    return convert


def number(value: Any) -> float:
    """Read a number of seconds above 0."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = 0.0
    if not 0 < found < float("inf"):
        raise ValueError("expected a number above 0")
    return int(found) if found.is_integer() else found


def choice(*words: str) -> Callable[[Any], str]:
    """Make a reader of one of these words, in any case."""

    def convert(value: Any) -> str:
        word = value.lower() if isinstance(value, str) else ""
        if word not in words:
            raise ValueError(f"expected one of {', '.join(words)}.{did_you_mean(word, words)}")
        return word

    return convert


def mapping(value: Any) -> dict[str, str]:
    """Take nested keys."""
    if isinstance(value, str):
        raise ValueError("expected nested keys, one 'key = value' to an indented line")
    return dict(value)


def _discovery(value: Any) -> bool | str:
    word = value.lower() if isinstance(value, str) else ""
    if word not in ("true", "false", "auto"):
        raise ValueError("expected true, false or auto")
    return word if word == "auto" else word == "true"


_S3: Final = (
    Setting("s3.addressing_style", (("s3", "addressing_style"),), convert=choice(*S3_ADDRESSING_STYLES)),
    Setting("s3.use_accelerate_endpoint", (("s3", "use_accelerate_endpoint"),), convert=flag),
    Setting("s3.use_dualstack_endpoint", (("s3", "use_dualstack_endpoint"),), convert=flag),
    Setting("s3.payload_signing_enabled", (("s3", "payload_signing_enabled"),), convert=flag),
    Setting(
        "s3.use_arn_region",
        ("s3_use_arn_region", ("s3", "use_arn_region")),
        ("AWS_S3_USE_ARN_REGION",),
        convert=flag,
    ),
    Setting(
        "s3.us_east_1_regional_endpoint",
        ("s3_us_east_1_regional_endpoint", ("s3", "us_east_1_regional_endpoint")),
        ("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",),
        convert=choice("legacy", "regional"),
    ),
    Setting(
        "s3.s3_disable_multiregion_access_points",
        ("s3_disable_multiregion_access_points", ("s3", "s3_disable_multiregion_access_points")),
        ("AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS",),
        convert=flag,
    ),
)

_PROXIES: Final = tuple(
    Setting(f"proxies_config.{name}", (name, ("proxies_config", name)), convert=convert)
    for name, convert in (
        ("proxy_ca_bundle", text),
        ("proxy_client_cert", text),
        ("proxy_use_forwarding_for_https", flag),
    )
)


def _plain(
    name: str,
    default: Any = None,
    convert: Callable[[Any], Any] = text,
    *,
    env: str | tuple[str, ...] | None = None,
    key: str | None = None,
) -> Setting:
    """Make a setting whose key is its name and whose variable is ``AWS_`` and its name, unless told otherwise."""
    variables = (f"AWS_{name.upper()}",) if env is None else (env,) if isinstance(env, str) else env
    return Setting(name, (key or name,), variables, default, convert)


# Keys and tokens themselves are no settings: nothing here may be secret.
_CREDENTIALS: Final = (
    _plain("role_arn"),
    _plain("role_session_name"),
    _plain("web_identity_token_file"),
    _plain("source_profile", env=()),
    _plain("credential_source", env=()),
    _plain("external_id", env=()),
    _plain("mfa_serial", env=()),
    _plain("duration_seconds", None, integer(900, 43200), env=()),
    _plain("credential_process", env=()),
    _plain("credential_process_timeout", 60, number, env="SOTALIA_CREDENTIAL_PROCESS_TIMEOUT"),
    Setting("ec2_credentials_file", (), ("AWS_CREDENTIAL_FILE",), convert=text),
    Setting("boto_config", (), ("BOTO_CONFIG",), convert=text),
    Setting("container_credentials_relative_uri", (), ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",), convert=text),
    Setting("container_credentials_full_uri", (), ("AWS_CONTAINER_CREDENTIALS_FULL_URI",), convert=text),
    Setting("container_authorization_token_file", (), ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",), convert=text),
    _plain("metadata_service_timeout", 1, number),
    _plain("metadata_service_num_attempts", 1, integer(1)),
    Setting("ec2_metadata_disabled", (), ("AWS_EC2_METADATA_DISABLED",), False, flag),
    _plain("ec2_metadata_service_endpoint"),
    _plain("ec2_metadata_service_endpoint_mode", None, choice("ipv4", "ipv6")),
    _plain("ec2_metadata_v1_disabled", False, flag),
    _plain("ec2_instance_profile_name"),
    _plain("imds_use_ipv6", False, flag),
    Setting("login_cache_directory", (), ("AWS_LOGIN_CACHE_DIRECTORY",), "~/.aws/login/cache", text),
    _plain("credential_cache", "file", choice("file", "memory", "redis", "off"), env="SOTALIA_CREDENTIAL_CACHE"),
    _plain("credential_cache_location", env="SOTALIA_CREDENTIAL_CACHE_LOCATION"),
    _plain("credential_cache_key_source", "file", env="SOTALIA_CREDENTIAL_CACHE_KEY_SOURCE"),
    _plain("credential_keep_warm", False, flag, env="SOTALIA_CREDENTIAL_KEEP_WARM"),
)

_ALL: Final = (
    # where settings are looked for
    Setting("profile", (), ("AWS_DEFAULT_PROFILE", "AWS_PROFILE"), convert=text),
    Setting("config_file", (), ("AWS_CONFIG_FILE",), "~/.aws/config", text),
    Setting("credentials_file", (), ("AWS_SHARED_CREDENTIALS_FILE",), "~/.aws/credentials", text),
    _plain("data_path"),
    _plain("services", env=()),
    # general
    _plain("region", env=("AWS_REGION", "AWS_DEFAULT_REGION")),
    _plain("output", env="AWS_DEFAULT_OUTPUT"),
    _plain("ca_bundle"),
    _plain("api_versions", {}, mapping, env=()),
    _plain("parameter_validation", True, flag, env=()),
    _plain("tcp_keepalive", None, flag, env="BOTOCORE_TCP_KEEPALIVE"),
    _plain("user_agent_appid", key="sdk_ua_app_id", env="AWS_SDK_UA_APP_ID"),
    _plain("disable_host_prefix_injection", None, flag),
    _plain("defaults_mode", "legacy", choice(*DEFAULTS_MODES)),
    Setting("proxies_config", ("proxies_config",), (), None, mapping, tuple(part.name for part in _PROXIES)),
    *_PROXIES,
    # endpoints
    _plain("endpoint_url"),
    _plain("ignore_configured_endpoint_urls", None, flag),
    _plain("use_dualstack_endpoint", None, flag),
    _plain("use_fips_endpoint", None, flag),
    _plain(
        "endpoint_discovery_enabled",
        "auto",
        _discovery,
        env=("AWS_ENDPOINT_DISCOVERY_ENABLED", "AWS_ENABLE_ENDPOINT_DISCOVERY"),
    ),
    _plain("account_id_endpoint_mode", "preferred", choice(*ACCOUNT_ID_ENDPOINT_MODES)),
    _plain("sts_regional_endpoints", "regional", choice("legacy", "regional")),
    # the call
    _plain("http_transport", "auto", choice("auto", "direct", "urllib3"), env="SOTALIA_HTTP_TRANSPORT"),
    _plain("retry_mode", "standard", choice(*RETRY_MODES)),
    _plain("max_attempts", None, integer(0)),
    _plain("disable_request_compression", False, flag),
    _plain("request_min_compression_size_bytes", 10240, integer(1, 1048576)),
    _plain("request_checksum_calculation", "when_supported", choice(*CHECKSUM_MODES)),
    _plain("response_checksum_validation", "when_supported", choice(*CHECKSUM_MODES)),
    _plain("auth_scheme_preference"),
    _plain("sigv4a_signing_region_set"),
    _plain("s3_disable_express_session_auth", None, flag),
    Setting("s3", ("s3",), (), None, mapping, tuple(part.name for part in _S3)),
    *_S3,
    *_CREDENTIALS,
    # client side monitoring
    _plain("csm_enabled", False, flag),
    _plain("csm_host", "127.0.0.1"),
    _plain("csm_port", 31000, integer(1, 65535)),
    _plain("csm_client_id", ""),
)

CREDENTIAL_SETTINGS: Final = tuple(setting.name for setting in _CREDENTIALS)
"""Names of the settings that decide where credentials come from and how they are kept."""

SETTINGS: Final = {setting.name: setting for setting in _ALL}
"""All settings by their names."""

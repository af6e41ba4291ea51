"""A client's configuration: what the code says, then the environment and the files, then the defaults."""

from __future__ import annotations

from ..components.config import Config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ..components.settings_snapshot import Snapshot

__all__ = ["EndpointOptions", "builtins_of", "given_config", "options_of_settings"]

_FROM_SETTINGS = {
    "use_dualstack_endpoint": "use_dualstack_endpoint",
    "use_fips_endpoint": "use_fips_endpoint",
    "user_agent_appid": "user_agent_appid",
    "defaults_mode": "defaults_mode",
    "tcp_keepalive": "tcp_keepalive",
    "ignore_configured_endpoint_urls": "ignore_configured_endpoint_urls",
    "endpoint_discovery_enabled": "endpoint_discovery_enabled",
    "request_min_compression_size_bytes": "request_min_compression_size_bytes",
    "disable_request_compression": "disable_request_compression",
    "sigv4a_signing_region_set": "sigv4a_signing_region_set",
    "auth_scheme_preference": "auth_scheme_preference",
    "account_id_endpoint_mode": "account_id_endpoint_mode",
    "request_checksum_calculation": "request_checksum_calculation",
    "response_checksum_validation": "response_checksum_validation",
    "s3_disable_express_session_auth": "s3_disable_express_session_auth",
}
"""Options of ``Config`` that have a setting of the same meaning, by the setting's name."""


class EndpointOptions:
    """What the endpoint rules are to know of a client."""

    __slots__ = ("endpoint_url", "region_name", "s3", "use_dualstack", "use_fips")

    def __init__(
        self,
        region_name: str | None,
        endpoint_url: str | None,
        use_dualstack: bool,
        use_fips: bool,
        s3: Mapping[str, Any],
    ) -> None:
        self.region_name = region_name
        self.endpoint_url = endpoint_url
        self.use_dualstack = use_dualstack
        self.use_fips = use_fips
        self.s3 = s3


def given_config(own: Config | None, defaults: Config | None) -> Config:
    """Return what the code says: a client's own configuration over the session's (``set_default_client_config``)."""
    if defaults is None:
        return own if own is not None else Config()
    return defaults if own is None else defaults.merge(own)


def options_of_settings(config: Config, settings: Snapshot) -> dict[str, Any]:
    """Return the options that a configuration leaves open and the settings fill.

    Errors: ``InvalidSettingError`` names the source of a bad value.
    """
    filled: dict[str, Any] = {}
    for option, setting in _FROM_SETTINGS.items():
        if getattr(config, option) is None:
            value = settings.get(setting)
            if value is not None:
                filled[option] = value
    retries = dict(config.retries or {})
    if "mode" not in retries:
        retries["mode"] = settings.get("retry_mode") or "standard"
    if "total_max_attempts" not in retries:
        if "max_attempts" in retries:
            # boto3's users count retries here; the first attempt is not one of them
            retries["total_max_attempts"] = int(retries.pop("max_attempts")) + 1
        else:
            attempts = settings.get("max_attempts")
            if attempts is not None:
                retries["total_max_attempts"] = attempts
    filled["retries"] = retries
    filled["s3"] = {**(settings.get("s3") or {}), **(config.s3 or {})}
    if config.given("inject_host_prefix") is None:
        filled["inject_host_prefix"] = not settings.get("disable_host_prefix_injection")
    return filled


def builtins_of(options: EndpointOptions, config: Config, settings: Snapshot, account_id: str | None) -> dict[str, Any]:
    """Return the values of the endpoint rules' built-ins for a client."""
    s3 = options.s3
    region = options.region_name
    legacy_global = s3.get("us_east_1_regional_endpoint", "legacy") == "legacy"
    return {
        "AWS::Region": region,
        "AWS::UseFIPS": options.use_fips,
        "AWS::UseDualStack": options.use_dualstack,
        "AWS::STS::UseGlobalEndpoint": settings.get("sts_regional_endpoints") == "legacy",
        "AWS::S3::UseGlobalEndpoint": region == "us-east-1" and legacy_global,
        "AWS::S3::Accelerate": bool(s3.get("use_accelerate_endpoint", False)),
        "AWS::S3::ForcePathStyle": _path_style(options),
        "AWS::S3::UseArnRegion": bool(s3.get("use_arn_region", True)),
        "AWS::S3Control::UseArnRegion": bool(s3.get("use_arn_region", False)),
        "AWS::S3::DisableMultiRegionAccessPoints": bool(s3.get("s3_disable_multiregion_access_points", False)),
        "AWS::S3::DisableS3ExpressSessionAuth": bool(config.s3_disable_express_session_auth),
        "SDK::Endpoint": options.endpoint_url,
        "AWS::Auth::AccountId": account_id,
        "AWS::Auth::AccountIdEndpointMode": _account_mode(config),
    }


def _account_mode(config: Config) -> str:
    """Requests that nobody signs have no account."""
    from ..components.unsigned import UNSIGNED

    return "disabled" if config.signature_version is UNSIGNED else config.account_id_endpoint_mode or "preferred"


def _path_style(options: EndpointOptions) -> bool:
    style = options.s3.get("addressing_style")
    if style in ("path", "virtual"):
        return bool(style == "path")
    # Any name may stand behind a custom endpoint; a bucket's host name would not resolve there.
    return options.endpoint_url is not None and not options.s3.get("use_accelerate_endpoint", False)

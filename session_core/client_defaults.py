"""What ``defaults_mode`` gives a client: options that neither the code nor the settings name.

AWS SDKs and Tools reference guide, "Smart configuration defaults"; the values
are those of the ``sdk-default-configuration`` data.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..components.config import Config

if TYPE_CHECKING:
    from ..components.settings_snapshot import Snapshot

__all__ = ["given_by_mode", "mode_values"]

_INSTANCE_REGION = ("client_defaults", "instance region")
"""Where a snapshot of the settings keeps the region of the instance, ``None`` if there is none."""


def given_by_mode(mode: str, given: Config, settings: "Snapshot", region: str | None, loader: Any) -> Config:
    """Return what the code gave, and behind it what a mode other than ``legacy`` stands for.

    ``auto`` may ask the instance metadata service, once per snapshot of the settings.
    """
    if mode == "auto":
        mode = _mode_of_place(settings, region)
    values = mode_values(loader.shared("sdk-default-configuration"), mode)
    more: dict[str, Any] = {}
    if "connect_timeout" not in given.explicit_options and "connectTimeoutInMillis" in values:
        more["connect_timeout"] = values["connectTimeoutInMillis"] / 1000
    retries = given.retries or {}
    if "mode" not in retries and _is_open(settings, "retry_mode") and "retryMode" in values:
        more["retries"] = {**retries, "mode": values["retryMode"]}
    regional = values.get("s3UsEast1RegionalEndpoints")
    name = "us_east_1_regional_endpoint"
    if regional is not None and not (given.s3 or {}).get(name) and not (settings.get("s3") or {}).get(name):
        more["s3"] = {**(given.s3 or {}), name: regional}
    return given.merge(Config(**more)) if more else given


def mode_values(document: Mapping[str, Any], mode: str) -> dict[str, Any]:
    """Return the values of a mode: those of the base, changed as the mode says."""
    values = dict(document["base"])
    for name, changes in document["modes"][mode].items():
        for how, amount in changes.items():
            if how == "override":
                values[name] = amount
            elif how == "add":
                values[name] += amount
            elif how == "multiply":
                values[name] *= amount
    return values


def _is_open(settings: "Snapshot", name: str) -> bool:
    return settings.explain(name).source == "default"


def _mode_of_place(settings: "Snapshot", region: str | None) -> str:
    """Return the mode for a client of a region, by where this process runs."""
    here = None
    if settings.variable("AWS_EXECUTION_ENV"):
        here = settings.variable("AWS_REGION") or settings.variable("AWS_DEFAULT_REGION")
    if not here and not settings.get("ec2_metadata_disabled"):
        here = _instance_region(settings)
    if not here or region is None:
        return "standard"
    return "in-region" if here == region else "cross-region"


def _instance_region(settings: "Snapshot") -> str | None:
    if _INSTANCE_REGION in settings.derived:
        known: str | None = settings.derived[_INSTANCE_REGION]
        return known
    from ..components.errors import BotoCoreError
    from ..providers.instance_metadata import InstanceMetadataFetcher

    try:
        found: str | None = InstanceMetadataFetcher.by_settings(settings.get).region() or None
    except BotoCoreError:  # no instance, or none that tells: the guide's answer is the standard mode
        found = None
    settings.derived[_INSTANCE_REGION] = found
    return found

"""Measure the settings alone: ``python -m sotalia.ops.bench_settings``.

Prints microseconds, the best of several rounds, for what making a client asks.
"""

import os
import tempfile
import timeit
from collections.abc import Callable
from pathlib import Path

from ..components.config import Config
from ..components.settings import Settings

__all__ = ["main"]

_FILE = """\
[default]
region = eu-west-1
retry_mode = standard
s3 =
  addressing_style = path
"""
_ASKED = (
    "region",
    "api_versions",
    "ca_bundle",
    "parameter_validation",
    "tcp_keepalive",
    "user_agent_appid",
    "defaults_mode",
    "proxies_config",
    "disable_host_prefix_injection",
    "use_dualstack_endpoint",
    "use_fips_endpoint",
    "endpoint_discovery_enabled",
    "account_id_endpoint_mode",
    "sts_regional_endpoints",
    "retry_mode",
    "max_attempts",
    "disable_request_compression",
    "request_min_compression_size_bytes",
    "request_checksum_calculation",
    "response_checksum_validation",
    "auth_scheme_preference",
    "sigv4a_signing_region_set",
    "s3_disable_express_session_auth",
    "s3",
    "data_path",
)


def _measure(action: Callable[[], object]) -> float:
    timer = timeit.Timer(action)
    number = max(timer.autorange()[0] // 4, 1)
    return min(timer.repeat(7, number)) / number * 1e6


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {"AWS_CONFIG_FILE": "config", "AWS_SHARED_CREDENTIALS_FILE": "credentials"}
        for variable, name in paths.items():
            os.environ[variable] = str(Path(folder, name))
            Path(folder, name).write_text(_FILE)
            os.utime(Path(folder, name), (1, 1))  # not written just now, so kept in memory
        settings = Settings()

        def ask_for_all() -> None:
            get = settings.snapshot().get
            for name in _ASKED:
                get(name)

        rows: list[tuple[str, Callable[[], object]]] = [
            (f"{len(_ASKED)} settings, nothing changed", ask_for_all),
            ("one setting, from a file", lambda: settings.get("region")),
            ("one setting, from the environment", lambda: settings.get("config_file")),
            ("endpoint URL of a service", lambda: settings.snapshot().endpoint_url("s3")),
            ("Config of two options", lambda: Config(region_name="eu-west-1", connect_timeout=5)),
        ]
        for name, action in rows:
            print(f"{name:40}{_measure(action):8.2f} µs")


if __name__ == "__main__":
    main()

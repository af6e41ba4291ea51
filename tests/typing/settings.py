"""The types of ``Config``: every option is known, with its type."""

from collections.abc import Mapping
from typing import Any, assert_type

from sotalia import UNSIGNED, Config
from sotalia.config import Config as SameConfig


class Mine(Config):
    """A configuration of one's own."""


def configs() -> None:
    config: SameConfig = Config(
        region_name="eu-central-1",
        signature_version=UNSIGNED,
        connect_timeout=1,
        read_timeout=2.5,
        max_pool_connections=50,
        proxies={"https": "http://127.0.0.1:3128"},
        s3={"addressing_style": "path"},
        retries={"mode": "standard", "max_attempts": 3},
        client_cert=("cert.pem", "key.pem"),
        tcp_keepalive=True,
    )
    assert_type(config.region_name, str | None)
    assert_type(config.proxies, dict[str, str] | None)
    assert_type(config.retries, dict[str, Any] | None)
    assert_type(config.max_pool_connections, int)
    assert_type(config.use_fips_endpoint, bool | None)
    assert_type(config.explicit_options, Mapping[str, Any])
    assert_type(config.merge(Config()), Config)
    assert_type(Mine().merge(None), Mine)


def mistakes(config: Config) -> None:
    Config(regoin_name="x")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    Config(max_pool_connections="many")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    config.merge({})  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]

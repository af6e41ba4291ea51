"""The URL of the Redis that hosts share."""

import canary
import pytest
from sotalia.components.errors import InvalidSettingError
from sotalia.components.host_scope import HOSTS_SHARE
from sotalia.components.redis_location import RedisLocation, parse_redis_location


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://cache", RedisLocation("cache")),
        ("redis://cache:6380/3", RedisLocation("cache", 6380, database=3)),
        ("redis://cache?db=4", RedisLocation("cache", database=4)),
        ("rediss://fleet@cache:1/", RedisLocation("cache", 1, tls=True, username="fleet")),
        ("rediss://cache?ca=/etc/ca.pem", RedisLocation("cache", tls=True, ca="/etc/ca.pem")),
        ("unix:///run/redis%20a.sock?db=2", RedisLocation(path="/run/redis a.sock", database=2)),
        ("redis://cache?timeout=2.5", RedisLocation("cache", timeout=2.5)),
        ("redis://[::1]:7/0", RedisLocation("::1", 7)),
        ("redis://cache?folder=/var/lib/x&prefix=blue", RedisLocation("cache", folder="/var/lib/x", prefix="blue")),
        ("redis://cache?share=sso,vault", RedisLocation("cache", share=HOSTS_SHARE | {"sso", "vault"})),
    ],
)
def test_parts(url, expected):
    assert parse_redis_location(url) == expected


@pytest.mark.parametrize(
    "url",
    ["redis://cache:6380/3", "rediss://cache:6379/0", "unix:///run/redis.sock?db=1", "redis://[::1]:6379/0"],
)
def test_it_is_shown_without_anything_else(url):
    assert str(parse_redis_location(url)) == url


@pytest.mark.parametrize(
    "url",
    [
        "", "cache", "http://cache", "redis://", "redis://cache:port", "redis://cache/name", "redis://cache/-1",
        "redis://cache?retries=3",
        "redis://cache?timeout=0", "redis://cache?timeout=nan", "redis://cache?timeout=x",
        "unix://run/redis.sock", "unix:", "redis://cache#a", "redis://[::1",
        "redis://cache?share=iam-role", "redis://cache?share=sso,login",
    ],
)  # fmt: skip
def test_what_is_no_good_is_refused_in_one_way(url):
    with pytest.raises(InvalidSettingError, match="credential_cache_location"):
        parse_redis_location(url)


@pytest.mark.parametrize("secret", [canary.TOKEN, f"{canary.TOKEN}@x", f"{canary.TOKEN}%2F"])
@pytest.mark.parametrize("url", ["redis://:{}@cache/0", "rediss://user:{}@cache", "nonsense://u:{}@cache:x"])
def test_a_password_is_refused_and_not_shown(url, secret):
    with pytest.raises(InvalidSettingError) as caught:
        parse_redis_location(url.format(secret))
    assert canary.TOKEN not in str(caught.value)

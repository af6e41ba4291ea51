"""What a process on one of several pretend hosts does: each host has a cache folder of its own, all have one Redis."""

import os
import time


def import_all():
    """Import in the parent what its children would all import when they have to be quick."""
    import filelock  # noqa: F401
    import redis.retry  # noqa: F401
    import sotalia
    import structlog  # noqa: F401
    from sotalia.components.sealing import prepare

    prepare()
    session = sotalia.Session(aws_access_key_id="A", aws_secret_access_key="b", region_name="us-east-1")
    session.client("sts").close()


def be_on_host(host, folder, redis_url):
    """Make this process one of ``host``."""
    os.environ["SOTALIA_CREDENTIAL_CACHE"] = "redis"
    os.environ["SOTALIA_CREDENTIAL_CACHE_LOCATION"] = f"{redis_url}&folder={folder}/{host}"


def worker(barrier, host, folder, redis_url, reject, results):
    """Start with all the others, get credentials, and if asked have them rejected and get the next; put the keys."""
    import sotalia

    be_on_host(host, folder, redis_url)
    keys, slowest = [], 0.0
    try:
        barrier.wait(60)
        started = time.monotonic()
        credentials = sotalia.Session().get_credentials()
        keys.append(credentials.get_frozen_credentials().access_key)
        slowest = time.monotonic() - started
        if reject:
            barrier.wait(60)
            started = time.monotonic()
            credentials.invalidate(keys[0])
            keys.append(credentials.get_frozen_credentials().access_key)
            slowest = max(slowest, time.monotonic() - started)
    except BaseException as error:
        keys.append(f"{type(error).__name__}: {error}")
    results.put((host, keys, slowest))

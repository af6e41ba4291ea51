"""What the processes of a fleet do to get credentials; also the program that forks while it refreshes."""

import faulthandler
import json
import os
import random
import signal
import sys
import threading
import time
import warnings

from fake_world import World
from sotalia.components.cache_backends import open_cache
from sotalia.components.single_flight import SharedFetch
from sotalia.providers.chain import ProviderContext, create_credential_resolver
from sotalia.providers.refresh import RefreshableCredentials

ROLE = "arn:aws:iam::123456789012:role/fleet"


def chain(imds_url, sts_url, folder, with_role):
    profile = {"role_arn": ROLE, "credential_source": "Ec2InstanceMetadata"} if with_role else {}
    world = World({"default": profile}, sts_url=sts_url, settings={"ec2_metadata_service_endpoint": imds_url})
    sharing = SharedFetch(open_cache("file", folder, environ={}))
    return create_credential_resolver(ProviderContext(sharing=sharing, **world.options()))


def chain_of(profile, sts_url, folder):
    """The chain over one profile of a file, as a program without a session has it."""
    environ = {**os.environ, "AWS_EC2_METADATA_DISABLED": "true"}
    world = World({"default": profile}, environ=environ, sts_url=sts_url)
    return create_credential_resolver(
        ProviderContext(sharing=SharedFetch(open_cache("file", folder, environ={})), **world.options())
    )


def worker_of_profile(barrier, profile, sts_url, folder, results):
    """Start with all the others; put the access key id, or what went wrong."""
    try:
        barrier.wait(60)
        started = time.monotonic()
        key = chain_of(profile, sts_url, folder).load_credentials().get_frozen_credentials().access_key
        results.put((key, time.monotonic() - started))
    except BaseException as error:
        results.put((f"{type(error).__name__}: {error}", 0.0))


def worker(barrier, imds_url, sts_url, folder, with_role, results):
    """Start with all the others; put the access key id, or what went wrong."""
    try:
        barrier.wait(60)
        started = time.monotonic()
        resolver = chain(imds_url, sts_url, folder, with_role)
        credentials = resolver.load_credentials()
        key = credentials.get_frozen_credentials().access_key if credentials else str(resolver.last_trace)
        results.put((key, time.monotonic() - started))
    except BaseException as error:
        results.put((f"{type(error).__name__}: {error}", 0.0))


def fork_while_refreshing(forks):
    """Fork ``forks`` times while threads refresh one object; print how many children could sign."""
    warnings.simplefilter("ignore", DeprecationWarning)  # fork with threads: the point of it
    number = iter(range(10**9))

    def source():
        time.sleep(random.random() * 0.004)
        return {
            "access_key": f"A{next(number)}",
            "secret_key": "s",
            "token": "t",
            "expiry_time": time.time() + 30,  # less than a mandatory window: pressing after a while
        }

    credentials = RefreshableCredentials.create_from_metadata(source(), source, "iam-role", mandatory_timeout=29.995)
    stop = threading.Event()

    def refresh():
        while not stop.is_set():
            frozen = credentials.get_frozen_credentials()
            if random.random() < 0.3:
                credentials.invalidate(frozen.access_key)

    threads = [threading.Thread(target=refresh, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    statuses = []
    for _ in range(forks):
        time.sleep(random.random() * 0.006)
        child = os.fork()
        if child == 0:
            signal.alarm(10)
            faulthandler.dump_traceback_later(5)
            started = time.monotonic()
            credentials.get_frozen_credentials()
            credentials.invalidate(credentials.access_key)
            credentials.get_frozen_credentials()
            os._exit(0 if time.monotonic() - started < 1 else 3)
        statuses.append(os.waitpid(child, 0)[1])
    stop.set()
    for thread in threads:
        thread.join(10)
    print(json.dumps({"children": len(statuses), "failed": [status for status in statuses if status]}))


if __name__ == "__main__":
    fork_while_refreshing(int(sys.argv[1]))

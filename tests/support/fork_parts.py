"""What a program has open when it forks: everything of this package that has locks, threads or connections.

``Parts`` makes it all, ``use`` uses each thing once, in the parent's threads and
in its children.
"""

import io
import logging
import os
import time
from base64 import b64encode
from pathlib import Path

import sotalia
from fleet_cache import value
from signed_in import SESSION_NAME, START_URL
from sotalia.components.cache import EntryIdentity
from sotalia.components.logging import get_logger
from sotalia.config import Config
from sotalia.providers.sso_config import SSOSession
from sotalia.providers.sso_token import SSOToken, sso_token_file
from sotalia.s3.transfer import S3Transfer, TransferConfig

IDENTITY = EntryIdentity.of("assume-role", role="arn:aws:iam::123456789012:role/x")
TABLE = {"TableName": "t", "Key": {"token": {"S": "x"}}}
DATA = bytes(range(250)) * 40


class Parts:
    """Everything at once; each attribute of ``works`` is a function that uses one part.

    The servers are named by the environment: ``FORK_TLS`` and ``FORK_CA``,
    ``FORK_OBJECTS``, and ``FORK_REDIS`` where there is a Redis.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        handler = logging.FileHandler(home / "log")
        logger = logging.getLogger("sotalia")
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        self.logger = get_logger("credentials")
        self.session = sotalia.Session(region_name="us-east-1", credential_keep_warm=True)
        own = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "k" * 40}
        fixed = sotalia.Session(region_name="us-east-1", **keys)
        tls, ca = os.environ["FORK_TLS"], os.environ["FORK_CA"]
        self.tls = fixed.client("dynamodb", endpoint_url=tls, verify=ca, config=own)
        other = sotalia.Session(
            region_name="us-east-1", environ={**os.environ, "SOTALIA_HTTP_TRANSPORT": "urllib3"}, **keys
        )
        self.pooled = other.client("dynamodb", endpoint_url=tls, verify=ca, config=own)
        adaptive = Config(retries={"mode": "adaptive"})
        self.adaptive = fixed.client("dynamodb", endpoint_url=tls, verify=ca, config=adaptive)
        self.fresh_tls = lambda: fixed.client("dynamodb", endpoint_url=tls, verify=ca, config=own)
        objects = fixed.client("s3", endpoint_url=os.environ["FORK_OBJECTS"], config=own)
        small = TransferConfig(
            multipart_threshold=1000, multipart_chunksize=1000, max_concurrency=4, max_bandwidth=10**9
        )
        self.transfers = S3Transfer(objects, small)
        self.transfers.upload_fileobj(io.BytesIO(DATA), "bucket", "shared")
        self.token = SSOToken(
            SSOSession(SESSION_NAME, START_URL, "us-east-1"),
            sso_token_file(os.environ, SSOSession(SESSION_NAME, START_URL, "us-east-1")),
            lambda *_, **__: None,
            login="log in",
        )
        self.redis = None
        if "FORK_REDIS" in os.environ:
            shared = {
                "SOTALIA_CREDENTIAL_CACHE": "redis",
                "SOTALIA_CREDENTIAL_CACHE_LOCATION": os.environ["FORK_REDIS"],
                "SOTALIA_CACHE_KEY": b64encode(bytes(32)).decode(),
            }
            self.redis = sotalia.Session(region_name="us-east-1", environ={**os.environ, **shared})
        self.works = {
            "refresh": self._refresh,
            "log": lambda: self.logger.warning("HAPPENED", moment=time.monotonic()),
            "tls": lambda: self.tls.get_item(**TABLE),
            "pooled tls": lambda: self.pooled.get_item(**TABLE),
            "adaptive": lambda: self.adaptive.get_item(**TABLE),
            "new tls": lambda: self.fresh_tls().get_item(**TABLE),
            "transfer": self._transfer,
            "token": self.token.get_frozen_token,
            "resource": self._resource,
            "deadline": self._deadline,
            **({} if self.redis is None else {"redis": self._redis}),
        }

    def _refresh(self) -> None:
        credentials = self.session.get_credentials()
        credentials.invalidate(credentials.get_frozen_credentials().access_key)
        credentials.get_frozen_credentials()

    def _redis(self) -> None:
        shared = self.redis.get_component("lock")
        assert shared.fetch(IDENTITY, lambda entry: False, value, wait=5) is not None

    def _transfer(self) -> None:
        self.transfers.download_file("bucket", "shared", str(self.home / f"down-{os.getpid()}-{time.monotonic_ns()}"))

    def _resource(self) -> None:
        keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "k" * 40}
        found = sotalia.Session(region_name="us-east-1", **keys).resource("sqs").Queue("https://example.com/1/q")
        assert found.meta.client is not None

    def _deadline(self) -> None:
        with sotalia.call_options(timeout=60):
            self.tls.get_item(**TABLE)

"""The servers of the demo, and what its workers find there: all of it on loopback, gone when the stack is closed."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from .counting_proxy import CountingProxy
from .processes import fake_service, moto_server, stats_of

__all__ = ["Sources", "World"]

CONFIG = """\
[profile worker]
region = us-east-1
role_arn = arn:aws:iam::123456789012:role/fleet-worker
credential_source = Ec2InstanceMetadata
"""


class Sources:
    """Where one fleet gets its credentials: a metadata service and an STS of its own, which count."""

    def __init__(self, stack: ExitStack, moto: str, rate: float, latency: float) -> None:
        self._imds = fake_service(stack, "imds", "--rate", str(rate), "--latency", str(latency), "--lifetime", "3600")
        self._sts = stack.enter_context(CountingProxy(moto))
        self.environ = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": self._imds, "AWS_ENDPOINT_URL_STS": self._sts.url}

    @property
    def assume_role(self) -> int:
        """How often AssumeRole was called."""
        return self._sts.actions["AssumeRole"]

    def imds(self) -> dict[str, int]:
        """Return what the metadata service has counted."""
        return stats_of(self._imds)


class World:
    """moto's server, a CloudWatch that speaks CBOR, and what the workers work with."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        (folder / "config").write_text(CONFIG)
        self.moto = stack.enter_context(moto_server(folder / "moto.log"))
        cloudwatch = fake_service(stack, "cloudwatch")
        self.environ: dict[str, str] = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SOTALIA_C"))},
            "AWS_DATA_PATH": str(folder / "models"),
            "AWS_CONFIG_FILE": str(folder / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"),
            "AWS_ENDPOINT_URL": self.moto,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_MAX_ATTEMPTS": "5",
            "DEMO_CBOR_URL": cloudwatch,
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }
        self.environ |= self._prepare()
        self.environ["AWS_PROFILE"] = "worker"
        _write_cbor_model(folder / "models")

    def _prepare(self) -> Mapping[str, str]:
        admin = {**self.environ, "AWS_ACCESS_KEY_ID": "AKIDADMIN", "AWS_SECRET_ACCESS_KEY": "admin"}
        done = subprocess.run(
            [sys.executable, "-m", "sotalia.ops.demo_worker", "--sdk", "sotalia", "--prepare"],
            env=admin,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"the world of the demo could not be made:\n{done.stderr}")
        found: dict[str, str] = json.loads(done.stdout)
        return found


def _write_cbor_model(folder: Path) -> None:
    """Write a private model of CloudWatch that offers CBOR alone, so that both SDKs speak that protocol too."""
    from ..session_core.session import Session

    model: dict[str, Any] = dict(Session(region_name="us-east-1").get_service_data("cloudwatch"))
    model["metadata"] = {
        **model["metadata"], "protocol": "smithy-rpc-v2-cbor", "protocols": ["smithy-rpc-v2-cbor"],
    }  # fmt: skip
    home = folder / "cloudwatch-cbor" / model["metadata"]["apiVersion"]
    home.mkdir(parents=True)
    (home / "service-2.json").write_text(json.dumps(model))

"""A source of credentials of every refreshable provider, made of fakes: for fleets that are counted.

Each world has its servers (or program) in processes of their own, the
environment in which a session finds them, and a clock that can be put forward
for the source while the processes of the fleet do the same for themselves.
"""

import json
import sys
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from ..providers.refresh_policy import advisory_window, refresh_jitter
from .processes import fake_service, stats_of
from .testkit.surroundings import credential_environ
from .testkit.token_files import login_token_file, sso_token_file, write_token_file

__all__ = ["PROVIDERS", "World", "open_world"]

_ROLE: Final = "arn:aws:iam::123456789012:role/fleet"
_ROLE_PROFILE: Final = f"""\
[default]
role_arn = {_ROLE}
source_profile = base
[profile base]
aws_access_key_id = AKIABASE
aws_secret_access_key = fake-base-secret
"""
_SSO_PROFILE: Final = """\
[default]
sso_session = fleet
sso_account_id = 123456789012
sso_role_name = Worker
[sso-session fleet]
sso_region = us-east-1
sso_start_url = https://example.awsapps.com/start
"""
_LOGIN: Final = "arn:aws:sts::123456789012:assumed-role/Admin/somebody"
_PROGRAM: Final = """\
import json, os, sys, time
folder = sys.argv[1]
os.close(os.open(f"{folder}/ran.{time.monotonic_ns()}.{os.getpid()}", os.O_CREAT | os.O_WRONLY))
time.sleep(float(sys.argv[2]))
ends = time.time() + float(open(f"{folder}/ahead").read()) + 3600
print(json.dumps({
    "Version": 1, "AccessKeyId": f"PROC{os.getpid()}", "SecretAccessKey": "s", "SessionToken": "t",
    "Expiration": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(ends)),
}))
"""


class World:
    """A source: ``environ`` leads to it, ``fetches()`` counts the sets that it gave out."""

    def __init__(
        self, environ: dict[str, str], count: Callable[[], int], put_forward: Callable[[float], None], lifetime: float
    ) -> None:
        self.environ = environ
        self.fetches = count
        self.lifetime = lifetime
        self._put_forward = put_forward
        self.ahead = 0.0

    def go_to(self, point: str) -> float:
        """Put the clock to a refresh point of the set that was fetched last; return how far it is ahead now.

        In the advisory window all processes have begun, whatever their jitter.
        """
        if point == "advisory":
            window = advisory_window(self.lifetime)
            self.ahead += self.lifetime - window + refresh_jitter(window, 1.0) + 1
        elif point == "mandatory":
            self.ahead += self.lifetime - 30
        self._put_forward(self.ahead)
        return self.ahead


def open_world(stack: ExitStack, provider: str, home: Path, latency: float = 0.05) -> World:
    """Start what a provider asks, until the stack is closed; every answer takes ``latency`` seconds."""
    return PROVIDERS[provider](stack, home, latency)


def _served(
    home: Path, config: str, servers: dict[str, str], count: tuple[str, str], lifetime: float = 3600.0
) -> World:
    """Make a world of the servers whose URLs these variables name; the URL and the name of what counts."""
    environ = credential_environ(home, config=config, others=servers)
    url, name = count
    bases = {value.removesuffix("/credentials") for value in servers.values() if value.startswith("http")}

    def put_forward(seconds: float) -> None:
        for base in bases:
            urllib.request.urlopen(f"{base}/_clock", str(seconds).encode(), timeout=60).close()

    return World(environ, lambda: stats_of(url).get(name, 0), put_forward, lifetime)


def _instance(stack: ExitStack, home: Path, latency: float) -> World:
    url = fake_service(stack, "imds", "--rotate-every", "0", "--latency", str(latency))
    servers = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": url, "AWS_EC2_METADATA_DISABLED": "false"}
    return _served(home, "", servers, (url, "credentials"))


def _container(stack: ExitStack, home: Path, latency: float) -> World:
    url = fake_service(stack, "container", "--rotate-every", "0", "--latency", str(latency))
    servers = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{url}/credentials"}
    return _served(home, "", servers, (url, "credentials"))


def _role(stack: ExitStack, home: Path, latency: float) -> World:
    url = fake_service(stack, "sts", "--latency", str(latency))
    return _served(home, _ROLE_PROFILE, {"AWS_ENDPOINT_URL_STS": url}, (url, "AssumeRole"))


def _web_identity(stack: ExitStack, home: Path, latency: float) -> World:
    url = fake_service(stack, "sts", "--latency", str(latency))
    token = home / "token"
    token.write_text("fake-web-identity-token")
    config = f"[default]\nrole_arn = {_ROLE}\nweb_identity_token_file = {token}\n"
    return _served(home, config, {"AWS_ENDPOINT_URL_STS": url}, (url, "AssumeRoleWithWebIdentity"))


def _sso(stack: ExitStack, home: Path, latency: float) -> World:
    portal = fake_service(stack, "sso_portal", "--latency", str(latency))
    oidc = fake_service(stack, "sso_oidc", "--latency", str(latency))
    write_token_file(sso_token_file(home, "fleet"), _begin(oidc))
    servers = {"AWS_ENDPOINT_URL_SSO": portal, "AWS_ENDPOINT_URL_SSO_OIDC": oidc}
    return _served(home, _SSO_PROFILE, servers, (portal, "GetRoleCredentials"))


def _login(stack: ExitStack, home: Path, latency: float) -> World:
    url = fake_service(stack, "signin", "--latency", str(latency))
    document = _begin(url)
    document["accessToken"]["expiresAt"] = "2020-01-01T00:00:00Z"  # else the first set is in the file
    write_token_file(login_token_file(home, _LOGIN), document)
    config = f"[default]\nlogin_session = {_LOGIN}\n"
    return _served(home, config, {"AWS_ENDPOINT_URL_SIGNIN": url}, (url, "refreshes"), 900.0)


def _program(stack: ExitStack, home: Path, latency: float) -> World:
    runs = home / "runs"
    runs.mkdir()
    program = runs / "program.py"
    program.write_text(_PROGRAM)
    ahead = runs / "ahead"
    ahead.write_text("0")
    config = f"[default]\ncredential_process = {sys.executable} -S -E {program} {runs} {latency}\n"
    return World(
        credential_environ(home, config=config),
        lambda: len(list(runs.glob("ran.*"))),
        lambda seconds: _write(ahead, str(seconds)),
        3600.0,
    )


def _write(file: Path, text: str) -> None:
    file.write_text(text)


def _begin(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{url}/_begin", b"{}", timeout=60) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


PROVIDERS: Final[dict[str, Callable[[ExitStack, Path, float], World]]] = {
    "iam-role": _instance,
    "container-role": _container,
    "assume-role": _role,
    "assume-role-with-web-identity": _web_identity,
    "sso": _sso,
    "login": _login,
    "custom-process": _program,
}
"""How the source of each refreshable provider is made."""

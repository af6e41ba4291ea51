"""The same files give the same requests, credentials, token files and errors as with boto3 1.44.5."""

import json
import shutil
import subprocess
import time

import peers
import pytest
import sso_peer
from signed_in import LEGACY, SSO, START_URL, Home, content, iso
from sotalia.ops.testkit import FakeSSOOIDC, FakeSSOPortal

pytestmark = peers.takes_long_once

MINUTE = 60


def without(config, key):
    return "\n".join(line for line in config.splitlines() if not line.startswith(key)) + "\n"


def only(config, key):
    return "\n".join(line for line in config.splitlines() if line.startswith((key, "["))) + "\n"


CASES = {
    "session": (SSO, {}, None),
    "legacy": (LEGACY, {}, None),
    "legacy, expired": (LEGACY, {"expiresAt": -5}, None),
    "legacy, about to end": (LEGACY, {"expiresAt": 30}, None),
    "session, expired": (SSO, {"expiresAt": -5}, None),
    "session, expired, unknown refresh token": (SSO, {"expiresAt": -5, "refreshToken": "zz"}, None),
    "session, expired, no refresh token": (SSO, {"expiresAt": -5, "refreshToken": None}, None),
    "session, expired, registration too": (SSO, {"expiresAt": -5, "registrationExpiresAt": -5}, None),
    "session, 16 minutes left": (SSO, {"expiresAt": 16 * MINUTE}, None),
    "session, 14 minutes left": (SSO, {"expiresAt": 14 * MINUTE}, None),
    "session, 9 minutes left": (SSO, {"expiresAt": 9 * MINUTE}, None),
    "session, 9 minutes left, unknown refresh token": (SSO, {"expiresAt": 9 * MINUTE, "refreshToken": "zz"}, None),
    "session, 9 minutes left, no refresh token": (SSO, {"expiresAt": 9 * MINUTE, "refreshToken": None}, None),
    "session, oidc down, expired": (SSO, {"expiresAt": -5}, "oidc"),
    "session, oidc down, 9 minutes left": (SSO, {"expiresAt": 9 * MINUTE}, "oidc"),
    "portal down": (SSO, {}, "portal"),
    "unknown access token": (SSO, {"accessToken": "zz"}, None),
    "no token file": (SSO, None, None),
    "no expiresAt": (SSO, {"expiresAt": None}, None),
    "no accessToken": (SSO, {"accessToken": None}, None),
    "region and URL in the profile too": (
        SSO.replace("region = eu-west-1", f"sso_region = us-east-1\nsso_start_url = {START_URL}"),
        {},
        None,
    ),
    "another region in the profile": (SSO.replace("region = eu-west-1", "sso_region = eu-west-1"), {}, None),
    "another URL in the profile": (SSO.replace("region = eu-west-1", "sso_start_url = https://x"), {}, None),
    "keys besides": (SSO.replace("region = ", "aws_access_key_id = a\naws_secret_access_key = b\nregion = "), {}, None),
    "no section": (SSO.partition("[sso-session")[0], {}, None),
    **{
        f"session without {key}": (without(SSO, key), {}, None)
        for key in ("sso_account_id", "sso_role_name", "sso_region", "sso_start_url")
    },
    **{
        f"legacy {how.__name__} {key}": (how(LEGACY, key), {}, None)
        for how in (without, only)
        for key in ("sso_account_id", "sso_role_name", "sso_region", "sso_start_url")
    },
}


class Side:
    """What one of the two does in a home of its own, with servers of its own, whose tokens have the same names."""

    def __init__(self, folder, config, changes, down, ask):
        self.oidc, self.portal = FakeSSOOIDC(), FakeSSOPortal()
        self.portal.families = self.oidc.families
        with self.oidc, self.portal:
            shutil.rmtree(folder / ".aws", ignore_errors=True)
            home = Home(folder, config)
            name = START_URL if config.startswith(only(LEGACY, "[")[:10]) and "[sso-session" not in config else "dev"
            if changes is not None:
                now = time.time()
                changed = {k: iso(now + v) if isinstance(v, int) else v for k, v in changes.items()}
                document = {**self.oidc.begin(), **changed}
                home.put(home.sso_file(name), {k: v for k, v in document.items() if v is not None})
            if down is not None:
                getattr(self, down).down = 500
            self.answer = ask(home, self.oidc.url, self.portal.url)
            self.requests = (self.oidc.last_request, self.portal.last_query)
            self.token = self.portal.last_headers.get("x-amz-sso_bearer_token")
            self.counts = (self.oidc.stats(), self.portal.stats())
            file = home.sso_file(name)
            self.file = {k: v for k, v in content(file).items() if not k.endswith("At")} if file.exists() else None

    def seen(self):
        return {"requests": self.requests, "token": self.token, "counts": self.counts, "file": self.file}


def by_sotalia(home, oidc, portal):
    home.environ |= {
        "AWS_ENDPOINT_URL_SSO": portal,
        "AWS_ENDPOINT_URL_SSO_OIDC": oidc,
        "SOTALIA_CREDENTIAL_CACHE": "off",
        "AWS_MAX_ATTEMPTS": "1",
    }
    try:
        found = home.session().get_credentials()
        if found is None:
            return None
        frozen = found.get_frozen_credentials()
        return [found.method, frozen.access_key, frozen.secret_key, frozen.token, frozen.account_id]
    except Exception as error:
        return [cls.__name__ for cls in type(error).__mro__]


@pytest.fixture
def boto3(tmp_path):
    """One process for all cases, each with the same home."""
    home = Home(tmp_path / "peer")
    peer = subprocess.Popen(
        [peers.python(), sso_peer.__file__],
        env={**home.environ, "AWS_MAX_ATTEMPTS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def by_boto3(_, oidc, portal):
        environ = {"AWS_ENDPOINT_URL_SSO": portal, "AWS_ENDPOINT_URL_SSO_OIDC": oidc}
        peer.stdin.write(json.dumps(environ) + "\n")
        peer.stdin.flush()
        return json.loads(peer.stdout.readline())

    yield home.folder, by_boto3
    peer.communicate(timeout=20)


def test_single_sign_on_is_that_of_boto3(boto3, tmp_path, capsys):
    folder, by_boto3 = boto3
    different = []
    for label, (config, changes, down) in CASES.items():
        theirs = Side(folder, config, changes, down, by_boto3)
        ours = Side(tmp_path, config, changes, down, by_sotalia)
        same = ours.answer == theirs.answer
        if not same and isinstance(theirs.answer, list) and isinstance(ours.answer, list):
            # An error may be more precise than boto3's, as long as those who catch boto3's catch it.
            same = theirs.answer[0] in ours.answer
        if not same or ours.seen() != theirs.seen():
            different.append(
                f"{label}\n  boto3:   {theirs.answer} {theirs.seen()}\n  sotalia: {ours.answer} {ours.seen()}"
            )
    with capsys.disabled():
        print(f"\nsingle sign-on equal to boto3's: {len(CASES) - len(different) // 3}/{len(CASES)}")
    assert not different, "\n".join(different)

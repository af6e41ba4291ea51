"""The public cases of the login provider (botocore's tests/unit/login), run against the provider here."""

import json
from datetime import UTC, datetime

import pytest
from sotalia.components.configfile import load_full_config
from sotalia.components.errors import ClientError, LoginError
from sotalia.components.events import EventEmitter
from sotalia.providers.login import LoginProvider
from vectors import sdist

NOW = datetime(2025, 11, 19, tzinfo=UTC).timestamp()
CASES = json.loads((sdist() / "tests" / "unit" / "login" / "login-provider-test-cases.json").read_text())


class Signin:
    def __init__(self, calls):
        self.calls, self.given, self.meta, self.events = calls, [], self, EventEmitter()

    def __call__(self, service, region_name):
        return self

    def create_oauth2_token(self, **given):
        expected = self.calls[len(self.given)]
        self.given.append(given)
        assert given == expected["request"]
        if expected.get("responseCode", 200) >= 400:
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "CreateOAuth2Token")
        return expected["response"]

    def close(self):
        pass


@pytest.mark.parametrize("case", CASES, ids=[case["documentation"] for case in CASES])
def test_a_public_case(case, tmp_path):
    (tmp_path / "config").write_text(case["configContents"])
    (tmp_path / "cache").mkdir()
    for name, document in case["cacheContents"].items():
        (tmp_path / "cache" / name).write_text(json.dumps(document))
    signin = Signin(case.get("mockApiCalls", []))
    provider = LoginProvider(
        lambda: load_full_config(str(tmp_path / "config"), ""),
        signin,
        "signin",
        environ={"AWS_LOGIN_CACHE_DIRECTORY": str(tmp_path / "cache")},
        clock=lambda: NOW,
    )
    for outcome in case["outcomes"]:
        if outcome["result"] == "error":
            with pytest.raises(LoginError):
                provider.load().get_frozen_credentials()
        elif outcome["result"] == "credentials":
            credentials = provider.load()
            frozen = credentials.get_frozen_credentials()
            assert frozen == (
                outcome["accessKeyId"],
                outcome["secretAccessKey"],
                outcome["sessionToken"],
                outcome["accountId"],
            )
            assert credentials.expiry_time == datetime.fromisoformat(outcome["expiresAt"])
        else:
            for name, document in outcome.items():
                if name != "result":
                    assert json.loads((tmp_path / "cache" / name).read_text()) == document
    assert len(signin.given) == len(case.get("mockApiCalls", []))

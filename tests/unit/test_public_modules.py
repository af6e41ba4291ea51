"""The modules that users of boto3 and botocore import, found without being imported first."""

import fresh
import pytest
import sotalia
from sotalia.credentials import Credentials, create_assume_role_refresher
from sotalia.exceptions import CredentialRetrievalError, NoCredentialsError
from sotalia.hooks import HierarchicalEmitter, first_non_none_response
from sotalia.session import get_session

NAMES = {
    "auth": "SigV4Auth",
    "awsrequest": "AWSRequest",
    "config": "Config",
    "credentials": "RefreshableCredentials",
    "dynamodb.conditions": "Key",
    "dynamodb.types": "TypeSerializer",
    "eventstream": "EventStream",
    "exceptions": "ClientError",
    "hooks": "HierarchicalEmitter",
    "paginate": "Paginator",
    "response": "StreamingBody",
    "s3.transfer": "TransferConfig",
    "session": "get_session",
    "signers": "CloudFrontSigner",
    "stub": "Stubber",
    "waiter": "WaiterModel",
}


def test_every_module_is_an_attribute_of_the_package_and_has_what_it_says():
    code = "import sotalia\n"
    for module, name in NAMES.items():
        nested = "." in module
        code += f"import sotalia.{module}\n" if nested else ""
        code += f"assert hasattr(sotalia.{module}, {name!r})\n"
    done = fresh.run(code)
    assert done.returncode == 0, done.stderr


def test_a_session_of_botocores_kind_is_a_new_one_each_time():
    assert get_session() is not get_session()
    with pytest.raises(ValueError, match="env_vars"):
        get_session({"profile": (None, "ENV", None, None)})


def test_the_first_response_of_handlers_is_found():
    emitter = HierarchicalEmitter()
    emitter.register("a.b", lambda **_: None)
    emitter.register("a.b", lambda **_: 5)
    assert first_non_none_response(emitter.emit("a.b")) == 5
    assert first_non_none_response([], "nothing") == "nothing"


def test_a_role_is_assumed_by_the_refresher():
    class STS:
        def assume_role(self, **params):
            assert params == {"RoleArn": "arn:aws:iam::123456789012:role/r", "RoleSessionName": "s"}
            return self.answer

    client = STS()
    refresh = create_assume_role_refresher(
        client, {"RoleArn": "arn:aws:iam::123456789012:role/r", "RoleSessionName": "s"}
    )
    client.answer = {
        "Credentials": {
            "AccessKeyId": "ASIA",
            "SecretAccessKey": "x",
            "SessionToken": "t",
            "Expiration": "2026-01-01T00:00:00Z",
        }
    }
    assert refresh()["access_key"] == "ASIA"
    client.answer = {}
    with pytest.raises(CredentialRetrievalError):
        refresh()


def test_a_request_is_signed_with_what_credentials_are_at_that_moment():
    class Rotating:
        sets = iter([Credentials("AKIDONE", "x"), Credentials("AKIDTWO", "y")])

        def get_frozen_credentials(self):
            return next(self.sets).get_frozen_credentials()

    signer = sotalia.auth.SigV4Auth(Rotating(), "execute-api", "eu-west-1")
    for name in ("AKIDONE", "AKIDTWO"):
        request = sotalia.awsrequest.AWSRequest("GET", "https://h.example/")
        signer.add_auth(request)
        assert f"Credential={name}/" in request.headers["Authorization"]
    with pytest.raises(NoCredentialsError):
        sotalia.auth.SigV4Auth(None, "execute-api", "eu-west-1").add_auth(request)

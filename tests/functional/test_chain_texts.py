"""What a person reads when there are no credentials: the texts, word for word, with times and paths taken out.

Each case is a world and the line of one provider in the error; the first is the whole error.
"""

import re
import socket

import pytest
from sotalia.components.errors import BotoCoreError, NoCredentialsError
from sotalia.ops.testkit.recorded import Exchange, RecordedServer
from sotalia.session import Session

NOTHING = (
    "Unable to locate credentials. The chain was tried in this order:\n"
    "  1. env: not configured, AWS_ACCESS_KEY_ID is not set (T); to use it, set AWS_ACCESS_KEY_ID and "
    "AWS_SECRET_ACCESS_KEY\n"
    "  2. assume-role: not configured, no role_arn in profile 'default' (T); to use it, set role_arn and "
    "source_profile (or credential_source) in it\n"
    "  3. assume-role-with-web-identity: not configured, AWS_WEB_IDENTITY_TOKEN_FILE is not set, and no "
    "web_identity_token_file in profile 'default' (T); to use it, set AWS_WEB_IDENTITY_TOKEN_FILE and "
    "AWS_ROLE_ARN\n"
    "  4. sso: not configured, no sso_account_id and sso_role_name in profile 'default' (T); to use it, set "
    "them and sso_session in it, and run: sotalia sso login\n"
    "  5. shared-credentials-file: not configured, no aws_access_key_id in profile 'default' of "
    "~/.aws/credentials (T); to use it, put aws_access_key_id and aws_secret_access_key under [default] in "
    "~/.aws/credentials\n"
    "  6. login: not configured, no login_session in profile 'default' (T); to use it, run: aws login\n"
    "  7. custom-process: not configured, no credential_process in profile 'default' (T); to use it, set "
    "credential_process to a command that prints credentials\n"
    "  8. config-file: not configured, no aws_access_key_id in profile 'default' of ~/.aws/config (T); to use "
    "it, put aws_access_key_id and aws_secret_access_key under [default] in ~/.aws/config\n"
    "  9. ec2-credentials-file: not configured, AWS_CREDENTIAL_FILE is not set (T); to use it, set "
    "AWS_CREDENTIAL_FILE to a file with AWSAccessKeyId\n"
    "  10. boto-config: not configured, no aws_access_key_id under [Credentials] in /etc/boto.cfg or "
    "HOME/.boto (T); to use it, set BOTO_CONFIG to a file that has it, or rather use ~/.aws/credentials\n"
    "  11. container-role: not configured, neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor "
    "AWS_CONTAINER_CREDENTIALS_FULL_URI is set (T); to use it, run in an ECS task or EKS pod that has a role\n"
    "  12. iam-role: not configured, AWS_EC2_METADATA_DISABLED is true (T); to use it, unset "
    "AWS_EC2_METADATA_DISABLED"
)

TOKEN = Exchange("PUT /latest/api/token", "t", answer_headers={"x-amz-ec2-metadata-token-ttl-seconds": "60"})
ROLES = "GET /latest/meta-data/iam/security-credentials/"
ON = {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "HTTP"}


def imds(*exchanges):
    return {"env": ON, "http": exchanges}


LINES = {
    "imds-off": ({}, "iam-role"),
    "imds-throttled": (imds(Exchange("PUT /latest/api/token", status=429, times=9)), "iam-role"),
    "imds-overloaded": (imds(TOKEN, Exchange(ROLES, status=503, times=9)), "iam-role"),
    "imds-without-a-role": (imds(TOKEN, Exchange(ROLES, status=404)), "iam-role"),
    "imds-refuses-the-token": (imds(Exchange("PUT /latest/api/token", status=400)), "iam-role"),
    "imds-version-1-off": (
        {
            "env": {**ON, "AWS_EC2_METADATA_V1_DISABLED": "true"},
            "http": [Exchange("PUT /latest/api/token", status=404)],
        },
        "iam-role",
    ),
    "imds-moves": (imds(TOKEN, Exchange(ROLES, status=302, answer_headers={"location": "/x"})), "iam-role"),
    "imds-talks-nonsense": (imds(TOKEN, Exchange(ROLES, "web"), Exchange(ROLES + "web", "<html>")), "iam-role"),
    "imds-says-nothing": (imds(TOKEN, Exchange(ROLES, "web"), Exchange(ROLES + "web", "")), "iam-role"),
    "imds-gives-no-keys": (
        imds(TOKEN, Exchange(ROLES, "web"), Exchange(ROLES + "web", '{"Code": "Success"}')),
        "iam-role",
    ),
    "imds-reports-a-code": (
        imds(TOKEN, Exchange(ROLES, "web"), Exchange(ROLES + "web", '{"Code": "AssumeRoleUnauthorizedAccess"}')),
        "iam-role",
    ),
    "imds-not-there": ({"env": {**ON, "AWS_EC2_METADATA_SERVICE_ENDPOINT": "CLOSED"}}, "iam-role"),
    "profile-without-keys": ({"env": {"AWS_PROFILE": "dev"}, "config": "[profile dev]\nregion=x\n"}, "config-file"),
    "profile-without-a-role": ({"env": {"AWS_PROFILE": "dev"}, "config": "[profile dev]\nregion=x\n"}, "assume-role"),
    "profile-without-sso": ({"env": {"AWS_PROFILE": "dev"}, "config": "[profile dev]\nregion=x\n"}, "sso"),
    "profile-without-login": ({"env": {"AWS_PROFILE": "dev"}, "config": "[profile dev]\nregion=x\n"}, "login"),
    "old-file-without-keys": ({"env": {"AWS_CREDENTIAL_FILE": "HOME/keys"}, "keys": "x=y\n"}, "ec2-credentials-file"),
    "boto-config-without-keys": ({"env": {"BOTO_CONFIG": "HOME/keys"}, "keys": "[Credentials]\n"}, "boto-config"),
    "container-refuses": (
        {
            "env": {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "HTTP/c"},
            "http": [Exchange("GET /c", status=403, times=9)],
        },
        "container-role",
    ),
    "container-throttles": (
        {
            "env": {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "HTTP/c"},
            "http": [Exchange("GET /c", status=429, times=99)],
        },
        "container-role",
    ),
    "web-identity-without-a-token": (
        {"env": {"AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/gone", "AWS_ROLE_ARN": "arn:aws:iam::1:role/r"}},
        "assume-role-with-web-identity",
    ),
    "program-fails": (
        {"config": "[default]\ncredential_process = sh HOME/keys\n", "keys": "exit 4\n"},
        "custom-process",
    ),
    "half-a-pair": ({"env": {"AWS_ACCESS_KEY_ID": "AKID"}}, "env"),
}


def tell(tmp_path, env=None, http=(), config=None, keys=None):
    """Return the text of the error, and of the trace, in a world."""
    with RecordedServer(http) as server, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))

        def fill(text):
            places = {
                "HTTP": server.url,
                "HOME": str(tmp_path),
                "CLOSED": f"http://127.0.0.1:{closed.getsockname()[1]}",
            }
            return re.sub("^(?:HTTP|CLOSED|HOME)|HOME", lambda found: places[found[0]], text)

        (tmp_path / ".aws").mkdir()
        (tmp_path / ".aws" / "config").write_text(fill(config or ""))
        (tmp_path / "keys").write_text(keys or "")
        base = {"HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true", "SOTALIA_CREDENTIAL_CACHE": "off"}
        environ = {**base, "PATH": "/usr/bin:/bin", **{name: fill(value) for name, value in (env or {}).items()}}
        client = Session(environ=environ, region_name="us-east-1").client("sts", endpoint_url=server.url)
        with pytest.raises(BotoCoreError) as caught:
            client.get_caller_identity()
        told = str(caught.value)
        if not isinstance(caught.value, NoCredentialsError):
            told = "\n".join(str(line) for line in _trace_of(environ))
        return _normal(told, tmp_path, server.url, f"127.0.0.1:{closed.getsockname()[1]}")


def _trace_of(environ):
    session = Session(environ=environ, region_name="us-east-1")
    with pytest.raises(BotoCoreError):
        session.get_credentials()
    return session.credential_attempts()


def _normal(text, home, url, closed):
    text = text.replace(str(home), "HOME").replace(url, "HTTP").replace(url.removeprefix("http://"), "HOST")
    return re.sub(r"\(\d+\.\d ms\)", "(T)", text.replace(closed, "CLOSED"))


TEXTS = {
    "imds-off": (
        "iam-role: not configured, AWS_EC2_METADATA_DISABLED is true (T); to use it, unset AWS_EC2_METADATA_DISABLED"
    ),
    "imds-throttled": (
        "iam-role: unavailable, instance metadata service: throttled (429 x3) (T); to use it, run on an EC2 "
        "instance that has a role"
    ),
    "imds-overloaded": (
        "iam-role: unavailable, instance metadata service: throttled (503 x3) (T); to use it, run on an EC2 "
        "instance that has a role"
    ),
    "imds-without-a-role": (
        "iam-role: unavailable, instance metadata service: no role is attached to the instance (T); to use it, "
        "run on an EC2 instance that has a role"
    ),
    "imds-refuses-the-token": (
        "iam-role: unavailable, instance metadata service: it answered with status 400 when asked for a token "
        "(T); to use it, run on an EC2 instance that has a role"
    ),
    "imds-version-1-off": (
        "iam-role: unavailable, instance metadata service: no IMDSv2 token (status 404), and IMDSv1 is "
        "disabled (T); to use it, run on an EC2 instance that has a role"
    ),
    "imds-moves": (
        "iam-role: unavailable, instance metadata service: it answered with status 302, a redirect, which is "
        "not followed when asked for the role (T); to use it, run on an EC2 instance that has a role"
    ),
    "imds-talks-nonsense": (
        "iam-role: unavailable, instance metadata service: it answered with something that is no JSON (T); to "
        "use it, run on an EC2 instance that has a role"
    ),
    "imds-says-nothing": (
        "iam-role: unavailable, instance metadata service: it answered with nothing (T); to use it, run on an "
        "EC2 instance that has a role"
    ),
    "imds-gives-no-keys": (
        "iam-role: unavailable, instance metadata service: it answered with a document without AccessKeyId, "
        "SecretAccessKey, Token and Expiration (T); to use it, run on an EC2 instance that has a role"
    ),
    "imds-reports-a-code": (
        "iam-role: unavailable, instance metadata service: it answered with the code "
        "AssumeRoleUnauthorizedAccess instead of credentials (T); to use it, run on an EC2 instance that has a "
        "role"
    ),
    "imds-not-there": (
        "iam-role: unavailable, instance metadata service: unreachable (Connection refused) (T); to use it, "
        "run on an EC2 instance that has a role"
    ),
    "profile-without-keys": (
        "config-file: not configured, no aws_access_key_id in profile 'dev' of ~/.aws/config (T); to use it, "
        "put aws_access_key_id and aws_secret_access_key under [profile dev] in ~/.aws/config"
    ),
    "profile-without-a-role": (
        "assume-role: not configured, no role_arn in profile 'dev' (T); to use it, set role_arn and "
        "source_profile (or credential_source) in it"
    ),
    "profile-without-sso": (
        "sso: not configured, no sso_account_id and sso_role_name in profile 'dev' (T); to use it, set them "
        "and sso_session in it, and run: sotalia sso login"
    ),
    "profile-without-login": (
        "login: not configured, no login_session in profile 'dev' (T); to use it, run: aws login"
    ),
    "old-file-without-keys": (
        "ec2-credentials-file: not configured, no AWSAccessKeyId in HOME/keys (T); to use it, put "
        "AWSAccessKeyId and AWSSecretKey into it"
    ),
    "boto-config-without-keys": (
        "boto-config: not configured, no aws_access_key_id under [Credentials] in HOME/keys (T); to use it, "
        "set BOTO_CONFIG to a file that has it, or rather use ~/.aws/credentials"
    ),
    "container-refuses": (
        "container-role: failed, CredentialRetrievalError: Error when retrieving credentials from "
        "container-role: container endpoint: it answered with status 403 (T)"
    ),
    "container-throttles": (
        "container-role: failed, CredentialRetrievalError: Error when retrieving credentials from "
        "container-role: container endpoint: throttled (429 x3) (T)"
    ),
    "web-identity-without-a-token": (
        "assume-role-with-web-identity: failed, CredentialRetrievalError: Error when retrieving credentials "
        "from assume-role-with-web-identity: the file 'HOME/gone' that web_identity_token_file names cannot be "
        "read: No such file or directory (T)"
    ),
    "program-fails": (
        "custom-process: failed, CredentialRetrievalError: Error when retrieving credentials from "
        "custom-process: the command 'sh' ended with status 4; it said: nothing (T)"
    ),
    "half-a-pair": (
        "env: failed, PartialCredentialsError: Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY (T)"
    ),
}


def test_nothing_is_configured(tmp_path):
    assert tell(tmp_path) == NOTHING


@pytest.mark.parametrize("name", LINES)
def test_each_cause_has_its_words(tmp_path, name):
    world, provider = LINES[name]
    (line,) = [one for one in tell(tmp_path, **world).splitlines() if re.search(rf"(?:^|\. ){provider}: ", one)]
    assert re.sub(r"^ *\d+\. ", "", line) == TEXTS[name]

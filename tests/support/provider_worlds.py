"""Environments in which the chain is asked: variables, files and arguments of a session, as boto3's users have them.

``{home}``, ``{imds}``, ``{task}`` and ``{role}`` stand for the home folder, the metadata service, the URI of a
container's credentials and a role.
"""

ROLE = "arn:aws:iam::123456789012:role/r"
KEYS = "aws_access_key_id = {0}\naws_secret_access_key = secret-{0}\n"
ENV_KEYS = {"AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "secret-ENV"}
WEB = {"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token", "AWS_ROLE_ARN": "{role}"}
CONTAINER = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{task}"}
IMDS = {"AWS_EC2_METADATA_DISABLED": "false"}
TOKEN = {"token": "a web identity token"}
PROCESS = "credential_process = cat {home}/document\n"
ENDLESS = '{"Version": 1, "AccessKeyId": "PROC", "SecretAccessKey": "s"}'
DOCUMENT = ENDLESS[:-1] + ', "SessionToken": "t", "Expiration": "2999-01-01T00:00:00Z"}'


def section(name, *parts):
    return f"[{name}]\n" + "".join(parts)


def keys(name):
    return KEYS.format(name)


def role(**settings):
    return "role_arn = {role}\n" + "".join(f"{key} = {value}\n" for key, value in settings.items())


def world(environ=None, config="", credentials="", session=None, **files):
    return {
        "environ": environ or {},
        "files": {".aws/config": config, ".aws/credentials": credentials, **TOKEN, **files},
        "session": session or {},
    }


EC2_FILE = {"AWS_CREDENTIAL_FILE": "{home}/ec2"}
BOTO_FILE = {"BOTO_CONFIG": "{home}/boto"}
EC2_TEXT = "AWSAccessKeyId=EC2FILE\nAWSSecretKey=s\n"
BOTO_TEXT = "[Credentials]\naws_access_key_id = BOTO\naws_secret_access_key = s\n"
EVERYTHING = {**ENV_KEYS, **WEB, **EC2_FILE, **BOTO_FILE, **CONTAINER, **IMDS}
ALL_FILES = {
    "config": section("default", keys("CONFIG"), PROCESS),
    "credentials": section("default", keys("CRED")),
    "document": DOCUMENT,
    "ec2": EC2_TEXT,
    "boto": BOTO_TEXT,
}


def without(mapping, *prefixes):
    return {name: value for name, value in mapping.items() if not name.startswith(prefixes)}


NO_ENV = without(EVERYTHING, "AWS_ACCESS", "AWS_SECRET")
NO_WEB = without(NO_ENV, "AWS_WEB", "AWS_ROLE")
P = {"profile_name": "p"}

WORLDS = {
    # every provider in its turn: one after the other is taken away
    "nothing": world(),
    "everything": world(EVERYTHING, **ALL_FILES),
    "everything but env": world(NO_ENV, **ALL_FILES),
    "and but web identity": world(NO_WEB, **ALL_FILES),
    "and but the credentials file": world(NO_WEB, **{**ALL_FILES, "credentials": ""}),
    "and but the process": world(
        NO_WEB, **{**ALL_FILES, "credentials": "", "config": section("default", keys("CONFIG"))}
    ),
    "and but the config file": world(NO_WEB, ec2=EC2_TEXT, boto=BOTO_TEXT),
    "and but the ec2 file": world(without(NO_WEB, "AWS_CREDENTIAL_F"), boto=BOTO_TEXT),
    "and but the boto file": world({**CONTAINER, **IMDS}),
    "the instance alone": world(IMDS),
    # explicit keys and profiles
    "explicit keys win over all": world(
        EVERYTHING, **ALL_FILES, session={"aws_access_key_id": "GIVEN", "aws_secret_access_key": "s"}
    ),
    "explicit keys with a token": world(
        EVERYTHING,
        session={"aws_access_key_id": "GIVEN", "aws_secret_access_key": "s", "aws_session_token": "t"},
    ),
    "explicit keys and a profile": world(
        ENV_KEYS,
        credentials=section("p", keys("P")),
        session={"aws_access_key_id": "GIVEN", "aws_secret_access_key": "s", **P},
    ),
    "half a pair of explicit keys": world(ENV_KEYS, session={"aws_access_key_id": "GIVEN"}),
    "an explicit profile before the environment": world(ENV_KEYS, credentials=section("p", keys("P")), session=P),
    "a profile of the environment behind its keys": world(
        {**ENV_KEYS, "AWS_PROFILE": "p"}, credentials=section("p", keys("P"))
    ),
    "AWS_DEFAULT_PROFILE before AWS_PROFILE": world(
        {"AWS_DEFAULT_PROFILE": "p", "AWS_PROFILE": "q"}, credentials=section("p", keys("P")) + section("q", keys("Q"))
    ),
    "an explicit profile leaves web identity variables out": world(
        {**WEB, **CONTAINER}, config=section("profile p", "region = eu-west-1\n"), session=P
    ),
    "an explicit profile without keys still asks the container": world(
        {**ENV_KEYS, **CONTAINER}, config=section("profile p", "region = eu-west-1\n"), session=P
    ),
    "an explicit profile that is not there": world(ENV_KEYS, session=P),
    "a profile of the environment that is not there": world({"AWS_PROFILE": "p"}),
    "the default profile named": world(
        ENV_KEYS, credentials=section("default", keys("CRED")), session={"profile_name": "default"}
    ),
    # one provider each, in detail
    "a token in the environment": world({**ENV_KEYS, "AWS_SESSION_TOKEN": "t", "AWS_ACCOUNT_ID": "123"}),
    "the old name of the token": world({**ENV_KEYS, "AWS_SECURITY_TOKEN": "old"}),
    "an end in the environment": world({**ENV_KEYS, "AWS_CREDENTIAL_EXPIRATION": "2999-01-01T00:00:00Z"}),
    "an end in the past": world({**ENV_KEYS, "AWS_CREDENTIAL_EXPIRATION": "2001-01-01T00:00:00Z"}),
    "half a pair in the environment": world({"AWS_ACCESS_KEY_ID": "ENV"}),
    "an empty key in the environment": world(
        {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, credentials=section("default", keys("CRED"))
    ),
    "a token and an account in the file": world(
        credentials=section("default", keys("CRED"), "aws_session_token = t\naws_account_id = 123\n")
    ),
    "half a pair in the file": world(credentials=section("default", "aws_access_key_id = A\n")),
    "both files have keys": world(
        config=section("default", keys("CONFIG")), credentials=section("default", keys("CRED"))
    ),
    "the config file under another name": world(
        {"AWS_CONFIG_FILE": "{home}/other"}, other=section("default", keys("OTHER"))
    ),
    "the credentials file under another name": world(
        {"AWS_SHARED_CREDENTIALS_FILE": "{home}/other"}, other=section("default", keys("OTHER"))
    ),
    "a process without an end": world(config=section("default", PROCESS), document=ENDLESS),
    "a process and an account": world(config=section("default", PROCESS, "aws_account_id = 123\n"), document=ENDLESS),
    "a process in the credentials file": world(credentials=section("default", PROCESS), document=DOCUMENT),
    "a process that prints another version": world(
        config=section("default", PROCESS), document=DOCUMENT.replace('"Version": 1', '"Version": 2')
    ),
    "a process that leaves a key out": world(
        config=section("default", PROCESS), document='{"Version": 1, "AccessKeyId": "PROC"}'
    ),
    "a process that fails": world({**CONTAINER}, config=section("default", "credential_process = false\n")),
    "web identity of the environment": world({**WEB, "AWS_ROLE_SESSION_NAME": "me"}),
    "web identity of the profile": world(
        config=section("default", role(web_identity_token_file="{home}/token", role_session_name="me"))
    ),
    "web identity, half here and half there": world(
        {"AWS_ROLE_ARN": "{role}"}, config=section("default", "web_identity_token_file = {home}/token\n")
    ),
    "web identity without a role": world({"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token"}),
    "a web identity role without a token": world({"AWS_ROLE_ARN": "{role}", **CONTAINER}),
    "a token of the environment for a role of the profile": world(
        {"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token"}, config=section("default", role())
    ),
    # assume-role
    "a role": world(
        config=section("default", role(source_profile="s", role_session_name="me", external_id="xy"))
        + section("profile s", keys("S"))
    ),
    "a role goes behind the environment": world(
        ENV_KEYS, config=section("default", role(source_profile="s")) + section("profile s", keys("S"))
    ),
    "a role before the keys of its own profile": world(
        config=section("default", role(source_profile="s"), keys("OWN")) + section("profile s", keys("S"))
    ),
    "a chain of roles": world(
        config=section("default", role(source_profile="a"))
        + section("profile a", role(source_profile="b"))
        + section("profile b", keys("B"))
    ),
    "a role whose source is itself, with keys": world(
        config=section("profile p", role(source_profile="p"), keys("OWN")), session=P
    ),
    "a role whose source is itself, without keys": world(
        config=section("profile p", role(source_profile="p")), session=P
    ),
    "a role whose source is itself, with a process": world(
        config=section("profile p", role(source_profile="p"), PROCESS), document=DOCUMENT, session=P
    ),
    "roles in a circle": world(
        config=section("default", role(source_profile="a"))
        + section("profile a", role(source_profile="b"))
        + section("profile b", role(source_profile="a"))
    ),
    "a source with keys and a role": world(
        config=section("default", role(source_profile="a"))
        + section("profile a", role(source_profile="b"), keys("A"))
        + section("profile b", keys("B"))
    ),
    "a source with a process": world(
        config=section("default", role(source_profile="s")) + section("profile s", PROCESS), document=DOCUMENT
    ),
    "a source with a web identity": world(
        config=section("default", role(source_profile="s"))
        + section("profile s", role(web_identity_token_file="{home}/token"))
    ),
    "a source without anything": world(
        {**ENV_KEYS, **WEB, **CONTAINER, "AWS_PROFILE": "p"},
        config=section("profile p", role(source_profile="s")) + section("profile s", "region = eu-west-1\n"),
        session=P,
    ),
    "a source that is not there": world(config=section("default", role(source_profile="gone"))),
    "a role with two sources": world(
        config=section("default", role(source_profile="s", credential_source="Environment"))
        + section("profile s", keys("S"))
    ),
    "a role without a source": world(config=section("default", role())),
    "a role from the environment": world(
        ENV_KEYS, config=section("profile p", role(credential_source="Environment")), session=P
    ),
    "a role from the container": world(CONTAINER, config=section("default", role(credential_source="EcsContainer"))),
    "a role from the instance": world(IMDS, config=section("default", role(credential_source="Ec2InstanceMetadata"))),
    "a role from a source that does not exist": world(config=section("default", role(credential_source="Nowhere"))),
    "a role from an empty environment": world(config=section("default", role(credential_source="Environment"))),
    "a role in the credentials file": world(
        credentials=section("default", role(source_profile="s")) + section("s", keys("S"))
    ),
    "a role for some time": world(
        config=section("default", role(source_profile="s", duration_seconds="1800")) + section("profile s", keys("S"))
    ),
    # metadata services
    "a container with a token": world({**CONTAINER, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "t"}),
    "a container elsewhere": world({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://192.0.2.1/x"}),
    "a container that answers with 404": world({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{task}/other"}),
    "the metadata service is turned off": world({"AWS_EC2_METADATA_DISABLED": "true"}),
}
"""Name and world. About the same things happen in a world to sotalia and to boto3 1.44.5."""

"""A home in which somebody has signed in: config file, token files, and the fakes behind them."""

import json
import os
import time
from pathlib import Path

from sotalia.ops.testkit.token_files import login_token_file, sso_token_file
from sotalia.session import Session

START_URL = "https://example.awsapps.com/start"
SESSION_NAME = "dev"
LOGIN_SESSION = "arn:aws:sts::123456789012:assumed-role/Admin/somebody"

SSO = f"""\
[profile p]
region = eu-west-1
sso_session = {SESSION_NAME}
sso_account_id = 123456789012
sso_role_name = Admin
[sso-session {SESSION_NAME}]
sso_region = us-east-1
sso_start_url = {START_URL}
"""
LEGACY = f"""\
[profile p]
sso_start_url = {START_URL}
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = Admin
"""
LOGIN = f"""\
[profile p]
region = us-east-1
login_session = {LOGIN_SESSION}
"""


def iso(epoch):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch))


class Home:
    """The files of one home folder. ``environ`` is what a process in it has set."""

    def __init__(self, folder, config="", **servers):
        self.folder = Path(folder)
        (self.folder / ".aws").mkdir(parents=True, exist_ok=True)
        self.config = self.folder / ".aws" / "config"
        self.config.write_text(config)
        self.environ = {
            "HOME": str(self.folder),
            "AWS_CONFIG_FILE": str(self.config),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.folder / ".aws" / "credentials"),
            "AWS_EC2_METADATA_DISABLED": "true",
            "SOTALIA_CREDENTIAL_CACHE_LOCATION": str(self.folder / "sealed"),
            "NO_PROXY": "*",
            "PATH": os.environ["PATH"],
            **{f"AWS_ENDPOINT_URL_{name.upper()}": server.url for name, server in servers.items()},
        }

    def sso_file(self, name=SESSION_NAME):
        return sso_token_file(self.folder, name)

    def login_file(self, session=LOGIN_SESSION):
        return login_token_file(self.folder, session)

    def put(self, file, document):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(document if isinstance(document, str) else json.dumps(document))
        return file

    def session(self, profile="p"):
        return Session(profile_name=profile, environ=self.environ)

    def frozen(self, profile="p"):
        return self.session(profile).get_credentials().get_frozen_credentials()


def content(file):
    return json.loads(file.read_text())

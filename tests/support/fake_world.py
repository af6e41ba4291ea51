"""An STS client in a few lines, and a world of files that tests write as dictionaries."""

import urllib.parse
import urllib.request
import xml.etree.ElementTree as ET
from urllib.error import HTTPError

from sotalia.components.errors import ClientError

_SPACE = "{https://sts.amazonaws.com/doc/2011-06-15/}"


class StsOverHttp:
    """What a provider needs of an STS client, over HTTP, without a signature but with the access key named."""

    def __init__(self, url, credentials):
        self.url = url
        self.credentials = credentials
        self.closed = False

    def assume_role(self, **parameters):
        key = self.credentials.get_frozen_credentials().access_key
        return self._ask("AssumeRole", parameters, {"Authorization": f"Credential={key}"})

    def assume_role_with_web_identity(self, **parameters):
        assert self.credentials is None
        return self._ask("AssumeRoleWithWebIdentity", parameters, {})

    def _ask(self, action, parameters, headers):
        form = urllib.parse.urlencode({"Action": action, "Version": "2011-06-15", **parameters}).encode()
        request = urllib.request.Request(self.url, form, headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                tree = ET.fromstring(answer.read())
        except HTTPError as error:
            with error:
                code = ET.fromstring(error.read()).findtext(f".//{_SPACE}Code")
            raise ClientError({"Error": {"Code": code, "Message": "x"}}, action) from None
        found = {child.tag.removeprefix(_SPACE): child.text for child in tree.find(f".//{_SPACE}Credentials")}
        return {"Credentials": found, "AssumedRoleUser": {"Arn": tree.findtext(f".//{_SPACE}Arn")}}

    def close(self):
        self.closed = True


class World:
    """Environment, files and clients as a ``ProviderContext`` wants them; ``options()`` are its keywords."""

    def __init__(self, profiles=None, credentials=None, environ=None, sts_url=None, settings=None):
        self.credentials_file = credentials or {}
        merged = {name: dict(keys) for name, keys in (profiles or {}).items()}
        for name, keys in self.credentials_file.items():
            merged.setdefault(name, {}).update(keys)
        self.config = {"profiles": merged}
        self.environ = environ or {}
        self.settings = settings or {}
        self.sts_url = sts_url
        self.clients = []

    def create_client(self, service, region_name=None, credentials=None, config=None):
        assert service == "sts"
        client = StsOverHttp(self.sts_url, credentials)
        client.region_name = region_name
        self.clients.append(client)
        return client

    def options(self):
        return {
            "environ": self.environ,
            "load_config": lambda: self.config,
            "load_credentials_file": lambda: self.credentials_file,
            "setting": self.settings.get,
            "create_client": self.create_client,
        }

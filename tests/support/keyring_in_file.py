"""A backend of the package ``keyring`` that keeps what it is given in a file: a desktop's keyring for tests."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend


class Backend(KeyringBackend):
    priority = 1

    @property
    def path(self):
        return Path(os.environ["TEST_KEYRING_FILE"])

    def get_password(self, service, username):
        return json.loads(self.path.read_text()).get(f"{service} {username}") if self.path.exists() else None

    def set_password(self, service, username, password):
        kept = json.loads(self.path.read_text()) if self.path.exists() else {}
        self.path.write_text(json.dumps({**kept, f"{service} {username}": password}))

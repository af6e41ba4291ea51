"""A provider as another package would bring it."""

import json
import os

from sotalia import NotConfigured, RefreshableProvider


class VaultProvider(RefreshableProvider):
    METHOD = "vault"
    AFTER = ("env",)

    def not_configured(self):
        return None if "VAULT_FILE" in os.environ else NotConfigured("VAULT_FILE is not set", "set VAULT_FILE")

    def identity(self):
        return {"file": os.environ["VAULT_FILE"]}

    def fetch(self):
        with open(os.environ["VAULT_FILE"] + ".fetches", "a") as count:
            count.write("x")
        with open(os.environ["VAULT_FILE"]) as file:
            return json.load(file)

"""Rotate a password in Secrets Manager: make a new version, try it, make it the current one.

``python rotate_secret.py SECRET [--length 32]``

The secret is JSON with ``username`` and ``password``. No password is printed.
"""

import argparse
import json
from typing import Any

import sotalia as boto3
from sotalia.exceptions import ClientError


def read(secrets: Any, name: str, stage: str) -> dict[str, Any]:
    """Return the value of a secret at a stage."""
    found: dict[str, Any] = json.loads(secrets.get_secret_value(SecretId=name, VersionStage=stage)["SecretString"])
    return found


def check(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Try the new password; a real program signs in to the database with it."""
    if new["username"] != old["username"] or new["password"] == old["password"]:
        raise SystemExit("the new version is no rotation of the old one")


def main() -> None:
    """Rotate, and print the stages of all versions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("secret")
    parser.add_argument("--length", type=int, default=32)
    given = parser.parse_args()

    secrets = boto3.client("secretsmanager")
    stages = secrets.describe_secret(SecretId=given.secret)["VersionIdsToStages"]
    current = next(version for version, names in stages.items() if "AWSCURRENT" in names)
    old = read(secrets, given.secret, "AWSCURRENT")
    try:
        new = read(secrets, given.secret, "AWSPENDING")  # of a rotation that was cut short
        resumed = True
    except secrets.exceptions.ResourceNotFoundException:
        password = secrets.get_random_password(PasswordLength=given.length, ExcludeCharacters="\"'@/\\")
        new = {**old, "password": password["RandomPassword"]}
        secrets.put_secret_value(SecretId=given.secret, SecretString=json.dumps(new), VersionStages=["AWSPENDING"])
        resumed = False
    check(old, new)
    stages = secrets.describe_secret(SecretId=given.secret)["VersionIdsToStages"]
    pending = next(version for version, names in stages.items() if "AWSPENDING" in names)
    secrets.update_secret_version_stage(
        SecretId=given.secret, VersionStage="AWSCURRENT", MoveToVersionId=pending, RemoveFromVersionId=current
    )
    try:
        secrets.update_secret_version_stage(
            SecretId=given.secret, VersionStage="AWSPENDING", RemoveFromVersionId=pending
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidParameterException":
            raise
    stages = secrets.describe_secret(SecretId=given.secret)["VersionIdsToStages"]
    report = {
        "resumed": resumed,
        "length": len(read(secrets, given.secret, "AWSCURRENT")["password"]),
        "stages": sorted(sorted(names) for names in stages.values()),
        "the old one is kept": read(secrets, given.secret, "AWSPREVIOUS") == old,
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()

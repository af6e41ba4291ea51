"""Look through the roles and policies of an account for what gives away too much.

``python iam_audit.py [--fail]``
"""

import argparse
import json
from collections.abc import Iterator
from typing import Any

import sotalia as boto3


def statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the statements of a policy that allow something."""
    found = document.get("Statement", [])
    return [each for each in ([found] if isinstance(found, dict) else found) if each["Effect"] == "Allow"]


def listed(value: Any) -> list[Any]:
    """Return a value of a policy, which may be one or many, as a list."""
    return value if isinstance(value, list) else [value]


def too_wide(document: dict[str, Any]) -> bool:
    """Whether a policy allows everything on everything."""
    return any(
        "*" in listed(each.get("Action", [])) and "*" in listed(each.get("Resource", []))
        for each in statements(document)
    )


def findings_of_role(role: Any) -> Iterator[str]:
    """Yield what is wrong with a role."""
    for each in statements(role.assume_role_policy_document):
        principal = each.get("Principal", {})
        if principal == "*" or "*" in listed(principal.get("AWS", [])):
            yield "anybody may assume it"
    for policy in role.policies.all():
        if too_wide(policy.policy_document):
            yield f"its policy {policy.name} allows everything"
    for policy in role.attached_policies.all():
        if too_wide(policy.default_version.document):
            yield f"the policy {policy.policy_name} allows everything"
    if not list(role.policies.limit(1)) and not list(role.attached_policies.limit(1)):
        yield "it has no policy"


def main() -> None:
    """Print the findings; with ``--fail`` the exit status is 1 if there are some."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fail", action="store_true")
    given = parser.parse_args()

    iam = boto3.resource("iam")
    findings = {role.name: sorted(findings_of_role(role)) for role in iam.roles.all()}
    report = {
        "roles": len(findings),
        "findings": {name: found for name, found in sorted(findings.items()) if found},
        "unattached policies": sorted(
            policy.policy_name for policy in iam.policies.filter(Scope="Local") if not policy.attachment_count
        ),
        "users without MFA": sorted(user.name for user in iam.users.all() if not list(user.mfa_devices.all())),
    }
    print(json.dumps(report, indent=2))
    if given.fail and report["findings"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()

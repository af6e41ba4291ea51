"""What boto3 has and sotalia has not, or has otherwise, with the reason: patterns of ``place: name``."""

MISSING: dict[str, str] = {}

DIFFERENT: dict[str, str] = {}

"""``sotalia.dynamodb``: where users of boto3 look for ``conditions`` and ``types``."""

"""``sotalia.s3``: where users of boto3 look for transfers (``from sotalia.s3.transfer import TransferConfig``)."""

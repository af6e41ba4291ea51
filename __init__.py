"""sotalia: an AWS SDK runtime for fleets of worker processes, behind the interface of boto3."""

"""Where the calls of ``customization_player`` are not those of boto3 1.44.5, on purpose."""

__all__ = ["HELD_BACK", "MEANT"]

MEANT = {
    "boto3 crashes over parameters of the wrong type": r"(ec2 user data|s3 .* number).*",
    "boto3 needs awscrt for SigV4A, and signs otherwise": r"s3 arn (outpost|many regions) .*",
    "the model says that this body is not signed, and boto3's S3 signer does not ask it": r"s3 object lambda answer",
    "a header cannot hold a line break": r"s3 metadata newline .*",
    "no URL is presigned for a region without a name": r"(rds|neptune|docdb) .*'SourceRegion': ''.*",
    "what is given as a region becomes a part of a host name": r"ec2 copy bad region|s3 redirect bad region",
    "boto3 leaves the parameters out of the URL of a copy that nobody signs": r"ec2 copy unsigned",
    "an error has an empty message if it came without": r"s3 late copy, another",
    "boto3 adds the empty location to errors too, and crashes over an empty answer": r"s3 location (refused|path)",
    "a head that says nothing is not asked again": r"s3 redirect moved, head says nothing",
    "a call without a bucket cannot be sent to another region": r"s3 redirect list buckets",
    "modelled members are read under the older code as well": r"sqs modelled",
    "streams in both directions have methods here": r"without .*",
    "an answer without its result is refused, in boto3 by a KeyError": r"sts saml",
}
"""Patterns of the names of cases that differ, by the reason."""

HELD_BACK = ("s3 expect large", "s3 expect stream", "s3 redirect a stream")
"""Bodies that are held back by both. boto3 holds small ones back too, which costs each put a round trip."""

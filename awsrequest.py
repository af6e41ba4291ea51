"""``sotalia.awsrequest``: where users of botocore look for requests and answers of HTTP."""

from .components.http import AWSPreparedRequest, AWSRequest, AWSResponse
from .components.http import Headers as HeadersDict

__all__ = ["AWSPreparedRequest", "AWSRequest", "AWSResponse", "HeadersDict"]

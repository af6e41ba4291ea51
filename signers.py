"""``sotalia.signers``: where users of botocore look for what signs beyond the calls of clients."""

from .components.signers.cloudfront import CloudFrontSigner, ecdsa_signer, rsa_signer
from .session_core.request_signer import RequestSigner

__all__ = ["CloudFrontSigner", "RequestSigner", "ecdsa_signer", "rsa_signer"]

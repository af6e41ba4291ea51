"""``sotalia.signers``: where users of botocore look for ``CloudFrontSigner``, with what makes its keys sign."""

from .components.signers.cloudfront import CloudFrontSigner, ecdsa_signer, rsa_signer

__all__ = ["CloudFrontSigner", "ecdsa_signer", "rsa_signer"]

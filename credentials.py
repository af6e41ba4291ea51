"""``sotalia.credentials``: where users of botocore look for credentials, the chain and its providers."""

from .providers.assume_role import AssumeRoleProvider
from .providers.assume_role_fetcher import AssumeRoleCredentialFetcher
from .providers.boto_config import BotoProvider
from .providers.config_file import ConfigProvider
from .providers.container import ContainerProvider
from .providers.credentials import Credentials, ReadOnlyCredentials
from .providers.ec2_credentials_file import OriginalEC2Provider
from .providers.env import EnvProvider
from .providers.instance_metadata import InstanceMetadataFetcher, InstanceMetadataProvider
from .providers.login import LoginProvider
from .providers.process import ProcessProvider
from .providers.provider import NotConfigured
from .providers.refresh import DeferredRefreshableCredentials, RefreshableCredentials
from .providers.resolver import CredentialProvider, CredentialResolver
from .providers.shared_credentials import SharedCredentialProvider
from .providers.sso import SSOProvider
from .providers.sts_call import create_assume_role_refresher
from .providers.web_identity import AssumeRoleWithWebIdentityProvider
from .providers.web_identity_fetcher import AssumeRoleWithWebIdentityCredentialFetcher

__all__ = [
    "AssumeRoleCredentialFetcher",
    "AssumeRoleProvider",
    "AssumeRoleWithWebIdentityCredentialFetcher",
    "AssumeRoleWithWebIdentityProvider",
    "BotoProvider",
    "ConfigProvider",
    "ContainerProvider",
    "CredentialProvider",
    "CredentialResolver",
    "Credentials",
    "DeferredRefreshableCredentials",
    "EnvProvider",
    "InstanceMetadataFetcher",
    "InstanceMetadataProvider",
    "LoginProvider",
    "NotConfigured",
    "OriginalEC2Provider",
    "ProcessProvider",
    "ReadOnlyCredentials",
    "RefreshableCredentials",
    "SSOProvider",
    "SharedCredentialProvider",
    "create_assume_role_refresher",
]

"""Every error that sotalia raises, under the names that botocore's users catch.

A program that meets no error needs few of them: the modules of this package
are imported when one of their names is asked for.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .base import *  # noqa: F403
    from .data import *  # noqa: F403
    from .http import *  # noqa: F403
    from .identity import *  # noqa: F403
    from .params import *  # noqa: F403
    from .resources import *  # noqa: F403
    from .service import *  # noqa: F403
    from .settings import *  # noqa: F403
    from .transfer import *  # noqa: F403

# Written out, because type checkers do not follow sums; a test compares it with the modules.
__all__ = [
    "AliasConflictParameterError",
    "ApiVersionNotFoundError",
    "AwsChunkedWrapperError",
    "BaseEndpointResolverError",
    "Boto3Error",
    "BotoCoreError",
    "CallCancelledError",
    "CallDeadlineError",
    "CapacityNotAvailableError",
    "ChecksumError",
    "ChecksumMismatch",
    "ClientError",
    "ComponentCycleError",
    "ConfigNotFound",
    "ConfigParseError",
    "ConnectTimeoutError",
    "ConnectionClosedError",
    "ConnectionError",
    "CredentialRetrievalError",
    "DataNotFoundError",
    "DuplicateHeader",
    "DynamoDBNeedsConditionError",
    "DynamoDBNeedsKeyConditionError",
    "DynamoDBOperationNotSupportedError",
    "DynanmoDBOperationNotSupportedError",
    "EndpointConnectionError",
    "EndpointDiscoveryException",
    "EndpointDiscoveryRefreshFailed",
    "EndpointDiscoveryRequired",
    "EndpointProviderError",
    "EndpointResolutionError",
    "EndpointVariantError",
    "EventStreamError",
    "FlexibleChecksumError",
    "HTTPClientError",
    "ImminentRemovalWarning",
    "IncompleteReadError",
    "InfiniteLoopConfigError",
    "InvalidChecksumConfigError",
    "InvalidConfigError",
    "InvalidCrtTransferConfigError",
    "InvalidDNSNameError",
    "InvalidDefaultsMode",
    "InvalidEndpointConfigurationError",
    "InvalidEndpointDiscoveryConfigurationError",
    "InvalidEndpointUrlError",
    "InvalidExpressionError",
    "InvalidHandlerError",
    "InvalidHeadersLength",
    "InvalidHostLabelError",
    "InvalidIMDSEndpointError",
    "InvalidIMDSEndpointModeError",
    "InvalidMaxRetryAttemptsError",
    "InvalidModelError",
    "InvalidPayloadLength",
    "InvalidProxiesConfigError",
    "InvalidRegionError",
    "InvalidRetryConfigurationError",
    "InvalidRetryModeError",
    "InvalidS3AddressingStyleError",
    "InvalidS3UsEast1RegionalEndpointConfigError",
    "InvalidSTSRegionalEndpointsConfigError",
    "InvalidSettingError",
    "LoginAuthorizationCodeError",
    "LoginError",
    "LoginInsufficientPermissions",
    "LoginRefreshRequired",
    "LoginTokenLoadError",
    "MD5UnavailableError",
    "MetadataRetrievalError",
    "MissingDependencyException",
    "MissingParametersError",
    "MissingServiceIdError",
    "NoAuthTokenError",
    "NoCredentialsError",
    "NoInitialResponseError",
    "NoRegionError",
    "NoVersionFound",
    "OperationNotPageableError",
    "PaginationError",
    "ParamValidationError",
    "ParserError",
    "PartialCredentialsError",
    "ProfileNotFound",
    "ProxyConnectionError",
    "PythonDeprecationWarning",
    "RangeError",
    "ReadTimeoutError",
    "RefreshWithMFAUnsupportedError",
    "RequestBodyError",
    "ResolverOrderError",
    "ResourceLoadException",
    "ResourceNotExistsError",
    "ResponseParserError",
    "ResponseStreamingError",
    "RetriesExceededError",
    "S3CopyFailedError",
    "S3DownloadFailedError",
    "S3TransferFailedError",
    "S3UploadFailedError",
    "S3ValidationError",
    "SSLError",
    "SSOError",
    "SSOTokenLoadError",
    "ServiceNotInRegionError",
    "SotaliaError",
    "StartingTokenError",
    "StoreError",
    "StubAssertionError",
    "StubResponseError",
    "TokenExpiredError",
    "TokenRetrievalError",
    "UnStubbedResponseError",
    "UnauthorizedSSOTokenError",
    "UndefinedModelAttributeError",
    "UnknownAPIVersionError",
    "UnknownClientMethodError",
    "UnknownComponentError",
    "UnknownCredentialError",
    "UnknownEndpointError",
    "UnknownEndpointResolutionBuiltInName",
    "UnknownFIPSEndpointError",
    "UnknownKeyError",
    "UnknownParameterError",
    "UnknownRegionError",
    "UnknownServiceError",
    "UnknownServiceStyle",
    "UnknownSettingError",
    "UnknownSignatureVersionError",
    "UnknownTokenProviderError",
    "UnseekableStreamError",
    "UnsupportedOutpostResourceError",
    "UnsupportedPickleError",
    "UnsupportedS3AccesspointConfigurationError",
    "UnsupportedS3ArnError",
    "UnsupportedS3ConfigurationError",
    "UnsupportedS3ControlArnError",
    "UnsupportedS3ControlConfigurationError",
    "UnsupportedServiceProtocolsError",
    "UnsupportedSignatureVersionError",
    "UnsupportedTLSVersionWarning",
    "ValidationError",
    "WaiterConfigError",
    "WaiterError",
]

_NAMES = {
    "base": """
        BotoCoreError SotaliaError
    """,
    "data": """
        ApiVersionNotFoundError BaseEndpointResolverError DataNotFoundError EndpointDiscoveryException
        EndpointDiscoveryRefreshFailed EndpointDiscoveryRequired EndpointProviderError EndpointResolutionError
        EndpointVariantError InvalidEndpointConfigurationError InvalidEndpointDiscoveryConfigurationError
        InvalidEndpointUrlError InvalidHostLabelError InvalidModelError InvalidRegionError MissingServiceIdError
        NoRegionError ServiceNotInRegionError StoreError UndefinedModelAttributeError UnknownClientMethodError
        UnknownEndpointError UnknownEndpointResolutionBuiltInName UnknownFIPSEndpointError UnknownRegionError
        UnknownServiceError UnknownServiceStyle UnsupportedServiceProtocolsError
    """,
    "http": """
        CallCancelledError CallDeadlineError ConnectTimeoutError ConnectionClosedError ConnectionError
        EndpointConnectionError HTTPClientError IncompleteReadError InvalidProxiesConfigError ProxyConnectionError
        ReadTimeoutError RequestBodyError ResponseStreamingError SSLError
    """,
    "identity": """
        CredentialRetrievalError InvalidIMDSEndpointError InvalidIMDSEndpointModeError LoginAuthorizationCodeError
        LoginError LoginInsufficientPermissions LoginRefreshRequired LoginTokenLoadError MetadataRetrievalError
        NoAuthTokenError NoCredentialsError PartialCredentialsError RefreshWithMFAUnsupportedError
        ResolverOrderError SSOError SSOTokenLoadError TokenExpiredError TokenRetrievalError
        UnauthorizedSSOTokenError UnknownCredentialError UnknownSignatureVersionError
        UnknownTokenProviderError UnsupportedSignatureVersionError
    """,
    "params": """
        AliasConflictParameterError AwsChunkedWrapperError ChecksumError FlexibleChecksumError InvalidDNSNameError
        InvalidExpressionError MD5UnavailableError MissingParametersError OperationNotPageableError PaginationError
        ParamValidationError RangeError StartingTokenError StubAssertionError StubResponseError UnStubbedResponseError
        UnknownKeyError UnknownParameterError UnseekableStreamError UnsupportedOutpostResourceError
        UnsupportedS3AccesspointConfigurationError UnsupportedS3ArnError UnsupportedS3ConfigurationError
        UnsupportedS3ControlArnError UnsupportedS3ControlConfigurationError ValidationError WaiterConfigError
        WaiterError
    """,
    "resources": """
        Boto3Error DynamoDBNeedsConditionError DynamoDBNeedsKeyConditionError DynamoDBOperationNotSupportedError
        DynanmoDBOperationNotSupportedError InvalidCrtTransferConfigError NoVersionFound PythonDeprecationWarning
        ResourceLoadException ResourceNotExistsError UnknownAPIVersionError
    """,
    "service": """
        ChecksumMismatch ClientError DuplicateHeader EventStreamError ImminentRemovalWarning InvalidHeadersLength
        InvalidPayloadLength NoInitialResponseError ParserError ResponseParserError UnsupportedTLSVersionWarning
    """,
    "settings": """
        CapacityNotAvailableError ComponentCycleError ConfigNotFound ConfigParseError InfiniteLoopConfigError
        InvalidChecksumConfigError InvalidConfigError InvalidDefaultsMode InvalidHandlerError
        InvalidMaxRetryAttemptsError InvalidRetryConfigurationError InvalidRetryModeError
        InvalidS3AddressingStyleError InvalidS3UsEast1RegionalEndpointConfigError
        InvalidSTSRegionalEndpointsConfigError InvalidSettingError MissingDependencyException ProfileNotFound
        UnknownComponentError UnknownSettingError UnsupportedPickleError
    """,
    "transfer": """
        RetriesExceededError S3CopyFailedError S3DownloadFailedError S3TransferFailedError
        S3UploadFailedError S3ValidationError
    """,
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    module = _HOMES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(__import__(f"{__name__}.{module}", fromlist=(name,)), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

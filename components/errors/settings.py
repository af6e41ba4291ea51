"""Errors of configuration: files, profiles, options and the registry of components."""

from .base import BotoCoreError

__all__ = [
    "CapacityNotAvailableError",
    "ConfigNotFound",
    "ConfigParseError",
    "InfiniteLoopConfigError",
    "InvalidChecksumConfigError",
    "InvalidConfigError",
    "InvalidDefaultsMode",
    "InvalidHandlerError",
    "InvalidMaxRetryAttemptsError",
    "InvalidRetryConfigurationError",
    "InvalidRetryModeError",
    "InvalidS3AddressingStyleError",
    "InvalidS3UsEast1RegionalEndpointConfigError",
    "InvalidSTSRegionalEndpointsConfigError",
    "InvalidSettingError",
    "MissingDependencyException",
    "ProfileNotFound",
    "ComponentCycleError",
    "UnknownComponentError",
    "UnknownSettingError",
    "UnsupportedPickleError",
]


class ProfileNotFound(BotoCoreError):
    """The profile is in neither of the two AWS files."""

    fmt = "The config profile ({profile}) could not be found"


class ConfigParseError(BotoCoreError):
    """A configuration file is malformed; the message has the file and, where known, the line and the reason."""

    fmt = "Unable to parse config file: {path}"

    def __str__(self) -> str:
        text = super().__str__()
        if self.kwargs.get("line") is not None:
            text += f", line {self.kwargs['line']}"
        if self.kwargs.get("reason") is not None:
            text += f": {self.kwargs['reason']}"
        return text


class ConfigNotFound(BotoCoreError):
    """A configuration file that was asked for does not exist."""

    fmt = "The specified config file ({path}) could not be found."


class InvalidConfigError(BotoCoreError):
    """A profile or option is configured in a way that cannot work."""

    fmt = "{error_msg}"


class InvalidSettingError(InvalidConfigError):
    """A setting has a value that it cannot have; the message names its source."""

    fmt = "Invalid value {value!r} for {name} from {source}: {reason}"


class UnknownSettingError(InvalidConfigError, LookupError):
    """There is no setting of that name; near matches are named."""

    fmt = "Unknown setting: {name!r}.{hint}"


class InfiniteLoopConfigError(InvalidConfigError):
    """Profiles that assume roles refer to each other in a circle."""

    fmt = (
        "Infinite loop in credential configuration detected. Attempting to load from profile "
        "{source_profile} which has already been visited. Visited profiles: {visited_profiles}"
    )


class MissingDependencyException(BotoCoreError):  # noqa: N818 - the name that users catch
    """An optional dependency is needed and not installed."""

    fmt = "Missing Dependency: {msg}"


class UnknownComponentError(BotoCoreError, ValueError):
    """The session has no component of that name; near matches are named."""

    fmt = "Unknown component: {name!r}.{hint} Known components: {known}."


class ComponentCycleError(BotoCoreError):
    """Lazy components need each other in a circle."""

    fmt = "Components need each other in a circle: {cycle}"


class InvalidHandlerError(BotoCoreError, ValueError):
    """An event handler cannot be registered."""

    fmt = "Event handler {handler} for {event_name!r} {reason}"


class UnsupportedPickleError(BotoCoreError, TypeError):
    """The object would have to carry a secret, or a live connection, in its pickle."""

    fmt = "Cannot pickle {what}: {reason}"


class CapacityNotAvailableError(BotoCoreError):
    """The adaptive rate limiter has no capacity left."""

    fmt = "Insufficient request capacity available."


class InvalidRetryConfigurationError(BotoCoreError):
    """``retries`` has an option that does not exist."""

    fmt = "Cannot provide retry configuration for '{retry_config_option}'. Valid retry configuration options are: {valid_options}"


class InvalidMaxRetryAttemptsError(InvalidRetryConfigurationError):
    """The number of attempts is too small."""

    fmt = (
        "Value provided to 'max_attempts': {provided_max_attempts} must be an integer greater "
        "than or equal to {min_value}."
    )


class InvalidRetryModeError(InvalidRetryConfigurationError):
    """The retry mode does not exist."""

    fmt = "Invalid value provided to 'mode': '{provided_retry_mode}' must be one of: {valid_modes}"


class InvalidDefaultsMode(BotoCoreError):  # noqa: N818 - the name that users catch
    """The defaults mode does not exist."""

    fmt = "Client configured with invalid defaults mode: {mode}. Valid defaults modes include: {valid_modes}."


class InvalidChecksumConfigError(BotoCoreError):
    """A checksum setting has a value that it cannot have."""

    fmt = "Unsupported configuration value for {config_key}. Expected one of {valid_options} but got {config_value}."


class InvalidS3AddressingStyleError(BotoCoreError):
    """The S3 addressing style does not exist."""

    fmt = "S3 addressing style {s3_addressing_style} is invalid. Valid options are: 'auto', 'virtual', and 'path'"


class InvalidS3UsEast1RegionalEndpointConfigError(BotoCoreError):
    """``s3_us_east_1_regional_endpoint`` has a value that it cannot have."""

    fmt = (
        "S3 us-east-1 regional endpoint option {s3_us_east_1_regional_endpoint_config} is "
        "invalid. Valid options are: 'legacy', 'regional'"
    )


class InvalidSTSRegionalEndpointsConfigError(BotoCoreError):
    """``sts_regional_endpoints`` has a value that it cannot have."""

    fmt = "STS regional endpoints option {sts_regional_endpoints_config} is invalid. Valid options are: 'legacy', 'regional'"

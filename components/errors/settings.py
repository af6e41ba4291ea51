"""Errors of configuration: files, profiles, options and the registry of components."""

from __future__ import annotations

from .base import BotoCoreError

__all__ = [
    "CapacityNotAvailableError",
    "ComponentCycleError",
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
    """Profiles that assume roles refer to each other in a circle, which the text names."""

    fmt = "The source_profile of the profiles goes round in a circle: {cycle}"


class MissingDependencyException(BotoCoreError):
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

    fmt = "The rate limiter has no capacity left for this request"


class InvalidRetryConfigurationError(BotoCoreError):
    """``retries`` has an option that does not exist."""

    fmt = "Unknown retries option '{retry_config_option}'; there are: {valid_options}"


class InvalidMaxRetryAttemptsError(InvalidRetryConfigurationError):
    """The number of attempts is too small."""

    fmt = "The number of attempts must be a whole number from {min_value} on, not {provided_max_attempts!r}"


class InvalidRetryModeError(InvalidRetryConfigurationError):
    """The retry mode does not exist."""

    fmt = "Unknown retry mode '{provided_retry_mode}'; there are: {valid_modes}"


class InvalidDefaultsMode(BotoCoreError):
    """The defaults mode does not exist."""

    fmt = "Unknown defaults_mode {mode!r}; there are: {valid_modes}"


class InvalidChecksumConfigError(BotoCoreError):
    """A checksum setting has a value that it cannot have."""

    fmt = "{config_key} must be one of {valid_options}, not {config_value!r}"


class InvalidS3AddressingStyleError(BotoCoreError):
    """The S3 addressing style does not exist."""

    fmt = "Unknown S3 addressing_style {s3_addressing_style!r}; there are: auto, virtual, path"


class InvalidS3UsEast1RegionalEndpointConfigError(BotoCoreError):
    """``s3_us_east_1_regional_endpoint`` has a value that it cannot have."""

    fmt = "us_east_1_regional_endpoint must be legacy or regional, not {s3_us_east_1_regional_endpoint_config!r}"


class InvalidSTSRegionalEndpointsConfigError(BotoCoreError):
    """``sts_regional_endpoints`` has a value that it cannot have."""

    fmt = "sts_regional_endpoints must be legacy or regional, not {sts_regional_endpoints_config!r}"

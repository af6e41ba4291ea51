"""What comes with the library for single services: their customizations, and their event handlers."""

import sys
from collections.abc import Mapping
from functools import cache

from ..components.after_fork import import_whole
from ..components.events import EventEmitter
from . import customize_s3
from .customization import Customization
from .event_aliases import EVENT_ALIASES

__all__ = ["builtin_emitter", "customization_of"]

_PLAIN = Customization()

_BY_SERVICE_ID: Mapping[str, tuple[str, str]] = {
    "API Gateway": ("customize_api_gateway", "APIGateway"),
    "Auto Scaling": ("customize_auto_scaling", "AutoScaling"),
    "CloudFormation": ("customize_cloudformation", "CloudFormation"),
    "CloudSearch Domain": ("customize_cloudsearch_domain", "CloudSearchDomain"),
    "EC2": ("customize_ec2", "EC2"),
    "EventBridge": ("customize_eventbridge", "EventBridge"),
    "Glacier": ("customize_glacier", "Glacier"),
    "IAM": ("customize_iam", "IAM"),
    "Machine Learning": ("customize_machine_learning", "MachineLearning"),
    "Polly": ("customize_polly", "Polly"),
    "Route 53": ("customize_route53", "Route53"),
    "S3": ("customize_s3", "S3"),
    "S3 Control": ("customize_s3_control", "S3Control"),
}
"""Module and class of the customization of a service."""


@cache
def customization_of(service_id: str) -> Customization:
    """Return what a service does its own way; its module is imported at the first call of the service."""
    named = _BY_SERVICE_ID.get(service_id)
    if named is None:
        return _PLAIN
    module, name = f"{__package__}.{named[0]}", named[1]
    import_whole(module)
    made: Customization = getattr(sys.modules[module], name)()
    return made


@cache
def builtin_emitter() -> EventEmitter:
    """Return the emitter that every session's copies: each service's module registers its own handlers."""
    emitter = EventEmitter(EVENT_ALIASES)
    customize_s3.register(emitter)
    return emitter

"""What comes with the library for single services: their customizations."""

import sys
from collections.abc import Mapping
from functools import cache

from ..components.after_fork import import_whole
from .customization import Customization

__all__ = ["SERVICES", "customization_of"]

_PLAIN = Customization()

SERVICES: Mapping[str, tuple[str, str]] = {
    "API Gateway": ("customize_api_gateway", "APIGateway"),
    "Auto Scaling": ("customize_auto_scaling", "AutoScaling"),
    "CloudFormation": ("customize_cloudformation", "CloudFormation"),
    "CloudSearch Domain": ("customize_cloudsearch_domain", "CloudSearchDomain"),
    "CloudWatch": ("customize_method_names", "CloudWatch"),
    "CloudWatch Logs": ("customize_logs", "CloudWatchLogs"),
    "DocDB": ("customize_rds", "RDS"),
    "EC2": ("customize_ec2", "EC2"),
    "EventBridge": ("customize_eventbridge", "EventBridge"),
    "Glacier": ("customize_glacier", "Glacier"),
    "IAM": ("customize_iam", "IAM"),
    "Machine Learning": ("customize_machine_learning", "MachineLearning"),
    "MTurk": ("customize_method_names", "MTurk"),
    "Neptune": ("customize_rds", "RDS"),
    "Polly": ("customize_polly", "Polly"),
    "RDS": ("customize_rds", "RDS"),
    "Route 53": ("customize_route53", "Route53"),
    "S3": ("customize_s3", "S3"),
    "S3 Control": ("customize_s3_control", "S3Control"),
    "SSO OIDC": ("customize_sso_oidc", "SSOOIDC"),
    "Signin": ("customize_method_names", "SignIn"),
    "SocialMessaging": ("customize_method_names", "SocialMessaging"),
}
"""Module and class of the customization of a service."""


@cache
def customization_of(service_id: str) -> Customization:
    """Return what a service does its own way; its module is imported at the first call of the service."""
    named = SERVICES.get(service_id)
    if named is None:
        return _PLAIN
    module, name = f"{__package__}.{named[0]}", named[1]
    import_whole(module)
    made: Customization = getattr(sys.modules[module], name)()
    return made

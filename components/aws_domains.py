"""Which endpoints are AWS's own, by the domains of its partitions."""

from typing import Final

__all__ = ["is_of_aws"]

_AWS_DOMAINS: Final = (
    *(".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn", ".on.aws"),
    *(".amazonaws.eu", ".api.amazonwebservices.eu", ".c2s.ic.gov", ".sc2s.sgov.gov"),
    *(".adc-e.uk", ".csp.hci.ic.gov", ".aws.hci.ic.gov", ".aws.scloud", ".aws.ic.gov"),
)
"""The domains of the partitions; private endpoints in a VPC are in them too."""


def is_of_aws(endpoint_url: str | None) -> bool:
    """Whether an endpoint that was given is AWS's own; none given always is."""
    if endpoint_url is None:
        return True
    host = endpoint_url.partition("://")[2].partition("/")[0].rpartition("@")[2].lower()
    name, _, port = host.rpartition(":")
    return (name if port.isdigit() and name else host).endswith(_AWS_DOMAINS)

import pytest
from sotalia.components.errors import EndpointVariantError, NoRegionError, UnknownRegionError
from sotalia.models.endpoints import ClassicEndpoints

DOCUMENT = {
    "version": 3,
    "partitions": [
        {
            "partition": "aws",
            "dnsSuffix": "amazonaws.com",
            "regionRegex": r"^(us|eu)\-\w+\-\d+$",
            "regions": {"us-east-1": {}, "us-east-2": {}, "eu-west-1": {}},
            "defaults": {
                "hostname": "{service}.{region}.{dnsSuffix}",
                "protocols": ["https"],
                "signatureVersions": ["v4"],
                "variants": [
                    {"tags": ["dualstack"], "hostname": "{service}.{region}.{dnsSuffix}", "dnsSuffix": "api.aws"}
                ],
            },
            "services": {
                "ec2": {
                    "defaults": {"protocols": ["http", "https"]},
                    "endpoints": {
                        "us-east-1": {"variants": [{"tags": ["fips"], "hostname": "ec2-fips.us-east-1.amazonaws.com"}]},
                        "eu-west-1": {},
                        "fips-us-east-1": {"hostname": "x", "deprecated": True},
                    },
                },
                "iam": {
                    "isRegionalized": False,
                    "partitionEndpoint": "aws-global",
                    "endpoints": {
                        "aws-global": {"hostname": "iam.amazonaws.com", "credentialScope": {"region": "us-east-1"}}
                    },
                },
            },
        },
        {
            "partition": "aws-iso",
            "dnsSuffix": "c2s.ic.gov",
            "regionRegex": r"^us\-iso\-\w+\-\d+$",
            "regions": {"us-iso-east-1": {}},
            "defaults": {"hostname": "{service}.{region}.{dnsSuffix}"},
            "services": {},
        },
    ],
}


@pytest.fixture
def table():
    return ClassicEndpoints(DOCUMENT)


def test_regions_of_a_service(table):
    assert table.get_available_endpoints("ec2") == ["us-east-1", "eu-west-1"]
    assert table.get_available_endpoints("ec2", allow_non_regional=True) == ["us-east-1", "eu-west-1", "fips-us-east-1"]
    assert table.get_available_endpoints("ec2", endpoint_variant_tags=["fips"]) == ["us-east-1"]
    assert table.get_available_endpoints("iam") == []
    assert table.get_available_endpoints("ec2", "aws-iso") == table.get_available_endpoints("ec2", "aws-mars") == []


@pytest.mark.parametrize(
    ("region", "partition"), [("us-east-1", "aws"), ("eu-new-3", "aws"), ("us-iso-east-1", "aws-iso")]
)
def test_the_partition_of_a_region(table, region, partition):
    assert table.get_partition_for_region(region) == partition


def test_an_unknown_region_is_told_with_near_matches(table):
    with pytest.raises(UnknownRegionError, match=r"'us-east1'.* Did you mean us-east-1 or us-east-2"):
        table.get_partition_for_region("us-east1")
    with pytest.raises(UnknownRegionError, match=r"provided region_name\.$"):
        table.get_partition_for_region("moon")


def test_a_host_comes_from_the_table_or_from_its_template(table):
    found = table.construct_endpoint("ec2", "us-east-1")
    assert (found.hostname, found.partition, found.protocols) == (
        "ec2.us-east-1.amazonaws.com",
        "aws",
        ["http", "https"],
    )
    assert table.construct_endpoint("mine", "eu-new-1").hostname == "mine.eu-new-1.amazonaws.com"
    assert table.construct_endpoint("mine", "moon") is None
    assert table.construct_endpoint("mine", "moon", "aws").hostname == "mine.moon.amazonaws.com"


def test_a_global_service_has_one_host_and_its_own_signing_region(table):
    for region in (None, "us-east-2", "aws-global"):
        found = table.construct_endpoint("iam", region)
        assert (found.hostname, found.region, found.signing_region) == ("iam.amazonaws.com", "aws-global", "us-east-1")


def test_variants(table):
    assert table.construct_endpoint("ec2", "us-east-1", use_fips_endpoint=True).hostname.startswith("ec2-fips.")
    assert table.construct_endpoint("ec2", "us-east-1", use_dualstack_endpoint=True).hostname == "ec2.us-east-1.api.aws"
    with pytest.raises(EndpointVariantError, match="fips"):
        table.construct_endpoint("ec2", "eu-west-1", use_fips_endpoint=True)
    assert table.construct_endpoint("ec2", "us-iso-east-1", use_dualstack_endpoint=True) is None


def test_a_regional_service_needs_a_region(table):
    with pytest.raises(NoRegionError, match="AWS_REGION"):
        table.construct_endpoint("ec2", None)


def test_the_domain_of_a_partition(table):
    assert table.get_partition_dns_suffix("aws") == "amazonaws.com"
    assert table.get_partition_dns_suffix("aws", ["dualstack"]) == "api.aws"
    assert table.get_partition_dns_suffix("aws-iso", ["dualstack"]) is None
    assert table.get_partition_dns_suffix("aws-mars") is None

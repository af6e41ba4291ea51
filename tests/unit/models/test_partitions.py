import pytest
from sotalia.models.partitions import Partitions

DOCUMENT = {
    "partitions": [
        {
            "id": "aws",
            "outputs": {"dnsSuffix": "amazonaws.com", "supportsFIPS": True},
            "regionRegex": r"^(us|eu)\-\w+\-\d+$",
            "regions": {"us-east-1": {"description": "Virginia"}, "eu-odd-1": {"supportsFIPS": False}},
        },
        {
            "id": "aws-cn",
            "outputs": {"dnsSuffix": "amazonaws.com.cn", "supportsFIPS": False},
            "regionRegex": r"^cn\-\w+\-\d+$",
            "regions": {"cn-north-1": {}},
        },
    ]
}


@pytest.mark.parametrize(
    ("region", "partition"),
    [("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("cn-new-9", "aws-cn"), ("eu-new-1", "aws"), ("moon", "aws")],
)
def test_a_region_goes_by_table_then_pattern_then_default(region, partition):
    assert Partitions(DOCUMENT).for_region(region)["name"] == partition


def test_a_region_overrides_single_outputs():
    outputs = Partitions(DOCUMENT).for_region("eu-odd-1")
    assert outputs == {"dnsSuffix": "amazonaws.com", "supportsFIPS": False, "name": "aws"}


def test_names_and_regions_keep_the_order_of_the_data():
    partitions = Partitions(DOCUMENT)
    assert partitions.names() == ("aws", "aws-cn")
    assert partitions.regions("aws") == ("us-east-1", "eu-odd-1")
    with pytest.raises(KeyError):
        partitions.regions("aws-mars")


def test_without_a_default_partition_nothing_is_known_of_a_strange_region():
    assert Partitions({"partitions": []}).for_region("us-east-1") == {}

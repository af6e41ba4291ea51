"""One resource: identity, attributes, actions, relations, waiters, copies and pickles."""

import copy
import inspect
import pickle
import threading

import pytest
import sotalia
from answered import Answers
from sotalia.exceptions import ResourceLoadException, ResourceNotExistsError, UnknownAPIVersionError

HEAD = {"ContentLength": 5, "ContentType": "text/plain", "ETag": '"x"'}


def test_a_resource_is_named_by_its_identifiers():
    s3 = Answers().resource("s3")
    thing = s3.Object("b", "k")
    assert (thing.bucket_name, thing.key, repr(thing)) == ("b", "k", "s3.Object(bucket_name='b', key='k')")
    assert thing == s3.Object(key="k", bucket_name="b")
    assert hash(thing) == hash(s3.Object("b", "k"))
    assert thing != s3.Object("b", "other")
    assert thing != s3.ObjectSummary("b", "k")
    assert repr(s3) == "s3.ServiceResource()"
    with pytest.raises(AttributeError):
        thing.key = "other"


@pytest.mark.parametrize(
    ("args", "kwargs", "error", "text"),
    [
        ((), {}, ValueError, "Required parameter bucket_name not set"),
        (("b", None), {}, ValueError, "Required parameter key not set"),
        (("b",), {"colour": "red"}, ValueError, "Unknown keyword argument: colour"),
        (("b", "k", "z"), {}, TypeError, r"Object\(\) takes bucket_name, key: 3 were given"),
    ],
)
def test_a_wrong_identity_is_refused(args, kwargs, error, text):
    with pytest.raises(error, match=text):
        Answers().resource("s3").Object(*args, **kwargs)


def test_attributes_load_the_data_once():
    answers = Answers(HeadObject=HEAD)
    thing = answers.resource("s3").Object("b", "k")
    assert thing.meta.data is None
    assert (thing.content_length, thing.content_type, thing.metadata) == (5, "text/plain", None)
    assert answers.sent == [("HeadObject", {"Bucket": "b", "Key": "k"})]
    thing.reload()
    assert answers.operations == ["HeadObject"] * 2


def test_an_action_sends_what_the_resource_knows_and_drops_the_data():
    answers = Answers(HeadObject=HEAD, GetObject={"ContentLength": 1})
    thing = answers.resource("s3").Object("b", "k")
    thing.load()
    assert thing.get(Range="bytes=0-0")["ContentLength"] == 1
    sent = {"Bucket": "b", "Key": "k", "ChecksumMode": "ENABLED", "Range": "bytes=0-0"}
    assert answers.sent[-1] == ("GetObject", sent)
    assert thing.meta.data is None
    thing.get(Key="another")
    assert answers.sent[-1] == ("GetObject", {"Bucket": "b", "Key": "another", "ChecksumMode": "ENABLED"})
    with pytest.raises(TypeError, match="only accepts keyword arguments"):
        thing.get("bytes=0-0")


def test_an_action_returns_resources_with_their_data():
    answers = Answers(RunInstances={"Instances": [{"InstanceId": "i-1"}, {"InstanceId": "i-2", "ImageId": "ami"}]})
    first, second = answers.resource("ec2").create_instances(ImageId="ami", MinCount=2, MaxCount=2)
    assert [first.id, first.instance_id, second.image_id] == ["i-1", "i-1", "ami"]
    assert answers.operations == ["RunInstances"]


def test_where_there_is_nothing_an_action_returns_nothing_of_its_kind():
    ec2 = Answers().resource("ec2")
    assert ec2.create_instances(MinCount=1, MaxCount=1) == []
    assert ec2.create_vpc() == {}
    user = Answers(UpdateUser={}).resource("iam").User("n")
    assert user.update() is None


def test_relations_come_from_identifiers_or_from_data():
    answers = Answers()
    ec2 = answers.resource("ec2")
    machine = ec2.Instance("i-1")
    machine.meta.data = {
        "VpcId": "vpc-1",
        "SubnetId": None,
        "SecurityGroups": [{"GroupId": "sg-1"}, {"GroupId": "sg-2"}],
    }
    assert machine.vpc == ec2.Vpc("vpc-1")
    assert machine.subnet is None
    s3 = answers.resource("s3")
    assert s3.Bucket("b").Object("k") == s3.Object("b", "k")
    assert s3.Object("b", "k").Acl() == s3.ObjectAcl("b", "k")
    assert answers.sent == []


def test_data_of_references_belong_to_their_identifiers():
    table = Answers().resource("ec2").RouteTable("rtb")
    table.meta.data = {
        "Routes": [{"DestinationIpv6CidrBlock": "::/0"}, {"DestinationCidrBlock": "10.0.0.0/8", "State": "active"}]
    }
    (route,) = table.routes
    assert (route.destination_cidr_block, route.state) == ("10.0.0.0/8", "active")


def test_a_resource_without_data_says_so():
    with pytest.raises(ResourceLoadException, match="it may not exist"):
        assert Answers(DescribeInstances={"Reservations": []}).resource("ec2").Instance("i-1").state
    with pytest.raises(ResourceLoadException, match="has no load method"):
        assert Answers().resource("s3").MultipartUpload("b", "k", "1").initiated


def test_waiters_are_given_what_the_resource_knows():
    answers = Answers(HeadBucket={"ResponseMetadata": {"HTTPStatusCode": 200}})
    answers.resource("s3").Bucket("b").wait_until_exists()
    assert answers.sent == [("HeadBucket", {"Bucket": "b"})]


def test_an_unknown_resource_or_version_names_those_that_there_are():
    session = Answers().session
    assert "s3" in session.get_available_resources()
    with pytest.raises(ResourceNotExistsError, match=r"(?s)   - dynamodb.*   - s3.*client\('lambda'\)"):
        session.resource("lambda")
    with pytest.raises(ResourceNotExistsError) as caught:
        session.resource("nonsense")
    assert "client" not in str(caught.value)
    with pytest.raises(UnknownAPIVersionError, match="2006-03-01"):
        session.resource("s3", api_version="1999-01-01")


def test_the_arguments_are_those_of_its_client():
    session = Answers().session
    s3 = session.resource("s3", "eu-west-1", endpoint_url="http://127.0.0.1:1")
    assert (s3.meta.client.meta.region_name, s3.meta.client.meta.endpoint_url) == ("eu-west-1", "http://127.0.0.1:1")
    assert s3.meta.client.meta.config.user_agent_extra == "Resource"
    mine = session.resource("s3", config=sotalia.Config(user_agent_extra="mine", read_timeout=7)).meta.client
    assert (mine.meta.config.user_agent_extra, mine.meta.config.read_timeout) == ("mine", 7)


def test_copies_share_the_client_and_pickles_are_recipes(own_environment, monkeypatch):
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    thing = sotalia.Session().resource("s3").Object("b", "k")
    thing.meta.data = dict(HEAD)
    for made in (copy.copy(thing), copy.deepcopy(thing)):
        assert (made, made.meta.client, made.meta.data) == (thing, thing.meta.client, HEAD)
    assert copy.deepcopy(thing).meta.data is not thing.meta.data
    again = pickle.loads(pickle.dumps(thing))
    assert again == thing
    assert again.meta.data is None
    assert again.Bucket().name == "b"
    service = pickle.loads(pickle.dumps(sotalia.Session().resource("sqs")))
    assert service.Queue("u").url == "u"


def test_names_and_signatures_are_there_for_completion():
    bucket = Answers().resource("s3").Bucket("b")
    assert {"name", "objects", "upload_file", "wait_until_exists", "meta"} <= set(dir(bucket))
    assert list(inspect.signature(bucket.Object).parameters) == ["key"]
    put = inspect.signature(bucket.put_object).parameters
    assert "Body" in put
    assert "Bucket" not in put
    assert "Calls client.put_object, with Bucket of this resource" in str(bucket.put_object.__doc__)
    assert bucket.get_available_subresources()[:2] == ["Acl", "Cors"]
    assert type(bucket).name.__doc__
    assert repr(bucket.meta) == "ResourceMeta('s3', identifiers=['name'])"
    assert bucket.meta == bucket.meta.copy()


def test_attributes_in_threads_never_see_data_that_another_drops():
    answers = Answers(HeadObject=HEAD, GetObject={})
    thing = answers.resource("s3").Object("b", "k")
    seen, failed = [], []
    stop = threading.Event()

    def act():
        while not stop.is_set():
            thing.get()

    def read():
        try:
            seen.extend(thing.content_length for _ in range(200))
        except Exception as error:
            failed.append(error)

    actors, readers = [threading.Thread(target=act)], [threading.Thread(target=read) for _ in range(4)]
    for thread in (*actors, *readers):
        thread.start()
    for thread in readers:
        thread.join()
    stop.set()
    actors[0].join()
    assert not failed
    assert seen == [5] * 800

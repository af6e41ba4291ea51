"""Whatever parameters are, a call is made or refused with ``ParamValidationError``, also without validation.

Judged is the whole way from a client's method to the wire.
``SOTALIA_FUZZ_EXAMPLES`` is that of ``test_parser_fuzz``.
"""

import io
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random

import awkward_answers
import pytest
from fuzz_bodies import EXAMPLES
from hypothesis import given, settings, strategies
from protocol_vectors import Wire
from random_params import random_params
from sotalia import Config, Session, make_response
from sotalia.exceptions import (
    BotoCoreError,
    ClientError,
    ParamValidationError,
    ResponseParserError,
)

REAL = (
    ("s3", "PutObject"),
    ("s3", "PutBucketLifecycleConfiguration"),
    ("dynamodb", "PutItem"),
    ("ec2", "RunInstances"),
    ("sqs", "SendMessage"),
    ("cloudwatch", "PutMetricData"),
    ("lambda", "Invoke"),
    ("sts", "AssumeRole"),
    ("iot-data", "Publish"),
)
OPERATIONS = [*((f"awkward-{protocol}", "Put") for protocol in awkward_answers.PROTOCOLS), *REAL]


class Odd:
    """An object of no type that a request knows."""


class OddText(str):
    """Text of another class."""

    __slots__ = ()


def endless():
    """A list that holds itself."""
    made = []
    made.append(made)
    return made


def deep():
    """A structure deeper than Python's stack."""
    made = {"Text": "x"}
    for _ in range(3000):
        made = {"Inner": made}
    return made


class Broken:
    """A file that cannot be read."""

    def read(self, size=-1):
        raise OSError("gone")

    def tell(self):
        raise OSError("gone")


SCALARS = (
    *(None, True, 0, -1, 2**31, 2**64, -(10**400), 1.5, float("nan"), float("inf"), -0.0, 1e308, 1j),
    *("", "x", "é", "\ud800", "a\r\nb: c", "\0", "NaN", "x" * 300, OddText("x"), "arn:aws:s3:::x", "..", "/", "?#"),
    *(b"", b"\xff", bytearray(b"x"), memoryview(b"x"), Decimal("NaN"), Decimal("1.5"), date(2020, 1, 1)),
    *(datetime.min, datetime.max, datetime.max.replace(tzinfo=timezone(timedelta(hours=-14))), datetime.now(UTC)),
    *(timedelta(1), {1, 2}, frozenset(), range(3), (), (1, 2), Odd(), Odd, print, ..., io.BytesIO(b"x")),
    *({}, {"": ""}, {1: 2}, {None: None}, {"a": None}, {b"x": 1}, [], [None], [[]], [{}], {"Text": object()}),
)
FACTORIES = (endless, deep, Broken, lambda: (x for x in "ab"), lambda: io.StringIO("x"))
junk = strategies.recursive(
    strategies.sampled_from(SCALARS) | strategies.sampled_from(FACTORIES).map(lambda make: make()),
    lambda inner: (
        strategies.lists(inner, max_size=2)
        | strategies.dictionaries(strategies.sampled_from(["Text", "Inner", "A", "a", "é", "\n"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@pytest.fixture(scope="module", params=[True, False], ids=["validated", "not validated"])
def clients(request, tmp_path_factory):
    """Clients by service name, whose wire answers all that comes."""
    root = tmp_path_factory.mktemp("models")
    awkward_answers.write_models(root)
    session = Session(aws_access_key_id="AKID", aws_secret_access_key="x", region_name="us-west-2")
    session.set_config_variable("data_path", str(root))
    wire = Wire()
    wire.answer = make_response(400)
    session.register_component("transport", wire)
    config = Config(parameter_validation=request.param, retries={"total_max_attempts": 1})
    made = {}
    for service in dict.fromkeys(service for service, _ in OPERATIONS):
        url = "https://example.com" if service.startswith("awkward") else None
        made[service] = session.client(service, config=config, endpoint_url=url)
    return made


def call(client, operation, params):
    """Call, and look at what comes of it."""
    try:
        client._make_api_call(operation, params)
    except ParamValidationError:
        return "refused"
    except (ClientError, ResponseParserError):
        return "sent"
    except OSError as error:
        return str(error)  # of the caller's own file
    except BotoCoreError as error:
        return type(error).__name__  # what an endpoint cannot be made of, and files that fail, have errors of their own
    return "sent"


@pytest.mark.parametrize("where", OPERATIONS, ids="-".join)
@settings(max_examples=EXAMPLES // 3 or 1)
@given(seed=strategies.integers(0, 50), value=junk, place=strategies.integers(0, 1000))
def test_one_value_is_junk(clients, where, seed, value, place):
    client = clients[where[0]]
    shape = client.meta.service_model.operation_model(where[1]).input_shape
    random = Random(seed)
    params = {**random_params(shape, random), **good(where)}
    random.seed(place)
    name = random.choice(list(params))
    call(client, where[1], {**params, name: put(params[name], value, random)})


def put(params, value, random):
    """Return parameters with a value put somewhere into them."""
    if isinstance(params, dict) and params and random.random() < 0.7:
        name = random.choice(list(params))
        return {**params, name: put(params[name], value, random)}
    if isinstance(params, list) and params and random.random() < 0.7:
        return [put(params[0], value, random), *params[1:]]
    return value


@pytest.mark.parametrize("where", OPERATIONS, ids="-".join)
@settings(max_examples=EXAMPLES // 5 or 1)
@given(data=strategies.data())
def test_every_value_is_junk(clients, where, data):
    client = clients[where[0]]
    members = sorted(client.meta.service_model.operation_model(where[1]).input_shape.members)
    names = data.draw(strategies.lists(strategies.sampled_from([*members, "Unknown"]), max_size=4, unique=True))
    call(client, where[1], {name: data.draw(junk) for name in names})


@pytest.mark.parametrize("where", OPERATIONS, ids="-".join)
def test_what_fits_is_sent(clients, where):
    client = clients[where[0]]
    shape = client.meta.service_model.operation_model(where[1]).input_shape
    sent = [call(client, where[1], {**random_params(shape, Random(seed)), **good(where)}) for seed in range(10)]
    assert sent.count("sent") >= 3


def good(where):
    """Members that are in the path or the host, where any text would not do."""
    if where[0].startswith("awkward"):
        return {"Text": "text", **({"Label": "x"} if "rest" in where[0] else {})}
    return (
        {"Bucket": "bucket", "Key": "key"}
        if where == ("s3", "PutObject")
        else {"Bucket": "b"}
        if where[0] == "s3"
        else {}
    )


def test_the_reasons_can_be_written(clients):
    with pytest.raises(ParamValidationError) as caught:
        clients["awkward-json"]._make_api_call("Put", {"Inner": deep(), "Text": Odd()})
    assert len(json.dumps(str(caught.value))) < 3000

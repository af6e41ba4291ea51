"""The session behind boto3's and botocore's interfaces: what it answers, what it shares, how it travels."""

import io
import logging
import pickle
import threading

import canary
import pytest
import sotalia
from sotalia import Config, Session, make_response
from sotalia.exceptions import PartialCredentialsError, UnsupportedPickleError


@pytest.fixture
def files(own_environment):
    folder = own_environment / ".aws"
    folder.mkdir()
    (folder / "config").write_text("[default]\nregion = eu-north-1\n[profile work]\nregion = ap-south-1\n")
    return folder


def test_a_session_answers_under_both_interfaces(files):
    session = Session(profile_name="work")
    assert (session.region_name, session.profile_name, session.profile) == ("ap-south-1", "work", "work")
    assert session.available_profiles == ["default", "work"]
    assert session.get_config_variable("region") == "ap-south-1"
    assert session.get_scoped_config() == {"region": "ap-south-1"}
    assert session.full_config["profiles"]["default"] == {"region": "eu-north-1"}
    assert "dynamodb" in session.get_available_services()
    assert "s3" in session.get_available_resources()
    assert session.get_partition_for_region("cn-north-1") == "aws-cn"
    assert "sotalia/" in session.user_agent()


def test_a_boto3_session_over_a_botocore_session_shares_its_components(files):
    core = Session(profile="work")
    core.register("before-call", lambda **kwargs: None)
    session = Session(botocore_session=core)
    assert session.events is core.events
    assert session.region_name == "ap-south-1"
    assert session._session is session


def test_arguments_come_before_the_environment_and_the_files(files, monkeypatch):
    monkeypatch.setenv("AWS_REGION", "us-west-1")
    assert Session().region_name == "us-west-1"
    assert Session(region_name="sa-east-1").region_name == "sa-east-1"
    client = Session().client("dynamodb", "ca-central-1", config=Config(region_name="us-east-2"))
    assert client.meta.region_name == "ca-central-1"


def test_events_can_be_registered_and_emitted_on_the_session():
    session = Session()

    def seven(**kwargs):
        return 7

    session.register("kitchen.oven", seven)
    assert session.emit("kitchen.oven") == [(seven, 7)]
    assert session.emit_first_non_none_response("kitchen.oven") == 7
    session.unregister("kitchen.oven", seven)
    assert session.emit("kitchen.oven") == []


def test_handlers_of_a_session_reach_later_clients_and_no_other_session():
    session = Session(region_name="us-east-1")
    before = session.client("sqs")
    session.register("before-call.sqs", lambda **kwargs: (make_response(), {"QueueUrls": ["answered"]}))
    assert session.client("sqs").list_queues()["QueueUrls"] == ["answered"]
    assert not before.meta.events.has_handlers("before-call.sqs.ListQueues")
    assert not Session().events.has_handlers("before-call.sqs.ListQueues")


def test_loggers_can_be_switched_on_for_a_person(tmp_path):
    logger = logging.getLogger("sotalia.test")
    session = Session()
    stream = io.StringIO()
    session.set_stream_logger("sotalia.test", logging.INFO, stream, "%(message)s")
    session.set_file_logger(logging.INFO, str(tmp_path / "log"), "sotalia.test")
    session.set_debug_logger("sotalia.test")
    try:
        logger.info("oven_opened")
    finally:
        for handler in list(logger.handlers):
            logger.removeHandler(handler)
            handler.close()
        logger.setLevel(logging.NOTSET)
    assert stream.getvalue() == "oven_opened\n"
    assert "sotalia.test - INFO - oven_opened" in (tmp_path / "log").read_text()


def test_a_session_travels_as_a_recipe(files):
    session = Session(profile_name="work")
    session.set_default_client_config(Config(read_timeout=7))
    pickled = pickle.dumps(session)
    again = pickle.loads(pickled)
    assert (again.region_name, again.profile_name) == ("ap-south-1", "work")
    assert again.get_default_client_config() == Config(read_timeout=7)
    client = pickle.loads(pickle.dumps(session.client("dynamodb", config=Config(connect_timeout=3))))
    assert client.meta.region_name == "ap-south-1"
    assert (client.meta.config.read_timeout, client.meta.config.connect_timeout) == (7, 3)


def test_no_secret_is_in_the_recipe_of_a_session_that_found_its_keys(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", canary.SECRET_KEY)
    session = Session(region_name="us-east-1")
    assert session.get_credentials().secret_key == canary.SECRET_KEY
    assert canary.SECRET_KEY.encode() not in pickle.dumps(session)


def test_what_cannot_travel_says_why():
    explicit = Session(aws_access_key_id="AKID", aws_secret_access_key=canary.SECRET_KEY)
    with pytest.raises(UnsupportedPickleError, match="explicit keys"):
        pickle.dumps(explicit)
    client = Session(region_name="us-east-1").client("s3", aws_access_key_id="A", aws_secret_access_key="b")
    with pytest.raises(UnsupportedPickleError, match="explicit keys"):
        pickle.dumps(client)
    session = Session()
    session.register_component("transport", object())
    with pytest.raises(UnsupportedPickleError, match="transport"):
        pickle.dumps(session)


def test_half_a_pair_of_keys_is_refused():
    with pytest.raises(PartialCredentialsError, match="aws_secret_access_key"):
        Session(aws_access_key_id="AKID")


def test_threads_may_share_a_fresh_session():
    session = Session(region_name="us-east-1")
    loads = []

    class Chain:
        last_trace = ()

        def load_credentials(self):
            from sotalia import Credentials

            loads.append(1)
            return Credentials("AKIDEXAMPLE", canary.SECRET_KEY)

    session.register_component("credential_provider", Chain())
    services = ["s3", "sqs", "sns", "sts", "dynamodb", "ec2", "iam", "lambda", "kms", "logs"]
    start = threading.Barrier(16)
    problems = []

    def work(number):
        start.wait(30)
        try:
            for service in services[number % 10 :] + services[: number % 10]:
                client = session.client(service)
                assert client.meta.service_model.service_name == service
                assert session.get_credentials().access_key == "AKIDEXAMPLE"
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not problems
    assert loads == [1]


def test_the_default_session_is_made_once_and_can_be_set_up(monkeypatch):
    monkeypatch.setattr("sotalia.session_core.default_holder._session", None)
    assert sotalia.DEFAULT_SESSION is None
    sotalia.setup_default_session(region_name="eu-central-1")
    assert sotalia.client("sqs").meta.region_name == "eu-central-1"
    assert sotalia.DEFAULT_SESSION.region_name == "eu-central-1"


def test_submodules_are_there_without_being_imported():
    assert sotalia.session.Session is Session
    assert issubclass(sotalia.exceptions.ClientError, Exception)
    assert sotalia.config.Config is Config

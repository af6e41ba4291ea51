"""The files of the EC2 command line tools and of boto 2."""

import canary
import pytest
from sotalia.components.errors import (
    ConfigNotFound,
    ConfigParseError,
    CredentialRetrievalError,
    PartialCredentialsError,
)
from sotalia.providers.boto_config import BotoProvider
from sotalia.providers.ec2_credentials_file import OriginalEC2Provider

EC2 = f"AWSAccessKeyId=AKIDX\nAWSSecretKey={canary.SECRET_KEY}\n"
BOTO = f"[Credentials]\naws_access_key_id = AKIDX\naws_secret_access_key = {canary.SECRET_KEY}\n"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file"


def ec2(path):
    return OriginalEC2Provider({"AWS_CREDENTIAL_FILE": str(path)})


def boto(path):
    return BotoProvider({"BOTO_CONFIG": str(path)})


@pytest.mark.parametrize(("make", "text", "method"), [(ec2, EC2, "ec2-credentials-file"), (boto, BOTO, "boto-config")])
def test_keys_and_a_rewritten_file(path, make, text, method):
    path.write_text(text)
    credentials = make(path).load()
    assert credentials.get_frozen_credentials() == ("AKIDX", canary.SECRET_KEY, None, None)
    assert credentials.method == method
    path.write_text(text.replace("AKIDX", "ROTATED"))
    assert credentials.access_key == "ROTATED"
    path.unlink()
    assert credentials.access_key == "ROTATED"


@pytest.mark.parametrize(
    "text", ["AWSAccessKeyId = A \n AWSSecretKey = s= \n", "# x\nnonsense\nAWSSecretKey=s=\nAWSAccessKeyId=A"]
)
def test_blanks_and_other_lines_do_not_matter(path, text):
    path.write_text(text)
    assert ec2(path).load().get_frozen_credentials()[:2] == ("A", "s=")


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (ec2, ""),
        (ec2, "AWSSecretKey=s\n"),
        (boto, ""),
        (boto, "[Boto]\nx = 1\n"),
        (boto, "[credentials]\naws_access_key_id=A"),
    ],
)
def test_a_file_without_an_access_key_is_not_configured(path, make, text):
    path.write_text(text)
    answer = make(path).load()
    assert not answer
    assert str(path) in answer.reason
    assert answer.setting


@pytest.mark.parametrize(("make", "text"), [(ec2, "AWSAccessKeyId=A"), (boto, "[Credentials]\naws_access_key_id=A")])
def test_half_a_pair_stops_the_chain(path, make, text):
    path.write_text(text)
    with pytest.raises(PartialCredentialsError, match=r"missing: (AWSSecretKey|aws_secret_access_key)$"):
        make(path).load()


def test_without_the_variable():
    answer = OriginalEC2Provider({}).load()
    assert answer.reason == "AWS_CREDENTIAL_FILE is not set"
    assert "AWS_CREDENTIAL_FILE" in answer.setting


def test_a_credentials_file_that_is_not_there_stops_the_chain(path):
    with pytest.raises(ConfigNotFound, match=str(path)):
        ec2(path).load()


def test_a_boto_file_that_is_not_there_does_not(path):
    assert not boto(path).load()


def test_files_that_cannot_be_read_stop_the_chain(path):
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(CredentialRetrievalError, match="it is no text"):
        ec2(path).load()
    with pytest.raises(ConfigParseError):
        boto(path).load()
    path.unlink()
    path.mkdir()
    with pytest.raises(CredentialRetrievalError, match="Is a directory"):
        ec2(path).load()


def test_a_malformed_boto_file_stops_the_chain_with_its_line(path):
    path.write_text("[Credentials]\n" + canary.SECRET_KEY)
    with pytest.raises(ConfigParseError, match="line 2"):
        boto(path).load()


def test_the_usual_places_of_the_boto_file(tmp_path):
    first, second = tmp_path / "etc", tmp_path / "home"
    second.write_text(BOTO)
    provider = BotoProvider({}, paths=(str(first), str(second)))
    assert provider.load().access_key == "AKIDX"
    first.write_text(BOTO.replace("AKIDX", "ETC"))
    assert provider.load().access_key == "ETC"


def test_the_home_folder_is_that_of_the_environment(tmp_path):
    (tmp_path / "keys").write_text(EC2)
    expand = lambda path: path.replace("~", str(tmp_path))  # noqa: E731 - one line of a test
    assert OriginalEC2Provider({"AWS_CREDENTIAL_FILE": "~/keys"}, expand).load().access_key == "AKIDX"

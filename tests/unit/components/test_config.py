import copy
import pickle

import pytest
from sotalia.components.config import Config
from sotalia.components.config_options import OPTION_DEFAULTS
from sotalia.components.errors import (
    InvalidChecksumConfigError,
    InvalidConfigError,
    InvalidDefaultsMode,
    InvalidMaxRetryAttemptsError,
    InvalidRetryConfigurationError,
    InvalidRetryModeError,
    InvalidS3AddressingStyleError,
    InvalidS3UsEast1RegionalEndpointConfigError,
)

VALID = {
    "region_name": "eu-west-1",
    "signature_version": "s3v4",
    "user_agent": "x",
    "user_agent_extra": "x",
    "user_agent_appid": "x",
    "connect_timeout": 0.5,
    "read_timeout": 5,
    "parameter_validation": False,
    "max_pool_connections": 50,
    "proxies": {"https": "http://proxy:3128"},
    "proxies_config": {"proxy_ca_bundle": "/ca.pem", "proxy_use_forwarding_for_https": True},
    "s3": {"addressing_style": "path", "use_arn_region": True},
    "s3_disable_express_session_auth": True,
    "retries": {"mode": "standard", "max_attempts": 0, "total_max_attempts": 1},
    "client_cert": ("/cert.pem", "/key.pem"),
    "inject_host_prefix": False,
    "endpoint_discovery_enabled": "auto",
    "use_dualstack_endpoint": True,
    "use_fips_endpoint": False,
    "ignore_configured_endpoint_urls": True,
    "defaults_mode": "standard",
    "tcp_keepalive": True,
    "request_min_compression_size_bytes": 1024,
    "disable_request_compression": True,
    "client_context_params": {"x": 1},
    "sigv4a_signing_region_set": "us-east-1,us-west-2",
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_supported",
    "account_id_endpoint_mode": "preferred",
    "auth_scheme_preference": "sigv4,sigv4a",
}


def test_defaults():
    config = Config()
    assert (config.connect_timeout, config.read_timeout) == (60, 60)
    assert config.max_pool_connections == 10
    assert config.parameter_validation is True
    assert config.inject_host_prefix is True
    assert config.region_name is None
    assert config.explicit_options == {}


def test_the_table_of_valid_values_is_complete():
    assert list(VALID) == list(OPTION_DEFAULTS)


@pytest.mark.parametrize("name", VALID)
def test_an_option_is_an_attribute(name):
    config = Config(**{name: VALID[name]})
    assert getattr(config, name) == VALID[name]
    assert config.explicit_options == {name: VALID[name]}
    assert getattr(Config(**{name: None}), name) is None


def test_options_by_position():
    config = Config("eu-west-1", "s3v4", user_agent_extra="x")
    assert (config.region_name, config.signature_version, config.user_agent_extra) == ("eu-west-1", "s3v4", "x")
    with pytest.raises(TypeError, match="multiple values for argument 'region_name'"):
        Config("eu-west-1", region_name="x")
    with pytest.raises(TypeError, match="at most 30"):
        Config(*[None] * 31)


def test_an_unknown_option_names_what_was_meant():
    with pytest.raises(TypeError, match=r"'retrys'\. Did you mean 'retries'"):
        Config(retrys={})


REFUSED = (
    ({"signature_version": 4}, InvalidConfigError, "signature_version: expected the name of a signer"),
    ({"signature_version": ""}, InvalidConfigError, "signature_version: .*'s3v4', or UNSIGNED, got ''"),
    ({"user_agent": 5}, InvalidConfigError, "user_agent: expected a str"),
    ({"user_agent": "a\r\nx-amz-acl: public-read"}, InvalidConfigError, "line breaks"),
    ({"user_agent_extra": "a\n"}, InvalidConfigError, "user_agent_extra: .*line breaks"),
    ({"user_agent_appid": "a\0"}, InvalidConfigError, "user_agent_appid: .*control characters"),
    ({"s3_disable_express_session_auth": 0}, InvalidConfigError, "s3_disable_express_session_auth: .*True or"),
    ({"inject_host_prefix": "no"}, InvalidConfigError, "inject_host_prefix: expected True or False, got 'no'"),
    ({"use_dualstack_endpoint": 1}, InvalidConfigError, "use_dualstack_endpoint: expected True or False"),
    ({"ignore_configured_endpoint_urls": []}, InvalidConfigError, "ignore_configured.*False, got a list"),
    ({"tcp_keepalive": "on"}, InvalidConfigError, "tcp_keepalive: expected True or False, got 'on'"),
    ({"disable_request_compression": "x"}, InvalidConfigError, "disable_request_compression: expected True"),
    ({"region_name": 5}, InvalidConfigError, "region_name: expected a str, got 5"),
    ({"connect_timeout": "5"}, InvalidConfigError, "connect_timeout"),
    ({"connect_timeout": True}, InvalidConfigError, "connect_timeout"),
    ({"read_timeout": -1}, InvalidConfigError, "read_timeout"),
    ({"read_timeout": float("nan")}, InvalidConfigError, "read_timeout"),
    ({"parameter_validation": 1}, InvalidConfigError, "True or False"),
    ({"max_pool_connections": 0}, InvalidConfigError, "at least 1"),
    ({"max_pool_connections": "10"}, InvalidConfigError, "at least 1"),
    ({"proxies": "http://x"}, InvalidConfigError, "a mapping"),
    ({"proxies": {"http": 5}}, InvalidConfigError, "proxy for 'http'"),
    ({"proxies_config": {"proxy_ca": 1}}, InvalidConfigError, "Did you mean 'proxy_ca_bundle'"),
    ({"s3": "path"}, InvalidConfigError, "a mapping"),
    ({"s3": {"addressing_style": "dns"}}, InvalidS3AddressingStyleError, "dns"),
    ({"s3": {"us_east_1_regional_endpoint": "x"}}, InvalidS3UsEast1RegionalEndpointConfigError, "legacy"),
    ({"s3": {"use_arn_region": "maybe"}}, InvalidConfigError, "use_arn_region"),
    ({"retries": 3}, InvalidConfigError, "a mapping"),
    ({"retries": {"attempts": 3}}, InvalidRetryConfigurationError, "attempts"),
    ({"retries": {"mode": "turbo"}}, InvalidRetryModeError, "turbo"),
    ({"retries": {"max_attempts": -1}}, InvalidMaxRetryAttemptsError, "from 0 on"),
    ({"retries": {"max_attempts": "3"}}, InvalidMaxRetryAttemptsError, "whole number"),
    ({"retries": {"total_max_attempts": 0}}, InvalidMaxRetryAttemptsError, "from 1 on"),
    ({"client_cert": 5}, InvalidConfigError, "PEM"),
    ({"client_cert": ("a", "b", "c")}, InvalidConfigError, "PEM"),
    ({"endpoint_discovery_enabled": "perhaps"}, InvalidConfigError, "endpoint_discovery_enabled"),
    ({"use_fips_endpoint": "yes please"}, InvalidConfigError, "use_fips_endpoint"),
    ({"defaults_mode": "fast"}, InvalidDefaultsMode, "in-region"),
    ({"request_min_compression_size_bytes": 0}, InvalidConfigError, "1 to 1048576"),
    ({"request_min_compression_size_bytes": 1048577}, InvalidConfigError, "1 to 1048576"),
    ({"request_min_compression_size_bytes": "x"}, InvalidConfigError, "1 to 1048576"),
    ({"client_context_params": 5}, InvalidConfigError, "a mapping"),
    ({"sigv4a_signing_region_set": [1]}, InvalidConfigError, "commas"),
    ({"request_checksum_calculation": "always"}, InvalidChecksumConfigError, "when_required"),
    ({"response_checksum_validation": 5}, InvalidChecksumConfigError, "when_supported"),
    ({"account_id_endpoint_mode": "x"}, InvalidConfigError, "preferred, disabled, required"),
    ({"auth_scheme_preference": ["sigv4"]}, InvalidConfigError, "expected a str, got a list"),
)


def test_every_option_refuses_something():
    assert {name for options, _, _ in REFUSED for name in options} == set(OPTION_DEFAULTS)


@pytest.mark.parametrize(("options", "error", "words"), REFUSED)
def test_the_error_names_the_option_that_is_wrong(options, error, words):
    ((name, value),) = options.items()
    inner = next(iter(value)) if isinstance(value, dict) else name
    with pytest.raises(error) as caught:
        Config(**options)
    known = {"max_attempts": "number of attempts", "total_max_attempts": "number of attempts", "mode": "retry mode"}
    assert any(word in str(caught.value) for word in (name, str(inner), known.get(str(inner), name)))


@pytest.mark.parametrize(("options", "error", "words"), REFUSED)
def test_a_value_that_an_option_cannot_have(options, error, words):
    with pytest.raises(error, match=words) as caught:
        Config(**options)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({"use_fips_endpoint": "True"}, True),
        ({"endpoint_discovery_enabled": "false"}, False),
        ({"endpoint_discovery_enabled": "AUTO"}, "auto"),
        ({"request_min_compression_size_bytes": "100"}, 100),
        ({"defaults_mode": "In-Region"}, "in-region"),
        ({"request_checksum_calculation": "WHEN_REQUIRED"}, "when_required"),
        ({"account_id_endpoint_mode": "Required"}, "required"),
        (
            {"s3": {"use_arn_region": "true", "addressing_style": None}},
            {"use_arn_region": True, "addressing_style": None},
        ),
        ({"s3": {"signature_version": "s3v4"}}, {"signature_version": "s3v4"}),
        ({"client_cert": ["a", "b"]}, ("a", "b")),
        ({"sigv4a_signing_region_set": ("a", "b")}, ["a", "b"]),
        ({"client_cert": "a"}, "a"),
    ],
)
def test_values_are_kept_in_one_form(options, kept):
    ((name, _),) = options.items()
    assert getattr(Config(**options), name) == kept


def test_an_unknown_s3_option_is_taken_and_logged(caplog):
    with caplog.at_level("INFO", "sotalia.config"):
        Config(s3={"signature_version": "s3v4"})
    assert [record.getMessage() for record in caplog.records] == ["config_option_ignored option=s3.signature_version"]


def test_the_mappings_that_were_given_are_not_shared():
    retries = {"max_attempts": 3}
    config = Config(retries=retries)
    retries["max_attempts"] = 7
    assert config.retries == {"max_attempts": 3}


def test_merge_takes_what_was_given_to_either():
    merged = Config(region_name="a", connect_timeout=5, retries={"max_attempts": 2}).merge(
        Config(region_name="b", connect_timeout=None, retries={"mode": "standard"})
    )
    assert merged.explicit_options == {"region_name": "b", "connect_timeout": None, "retries": {"mode": "standard"}}
    assert Config(connect_timeout=5).merge(Config()).connect_timeout == 5
    assert Config(connect_timeout=5).merge(None).connect_timeout == 5


def test_equality_and_hash():
    one = Config(region_name="a", s3={"x": [1, {}]}, client_cert=("a", "b"))
    same = Config(client_cert=("a", "b"), s3={"x": [1, {}]}, region_name="a")
    assert one == same
    assert hash(one) == hash(same) == hash(one)
    assert one != Config(region_name="a")
    assert Config() != Config(connect_timeout=60)
    assert Config() != {}
    assert hash(Config(client_context_params={"x": bytearray()}))


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda config: pickle.loads(pickle.dumps(config))])
def test_copies(duplicate):
    config = Config(**VALID)
    assert duplicate(config) == config
    assert duplicate(config).explicit_options == VALID


def test_a_config_does_not_change():
    config = Config()
    with pytest.raises(AttributeError, match="merge"):
        config.region_name = "a"
    with pytest.raises(AttributeError, match="change"):
        del config.region_name
    with pytest.raises(TypeError):
        config.explicit_options["region_name"] = "a"


def test_repr_shows_no_proxy_password():
    shown = repr(Config(region_name="a", proxies={"http": "http://me:hunter2@proxy"}))
    assert shown == "Config(region_name='a', proxies=...)"

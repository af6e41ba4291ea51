import os
import pickle

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sotalia.components.errors import (
    ConfigParseError,
    InvalidConfigError,
    InvalidSettingError,
    ProfileNotFound,
    UnknownSettingError,
)
from sotalia.components.settings import Settings
from sotalia.components.settings_table import SETTINGS, Setting, flag, integer, mapping, number, text


@pytest.fixture
def make(tmp_path):
    """Make settings over an environment and two files."""

    def make(config="", credentials="", overrides=None, **environ):
        (tmp_path / "config").write_text(config)
        (tmp_path / "credentials").write_text(credentials)
        files = {
            "AWS_CONFIG_FILE": str(tmp_path / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        }
        return Settings(overrides, {**files, **environ})

    return make


# --- order ----------------------------------------------------------------------------------


def test_argument_then_environment_then_file_then_default(make):
    config = "[default]\nretry_mode = adaptive\n"
    assert make().get("retry_mode") == "standard"
    assert make(config).get("retry_mode") == "adaptive"
    assert make(config, AWS_RETRY_MODE="legacy").get("retry_mode") == "legacy"
    assert make(config, overrides={"retry_mode": "standard"}, AWS_RETRY_MODE="legacy").get("retry_mode") == "standard"


def test_the_standard_name_of_the_region_goes_before_botocores(make):
    assert make(AWS_REGION="a", AWS_DEFAULT_REGION="b").get("region") == "a"
    assert make(AWS_DEFAULT_REGION="b").get("region") == "b"


def test_botocores_name_of_the_profile_goes_first(make):
    config = "[profile a]\nregion=in-a\n[profile b]\nregion=in-b\n"
    assert make(config, AWS_PROFILE="a").get("region") == "in-a"
    assert make(config, AWS_PROFILE="a", AWS_DEFAULT_PROFILE="b").get("region") == "in-b"


def test_the_credentials_file_goes_before_the_config_file(make):
    assert make("[default]\nregion=a\n", "[default]\nregion=b\n").get("region") == "b"


def test_an_empty_value_counts_as_none(make):
    assert make("[default]\nregion=a\n", AWS_REGION="", AWS_DEFAULT_REGION="").get("region") == "a"
    assert make("[default]\nregion=\n").get("region") is None
    assert make("[default]\nregion=a\n", AWS_PROFILE="").get("region") == "a"


def test_the_profile_may_come_from_elsewhere():
    full = {"profiles": {"x": {"region": "in-x"}}}
    assert Settings(None, {}, lambda: full, lambda: "x").get("region") == "in-x"
    assert Settings({"profile": "x"}, {}, lambda: full).get("region") == "in-x"


# --- profiles and files ---------------------------------------------------------------------


def test_a_profile_that_was_asked_for_must_exist(make):
    with pytest.raises(ProfileNotFound, match="nope"):
        make(AWS_PROFILE="nope").get("region")
    with pytest.raises(ProfileNotFound, match="default"):
        make(AWS_PROFILE="default").get("region")
    assert make(AWS_PROFILE="nope", AWS_REGION="a").get("region") == "a"
    assert make(AWS_PROFILE="nope").get("profile") == "nope"


def test_files_that_are_not_needed_are_not_read(make):
    settings = make("[broken", AWS_REGION="a")
    assert settings.get("region") == "a"
    assert settings.snapshot().get("region") == "a"
    with pytest.raises(ConfigParseError):
        settings.get("output")
    with pytest.raises(ConfigParseError):
        settings.snapshot().get("output")


def test_a_changed_environment_and_a_changed_file_are_seen(make, tmp_path):
    environ = {}
    settings = make("[default]\nregion=a\n")
    settings = Settings(None, environ, settings.load_files)
    assert settings.snapshot().get("region") == settings.get("region") == "a"
    (tmp_path / "config").write_text("[default]\nregion=changed\n")
    assert settings.snapshot().get("region") == settings.get("region") == "changed"
    environ["AWS_REGION"] = "b"
    assert settings.snapshot().get("region") == settings.get("region") == "b"
    settings.set_override("region", "c")
    assert settings.snapshot().get("region") == settings.get("region") == "c"
    settings.set_override("region", None)
    assert settings.snapshot().get("region") == settings.get("region") == "b"


def test_the_process_environment_is_the_default(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AWS_CONFIG_FILE", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text("[default]\nregion=at-home\n")
    settings = Settings()
    assert settings.get("region") == settings.snapshot().get("region") == "at-home"
    monkeypatch.setenv("AWS_REGION", "é")
    assert settings.get("region") == settings.snapshot().get("region") == "é"
    monkeypatch.delenv("AWS_REGION")
    assert settings.get("region") == settings.snapshot().get("region") == "at-home"


def test_an_unchanged_snapshot_is_kept(make, tmp_path):
    settings = make("[default]\nregion=a\n")
    for name in ("config", "credentials"):
        os.utime(tmp_path / name, (1, 1))
    settings.snapshot()
    assert settings.snapshot() is settings.snapshot()


def test_paths_are_expanded(tmp_path):
    settings = Settings(None, {"HOME": "/home/me", "X": "y"})
    assert settings.expand_path("~/a/$X/${X}/$Z") == "/home/me/a/y/y/$Z"
    assert settings.expand_path("/a/~/b") == "/a/~/b"
    assert settings.expand_path("~") == "/home/me"
    assert settings.expand_path("~root") == os.path.expanduser("~root")
    assert Settings(None, {}).expand_path("~/a") == os.path.expanduser("~/a")


def test_the_path_of_a_file_may_have_variables(tmp_path):
    (tmp_path / "config").write_text("[default]\nregion=a\n")
    environ = {"D": str(tmp_path), "AWS_CONFIG_FILE": "$D/config", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
    settings = Settings(None, environ)
    assert settings.get("region") == "a"
    environ["D"] = "/nonexistent"
    assert settings.get("region") is None


# --- values ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("use_fips_endpoint", "true", True),
        ("use_fips_endpoint", "FALSE", False),
        ("use_fips_endpoint", "1", True),
        ("max_attempts", "5", 5),
        ("metadata_service_timeout", "2", 2),
        ("metadata_service_timeout", "0.5", 0.5),
        ("retry_mode", "Standard", "standard"),
        ("endpoint_discovery_enabled", "AUTO", "auto"),
        ("endpoint_discovery_enabled", "true", True),
        ("request_min_compression_size_bytes", "1024", 1024),
        ("csm_port", "31001", 31001),
    ],
)
def test_values_are_converted_wherever_they_come_from(make, name, written, value):
    setting = SETTINGS[name]
    found = [
        make(f"[default]\n{setting.keys[0]} = {written}\n").get(name),
        make(**{setting.env[0]: written}).get(name),
        make(overrides={name: written}).get(name),
    ]
    assert found == [value] * 3
    assert [type(one) for one in found] == [type(value)] * 3


@pytest.mark.parametrize(
    ("name", "written", "reason"),
    [
        ("use_fips_endpoint", "maybe", "true or false"),
        ("max_attempts", "many", "a whole number of at least 0"),
        ("max_attempts", "-1", "a whole number of at least 0"),
        ("metadata_service_timeout", "0", "above 0"),
        ("metadata_service_timeout", "nan", "above 0"),
        ("metadata_service_timeout", "soon", "above 0"),
        ("retry_mode", "standart", "Did you mean 'standard'"),
        ("endpoint_discovery_enabled", "x", "true, false or auto"),
        ("request_min_compression_size_bytes", "1048577", "at most 1048576"),
    ],
)
def test_an_invalid_value_is_refused_with_its_source(make, tmp_path, name, written, reason):
    setting = SETTINGS[name]
    with pytest.raises(InvalidSettingError, match=f"{name} from {setting.env[0]}: .*{reason}") as caught:
        make(**{setting.env[0]: written}).get(name)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    with pytest.raises(InvalidConfigError, match=f"{tmp_path / 'config'}:3: .*{reason}"):
        make(f"[default]\nx=1\n{setting.keys[0]} = {written}\n").snapshot().get(name)


def test_nested_keys_where_text_is_expected_and_the_other_way_round(make):
    with pytest.raises(InvalidSettingError, match=r"region from .*config:2: expected plain text"):
        make("[default]\nregion=\n  a=b\n").get("region")
    with pytest.raises(InvalidSettingError, match=r"api_versions from .*config:2: expected nested keys"):
        make("[default]\napi_versions=x\n").get("api_versions")


def test_api_versions(make):
    settings = make("[default]\napi_versions=\n  ec2 = 2015-10-01\n")
    assert settings.get("api_versions") == {"ec2": "2015-10-01"}
    assert make().get("api_versions") == {}


def test_a_mapping_belongs_to_who_asked_for_it(make):
    settings = make("[default]\ns3=\n  addressing_style=path\n")
    view = settings.snapshot()
    view.get("s3")["addressing_style"] = view.get("api_versions")["x"] = "changed"
    assert view.get("s3") == {"addressing_style": "path"}
    assert view.get("api_versions") == {}


@pytest.mark.parametrize(
    ("config", "environ", "expected"),
    [
        ("", {}, None),
        ("s3 = text", {}, None),
        ("s3=\n  addressing_style = path", {}, {"addressing_style": "path"}),
        ("s3=\n  foo = bar", {}, {"foo": "bar"}),
        ("s3_use_arn_region = true", {}, {"use_arn_region": True}),
        ("s3=\n  use_arn_region = true\ns3_use_arn_region = false", {}, {"use_arn_region": False}),
        ("s3=\n  use_arn_region = true", {"AWS_S3_USE_ARN_REGION": "false"}, {"use_arn_region": False}),
        ("", {"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "legacy"}, {"us_east_1_regional_endpoint": "legacy"}),
    ],
)
def test_the_s3_settings_are_put_together(make, config, environ, expected):
    assert make(f"[default]\n{config}\n", **environ).get("s3") == expected


def test_the_proxies_config_is_put_together(make):
    assert make("[default]\nproxy_ca_bundle = /x\n").get("proxies_config") == {"proxy_ca_bundle": "/x"}
    assert make("[default]\nproxies_config =\n  proxy_use_forwarding_for_https = true\n").get("proxies_config") == {
        "proxy_use_forwarding_for_https": True
    }


def test_an_override_of_a_composed_setting_counts_as_a_whole(make):
    settings = make("[default]\ns3=\n  a = b\n", overrides={"s3": {"x": 1}})
    assert settings.get("s3") == {"x": 1}
    assert settings.explain("s3").source == "argument"


def test_an_unknown_setting_names_what_was_meant(make):
    for ask in (make().get, make().explain, make().snapshot().get, lambda name: make().set_override(name, 1)):
        with pytest.raises(UnknownSettingError, match="Did you mean 'retry_mode'"):
            ask("retry_mod")
    with pytest.raises(LookupError):
        make().get("zzz")


def test_a_setting_of_ones_own(make):
    settings = make("[default]\nmine = 7\n")
    settings.snapshot()
    settings.define(Setting("mine", ("mine",), ("MY_VARIABLE",), 3, integer(1)))
    assert settings.get("mine") == settings.snapshot().get("mine") == 7
    assert "mine" in settings.names()
    with pytest.raises(UnknownSettingError):
        make().get("mine")


# --- explanations ---------------------------------------------------------------------------


VALUES = {
    "account_id_endpoint_mode": "required",
    "api_versions": {"a": "b"},
    "credential_cache": "memory",
    "defaults_mode": "standard",
    "duration_seconds": "900",
    "ec2_metadata_service_endpoint_mode": "ipv6",
    "endpoint_discovery_enabled": "auto",
    "http_transport": "direct",
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
    "retry_mode": "standard",
    "s3.addressing_style": "path",
    "s3.us_east_1_regional_endpoint": "legacy",
    "sts_regional_endpoints": "legacy",
}


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_explains_each_of_its_sources(make, tmp_path, name):
    setting = SETTINGS[name]
    if setting.parts:
        assert make().explain(name).source == "default"
        return
    value = VALUES.get(name, "true" if setting.convert is flag else "1")
    sources = [("argument", "argument", {"overrides": {name: value}})]
    sources += [("environment", variable, {variable: value}) for variable in setting.env]
    for source, where, options in sources:
        explained = make("", "", options.pop("overrides", None), **options).explain(name)
        assert (explained.source, explained.where) == (source, where)
        assert str(explained).startswith(f"{name} = ")
        assert ("given in code" if source == "argument" else where) in str(explained)
    for key in setting.keys:
        written = f"{key}={value}" if isinstance(key, str) else f"{key[0]}=\n  {key[1]}={value}"
        if setting.convert is mapping:
            written = f"{key}=\n  a=b"
        explained = make(f"[default]\n{written}\n").explain(name)
        line = 2 if isinstance(key, str) else 3
        assert (explained.source, explained.where) == ("file", f"{tmp_path / 'config'}:{line}")
    assert make().explain(name).value == make().get(name)


def test_the_text_of_an_explanation(make, tmp_path):
    settings = make("[default]\nregion=c\ns3=\n  addressing_style=path\n", AWS_REGION="a")
    assert str(settings.explain("region")) == f"region = 'a' (AWS_REGION)\n  not used: 'c' ({tmp_path / 'config'}:2)"
    assert str(settings.explain("output")) == "output = None (the default)"
    assert str(settings.explain("s3")) == (
        "s3 = {'addressing_style': 'path'} (put together from its parts)\n"
        f"  s3.addressing_style = 'path' ({tmp_path / 'config'}:4)"
    )
    settings.set_override("endpoint_url", "https://user:canary@localhost")
    assert "canary" not in str(settings.explain("endpoint_url"))


def test_explain_tells_where_a_value_is_from_and_what_it_shadows(make, tmp_path):
    settings = make(
        "[default]\noutput=x\nregion=c\n",
        "[default]\nregion=d\n",
        {"region": "z"},
        AWS_REGION="a",
        AWS_DEFAULT_REGION="b",
    )
    explained = settings.explain("region")
    assert (explained.name, explained.value, explained.source, explained.where) == (
        "region",
        "z",
        "argument",
        "argument",
    )
    assert explained.shadowed == (
        ("environment", "AWS_REGION", "a"),
        ("environment", "AWS_DEFAULT_REGION", "b"),
        ("file", f"{tmp_path / 'credentials'}:2", "d"),
        ("file", f"{tmp_path / 'config'}:3", "c"),
    )


def test_explain_of_each_source(make, tmp_path):
    assert make().explain("region")[1:4] == (None, "default", "default")
    assert make(AWS_REGION="a").explain("region")[1:4] == ("a", "environment", "AWS_REGION")
    assert make("[default]\nregion=a\n").explain("region")[1:4] == ("a", "file", f"{tmp_path / 'config'}:2")
    assert make(AWS_PROFILE="a", AWS_DEFAULT_PROFILE="b").explain("profile")[1:5] == (
        "b",
        "environment",
        "AWS_DEFAULT_PROFILE",
        (("environment", "AWS_PROFILE", "a"),),
    )


def test_explain_shows_empty_values_as_not_counted(make):
    explained = make(AWS_REGION="", AWS_DEFAULT_REGION="b").explain("region")
    assert (explained.value, explained.where) == ("b", "AWS_DEFAULT_REGION")
    assert explained.shadowed == (("environment", "AWS_REGION", ""),)


def test_explain_of_a_profile_that_does_not_exist_is_no_obstacle_where_none_is_needed(make):
    assert make(AWS_PROFILE="nope", AWS_REGION="a").explain("region").value == "a"


def test_explain_of_a_composed_setting(make, tmp_path):
    settings = make("[default]\ns3=\n  addressing_style=path\n", AWS_S3_USE_ARN_REGION="true")
    explained = settings.explain("s3")
    assert explained.value == {"addressing_style": "path", "use_arn_region": True}
    assert explained.source == "composed"
    assert [(part.name, part.value, part.where) for part in explained.parts] == [
        ("s3.addressing_style", "path", f"{tmp_path / 'config'}:3"),
        ("s3.use_arn_region", True, "AWS_S3_USE_ARN_REGION"),
    ]
    assert make().explain("s3")[1:] == (None, "default", "default", (), ())


def test_explain_over_files_that_know_no_lines():
    settings = Settings(None, {}, lambda: {"profiles": {"default": {"region": "a"}}})
    assert settings.explain("region")[1:4] == ("a", "file", "profiles default: region")


layers = st.fixed_dictionaries(
    {},
    optional={
        "override": st.sampled_from(["standard", "legacy"]),
        "AWS_RETRY_MODE": st.sampled_from(["", "Adaptive", "standard"]),
        "file": st.sampled_from(["", "legacy", "adaptive"]),
    },
)


@given(layers)
@hypothesis_settings(deadline=None)
def test_get_and_explain_agree(given_layers):
    environ = {name: value for name, value in given_layers.items() if name.startswith("AWS")}
    profile = {"retry_mode": given_layers["file"]} if "file" in given_layers else {}
    settings = Settings(
        {"retry_mode": given_layers.get("override")}, environ, lambda: {"profiles": {"default": profile}}
    )
    explained = settings.explain("retry_mode")
    order = [given_layers.get(layer) for layer in ("override", "AWS_RETRY_MODE", "file")]
    expected = next((value.lower() for value in order if value), "standard")
    assert explained.value == settings.get("retry_mode") == settings.snapshot().get("retry_mode") == expected
    assert len(explained.shadowed) == len(given_layers) - (explained.source != "default")


# --- endpoint URLs (the order is that of botocore 1.44.5) ------------------------------------

SERVICES = """
[default]
services = dev
endpoint_url = http://profile
[services dev]
s3 =
  endpoint_url = http://service
elastic_beanstalk =
  endpoint_url = http://beanstalk
sqs =
  other = x
text = x
"""


@pytest.mark.parametrize(
    ("service", "environ", "expected"),
    [
        ("s3", {}, "http://service"),
        ("Elastic Beanstalk", {}, "http://beanstalk"),
        ("elastic-beanstalk", {}, "http://beanstalk"),
        ("SQS", {}, "http://profile"),
        ("dynamodb", {}, "http://profile"),
        ("s3", {"AWS_ENDPOINT_URL": "http://all"}, "http://all"),
        ("s3", {"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_S3": "http://one"}, "http://one"),
        ("Elastic Beanstalk", {"AWS_ENDPOINT_URL_ELASTIC_BEANSTALK": "http://one"}, "http://one"),
        ("s3", {"AWS_ENDPOINT_URL": "", "AWS_ENDPOINT_URL_S3": ""}, "http://service"),
        ("s3", {"AWS_ENDPOINT_URL_S3": "http://one", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, None),
    ],
)
def test_the_endpoint_url_of_a_service(make, service, environ, expected):
    settings = make(SERVICES, **environ)
    view = settings.snapshot()
    assert settings.endpoint_url(service) == expected
    assert view.endpoint_url(service) == view.endpoint_url(service) == expected
    assert view.explain_endpoint_url(service).value == expected


def test_no_endpoint_url(make):
    assert make().endpoint_url("s3") is None


def test_explain_an_endpoint_url(make, tmp_path):
    explained = make(SERVICES, AWS_ENDPOINT_URL="http://all").snapshot().explain_endpoint_url("s3")
    assert explained[1:4] == ("http://all", "environment", "AWS_ENDPOINT_URL")
    assert explained.shadowed == (
        ("file", f"{tmp_path / 'config'}:7", "http://service"),
        ("file", f"{tmp_path / 'config'}:4", "http://profile"),
    )
    ignored = make(SERVICES, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="true").snapshot().explain_endpoint_url("s3")
    assert ignored[1:4] == (None, "environment", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
    overridden = make(overrides={"endpoint_url": "http://code"})
    assert overridden.endpoint_url("s3") == overridden.snapshot().explain_endpoint_url("s3").value == "http://code"


def test_a_services_section_that_does_not_exist_is_an_error(make, tmp_path):
    with pytest.raises(InvalidConfigError, match=r"\[services dve\] \(.*config:2\).*Did you mean 'dev'"):
        make("[default]\nservices=dve\n[services dev]\n").endpoint_url("s3")


def test_malformed_endpoint_urls(make):
    with pytest.raises(InvalidConfigError, match=r"text in \[services dev\] .*config:12.* nested"):
        make(SERVICES).endpoint_url("text")
    with pytest.raises(InvalidSettingError, match=r"endpoint_url from .*config:2: expected a URL"):
        make("[default]\nendpoint_url=\n  a=b\n").endpoint_url("s3")


# --- the table ------------------------------------------------------------------------------


def test_every_default_is_a_value_that_the_setting_can_have():
    for setting in SETTINGS.values():
        if setting.default is not None:
            assert setting.convert(setting.default if isinstance(setting.default, dict) else str(setting.default)) in (
                setting.default,
            )


def test_no_variable_belongs_to_two_settings():
    variables = [variable for setting in SETTINGS.values() for variable in setting.env]
    assert len(variables) == len(set(variables))


@pytest.mark.parametrize("convert", [flag, text, number, integer(1)])
@given(value=st.one_of(st.text(), st.dictionaries(st.text(), st.text())))
def test_converters_raise_nothing_but_value_errors(convert, value):
    try:
        convert(value)
    except ValueError as error:
        assert "expected" in str(error)  # noqa: PT017 - most values are refused, some are not

"""What is configured for endpoints, in every combination of sources, and for every service, as boto3 reads it.

A sample of the services; ``SOTALIA_ALL_SERVICES=1`` asks for all of them.
"""

import json
import os
import pickle
import subprocess
import sys
from itertools import product
from random import Random

import configured_urls
import peers
import sotalia
from configured_urls import Question

pytestmark = peers.takes_long_once

SAMPLE = 6
ALWAYS = ("elasticbeanstalk", "s3control", "iot-data", "cognito-idp")

IGNORED = [(True,) * 5, (False,) * 5, *(tuple(number == source for number in range(5)) for source in range(1, 5))]
"""Sources that are set while configured URLs are to be ignored."""

URLS = {
    "localhost:4566": None,
    "http://": None,
    "https://exa mple.com": None,
    "http://[::1": None,
    "http://[::1]:80": None,
    "http://user:word@host": None,
    "http://host/path": None,
    "http://host?x=1": None,
    "ftp://host": "nothing but http and https can be sent",
    "//host": "a URL without a scheme",
    "http://host:port": "a port is a number",
    "http://host:0": "nobody listens at port 0",
    "http://under_score": "containers have such names, and they resolve",
    "HTTP://UPPER": "a scheme is told in lower case",
}
"""Values, and why an answer differs from that of boto3."""


def ask(questions):
    """What boto3 and sotalia answer."""
    found = []
    for python, library in ((peers.python(), "boto3"), (sys.executable, "sotalia")):
        done = subprocess.run(
            [python, configured_urls.__file__, library],
            input=pickle.dumps(questions),
            capture_output=True,
            check=False,
            env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        )
        assert done.returncode == 0, done.stderr.decode()
        found.append(json.loads(done.stdout))
    return found


def ask_urls(questions):
    return [[url for url, _ in answers] for answers in ask(questions)]


def combination(service, sources, ignore):
    """A question in which each source that is given names itself."""
    argument, of_service, of_all, section, profile = sources
    key = str(sotalia.Session().get_service_model(service).service_id).replace(" ", "_")
    environ = {}
    if of_service:
        environ[f"AWS_ENDPOINT_URL_{key.upper()}"] = "http://variable-of-service"
    if of_all:
        environ["AWS_ENDPOINT_URL"] = "http://variable-of-all"
    lines = ["[default]"]
    if profile:
        lines.append("endpoint_url = http://profile")
    if section:
        lines += ["services = mine"]
    if ignore == "profile":
        lines.append("ignore_configured_endpoint_urls = true")
    if section:
        lines += ["[services mine]", f"{key.lower()} =", "  endpoint_url = http://section"]
    if ignore == "variable":
        environ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
    options = {"ignore_configured_endpoint_urls": True} if ignore == "Config" else {}
    return Question(service, environ, "\n".join(lines), "http://argument" if argument else None, options)


def test_every_combination_of_sources_has_the_precedence_of_boto3(capsys):
    questions = [
        combination(service, sources, ignore)
        for service, sources, ignore in [
            *(("sqs", sources, None) for sources in product((True, False), repeat=5)),
            *(("elasticbeanstalk", sources, None) for sources in product((True, False), repeat=5) if sum(sources) < 2),
            *(("sqs", sources, ignore) for sources in IGNORED for ignore in ("variable", "profile", "Config")),
        ]
    ]
    theirs, ours = ask_urls(questions)
    differing = [(q, t, o) for q, t, o in zip(questions, theirs, ours, strict=True) if t != o]
    with capsys.disabled():
        print(f"\ncombinations of endpoint URL sources: {len(questions)}, as boto3: {len(questions) - len(differing)}")
    assert not differing
    assert len({text.split()[-1] for text in ours}) == 7, "each source, and both services' own endpoints"


def test_values_that_are_no_url_are_refused_where_boto3_refuses_them(capsys):
    questions = [Question("sqs", argument=value) for value in URLS]
    questions.append(Question("sqs", {"AWS_ENDPOINT_URL": "localhost:4566"}))
    theirs, ours = ask_urls(questions)
    ours = ["ValueError" if text == "InvalidEndpointUrlError" else text for text in ours]  # it is one
    differing = {q.argument for q, their, our in zip(questions, theirs, ours, strict=True) if their != our}
    assert differing == {value for value, why in URLS.items() if why is not None}
    with capsys.disabled():
        print(
            f"\nvalues of endpoint_url answered as by boto3: {len(questions) - len(differing)}, rest explained", end=" "
        )


def test_the_names_of_a_service_in_variables_and_files_are_those_of_boto3(capsys):
    everything = sotalia.Session().get_available_services()
    services = everything
    if not os.environ.get("SOTALIA_ALL_SERVICES"):
        services = sorted({*ALWAYS, *Random(4).sample(everything, SAMPLE)})
    questions = []
    for service in services:
        for source in (1, 3):
            questions.append(combination(service, [number == source for number in range(5)], None))
    theirs, ours = ask_urls(questions)
    differing = [(q, t, o) for q, t, o in zip(questions, theirs, ours, strict=True) if t != o]
    with capsys.disabled():
        print(f"\nservices whose endpoint URL is configured as for boto3: {len(services)}", end=" ")
    assert not differing
    assert not [text for text in ours if not text.startswith(("http://variable", "http://section"))]


SETTINGS = [
    Question("s3", region=region, **given)
    for region in ("us-east-1", "eu-west-1", "aws-global", "fips-us-west-2", "us-east-1-fips", "nowhere-1")
    for given in (
        {},
        {"options": {"use_fips_endpoint": True, "use_dualstack_endpoint": True}},
        {"options": {"s3": {"use_dualstack_endpoint": True, "use_arn_region": False, "addressing_style": "path"}}},
        {"options": {"s3": {"use_accelerate_endpoint": True, "us_east_1_regional_endpoint": "regional"}}},
    )
] + [
    Question("s3", {"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "TRUE"}),
    Question("s3", {"AWS_S3_USE_ARN_REGION": "false", "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS": "true"}),
    Question("s3", {"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "legacy", "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH": "true"}),
    Question("s3", {"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "regional"}),
    Question("s3", file="[default]\nuse_fips_endpoint = true\ns3_use_arn_region = false\n"),
    Question("s3", file="[default]\ns3 =\n  addressing_style = path\n  use_dualstack_endpoint = true\n"),
    Question("s3", file="[default]\ns3 =\n  use_accelerate_endpoint = true\n  us_east_1_regional_endpoint = legacy\n"),
    Question("s3", argument="http://localhost:1", options={"use_fips_endpoint": True, "use_dualstack_endpoint": True}),
    Question("s3", argument="http://localhost:1", options={"s3": {"addressing_style": "virtual"}}),
    Question("s3control", options={"s3": {"use_arn_region": True}}),
    Question("s3control", {"AWS_S3_USE_ARN_REGION": "true"}),
    Question("s3control"),
    Question("sts", {"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}, region="us-west-2"),
    Question("sts", {"AWS_STS_REGIONAL_ENDPOINTS": "regional"}, region="us-west-2"),
    Question("sts", {"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}, region="af-south-1"),
    Question("sts", file="[default]\nsts_regional_endpoints = legacy\n", region="aws-global"),
    Question("dynamodb", {"AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled"}),
    Question("dynamodb", {"AWS_ACCOUNT_ID_ENDPOINT_MODE": "REQUIRED"}),
    Question("dynamodb", file="[default]\naccount_id_endpoint_mode = required\n"),
    Question("dynamodb", options={"account_id_endpoint_mode": "disabled"}),
    Question("dynamodb", argument="http://localhost:1", options={"account_id_endpoint_mode": "required"}),
    Question("dynamodb", {"AWS_ACCOUNT_ID_ENDPOINT_MODE": "perhaps"}),
    *(
        Question(service, region=region, options=options)
        for service in ("sqs", "iam")
        for region in (
            *("us-west-2-lax-1", "us-gov-east-9", "cn-new-1", "us-iso-mid-1", "us-isof-new-1", "eusc-de-north-1"),
            *("nowhere", "local", "aws-global", "aws-cn-global", "fips-us-gov-west-1", "eu-west-1-fips"),
        )
        for options in ({}, {"use_fips_endpoint": True}, {"use_dualstack_endpoint": True})
    ),
]
"""Settings that the endpoint rules hear of as built-ins."""


SETTINGS_EXPLAINED = {
    "AWS::STS::UseGlobalEndpoint": "the rules look at the region themselves",
    "InvalidConfigError InvalidSettingError": "the one that names its source",
}


ISOLATED = ("us-iso-mid-1", "us-isof-new-1")
"""Regions of partitions with no dual stack in the classic table: boto3 asks it first, the rules know more."""


def test_the_rules_hear_of_every_setting_what_those_of_boto3_hear(capsys):
    theirs, ours = ask(SETTINGS)
    differing, compared, explained = [], 0, 0
    for question, (their_url, theirs_told), (our_url, ours_told) in zip(SETTINGS, theirs, ours, strict=True):
        compared += len(theirs_told)
        names = [name for name in {*theirs_told, *ours_told} if theirs_told.get(name) != ours_told.get(name)]
        names = [name for name in names if theirs_told.get(name) or ours_told.get(name)]  # None is False
        shown, called = their_url.split()[0], their_url.split()[-1]
        if called != our_url.split()[-1]:
            names.append(f"{called} {our_url.split()[-1]}")
        if shown != our_url.split()[0] and ".aws-global." not in shown:  # hosts that do not exist
            names.append(f"{shown} {our_url.split()[0]}")
        if question.region in ISOLATED and question.options.get("use_dualstack_endpoint"):
            explained += bool(names)
            continue
        differing += [(question, name) for name in names if name not in SETTINGS_EXPLAINED]
    with capsys.disabled():
        print(f"\nbuilt-ins told as by boto3: {compared}, of {len(SETTINGS)} settings, {explained} explained", end=" ")
    assert not differing, "\n".join(map(str, differing))
    assert compared > 400

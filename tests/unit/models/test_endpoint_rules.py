import threading

import pytest
from sotalia.components.errors import EndpointProviderError, EndpointResolutionError
from sotalia.models.endpoint_rules import Endpoint, compile_ruleset
from sotalia.models.endpoint_tables import compact_ruleset, expand_ruleset
from sotalia.models.partitions import Partitions

PARTITIONS = Partitions(
    {"partitions": [{"id": "aws", "outputs": {"dnsSuffix": "amazonaws.com"}, "regions": {"us-east-1": {}}}]}
)
PARAMETERS = {
    "Region": {"type": "String", "builtIn": "AWS::Region", "required": False},
    "UseFIPS": {"type": "Boolean", "builtIn": "AWS::UseFIPS", "required": True, "default": False},
    "Bucket": {"type": "string"},
    "Key": {"type": "string"},
    "Arns": {"type": "stringArray"},
}


def call(name, *argv, assign=None):
    return {"fn": name, "argv": list(argv)} | ({"assign": assign} if assign else {})


def ref(name):
    return {"ref": name}


def endpoint(url, *conditions, **more):
    return {"type": "endpoint", "conditions": list(conditions), "endpoint": {"url": url, **more}}


def error(message, *conditions):
    return {"type": "error", "conditions": list(conditions), "error": message}


def tree(rules, *conditions):
    return {"type": "tree", "conditions": list(conditions), "rules": rules}


def ruleset(*rules, parameters=PARAMETERS):
    return {"version": "1.0", "parameters": parameters, "rules": list(rules)}


@pytest.fixture(params=["plain", "compact"])
def resolver(request):
    def make(*rules, parameters=PARAMETERS):
        made = ruleset(*rules, parameters=parameters)
        return compile_ruleset(compact_ruleset(made) if request.param == "compact" else made, PARTITIONS)

    return make


def test_the_first_rule_whose_conditions_all_hold_wins(resolver):
    resolve = resolver(
        endpoint("https://fips", call("booleanEquals", ref("UseFIPS"), True)),
        endpoint("https://{Region}", call("isSet", ref("Region"))),
        endpoint("https://none"),
    ).resolve
    assert resolve({"UseFIPS": True, "Region": "r"}).url == "https://fips"
    assert resolve({"Region": "r"}).url == "https://r"
    assert resolve({}).url == "https://none"


def test_a_tree_without_a_match_goes_on_after_it(resolver):
    resolve = resolver(
        tree([endpoint("https://in", call("isSet", ref("Bucket")))], call("isSet", ref("Region"))),
        endpoint("https://after"),
    ).resolve
    assert resolve({"Region": "r", "Bucket": "b"}).url == "https://in"
    assert resolve({"Region": "r"}).url == "https://after"


def test_an_error_rule_raises_its_message_with_templates_filled(resolver):
    resolve = resolver(error("bucket `{Bucket}` is {{odd}}", call("isSet", ref("Bucket")))).resolve
    with pytest.raises(EndpointResolutionError, match=r"^bucket `b` is \{odd\}$"):
        resolve({"Bucket": "b"})


def test_no_match_at_all_names_the_parameters_without_their_values(resolver):
    resolve = resolver(endpoint("https://x", call("isSet", ref("Region")), call("isSet", ref("Bucket")))).resolve
    with pytest.raises(EndpointResolutionError, match=r"No endpoint rule matches; .* set: Bucket$"):
        resolve({"Bucket": "b", "Region": None})
    with pytest.raises(EndpointResolutionError, match=r"set: none$"):
        resolve({})


def test_an_empty_string_is_set_and_holds(resolver):
    resolve = resolver(
        endpoint("https://set{x}", call("coalesce", ref("Bucket"), ref("Region"), assign="x")),
        endpoint("https://unset"),
    ).resolve
    assert resolve({"Bucket": ""}).url == "https://set"
    assert resolve({}).url == "https://unset"


def test_a_variable_is_assigned_and_read_by_path(resolver):
    resolve = resolver(
        endpoint(
            "https://{arn#region}.{p#dnsSuffix}/{name}",
            call("aws.parseArn", ref("Bucket"), assign="arn"),
            call("aws.partition", ref("Region"), assign="p"),
            call("getAttr", ref("arn"), "resourceId[1]", assign="name"),
            call("not", call("stringEquals", ref("name"), "")),
        ),
        endpoint("https://else"),
    ).resolve
    given = {"Region": "us-east-1", "Bucket": "arn:aws:s3:eu-west-1:1:ap/x"}
    assert resolve(given).url == "https://eu-west-1.amazonaws.com/x"
    assert resolve({**given, "Bucket": "arn:aws:s3:eu-west-1:1:ap"}).url == "https://else"
    assert resolve({**given, "Region": None}).url == "https://else"


def test_templates_are_filled_in_properties_and_headers(resolver):
    found = resolver(
        endpoint(
            "https://h",
            properties={"authSchemes": [{"name": "sigv4a", "signingRegionSet": ["{Region}"], "n": True}], "m": ["O"]},
            headers={"x-amz-a": ["{Bucket}", "50%"]},
        )
    ).resolve({"Region": "r", "Bucket": "b"})
    assert found == Endpoint(
        "https://h",
        {"authSchemes": [{"name": "sigv4a", "signingRegionSet": ["r"], "n": True}], "m": ["O"]},
        {"x-amz-a": ["b", "50%"]},
    )


def test_percent_signs_and_doubled_braces_in_a_template_are_text(resolver):
    assert resolver(endpoint("https://{Region}/%s/{{x}}/%20")).resolve({"Region": "r"}).url == "https://r/%s/{x}/%20"


def test_a_template_that_needs_an_unset_value_is_an_error(resolver):
    with pytest.raises(EndpointResolutionError, match="needs a value that is not set"):
        resolver(endpoint("https://{Region}.x")).resolve({})


def test_the_first_item_of_a_list_parameter(resolver):
    resolve = resolver(
        endpoint("https://{first}", call("getAttr", ref("Arns"), "[0]", assign="first")), endpoint("https://no")
    ).resolve
    assert resolve({"Arns": ["a", "b"]}).url == "https://a"
    assert resolve({"Arns": []}).url == "https://no"
    assert resolve({}).url == "https://no"


def test_ten_thousand_keys_of_one_bucket_are_one_entry(resolver):
    made = resolver(endpoint("https://{Bucket}.{Region}"))
    assert made.cache_key_params == ("Region", "Bucket")
    assert set(made.read_parameters) == {"Region", "Bucket"}
    first = made.resolve({"Region": "r", "Bucket": "b", "Key": "0"})
    for number in range(1, 10_000):
        found = made.resolve({"Region": "r", "Bucket": "b", "Key": str(number), "Unknown": object()})
        assert found is first
    info = made.cache_info()
    assert (info.hits, info.misses, info.size) == (9_999, 1, 1)


def test_references_in_templates_and_nested_calls_are_part_of_the_key(resolver):
    made = resolver(
        endpoint("https://a", call("not", call("isSet", ref("Bucket")))),
        endpoint("https://b", properties={"p": {"q": ["{Key}"]}}, headers={"h": ["{Region#x}"]}),
    )
    assert made.cache_key_params == ("Region", "Bucket", "Key")


def test_defaults_and_required_parameters(resolver):
    parameters = {"A": {"type": "string", "required": True}, "B": {"type": "string", "required": True, "default": "b"}}
    resolve = resolver(endpoint("https://{A}.{B}"), parameters=parameters).resolve
    assert resolve({"A": "a"}).url == "https://a.b"
    with pytest.raises(EndpointResolutionError, match="parameter A is required"):
        resolve({})


@pytest.mark.parametrize(
    "given", [{"Bucket": 1}, {"UseFIPS": "true"}, {"Arns": "x"}, {"Arns": [1]}, {"Bucket": {}}, {"Arns": [[]]}]
)
def test_a_value_of_a_wrong_type_is_named(resolver, given):
    made = resolver(
        endpoint("https://{Bucket}{first}", call("getAttr", ref("Arns"), "[0]"), call("isSet", ref("UseFIPS")))
    )
    (name,) = given
    with pytest.raises(EndpointProviderError, match=f"{name} must be a"):
        made.resolve(given)


def test_an_unknown_function_is_named_when_it_is_reached(resolver):
    resolve = resolver(endpoint("https://x"), endpoint("https://y", call("aws.new", "a"))).resolve
    assert resolve({}).url == "https://x"
    with pytest.raises(EndpointProviderError, match=r"'aws\.new'"):
        resolver(endpoint("https://y", call("aws.new", "a"))).resolve({})


def test_a_rule_set_without_rules_is_refused():
    with pytest.raises(EndpointProviderError, match="neither 'rules' nor 'nodes'"):
        compile_ruleset({"version": "1.1", "parameters": {}, "other": {}}, PARTITIONS)


def test_the_compact_form_writes_what_repeats_once_and_expands_again():
    repeated = call("isSet", ref("Region"))
    original = ruleset(
        tree([endpoint("https://a", repeated), error("no")], repeated),
        tree([endpoint("https://a", repeated), error("no")], call("isSet", ref("Bucket"))),
    )
    compact = compact_ruleset(original)
    assert len(compact["conditions"]) == 2
    assert len(compact["results"]) == 2
    assert compact["reads"] == ["Region", "Bucket"]
    assert expand_ruleset(compact) == original


def test_threads_that_resolve_at_once_agree(resolver):
    made = resolver(
        tree([endpoint("https://{Region}.{Bucket}", call("isSet", ref("Bucket")))], call("isSet", ref("Region"))),
    )
    barrier, found = threading.Barrier(8), []

    def work(number):
        barrier.wait()
        found.extend(
            made.resolve({"Region": "r", "Bucket": f"b{n % 50}"}).url == f"https://r.b{n % 50}" for n in range(500)
        )

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4000
    assert all(found)

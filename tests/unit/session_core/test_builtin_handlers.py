"""What the library does at events by itself can be left out, by its name or its object, and put back."""

import pytest
import sotalia
from sotalia import Session, handlers
from sotalia.components.http import make_response
from sotalia.exceptions import InvalidHandlerError, ParamValidationError
from sotalia.session_core.changes import is_left_out
from sotalia.session_core.customizations import customization_of

OUTSIDE_STEPS = {"add_recursion_detection_header", "redirect_from_cache", "redirect_from_error"}
"""Those that no ``customize_*`` module has: tests of their own leave them out."""

SERVICES = {
    "api-gateway": "apigateway",
    "auto-scaling": "autoscaling",
    "cloudsearch-domain": "cloudsearchdomain",
    "cloudwatch-logs": "logs",
    "machine-learning": "machinelearning",
    "route-53": "route53",
    "s3-control": "s3control",
}


def client(service="s3", **answers):
    made = Session("AKID", "x", region_name="us-west-2").client(service)
    made.sent = []
    made.meta.events.register("before-send", lambda request, **_: made.sent.append(request) or make_response(**answers))
    return made


def steps(special, operation):
    names = ("params_steps", "request_steps", "presigned_steps", "answer_steps", "result_steps")
    found = [step.name for name in names for step in getattr(special, name)(operation)]
    aliases = ["alias_parameter_in_call"] if special.parameter_aliases else []
    return {*found, *aliases, special.copy_step(operation)}


@pytest.mark.parametrize(
    ("name", "event"), [(name, event) for name, each in handlers.BUILTIN_HANDLERS.items() for event in each.events]
)
def test_every_built_in_handler_is_a_step_that_can_be_left_out(name, event):
    if name in OUTSIDE_STEPS:
        return
    _, service, *rest = event.split(".")
    model = Session().get_service_model(SERVICES.get(service, service))
    special = customization_of(model.service_id)
    named = rest if rest and rest[0] != "*" else model.operation_names
    operations = [model.operation_model(each) for each in named]
    assert any(name in steps(special, operation) for operation in operations)
    left_out = frozenset({(event, name)})
    assert all(is_left_out(name, operation, left_out) for operation in operations)
    others = [model.operation_model(each) for each in set(model.operation_names) - set(named)]
    assert not any(is_left_out(name, operation, left_out) for operation in others)


def test_every_step_has_a_name_that_users_know():
    session = Session()
    for service in session.get_available_services():
        model = session.get_service_model(service)
        special = customization_of(model.service_id)
        if type(special).__name__ == "Customization":
            continue
        for name in model.operation_names:
            assert steps(special, model.operation_model(name)) <= {*handlers.BUILTIN_HANDLERS, None}


def test_left_out_by_name():
    s3 = client()
    with pytest.raises(ParamValidationError):
        s3.head_object(Bucket="not a bucket", Key="k")
    s3.meta.events.unregister("before-parameter-build.s3", unique_id="validate_bucket_name")
    s3.head_object(Bucket="not a bucket", Key="k")
    assert "not%20a%20bucket" in s3.sent[0].url


def test_left_out_by_its_object_and_put_back():
    iam = client("iam", body=b"<R><GetRoleResult><Role><AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument>"
                 b"</Role></GetRoleResult></R>")  # fmt: skip

    def policy():
        return iam.get_role(RoleName="r")["Role"]["AssumeRolePolicyDocument"]

    assert policy() == {}
    iam.meta.events.unregister("after-call.iam", handlers.json_decode_policies)
    assert policy() == "%7B%7D"
    iam.meta.events.register("after-call.iam", handlers.json_decode_policies)
    assert policy() == {}


def test_replaced_by_a_handler():
    s3 = client(body=b"<R><EncodingType>url</EncodingType><Contents><Key>a%20b</Key></Contents></R>")
    name = "decode_list_object_v2"
    s3.meta.events.unregister("after-call.s3.ListObjectsV2", unique_id=name)

    def other(parsed, **kwargs):
        parsed["Contents"][0]["Key"] += "!"

    s3.meta.events.register("after-call.s3.ListObjectsV2", other, unique_id=name)
    assert s3.list_objects_v2(Bucket="bucket")["Contents"][0]["Key"] == "a%20b!"
    s3.meta.events.unregister("after-call.s3.ListObjectsV2", unique_id=name)
    assert s3.list_objects_v2(Bucket="bucket")["Contents"][0]["Key"] == "a%20b"


def test_left_out_of_one_operation():
    s3 = client()
    s3.meta.events.unregister("before-parameter-build.s3.HeadObject", handlers.sse_md5)
    s3.head_object(Bucket="bucket", Key="k", SSECustomerKey="abc")
    s3.get_object(Bucket="bucket", Key="k", SSECustomerKey="abc")
    keys = [request.headers["x-amz-server-side-encryption-customer-key"] for request in s3.sent]
    assert keys == ["abc", "YWJj"]


def test_left_out_of_a_session_and_under_an_older_name():
    session = Session("AKID", "x", region_name="us-west-2")
    session.events.unregister("before-call.apigateway", unique_id="add_accept_header")
    changed, usual = session.client("apigateway"), client("apigateway", body=b"{}")
    sent = []
    changed.meta.events.register("before-send", lambda request, **_: sent.append(request) or make_response(body=b"{}"))
    changed.get_account()
    usual.get_account()
    assert "Accept" not in sent[0].headers
    assert usual.sent[0].headers["Accept"] == "application/json"


def test_what_is_not_done_at_an_event_is_left_alone():
    s3 = client()
    s3.meta.events.unregister("before-call.s3", unique_id="validate_bucket_name")
    s3.meta.events.unregister("before-call.s3", unique_id="no such name")
    assert s3.meta.events.left_out == frozenset()
    with pytest.raises(InvalidHandlerError, match=r"at before-parameter-build\.s3 and nowhere else"):
        s3.meta.events.register("before-call.s3", handlers.validate_bucket_name)


def test_signing_is_disabled_by_a_handler():
    s3 = client()
    s3.meta.events.register("choose-signer.s3.*", handlers.disable_signing)
    s3.get_object(Bucket="bucket", Key="k")
    assert "Authorization" not in s3.sent[0].headers
    assert "Signature" not in s3.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "k"})


def test_a_handler_of_older_versions_may_be_unregistered():
    s3 = client()
    s3.meta.events.unregister("before-sign.s3", handlers.fix_s3_host)
    assert s3.meta.events.left_out == frozenset()


def test_a_built_in_handler_is_no_function():
    with pytest.raises(TypeError, match="unregistered and registered, not called"):
        handlers.sse_md5(params={})
    with pytest.raises(AttributeError, match="no_such_handler"):
        handlers.no_such_handler  # noqa: B018
    assert "sse_md5" in dir(handlers)
    assert repr(handlers.fix_route53_ids) == "<built-in handler fix_route53_ids of before-parameter-build.route-53>"


def test_large_bodies_are_held_back_unless_that_is_left_out():
    s3 = client()
    s3.put_object(Bucket="bucket", Key="k", Body=b"x" * (1 << 20))
    s3.put_object(Bucket="bucket", Key="k", Body=b"x" * ((1 << 20) + 1))
    s3.meta.events.unregister("before-call.s3", unique_id="add_expect_header")
    s3.put_object(Bucket="bucket", Key="k", Body=b"x" * ((1 << 20) + 1))
    assert [request.headers.get("Expect") for request in s3.sent] == [None, "100-continue", None]


def test_the_trace_of_a_function_is_handed_on_unless_that_is_left_out(monkeypatch):
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "mine")
    sts = client("sts", body=b"<R><GetCallerIdentityResult/></R>")
    sts.get_caller_identity()
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1;Parent=2")
    sts.get_caller_identity()
    sts.meta.events.unregister("before-call", unique_id="add_recursion_detection_header")
    sts.get_caller_identity()
    assert [request.headers.get("X-Amzn-Trace-Id") for request in sts.sent] == [None, "Root=1;Parent=2", None]


def test_a_service_may_be_chosen_by_another_name():
    session = Session("AKID", "x", region_name="us-west-2")
    assert session.client("runtime.sagemaker").meta.service_model.service_name == "sagemaker-runtime"
    session.events.register("choose-service-name", lambda service_name, **_: {"mine": "sqs"}.get(service_name))
    assert session.client("mine").meta.service_model.service_name == "sqs"
    assert session.client("sts").meta.service_model.service_name == "sts"
    assert sotalia.handlers is handlers

import pytest
from sotalia.components.events import EventEmitter
from sotalia.session_core.event_aliases import EVENT_ALIASES


@pytest.mark.parametrize(
    ("registered", "emitted"),
    [
        ("before-call.logs", "before-call.cloudwatch-logs.GetLogEvents"),
        (
            "before-parameter-build.autoscaling.CreateLaunchConfiguration",
            "before-parameter-build.auto-scaling.CreateLaunchConfiguration",
        ),
        ("request-created.machinelearning.Predict", "request-created.machine-learning.Predict"),
        ("choose-signer.runtime.sagemaker.InvokeEndpoint", "choose-signer.sagemaker-runtime.InvokeEndpoint"),
        ("creating-client-class.elbv2", "creating-client-class.elastic-load-balancing-v2"),
        ("before-call.s3", "before-call.s3.GetObject"),
    ],
)
def test_a_handler_under_a_former_name_is_called(registered, emitted):
    emitter = EventEmitter(EVENT_ALIASES)
    emitter.register(registered, lambda **kwargs: 1)
    assert emitter.has_handlers(emitted)


def test_no_alias_leads_to_another():
    assert not set(EVENT_ALIASES) & set(EVENT_ALIASES.values())


def test_aliases_of_several_parts_do_not_swallow_a_service():
    emitter = EventEmitter(EVENT_ALIASES)
    emitter.register("before-call.sagemaker", lambda **kwargs: 1)
    assert not emitter.has_handlers("before-call.sagemaker-runtime.InvokeEndpoint")

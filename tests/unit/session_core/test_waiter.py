import pytest
from sotalia.exceptions import ClientError, WaiterConfigError, WaiterError
from sotalia.session_core.waiter import Waiter


class Clock:
    def __init__(self):
        self.slept = []

    def sleep(self, seconds):
        self.slept.append(seconds)


RECORD = {
    "operation": "DescribeThing",
    "delay": 5,
    "maxAttempts": 3,
    "acceptors": [
        {"state": "success", "matcher": "path", "argument": "Thing.Status", "expected": "READY"},
        {"state": "failure", "matcher": "pathAny", "argument": "Thing.Parts[].Status", "expected": "BROKEN"},
        {"state": "success", "matcher": "pathAll", "argument": "Thing.Parts[].Status", "expected": "READY"},
        {"state": "retry", "matcher": "error", "expected": "ThingNotFound"},
        {"state": "success", "matcher": "status", "expected": 204},
    ],
}


def wait(*answers, **config):
    clock = Clock()
    remaining = iter(answers)

    def method(**params):
        answer = next(remaining)
        if isinstance(answer, Exception):
            raise answer
        return answer

    Waiter("ThingReady", RECORD, method, clock).wait(Name="n", WaiterConfig=config or None)
    return clock.slept


def refused(code):
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "DescribeThing")


def test_waits_until_the_path_has_the_value():
    assert wait({"Thing": {"Status": "MAKING"}}, {"Thing": {"Status": "READY"}}) == [5]


def test_an_expected_error_is_tried_again():
    assert wait(refused("ThingNotFound"), {"Thing": {"Status": "READY"}}, Delay=1) == [1]


def test_all_members_and_the_status_code_are_matched():
    assert wait({"Thing": {"Parts": [{"Status": "READY"}, {"Status": "READY"}]}}) == []
    assert wait({"ResponseMetadata": {"HTTPStatusCode": 204}}) == []
    with pytest.raises(WaiterError, match="Max attempts"):
        wait(*[{"Thing": {"Parts": []}}] * 3)


def test_a_terminal_state_raises_with_the_last_answer():
    answer = {"Thing": {"Parts": [{"Status": "READY"}, {"Status": "BROKEN"}]}}
    with pytest.raises(WaiterError, match=r"terminal failure state.*BROKEN") as failed:
        wait(answer)
    assert failed.value.last_response == answer


def test_an_error_that_nothing_expects_raises():
    with pytest.raises(WaiterError, match=r"An error occurred \(AccessDenied\): no"):
        wait(refused("AccessDenied"))


def test_attempts_are_bounded_and_the_last_state_is_told():
    with pytest.raises(WaiterError, match=r"Max attempts exceeded\. Previously .*ThingNotFound"):
        wait(*[refused("ThingNotFound")] * 3)
    with pytest.raises(WaiterError, match=r"Max attempts exceeded$"):
        wait({}, MaxAttempts=1)


def test_a_model_with_an_unknown_matcher_is_refused():
    record = {**RECORD, "acceptors": [{"state": "success", "matcher": "vibes", "expected": 1}]}
    with pytest.raises(WaiterConfigError, match="vibes"):
        Waiter("X", record, lambda **params: {}, Clock())


def test_a_result_may_have_a_member_that_is_called_error():
    assert wait({"Thing": {"Status": "READY"}, "Error": {"Messages": ["old"]}}) == []
    with pytest.raises(WaiterError, match="An error occurred"):
        wait({"Thing": {"Status": "READY"}, "Error": {"Code": "Broken"}})

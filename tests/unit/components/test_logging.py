import logging
import pickle
import sys
import threading

import fresh
import pytest
import structlog
from sotalia.components import log_events
from sotalia.components.logging import RecentWarnings, get_logger
from sotalia.components.secret import Secret


@pytest.fixture
def records():
    """Collect what is logged below ``sotalia``."""
    collected = []

    class Collect(logging.Handler):
        def emit(self, record):
            collected.append(record)

    handler = Collect()
    root = logging.getLogger("sotalia")
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield collected
    root.removeHandler(handler)
    root.setLevel(level)


def run(program):
    finished = fresh.run(program)
    assert finished.returncode == 0, finished.stderr
    return finished


# --- records --------------------------------------------------------------------------------


def test_a_record_has_the_event_and_its_pairs(records):
    get_logger("credentials").info("credentials_loaded", provider="env", elapsed=0.5, reason="not set", empty="")
    (record,) = records
    assert record.name == "sotalia.credentials"
    assert record.levelno == logging.INFO
    assert record.getMessage() == "credentials_loaded provider=env elapsed=0.5 reason='not set' empty=''"
    assert record.sotalia == {
        "event": "credentials_loaded",
        "provider": "env",
        "elapsed": 0.5,
        "reason": "not set",
        "empty": "",
    }


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_a_record_has_its_level_and_the_place_of_the_call(records, level):
    getattr(get_logger("x"), level)("y")
    assert records[0].levelname == level.upper()
    assert records[0].pathname == __file__
    assert records[0].funcName == "test_a_record_has_its_level_and_the_place_of_the_call"


def test_percent_signs_are_no_format(records):
    get_logger("x").info("y", url="a%sb%d")
    assert records[0].getMessage() == "y url=a%sb%d"


def test_a_value_cannot_forge_a_line_or_a_pair(records):
    get_logger("x").info("y", a="1\n2024 ERROR", b="c=d")
    assert records[0].getMessage() == "y a='1\\n2024 ERROR' b='c=d'"


def test_bind_adds_pairs(records):
    log = get_logger("x").bind(region="a", other=1)
    log.bind(region="b").info("y", other=2)
    log.info("z")
    assert [record.sotalia for record in records] == [
        {"event": "y", "region": "b", "other": 2},
        {"event": "z", "region": "a", "other": 1},
    ]


def test_a_pair_may_be_called_like_anything(records):
    get_logger("x").info("y", event="e", level="l", name="n", message="m", args=1, self=1)
    assert records[0].sotalia == {
        "event": "y",
        "event_": "e",
        "level": "l",
        "name": "n",
        "message": "m",
        "args": 1,
        "self": 1,
    }


def test_the_context_of_the_program_is_added(records):
    with structlog.contextvars.bound_contextvars(request="r1"):
        get_logger("x").info("y")
    assert records[0].sotalia == {"event": "y", "request": "r1"}


def test_exceptions_and_stacks(records):
    log = get_logger("x")
    try:
        raise LookupError("https://x/?X-Amz-Signature=hunter2&a=1")
    except LookupError as error:
        log.error("y", exc_info=True)
        log.error("y", exc_info=error)
        log.error("y", exc_info=sys.exc_info())
    log.error("y", exc_info=True, stack_info=True)
    for record in records[:3]:
        text = logging.Formatter().format(record)
        assert "LookupError" in text
        assert "X-Amz-Signature=****&a=1" in text
        assert "hunter2" not in text
    assert "test_exceptions_and_stacks" in records[3].stack_info


def test_records_pickle(records):
    get_logger("x").info("y", a=object(), b={"c": {1, 2}}, d=Secret("hunter2"))
    records[0].msg = records[0].getMessage()
    assert "hunter2" not in repr(pickle.loads(pickle.dumps(records[0])).__dict__)


# --- secrets --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pairs",
    [
        {"value": Secret("hunter2")},
        {"session_token": "hunter2"},
        {"aws_secret_access_key": "hunter2"},
        {"headers": {"Authorization": "hunter2", "X-Amz-Security-Token": "hunter2"}},
        {"body": b"hunter2"},
        {"anything": b"hunter2"},
        {"deep": [{"a": ({"SecretKey": 1, "secret_key": "hunter2"},)}]},
        {"url": "https://host/?X-Amz-Signature=hunter2&X-Amz-Security-Token=hunter2"},
        {"proxy": "http://me:hunter2@proxy:3128/"},
        {"text": "Authorization: AWS4-HMAC-SHA256 Credential=x, Signature=hunter2"},
        {"text": "{'Authorization': 'Bearer hunter2'}"},
    ],
)
def test_secrets_are_not_shown(records, pairs):
    get_logger("x").info("y", **pairs)
    assert "hunter2" not in records[0].getMessage()
    assert "hunter2" not in repr(records[0].__dict__)


def test_what_only_sounds_secret_is_shown(records):
    pairs = {"token_file": "/var/run/token", "access_key_id": "AKIDEXAMPLE", "object_key": "a/b", "authority": "x"}
    get_logger("x").info("y", **pairs)
    assert records[0].sotalia == {"event": "y", **pairs}


def test_values_are_copied_and_bounded(records):
    endless = {}
    endless["a"] = endless
    get_logger("x").info("y", endless=endless, many=list(range(1000)))
    assert "..." in records[0].getMessage()
    assert len(records[0].sotalia["many"]) == 50


def test_a_value_that_cannot_be_shown_breaks_nothing(records):
    class Broken:
        def __repr__(self):
            raise RuntimeError

    get_logger("x").info("y", value=Broken())
    assert records[0].getMessage() == "y value=<Broken>"


# --- names and levels -----------------------------------------------------------------------


def test_names():
    assert get_logger("credentials").name == "sotalia.credentials"
    assert get_logger("sotalia.credentials") is get_logger("credentials")
    assert get_logger("sotalia").name == "sotalia"
    assert get_logger("sotaliax").name == "sotalia.sotaliax"


def test_one_area_can_be_enabled_alone(records):
    logging.getLogger("sotalia").setLevel(logging.WARNING)
    area = logging.getLogger("sotalia.credentials")
    area.setLevel(logging.DEBUG)
    try:
        get_logger("credentials").debug("seen")
        get_logger("wire").debug("not_seen")
        assert get_logger("credentials").enabled_for(logging.DEBUG)
        assert not get_logger("wire").enabled_for(logging.INFO)
    finally:
        area.setLevel(logging.NOTSET)
    assert [record.getMessage() for record in records] == ["seen"]


def test_every_event_name_is_in_the_table_once():
    names = [getattr(log_events, constant) for constant in log_events.__all__]
    assert len(names) == len(set(names))
    assert [constant.lower() for constant in log_events.__all__] == names


# --- what a library must not do -------------------------------------------------------------


def test_nothing_is_imported_and_nothing_is_shown_unless_asked_for():
    finished = run(
        "import sys\n"
        "from sotalia.components.logging import get_logger\n"
        "log = get_logger('x')\n"
        "log.debug('y')\n"
        "assert not {'logging', 'structlog', 'inspect'} & set(sys.modules)\n"
        "import logging\n"
        "log.debug('y')\n"
        "assert 'structlog' not in sys.modules\n"
        "log.warning('y')\n"
        "import structlog\n"
        "assert not structlog.is_configured()\n"
    )
    assert finished.stdout == finished.stderr == ""


def test_the_programs_configuration_of_structlog_is_not_used(records):
    def refuse(*args):
        raise AssertionError("the program's processor ran")

    structlog.configure(processors=[refuse])
    try:
        get_logger("configured").info("y", a=1)
    finally:
        structlog.reset_defaults()
    assert records[0].getMessage() == "y a=1"


# --- once -----------------------------------------------------------------------------------


def test_a_warning_is_logged_once_for_each_key(records):
    warnings = RecentWarnings()
    log = get_logger("cache")
    assert warnings.warn_once("a", log, "cache_degraded", reason="read-only")
    assert not warnings.warn_once("a", log, "cache_degraded", reason="again")
    assert warnings.warn_once("b", log, "cache_degraded", reason="other")
    assert [record.sotalia["reason"] for record in records] == ["read-only", "other"]


def test_recent_warnings_are_remembered_without_secrets():
    warnings = RecentWarnings(kept=2)
    for key in range(3):
        warnings.warn_once(key, get_logger("cache"), "cache_degraded", key=key, token="hunter2")
    assert warnings.last() == (
        ("sotalia.cache", "cache_degraded", {"key": 1, "token": "****"}),
        ("sotalia.cache", "cache_degraded", {"key": 2, "token": "****"}),
    )


def test_keys_without_end_do_not_grow_the_memory_without_end():
    warnings = RecentWarnings(keys=10)
    for key in range(100):
        assert warnings.warn_once(key, get_logger("cache"), "y")
    assert len(warnings._keys) <= 10


def test_among_threads_a_warning_is_still_logged_once(records):
    warnings = RecentWarnings()
    start = threading.Barrier(16)

    def warn():
        start.wait()
        warnings.warn_once("a", get_logger("cache"), "y")

    threads = [threading.Thread(target=warn) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(records) == 1

import threading
import time
from datetime import UTC, datetime

import pytest
from fake_source import Clock, Source
from sotalia.components.errors import ClientError, CredentialRetrievalError, UnsupportedPickleError
from sotalia.providers.refresh import DeferredRefreshableCredentials, RefreshableCredentials


@pytest.fixture
def clock():
    return Clock()


def make(clock, lifetime=3600.0, method="iam-role", random=lambda: 0.0, **options):
    source = Source(clock, lifetime)
    first = source()
    credentials = RefreshableCredentials.create_from_metadata(
        first, source, method, clock=clock, random=random, **options
    )
    source.fetches = 0
    return credentials, source


def denied():
    return ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "AssumeRole")


def in_threads(count, work):
    results = [None] * count

    def run(number):
        try:
            results[number] = work()
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    return results


# The rows of the table


def test_initial_everybody_waits_for_one_load(clock):
    source = Source(clock)
    source.during = lambda: time.sleep(0.05)
    credentials = DeferredRefreshableCredentials(source, "iam-role", clock=clock)
    assert credentials.state == "initial"
    found = in_threads(50, credentials.get_frozen_credentials)
    assert {frozen.access_key for frozen in found} == {"AKID1"}
    assert source.fetches == 1
    assert credentials.state == "fresh"


def test_fresh_nobody_waits_and_nothing_is_fetched(clock):
    credentials, source = make(clock)
    clock.advance(3600 - 15 * 60 - 1)
    assert credentials.state == "fresh"
    credentials._gate.acquire()  # a reader who took it would hang
    assert credentials.get_frozen_credentials().access_key == "AKID1"
    assert source.fetches == 0


def test_a_set_is_at_hand_while_it_is_fresh(clock):
    credentials, source = make(clock)
    assert credentials.at_hand() == credentials.get_frozen_credentials()
    clock.advance(3600 - 15 * 60)
    assert credentials.at_hand() is None
    assert source.fetches == 0
    assert credentials.get_frozen_credentials() == credentials.at_hand()


def test_advisory_one_thread_refreshes_and_the_others_go_on(clock):
    credentials, source = make(clock)
    clock.advance(3600 - 15 * 60)
    assert credentials.state == "advisory"
    seen = []

    def others():
        source.during = None
        seen.extend(in_threads(10, credentials.get_frozen_credentials))

    source.during = others
    assert credentials.get_frozen_credentials().access_key == "AKID2"
    assert [frozen.access_key for frozen in seen] == ["AKID1"] * 10
    assert source.fetches == 1


def test_mandatory_everybody_waits_for_one_refresh(clock):
    credentials, source = make(clock)
    clock.advance(3600 - 59)
    assert credentials.state == "mandatory"
    source.during = lambda: time.sleep(0.05)
    found = in_threads(50, credentials.get_frozen_credentials)
    assert {frozen.access_key for frozen in found} == {"AKID2"}
    assert source.fetches == 1


def test_past_its_end_everybody_waits_for_one_refresh(clock):
    credentials, source = make(clock)
    clock.advance(4000)
    assert credentials.state == "mandatory"
    assert {frozen.access_key for frozen in in_threads(20, credentials.get_frozen_credentials)} == {"AKID2"}
    assert source.fetches == 1


# Windows


@pytest.mark.parametrize(
    ("minutes", "window"), [(6, 5), (20, 5), (20.1, 15), (60, 15), (89.9, 15), (90, 60), (360, 60), (720, 60)]
)
def test_the_advisory_window_follows_the_lifetime(clock, minutes, window):
    credentials, source = make(clock, minutes * 60)
    clock.advance((minutes - window) * 60 - 1)
    credentials.get_frozen_credentials()
    assert source.fetches == 0
    clock.advance(2)
    credentials.get_frozen_credentials()
    assert source.fetches == 1


def test_the_window_stays_as_it_was_when_the_set_was_loaded(clock):
    credentials, _ = make(clock, 3600)
    clock.advance(3600 - 16 * 60)  # 16 min left would give a window of 5 min
    assert credentials.state == "fresh"
    clock.advance(61)
    assert credentials.state == "advisory"


def test_explicit_windows_are_kept(clock):
    credentials, source = make(clock, 3600, advisory_timeout=100, mandatory_timeout=10)
    clock.advance(3499)
    assert credentials.state == "fresh"
    clock.advance(2)
    assert credentials.state == "advisory"
    source.error = OSError()
    clock.advance(90)
    assert credentials.state == "mandatory"


def test_a_set_that_lives_shorter_than_its_window_is_not_refreshed_at_every_call(clock):
    credentials, source = make(clock, 240)
    for _ in range(10):
        credentials.get_frozen_credentials()
    assert source.fetches == 0
    clock.advance(121)
    assert credentials.get_frozen_credentials().access_key == "AKID2"


def test_a_set_without_an_end_is_never_refreshed(clock):
    source = Source(clock)
    credentials = RefreshableCredentials.create_from_metadata(source.set_of(1, None), source, "custom", clock=clock)
    clock.advance(10**9)
    assert credentials.get_frozen_credentials().access_key == "AKID1"
    assert not credentials.refresh_needed()
    assert credentials.expiry_time is None


def test_refresh_needed_answers_for_a_given_time(clock):
    credentials, _ = make(clock)
    assert not credentials.refresh_needed()
    assert credentials.refresh_needed(refresh_in=3600)
    assert not credentials.refresh_needed(refresh_in=3599)
    clock.advance(3600 - 15 * 60)
    assert credentials.refresh_needed()


def test_time_fetcher_of_datetimes_is_the_clock(clock):
    now = [datetime(2029, 12, 31, 23, 0, tzinfo=UTC)]
    credentials = RefreshableCredentials(
        "a", "b", "c", datetime(2030, 1, 1, tzinfo=UTC), Source(clock), "x", lambda: now[0]
    )
    assert credentials.state == "fresh"
    now[0] = datetime(2029, 12, 31, 23, 59, 30, tzinfo=UTC)
    assert credentials.state == "mandatory"
    assert credentials.expiry_time == datetime(2030, 1, 1, tzinfo=UTC)


# Failures


def bad_answers():
    yield "exception", lambda source, clock: setattr(source, "error", OSError("down"))
    for name in ("access_key", "secret_key", "token", "expiry_time"):
        yield (
            f"without {name}",
            lambda source, clock, name=name: setattr(
                source, "answer", {k: v for k, v in source.set_of(9, clock() + 3600).items() if k != name}
            ),
        )
    yield "nothing", lambda source, clock: setattr(source, "answer", {})
    yield (
        "malformed end",
        lambda source, clock: setattr(source, "answer", {**source.set_of(9, clock() + 3600), "expiry_time": "soon"}),
    )
    yield "past its end", lambda source, clock: setattr(source, "answer", source.set_of(9, clock() - 3600 * 5))
    yield "the same again", lambda source, clock: setattr(source, "answer", source.set_of(1, 1_700_003_600.0))


@pytest.mark.parametrize(("name", "breaks"), list(bad_answers()), ids=[name for name, _ in bad_answers()])
@pytest.mark.parametrize(("random", "wait"), [(0.0, 300), (0.5, 450), (0.999999, 599.9)])
def test_a_failed_refresh_keeps_the_set_and_backs_off(clock, name, breaks, random, wait):
    credentials, source = make(clock, random=lambda: random)
    clock.advance(3600 - 15 * 60 + 1)
    breaks(source, clock)
    assert credentials.get_frozen_credentials().access_key == "AKID1"
    assert source.fetches == 1
    for _ in range(100):
        assert credentials.get_frozen_credentials().access_key == "AKID1"
    clock.advance(wait - 0.5)
    assert credentials.get_frozen_credentials().access_key == "AKID1"
    assert source.fetches == 1
    clock.advance(1)
    source.error = source.answer = None
    assert credentials.get_frozen_credentials().access_key == "AKID2"
    assert source.fetches == 2
    assert credentials.state == "fresh"


def test_an_expired_set_is_served_while_its_source_is_down(clock):
    credentials, source = make(clock, method="iam-role")
    source.error = OSError()
    clock.advance(3600 + 10)
    assert credentials.get_frozen_credentials().access_key == "AKID1"
    assert credentials.state == "stale"
    assert credentials.provenance.backoff_until == clock() + 300
    for _ in range(5):
        clock.advance(301)
        assert credentials.get_frozen_credentials().access_key == "AKID1"
    assert source.fetches == 6
    source.error = None
    clock.advance(301)
    assert credentials.get_frozen_credentials().access_key == "AKID2"
    assert credentials.state == "fresh"


@pytest.mark.parametrize("method", ["custom-process", "env", "somebody-elses"])
def test_without_static_stability_an_expired_set_is_never_served(clock, method):
    credentials, source = make(clock, method=method)
    source.error = OSError("down")
    clock.advance(3600 - 30)
    assert credentials.get_frozen_credentials().access_key == "AKID1"
    clock.advance(29)
    assert credentials.get_frozen_credentials().access_key == "AKID1"
    assert source.fetches == 1
    clock.advance(2)
    with pytest.raises(OSError, match="down"):
        credentials.get_frozen_credentials()
    assert source.fetches == 2
    with pytest.raises(OSError, match="down"):
        credentials.get_frozen_credentials()
    assert source.fetches == 2  # remembered
    clock.advance(1.1)
    source.error = None
    assert credentials.get_frozen_credentials().access_key == "AKID2"


@pytest.mark.parametrize("seconds_left", [14 * 60, 30, -30])
def test_an_error_that_cannot_heal_is_raised_at_once_and_remembered(clock, seconds_left):
    credentials, source = make(clock, method="assume-role", random=lambda: 0.5)
    source.error = denied()
    clock.advance(3600 - seconds_left)
    for _ in range(50):
        with pytest.raises(ClientError, match="AccessDenied"):
            credentials.get_frozen_credentials()
    assert source.fetches == 1
    clock.advance(2.9)
    with pytest.raises(ClientError):
        credentials.get_frozen_credentials()
    assert source.fetches == 1
    clock.advance(0.2)
    source.error = None
    assert credentials.get_frozen_credentials().access_key == "AKID2"


def test_a_failed_first_load_reaches_everybody_who_waited(clock):
    source = Source(clock)
    source.error = OSError("down")
    source.during = lambda: time.sleep(0.05)
    credentials = DeferredRefreshableCredentials(source, "iam-role", clock=clock)
    assert {type(found) for found in in_threads(20, credentials.get_frozen_credentials)} == {OSError}
    assert source.fetches == 1
    assert credentials.state == "initial"


def test_an_expired_first_set_is_served_only_with_static_stability(clock):
    source = Source(clock, lifetime=-10)
    stable = DeferredRefreshableCredentials(source, "iam-role", clock=clock, random=lambda: 0.0)
    assert stable.get_frozen_credentials().access_key == "AKID1"
    assert stable.state == "stale"
    other = DeferredRefreshableCredentials(source, "custom-process", clock=clock)
    with pytest.raises(CredentialRetrievalError, match="past their end"):
        other.get_frozen_credentials()


def test_a_later_end_of_the_same_keys_is_progress(clock):
    credentials, source = make(clock)
    clock.advance(3600 - 60)
    source.answer = source.set_of(1, clock() + 3600)
    assert credentials.get_frozen_credentials().access_key == "AKID1"
    assert credentials.state == "fresh"


def test_one_warning_says_until_when(clock, caplog):
    credentials, source = make(clock, method="container-role")
    source.error = OSError(5, "canary-SECRET1")
    clock.advance(3600 + 1)
    with caplog.at_level("DEBUG", "sotalia.credentials"):
        for _ in range(3):
            credentials.get_frozen_credentials()
            clock.advance(301)
    warnings = [record for record in caplog.records if record.levelname == "WARNING"]
    assert len(warnings) == 1
    assert "next_try" in warnings[0].getMessage()
    assert "SECRET" not in caplog.text.replace("canary-SECRET1", "")
    source.error = None
    credentials.get_frozen_credentials()


# Rejection


def test_invalidate_is_compare_and_swap(clock):
    credentials, source = make(clock)
    assert credentials.invalidate("SOMETHING-ELSE")
    assert credentials.get_frozen_credentials().access_key == "AKID1"
    assert source.fetches == 0
    assert credentials.invalidate("AKID1")
    assert credentials.state == "initial"
    assert credentials.get_frozen_credentials().access_key == "AKID2"
    credentials.invalidate("AKID1")
    assert credentials.get_frozen_credentials().access_key == "AKID2"
    assert source.fetches == 1


def test_a_rejected_key_is_never_served_again(clock):
    credentials, source = make(clock)
    credentials.invalidate("AKID1")
    source.answer = source.set_of(1, clock() + 3600)
    for _ in range(3):
        with pytest.raises(CredentialRetrievalError, match="rejected"):
            credentials.get_frozen_credentials()
    assert source.fetches == 1
    source.answer = None
    clock.advance(6)
    assert credentials.get_frozen_credentials().access_key == "AKID2"


def test_invalidate_ends_a_backoff(clock):
    credentials, source = make(clock)
    source.error = OSError()
    clock.advance(3600)
    credentials.get_frozen_credentials()
    source.error = None
    credentials.invalidate("AKID1")
    assert credentials.get_frozen_credentials().access_key == "AKID2"


def test_a_set_invalidated_during_a_failing_refresh_is_not_put_back(clock):
    credentials, source = make(clock)
    clock.advance(3600 - 600)

    def reject():
        source.during = None
        credentials.invalidate("AKID1")
        source.error = OSError()

    def heal():
        source.error = None

    source.during = reject
    with pytest.raises(OSError):
        credentials.get_frozen_credentials()
    heal()
    clock.advance(6)
    assert credentials.get_frozen_credentials().access_key == "AKID2"


def test_fifty_threads_that_were_all_refused_cause_one_fetch(clock):
    credentials, source = make(clock)
    source.during = lambda: time.sleep(0.02)

    def refused():
        frozen = credentials.get_frozen_credentials()
        credentials.invalidate(frozen.access_key if frozen.access_key == "AKID1" else "AKID1")
        return credentials.get_frozen_credentials()

    assert {frozen.access_key for frozen in in_threads(50, refused)} == {"AKID2"}
    assert source.fetches == 1


# Secrets


def test_nothing_shows_a_secret(clock):
    import pickle

    credentials, source = make(clock)
    frozen = credentials.get_frozen_credentials()
    texts = [repr(credentials), str(credentials), repr(frozen), str(frozen), f"{frozen}", f"{credentials.provenance}"]
    texts += [repr(credentials._view), repr(credentials.get_deferred_property("account_id"))]
    assert not [text for text in texts if "SECRET" in text or "TOKEN" in text]
    for value in (credentials, frozen, source and DeferredRefreshableCredentials(source, "x")):
        with pytest.raises(UnsupportedPickleError):
            pickle.dumps(value)


def _made_anew(name):
    return name


def test_a_recipe_makes_credentials_picklable(clock):
    credentials, _ = make(clock)
    credentials.recipe = (_made_anew, ("again",))
    function, arguments = credentials.__reduce_ex__(4)
    assert function(*arguments) == "again"


def test_properties_read_the_current_set(clock):
    credentials, _ = make(clock)
    clock.advance(3600)
    assert (credentials.access_key, credentials.secret_key, credentials.token) == ("AKID2", "SECRET2", "TOKEN2")
    assert credentials.account_id is None
    assert credentials.get_deferred_property("access_key")() == "AKID2"

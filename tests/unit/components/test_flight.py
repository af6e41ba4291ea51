from sotalia.components.flight import Flights


def test_the_first_leads_the_others_join_and_after_landing_a_new_one_leads():
    flights = Flights()
    flight, leads = flights.join("k")
    assert leads
    assert flights.join("k") == (flight, False)
    assert flights.join("other")[1]
    flights.land("k", flight)
    assert flight.done.is_set()
    assert flights.join("k")[1]


def test_after_a_fork_the_flights_of_the_parent_do_not_exist():
    flights = Flights()
    flight, _ = flights.join("k")
    flights._lock.acquire()  # a thread of the parent was in the middle
    flights.renew()
    newer, leads = flights.join("k")
    assert leads
    flights.land("k", flight)  # the forked leader lands in the child
    assert flights.join("k") == (newer, False)

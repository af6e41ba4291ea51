from sotalia.components.patience import Patience


class Machine:
    """A clock, and a sleep that wakes up late."""

    def __init__(self, late=0.0):
        self.now = 100.0
        self.late = late

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds + self.late
        return "woken"


def waited(machine, seconds, step):
    """Wait in steps until patience is at its end; return the seconds that this took."""
    patience, began = Patience(seconds, machine.clock), machine.now
    while left := patience.left():
        assert patience.pause(machine.sleep, min(step, left)) == "woken"
    return machine.now - began


def test_on_an_idle_machine_the_deadline_stands():
    assert 10 <= waited(Machine(), 10, 0.05) < 10.1


def test_a_little_lateness_counts():
    assert 10 <= waited(Machine(late=0.04), 10, 0.05) < 10.2


def test_lateness_does_not_count():
    assert 19 < waited(Machine(late=0.15), 10, 0.05) < 21


def test_however_late_everything_is_the_wait_ends():
    assert waited(Machine(late=5.0), 10, 0.05) < 46

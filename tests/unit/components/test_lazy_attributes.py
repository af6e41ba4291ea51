"""Attributes that are worked out once, without a lock."""

import threading

from sotalia.components.forksafe import lazy


class Thing:
    def __init__(self):
        self.worked = 0
        self.barrier = None

    @lazy
    def part(self):
        """A part."""
        self.worked += 1
        if self.barrier is not None:
            self.barrier.wait(20)
        return object()


def test_it_is_worked_out_once_and_belongs_to_the_object():
    thing, other = Thing(), Thing()
    assert thing.part is thing.part
    assert thing.worked == 1
    assert other.worked == 0
    assert other.part is not thing.part
    assert isinstance(Thing.part, lazy)
    assert Thing.part.__doc__ == "A part."


def test_threads_do_not_wait_for_each_other_and_all_get_the_same():
    thing, found = Thing(), []
    thing.barrier = threading.Barrier(2)  # both are inside at once
    threads = [threading.Thread(target=lambda: found.append(thing.part)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 2
    assert found[0] is found[1]

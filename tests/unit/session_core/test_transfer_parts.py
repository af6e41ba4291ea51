"""How objects are cut: nothing is lost, and the limits of S3 hold."""

from hypothesis import given
from hypothesis import strategies as st
from sotalia.session_core.transfer_config import GB, MB
from sotalia.session_core.transfer_parts import MAX_PARTS, growing_sizes, part_size, ranges


@given(st.integers(1, 48_000 * GB), st.integers(1, 6 * GB))
def test_a_part_has_what_s3_allows_and_there_are_not_too_many(size: int, wanted: int) -> None:
    part = part_size(wanted, size)
    assert 5 * MB <= part <= 5 * GB
    assert -(-size // part) <= MAX_PARTS


@given(st.integers(0, 10_000), st.integers(1, 999))
def test_ranges_are_the_object_end_to_end(size: int, part: int) -> None:
    cut = ranges(size, part)
    assert sum(count for _, count in cut) == size
    assert all(start == number * part for number, (start, _) in enumerate(cut))
    assert all(count == part for _, count in cut[:-1])


def test_the_wanted_size_stays_where_it_can() -> None:
    assert part_size(8 * MB, 80 * GB - 2 * GB) == 8 * MB
    assert part_size(8 * MB, 80 * GB) == 16 * MB
    assert part_size(1, 100) == 5 * MB
    assert part_size(9 * GB) == 5 * GB


def test_streams_of_unknown_length_get_larger_parts_late() -> None:
    sizes = list(growing_sizes(8 * MB))
    assert len(sizes) == MAX_PARTS
    assert sizes[:5000] == [8 * MB] * 5000
    assert sizes[5000] == 16 * MB
    assert max(sizes) <= 5 * GB
    assert sum(sizes) > 5_000 * GB

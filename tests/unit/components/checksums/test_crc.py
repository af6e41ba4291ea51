import os
import zlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.checksums.crc import CRC32, CRC32C, CRC64NVME

ALL = {"crc32": CRC32, "crc32c": CRC32C, "crc64nvme": CRC64NVME}
CHECK = {"crc32": 0xCBF43926, "crc32c": 0xE3069283, "crc64nvme": 0xAE8B14860A799888}
"""Of ``123456789``, as the catalogue of CRCs gives them."""


def bit_by_bit(crc, data: bytes, value: int = 0) -> int:
    """The definition: shift, and subtract the polynomial where a one falls out."""
    ones = (1 << crc.width) - 1
    state = value ^ ones
    for byte in data:
        state ^= byte
        for _ in range(8):
            state = (state >> 1) ^ (crc.polynomial if state & 1 else 0)
    return state ^ ones


@pytest.mark.parametrize("name", ALL)
def test_the_check_value(name) -> None:
    assert ALL[name].update(b"123456789") == CHECK[name]


@pytest.mark.parametrize("name", ALL)
def test_the_multiples_are_divided_by_the_polynomial(name) -> None:
    crc = ALL[name]
    divisor = 1 << crc.width | int(f"{crc.polynomial:0{crc.width}b}"[::-1], 2)
    for degree, terms in crc._multiples:
        rest = sum(1 << term for term in {degree, *terms})
        while rest.bit_length() > crc.width:
            rest ^= divisor << (rest.bit_length() - crc.width - 1)
        assert rest == 0


@pytest.mark.parametrize("name", ALL)
@given(data=st.binary(max_size=3000), value=st.integers(0, 2**32 - 1))
def test_folding_gives_what_the_definition_gives(name, data, value) -> None:
    assert ALL[name].update(data, value) == bit_by_bit(ALL[name], data, value)


@pytest.mark.parametrize("name", ["crc32c", "crc64nvme"])
def test_lengths_around_every_border(name) -> None:
    crc = ALL[name]
    data = Random(5).randbytes(1 << 18)
    for size in [*range(60, 130), 511, 512, 2047, 2048, 65535, 65536, 65537, (1 << 17) - 1, 1 << 17, (1 << 17) + 70]:
        cut = size // 3
        assert crc.update(data[:size]) == crc.update(memoryview(data)[cut:size], crc.update(bytearray(data[:cut])))
    assert crc.update(data[:5000]) == bit_by_bit(crc, data[:5000])


@given(first=st.binary(max_size=200), second=st.binary(max_size=200))
def test_two_checksums_make_that_of_both_parts(first, second) -> None:
    for crc in ALL.values():
        assert crc.combine(crc.update(first), crc.update(second), len(second)) == crc.update(first + second)


def test_the_table_alone_gives_zlibs_crc() -> None:
    data = os.urandom(1000)
    assert CRC32.update(data) == zlib.crc32(data)


def test_it_shows_what_it_is() -> None:
    assert repr(CRC64NVME) == "<CRC of 64 bits>"

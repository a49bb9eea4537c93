"""The fast folding against the definition, byte by byte, and against a foreign implementation."""

import base64
import hashlib
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_centre.sources.quick_xor_hash import QuickXorHash
from tests.support.rclones import rclone_program


def _by_definition(content: bytes) -> str:
    """The published definition: each byte at its place in a ring of 160 bits, then the length."""
    ring = [0] * 160
    for number, byte in enumerate(content):
        for bit in range(8):
            ring[(number * 11 + bit) % 160] ^= byte >> bit & 1
    for bit in range(64):
        ring[96 + bit] ^= len(content) >> bit & 1
    value = sum(one << place for place, one in enumerate(ring))
    return base64.b64encode(value.to_bytes(20, "little")).decode()


def _noise(length: int) -> bytes:
    return hashlib.shake_128(b"noise %d" % length).digest(length)


def _ours(content: bytes, *cuts: int) -> str:
    digest = QuickXorHash()
    start = 0
    for end in (*sorted(cut % (len(content) + 1) for cut in cuts), len(content)):
        digest.update(content[start:end])
        start = end
    return digest.text()


@pytest.mark.parametrize(
    "length", [0, 1, 19, 20, 21, 159, 160, 161, 319, 320, 321, 4096, 10_239, 10_240, 10_241, 65_537]
)
def test_it_is_the_definition_at_every_edge(length: int) -> None:
    content = _noise(length)

    assert _ours(content) == _by_definition(content)


@given(st.binary(max_size=2000), st.lists(st.integers(0, 2000), max_size=6))
def test_it_does_not_matter_how_the_bytes_are_cut(content: bytes, cuts: list[int]) -> None:
    assert _ours(content, *cuts) == _by_definition(content)


def test_a_change_of_one_bit_or_of_the_length_is_seen() -> None:
    content = bytes(1000)

    assert len({_ours(content), _ours(content + b"\0"), _ours(b"\1" + content[1:])}) == 3


def test_rclone_computes_the_same(tmp_path: Path) -> None:
    contents = {f"{n}.bin": _noise(n) for n in (0, 1, 160, 161, 70_001)}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)

    told = subprocess.run(
        [rclone_program(), "hashsum", "quickxor", str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout

    theirs = {
        name: digest for digest, name in (line.split(maxsplit=1) for line in told.splitlines())
    }
    ours = {name: base64.b64decode(_ours(content)).hex() for name, content in contents.items()}
    assert theirs == ours

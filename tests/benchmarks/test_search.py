"""The benchmark of the search at a size where it says nothing about speed: that it measures what it says."""

import random
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from message_centre.domain.folding import fold
from message_centre.store.patients import PatientsTable
from tests.benchmarks import search
from tests.benchmarks.people import people
from tests.benchmarks.search_floor import FileFloor, Floor
from tests.benchmarks.search_register import in_file, load, on_server
from tests.benchmarks.search_typing import keystrokes, misspelt, slips
from tests.support.patients import an_empty_register

FEW = 300


Opened = Callable[[Path, int], AbstractContextManager[tuple[PatientsTable, Floor, str]]]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not below pytest's own folders, which a server that runs as somebody else may not enter."""
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(temporary)
        made.chmod(0o755)
        (made / "kept").mkdir()
        yield made / "kept"


def a_chance() -> random.Random:
    return random.Random(1)  # noqa: S311 - what people type, not secrets


def test_the_same_seed_makes_the_same_people_with_a_few_common_names() -> None:
    everybody = list(people(3000))
    assert everybody == list(people(3000))
    assert everybody[:100] != list(people(3000, seed=2))[:100]
    names = Counter(patient.last_name for patient in everybody)
    assert names.most_common(1)[0][1] > 20
    assert sum(count == 1 for count in names.values()) > len(names) / 3
    assert len({patient.number for patient in everybody}) == 3000


def test_whoever_is_typed_out_is_found(tmp_path: Path) -> None:
    register = an_empty_register(tmp_path)
    load(register, people(FEW), count=FEW)
    for someone in list(people(FEW))[::25]:
        last, first = someone.last_name, someone.first_names.split()[0]
        for typed in (f"{last} {first}", f"{first} {last}", someone.number, someone.nhi):
            assert someone in [patient for patient, _ in register.search(typed)]


def test_typing_is_every_beginning_of_what_finds_the_patient() -> None:
    [someone] = people(1)
    typed = [text for group, text in keystrokes(someone, a_chance()) if group == "names"]
    last, first = someone.last_name, someone.first_names.split()[0]
    assert {last[0], last, f"{last} {first}", f"{first} {last}"} <= set(typed)
    assert not any(text.endswith(" ") for text in typed)


def test_a_slip_changes_the_word_by_little() -> None:
    chance = a_chance()
    for _ in range(200):
        wrong = misspelt("wilson", chance)
        assert wrong != "wilson"
        assert abs(len(wrong) - len("wilson")) <= 1


def test_the_floor_finds_beginnings_of_either_name_in_order(tmp_path: Path) -> None:
    everybody = list(people(FEW))
    floor = FileFloor(tmp_path / "floor.sqlite3")
    try:
        floor.fill(people, FEW)
        found = [name for name, _ in floor.ids("s")]
        assert len(floor.rows("s")) == len(found)
        assert floor.last_names == sorted({fold(patient.last_name) for patient in everybody})
        for slip in slips(everybody, floor, a_chance(), count=20):
            assert not floor.knows(slip.typed)
    finally:
        floor.close()
    by_last = [fold(f"{one.last_name} {one.first_names}") for one in everybody]
    assert (
        found[: len(found) // 2]
        == sorted(name for name in by_last if name[0] == "s")[:50][: len(found) // 2]
    )


@pytest.mark.parametrize("opened", [in_file, on_server])
def test_a_small_run_tells_about_everything(folder: Path, opened: Opened) -> None:
    with opened(folder, FEW) as (table, floor, loaded):
        told = "\n".join(search.run(table, floor, patients=FEW, asked=4, rounds=2))
    assert f"{FEW} patients, saved in" in loaded
    for words in ("names", "two short starts", "rapidfuzz", "gathered", "goal", "few ties"):
        assert words in told
    assert len(re.findall(r"100\.0%", told)) == 6
    with opened(folder, FEW) as (table, floor, loaded):
        assert "kept from another run" in loaded
        assert floor.rows("s")
        assert len(table.search("s")) > 10

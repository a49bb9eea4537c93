"""Sessions: where they are cut, who belongs to which, and who is odd in it."""

from message_centre.domain.sessions import (
    ALONE,
    ANOTHER_DEVICE,
    ANOTHER_ID,
    GAP_NS,
    Ident,
    Sessions,
    Shot,
    sessions_of,
)

MINUTE = GAP_NS // 15


def a_shot(name: str, minute: float, device: str = "", source: str = "a") -> Shot:
    return Shot((source, name), name, int(minute * MINUTE), device)


def groups(found: Sessions) -> set[frozenset[str]]:
    sessions: dict[int, set[str]] = {}
    for (_, name), number in found.numbers.items():
        sessions.setdefault(number, set()).add(name)
    return {frozenset(names) for number, names in sessions.items() if number != ALONE}


def alone(found: Sessions) -> set[str]:
    return {name for (_, name), number in found.numbers.items() if number == ALONE}


def odd(found: Sessions) -> dict[Ident, str]:
    return dict(found.odd)


def test_a_rest_of_more_than_a_quarter_of_an_hour_cuts() -> None:
    shots = [a_shot(name, at) for name, at in zip("dabc", (30.1, 0, 15, 30), strict=True)]
    assert groups(sessions_of(shots)) == {frozenset("abcd")}
    shots.append(a_shot("e", 45.2))
    found = sessions_of(shots)
    assert groups(found) == {frozenset("abcd")}
    assert alone(found) == {"e"}
    assert groups(sessions_of([*shots, a_shot("f", 46)])) == {frozenset("abcd"), frozenset("ef")}


def test_sources_are_never_mixed() -> None:
    shots = [a_shot(name, 1, source=source) for name, source in zip("abcd", "xxyy", strict=True)]
    assert groups(sessions_of(shots)) == {frozenset("ab"), frozenset("cd")}


def test_several_files_of_a_second_device_are_a_session_of_their_own() -> None:
    shots = [a_shot(str(n), n, "iPhone" if n % 2 else "Canon") for n in range(6)]
    found = sessions_of(shots)
    assert groups(found) == {frozenset("024"), frozenset("135")}
    assert sorted(found.devices.values()) == ["Canon", "iPhone"]
    assert not found.odd


def test_a_single_file_of_another_device_is_odd_and_one_that_tells_none_is_not() -> None:
    shots = [a_shot(str(n), n, "iPhone") for n in range(4)]
    shots += [a_shot("canon", 2.5, "Canon"), a_shot("silent", 3.5)]
    found = sessions_of(shots)
    assert len(groups(found)) == 1
    assert odd(found) == {("a", "canon"): ANOTHER_DEVICE}


def test_a_file_that_names_another_patient_is_odd() -> None:
    names = ["ZAC5361 a.jpg", "ZAC5361 b.jpg", "ZAC5361 c.jpg", "ZBN77VL d.jpg", "e.jpg"]
    found = sessions_of([a_shot(name, n) for n, name in enumerate(names)])
    assert odd(found) == {("a", "ZBN77VL d.jpg"): ANOTHER_ID}


def test_counters_make_nobody_odd() -> None:
    names = [f"{prefix}{n:04d}.jpg" for n in range(9) for prefix in ("DSC", "A", "IMG_")]
    assert not sessions_of([a_shot(name, n) for n, name in enumerate(names)]).odd
    # Half of them name one patient and half another: nobody can tell which half is odd.
    names = ["ZAC5361 a.jpg", "ZAC5361 b.jpg", "ZBN77VL c.jpg", "ZBN77VL d.jpg"]
    assert not sessions_of([a_shot(name, n) for n, name in enumerate(names)]).odd

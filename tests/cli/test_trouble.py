import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from message_centre.cli.desk import cancelling
from message_centre.cli.main import run
from message_centre.domain.errors import Cancelled
from tests.support.program import Practice, command, environment

BIDI = "photo\u202egpj.jpg"
LINES = "two\nlines\t\x1b[31mred.jpg"
MARKUP = "[red]not red[bold] [link=x].jpg"


def test_a_bad_settings_file_is_set_aside_and_told_until_settings_are_set(
    busy_practice: Practice,
) -> None:
    busy_practice.put("a.jpg")
    (busy_practice.home / "settings.toml").write_bytes(b"[database\nurl = \xff")

    first = busy_practice.json("list")
    second = busy_practice.json("list")
    busy_practice.run("settings", "set", "database.url", "")
    third = busy_practice.json("list")

    assert [ended.code for ended in (first, second, third)] == [0, 0, 0]
    assert all(len(ended.lines) == 1 for ended in (first, second, third))
    assert "settings.toml.damaged-" in first.err
    assert "settings.toml.damaged-" in second.err
    assert third.err == ""
    (kept,) = busy_practice.home.glob("settings.toml.damaged-*")
    assert kept.read_bytes() == b"[database\nurl = \xff"


def test_a_log_folder_that_cannot_be_written_to_is_told_and_stops_nothing(
    busy_practice: Practice, tmp_path: Path
) -> None:
    busy_practice.put("a.jpg")
    (tmp_path / "file").write_bytes(b"no folder")
    busy_practice.set_up("settings", "set", "system.log_folder", str(tmp_path / "file" / "logs"))

    listed = busy_practice.json("list")

    assert (listed.code, len(listed.lines)) == (0, 1)
    assert "log folder" in listed.err
    assert (busy_practice.home / "logs" / "message_centre.log").exists()


def test_a_record_of_a_newer_program_is_refused_kindly(busy_practice: Practice) -> None:
    (record,) = busy_practice.home.glob("*.sqlite3")
    with sqlite3.connect(record) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    ended = busy_practice.json("list")

    assert (ended.code, ended.out, ended.err.count("\n")) == (3, "", 1)
    assert "newer" in ended.err


def test_a_record_that_is_no_database_ends_with_three(busy_practice: Practice) -> None:
    for file in busy_practice.home.glob("*.sqlite3*"):
        file.unlink()
    (busy_practice.home / "record.sqlite3").write_bytes(b"no database" * 1000)

    ended = busy_practice.json("records")

    assert (ended.code, ended.out, ended.err.count("\n")) == (3, "", 1)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX file")
def test_a_home_that_cannot_be_made_ends_with_three(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    ended = Practice(tmp_path / "file" / "home", tmp_path).json("list")

    assert (ended.code, ended.out, ended.err.count("\n")) == (3, "", 1)


def test_a_store_that_is_away_saves_nothing_and_ends_with_three(
    busy_practice: Practice, tmp_path: Path
) -> None:
    busy_practice.put("first.jpg")
    busy_practice.json("save", "first.jpg", "--patient", "161")
    stores = busy_practice.home / "stores"
    stores.rename(tmp_path / "unplugged")
    file = busy_practice.put("a.jpg")

    ended = busy_practice.json("save", "a.jpg", "--patient", "161")

    assert (ended.code, ended.line["outcome"]) == (3, "failed")
    assert ended.line["reason"]
    assert file.read_bytes() == b"a.jpg"


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes")
@pytest.mark.parametrize("name", [BIDI, LINES, MARKUP, "ā" * 120 + ".jpg", "-.jpg", "--json.jpg"])
def test_an_odd_name_is_listed_saved_and_shown_safely(busy_practice: Practice, name: str) -> None:
    busy_practice.put(name)

    listed = busy_practice.json("list")
    for_people = busy_practice.run("list")
    saved = busy_practice.json("save", listed.line["key"], "--patient", "161")

    assert listed.out.isascii()
    assert listed.line["name"] == name
    assert len(for_people.out.splitlines()) >= 2
    assert not set(for_people.out) & set("\u202e\x1b\t")
    assert saved.code == 0, saved.out
    assert busy_practice.json("records").line["original_name"] == name


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes")
def test_a_name_that_is_no_text_is_saved_by_key_and_by_name(busy_practice: Practice) -> None:
    busy_practice.put(b"one\xff.jpg")
    busy_practice.put(b"two\xfe.jpg")
    keys = {one["name"]: one["key"] for one in busy_practice.json("list").lines}

    by_key = busy_practice.json("save", keys["one\\xff.jpg"], "--patient", "161")
    by_name = busy_practice.json("save", b"two\xfe.jpg", "--patient", "161")

    assert by_key.code == by_name.code == 0, by_name.out + by_name.err
    names = {one["original_name"] for one in busy_practice.json("records").lines}
    assert names == {"one\\xff.jpg", "two\\xfe.jpg"}


def test_a_table_for_people_keeps_what_looks_like_markup(busy_practice: Practice) -> None:
    busy_practice.put(MARKUP)

    assert MARKUP in busy_practice.run("list").out


def test_a_reader_that_leaves_early_gets_no_traceback(busy_practice: Practice) -> None:
    for number in range(300):
        busy_practice.put(f"{number}.jpg")
    reading, writing = os.pipe()
    os.close(reading)

    ended = subprocess.run(
        command("--home", busy_practice.home, "--json", "list"),
        stdout=writing,
        stderr=subprocess.PIPE,
        env=environment(),
        check=False,
    )
    os.close(writing)

    assert ended.returncode == 1
    assert b"Traceback" not in ended.stderr
    assert b"BrokenPipe" not in ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_stops_a_batch_between_groups_and_loses_none(busy_practice: Practice) -> None:
    names = [f"{number}.jpg" for number in range(1000)]
    for name in names:
        busy_practice.put(name)
    program = subprocess.Popen(
        command(
            "--home", busy_practice.home, "save", *names, "--patient", "161", "--yes", "--json"
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        bufsize=0,  # what `readline` leaves must still be there for `communicate`
    )
    assert program.stdout is not None
    first = program.stdout.readline()
    program.send_signal(signal.SIGINT)
    rest, error = program.communicate(timeout=60)

    assert program.returncode == 130, error
    assert b"Traceback" not in error
    outcomes = [line.count(b'"saved"') for line in (first + rest).splitlines()]
    on_record = {one["original_name"] for one in busy_practice.json("records").lines}
    still_there = {path.name for path in busy_practice.inbox.iterdir()}
    assert len(outcomes) == len(names)
    assert len(on_record) == sum(outcomes) > 0
    assert still_there == set(names) - on_record
    assert still_there
    assert busy_practice.json("check").code == 0


def test_the_first_ctrl_c_is_a_wish_and_the_second_interrupts(
    request: pytest.FixtureRequest,
) -> None:
    # A shell's background jobs begin with Ctrl+C ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))

    with cancelling() as token:
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(Cancelled):
            token.check()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)

    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_saying_more_goes_to_standard_error_alone(busy_practice: Practice) -> None:
    busy_practice.put("a.jpg")

    ended = busy_practice.json("save", "a.jpg", "--patient", "161", "--verbose")

    assert ended.line["outcome"] == "saved"
    assert "a.jpg" not in ended.err


def test_no_name_and_no_title_reaches_the_log(busy_practice: Practice) -> None:
    busy_practice.put("canary-file.jpg")
    busy_practice.put("canary-odd.odd")
    saving = ("save", "canary-file.jpg", "canary-odd.odd", "--patient", "161", "--yes")
    busy_practice.run(*saving, "--title", "canary title", "--comment", "canary comment")
    record = busy_practice.json("records").line["record"]
    busy_practice.run("reassign", record, "--patient", "272", "--reason", "canary reason")

    written = b"".join(log.read_bytes() for log in (busy_practice.home / "logs").iterdir())

    assert b"canary" not in written
    assert b"zztest" not in written.lower()


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("message_centre.services.listing.Lister.refresh", 3),
        ("message_centre.sources.local_folder.LocalFolder.list_files", 1),
    ],
)
def test_what_nobody_foresaw_is_logged_by_its_place_and_never_by_its_words(
    busy_practice: Practice,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    place: str,
    code: int,
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("ZZCANARY was born on 7 March")

    monkeypatch.setattr(place, break_down)
    given = ["--home", str(busy_practice.home), "list"]
    assert run(given, open_window=lambda _home, _operator: 1) == code
    log = (busy_practice.home / "logs" / "message_centre.log").read_text(encoding="utf-8")
    assert "unforeseen RuntimeError in break_down:" in log
    told = capsys.readouterr()
    assert "CANARY" not in log + told.out + told.err

import sys
from pathlib import Path

import pytest

from message_centre.domain.errors import BadSetting, StoreFull
from message_centre.host import settings_file
from message_centre.host.settings_file import SettingsFile


def test_a_missing_file_holds_nothing_and_is_no_problem(tmp_path: Path) -> None:
    kept = SettingsFile(tmp_path)

    assert kept.read() == {}
    assert kept.problems == ()
    assert list(tmp_path.iterdir()) == []


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    SettingsFile(tmp_path).write("database.url", "x")

    assert SettingsFile(tmp_path).read() == {"database.url": "x"}


def test_comments_and_keys_of_others_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('# ours\n[window]\nsize = [1, 2]  # kept\n\n[database]\nurl = "old"\nx = 1\n')

    SettingsFile(tmp_path).write("database.url", "new")

    assert file.read_text() == (
        '# ours\n[window]\nsize = [1, 2]  # kept\n\n[database]\nurl = "new"\nx = 1\n'
    )


def test_a_value_where_a_table_must_be_gives_way(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("database = 5\nother = true\n")

    SettingsFile(tmp_path).write("database.url", "new")

    assert SettingsFile(tmp_path).read() == {"database.url": "new", "other": "true"}


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes(b'\xef\xbb\xbf[database]\nurl = "x"\n')

    assert SettingsFile(tmp_path).read() == {"database.url": "x"}


@pytest.mark.parametrize("damaged", [b"[database\nurl=", b"\xff\xfe\x00", b"\x00" * 200])
def test_a_damaged_file_is_set_aside_whole(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "settings.toml").write_bytes(damaged)

    assert SettingsFile(tmp_path).read() == {}

    (kept,) = tmp_path.iterdir()
    assert kept.name.startswith("settings.toml.damaged-")
    assert kept.read_bytes() == damaged


def test_a_damaged_file_is_told_at_every_start_until_settings_are_set_again(
    tmp_path: Path,
) -> None:
    (tmp_path / "settings.toml").write_bytes(b"[")

    (first,) = SettingsFile(tmp_path).problems
    (second,) = SettingsFile(tmp_path).problems
    SettingsFile(tmp_path).write("database.url", "")

    assert first == second
    assert "settings.toml.damaged-" in first
    assert SettingsFile(tmp_path).problems == ()


def test_writing_over_a_damaged_file_sets_it_aside_first(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes(b"[")

    SettingsFile(tmp_path).write("database.url", "x")

    assert len(list(tmp_path.glob("settings.toml.damaged-*"))) == 1
    assert SettingsFile(tmp_path).read() == {"database.url": "x"}


def test_two_damaged_files_are_both_kept(tmp_path: Path) -> None:
    for content in (b"[", b"[["):
        (tmp_path / "settings.toml").write_bytes(content)
        SettingsFile(tmp_path).read()

    assert len(list(tmp_path.glob("settings.toml.damaged-*"))) == 2


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = SettingsFile(tmp_path)
    kept.write("database.url", "old")

    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(settings_file, "write_atomically", full)

    with pytest.raises(StoreFull):
        kept.write("database.url", "new")
    assert kept.read() == {"database.url": "old"}


def test_a_file_that_cannot_be_read_now_is_not_set_aside(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").mkdir()

    with pytest.raises(BadSetting, match="cannot be read"):
        SettingsFile(tmp_path).read()
    assert (tmp_path / "settings.toml").is_dir()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    SettingsFile(tmp_path).write("database.url", "x")

    assert (tmp_path / "settings.toml").stat().st_mode & 0o077 == 0

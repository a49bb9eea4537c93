import os
import shutil
import time
from pathlib import Path

import pytest

from message_centre.domain.drive_places import AzureFolder
from message_centre.domain.errors import BadSetting, NotPermitted
from message_centre.domain.people import Operator, Provider, Right
from message_centre.domain.secrets import NO_SECRET, Secret
from message_centre.host.clock import SystemClock
from message_centre.host.settings_file import SettingsFile
from message_centre.host.vault import Vault
from message_centre.services.configuring import Configuring, ConfiguringParts
from message_centre.services.permitting import Permitting
from message_centre.store.database import Database
from message_centre.store.people import FIRST_OPERATOR, PeopleTable, furnish
from message_centre.store.practice_settings import PracticeSettingsTable
from message_centre.store.trail import SqlTrail
from tests.support.engine import Engine

ADM = FIRST_OPERATOR
ANN = Operator("ANN", "Ann", rights=frozenset({("*", Right.SAVE), ("1", Right.SET_UP)}))


@pytest.fixture
def trail(database: Database, tmp_path: Path) -> SqlTrail:
    (tmp_path / "home").mkdir()
    furnish(database)
    PeopleTable(database).save_operator(ANN)
    return SqlTrail(database, SystemClock(), "here")


@pytest.fixture
def configuring(database: Database, trail: SqlTrail, tmp_path: Path) -> Configuring:
    home = tmp_path / "home"
    parts = ConfiguringParts(
        PracticeSettingsTable(database),
        SettingsFile(home),
        Vault(home),
        Permitting(PeopleTable(database)),
        trail,
    )
    return Configuring(parts, home)


def a_folder(tmp_path: Path, name: str) -> str:
    folder = tmp_path / name
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)


def test_a_fresh_home_has_its_stores_and_logs_inside_and_watches_nothing(
    configuring: Configuring, tmp_path: Path
) -> None:
    home = tmp_path / "home"

    places = (configuring.images_store(), configuring.documents_store(), configuring.log_folder())
    assert all(home in place.parents for place in places)
    assert len(set(places)) == 3
    assert configuring.image_folders("ADM") == configuring.document_folders("ADM") == ()
    assert {".jpg", ".pdf", ".heic"} <= configuring.listed_extensions()


def test_a_setting_of_the_operator_counts_for_that_operator_only(
    configuring: Configuring, tmp_path: Path
) -> None:
    folder = a_folder(tmp_path, "in")

    assert configuring.set("operator.folders.images", folder, operator=ADM) == (
        "operator.folders.images",
        folder,
    )

    assert configuring.image_folders("ADM") == (Path(folder),)
    assert configuring.image_folders("ANN") == ()
    assert dict(configuring.show("ADM"))["operator.folders.images"] == folder


def test_an_administrator_sets_another_operators_folders(
    configuring: Configuring, tmp_path: Path
) -> None:
    configuring.set("operator.ANN.folders.images", a_folder(tmp_path, "in"), operator=ADM)

    assert configuring.image_folders("ANN") == (tmp_path / "in",)


def test_the_folders_of_an_operator_who_is_not_there_are_refused(
    configuring: Configuring, tmp_path: Path
) -> None:
    with pytest.raises(NotPermitted, match="no active operator 'ZOE'"):
        configuring.set("operator.ZOE.folders.images", a_folder(tmp_path, "in"), operator=ADM)


def test_a_folder_for_both_kinds_is_listed_once(configuring: Configuring, tmp_path: Path) -> None:
    one, two = a_folder(tmp_path, "one"), a_folder(tmp_path, "two")
    configuring.set("operator.folders.images", one, operator=ADM)
    configuring.set("operator.folders.documents", os.pathsep.join([one, two]), operator=ADM)

    assert configuring.document_folders("ADM") == (Path(two),)


def test_an_empty_value_brings_the_default_back(configuring: Configuring) -> None:
    default = configuring.listed_extensions()
    configuring.set("system.extensions.listed", "jpg", operator=ADM)
    assert configuring.listed_extensions() == {".jpg"}

    configuring.set("system.extensions.listed", "", operator=ADM)

    assert configuring.listed_extensions() == default


def test_every_change_is_in_the_trail(
    configuring: Configuring, trail: SqlTrail, tmp_path: Path
) -> None:
    folder = a_folder(tmp_path, "in")
    configuring.set("operator.folders.images", folder, operator=ADM)

    (entry,) = trail.entries()
    assert (entry.action, entry.operator) == ("settings", "ADM")
    assert entry.detail == f"operator.ADM.folders.images = {folder}"


def test_who_may_set_up_one_provider_only_may_not_set_up_the_practice(
    configuring: Configuring, trail: SqlTrail
) -> None:
    with pytest.raises(NotPermitted):
        configuring.set("system.extensions.listed", "jpg", operator=ANN)

    assert list(trail.entries()) == []
    assert ".png" in configuring.listed_extensions()


def test_a_refused_value_changes_nothing(configuring: Configuring, trail: SqlTrail) -> None:
    with pytest.raises(BadSetting):
        configuring.set("system.images_store", "relative", operator=ADM)

    assert list(trail.entries()) == []


@pytest.mark.parametrize("inside", ["", "deeper/still"])
def test_a_watched_folder_in_a_store_is_refused(
    configuring: Configuring, tmp_path: Path, inside: str
) -> None:
    store = a_folder(tmp_path, "store")
    configuring.set("system.images_store", store, operator=ADM)

    with pytest.raises(BadSetting, match="stand apart"):
        configuring.set("operator.folders.images", str(Path(store) / inside), operator=ADM)


@pytest.mark.parametrize("inside", ["", "deeper/still"])
@pytest.mark.parametrize(
    "key", ["system.images_store", "system.documents_store", "system.log_folder"]
)
def test_a_store_in_anybodys_watched_folder_is_refused(
    configuring: Configuring, tmp_path: Path, key: str, inside: str
) -> None:
    watched = a_folder(tmp_path, "in")
    value = os.pathsep.join([a_folder(tmp_path, "other"), watched])
    configuring.set("operator.ANN.folders.documents", value, operator=ADM)

    with pytest.raises(BadSetting, match="stand apart"):
        configuring.set(key, str(Path(watched) / inside), operator=ADM)


def test_a_watched_folder_around_a_store_is_refused(
    configuring: Configuring, tmp_path: Path
) -> None:
    with pytest.raises(BadSetting, match="stand apart"):
        configuring.set("operator.folders.images", str(tmp_path), operator=ADM)


def test_going_back_to_a_default_that_is_watched_is_refused(
    configuring: Configuring, tmp_path: Path
) -> None:
    default = configuring.images_store()
    configuring.set("system.images_store", a_folder(tmp_path, "store"), operator=ADM)
    default.mkdir(parents=True)
    configuring.set("operator.folders.images", str(default), operator=ADM)

    with pytest.raises(BadSetting, match="stand apart"):
        configuring.set("system.images_store", "", operator=ADM)


def test_two_stores_may_not_be_one(configuring: Configuring, tmp_path: Path) -> None:
    store = a_folder(tmp_path, "store")
    configuring.set("system.images_store", store, operator=ADM)

    with pytest.raises(BadSetting, match="stand apart"):
        configuring.set("system.documents_store", store, operator=ADM)


def test_a_link_to_a_store_is_known_for_what_it_is(
    configuring: Configuring, tmp_path: Path
) -> None:
    store = a_folder(tmp_path, "store")
    configuring.set("system.images_store", store, operator=ADM)
    link = tmp_path / "harmless"
    link.symlink_to(Path(store), target_is_directory=True)

    with pytest.raises(BadSetting, match="stand apart"):
        configuring.set("operator.folders.images", str(link), operator=ADM)


def test_a_link_into_a_store_is_known_for_what_it_is(
    configuring: Configuring, tmp_path: Path
) -> None:
    configuring.set("system.images_store", a_folder(tmp_path, "store"), operator=ADM)
    link = tmp_path / "harmless"
    link.symlink_to(Path(a_folder(tmp_path, "store/1/aa")), target_is_directory=True)

    with pytest.raises(BadSetting, match="stand apart"):
        configuring.set("operator.folders.images", str(link), operator=ADM)


def test_the_home_folder_itself_cannot_be_watched(configuring: Configuring, tmp_path: Path) -> None:
    stores = [a_folder(tmp_path, name) for name in ("i", "d", "l")]
    keys = ("system.images_store", "system.documents_store", "system.log_folder")
    for key, store in zip(keys, stores, strict=True):
        configuring.set(key, store, operator=ADM)

    with pytest.raises(BadSetting, match="holds the record"):
        configuring.set("operator.folders.images", str(tmp_path / "home"), operator=ADM)


def test_a_folder_beside_the_stores_in_the_home_may_be_watched(
    configuring: Configuring, tmp_path: Path
) -> None:
    configuring.set("operator.folders.images", a_folder(tmp_path, "home/inbox"), operator=ADM)

    assert configuring.image_folders("ADM") == (tmp_path / "home" / "inbox",)


def test_a_folder_that_is_away_now_may_be_watched(configuring: Configuring, tmp_path: Path) -> None:
    configuring.set("operator.folders.images", str(tmp_path / "not yet"), operator=ADM)

    assert configuring.image_folders("ADM") == (tmp_path / "not yet",)


def test_a_setting_of_the_workstation_is_kept_in_its_file(
    configuring: Configuring, tmp_path: Path
) -> None:
    configuring.set("database.url", "", operator=ADM)

    assert SettingsFile(tmp_path / "home").read() == {"database.url": ""}


def test_a_damaged_settings_file_is_a_problem_to_show(
    configuring: Configuring, tmp_path: Path
) -> None:
    (tmp_path / "home" / "settings.toml").write_text("[")

    assert len(configuring.problems()) == 1


def test_a_store_with_files_on_record_is_only_told_where_it_was_moved_to(
    engine: Engine, tmp_path: Path
) -> None:
    setting, key = engine.services.configuring, "system.images_store"
    engine.put("a.jpg")
    assert engine.save("a.jpg").is_saved
    old = setting.images_store()

    for elsewhere in (a_folder(tmp_path, "empty"), str(tmp_path / "not there")):
        with pytest.raises(BadSetting, match="on record"):
            setting.set(key, elsewhere, operator=ADM)
    other = shutil.copytree(setting.documents_store(), tmp_path / "other")
    with pytest.raises(BadSetting, match="on record"):
        setting.set(key, str(other), operator=ADM)
    assert setting.images_store() == old
    # Of this one nothing is on record.
    setting.set("system.documents_store", str(tmp_path / "letters"), operator=ADM)
    setting.set("system.documents_store", "", operator=ADM)

    shutil.copytree(old, tmp_path / "moved")
    setting.set(key, str(tmp_path / "moved"), operator=ADM)
    time.sleep(2.1)  # for so long a store's place is believed
    shutil.rmtree(old)
    assert engine.problems() == []
    with pytest.raises(BadSetting, match="on record"):
        setting.set(key, a_folder(tmp_path, "empty"), operator=ADM)


def test_a_drive_is_off_until_it_is_switched_on_for_the_operator(configuring: Configuring) -> None:
    assert not configuring.has_drive("azure", "ADM")

    configuring.set("operator.azure.enabled", "True", operator=ADM)

    assert configuring.has_drive("azure", "ADM")
    assert not configuring.has_drive("azure", "ANN")
    assert not configuring.has_drive("dropbox", "ADM")


def test_the_operators_folder_lies_inside_the_providers(configuring: Configuring) -> None:
    configuring.set("system.azure.account", "practice1", operator=ADM)
    configuring.set("provider.1.azure.container", "scans/from tower/", operator=ADM)
    configuring.set("operator.azure.path", "/apps/intouch", operator=ADM)

    found = configuring.azure("ADM", "1")

    assert found.source_id == "azure:practice1/scans/from tower/apps/intouch"
    assert AzureFolder.parse(found.source_id) == found


def test_a_providers_setting_counts_for_that_provider_only(
    configuring: Configuring, database: Database
) -> None:
    PeopleTable(database).save_provider(Provider("2", "Dr Two"))

    configuring.set("provider.2.azure.container", "two", operator=ADM)

    assert configuring.azure("ADM", "2").container == "two"
    assert configuring.azure("ADM", "1").container == ""
    shown = dict(configuring.show("ADM"))
    assert shown["provider.2.azure.container"] == "two"
    assert shown["provider.1.azure.container"] == ""


def test_a_setting_of_a_provider_who_is_not_there_is_refused(configuring: Configuring) -> None:
    with pytest.raises(BadSetting, match="no provider '7'"):
        configuring.set("provider.7.azure.container", "seven", operator=ADM)


def test_a_secret_lies_in_the_vault_and_is_shown_nowhere(
    configuring: Configuring, database: Database, trail: SqlTrail
) -> None:
    configuring.set_secret("system.azure.key", Secret("canary-5"), operator=ADM)

    assert configuring.secret("system.azure.key") == Secret("canary-5")
    assert dict(configuring.show("ADM"))["system.azure.key"] == "***"
    assert configuring.value("system.azure.key") == "***"
    assert "canary-5" not in repr(PracticeSettingsTable(database).read())
    assert "canary-5" not in repr(list(trail.entries()))


def test_an_empty_secret_is_kept_no_longer(configuring: Configuring) -> None:
    configuring.set_secret("provider.1.onedrive.secret", Secret("canary-6"), operator=ADM)
    configuring.set_secret("provider.1.onedrive.secret", NO_SECRET, operator=ADM)

    assert configuring.secret("provider.1.onedrive.secret") == NO_SECRET
    assert dict(configuring.show("ADM"))["provider.1.onedrive.secret"] == ""


def test_a_secret_is_never_taken_as_a_value_nor_a_value_as_a_secret(
    configuring: Configuring,
) -> None:
    with pytest.raises(BadSetting, match="standard input"):
        configuring.set("system.azure.key", "canary-7", operator=ADM)
    with pytest.raises(BadSetting, match="is no secret"):
        configuring.set_secret("system.azure.account", Secret("x"), operator=ADM)


def test_only_who_may_set_up_the_practice_keeps_its_secrets(configuring: Configuring) -> None:
    with pytest.raises(NotPermitted):
        configuring.set_secret("system.azure.key", Secret("x"), operator=ANN)

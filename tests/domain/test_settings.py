import os
from pathlib import Path

import pytest

from message_centre.domain.errors import BadSetting
from message_centre.domain.setting_values import checked, extensions_in, folders_in
from message_centre.domain.settings import (
    DATABASE_URL,
    IMAGE_FOLDERS,
    IMAGES_STORE,
    LISTED_EXTENSIONS,
    SETTINGS,
    Scope,
    locate,
)

BY_KEY = {setting.key: setting for setting in SETTINGS}
ROOT = Path(Path.cwd().anchor)


def test_every_setting_has_a_line_and_a_default_that_passes_its_own_check() -> None:
    for setting in SETTINGS:
        assert setting.line.endswith("."), setting.key
        assert checked(setting, setting.default) == setting.default


def test_an_operators_key_without_an_id_is_the_operators_own() -> None:
    place = locate(IMAGE_FOLDERS, operator="ANN")

    assert place.full_key == "operator.ANN.folders.images"


def test_an_operators_key_may_name_another_operator() -> None:
    place = locate("operator.BEN.folders.images", operator="ANN")

    assert (place.operator, place.setting.scope) == ("BEN", Scope.OPERATOR)
    assert place.full_key == "operator.BEN.folders.images"


def test_a_practice_key_is_stored_as_it_is() -> None:
    assert locate(IMAGES_STORE, operator="ANN").full_key == IMAGES_STORE


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ("operator.folder.image", IMAGE_FOLDERS),
        ("operator.ANN.folders.imags", IMAGE_FOLDERS),
        ("system.image_store", IMAGES_STORE),
        ("system.extension.list", LISTED_EXTENSIONS),
        ("database", DATABASE_URL),
        ("operator..folders.images", IMAGE_FOLDERS),
        ("operator.", "operator.azure.path"),
    ],
)
def test_a_wrong_key_is_refused_with_the_nearest_right_one(wrong: str, nearest: str) -> None:
    with pytest.raises(BadSetting, match=f"nearest one is '{nearest}'"):
        locate(wrong, operator="ANN")


@pytest.mark.parametrize("wrong", ["", ".", "é", "x" * 500])
def test_any_wrong_key_is_refused_with_some_right_one(wrong: str) -> None:
    with pytest.raises(BadSetting, match="The nearest one is"):
        locate(wrong, operator="ANN")


def test_a_relative_folder_is_refused_with_the_full_path_it_may_mean() -> None:
    with pytest.raises(BadSetting) as refused:
        checked(BY_KEY[IMAGES_STORE], "photos")

    assert str(Path.cwd() / "photos") in refused.value.detail


def test_a_folder_with_two_dots_is_refused() -> None:
    with pytest.raises(BadSetting, match=r"'\.\.'"):
        checked(BY_KEY[IMAGES_STORE], str(ROOT / "a" / ".." / "b"))


def test_a_folder_with_a_control_character_is_refused() -> None:
    with pytest.raises(BadSetting, match="control characters"):
        checked(BY_KEY[IMAGES_STORE], str(ROOT / "a\nb"))


def test_a_folder_loses_needless_separators_and_spaces_around_it() -> None:
    assert checked(BY_KEY[IMAGES_STORE], f"  {ROOT}a//./b/ ") == str(ROOT / "a" / "b")


def test_several_folders_are_kept_once_each_and_in_order() -> None:
    given = os.pathsep.join([str(ROOT / "b"), "", str(ROOT / "a"), f"{ROOT / 'b'}/"])

    stored = checked(BY_KEY[IMAGE_FOLDERS], given)

    assert folders_in(stored) == (ROOT / "b", ROOT / "a")


def test_one_bad_folder_among_several_refuses_them_all() -> None:
    with pytest.raises(BadSetting):
        checked(BY_KEY[IMAGE_FOLDERS], os.pathsep.join([str(ROOT / "b"), "relative"]))


def test_extensions_are_taken_in_any_common_spelling() -> None:
    stored = checked(BY_KEY[LISTED_EXTENSIONS], "*.JPG, png;.Tiff")

    assert stored == ".jpg .png .tiff"
    assert extensions_in(stored) == {".jpg", ".png", ".tiff"}


@pytest.mark.parametrize(("wrong", "nearest"), [("tar.gz", "'.gz'"), ("a/b", "Perhaps")])
def test_what_is_no_extension_is_refused_with_the_nearest(wrong: str, nearest: str) -> None:
    with pytest.raises(BadSetting, match=nearest):
        checked(BY_KEY[LISTED_EXTENSIONS], wrong)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://centre@record.example:5432/practice",
        "postgres://centre@record.example/practice?sslmode=require",
        "postgresql://centre@one:5432,two:5432/practice?target_session_attrs=read-write",
        "postgresql://centre@/practice?host=/run/postgresql",
    ],
)
def test_the_address_of_a_server_is_kept_as_it_is(address: str) -> None:
    assert checked(BY_KEY[DATABASE_URL], address) == address


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("record.sqlite3", "starts with postgresql://"),
        ("mysql://centre@record.example/practice", "starts with postgresql://"),
        ("postgresql://record.example/practice", "who signs in is missing"),
        ("postgresql://centre@record.example", "database is missing"),
        ("postgresql://centre@record.example/practice?options=-c%20fsync", "'options' may not"),
        ("postgresql://centre@record.example/practice?passfile=x", "'passfile' may not"),
    ],
)
def test_what_is_no_address_of_a_server_is_refused_in_words(address: str, answer: str) -> None:
    with pytest.raises(BadSetting, match=answer):
        checked(BY_KEY[DATABASE_URL], address)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://centre:canary-7@record.example/practice",
        "postgresql://centre@record.example/practice?password=canary-7",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(BadSetting, match="may not stand in the address") as refused:
        checked(BY_KEY[DATABASE_URL], address)

    assert "canary-7" not in str(refused.value)


def test_a_providers_key_names_the_provider() -> None:
    place = locate("provider.2.azure.container", operator="ANN")

    assert (place.provider, place.full_key) == ("2", "provider.2.azure.container")


@pytest.mark.parametrize(
    ("key", "name"),
    [("system.azure.key", "azure.key"), ("provider.2.onedrive.secret", "onedrive.2.secret")],
)
def test_a_secret_has_one_name_in_the_vault(key: str, name: str) -> None:
    assert locate(key, operator="ANN").vault_name == name


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ("provider.azure.container", "provider.N.azure.container"),
        ("provider.2.azure.containers", "provider.N.azure.container"),
        ("operator.azure.enable", "operator.azure.enabled"),
        ("system.azure.acount", "system.azure.account"),
    ],
)
def test_a_wrong_key_of_a_drive_is_refused_with_the_nearest(wrong: str, nearest: str) -> None:
    with pytest.raises(BadSetting, match=f"nearest one is '{nearest}'"):
        locate(wrong, operator="ANN")


@pytest.mark.parametrize(
    ("key", "given", "kept"),
    [
        ("operator.azure.enabled", "TRUE", "true"),
        ("operator.azure.path", "apps\\intouch//new/", "/apps/intouch/new"),
        ("operator.azure.path", "/", ""),
        ("provider.N.azure.container", "/scans//from tower/", "scans/from tower"),
        ("provider.N.azure.container", "a1b-2c", "a1b-2c"),
        (
            "system.azure.endpoint",
            "https://Blob.Example:8443/acc/",
            "https://blob.example:8443/acc",
        ),
        ("system.azure.endpoint", "http://127.0.0.1:10000/acc", "http://127.0.0.1:10000/acc"),
        (
            "system.hosted_domains",
            "InCloud.Clinic, *.other.example",
            "incloud.clinic other.example",
        ),
        ("system.dropbox.app_key", "a1b2c3", "a1b2c3"),
    ],
)
def test_a_value_of_a_drive_is_kept_in_one_spelling(key: str, given: str, kept: str) -> None:
    assert checked(BY_KEY[key], given) == kept
    assert checked(BY_KEY[key], kept) == kept


@pytest.mark.parametrize(
    ("key", "wrong", "answer"),
    [
        ("operator.azure.enabled", "no", "Perhaps 'false'"),
        ("operator.azure.enabled", "maybe", "true or false"),
        ("operator.azure.path", "/a/../b", r"'\.\.'"),
        ("provider.N.azure.container", "My Scans/x", "Perhaps 'my-scans'"),
        ("provider.N.azure.container", "a--b", "Perhaps 'a-b'"),
        ("provider.N.azure.container", "ab", "Perhaps 'ab-files'"),
        ("provider.N.azure.container", "/", "3 to 63"),
        ("provider.N.azure.container", "scans/..", r"'\.\.'"),
        ("system.azure.account", "a.example/x", "letters, digits and hyphens"),
        ("system.azure.endpoint", "http://blob.example", "Perhaps 'https://blob.example'"),
        ("system.azure.endpoint", "blob.example", "Perhaps 'https://blob.example'"),
        ("system.azure.endpoint", "https://a:b@blob.example", "only https"),
        ("system.azure.endpoint", "https://blob.example?sig=x", "only https"),
        ("system.azure.endpoint", "https://blob.example:99999", "no address"),
        ("system.hosted_domains", "a_b", "is no domain"),
        ("system.azure.key", "canary", "standard input"),
    ],
)
def test_a_bad_value_of_a_drive_is_refused_with_what_would_do(
    key: str, wrong: str, answer: str
) -> None:
    with pytest.raises(BadSetting, match=answer):
        checked(BY_KEY[key], wrong)

"""The gates of gates.py, on the whole tree."""

import re
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from message_centre.domain import errors
from tests.house import gates

TRACKED_TEXT = {".py", ".md", ".toml", ".sh", ".css", ".qss", ".svg", ".html", ""}


def complaints_about(gate: Callable[[str, str], list[str]], *folders: Path) -> list[str]:
    return [
        complaint
        for file in gates.modules(*folders)
        for complaint in gate(str(file.relative_to(gates.ROOT)), file.read_text("utf-8"))
    ]


def leaves(
    kind: type[errors.MessageCentreError] = errors.MessageCentreError,
) -> list[type[errors.MessageCentreError]]:
    below = kind.__subclasses__()
    return [leaf for one in below for leaf in leaves(one)] if below else [kind]


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - whichever git made this checkout
        cwd=gates.ROOT,
        capture_output=True,
        check=True,
    )
    names = [name for name in listed.stdout.decode().split("\0") if name]
    return [gates.ROOT / name for name in names]


def test_no_module_is_longer_than_400_lines() -> None:
    found = complaints_about(gates.too_long, gates.PACKAGE)
    assert not found, "\n".join(found)


def test_texts_for_people_use_the_words_of_the_house() -> None:
    front_doors = [gates.PACKAGE / "ui", gates.PACKAGE / "cli", gates.PACKAGE / "domain"]
    found = complaints_about(gates.wrong_words, *front_doors)
    assert not found, "\n".join(found)


def test_every_suppression_carries_its_code_and_a_reason() -> None:
    folders = [gates.PACKAGE, gates.ROOT / "tests", gates.ROOT / "packaging"]
    own_samples = "tests/house/test_gates.py"
    found = complaints_about(gates.bare_suppressions, *folders)
    found = [complaint for complaint in found if not complaint.startswith(own_samples)]
    assert not found, "\n".join(found)


def test_no_tracked_file_names_a_path_or_host_of_one_computer() -> None:
    texts = [f for f in tracked_files() if f.suffix in TRACKED_TEXT and f.exists()]
    assert len(texts) > 50
    assert not [
        complaint
        for file in texts
        for complaint in gates.local_places(file.name, file.read_text("utf-8"))
    ]


def test_the_top_level_holds_what_belongs_there_only() -> None:
    expected = {"pyproject.toml", "README.md", "message_centre", "resources", "tests", "packaging"}
    tops = {file.relative_to(gates.ROOT).parts[0] for file in tracked_files()}
    assert {top for top in tops if not top.startswith(".")} <= expected | {"LICENSE"}


@pytest.mark.parametrize("leaf", leaves(), ids=lambda leaf: leaf.__name__)
def test_every_error_says_what_happened_and_what_to_do(
    leaf: type[errors.MessageCentreError],
) -> None:
    assert leaf.title
    assert leaf.title != errors.MessageCentreError.title
    assert not leaf.title.endswith(".")
    assert leaf.advice.endswith(".")
    assert str(leaf()) == leaf.title


@pytest.mark.parametrize("leaf", leaves(), ids=lambda leaf: leaf.__name__)
def test_every_error_is_drawn_in_the_tree(leaf: type[errors.MessageCentreError]) -> None:
    if leaf.__module__ == errors.__name__:
        assert leaf.__name__ in (errors.__doc__ or "")


def test_the_architecture_page_describes_every_package() -> None:
    page = (gates.PACKAGE / "ARCHITECTURE.md").read_text("utf-8")
    packages = [f"{init.parent.name}/" for init in sorted(gates.PACKAGE.glob("*/__init__.py"))]
    modules = [f.name for f in sorted(gates.PACKAGE.glob("*.py")) if f.stem != "__init__"]
    places = [f"{init.parent.name}/" for init in sorted(gates.PACKAGE.glob("ui/*/__init__.py"))]
    assert len(packages) >= 9
    assert len(places) >= 18
    assert not gates.unmentioned([*packages, *places, *modules], page)


def test_the_window_toolkit_with_the_reference_counting_fault_is_excluded() -> None:
    project = tomllib.loads((gates.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    toolkit = [one for one in project["dependencies"] if one.startswith("PySide6")]
    assert len(toolkit) == 1
    assert "!=6.12.0" in toolkit[0]


def test_the_lock_pins_and_hashes_every_dependency() -> None:
    project = tomllib.loads((gates.ROOT / "pyproject.toml").read_text("utf-8"))
    lock = (gates.ROOT / "packaging" / "requirements-test.lock").read_text("utf-8").lower()
    groups = project["dependency-groups"]
    wanted = project["project"]["dependencies"] + [
        one for group in groups.values() for one in group
    ]
    for requirement in wanted:
        name = re.split(r"[>\[]", requirement)[0].strip().lower().replace("_", "-")
        assert f"\n{name}==" in f"\n{lock}", f"{name} is not in the lock; run packaging/lock"
    pins, hashes = lock.count("=="), lock.count("--hash=sha256:")
    assert hashes >= pins
    assert "://" not in lock


def test_scripts_of_packaging_can_be_run() -> None:
    scripts = [file for file in (gates.ROOT / "packaging").iterdir() if file.suffix == ""]
    assert {script.name for script in scripts if script.is_file()} >= {"check", "test", "demo"}
    for script in filter(Path.is_file, scripts):
        first, second = script.read_text("utf-8").split("\n", 2)[:2]
        assert first.startswith("#!"), script.name
        assert second.startswith("#"), f"{script.name} does not say what it does"

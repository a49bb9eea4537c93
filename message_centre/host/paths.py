"""Folders of this platform, and whether a folder lies on a network file system."""

import functools
import os
import sys
import time
from pathlib import Path

import platformdirs

_NETWORK_TYPES = frozenset(
    "nfs nfs4 cifs smb3 smbfs smb2 afs ncpfs 9p davfs ceph glusterfs webdav afpfs".split()
)
#: Served by a program, but from a disk of this computer. Any other such program (gvfs, smbnetfs, sshfs,
#: rclone, ...) may fetch the files from anywhere.
_LOCAL_PROGRAMS = frozenset(
    "fuse.fuse-overlayfs fuse.gocryptfs fuse.cryfs fuse.encfs fuse.securefs fuse.bindfs"
    " fuse.mergerfs fuse.ntfs-3g fuse.exfat".split()
)
_DRIVE_REMOTE = 4
#: Where Linux tells what is mounted (proc(5)).
MOUNTS = Path("/proc/self/mountinfo")


def default_home() -> Path:
    """The data folder of this platform, or `MESSAGE_CENTRE_HOME`."""
    chosen = os.environ.get("MESSAGE_CENTRE_HOME")
    if chosen:
        return Path(chosen)
    return Path(platformdirs.user_data_dir("Message Centre", appauthor=False))


@functools.lru_cache(maxsize=64)
def is_network_folder(folder: Path) -> bool:
    """Whether the nearest existing folder at or above `folder` is on a network file system.

    Remembered for the run: what a folder is mounted from does not change under a program.
    """
    probe = folder.absolute()
    while not probe.exists() and probe != probe.parent:
        probe = probe.parent
    if sys.platform == "win32":
        return _is_remote_drive(probe)
    return _is_network_type(_mount_type(probe))


def is_fetched_by_program(device: int) -> bool:
    """Whether a file system (its `st_dev`) belongs to a program that may fetch files from anywhere.

    The kernel knows nothing of others who use those files: what it grants holds for this computer alone.
    """
    wanted = f"{os.major(device)}:{os.minor(device)}"
    kind = _kinds(MOUNTS, int(time.monotonic())).get(wanted)
    if kind is None:
        _kinds.cache_clear()  # mounted within this second, or not told at all
        kind = _kinds(MOUNTS, int(time.monotonic())).get(wanted, "")
    return _is_fetching_program(kind)


@functools.lru_cache(maxsize=1)
def _kinds(mounts: Path, _second: int) -> dict[str, str]:
    """The file system type of every mounted device; read once a second at most."""
    found: dict[str, str] = {}
    for line in _lines(mounts):
        before, _, after = line.partition(" - ")
        found.setdefault(before.split()[2], after.split()[0])
    return found


def _lines(mounts: Path) -> list[str]:
    return mounts.read_text("utf-8", "surrogateescape").splitlines() if mounts.exists() else []


def _is_network_type(kind: str) -> bool:
    return kind in _NETWORK_TYPES or _is_fetching_program(kind)


def _is_fetching_program(kind: str) -> bool:
    is_program = kind == "fuse" or kind.startswith("fuse.")
    return is_program and kind not in _LOCAL_PROGRAMS


def _mount_type(folder: Path) -> str:
    """The file system type of the mount that holds `folder`; empty where the system cannot tell."""
    real = str(folder.resolve())
    best, kind = "", ""
    for line in _lines(MOUNTS):
        before, _, after = line.partition(" - ")
        point = before.split()[4].encode().decode("unicode_escape")
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, after.split()[0]
    return kind


def _is_remote_drive(folder: Path) -> bool:
    if str(folder).startswith("\\\\"):
        return True
    import ctypes  # noqa: PLC0415 - Windows only

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore] # Windows' own
    return bool(kernel.GetDriveTypeW(folder.anchor) == _DRIVE_REMOTE)

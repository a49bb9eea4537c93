"""Small disks and shares, mounted in a room of their own (see `sandbox`)."""

import contextlib
import fcntl
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_SIZE = 320 << 20
_PATIENCE = 20.0
_SIOCSIFFLAGS, _UP_AND_LOOPBACK = 0x8914, 0x49

_SERVER = """
[global]
server role = standalone server
netbios name = PLACE
map to guest = Bad User
guest account = root
interfaces = lo
bind interfaces only = yes
disable netbios = yes
smb ports = 445
private dir = {0}
state directory = {0}
cache directory = {0}
lock directory = {0}
pid directory = {0}
ncalrpc dir = {0}
log file = {0}/log
load printers = no
disable spoolss = yes
strict sync = yes
[share]
path = {0}/share
read only = no
guest ok = yes
force user = root
"""


class CannotMountError(Exception):
    """A place that cannot be had here; the words say what is missing."""


@dataclass(frozen=True)
class Kind:
    """A kind of place: how it is made and mounted, and what has to be installed for that."""

    name: str
    package: str
    make: tuple[str, ...]
    mount: Callable[[Path, Path], Path]
    needs: tuple[str, ...] = ()


def mounted(kind: Kind, below: Path, *, size: int = _SIZE) -> Path:
    """Make and mount one of this kind; returns the folder to work in.

    Raises:
        CannotMountError: something is missing or refused.
    """
    image, folder = below / f"{kind.name}.image", below / kind.name
    folder.mkdir()
    make_image(image, kind, size=size)
    with _told():
        return kind.mount(image, folder)


def make_image(image: Path, kind: Kind, *, size: int = _SIZE) -> None:
    """A new image file with this kind's file system on it, if it has one of its own.

    Raises:
        CannotMountError: something is missing or refused.
    """
    tools = (*kind.make[:1], *kind.needs)
    if missing := [tool for tool in tools if shutil.which(tool) is None]:
        raise CannotMountError(f"{', '.join(missing)} missing: install {kind.package}")
    if kind.make:
        with image.open("wb") as file:
            file.truncate(size)
        with _told():
            run(*kind.make, image)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """What a tool said, as the reason why a place cannot be had."""
    try:
        yield
    except subprocess.CalledProcessError as error:
        said = (error.stderr or b"").decode(errors="replace").strip().splitlines()
        raise CannotMountError(said[-1] if said else str(error)) from error


def unmount(folder: Path) -> None:
    """Give a mounted place up now; whoever serves it in user space could not end without."""
    with contextlib.suppress(subprocess.CalledProcessError):
        run("umount", "--lazy", folder)


def run(*words: str | Path) -> str:
    """Run a tool; what it printed."""
    done = subprocess.run([str(word) for word in words], capture_output=True, check=True)
    return done.stdout.decode().strip()


def _of_kernel(image: Path, folder: Path) -> Path:
    run("mount", "-o", "loop", image, folder)
    return folder


def _exfat(image: Path, folder: Path) -> Path:
    """Over a loop device, which goes with its last user; the program takes no plain file."""
    device = run("losetup", "--find", "--show", image)
    try:
        run("mount.exfat-fuse", device, folder)
    finally:
        run("losetup", "--detach", device)
    return folder


def _memory(image: Path, folder: Path) -> Path:
    del image
    run("mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", folder)
    return folder


def _smb(image: Path, folder: Path) -> Path:
    """A Samba server of our own, and a client in user space: kernels need not know SMB."""
    place = image.with_suffix("")
    server, client = place.with_name("smb-server"), place.with_name("smb-client")
    for made in (server / "share", client / ".smb"):
        made.mkdir(parents=True)
    _memory(image, server / "share")  # a share that can be filled
    (server / "smb.conf").write_text(_SERVER.format(server))
    (client / ".smb" / "smbnetfs.conf").write_text('auth ""\n')
    (client / ".smb" / "smb.conf").write_text("[global]\nclient min protocol = SMB2\n")
    _raise_loopback()
    _serve("smbd", "-F", "--no-process-group", "-s", str(server / "smb.conf"))
    _serve("smbnetfs", "-f", str(folder), home=client)
    share = folder / "127.0.0.1" / "share"
    _wait_for(share)
    return share


def _serve(*words: str, home: Path | None = None) -> None:
    """Start a server; it ends with the room."""
    subprocess.Popen(
        words,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(home or "/")},
    )


def _wait_for(share: Path) -> None:
    until = time.monotonic() + _PATIENCE
    probe = share / ".probe"
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            probe.mkdir()
            probe.rmdir()
            return
        time.sleep(0.2)
    raise CannotMountError("the share did not answer")


def _raise_loopback() -> None:
    with socket.socket() as anything:
        wanted = struct.pack("16sh", b"lo", _UP_AND_LOOPBACK)
        fcntl.ioctl(anything, _SIOCSIFFLAGS, wanted)


_NTFS = ("mkfs.ntfs", "-Q", "-q", "-F")


def _ntfs(image: Path, folder: Path) -> Path:
    run("ntfs-3g", image, folder)
    return folder


KINDS = (
    Kind("ext4", "e2fsprogs", ("mkfs.ext4", "-q", "-F"), _of_kernel),
    Kind("xfs", "xfsprogs", ("mkfs.xfs", "-q", "-f"), _of_kernel),
    Kind("btrfs", "btrfs-progs", ("mkfs.btrfs", "-q", "-f"), _of_kernel),
    Kind(
        "exfat",
        "exfatprogs exfat-fuse",
        ("mkfs.exfat",),
        _exfat,
        ("mount.exfat-fuse",),
    ),
    Kind("ntfs", "ntfs-3g", _NTFS, _ntfs, ("ntfs-3g",)),
    Kind("tmpfs", "mount", (), _memory),
    Kind("smb", "samba smbnetfs", (), _smb, ("smbd", "smbnetfs")),
)

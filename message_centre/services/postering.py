"""A picture of a listed video, made from a private copy: the file itself is open only while it is copied."""

from pathlib import Path
from tempfile import TemporaryDirectory

from message_centre.domain.errors import PictureTooLarge, UnreadablePicture
from message_centre.domain.files import SourceFile
from message_centre.services.ports import Imager, Picture, Source
from message_centre.services.work import current_token

#: A larger video is not copied for a small picture alone.
POSTER_BYTES = 100 * 1024 * 1024
_TOO_LARGE = f"Of videos larger than {POSTER_BYTES >> 20} MB no small picture is made."
_NO_COPY = "The video cannot be copied to the temporary folder."


def poster_of(source: Source, file: SourceFile, imager: Imager, *, longest: int) -> Picture:
    """A picture a moment into the video.

    Raises:
        PictureTooLarge, UnreadablePicture, FileGone, FileChanged, AccessDenied, SourceOffline, Cancelled
    """
    if file.size > POSTER_BYTES:
        raise PictureTooLarge(_TOO_LARGE)
    try:
        with TemporaryDirectory(prefix="message-centre-", ignore_cleanup_errors=True) as folder:
            copy = Path(folder) / "video"
            _copy(source, file, copy)
            return imager.poster(copy, longest=longest)
    except OSError as error:
        raise UnreadablePicture(_NO_COPY) from error


def _copy(source: Source, file: SourceFile, target: Path) -> None:
    token = current_token.get()
    with source.open(file.key, file.fingerprint) as opened, target.open("xb") as copy:
        for chunk in opened.chunks():
            if token is not None:
                token.check()
            copy.write(chunk)
        opened.check_unchanged()

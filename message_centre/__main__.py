"""Chooses the window or, given a sub-command, the command line."""

import sys
from pathlib import Path

from message_centre.cli.main import run

#: How a bundle is told to be a decoding child; `imaging.child` says the same word.
DECODE_PICTURES = "--decode-pictures"

#: How a process is told to play a file; `ui.playing.player` says the same word.
PLAY_MEDIA = "--play-media"

#: How a process is told to make one picture of a video; `imaging.posters` says the same word.
MAKE_POSTER = "--make-poster"


def main() -> int:
    """Run the program with this process's arguments; returns the exit code."""
    if sys.argv[1:2] == [DECODE_PICTURES]:
        # A bundle has no Python to run a module with: it starts itself as its decoding child.
        from message_centre.imaging import worker  # noqa: PLC0415 - the child loads nothing else

        return worker.main(documents=worker.DOCUMENTS in sys.argv[2:])
    if sys.argv[1:2] == [PLAY_MEDIA]:
        from message_centre.imaging.confining import confine_player  # noqa: PLC0415 - as above
        from message_centre.ui.playing import worker as player  # noqa: PLC0415 - as above

        return player.main(sys.argv[2], int(sys.argv[3]), confine_player)
    if sys.argv[1:2] == [MAKE_POSTER]:
        from message_centre.imaging.confining import confine_player  # noqa: PLC0415 - as above
        from message_centre.ui.playing import poster  # noqa: PLC0415 - as above

        return poster.main(sys.argv[2], int(sys.argv[3]), confine_player)
    return run(sys.argv[1:], open_window=_open_window)


def _open_window(home: Path, operator: str) -> int:
    # The window toolkit is loaded by the window alone: no command waits for it.
    from message_centre.ui import app  # noqa: PLC0415

    return app.run(home, operator)


if __name__ == "__main__":
    sys.exit(main())

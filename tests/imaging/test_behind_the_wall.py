"""The program itself never loads a decoder, and starts no child before there is a picture."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.support.pictures import a_jpeg

ROOT = Path(__file__).parents[2]

_PREVIEWS = """
import json, sys
from pathlib import Path
from tests.support.engine import started
with started(Path(sys.argv[1])) as engine:
    engine.put("a.jpg", Path(sys.argv[2]).read_bytes())
    previewer = engine.services.previewer
    seen = previewer.of_source(engine.files()["a.jpg"], longest=64)
    result = engine.save("a.jpg")
    record = engine.services.records.get(result.record_id)
    of_record = previewer.of_record(record, longest=64)
    made = previewer.thumbnail(record)
    kept = previewer.thumbnail(record)
print(json.dumps({
    "widths": [seen.picture.width, of_record.picture.width, made.width, kept.width],
    "taken_from": record.taken_from.value,
    "cached": len(list((engine.home / "cache" / "thumbnails").rglob("??/*"))),
    "decoders": sorted(n for n in sys.modules if n.startswith(("PIL", "pillow_heif"))),
}))
"""

_LISTING = """
import sys
from pathlib import Path
import subprocess
from tests.support.engine import started
from message_centre.services.work import CancelToken
def refuse(*_words, **_more):
    raise AssertionError("a child was started")
subprocess.Popen = refuse
with started(Path(sys.argv[1])) as engine:
    engine.put("a.jpg", Path(sys.argv[2]).read_bytes())
    files = engine.files()
    engine.services.lister.inspect(tuple(files.values()), CancelToken(), lambda file: None)
    print(*files)
"""


def told(code: str, tmp_path: Path) -> str:
    exif = a_jpeg_with_a_date()
    file = tmp_path / "given"
    file.write_bytes(exif)
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), str(file)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    assert ended.stderr == ""
    return ended.stdout


def a_jpeg_with_a_date() -> bytes:
    from PIL import Image  # noqa: PLC0415 - what is tested lives in another process

    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2024:07:14 09:30:00"
    return a_jpeg(200, 100, exif=exif)


def test_previews_thumbnails_and_imports_load_no_decoder_into_the_program(tmp_path: Path) -> None:
    found = json.loads(told(_PREVIEWS, tmp_path))
    assert found == {
        "widths": [64, 64, 200, 200],
        "taken_from": "exif",
        "cached": 1,
        "decoders": [],
    }


def test_opening_a_home_and_listing_its_files_starts_no_child(tmp_path: Path) -> None:
    assert told(_LISTING, tmp_path).split() == ["a.jpg"]

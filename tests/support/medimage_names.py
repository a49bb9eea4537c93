"""How a MedImage Server turns the name of an upload into a path, and what it sent for each sample.

Written from what was observed on the real server; nothing of the product is used here, so that the
product's reading of these names is judged by another hand.
"""

import html
import re
from dataclasses import dataclass
from urllib.parse import unquote

#: As the server ships it; `A-z` is its own slip and lets six more characters through.
SHIPPED_CHARACTERS = "a-zA-z0-9#._-"
#: What a practice is told to set.
MENDED_CHARACTERS = "a-zA-Z0-9#._-"
GUID = "GUIDxPLACEHOLDER01"
_DATE = "21-Aug-2026-14-03-11"

#: What was sent behind the guid, and where it landed below `backupTo`.
VECTORS = (
    (f"#G-#ABC1234-{_DATE}.jpg", f"G/ABC1234/{_DATE}.jpg"),
    (f"#G-#abc1234-{_DATE}.jpg", f"G/abc1234/{_DATE}.jpg"),
    (f"#G-ABC1234-arm-{_DATE}.jpg", f"G/ABC1234-arm-{_DATE}.jpg"),
    (f"#G-#image-{_DATE}.jpg", f"G/image/{_DATE}.jpg"),
    (f"#G-image-{_DATE}.jpg", f"G/image-{_DATE}.jpg"),
    (f"#G-#ABC1234-#arm-wound-{_DATE}.jpg", f"G/ABC1234/arm/wound-{_DATE}.jpg"),
    (f"#G-left-#ABC1234-arm-{_DATE}.jpg", f"G/ABC1234/left-arm-{_DATE}.jpg"),
    (f"#G-#AB-1234-arm-{_DATE}.jpg", f"G/AB/1234-arm-{_DATE}.jpg"),
    (f"#G-#AB/1234-{_DATE}.jpg", f"G/AB1234/{_DATE}.jpg"),
    (f"#G-#AB 1234 left arm-{_DATE}.jpg", f"G/AB1234leftarm/{_DATE}.jpg"),
    (f"#G-#O'Brien-John-{_DATE}.jpg", f"G/OBrien/John-{_DATE}.jpg"),
    (f"#G-#Māori1234-{_DATE}.jpg", f"G/Mori1234/{_DATE}.jpg"),
    (f"#G-#山田-{_DATE}.jpg", f"G/{_DATE}.jpg"),
    (f"#G-##ABC1234-{_DATE}.jpg", f"G/#ABC1234/{_DATE}.jpg"),
    (f"#G-#ABC_1234-{_DATE}.jpg", f"G/ABC_1234/{_DATE}.jpg"),
    (f"#G-#ABC.1234-{_DATE}.jpg", f"G/ABC.1234/{_DATE}.jpg"),
    (f"#G-#ABC1234.-{_DATE}.jpg", f"G/ABC1234./{_DATE}.jpg"),
    (f"#G-#CON-{_DATE}.jpg", f"G/CON/{_DATE}.jpg"),
    (f"#G-#.hidden-{_DATE}.jpg", f"G/.hidden/{_DATE}.jpg"),
    ("#G-#ABC1234-x.JPG", "G/ABC1234/x.JPG.jpg"),
    ("#G-#ABC1234-x.jpeg", "G/ABC1234/x.jpg"),
    ("#G-#ABC1234-x", "G/ABC1234/x.jpg"),
    ("#G-#ABC1234-x.jpg.jpg", "G/ABC1234/x.jpg.jpg"),
    ("#G-#ABC1234.jpg", "G/ABC1234/.jpg"),
    ("#G-#-x.jpg", "G/x.jpg"),
    ("#G-#ABC1234-#-x.jpg", "G/ABC1234/x.jpg"),
    ("#ABC1234-x.jpg", "ABC1234/x.jpg"),
    ("test.jpg", "test.jpg"),
    ("#g-#ABC1234-x.jpg", "g/ABC1234/x.jpg"),
    ("#G-\\#ABC1234\\x.jpg", "x.jpg"),
)


@dataclass(frozen=True, slots=True)
class Landing:
    """Folders below a target, and the name without the extension that content decides."""

    folders: tuple[str, ...]
    stem: str


def decoded(header: str) -> str:
    """The file name of a part's Content-Disposition, as the server's form reader hands it on."""
    extended = re.search(r"filename\*=utf-8''([^;\s]+)", header, re.IGNORECASE)
    plain = re.search(r'filename="([^"]*)"', header)
    if extended:
        name = unquote(extended.group(1))
    elif plain:
        name = plain.group(1)
    else:
        return ""
    name = name.rpartition("\\")[2].replace("%22", '"')
    return html.unescape(re.sub(r"&(?!#\d+;)", "&amp;", name))


def landing(name: str, allowed: str = SHIPPED_CHARACTERS, global_id: str = "") -> Landing:
    """Where a decoded name leads."""
    text = name.replace(".jpg", "", 1).replace(".jpeg", "", 1).replace("..", "")
    words = re.sub(rf"[^{allowed}]", "", text).split("-")
    folders = [word[1:] for word in words if word.startswith("#")]
    kept = [word for word in folders if word and word != global_id]
    rest = "-".join(word for word in words if word and not word.startswith("#"))
    return Landing(tuple(kept), rest)

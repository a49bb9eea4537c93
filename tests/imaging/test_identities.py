"""What headers and tags say of a patient, read behind the wall."""

from collections.abc import Iterator
from datetime import date

import pytest
from PIL import Image

from message_centre.host.clock import SystemClock
from message_centre.imaging.wall import Wall
from message_centre.services.ports import WrittenIdentity
from tests.support.dicom import a_dicom
from tests.support.pictures import a_jpeg

XMP = b"""<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF><rdf:Description>
<dc:title><rdf:Alt><rdf:li>SMITH Jane &amp; ZAC5361</rdf:li></rdf:Alt></dc:title>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


@pytest.fixture(scope="module")
def wall() -> Iterator[Wall]:
    made = Wall(SystemClock(), size=1)
    yield made
    made.close()


def test_a_dicom_header_is_read_behind_the_wall(wall: Wall) -> None:
    head = a_dicom("ZAC5361", "SMITH^Jane^M", "19610307")
    [said] = wall.identities([head])
    assert said == WrittenIdentity("ZAC5361", "SMITH Jane M", date(1961, 3, 7))


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        ("ISO_IR 192", "Ngata^Mārama"),
        ("ISO_IR 144", "Иванов^Пётр"),
        ("ISO_IR 100", "Müller^Jörg"),
        ("GB18030", "王^小东"),
    ],
)
def test_names_in_other_scripts_are_read_where_no_file_can_be_opened(
    wall: Wall, charset: str, name: str
) -> None:
    [said] = wall.identities([a_dicom("1", name, "", charset)])
    assert said.name == name.replace("^", " ")


def test_the_texts_of_a_picture_are_read(wall: Wall) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Patient 1025 Smith"
    exif[0x9C9C] = "left knee".encode("utf-16-le")
    assert "Patient 1025 Smith" in wall.identities([a_jpeg(8, 8, exif=exif.tobytes())])[0].text
    assert "left knee" in wall.identities([a_jpeg(8, 8, exif=exif.tobytes())])[0].text
    [said] = wall.identities([a_jpeg(8, 8, xmp=XMP)])
    assert said.text == "SMITH Jane & ZAC5361"


def test_damaged_heads_say_nothing_and_hinder_no_other(wall: Wall) -> None:
    whole = a_dicom("ZAC5361", "SMITH^Jane", "19610307")
    cut = [whole[:length] for length in range(132, 420, 12)]
    said = wall.identities([*cut, b"", b"text", whole])
    assert said[-1].patient_id == "ZAC5361"
    assert said[-2] == said[-3] == WrittenIdentity()


def test_a_birth_date_that_is_none_is_left_out(wall: Wall) -> None:
    head = a_dicom("1", "A^B", "19610307").replace(b"19610307", b"19611350")
    assert wall.identities([head]) == [WrittenIdentity("1", "A B")]


def test_nothing_is_asked_of_a_child_for_what_cannot_tell() -> None:
    wall = Wall(SystemClock(), size=1)
    assert wall.identities([b"text", b"%PDF-1.4"]) == [WrittenIdentity(), WrittenIdentity()]
    assert wall.pids == ()
    wall.close()

"""What is read out of a page of a listing, where Azurite does not answer as the service does."""

import pytest

from message_centre.domain.errors import SourceOffline
from message_centre.sources import azure_listing

PAGE = """\ufeff<?xml version="1.0" encoding="utf-8"?>
<EnumerationResults ServiceEndpoint="https://practice.blob.core.windows.net/" ContainerName="scans">
<Prefix>in/</Prefix><Delimiter>/</Delimiter><Blobs>
<BlobPrefix><Name>in/deeper/</Name></BlobPrefix>
<Blob><Name>in/</Name><Properties/></Blob>
<Blob><Name Encoded="true">in/a%EF%BF%BE%20b.jpg</Name><Properties>
<Last-Modified>Thu, 07 Mar 2024 01:02:03 GMT</Last-Modified><Etag>0x8DA</Etag>
<Content-Length>12</Content-Length></Properties></Blob>
</Blobs><NextMarker/></EnumerationResults>"""


def test_a_name_that_xml_cannot_hold_is_decoded_and_folders_are_left_out() -> None:
    page = azure_listing._parsed(PAGE.encode())

    (only,) = azure_listing._files(page, "in/")

    assert (only.id, only.name) == ("in/a\ufffe b.jpg", "a\ufffe b.jpg")
    assert (only.size, only.revision) == (12, "0x8DA")
    assert only.modified_ns == 1_709_773_323 * 10**9


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<Etag>0x8DA</Etag>", ""),
        ("<Content-Length>12<", "<Content-Length>many<"),
        ("Thu, 07 Mar 2024 01:02:03 GMT", "yesterday"),
        ("EnumerationResults", "html"),
        ("</Blobs>", ""),
        ('<Name Encoded="true">in/a%EF%BF%BE%20b.jpg</Name>', ""),
    ],
)
def test_what_is_no_list_is_a_drive_that_is_away(right: str, wrong: str) -> None:
    changed = PAGE.replace(right, wrong)
    assert changed != PAGE

    with pytest.raises(SourceOffline, match="not Azure Storage"):
        list(azure_listing._files(azure_listing._parsed(changed.encode()), "in/"))

"""Plain requests to a container of Azure Storage, with the key and the connections of the SDK's client.

A listing or a download by the SDK itself costs more time in objects and copies than on the line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from azure.core.pipeline.transport import RequestsTransport
    from azure.storage.blob import ContainerClient

_OK = {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}


@dataclass(frozen=True, slots=True)
class Told:
    """What came: the head, its names in lower case, and the body as it was stored."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Asking:
    """Any thread."""

    client: "ContainerClient"
    transport: "RequestsTransport"

    def container(self, wanted: Mapping[str, str]) -> Told:
        """What the container answers to these parameters. Raises `AzureError` as the SDK does."""
        return self._get(self.client.url, wanted, {"Accept": "application/xml"})

    def blob(self, name: str, headers: Mapping[str, str]) -> Told:
        """What a blob answers to these headers. Raises `AzureError` as the SDK does."""
        return self._get(f"{self.client.url}/{quote(name, safe='~/')}", {}, headers)

    def _get(self, url: str, wanted: Mapping[str, str], headers: Mapping[str, str]) -> Told:
        from azure.core.exceptions import HttpResponseError  # noqa: PLC0415 - loaded when asking
        from azure.core.pipeline import Pipeline  # noqa: PLC0415 - see above
        from azure.core.pipeline.transport import HttpRequest  # noqa: PLC0415 - see above

        signed = {"x-ms-version": self.client.api_version, "x-ms-date": formatdate(usegmt=True)}
        request = HttpRequest("GET", url, {**headers, **signed})
        request.format_parameters(dict(wanted))
        pipeline = Pipeline(self.transport, [self.client.credential])
        response = pipeline.run(request, stream=True).http_response
        if response.status_code not in _OK:
            raise HttpResponseError(response=response)
        # What somebody stored compressed is their file: it is not to be unpacked on the way.
        body = b"".join(response.stream_download(pipeline, decompress=False))
        return Told({name.lower(): value for name, value in response.headers.items()}, body)

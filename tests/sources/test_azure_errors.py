"""Whatever the SDK of Azure Storage raises comes out as one of our errors."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from unittest.mock import Mock

import azure.core.exceptions
import azure.storage.blob
import pytest
from azure.core.exceptions import AzureError, HttpResponseError

from message_centre.domain.errors import MessageCentreError, SourceOffline
from message_centre.sources.azure_errors import translating


def exceptions() -> Iterator[type[Exception]]:
    """Every exception class of the SDK and its core."""
    infos = pkgutil.walk_packages(azure.storage.blob.__path__, "azure.storage.blob.")
    names = [
        info.name for info in infos if not {"aio", "async"} & set(re.split(r"\W|_", info.name))
    ]
    modules = [azure.core.exceptions, *map(importlib.import_module, names)]
    found = {
        one
        for module in modules
        for _, one in inspect.getmembers(module, inspect.isclass)
        if issubclass(one, Exception)
        and one.__module__.startswith("azure.")
        # Avro is what queries are answered in, and we make none.
        and ".avro." not in one.__module__
    }
    yield from sorted(found, key=lambda one: one.__qualname__)


def made(kind: type[Exception]) -> Exception:
    """One of these, with an answer of HTTP 500 where it tells of one."""
    error = kind.__new__(kind)
    Exception.__init__(error, "told")
    if isinstance(error, HttpResponseError):
        error.status_code, error.response = 500, Mock(headers={})
    return error


@pytest.mark.parametrize("kind", list(exceptions()), ids=lambda kind: kind.__name__)
def test_every_exception_of_the_sdk_is_translated(kind: type[Exception]) -> None:
    with pytest.raises(MessageCentreError) as told, translating():
        raise made(kind)

    assert isinstance(told.value.__cause__, kind)


def test_the_walk_finds_what_it_should() -> None:
    names = {kind.__name__ for kind in exceptions()}

    assert {
        *("ServiceRequestError", "ServiceResponseTimeoutError", "ResourceModifiedError"),
        *("AzureSigningError", "PartialBatchErrorException", "IncompleteReadError"),
    } <= names


def test_a_certificate_that_is_not_trusted_is_told_apart() -> None:
    with pytest.raises(SourceOffline, match="certificate"), translating():
        raise AzureError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")


def test_a_mistake_of_ours_is_not_taken_for_an_answer() -> None:
    with pytest.raises(KeyError), translating():
        raise KeyError("ours")

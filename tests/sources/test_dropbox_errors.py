"""No exception that the SDK can raise comes out of the adapter untranslated."""

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from dropbox import auth, dropbox_client, exceptions, files, oauth, stone_validators

from message_centre.domain.errors import (
    AccessDenied,
    FileChanged,
    FileGone,
    MessageCentreError,
    RateLimited,
    SignInNeeded,
    SourceOffline,
)
from message_centre.sources.dropbox_errors import trace_of, translating

ROUTE_ERRORS = (
    files.ListFolderError,
    files.ListFolderContinueError,
    files.GetMetadataError,
    files.DownloadError,
    files.DeleteError,
    files.ThumbnailV2Error,
)


def made(kind: type[BaseException]) -> BaseException:
    """One exception of a class, made with as many words as it wants."""
    wanted = [
        name
        for name, parameter in inspect.signature(kind.__init__).parameters.items()
        if name != "self"
        and parameter.default is inspect.Parameter.empty
        and parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    ]
    return kind(*(409 if name == "status_code" else "word" for name in wanted))


def sdk_classes() -> Iterator[type[BaseException]]:
    for module in (exceptions, oauth, dropbox_client, stone_validators):
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, Exception):
                yield kind


def requests_classes() -> Iterator[type[BaseException]]:
    for _, kind in inspect.getmembers(requests.exceptions, inspect.isclass):
        if issubclass(kind, requests.RequestException) and not issubclass(kind, Warning):
            yield kind


def every_tag(union: Any, outer: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value a union of stone can have, with its tags from the outside in."""
    for tag, validator in union._tagmap.items():
        inner = getattr(getattr(validator, "validator", validator), "definition", None)
        if isinstance(validator, stone_validators.Void):
            yield (*outer, tag), union(tag)
        elif inner is not None and hasattr(inner, "_tagmap"):
            for tags, value in every_tag(inner, (*outer, tag)):
                yield tags, union(tag, value)
        else:
            yield (*outer, tag), _forced(union, tag)


def _forced(union: Any, tag: str) -> Any:
    value = object.__new__(union)
    value._tag, value._value = tag, None
    return value


def translated(error: BaseException) -> MessageCentreError:
    with pytest.raises(MessageCentreError) as told, translating():
        raise error
    assert told.value.__cause__ is error
    return told.value


@pytest.mark.parametrize(
    "kind", sorted(set(sdk_classes()), key=repr), ids=lambda kind: kind.__name__
)
def test_every_class_of_the_sdk(kind: type[BaseException]) -> None:
    assert isinstance(translated(made(kind)), SourceOffline | SignInNeeded | AccessDenied)


@pytest.mark.parametrize(
    "kind", sorted(set(requests_classes()), key=repr), ids=lambda k: k.__name__
)
def test_every_class_of_requests(kind: type[BaseException]) -> None:
    is_of_json = kind is requests.exceptions.JSONDecodeError
    assert isinstance(translated(kind("", "", 0) if is_of_json else kind()), SourceOffline)


@pytest.mark.parametrize("union", ROUTE_ERRORS, ids=lambda union: union.__name__)
def test_every_error_of_the_routes_that_are_called(union: Any) -> None:
    found = dict(every_tag(union))
    assert found
    for tags, value in found.items():
        error = translated(exceptions.ApiError("id", value, "", ""))
        is_unknown = error.detail.endswith("does not know.")
        assert isinstance(error, FileGone) == (tags[-1] == "not_found"), tags
        assert isinstance(error, FileChanged) == (tags[0] == "reset" or "conflict" in tags), tags
        decided = {"conflict", "template_error"} & set(tags)
        assert is_unknown == (tags[-1] == "other" and not decided), tags


def test_every_refusal() -> None:
    found = {tags[0]: value for tags, value in every_tag(auth.AuthError)}
    kinds = {
        tag: type(translated(exceptions.AuthError("id", value))) for tag, value in found.items()
    }
    assert kinds == {
        "invalid_access_token": SignInNeeded,
        "expired_access_token": SignInNeeded,
        "invalid_select_user": SignInNeeded,
        "invalid_select_admin": SignInNeeded,
        "other": SignInNeeded,
        "user_suspended": AccessDenied,
        "route_access_denied": AccessDenied,
        "missing_scope": AccessDenied,
    }


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (files.DeleteError.path_lookup(files.LookupError.not_found), FileGone),
        (
            files.DeleteError.path_write(files.WriteError.conflict(files.WriteConflictError.file)),
            FileChanged,
        ),
        (files.DeleteError.path_write(files.WriteError.no_write_permission), AccessDenied),
        (files.DeleteError.too_many_write_operations, RateLimited),
        (files.DownloadError.path(files.LookupError.restricted_content), AccessDenied),
        (files.DownloadError.path(files.LookupError.locked), SourceOffline),
        (files.ListFolderContinueError.reset, FileChanged),
    ],
)
def test_what_decides_is_told_exactly(error: Any, kind: type[MessageCentreError]) -> None:
    assert type(translated(exceptions.ApiError("id", error, "", ""))) is kind


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_code_that_is_not_taken_wants_another_sign_in(status: int) -> None:
    response = requests.Response()
    response.status_code = status
    assert isinstance(translated(requests.HTTPError(response=response)), SignInNeeded)


def test_our_own_errors_and_a_cancel_pass() -> None:
    with pytest.raises(FileGone), translating():
        raise FileGone


def test_the_trace_tells_status_and_request_but_no_content() -> None:
    error = translated(exceptions.InternalServerError("6b8c2e0f9a7d4c51", 503, "Testperson.jpg"))
    assert (
        trace_of(error)
        == "SourceOffline, InternalServerError, status 503, request 6b8c2e0f9a7d4c51"
    )

"""Pairing phones: a code only for what was asked, the key on record before it, nothing secret told."""

import logging
from collections.abc import Callable, Iterator

import pytest

from message_centre.domain.errors import BadSetting, NotPermitted, PairingFailed
from message_centre.domain.medimage_pairing import spelled, understood
from message_centre.domain.people import Operator
from message_centre.services.bundle import Services
from message_centre.services.medimage_keys import MedImageKeys
from message_centre.sources import pairing_line
from message_centre.sources.pairing_line import HttpPairingLine
from tests.support.engine import Engine
from tests.support.medimage_names import GUID
from tests.support.pairing_service import PairingService, pairing_service

SERVER = "https://mc.example.test:5566"
OTHER = "OTHERxPLACEHOLDER2"


@pytest.fixture
def service(practice_engine: Engine) -> Iterator[PairingService]:
    with pairing_service() as made:
        for key, value in (
            ("system.medimage.server", SERVER),
            ("system.medimage.pairing_service", made.url),
        ):
            practice_engine.services.configuring.set(key, value, operator=practice_engine.operator)
        yield made


def kept(engine: Engine, key: str = "provider.1.medimage.guid") -> str:
    return engine.services.configuring.value(key)


def spoilt(
    status: int, words: str, **headers: str
) -> Callable[..., tuple[int, dict[str, str], bytes]]:
    def answer(guid: str, server: str, code: str) -> tuple[int, dict[str, str], bytes]:
        return status, headers, words.format(guid=guid, server=server, code=code).encode()

    return answer


def test_the_first_pairing_puts_a_key_on_record_and_the_next_one_keeps_it(
    practice_engine: Engine, service: PairingService
) -> None:
    pairing, operator = practice_engine.services.medimage.pairing, practice_engine.operator

    first = pairing.pair(operator, "1")
    key = kept(practice_engine)
    second = pairing.pair(operator, "1")

    assert (len(first.code), len(key)) == (4, 18)
    assert (first.is_new_key, second.is_new_key) == (True, False)
    assert kept(practice_engine) == key
    assert first.code != second.code
    assert service.codes[second.code][0] == key
    assert "guid=&" in service.asked[0]
    assert 3590 < (first.until - practice_engine.services.clock.now()).total_seconds() <= 3600


def test_a_key_that_is_replaced_counts_no_more_and_is_remembered(
    practice_engine: Engine, service: PairingService
) -> None:
    services, operator = practice_engine.services, practice_engine.operator
    services.medimage.pairing.pair(operator, "1")
    old = kept(practice_engine)

    services.medimage.pairing.pair(operator, "1", replace=True)

    keys = MedImageKeys(services.configuring, services.permitting)
    assert keys.active("1") not in {"", old}
    assert keys.retired("1") == (old,)
    assert keys.provider_of(old) == ""
    services.medimage.pairing.retire(operator, "1")
    assert keys.active("1") == ""
    assert len(keys.retired("1")) == 2
    with pytest.raises(BadSetting, match="no address key"):
        services.medimage.pairing.retire(operator, "1")


@pytest.mark.parametrize(
    "spoil",
    [
        spoilt(200, "<html>Sorry</html>"),
        spoilt(200, ""),
        spoilt(500, "{code} {guid} {server} x"),
        spoilt(200, "{code} {guid}"),
        spoilt(200, "{code} GUIDxPLACEHOLD16 {server} x"),
        spoilt(200, "{code} " + OTHER + " {server} x"),
        spoilt(200, "{code} {guid} https://evil.example.test x"),
        spoilt(200, "---- {guid} {server} x"),
        spoilt(200, "{code}  {guid} {server} x"),
        spoilt(200, "{code} {guid} {server} x y"),
        spoilt(200, "\u00e9{code} {guid} {server} x"),
        spoilt(302, "", Location="https://elsewhere.example.test/"),
        spoilt(200, "{code} {guid} {server} " + "x" * 9000),
    ],
)
def test_a_reply_that_is_not_exactly_right_changes_nothing(
    practice_engine: Engine,
    service: PairingService,
    spoil: Callable[..., tuple[int, dict[str, str], bytes]],
) -> None:
    services, operator = practice_engine.services, practice_engine.operator
    services.configuring.set("provider.1.medimage.guid", GUID, operator=operator)
    before = [(one.action, one.detail) for one in services.trail.entries()]
    service.spoil = spoil

    with pytest.raises(PairingFailed) as caught:
        services.medimage.pairing.pair(operator, "1")

    assert kept(practice_engine) == GUID
    assert GUID not in str(caught.value)
    assert [(one.action, one.detail) for one in services.trail.entries()] == before


def test_a_redirect_is_not_followed(practice_engine: Engine, service: PairingService) -> None:
    with pairing_service() as other:
        service.spoil = lambda _guid, _server, _code: (302, {"Location": other.url}, b"")

        with pytest.raises(PairingFailed, match="status 302"):
            practice_engine.services.medimage.pairing.pair(practice_engine.operator, "1")

        assert not other.asked


def test_a_service_that_is_away_or_never_ends_changes_nothing(
    practice_engine: Engine, service: PairingService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing_line, "_SECONDS", 1.0)
    service.drip = 0.2
    with pytest.raises(PairingFailed, match="not end"):
        HttpPairingLine().ask(service.url, guid=GUID, server=SERVER)
    service.drip = 0.0
    service.close()

    with pytest.raises(PairingFailed, match="cannot be reached") as caught:
        practice_engine.services.medimage.pairing.pair(practice_engine.operator, "1")

    assert caught.value.__cause__ is None
    assert not kept(practice_engine)


def test_a_new_key_that_somebody_has_already_is_refused(
    practice_engine: Engine, service: PairingService
) -> None:
    services, operator = practice_engine.services, practice_engine.operator
    services.configuring.set("provider.1.medimage.retired", OTHER, operator=operator)
    service.spoil = spoilt(200, "VqR2 " + OTHER + " {server} x")

    with pytest.raises(PairingFailed, match="known already"):
        services.medimage.pairing.pair(operator, "1")

    assert not kept(practice_engine)


def test_only_who_sets_the_practice_up_may_and_a_server_must_be_set(
    practice_engine: Engine,
) -> None:
    services = practice_engine.services
    services.staffing.save_operator(Operator("REC", "Reception"), by="ADM")
    nobody = services.permitting.operator("REC")
    for call in (services.medimage.pairing.pair, services.medimage.pairing.retire):
        with pytest.raises(NotPermitted):
            call(nobody, "1")
    with pytest.raises(NotPermitted):
        services.medimage.pairing.reveal(nobody, "1")
    with pytest.raises(BadSetting, match=r"medimage\.server"):
        services.medimage.pairing.pair(practice_engine.operator, "1")


def test_neither_key_nor_code_is_logged_shown_or_told_to_the_trail(
    practice_engine: Engine, service: PairingService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    services, operator = practice_engine.services, practice_engine.operator

    made = services.medimage.pairing.pair(operator, "1")

    key = kept(practice_engine)
    told = [f"{one.action} {one.detail}" for one in services.trail.entries()]
    shown = dict(services.configuring.show(operator.id))
    logs = "".join(path.read_text("utf-8") for path in practice_engine.home.rglob("*.log"))
    for secret in (key, made.code):
        assert secret not in caplog.text
        assert not [line for line in told if secret in line]
        assert secret not in logs
        assert secret not in repr(made)
    assert shown["provider.1.medimage.guid"] == f"***{key[-2:]}"
    assert any("medimage-pair" in line for line in told)
    assert services.medimage.pairing.reveal(operator, "1") == key
    assert [one.action for one in services.trail.entries()][-1] == "medimage-reveal"


def test_a_key_of_another_provider_is_refused(practice_engine: Engine) -> None:
    services, operator = practice_engine.services, practice_engine.operator
    _second_provider(services)
    services.configuring.set("provider.1.medimage.guid", GUID, operator=operator)

    with pytest.raises(BadSetting, match=r"belongs to provider\.1"):
        services.configuring.set("provider.2.medimage.guid", GUID.swapcase(), operator=operator)
    with pytest.raises(BadSetting, match="17 to 20") as caught:
        services.configuring.set("provider.2.medimage.guid", "half-a-key", operator=operator)
    assert "half-a-key" not in str(caught.value)


def _second_provider(services: Services) -> None:
    from message_centre.domain.people import Provider  # noqa: PLC0415 - this test alone

    services.staffing.save_provider(Provider("2", "Other"), by="ADM")


def test_the_label_is_plain_text_and_a_code_is_spelled_for_the_ear() -> None:
    found = understood(
        f"VqR2 {GUID} {SERVER} %5BUnknown%20-%20private%5D\n".encode(), guid="", server=SERVER
    )

    assert (found.code, found.guid, found.label) == ("VqR2", GUID, "[Unknown - private]")
    assert understood(f"VqR2 {GUID} {SERVER}".encode(), guid=GUID, server=SERVER).label == ""
    assert spelled("VqR2") == "capital V, small q, capital R, two"
    assert GUID not in repr(found)

"""Every public call of every service, tried by an operator who holds every right but the needed ones."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from message_centre.bootstrap import open_home
from message_centre.domain.assignments import Assignment, ImportOrder
from message_centre.domain.auto_imports import Plan
from message_centre.domain.errors import Cancelled, MessageCentreError, NotPermitted, NotSignedIn
from message_centre.domain.files import FileState, SourceFile, SourceKind
from message_centre.domain.messages import Draft, LinkedItem
from message_centre.domain.outcomes import ImportResult
from message_centre.domain.people import EVERY_PROVIDER, Operator, Provider, Right
from message_centre.domain.records import Record
from message_centre.domain.secrets import Secret
from message_centre.domain.sign_ins import OwnedDrive
from message_centre.domain.tower_profiles import GE_VSCAN_AIR
from message_centre.services.browsing import Looker
from message_centre.services.bulk_importing import Tower
from message_centre.services.bundle import Services
from message_centre.services.examining import AzureTrial
from message_centre.services.naming import new_id
from message_centre.services.permitting import LOOKING
from message_centre.services.photographing import Session
from message_centre.services.ports import Listen, Reassignment, Wish
from message_centre.services.previewing import Content, Preview
from message_centre.services.signing_in import Attempt
from message_centre.services.work import CancelToken
from message_centre.store.trail import SqlTrail
from tests.support.engine import A_JPEG, JANE, MARY, Engine

WORD = Secret("correct horse battery")
ANY = tuple(Right)


@dataclass(frozen=True)
class Case:
    """What the calls are made with."""

    engine: Engine
    me: Operator
    record: Record
    file: SourceFile

    @property
    def do(self) -> Services:
        return self.engine.services


Call = Callable[[Case], object]
_NOW = datetime(2026, 3, 4, tzinfo=UTC)
_EMPTY = CancelToken()
_BEN = Operator("BEN", "Ben")
_DROPBOX = OwnedDrive(SourceKind.DROPBOX, "NIL")


def _filed_by_itself(case: Case) -> tuple[ImportResult, ...]:
    heard = []
    plan = Plan(case.file, MARY, "1", None)
    case.do.auto_importer.run([plan], case.me.id, _EMPTY, lambda _n, _p, one: heard.append(one))
    return tuple(heard)


#: Which rights would do, and the call. Whoever adds a call to a service puts it here or below.
GUARDED: dict[str, tuple[tuple[Right, ...], Call]] = {
    "people.operators": (ANY, lambda c: c.do.people.operators()),
    "people.save_operator": ((Right.SET_UP,), lambda c: c.do.people.save_operator(_BEN)),
    "people.save_provider": (
        (Right.SET_UP,),
        lambda c: c.do.people.save_provider(Provider("2", "Two")),
    ),
    "staffing.save_operator": (
        (Right.SET_UP,),
        lambda c: c.do.staffing.save_operator(_BEN, by=c.me.id),
    ),
    "staffing.save_provider": (
        (Right.SET_UP,),
        lambda c: c.do.staffing.save_provider(Provider("2", "Two"), by=c.me.id),
    ),
    "entering.holders": ((Right.SET_UP,), lambda c: c.do.entering.holders()),
    "entering.set_password": (
        (Right.SET_UP,),
        lambda c: c.do.entering.set_password("NOT", WORD, by=c.me.id),
    ),
    "register.search": (LOOKING, lambda c: c.do.register.search("smith")),
    "register.get": (LOOKING, lambda c: c.do.register.get(JANE.id)),
    "register.resolve": (
        (*LOOKING, Right.SET_UP, Right.SEE_TRAIL),
        lambda c: c.do.register.resolve("100"),
    ),
    "register.with_numbers": (LOOKING, lambda c: c.do.register.with_numbers(["100"])),
    "register.with_nhis": (LOOKING, lambda c: c.do.register.with_nhis(["ZAC5361"])),
    "register.add": (
        (Right.SAVE, Right.SET_UP),
        lambda c: c.do.register.add({"number": ""}, operator=c.me.id),
    ),
    "register.import_file": (
        (Right.SET_UP,),
        lambda c: c.do.register.import_file(Path("none"), operator=c.me.id, token=_EMPTY),
    ),
    "register.similar": (LOOKING, lambda c: c.do.register.similar(JANE)),
    "register.recents": (LOOKING, lambda c: c.do.register.recents(c.me.id)),
    "register.used": (LOOKING, lambda c: c.do.register.used(c.me.id, JANE.id)),
    "register.count": ((*LOOKING, Right.SET_UP), lambda c: c.do.register.count()),
    "lister.sources": ((Right.SEE_EXT,), lambda c: c.do.lister.sources(c.me, "1")),
    "lister.refresh": ((Right.SEE_EXT,), lambda c: c.do.lister.refresh(c.me, "1", _EMPTY)),
    "lister.inspect": (LOOKING, lambda c: c.do.lister.inspect([c.file], _EMPTY, _ignore)),
    "assigner.alerts": (LOOKING, lambda c: c.do.assigner.alerts(JANE, [c.file], _EMPTY)),
    "captures.read": (LOOKING, lambda c: c.do.captures.read([c.file], _EMPTY)),
    "proposing.propose": (
        LOOKING,
        lambda c: c.do.proposing.propose([c.file], c.me.id, _EMPTY),
    ),
    "proposing.against": (LOOKING, lambda c: c.do.proposing.against(JANE, [c.file], _EMPTY)),
    "proposing.contents_against": (
        LOOKING,
        lambda c: c.do.proposing.contents_against(JANE, [c.file], _EMPTY),
    ),
    "importer.run": (
        (Right.SAVE,),
        lambda c: c.do.importer.run(_order(c), _EMPTY),
    ),
    "importer.run_all": (
        (Right.SAVE,),
        lambda c: c.do.importer.run_all([_order(c)], _EMPTY, lambda _n, _result: None),
    ),
    "corrector.withdraw": (
        (Right.CORRECT,),
        lambda c: c.do.corrector.withdraw(c.record.id, operator=c.me.id, reason="wrong"),
    ),
    "corrector.reassign": (
        (Right.CORRECT,),
        lambda c: c.do.corrector.reassign(
            c.record.id, patient_id="none", operator=c.me.id, reason="wrong"
        ),
    ),
    "auditor.check": (
        (*LOOKING, Right.SET_UP, Right.SEE_TRAIL),
        lambda c: c.do.auditor.check(_EMPTY),
    ),
    "records.get": (LOOKING, lambda c: c.do.records.get(c.record.id)),
    "records.of_patient": (LOOKING, lambda c: c.do.records.of_patient(JANE.id)),
    "records.everything": (LOOKING, lambda c: list(c.do.records.everything())),
    "records.with_bytes": (LOOKING, lambda c: c.do.records.with_bytes(c.record.sha256)),
    "records.filed_between": (LOOKING, lambda c: c.do.records.filed_between(_NOW, _NOW)),
    "records.filed_from": (LOOKING, lambda c: c.do.records.filed_from(c.file.key)),
    "records.by_themselves": (LOOKING, lambda c: c.do.records.by_themselves(_NOW, _NOW)),
    "records.reassign": (
        (Right.CORRECT,),
        lambda c: c.do.records.reassign(
            c.record, new_id="x", correction=Reassignment(JANE.id, c.me.id, "wrong", _NOW)
        ),
    ),
    "trail.entries": ((Right.SEE_TRAIL,), lambda c: list(c.do.trail.entries())),
    "trail.verify": ((Right.SEE_TRAIL,), lambda c: c.do.trail.verify()),
    "previewer.of_source": (LOOKING, lambda c: c.do.previewer.of_source(c.file, longest=64)),
    "previewer.small": (LOOKING, lambda c: c.do.previewer.small(c.file, longest=64)),
    "previewer.quick": (LOOKING, lambda c: c.do.previewer.quick(c.file, longest=64)),
    "previewer.quick_of_record": (LOOKING, lambda c: c.do.previewer.quick_of_record(c.record)),
    "previewer.of_record": (LOOKING, lambda c: c.do.previewer.of_record(c.record, longest=64)),
    "previewer.thumbnail": (LOOKING, lambda c: c.do.previewer.thumbnail(c.record)),
    "previewer.page": (LOOKING, lambda c: c.do.previewer.page(Content(A_JPEG), Wish(64))),
    "previewer.film": (LOOKING, lambda c: c.do.previewer.film(Content(A_JPEG), longest=64)),
    "exporter.copy_listed": (
        LOOKING,
        lambda c: c.do.exporter.copy_listed(c.file, c.engine.home, _EMPTY),
    ),
    "exporter.copy": (
        LOOKING,
        lambda c: c.do.exporter.copy(c.record, c.engine.home, _EMPTY),
    ),
    "configuring.show": (ANY, lambda c: c.do.configuring.show(c.me.id)),
    "configuring.set": (
        (Right.SET_UP,),
        lambda c: c.do.configuring.set("operator.auto_import", "true", operator=c.me),
    ),
    "configuring.set_secret": (
        (Right.SET_UP,),
        lambda c: c.do.configuring.set_secret("system.azure.key", WORD, operator=c.me),
    ),
    "day_sheets.of": (
        (Right.SEE_EXT,),
        lambda c: c.do.day_sheets.of(_NOW.date(), c.me, "1", _EMPTY),
    ),
    "day_sheets.files": ((Right.SEE_EXT,), lambda c: c.do.day_sheets.files(_NOW.date())),
    "auto_importer.judge": (
        LOOKING,
        lambda c: c.do.auto_importer.judge([c.file], c.me.id, _EMPTY),
    ),
    "auto_importer.run": (
        (Right.AUTO_IMPORT,),
        _filed_by_itself,
    ),
    "medimage.filing.claim": (LOOKING, lambda c: c.do.medimage.filing.claim(c.file)),
    "medimage.filing.patient_of": (LOOKING, lambda c: c.do.medimage.filing.patient_of(c.file)),
    "medimage.pairing.pair": (
        (Right.SET_UP,),
        lambda c: c.do.medimage.pairing.pair(c.me, "1"),
    ),
    "medimage.pairing.retire": (
        (Right.SET_UP,),
        lambda c: c.do.medimage.pairing.retire(c.me, "1"),
    ),
    "medimage.pairing.reveal": (
        (Right.SET_UP,),
        lambda c: c.do.medimage.pairing.reveal(c.me, "1"),
    ),
    "medimage.checking.check_config": (
        (Right.SET_UP,),
        lambda c: c.do.medimage.checking.check_config(c.me, Path("none")),
    ),
    "medimage.checking.write_config": (
        (Right.SET_UP,),
        lambda c: c.do.medimage.checking.write_config(c.me, Path("none")),
    ),
    "medimage.checking.check_server": (
        (Right.SET_UP,),
        lambda c: list(c.do.medimage.checking.check_server(c.me, "1")),
    ),
    "medimage.rescue.run": (
        (Right.SET_UP,),
        lambda c: c.do.medimage.rescue.run(c.me, "1", _EMPTY),
    ),
    "medimage.serving.serve": (
        (Right.SET_UP,),
        lambda c: c.do.medimage.serving.serve(c.me, Listen("127.0.0.1", 0)).__enter__(),
    ),
    "medimage.photographing.arrivals": (
        LOOKING,
        lambda c: c.do.medimage.photographing.arrivals(
            Session(JANE, c.me, "1", _NOW, frozenset()), _EMPTY
        ),
    ),
    "follower.look": (LOOKING, lambda c: c.do.follower.look()),
    "signing_in.drive_of": (
        (Right.SEE_EXT,),
        lambda c: c.do.signing_in.drive_of(SourceKind.DROPBOX, c.me, "1"),
    ),
    "signing_in.sign_in": (
        (Right.SEE_EXT,),
        lambda c: c.do.signing_in.sign_in(Attempt(_DROPBOX, c.me, _open_nothing, _cancelled())),
    ),
    "signing_in.sign_out": (
        (Right.SEE_EXT,),
        lambda c: c.do.signing_in.sign_out(_DROPBOX, c.me),
    ),
    "examiner.deliveries": (
        (Right.SET_UP, Right.SEE_EXT),
        lambda c: c.do.examiner.deliveries("1", "", _EMPTY),
    ),
    "examiner.server": (
        (Right.SET_UP, Right.SEE_EXT),
        lambda c: c.do.examiner.server("http://127.0.0.1:9", _EMPTY),
    ),
    "examiner.folder": (
        (Right.SET_UP, Right.SEE_EXT),
        lambda c: c.do.examiner.folder(c.engine.source, _EMPTY),
    ),
    "examiner.own_folder": (
        (Right.SET_UP, Right.SEE_EXT),
        lambda c: c.do.examiner.own_folder(c.engine.source, _EMPTY),
    ),
    "examiner.azure": (
        (Right.SET_UP, Right.SEE_EXT),
        lambda c: c.do.examiner.azure(_no_account(), _EMPTY),
    ),
    "examiner.azure_account": (
        (Right.SET_UP, Right.SEE_EXT),
        lambda c: c.do.examiner.azure_account(_no_account(), _EMPTY),
    ),
    "examiner.signed": (
        (Right.SET_UP, Right.SEE_EXT),
        lambda c: c.do.examiner.signed(_DROPBOX, "", _EMPTY),
    ),
    "first_start.standing": ((Right.SET_UP,), lambda c: c.do.first_start.standing()),
    "first_start.name_practice": (
        (Right.SET_UP,),
        lambda c: c.do.first_start.name_practice("Hillside"),
    ),
    "first_start.name_operator": (
        (Right.SET_UP,),
        lambda c: c.do.first_start.name_operator("NEW", "New", Secret("short")),
    ),
    "first_start.name_provider": (
        (Right.SET_UP,),
        lambda c: c.do.first_start.name_provider("One"),
    ),
    "first_start.place_stores": (
        (Right.SET_UP,),
        lambda c: c.do.first_start.place_stores("/elsewhere", ""),
    ),
    "first_start.finish": ((Right.SET_UP,), lambda c: c.do.first_start.finish()),
    "browsing.look": (
        (Right.BULK_IMPORT,),
        lambda c: c.do.browsing.look([c.engine.source], _who(c), _EMPTY, copies=True),
    ),
    "bulk_importer.review": (
        (Right.BULK_IMPORT,),
        lambda c: c.do.bulk_importer.review(_tower(c), _who(c), _EMPTY, lambda _some: None),
    ),
    "bulk_importer.standing": (
        (Right.BULK_IMPORT,),
        lambda c: c.do.bulk_importer.standing(_who(c), _EMPTY),
    ),
    "bulk_importer.run": (
        (Right.BULK_IMPORT,),
        lambda c: c.do.bulk_importer.run([], _who(c), _EMPTY, lambda _f, _r: None),
    ),
    "bulk_importer.keep_profiles": (
        (Right.SET_UP,),
        lambda c: c.do.bulk_importer.keep_profiles([], operator=c.me),
    ),
    "backing_up.backup": (
        (Right.SET_UP,),
        lambda c: c.do.backing_up.backup(c.engine.home / "none" / "b.zip", _EMPTY),
    ),
}

#: Whoever works here may, once they have signed in; nobody may for another practice's operator.
SIGNED_IN: dict[str, Call] = {
    "messenger.recipients": lambda c: c.do.messenger.recipients(c.me.id),
    "messenger.set_favourite": lambda c: c.do.messenger.set_favourite(
        c.me.id, "ADM", is_wanted=True
    ),
    "messenger.describe": lambda c: c.do.messenger.describe(c.me.id, LinkedItem(JANE.id, "")),
    "messenger.send": lambda c: c.do.messenger.send(Draft(new_id(), c.me.id, ("ADM",), "words")),
    "messenger.reply": lambda c: c.do.messenger.reply(
        "none", draft_id=new_id(), operator=c.me.id, text="words"
    ),
    "messenger.mailbox": lambda c: c.do.messenger.mailbox(c.me.id),
    "messenger.mark_seen": lambda c: c.do.messenger.mark_seen(c.me.id, ["none"]),
    "messenger.mark_done": lambda c: c.do.messenger.mark_done(c.me.id, "none", is_done=True),
    "messenger.open_item": lambda c: c.do.messenger.open_item(c.me.id, "none"),
}

#: What the bundle holds beside services.
NO_SERVICES = {"home", "clock", "problems", "close"}

#: Calls that need no right, and why.
FREE = {
    "people.providers": "names alone, which the title bar shows to everybody",
    "permitting.is_guarded": "answers who may do what; holds no data of the practice",
    "permitting.may_enter": "answers who may do what; holds no data of the practice",
    "permitting.sits": "answers who may do what; holds no data of the practice",
    "permitting.sit_down": "answers who may do what; holds no data of the practice",
    "permitting.get_up": "answers who may do what; holds no data of the practice",
    "permitting.operator": "answers who may do what; holds no data of the practice",
    "permitting.providers": "answers who may do what; holds no data of the practice",
    "permitting.provider": "answers who may do what; holds no data of the practice",
    "permitting.require": "answers who may do what; holds no data of the practice",
    "permitting.require_here": "answers who may do what; holds no data of the practice",
    "permitting.allows": "answers who may do what; holds no data of the practice",
    "permitting.allows_here": "answers who may do what; holds no data of the practice",
    "permitting.require_sign_in": "answers who may do what; holds no data of the practice",
    "first_start.is_due": "a yes or no, and no for whoever may not set up",
    "entering.is_guarded": "asked before anybody can have signed in",
    "entering.choices": "ids and names for the sign-in page, without rights",
    "entering.sign_in": "asks for the password itself",
    "entering.check_new": "judges a password that the caller was given",
    "entering.sign_out": "takes rights away",
    "entering.lock": "takes rights away",
    "entering.change_password": "asks for the old password itself",
    "lister.find": "picks from listings that the caller was given",
    "lister.watch": "asks `sources`, and tells nothing but `look again`",
    "lister.unwatch": "ends what was begun",
    "assigner.check_selection": "judges files that the caller was given",
    "assigner.orders": "makes values; carrying them out is refused by the importer",
    "recoverer.abandon": "finishes what was allowed when it began; done at every start by itself",
    "recoverer.run_abandoned": "finishes what was allowed when it began; done at every start by itself",
    "recoverer.run": "finishes what was allowed when it began; done at every start by itself",
    "auditor.check_by_itself": "the program's own nightly watch, which tells numbers",
    "trail.add": "whoever does something is told of; nobody may be able to avoid it",
    "captures.known": "what was read before, of files that the caller was given",
    "previewer.forget": "removes a cached picture",
    "configuring.title_presets": "titles alone, which a form shows to whoever may save",
    "configuring.secret": "for adapters; no front door shows it",
    "configuring.value": "read by the program itself to find folders and drives; `show` is for people",
    "configuring.shown": "read by the program itself to find folders and drives; `show` is for people",
    "configuring.image_folders": "read by the program itself to find folders and drives; `show` is for people",
    "configuring.document_folders": "read by the program itself to find folders and drives; `show` is for people",
    "configuring.listed_extensions": "read by the program itself to find folders and drives; `show` is for people",
    "configuring.has_auto_import": "read by the program itself to find folders and drives; `show` is for people",
    "configuring.capture_pattern": "read by the program itself to find folders and drives; `show` is for people",
    "configuring.has_drive": "read by the program itself to find folders and drives; `show` is for people",
    "configuring.drive_folder": "read by the program itself to find folders and drives; `show` is for people",
    "configuring.azure": "read by the program itself to find folders and drives; `show` is for people",
    "configuring.drives": "read by the program itself to find folders and drives; `show` is for people",
    "configuring.azure_endpoint": "read by the program itself to find folders and drives; `show` is for people",
    "configuring.images_store": "read by the program itself to find folders and drives; `show` is for people",
    "configuring.documents_store": "read by the program itself to find folders and drives; `show` is for people",
    "configuring.has_chosen_store": "read by the program itself to find folders and drives; `show` is for people",
    "configuring.log_folder": "read by the program itself to find folders and drives; `show` is for people",
    "configuring.problems": "read by the program itself to find folders and drives; `show` is for people",
    "auto_importer.is_on": "a yes or no",
    "auto_importer.reasons": "says why files wait that the caller was given",
    "day_sheets.today": "a date",
    "configuring.check_source": "a rule about a folder that the caller was given",
    "configuring.tower_roots": "read by the program itself to find folders; `show` is for people",
    "configuring.tower_profiles": "how devices name their folders; no data of patients",
    "configuring.session_gap": "a number of minutes",
    "browsing.usual_copies": "a yes or no about a folder that the caller was given",
    "browsing.usual_gap": "a setting",
    "bulk_importer.roots": "names of folders, as the settings tell them",
    "bulk_importer.profile": "how a device names its folders; no data of patients",
    "bulk_importer.profiles": "how devices name their folders; no data of patients",
    "messenger.stamp": "two numbers that tell whether to look again",
    "medimage.receiver.state": "whether phones are answered, which Setup shows",
    "medimage.receiver.settle": "does what is set for this workstation; `configuring` says who sets it",
    "medimage.receiver.stop": "the program is closed; what is set stays set",
    "medimage.pairing.state": "a masked key, which Config 3 shows",
    "medimage.photographing.to_type": "words about a patient whom the caller was given",
    "medimage.photographing.begin": "asks `lister.refresh`, and keeps keys alone",
    "day_sheets.note": "counts listings that the caller was given",
    "signing_in.running": "a step's name; no data",
    "signing_in.state": "a step's name; no data",
    "signing_in.is_signed_in": "a yes or no about this workstation",
    "signing_in.refusal": "a rule about this workstation",
}


def _who(case: Case) -> Looker:
    return Looker(case.me.id, "1")


def _tower(case: Case) -> Tower:
    return Tower(case.engine.source, GE_VSCAN_AIR)


def _no_account() -> AzureTrial:
    return AzureTrial(account="none", endpoint="http://127.0.0.1:9", container="none", key=WORD)


def _ignore(file: SourceFile) -> None:
    del file


def _open_nothing(address: str) -> bool:
    del address
    return False


def _cancelled() -> CancelToken:
    token = CancelToken()
    token.cancel()
    return token


def _order(case: Case) -> ImportOrder:
    return ImportOrder(new_id(), case.file, Assignment(MARY.id, "1", case.me.id))


@pytest.fixture
def a_case(engine: Engine) -> Callable[..., Case]:
    """A practice with something on record and something waiting, and one more operator."""
    for name in ("a.jpg", "b.jpg"):
        engine.put(name, A_JPEG + name.encode())
    engine.save("a.jpg")
    [record] = engine.services.records.of_patient(JANE.id)
    file = engine.files()["b.jpg"]
    assert file.state is FileState.READY

    def made(*rights: Right) -> Case:
        held = frozenset((EVERY_PROVIDER, right) for right in rights)
        engine.services.permitting.sit_down("ADM")
        me = engine.services.staffing.save_operator(Operator("NIL", "Nil", rights=held), by="ADM")
        return Case(engine, me, record, file)

    return made


def _refusals(engine: Engine) -> int:
    """How many refusals the trail tells of."""
    database = engine.database()
    try:
        trail = SqlTrail(database, engine.services.clock, "test")
        return sum(entry.action == "refused" for entry in trail.entries())
    finally:
        database.close()


def _is_refused(call: Call, case: Case) -> bool:
    """Whether it was refused for want of a right: by the exception, or by an answer that says so."""
    try:
        answer = call(case)
    except (NotPermitted, NotSignedIn):
        return True
    except (MessageCentreError, Cancelled):
        return False
    if isinstance(answer, tuple) and answer and isinstance(answer[0], ImportResult):
        answer = answer[0]
    if isinstance(answer, ImportResult):
        return answer.problem in {"NotPermitted", "NotSignedIn"}
    if isinstance(answer, Preview):
        return "may not" in answer.reason or "signed in" in answer.reason
    # The list is empty, and asking for it was told to the trail.
    return answer == ()


def _is_service(part: object) -> bool:
    return type(part).__module__.startswith("message_centre.services.")


def _calls(name: str, part: object) -> set[str]:
    """Every public name of a service, and of the services that it hands out."""
    own = {one for one, _ in inspect.getmembers_static(type(part)) if not one.startswith("_")}
    within = {one: held for one, held in vars(part).items() if one[0] != "_" and _is_service(held)}
    found = {f"{name}.{one}" for one in own - set(within)}
    return found.union(*(_calls(f"{name}.{one}", held) for one, held in within.items()))


def test_every_public_call_is_in_one_of_the_tables(engine: Engine) -> None:
    names = {one for one, _ in inspect.getmembers_static(Services) if one[0] != "_"}
    names |= {one.name for one in fields(Services)}
    parts = {name: getattr(engine.services, name) for name in names - NO_SERVICES}
    # Whatever is handed out beside services would be handed out to anybody.
    assert [name for name, part in parts.items() if not _is_service(part)] == []
    found = set().union(*(_calls(name, part) for name, part in parts.items()))

    assert found - {*GUARDED, *SIGNED_IN, *FREE} == set()
    assert {*GUARDED, *SIGNED_IN, *FREE} - found == set()
    assert not any("*" in name for name in FREE)


def test_a_new_call_is_noticed_whichever_service_gets_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in (engine.services.messenger, engine.services.medimage.rescue):
        with monkeypatch.context() as patch:
            patch.setattr(type(part), "read_all_of_it", lambda _self: None, raising=False)
            with pytest.raises(AssertionError, match="read_all_of_it"):
                test_every_public_call_is_in_one_of_the_tables(engine)


def test_an_operator_with_every_right_but_the_needed_ones_is_refused_and_told_of(
    a_case: Callable[..., Case],
) -> None:
    wrong = []
    for name, (needed, call) in GUARDED.items():
        case = a_case(*(right for right in Right if right not in needed))
        case.do.permitting.sit_down("NIL")
        # What is asked again and again is told once a run, and this is one run.
        case.do.permitting._noted = frozenset()
        before = _refusals(case.engine)
        if not _is_refused(call, case):
            wrong.append(f"{name} was not refused")
        elif _refusals(case.engine) == before:
            wrong.append(f"{name} was refused without a line on the trail")
    assert not wrong


def test_one_of_the_needed_rights_is_enough(a_case: Callable[..., Case]) -> None:
    # `alerts`, `follower.look` and previews of an empty place may answer with nothing all the same.
    wrong = []
    for name, (needed, call) in GUARDED.items():
        case = a_case(needed[0])
        case.do.permitting.sit_down("NIL")
        before = _refusals(case.engine)
        _is_refused(call, case)
        if _refusals(case.engine) != before:
            wrong.append(name)
    assert not wrong


def test_where_operators_have_passwords_nobody_may_anything_before_signing_in(
    engine: Engine,
) -> None:
    engine.put("a.jpg")
    engine.save("a.jpg")
    engine.put("b.jpg", A_JPEG + b"b")
    [record] = engine.services.records.of_patient(JANE.id)
    file = engine.files()["b.jpg"]
    engine.services.entering.set_password("ADM", WORD, by="ADM")
    me = engine.operator

    services = open_home(engine.home)
    try:
        case = Case(Engine(services, engine.source), me, record, file)
        calls = {name: call for name, (_, call) in GUARDED.items()} | SIGNED_IN
        wrong = []
        for name, call in calls.items():
            services.permitting._noted = frozenset()
            before = _refusals(case.engine)
            if not _is_refused(call, case):
                wrong.append(f"{name} was not refused")
            elif _refusals(case.engine) == before:
                wrong.append(f"{name} was refused without a line on the trail")
        assert not wrong
        services.entering.sign_in("ADM", WORD)
        assert services.records.get(record.id) == record
    finally:
        services.close()

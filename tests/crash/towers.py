"""A tower's folders imported in bulk, and the same begun again after a stop."""

from message_centre.bootstrap import open_home
from message_centre.domain.tower_folders import Verdict
from message_centre.domain.tower_profiles import GE_VSCAN_AIR, TOWER_ROOTS
from message_centre.services import grouping
from message_centre.services.browsing import Looker
from message_centre.services.bulk_importing import Tower
from message_centre.services.bundle import Services
from message_centre.services.work import CancelToken
from tests.crash.worlds import JANE, MARY, World, opened, wrong_at_rest
from tests.support.counting import MISFILED, Problem

#: Two people's folders, a picture with what belongs to it, and a folder of nobody's.
FOLDERS = (
    "100_Jane_Smith/20260102101112/20260102101112.jpg",
    "100_Jane_Smith/20260102101112/20260102101112.xml",
    "101_Mary_Jones/20260102111112.jpg",
    "TEST_Phantom/20260102121112.jpg",
)
_OWNERS = {
    "20260102101112.jpg": JANE.id,
    "20260102101112.xml": JANE.id,
    "20260102111112.jpg": MARY.id,
}
_ME = Looker("ADM", "1")


@opened
def import_tower(services: Services, world: World) -> None:
    """Review the tower and import what is beyond doubt, as a group; what is on record is left alone."""
    grouping.GROUP_FROM = 2
    _set_root(services, world)
    bulk = services.bulk_importer
    tower = Tower(world.source, GE_VSCAN_AIR)
    found = bulk.review(tower, _ME, CancelToken(), lambda _: None)
    sure = [one for one in found if one.match.verdict is Verdict.SURE and one.files]
    bulk.run(sure, _ME, CancelToken(), lambda _report, _result: None)


def wrong_after_towers(world: World, patients: frozenset[str]) -> list[Problem]:
    """What is wrong at rest, each folder's files on the record of nobody but whom the folder names."""
    problems = wrong_at_rest(world, patients, title="")
    services = open_home(world.home)
    try:
        found = {one.original_name: one.patient_id for one in services.records.everything()}
    finally:
        services.close()
    for name, patient_id in found.items():
        if patient_id != _OWNERS.get(name):
            problems.append(Problem(MISFILED, f"{name} is {patient_id}'s"))
    return problems


def _set_root(services: Services, world: World) -> None:
    if services.configuring.value(TOWER_ROOTS) != str(world.source):
        operator = services.permitting.operator("ADM")
        services.configuring.set(TOWER_ROOTS, str(world.source), operator=operator)

"""Device profiles: how a tower names its folders, as one line of the practice's settings."""

from dataclasses import dataclass

from message_centre.domain.errors import BadSetting
from message_centre.domain.folder_names import FolderGrammar

TOWER_ROOTS = "system.tower_roots"
TOWER_PROFILES = "system.tower_profiles"
SESSION_GAP = "system.session_gap_minutes"

_BETWEEN, _AFTER_NAME = "|", ":"
_LONGEST_NAME, _MOST = 60, 40

#: Key, kind, scope, line and default, as `settings.Setting` takes them.
ROWS = (
    (
        TOWER_ROOTS,
        "folders",
        "practice",
        "Folders in which towers make one folder per patient.",
        "",
    ),
    (
        TOWER_PROFILES,
        "profiles",
        "practice",
        "How towers name their folders: 'name: grammar', several separated by '|'.",
        "",
    ),
    (
        SESSION_GAP,
        "minutes",
        "practice",
        "After how many minutes without a picture a new group begins when folders are browsed.",
        "15",
    ),
)


@dataclass(frozen=True, slots=True)
class Profile:
    """A device's name and the grammar of its folders."""

    name: str
    grammar: str

    def reader(self) -> FolderGrammar:
        """What reads folder names. Raises ValueError where the grammar is none."""
        return FolderGrammar(self.grammar)


#: As GE publishes it: `<PatientID>[_First][_Last]/<YYYYMMDDHHMMSS>/<YYYYMMDDHHMMSS>.ext`.
GE_VSCAN_AIR = Profile("GE Vscan Air", "<patient id>[_<first names>][_<last name>]")
SHIPPED = (GE_VSCAN_AIR,)


def profiles_in(value: str) -> tuple[Profile, ...]:
    """The profiles of a stored value; those that ship with the program are not among them."""
    found = []
    for line in value.split(_BETWEEN):
        name, _, grammar = line.partition(_AFTER_NAME)
        if name.strip() and grammar.strip():
            found.append(Profile(name.strip(), grammar.strip()))
    return tuple(found)


def as_value(profiles: tuple[Profile, ...]) -> str:
    """The value that holds these profiles."""
    return f" {_BETWEEN} ".join(f"{one.name}{_AFTER_NAME} {one.grammar}" for one in profiles)


def profiles(key: str, text: str) -> str:
    """The value as it is stored.

    Raises:
        BadSetting: a profile has no name or grammar, or two have one name.
    """
    found = profiles_in(text)
    if len(found) != len([line for line in text.split(_BETWEEN) if line.strip()]):
        raise BadSetting(
            f"{key} is written as 'name: grammar'. Perhaps {as_value((GE_VSCAN_AIR,))!r}?"
        )
    names = [one.name.casefold() for one in (*SHIPPED, *found)]
    if len(set(names)) != len(names) or len(found) > _MOST:
        raise BadSetting(f"{key}: every profile needs a name of its own, {_MOST} profiles at most.")
    for one in found:
        if len(one.name) > _LONGEST_NAME or not one.name.isprintable():
            raise BadSetting(f"{key}: a profile's name has at most {_LONGEST_NAME} characters.")
        try:
            one.reader()
        except ValueError as error:
            raise BadSetting(f"{key}: {one.name}: {error}.") from error
    return as_value(found)

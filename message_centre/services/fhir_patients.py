"""FHIR R4 `Patient` resources as rows of the register. Anything may be missing or of the wrong kind."""

from collections.abc import Iterator, Mapping
from typing import Any

NHI_SYSTEMS = frozenset(
    {"https://standards.digital.health.nz/ns/nhi-id", "urn:oid:2.16.840.1.113883.2.18.2"}
)
_USES = ("official", "usual", "", "temp", "anonymous")


def fields_of(resource: Mapping[str, Any]) -> dict[str, str]:
    """The register's columns, those included that the resource leaves empty.

    The number is the identifier of type MR, or else the first that is no NHI, or else the NHI, or
    else the resource's own id.
    """
    nhi, others = _identifiers(resource)
    number = others[0] if others else nhi or resource_id(resource)
    name = _best_name(resource)
    fields = {
        "number": number,
        "last_name": _text(name.get("family")),
        "first_names": _given(name),
        "known_as": _nickname(resource),
        "birth_date": _text(resource.get("birthDate")),
        "sex": _text(resource.get("gender")),
        "nhi": nhi,
        "phone": "; ".join(_telecom(resource, "phone", "sms")),
        "email": next(_telecom(resource, "email"), ""),
        "address": _address(resource),
        "status": _status(resource),
    }
    return fields | ({"alternate_id": others[1]} if len(others) > 1 else {})


def resource_id(resource: Mapping[str, Any]) -> str:
    """The id by which other resources of the same file refer to this one."""
    return _text(resource.get("id"))


def replaced_by(resource: Mapping[str, Any]) -> str:
    """The resource id, or the number, of the patient this one was merged into; else empty."""
    for link in _dicts(resource.get("link")):
        if link.get("type") == "replaced-by":
            other = _dict(link.get("other"))
            reference = _text(other.get("reference"))
            if not reference:
                return _text(_dict(other.get("identifier")).get("value"))
            return reference.split("/_history")[0].rpartition("/")[2].removeprefix("urn:uuid:")
    return ""


def _identifiers(resource: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The live NHI, and every other identifier with the practice's own number first."""
    nhi, numbers, others = "", [], []
    for identifier in _dicts(resource.get("identifier")):
        value = _text(identifier.get("value"))
        if not value or identifier.get("use") == "old":
            continue
        if _text(identifier.get("system")).rstrip("/") in NHI_SYSTEMS:
            nhi = nhi or value
        elif "MR" in _codes(identifier):
            numbers.append(value)
        else:
            others.append(value)
    return nhi, numbers + others


def _codes(identifier: Mapping[str, Any]) -> list[str]:
    return [
        _text(coding.get("code")) for coding in _dicts(_dict(identifier.get("type")).get("coding"))
    ]


def _best_name(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    names = {_text(name.get("use")): name for name in reversed(_dicts(resource.get("name")))}
    return next((names[use] for use in _USES if use in names), {})


def _nickname(resource: Mapping[str, Any]) -> str:
    for name in _dicts(resource.get("name")):
        if name.get("use") == "nickname":
            return _given(name) or _text(name.get("text"))
    return ""


def _given(name: Mapping[str, Any]) -> str:
    return " ".join(filter(None, map(_text, _list(name.get("given")))))


def _telecom(resource: Mapping[str, Any], *systems: str) -> Iterator[str]:
    for point in _dicts(resource.get("telecom")):
        value = _text(point.get("value"))
        if value and point.get("system") in systems and point.get("use") != "old":
            yield value


def _address(resource: Mapping[str, Any]) -> str:
    for address in _dicts(resource.get("address")):
        if address.get("use") != "old":
            lines = [*map(_text, _list(address.get("line")))]
            parts = [
                *lines,
                *(_text(address.get(part)) for part in ("city", "state", "postalCode")),
            ]
            return _text(address.get("text")) or ", ".join(filter(None, parts))
    return ""


def _status(resource: Mapping[str, Any]) -> str:
    if replaced_by(resource):
        return "merged"
    if resource.get("deceasedBoolean") is True or resource.get("deceasedDateTime"):
        return "deceased"
    return "inactive" if resource.get("active") is False else "active"


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in _list(value) if isinstance(item, dict)]

"""Who is at work while Setup is open, and what they are signed in to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Desk:
    """The operator who sits here, the provider one works for, and whether the practice may be set up."""

    operator: str = ""
    provider: str = ""
    provider_name: str = ""
    may_edit: bool = False


@dataclass(frozen=True, slots=True)
class SignedState:
    """Whether a drive's sign-in is kept here; why it is not allowed; what keeps one from knowing."""

    is_signed_in: bool = False
    refusal: str = ""
    trouble: str = ""

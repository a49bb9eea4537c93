"""The address of a record on a PostgreSQL server; it never holds a password."""

from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

_SCHEMES = ("postgresql", "postgres")
_EXAMPLE = "postgresql://centre@server:5432/practice"

#: What may follow the database's name. `options` and its like could switch off durable commits.
_PARAMETERS = frozenset(
    "channel_binding gssencmode host hostaddr port sslcert sslcrl sslkey sslmode sslrootcert"
    " target_session_attrs".split()
)


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """`postgresql://user@host:port/database`; several hosts may be named for a fail-over.

    Raises `ValueError` on construction, with a sentence that never repeats a password.
    """

    url: str

    def __post_init__(self) -> None:
        scheme, separator, _ = self.url.partition("://")
        if scheme.lower() not in _SCHEMES or not separator:
            raise ValueError(f"the address of a server starts with postgresql://, as {_EXAMPLE!r}.")
        self._refuse_password()
        if not self.database:
            raise ValueError(f"the name of the database is missing, as in {_EXAMPLE!r}.")
        if not self.user:
            raise ValueError(f"who signs in is missing, as `centre` in {_EXAMPLE!r}.")
        unknown = sorted(self._parameters.keys() - _PARAMETERS)
        if unknown:
            raise ValueError(
                f"{unknown[0]!r} may not stand in the address. Possible: {', '.join(sorted(_PARAMETERS))}."
            )

    def __str__(self) -> str:
        return self.url

    @property
    def user(self) -> str:
        """The server's user."""
        return unquote(self._place.netloc.rpartition("@")[0])

    @property
    def database(self) -> str:
        """The database's name."""
        return unquote(self._place.path.strip("/"))

    @property
    def hosts(self) -> str:
        """Where the server is, as it is told to a person."""
        return self._place.netloc.rpartition("@")[2] or self._parameters.get(
            "host", "this computer"
        )

    @property
    def _place(self) -> SplitResult:
        return urlsplit(self.url)

    @property
    def _parameters(self) -> dict[str, str]:
        return dict(parse_qsl(self._place.query, keep_blank_values=True))

    def _refuse_password(self) -> None:
        user = self._place.netloc.rpartition("@")[0]
        if ":" in user or "password" in self._parameters:
            raise ValueError(
                "the password may not stand in the address, where others can read it. Leave it out;"
                " it is asked for, or read from standard input."
            )

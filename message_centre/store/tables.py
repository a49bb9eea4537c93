"""The typed tables of the record, the same on every engine.

Moments are ISO 8601 text in UTC with a fixed number of digits, so that text order is time order on
every engine. Ids are text.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from message_centre.domain.lifecycle import CLAIMING_STATES

metadata = MetaData()

practice = Table(
    "practice",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("value", Text, nullable=False),
)

providers = Table(
    "providers",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("is_active", Boolean, nullable=False, default=True),
)

operators = Table(
    "operators",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("is_active", Boolean, nullable=False, default=True),
)

operator_rights = Table(
    "operator_rights",
    metadata,
    Column("operator", String(32), ForeignKey("operators.id"), primary_key=True),
    Column("provider", String(32), primary_key=True),
    Column("right", String(32), primary_key=True),
)

operator_passwords = Table(
    "operator_passwords",
    metadata,
    Column("operator", String(32), ForeignKey("operators.id"), primary_key=True),
    Column("hash", Text, nullable=False),
    Column("changed_at", String(32), nullable=False),
    Column("wrong_tries", Integer, nullable=False),
    Column("wait_until", String(32), nullable=False),
)

recent_patients = Table(
    "recent_patients",
    metadata,
    Column("operator", String(32), primary_key=True),
    Column("patient_id", String(40), primary_key=True),
    Column("at", String(32), nullable=False),
)

patients = Table(
    "patients",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("last_name", Text, nullable=False),
    Column("first_names", Text, nullable=False),
    Column("known_as", Text, nullable=False, default=""),
    Column("birth_date", Date, nullable=False),
    Column("sex", String(20), nullable=False, default=""),
    Column("nhi", String(20), nullable=False, default=""),
    Column("alternate_id", Text, nullable=False, default=""),
    Column("phone", Text, nullable=False, default=""),
    Column("email", Text, nullable=False, default=""),
    Column("address", Text, nullable=False, default=""),
    Column("status", String(20), nullable=False, default="active"),
    Column("merged_into", String(40), nullable=False, default=""),
    Index("patients_born", "birth_date"),
    # A search reads many rows by their ids, which so are found where the id is.
    sqlite_with_rowid=False,
)

#: Compared byte by byte on every engine, so that a prefix is a range of the index.
_FOLDED = Text().with_variant(Text(collation="C"), "postgresql")

#: For each word of a patient's name one row that starts with it (`beside` is empty), and for each two
#: words rows that start with both, filed under one and two letters of the second one (`beside`). `rank`
#: is 0 where the first one belongs to the last name. `born` is the birth date as yyyymmdd.
search_names = Table(
    "search_names",
    metadata,
    Column("rank", Integer, primary_key=True, autoincrement=False),
    Column("beside", _FOLDED, primary_key=True),
    Column("words", _FOLDED, primary_key=True),
    Column("patient_id", String(40), primary_key=True),
    Column("born", Integer, nullable=False),
    sqlite_with_rowid=False,
)

#: Identifiers (`i...`), phone digits (`p...`) and phone digits backwards (`r...`), as compared, with all
#: words of the patient's name, so that a number with a name leads to few.
search_codes = Table(
    "search_codes",
    metadata,
    Column("code", _FOLDED, primary_key=True),
    Column("patient_id", String(40), primary_key=True),
    Column("words", _FOLDED, nullable=False),
    sqlite_with_rowid=False,
)

#: Every word that names have, under its sound and under its spelling with one letter left out.
#: Words nobody has any longer stay; they find nobody.
search_forms = Table(
    "search_forms",
    metadata,
    Column("form", _FOLDED, primary_key=True),
    Column("word", _FOLDED, primary_key=True),
    sqlite_with_rowid=False,
)

records = Table(
    "records",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("patient_id", String(40), ForeignKey("patients.id"), nullable=False),
    Column("provider", String(32), nullable=False),
    Column("operator", String(32), nullable=False),
    Column("destination", String(10), nullable=False),
    Column("title", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("taken_at", String(32)),
    Column("taken_from", String(20)),
    Column("filed_at", String(32), nullable=False),
    Column("original_name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("shelf_path", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("came_by_correction", Boolean, nullable=False, default=False),
    Column("withdrawn_at", String(32)),
    Column("withdrawn_by", String(32), nullable=False, default=""),
    Column("withdrawn_reason", Text, nullable=False, default=""),
    Index("records_of_patient", "patient_id", "state", "filed_at"),
    Index("records_with_bytes", "sha256"),
    Index("records_filed_at", "filed_at"),
    Index(
        "one_record_per_patient_and_bytes",
        "patient_id",
        "sha256",
        unique=True,
        sqlite_where=text("state = 'filed'"),
        postgresql_where=text("state = 'filed'"),
    ),
    Index(
        "one_record_per_shelf_path",
        "destination",
        "shelf_path",
        unique=True,
        sqlite_where=text("state = 'filed'"),
        postgresql_where=text("state = 'filed'"),
    ),
)

_CLAIMING = text("state in ({})".format(", ".join(f"'{state.value}'" for state in CLAIMING_STATES)))

imports = Table(
    "imports",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("request_id", String(60), nullable=False, unique=True),
    Column("state", String(20), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("source_name", Text, nullable=False),
    Column("file_key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("workstation", Text, nullable=False),
    Column("session", String(40), nullable=False),
    Column("destination", String(10), nullable=False),
    Column("shelf_path", Text, nullable=False),
    Column("original_name", Text, nullable=False),
    Column("patient_id", String(40), nullable=False),
    Column("operator", String(32), nullable=False),
    Column("record_id", String(40), nullable=False, default=""),
    Column("sha256", String(64), nullable=False, default=""),
    Column("size", BigInteger, nullable=False, default=0),
    Column("note", Text, nullable=False, default=""),
    Column("opened_at", String(32), nullable=False),
    Column("lease_until", String(32), nullable=False),
    Index("imports_open", "state"),
    Index(
        "one_claim_per_file",
        "source_id",
        "file_key",
        unique=True,
        sqlite_where=_CLAIMING,
        postgresql_where=_CLAIMING,
    ),
)

#: The ledger: which bytes of which source file became which record. Only ever added to.
ledger = Table(
    "ledger",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("file_key", Text, primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("record_id", String(40), primary_key=True),
    Index("ledger_of_record", "record_id"),
)

trail = Table(
    "trail",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("operator", String(32), nullable=False),
    Column("workstation", Text, nullable=False),
    Column("action", String(40), nullable=False),
    Column("record_id", String(40), nullable=False),
    Column("patient_id", String(40), nullable=False),
    Column("detail", Text, nullable=False),
    Column("seal", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Index("trail_of_patient", "patient_id", "seq"),
)

day_counts = Table(
    "day_counts",
    metadata,
    Column("day", Date, primary_key=True),
    Column("source", String(200), primary_key=True),
    Column("seen", Integer, nullable=False),
    Column("filed", Integer, nullable=False),
    Column("waiting", Integer, nullable=False),
    Column("held", Integer, nullable=False),
    Column("ignored", Integer, nullable=False),
)

#: What a day's last look left to a person, replaced with the count of its source.
held_files = Table(
    "held_files",
    metadata,
    Column("day", Date, primary_key=True),
    Column("source", String(200), primary_key=True),
    Column("token", String(20), primary_key=True),
    Column("name", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

#: A message between operators. `conversation` is the id of the first one, `due` makes it a task.
messages = Table(
    "messages",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("conversation", String(40), nullable=False),
    Column("sender", String(32), nullable=False),
    Column("at", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("is_urgent", Boolean, nullable=False),
    Column("due", Date),
    Column("record_id", String(40), nullable=False),
    Column("patient_id", String(40), nullable=False),
    Index("messages_sent_at", "at"),
)

#: Whoever takes part in a message, its sender too. `version` grows whenever any copy changes.
message_copies = Table(
    "message_copies",
    metadata,
    Column("operator", String(32), primary_key=True),
    Column("message_id", String(40), ForeignKey("messages.id"), primary_key=True),
    Column("is_recipient", Boolean, nullable=False),
    Column("seen_at", String(32)),
    Column("done_at", String(32)),
    Column("version", Integer, nullable=False),
    Index("copies_of_message", "message_id"),
)

favourite_recipients = Table(
    "favourite_recipients",
    metadata,
    Column("operator", String(32), primary_key=True),
    Column("favourite", String(32), primary_key=True),
)

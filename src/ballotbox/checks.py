"""Every check of an election by its name, with what it looks at and by which rule.

A name that begins with `stricter_` refuses what `belenios-tool` 3.0 accepts; the list of those is on the specification
page. One check is named in one place, so that a report, a test vector and the code speak of the same thing.
"""

import enum
import unicodedata


class Check(enum.StrEnum):
    """The name of a check, as reports and vectors have it."""

    # Encoding (spec: Conventions, Basic types)
    JSON = "json"
    FIELDS = "fields"
    STRING = "string"
    INTEGER = "integer"
    SCALAR = "scalar"
    SCALAR_RANGE = "scalar_range"
    STRICTER_SCALAR = "stricter_scalar"
    ELEMENT = "element"
    STRICTER_ELEMENT = "stricter_element"
    ELEMENT_RANGE = "element_range"
    ELEMENT_GROUP = "element_group"
    HASH = "hash"
    UUID = "uuid"
    STRICTER_CANONICAL = "stricter_canonical"
    STRICTER_PARTS = "stricter_parts"

    # The election (spec: Elections, Questions)
    VERSION = "version"
    GROUP = "group"
    QUESTION_TYPE = "question_type"
    QUESTION_SHAPE = "question_shape"
    PUBLIC_KEY = "public_key"

    # Credentials (spec: Credentials)
    CREDENTIAL_FORMAT = "credential_format"
    CREDENTIAL_TWICE = "credential_twice"
    STRICTER_CREDENTIAL_IDENTITY = "stricter_credential_identity"
    WEIGHT = "weight"
    STRICTER_WEIGHT = "stricter_weight"
    STRICTER_WEIGHT_SUM = "stricter_weight_sum"

    # Trustees (spec: Verification keys, Messages specific to threshold decryption support, Trustees)
    TRUSTEES_SHAPE = "trustees_shape"
    TRUSTEE_POK = "trustee_pok"
    TRUSTEE_TWICE = "trustee_twice"
    TRUSTEE_IDENTITY = "trustee_identity"
    CERT_CONTEXT = "cert_context"
    CERT_SIGNATURE = "cert_signature"
    COEFEXPS_SIGNATURE = "coefexps_signature"
    COEFEXPS_LENGTH = "coefexps_length"
    CERTS_SIGNATURE = "certs_signature"
    VERIFICATION_KEY = "verification_key"
    VERIFICATION_KEY_SIGNATURE = "verification_key_signature"
    CHANNEL_DECRYPTION = "channel_decryption"
    CHANNEL_SIGNATURE = "channel_signature"
    CHANNEL_RECIPIENT = "channel_recipient"
    SECRET_SHARE = "secret_share"  # noqa: S105  (the name of a check)
    OWN_CERTIFICATE = "own_certificate"

    # Ballots (spec: Encrypted answers, Signatures, Ballots)
    BALLOT_CANONICAL = "ballot_canonical"
    BALLOT_ELECTION = "ballot_election"
    BALLOT_CREDENTIAL = "ballot_credential"
    BALLOT_TWICE = "ballot_twice"
    BALLOT_HASH = "ballot_hash"
    BALLOT_SIGNATURE = "ballot_signature"
    ANSWERS_SHAPE = "answers_shape"
    INDIVIDUAL_PROOF = "individual_proof"
    OVERALL_PROOF = "overall_proof"
    BLANK_PROOF = "blank_proof"

    # Tally (spec: Encrypted tally, Partial decryptions, Election result)
    TALLY_SHAPE = "tally_shape"
    STRICTER_TALLY_NUMBER = "stricter_tally_number"
    STRICTER_TALLY_WEIGHT = "stricter_tally_weight"
    TALLY_PRODUCT = "tally_product"
    DECRYPTION_SHAPE = "decryption_shape"
    DECRYPTION_OWNER = "decryption_owner"
    STRICTER_DECRYPTION_TWICE = "stricter_decryption_twice"
    DECRYPTION_PROOF = "decryption_proof"
    DECRYPTIONS_TOO_FEW = "decryptions_too_few"
    RESULT_SHAPE = "result_shape"
    RESULT = "result"

    # Beside the archive (ours: `checkpoint`, `supplement`)
    CHECKPOINT = "checkpoint"
    SUPPLEMENT_SHAPE = "supplement_shape"
    SUPPLEMENT_PROOF = "supplement_proof"
    SUPPLEMENT_OWNER = "supplement_owner"

    # The archive and its chain of events (spec: Public data)
    ARCHIVE_HEADER = "archive_header"
    ARCHIVE_BLOCK = "archive_block"
    ARCHIVE_PADDING = "archive_padding"
    ARCHIVE_TRUNCATED = "archive_truncated"
    ARCHIVE_NAME = "archive_name"
    ARCHIVE_TIME = "archive_time"
    ARCHIVE_HASH = "archive_hash"
    ARCHIVE_ORDER = "archive_order"
    EVENT_PARENT = "event_parent"
    EVENT_HEIGHT = "event_height"
    EVENT_PAYLOAD = "event_payload"
    EVENT_TYPE = "event_type"
    STRICTER_EVENT_STAGE = "stricter_event_stage"


class Refused(ValueError):
    """What a check does not let pass. `where` says which part (`answers[1].choices[0].alpha`), `detail` what was found.

    Nothing secret stands in it: what it says may be published, and may be shown on a terminal.
    """

    def __init__(self, check: Check, detail: str = "", where: str = "") -> None:
        self.check, self.detail, self.where = check, plain(detail), plain(where)
        super().__init__(": ".join(part for part in (check, self.where, self.detail) if part))

    def __reduce__(self) -> tuple[type["Refused"], tuple[Check, str, str]]:
        """So that it comes whole out of another process."""
        return Refused, (self.check, self.detail, self.where)

    def inside(self, where: str) -> "Refused":
        """The same, of something that stands inside `where`: `answers[0].choices`, `Ballot at height 3: answers[0]`."""
        between = ": " if " " in where or " " in self.where else "."
        return Refused(self.check, self.detail, f"{where}{between}{self.where}" if self.where else where)


_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def plain(text: str) -> str:
    """A text of somebody else on one line of a terminal: what moves it, hides it or turns it round is written out."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        each.encode("unicode_escape").decode() if unicodedata.category(each) in _UNSEEN else each for each in text
    )

"""The election itself (spec: Elections): what every voter gets, and its fingerprint."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ballotbox.checks import Check, Refused
from ballotbox.encoding import fields, integer, listed, read, sha256_b64, string, uuid, written
from ballotbox.group import ONE, Element, element_of
from ballotbox.questions import Question, question_of

VERSION: Final = 1
GROUP: Final = "Ed25519"
_NEEDED: Final = ("version", "description", "name", "group", "public_key", "questions", "uuid")
_OPTIONAL: Final = ("administrator", "credential_authority")


@dataclass(frozen=True)
class Template:
    """What an administrator decides before there are keys: name, description, questions, who administers and who
    makes the credentials ("" when not said)."""

    name: str
    description: str
    questions: tuple[Question, ...]
    administrator: str = ""
    credential_authority: str = ""


@dataclass(frozen=True)
class Election:
    """An election of version 1. `raw` is the text that is hashed: always the same bytes; `public_key` is y."""

    raw: str
    template: Template
    public_key: Element
    uuid: str

    @property
    def questions(self) -> tuple[Question, ...]:
        """In the order in which a ballot answers them."""
        return self.template.questions

    @property
    def fingerprint(self) -> str:
        """φ: the hash of the election, in Base64 without padding."""
        return sha256_b64(self.raw)


def template_of(value: Any) -> Template:
    """A template of a message; raises Refused."""
    found = fields(value, ("description", "name", "questions"), _OPTIONAL)
    return _template(found)


def _template(found: dict[str, Any]) -> Template:
    questions = listed(found["questions"])
    if not questions:
        raise Refused(Check.QUESTION_SHAPE, "there is no question")
    parsed = []
    for place, each in enumerate(questions):
        try:
            parsed.append(question_of(each))
        except Refused as refused:
            raise refused.inside(f"questions[{place}]") from None
    optional = [string(found.get(name, "")) for name in _OPTIONAL]
    return Template(string(found["name"]), string(found["description"]), tuple(parsed), *optional)


def election_of(raw: str) -> Election:
    """An election from its text. Raises Refused: another version or group, a question that is not homomorphic, a public
    key that is no element of the group or the identity."""
    found = fields(read(raw), _NEEDED, _OPTIONAL)
    if integer(found["version"]) != VERSION:
        raise Refused(Check.VERSION, f"version {found['version']}: this reads version {VERSION}")
    if found["group"] != GROUP:
        raise Refused(Check.GROUP, f"{found['group']!r:.40}: this reads {GROUP}")
    try:
        public_key = element_of(found["public_key"])
    except Refused as refused:
        raise refused.inside("public_key") from None
    if public_key == ONE:
        raise Refused(Check.PUBLIC_KEY, "it is the identity: nothing would be secret")
    return Election(raw, _template(found), public_key, uuid(found["uuid"]))


def new_election(template: Template, *, uuid: str, public_key: Element) -> Election:
    """The election of a template, with the key of its trustees."""
    optional = {"administrator": template.administrator, "credential_authority": template.credential_authority}
    return election_of(
        written(
            {
                "version": VERSION,
                "description": template.description,
                "name": template.name,
                "group": GROUP,
                "public_key": str(public_key),
                "questions": [each.as_json() for each in template.questions],
                "uuid": uuid,
                **{name: value for name, value in optional.items() if value},
            }
        )
    )


def largest_record(election: Election) -> int:
    """More bytes than a ballot, a tally or a partial decryption of it can have: what is larger need not be read. A
    choice has a ciphertext and two proofs, a question a proof for each number that may be chosen."""
    return 4_096 + sum(700 * each.length + 200 * (len(each.values) + 4) for each in election.questions)


Votes = Sequence[Sequence[int]]
"""A plain answer to each question."""

"""The rulebook in force (`reglement/v1`): the table of grounds, the terms, and for what the profession asks, read once.

Both are this register's own and say so; nothing here is present law.
"""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lerarenregister.register.rules.grounds import Ground

FOLDER = Path(__file__).resolve().parents[3] / "reglement" / "v1"


@dataclass(frozen=True, slots=True)
class Terms:
    """How long things last, as durations: `activation_code`, `work_mail`, `staging`, `review`, `key_backup` (of
    portfolio keys) and `sent_form` (that a form was done); tries as a number. `unconfirmed`: what was delivered and not
    confirmed; `claims`: name and birth date of the sign-in in a review, after it was decided. `objection`: to answer
    one that is not automatic; `objection_answered`: how long one is kept after its answer; `objection_kept`: how long
    one is kept after its account was closed. `accountability`: how long it can be seen who did what;
    `unused_invitation`: one that nobody used, after it expired. `release`: how
    long a consent to a purpose counts. `share`: how long a copy that a teacher shares can be read when she names no
    other end; `share_most`: the longest."""

    version: int
    activation_code: timedelta
    tries_per_hour: int
    work_mail: timedelta
    staging: timedelta
    unconfirmed: timedelta
    claims: timedelta
    review: timedelta
    key_backup: timedelta
    key_log: timedelta
    objection: timedelta
    objection_kept: timedelta
    objection_answered: timedelta
    sent_form: timedelta
    accountability: timedelta
    unused_invitation: timedelta
    share: timedelta
    share_most: timedelta
    release: timedelta


@dataclass(frozen=True, slots=True)
class Purpose:
    """For what the profession asks coarse values of portfolios: its name and why, in both languages."""

    code: str
    name_nl: str
    name_en: str
    why_nl: str
    why_en: str


def _read(name: str) -> dict[str, Any]:
    with (FOLDER / name).open("rb") as file:
        return tomllib.load(file)


def _grounds() -> MappingProxyType[str, Ground]:
    return MappingProxyType(
        {
            each["code"]: Ground(
                code=each["code"],
                name_nl=each["name_nl"],
                name_en=each["name_en"],
                qualified=each["qualified"],
                sectors=frozenset(each["sectors"]),
            )
            for each in _read("grondslagen.toml")["ground"]
        }
    )


def _terms() -> Terms:
    read = _read("termijnen.toml")
    return Terms(
        version=read["version"],
        activation_code=timedelta(days=read["activation_code_days"]),
        tries_per_hour=read["activation_tries_per_hour"],
        work_mail=timedelta(days=read["work_mail_days"]),
        staging=timedelta(days=read["staging_days"]),
        unconfirmed=timedelta(days=read["unconfirmed_days"]),
        claims=timedelta(days=read["claims_days"]),
        review=timedelta(days=read["review_days"]),
        key_backup=timedelta(days=read["key_backup_days"]),
        key_log=timedelta(days=read["key_log_days"]),
        objection=timedelta(days=read["objection_days"]),
        objection_answered=timedelta(days=read["objection_answered_days"]),
        objection_kept=timedelta(days=read["objection_kept_days"]),
        sent_form=timedelta(days=read["sent_form_days"]),
        accountability=timedelta(days=read["accountability_days"]),
        unused_invitation=timedelta(days=read["unused_invitation_days"]),
        share=timedelta(days=read["share_days"]),
        share_most=timedelta(days=read["share_most_days"]),
        release=timedelta(days=read["release_days"]),
    )


def _purposes() -> MappingProxyType[str, Purpose]:
    return MappingProxyType({each["code"]: Purpose(**each) for each in _read("informatie.toml")["purpose"]})


GROUNDS = _grounds()
TERMS = _terms()
PURPOSES = _purposes()

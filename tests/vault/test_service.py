"""The verbs of the vault: only what is hers opens her key, once, and she can read what happened with it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from tests.rulebook import TERMS
from tests.vault.conftest import on_disk
from tests.vault.signing import AT, EDUID, EID, first, opened, sign_in
from vault.answers import Also, Holder, Line, Opened
from vault.errors import (
    ChallengeRefused,
    CodeRefused,
    KeyMissing,
    ProofRefused,
    Taken,
    TokenRefused,
    TooManyTries,
)
from vault.recovery import new_code
from vault.rows import Act, erase_ticket, log_ticket
from vault.service import LINES_KEPT, Vault
from vault.unlinking import CODE_COUNTS_AFTER, Unlinking

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


def acts(vault: Vault, key: Opened) -> list[str]:
    """What the log of a key says, oldest first."""
    return [line.act for line in reversed(vault.lines(ticket=log_ticket(key.key)))]


def holders(vault: Vault, key: Opened) -> list[tuple[str, str]]:
    return sorted((each.kind, each.label) for each in vault.holders(ticket=log_ticket(key.key)))


def proof(vault: Vault, subject: str, *, at: object = AT) -> str:
    return opened(vault, subject, also=Also.PROOF, at=at).proof  # type: ignore[arg-type]


# Opening


def test_the_same_person_gets_the_same_key_again_and_another_person_another(vault: Vault) -> None:
    anna = first(vault, "anna")
    again = opened(vault, "anna")
    assert (anna.made, again.made) == (True, False)
    assert (again.id, again.key) == (anna.id, anna.key)
    assert len(anna.key) == 32
    assert first(vault, "berta").key != anna.key


def test_the_same_subject_at_another_provider_is_another_person(vault: Vault) -> None:
    anna = first(vault, "anna")
    with pytest.raises(KeyMissing):
        opened(vault, "anna", of=EDUID)
    other = opened(vault, "anna", of=EDUID, make=b"o" * 16)
    assert other.key != anna.key


def test_no_two_splits_of_issuer_and_subject_are_the_same_person(vault: Vault) -> None:
    assert vault.locator("a", "bc") != vault.locator("ab", "c")
    assert vault.locator("", "abc") != vault.locator("abc", "")


def test_a_key_is_only_made_when_the_caller_allows_it_and_stays_when_one_is_there(vault: Vault) -> None:
    with pytest.raises(KeyMissing):
        opened(vault, "anna")
    assert list(vault.held()) == []
    anna = first(vault, "anna")
    again = opened(vault, "anna", make=b"x" * 16)
    assert (again.key, again.id, again.made, again.code) == (anna.key, anna.id, False, "")


def test_the_id_of_a_key_that_is_there_makes_no_other(vault: Vault) -> None:
    anna = first(vault, "anna")
    with pytest.raises(Taken):
        opened(vault, "berta", make=anna.id)
    assert list(vault.held()) == [anna.id]


def test_two_first_sign_ins_at_once_get_one_key(vault: Vault) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda number: opened(vault, "anna", make=bytes([number]) * 16), range(24)))
    assert len({each.key for each in made}) == 1
    assert sum(each.made for each in made) == 1
    assert len(list(vault.held())) == 1


def test_a_challenge_opens_once_and_two_at_once_are_one(vault: Vault) -> None:
    anna = first(vault, "anna")
    said = sign_in(vault, "anna")
    assert vault.open(**said, make=None, also=Also.NOTHING).key == anna.key
    with pytest.raises(ChallengeRefused, match="spent"):
        vault.open(**said, make=None, also=Also.NOTHING)
    said = sign_in(vault, "anna")

    def once(_: int) -> bool:
        try:
            return bool(vault.open(**said, make=None, also=Also.NOTHING))
        except ChallengeRefused:
            return False

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(once, range(16))) == 1
    assert acts(vault, anna) == ["made", "opened", "opened"]


def test_a_challenge_that_found_no_key_is_spent_too(vault: Vault) -> None:
    said = sign_in(vault, "anna")
    with pytest.raises(KeyMissing):
        vault.open(**said, make=None, also=Also.NOTHING)
    with pytest.raises(ChallengeRefused, match="spent"):
        vault.open(**said, make=b"a" * 16, also=Also.NOTHING)


def test_a_token_opens_with_its_own_challenge_alone(vault: Vault) -> None:
    first(vault, "anna")
    one, other = sign_in(vault, "anna"), sign_in(vault, "anna")
    with pytest.raises(TokenRefused, match="nonce"):
        vault.open(**(one | {"challenge": other["challenge"]}), make=None, also=Also.NOTHING)


def test_a_challenge_is_remembered_for_longer_than_it_holds(vault: Vault) -> None:
    first(vault, "anna")
    said = sign_in(vault, "anna")
    vault.open(**said, make=None, also=Also.NOTHING)
    vault.forget(at=AT + timedelta(hours=23))
    with pytest.raises(ChallengeRefused, match="spent"):
        vault.open(**said, make=None, also=Also.NOTHING)
    vault.forget(at=AT + timedelta(hours=25))
    assert vault.store.read("SELECT count(*) FROM spent") == [(0,)]


# Her log


def test_she_reads_what_happened_with_her_key_newest_first(vault: Vault) -> None:
    anna = first(vault, "anna")
    opened(vault, "anna", at=AT + MINUTE)
    opened(vault, "anna", at=AT + 2 * MINUTE, also=Also.CODE)
    opened(vault, "anna", at=AT + 3 * MINUTE, also=Also.PROOF)
    lines = vault.lines(ticket=log_ticket(anna.key))
    assert lines[-1] == Line(AT.isoformat(), Act.MADE, EID.name)
    assert [each.act for each in lines] == [Act.PROVED, Act.CODE_MADE, Act.OPENED, Act.MADE]
    assert vault.lines(ticket=log_ticket(anna.key), most=0) == [lines[0], lines[1], lines[3]]


def test_a_refused_opening_writes_no_line_in_the_log_of_another(vault: Vault) -> None:
    anna = first(vault, "anna")
    with pytest.raises(TokenRefused):
        vault.open(**sign_in(vault, "anna", aud="another"), make=None, also=Also.NOTHING)
    with pytest.raises(KeyMissing):
        opened(vault, "berta")
    assert acts(vault, anna) == ["made"]


def test_the_log_and_what_opens_it_are_hers_alone(vault: Vault) -> None:
    anna, berta = first(vault, "anna"), first(vault, "berta")
    assert holders(vault, anna) == [("identity", "eID"), ("recovery", "")]
    for ticket in ("", "x", log_ticket(b"x" * 32), erase_ticket(anna.key), anna.key.hex()):
        assert vault.lines(ticket=ticket) == []
        assert vault.holders(ticket=ticket) == []
    assert len(vault.lines(ticket=log_ticket(berta.key))) == 1
    (identity,) = [each for each in vault.holders(ticket=log_ticket(anna.key)) if each.kind == "identity"]
    assert identity == Holder(identity.id, "identity", "eID", AT.isoformat())


# Erasing


def test_an_erased_key_is_gone_at_once_from_every_file_and_another_persons_stays(vault: Vault, folder: Path) -> None:
    anna, berta = first(vault, "anna"), first(vault, "berta")
    opened(vault, "anna", also=Also.PROOF)
    envelopes = [row[0] for row in vault.store.read("SELECT envelope FROM holder WHERE key = ?", anna.id)]
    assert len(envelopes) == 2
    assert vault.erase(ticket=erase_ticket(anna.key)) is True
    assert vault.erase(ticket=erase_ticket(anna.key)) is False
    files = on_disk(folder)
    assert not any(each in files for each in envelopes)
    assert vault.lines(ticket=log_ticket(anna.key)) == vault.holders(ticket=log_ticket(anna.key)) == []
    for table in ("holder", "line", "proof"):
        assert vault.store.read(f"SELECT count(*) FROM {table} WHERE key = ?", anna.id) == [(0,)]
    with pytest.raises(KeyMissing):
        opened(vault, "anna")
    assert opened(vault, "berta").key == berta.key
    assert first(vault, "anna").key != anna.key


@pytest.mark.parametrize("ticket", ["", "x", "é"])
def test_no_other_ticket_erases_anything(vault: Vault, ticket: str) -> None:
    anna = first(vault, "anna")
    for each in (ticket, log_ticket(anna.key), anna.key.hex(), anna.id.hex()):
        assert vault.erase(ticket=each) is False
    assert opened(vault, "anna").key == anna.key


def test_her_recovery_code_and_her_proof_go_with_her_key(vault: Vault) -> None:
    anna = first(vault, "anna")
    shown = proof(vault, "anna")
    vault.erase(ticket=erase_ticket(anna.key))
    with pytest.raises(CodeRefused):
        vault.recover(code=anna.code, **sign_in(vault, "new"), replace=False)
    with pytest.raises(ProofRefused):
        vault.link(proof=shown, **sign_in(vault, "anna", of=EDUID), replace=False)


# Linking


def test_a_second_identity_opens_the_key_of_the_first_and_no_other(vault: Vault) -> None:
    anna = first(vault, "anna")
    linked = vault.link(proof=proof(vault, "anna"), **sign_in(vault, "anna-edu", of=EDUID), replace=False)
    assert (linked.id, linked.key) == (anna.id, anna.key)
    assert opened(vault, "anna-edu", of=EDUID).key == opened(vault, "anna").key == anna.key
    assert holders(vault, anna) == [("identity", "eID"), ("identity", "eduID"), ("recovery", "")]
    assert acts(vault, anna) == ["made", "proved", "linked", "opened", "opened"]


@pytest.mark.parametrize("age", [timedelta(minutes=5, seconds=1), -timedelta(seconds=6)])
def test_a_proof_holds_for_five_minutes(vault: Vault, age: timedelta) -> None:
    first(vault, "anna")
    shown = proof(vault, "anna")
    with pytest.raises(ProofRefused, match="expired"):
        vault.link(proof=shown, **sign_in(vault, "edu", of=EDUID, at=AT + age), replace=False)
    vault.link(proof=shown, **sign_in(vault, "edu", of=EDUID, at=AT + 5 * MINUTE), replace=False)


def test_a_proof_is_used_once_and_a_made_up_one_is_none(vault: Vault) -> None:
    first(vault, "anna")
    shown = proof(vault, "anna")
    vault.link(proof=shown, **sign_in(vault, "edu", of=EDUID), replace=False)
    for each in (shown, "made up", "\u00e9"):
        with pytest.raises(ProofRefused, match="unknown"):
            vault.link(proof=each, **sign_in(vault, "another", of=EDUID), replace=False)


def test_a_link_needs_two_fresh_tokens(vault: Vault) -> None:
    first(vault, "anna")
    shown = proof(vault, "anna")
    said = sign_in(vault, "edu", of=EDUID)
    with pytest.raises(TokenRefused, match="nonce"):
        vault.link(proof=shown, **(said | {"challenge": vault.challenge(at=AT)}), replace=False)
    with pytest.raises(TokenRefused, match="auth_time"):
        vault.link(proof=shown, **(said | {"at": AT + MINUTE}), replace=False)
    vault.link(proof=shown, **said, replace=False)
    with pytest.raises(ChallengeRefused, match="spent"):
        vault.link(proof=proof(vault, "anna"), **said, replace=False)


def test_an_identity_that_opens_a_key_already_is_not_taken_along(vault: Vault) -> None:
    anna, edu = first(vault, "anna"), first(vault, "edu", of=EDUID)
    with pytest.raises(Taken):
        vault.link(proof=proof(vault, "anna"), **sign_in(vault, "edu", of=EDUID), replace=False)
    assert opened(vault, "edu", of=EDUID).key == edu.key
    assert opened(vault, "anna").key == anna.key


def test_an_identity_that_is_linked_already_stays_so(vault: Vault) -> None:
    """The answer to her first question may have been lost."""
    anna = first(vault, "anna")
    for _ in range(2):
        said = sign_in(vault, "edu", of=EDUID)
        assert vault.link(proof=proof(vault, "anna"), **said, replace=False).key == anna.key
    assert vault.link(proof=proof(vault, "anna"), **sign_in(vault, "anna"), replace=True).key == anna.key
    assert holders(vault, anna) == [("identity", "eID"), ("identity", "eduID"), ("recovery", "")]


def test_with_replace_its_own_key_goes_whole(vault: Vault) -> None:
    anna, edu = first(vault, "anna"), first(vault, "edu", of=EDUID)
    vault.link(proof=proof(vault, "anna"), **sign_in(vault, "edu", of=EDUID), replace=True)
    assert opened(vault, "edu", of=EDUID).key == anna.key
    assert list(vault.held()) == [anna.id]
    assert vault.lines(ticket=log_ticket(edu.key)) == []
    with pytest.raises(CodeRefused):
        vault.recover(code=edu.code, **sign_in(vault, "new"), replace=False)


def test_a_key_that_something_else_opens_too_is_never_replaced(vault: Vault) -> None:
    first(vault, "anna")
    edu = first(vault, "edu", of=EDUID)
    vault.link(proof=opened(vault, "edu", of=EDUID, also=Also.PROOF).proof, **sign_in(vault, "second"), replace=False)
    with pytest.raises(Taken):
        vault.link(proof=proof(vault, "anna"), **sign_in(vault, "edu", of=EDUID), replace=True)
    assert opened(vault, "second").key == edu.key


# The recovery code


def test_with_her_code_a_new_identity_opens_her_key_and_another_code_comes_in_its_place(vault: Vault) -> None:
    anna = first(vault, "anna")
    found = vault.recover(code=anna.code.lower(), **sign_in(vault, "new"), replace=False)
    assert (found.id, found.key) == (anna.id, anna.key)
    assert found.code not in ("", anna.code)
    assert opened(vault, "new").key == opened(vault, "anna").key == anna.key
    with pytest.raises(CodeRefused):
        vault.recover(code=anna.code, **sign_in(vault, "third"), replace=False)
    assert vault.recover(code=found.code, **sign_in(vault, "third"), replace=False).key == anna.key
    assert acts(vault, anna) == ["made", "recovered", "opened", "opened", "recovered"]


def test_when_the_answer_is_lost_the_same_identity_asks_again_with_the_code_that_was_used(vault: Vault) -> None:
    anna = first(vault, "anna")
    lost = vault.recover(code=anna.code, **sign_in(vault, "new"), replace=False)
    again = vault.recover(code=anna.code, **sign_in(vault, "new", at=AT + 29 * DAY), replace=False)
    assert again.key == anna.key
    assert again.code not in ("", anna.code, lost.code)
    with pytest.raises(CodeRefused):
        vault.recover(code=lost.code, **sign_in(vault, "third"), replace=False)
    assert holders(vault, anna).count(("recovery", "")) == 1
    with pytest.raises(CodeRefused):
        vault.recover(code=anna.code, **sign_in(vault, "anna"), replace=False)
    assert vault.recover(code=again.code, **sign_in(vault, "third"), replace=False).key == anna.key


def test_a_used_code_is_gone_after_thirty_days_after_another_and_with_the_identity_that_used_it(vault: Vault) -> None:
    anna = first(vault, "anna")
    code = vault.recover(code=anna.code, **sign_in(vault, "new"), replace=False).code
    with pytest.raises(CodeRefused):
        Unlinking(vault).unlink(proof=proof(vault, "anna"), issuer=EID.issuer, subject="new", code=anna.code, at=AT)
    by = {"proof": proof(vault, "anna", at=AT + CODE_COUNTS_AFTER), "code": code}
    Unlinking(vault).unlink(**by, issuer=EID.issuer, subject="new", at=AT + CODE_COUNTS_AFTER)
    with pytest.raises(CodeRefused):
        vault.recover(code=anna.code, **sign_in(vault, "new"), replace=False)

    second = vault.recover(code=code, **sign_in(vault, "new"), replace=False).code
    opened(vault, "anna", also=Also.CODE)
    with pytest.raises(CodeRefused):
        vault.recover(code=code, **sign_in(vault, "new"), replace=False)
    with pytest.raises(CodeRefused):
        vault.recover(code=second, **sign_in(vault, "new"), replace=False)

    third = opened(vault, "anna", also=Also.CODE).code
    vault.recover(code=third, **sign_in(vault, "new"), replace=False)
    vault.forget(at=AT + 29 * DAY)
    vault.recover(code=third, **sign_in(vault, "new", at=AT + 29 * DAY), replace=False)
    vault.forget(at=AT + 60 * DAY)
    with pytest.raises(CodeRefused):
        vault.recover(code=third, **sign_in(vault, "new", at=AT + 60 * DAY), replace=False)


def test_what_is_asked_of_one_key_is_not_done_with_another(vault: Vault) -> None:
    anna = first(vault, "anna")
    for also in (Also.CODE, Also.PROOF):
        other = vault.open(**sign_in(vault, "anna"), make=None, also=also, of=b"another key here")
        assert (other.key, other.code, other.proof) == (anna.key, "", "")
        assert acts(vault, anna)[-1] == "opened"
    assert vault.open(**sign_in(vault, "anna"), make=None, also=Also.CODE, of=anna.id).code
    assert vault.open(**sign_in(vault, "anna"), make=None, also=Also.PROOF, of=anna.id).proof


def test_a_code_that_she_renews_takes_the_place_of_the_earlier_one(vault: Vault) -> None:
    anna = first(vault, "anna")
    renewed = opened(vault, "anna", also=Also.CODE)
    assert renewed.code not in ("", anna.code)
    with pytest.raises(CodeRefused):
        vault.recover(code=anna.code, **sign_in(vault, "new"), replace=False)
    assert vault.recover(code=renewed.code, **sign_in(vault, "new"), replace=False).key == anna.key
    assert holders(vault, anna).count(("recovery", "")) == 1


def test_after_five_wrong_codes_an_hour_passes_before_the_right_one_works(vault: Vault) -> None:
    anna = first(vault, "anna")
    for number in range(5):
        with pytest.raises(CodeRefused):
            vault.recover(code=new_code(), **sign_in(vault, "new", at=AT + number * MINUTE), replace=False)
    for minutes in (5, 59):
        with pytest.raises(TooManyTries):
            vault.recover(code=anna.code, **sign_in(vault, "new", at=AT + minutes * MINUTE), replace=False)
    other = vault.recover(code=anna.code, **sign_in(vault, "somebody else", at=AT + 5 * MINUTE), replace=False)
    assert vault.recover(code=other.code, **sign_in(vault, "new", at=AT + 61 * MINUTE), replace=False).key == anna.key


def test_a_typing_error_is_no_try(vault: Vault) -> None:
    anna = first(vault, "anna")
    wrong = anna.code[:-1] + ("0" if anna.code[-1] != "0" else "2")
    for _ in range(20):
        with pytest.raises(CodeRefused, match="form"):
            vault.recover(code=wrong, **sign_in(vault, "new"), replace=False)
    assert vault.recover(code=anna.code, **sign_in(vault, "new"), replace=False).key == anna.key


def test_a_code_needs_a_fresh_sign_in_too(vault: Vault) -> None:
    anna = first(vault, "anna")
    with pytest.raises(TokenRefused):
        vault.recover(code=anna.code, **sign_in(vault, "new", aud="another"), replace=False)
    said = sign_in(vault, "new")
    vault.recover(code=anna.code, **said, replace=False)
    with pytest.raises(ChallengeRefused, match="spent"):
        vault.recover(code=anna.code, **said, replace=False)


def test_a_code_brings_no_identity_that_opens_another_key_unless_it_may_go(vault: Vault) -> None:
    anna, new = first(vault, "anna"), first(vault, "new")
    with pytest.raises(Taken):
        vault.recover(code=anna.code, **sign_in(vault, "new"), replace=False)
    assert opened(vault, "new").key == new.key
    assert vault.recover(code=anna.code, **sign_in(vault, "new"), replace=True).key == anna.key
    assert list(vault.held()) == [anna.id]


def test_what_changed_is_in_her_log_however_often_her_key_was_opened_since(vault: Vault) -> None:
    anna = first(vault, "anna")
    vault.link(proof=proof(vault, "anna"), **sign_in(vault, "edu", of=EDUID), replace=False)
    for _ in range(7):
        opened(vault, "anna")
    told = [each.act for each in vault.lines(ticket=log_ticket(anna.key), most=3)]
    assert told == ["opened"] * 3 + ["linked", "proved", "made"]


# What is arriving from elsewhere


def test_a_key_that_is_still_arriving_answers_to_nobody(vault: Vault) -> None:
    anna = first(vault, "anna")
    vault.store.write_many("UPDATE key SET state = 'arriving' WHERE id = ?", [(anna.id,)])
    assert list(vault.held()) == []
    with pytest.raises(KeyMissing):
        opened(vault, "anna")
    with pytest.raises(CodeRefused):
        vault.recover(code=anna.code, **sign_in(vault, "new"), replace=False)
    with pytest.raises(Taken):
        opened(vault, "anna", make=b"x" * 16)
    berta = first(vault, "berta")
    with pytest.raises(Taken):
        vault.link(proof=proof(vault, "berta"), **sign_in(vault, "anna"), replace=True)
    vault.store.write_many("UPDATE key SET state = 'held' WHERE id = ?", [(anna.id,)])
    assert opened(vault, "anna").key == anna.key
    assert opened(vault, "berta").key == berta.key


def test_what_has_had_its_time_is_forgotten(vault: Vault) -> None:
    first(vault, "anna")
    proof(vault, "anna")
    with pytest.raises(CodeRefused):
        vault.recover(code=new_code(), **sign_in(vault, "new"), replace=False)
    vault.forget(at=AT + timedelta(days=2))
    for table in ("spent", "proof", "wrong_code"):
        assert vault.store.read(f"SELECT count(*) FROM {table}") == [(0,)]
    assert vault.store.read("SELECT count(*) FROM line") == [(2,)]


def test_the_log_of_a_key_goes_after_the_term_of_the_rulebook(vault: Vault) -> None:
    assert TERMS.key_log == LINES_KEPT
    anna = first(vault, "anna")
    opened(vault, "anna", at=AT + DAY)
    for days in (LINES_KEPT.days, LINES_KEPT.days + 1):
        opened(vault, "anna", at=AT + days * DAY)
        vault.forget(at=AT + days * DAY)
    assert acts(vault, anna) == ["opened"] * 3, "the making is gone"
    vault.forget(at=AT + (LINES_KEPT.days + 1) * DAY + SECOND)
    assert acts(vault, anna) == ["opened"] * 2


def test_a_clock_for_which_no_sign_in_vouches_forgets_no_line(vault: Vault) -> None:
    """With a wrong clock no token is fresh, so that the last opening is long ago, or later than now."""
    anna = first(vault, "anna")
    opened(vault, "anna")
    vault.forget(at=AT + timedelta(days=3_000))
    assert acts(vault, anna) == ["made", "opened"]
    opened(vault, "anna", at=AT + timedelta(days=3_000))
    vault.forget(at=AT + timedelta(days=2_999))
    assert acts(vault, anna) == ["made", "opened", "opened"]


def test_who_asks_for_more_of_her_log_gets_more(vault: Vault) -> None:
    anna = first(vault, "anna")
    for number in range(120):
        opened(vault, "anna", at=AT + number * SECOND)
    assert len(vault.lines(ticket=log_ticket(anna.key))) == 101
    assert len(vault.lines(ticket=log_ticket(anna.key), most=5_000)) == 121

"""Taking away an identity that opens a key: who proves enough, and who does not."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.vault.conftest import on_disk
from tests.vault.signing import AT, EDUID, EID, first, opened, sign_in
from tests.vault.test_service import acts, proof
from vault.answers import Also, Opened
from vault.errors import CodeRefused, CodeTooNew, Elder, KeyMissing, LastOne, ProofRefused, TooManyTries
from vault.recovery import new_code
from vault.rows import log_ticket
from vault.service import Vault
from vault.tokens import Issuer
from vault.unlinking import CODE_COUNTS_AFTER, Unlinking

MINUTE = timedelta(minutes=1)
LATER = AT + CODE_COUNTS_AFTER


@pytest.fixture
def two(vault: Vault) -> Opened:
    """Anna's key, with a second identity of hers."""
    anna = first(vault, "anna")
    vault.link(proof=proof(vault, "anna"), **sign_in(vault, "edu", of=EDUID), replace=False)
    return anna


def unlink(vault: Vault, subject: str = "edu", of: Issuer = EDUID, **by: object) -> None:
    given = {"at": LATER} | by
    shown = proof(vault, "anna", at=given["at"])
    Unlinking(vault).unlink(proof=shown, issuer=of.issuer, subject=subject, **given)  # type: ignore[arg-type]


def test_an_identity_goes_with_a_token_of_itself_or_with_the_code(vault: Vault, two: Opened, folder: Path) -> None:
    (envelope,) = vault.store.read("SELECT envelope FROM holder WHERE locator = ?", vault.locator(EDUID.issuer, "edu"))
    unlink(vault, **sign_in(vault, "edu", of=EDUID))
    with pytest.raises(KeyMissing):
        opened(vault, "edu", of=EDUID)
    assert envelope[0] not in on_disk(folder)
    assert acts(vault, two)[-1] == "unlinked"
    vault.link(proof=proof(vault, "anna"), **sign_in(vault, "edu", of=EDUID), replace=False)
    unlink(vault, code=two.code)
    with pytest.raises(KeyMissing):
        opened(vault, "edu", of=EDUID)
    assert opened(vault, "anna").key == two.key


def test_the_identity_of_the_proof_can_not_take_itself_away(vault: Vault, two: Opened) -> None:
    with pytest.raises(LastOne):
        unlink(vault, "anna", EID, code=two.code)
    assert opened(vault, "anna").key == two.key


def test_an_identity_goes_by_no_other_token_and_no_wrong_code(vault: Vault, two: Opened) -> None:
    berta = first(vault, "berta")
    for by in (sign_in(vault, "berta"), sign_in(vault, "anna")):
        with pytest.raises(ProofRefused, match="another"):
            unlink(vault, **by)
    for code in (berta.code, new_code()):
        with pytest.raises(CodeRefused, match="unknown"):
            unlink(vault, code=code)
    with pytest.raises(CodeRefused):
        unlink(vault)
    assert opened(vault, "edu", of=EDUID).key == two.key


def test_wrong_codes_at_unlinking_count_as_tries(vault: Vault, two: Opened) -> None:
    for _ in range(5):
        with pytest.raises(CodeRefused, match="unknown"):
            unlink(vault, code=new_code())
    with pytest.raises(TooManyTries):
        unlink(vault, code=two.code)
    assert opened(vault, "edu", of=EDUID).key == two.key


def test_what_opens_the_key_of_another_can_not_be_taken_away(vault: Vault, two: Opened) -> None:
    berta = first(vault, "berta")
    for by in ({"code": two.code}, sign_in(vault, "berta")):
        with pytest.raises(KeyMissing):
            unlink(vault, "berta", EID, **by)
    assert opened(vault, "berta").key == berta.key


def test_what_was_taken_away_may_be_taken_away_again(vault: Vault, two: Opened) -> None:
    """The answer to her first question may have been lost."""
    for _ in range(2):
        unlink(vault, code=two.code)
    assert acts(vault, two).count("unlinked") == 1
    with pytest.raises(CodeRefused):
        unlink(vault, code=new_code())


def test_an_identity_that_was_taken_away_proves_nothing_any_more(vault: Vault, two: Opened) -> None:
    shown = opened(vault, "edu", of=EDUID, also=Also.PROOF).proof
    unlink(vault, code=two.code)
    with pytest.raises(ProofRefused, match="gone"):
        vault.link(proof=shown, **sign_in(vault, "new"), replace=False)


def test_a_code_of_today_takes_nothing_away(vault: Vault, two: Opened) -> None:
    """Who has one sign-in of hers gets a new code with it: the two are one proof."""
    renewed = opened(vault, "anna", also=Also.CODE, at=LATER).code
    for at in (LATER, LATER + CODE_COUNTS_AFTER - MINUTE):
        for _ in range(6):
            with pytest.raises(CodeTooNew):
                unlink(vault, code=renewed, at=at)
        assert opened(vault, "edu", of=EDUID, at=at).key == two.key
    unlink(vault, code=renewed, at=LATER + CODE_COUNTS_AFTER)
    with pytest.raises(KeyMissing):
        opened(vault, "edu", of=EDUID, at=LATER)


def test_the_code_that_recovering_gives_takes_nothing_away_for_as_long(vault: Vault, two: Opened) -> None:
    """Who stole her code and came in with it does not shut her out the same day."""
    thief = vault.recover(code=two.code, **sign_in(vault, "thief", at=LATER), replace=False).code
    shown = proof(vault, "thief", at=LATER)
    with pytest.raises(CodeTooNew):
        Unlinking(vault).unlink(proof=shown, issuer=EID.issuer, subject="anna", code=thief, at=LATER)
    assert opened(vault, "anna", at=LATER).key == two.key


# What only the vault knows


def holder(vault: Vault, key: Opened, subject: str, of: Issuer = EDUID) -> bytes:
    """The id of the row of this identity."""
    (found,) = [
        each for each in vault.holders(ticket=log_ticket(key.key), identities=[(of.issuer, subject)]) if each.which == 0
    ]
    return found.id


def test_what_opens_a_key_says_which_of_her_identities_it_is_and_names_no_other(vault: Vault, two: Opened) -> None:
    asked = [(EDUID.issuer, "edu"), (EID.issuer, "somebody else"), (EID.issuer, "edu")]
    found = vault.holders(ticket=log_ticket(two.key), identities=asked)
    assert sorted((each.kind, each.label, each.which) for each in found) == [
        ("identity", "eID", -1),
        ("identity", "eduID", 0),
        ("recovery", "", -1),
    ]
    assert vault.holders(ticket="0" * 64, identities=asked) == []


def linked(vault: Vault, subject: str, *, at: object) -> None:
    shown = proof(vault, "anna", at=at)
    vault.link(proof=shown, **sign_in(vault, subject, of=EDUID, at=at), replace=False)  # type: ignore[arg-type]


def test_an_identity_that_came_later_goes_by_its_id_and_a_fresh_sign_in(
    vault: Vault, two: Opened, folder: Path
) -> None:
    linked(vault, "thief", at=AT + MINUTE)
    going = holder(vault, two, "thief")
    (envelope,) = vault.store.read("SELECT envelope FROM holder WHERE id = ?", going)
    for _ in range(2):  # the answer to her first question may have been lost
        Unlinking(vault).remove(proof=proof(vault, "anna", at=LATER), holder=going, at=LATER)
    with pytest.raises(KeyMissing):
        opened(vault, "thief", of=EDUID)
    assert envelope[0] not in on_disk(folder)
    assert acts(vault, two).count("unlinked") == 1
    assert vault.lines(ticket=log_ticket(two.key))[1].via == "eduID"
    assert opened(vault, "edu", of=EDUID).key == two.key


def test_what_came_later_takes_nothing_older_away_without_her_code(vault: Vault, two: Opened) -> None:
    linked(vault, "thief", at=AT + MINUTE)
    hers = holder(vault, two, "anna", EID)

    def remove(code: str = "") -> None:
        shown = opened(vault, "thief", of=EDUID, also=Also.PROOF, at=LATER).proof
        Unlinking(vault).remove(proof=shown, holder=hers, code=code, at=LATER)

    with pytest.raises(Elder):
        remove()
    with pytest.raises(CodeRefused):
        remove(new_code())
    with pytest.raises(CodeTooNew):
        remove(opened(vault, "thief", of=EDUID, also=Also.CODE, at=LATER).code)
    assert opened(vault, "anna").key == two.key


def test_with_the_code_also_an_older_one_goes(vault: Vault, two: Opened) -> None:
    shown = opened(vault, "edu", of=EDUID, also=Also.PROOF, at=LATER).proof
    Unlinking(vault).remove(proof=shown, holder=holder(vault, two, "anna", EID), code=two.code, at=LATER)
    with pytest.raises(KeyMissing):
        opened(vault, "anna")


def test_by_an_id_go_no_key_of_another_no_passkey_no_code_and_not_who_proves(vault: Vault, two: Opened) -> None:
    berta = first(vault, "berta", at=AT + MINUTE)
    codes = [each.id for each in vault.holders(ticket=log_ticket(two.key)) if each.kind == "recovery"]
    for going in (holder(vault, berta, "berta", EID), *codes, bytes(16)):
        Unlinking(vault).remove(proof=proof(vault, "anna"), holder=going, at=AT)
    assert opened(vault, "berta").key == berta.key
    assert len(vault.holders(ticket=log_ticket(two.key))) == 3
    with pytest.raises(LastOne):
        Unlinking(vault).remove(proof=proof(vault, "anna"), holder=holder(vault, two, "anna", EID), at=AT)
    with pytest.raises(ProofRefused):
        Unlinking(vault).remove(proof="guessed", holder=holder(vault, two, "edu"), at=AT)
    assert opened(vault, "edu", of=EDUID).key == two.key

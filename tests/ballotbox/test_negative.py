"""For each check an election that breaks it alone, its chain of hashes made anew: refused by that name."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ballotbox.checks import Check
from ballotbox.encoding import sha256_b64, sha256_hex, written
from ballotbox.events import EventType
from ballotbox.group import ONE, G, mul
from ballotbox.scalars import Q, Secret
from ballotbox.trustees import make_key
from tests.ballotbox.making import Made, chained, make, refused, run

VOTES = [[0, 1, 0], [1, 0, 0]]
OTHERS = [[1, 0, 0], [0, 1, 1]]
Breaks = Callable[[Made], bytes]
CASES: dict[str, tuple[Check, Breaks]] = {}


def breaks(check: Check) -> Callable[[Breaks], Breaks]:
    """An election that breaks this check, under the name of its function."""

    def kept(of: Breaks) -> Breaks:
        CASES[of.__name__] = check, of
        return of

    return kept


def held() -> Made:
    made = make(voters=3, singles=1, thresholds=((2, 3),))
    made.vote(0, VOTES)
    made.vote(1, OTHERS)
    made.finish()
    return made


def altered(made: Made, number: int, change: Callable[[Any], Any], part: int = 0) -> bytes:
    """The archive with the data of an event altered."""
    value = json.loads(made.events[number][1][part])
    found = change(value)
    value = value if found is None else found
    body = written(value).encode()
    return replaced(made, number, body, part)


def replaced(made: Made, number: int, body: bytes, part: int = 0) -> bytes:
    """The archive with the data of an event replaced; whatever refers to it by its hash follows."""
    kind, bodies = made.events[number]
    old = sha256_hex(bodies[part]).encode()
    fresh = [each.replace(old, sha256_hex(body).encode()) for each in bodies]
    fresh[part] = body
    events = [*made.events]
    events[number] = kind, fresh
    return chained(events)


def ballot(change: Callable[[Any], Any]) -> Breaks:
    """The first ballot, altered and signed anew by its voter."""

    def of(made: Made) -> bytes:
        value = json.loads(made.events[1][1][0])
        value = change(value) or value
        return replaced(made, 1, signed(made, 0, value))

    return of


def signed(made: Made, voter: int, value: Any) -> bytes:
    from ballotbox.proofs import knowledge

    value.pop("signature", None)
    digest = sha256_b64(written(value))
    proof = knowledge(f"sig|{digest}|", made.secret(voter), Secret.random())
    value["signature"] = {"hash": digest, "proof": proof.as_json()}
    return written(value).encode()


def put(*path: Any, value: Any) -> Callable[[Any], Any]:
    """Puts a value at a path."""

    def change(whole: Any) -> None:
        for each in path[:-1]:
            whole = whole[each]
        whole[path[-1]] = value(whole[path[-1]]) if callable(value) else value

    return change


def other_number(text: str) -> str:
    return str((int(text) + 1) % Q)


def shifted(text: str) -> str:
    """Another element of the group."""
    from ballotbox.group import element_of

    return str(element_of(text) * G)


# The chain.


@breaks(Check.EVENT_PARENT)
def another_parent(made: Made) -> bytes:
    return chained(made.events, change=lambda height, e: replace(e, parent="0" * 64) if height == 2 else e)


@breaks(Check.EVENT_PARENT)
def a_first_event_with_a_parent(made: Made) -> bytes:
    return chained(made.events, change=lambda height, e: replace(e, parent="0" * 64) if height == 0 else e)


@breaks(Check.EVENT_HEIGHT)
def a_height_twice(made: Made) -> bytes:
    return chained(made.events, change=lambda height, e: replace(e, height=1) if height == 2 else e)


@breaks(Check.EVENT_HEIGHT)
def a_height_that_is_passed_over(made: Made) -> bytes:
    return chained(made.events, change=lambda height, e: replace(e, height=height + 1) if height > 1 else e)


@breaks(Check.STRICTER_EVENT_STAGE)
def two_setups(made: Made) -> bytes:
    return chained([made.events[0], *made.events])


@breaks(Check.STRICTER_EVENT_STAGE)
def a_ballot_before_the_setup(made: Made) -> bytes:
    return chained(made.events[1:])


@breaks(Check.STRICTER_EVENT_STAGE)
def a_ballot_after_the_end(made: Made) -> bytes:
    events = [*made.events]
    events.insert(4, (EventType.BALLOT, [made.ballot(2, VOTES)]))
    return chained(events)


@breaks(Check.STRICTER_EVENT_STAGE)
def a_tally_while_people_vote(made: Made) -> bytes:
    return chained([each for each in made.events if each[0] is not EventType.END_BALLOTS])


@breaks(Check.STRICTER_EVENT_STAGE)
def two_tallies(made: Made) -> bytes:
    return chained([*made.events[:5], made.events[4], *made.events[5:]])


@breaks(Check.STRICTER_EVENT_STAGE)
def a_decryption_before_the_tally(made: Made) -> bytes:
    return chained([*made.events[:4], made.events[5]])


@breaks(Check.STRICTER_EVENT_STAGE)
def two_results(made: Made) -> bytes:
    return chained([*made.events, made.events[-1]])


@breaks(Check.EVENT_TYPE)
def a_shuffle(made: Made) -> bytes:
    return chained([*made.events[:5], (EventType.SHUFFLE, [b"{}"])])


@breaks(Check.EVENT_TYPE)
def the_end_of_shuffles(made: Made) -> bytes:
    return chained([*made.events[:5], (EventType.END_SHUFFLES, [])])


@breaks(Check.EVENT_PAYLOAD)
def an_end_with_a_payload(made: Made) -> bytes:
    return chained([*made.events[:3], (EventType.END_BALLOTS, [b"{}"])])


@breaks(Check.EVENT_PAYLOAD)
def a_ballot_without_a_payload(made: Made) -> bytes:
    return chained([made.events[0], (EventType.BALLOT, [])])


@breaks(Check.ARCHIVE_ORDER)
def data_that_belongs_to_nothing(made: Made) -> bytes:
    kind, bodies = made.events[1]
    return chained([made.events[0], (kind, [b"{}", *bodies]), *made.events[2:]])


@breaks(Check.ARCHIVE_ORDER)
def the_payload_of_another_event(made: Made) -> bytes:
    change = lambda height, e: replace(e, payload=sha256_hex(made.events[2][1][0])) if height == 1 else e  # noqa: E731
    return chained(made.events, change=change)


@breaks(Check.ARCHIVE_ORDER)
def a_setup_in_another_order(made: Made) -> bytes:
    kind, (election, trustees, credentials, said) = made.events[0]
    return chained([(kind, [trustees, election, credentials, said])])


# The setup.


@breaks(Check.VERSION)
def another_version(made: Made) -> bytes:
    return altered(made, 0, put("version", value=2))


@breaks(Check.GROUP)
def another_group(made: Made) -> bytes:
    return altered(made, 0, put("group", value="BELENIOS-2048"))


@breaks(Check.QUESTION_TYPE)
def a_question_for_a_mixnet(made: Made) -> bytes:
    return altered(made, 0, put("questions", 0, value={"type": "NonHomomorphic", "value": {}}))


@breaks(Check.QUESTION_TYPE)
def a_question_of_lists(made: Made) -> bytes:
    return altered(made, 0, put("questions", 0, value={"type": "Lists", "value": {}}))


@breaks(Check.QUESTION_SHAPE)
def a_minimum_above_the_maximum(made: Made) -> bytes:
    return altered(made, 0, put("questions", 1, "min", value=3))


@breaks(Check.QUESTION_SHAPE)
def a_maximum_above_the_answers(made: Made) -> bytes:
    return altered(made, 0, put("questions", 1, "max", value=4))


@breaks(Check.QUESTION_SHAPE)
def no_question(made: Made) -> bytes:
    return altered(made, 0, put("questions", value=[]))


@breaks(Check.QUESTION_SHAPE)
def a_blank_that_is_no_truth(made: Made) -> bytes:
    return altered(made, 0, put("questions", 0, "blank", value=1))


@breaks(Check.UUID)
def a_short_identifier(made: Made) -> bytes:
    return altered(made, 0, put("uuid", value="abc"))


@breaks(Check.PUBLIC_KEY)
def a_key_that_is_not_that_of_the_trustees(made: Made) -> bytes:
    return altered(made, 0, put("public_key", value=shifted))


@breaks(Check.PUBLIC_KEY)
def a_key_that_hides_nothing(made: Made) -> bytes:
    return altered(made, 0, put("public_key", value=str(ONE)))


@breaks(Check.INTEGER)
def a_version_that_is_no_number(made: Made) -> bytes:
    return altered(made, 0, put("version", value="1"))


@breaks(Check.FIELDS)
def an_election_with_a_field_too_many(made: Made) -> bytes:
    return altered(made, 0, lambda whole: whole.update(extra="x"))


@breaks(Check.CREDENTIAL_TWICE)
def a_credential_twice(made: Made) -> bytes:
    return altered(made, 0, lambda whole: [*whole, whole[0]], part=2)


@breaks(Check.STRICTER_CREDENTIAL_IDENTITY)
def a_credential_of_which_everybody_knows_the_secret(made: Made) -> bytes:
    return altered(made, 0, lambda whole: [*whole, str(ONE)], part=2)


@breaks(Check.ELEMENT_GROUP)
def a_credential_outside_the_group(made: Made) -> bytes:
    return altered(made, 0, lambda whole: [*whole, "00" * 32], part=2)


@breaks(Check.WEIGHT)
def a_weight_below_zero(made: Made) -> bytes:
    return altered(made, 0, put(0, value=lambda text: f"{text},-1"), part=2)


@breaks(Check.STRICTER_WEIGHT)
def a_weight_with_leading_zeros(made: Made) -> bytes:
    return altered(made, 0, put(0, value=lambda text: f"{text},01"), part=2)


@breaks(Check.STRICTER_WEIGHT_SUM)
def weights_that_are_too_much_together(made: Made) -> bytes:
    return altered(made, 0, put(0, value=lambda text: f"{text},{2**40}"), part=2)


@breaks(Check.TRUSTEES_SHAPE)
def nobody_keeps_the_key(made: Made) -> bytes:
    return altered(made, 0, lambda _: [], part=1)


@breaks(Check.TRUSTEES_SHAPE)
def a_trustee_of_another_kind(made: Made) -> bytes:
    return altered(made, 0, put(0, 0, value="Other"), part=1)


@breaks(Check.TRUSTEE_POK)
def a_key_without_its_proof(made: Made) -> bytes:
    return altered(made, 0, put(0, 1, "pok", "response", value=other_number), part=1)


@breaks(Check.TRUSTEE_POK)
def a_proof_of_another_key(made: Made) -> bytes:
    pok = make_key(Secret.random(), Secret.random()).pok.as_json()
    return altered(made, 0, put(0, 1, "pok", value=pok), part=1)


@breaks(Check.TRUSTEE_TWICE)
def a_trustee_who_stands_twice(made: Made) -> bytes:
    return altered(made, 0, lambda whole: [*whole, whole[0]], part=1)


@breaks(Check.TRUSTEE_IDENTITY)
def a_trustee_who_hides_nothing(made: Made) -> bytes:
    key = make_key(Secret.of(0), Secret.random()).as_json()
    return altered(made, 0, lambda whole: [["Single", key], *whole], part=1)


@breaks(Check.CERT_CONTEXT)
def certificates_that_changed_places(made: Made) -> bytes:
    def change(whole: Any) -> None:
        certs = whole[1][1]["certs"]
        certs[0], certs[1] = certs[1], certs[0]

    return altered(made, 0, change, part=1)


@breaks(Check.CERT_CONTEXT)
def a_lower_threshold(made: Made) -> bytes:
    return altered(made, 0, put(1, 1, "threshold", value=1), part=1)


@breaks(Check.CERT_SIGNATURE)
def a_certificate_that_is_not_signed(made: Made) -> bytes:
    return altered(made, 0, put(1, 1, "certs", 0, "signature", "response", value=other_number), part=1)


@breaks(Check.COEFEXPS_SIGNATURE)
def coefficients_that_are_not_signed(made: Made) -> bytes:
    return altered(made, 0, put(1, 1, "coefexps", 0, "signature", "response", value=other_number), part=1)


@breaks(Check.CERTS_SIGNATURE)
def certificates_that_nobody_agreed_to(made: Made) -> bytes:
    return altered(made, 0, put(1, 1, "signatures", 0, "response", value=other_number), part=1)


@breaks(Check.VERIFICATION_KEY)
def a_share_that_does_not_follow(made: Made) -> bytes:
    key = make_key(Secret.random(), Secret.random()).as_json()

    def change(whole: Any) -> None:
        whole[1][1]["verification_keys"][0].update(key)

    return altered(made, 0, change, part=1)


@breaks(Check.VERIFICATION_KEY_SIGNATURE)
def a_share_that_is_not_signed(made: Made) -> bytes:
    change = put(1, 1, "verification_keys", 0, "signature", "response", value=other_number)
    return altered(made, 0, change, part=1)


@breaks(Check.TRUSTEES_SHAPE)
def a_certificate_too_few(made: Made) -> bytes:
    return altered(made, 0, put(1, 1, "certs", value=lambda certs: certs[:-1]), part=1)


@breaks(Check.STRICTER_CANONICAL)
def trustees_with_spaces(made: Made) -> bytes:
    return replaced(made, 0, json.dumps(json.loads(made.events[0][1][1])).encode(), 1)


# Ballots.


@breaks(Check.BALLOT_TWICE)
def a_ballot_twice(made: Made) -> bytes:
    return chained([*made.events[:2], *made.events[1:]])


@breaks(Check.BALLOT_TWICE)
def an_earlier_ballot_again(made: Made) -> bytes:
    return chained([*made.events[:2], (EventType.BALLOT, [made.ballot(0, OTHERS)]), made.events[1]])


@breaks(Check.BALLOT_CREDENTIAL)
def a_voter_who_is_not_in_the_list(made: Made) -> bytes:
    other = make()
    made.credentials[2] = other.credentials[0]
    return chained([made.events[0], (EventType.BALLOT, [made.ballot(2, VOTES)])])


@breaks(Check.BALLOT_ELECTION)
def a_ballot_for_another_election(made: Made) -> bytes:
    return ballot(put("election_uuid", value="11111111111111"))(made)


@breaks(Check.BALLOT_ELECTION)
def a_ballot_with_another_fingerprint(made: Made) -> bytes:
    return ballot(put("election_hash", value=lambda text: "A" + text[1:] if text[0] != "A" else "B" + text[1:]))(made)


@breaks(Check.BALLOT_CANONICAL)
def a_ballot_with_a_space(made: Made) -> bytes:
    return replaced(made, 1, made.events[1][1][0].replace(b'","answers":', b'", "answers":'))


@breaks(Check.BALLOT_HASH)
def a_ballot_that_was_changed_after_it_was_signed(made: Made) -> bytes:
    return altered(made, 1, put("answers", 0, "overall_proof", 0, "response", value=other_number))


@breaks(Check.BALLOT_SIGNATURE)
def a_ballot_that_another_signed(made: Made) -> bytes:
    return altered(made, 1, put("signature", "proof", "response", value=other_number))


@breaks(Check.BALLOT_SIGNATURE)
def a_ballot_under_the_credential_of_another(made: Made) -> bytes:
    def change(whole: Any) -> None:
        whole["credential"] = str(mul(G, made.secret(2)))

    value = json.loads(made.events[1][1][0])
    change(value)
    return replaced(made, 1, signed(made, 0, value))


@breaks(Check.FIELDS)
def a_ballot_without_a_signature(made: Made) -> bytes:
    return altered(made, 1, lambda whole: {name: whole[name] for name in whole if name != "signature"})


@breaks(Check.ANSWERS_SHAPE)
def an_answer_too_few(made: Made) -> bytes:
    return ballot(put("answers", value=lambda answers: answers[:1]))(made)


@breaks(Check.ANSWERS_SHAPE)
def a_choice_too_few(made: Made) -> bytes:
    return ballot(put("answers", 1, "choices", value=lambda choices: choices[:2]))(made)


@breaks(Check.ANSWERS_SHAPE)
def an_answer_without_its_blank_proof(made: Made) -> bytes:
    return ballot(put("answers", 0, value=lambda a: {k: v for k, v in a.items() if k != "blank_proof"}))(made)


@breaks(Check.INDIVIDUAL_PROOF)
def a_vote_of_two(made: Made) -> bytes:
    return ballot(put("answers", 1, "choices", 0, "beta", value=shifted))(made)


@breaks(Check.INDIVIDUAL_PROOF)
def a_vote_below_zero(made: Made) -> bytes:
    from ballotbox.group import element_of

    return ballot(put("answers", 1, "choices", 1, "beta", value=lambda text: str(element_of(text) / G)))(made)


@breaks(Check.INDIVIDUAL_PROOF)
def a_proof_with_a_branch_too_few(made: Made) -> bytes:
    return ballot(put("answers", 1, "individual_proofs", 0, value=lambda proofs: proofs[:1]))(made)


@breaks(Check.INDIVIDUAL_PROOF)
def a_part_of_the_ballot_of_another(made: Made) -> bytes:
    theirs = json.loads(made.events[2][1][0])["answers"]
    return ballot(put("answers", value=theirs))(made)


@breaks(Check.ELEMENT_GROUP)
def a_ciphertext_outside_the_group(made: Made) -> bytes:
    from ballotbox.group import decoded

    def outside(text: str) -> str:
        return str(decoded(text) * decoded("7f" + "ff" * 30 + "ec"))

    return ballot(put("answers", 1, "choices", 0, "alpha", value=outside))(made)


@breaks(Check.ELEMENT_GROUP)
def a_ciphertext_that_is_no_point_of_the_curve(made: Made) -> bytes:
    return ballot(put("answers", 1, "choices", 0, "beta", value="00" * 31 + "02"))(made)


@breaks(Check.OVERALL_PROOF)
def an_answer_with_more_than_may_be_chosen(made: Made) -> bytes:
    return ballot(put("answers", 1, "overall_proof", 0, "challenge", value=other_number))(made)


@breaks(Check.OVERALL_PROOF)
def an_overall_proof_with_a_branch_too_many(made: Made) -> bytes:
    return ballot(put("answers", 1, "overall_proof", value=lambda proofs: [*proofs, proofs[0]]))(made)


@breaks(Check.BLANK_PROOF)
def blank_and_a_choice(made: Made) -> bytes:
    return ballot(put("answers", 0, "blank_proof", 0, "response", value=other_number))(made)


@breaks(Check.OVERALL_PROOF)
def neither_blank_nor_a_choice(made: Made) -> bytes:
    return ballot(put("answers", 0, "overall_proof", 0, "response", value=other_number))(made)


@breaks(Check.SCALAR_RANGE)
def a_challenge_of_q_more(made: Made) -> bytes:
    return ballot(put("answers", 0, "overall_proof", 0, "response", value=lambda text: str(int(text) + Q)))(made)


@breaks(Check.STRICTER_SCALAR)
def a_response_with_a_leading_zero(made: Made) -> bytes:
    return ballot(put("answers", 0, "overall_proof", 0, "response", value=lambda text: f"0{text}"))(made)


@breaks(Check.STRICTER_ELEMENT)
def an_element_in_capitals(made: Made) -> bytes:
    return ballot(put("answers", 0, "choices", 0, "alpha", value=str.upper))(made)


# The count.


@breaks(Check.TALLY_PRODUCT)
def a_vote_that_was_added_to_the_count(made: Made) -> bytes:
    return altered(made, 4, put(0, 1, "beta", value=shifted))


@breaks(Check.TALLY_SHAPE)
def a_count_with_a_choice_too_few(made: Made) -> bytes:
    return altered(made, 4, put(1, value=lambda row: row[:-1]))


@breaks(Check.STRICTER_TALLY_NUMBER)
def a_count_of_more_ballots_than_there_are(made: Made) -> bytes:
    return altered(made, 4, put("num_tallied", value=3), part=1)


@breaks(Check.STRICTER_TALLY_WEIGHT)
def a_count_of_another_weight(made: Made) -> bytes:
    return altered(made, 4, put("total_weight", value=1), part=1)


@breaks(Check.STRICTER_WEIGHT)
def a_weight_written_as_text_that_is_small(made: Made) -> bytes:
    return altered(made, 4, put("total_weight", value="2"), part=1)


@breaks(Check.DECRYPTION_OWNER)
def a_decryption_of_nobody(made: Made) -> bytes:
    return altered(made, 5, put("owner", value=9), part=1)


@breaks(Check.DECRYPTION_PROOF)
def a_decryption_of_another(made: Made) -> bytes:
    return altered(made, 5, put("owner", value=2), part=1)


@breaks(Check.STRICTER_DECRYPTION_TWICE)
def a_trustee_who_decrypts_twice(made: Made) -> bytes:
    return chained([*made.events[:6], (EventType.PARTIAL_DECRYPTION, made.decryption(1)), *made.events[6:]])


@breaks(Check.DECRYPTION_PROOF)
def a_factor_that_does_not_fit_its_proof(made: Made) -> bytes:
    return altered(made, 5, put("decryption_factors", 0, 0, value=shifted))


@breaks(Check.DECRYPTION_SHAPE)
def a_factor_too_few(made: Made) -> bytes:
    return altered(made, 5, put("decryption_factors", 0, value=lambda row: row[:-1]))


@breaks(Check.DECRYPTIONS_TOO_FEW)
def a_result_with_one_of_the_two_who_are_needed(made: Made) -> bytes:
    return chained([*made.events[:7], made.events[-1]])


@breaks(Check.DECRYPTIONS_TOO_FEW)
def a_result_without_the_single_trustee(made: Made) -> bytes:
    return chained([*made.events[:5], *made.events[6:]])


@breaks(Check.RESULT)
def a_result_with_a_vote_more(made: Made) -> bytes:
    return altered(made, 9, put("result", 0, 0, value=lambda number: number + 1))


@breaks(Check.RESULT)
def a_result_that_is_the_same_modulo_q(made: Made) -> bytes:
    return altered(made, 9, put("result", 0, 0, value=lambda number: str(number + 2**40)))


@breaks(Check.RESULT_SHAPE)
def a_result_with_a_choice_too_few(made: Made) -> bytes:
    return altered(made, 9, put("result", 1, value=lambda row: row[:-1]))


@pytest.fixture(scope="module")
def events() -> Made:
    made = held()
    assert run(made.archive()).result == ((1, 1, 0), (1, 1, 1))
    return made


@pytest.mark.parametrize("name", CASES)
def test_an_election_that_breaks_one_check_is_refused_by_its_name(events: Made, name: str) -> None:
    check, of = CASES[name]
    made = replace(events, events=[*events.events], credentials=[*events.credentials])
    assert refused(of(made)) == check


def test_a_check_that_nothing_breaks_is_no_check() -> None:
    broken = {check for check, _ in CASES.values()}
    elsewhere = {
        *(each for each in Check if each.startswith("archive_")),
        # In tests of their own: encodings (test_group, test_encoding), channels and seeds (test_pedersen), and what
        # stands beside an archive (test_weaknesses, test_checkpoint); what is too much to read (test_hostile).
        *(each for each in Check if each.startswith(("channel_", "supplement_"))),
        Check.CHECKPOINT,
        Check.STRICTER_PARTS,
        Check.JSON,
        Check.STRING,
        Check.SCALAR,
        Check.ELEMENT,
        Check.ELEMENT_RANGE,
        Check.HASH,
        Check.CREDENTIAL_FORMAT,
        Check.COEFEXPS_LENGTH,
        Check.SECRET_SHARE,
        Check.OWN_CERTIFICATE,
    }
    assert set(Check) - broken == elsewhere - broken

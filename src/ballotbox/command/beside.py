"""Proofs of decryption that stand beside an archive: checked against what stands in it, or before it is added."""

from collections.abc import Sequence
from pathlib import Path

from ballotbox.box import Box
from ballotbox.checks import Check, Refused
from ballotbox.command.io import Wrong, value
from ballotbox.encoding import read_canonical
from ballotbox.proofs import must
from ballotbox.supplement import Supplement, check_supplement, supplement_of
from ballotbox.tallies import PartialDecryption, decryption_of, owned_of, owners


def check_beside(path: Path, box: Box) -> int:
    """Of a partial decryption in the archive, of which it returns the owner. Raises Refused: also when it has none of
    that owner."""
    supplement = supplement_of(value(path))
    partial = box.decryptions.get(supplement.owner)
    if partial is None:
        raise Refused(Check.SUPPLEMENT_OWNER, f"no partial decryption of owner {supplement.owner}", str(path))
    _check(box, supplement, partial)
    return supplement.owner


def check_before(path: Path, box: Box, bodies: Sequence[bytes]) -> int:
    """Of a partial decryption that is to be added: a factor that is wrong never gets into an archive that can only
    grow. Returns its owner. Raises Wrong, Refused."""
    if len(bodies) != 2:
        raise Wrong("a partial decryption is two lines: what `ballotbox trustee decrypt` prints")
    supplement, owned = supplement_of(value(path)), owned_of(read_canonical(bodies[1]))
    must(supplement.owner == owned.owner, Check.SUPPLEMENT_OWNER, str(path))
    must(owned.owner <= len(owners(box.ready().trustees)), Check.DECRYPTION_OWNER, f"owner {owned.owner}")
    _check(box, supplement, decryption_of(read_canonical(bodies[0])))
    return owned.owner


def _check(box: Box, supplement: Supplement, partial: PartialDecryption) -> None:
    if box.tally is None:
        raise Wrong("nothing is tallied yet: ballotbox tally encrypt ARCHIVE")
    setup = box.ready()
    key = owners(setup.trustees)[supplement.owner - 1]
    check_supplement(box.tally, partial, supplement, key, fingerprint=setup.election.fingerprint)

"""The process in which libFuzzer runs one target, until it finds something or the time is over.

`python -m tools.fuzz.inside TARGET CORPUS FINDINGS SECONDS [PLANTED]`; `tools.fuzz` starts it.
"""

import sys
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ballotbox"]):
    from tools.fuzz.planted import PLANTED
    from tools.fuzz.seeds import TOKENS
    from tools.fuzz.targets import TARGETS

    from ballotbox.checks import Refused

MEGABYTES = 1_024
SECONDS_FOR_ONE = 10
"""What one input may take: libFuzzer calls more a finding."""


def main(name: str, corpus: Path, findings: Path, seconds: str, planted: str = "") -> None:
    """Never returns: libFuzzer ends the process."""
    if planted:
        PLANTED[planted].plant()
    target = TARGETS[name]
    for place, each in enumerate(target.seeds()):
        (corpus / f"seed-{place}").write_bytes(each)
    words = corpus.with_suffix(".words")
    words.write_text("".join(f'"{escaped(each)}"\n' for each in TOKENS))

    def one(data: bytes) -> None:
        with suppress(Refused):
            target.run(data)

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        return target.altered(data, most, seed, atheris.Mutate)

    arguments = [
        *(sys.argv[0], f"-dict={words}", f"-max_total_time={seconds}", f"-max_len={target.most}"),
        *(f"-timeout={SECONDS_FOR_ONE}", f"-rss_limit_mb={MEGABYTES}", "-print_final_stats=1"),
        *(f"-artifact_prefix={findings}/{name}-", str(corpus)),
    ]
    atheris.Setup(arguments, one, custom_mutator=mutate)
    atheris.Fuzz()


def escaped(token: str) -> str:
    """As the dictionary of libFuzzer has it."""
    return "".join(f"\\x{byte:02x}" for byte in token.encode())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:])

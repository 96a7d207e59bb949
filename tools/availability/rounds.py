"""What is killed while people are at work, how long nobody could write, and whether everything stands again."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from tools.availability.cluster import Cluster, Node
from tools.availability.ledger import Ledger
from tools.availability.running import Processes, wait_until

QUIET = 8.0
_PATIENCE = 120.0


@dataclass(frozen=True)
class Result:
    """One round: seconds from the kill to the first write after it, and until everything stood as before."""

    name: str
    gap: float
    whole: float
    note: str = ""


@dataclass
class Rounds:
    """Everything that can be killed."""

    cluster: Cluster
    processes: Processes
    ledger: Ledger
    ready: Callable[[str], bool]

    def node(self) -> Result:
        """The machine of the primary falls: PostgreSQL and Patroni at once. Later it comes back as a standby."""
        node = self._leader()
        gap = self._gap(lambda: self.cluster.kill(node))
        before = self.processes.said(f"patroni-{node.name}", "running pg_rewind")
        self.cluster.start_again(node)
        whole = self.cluster.whole(_PATIENCE)
        rewound = self.processes.said(f"patroni-{node.name}", "running pg_rewind") > before
        return Result("primary's machine", gap, whole, f"{node.name} back{', rewound' if rewound else ''}")

    def server(self) -> Result:
        """PostgreSQL of the primary alone falls; its Patroni sees it."""
        node = self._leader()
        gap = self._gap(lambda: self.cluster.kill(node, patroni=False))
        return Result("primary's PostgreSQL", gap, self.cluster.whole(_PATIENCE))

    def standby(self) -> Result:
        """The machine of the synchronous standby falls: what waits for it, waits until the third takes its place."""
        node = self.cluster.called("sync_standby")
        assert node, "there is no synchronous standby"
        gap = self._gap(lambda: self.cluster.kill(node))
        self.cluster.start_again(node)
        return Result("synchronous standby", gap, self.cluster.whole(_PATIENCE))

    def web(self) -> Result:
        """One of the two web processes falls; it is started again."""
        gap = self._gap(lambda: self.processes.kill("web1", hold=True))
        time.sleep(3)
        begun = time.monotonic()
        self.processes.release("web1")
        wait_until(lambda: self.ready("web1"), 60, lambda: self.processes.log("web1"))
        return Result("one web process", gap, time.monotonic() - begun)

    def switchover(self) -> Result:
        """The primary is handed over, as for maintenance."""
        gap = self._gap(self.cluster.switch_over, from_start=True)
        return Result("planned switchover", gap, self.cluster.whole(_PATIENCE))

    def orphan(self) -> Result:
        """Patroni of the primary falls and its PostgreSQL goes on alone, while another takes over."""
        node = self._leader()
        time.sleep(QUIET)
        begun = time.monotonic()
        self.cluster.kill(node, postgres=False)
        wait_until(lambda: self.cluster.called("leader") not in (None, node), _PATIENCE, lambda: "nobody takes over")
        time.sleep(QUIET)
        gap = self._longest_pause(begun)
        self.cluster.start_again(node)
        return Result("primary without its Patroni", gap, self.cluster.whole(_PATIENCE))

    def frozen(self) -> Result:
        """The primary hangs and wakes up after another has taken over: it must not acknowledge anything."""
        node = self._leader()
        time.sleep(QUIET)
        with self.cluster.frozen(node):
            gap = self._gap(lambda: None, quiet=0)
            time.sleep(QUIET)
        return Result("primary hangs and wakes up", gap, self.cluster.whole(_PATIENCE))

    def _leader(self) -> Node:
        node = self.cluster.called("leader")
        assert node, "there is no primary"
        return node

    def _gap(self, happens: Callable[[], object], *, from_start: bool = False, quiet: float = QUIET) -> float:
        """Let it happen; the seconds until the first act that was asked for afterwards was done."""
        time.sleep(quiet)
        begun = time.monotonic()
        happens()
        moment = begun if from_start else time.monotonic()
        if from_start:  # handing over takes a while in which is still written: the longest pause since is meant
            time.sleep(5)
            return self._longest_pause(begun)
        wait_until(lambda: self.ledger.first_after(moment), _PATIENCE, lambda: "nobody can write any more")
        first = self.ledger.first_after(moment)
        assert first
        return first.told_at - moment

    def _longest_pause(self, since: float) -> float:
        told = sorted(act.told_at for act in list(self.ledger.acts) if act.told_at > since - 1)
        return max(later - earlier for earlier, later in pairwise(told))


PLAN: dict[str, Callable[[Rounds], Result]] = {
    "node": Rounds.node,
    "server": Rounds.server,
    "standby": Rounds.standby,
    "web": Rounds.web,
    "switchover": Rounds.switchover,
    "orphan": Rounds.orphan,
    "frozen": Rounds.frozen,
}

"""The state as metrics, made anew at each question, beside what the processes counted."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from lerarenregister.web.counting import counted
from lerarenregister.web.state.gathering import State


def exposed(state: State) -> bytes:
    """The text that Prometheus reads."""
    registry = CollectorRegistry()
    registry.register(_Gathered(state))
    return generate_latest(counted()) + generate_latest(registry)


class _Gathered(Collector):
    """The figures of one state."""

    def __init__(self, state: State) -> None:
        self._state = state

    def collect(self) -> Iterator[Metric]:
        """Each figure with its labels."""
        state = self._state
        at = state.at
        yield _one("events_unsealed", "Events that wait for their place in the log.", state.sealing.unsealed)
        yield _one(
            "events_oldest_unsealed_seconds", "How long the oldest waits.", _age(at, state.sealing.oldest_unsealed_at)
        )
        mail = state.outbox
        yield _each("messages", "Messages to people.", "state", [("waiting", mail.waiting), ("failed", mail.failed)])
        yield _one("messages_oldest_waiting_seconds", "How long the oldest waits.", _age(at, mail.oldest_waiting_at))
        yield _each("deliveries", "Deliveries of boards.", "state", state.register.deliveries)
        oldest = state.register.oldest_at_work_at
        yield _one("deliveries_oldest_at_work_seconds", "How long ago the oldest at work came in.", _age(at, oldest))
        reviews = [("waiting", state.register.reviews_waiting), ("late", state.register.reviews_late)]
        yield _each("reviews", "Reviews of identity; those that are late wait too.", "state", reviews)
        asked = [("waiting", state.objections.waiting), ("late", state.objections.late)]
        yield _each("objections", "Objections to be answered; those that are late wait too.", "state", asked)
        done = [(part.name, _moment(part.done_at)) for part in state.parts]
        yield _each("daily_work_done_timestamp_seconds", "When each part last went well; 0 for never.", "part", done)
        failing = [(part.name, int(part.failing)) for part in state.parts]
        yield _each("daily_work_failing", "Whether each part failed the last time.", "part", failing)
        until = _moment(state.retention.destroyed_until)
        yield _one(
            "retention_done_timestamp_seconds", "Until when what had its term was destroyed; 0 for never.", until
        )
        doubted = int(state.retention.doubt is not None)
        yield _one("retention_stopped", "Whether nothing is destroyed because the clock is doubted.", doubted)
        yield _one("vault_up", "Whether the vault can open a portfolio.", int(not any(state.vaults)))
        yield _one("disk_free_bytes", "Free on the disk of the folder VAR.", state.disk_free)
        yield _one("clock_difference_seconds", "Our clock less the database's.", state.clock_difference.total_seconds())


def _one(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"lerarenregister_{name}", meaning, value=value)


def _each(name: str, meaning: str, label: str, values: Iterable[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(f"lerarenregister_{name}", meaning, labels=[label])
    for said, value in values:
        family.add_metric([said], value)
    return family


def _age(at: datetime, since: datetime | None) -> float:
    return max(0.0, (at - since).total_seconds()) if since else 0.0


def _moment(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0

"""A term that a statement names is the one that the daily work applies."""

from datetime import datetime, timedelta

import pytest

from lerarenregister.kernel.identifiers import new_id
from lerarenregister.outbox import actions
from lerarenregister.outbox.models import Message
from lerarenregister.outbox.rules import MESSAGES_KEPT

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("end", ["sent_at", "failed_at"])
def test_a_message_goes_after_its_term(at: datetime, end: str) -> None:
    sent = {"template": "x", "reference": new_id(), "created_at": at, "due_at": at, end: at}
    Message.objects.create(id=new_id(), **sent)
    assert actions.destroy_done(at=at + MESSAGES_KEPT) == 0
    assert actions.destroy_done(at=at + MESSAGES_KEPT + timedelta(seconds=1)) == 1

"""Deliveries and their staged lines."""

from django.db import models

from lerarenregister.register.models.institutions import Board


class Delivery(models.Model):
    """One file of a board. `state`: receiving, staged (nobody asked anything of it yet), checking, checked, delivering,
    delivered, refused, or expired: it was not delivered within the term, and what was in it is erased.

    The bytes are not kept; `sha256` recognises them, until something of what a board delivered was erased: then the
    same bytes are no longer known. `form` is the form it came with: one form gives one delivery. `counts` is
    {outcome: lines} of the last finished pass. `forgotten_at`: what nobody confirmed of it within the term was erased.
    `searched_at`: whom it delivered was looked for among those who are known already (`Duplicate`).
    `numbers_in` are columns where a workbook held numbers for text. `first_finished_at` is when it was delivered first:
    refused lines that are mended are checked and delivered as part of it later. `people` and `refusals` ({reason:
    lines}) are of when it was read first, before anything was mended: they measure what delivering costs.
    """

    id = models.UUIDField(primary_key=True)
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+")
    account = models.UUIDField(null=True)
    role = models.CharField(max_length=40)
    received_at = models.DateTimeField()
    delivered_account = models.UUIDField(null=True)
    delivered_role = models.CharField(max_length=40, blank=True)
    finished_at = models.DateTimeField(null=True)
    first_finished_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=12)
    lines = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    unknown_columns = models.JSONField(default=list)
    numbers_in = models.JSONField(default=list)
    refusal = models.CharField(max_length=40, blank=True)
    refusal_columns = models.JSONField(default=list)
    values_erased_at = models.DateTimeField(null=True)
    people = models.PositiveIntegerField(null=True)
    refusals = models.JSONField(default=dict)
    form = models.UUIDField(null=True)
    forgotten_at = models.DateTimeField(null=True)
    searched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["board", "form"],
                condition=~models.Q(state__in=("receiving", "refused")),
                name="register_form_delivers_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["finished_at"],
                condition=models.Q(state="delivered", searched_at=None),
                name="register_delivery_unsearched",
            ),
            models.Index(fields=["board", "received_at"], name="register_delivery_of_board"),
            models.Index(fields=["board", "sha256"], name="register_delivery_bytes"),
        ]


class DeliveryLine(models.Model):
    """A staged line. `values` are the known cells in the order of `rules.columns.COLUMNS`, joined by U+001F (which no
    cell may contain); empty when the line could not be read as cells, and after the term. `passed`: 0 staged,
    1 checked, 2 delivered. `person` is the staff number, by which lines are taken together. `unread`: a cell of it was
    refused while reading and is left out, so only who mends it may have it read again. `mended`: how often that was
    done."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    person = models.CharField(max_length=40, blank=True)
    values = models.TextField(blank=True)
    passed = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=10, blank=True)
    column = models.CharField(max_length=24, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    unread = models.BooleanField(default=False, db_default=False)
    mended = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="register_line_once")]
        indexes = [models.Index(fields=["delivery", "person", "number"], name="register_line_of_person")]

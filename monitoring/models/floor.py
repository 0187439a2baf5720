"""The floor: a projection of the truth, a row per registered user, rebuilt by the engine alone.

Never truth: ``manage.py check_floor`` recomputes every row and finds any that differs.
"""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from workspace.models import User


def whole(user_id: int, rev: int, body: str) -> str:
    """A row as every frame carries it, from what is stored of it. All three are JSON."""
    return f'{{"id":{user_id},"rev":{rev},{body}'


class FloorRow(models.Model):
    """What the floor shows of one user. ``body`` is the row as JSON text without its ``id`` and
    ``rev``; ``facts`` (JSON text) is what only the server may know, to make the view of a viewer
    with a limited scope. ``gone``: the account was closed at that ``rev``. ``due_at``: when the
    row changes by time alone (a threshold, an idle tab)."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="floor_row")
    rev = models.BigIntegerField()
    body = models.TextField()
    facts = models.TextField()
    gone = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=50)
    webphone = models.CharField(max_length=12)
    call = models.CharField(max_length=8)
    search = models.CharField(max_length=400)

    class Meta:
        verbose_name = _("model.floor_row")
        verbose_name_plural = _("model.floor_rows")
        indexes = (
            models.Index(fields=["rev"], name="floor_by_rev"),
            models.Index(
                fields=["due_at"], condition=models.Q(due_at__isnull=False), name="floor_by_due"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} @{self.rev}"

    @property
    def text(self) -> str:
        """The whole row as JSON text, as every frame carries it."""
        return whole(self.user_id, self.rev, self.body)


class FloorDirty(models.Model):
    """A mark: something a user's row is made of changed. Insert-only for the writers, taken by
    the engine. No foreign key, so that a mark never waits for another writer."""

    user_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("model.floor_mark")
        verbose_name_plural = _("model.floor_marks")

    def __str__(self) -> str:
        return str(self.user_id)


class FloorStream(models.Model):
    """The one line of revisions. ``epoch`` names a history of revs: it changes when the floor is
    made anew. ``leader`` holds the lease until ``lease_until`` and is the only writer of rev."""

    epoch = models.UUIDField(default=uuid.uuid4)
    rev = models.BigIntegerField(default=0)
    leader = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("model.floor_stream")
        verbose_name_plural = _("model.floor_streams")

    def __str__(self) -> str:
        return f"{self.epoch}:{self.rev}"


class FloorPolicy(models.Model):
    """Thresholds of the floor that belong to no status and no campaign."""

    waiting_long = models.PositiveIntegerField(
        _("model.waiting_long"), default=120, help_text=_("model.waiting_long_help")
    )

    class Meta:
        verbose_name = _("model.floor_policy")
        verbose_name_plural = _("model.floor_policy")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

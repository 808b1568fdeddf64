"""Suspicious votes: who voted for whom, and the decision whether they count."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from common.db.transactions import transactional
from moderation.admin.read_only import ReadOnlyAdmin
from moderation.models import ModerationAction
from summaries.models import VoteRing
from summaries.ranking import vote_rings

VOTES_SHOWN = 200


@admin.register(VoteRing)
class VoteRingAdmin(ReadOnlyAdmin):
    """Groups of people whose votes for each other look arranged."""

    list_display = ["__str__", "state", "signs", "member_count", "vote_count", "found_at"]
    list_filter = ["state", "found_at"]
    change_form_template = "admin/moderation/ring.html"
    fields: list[str] = []

    def get_fields(self, request, obj=None) -> list[str]:
        return []

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(
                members_counted=Count("members", distinct=True),
                # As on the page of the ring: without votes for a summary that has become anonymous.
                votes_counted=Count(
                    "votes", distinct=True, filter=Q(votes__summary__is_anonymous=False)
                ),
            )
        )

    def get_ordering(self, request) -> list[str]:
        """Put undecided rings first: "open" is the last state in the alphabet."""
        return ["-state", "-found_at", "-id"]

    def get_urls(self):
        own = path(
            "<int:pk>/decide",
            self.admin_site.admin_view(self.decide),
            name="summaries_votering_decide",
        )
        return [own, *super().get_urls()]

    @admin.display(description="members")
    def member_count(self, ring: VoteRing) -> int:
        return ring.members_counted

    @admin.display(description="votes")
    def vote_count(self, ring: VoteRing) -> int:
        return ring.votes_counted

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            # Summaries that have become anonymous are left out: the ring would reveal their author.
            votes = obj.votes.filter(summary__is_anonymous=False).select_related(
                "voter", "summary__paper", "summary__author"
            )
            context |= {
                "title": "Suspicious votes",
                "ring": obj,
                "members": obj.members.all(),
                "votes": votes.order_by("created_at", "pk")[:VOTES_SHOWN],
                "may_decide": request.user.has_perm("summaries.change_votering"),
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @method_decorator(require_POST)
    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Decide on a ring (POST `choice` discount or clear, and `seen`, the state on the page)."""
        if not request.user.has_perm("summaries.change_votering"):
            raise PermissionDenied
        choice = request.POST.get("choice")
        try:
            if not _decide(pk, choice, seen=request.POST.get("seen"), moderator=request.user):
                messages.error(
                    request, "Someone else has decided this in the meantime. Review it again."
                )
                return redirect("admin:summaries_votering_change", pk)
        except VoteRing.DoesNotExist:
            messages.error(request, "This ring no longer exists.")
            return redirect("admin:summaries_votering_changelist")
        result = "These votes no longer count." if choice == "discount" else "These votes count."
        messages.success(request, f"{result} You can reverse this below.")
        return redirect("admin:summaries_votering_change", pk)


@transactional
def _decide(ring_id: int, choice: str | None, *, seen: str | None, moderator) -> bool:
    """Decide on a ring; return False when its state is not `seen` any more.

    Raises VoteRing.DoesNotExist for an unknown ring or choice.
    """
    ring = vote_rings.lock(ring_id)
    if ring.state != seen:
        return False
    if choice == "discount":
        vote_rings.discount(ring_id=ring_id, by=moderator)
    elif choice == "clear":
        vote_rings.clear(ring_id=ring_id, by=moderator)
    else:
        raise VoteRing.DoesNotExist
    _log_decision(ring, choice, moderator)
    return True


def _log_decision(ring: VoteRing, choice: str, moderator) -> None:
    ModerationAction.objects.create(
        deed=ModerationAction.Action.DISCOUNTED
        if choice == "discount"
        else ModerationAction.Action.COUNTED,
        subject=ModerationAction.Subject.VOTES,
        moderator=moderator,
        note=f"Ring {ring.pk}: {ring.signs}",
    )

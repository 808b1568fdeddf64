"""Newsletters to choose summaries for, and the outbox of mail.

Recipients are not shown: a mail that goes out when an anonymous summary is commented on would
reveal its author. For the same reason a suppressed address shows the day and no time.
"""

from django.contrib import admin
from django.contrib.admin.widgets import ForeignKeyRawIdWidget
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from common.admin import RestrictedLookupsMixin
from common.text.integers import parse_positive_int
from mailing import outbox
from mailing.models import Newsletter, NewsletterItem, OutgoingEmail, Suppression
from summaries.models import Summary


def _selectable_summaries() -> QuerySet[Summary]:
    """Return public summaries, and those that were chosen while they were public."""
    return Summary.objects.filter(
        Q(pk__in=Summary.objects.published().values("pk"))
        | Q(pk__in=NewsletterItem.objects.values("summary"))
    )


class NumberOfSummary(ForeignKeyRawIdWidget):
    """Shows the title only of summaries that may be chosen."""

    def label_and_url_for_value(self, value: object) -> tuple[str, str]:
        """Return ("", "") for other summaries.

        Django's own widget would show any row whose primary key is typed, including a private note.
        """
        pk = parse_positive_int(str(value))
        if pk is None or not _selectable_summaries().filter(pk=pk).exists():
            return "", ""
        return super().label_and_url_for_value(value)


class NewsletterItemInline(admin.TabularInline):
    """The summaries of a newsletter."""

    model = NewsletterItem
    extra = 1
    fields = ["place", "summary", "title", "words"]
    raw_id_fields = ["summary"]
    readonly_fields = ["title"]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).select_related("summary__paper", "summary__author")

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs):
        """Offer only summaries that everyone may read, so that no private note is shown."""
        if db_field.name == "summary":
            kwargs["queryset"] = _selectable_summaries()
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "summary":
            field.widget = NumberOfSummary(db_field.remote_field, self.admin_site)
        return field

    @admin.display(description="Paper, signed by, votes")
    def title(self, pick: NewsletterItem) -> str:
        summary = pick.summary
        if not summary.is_public:
            return "Not public any more: it will not be shown."
        return f"{summary.paper.title}, {summary.byline_name}, {summary.score}"

    def has_change_permission(self, request: HttpRequest, obj: Newsletter | None = None) -> bool:
        return _is_open(obj) and super().has_change_permission(request, obj)

    has_add_permission = has_delete_permission = has_change_permission


@admin.register(Newsletter)
class NewsletterAdmin(RestrictedLookupsMixin):
    """The weekly newsletter, which moderators can change until it is sent."""

    list_display = ["number", "title", "state", "send_at", "sent_at"]
    list_filter = ["state"]
    readonly_fields = ["number", "state", "sent_at"]
    fields = ["number", "title", "intro", "send_at", "state", "sent_at"]
    inlines = [NewsletterItemInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        # A task drafts it each Monday.
        return False

    def has_change_permission(self, request: HttpRequest, obj: Newsletter | None = None) -> bool:
        return _is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Newsletter | None = None) -> bool:
        # A deleted draft would be drafted again; one that was sent belongs to the archive.
        return False


def _is_open(letter: Newsletter | None) -> bool:
    return letter is None or letter.state == Newsletter.State.DRAFT


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(RestrictedLookupsMixin):
    """The outbox, without recipients."""

    list_display = ["__str__", "form", "state", "tries", "next_try_at", "answer"]
    list_filter = ["state", "form"]
    fields = readonly_fields = ["form", "state", "tries", "next_try_at", "message_id", "answer"]
    actions = ["try_again", "arrived"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: OutgoingEmail | None = None) -> bool:
        # The row prevents the mail from being sent twice.
        return False

    @admin.display(description="Message-ID")
    def message_id(self, mail: OutgoingEmail) -> str:
        return mail.message_id

    @admin.action(
        description="Send again: failed, or uncertain and not received", permissions=["change"]
    )
    def try_again(self, request: HttpRequest, queryset) -> None:
        self.message_user(request, f"{outbox.retry(queryset)} will be sent again.")

    @admin.action(description="Mark as received: uncertain", permissions=["change"])
    def arrived(self, request: HttpRequest, queryset) -> None:
        self.message_user(request, f"{outbox.mark_sent(queryset)} marked as sent.")


@admin.register(Suppression)
class SuppressionAdmin(RestrictedLookupsMixin):
    """Addresses that get no mail."""

    list_display = ["address", "reason", "day"]
    list_filter = ["reason"]
    search_fields = ["address"]
    fields = readonly_fields = ["address", "reason", "words", "day"]
    ordering = ["address"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="Since")
    def day(self, stop: Suppression) -> str:
        return f"{stop.at:%Y-%m-%d}"

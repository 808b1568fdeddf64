"""Letters to pick for, and the outbox of mail.

Who gets a mail is not shown: a mail that goes out when an anonymous summary is commented on would
tell who wrote it. For the same reason a stop shows its day and no time.
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
    """What everybody can read, and what was picked while everybody could."""
    return Summary.objects.filter(
        Q(pk__in=Summary.objects.published().values("pk"))
        | Q(pk__in=NewsletterItem.objects.values("summary"))
    )


class NumberOfSummary(ForeignKeyRawIdWidget):
    def label_and_url_for_value(self, value: object) -> tuple[str, str]:
        """The library's own looks up any number that was typed, also a private note's."""
        number = parse_positive_int(str(value))
        if number is None or not _selectable_summaries().filter(pk=number).exists():
            return "", ""
        return super().label_and_url_for_value(value)


class NewsletterItemInline(admin.TabularInline):
    model = NewsletterItem
    extra = 1
    fields = ["place", "summary", "title", "words"]
    raw_id_fields = ["summary"]
    readonly_fields = ["title"]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).select_related("summary__paper", "summary__author")

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs):
        """By its number only what everybody can read: a private note is nobody's business."""
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
    list_display = ["number", "title", "state", "send_at", "sent_at"]
    list_filter = ["state"]
    readonly_fields = ["number", "state", "sent_at"]
    fields = ["number", "title", "intro", "send_at", "state", "sent_at"]
    inlines = [NewsletterItemInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        # It drafts itself each Monday.
        return False

    def has_change_permission(self, request: HttpRequest, obj: Newsletter | None = None) -> bool:
        return _is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Newsletter | None = None) -> bool:
        # A draft that is deleted would be drafted again; one that was sent stays in the archive.
        return False


def _is_open(letter: Newsletter | None) -> bool:
    return letter is None or letter.state == Newsletter.State.DRAFT


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(RestrictedLookupsMixin):
    list_display = ["__str__", "form", "state", "tries", "next_try_at", "answer"]
    list_filter = ["state", "form"]
    fields = readonly_fields = ["form", "state", "tries", "next_try_at", "message_id", "answer"]
    actions = ["try_again", "arrived"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: OutgoingEmail | None = None) -> bool:
        # The row is what keeps a mail from being sent twice.
        return False

    @admin.display(description="Message-ID")
    def message_id(self, mail: OutgoingEmail) -> str:
        return mail.message_id

    @admin.action(
        description="Send again: failed, or uncertain and not there", permissions=["change"]
    )
    def try_again(self, request: HttpRequest, queryset) -> None:
        self.message_user(request, f"{outbox.retry(queryset)} will be sent again.")

    @admin.action(description="It arrived: uncertain ones were sent", permissions=["change"])
    def arrived(self, request: HttpRequest, queryset) -> None:
        self.message_user(request, f"{outbox.mark_sent(queryset)} marked as sent.")


@admin.register(Suppression)
class SuppressionAdmin(RestrictedLookupsMixin):
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

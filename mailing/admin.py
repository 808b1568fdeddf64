"""Letters to pick for, and the outbox of mail.

Who gets a mail is not shown: a mail that goes out when an anonymous summary is commented on would
tell who wrote it. For the same reason a stop shows its day and no time.
"""

from django.contrib import admin
from django.http import HttpRequest

from mailing import outbox
from mailing.models import Letter, Mail, MailStop, Pick
from shortscience.lib.narrow_admin import OfferedLookups


class PickInline(admin.TabularInline):
    model = Pick
    extra = 1
    fields = ["place", "summary", "title", "words"]
    raw_id_fields = ["summary"]
    readonly_fields = ["title"]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).select_related("summary__paper", "summary__author")

    @admin.display(description="Paper, signed by, votes")
    def title(self, pick: Pick) -> str:
        summary = pick.summary
        gone = "" if summary.is_public else " (not public: it will not be shown)"
        return f"{summary.paper.title}, {summary.byline_name}, {summary.score}{gone}"

    def has_change_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        return _is_open(obj) and super().has_change_permission(request, obj)

    has_add_permission = has_delete_permission = has_change_permission


@admin.register(Letter)
class LetterAdmin(admin.ModelAdmin):
    list_display = ["number", "title", "state", "send_at", "sent_at"]
    list_filter = ["state"]
    readonly_fields = ["number", "state", "sent_at"]
    fields = ["number", "title", "intro", "send_at", "state", "sent_at"]
    inlines = [PickInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        # It drafts itself each Monday.
        return False

    def has_change_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        return _is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        # A draft that is deleted would be drafted again; one that was sent stays in the archive.
        return False


def _is_open(letter: Letter | None) -> bool:
    return letter is None or letter.state == Letter.State.DRAFT


@admin.register(Mail)
class MailAdmin(OfferedLookups):
    list_display = ["__str__", "form", "state", "tries", "next_try_at", "answer"]
    list_filter = ["state", "form"]
    fields = readonly_fields = ["form", "state", "tries", "next_try_at", "message_id", "answer"]
    actions = ["try_again", "arrived"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Mail | None = None) -> bool:
        # The row is what keeps a mail from being sent twice.
        return False

    @admin.display(description="Message-ID")
    def message_id(self, mail: Mail) -> str:
        return mail.message_id

    @admin.action(
        description="Send again: failed, or uncertain and not there", permissions=["change"]
    )
    def try_again(self, request: HttpRequest, queryset) -> None:
        self.message_user(request, f"{outbox.retry(queryset)} will be sent again.")

    @admin.action(description="It arrived: uncertain ones were sent", permissions=["change"])
    def arrived(self, request: HttpRequest, queryset) -> None:
        self.message_user(request, f"{outbox.mark_sent(queryset)} marked as sent.")


@admin.register(MailStop)
class MailStopAdmin(admin.ModelAdmin):
    list_display = ["address", "reason", "day"]
    list_filter = ["reason"]
    search_fields = ["address"]
    fields = readonly_fields = ["address", "reason", "words", "day"]
    ordering = ["address"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="Since")
    def day(self, stop: MailStop) -> str:
        return f"{stop.at:%Y-%m-%d}"

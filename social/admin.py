"""Channels and their outbox in the admin: what is waiting, what was posted, what to decide."""

import re

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html

from common.admin import RestrictedLookupsMixin
from common.http.webhook import DeliveryError
from common.text.shorten import shorten
from social import outbox
from social.channels import CHANNELS, KINDS
from social.channels.errors import ChannelError
from social.models import Announcement, Channel
from social.post_text import FIELDS
from summaries.models import Summary


class ChannelForm(forms.ModelForm):
    """A form that never shows stored credentials."""

    kind = forms.ChoiceField(choices=KINDS)
    secrets = forms.CharField(
        required=False,
        label="Credentials",
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
        help_text="One per line, as “token = …”. Stored encrypted and never shown again. Names left "
        "out here are unchanged; “token =” without a value deletes one.",
    )

    class Meta:
        model = Channel
        fields = [
            *("name", "kind", "address", "secrets", "template"),
            *("delay_minutes", "is_active", "is_paused"),
        ]

    def clean_secrets(self) -> dict[str, str]:
        credentials = {}
        for line in self.cleaned_data["secrets"].splitlines():
            name, mark, value = line.partition("=")
            if not line.strip():
                continue
            if not mark:
                raise forms.ValidationError(f"“{name.strip()[:20]}” needs a value: token = …")
            credentials[name.strip()] = value.strip()
        return credentials

    def clean_template(self) -> str:
        template = self.cleaned_data["template"]
        unknown = set(re.findall(r"\{(\w*)\}", template)) - set(FIELDS)
        if unknown:
            known = ", ".join(f"{{{name}}}" for name in FIELDS)
            raise forms.ValidationError(
                f"{{{min(unknown)}}} is unknown. Use these fields: {known}."
            )
        if "{link}" not in template:
            raise forms.ValidationError("Add {link}, so that readers can find the summary.")
        return template

    def clean(self):
        data = super().clean()
        module = CHANNELS.get(data.get("kind", ""))
        if module is None:
            return data
        unknown = set(data.get("secrets") or {}) - set(module.CREDENTIALS)
        if unknown:
            names = ", ".join(f"{name} ({what})" for name, what in module.CREDENTIALS.items())
            self.add_error("secrets", f"{module.NAME} takes {names}.")
        if not module.ADDRESS and not data.get("address") and "webhook" not in module.CREDENTIALS:
            self.add_error("address", f"{module.NAME} needs the address of its server.")
        if data.get("address"):
            data["address"] = data["address"].rstrip("/")
        return data

    def save(self, commit=True):
        credentials = {**self.instance.credentials, **(self.cleaned_data.get("secrets") or {})}
        self.instance.credentials = {name: value for name, value in credentials.items() if value}
        return super().save(commit)


@admin.register(Channel)
class ChannelAdmin(RestrictedLookupsMixin):
    """Channels, with a preview of a post."""

    form = ChannelForm
    list_display = ["name", "kind_name", "state", "waiting", "problem"]
    readonly_fields = ["known", "preview", "problem"]
    actions = ["send_a_test", "pause", "go_on"]

    def get_queryset(self, request: HttpRequest):
        waiting = Count(
            "announcements",
            filter=Q(announcements__state=Announcement.State.WAITING),
        )
        return super().get_queryset(request).annotate(waiting_count=waiting)

    @admin.display(description="Service")
    def kind_name(self, channel: Channel) -> str:
        return CHANNELS[channel.kind].NAME if channel.kind in CHANNELS else channel.kind

    @admin.display(description="State")
    def state(self, channel: Channel) -> str:
        if not channel.is_active:
            return "off"
        return "paused" if channel.is_paused else "on"

    @admin.display(description="Waiting")
    def waiting(self, channel: Channel) -> int:
        return channel.waiting_count

    @admin.display(description="Known credentials")
    def known(self, channel: Channel) -> str:
        return ", ".join(sorted(channel.credentials)) or "none"

    @admin.display(description="Preview")
    def preview(self, channel: Channel) -> str:
        """Show the post of the newest summary, with its length as the service counts it."""
        summary = (
            Summary.objects.published()
            .select_related("author", "paper__venue")
            .order_by("-published_at")
            .first()
        )
        if channel.kind not in CHANNELS or summary is None:
            return "No summaries yet."
        module = CHANNELS[channel.kind]
        text = outbox.message_for(summary, channel).text
        return format_html(
            "<pre>{}</pre><p>{} of {}, as {} counts.</p>",
            text,
            module.count(text),
            module.LIMIT,
            module.NAME,
        )

    @admin.action(description="Send a test", permissions=["change"])
    def send_a_test(self, request: HttpRequest, queryset) -> None:
        for channel in queryset:
            self._test(request, channel)

    def response_change(self, request: HttpRequest, obj: Channel) -> HttpResponse:
        """Send a test if its button was pressed, and return to the channel."""
        if "_test" not in request.POST:
            return super().response_change(request, obj)
        self._test(request, obj)
        return redirect(request.path)

    def _test(self, request: HttpRequest, channel: Channel) -> None:
        try:
            posted = outbox.send_test(channel)
        except (ChannelError, DeliveryError) as error:
            self.message_user(request, f"{channel}: {error}", messages.ERROR)
        else:
            where = f" {posted.url}" if posted.url else ""
            self.message_user(request, f"{channel}: test posted.{where}")

    @admin.action(description="Pause (waiting posts are kept)", permissions=["change"])
    def pause(self, request: HttpRequest, queryset) -> None:
        self.message_user(request, f"{queryset.update(is_paused=True)} paused.")

    @admin.action(description="Resume", permissions=["change"])
    def go_on(self, request: HttpRequest, queryset) -> None:
        count = queryset.update(is_paused=False, problem="")
        self.message_user(request, f"{count} resumed.")


@admin.register(Announcement)
class AnnouncementAdmin(RestrictedLookupsMixin):
    """The outbox."""

    list_display = ["summary_title", "channel", "state", "deed", "tries", "next_try_at", "answer"]
    list_filter = ["state", "channel"]
    list_select_related = ["summary__paper", "channel"]
    search_fields = ["summary__paper__title", "remote_id", "answer"]
    fields = readonly_fields = [
        *("summary", "channel", "state", "deed", "tries", "next_try_at", "first_sent_at"),
        *("posted_at", "remote_id", "remote_url", "shown_text", "answer"),
    ]
    actions = ["try_again", "is_posted"]

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        # Without the row, a summary could be posted twice.
        return False

    @admin.display(description="Posted text")
    def shown_text(self, row: Announcement) -> str:
        """Hide the text when the summary has become anonymous since."""
        return "(the summary is now anonymous)" if row.summary.is_anonymous else row.posted_text

    @admin.display(description="Summary")
    def summary_title(self, row: Announcement) -> str:
        return f"{row.summary_id}: {shorten(row.summary.paper.title, 60)}"

    @admin.action(
        description="Send again (failed, or uncertain and not posted)", permissions=["change"]
    )
    def try_again(self, request: HttpRequest, queryset) -> None:
        self.message_user(request, f"{outbox.retry(queryset)} will be sent again.")

    @admin.action(description="Mark uncertain ones as posted", permissions=["change"])
    def is_posted(self, request: HttpRequest, queryset) -> None:
        self.message_user(request, f"{outbox.mark_posted(queryset)} marked as posted.")

"""Channels and their outbox in the admin: what waits, what was said, what a person has to decide."""

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
    """Credentials are typed in and never shown again."""

    kind = forms.ChoiceField(choices=KINDS)
    secrets = forms.CharField(
        required=False,
        label="Credentials",
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
        help_text="One a line, as “token = …”. Stored encrypted and never shown again; what is not "
        "named here stays as it is. “token =” alone forgets it.",
    )

    class Meta:
        model = Channel
        fields = [
            *("name", "kind", "address", "secrets", "template"),
            *("delay_minutes", "is_active", "is_paused"),
        ]

    def clean_secrets(self) -> dict[str, str]:
        told = {}
        for line in self.cleaned_data["secrets"].splitlines():
            name, mark, value = line.partition("=")
            if not line.strip():
                continue
            if not mark:
                raise forms.ValidationError(f"“{name.strip()[:20]}” needs a value: token = …")
            told[name.strip()] = value.strip()
        return told

    def clean_template(self) -> str:
        template = self.cleaned_data["template"]
        unknown = set(re.findall(r"\{(\w*)\}", template)) - set(FIELDS)
        if unknown:
            known = ", ".join(f"{{{name}}}" for name in FIELDS)
            raise forms.ValidationError(
                f"{{{min(unknown)}}} means nothing here; these do: {known}."
            )
        if "{link}" not in template:
            raise forms.ValidationError("Without {link} nobody finds the summary: add it.")
        return template

    def clean(self):
        data = super().clean()
        module = CHANNELS.get(data.get("kind", ""))
        if module is None:
            return data
        unknown = set(data.get("secrets") or {}) - set(module.CREDENTIALS)
        if unknown:
            wanted = ", ".join(f"{name} ({what})" for name, what in module.CREDENTIALS.items())
            self.add_error("secrets", f"{module.NAME} knows {wanted}.")
        if not module.ADDRESS and not data.get("address") and "webhook" not in module.CREDENTIALS:
            self.add_error("address", f"{module.NAME} needs the address of its server.")
        if data.get("address"):
            data["address"] = data["address"].rstrip("/")
        return data

    def save(self, commit=True):
        kept = {**self.instance.credentials, **(self.cleaned_data.get("secrets") or {})}
        self.instance.credentials = {name: value for name, value in kept.items() if value}
        return super().save(commit)


@admin.register(Channel)
class ChannelAdmin(RestrictedLookupsMixin):
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
        """The newest summary as it would be told, with the length as the service counts it."""
        summary = (
            Summary.objects.published()
            .select_related("author", "paper__venue")
            .order_by("-published_at")
            .first()
        )
        if channel.kind not in CHANNELS or summary is None:
            return "Nothing to show yet."
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
        """The page of one channel has a button for the test too, and comes back with what was told."""
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
            self.message_user(request, f"{channel}: the test is there.{where}")

    @admin.action(description="Pause: what waits goes on waiting", permissions=["change"])
    def pause(self, request: HttpRequest, queryset) -> None:
        self.message_user(request, f"{queryset.update(is_paused=True)} paused.")

    @admin.action(description="Go on", permissions=["change"])
    def go_on(self, request: HttpRequest, queryset) -> None:
        count = queryset.update(is_paused=False, problem="")
        self.message_user(request, f"{count} go on.")


@admin.register(Announcement)
class AnnouncementAdmin(RestrictedLookupsMixin):
    list_display = ["summary_title", "channel", "state", "deed", "tries", "next_try_at", "answer"]
    list_filter = ["state", "channel"]
    list_select_related = ["summary__paper", "channel"]
    search_fields = ["summary__paper__title", "remote_id", "answer"]
    fields = readonly_fields = [
        *("summary", "channel", "state", "deed", "tries", "next_try_at", "first_sent_at"),
        *("posted_at", "remote_id", "remote_url", "told_text", "answer"),
    ]
    actions = ["try_again", "is_posted"]

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        # The row is what keeps a summary from being told twice.
        return False

    @admin.display(description="Posted text")
    def told_text(self, row: Announcement) -> str:
        """Not of a summary that lost its name after it was posted."""
        return "(unsigned since)" if row.summary.is_anonymous else row.posted_text

    @admin.display(description="Summary")
    def summary_title(self, row: Announcement) -> str:
        return f"{row.summary_id}: {shorten(row.summary.paper.title, 60)}"

    @admin.action(
        description="Try again: failed, or uncertain and not there", permissions=["change"]
    )
    def try_again(self, request: HttpRequest, queryset) -> None:
        self.message_user(request, f"{outbox.retry(queryset)} will be sent again.")

    @admin.action(description="It is there: uncertain ones were posted", permissions=["change"])
    def is_posted(self, request: HttpRequest, queryset) -> None:
        self.message_user(request, f"{outbox.mark_posted(queryset)} marked as posted.")

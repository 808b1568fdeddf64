"""The admin of summaries and comments; it does not show who wrote an anonymous one.

Summaries and comments are read-only: each page links to the case of its text, where every action
of a moderator has a reason.
"""

from django.contrib import admin
from django.utils.html import format_html

from common.admin import RestrictedLookupsMixin
from common.text.shorten import shorten
from summaries.media.image_cleanup import take_down
from summaries.media.images import image_url
from summaries.models import Citation, Comment, Image, Revision, Summary, Vote


class RevisionInline(admin.TabularInline):
    """The published versions of a summary."""

    model = Revision
    extra = 0
    # Without the editor: that is the author.
    fields = readonly_fields = ["number", "note", "created_at", "text"]
    can_delete = False

    def has_add_permission(self, request, obj=None) -> bool:
        return False


class CitationInline(admin.TabularInline):
    """The papers that a summary cites."""

    model = Citation
    extra = 0
    fields = readonly_fields = ["key", "paper"]
    can_delete = False

    def has_add_permission(self, request, obj=None) -> bool:
        return False


class ReadOnlyAdmin(RestrictedLookupsMixin):
    """Nothing can be added, changed or deleted: a form would bypass the operations."""

    actions = None
    show_full_result_count = False

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        """Refuse: the confirmation page would list related rows, with names."""
        return False


@admin.register(Summary)
class SummaryAdmin(ReadOnlyAdmin):
    """Summaries that moderators may read."""

    list_display = ["number", "title", "byline_name", "state", "score", "published_at"]
    list_display_links = ["number", "title"]
    list_filter = ["state", "is_anonymous", "published_at"]
    list_select_related = ["paper", "author"]
    search_fields = ["paper__title", "plain_text"]
    date_hierarchy = "published_at"
    fields = readonly_fields = [
        "title",
        "byline_name",
        "state",
        "html",
        "text",
        "score",
        "up_count",
        "down_count",
        "comment_count",
        "word_count",
        "created_at",
        "published_at",
        "edited_at",
        "deleted_at",
    ]
    inlines = [RevisionInline, CitationInline]

    def get_queryset(self, request):
        return super().get_queryset(request).for_moderators()

    @admin.display(description="number", ordering="pk")
    def number(self, summary: Summary) -> int:
        return summary.pk

    @admin.display(description="paper")
    def title(self, summary: Summary) -> str:
        return summary.paper.title

    @admin.display(description="signed by")
    def byline_name(self, summary: Summary) -> str:
        return summary.byline_name


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    """Comments that moderators may read."""

    list_display = ["number", "excerpt", "byline_name", "state", "created_at"]
    list_display_links = ["number", "excerpt"]
    list_filter = ["state", "created_at"]
    list_select_related = ["author"]
    search_fields = ["text"]
    fields = readonly_fields = [
        "summary",
        "paper",
        "byline_name",
        "state",
        "html",
        "text",
        "created_at",
        "deleted_at",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).for_moderators()

    @admin.display(description="number", ordering="pk")
    def number(self, comment: Comment) -> int:
        return comment.pk

    @admin.display(description="by")
    def byline_name(self, comment: Comment) -> str:
        return comment.byline_name

    @admin.display(description="text")
    def excerpt(self, comment: Comment) -> str:
        return shorten(comment.text, 80)


@admin.register(Vote)
class VoteAdmin(ReadOnlyAdmin):
    """Votes on public signed summaries: a vote on an anonymous one would rule out its author."""

    list_display = ["summary", "voter", "value", "is_discounted", "created_at"]
    list_filter = ["value", "is_discounted", "created_at"]
    list_select_related = ["summary", "voter"]
    search_fields = ["voter__username"]
    fields = readonly_fields = ["summary", "voter", "value", "is_discounted", "created_at"]

    def get_queryset(self, request):
        named = Summary.objects.for_moderators().filter(is_anonymous=False)
        return super().get_queryset(request).filter(summary__in=named)


@admin.register(Image)
class ImageAdmin(ReadOnlyAdmin):
    """Images without their uploader, who is the author of the text around them."""

    list_display = ["__str__", "width", "height", "byte_count", "is_taken_down", "created_at"]
    list_filter = ["is_taken_down", "created_at"]
    search_fields = ["digest", "foreign_url"]
    fields = readonly_fields = [
        "picture",
        "foreign_url",
        "width",
        "height",
        "byte_count",
        "digest",
        "tries",
        "problem",
        "is_taken_down",
        "created_at",
    ]
    actions = ["take_down"]

    @admin.display(description="picture")
    def picture(self, image: Image):
        if not image.file:
            return "No file."
        return format_html('<img src="{}" alt="The picture" width="320">', image_url(image))

    @admin.action(
        description="Take down (texts show the image description instead)",
        permissions=["take_down"],
    )
    def take_down(self, request, queryset) -> None:
        for image in queryset:
            take_down(image_id=image.pk)
            self.log_change(request, image, "Taken down.")
        self.message_user(request, "Taken down. Texts show the image description instead.")

    def has_take_down_permission(self, request) -> bool:
        return request.user.has_perm("summaries.change_image")

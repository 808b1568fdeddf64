"""Summaries and comments as a moderator sees them: who wrote an anonymous one is not shown."""

from django.contrib import admin

from summaries import moderating
from summaries.announcing import admin as announcing_admin  # noqa: F401  Registers itself.
from summaries.models import Citation, Comment, Revision, Summary, Vote


class RevisionInline(admin.TabularInline):
    model = Revision
    extra = 0
    fields = readonly_fields = ["number", "note", "created_at", "text"]
    can_delete = False

    def has_add_permission(self, request, obj=None) -> bool:
        return False


class CitationInline(admin.TabularInline):
    model = Citation
    extra = 0
    fields = readonly_fields = ["key", "paper"]
    can_delete = False

    def has_add_permission(self, request, obj=None) -> bool:
        return False


class ReadOnlyAdmin(admin.ModelAdmin):
    """Moderators act by named actions; a form that saves would go around the operations."""

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Summary)
class SummaryAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "title", "byline_name", "state", "score", "published_at"]
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
    actions = ["hide", "restore"]
    show_full_result_count = False

    def get_queryset(self, request):
        """Drafts and private notes are nobody's business but the author's."""
        return super().get_queryset(request).exclude(state__in=["draft", "private", "unlisted"])

    @admin.display(description="paper")
    def title(self, summary: Summary) -> str:
        return summary.paper.title

    @admin.display(description="signed by")
    def byline_name(self, summary: Summary) -> str:
        return summary.byline_name

    @admin.action(description="Hide the chosen summaries")
    def hide(self, request, queryset) -> None:
        self.message_user(request, f"{moderating.hide(queryset)} summaries hidden.")

    @admin.action(description="Show the chosen hidden summaries again")
    def restore(self, request, queryset) -> None:
        self.message_user(request, f"{moderating.restore(queryset)} summaries shown again.")


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "byline_name", "excerpt", "created_at", "deleted_at"]
    list_filter = ["created_at"]
    list_select_related = ["author"]
    search_fields = ["text"]
    fields = readonly_fields = [
        "summary",
        "byline_name",
        "html",
        "text",
        "created_at",
        "deleted_at",
    ]
    actions = ["remove"]

    @admin.display(description="by")
    def byline_name(self, comment: Comment) -> str:
        return comment.byline_name

    @admin.display(description="text")
    def excerpt(self, comment: Comment) -> str:
        return comment.text[:80]

    @admin.action(description="Remove the chosen comments")
    def remove(self, request, queryset) -> None:
        chosen = queryset.select_related("summary")
        self.message_user(request, f"{moderating.remove_comments(chosen)} comments removed.")


@admin.register(Vote)
class VoteAdmin(ReadOnlyAdmin):
    list_display = ["summary", "voter", "value", "created_at"]
    list_filter = ["value", "created_at"]
    list_select_related = ["voter"]
    search_fields = ["voter__username"]
    fields = readonly_fields = ["summary", "voter", "value", "created_at"]
    show_full_result_count = False

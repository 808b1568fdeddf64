"""Comments under a summary."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from shortscience.lib.ratelimit import allow
from summaries import commenting
from summaries.forms import CommentForm
from summaries.models import Comment, Summary
from summaries.rendering import TextRefused
from summaries.views.paper import summary_context
from summaries.views.signed_in import signed_in

COMMENTS_PER_HOUR = 30


@require_POST
@signed_in("summary")
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    summary = get_object_or_404(
        Summary.objects.visible_to(request.user)
        .select_related("author", "paper__venue")
        .with_vote_of(request.user),
        pk=pk,
    )
    form = CommentForm(request.POST)
    is_valid = form.is_valid()
    wait_seconds = allow(f"comment:{request.user.pk}", COMMENTS_PER_HOUR, 3600)
    if wait_seconds:
        problem = f"That was quick. You can comment again in {wait_seconds} seconds."
    elif not is_valid:
        problem = form.faults
    else:
        try:
            return redirect(
                commenting.comment(
                    summary_id=pk,
                    author=request.user,
                    text=form.cleaned_data["text"],
                    parent_id=form.cleaned_data["parent"],
                )
            )
        except (TextRefused, commenting.CommentRefused) as error:
            problem = str(error)
    parent = form.cleaned_data.get("parent")
    # Under a comment that is gone there is no form to answer in.
    threads = summary.comments.shown().filter(parent=None, pk=parent or 0)
    context = summary_context(
        summary,
        problem=problem,
        kept=request.POST.get("text", ""),
        kept_parent=parent if threads.exists() else None,
    )
    return render(request, "summaries/summary.html", context, status=429 if wait_seconds else 422)


@require_POST
@signed_in("home")
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    written = get_object_or_404(Comment.objects.shown(), pk=pk, author=request.user)
    commenting.delete_comment(comment_id=pk, by=request.user)
    return redirect(f"{written.summary.get_absolute_url()}#comments")

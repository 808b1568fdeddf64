"""Comments on summaries and questions on papers: forms that need no JavaScript."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from common.http.ratelimit import client_ip, hit, too_many_message, too_many_requests
from papers.models import Paper
from summaries.actions import comment as commenting
from summaries.forms import CommentForm
from summaries.models import Comment, Summary
from summaries.rendering import TextRefusedError
from summaries.views.login_required import login_required_keeping_text, return_typed_text
from summaries.views.paper import paper_context, summary_context

COMMENTS_PER_HOUR = 30
# A class behind one IP address can discuss together; one person with many accounts cannot.
COMMENTS_PER_HOUR_AND_ADDRESS = 300


@require_POST
@login_required_keeping_text("summary")
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a comment to a summary; a refused text is shown again, with status 422 or 429."""
    summary = get_object_or_404(
        Summary.objects.visible_to(request.user)
        .select_related("author", "paper__venue")
        .with_vote_of(request.user),
        pk=pk,
    )
    new_comment, refused, wait_seconds = _post(
        request,
        lambda data: commenting.comment(
            summary_id=pk, author=request.user, text=data["text"], parent_id=data["parent"]
        ),
    )
    if new_comment:
        return redirect(new_comment)
    refused |= _stored_parent(refused, summary.comments)
    context = summary_context(summary, request.user, **refused)
    return _refused(render(request, "summaries/summary.html", context), wait_seconds)


@require_POST
@login_required_keeping_text("paper-number")
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a question to a paper; a refused text is shown again, with status 422 or 429."""
    papers = Paper.objects.for_lists().select_related("field").prefetch_related("versions")
    paper = get_object_or_404(papers, pk=pk)
    question, refused, wait_seconds = _post(
        request,
        lambda data: commenting.ask(
            paper_id=pk, author=request.user, text=data["text"], parent_id=data["parent"]
        ),
    )
    if question:
        return redirect(f"{paper.get_absolute_url()}#c-{question.pk}")
    refused |= _stored_parent(refused, paper.questions)
    context = paper_context(paper, request, **refused)
    return _refused(render(request, "summaries/paper.html", context), wait_seconds)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required_keeping_text()
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one's own comment in a form, or save the change."""
    own = Comment.objects.select_related("summary__paper", "paper")
    removed = own.hidden_from(request.user).filter(pk=pk).first()
    if removed is not None:
        return return_typed_text(request, own=removed)
    stored = get_object_or_404(own.editable_by(request.user), pk=pk)
    context = {
        "comment": stored,
        "paper": stored.paper or stored.summary.paper,
        "is_editable": commenting.is_editable(stored),
        "minutes": commenting.EDIT_MINUTES,
        "kept": stored.text,
    }
    if request.method != "POST":
        return render(request, "summaries/comment_edit.html", context)
    saved, refused, wait_seconds = _post(
        request,
        lambda data: commenting.edit_comment(comment_id=pk, editor=request.user, text=data["text"]),
    )
    if saved:
        return redirect(saved)
    page = render(request, "summaries/comment_edit.html", context | refused)
    return _refused(page, wait_seconds)


@require_POST
@login_required_keeping_text("home")
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one's own comment."""
    deleted = get_object_or_404(Comment.objects.editable_by(request.user), pk=pk)
    commenting.delete_comment(comment_id=pk, by=request.user)
    if deleted.paper_id:
        return redirect(f"{deleted.paper.get_absolute_url()}#questions")
    return redirect(f"{deleted.summary.get_absolute_url()}#comments")


def _post(
    request: HttpRequest, operation: Callable[[dict], Comment]
) -> tuple[Comment | None, dict[str, object], int]:
    """Call `operation` with the cleaned form.

    Returns (comment, {}, 0), or (None, context, wait_seconds): the context shows the problem and the
    text as it was typed.
    """
    form = CommentForm(request.POST)
    is_valid = form.is_valid()
    wait_seconds = _wait_seconds(request)
    if wait_seconds:
        problem = too_many_message(wait_seconds)
    elif not is_valid:
        problem = form.faults
    else:
        try:
            return operation(form.cleaned_data), {}, 0
        except (TextRefusedError, commenting.CommentNotAllowedError) as error:
            problem = str(error)
    refused = {
        "problem": problem,
        "kept": request.POST.get("text", ""),
        "kept_parent": form.cleaned_data.get("parent"),
    }
    return None, refused, wait_seconds


def _refused(page: HttpResponse, wait_seconds: int) -> HttpResponse:
    """Set the status of a page that shows a problem: 422, or 429 with a time to wait."""
    page.status_code = 422
    return too_many_requests(wait_seconds, page) if wait_seconds else page


def _wait_seconds(request: HttpRequest) -> int:
    """Check the limits of the account and of the IP address; both count every request."""
    return max(
        hit(f"comment:{request.user.pk}", COMMENTS_PER_HOUR, 3600),
        hit(f"comment-from:{client_ip(request)}", COMMENTS_PER_HOUR_AND_ADDRESS, 3600),
    )


def _stored_parent(refused: dict[str, object], threads) -> dict[str, object]:
    """Return the comment replied to, if it still exists; a deleted one has no form."""
    parent = refused["kept_parent"]
    is_there = threads.shown().filter(parent=None, pk=parent or 0).exists()
    return {"kept_parent": parent if is_there else None}

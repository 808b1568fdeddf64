"""Comments under a summary and questions on a paper: forms that work alone."""

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
# A seminar behind one address may discuss together; a hundred accounts of one person may not.
COMMENTS_PER_HOUR_AND_ADDRESS = 300


@require_POST
@login_required_keeping_text("summary")
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    summary = get_object_or_404(
        Summary.objects.visible_to(request.user)
        .select_related("author", "paper__venue")
        .with_vote_of(request.user),
        pk=pk,
    )
    written, refused, wait_seconds = _post(
        request,
        lambda told: commenting.comment(
            summary_id=pk, author=request.user, text=told["text"], parent_id=told["parent"]
        ),
    )
    if written:
        return redirect(written)
    refused |= _kept_parent(refused, summary.comments)
    context = summary_context(summary, request.user, **refused)
    return _refused(render(request, "summaries/summary.html", context), wait_seconds)


@require_POST
@login_required_keeping_text("paper-number")
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    papers = Paper.objects.for_lists().select_related("field").prefetch_related("versions")
    paper = get_object_or_404(papers, pk=pk)
    written, refused, wait_seconds = _post(
        request,
        lambda told: commenting.ask(
            paper_id=pk, author=request.user, text=told["text"], parent_id=told["parent"]
        ),
    )
    if written:
        return redirect(f"{paper.get_absolute_url()}#c-{written.pk}")
    refused |= _kept_parent(refused, paper.questions)
    context = paper_context(paper, request, **refused)
    return _refused(render(request, "summaries/paper.html", context), wait_seconds)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required_keeping_text()
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    own = Comment.objects.select_related("summary__paper", "paper")
    taken = own.taken_from(request.user).filter(pk=pk).first()
    if taken is not None:
        return return_typed_text(request, own=taken)
    written = get_object_or_404(own.editable_by(request.user), pk=pk)
    context = {
        "comment": written,
        "paper": written.paper or written.summary.paper,
        "is_editable": commenting.is_editable(written),
        "minutes": commenting.EDIT_MINUTES,
        "kept": written.text,
    }
    if request.method != "POST":
        return render(request, "summaries/comment_edit.html", context)
    saved, refused, wait_seconds = _post(
        request,
        lambda told: commenting.edit_comment(comment_id=pk, editor=request.user, text=told["text"]),
    )
    if saved:
        return redirect(saved)
    page = render(request, "summaries/comment_edit.html", context | refused)
    return _refused(page, wait_seconds)


@require_POST
@login_required_keeping_text("home")
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    written = get_object_or_404(Comment.objects.editable_by(request.user), pk=pk)
    commenting.delete_comment(comment_id=pk, by=request.user)
    if written.paper_id:
        return redirect(f"{written.paper.get_absolute_url()}#questions")
    return redirect(f"{written.summary.get_absolute_url()}#comments")


def _post(
    request: HttpRequest, deed: Callable[[dict], Comment]
) -> tuple[Comment | None, dict[str, object], int]:
    """Do `deed` with what was sent: (comment, {}, 0); or (None, what the page shows, seconds to
    wait), the page with the reason and the text as it was.
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
            return deed(form.cleaned_data), {}, 0
        except (TextRefusedError, commenting.CommentNotAllowedError) as error:
            problem = str(error)
    refused = {
        "problem": problem,
        "kept": request.POST.get("text", ""),
        "kept_parent": form.cleaned_data.get("parent"),
    }
    return None, refused, wait_seconds


def _refused(page: HttpResponse, wait_seconds: int) -> HttpResponse:
    """The page with the status of what it says."""
    page.status_code = 422
    return too_many_requests(wait_seconds, page) if wait_seconds else page


def _wait_seconds(request: HttpRequest) -> int:
    """Limits of the account and of the address; each deed is counted in both."""
    return max(
        hit(f"comment:{request.user.pk}", COMMENTS_PER_HOUR, 3600),
        hit(f"comment-from:{client_ip(request)}", COMMENTS_PER_HOUR_AND_ADDRESS, 3600),
    )


def _kept_parent(refused: dict[str, object], threads) -> dict[str, object]:
    """Under a comment that is gone there is no form to answer in."""
    parent = refused["kept_parent"]
    is_there = threads.shown().filter(parent=None, pk=parent or 0).exists()
    return {"kept_parent": parent if is_there else None}

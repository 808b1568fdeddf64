"""The writing page itself: what it shows, and the page with both texts of a conflict."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.http.ratelimit import allow, come_back_later, too_many_message, too_many_requests
from common.text.integers import number_in
from papers.links import links_of, notice_url, versions_of
from papers.models import Paper
from summaries.citation_cards import MOST_CARDS
from summaries.citations import papers_by_key
from summaries.diff import word_diff
from summaries.editor import preview, publish_warnings
from summaries.editor.edit_conflicts import Other
from summaries.editor.lint import hints_for, picture_words
from summaries.forms import READERS, TEMPLATE, SummaryForm, TextForm, plain_newlines
from summaries.models import Draft, Summary
from summaries.rendering import RendererBusyError, TextRefusedError

PREVIEWS_PER_MINUTE = 120
READERS_OF = {Summary.State.UNLISTED: "link", Summary.State.PRIVATE: "me"}


def show_desk(
    request: HttpRequest,
    paper: Paper,
    *,
    summary: Summary | None = None,
    draft: Draft | None = None,
    form: TextForm | None = None,
    deleted: Summary | None = None,
    problem: str = "",
    status: int = 422,
    wait_seconds: int = 0,
    is_busy: bool = False,
    **begun: str,
) -> HttpResponse:
    """The writing page; with a form, what was typed comes back as it was.

    `draft` is the summary's change that is not published yet; `deleted` one of the same paper that
    can still come back; `begun` the `text` and `note` that stand there at first. `status` is that
    of a page with a `problem`; with `wait_seconds` the page says how long to wait, and when the
    renderer `is_busy` it comes without a preview. Rendering costs most here, so it has a limit.
    """
    typed = form.data if form else {}
    chosen = {**first_choices(paper, summary, draft, **begun), **_known(typed)}
    preview_wait = wait_for_preview(request) if chosen["text"].strip() else 0
    if form and not problem:
        wait_seconds = wait_seconds or preview_wait
    if wait_seconds:
        problem = too_many_message(wait_seconds)
    was_public = summary is not None and summary.published_at is not None
    context = {
        **chosen,
        "paper": paper,
        "summary": summary,
        "draft": draft,
        "deleted": deleted,
        "all_readers": READERS,
        "licences": Summary.Licence.choices,
        "versions": versions_of(paper),
        "notice_url": notice_url(paper),
        "links": [link for link in links_of(paper) if link.is_main],
        "problem": problem,
        "template": TEMPLATE,
        "picture_words": picture_words(),
        "is_unsaved": form is not None,
        "was_public": was_public,
        "was_read": was_public or (summary is not None and summary.state == "unlisted"),
        "warnings": publish_warnings,
    }
    if chosen["text"].strip() and not preview_wait and not is_busy:
        context |= preview_of(chosen["text"], str(summary.pk) if summary else "")
    page = render(request, "summaries/write.html", context, status=status if problem else 200)
    if is_busy:
        return come_back_later(page)
    return too_many_requests(wait_seconds, page) if wait_seconds else page


def first_choices(
    paper: Paper, summary: Summary | None, draft: Draft | None, *, text: str = "", note: str = ""
) -> dict[str, object]:
    """What the form holds at first."""
    return {
        "text": text,
        "note": note,
        "signed": "anonymous" if summary and summary.is_anonymous else "name",
        "readers": READERS_OF.get(summary.state, "everyone") if summary else "everyone",
        "licence": summary.licence if summary else Summary.Licence.CC_BY,
        # The newest one for a new summary; None when nobody knows.
        "version": summary.paper_version if summary else paper.arxiv_version,
        "based_on": summary.save_count if summary else 0,
        "draft_count": draft.save_count if draft else 0,
    }


def _known(typed: dict[str, str]) -> dict[str, object]:
    """What was sent of it, readable or not; a choice that is missing stays as it began."""
    told = {name: typed[name] for name in ("text", "note") if name in typed}
    for name in ("signed", "readers", "licence", "based_on", "draft_count"):
        if typed.get(name):
            told[name] = typed[name]
    if "version" in typed:
        told["version"] = number_in(typed["version"])
    return told


def show_conflict(
    request: HttpRequest, form: SummaryForm, current: Summary, others: list[Other]
) -> HttpResponse:
    """Both texts, the writer's on top and untouched; saving again goes over the other one.

    A draft stays one, but does not take back what another tab has published.
    """
    is_draft = form.state == Summary.State.DRAFT and not current.is_public
    context = {
        "text": form.cleaned_data["text"],
        "note": form.cleaned_data["note"],
        "signed": form.cleaned_data["signed"],
        "readers": form.cleaned_data["readers"],
        "licence": form.cleaned_data["licence"] or current.licence,
        "version": form.cleaned_data["version"],
        "action": "draft" if is_draft else "publish",
    }
    return show_texts(request, current, others, context, status=409)


def show_texts(
    request: HttpRequest,
    current: Summary,
    others: list[Other],
    chosen: dict[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    """Both texts, and what the other one has instead of the words in `chosen["text"]`."""
    draft = Draft.objects.filter(summary=current).first()
    mine = str(chosen["text"])
    context = {
        **chosen,
        "summary": current,
        "paper": current.paper,
        "others": [
            {"name": other.name, "text": other.text, "changes": word_diff(mine, other.text)}
            for other in others
        ],
        "draft_count": draft.save_count if draft else 0,
    }
    return render(request, "summaries/conflict.html", context, status=status)


def preview_of(text: str, number: str) -> dict[str, object]:
    """What publishing would show: `rendered` and `hints`, or why the text is `refused`."""
    prefix = f"s{number_in(number)}-" if number_in(number) else "new-"
    text = plain_newlines(text)
    try:
        rendered = preview.preview(text, prefix=prefix)
    except TextRefusedError as error:
        return {"refused": str(error), "is_busy": isinstance(error, RendererBusyError)}
    hints, left_off = hints_for(rendered, text)
    # As on the page, where each cited paper has its card.
    cited = sorted({paper.pk for paper in papers_by_key(rendered.citation_keys).values()})
    return {
        "rendered": rendered,
        "cards": cited[:MOST_CARDS],
        "hints": hints,
        "hints_left_off": left_off,
    }


def wait_for_preview(request: HttpRequest) -> int:
    return allow(f"preview:{request.user.pk}", PREVIEWS_PER_MINUTE, 60)

"""The editor, and the page that shows both texts of a conflict."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.http.ratelimit import come_back_later, hit, too_many_message, too_many_requests
from common.text.integers import parse_positive_int
from papers.links import links_of, notice_url, versions_of
from papers.models import Paper
from summaries.citation_cards import MOST_CARDS
from summaries.citations import papers_by_key
from summaries.diff import word_diff
from summaries.editor import preview, publish_warnings
from summaries.editor.edit_conflicts import UnseenVersion
from summaries.editor.lint import default_alt_text, hints_for
from summaries.forms import OPTIONS, TEMPLATE, VISIBILITIES, SummaryForm, TextForm, plain_newlines
from summaries.models import Draft, Summary
from summaries.rendering import RendererBusyError, TextRefusedError

PREVIEWS_PER_MINUTE = 120
VISIBILITY_OF = {Summary.State.UNLISTED: "unlisted", Summary.State.PRIVATE: "private"}


def show_editor(
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
    **initial: str,
) -> HttpResponse:
    """Render the editor; with a form, everything typed is shown again.

    `draft` is the unpublished change of the summary, `deleted` a summary of the same paper that can
    be restored, `initial` the `text` and `note` to begin with. `status` is that of a page with a
    `problem`; with `wait_seconds` the page says how long to wait, and when the
    renderer `is_busy` it comes without a preview. The preview is limited, because
    rendering costs the most here.
    """
    typed = form.data if form else {}
    chosen = {**first_choices(paper, summary, draft, **initial), **_known(typed)}
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
        "visibilities": VISIBILITIES,
        "licences": Summary.Licence.choices,
        "versions": versions_of(paper),
        "notice_url": notice_url(paper),
        "links": [link for link in links_of(paper) if link.is_main],
        "problem": problem,
        "template": TEMPLATE,
        "picture_words": default_alt_text(),
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
    """Return the initial values of the form."""
    return {
        "text": text,
        "note": note,
        "signed": "anonymous" if summary and summary.is_anonymous else "name",
        "visibility": VISIBILITY_OF.get(summary.state, "public") if summary else "public",
        "licence": summary.licence if summary else Summary.Licence.CC_BY,
        # The newest one for a new summary; None when unknown.
        "version": summary.paper_version if summary else paper.arxiv_version,
        "based_on": summary.save_count if summary else 0,
        "draft_count": draft.save_count if draft else 0,
    }


def _known(typed: dict[str, str]) -> dict[str, object]:
    """Return the sent values, valid or not; missing choices keep their initial value."""
    values: dict[str, object] = {
        name: typed[name] for name in (*OPTIONS, "based_on", "draft_count") if typed.get(name)
    }
    # These may be emptied.
    values |= {name: typed[name] for name in ("text", "note") if name in typed}
    if "version" in typed:
        values["version"] = parse_positive_int(typed["version"])
    return values


def show_conflict(
    request: HttpRequest, form: SummaryForm, current: Summary, others: list[UnseenVersion]
) -> HttpResponse:
    """Show the writer's text unchanged, and the other one; saving again overwrites the latter.

    A draft is saved as a draft again, unless another tab has published the summary.
    """
    is_draft = form.state == Summary.State.DRAFT and not current.is_public
    context = {
        **{name: form.cleaned_data[name] for name in ("text", *OPTIONS)},
        "action": "draft" if is_draft else "publish",
    }
    return show_texts(request, current, others, context, status=409)


def show_texts(
    request: HttpRequest,
    current: Summary,
    others: list[UnseenVersion],
    chosen: dict[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    """Show both texts, and how the other one differs from `chosen["text"]`."""
    draft = Draft.objects.filter(summary=current).first()
    mine = str(chosen["text"])
    context = {
        **chosen,
        # A field left empty is not changed by saving again.
        "options": {name: chosen[name] for name in OPTIONS if chosen[name]},
        "summary": current,
        "paper": current.paper,
        "others": [
            {"name": other.name, "text": other.text, "changes": word_diff(mine, other.text)}
            for other in others
        ],
        "draft_count": draft.save_count if draft else 0,
    }
    return render(request, "summaries/conflict.html", context, status=status)


def preview_of(text: str, summary_id: str) -> dict[str, object]:
    """Return `rendered` and `hints` of the text, or why it is `refused`.

    `summary_id` is text from the form; "" for a new summary.
    """
    prefix = f"s{parse_positive_int(summary_id)}-" if parse_positive_int(summary_id) else "new-"
    text = plain_newlines(text)
    try:
        rendered = preview.preview(text, prefix=prefix)
    except TextRefusedError as error:
        return {"refused": str(error), "is_busy": isinstance(error, RendererBusyError)}
    hints, left_off = hints_for(rendered, text)
    # As on the page, where a card shows each cited paper.
    cited = sorted({paper.pk for paper in papers_by_key(rendered.citation_keys).values()})
    return {
        "rendered": rendered,
        "cards": cited[:MOST_CARDS],
        "hints": hints,
        "hints_left_off": left_off,
    }


def wait_for_preview(request: HttpRequest) -> int:
    """Return the seconds to wait before the next preview, 0 within the limit."""
    return hit(f"preview:{request.user.pk}", PREVIEWS_PER_MINUTE, 60)

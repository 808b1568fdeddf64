"""Every page that shows summaries, and every deed on them."""

from django.urls import path, re_path

from summaries.views import authorship as claiming
from summaries.views import autosave as drafts
from summaries.views import cite_autocomplete as completing
from summaries.views import comments as commenting
from summaries.views import delete as deleting
from summaries.views import editor as writing
from summaries.views import home, paper, people, venue, venues
from summaries.views import image_upload as images
from summaries.views import random_paper as random
from summaries.views import requests as wanted
from summaries.views import share_link as sharing
from summaries.views import suggested_edits as suggesting
from summaries.views import user as person
from summaries.views import vote as voting

urlpatterns = [
    path("", home.home, name="home"),
    path("paper/<int:pk>/write", writing.write, name="summary-write"),
    path("paper/<int:pk>/draft", drafts.save, name="draft-save"),
    path("paper/<int:pk>/ask", commenting.ask, name="paper-ask"),
    path("paper/<int:pk>/claim", claiming.claim, name="paper-claim"),
    path("paper/<int:pk>/wish", wanted.ask, name="paper-wish"),
    path("paper/<int:pk>", paper.paper, {"slug": ""}, name="paper-number"),
    path("paper/<int:pk>/<slug:slug>", paper.paper, name="paper"),
    path("summary/<int:pk>", paper.summary, name="summary"),
    path("summary/<int:pk>/edit", writing.edit, name="summary-edit"),
    path("summary/<int:pk>/delete", deleting.delete, name="summary-delete"),
    path("summary/<int:pk>/restore", deleting.restore, name="summary-restore"),
    path("summary/<int:pk>/discard", drafts.discard, name="draft-discard"),
    path("summary/<int:pk>/history", paper.history, name="summary-history"),
    path("summary/<int:pk>/source", paper.source, name="summary-source"),
    path("summary/<int:pk>/share", sharing.share, name="summary-share"),
    path("summary/<int:pk>/unshare", sharing.unshare, name="summary-unshare"),
    # 128 bits, as `secrets.token_urlsafe` writes them.
    re_path(r"^s/(?P<secret>[A-Za-z0-9_-]{22})\Z", sharing.shared, name="shared"),
    path("summary/<int:pk>/vote", voting.vote, name="summary-vote"),
    path("summary/<int:pk>/comment", commenting.comment, name="summary-comment"),
    path("comment/<int:pk>/edit", commenting.edit, name="comment-edit"),
    path("comment/<int:pk>/delete", commenting.delete, name="comment-delete"),
    path("preview", writing.preview, name="preview"),
    path("cite", completing.cite, name="cite"),
    path("write/session", drafts.session, name="write-session"),
    path("write/back", drafts.back, name="write-back"),
    path("write/picture", images.upload, name="picture-upload"),
    path("summary/<int:pk>/suggest", suggesting.suggest, name="summary-suggest"),
    path("suggestion", suggesting.suggestions, name="suggestions"),
    path("suggestion/<int:pk>", suggesting.suggestion, name="suggestion"),
    path("suggestion/<int:pk>/accept", suggesting.accept, name="suggestion-accept"),
    path("suggestion/<int:pk>/decline", suggesting.decline, name="suggestion-decline"),
    path("suggestion/<int:pk>/withdraw", suggesting.withdraw, name="suggestion-withdraw"),
    path("random", random.random_paper, name="random"),
    path("venue", venues.venues, name="venues"),
    path("venue/<slug:slug>", venue.venue, name="venue"),
    path("venue/<slug:slug>/<int:year>", venue.venue, name="venue-year"),
    *(
        path(
            f"venue/<slug:slug>/<int:year>/{form}",
            venue.export,
            {"form": form},
            name=f"venue-year-{form.partition('.')[0]}",
        )
        for form in ("bibtex", "ris", "csl.json")
    ),
    path("user", people.people, name="people"),
    path("user/<str:username>", person.user, name="user"),
    path("author/<str:slug>", people.author, name="author"),
    path("wanted", wanted.wanted, name="wanted"),
]

"""Every page that shows summaries, and every deed on them."""

from django.urls import path

from summaries.views import (
    commenting,
    completing,
    embedding,
    lists,
    paper,
    people,
    search,
    voting,
    wanted,
    writing,
)

urlpatterns = [
    path("", lists.home, name="home"),
    path("paper/<int:pk>/write", writing.write, name="summary-write"),
    path("paper/<int:pk>/badge.svg", embedding.badge, name="paper-badge"),
    path("paper/<int:pk>/card", embedding.card, name="paper-card"),
    path("oembed", embedding.oembed, name="oembed"),
    path("paper/<int:pk>/wish", wanted.ask, name="paper-wish"),
    path("paper/<int:pk>", paper.paper, {"slug": ""}, name="paper-number"),
    path("paper/<int:pk>/<slug:slug>", paper.paper, name="paper"),
    path("summary/<int:pk>", paper.summary, name="summary"),
    path("summary/<int:pk>/edit", writing.edit, name="summary-edit"),
    path("summary/<int:pk>/delete", writing.delete, name="summary-delete"),
    path("summary/<int:pk>/history", paper.history, name="summary-history"),
    path("summary/<int:pk>/source", paper.source, name="summary-source"),
    path("summary/<int:pk>/vote", voting.vote, name="summary-vote"),
    path("summary/<int:pk>/comment", commenting.comment, name="summary-comment"),
    path("comment/<int:pk>/delete", commenting.delete, name="comment-delete"),
    path("preview", writing.preview, name="preview"),
    path("cite", completing.cite, name="cite"),
    path("random", lists.random_paper, name="random"),
    path("venue", lists.venues, name="venues"),
    path("venue/<slug:slug>", lists.venue, name="venue"),
    path("venue/<slug:slug>/<int:year>", lists.venue_year, name="venue-year"),
    *(
        path(
            f"venue/<slug:slug>/<int:year>/{form}",
            lists.venue_year_export,
            {"form": form},
            name=f"venue-year-{form.partition('.')[0]}",
        )
        for form in ("bibtex", "ris", "csl.json")
    ),
    path("user", people.people, name="people"),
    path("user/<str:username>", people.user, name="user"),
    path("author/<str:slug>", people.author, name="author"),
    path("wanted", wanted.wanted, name="wanted"),
    path("search", search.search, name="search"),
]

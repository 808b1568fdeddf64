from django.apps import AppConfig


class SummariesConfig(AppConfig):
    name = "summaries"

    def ready(self) -> None:
        # Its model must be known from the start, also to who deletes a summary.
        from accounts.data import contribute, person_leaves
        from accounts.renaming import person_renamed
        from accounts.suspending import person_suspended, suspension_lifted
        from accounts.verification import account_changed, person_verified
        from papers.signals import paper_changed
        from summaries import leaving, merging, portability, search, wishing  # noqa: F401
        from summaries.signals import comment_published

        told = (person_verified, person_suspended, suspension_lifted, account_changed)
        for happened in told:
            happened.connect(_recount_votes, dispatch_uid="recount votes")
        person_suspended.connect(_hold_posts, dispatch_uid="hold posts")
        suspension_lifted.connect(_release_posts, dispatch_uid="release posts")
        person_renamed.connect(_index_signed, dispatch_uid="index signed summaries")
        person_leaves.connect(leaving.settle, dispatch_uid="settle summaries of who leaves")
        contribute(portability.files_of)
        paper_changed.connect(_index_summaries, dispatch_uid="index summaries of a paper")
        comment_published.connect(_tell_hub, dispatch_uid="tell the hub of a comment")
        merging.connect()
        wishing.connect()


def _recount_votes(person, **kwargs) -> None:
    from summaries.voting import recount_votes_of

    recount_votes_of(person)


def _hold_posts(person, **kwargs) -> None:
    from summaries.moderating import hold_posts

    hold_posts(person)


def _release_posts(person, **kwargs) -> None:
    from summaries.moderating import release_posts

    release_posts(person)


def _tell_hub(comment, **kwargs) -> None:
    from summaries.feeds.websub import after_comment

    after_comment(comment)


def _index_signed(person, **kwargs) -> None:
    from summaries.models import Summary
    from summaries.search import index_summaries

    index_summaries(Summary.objects.signed_by(person))


def _index_summaries(paper, **kwargs) -> None:
    from summaries.search import index_summaries_of

    index_summaries_of([paper])

"""The form in which members report duplicates."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from papers.curation.merge import merged_into
from papers.identifiers import PaperId, parse_identifier
from papers.importing.pipeline import find_paper
from papers.models import Paper

# The address of a paper on this site, with or without host: /paper/123/attention-is-all-you-need
_OWN_ADDRESS = re.compile(r"(?:https?://[^/\s]+)?/?paper/(?P<number>[0-9]{1,18})(?:[/?#]\S*)?")
_NUMBER = re.compile(r"#?(?P<number>[0-9]{1,18})")


class ReportDuplicateForm(forms.Form):
    """Choose the duplicate of `paper`; the result is `cleaned_data["paper"]`."""

    choice = forms.IntegerField(required=False)
    other = forms.CharField(
        required=False,
        max_length=500,
        label=_("Another paper"),
        help_text=_(
            "Identifier, link, or paper number on this site: 1706.03762, 10.1038/nature14539, 123."
        ),
    )
    note = forms.CharField(
        required=False,
        max_length=500,
        label=_("Why is it a duplicate?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Optional. One sentence helps: “The second is the journal version.”"),
    )

    def __init__(self, *args, paper: Paper, **kwargs):
        super().__init__(*args, **kwargs)
        self.paper = paper

    def clean(self) -> dict[str, object]:
        data = super().clean()
        text, choice = data.get("other", "").strip(), data.get("choice")
        if self.errors:
            return data
        if not text and not choice:
            self.add_error("other", _("Choose a paper, or enter an identifier such as 1706.03762"))
            return data
        # Typed text takes precedence over a selected choice.
        other = find_by_anything(text) if text else find_by_anything(str(choice))
        if other is None:
            self.add_error(
                "other",
                _("No paper here has this identifier. An arXiv identifier looks like 1706.03762."),
            )
        elif other == self.paper:
            self.add_error("other", _("This is the same paper. Enter the other one."))
        data["paper"] = other
        return data


def find_by_anything(text: str) -> Paper | None:
    """Return the paper for its address or primary key on this site, or for any identifier."""
    own = _OWN_ADDRESS.fullmatch(text) or _NUMBER.fullmatch(text)
    if own:
        pk = int(own["number"])
        paper = Paper.objects.filter(pk=pk).first() or merged_into(pk)
        if paper or not text.isdecimal():
            return paper
    name = parse_identifier(text)
    return (find_paper(name) if name else None) or find_paper(PaperId("key", text))

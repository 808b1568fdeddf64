"""What a member types to say that two papers are one."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from papers.curation.merge import merged_into
from papers.identifiers import PaperId, parse_identifier
from papers.importing.pipeline import find_paper
from papers.models import Paper

# Of this site, with or without its host: /paper/123/attention-is-all-you-need
_OWN_ADDRESS = re.compile(r"(?:https?://[^/\s]+)?/?paper/(?P<number>[0-9]{1,18})(?:[/?#]\S*)?")
_NUMBER = re.compile(r"#?(?P<number>[0-9]{1,18})")


class ReportDuplicateForm(forms.Form):
    """`paper` is the one that the page is of; `cleaned_data["paper"]` the other one."""

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
        # What was typed says more than a choice that was left standing.
        found = find_by_anything(text) if text else find_by_anything(str(choice))
        if found is None:
            self.add_error(
                "other",
                _("No paper here has this identifier. An arXiv identifier looks like 1706.03762."),
            )
        elif found == self.paper:
            self.add_error("other", _("This is the same paper. Enter the other one."))
        data["paper"] = found
        return data


def find_by_anything(text: str) -> Paper | None:
    """The paper that an address or number of this site means, or any of a paper's names."""
    own = _OWN_ADDRESS.fullmatch(text) or _NUMBER.fullmatch(text)
    if own:
        number = int(own["number"])
        found = Paper.objects.filter(pk=number).first() or merged_into(number)
        if found or not text.isdecimal():
            return found
    name = parse_identifier(text)
    return (find_paper(name) if name else None) or find_paper(PaperId("key", text))

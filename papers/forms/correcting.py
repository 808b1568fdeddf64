"""The form in which members correct the record of a paper."""

import hashlib
import json

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from papers.curation.corrections import LABELS, IdentifierTakenError, changes_to, values_of
from papers.identifiers import parse_identifier
from papers.links import is_allowed
from papers.models import Paper
from papers.venues import normalise_venue_name

KINDS = {
    "article": _("Article"),
    "inproceedings": _("Conference paper"),
    "incollection": _("Book chapter"),
    "book": _("Book"),
    "phdthesis": _("Doctoral thesis"),
    "mastersthesis": _("Master's thesis"),
    "techreport": _("Technical report"),
    "misc": _("Something else"),
}
YEARS = (1450, 2100)
_ADDRESSES = ("url", "code_url", "data_url")
_LISTS = ("authors", "identifiers")
_MARKS = ("is_withdrawn", "is_retracted")


def _text(**options: object) -> forms.CharField:
    return forms.CharField(required=False, **options)


class CorrectionForm(forms.Form):
    """A form with the current record; `changes` contains the member's changes.

    `seen` is a digest of the values that the form showed, so that a change by an import in the
    meantime does not count as the member's. Fields that the member did not change are not validated.
    """

    title = _text(max_length=1000)
    authors = _text(
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One per line, in order, given name first: Ada Lovelace"),
    )
    abstract = _text(max_length=100_000, widget=forms.Textarea(attrs={"rows": 8}))
    year = forms.IntegerField(required=False, help_text=_("Year of publication."))
    venue = _text(
        max_length=120, help_text=_("Usual name of the conference or journal, such as NeurIPS")
    )
    volume = _text(max_length=40)
    number = _text(max_length=40)
    pages = _text(max_length=60, help_text="5998–6008")
    publisher = _text(max_length=200)
    kind = forms.ChoiceField(required=False)
    url = _text(max_length=500, help_text=_("Where the publisher or the authors provide it."))
    code_url = _text(max_length=500, help_text=_("Link to the authors' code."))
    data_url = _text(max_length=500, help_text=_("Link to the authors' data."))
    identifiers = _text(
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Add one per line: an arXiv identifier, a DOI, a DBLP key, a PubMed number "
            "(pmid:31452104), or an OpenReview or ACL Anthology link."
        ),
    )
    is_withdrawn = forms.BooleanField(required=False)
    is_retracted = forms.BooleanField(required=False)
    note = forms.CharField(
        required=False,
        max_length=500,
        label=_("Where can we verify this?"),
        help_text=_("A link or a short note, such as the first page or the publisher's notice."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, paper: Paper):
        self.paper = paper
        # As the browser returns them when nothing is edited.
        self.now = {name: _normal(name, value) for name, value in values_of(paper).items()}
        self.changes: dict[str, list] = {}
        self.taken: list[Paper] = []  # Papers that already have one of the identifiers.
        filled = {
            name: "\n".join(value) if isinstance(value, list) else value
            for name, value in self.now.items()
        }
        super().__init__(data, initial={**filled, "seen": _marks(self.now)})
        for name, label in LABELS.items():
            self.fields[name].label = label
        kinds = dict(KINDS)
        kinds.setdefault(paper.kind, paper.kind or _("Not specified"))
        self.fields["kind"].choices = kinds.items()

    @property
    def boxes(self) -> list[forms.BoundField]:
        """The check boxes."""
        return [self[name] for name in _MARKS]

    def clean(self) -> dict[str, object]:
        data = super().clean()
        seen = dict(item.split(":", 1) for item in data.get("seen", "").split() if ":" in item)
        proposed = {}
        for name in LABELS:
            if name not in data:
                continue
            value = _normal(name, data[name])
            if _mark(value) != seen.get(name, _mark(self.now[name])):
                proposed[name] = value
        for name, value in proposed.items():
            self._check(name, value)
        if not self.errors:
            self._compare(proposed)
        return data

    def _compare(self, proposed: dict[str, object]) -> None:
        try:
            self.changes = changes_to(self.paper, proposed)
        except IdentifierTakenError as error:
            self.taken.append(error.owner)
            self.add_error("identifiers", str(error))
            return
        if not self.changes:
            raise forms.ValidationError(
                _("Nothing differs from the current record. Correct something first.")
            )

    def _check(self, name: str, value) -> None:
        """Add an error if the record cannot contain the value."""
        problem = (
            self._wrong_names(value) if name == "identifiers" else validation_message(name, value)
        )
        if problem:
            self.add_error(name, problem)

    def _wrong_names(self, texts: list[str]) -> str:
        names = {text: parse_identifier(text) for text in texts}
        unknown = [text for text, name in names.items() if name is None]
        if unknown:
            return _(
                "%(text)s is not an identifier we recognise. An arXiv identifier looks like "
                "1706.03762, a DOI like 10.1038/nature14539."
            ) % {"text": unknown[0]}
        own = self.paper.arxiv_id
        if own and any(name.scheme == "arxiv" and name.value != own for name in names.values()):
            return _(
                "This paper is arXiv %(own)s, and a paper has only one arXiv identifier. If "
                "this one is wrong, say so below and we'll correct it."
            ) % {"own": own}
        return ""


def validation_message(name: str, value) -> str:
    """Return an error message if `value` is invalid for the field `name`, otherwise ""."""
    if name == "title" and not value:
        return _("Enter a title.")
    if name == "year" and value is not None and not YEARS[0] <= value <= YEARS[1]:
        return _("Enter a year between %(first)s and %(last)s, such as 2017.") % {
            "first": YEARS[0],
            "last": YEARS[1],
        }
    if name == "venue" and value and not normalise_venue_name(value):
        return _("Enter the venue's name without volume or year, such as NeurIPS.")
    if name == "authors" and any(len(author) > 200 for author in value):
        return _("A line has more than 200 characters. Enter one author per line.")
    return _wrong_address(value) if name in _ADDRESSES and value else ""


def _wrong_address(url: str) -> str:
    try:
        URLValidator(schemes=["http", "https"])(url)
    except forms.ValidationError:
        return _("Enter a link like https://example.org/paper.")
    return "" if is_allowed(url) else _("Links to this site are not allowed.")


def _normal(name: str, value):
    """Normalise a value for comparison: changes of white space are ignored.

    Lists may be given as text, one item per line or separated by semicolons.
    """
    if name in _LISTS:
        text = "\n".join(value) if isinstance(value, list) else value
        lines = (" ".join(line.split()) for line in text.replace(";", "\n").splitlines())
        return [line for line in lines if line]
    if name == "abstract":
        return "\n".join(line.rstrip() for line in value.splitlines()).strip()
    return " ".join(value.split()) if isinstance(value, str) else value


def _mark(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:12]


def _marks(values: dict[str, object]) -> str:
    return " ".join(f"{name}:{_mark(value)}" for name, value in values.items())

"""Forms that add papers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from papers.author_input import typed_byline
from papers.forms.correcting import KINDS, YEARS, validation_message

MAX_BIBTEX_BYTES = 5 * 1024 * 1024


class AddByIdentifierForm(forms.Form):
    """Add a paper by its identifier or link."""

    # Long enough for a pasted BibTeX entry.
    identifier = forms.CharField(
        max_length=20_000,
        label=_("Identifier or link"),
        help_text=_(
            "arXiv identifier, DOI, link to a paper, title or BibTeX entry: 1706.03762, "
            "https://doi.org/10.1038/nature14539"
        ),
        error_messages={"required": _("An arXiv identifier looks like 1706.03762.")},
    )


class AddByBibtexForm(forms.Form):
    """Add papers from pasted BibTeX or a .bib file."""

    text = forms.CharField(required=False, widget=forms.Textarea, label="BibTeX", strip=False)
    file = forms.FileField(required=False, label=_("or a .bib file"))

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > MAX_BIBTEX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than 5 MB. Split it, or ask an administrator to import it.")
            )
        return file

    def clean(self):
        data = super().clean()
        if not data.get("text", "").strip() and not data.get("file") and not self.errors:
            raise forms.ValidationError(_("Paste BibTeX or choose a .bib file."))
        return data

    def bibtex(self) -> str | bytes:
        """Return the file as bytes, because its encoding is unknown, or else the pasted text."""
        file = self.cleaned_data["file"]
        return file.read() if file else self.cleaned_data["text"]


class AddByHandForm(forms.Form):
    """Add a paper by entering its fields."""

    title = forms.CharField(
        max_length=1000, label=_("Title"), error_messages={"required": _("Enter a title.")}
    )
    authors = forms.CharField(
        max_length=200_000,
        label=_("Authors"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One per line, in order, given name first: Ada Lovelace"),
        error_messages={"required": _("Enter at least one author, for example Ada Lovelace.")},
    )
    year = forms.IntegerField(
        min_value=YEARS[0],
        max_value=YEARS[1],
        label=_("Year"),
    )
    venue = forms.CharField(
        required=False,
        max_length=120,
        label=_("Venue"),
        help_text=_("Conference or journal, such as NeurIPS"),
    )
    kind = forms.ChoiceField(
        required=False, label=_("Type"), choices=[("", _("Not specified")), *KINDS.items()]
    )
    url = forms.CharField(
        required=False,
        max_length=500,
        label=_("Link to the paper"),
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )
    abstract = forms.CharField(
        required=False, max_length=10_000, label=_("Abstract"), widget=forms.Textarea
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.has_more_authors = False
        message = validation_message("year", YEARS[1] + 1)
        for code in ("required", "invalid", "min_value", "max_value"):
            self.fields["year"].error_messages[code] = message

    def clean_authors(self) -> tuple[str, ...]:
        names, self.has_more_authors = typed_byline(self.cleaned_data["authors"])
        if not names:
            raise forms.ValidationError(self.fields["authors"].error_messages["required"])
        if problem := validation_message("authors", names):
            raise forms.ValidationError(problem)
        return names

    def clean_venue(self) -> str:
        venue = self.cleaned_data["venue"]
        if problem := validation_message("venue", venue):
            raise forms.ValidationError(problem)
        return venue

    def clean_url(self) -> str:
        """Add the missing scheme to an address such as "example.org/paper", and check it."""
        url = self.cleaned_data["url"]
        if url and "://" not in url:
            url = f"https://{url}"
        if problem := validation_message("url", url):
            raise forms.ValidationError(problem)
        return url

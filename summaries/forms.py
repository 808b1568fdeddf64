"""The forms of summaries, comments and votes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.http.former_fields import Sent, in_current_names
from summaries.models import Summary
from summaries.rendering import MAX_CHARACTERS

TEMPLATE = _("""\
## What was asked



## The idea



## What they found



## Where I am not convinced


""")


NOTHING_YET = _("There is nothing to save yet. Write a sentence first.")
VISIBILITIES = [
    ("public", _("Everyone")),
    ("unlisted", _("Anyone with the secret link")),
    ("private", _("Only me")),
]
STATES = {
    "public": Summary.State.PUBLISHED,
    "unlisted": Summary.State.UNLISTED,
    "private": Summary.State.PRIVATE,
}
# The fields beside the text, which the pages of the editor show or send back.
OPTIONS = ("note", "signed", "visibility", "licence", "version")
FORMER_FIELDS = {"readers": "visibility", "shows": "alt"}
FORMER_VALUES = {"visibility": {"everyone": "public", "link": "unlisted", "me": "private"}}


def plain_newlines(text: str) -> str:
    r"""Replace "\r\n" and "\r" by "\n".

    Browsers send every line break as two characters, and count it as one.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n")


class WrittenField(forms.CharField):
    """A text whose line breaks are normalised before its length is checked."""

    def to_python(self, value: object) -> str:
        return plain_newlines(super().to_python(value))


class WritingForm(forms.Form):
    """A form whose errors are shown in one line."""

    @property
    def faults(self) -> str:
        """All errors in one line, each with the label of its field."""
        return " ".join(
            error if name == "text" else f"{self[name].label}: {error}"
            for name, errors in self.errors.items()
            for error in errors
        )


class TextForm(WritingForm):
    """A summary as it is typed.

    `based_on` is its save_count when the form was opened, 0 for a new one; `draft_count` is that of
    its `draft` row, 0 when there was none. `version` is the arXiv version that the author has read,
    at most `newest_version`.
    """

    text = WrittenField(
        strip=False,
        required=False,
        max_length=MAX_CHARACTERS,
        error_messages={
            "max_length": _("The text has more than %(limit_value)d characters. Shorten it.")
        },
    )
    note = forms.CharField(label=_("What changed"), required=False, max_length=120)
    signed = forms.ChoiceField(
        label=_("Byline"), choices=[("name", _("With my name")), ("anonymous", _("Anonymously"))]
    )
    licence = forms.ChoiceField(label=_("Licence"), choices=Summary.Licence.choices, required=False)
    version = forms.IntegerField(label=_("Paper version"), min_value=1, required=False)
    based_on = forms.IntegerField(min_value=0, required=False)
    draft_count = forms.IntegerField(min_value=0, required=False)

    def __init__(self, *args: object, newest_version: int | None = None, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.newest_version = newest_version or 0

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        # The first thing may be an image, uploaded before any text.
        is_empty = not text.strip() or text.strip() == TEMPLATE.strip()
        if is_empty and self.data.get("action") != "image":
            raise forms.ValidationError(NOTHING_YET)
        return text

    def clean_version(self) -> int | None:
        version = self.cleaned_data["version"]
        if version and version > self.newest_version:
            raise forms.ValidationError(_("arXiv has no such version of this paper."))
        return version

    @property
    def is_anonymous(self) -> bool:
        return self.cleaned_data["signed"] == "anonymous"

    @property
    def choices(self) -> dict[str, object]:
        """What is chosen beside the text; None leaves a field unchanged."""
        return {
            "is_anonymous": self.is_anonymous,
            "paper_version": self.cleaned_data["version"],
            "licence": self.cleaned_data["licence"] or None,
        }


class DraftForm(TextForm):
    """What the page saves automatically; `summary` is the primary key of an existing one."""

    summary = forms.IntegerField(min_value=1, required=False)


class SummaryForm(TextForm):
    """What the buttons save or publish."""

    visibility = forms.ChoiceField(label=_("Who can read it"), choices=VISIBILITIES)
    action = forms.ChoiceField(
        label=_("Save draft or Publish"),
        choices=[("publish", ""), ("draft", ""), ("preview", ""), ("image", "")],
        required=False,
    )
    # Sent with an image when JavaScript is off.
    alt = forms.CharField(label=_("Image description"), required=False, max_length=500)

    def __init__(self, data: Sent | None = None, *args: object, **kwargs: object):
        super().__init__(in_current_names(data, FORMER_FIELDS, FORMER_VALUES), *args, **kwargs)

    def clean_alt(self) -> str:
        """Return the description without brackets, which would end it in Markdown."""
        description = " ".join(self.cleaned_data["alt"].split())
        return description.replace("[", "(").replace("]", ")")

    def add_to_text(self, paragraph: str) -> None:
        """Append a paragraph to what was typed."""
        text = self.cleaned_data["text"].rstrip()
        self.data = self.data.copy()
        self.data["text"] = f"{text}\n\n{paragraph}\n" if text else f"{paragraph}\n"
        self.data["alt"] = ""

    @property
    def state(self) -> str:
        """The state that the buttons and the choice of visibility mean together."""
        if self.cleaned_data["action"] == "draft":
            return Summary.State.DRAFT
        return STATES[self.cleaned_data["visibility"]]


class VoteForm(forms.Form):
    """A vote: 1, 0 to withdraw it, or -1."""

    value = forms.TypedChoiceField(coerce=int, choices=[("1", ""), ("0", ""), ("-1", "")])


class CommentForm(WritingForm):
    """A comment or question; `parent` is the primary key of the comment replied to."""

    text = WrittenField(
        max_length=10_000,
        error_messages={
            "required": _("Write something first."),
            "max_length": _("The comment has more than %(limit_value)d characters. Shorten it."),
        },
    )
    parent = forms.IntegerField(label=_("Comment replied to"), required=False, min_value=1)

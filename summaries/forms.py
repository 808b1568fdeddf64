"""What people type about papers."""

from django import forms

from summaries.models import Summary
from summaries.rendering import MAX_CHARACTERS

TEMPLATE = """\
## What was asked



## The idea



## What they found



## Where I am not convinced


"""


def number_in(text: str) -> int | None:
    """The number in a query; None for anything else and for what no row can have."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def plain_newlines(text: str) -> str:
    """Browsers send every line break as two characters, and count it as one."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class WrittenField(forms.CharField):
    """A person's text; its line breaks are made plain before its length is looked at."""

    def to_python(self, value: object) -> str:
        return plain_newlines(super().to_python(value))


class WritingForm(forms.Form):
    @property
    def faults(self) -> str:
        """All that is wrong, in words that name the field."""
        return " ".join(
            error if name == "text" else f"{self[name].label}: {error}"
            for name, errors in self.errors.items()
            for error in errors
        )


class SummaryForm(WritingForm):
    """`based_on` is the summary's save_count when the form was opened; 0 for a new one. `version`
    is the one on arXiv that the author has read, at most `newest_version`.
    """

    text = WrittenField(
        strip=False,
        max_length=MAX_CHARACTERS,
        error_messages={
            "required": "There is nothing to save yet. Write a sentence first.",
            "max_length": "The text has more than %(limit_value)d characters. Shorten it.",
        },
    )
    note = forms.CharField(label="What changed", required=False, max_length=120)
    signed = forms.ChoiceField(
        label="Signed", choices=[("name", "With my name"), ("anonymous", "Anonymously")]
    )
    readers = forms.ChoiceField(
        label="Who can read it", choices=[("everyone", "Everyone"), ("me", "Only me")]
    )
    version = forms.IntegerField(label="Written about", min_value=1, required=False)
    based_on = forms.IntegerField(min_value=0, required=False)
    action = forms.ChoiceField(
        label="Save draft or Publish",
        choices=[("publish", ""), ("draft", ""), ("preview", "")],
        required=False,
    )

    def __init__(self, *args: object, newest_version: int | None = None, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.newest_version = newest_version or 0

    def clean_version(self) -> int | None:
        version = self.cleaned_data["version"]
        if version and version > self.newest_version:
            raise forms.ValidationError("arXiv has no such version of this paper.")
        return version

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        if not text.strip() or text.strip() == TEMPLATE.strip():
            raise forms.ValidationError("There is nothing to save yet. Write a sentence first.")
        return text

    @property
    def state(self) -> str:
        """What the buttons and the choice of readers mean together."""
        if self.cleaned_data["action"] == "draft":
            return Summary.State.DRAFT
        if self.cleaned_data["readers"] == "me":
            return Summary.State.PRIVATE
        return Summary.State.PUBLISHED

    @property
    def is_anonymous(self) -> bool:
        return self.cleaned_data["signed"] == "anonymous"


class VoteForm(forms.Form):
    value = forms.TypedChoiceField(coerce=int, choices=[("1", ""), ("0", ""), ("-1", "")])


class CommentForm(WritingForm):
    text = WrittenField(
        max_length=10_000,
        error_messages={
            "required": "Write something first.",
            "max_length": "A comment has at most %(limit_value)d characters. Shorten it.",
        },
    )
    parent = forms.IntegerField(label="The comment answered", required=False, min_value=1)

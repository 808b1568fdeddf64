"""The forms of the library."""

from django import forms
from django.utils.translation import gettext_lazy as _

from library.models import Folder, SavedPaper


class FolderForm(forms.Form):
    """The name of a folder."""

    name = forms.CharField(
        label=_("Folder name"),
        max_length=60,
        error_messages={
            "required": _("Enter a folder name."),
            "max_length": _("Folder names can have at most 60 characters."),
        },
    )

    @property
    def fault(self) -> str:
        return " ".join(error for errors in self.errors.values() for error in errors)


class SavedPaperForm(forms.Form):
    """The reading state of a paper, and one of the reader's own folders."""

    state = forms.ChoiceField(choices=SavedPaper.State.choices)
    folder = forms.ModelChoiceField(Folder.objects.none(), required=False)

    def __init__(self, *args: object, folders, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.fields["folder"].queryset = folders

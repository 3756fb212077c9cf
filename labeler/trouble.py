"""What a person is told when something fails: what happened and what to do, in the window's language.

The sentence of the error itself comes from below (`dataset`, `ocr`), names files and values, and is English
everywhere: it is shown as it is, so that it can be searched for and sent to others.
"""

from dataset.errors import DatasetBusy, DatasetReadOnly, ImageRefused, LabelError, NewerSchema
from labeler.draft import Note
from labeler.i18n import N_, _

_NEWER = (N_("A newer version made this folder"), N_("Install the newest captcha-toolkit, then open the folder again."))
_READ_ONLY = (
    N_("Nothing can be written in this folder"),
    N_("Check the rights of the folder, or copy it to a place of your own and open the copy."),
)
_BUSY = (N_("Another program is writing in this folder"), N_("Wait until it is done, then press the key again."))
_BY_KIND = {
    "open": (
        N_("The folder cannot be opened"),
        N_("Check that it is still there and that you may write in it, then open it again."),
    ),
    "model": (
        N_("The model cannot be used"),
        N_("Labelling goes on without it. Load another model, or train this one anew."),
    ),
    "cleaner": (N_("Backgrounds cannot be removed"), N_("All other view tools work. Load another background remover.")),
    "exchange": (
        N_("Import or export has failed"),
        N_("Mend what is named below and start it again; what is there already is not taken in twice."),
    ),
    "unexpected": (
        N_("Something went wrong"),
        N_("Nothing was lost: a label is on disk before the next picture shows. Go on; if it happens again,"
           " start the program from a terminal and report what it prints."),
    ),
    "other": (N_("That could not be done"), N_("Nothing was changed. Mend what is named below and try again.")),
}  # fmt: skip
_BY_ERROR = {
    DatasetBusy: _BUSY,
    DatasetReadOnly: _READ_ONLY,
    NewerSchema: _NEWER,
    LabelError: (N_("This text cannot be a label"), N_("Change the text; what you typed stands in the field.")),
    ImageRefused: (
        N_("This picture cannot be shown"),
        N_("It can be set aside as unreadable; the file stays where it is."),
    ),
}  # fmt: skip


def note(kind: str, sentence: str) -> Note:
    """The note of a failure: `kind` is open, model, cleaner, exchange, unexpected or other."""
    title, remedy = _BY_KIND[kind]
    return Note(sentence, "error", _(title), _(remedy))


def of(error: Exception, kind: str = "other") -> Note:
    """The note of an expected error: by what it is, else by what was being done."""
    title, remedy = _BY_ERROR.get(type(error), _BY_KIND[kind])
    return Note(str(error), "error", _(title), _(remedy))

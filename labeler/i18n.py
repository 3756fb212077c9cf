"""The language of the window's texts: gettext catalogues, read straight from the `.po` files.

`_("Open")` gives the text in the chosen language; `N_("Open")` only marks it for translation. Reading `.po`
instead of compiled `.mo` files keeps the repository free of built files and a translation one edit away.
"""

import ast
import gettext
import locale
import os
from pathlib import Path

LANGUAGES = {"en": "English", "de": "Deutsch", "pl": "Polski", "pt": "Português", "ru": "Русский"}
_FOLDER = Path(__file__).parent / "locale"
_catalogue: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def N_(text: str) -> str:  # noqa: N802 - the name that translators' tools look for
    """`text` itself; marks it as one to translate where it is shown."""
    return text


def _(text: str) -> str:
    """`text` in the language of the window."""
    return _catalogue.gettext(text)


def use_language(code: str) -> str:
    """Shows the window's texts in `code` ("" = the system's language); returns the language in use."""
    global _catalogue, _language
    chosen = code if code in LANGUAGES else system_language()
    _catalogue = Catalogue(read_po(_FOLDER / f"{chosen}.po")) if chosen != "en" else gettext.NullTranslations()
    _language = chosen
    return chosen


def language() -> str:
    """The language in use."""
    return _language


def number(text: str) -> str:
    """A number as Python writes it (`1,234.5`) with the separators of the window's language."""
    return text.translate({ord(","): _(","), ord("."): _(".")})


def system_language() -> str:
    """The first language of the system that the window speaks, else `en`."""
    wanted = [os.environ.get(name, "") for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")]
    wanted.append(locale.getlocale()[0] or "")
    for entry in ":".join(wanted).split(":"):
        if entry[:2].lower() in LANGUAGES:
            return entry[:2].lower()
    return "en"


class Catalogue(gettext.NullTranslations):
    """Translations held in a dictionary; what is missing stays English."""

    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__()
        self._texts = texts

    def gettext(self, message: str) -> str:
        return self._texts.get(message) or message


def read_po(path: Path) -> dict[str, str]:
    """msgid -> msgstr of a `.po` file (no plural forms); an unreadable file gives no translations."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError:
        return {}
    texts: dict[str, str] = {}
    entry = {"msgid": "", "msgstr": ""}
    field = "msgstr"
    for line in [*lines, 'msgid ""']:
        word, _space, rest = line.partition(" ")
        if word == "msgid":
            texts[entry["msgid"]] = entry["msgstr"]
            entry = {"msgid": "", "msgstr": ""}
        if word in entry:
            field, line = word, rest
        if line.startswith('"'):
            entry[field] += str(ast.literal_eval(line))
    texts.pop("", None)
    return texts

"""Words: Chinese is the source text, the English catalogue is complete by test."""

from __future__ import annotations

import gettext
import locale
import os
import sys
from pathlib import Path

LANGUAGES = ("zh", "en")
_LOCALE = Path(__file__).resolve().parent.parent / "resources" / "locale"
_translation: gettext.NullTranslations = gettext.NullTranslations()
_language = "zh"


def use_language(code: str) -> None:
    """Speak `zh` or `en` from now on, in this process."""
    global _translation, _language
    _language = code if code in LANGUAGES else "zh"
    _translation = gettext.NullTranslations()
    if _language != "zh":
        _translation = gettext.translation("shuke", _LOCALE, [_language], fallback=True)


def language() -> str:
    return _language


def system_language() -> str:
    """The language of the operating system: English when it is English, else Chinese (spec 07)."""
    named = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    code = next((value for value in named if value), "")
    if not code and sys.platform in ("win32", "darwin"):
        code = locale.getlocale()[0] or ""
    return "en" if code.lower().startswith("en") else "zh"


def _(text: str) -> str:
    return _translation.gettext(text) if text else text


def pgettext(context: str, text: str) -> str:
    """For one Chinese word with two English meanings."""
    return _translation.pgettext(context, text)


def N_(text: str) -> str:
    """Mark a text for translation where it is only stored; translate it with _() where it is shown."""
    return text

"""The answer of a text that is a sum. A grammar, never an evaluation of code.

sum    = number operator number ["="] ["?"]        number = 1 to 4 decimal digits of any script
operator = + - * x X × / ÷ : and their look-alikes; spaces between the parts are allowed
"""

import re
import unicodedata

_SUM = re.compile(r"\s*(\d{1,4})\s*([-+*xX×/÷:−–х∗·])\s*(\d{1,4})\s*[=＝]?\s*[?？]?\s*")  # the second x is Cyrillic
_SIGN = {"−": "-", "–": "-", "x": "*", "X": "*", "×": "*", "х": "*", "∗": "*", "·": "*", "÷": "/", ":": "/"}


def answer(text: str) -> str | None:
    """The result in ASCII digits, or None: no sum, a division by zero, or one that leaves a remainder."""
    match = _SUM.fullmatch(text)
    if match is None:
        return None
    left, right = _number(match[1]), _number(match[3])
    sign = _SIGN.get(match[2], match[2])
    if sign == "+":
        return str(left + right)
    if sign == "-":
        return str(left - right)
    if sign == "*":
        return str(left * right)
    return str(left // right) if right and left % right == 0 else None


def _number(digits: str) -> int:
    return int("".join(str(unicodedata.decimal(digit)) for digit in digits))

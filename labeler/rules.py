"""What a label of this folder may look like: alphabet, length, case and a pattern of one's own.

A rule never forbids: it marks what is unusual while typing and asks once on Enter.
"""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from dataset.errors import UsageError

Case = Literal["", "lower", "upper"]


class Problem(NamedTuple):
    """One thing that breaks a rule. `positions`: offending characters, empty when it is the text as a whole."""

    kind: Literal["alphabet", "length", "case", "pattern"]
    positions: tuple[int, ...]
    detail: str


@dataclass(frozen=True, slots=True)
class Rules:
    """Empty fields do not judge. `shortest`, `longest`: length in characters, 0 means any."""

    alphabet: str = ""
    shortest: int = 0
    longest: int = 0
    case: Case = ""
    pattern: str = ""

    def problems(self, text: str, *, whole: bool = True) -> list[Problem]:
        """Every rule that `text` breaks, alphabet first; none for the empty text. A text that is still being
        written (not `whole`) is not judged by what may yet come: too short, or not the pattern."""
        if not text:
            return []
        found = []
        outside = tuple(i for i, c in enumerate(text) if self.alphabet and c not in self.alphabet)
        if outside:
            found.append(Problem("alphabet", outside, "".join(dict.fromkeys(text[i] for i in outside))))
        if self.case:
            cased = text.lower() if self.case == "lower" else text.upper()
            wrong = tuple(i for i, (a, b) in enumerate(zip(text, cased, strict=False)) if a != b)
            if wrong:
                found.append(Problem("case", wrong, self.case))
        if (whole and len(text) < self.shortest) or (self.longest and len(text) > self.longest):
            found.append(Problem("length", (), self.length_text()))
        if whole and self.pattern and not re.fullmatch(self.pattern, text):
            found.append(Problem("pattern", (), self.pattern))
        return found

    def length_text(self) -> str:
        """`5`, `4-6`, or empty when any length will do."""
        if not self.longest:
            return ""
        return str(self.longest) if self.shortest == self.longest else f"{self.shortest}-{self.longest}"


def parse_length(text: str) -> tuple[int, int]:
    """`5` -> (5, 5), `4-6` -> (4, 6). Raises UsageError for anything else."""
    match = re.fullmatch(r"\s*(\d{1,3})(?:\s*-\s*(\d{1,3}))?\s*", text)
    low = int(match[1]) if match else 0
    high = int(match[2] or match[1]) if match else 0
    if not 1 <= low <= high:
        raise UsageError(f"The length must be a number such as 5 or a range such as 4-6, not “{text}”.")
    return low, high


def check_pattern(text: str) -> str:
    """`text` when it is a regular expression, else UsageError with the reason."""
    try:
        re.compile(text)
    except re.error as error:
        raise UsageError(f"“{text}” is not a regular expression: {error}.") from None
    return text

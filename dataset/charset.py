"""The ordered alphabet of a recogniser: the one place that turns text into indices and back."""

import unicodedata
from collections.abc import Iterable, Iterator

from dataset.errors import LabelError

BLANK = 0
"""Index of the CTC blank; characters are 1 .. len(charset)."""


def normalise(text: str) -> str:
    """Unicode NFC: the form in which every label is stored and compared."""
    return unicodedata.normalize("NFC", text)


def runs_leftwards(texts: Iterable[str]) -> bool:
    """Whether most of the texts hold letters of a script that is written from right to left (Hebrew, Arabic...).

    By the bidirectional classes R and AL of Unicode Standard Annex 9; digits of any script run rightwards.
    """
    each = [any(unicodedata.bidirectional(character) in ("R", "AL") for character in text) for text in texts]
    return 2 * sum(each) > len(each)


class Charset:
    """An ordered alphabet of single code points. Immutable and hashable."""

    __slots__ = ("_index", "characters")

    def __init__(self, characters: str) -> None:
        """`characters` in their order, without repeats; raises LabelError otherwise."""
        self.characters: str = normalise(characters)
        self._index = {character: i for i, character in enumerate(self.characters, start=1)}
        if len(self._index) != len(self.characters):
            repeated = sorted({c for c in self.characters if self.characters.count(c) > 1})
            raise LabelError(f"the alphabet holds {''.join(repeated)!r} more than once; give each character once")

    @classmethod
    def from_labels(cls, labels: Iterable[str]) -> "Charset":
        """The characters that occur in the labels, sorted by code point."""
        return cls("".join(sorted({character for label in labels for character in normalise(label)})))

    def encode(self, text: str) -> list[int]:
        """Indices 1 .. len(self), one a character. Raises LabelError naming what is outside the alphabet."""
        text = normalise(text)
        try:
            return [self._index[character] for character in text]
        except KeyError:
            raise LabelError(f"{text!r} has characters outside the alphabet: {self.outside(text)!r}") from None

    def decode(self, indices: Iterable[int]) -> str:
        """Text of indices; blanks (0) are left out, repeats are kept (collapsing is the decoder's work)."""
        return "".join(self.characters[i - 1] for i in indices if i != BLANK)

    def outside(self, text: str) -> str:
        """The characters of `text` that are not in the alphabet, each once, in order of appearance."""
        return "".join(dict.fromkeys(c for c in normalise(text) if c not in self._index))

    def __contains__(self, character: object) -> bool:
        return character in self._index

    def __iter__(self) -> Iterator[str]:
        return iter(self.characters)

    def __len__(self) -> int:
        return len(self.characters)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Charset) and other.characters == self.characters

    def __hash__(self) -> int:
        return hash(self.characters)

    def __repr__(self) -> str:
        return f"Charset({self.characters!r})"

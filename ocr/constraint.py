"""What a text may look like, as a trie that the decoder walks during its search.

A template is a sequence of character classes, one a position: all five-character texts are one template, the sums
`53+6=?` another ([0-9] [0-9] [+] [0-9] [=] [?]). A constraint is a set of templates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dataset.charset import Charset

Template = tuple[str, ...]
"""One string of allowed characters for each position."""


@dataclass(frozen=True)
class Constraint:
    """Allowed texts over a charset, as a trie of templates.

    parent  (S,) int        parent[s] < s; node 0 is the root
    allowed (S, C + 1) bool  the characters that lead into node s; column 0 (blank) is always False
    accept  (S,) bool        whether a text may end at node s
    """

    parent: NDArray[np.intp]
    allowed: NDArray[np.bool_]
    accept: NDArray[np.bool_]
    children: tuple[tuple[int, ...], ...] = field(repr=False)

    @classmethod
    def from_templates(cls, templates: Iterable[Template], charset: Charset) -> "Constraint":
        """The trie of the templates; characters outside the charset are left out of their classes."""
        nodes: dict[tuple[int, str], int] = {}
        parents, classes, accept = [0], [""], [False]
        for template in templates:
            node = 0
            for characters in template:
                key = (node, characters)
                if key not in nodes:
                    nodes[key] = len(parents)
                    parents.append(node)
                    classes.append(characters)
                    accept.append(False)
                node = nodes[key]
            accept[node] = True
        allowed = np.zeros((len(parents), len(charset) + 1), dtype=bool)
        for node, characters in enumerate(classes):
            allowed[node, charset.encode("".join(c for c in characters if c in charset))] = True
        children = tuple(
            tuple(child for child in range(1, len(parents)) if parents[child] == node) for node in range(len(parents))
        )
        return cls(np.array(parents), allowed, np.array(accept), children)

    def accepts(self, indices: Sequence[int]) -> bool:
        """Whether a text, given as charset indices, fits one of the templates."""
        nodes: list[int] = [0]
        for index in indices:
            nodes = [child for node in nodes for child in self.children[node] if self.allowed[child, index]]
            if not nodes:
                return False
        return any(self.accept[node] for node in nodes)


def of_lengths(shortest: int, longest: int, characters: str) -> list[Template]:
    """Templates of any text of these characters with shortest..longest of them."""
    return [(characters,) * length for length in range(shortest, longest + 1)]


def shown_by(labels: Sequence[str], *, enough: int = 12) -> list[Template]:
    """The templates that the labels themselves show, or an empty list when they show none.

    Labels with signs (sums) give the shapes that occur, digits and letters each standing for their kind. Others
    give the range of their lengths, when at least `enough` labels stand behind it.
    """
    if len(labels) < enough:
        return []
    everything = "".join(sorted(set("".join(labels))))
    if any(not character.isalnum() for character in everything):
        shapes = sorted({tuple(_kind(character) for character in label) for label in labels})
        members = {kind: "".join(c for c in everything if _kind(c) == kind) for kind in set(map(_kind, everything))}
        return [tuple(members[kind] for kind in shape) for shape in shapes] if 4 * len(shapes) <= len(labels) else []
    lengths = [len(label) for label in labels]
    return of_lengths(min(lengths), max(lengths), everything)


def _kind(character: str) -> str:
    return "digit" if character.isdigit() else "letter" if character.isalpha() else character

"""What a text may look like, as a graph that the decoder walks during its search.

A template is a sequence of character classes, one a position: all five-character texts are one template, the sums
`53+6=?` another ([0-9] [0-9] [+] [0-9] [=] [?]). A constraint is a set of templates.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray

from dataset.charset import Charset

Template = tuple[str, ...]
"""One string of allowed characters for each position."""
_OFTEN = 4  # labels a shape, on average, from which shapes are believed
_MOST_SHAPES = 128  # of letters with and without marks: an artefact writes each down
_LETTER = "letter or digit"
_CHANCE, _UNSEEN = 2, 0.01  # shapes that may occur once: so many, or such a share of the labels


@dataclass(frozen=True)
class Constraint:
    """Allowed texts over a charset, as the smallest graph of nodes that a character each leads into.

    parents  of each node, all before it; node 0 is the root
    allowed  (S, C + 1) bool  the characters that lead into node s; column 0 (blank) is always False
    accept   (S,) bool        whether a text may end at node s
    children of each node
    """

    parents: tuple[tuple[int, ...], ...]
    allowed: NDArray[np.bool_]
    accept: NDArray[np.bool_]
    children: tuple[tuple[int, ...], ...] = field(repr=False)

    @classmethod
    def from_templates(cls, templates: Iterable[Template], charset: Charset) -> "Constraint":
        """The graph of the templates; characters outside the charset are left out of their classes.

        Beginnings and ends are shared, so that the search goes over few nodes: each template is put into a trie, then
        nodes from which the same texts go on become one (Daciuk et al., Computational Linguistics 26, 2000).
        """
        nodes: dict[tuple[int, str], int] = {}
        classes, accept = [""], [False]
        children: list[list[int]] = [[]]
        for template in templates:
            node = 0
            for characters in template:
                if (node, characters) not in nodes:
                    nodes[node, characters] = len(classes)
                    children[node].append(len(classes))
                    classes.append(characters)
                    accept.append(False)
                    children.append([])
                node = nodes[node, characters]
            accept[node] = True
        stands: dict[int, int] = {}  # the last of the nodes that a node is one with: it still comes before its children
        alike: dict[tuple[str, bool, tuple[int, ...]], int] = {}
        for node in reversed(range(len(classes))):
            same = classes[node], accept[node], tuple(sorted({stands[child] for child in children[node]}))
            stands[node] = alike.setdefault(same, node)
        kept = sorted(alike.values())
        place = {node: number for number, node in enumerate(kept)}
        follow = tuple(tuple(sorted({place[stands[child]] for child in children[node]})) for node in kept)
        allowed = np.zeros((len(kept), len(charset) + 1), dtype=bool)
        for number, node in enumerate(kept):
            allowed[number, charset.encode("".join(c for c in classes[node] if c in charset))] = True
        parents = tuple(tuple(p for p, own in enumerate(follow) if number in own) for number in range(len(kept)))
        return cls(parents, allowed, np.array([accept[node] for node in kept]), follow)

    def accepts(self, indices: Sequence[int]) -> bool:
        """Whether a text, given as charset indices, fits one of the templates."""
        nodes: list[int] = [0]
        for index in indices:
            nodes = self.after(nodes, index)
            if not nodes:
                return False
        return any(self.accept[node] for node in nodes)

    def after(self, nodes: Iterable[int], index: int) -> list[int]:
        """The nodes, each once, into which a character leads from any of these."""
        following = {child for node in nodes for child in self.children[node]}
        return sorted(child for child in following if self.allowed[child, index])


def of_lengths(shortest: int, longest: int, characters: str) -> list[Template]:
    """Templates of any text of these characters with shortest..longest of them."""
    return [(characters,) * length for length in range(shortest, longest + 1)]


def shown_by(
    labels: Sequence[str], characters: str | None = None, *, enough: int = 12, often: int = _OFTEN
) -> list[Template]:
    """The templates that the labels themselves show, or an empty list for fewer than `enough` labels.

    Labels with signs (sums) give the shapes that occur, digits, letters and marks each standing for their kind, where
    a shape occurs `often` times on average and few occur once. Labels with marks above or below their letters give as
    many letters as they have, each with marks as some letter has them. Others give the range of their lengths. The
    classes hold `characters`, or those of the labels.
    """
    if len(labels) < enough:
        return []
    everything = characters or "".join(sorted(set("".join(labels))))
    shapes = Counter(tuple(map(_kind, label)) for label in labels)
    kinds = {kind for shape in shapes for kind in shape}
    members = {kind: "".join(c for c in everything if _kind(c) == kind) for kind in kinds}
    if kinds - {"digit", "letter", "mark"}:
        if often * len(shapes) <= len(labels) and _all_seen(shapes):
            return [tuple(members[kind] for kind in shape) for shape in sorted(shapes)]
    elif "mark" in kinds and (marked := _marked(shapes)):
        members[_LETTER] = members.get("digit", "") + members.get("letter", "")
        return [tuple(members[kind] for kind in shape) for shape in marked]
    lengths = [len(label) for label in labels]
    return of_lengths(min(lengths), max(lengths), everything)


def _marked(shapes: Iterable[Template]) -> list[Template]:
    """Shapes of as many letters or digits as these have, each with marks as one has them here; none for too many."""
    clusters: set[Template] = set()
    counts: set[int] = set()
    for shape in shapes:
        starts = [place for place, kind in enumerate(shape) if kind != "mark"]
        ends = [*starts[1:], len(shape)]
        if starts[:1] != [0]:
            return []
        counts.add(len(starts))
        clusters |= {(_LETTER, *shape[start + 1 : end]) for start, end in zip(starts, ends, strict=True)}
    span = range(min(counts), max(counts) + 1)
    if sum(len(clusters) ** count for count in span) > _MOST_SHAPES:
        return []
    return [sum(chosen, ()) for count in span for chosen in product(sorted(clusters), repeat=count)]


def _all_seen(shapes: Counter[Template]) -> bool:
    """Whether hardly a text has a shape that no label has: their share is that of the labels whose shape occurs once
    (Good and Turing; Good, Biometrika 40, 1953). One or two of those are chance."""
    once = sum(1 for count in shapes.values() if count == 1)
    return once <= max(_CHANCE, _UNSEEN * shapes.total())


def _kind(character: str) -> str:
    if unicodedata.category(character).startswith("M"):
        return "mark"
    return "digit" if character.isdigit() else "letter" if character.isalpha() else character

"""Which characters were taken for which: true and read texts laid side by side."""

from collections import Counter
from collections.abc import Iterable

Pair = tuple[str, str]
"""A true character and what was read in its place; "" where one of them has none."""


def aligned(true: str, read: str) -> list[Pair]:
    """The characters of two texts as pairs, with the fewest edits; substitutions before gaps."""
    costs = [list(range(len(read) + 1))]
    for i, left in enumerate(true, start=1):
        row = [i]
        for j, right in enumerate(read, start=1):
            row.append(min(costs[-1][j - 1] + (left != right), costs[-1][j] + 1, row[-1] + 1))
        costs.append(row)
    i, j, pairs = len(true), len(read), list[Pair]()
    while i or j:
        if i and j and costs[i][j] == costs[i - 1][j - 1] + (true[i - 1] != read[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((true[i], read[j]))
        elif i and costs[i][j] == costs[i - 1][j] + 1:
            i -= 1
            pairs.append((true[i], ""))
        else:
            j -= 1
            pairs.append(("", read[j]))
    return pairs[::-1]


def counted(texts: Iterable[Pair]) -> Counter[Pair]:
    """How often each pair of characters occurs, equal ones too; `texts` are (true, read)."""
    return Counter(pair for true, read in texts for pair in aligned(true, read))


def mistaken(counts: Counter[Pair]) -> list[tuple[Pair, int]]:
    """The unequal pairs, the commonest first."""
    return [(pair, count) for pair, count in counts.most_common() if pair[0] != pair[1]]

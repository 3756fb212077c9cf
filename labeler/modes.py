"""What is shown, in which order, and what Enter makes of it: the modes and filters of the window as data."""

from dataclasses import replace
from typing import NamedTuple

from dataset.sample import CONFIRMED, Order, Query
from labeler.i18n import N_
from labeler.session import WORKABLE


class Choice(NamedTuple):
    """One entry of a list to choose from."""

    name: str
    title: str


class Mode(NamedTuple):
    """One way of working. `shows`: the filter it begins with; `order` likewise; `confirms`: the status that Enter
    gives; `steps`: Enter goes to the next in the list, not to the next without a decision; `grid`: many at once."""

    name: str
    title: str
    shows: str = "all"
    order: Order = "id"
    confirms: str = "labelled"
    steps: bool = False
    grid: bool = False


MODES = {
    mode.name: mode
    for mode in (
        Mode("single", N_("One by one")),
        Mode("page", N_("Pages"), "todo", "-confidence", grid=True),
        Mode("review", N_("Review"), "labelled", confirms="reviewed", steps=True),
        Mode("suspects", N_("Suspects"), "suspects", "-confidence", confirms="reviewed", steps=True),
    )
}

_FILTERS = {
    "all": Query(statuses=WORKABLE),
    "todo": Query(statuses=("new",)),
    "labelled": Query(statuses=("labelled",)),
    "reviewed": Query(statuses=("reviewed",)),
    "skipped": Query(statuses=("skipped",)),
    "unreadable": Query(statuses=("unreadable",)),
    "suspects": Query(statuses=CONFIRMED, disagreement=True),
    "doubtful": Query(statuses=("new",), max_confidence=0.7),
    "sure": Query(statuses=("new",), min_confidence=0.95),
    "duplicates": Query(statuses=("duplicate",)),
    "rejected": Query(statuses=("rejected",)),
}
SHOWS = (
    Choice("all", N_("All pictures")),
    Choice("todo", N_("Without a label")),
    Choice("labelled", N_("Labelled")),
    Choice("reviewed", N_("Reviewed")),
    Choice("skipped", N_("Skipped")),
    Choice("unreadable", N_("Unreadable")),
    Choice("suspects", N_("Label and model disagree")),
    Choice("doubtful", N_("The model is in doubt")),
    Choice("sure", N_("The model is sure")),
    Choice("duplicates", N_("Second copies")),
    Choice("rejected", N_("Rejected files")),
)
ORDERS = (
    Choice("id", N_("As they came")),
    Choice("name", N_("By name")),
    Choice("confidence", N_("Least certain first")),
    Choice("-confidence", N_("Most certain first")),
    Choice("time", N_("Latest label first")),
)
_ORDERS: dict[str, Order] = {
    "id": "id", "name": "name", "confidence": "confidence", "-confidence": "-confidence", "time": "time",
}  # fmt: skip


class Selection(NamedTuple):
    """What a person chose to see. `kind`: a type of the dataset, "" for all; `text`: looked for in labels and
    readings."""

    show: str = "all"
    order: str = "id"
    kind: str = ""
    text: str = ""

    def query(self) -> Query:
        """The same as the store understands it; what does not exist counts as everything."""
        return replace(
            _FILTERS.get(self.show, _FILTERS["all"]), order=_ORDERS.get(self.order, "id"),
            types=(self.kind,) if self.kind else (), text=self.text or None,
        )  # fmt: skip

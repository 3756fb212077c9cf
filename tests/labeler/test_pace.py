from labeler.pace import Pace


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_speed_over_the_last_labels_without_pauses() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert pace.per_minute is None and pace.seconds_left(10) is None
    for _label in range(10):
        clock.now += 2
        pace.labelled()
    clock.now += 3600
    pace.labelled()
    assert pace.per_minute == 30
    assert pace.seconds_left(15) == 30


def test_acceptance_counts_only_where_something_was_proposed() -> None:
    pace = Pace()
    assert pace.acceptance is None
    pace.labelled(text="ab")
    pace.labelled(proposal="ab", text="ab")
    pace.labelled(proposal="ab", text="ac")
    assert pace.acceptance == 0.5 and pace.labels == 3

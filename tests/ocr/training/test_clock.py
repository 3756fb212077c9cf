import signal
import threading
from collections.abc import Iterator

import pytest

from ocr.training.clock import Clock


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    """Ctrl-C as Python treats it, whatever the test runner does with it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_the_budget_runs_out_and_no_further() -> None:
    clock = Clock(0.0)
    assert clock.left() == 0.0
    assert Clock(1e6).left() > 9e5
    assert clock.spent() >= 0.0


def test_ctrl_c_is_taken_and_the_work_ends_as_it_would() -> None:
    clock, done = Clock(1.0), []
    with clock.taking_ctrl_c():
        assert not clock.stopped
        signal.raise_signal(signal.SIGINT)
        done.append("all")
    assert clock.stopped and done == ["all"]
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_pressed_again_it_interrupts() -> None:
    clock = Clock(1.0)
    with pytest.raises(KeyboardInterrupt), clock.taking_ctrl_c():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
    assert clock.stopped


def test_a_program_that_treats_ctrl_c_in_its_own_way_goes_on_to() -> None:
    taken: list[int] = []
    signal.signal(signal.SIGINT, lambda number, frame: taken.append(number))
    clock = Clock(1.0)
    with clock.taking_ctrl_c():
        signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)
    assert (clock.stopped, taken) == (False, [signal.SIGINT] * 2)


def test_in_a_thread_nothing_changes() -> None:
    before, inside = signal.getsignal(signal.SIGINT), []

    def work() -> None:
        with Clock(1.0).taking_ctrl_c():
            inside.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert inside == [before]

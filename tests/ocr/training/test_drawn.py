"""The pictures for pre-training are readable in form, varied, and the same for the same seed."""

from dataset.synth import fonts
from ocr.training.drawn import CHARACTERS, Drawer


def test_the_same_seed_draws_the_same_and_texts_stay_inside_the_alphabet() -> None:
    first, again, other = (Drawer(seed).draw() for seed in (1, 1, 2))
    assert first[0] == again[0] and first[1].tobytes() == again[1].tobytes()
    assert first[0] != other[0] or first[1].tobytes() != other[1].tobytes()
    drawer = Drawer(3)
    pairs = [drawer.draw() for _ in range(150)]
    assert {picture.mode for _, picture in pairs} == {"RGB"}
    assert set("".join(text for text, _ in pairs)) <= set(CHARACTERS)
    assert all(3 <= len(text) <= 8 and picture.width >= 16 and picture.height >= 10 for text, picture in pairs)
    assert len({picture.size for _, picture in pairs}) > 100
    shown = [max(high - low for low, high in picture.getextrema()) for _, picture in pairs]  # type: ignore[misc]
    assert sum(spread > 20 for spread in shown) > 0.9 * len(shown)


def test_further_font_files_are_used_where_they_have_the_text() -> None:
    face = str(fonts.font_path("DejaVuSans"))
    texts = [Drawer(seed, [face]).draw()[0] for seed in range(30)]
    assert len(set(texts)) > 20

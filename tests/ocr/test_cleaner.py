import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from PIL import Image

from dataset.errors import UsageError
from ocr import cleaner as module
from ocr import cli
from ocr.artefact import CLEANER_KEY
from ocr.cleaner import Cleaner, CleanerCard
from ocr.errors import ArtefactError, OcrError
from ocr.recognizer import Recognizer
from tests.ocr.conftest import TrainedOnce
from tests.ocr.pairs import draw_pair, draw_pairs
from tests.support import one_sentence, python

Made = Callable[..., Path]
CARD = CleanerCard(1, 1, 16, 80, "1.0", "2026-01-01T00:00:00+00:00")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Cleaners with weights as they come: files of (channels_in, channels_out)."""
    from ocr.training import backend

    backend.prepare()
    import keras

    from ocr.training import cleaner_export, cleaner_network

    place = tmp_path_factory.mktemp("cleaners")

    def of(channels_in: int = 1, channels_out: int = 1) -> Path:
        path = place / f"{channels_in}{channels_out}.onnx"
        if not path.exists():
            keras.utils.set_random_seed(1)
            model = cleaner_network.build(channels_in, channels_out)
            last = next(layer for layer in model.layers if layer.name == cleaner_network.CHANGE)
            kernel, bias = last.get_weights()
            last.set_weights([kernel * 100, bias])  # loud enough that a seam would show
            card = CleanerCard(channels_in, channels_out, 16, cleaner_network.REACH, "1.0", "2026-01-01")
            path.write_bytes(cleaner_export.artefact_bytes(model, card))
        return path

    return of


def picture(size: tuple[int, int], mode: str = "L", seed: int = 0) -> Image.Image:
    rng = np.random.default_rng(seed)
    cells = rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    return Image.fromarray(cells).convert(mode)


@pytest.mark.parametrize("size", [(2, 2), (16, 16), (33, 17), (540, 258), (1, 90)])
@pytest.mark.parametrize(("channels", "mode", "expected"), [
    ((1, 1), "L", "L"), ((1, 1), "RGB", "RGB"), ((1, 1), "RGBA", "RGB"),
    ((3, 1), "L", "L"), ((3, 1), "RGB", "L"), ((3, 3), "RGB", "RGB"), ((3, 3), "L", "RGB"),
])  # fmt: skip
def test_any_size_and_colour(
    made: Made, size: tuple[int, int], channels: tuple[int, int], mode: str, expected: str
) -> None:
    cleaned = Cleaner.load(made(*channels)).clean(picture(size, mode))
    assert cleaned.size == size
    assert cleaned.mode == expected


def test_tiles_have_no_seams(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    cleaner, page = Cleaner.load(made()), picture((410, 330))
    whole = np.asarray(cleaner.clean(page)).astype(int)
    assert whole.std() > 10
    monkeypatch.setattr(module, "_TILE", 128)
    tiled = np.asarray(cleaner.clean(page)).astype(int)
    assert np.abs(whole - tiled).max() <= 1
    narrow = Cleaner.load(made())
    object.__setattr__(narrow.card, "reach", 0)
    assert np.abs(np.asarray(narrow.clean(page)).astype(int) - whole).max() > 1  # the test would see a seam


def test_a_page_of_four_megapixels(made: Made) -> None:
    assert Cleaner.load(made()).clean(picture((2300, 1800))).size == (2300, 1800)


def test_grey_cleaners_clean_colours_one_by_one(made: Made) -> None:
    cleaner, coloured = Cleaner.load(made()), picture((40, 30), "RGB")
    cleaned = cleaner.clean(coloured)
    for before, after in zip(coloured.split(), cleaned.split(), strict=True):
        assert cleaner.clean(before).tobytes() == after.tobytes()


def test_no_training_library_is_loaded(made: Made) -> None:
    code = f"""
import sys
from PIL import Image
from ocr.cleaner import Cleaner
Cleaner.load({str(made())!r}).clean(Image.new("L", (50, 40), 200))
assert not {{"keras", "tensorflow", "onnx"}} & set(sys.modules)
"""
    done = python("-c", code)
    assert done.returncode == 0, done.stderr


def with_card(source: Path, place: Path, text: str) -> Path:
    model = onnx.load(source)
    for prop in model.metadata_props:
        if prop.key == CLEANER_KEY:
            prop.value = text
    onnx.save(model, place)
    return place


def test_a_card_survives_its_json() -> None:
    assert CleanerCard.from_json(CARD.to_json()) == CARD


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"format": 99}, r"c\.onnx: was made by a newer version .* update"),
        ({"format": "x"}, r"c\.onnx: is damaged"),
        ({"channels_in": 2}, r"c\.onnx: is damaged"),
        ({"channels_in": 3}, r"c\.onnx: is damaged: its network"),
        ({"multiple": 0}, r"c\.onnx: is damaged"),
        ({"multiple": "x"}, r"c\.onnx: is damaged"),
        ({"odd": 1}, r"c\.onnx: is damaged"),
    ],
)
def test_newer_and_damaged_cards(made: Made, tmp_path: Path, changes: dict[str, object], sentence: str) -> None:
    text = json.dumps(json.loads(CARD.to_json()) | changes)
    with pytest.raises(ArtefactError, match=sentence):
        Cleaner.load(with_card(made(), tmp_path / "c.onnx", text))


def test_truncated_and_foreign_files(made: Made, tmp_path: Path) -> None:
    data = made().read_bytes()
    for size in (0, 100, len(data) // 2, len(data) - 1):
        cut = tmp_path / f"cut{size}.onnx"
        cut.write_bytes(data[:size])
        with pytest.raises(ArtefactError, match=f"cut{size}.onnx"):
            Cleaner.load(cut)
    with pytest.raises(ArtefactError, match=r"none\.onnx: cannot be read"):
        Cleaner.load(tmp_path / "none.onnx")
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    after = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", [value], [after])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), tmp_path / "o.onnx")
    with pytest.raises(ArtefactError, match="another program"):
        Cleaner.load(tmp_path / "o.onnx")


def test_a_recogniser_is_no_cleaner_nor_the_other_way(made: Made, trained: TrainedOnce) -> None:
    with pytest.raises(ArtefactError, match="is a recogniser, not a cleaner"):
        Cleaner.load(trained.model)
    with pytest.raises(ArtefactError, match="is a cleaner, not a recogniser"):
        Recognizer.load(made())


def test_clean_command(made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    (source / "deep").mkdir(parents=True)
    draw_pair("12", 1)[0].save(source / "a.png")
    draw_pair("34", 2)[0].save(source / "a.jpg")
    draw_pair("56", 3)[0].save(source / "deep" / "b.bmp")
    (source / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    assert cli.main(["clean", str(made()), str(source), "--out", str(out), "--json"]) == 0
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    assert (told["cleaned"], told["skipped"]) == (3, 1)
    assert "broken.png" in captured.err
    names = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    assert names == ["a.jpg.png", "a.png", "deep/b.png"] or names == ["a.png", "a.png.png", "deep/b.png"]
    for name in names:
        with Image.open(out / name) as cleaned:
            assert cleaned.format == "PNG"
            assert cleaned.size == (96, 48)


def test_clean_never_replaces_what_it_reads(made: Made, tmp_path: Path) -> None:
    draw_pair("12", 1)[0].save(tmp_path / "a.png")
    before = (tmp_path / "a.png").read_bytes()
    with pytest.raises(UsageError, match=r"a\.png: would take the place"):
        cli.main(["clean", str(made()), str(tmp_path), "--out", str(tmp_path)])
    assert (tmp_path / "a.png").read_bytes() == before


def test_nothing_could_be_cleaned(made: Made, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    assert cli.main(["clean", str(made()), str(tmp_path / "a.png"), "--out", str(tmp_path / "out")]) == 1


@pytest.mark.parametrize("command", [
    ["clean", "nosuch", "in.png", "--out", "out"], ["evaluate-cleaner", "nosuch", "pairs"],
])  # fmt: skip
def test_a_cleaner_that_is_not_there(command: list[str]) -> None:
    with pytest.raises(UsageError, match=r"nosuch: there is no such cleaner; give .* captcha, pages"):
        cli.main(command)


@pytest.mark.parametrize("seed", ["-1", "4294967296", "x", "1.5"])
def test_seeds_out_of_range_are_wrong_use(seed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["train-cleaner", "pairs", "--out", "c.onnx", "--seed", seed])
    assert stopped.value.code == 2
    assert one_sentence(capsys.readouterr().err)


def test_an_empty_name_is_wrong_use(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["clean", str(made()), "in.png", "--out", ""])
    assert stopped.value.code == 2
    assert one_sentence(capsys.readouterr().err)


def test_pairs_without_labels_are_told_before_anything_is_cleaned(
    made: Made, trained: TrainedOnce, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = draw_pairs(tmp_path / "pairs", pages=3, stains=1)
    (pairs / "labels.csv").unlink()
    monkeypatch.setattr(Cleaner, "clean", lambda *_: pytest.fail("cleaned in vain"))
    with pytest.raises(OcrError, match="no pair has a label"):
        cli.main(["evaluate-cleaner", str(made()), str(pairs), "--model", str(trained.model)])


def test_evaluate_command_reads_before_and_after(
    made: Made, trained: TrainedOnce, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = draw_pairs(tmp_path / "pairs", pages=3, stains=1)
    command = ["evaluate-cleaner", str(made()), str(pairs), "--model", str(trained.model), "--json"]
    assert cli.main(command) == 0
    lines = capsys.readouterr().out.splitlines()
    told = json.loads(lines[0])
    assert len(lines) == 1
    assert (told["n"], told["labelled"], told["skipped"]) == (3, 3, 0)
    assert {"rmse", "rmse_mean", "psnr", "ssim", "cer"} <= set(told) & set(told["before"])

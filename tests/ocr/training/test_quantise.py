import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image

from dataset.folder import read_folder
from ocr.artefact import CARD_KEY, INPUT_NAME, WEIGHTS_KEY, session_of
from ocr.errors import ArtefactError
from ocr.preprocess import InputSpec
from ocr.recognizer import Recognizer
from ocr.training import architectures, backend, data, export, quantise
from ocr.training.convert import convert
from ocr.training.graph import to_onnx
from ocr.training.options import Options
from ocr.training.session import train
from tests.ocr.conftest import TrainedOnce
from tests.ocr.drawn import clean, draw_folder

WEIGHTED = ("Conv", "Gemm", "MatMul")


@pytest.fixture
def samples(trained: TrainedOnce) -> list[data.Labelled]:
    return data.load(trained.folder).samples


@pytest.fixture
def light(trained: TrainedOnce, samples: list[data.Labelled]) -> bytes:
    """The trained artefact in eight bits, with training weights, whether or not it is so by itself."""
    content = trained.model.read_bytes()
    made = (
        content
        if quantise.is_quantised(onnx.load_from_string(content))
        else quantise.lighter(content, samples, [], print)
    )
    assert made is not None
    return made


def read(content: bytes, paths: Sequence[Path]) -> list[str]:
    return [found.text for found in Recognizer.from_bytes(content).read(paths)]


def test_a_lighter_artefact_is_smaller_and_reads_what_the_other_does(
    trained: TrainedOnce, samples: list[data.Labelled]
) -> None:
    content = trained.float32.read_bytes()
    light = quantise.lighter(content, samples, [], pytest.fail)
    assert light is not None
    assert len(light) < 0.4 * len(content)
    paths = [item.path for item in read_folder(trained.fresh)]
    same = [a == b for a, b in zip(read(content, paths), read(light, paths), strict=True)]
    assert np.mean(same) >= 0.9
    assert Recognizer.from_bytes(content).card.precision == "float32"
    assert Recognizer.from_bytes(light).card.precision == "int8"


@pytest.mark.parametrize("compared", [False, True])
def test_none_where_a_picture_would_be_lost(
    trained: TrainedOnce, samples: list[data.Labelled], monkeypatch: pytest.MonkeyPatch, compared: bool
) -> None:
    """The ranges of pictures of a thousandth of the contrast leave no room for what the others show."""
    content = trained.float32.read_bytes()
    spec = Recognizer.from_bytes(content).card.input
    flat = np.full((spec.height, spec.width or 80, spec.channels), 1e-3, dtype=np.float32)
    monkeypatch.setattr(quantise, "ranges_from", lambda samples, card: [flat])
    told: list[str] = []
    assert (quantise.lighter(content, samples, samples if compared else [], told.append) is None) == compared
    assert [("of 120 pictures: it keeps 32" in sentence) for sentence in told] == [True] * compared


def test_ranges_come_from_all_types_where_they_stand_one_after_the_other(
    trained: TrainedOnce, samples: list[data.Labelled]
) -> None:
    dark, bright = (Image.new("L", (80, 40), shade) for shade in (0, 255))
    bright.putpixel((3, 3), 0)
    two = [replace(samples[0], image=dark)] * 500 + [replace(samples[0], image=bright)] * 500
    arrays = quantise.ranges_from(two, Recognizer.load(trained.model).card)
    assert len(arrays) == 100
    assert [bool(array.any()) for array in arrays] == [False] * 50 + [True] * 50


@pytest.mark.parametrize("types", [1, 2])
@pytest.mark.parametrize("spec", [InputSpec(40, 160, 1), InputSpec(40, None, 3)], ids=["fixed, grey", "any width, RGB"])
@pytest.mark.parametrize("architecture", architectures.NAMES)
def test_every_form_of_network_computes_nearly_the_same(architecture: str, spec: InputSpec, types: int) -> None:
    backend.prepare()
    import keras

    keras.utils.set_random_seed(0)
    made = to_onnx(architectures.find(architecture).build(spec, 5, types), 1.0)
    rng = np.random.default_rng(0)
    pictures = rng.normal(size=(8, spec.height, 160, spec.channels)).astype(np.float32)
    light = quantise.quantised(made, pictures)
    before, after = (
        session_of(model.SerializeToString(), 1, "it").run(None, {INPUT_NAME: pictures}) for model in (made, light)
    )
    assert len(before) == types
    for expected, found in zip(before, after, strict=True):
        assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.99
        assert np.abs(np.exp(found) - np.exp(expected)).max() < 0.02


def test_the_layers_at_both_ends_keep_32_bits() -> None:
    backend.prepare()
    spec = InputSpec(40, 160, 1)
    made = to_onnx(architectures.find("small").build(spec, 5, 2), 1.0)
    light = quantise.quantised(made, [np.zeros((40, 160, 1), dtype=np.float32)]).graph
    from_eight_bits = {name for node in light.node if node.op_type == "DequantizeLinear" for name in node.output}
    kept = [n for n in light.node if n.op_type in WEIGHTED and n.input[1] not in from_eight_bits]
    assert len(kept) == 3  # the first convolution, the characters, the types
    assert len([n for n in light.node if n.op_type in WEIGHTED]) > 6


def test_what_an_artefact_says_of_itself_stays(
    trained: TrainedOnce, samples: list[data.Labelled], light: bytes
) -> None:
    before, after = (export.properties(onnx.load_from_string(made)) for made in (trained.model.read_bytes(), light))
    assert after.keys() == before.keys() == {CARD_KEY, WEIGHTS_KEY}
    assert after[WEIGHTS_KEY] == before[WEIGHTS_KEY]
    found = Recognizer.from_bytes(light).card
    assert found == replace(Recognizer.load(trained.model).card, precision="int8")


def test_without_room_for_temporary_files_it_keeps_32_bits(
    trained: TrainedOnce, samples: list[data.Labelled], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    told: list[str] = []
    assert quantise.lighter(trained.float32.read_bytes(), samples, samples, told.append) is None
    assert len(told) == 1
    assert told[0].startswith("the network cannot be put into 8 bits (")
    assert told[0].endswith("): it keeps 32")


@pytest.mark.parametrize(
    ("telling", "wanted", "precision"), [(1, True, "int8"), (100, True, "float32"), (1, False, "float32")]
)
def test_a_training_chooses_it_where_it_may_and_enough_pictures_are_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, telling: int, wanted: bool, precision: str
) -> None:
    monkeypatch.setattr(quantise, "TELLING", telling)
    out = tmp_path / "m.onnx"
    done = train(draw_folder(tmp_path / "d", 40, seed=5, painter=clean), out, Options(epochs=12, int8=wanted))
    assert done.card.precision == Recognizer.load(out).card.precision == precision
    assert quantise.is_quantised(onnx.load(out)) == (precision == "int8")
    assert any("8 bits lose no picture" in sentence for sentence in done.told) == (precision == "int8")


def test_float32_is_made_from_the_training_weights(trained: TrainedOnce, light: bytes, tmp_path: Path) -> None:
    (tmp_path / "light.onnx").write_bytes(light)
    convert(tmp_path / "light.onnx", tmp_path / "float32.onnx", "float32")
    assert not quantise.is_quantised(onnx.load(tmp_path / "float32.onnx"))
    again = Recognizer.load(tmp_path / "float32.onnx")
    assert again.card.precision == "float32"
    pictures = [sample.image for sample in data.load(trained.fresh).samples]
    before = Recognizer.load(trained.float32).read(pictures)
    for expected, found in zip(before, again.read(pictures), strict=True):
        assert (found.text, found.confidence) == (expected.text, pytest.approx(expected.confidence, abs=0.02))


def test_int8_of_an_artefact_that_has_it_needs_no_pictures(light: bytes, tmp_path: Path) -> None:
    (tmp_path / "light.onnx").write_bytes(light)
    told = convert(tmp_path / "light.onnx", tmp_path / "int8.onnx", "int8")
    assert told.size == (tmp_path / "int8.onnx").stat().st_size < 0.5 * len(light)
    with pytest.raises(ArtefactError, match=r"int8.onnx: holds no training weights, from which float32 is made"):
        convert(tmp_path / "int8.onnx", tmp_path / "x.onnx", "float32")
    assert not (tmp_path / "x.onnx").exists()

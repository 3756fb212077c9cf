"""What an artefact (model.onnx) says about itself, in its metadata properties.

    captcha_toolkit     one JSON object: `Card`
    training_weights    the unfused weights as float16, for a later training (see `ocr.training.weights`)
    recogniser 0, 1...  where types have recognisers of their own: the artefact of the type at this position, as base 85

Reading needs no more than an ONNX Runtime session; writing lies in `ocr.training.export`.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import onnxruntime

from dataset.charset import Charset
from dataset.errors import LabelError
from ocr.constraint import Template
from ocr.errors import ArtefactError
from ocr.preprocess import InputSpec

FORMAT = 6
CARD_KEY = "captcha_toolkit"
CLEANER_KEY = "captcha_toolkit_cleaner"
WEIGHTS_KEY = "training_weights"
RECOGNISER_KEY = "recogniser "
INPUT_NAME = "pictures"
TEXT_OUTPUT = "log_probs"
TYPE_OUTPUT = "type_log_probs"
_Made = TypeVar("_Made")


@dataclass(frozen=True)
class TypeCard:
    """One kind of captcha: its name and what its labels show. No templates: any text."""

    name: str | None
    charset: str
    templates: tuple[Template, ...] = ()

    @classmethod
    def read(cls, values: dict[str, Any], known: Charset) -> "TypeCard":
        """From parsed JSON; raises LabelError or another error of wrong values where these are none of a type."""
        card = cls(values["name"], values["charset"], tuple(tuple(t) for t in values["templates"]))
        for characters in (card.charset, *(place for template in card.templates for place in template)):
            known.encode(characters)
        return card


@dataclass(frozen=True)
class Card:
    """Everything an artefact knows about itself besides its weights.

    `temperature` has already been divided into the network's outputs; it is kept for the record. `created` is ISO 8601
    in UTC; `version` the toolkit's; `metrics` come from pictures that the reported network had not seen, `refitted`
    says that it went on to learn from those too. `precision` is that of most weights: float32 or int8.
    """

    charset: str
    input: InputSpec
    types: tuple[TypeCard, ...]
    architecture: str
    version: str
    created: str
    format: int = FORMAT
    temperature: float = 1.0
    refitted: bool = False
    precision: str = "float32"
    training: dict[str, Any] = field(default_factory=dict)
    dataset: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """The text stored in the file."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Card":
        """Inverse of `to_json`; raises ArtefactError (without a file name) when it is not ours or too new."""
        return parsed(text, FORMAT, cls._of)

    @classmethod
    def _of(cls, values: dict[str, Any]) -> "Card":
        values["input"] = InputSpec.from_dict(values["input"])
        if values["format"] < 3 and values["input"].unmixed:  # of all pictures, whether their text hid or not
            raise ArtefactError(
                "was made by an older version of the toolkit, which saw colours otherwise; train it again"
            )
        known = Charset(values["charset"])
        values["types"] = tuple(TypeCard.read(kind, known) for kind in values["types"])
        return cls(**values)


def parsed(text: str, newest: int, make: Callable[[dict[str, Any]], _Made]) -> _Made:
    """What `make` makes of the JSON object that a file holds about itself, in a format up to `newest`.

    Raises ArtefactError (without a file name) when the text is not ours or too new.
    """
    try:
        values = json.loads(text)
        if int(values["format"]) > newest:
            raise ArtefactError(
                f"was made by a newer version of the toolkit (format {values['format']}, this one reads up to "
                f"{newest}); update the toolkit"
            )
        made = make(values)
        _check_types(made)
        return made
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, LabelError) as error:
        raise ArtefactError("is damaged: its description cannot be read; train it again") from error


def _check_types(made: object) -> None:
    """Raises TypeError where a field of a dataclass, or of one in it, holds another type than its annotation says."""
    if not is_dataclass(made):
        return
    for name, hint in get_type_hints(type(made)).items():
        value = getattr(made, name)
        allowed = [get_origin(kind) or kind for kind in (get_args(hint) if isinstance(hint, UnionType) else (hint,))]
        if type(value) not in allowed and not (type(value) is int and float in allowed):
            raise TypeError(f"{name} is {value!r}")
        for inner in value if isinstance(value, tuple) else (value,):
            _check_types(inner)


def open_session(path: Path, threads: int = 1) -> onnxruntime.InferenceSession:
    """An ONNX Runtime session on a file. Raises ArtefactError with a sentence that names it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ArtefactError(f"{path}: cannot be read ({error.strerror or error}); give a model.onnx file") from error
    return session_of(data, threads, str(path))


def session_of(data: bytes, threads: int, name: str) -> onnxruntime.InferenceSession:
    """An ONNX Runtime session on the bytes of an artefact; `name` is for the error sentence."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's exceptions share no public base class
        raise ArtefactError(f"{name}: is no ONNX model, or a damaged one; train or copy it again") from error


def card_of(session: onnxruntime.InferenceSession, name: str) -> Card:
    """The card of a session. Raises ArtefactError for another program's model and for a newer format."""
    found = session.get_modelmeta().custom_metadata_map
    text = found.get(CARD_KEY)
    if CLEANER_KEY in found:
        raise ArtefactError(f"{name}: is a cleaner, not a recogniser; give one that `ocr train` made")
    if text is None:
        raise ArtefactError(f"{name}: is an ONNX model of another program; give one that `ocr train` made")
    try:
        card = Card.from_json(text)
    except ArtefactError as error:
        raise ArtefactError(f"{name}: {error}") from error
    if not _fits(session, card):
        raise ArtefactError(f"{name}: is damaged: its network is not the one that it describes; train it again")
    return card


def _fits(session: onnxruntime.InferenceSession, card: Card) -> bool:
    """Whether the network takes and gives what the card says."""
    kinds, spec = len(card.types), card.input
    shapes = {node.name: node.shape for node in (*session.get_inputs(), *session.get_outputs())}
    _, *taken = shapes.get(INPUT_NAME, [None])
    _, *told = shapes.get(TYPE_OUTPUT, [None])
    classes = shapes.get(TEXT_OUTPUT, [None])[-1]
    if len(taken) == 3 and isinstance(taken[1], str):  # the name of a width that may be any
        taken[1] = spec.width
    return (
        taken == [spec.height, spec.width, spec.channels]
        and classes == len(card.charset) + 1
        and (kinds == 1 or (kinds > 1 and told == [kinds]))
    )


def recognisers_of(session: onnxruntime.InferenceSession, name: str) -> dict[int, bytes]:
    """The artefacts of types that have one of their own, by the position of the type. Raises ArtefactError."""
    found = session.get_modelmeta().custom_metadata_map
    try:
        return {
            int(key.removeprefix(RECOGNISER_KEY)): base64.b85decode(text)
            for key, text in found.items()
            if key.startswith(RECOGNISER_KEY)
        }
    except ValueError as error:
        raise ArtefactError(f"{name}: the recogniser of a type in it is damaged; train it again") from error

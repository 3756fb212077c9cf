"""What a user may set of a training."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """What a user may set. `seconds` are CPU seconds of the whole training; `epochs` (passes over the training part)
    replace them and make the result repeatable. No `architecture`: that of the artefact to go on from,
    else `small`, and a larger one where that reads too little. `find_types` looks for kinds of pictures where none are
    named."""

    seconds: float = 300.0
    epochs: float | None = None
    seed: int = 0
    architecture: str | None = None
    charset: str | None = None
    any_length: bool = False
    find_types: bool = False
    refit: bool = True
    backbone: bool = True
    self_training: bool = True
    paste: bool = True
    augmentation: bool = True
    int8: bool = True

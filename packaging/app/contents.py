"""What goes into the packaged app, and what stays out although the app's libraries could use it."""

import sys
from importlib.metadata import packages_distributions
from pathlib import Path, PurePosixPath

# Only these distributions are packed, whatever else is installed where the app is built.
DISTRIBUTIONS = ("numpy", "onnxruntime", "pillow", "platformdirs", "tkinterdnd2", "tqdm")
OWN = "captcha-toolkit"
PACKAGES = ("dataset", "ocr", "labeler")
# Found by name at run time only. Without this one the app dies at the first picture.
_HIDDEN = ("PIL._tkinter_finder",)

_OWN_UNUSED = ("api_stub", "scraper", "ocr.training", "dataset.synth")
_OWN_USED = ("ocr/training/backbone.onnx",)  # the window's first readings, and where its trainings begin
_STANDARD_UNUSED = (
    "_hashlib", "_ssl", "ssl",  # OpenSSL: nothing here speaks to a network, and sha256 is built in
    "readline", "curses", "pydoc", "unittest", "asyncio", "multiprocessing",
)  # fmt: skip
_LIBRARY_UNUSED = (
    "PIL.AvifImagePlugin", "PIL._avif", "PIL._imagingcms", "PIL._imagingft", "PIL._imagingmath",
    "numpy.f2py", "numpy.testing", "numpy.random", "numpy._core._simd", "numpy._core._multiarray_tests",
    "numpy._core._operand_flag_tests", "numpy._core._rational_tests", "numpy._core._struct_ufunc_tests",
    "numpy._core._umath_tests", "onnxruntime.quantization", "onnxruntime.transformers", "onnxruntime.tools",
    "onnxruntime.backend", "onnxruntime.datasets",
)  # fmt: skip
_FOLDERS_UNUSED = (
    "_tcl_data/http1.0", "_tcl_data/opt0.4", "_tcl_data/tcl8", "_tcl_data/tzdata", "_tk_data/demos",
    "onnxruntime/datasets", "numpy/random", "numpy/tests",
)  # fmt: skip
# Encodings of Tcl for text that is not UTF-8; Windows may have one of them as the system's.
_ENCODINGS_UNUSED = ("big5", "cns11643", "euc-", "gb", "iso2022", "jis", "ksc", "macJ", "shiftjis", "cp93", "cp949")


def excluded() -> list[str]:
    """Modules that are not packed: those of every distribution installed here that is not in the list, and more."""
    wanted = {*DISTRIBUTIONS, OWN}
    foreign = [name for name, owners in packages_distributions().items() if not wanted & {o.lower() for o in owners}]
    return sorted({*foreign, *_OWN_UNUSED, *_STANDARD_UNUSED, *_LIBRARY_UNUSED} - set(PACKAGES))


def hidden(root: Path) -> list[str]:
    """Modules to pack although no import may name them: all of our own."""
    files = [path.relative_to(root) for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
    names = [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in files]
    unused = tuple(f"{module}." for module in _OWN_UNUSED)
    return [*_HIDDEN, *(name for name in names if not f"{name}.".startswith(unused))]


def data(root: Path) -> list[Path]:
    """What our packages read that is no Python: texts, pages, the models that ship; relative to `root`."""
    found = [path.relative_to(root) for package in PACKAGES for path in sorted((root / package).rglob("*"))
             if path.is_file() and path.suffix not in (".py", ".pyc", ".md", ".typed")]  # fmt: skip
    unused = tuple(f"{module.replace('.', '/')}/" for module in _OWN_UNUSED)
    return [path for path in found if path.as_posix() in _OWN_USED or not path.as_posix().startswith(unused)]


def wanted(place: str, *, system: str = sys.platform) -> bool:
    """Whether the file that would come to lie at `place` in the app is packed."""
    path = PurePosixPath(place.replace("\\", "/"))
    if any(str(path).startswith(f"{folder}/") for folder in _FOLDERS_UNUSED) or ".dist-info" in str(path):
        return False
    if system != "win32" and path.parent.as_posix() == "_tcl_data/encoding":
        return not path.name.startswith(_ENCODINGS_UNUSED)
    return path.suffix not in (".pyi", ".h", ".lib", ".a")

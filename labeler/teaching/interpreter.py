"""The Python that trainings run in: this one, or in the packaged program one that a person names."""

import os
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import labeler
from labeler.i18n import N_, _

_NEEDED = ("tensorflow", "keras", "onnx")
_CHECK = "import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, sys.argv[1:])))"
_CHECK_SECONDS = 20
_OF_A_PACKAGE = ("PYTHONHOME", "PYTHONPATH", "TCL_LIBRARY", "TK_LIBRARY")  # a packaged program's own, wrong elsewhere
_REASONS = {
    "": "",
    "packages": N_("Learning while you label needs packages: pip install 'captcha-toolkit[train]'."),
    "unnamed": N_("To learn while you label, name a Python with captcha-toolkit[train] in the settings."),
    "unusable": N_("{python} cannot be started; name another Python for training in the settings."),
    "lacking": N_("{python} lacks captcha-toolkit[train]; install it there or name another Python in the settings."),
}


class Interpreter:
    """Finds out by itself, in the background, whether trainings can run. Nothing heavy is imported for that."""

    def __init__(self, python: Path | None = None) -> None:
        """`python`: a person's choice; None takes the one at work, unless that is a packaged program."""
        frozen = bool(getattr(sys, "frozen", False))
        self.own = python is None and not frozen
        self.path = Path(sys.executable) if self.own else python
        self._reason = ""
        self._check = threading.Thread(target=self._look, name="interpreter", daemon=True)
        self._check.start()

    def missing(self) -> str:
        """Why no training can run, in one sentence; empty when it can. Waits for the answer (well below a second)."""
        self._check.join()
        return _(_REASONS[self._reason]).format(python=self.path)

    def environment(self) -> dict[str, str]:
        """The variables for a child: one thread of computing, UTF-8, and nothing of a packaged program."""
        found = dict(os.environ)
        if getattr(sys, "frozen", False):
            found = unpacked(found)
        if self.own:  # also where the packages are used from a checkout without being installed
            root = str(Path(labeler.__file__).resolve().parent.parent)
            found["PYTHONPATH"] = os.pathsep.join(filter(None, (found.get("PYTHONPATH"), root)))
        threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
        return {**found, **threads, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}

    def _look(self) -> None:
        if self.own:
            self._reason = "" if all(map(find_spec, _NEEDED)) else "packages"
        elif self.path is None:
            self._reason = "unnamed"
        else:
            self._reason = self._ask(self.path)

    def _ask(self, python: Path) -> str:
        words = [str(python), "-c", _CHECK, *_NEEDED, "labeler.teaching.child"]
        try:
            done = subprocess.run(
                words, env=self.environment(), stdin=subprocess.DEVNULL, capture_output=True,
                timeout=_CHECK_SECONDS, check=False,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            return "unusable"
        return "lacking" if done.returncode else ""


def unpacked(variables: dict[str, str]) -> dict[str, str]:
    """Without what the loader of a packaged program sets for itself, and with what stood there before."""
    found = {name: value for name, value in variables.items() if not name.startswith(("_PYI", "_MEI"))}
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
        found.pop(name, None)
        before = found.pop(f"{name}_ORIG", None)
        if before:
            found[name] = before
    return {name: value for name, value in found.items() if name not in _OF_A_PACKAGE}

"""Make `.venv` with everything that the project needs, and say in one sentence what is missing.

Used by the Makefile with whatever Python there is, so this file keeps to the standard library and old syntax.

    python3 packaging/setup_env.py              the virtual environment
    python3 packaging/setup_env.py --window     also what window tests need: Tk in this Python, Xvfb on Linux
    python3 packaging/setup_env.py --servers    also the real servers and the browser of the slow tests
"""

import hashlib
import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(HERE, ".venv")
STAMP = os.path.join(VENV, ".ready")
SERVERS = {  # program to look for: Debian package
    "redis-server": "redis-server",
    "mariadbd": "mariadb-server",
    "pg_ctlcluster": "postgresql",
    "chromium": "chromium",
    "nginx": "nginx-light",
    "promtool": "prometheus",
    "systemd-analyze": "systemd",
}
SOURCES = ("constraints.txt", "setup.cfg", "pyproject.toml")


def main(arguments):
    """Exit status 0 when everything is in place, 1 with one sentence when it is not."""
    if sys.version_info < OLDEST:
        return fail(
            "Python 3.11 or newer is needed, this one is %d.%d: run `make PYTHON=/path/to/python3.11`"
            % sys.version_info[:2]
        )
    status = make_venv()
    if not status and ("--window" in arguments or "--servers" in arguments):
        status = check_window()
    if not status and "--servers" in arguments:
        check_servers()
    return status


def make_venv():
    """Create .venv and install the pinned packages, once for each state of the files that name them."""
    wanted = fingerprint()
    if read(STAMP) == wanted:
        return 0
    if not os.path.exists(venv_python()):
        print("making the virtual environment .venv", flush=True)
        try:
            subprocess.check_call([sys.executable, "-m", "venv", VENV])
        except subprocess.CalledProcessError:
            return fail("this Python cannot make a virtual environment: install its venv package (python3-venv)")
    packages = len([line for line in read(os.path.join(HERE, "constraints.txt")).splitlines() if "==" in line])
    print("installing the project and %d pinned packages into .venv (about 2 GB, some minutes)" % packages, flush=True)
    command = [venv_python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--constraint", "constraints.txt", "--editable", ".[all,dev]"]
    done = subprocess.run(
        command,
        cwd=HERE,
        env=dict(os.environ, PIP_ROOT_USER_ACTION="ignore", PIP_CONSTRAINT=os.path.join(HERE, "constraints.txt")),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        print(done.stdout[-4000:])
        return fail("pip could not install the packages: see above, and check the network and the free space")
    with open(STAMP, "w") as file:
        file.write(wanted)
    return 0


def check_window():
    """Tk in the virtual environment's Python; on Linux also Xvfb, installed with apt when we may."""
    if subprocess.call([venv_python(), "-c", "import tkinter"], stderr=subprocess.DEVNULL):
        return fail("this Python has no Tk, which the window needs: install python3-tk, or a Python with Tk")
    if not sys.platform.startswith("linux") or shutil.which("Xvfb"):
        return 0
    if not install(["xvfb"]):
        return fail("Xvfb is missing, which the window tests need: run `apt-get install xvfb` as root")
    return 0


def check_servers():
    """Real servers for the slow tests; what cannot be installed is named, and its tests skip (or fail in CI)."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
    missing = {program: SERVERS[program] for program in SERVERS if not shutil.which(program, path=path)}
    if missing and not install(sorted(missing.values())):
        print("not installed, so their tests are skipped: %s" % ", ".join(sorted(missing)), flush=True)


def install(packages):
    """Install Debian packages when this system and this user can; whether it worked."""
    if not (shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0):
        return False
    print("installing %s with apt-get" % ", ".join(packages), flush=True)
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    options = ["-y", "-qq", "--no-install-recommends"]
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install"] + options + packages):
        if subprocess.call(command, env=quiet, stdout=subprocess.DEVNULL):
            print("`%s` failed" % " ".join(command), file=sys.stderr)
            return False
    return True


def venv_python():
    """The Python inside .venv."""
    return os.path.join(VENV, "Scripts", "python.exe") if os.name == "nt" else os.path.join(VENV, "bin", "python")


def fingerprint():
    """Changes whenever the environment has to be made anew."""
    texts = "".join(read(os.path.join(HERE, name)) for name in SOURCES) + HERE
    return hashlib.sha256(texts.encode("utf-8")).hexdigest()


def read(path):
    """A file's text, or nothing when it is not there."""
    if not os.path.exists(path):
        return ""
    with open(path, "rb") as file:
        return file.read().decode("utf-8")


def fail(sentence):
    """Print the one sentence; the exit status."""
    print("captcha-toolkit: " + sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

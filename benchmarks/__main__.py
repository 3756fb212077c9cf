"""`python -m benchmarks`: run every benchmark that needs no pictures of one's own, each in a process of its own.

`benchmarks.recognition`, `label_efficiency` and `cleaner_reading` take a folder of labelled sets (--data) and hours.
"""

import subprocess
import sys

BENCHMARKS = ("dataset", "runtime", "serving", "scraping", "labeler", "cleaner", "app")


def main() -> int:
    """Run them in order; the exit status is 1 when one failed."""
    failed = [name for name in BENCHMARKS if subprocess.call([sys.executable, "-m", f"benchmarks.{name}"])]
    if failed:
        print(f"benchmarks failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""The command ``grantmint``, for ``python -m grantmint`` and the script of that name."""

from __future__ import annotations

import signal
import sys

from ._grantmint import _main


def main() -> int:
    """Runs the command with the process's arguments. Returns the exit code."""
    # Ctrl+C ends the process at once. Python's handler would wait until the native code returns.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

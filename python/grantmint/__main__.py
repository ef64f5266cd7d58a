"""The command ``grantmint``: ``python -m grantmint``, and the script of the same name."""

from __future__ import annotations

import signal
import sys

from ._grantmint import _main


def main() -> int:
    """Runs the command with the process's arguments, and answers with its exit code."""
    # The command is not Python's to interrupt: Ctrl+C ends the process, as it ends other commands.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

"""The command without a process of its own: to start Python takes longer than most of what is asked for."""

from __future__ import annotations

import io
import os
import subprocess
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from modelcheck.cli.main import run


def modelcheck(folder: Path, *arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """What `modelcheck` prints in a folder, to pipes, and how it exits. `environment` is added to this process's."""
    assert not any(name.startswith("PYTHON") for name in environment), "Python reads it when it starts"
    given = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
    output, errors = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    status = None
    with ExitStack() as stack:
        for context in (chdir(folder), patch.dict(os.environ, environment), patch("sys.stdin", given)):
            stack.enter_context(context)
        stack.enter_context(redirect_stdout(output))
        stack.enter_context(redirect_stderr(errors))
        try:
            run(arguments)
        except SystemExit as done:
            status = done.code
    assert status is None or isinstance(status, int)
    return subprocess.CompletedProcess(arguments, status or 0, _written(output), _written(errors))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    content = stream.buffer
    assert isinstance(content, io.BytesIO)
    return content.getvalue().decode()

"""Tests of glue load large packages: they run where MILLRACE_GLUE is set (./dev python). Where it is
"all", one that is skipped is a failure (./dev python --all)."""

import os

import millrace as mr
import pytest

# Drivers are met before pytest begins to set variables: getenv() of theirs on another thread would
# read an environment that moves.
try:
    list(mr.range(1).stream(engine="opencl"))
except mr.Error:
    pass # there is none

collect_ignore = [] if os.environ.get("MILLRACE_GLUE") else ["glue"]


def pytest_sessionfinish(session):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("MILLRACE_GLUE") == "all" and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED

"""Tests of glue load large packages: they run where MILLRACE_GLUE is set (./dev python)."""

import os

import millrace as mr

# Drivers are met before pytest begins to set variables: getenv() of theirs on another thread would
# read an environment that moves.
try:
    list(mr.range(1).stream(engine="opencl"))
except mr.Error:
    pass # there is none

collect_ignore = [] if os.environ.get("MILLRACE_GLUE") else ["glue"]

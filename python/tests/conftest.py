"""Tests of glue load large packages: they run where MILLRACE_GLUE is set (./dev python)."""

import os

collect_ignore = [] if os.environ.get("MILLRACE_GLUE") else ["glue"]

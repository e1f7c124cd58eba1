"""One of the ten tasks as one who knows a peer would write it: task.py FOLDER PEER TASK.

Prints the answer, numbers between blanks. Each peer uses all cores that it uses by itself, and works in
pieces where it would else hold the whole sequence; compare.py says why a peer has no way.
"""
import importlib
import sys

_, _, peer, task = sys.argv
print(*getattr(importlib.import_module(f"in_{peer}"), task)())

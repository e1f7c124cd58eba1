"""The table of operators, which says what sources, stages and terminals there are and what they take."""

from . import _core

_OPERATORS = [(*row, _core.parameters(k)) for k, row in enumerate(_core.operators())]
SOURCES, STAGES, TERMINALS = (
    frozenset(name for name, role, *_ in _OPERATORS if role == wanted)
    for wanted in ("source", "stage", "terminal"))
# The parameters that a call may name, and what each is.
PARAMETERS = {(name, role == "source"): {p["name"]: p["type"] for p in rows if not p["is_variadic"]}
               for name, role, _, _, _, rows in _OPERATORS}


def documentation(name: str, *roles: str) -> str:
    """An operator's page, from the table of operators."""
    parts = []
    for found, role, brief, signature, example, rows in _OPERATORS:
        if found == name and role in roles:
            lines = "\n".join(f"    {row['name']}: {row['brief']}" for row in rows)
            parts.append("\n\n".join(
                part for part in (signature, brief, lines, f"In the language: {example}") if part))
    return "\n\n".join(parts)

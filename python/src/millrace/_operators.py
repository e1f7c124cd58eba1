"""The stages and terminals of the language are methods of a sequence. Which there are says the table
of operators; this class stands for them where types are checked, see stubs.py."""


class Operators:
    __slots__ = ()

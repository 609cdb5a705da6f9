"""Strict checks on what the parser understood: one rule, one function, its docstring is its text."""

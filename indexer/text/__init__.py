"""Strings only: one rule for what is indexed and for what is asked."""

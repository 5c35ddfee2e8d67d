"""Answers written by hand: spellings that must be accepted, and wrong answers that must not be.

The questions are the examples of the tasks' docstrings (or as small); the wrong answers are those that the original
checkers, or plausible ones, let through: cells off the board, things twice, one thing too many, numbers as substrings,
comments in expressions, the rule of another reading, the input copied.
"""
import importlib
import pkgutil

import tasks


def fixed(name: str, answer: str, asked: str = "", **data) -> tasks.Question:
    return tasks.Question("x", name, "train", 0, 0.0, asked, answer, data)


ACCEPTED, REFUSED = [], []  # (question, spellings) of all modules here
for _module in pkgutil.iter_modules(__path__):
    _tables = importlib.import_module(f"by_hand.{_module.name}")
    ACCEPTED += _tables.ACCEPTED
    REFUSED += _tables.REFUSED

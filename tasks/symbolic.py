"""CodeSteer's symbolic checker: how much computing a program does, by its syntax tree, without running it.

    score = loops + branches + handlers + searching imports + arithmetic / 4

A loop is a statement or the `for` of a comprehension, a branch an `if`, an `a if b else c`, a `case` or the `if` of a
comprehension, a handler a `try` or one of its `except`s. The original (arXiv 2502.04350) counts the letters "for",
"if", ... wherever they stand, in "information", too, and sees neither comprehensions nor `from itertools import`.

This file imports nothing of the project: a text made for it can crash Python's parser, so `check_programs` of
tasks/steering.py runs it within the sandbox.
"""
import ast

LOOPS = ast.For, ast.AsyncFor, ast.While, ast.comprehension
BRANCHES = ast.If, ast.IfExp, ast.match_case
HANDLERS = ast.Try, ast.ExceptHandler
ARITHMETIC = ast.BinOp, ast.AugAssign
SEARCHING = {"itertools", "sympy", "z3", "heapq"}  # who imports these lets them loop


def modules(node) -> set[str]:
    """The top-level modules that a node of the tree imports."""
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else \
        [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    return {name.partition(".")[0] for name in names}


def measure(program: str) -> tuple[float, str]:
    """The score of a program, and in words what it is made of; 0 for what is no Python."""
    try:
        nodes = list(ast.walk(ast.parse(program)))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:  # null bytes, nesting without end
        return 0.0, f"no valid Python ({type(error).__name__})"
    counts = {kind: sum(isinstance(node, types) for node in nodes) for kind, types in (
        ("loops", LOOPS), ("branches", BRANCHES), ("handlers", HANDLERS), ("operations", ARITHMETIC))}
    counts["branches"] += sum(len(node.ifs) for node in nodes if isinstance(node, ast.comprehension))
    counts["searching imports"] = sum(bool(modules(node) & SEARCHING) for node in nodes)
    score = sum(counts.values()) - 0.75 * counts["operations"]
    return score, ", ".join(f"{kind} {count}" for kind, count in counts.items() if count) or "no computing"

"""Reading model-written answers: tolerant of form, strict about content, and safe for any string.

Every reader returns None for what it cannot read. None of them evaluates anything, and each is linear in the text.
"""
import re
from fractions import Fraction

MAX_DIGITS = 60   # longer numbers are no answer here, and int() of thousands of digits is slow or refused
QUOTES = "\"'`"
BRACKETS = {"(": ")", "[": "]", "{": "}"}

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_FRACTION = re.compile(r"([+-]?\d+)\s*/\s*(\d+)", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)


def plain(text: str) -> str:
    """The text without what may surround an answer: spaces, quotes, a closing full stop, \\boxed{...}, $...$."""
    text = text.strip().removesuffix(".").rstrip()
    if text.startswith("\\boxed{") and text.endswith("}"):
        text = text[7:-1].strip()
    while len(text) > 1 and text[0] == text[-1] and text[0] in QUOTES + "$":
        text = text[1:-1].strip()
    return text.removesuffix(".").rstrip()


def unbracketed(text: str) -> str:
    """`plain` text without one pair of brackets around the whole of it."""
    text = plain(text)
    return text[1:-1].strip() if len(text) > 1 and BRACKETS.get(text[0]) == text[-1] else text


def number(text: str) -> Fraction | None:
    """One number, exactly: 12, -3.50, 1/3, 1,234. Digits are ASCII; two numbers are none."""
    text = plain(text).replace("\u2212", "-")
    if sum(character.isdigit() for character in text) > MAX_DIGITS:
        return None
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    if _NUMBER.fullmatch(text):
        return Fraction(text)
    fraction = _FRACTION.fullmatch(text)
    if fraction and int(fraction[2]):
        return Fraction(int(fraction[1]), int(fraction[2]))
    return None


def choice(text: str, words: tuple[str, ...]) -> str | None:
    """The one of a few lower-case words that the text is, case aside."""
    text = unbracketed(text).lower()
    return text if text in words else None


def items(text: str) -> list[str] | None:
    """A list or table of tokens, flattened: separated by commas, spaces, semicolons or lines; brackets and quotes off.

    Brackets may nest as in a JSON table, not deeper than two.
    """
    text = plain(text)
    if re.search(r"[\[(]\s*[\[(]\s*[\[(]", text) or text.count("[") != text.count("]"):
        return None
    text = text.translate({ord(mark): " " for mark in "[](),;" + QUOTES})
    return text.split() or None


def numbers(text: str) -> list[Fraction] | None:
    """`items` that are all numbers."""
    found = items(text)
    if found is None or len(found) > 1000:
        return None
    values = [number(item) for item in found]
    return None if None in values else values


_TOKEN = re.compile(r"\s*(\d+|[-+*/()])", re.ASCII)


def expression(text: str) -> tuple[Fraction, list[int]] | None:
    """The exact value of an arithmetic expression and the whole numbers in it, in order.

    Grammar: + - * / and round brackets over whole numbers; no sign, power, floor division, decimal or comment. A
    closing "= value" is allowed if it is right. None for anything else, for a division by zero and for deep nesting.
    """
    left, equals, right = plain(text).replace("×", "*").replace("÷", "/").partition("=")
    tokens, place = [], 0
    left = left.rstrip()
    while place < len(left):
        match = _TOKEN.match(left, place)
        if not match or len(match[1]) > 9 or len(tokens) > 200:
            return None
        tokens.append(match[1])
        place = match.end()
    try:
        value, rest = _sum(tokens, 0, 0)
    except (ValueError, IndexError, ZeroDivisionError):
        return None
    if rest != len(tokens) or (equals and number(right) != value):
        return None
    return value, [int(token) for token in tokens if token.isdigit()]


def _sum(tokens, place, depth):
    value, place = _product(tokens, place, depth)
    while place < len(tokens) and tokens[place] in "+-":
        term, after = _product(tokens, place + 1, depth)
        value, place = (value + term if tokens[place] == "+" else value - term), after
    return value, place


def _product(tokens, place, depth):
    value, place = _atom(tokens, place, depth)
    while place < len(tokens) and tokens[place] in "*/":
        factor, after = _atom(tokens, place + 1, depth)
        value, place = (value * factor if tokens[place] == "*" else value / factor), after
    return value, place


def _atom(tokens, place, depth):
    if depth > 50:
        raise ValueError("nested too deeply")
    if tokens[place] == "(":
        value, place = _sum(tokens, place + 1, depth + 1)
        if tokens[place] != ")":
            raise ValueError("a bracket is open")
        return value, place + 1
    return Fraction(int(tokens[place])), place + 1  # int of an operator raises ValueError

"""Reading model-written answers: tolerant of form, strict about content, and safe for any string.

Every reader returns None for what it cannot read. None of them evaluates anything, and each is linear in the text.
"""
import math
import re
from fractions import Fraction

MAX_DIGITS = 60   # longer numbers are no answer here, and int() of thousands of digits is slow or refused
MAX_ROWS = 200    # of a table
QUOTES = "\"'`"
WRAPPERS = [("\\boxed{", "}"), ("\\text{", "}"), ("\\(", "\\)"), ("\\[", "\\]"), ("$", "$"), ("**", "**"),
            *((quote, quote) for quote in QUOTES)]
BRACKETS = {"(": ")", "[": "]", "{": "}"}

_NUMBER = re.compile(r"[+-]?(\d+(\.\d+)?|\.\d+)", re.ASCII)
_FRACTION = re.compile(r"([+-]?\d+)\s*/\s*(\d+)", re.ASCII)
_LATEX_FRACTION = re.compile(r"([+-]?)(\d*)\\[dt]?frac\{(\d+)\}\{(\d+)\}", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([,_ ])\d{3}(\1\d{3})*(\.\d+)?", re.ASCII)


def plain(text: str) -> str:
    r"""The text without what may surround an answer: spaces, quotes, fences, a full stop, "Answer:", \boxed{}, $$."""
    text = text.strip().removesuffix(".").rstrip()
    if text.startswith("```") and text.endswith("```"):
        first, line_end, rest = text[3:-3].partition("\n")
        text = (rest if line_end and first.isalpha() else text[3:-3]).strip()  # the first line may name a language
    if text[:7].lower() == "answer:":
        text = text[7:].lstrip()
    wrapped = True
    while wrapped:
        wrapped = False
        for left, right in WRAPPERS:
            if text.startswith(left) and text.endswith(right) and len(text) >= len(left) + len(right):
                text, wrapped = text[len(left):len(text) - len(right)].strip(), True
    return text.removesuffix(".").rstrip()


def unbracketed(text: str) -> str:
    """`plain` text without one pair of brackets around the whole of it."""
    text = plain(text)
    return text[1:-1].strip() if len(text) > 1 and BRACKETS.get(text[0]) == text[-1] else text


def number(text: str) -> Fraction | None:
    r"""One number, exactly: 12, -3.50, 1/3, \frac{1}{3}, 2\frac{1}{3}, 1,234 (also 1_234, 1 234, 1{,}234).

    Digits are ASCII; two numbers are none. A fraction that comes to a whole number is a division still to be done.
    """
    text = unbracketed(text).replace("\u2212", "-").replace("{,}", ",").replace("\\,", ",")
    if sum(character.isdigit() for character in text) > MAX_DIGITS:
        return None
    if _THOUSANDS.fullmatch(text):
        text = re.sub("[,_ ]", "", text)
    latex = _LATEX_FRACTION.fullmatch(text)
    if latex and int(latex[4]):
        value = int(latex[2] or 0) + Fraction(int(latex[3]), int(latex[4]))
        return None if value.denominator == 1 else -value if latex[1] == "-" else value
    if _NUMBER.fullmatch(text):
        return Fraction(text)
    fraction = _FRACTION.fullmatch(text)
    if fraction and int(fraction[2]) and int(fraction[1]) % int(fraction[2]):
        return Fraction(int(fraction[1]), int(fraction[2]))
    return None


def choice(text: str, words: tuple[str, ...]) -> str | None:
    """The one of a few lower-case words that the text is, case aside."""
    text = unbracketed(text).lower()
    return text if text in words else None


def items(text: str) -> list[str] | None:
    """A list or table of tokens, flattened: separated by commas, spaces, semicolons or lines; brackets and quotes off.

    Brackets may nest as in a JSON table, not deeper than two. Numbers may be numpy's: [np.int64(1), np.int64(2)].
    """
    text = _without_numpy(plain(text))
    if re.search(r"[\[(]\s*[\[(]\s*[\[(]", text) or text.count("[") != text.count("]"):
        return None
    text = re.sub(r"[][(),;|\"`]|(?<![A-Za-z])'|'(?![A-Za-z])", " ", text)  # the apostrophe of "can't" is no quote
    return text.split() or None


def _without_numpy(text: str) -> str:
    text = re.sub(r"\bnp\.\w+\(([^()]*)\)", r"\1", text)
    return text[6:-1] if text.startswith("array(") and text.endswith(")") else text


def steps(text: str) -> list[str] | None:
    """`items` that may have arrows between them."""
    for arrow in ("→", "\\rightarrow", "\\to", "->", "=>"):
        text = text.replace(arrow, " ")
    return items(text)


def table(text: str) -> list[list[str]] | None:
    """A table as rows of tokens: one row a line, or a list of lists; cells part at spaces, commas or bars."""
    text = _without_numpy(plain(text))
    rows = re.split(r"[\])][\s,;]*[\[(]", text.strip("[]() \n")) if text[:1] in ("[", "(") else text.splitlines()
    found = [items(row) for row in rows[:MAX_ROWS + 1] if row.strip()]
    return None if not found or None in found or len(found) > MAX_ROWS else found


def numbers(text: str) -> list[Fraction] | None:
    """`items` that are all numbers."""
    found = items(text)
    if found is None or len(found) > 1000:
        return None
    values = [number(item) for item in found]
    return None if None in values else values


def integers(text: str) -> list[int] | None:
    """`numbers` that are all whole."""
    values = numbers(text)
    whole = values is not None and all(value.denominator == 1 for value in values)
    return [int(value) for value in values] if whole else None


def unlabelled(text: str, names: list[str]) -> str:
    """`A = 5, B: 7` without the labels, if there are exactly these and in this order; otherwise the text as it is."""
    parts = re.split("[,;\n]", plain(text).strip("{}[]() ").replace('"', "").replace("'", ""))
    halves = [re.split("[:=]", part) for part in parts if part.strip()]
    if any(len(half) != 2 for half in halves) or [half[0].strip() for half in halves] != list(names):
        return text
    return ", ".join(half[1] for half in halves)


_LEXEME = re.compile(r"""\s*(?:([][(){},:])|"([^"\n]*)"|'([^'\n]*)'|([^][(){},:"'\s]+))""")
_CLOSING = {"[": "]", "(": ")", "{": "}"}


def nested(text: str) -> list | dict | str | None:
    """Lists, tuples and dicts within each other, as Python and JSON write them: [(70, [0, 1])], {"a": "b"}.

    Tuples become lists; every leaf, quoted or not, is a string; a key that occurs twice in one dict makes it no answer.
    """
    text = plain(text)
    lexemes, place = [], 0  # (sign, "") or ("", word)
    while place < len(text):
        match = _LEXEME.match(text, place)
        if not match:
            return None
        sign, *words = match.groups()
        lexemes.append((sign or "", next((word for word in words if word is not None), "")))
        place = match.end()
    try:
        value, rest = _nested(lexemes, 0, 0)
    except (ValueError, IndexError):
        return None
    return value if rest == len(lexemes) else None


def _nested(lexemes, place, depth):
    sign, word = lexemes[place]
    if not sign:
        return word, place + 1
    if sign not in _CLOSING or depth > 5:
        raise ValueError("no value begins here, or they nest too deeply")
    values, place = {} if sign == "{" else [], place + 1
    while lexemes[place][0] != _CLOSING[sign]:
        value, place = _nested(lexemes, place, depth + 1)
        if sign == "{":
            if lexemes[place][0] != ":" or not isinstance(value, str) or value in values:
                raise ValueError("a dict needs each key once, then a colon")
            values[value], place = _nested(lexemes, place + 1, depth + 1)
        else:
            values.append(value)
        if lexemes[place][0] == ",":
            place += 1
        elif lexemes[place][0] != _CLOSING[sign]:
            raise ValueError("a comma is missing")
    return values, place + 1


SIGNS = {"×": "*", "·": "*", "\\times": "*", "\\cdot": "*", "÷": "/", "\\div": "/", "\u2212": "-"}
_TOKEN = re.compile(r"\s*(\d+|[-+*/()])", re.ASCII)
_REAL_TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|sqrt|pi|[-+*/()])", re.ASCII)


def expression(text: str) -> tuple[Fraction, list[int]] | None:
    """The exact value of an arithmetic expression and the whole numbers in it, in order.

    Grammar: + - * / and brackets over whole numbers; no sign, power, floor division, decimal or comment. "= value"
    before or after it, or steps of a calculation after it, are allowed if they are right. None for anything else, for
    a division by zero and for deep nesting.
    """
    text = plain(text)
    for written, read in (*SIGNS.items(), ("[", "("), ("]", ")")):
        text = text.replace(written, read)
    sides = [(tokens, _value(tokens) if tokens else number(side)) for side in text.split("=")[:20]
             for tokens in [_tokens(_TOKEN, side)]]
    tokens, value = sides[-1 if sides[0][0] and len(sides[0][0]) == 1 else 0]
    if not tokens or value is None or any(other != value for _, other in sides):
        return None
    return value, [int(token) for token in tokens if token.isdigit()]


def real(text: str) -> float | None:
    r"""The value of a number written with roots and pi: 3*sqrt(2), 5\sqrt{3}, 12π, 3pi/4, \frac{\sqrt{3}}{2}, 2.5.

    A product or quotient only: a formula that still has to be added up is no answer.
    """
    text = plain(text).lower()
    exact = number(text)
    if exact is not None:
        return float(exact)
    if len(text) > 200 or "+" in text or "-" in text:
        return None
    text = re.sub(r"(\d+)\\[dt]?frac\{(\d+)\}\{(\d+)\}", r"(\1+\2/\3)", text)
    for _ in range(2):  # a root in a fraction, or a fraction in a root
        text = re.sub(r"\\sqrt\{([^{}]*)\}", r"sqrt(\1)", text)
        text = re.sub(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
    for written, read in (*SIGNS.items(), ("√", "sqrt"), ("\\sqrt", "sqrt"), ("π", "pi"), ("\\pi", "pi"), ("\\,", "")):
        text = text.replace(written, read)
    joined = []
    for token in _tokens(_REAL_TOKEN, text) or []:
        if joined and token in ("sqrt", "pi", "(") and (joined[-1] in (")", "pi") or joined[-1][0].isdigit()):
            joined.append("*")  # 3 sqrt(2) is a product
        joined.append(token)
    value = _value(joined)
    return None if value is None else float(value)


def _tokens(shape: re.Pattern, text: str) -> list[str] | None:
    tokens, place, text = [], 0, text.rstrip()
    while place < len(text):
        match = shape.match(text, place)
        if not match or len(match[1]) > MAX_DIGITS or len(tokens) > 200:
            return None
        tokens.append(match[1])
        place = match.end()
    return tokens


def _value(tokens: list[str]) -> Fraction | float | None:
    try:
        value, rest = _sum(tokens, 0, 0)
        return value if rest == len(tokens) and abs(value) < 1e300 else None
    except (ValueError, IndexError, ZeroDivisionError, OverflowError):
        return None


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
    if tokens[place] == "pi":
        return math.pi, place + 1
    if tokens[place] == "sqrt":
        value, place = _atom(tokens, place + 1, depth + 1)
        return math.sqrt(value), place
    return Fraction(tokens[place]), place + 1  # Fraction of an operator raises ValueError


_LETTER = re.compile(r"(?:option |answer )?\(?([a-r])(?:\)|[.:,](?=\s|$)|(?=\s|$))\s*", re.IGNORECASE | re.ASCII)


def option(text: str, options: list[str]) -> str | None:
    """The option that a text names, as (B): by its letter, by its full text if no other has the same, or by both."""
    def same(a: str, b: str) -> bool:
        return " ".join(plain(a).lower().split()) == " ".join(plain(b).lower().split())

    text = plain(text)
    if len(text) > 2000:
        return None
    fits = [number for number, other in enumerate(options) if same(text, other)]
    if len(fits) == 1:
        return f"({chr(65 + fits[0])})"
    match = _LETTER.match(text)
    if fits or not match or (number := ord(match[1].upper()) - 65) >= len(options):
        return None
    rest = text[match.end():]
    return f"({chr(65 + number)})" if not rest or same(rest, options[number]) else None

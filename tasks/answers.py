"""Reading model-written answers: tolerant of form, strict about content, and safe for any string.

Every reader returns None, or nothing, for what it cannot read. None evaluates anything, and each is linear in the text.
"""
import math
import re
from fractions import Fraction

MAX_DIGITS = 60   # longer numbers are no answer here, and int() of thousands of digits is slow or refused
MAX_ROWS = 200    # of a table
QUOTES = "\"'`"
WRAPPERS = [("\\boxed{", "}"), ("\\text{", "}"), ("\\(", "\\)"), ("\\[", "\\]"), ("$", "$"), ("**", "**"),
            ("array(", ")"), *((quote, quote) for quote in QUOTES)]
BRACKETS = {"(": ")", "[": "]", "{": "}"}
SIGNS = str.maketrans({"×": "*", "·": "*", "⋅": "*", "÷": "/", "\u2212": "-", "–": "-"})
POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")

_NUMBER = re.compile(r"[+-]?(\d+(\.\d+)?|\.\d+)", re.ASCII)
_FRACTION = re.compile(r"([+-]?\d+)\s*/\s*(\d+)", re.ASCII)
_LATEX_FRACTION = re.compile(r"([+-]?)(\d*) ?\\frac\{(\d+)\}\{(\d+)\}", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([,_ ])\d{3}(\1\d{3})*(\.\d+)?", re.ASCII)
_NUMPY = re.compile(r"\bnp\.(?:u?int|float|str|bool)\w{0,4}\(([-+.\w'\"]{1,80})\)")

# What may stand before an answer: "The answer is", "Final answer:", "**Answer:**", "### Answer" above it, or "=".
_IS = r"(?:\s*[:=]|\s+is\b:?|\s*\n)"
_LEAD = re.compile(r"(?:#{1,6} )?(?P<bold>\*\*)?(?:(?:so|thus|hence|therefore),? )?(?:the |my )?"
                   r"(?:final |correct |right )?(?:answer|result|solution|option|choice)"
                   rf"(?(bold)(?:\*\*{_IS}|{_IS}\s?\*\*)|{_IS})|=(?![=>])", re.IGNORECASE)


def without_lead(text: str) -> str | None:
    """What follows "The answer is" or the like, if a text begins so; all of it: "not 5", "5 or 6"."""
    for reading in (text.strip(), plain(text)):  # **Answer:** 5, and **Answer: 5**
        lead = _LEAD.match(reading)
        if lead:
            return reading[lead.end():].strip() or None
    return None


_COMMANDS = {"dfrac": "\\frac", "tfrac": "\\frac", "left": "", "right": "", "quad": " ", "times": "×", "cdot": "·",
             "div": "÷", "pi": "π", "circ": "°", "degree": "°", "to": "→", "rightarrow": "→"}
_STYLED = re.compile(r"\\(?:text|math)(?:bf|it|rm|tt)?\{([^{}]*)\}")


def _latex(text: str) -> str:
    r"""LaTeX as plain text: \textbf{(B)} as (B), 5,\!535 as 5,535, 30^\circ as 30°, the rows of a matrix as lines.

    Fractions and roots stay, in one spelling: \dfrac45, \frac {4}{5} as \frac{4}{5} and \frac{-4}{5} as -\frac{4}{5}.
    """
    text = text.replace("{,}", ",").replace("\\!", "").replace("\\\\", "\n")
    if "\\begin" in text:
        text = re.sub(r"\\(?:begin|end)\{\w{1,20}\}(?:\{[clr|]{1,50}\})?", "", text).replace("&", " ")
    text = re.sub(r"\\([A-Za-z]+)", lambda command: _COMMANDS.get(command[1], command[0]), text)
    text = re.sub(r"\^(?:°|\{°\})", "°", text)
    text = re.sub(r"\\([,;: ])", " ", text)
    text = re.sub(r"\\([{}$%&_#])", r"\1", text)
    for _ in range(2):  # one style within another
        text = _STYLED.sub(r"\1", text)
    text = re.sub(r"\\frac ?([\dπ])", r"\\frac{\1}", re.sub(" +", " ", text))
    text = re.sub(r"\\frac ?\{ ?([^{}]*?) ?\} ?(?:\{ ?([^{}]*?) ?\}|([\dπ]))", r"\\frac{\1}{\2\3}", text)
    return re.sub(r"(^|[\[({,;=$\n]) ?\\frac\{([-\u2212–]) ?", r"\1\2\\frac{", text)


def plain(text: str) -> str:
    r"""The text without what may surround an answer: spaces, quotes, fences, a full stop, \boxed{}, $$, np.int64()."""
    if "np." in text:
        text = _NUMPY.sub(r"\1", text).replace("np.array(", "array(")
    text = _unwrapped(text)
    return _unwrapped(_latex(text)) if "\\" in text or "{,}" in text else text


def _unwrapped(text: str) -> str:
    text = text.strip().removesuffix(".").rstrip()
    if text.startswith("```") and text.endswith("```"):
        first, line_end, rest = text[3:-3].partition("\n")
        text = (rest if line_end and first.isalpha() else text[3:-3]).strip()  # the first line may name a language
    wrapped = True
    while wrapped:
        wrapped = False
        for left, right in WRAPPERS:
            if text.startswith(left) and text.endswith(right) and len(text) >= len(left) + len(right):
                inside = text[len(left):len(text) - len(right)]
                if left == right or left not in inside:  # not \text{A} and \text{B}
                    text, wrapped = inside.strip(), True
    return text.removesuffix(".").rstrip()


def unbracketed(text: str) -> str:
    """`plain` text without one pair of brackets around the whole of it."""
    text = plain(text)
    return text[1:-1].strip() if len(text) > 1 and BRACKETS.get(text[0]) == text[-1] else text


def signs(text: str) -> str:
    """The text with the signs of arithmetic in ASCII: × and · as *, ÷ as /, − and – as -, x² as x^2."""
    return re.sub("[⁰¹²³⁴-⁹⁻]+", lambda power: "^" + power[0].translate(POWERS), text.translate(SIGNS))


def ungrouped(text: str) -> str:
    """1,234,567 (also with _ or spaces) without the signs between its groups; any other text as it is."""
    return re.sub("[,_ ]", "", text) if _THOUSANDS.fullmatch(text) else text


def number(text: str) -> Fraction | None:
    r"""One number, exactly: 12, -3.50, 1/3, \frac{1}{3}, 2\frac{1}{3}, 1,234 (also 1_234, 1 234, 1{,}234).

    Digits are ASCII; two numbers are none. A fraction that comes to a whole number is a division still to be done.
    """
    text = ungrouped(signs(unbracketed(text)))
    if sum(character.isdigit() for character in text) > MAX_DIGITS:
        return None
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


def is_rounded(value: Fraction | None, exact: Fraction) -> bool:
    """Whether a number is exact, or in whole hundredths and at most half of one off: both ways to round ...5."""
    if value is None:
        return False
    return value == exact or (value * 100).denominator == 1 and abs(value - exact) <= Fraction(1, 200)


def without_degrees(text: str) -> str:
    """`plain` text of an angle without the degree sign or the word."""
    text = plain(text)
    for unit in ("degrees", "degree", "°"):
        text = text.removesuffix(unit).rstrip()
    return text


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
    text = re.sub(r"[][(),;|\"`]|(?<![A-Za-z])'|'(?![A-Za-z])", " ", text)  # the apostrophe of "can't" is no quote
    return text.split() or None


def steps(text: str) -> list[str] | None:
    """`items` that may have arrows between them."""
    return items(re.sub("→|->|=>", " ", plain(text)))


def letters(text: str) -> list[str]:
    """Single letters in an order, in upper case: C -> D -> E, CDE, "C, D and E"; none for anything else."""
    found = steps(re.sub(r"\band\b", " ", plain(text))) or []
    found = list(found[0]) if len(found) == 1 else found
    return [letter.upper() for letter in found] if all(len(letter) == 1 for letter in found) else []


_BULLET = re.compile(r"\A\s*(?:(?:step )?\d{1,4}[.:)]|[-*])\s*", re.IGNORECASE | re.ASCII)


def moves(text: str) -> list[str]:
    """The moves of a plan, a line each or a list of them, without numbers, bullets and quotes."""
    text = unbracketed(text).translate({ord(mark): "" for mark in QUOTES})
    parts = [_BULLET.sub("", part, count=1).strip() for part in re.split("[\n;,]", text)]
    return [part.removesuffix(".") for part in parts if part]


def table(text: str) -> list[list[str]] | None:
    """A table as rows of tokens: a list of lists or of rows ("3 1", "4 2"), or a row a line; without lines, semicolons
    part rows. Cells part at spaces, commas or bars."""
    text = plain(text)
    if text.count("[") != text.count("]"):
        return None
    parts = [text]
    if text[:1] in ("[", "("):
        listed = nested(text)
        quoted = isinstance(listed, list) and all(isinstance(row, str) and " " in row for row in listed)
        parts = listed if quoted else re.split(r"[\])][\s,;]*[\[(]", text.strip("[]() \n"))
    if len(parts) == 1:
        parts = parts[0].split("\n" if "\n" in parts[0] else ";")
    found = [items(part) for part in parts[:MAX_ROWS + 1] if part.strip()]
    return None if not found or None in found or len(found) > MAX_ROWS else found


def cells(text: str, width: int) -> list[str] | None:
    """The cells of a table with so many columns, row after row, or of a flat list; None for rows of another length."""
    found, text = table(text) or [], plain(text)
    flat = "\n" not in text and not re.match(r"[\[(]\s*[\[(]", text) and (len(found) == 1 or {*map(len, found)} == {1})
    return sum(found, []) if flat or {*map(len, found)} == {width} else None


def slashed(text: str) -> str:
    """A board whose rows (or, where these are on lines, cells) may have slashes between, as a `table`."""
    return text.replace("/", " " if "\n" in text.strip() else "\n")


def rows(text: str) -> list[str]:
    """The rows of a board whose cells have one sign each, with or without spaces between; one row where none are shown.

    They stand as in a `table`, with slashes between, or in one line: 0 1 / 1 0, 01 10, ["01", "10"].
    """
    found = table(slashed(text)) or []
    if len(found) == 1 and max(map(len, found[0])) > 1:
        return found[0]
    return ["".join(row) for row in found]


def board(text: str, width: int) -> str:
    """The signs of `rows` in one string; empty where these are of another length than asked for."""
    found = rows(text)
    return "".join(found) if len(found) == 1 or {*map(len, found)} == {width} else ""


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
    parts = re.split("[,;\n]", unbracketed(text).replace('"', "").replace("'", ""))
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


_TOKEN = re.compile(r"\s*(\d+|[-+*/()])", re.ASCII)
_REAL_TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|sqrt|pi|[*/()])", re.ASCII)


def expression(text: str) -> tuple[Fraction, list[int]] | None:
    """The exact value of an arithmetic expression and the whole numbers in it, in order.

    Grammar: + - * / and brackets over whole numbers; no sign, power, floor division, decimal or comment. "= value"
    before or after it, or steps of a calculation after it, are allowed if they are right. None for anything else, for
    a division by zero and for deep nesting.
    """
    text = signs(plain(text)).replace("[", "(").replace("]", ")")
    sides = [(tokens, _value(tokens) if tokens else number(side)) for side in text.split("=")[:20]
             for tokens in [_tokens(_TOKEN, side)]]
    tokens, value = sides[-1 if sides[0][0] and len(sides[0][0]) == 1 else 0]
    if not tokens or value is None or any(other != value for _, other in sides):
        return None
    return value, [int(token) for token in tokens if token.isdigit()]


def real(text: str) -> float | None:
    r"""The value of a number written with roots and pi: 3*sqrt(2), 5\sqrt{3}, 12π, 3pi/4, \frac{\sqrt{3}}{2}, 2.5.

    Worked out: no sum, and one number over another at most, both under the root and beside it.
    """
    text = plain(text).lower()
    exact = number(text)
    if exact is not None:
        return float(exact)
    if len(text) > 200:
        return None
    text = re.sub(r"(\d+) ?\\frac\{(\d+)\}\{(\d+)\}", _improper, text, flags=re.ASCII)
    for _ in range(2):  # a root in a fraction, or a fraction in a root
        text = re.sub(r"\\sqrt ?\{([^{}]*)\}", r"sqrt(\1)", text)
        text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
    text = signs(text).replace("\\sqrt", "sqrt").replace("√", "sqrt").replace("π", "pi")
    joined = []
    for token in _tokens(_REAL_TOKEN, text) or []:
        if joined and token in ("sqrt", "pi", "(") and (joined[-1] in (")", "pi") or joined[-1][0].isdigit()):
            joined.append("*")  # 3 sqrt(2) is a product
        joined.append(token)
    value = _value(joined)
    return float(value) if value is not None and _worked(joined) else None


def _improper(mixed: re.Match) -> str:
    whole, above, below = map(int, mixed.groups())
    return f"({whole * below + above}/{below})"


def _worked(tokens: list[str]) -> bool:
    """Whether nothing is left to multiply, to divide or to take the root of, in a product that has a value."""
    numbers = {(place, way): [] for place in ("root", "beside") for way in ("times", "over")}
    depth, root = 0, None  # root: how deep the brackets are around the root that is open
    for number, token in enumerate(tokens):
        root = depth if token == "sqrt" else root
        depth += (token == "(") - (token == ")")
        if token[0].isdigit():
            before = next((sign for sign in reversed(tokens[:number]) if sign != "("), "")
            numbers["beside" if root is None else "root", "over" if before == "/" else "times"].append(Fraction(token))
        root = None if depth == root and token != "sqrt" else root
    if max(map(len, numbers.values())) > 1 or tokens.count("pi") > 1 or tokens.count("sqrt") > 1:
        return False
    parts = {way: (found or [Fraction(1)])[0] for way, found in numbers.items()}
    square = parts["root", "times"] / parts["root", "over"]
    whole = (parts["beside", "times"] / parts["beside", "over"]).denominator == 1
    return not (numbers["beside", "over"] and whole) and not (numbers["root", "times"] and all(
        math.isqrt(part) ** 2 == part for part in square.as_integer_ratio()))


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


_LETTER = re.compile(r"(?:option |choice |answer )?(?:\(([a-r])\)[.:,]?|\[([a-r])\][.:,]?|"
                     r"([a-r])(?:\)|[.:,](?=\s|$)|(?=\s|$)))\s*(?:[-\u2013\u2014]\s+)?", re.IGNORECASE | re.ASCII)


def option(text: str, options: list[str]) -> str | None:
    """The option that a text names, as (B): by its letter, by its full text if no other has the same, or by both."""
    def same(a: str, b: str) -> bool:
        return " ".join(plain(a).lower().split()) == " ".join(plain(b).lower().split())

    text = plain(plain(text).replace("**", ""))  # **(B)** the text of B
    if len(text) > 2000:
        return None
    fits = [number for number, other in enumerate(options) if same(text, other)]
    if len(fits) == 1:
        return f"({chr(65 + fits[0])})"
    match = _LETTER.match(text)
    if fits or not match or (number := ord(match[match.lastindex].upper()) - 65) >= len(options):
        return None
    rest = text[match.end():]
    return f"({chr(65 + number)})" if not rest or same(rest, options[number]) else None

"""Reasoning-Gym: numbers. Sums, products, decimals, bits, fractions, divisors, powers, formats."""
import math
import re
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from tasks import answers, scale
from tasks.reasoning_gym.library import Gym, NumberGym, same


class FractionGym(Gym):
    """The answer is a fraction in lowest terms, written as such."""

    shape = re.compile(r"\\frac\{([\d,_ ]+)\}\{([\d,_ ]+)\}|([\d,_ ]+)/([\d,_ ]+)", re.ASCII)

    def read(self, text: str) -> list[Fraction] | None:
        match = self.shape.fullmatch(answers.unbracketed(text))
        written = [part.strip() for part in match.groups() if part] if match else [""]
        parts = [answers.number(part) for part in written]
        is_mixed = " " in written[0] and " " not in written[-1]  # 1 616/2875, which is no 1616/2875
        return None if None in parts or is_mixed else parts

    def verify(self, question, text):
        return same(self.read, question.answer, text)


_SCIENTIFIC = re.compile(r"([+-]?\d{1,60}(?:\.\d{1,60})?)\s*(?:e|[*x]\s*10\s*(?:\^|\*\*)\s*)"
                         r"([{(]?)([+-]?0?\d{1,2})([)}]?)", re.ASCII | re.IGNORECASE)


def scientific(text: str) -> Fraction | None:
    r"""A number, also as 1.5e-3, 1.5 x 10^-3, 1.5 * 10**(-3) or 1.5 \times 10^{-3}."""
    text = answers.signs(answers.unbracketed(text))
    match = _SCIENTIFIC.fullmatch(text)
    if not match:
        return answers.number(text)
    is_closed = answers.BRACKETS.get(match[2], "") == match[4]
    return Fraction(match[1]) * Fraction(10) ** int(match[3]) if is_closed else None


def as_fractions(expression: str) -> str:
    """The expression as Python that computes exactly."""
    return re.sub(r"\d[\d.]*", r'F("\g<0>")', expression)


def exact(expression: str) -> Fraction:
    """The exact value of an expression that the library wrote."""
    return eval(as_fractions(expression), {"F": Fraction})  # never of anything that a model wrote


def rounded(value: Fraction, digits: int) -> Decimal | None:
    """The value to so many significant digits; None where it lies just between two such numbers."""
    up, down = (Context(prec=digits, rounding=way).divide(Decimal(value.numerator), Decimal(value.denominator))
                for way in (ROUND_HALF_UP, ROUND_HALF_DOWN))
    return up if up == down else None


class BasicArithmetic(NumberGym):
    """Q: Calculate -( 4 + 2 ) * 3 - 8 / 2.    A: -22

    The library computes with floor division, though "/" in the text is a division: only exact results are kept."""

    name, skill, split = "reasoning_gym/basic_arithmetic", "arithmetic", "train"

    def config(self, rng, difficulty):
        terms = rng.randint(scale(difficulty, 2, 4), scale(difficulty, 3, 8))
        digits = rng.randint(scale(difficulty, 1, 2), scale(difficulty, 2, 5))
        # the library looks for a divisor one by one, up to the root of a product of all but one of the terms
        operators = ("+", "-", "*", "/") if (terms - 1) * digits <= 12 else ("+", "-", "*")
        return {"min_terms": terms, "max_terms": terms, "min_digits": digits, "max_digits": digits,
                "operators": operators}

    def fits(self, entry, difficulty):
        return exact(entry["metadata"]["expression"]) == int(entry["answer"])

    def program(self, question):
        expression = question.question.removeprefix("Calculate ").removesuffix(".")
        if "/" not in expression:
            return f"print({expression})"
        return f"from fractions import Fraction as F\nprint({as_fractions(expression)})"


class BitwiseArithmetic(Gym):
    """Q: Evaluate ((0x86c >> 0x3) * (0xa723 - 0xe46)) in hexadecimal.    A: 0xa0a039"""

    name, skill, split = "reasoning_gym/bitwise_arithmetic", "arithmetic", "train"
    knobs = {"difficulty": (1, 5)}
    note = "\n(a >> n halves a n times, rounding down each time. Begin the value with 0x, as in -0x3.)"
    shape = re.compile(r"([+-]?)\s*0x([0-9a-f]{1,600})", re.ASCII | re.IGNORECASE)

    def read(self, text: str) -> int | None:
        match = self.shape.fullmatch(answers.signs(answers.unbracketed(text)))
        return match and int(match[1] + match[2], 16)

    def verify(self, question, text):
        return same(self.read, question.answer, text)

    def program(self, question):
        return f"print(hex({question.question.splitlines()[1]}))"


class ChainSum(NumberGym):
    """Q: State the final answer to the following arithmetic problem: 859 + 467 - 914 =    A: 412"""

    name, skill, split = "reasoning_gym/chain_sum", "arithmetic", "train"
    knobs = {"min_terms": (2, 6), "max_terms": (3, 12), "min_digits": (2, 4), "max_digits": (2, 10)}

    def program(self, question):
        return f"print({question.question.partition(': ')[2].removesuffix('=').strip()})"


class CountBits(NumberGym):
    """Q: How many 1 bits are there in the binary representation of the number 11?    A: 3"""

    name, skill, split = "reasoning_gym/count_bits", "arithmetic", "test"
    knobs = {"max_n": (2000, 100_000, 10_000_000, 1_000_000_000, 2**31 - 1, 2**45)}
    coincidence = 0.25

    def program(self, question):
        return f'print(bin({question.question.split()[-1].rstrip("?")}).count("1"))'


class DecimalArithmetic(NumberGym):
    """Q: Solve to a maximum of 6 significant digits, rounding up from the half: (5.87+4.08)/3.55 = ?    A: 2.80282

    The library rounds after every step; kept are results that are also right when rounded once. The question allows
    only so many digits: more of them are no answer."""

    name, skill, split = "reasoning_gym/decimal_arithmetic", "arithmetic", "train"
    knobs = {"min_num_decimal_places": (1, 3), "max_num_decimal_places": (2, 5), "min_terms": (2, 4),
             "max_terms": (3, 8), "precision": (6, 12)}
    note = "\nRound once, at the end."

    @staticmethod
    def _read(question: str) -> tuple[str, int]:
        return question.splitlines()[1].removesuffix(" = ?"), int(re.search(r"maximum of (\d+)", question)[1])

    def fits(self, entry, difficulty):
        expression, digits = self._read(entry["question"])
        # the library writes very small numbers as 1E-7
        return rounded(exact(expression), digits) == Decimal(entry["answer"]) and "E" not in entry["answer"]

    def program(self, question):
        expression, digits = self._read(question.question)
        return ("from decimal import ROUND_HALF_UP, Context, Decimal\nfrom fractions import Fraction as F\n"
                f"x = {as_fractions(expression)}\ncontext = Context(prec={digits}, rounding=ROUND_HALF_UP)\n"
                'print(format(context.divide(Decimal(x.numerator), Decimal(x.denominator)), "f"))')


class DecimalChainSum(NumberGym):
    """Q: State the final answer to the following arithmetic problem: 859.6 + 467.8685 - 14.41 =    A: 1313.0585"""

    name, skill, split = "reasoning_gym/decimal_chain_sum", "arithmetic", "train"
    knobs = {"min_terms": (2, 5), "max_terms": (3, 10), "min_digits": (1, 4), "max_digits": (2, 10),
             "max_decimal_places": (2, 8)}
    note = "\n(Give the exact value.)"

    def fits(self, entry, difficulty):
        return "E" not in entry["answer"]

    def program(self, question):
        expression = question.question.partition(": ")[2].rpartition(" =")[0]
        return "from decimal import Decimal as D\nprint(" + re.sub(r"\d[\d.]*", r'D("\g<0>")', expression) + ")"


class FractionSimplification(FractionGym):
    r"""Q: Simplify the fraction $\frac{12445}{30305}$ to its lowest terms.    A: $\frac{131}{319}$"""

    name, skill, split = "reasoning_gym/fraction_simplification", "arithmetic", "train"
    knobs = {"max_value": (30, 5000), "max_factor": (10, 500)}
    fixed = {"min_factor": 2}  # with 1, the question is its own answer

    def fits(self, entry, difficulty):
        return entry["metadata"]["simplified_denominator"] > 1  # 1/1 is also 1

    def program(self, question):
        above, below = re.findall(r"\d+", question.question)
        return (f"import math\na, b = {above}, {below}\ng = math.gcd(a, b)\n"
                'print(f"{a // g}/{b // g}")')


class Gcd(NumberGym):
    """Q: Find the Greatest Common Divisor (GCD) of these numbers: 12, 18.    A: 6"""

    name, skill, split = "reasoning_gym/gcd", "arithmetic", "train"
    knobs = {"max_numbers": (2, 4), "max_value": (100, 100_000)}
    coincidence = 0.25

    def draw(self, rng, difficulty):
        entry = super().draw(rng, difficulty)
        while entry["answer"] in ("1", "2") and rng.random() < 0.7:  # most of them are
            entry = super().draw(rng, difficulty)
        return entry

    def program(self, question):
        numbers = question.question.partition(":")[2].partition(".")[0].strip()
        return f"import math\nprint(math.gcd({numbers}))"


class Lcm(NumberGym):
    """Q: Find the Least Common Multiple (LCM) of these numbers: 60, 100    A: 300"""

    name, skill, split = "reasoning_gym/lcm", "arithmetic", "train"
    knobs = {"max_numbers": (2, 5), "max_value": (60, 1000)}

    def program(self, question):
        return f"import math\nprint(math.lcm({question.question.partition(':')[2].strip()}))"


class NumberFormat(Gym):
    """Q: Pick the largest number of the following candidates: 7.4e+03 7401.500000 7,399.75    A: 7401.5

    The sums that the library writes out have rounding errors; what is printed counts."""

    name, skill, split = "reasoning_gym/number_format", "arithmetic", "train"
    knobs = {"max_num_candidates": (3, 25), "max_n": (10_000, 1_000_000_000), "max_delta": (10.0, 1.0)}

    @staticmethod
    def _read(question: str) -> tuple[str, list[str]]:
        wanted, listed = re.search(r"pick the (\w+) number of the following candidates: (.*)", question).groups()
        return wanted, listed.split()

    def fits(self, entry, difficulty):
        values = {scientific(candidate) for candidate in self._read(entry["question"])[1]}
        key = Fraction(entry["answer"])
        # in several formats, one number can be printed as two that hardly differ
        return key in values and all(value == key or abs(value - key) > 1e-4 for value in values)

    def verify(self, question, text):
        value = scientific(text)
        # a program that turns the candidates into floats prints the shortest number for the same float
        return value is not None and float(value) == float(scientific(question.answer))

    def program(self, question):
        wanted, candidates = self._read(question.question)
        pick = {"largest": "max", "smallest": "min"}[wanted]
        return f'candidates = {candidates}\nprint({pick}(candidates, key=lambda c: float(c.replace(",", ""))))'


class PowerFunction(Gym):
    """Q: Compute (245.8034)^5 correct to 3 significant figures, in 'e' notation.    A: 8.97e+11

    The library leaves out the brackets and accepts more digits; -3.0^2 could as well be -9."""

    name, skill, split = "reasoning_gym/power_function", "arithmetic", "train"
    knobs = {"max_exponent": (3, 10)}
    fixed = {"min_exponent": 2}

    def config(self, rng, difficulty):
        low, high = rng.choice(((1.0, 10.0 ** (1 + 2 * difficulty)), (-(10.0 ** (1 + 2 * difficulty)), -1.0)))
        return super().config(rng, difficulty) | {"min_base": low, "max_base": high}

    @staticmethod
    def _power(entry: dict) -> Fraction:
        return Fraction(str(entry["metadata"]["base"])) ** entry["metadata"]["exponent"]

    def fits(self, entry, difficulty):
        return rounded(self._power(entry), 3) is not None

    def generate(self, rng, difficulty):
        entry = self.entry(rng, difficulty)
        base = entry["metadata"]["base"]
        question = entry["question"].strip().replace(f"{base}^", f"({base})^")
        return question, f"{rounded(self._power(entry), 3):.2e}", {}

    def verify(self, question, text):
        value = scientific(text)
        return value is not None and value == scientific(question.answer)

    def program(self, question):
        base, exponent = re.search(r"\((.+?)\)\^(-?\d+)", question.question).groups()
        return f'from decimal import Decimal\nprint(f"{{Decimal(\'{base}\') ** {exponent}:.2e}}")'


class PrimeFactorization(Gym):
    """Q: Find the prime factorization of 639. Write the factors separated by ×.    A: 3 × 3 × 71"""

    name, skill, split = "reasoning_gym/prime_factorization", "arithmetic", "train"
    knobs = {"max_value": (1500, 100_000)}

    @staticmethod
    def read(text: str) -> list[Fraction] | None:
        whole, equals, text = answers.signs(answers.unbracketed(text)).rpartition("=")  # 639 = 3 * 3 * 71
        parts = re.split("[*x]", text.lower())
        if len(parts) == 1:
            parts = answers.items(text) or [""]
        factors = [answers.number(part) for part in parts]
        if None in factors or equals and answers.number(whole) != math.prod(factors):
            return None
        return sorted(factors)

    def verify(self, question, text):
        return same(self.read, question.answer, text)

    def program(self, question):
        number = re.search(r"factorization of (\d+)", question.question)[1]
        return (f'n = {number}\nfactors, p = [], 2\nwhile n > 1:\n    while n % p == 0:\n        factors.append(p)\n'
                '        n //= p\n    p += 1\nprint(" × ".join(map(str, factors)))')


class Products(NumberGym):
    """Q: Solve the following multiplication: 914 * 807. Give only the result.    A: 737598"""

    name, skill, split = "reasoning_gym/products", "arithmetic", "train"
    knobs = {"max_terms": (2, 4), "min_digits": (2, 3), "max_digits": (2, 8)}

    def program(self, question):
        return f"print({question.question.partition(': ')[2].partition('.')[0]})"

"""SymBench: numbers and operators. Game 24, new operator, number multiply."""
from fractions import Fraction
from itertools import combinations

from tasks import Task, answers


class Game24(Task):
    """Q: Use each of 2, 5, 7, 8 once, with + - * / and brackets, to make 24.    A: 8*(2*5-7)"""

    name, skill, split = "symbench/game24", "arithmetic", "train"

    def generate(self, rng, difficulty):
        count = 3 if difficulty < 0.25 else 4 if difficulty < 0.75 else 5
        largest = 25 if count == 3 else 9 + round(difficulty * 10)
        while True:
            numbers = [rng.randint(1, largest) for _ in range(count)]
            answer = self._solve(tuple((Fraction(n), str(n)) for n in numbers), {})
            if answer:
                text = f"Use each of {', '.join(map(str, numbers))} once, with + - * / and brackets, to make 24."
                return text, answer, {"numbers": numbers}

    def _solve(self, terms: tuple, dead: dict) -> str | None:
        """An expression of all terms worth 24: join any two in any way and go on with one term less."""
        if len(terms) == 1:
            return terms[0][1] if terms[0][0] == 24 else None
        key = tuple(sorted(value for value, _ in terms))
        if key in dead:
            return None
        for i, j in combinations(range(len(terms)), 2):
            (a, left), (b, right) = terms[i], terms[j]
            rest = tuple(term for place, term in enumerate(terms) if place not in (i, j))
            joined = [(a + b, f"({left}+{right})"), (a - b, f"({left}-{right})"), (b - a, f"({right}-{left})"),
                      (a * b, f"({left}*{right})")]
            joined += [(a / b, f"({left}/{right})")] if b else []
            joined += [(b / a, f"({right}/{left})")] if a else []
            for term in joined:
                found = self._solve((*rest, term), dead)
                if found:
                    return found
        dead[key] = True
        return None

    def verify(self, question, text):
        read = answers.expression(text)
        return read is not None and read[0] == 24 and sorted(read[1]) == sorted(question.data["numbers"])

    def program(self, question):
        return f"""from fractions import Fraction
def solve(terms):
    if len(terms) == 1:
        return terms[0][1] if terms[0][0] == 24 else None
    for i in range(len(terms)):
        for j in range(len(terms)):
            if i != j:
                (a, x), (b, y) = terms[i], terms[j]
                rest = [terms[k] for k in range(len(terms)) if k not in (i, j)]
                for value, sign in ((a + b, "+"), (a - b, "-"), (a * b, "*"), (a / b if b else 0, "/")):
                    if sign != "/" or b:
                        found = solve(rest + [(value, f"({{x}}{{sign}}{{y}})")])
                        if found:
                            return found
print(solve([(Fraction(n), str(n)) for n in {question.data['numbers']}]))"""


class NewOperator(Task):
    """Q: Let a @ b = 2*a + 3*b and a # b = 4*a*b. Left to right, what is 1 @ 2 # 3?    A: 96"""

    name, skill, split = "symbench/new_operator", "arithmetic", "train"

    def generate(self, rng, difficulty):
        symbols = rng.sample("@#$&~", 1 if difficulty < 0.3 else 2 if difficulty < 0.7 else 3)
        formulas = {symbol: self._formula(rng, difficulty) for symbol in symbols}
        count = 2 + round(difficulty * 4)
        numbers = [rng.randint(1, 9 + round(difficulty * 40)) for _ in range(count + 1)]
        used = [rng.choice(symbols) for _ in range(count)]
        value = numbers[0]
        for symbol, number in zip(used, numbers[1:]):
            value = self._apply(formulas[symbol], value, number)
        rules = " and ".join(f"a {symbol} b = {formula}" for symbol, formula in formulas.items())
        chain = str(numbers[0]) + "".join(f" {symbol} {number}" for symbol, number in zip(used, numbers[1:]))
        return (f"Let {rules}. Left to right, what is {chain}?", str(value),
                {"formulas": formulas, "numbers": numbers, "used": used})

    @staticmethod
    def _formula(rng, difficulty: float) -> str:
        p, q = rng.randint(2, 5), rng.randint(2, 9)
        kinds = [f"{p}*a + {q}*b", f"{p}*a - {q}*b", f"{p}*a*b"]
        return rng.choice(kinds + ([f"a*b + {p}*a - {q}*b"] if difficulty > 0.5 else []))

    @staticmethod
    def _apply(formula: str, a: int, b: int) -> int:
        """Our own formula at (a, b): a sum of products of numbers, a and b."""
        total, sign = 0, 1
        for term in formula.split():
            if term in "+-":
                sign = 1 if term == "+" else -1
                continue
            product = sign
            for factor in term.split("*"):
                product *= a if factor == "a" else b if factor == "b" else int(factor)
            total += product
        return total

    def verify(self, question, text):
        return answers.number(text) == int(question.answer)

    def program(self, question):
        data = question.data
        lines = [f"a = {data['numbers'][0]}"]
        for symbol, number in zip(data["used"], data["numbers"][1:]):
            lines += [f"b = {number}", f"a = {data['formulas'][symbol]}"]
        return "\n".join([*lines, "print(a)"])


class NumberMultiply(Task):
    """Q: What is 123 * 45?    A: 5535"""

    name, skill, split = "symbench/number_multiply", "arithmetic", "test"

    def generate(self, rng, difficulty):
        digits = 2 + round(difficulty * 13)
        low, high = 10 ** (digits - 1), 10 ** digits - 1
        factors = [rng.randint(low, high), rng.randint(low, high) * rng.choice((-1, 1) if difficulty > 0.5 else (1,))]
        if difficulty > 0.7:
            factors.append(rng.randint(2, 99))
        text = " * ".join(map(str, factors))
        value = 1
        for factor in factors:
            value *= factor
        return f"What is {text}?", str(value), {"product": text}

    def verify(self, question, text):
        return answers.number(text) == int(question.answer)

    def program(self, question):
        return f"print({question.data['product']})"

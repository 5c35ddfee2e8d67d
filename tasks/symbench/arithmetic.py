"""SymBench: numbers and operators. Game 24, combinatorial calculation, new operator, number multiply."""
from fractions import Fraction

from tasks import Task, answers, scale


class Game24(Task):
    """Q: Use each of 2, 5, 7, 8 once, with + - * / and brackets, to make 24.    A: 8*(2*5-7)"""

    name, skill, split = "symbench/game24", "arithmetic", "test"

    def generate(self, rng, difficulty):
        count, largest = scale(difficulty, 3, 6), scale(difficulty, 25, 13)
        answer = None
        while not answer:
            numbers = []
            answer = self._split(rng, 24, count, largest, numbers)
        rng.shuffle(numbers)
        text = f"Use each of {', '.join(map(str, numbers))} once, with + - * / and brackets, to make 24."
        return text, answer[1:-1], {"numbers": numbers}

    def _split(self, rng, value: int, count: int, largest: int, numbers: list[int]) -> str | None:
        """An expression of `count` numbers from 1 to `largest` worth `value`, made backwards; None: a dead end."""
        if count == 1:
            numbers.append(value)
            return str(value) if 1 <= value <= largest else None
        sign, other = rng.choice("+-*/"), rng.randint(1, largest)
        if (sign == "+" and other >= value) or (sign == "*" and value % other) or value > 200:
            return None
        sides = {"+": (value - other, other), "-": (value + other, other), "*": (value // other, other),
                 "/": (value * other, other)}[sign]
        first = rng.randint(1, count - 1)
        left = self._split(rng, sides[0], first, largest, numbers)
        right = left and self._split(rng, sides[1], count - first, largest, numbers)
        return f"({left}{sign}{right})" if right else None

    def verify(self, question, text):
        read = answers.expression(text)
        return read is not None and read[0] == 24 and sorted(read[1]) == sorted(question.data["numbers"])

    solver = """
from fractions import Fraction
dead = set()
def solve(terms):
    if len(terms) == 1:
        return terms[0][1] if terms[0][0] == 24 else None
    key = tuple(sorted(value for value, text in terms))
    if key in dead:
        return None
    for i in range(len(terms)):
        for j in range(len(terms)):
            if i != j:
                (a, x), (b, y) = terms[i], terms[j]
                rest = [terms[k] for k in range(len(terms)) if k not in (i, j)]
                for value, sign in ((a * b, "*"), (a + b, "+"), (a - b, "-"), (a / b if b else 0, "/")):
                    if sign != "/" or b:
                        found = solve(rest + [(value, f"({x}{sign}{y})")])
                        if found:
                            return found
    dead.add(key)
print(solve([(Fraction(n), str(n)) for n in numbers]))"""

    def program(self, question):
        return f"numbers = {question.data['numbers']}{self.solver}"


class CombinatorialCalculation(Task):
    """Q: Put + - * / and brackets between 2 3 4, in this order, each number once, to make 10.    A: (2*3)+4"""

    name, skill, split = "symbench/combinatorial_calculation", "arithmetic", "test"

    def generate(self, rng, difficulty):
        count, largest = scale(difficulty, 3, 10), scale(difficulty, 50, 500)
        value = 0
        while not 9 < value <= largest:
            numbers = [rng.randint(1, 9) for _ in range(count)]
            value, answer = self._tree(rng, numbers)
        return (f"Put + - * / and brackets between {' '.join(map(str, numbers))}, in this order, each number once, to "
                f"make {value}.", answer[1:-1], {"numbers": numbers, "target": value})

    def _tree(self, rng, numbers: list[int]) -> tuple[int, str]:
        """Value and text of a random expression over the numbers in order; divisions come out even."""
        if len(numbers) == 1:
            return numbers[0], str(numbers[0])
        cut = rng.randint(1, len(numbers) - 1)
        (a, left), (b, right) = self._tree(rng, numbers[:cut]), self._tree(rng, numbers[cut:])
        sign = rng.choice("+-*/" if b and a % b == 0 else "+-*")
        value = {"+": a + b, "-": a - b, "*": a * b, "/": a // b if b else 0}[sign]
        return value, f"({left}{sign}{right})"

    def verify(self, question, text):
        text = answers.plain(text)
        if text.startswith("[") and text.endswith("]"):  # a list of tokens: [2, *, 3, +, 4]
            text = text[1:-1].replace(",", " ").replace("'", "").replace('"', "")
        read = answers.expression(text)
        return read is not None and read == (question.data["target"], question.data["numbers"])

    solver = """
made = {}
def reach(i, j):
    if (i, j) not in made:
        found = {numbers[i]: str(numbers[i])} if j == i + 1 else {}
        for k in range(i + 1, j):
            for a, x in reach(i, k).items():
                for b, y in reach(k, j).items():
                    found.setdefault(a + b, f"({x}+{y})")
                    found.setdefault(a - b, f"({x}-{y})")
                    if abs(a * b) < 5000:
                        found.setdefault(a * b, f"({x}*{y})")
                    if b and a % b == 0:
                        found.setdefault(a // b, f"({x}/{y})")
        made[i, j] = found
    return made[i, j]
print(reach(0, len(numbers))[target])"""

    def program(self, question):
        return f"numbers = {question.data['numbers']}\ntarget = {question.data['target']}{self.solver}"


class NewOperator(Task):
    """Q: Let a @ b = 2*a + 3*b and a # b = 4*a*b. What is (1 @ 2) # 3, exactly?    A: 96"""

    name, skill, split = "symbench/new_operator", "arithmetic", "train"
    formulas = {  # what is printed -> what it means, with p and q drawn anew for each operator
        "{p}*a + {q}*b": lambda a, b, p, q: p * a + q * b,
        "{p}*a - {q}*b": lambda a, b, p, q: p * a - q * b,
        "{p}*a*b": lambda a, b, p, q: p * a * b,
        "a*b + {p}*a - {q}*b": lambda a, b, p, q: a * b + p * a - q * b,
        "(a + b)/{q}": lambda a, b, p, q: (a + b) / q,
    }

    def generate(self, rng, difficulty):
        symbols = rng.sample("@#$&~", 1 if difficulty < 0.3 else 2 if difficulty < 0.7 else 3)
        known = list(self.formulas)[:scale(difficulty, 3, 5)]
        meanings = {symbol: (rng.choice(known), rng.randint(2, 5), rng.randint(2, 9)) for symbol in symbols}
        count, largest = scale(difficulty, 2, 6), scale(difficulty, 9, 50)
        parts = [(Fraction(number), str(number), f"F({number})")
                 for number in (rng.randint(1, largest) for _ in range(count + 1))]
        while len(parts) > 1:  # join two neighbours: the value, how it is printed, how the program says it
            at, symbol = rng.randrange(len(parts) - 1), rng.choice(symbols)
            (a, left, f), (b, right, g) = parts[at:at + 2]
            formula, p, q = meanings[symbol]
            joined = f"{left} {symbol} {right}"
            parts[at:at + 2] = [(self.formulas[formula](a, b, p, q), f"({joined})" if len(parts) > 2 else joined,
                                 f"op{symbols.index(symbol)}({f}, {g})")]
        printed = {symbol: formula.format(p=p, q=q) for symbol, (formula, p, q) in meanings.items()}
        rules = " and ".join(f"a {symbol} b = {formula}" for symbol, formula in printed.items())
        value, expression, call = parts[0]
        return (f"Let {rules}. What is {expression}, exactly?", str(value),
                {"formulas": list(printed.values()), "call": call})

    def verify(self, question, text):
        return answers.number(text) == Fraction(question.answer)

    def program(self, question):
        operators = "".join(f"def op{place}(a, b):\n    return {formula}\n"
                            for place, formula in enumerate(question.data["formulas"]))
        return f"from fractions import Fraction as F\n{operators}print({question.data['call']})"


class NumberMultiply(Task):
    """Q: What is 123 * 45?    A: 5535"""

    name, skill, split = "symbench/number_multiply", "arithmetic", "train"

    def generate(self, rng, difficulty):
        digits = 2 + round(difficulty * 13 + max(0, difficulty - 0.5) * 10)
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

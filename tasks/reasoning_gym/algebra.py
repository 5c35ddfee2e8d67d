"""Reasoning-Gym: algebra and geometry."""
import math
import re
from fractions import Fraction
from functools import partial

from tasks import answers
from tasks.reasoning_gym.library import Gym, NumberGym, same

MAX_POLYNOMIAL_CHARS = 4000
_FRACTION = re.compile(r"\\frac\{([\w^*. ]{1,80})\}\{(\d{1,20})\}", re.ASCII)
_OVER = re.compile(r"(?<![\w)])\(([\w^*. ]{1,80})\)(?= ?/)", re.ASCII)  # the brackets of (3*x**2)/5
_TERM = re.compile(r" ?(?P<sign>[+-]?) ?(?P<number>\d+(?:\.\d+)?(?: ?/ ?\d+)?|\( ?\d+ ?/ ?\d+ ?\))? ?(?P<times>\*?)"
                   r"(?: ?(?P<variable>[a-z])(?: ?(?:\*\*|\^) ?(?P<exponent>\d{1,3}))?)?"
                   r"(?: ?/ ?(?P<divisor>\d+))?", re.ASCII)


def polynomial(text: str, variables: str) -> dict[tuple[str, int], Fraction] | None:
    """A sum of terms like -3*x**2, 7x^2/3, (7/3)*x or 5 as {(variable, exponent): coefficient}; constants as ("", 0).

    Each power once, and fractions in lowest terms: a sum or a division still to be worked out is no answer. No brackets
    except around a fraction, no product of variables; upper case is read as lower case.
    """
    if len(text) > MAX_POLYNOMIAL_CHARS:
        return None
    text = (answers.unbracketed(text) if text.count("(") < 2 else answers.plain(text)).lower()
    text = re.sub(r"\^\{(\d{1,3})\}", r"^\1", answers.signs(text), flags=re.ASCII)
    text = _OVER.sub(r"\1", _FRACTION.sub(r" \1/\2 ", text))
    text, place, found = " ".join(text.split()), 0, {}
    while place < len(text):
        term = _TERM.match(text, place)
        number, variable = term["number"], term["variable"] or ""
        coefficient, divisor = answers.number(number or "1"), answers.number(term["divisor"] or "1")
        if not number and not variable or place and not term["sign"] or term["times"] and not (number and variable):
            return None  # no term, or two without a sign between them, or a sign of multiplication between nothing
        if coefficient is None or not divisor or variable not in variables:
            return None
        above, _, below = (number or "1").strip("()").partition("/")
        if below and math.gcd(int(above), int(below)) > 1 or divisor > 1 and math.gcd(
                coefficient.numerator, divisor.numerator) > 1:
            return None
        exponent = int(term["exponent"] or 1) if variable else 0
        power = (variable, exponent) if exponent else ("", 0)
        if power in found:
            return None
        found[power] = (-1 if term["sign"] == "-" else 1) * coefficient / divisor
        place = term.end()
    return {power: coefficient for power, coefficient in found.items() if coefficient} if text else None


def rounds(value: Fraction | None, exact: str, places: int) -> bool:
    """Whether `value` is `exact`, or that rounded to so many decimal places; a tie may go either way."""
    if value is None or value == Fraction(exact):
        return value is not None
    whole = (value * 10**places).denominator == 1
    return whole and abs(value - Fraction(exact)) <= Fraction(1, 2 * 10**places) + Fraction(1, 10**9)


class ComplexArithmetic(Gym):
    """Q: Subtract the complex numbers: (1.0 + 10.0i) - (6.0 - 10.0i)    A: -5.0 + 20.0i"""

    name, skill, split = "reasoning_gym/complex_arithmetic", "arithmetic", "train"
    knobs = {"min_real": (-10, -1000), "max_real": (10, 1000), "min_imag": (-10, -1000), "max_imag": (10, 1000),
             "operations_weights": ([0.4, 0.4, 0.1, 0.1], [0.25, 0.25, 0.25, 0.25], [0.1, 0.1, 0.4, 0.4])}

    note = "\nBoth parts of the answer are whole numbers."

    def verify(self, question, text):
        text = re.sub(r"\+ ?-", "-", text.replace("j", "i"))  # 443 + -325i
        if "/" in text or "frac" in text:
            return False  # a division still to be done
        return same(partial(polynomial, variables="i"), question.answer, text)

    def program(self, question):
        formula = question.question.splitlines()[0].partition(": ")[2].replace("i", "j")
        formula = formula.replace("×", "*").replace("÷", "/")
        return f"z = {formula}\nprint(complex(round(z.real, 6), round(z.imag, 6)))"


class PolynomialEquations(Gym):
    """Q: Solve for real v: 100*v**2 + 4*v = 0. Round to 4 decimal places.    A: -0.04, 0.0

    The library loses real roots of cubics (sympy cannot tell that Cardano's formulas are real), so the roots are found
    here, and its advice to round down at a half, which its own key does not follow, is left out.
    """

    name, skill, split = "reasoning_gym/polynomial_equations", "arithmetic", "train"
    knobs = {"min_degree": (1, 2), "max_degree": (1, 4), "max_terms": (3, 6), "max_value": (20, 100)}

    def draw(self, rng, difficulty):
        from sympy import Poly, Symbol
        dataset = self.create(**self.config(rng, difficulty))
        config, exact, shown = dataset.config, [], []
        while set(exact) <= {"0"} or len(set(shown)) < len(exact):
            variable = dataset._get_variable(rng)
            degree = rng.randint(config.min_degree, config.max_degree)
            terms = rng.randint(config.min_terms, config.max_terms)
            formula = dataset._generate_polynomial_expr(rng, variable, degree, terms)
            roots = sorted(set(Poly(formula, Symbol(variable)).real_roots())) if formula != 0 else []
            exact = [str(root if root.is_Rational else root.evalf(30)) for root in roots]
            shown = [str(round(float(Fraction(root)), 4)) for root in exact]
        asked = rng.choice(dataset._prompt_templates).format(variable=variable, polynomial_expanded=formula)
        rules = dataset.added_instruction.replace(" (rounding down when the 5th decimal place is 5 or greater)", "")
        return {"question": asked + rules.rstrip() + "\n6. Give each value once.", "answer": ", ".join(shown),
                "variable": variable, "exact": exact}

    def data(self, entry):
        return {"variable": entry["variable"], "exact": entry["exact"]}

    def verify(self, question, text):
        exact = question.data["exact"]
        text = re.sub(" (and|or) ", ", ", answers.plain(text).strip("{}"))
        values = answers.numbers(answers.unlabelled(text, [question.data["variable"]] * len(exact)))
        if "/" in text or "frac" in text:
            return False  # decimals are asked for
        return (values is not None and len(values) == len(exact)
                and all(rounds(value, root, 4) for value, root in zip(sorted(values), exact)))

    def program(self, question):
        variable, formula = question.data["variable"], re.search(r":\s*(.*) = 0", question.question)[1]
        return (f"from sympy import Poly, Symbol, real_roots\n{variable} = Symbol('{variable}')\n"
                f"roots = sorted(set(real_roots(Poly({formula}, {variable}))))\n"
                "print(\", \".join(str(round(float(root), 4)) for root in roots))")


class PolynomialMultiplication(Gym):
    """Q: Simplify this expression: (3*x + 1)*(x - 2)    A: 3*x**2 - 5*x - 2

    The factors are drawn here, as the library draws them from a set, whose order differs from process to process.
    """

    name, skill, split = "reasoning_gym/polynomial_multiplication", "arithmetic", "train"
    knobs = {"max_terms": (2, 6), "max_value": (10, 1000), "max_degree": (1, 4), "max_polynomials": (2, 3)}
    note = "\n3. Multiply everything out: the answer is a sum without brackets, one term for each power."

    def draw(self, rng, difficulty):
        from sympy import Symbol, expand, prod
        dataset = self.create(**self.config(rng, difficulty))
        config, formula = dataset.config, ""
        while "(" not in str(formula):  # sympy has already multiplied in a lone constant
            variable = Symbol(rng.choice(config.variables))
            powers = [variable**exponent for exponent in range(config.min_degree, config.max_degree + 1)]
            count = rng.randint(config.min_polynomials, config.max_polynomials)
            formula = prod(dataset._generate_polynomial(rng, powers) for _ in range(count))
        asked = rng.choice(dataset._prompt_templates).format(polynomial_expr=formula)
        return {"question": asked + dataset.added_instruction, "answer": str(expand(formula))}

    def verify(self, question, text):
        return same(partial(polynomial, variables="xyz"), question.answer, text)

    def program(self, question):
        formula = question.question.partition(": ")[2].partition("\n")[0]
        return f"from sympy import expand, symbols\nx, y, z = symbols('x y z')\nprint(expand({formula}))"


class SimpleEquations(Gym):
    """Q: Solve for t: 84*t + 4370 = 9410    A: 60"""

    name, skill, split = "reasoning_gym/simple_equations", "arithmetic", "train"
    knobs = {"max_terms": (2, 8), "max_value": (10, 10000),
             "operators_weights": ([0.4, 0.4, 0.2], [0.35, 0.35, 0.3], [0.3, 0.3, 0.4])}
    coincidence = 0.15

    def fits(self, entry, difficulty):
        return entry["metadata"]["equation"] != "0 = 0"  # the variable may have been multiplied by zero

    def data(self, entry):
        return {"variable": entry["metadata"]["variable"]}

    def verify(self, question, text):
        return answers.number(answers.unlabelled(text, [question.data["variable"]])) == int(question.answer)

    def program(self, question):
        left, right = re.search(r": (.*) = (.*)", question.question).groups()
        return (f"from fractions import Fraction\ndef f({question.data['variable']}):\n    return {left}\n"
                f"print(Fraction({right} - f(0), f(1) - f(0)))  # f is linear")


class SimpleIntegration(Gym):
    """Q: Find the indefinite integral: ∫ 63*x**8 - 12*x**5 dx    A: 7*x**9 - 2*x**6 + C

    Any constant will do, or none. The library also writes functions of X, and dx behind them: only x here.
    """

    name, skill, split = "reasoning_gym/simple_integration", "arithmetic", "train"
    knobs = {"max_terms": (2, 8), "max_degree": (4, 15), "max_bounds": (5, 50)}
    fixed = {"symbols": ("x",)}

    def fits(self, entry, difficulty):
        return entry["metadata"]["integrand"] != "0"

    @staticmethod
    def _without_constants(text: str) -> dict | None:
        terms = polynomial(text, "xc")
        return terms and {power: value for power, value in terms.items() if power not in (("c", 1), ("", 0))}

    def verify(self, question, text):
        return same(self._without_constants, question.answer, text)

    def program(self, question):
        integrand = re.search("∫ (.*) dx", question.question)[1]
        return f"from sympy import integrate, symbols\nprint(integrate(\"{integrand}\", symbols(\"x\")), \"+ C\")"


class AdvancedGeometry(Gym):
    """Q: In triangle ABC with coordinates A=(-2, 1), B=(10, 6), and C=(-10, 4), find angle ABC, with 3 decimal places.
    A: 16.909°

    Also the incircle's radius and the orthocenter. The library's key for angles has two decimal places only.
    """

    name, skill, split = "reasoning_gym/advanced_geometry", "space", "train"
    knobs = {"min_coord": (-10, -1000), "max_coord": (10, 1000)}

    def draw(self, rng, difficulty):
        entry = super().draw(rng, difficulty)
        kind, corners = entry["metadata"]["task_type"], [entry["metadata"][corner] for corner in "ABC"]
        (ax, ay), (bx, by), (cx, cy) = [[int(coordinate) for coordinate in corner] for corner in corners]
        cross = (ax - bx) * (cy - by) - (ay - by) * (cx - bx)  # twice the area, with a sign
        dot = (ax - bx) * (cx - bx) + (ay - by) * (cy - by)
        if kind == "orthocenter":  # from B, along the altitude upon CA
            exact = [bx + Fraction(dot * (cy - ay), cross), by + Fraction(dot * (ax - cx), cross)]
        elif kind == "incircle_radius":
            exact = [abs(cross) / (math.dist((ax, ay), (bx, by)) + math.dist((bx, by), (cx, cy))
                                   + math.dist((cx, cy), (ax, ay)))]
        else:
            exact = [math.degrees(math.atan2(abs(cross), dot))]
        shown = ", ".join(f"{float(value):.3f}" for value in exact)
        answer = f"({shown})" if kind == "orthocenter" else shown + "°" * (kind == "angle_measure")
        return entry | {"answer": answer, "exact": [str(value) for value in exact], "kind": kind}

    def data(self, entry):
        return {"exact": entry["exact"], "kind": entry["kind"]}

    def verify(self, question, text):
        exact, kind = question.data["exact"], question.data["kind"]
        if "/" in text or "frac" in text:
            return False  # decimals are asked for
        if kind == "orthocenter":
            values = answers.numbers(answers.unlabelled(text, ["x", "y"]))
        else:
            values = [answers.number(answers.without_degrees(text) if kind == "angle_measure" else text)]
        return (values is not None and len(values) == len(exact)
                and all(rounds(value, number, 3) for value, number in zip(values, exact)))

    solvers = {"angle": """
angle = math.degrees(math.atan2(ay - by, ax - bx) - math.atan2(cy - by, cx - bx)) % 360
print(f"{min(angle, 360 - angle):.3f}°")""", "incircle": """
a, b, c = math.dist(B, C), math.dist(C, A), math.dist(A, B)
area = abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) / 2
print(f"{2 * area / (a + b + c):.3f}")""", "orthocenter": """
# H * (C - B) = A * (C - B) and H * (A - C) = B * (A - C), by Cramer's rule
p, q = ax * (cx - bx) + ay * (cy - by), bx * (ax - cx) + by * (ay - cy)
d = (cx - bx) * (ay - cy) - (cy - by) * (ax - cx)
x, y = (p * (ay - cy) - (cy - by) * q) / d, ((cx - bx) * q - p * (ax - cx)) / d
print(f"({x:.3f}, {y:.3f})")"""}

    def program(self, question):
        corners = re.findall(r"[ABC]=(\(.*?\))", question.question)
        solver = next(self.solvers[kind] for kind in ("orthocenter", "incircle", "angle") if kind in question.question)
        return (f"import math\nA, B, C = {', '.join(corners)}\n(ax, ay), (bx, by), (cx, cy) = A, B, C{solver}")


class SimpleGeometry(NumberGym):
    """Q: A convex polygon with 4 sides has interior angles 101.0°, 45.0°, 117.0°. The last one?    A: 97

    The library also asks for last angles over 180 degrees, which no convex polygon has: drawn again.
    """

    name, skill, split = "reasoning_gym/simple_geometry", "arithmetic", "train"
    knobs = {"min_sides": (3, 8), "max_sides": (4, 12), "min_angle": (10, 130)}

    def fits(self, entry, difficulty):
        return float(entry["answer"]) < 180

    def verify(self, question, text):
        return super().verify(question, answers.without_degrees(text))

    def program(self, question):
        angles = ", ".join(re.findall(r"([\d.]+)°", question.question))
        return f"known = [{angles}]\nprint(f\"{{180 * (len(known) + 1 - 2) - sum(known):g}}\")"

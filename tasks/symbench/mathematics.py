"""SymBench: word problems, geometry, counting and probability."""
import math
import re
from collections import Counter
from fractions import Fraction

from tasks import Task, answers, scale


class GsmHard(Task):
    """Q: A kiosk sells 48213 pens at 3 dollars each and pays 12345 dollars of rent. How many dollars are left?    A:
    132294"""

    name, skill, split = "symbench/gsm_hard", "arithmetic", "train"
    # The story, what it asks for, and what else must be above 0 in it. a is the largest number, b to f are smaller; g
    # is b times c and h is b times a.
    stories = [
        ("A kiosk sells {a} pens at {b} dollars each and pays {c} dollars of rent. How many dollars are left?",
         "{a}*{b}-{c}"),
        ("A town of {a} people loses {c} and then gains {d}. How many people live there now?", "{a}-{c}+{d}"),
        ("A farm packs {g} eggs in boxes of {b}. How many boxes does it fill?", "{g}/{b}"),
        ("A cinema has {b} rows of {c} seats and sells {d} tickets fewer than it has seats. How many tickets?",
         "{b}*{c}-{d}"),
        ("Ann has {a} coins, Bob has {c} more than Ann. How many have they together?", "{a}+({a}+{c})"),
        ("A train with {b} cars of {c} seats each carries {a} people in {d} trips; how many seats stayed empty in all?",
         "{b}*{c}*{d}-{a}"),
        ("A library buys {b} books a month for {c} months and gives away {d}. How many books has it gained?",
         "{b}*{c}-{d}"),
        ("A baker uses {b} grams of flour per loaf. How many grams are left of {a} grams after {c} loaves?",
         "{a}-{b}*{c}"),
        ("A tank holds {a} litres. A pump adds {b} litres a minute for {c} minutes while {d} litres leak in all. How "
         "many litres are in it?",
         "{a}+{b}*{c}-{d}"),
        ("A shop buys {b} lamps for {c} dollars each and sells each for {d} dollars more. How many dollars does it "
         "take in?",
         "{b}*({c}+{d})"),
        ("{b} friends share a prize of {h} dollars equally, then each pays {c} dollars. How many dollars has each "
         "left?",
         "{h}/{b}-{c}"),
        ("A factory makes {a} screws on Monday, {b} fewer on Tuesday and twice as many as on Monday on Wednesday. How "
         "many in all?",
         "{a}+({a}-{b})+2*{a}"),
        ("A school has {b} classes of {c} children and {d} classes of {e}. How many children are there?",
         "{b}*{c}+{d}*{e}"),
        ("A truck makes {b} trips with {c} stones of {d} kilograms each. How many kilograms are that?", "{b}*{c}*{d}"),
        ("A writer earns {b} dollars per page for {c} pages and pays {d} dollars to each of {e} helpers. What is left "
         "in dollars?",
         "{b}*{c}-{d}*{e}"),
        ("A hall has {a} chairs. {b} rows of {c} chairs are carried in, then {d} rows of {e} are carried out. How "
         "many chairs are there?",
         "{a}+{b}*{c}-{d}*{e}"),
        ("A fund of {a} dollars grows by {b} dollars a year for {c} years, then {d} dollars are taken out. What is "
         "left in dollars?", "{a}+{b}*{c}-{d}"),
        ("A box weighs {b} grams and each of the {c} nails in it {d} grams. What do {e} such full boxes weigh, in "
         "grams?",
         "({b}+{c}*{d})*{e}"),
        ("A bus company runs {b} buses, each {c} kilometres a day, for {d} days. By {e} kilometres it stays below its "
         "plan. How many kilometres were planned?", "{b}*{c}*{d}+{e}"),
        ("A printer prints {b} pages a minute for {c} minutes, then {d} pages a minute for {e} minutes. {f} pages are "
         "spoilt. How many are good?", "{b}*{c}+{d}*{e}-{f}"),
        ("A seller buys {b} crates of {c} apples, throws away {d} apples and sells the rest at {e} cents each. How "
         "many cents does he take in?", "({b}*{c}-{d})*{e}"),
        ("Three sisters own {a}, {b} and {c} stamps; each buys {d} more, and all together then sell {e}. How many "
         "have they?",
         "{a}+{b}+{c}+3*{d}-{e}"),
        ("A mill fills {b} sacks with {c} kilograms of flour each; {d} of the sacks go to bakers, the rest to a store "
         "that already holds {e} kilograms. How many kilograms does the store hold now?", "({b}-{d})*{c}+{e}",
         "{b}-{d}"),
        ("A hotel has {b} floors of {c} rooms with {d} beds each. {e} of the rooms have one bed more. How many beds "
         "are there?",
         "{b}*{c}*{d}+{e}", "{b}*{c}-{e}"),
        ("A club with {a} members pays {b} dollars per member and {c} dollars for each of {d} guests, and gets {e} "
         "dollars back. What did it spend in dollars?", "{a}*{b}+{c}*{d}-{e}"),
        ("A ship carries {b} containers of {c} crates with {d} bottles each; {e} crates break with all their bottles. "
         "How many bottles arrive?", "({b}*{c}-{e})*{d}"),
        ("A forest has {a} trees. In each of {b} years {c} are felled and {d} planted. How many trees are there then?",
         "{a}-{b}*{c}+{b}*{d}", "{a}-{c}+({b}-1)*({d}-{c})"),
        ("An orchard of {b} rows with {c} trees each yields {d} kilograms a tree; {e} kilograms rot and {f} are given "
         "away. How many kilograms are left to sell?", "{b}*{c}*{d}-{e}-{f}"),
        ("A team of {b} painters works {c} days of {d} hours for {e} dollars an hour each and buys paint for {f} "
         "dollars. What does the work cost in dollars?", "{b}*{c}*{d}*{e}+{f}"),
        ("A warehouse gets {b} pallets of {c} boxes on each of {d} days and ships {e} boxes on each of {f} days. How "
         "many boxes more than before does it hold?", "{b}*{c}*{d}-{e}*{f}"),
        ("A farmer sells {b} sheep at {c} dollars and {d} goats at {e} dollars, then buys a tractor for {f} dollars "
         "and a barn for {a} dollars. How many dollars has he more than before (negative if fewer)?",
         "{b}*{c}+{d}*{e}-{f}-{a}"),
    ]

    def generate(self, rng, difficulty):
        easiest = sorted(self.stories, key=lambda story: sum(map(story[1].count, "+-*/")))
        story, *formulas = rng.choice(easiest[scale(difficulty, 0, 12):scale(difficulty, 12, len(easiest))])
        digits = scale(difficulty, 2, 6)
        while True:
            numbers = {letter: rng.randint(2, 10 ** digits) for letter in "bcdef"}
            numbers["a"] = rng.randint(10 ** digits, 10 ** (digits + scale(difficulty, 1, 3)))
            numbers |= {"g": numbers["b"] * numbers["c"], "h": numbers["b"] * numbers["a"]}
            expressions = [formula.format(**numbers) for formula in formulas]
            values = [answers.expression(expression)[0] for expression in expressions]
            if min(values) > 0:
                return story.format(**numbers), str(values[0]), {"expression": expressions[0]}

    @staticmethod
    def _unit(question: str) -> str:
        """What is asked for: the word behind "how many", or that behind the first number where it is not said again."""
        asked = re.search(r"how many (?!have |in |are )([a-z]+)|\bin (dollars|grams)\?", question, re.IGNORECASE)
        asked = asked or re.search(r"\d (?!and )([a-z]+)", question)
        return asked[asked.lastindex] if asked else ""

    def verify(self, question, text):
        unit = self._unit(question.question)
        text = answers.plain(text).lower().removesuffix(unit)
        return answers.number(text.removeprefix("$") if unit == "dollars" else text) == int(question.answer)

    def program(self, question):
        return f"print({question.data['expression'].replace('/', '//')})"

    def worked(self, question):
        return f"{question.data['expression']} = {question.answer}."


def root(square: int, factor: Fraction = Fraction(1)) -> str:
    """factor * sqrt(square), simplified: 3*sqrt(2)/2."""
    outside = max(k for k in range(1, math.isqrt(square) + 1) if square % (k * k) == 0)
    return times(factor * outside, "" if square == outside ** 2 else f"sqrt({square // outside ** 2})")


def times(factor: Fraction, unit: str) -> str:
    """factor * unit: 12*pi, 9*pi/2, pi; without a unit the number alone."""
    if not unit:
        return str(factor)
    top = unit if factor.numerator == 1 else f"{factor.numerator}*{unit}"
    return top if factor.denominator == 1 else f"{top}/{factor.denominator}"


class SeveralParts(Task):
    """The common part of the two: a few numbered questions, their exact answers with semicolons between."""

    parts: tuple[int, int]  # how many at difficulty 0 and 1
    form: str      # how answers are to be written
    header: str    # what the reference program imports

    def generate(self, rng, difficulty):
        families = [getattr(self, name) for name in sorted(dir(self)) if name.startswith("ask_")]
        asked = [family(rng, difficulty) for family in rng.sample(families, scale(difficulty, *self.parts))]
        said, separate = asked[0][0], ""
        if len(asked) > 1:
            said = " ".join(f"({number}) {text}" for number, (text, *_) in enumerate(asked, 1))
            separate = " Separate the answers by semicolons."
        return (f"{said} {self.form}{separate}", "; ".join(answer for _, answer, _ in asked),
                {"answers": [answer for _, answer, _ in asked], "code": [code for *_, code in asked]})

    def verify(self, question, text):
        # Quotes and brackets may be around each part or around all: either reading may be right.
        return any(self._right(read, question) for read in (text, answers.unbracketed(text)))

    def _right(self, text: str, question) -> bool:
        wanted = question.data["answers"]
        asked = [""] * len(wanted) + re.split(r"\(\d\) ", question.question)
        parts = [part for part in re.split("[;\n]", text) if part.strip()]
        if len(parts) != len(wanted):
            return False
        labels = [re.match(rf"\s*\(?{number}[).:]{{1,2}}\s", part) for number, part in enumerate(parts, 1)]
        if all(labels):
            parts = [part[label.end():] for part, label in zip(parts, labels)]
        return all(map(self.same, parts, wanted, asked[-len(wanted):]))

    def program(self, question):
        codes = question.data["code"]
        whole = codes[0] if len(codes) == 1 else f'"; ".join(map(str, [{", ".join(codes)}]))'
        return f"{self.header}\nprint({whole})"


class MathGeometry(SeveralParts):
    """Q: A right triangle has legs 3 and 6. How long is its hypotenuse? Answer exactly (as 7/2, 3*sqrt(2) or 4*pi) or
    with 8 digits.    A: 3*sqrt(5)"""

    name, skill, split = "symbench/math_geometry", "space", "train"
    parts = 1, 3
    form = "Answer exactly (as 7/2, 3*sqrt(2) or 4*pi) or with 8 digits."
    header = "from math import pi, sqrt"

    @staticmethod
    def same(text: str, wanted: str, asked: str) -> bool:
        text = answers.without_degrees(text) if "How many degrees" in asked else text
        value, exact = answers.real(text), answers.real(wanted)
        return value is not None and abs(value - exact) <= 1e-7 * abs(exact)

    def ask_hypotenuse(self, rng, difficulty):
        a, b = (rng.randint(2, scale(difficulty, 20, 99)) for _ in range(2))
        return f"A right triangle has legs {a} and {b}. How long is its hypotenuse?", root(a * a + b * b), \
            f"sqrt({a}**2 + {b}**2)"

    def ask_inradius(self, rng, difficulty):
        n = rng.randint(1, scale(difficulty, 5, 12))
        m, k = n + rng.randint(1, 5), rng.randint(1, scale(difficulty, 3, 9))
        a, b, c = k * (m * m - n * n), k * 2 * m * n, k * (m * m + n * n)  # Euclid's triples
        return (f"What is the radius of the circle inscribed in the triangle with sides {a}, {b} and {c}?",
                str((a + b - c) // 2),
                f"{a} * {b} / ({a} + {b} + {c})")

    def ask_triangle(self, rng, difficulty):
        size = scale(difficulty, 9, 40)
        twice = 0
        while not twice:
            (p, q), (r, s), (t, u) = ((rng.randint(-size, size), rng.randint(-size, size)) for _ in range(3))
            twice = abs((r - p) * (u - q) - (t - p) * (s - q))
        return (f"What is the area of the triangle with corners ({p}, {q}), ({r}, {s}) and ({t}, {u})?",
                str(Fraction(twice, 2)),
                f"abs({p}*({s}-({u})) + {r}*({u}-({q})) + {t}*({q}-({s}))) / 2")

    def ask_polygon(self, rng, difficulty):
        n = rng.randint(5, scale(difficulty, 90, 400))
        return (f"How many degrees has each angle of a regular polygon with {n} corners?",
                str(Fraction(180 * (n - 2), n)),
                f"180 - 360 / {n}")

    def ask_circle(self, rng, difficulty):
        d = rng.randint(3, scale(difficulty, 99, 400))
        return f"What is the area of a circle with diameter {d}?", times(Fraction(d * d, 4), "pi"), f"pi * ({d} / 2)**2"

    def ask_sector(self, rng, difficulty):
        r, angle = rng.randint(2, scale(difficulty, 20, 90)), rng.randrange(10, 350, 10)
        return (f"What is the area of a sector of {angle} degrees in a circle with radius {r}?",
                times(Fraction(angle * r * r, 360), "pi"), f"pi * {r}**2 * {angle} / 360")

    def ask_arc(self, rng, difficulty):
        r, angle = rng.randint(2, scale(difficulty, 20, 90)), rng.randrange(10, 350, 10)
        return (f"How long is an arc of {angle} degrees on a circle with radius {r}?",
                times(Fraction(angle * r, 180), "pi"),
                f"2 * pi * {r} * {angle} / 360")

    def ask_box(self, rng, difficulty):
        a, b, c = (rng.randint(2, scale(difficulty, 12, 60)) for _ in range(3))
        return (f"How long is the diagonal through a box with edges {a}, {b} and {c}?", root(a * a + b * b + c * c),
                f"sqrt({a}**2 + {b}**2 + {c}**2)")

    def ask_similar(self, rng, difficulty):
        a, b, c = (rng.randint(2, scale(difficulty, 15, 90)) for _ in range(3))
        return (f"A triangle has sides a = {a} and b = {b}. In a similar triangle the side that corresponds to a is "
                f"{c}. How long is the one that corresponds to b?", str(Fraction(b * c, a)), f"{b} * {c} / {a}")

    def ask_trapezoid(self, rng, difficulty):
        a, b, h = (rng.randint(2, scale(difficulty, 15, 99)) for _ in range(3))
        return (f"What is the area of a trapezoid with parallel sides {a} and {b} and height {h}?",
                str(Fraction((a + b) * h, 2)),
                f"({a} + {b}) / 2 * {h}")

    def ask_cone(self, rng, difficulty):
        r, h = (rng.randint(2, scale(difficulty, 15, 60)) for _ in range(2))
        return (f"What is the volume of a cone with radius {r} and height {h}?", times(Fraction(r * r * h, 3), "pi"),
                f"pi * {r}**2 * {h} / 3")

    def ask_ring(self, rng, difficulty):
        r = rng.randint(2, scale(difficulty, 15, 60))
        big = r + rng.randint(1, scale(difficulty, 9, 40))
        return (f"What is the area between two circles with the same centre and radii {r} and {big}?",
                times(Fraction((big + r) * (big - r)), "pi"), f"pi * ({big}**2 - {r}**2)")

    def ask_equilateral(self, rng, difficulty):
        a = rng.randint(2, scale(difficulty, 60, 400))
        return f"What is the area of an equilateral triangle with side {a}?", root(3, Fraction(a * a, 4)), \
            f"sqrt(3) / 4 * {a}**2"

    def ask_cylinder(self, rng, difficulty):
        r, h = (rng.randint(2, scale(difficulty, 15, 60)) for _ in range(2))
        return (f"What is the whole surface of a cylinder with radius {r} and height {h}?",
                times(Fraction(2 * r * (r + h)), "pi"),
                f"2 * pi * {r} * {h} + 2 * pi * {r}**2")

    def ask_chord(self, rng, difficulty):
        d = rng.randint(1, scale(difficulty, 15, 60))
        r = d + rng.randint(1, 20)
        return (f"How long is a chord at distance {d} from the centre of a circle with radius {r}?",
                root(r * r - d * d, Fraction(2)),
                f"2 * sqrt({r}**2 - {d}**2)")

    def ask_rhombus(self, rng, difficulty):
        p, q = (rng.randint(2, scale(difficulty, 20, 99)) for _ in range(2))
        return (f"How long is the side of a rhombus with diagonals {p} and {q}?", root(p * p + q * q, Fraction(1, 2)),
                f"sqrt(({p} / 2)**2 + ({q} / 2)**2)")


class MathCountingProbability(SeveralParts):
    """Q: (1) Two cards are drawn together from cards numbered 1 to 10. What is the probability that their sum is even?
    (2) In how many different orders can the letters of ANNA be written? Answer with a whole number or a fraction.
    Separate the answers by semicolons.    A: 4/9; 6"""

    name, skill, split = "symbench/math_counting_probability", "arithmetic", "train"
    coincidence = 0.03
    parts = 2, 4  # of one alone there are too few that differ
    form = "Answer with a whole number or a fraction."
    header = ("from fractions import Fraction\nfrom itertools import combinations, product\nfrom math import comb, "
              "factorial")

    @staticmethod
    def same(text: str, wanted: str, asked: str) -> bool:
        return answers.number(text) == Fraction(wanted)

    def ask_letters(self, rng, difficulty):
        word = "".join(rng.choice("AEILNRST") for _ in range(rng.randint(4, scale(difficulty, 6, 11))))
        repeats = Counter(word).values()
        value = math.factorial(len(word)) // math.prod(map(math.factorial, repeats))
        below = " * ".join(f"factorial({n})" for n in repeats)
        return (f"In how many different orders can the letters of {word} be written?", str(value),
                f"factorial({len(word)}) // ({below})")

    def ask_committee(self, rng, difficulty):
        m, n = (rng.randint(4, scale(difficulty, 10, 25)) for _ in range(2))
        a, b = rng.randint(1, min(4, m)), rng.randint(1, min(4, n))
        value = math.comb(m, a) * math.comb(n, b)
        return (f"From {m} pupils and {n} teachers, a group of {a} pupils and {b} teachers is chosen. In how many "
                "ways?", str(value),
                f"comb({m}, {a}) * comb({n}, {b})")

    def ask_boxes(self, rng, difficulty):
        n, k = rng.randint(4, scale(difficulty, 12, 40)), rng.randint(3, scale(difficulty, 4, 6))
        return (f"In how many ways can {n} equal balls be put into {k} different boxes, some of which may stay empty?",
                str(math.comb(n + k - 1, k - 1)), f"comb({n} + {k} - 1, {k} - 1)")

    def ask_dice(self, rng, difficulty):
        n = rng.randint(2, scale(difficulty, 3, 5))
        total = rng.randint(n + 1, 6 * n - 1)
        ways = Counter({0: 1})
        for _ in range(n):
            ways = Counter({s: sum(ways[s - face] for face in range(1, 7)) for s in range(6 * n + 1)})
        return (f"{n} fair dice are thrown. What is the probability that their sum is {total}?",
                str(Fraction(ways[total], 6 ** n)),
                f"Fraction(sum(sum(d) == {total} for d in product(range(1, 7), repeat={n})), 6**{n})")

    def ask_cards(self, rng, difficulty):
        n, k = rng.randint(6, scale(difficulty, 15, 24)), rng.randint(2, scale(difficulty, 2, 4))
        odd, even = (n + 1) // 2, n // 2
        good = sum(math.comb(odd, j) * math.comb(even, k - j) for j in range(0, k + 1, 2))
        return (f"{k} cards are drawn together from cards numbered 1 to {n}. What is the probability that their sum is "
                "even?",
                str(Fraction(good, math.comb(n, k))),
                f"Fraction(sum(sum(c) % 2 == 0 for c in combinations(range(1, {n} + 1), {k})), comb({n}, {k}))")

    def ask_condition(self, rng, difficulty):
        sides = rng.randint(6, scale(difficulty, 12, 30))
        least = rng.randint(3, 2 * sides - 2)
        doubles = sum(2 * face >= least for face in range(1, sides + 1))
        pairs = sum(max(0, min(sides, sides - (least - face) + 1)) for face in range(1, sides + 1))
        return (f"Two fair dice with faces 1 to {sides} are thrown, and their sum is at least {least}. What is the "
                "probability that both show the same?", str(Fraction(doubles, pairs)),
                f"Fraction(sum(2 * a >= {least} for a in range(1, {sides} + 1)), sum(a + b >= {least} for a, b in "
                f"product(range(1, {sides} + 1), repeat=2)))")

    def ask_paths(self, rng, difficulty):
        a, b = (rng.randint(3, scale(difficulty, 7, 15)) for _ in range(2))
        c, d = rng.randint(1, a - 1), rng.randint(1, b - 1)
        value = math.comb(a + b, a) - math.comb(c + d, c) * math.comb(a + b - c - d, a - c)
        return (f"How many shortest paths on a square grid lead from (0, 0) to ({a}, {b}) without passing ({c}, {d})?",
                str(value),
                f"comb({a + b}, {a}) - comb({c + d}, {c}) * comb({a + b - c - d}, {a - c})")

    def ask_subsets(self, rng, difficulty):
        n = rng.randint(4, scale(difficulty, 10, 16))
        before, value = 1, 2  # subsets of nothing and of {1}: n is left out, or it is in and n - 1 is not
        for _ in range(n - 1):
            before, value = value, value + before
        return (f"How many subsets of the numbers 1 to {n}, the empty one included, hold no two consecutive numbers?",
                str(value),
                f"sum(s & s >> 1 == 0 for s in range(2**{n}))")

    def ask_digits(self, rng, difficulty):
        n = rng.randint(2, scale(difficulty, 3, 5))
        first = rng.randint(2, 9)
        value = (10 - first) * math.perm(9, n - 1)
        return (f"How many whole numbers with {n} digits, all of them different, begin with {first} or a greater "
                "digit?", str(value),
                f"sum(len(set(str(x))) == {n} for x in range({first} * 10**{n - 1}, 10**{n}))")

    def ask_row(self, rng, difficulty):
        n = rng.randint(4, scale(difficulty, 7, 12))
        return (f"{n} people stand in a row; two of them, Ann and Bob, must not be neighbours. How many orders are "
                "there?",
                str(math.factorial(n) - 2 * math.factorial(n - 1)), f"factorial({n}) - 2 * factorial({n - 1})")

    def ask_urn(self, rng, difficulty):
        red, blue = (rng.randint(4, scale(difficulty, 9, 20)) for _ in range(2))
        k = rng.randint(2, scale(difficulty, 2, 4))
        return (f"From an urn with {red} red and {blue} blue balls, {k} are drawn together. What is the probability "
                "that all have the same colour?",
                str(Fraction(math.comb(red, k) + math.comb(blue, k), math.comb(red + blue, k))),
                f"Fraction(sum(len(set(c)) == 1 for c in combinations('r' * {red} + 'b' * {blue}, {k})), "
                f"comb({red + blue}, {k}))")

    def ask_coins(self, rng, difficulty):
        n = rng.randint(4, scale(difficulty, 8, 13))
        k = rng.randint(1, n - 1)
        return (f"A fair coin is thrown {n} times. What is the probability of exactly {k} heads?",
                str(Fraction(math.comb(n, k), 2 ** n)),
                f"Fraction(sum(sum(t) == {k} for t in product((0, 1), repeat={n})), 2**{n})")

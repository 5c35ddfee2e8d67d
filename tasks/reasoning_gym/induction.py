"""Reasoning-Gym: induction. Which rule fits the examples?

A question of list_functions or arc_1d is asked only if the library's answer is what every rule of ours says that fits
its examples; where the examples leave two rules standing that differ in the answer, it is drawn again.
"""
import re
from collections.abc import Callable
from functools import cached_property

from tasks import answers, scale
from tasks.reasoning_gym.library import Balanced, Gym, WordGym, same


class Acre(Balanced, WordGym):
    """Q: gray metal cube → off; red metal cube, gray metal cube → on. New: red metal cube. What is the light?    A: on

    One sample of the library always asks for the first of its forty questions: here it is any of them, and all three
    answers are equally frequent. With difficulty, examples of other objects from others of its questions stand among
    those that matter.
    """

    name, skill, split = "reasoning_gym/acre", "logic", "train"
    note = "\n\nThe light is on exactly when at least one of the objects on the detector is a blicket."
    coincidence = 0.45

    outcomes = ("on", "off", "undetermined")

    def draw(self, rng, difficulty):
        dataset = self.create(rng.randrange(1 << 31), size=10)
        count = len(dataset.questions)
        entry, *others = (dataset[place] for place in rng.sample(range(count), count))
        lines, asked = self._examples(entry["question"]), re.search(r"case:\n(.*)", entry["question"])[1]
        shown, known = list(lines), self._objects([*lines, asked])
        for other in others:
            aside = self._examples(other["question"])
            shown += [line for line in aside if not self._objects([line]) & known]
            known |= self._objects(aside)
        shown = shown[:len(lines) + scale(difficulty, 0, 12)]
        rng.shuffle(shown)
        return entry | {"question": entry["question"].replace("\n".join(lines), "\n".join(shown))}

    @staticmethod
    def _examples(question: str) -> list[str]:
        return re.findall(r"^.* → (?:on|off)$", question, re.MULTILINE)

    @staticmethod
    def _objects(lines: list[str]) -> set[str]:
        return {thing for line in lines for thing in line.partition(" → ")[0].split(", ")}

    def program(self, question):
        examples = re.findall(r"^(.*) → (on|off)$", question.question, re.MULTILINE)
        examples = [(shown.split(", "), light) for shown, light in examples]
        objects = re.search(r"New test case:\n(.*)", question.question)[1].split(", ")
        shown = "".join(f"    {example},\n" for example in examples)
        return (f"examples = [\n{shown}]\nnew = {objects}\n"
                "harmless = {thing for things, light in examples if light == \"off\" for thing in things}\n"
                "# of each of these sets at least one is a blicket\n"
                "causes = [set(things) - harmless for things, light in examples if light == \"on\"]\n"
                "print(\"off\" if set(new) <= harmless else\n"
                "      \"on\" if any(cause <= set(new) for cause in causes) else \"undetermined\")")


class _Induction(Gym):
    """The rules are Python sources of functions from a list of whole numbers to another; helpers is what they call."""

    helpers = ""
    rules: list[str] = []
    in_a_row = False  # whether numbers stand in a row, without brackets

    @cached_property
    def functions(self) -> dict[str, Callable]:
        """Source -> function. Our own sources, compiled when first needed: every script imports this module."""
        scope: dict = {}
        exec(self.helpers, scope)
        return {rule: eval(rule, scope) for rule in self.rules}

    @staticmethod
    def _printed(question: str) -> tuple[list[tuple[list[int], list[int]]], list[int]]:
        """The examples and the input of the test, as the question shows them."""
        lists = [[[int(number) for number in re.findall(r"-?\d+", part)] for part in pair] for pair in
                 re.findall(r"Input[ \d]*:([-\[\]\d, ]+)\nOutput[ \d]*:([-\[\]\d, ]+)\n", question)]
        last = [int(number) for number in re.findall(r"-?\d+", question.rpartition("Input:")[2])]
        return lists, last

    def _fitting(self, question: str) -> dict[str, list[int]]:
        """The rules that fit all examples, and what each says of the test."""
        examples, last = self._printed(question)
        found = {}
        for rule, function in self.functions.items():
            try:
                if all(function(shown) == output for shown, output in examples):
                    found[rule] = function(last)
            except (IndexError, StopIteration, ValueError, ZeroDivisionError):
                continue  # not a rule for lists like these
        return found

    def fits(self, entry, difficulty):
        key, last = answers.integers(entry["answer"]), self._printed(entry["question"])[1]
        said = list(self._fitting(entry["question"]).values())
        return bool(said and key and key != last and all(output == key for output in said))

    def verify(self, question, text):
        return same(answers.integers, question.answer, text)

    def program(self, question):
        examples, last = self._printed(question.question)
        shown = "".join(f"    ({before}, {after}),\n" for before, after in examples)
        rule = next(iter(self._fitting(question.question)))
        helpers = "".join(helper for helper in re.split(r"(?=^def )", self.helpers, flags=re.MULTILINE)
                          if (name := re.match(r"def (\w+)", helper)) and name[1] + "(" in rule)
        return (f"{helpers}examples = [\n{shown}]\nrule = {rule}\nassert all(rule(a) == b for a, b in examples)\n"
                f"print({'*' * self.in_a_row}rule({last}))")


class ListFunctions(_Induction):
    """Q: Input 1: [95, 46, 89] Output 1: [46, 89, 95] Input 2: [3, 1, 2] Output 2: [1, 2, 3] Input: [8, 9, 5]
    A: [5, 8, 9]

    Of the library's seventeen rules two are left out: the identity, and the one (14) that draws from a global source.
    Which of the five pairs is asked for is drawn too, as the library's last pair often has the same answer.
    """

    name, skill, split = "reasoning_gym/list_functions", "logic", "train"
    templates = (1, 2, 8, 9, 10, 11, 12, 13), (3, 4, 5, 6, 7, 12, 15, 16)  # the easy and the hard ones
    rules = [f"lambda s: {rule}" for rule in (
        *(f"[s[{k}]]" for k in (*range(10), -1, -2, -3)), "s", "s[::-1]", "sorted(s)", "sorted(s)[::-1]", "[len(s)]",
        "[sum(s)]", "[max(s)]", "[min(s)]", "[max(s) - min(s)]", "[len(set(s))]", "[s[s[-1]]]", "[2 * s[-1]]",
        "[s[-1] + 1]", "[s[0] + 1, *s[1:-1], s[-1] + 1]", "[x + i for i, x in enumerate(s)]",
        "[x + i for i, x in enumerate(s, 1)]", "[x for x, after in zip(s, s[1:]) if after % 2 == 0]",
        "[after for x, after in zip(s, s[1:]) if x % 2 == 0]", "[x for x in s if x % 2 == 0]",
        "[x for x in s if x % 2]", "[1 if s == sorted(s) else 0]",
        "[int(all(a < b for a, b in zip(s, s[1:])))]", "[s[0] % 2]", "[len(s) % 2]", "[1 if s[0] < s[-1] else 0]",
        "[2 * x - 4 for x in s]", *(f"[s.count({k})]" for k in range(1, 101)),
        "[max(s.count(x) for x in s)]", "[len(s) - len(set(s))]",
        *(f"[sum(x for x in s if x < {k})]" for k in range(2, 101)),
        *(f"[sum(x for x in set(s) if x < {k})]" for k in range(2, 101)))]

    def draw(self, rng, difficulty):
        dataset = self.create()
        template = rng.choice(self.templates[rng.random() < difficulty])
        pairs = list(dataset.generators[template](rng).items())
        rng.shuffle(pairs)
        *pairs, (last, answer) = pairs
        shown = "".join(f"Input {i}: {given}\nOutput {i}: {output}\n" for i, (given, output) in enumerate(pairs, 1))
        return {"question": dataset.prompt_template.format(examples=shown, input=last), "answer": answer}


class Arc1d(_Induction):
    """Q: 0 0 4 4 0 becomes 4 4 0 0 0, 0 3 0 0 0 becomes 3 0 0 0 0. What becomes of 0 0 0 2 2?    A: 2 2 0 0 0

    One of the library's families, blocks repeated from seed pixels, has no rule here, and so is never asked. Nor is one
    whose examples show one case of a rule and whose test another: painting the largest block where that always comes
    first is painting the first block, too. The rules in `_one_case` stand for these.
    """

    name, skill, split = "reasoning_gym/arc_1d", "space", "train"
    fixed = {"num_train": 4}
    knobs = {"min_size": (10, 20), "max_size": (12, 40)}
    in_a_row = True
    helpers = '''def runs(g):  # (start, end) of the stretches without 0
    edges = [i for i in range(len(g) + 1) if any(g[i - 1:i] if i else []) != any(g[i:i + 1])]
    return list(zip(edges[::2], edges[1::2]))
def draw(size, pieces):  # a grid of zeros with lists of colours written into it: (start, colours)
    grid = [0] * size
    for start, colours in pieces:
        grid[start:start + len(colours)] = colours
    return grid
def slide(g, dot, steps):  # the block goes towards the dot, until it touches it
    d, block = g.index(dot), [c for c in g if c not in (0, dot)]
    b = g.index(block[0])
    gap = d - b - len(block) if b < d else b - d - 1
    b += min(gap, steps) if b < d else -min(gap, steps)
    grid = [dot if i == d else 0 for i in range(len(g))]
    grid[b:b + len(block)] = block
    return grid
def push(g, dot, steps):  # the block goes to the right, until it touches something
    block = [c for c in g if c not in (0, dot)]
    b = g.index(block[0])
    e = b + len(block)
    b += min(steps, next((i for i in range(e, len(g)) if g[i]), len(g)) - e)
    grid = [dot if c == dot else 0 for c in g]
    grid[b:b + len(block)] = block
    return grid
'''
    _one_way = (
        *(f"[0] * {k} + g[:-{k}]" for k in range(1, 5)), *(f"g[-{k}:] + g[:-{k}]" for k in range(1, 5)),
        "[c for c in g if c] + [0] * g.count(0)", "[1] * (len(g) - g.count(0)) + [0] * g.count(0)",
        "[2] * g.count(2) + [0] * g.count(0) + [1] * g.count(1)", "sorted(g, key=[2, 1, 0].index)",
        "g[:g.index(0)] + g[g.index(0) + 1:] + [0]",
        "[(g + [0])[i + 1] if c == 0 else 0 if ([9] + g)[i] == 0 else c for i, c in enumerate(g)]",
        *(f"slide(g, {dot}, {steps})" for dot in (1, 2) for steps in (1, 2, 3, 4, 99)),
        "[max(g) if any(g[:i + 1]) and any(g[i:]) else c for i, c in enumerate(g)]",
        "[max(set(g) - {0}, key=g.count) if any(g[:i + 1]) and any(g[i:]) else c for i, c in enumerate(g)]",
        "[c if 0 in ((([0] + g)[i]), (g + [0])[i + 1]) else 0 for i, c in enumerate(g)]",
        "[c if c in (([0] + g)[i], (g + [0])[i + 1]) else 0 for i, c in enumerate(g)]",
        "[0] * sum(map(bool, g)) + g[:-sum(map(bool, g))]",
        "[next((g[j] for j in range(g.index(0), len(g)) if g[j] and abs(i - j) <= g.index(0) // 2), c)"
        " for i, c in enumerate(g)]",
        "[g[i % (sum(map(bool, g)) // 2)] for i in range(len(g))]",
        "draw(len(g), [(a, g[a:b][::-1]) for a, b in runs(g)])",
        "[g[2 * g.index(2) - i] if 0 <= 2 * g.index(2) - i < len(g) else 0 for i in range(len(g))]",
        *(f"draw(len(g), [(a, [1 if b - a == max(d - c for c, d in runs(g)) else {smaller}] * (b - a))"
          " for a, b in runs(g)])" for smaller in ("g[a]", "2")),
        "[5 if c else 0 for c in g]",
        "draw(len(g), [(a, [g[k - 1]] * (b - a) if k else g[a:b]) for k, (a, b) in enumerate(runs(g))])",
        *(f"draw(len(g), [(a, [8] * ({half}) + g[a + ({half}):b]) for a, b in runs(g)])"
          for half in ("(b - a) // 2", "(b - a + 1) // 2")),
        "(sum(([max(g)] * size + [0] for size in sorted(b - a for a, b in runs(g))), []) + g.count(0) * [0])[:len(g)]",
        "next([g[a]] * a + g[a:] if g[a] != g[a + 1] else g[:b] + [g[b - 1]] * (len(g) - b) for a, b in runs(g))",
        "[3 if any(b - a == 2 and i in (a - 1, b) for a, b in runs(g)) else c for i, c in enumerate(g)]",
        "[c or next((x for x in (g[i:] if g[0] == 5 else g[:i][::-1]) if x), 0) for i, c in enumerate(g)]")
    _one_case = (
        "g[::-1]", "[c or next((x for x in g[:i][::-1] if x), 0) for i, c in enumerate(g)]",
        *(f"draw(len(g), [(a, g[a:b] if k else [{colour}] * (b - a)) for k, (a, b) in enumerate(runs(g))])"
          for colour in range(1, 10)),
        *(f"draw(len(g), [(a, [1 if {which} else {other}] * (b - a)) for k, (a, b) in enumerate(runs(g))])"
          for which in ("k == 0", *(f"b - a >= {size}" for size in range(2, 9))) for other in ("g[a]", "2")),
        *(f"push(g, {dot}, {steps})" for dot in (1, 2) for steps in (1, 2, 3, 4, 99)),
        "g[runs(g)[0][0]:][:1] * runs(g)[0][0] + g[runs(g)[0][0]:]",
        "draw(len(g), [(a, [g[b - 1]] + g[a + 1:b - 1] + [g[a]] * (b - a > 1)) for a, b in runs(g)])",
        *(f"[3 if any({which} and i in (a - 1, b) for a, b in runs(g)) else c for i, c in enumerate(g)]"
          for which in ("True", "b - a > 1", "b - a < 3")),
        "draw(len(g), [(a, [g[0]] * (b - a) if k else g[a:b]) for k, (a, b) in enumerate(runs(g))])",
        *(f"draw(len(g), [(a, ([8] * {size} + g[a + {size}:b])[:b - a]) for a, b in runs(g)])" for size in (1, 2, 3)),
        "[next(filter(None, g)) if any(g[:i + 1]) and any(g[i:]) else c for i, c in enumerate(g)]",
        *(f"[next(({colour} for j in range(g.index(0), len(g)) if g[j] and abs(i - j) <= {reach}), c)"
          " for i, c in enumerate(g)]" for colour, reach in (("g[j]", 1), ("g[j]", 2), ("g[0]", "g.index(0) // 2"))),
        *(f"(sum(([max(g)] * (b - a) + [0] for a, b in runs(g){turned}), []) + g.count(0) * [0])[:len(g)]"
          for turned in ("", "[::-1]")))
    rules = [f"lambda g: {rule}" for rule in ("g", *_one_way)]
    rules += [f"lambda h: (lambda g: {rule})(h[::-1])[::-1]" for rule in _one_way]  # the same from right to left
    rules += [f"lambda {name}: {rule}" for rule in _one_case
              for name, rule in (("g", rule), ("h", f"(lambda g: {rule})(h[::-1])[::-1]"))]

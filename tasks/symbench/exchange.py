"""SymBench: systems of exchange. String splitting, string synthesis, synthesis decomposition.

Amounts of several things, and methods that turn some into others. What is left at the end depends on the order in which
the methods are used, so every question states it. Each thing has a weight and every method loses some: all of it ends.
"""
from tasks import Task, answers, scale

CONTROLS = {
    "turns": "Go round the methods in order, using each once per visit where the amounts suffice, until none can be "
             "used.",
    "first": "Always use the first method for which the amounts suffice, until none can be used.",
    "exhaust": "Use the first method as often as possible, then the second as often as possible, and so on; after the "
               "last begin again, until none can be used.",
}


class Exchange(Task):
    """The common part. Subclasses say which things there are, how many methods, and how large the amounts."""

    things: tuple[str, ...]         # in the order of the answer; the first ones are there at the start
    starting: int                   # how many kinds those are
    controls = ("turns",)

    def generate(self, rng, difficulty):
        count, largest = scale(difficulty, 2, 6), scale(difficulty, 6, 50)
        while True:
            control = rng.choice(self.controls)
            weights = {thing: place + 2 for place, thing in enumerate(rng.sample(self.things, len(self.things)))}
            methods, within_reach = [], list(range(self.starting))
            for _ in range(count):
                methods.append(self._method(rng, weights, within_reach))
                within_reach += [place for place, amount in enumerate(methods[-1][1]) if amount]
            start = [rng.randint(1, largest) if place < self.starting else 0 for place in range(len(self.things))]
            final, used = self._run(start, methods, control)
            if len(used) == count and all(used.values()):  # every method plays its part
                break
        said = "; ".join(f"({number}) {self._say(method)}" for number, method in enumerate(methods, 1))
        have = ", ".join(f"{amount} {thing}" for amount, thing in zip(start, self.things) if amount)
        return (f"Methods: {said}. {CONTROLS[control]} Start with {have}. How many are there at the end of "
                f"{', '.join(self.things)}, in this order?", ", ".join(map(str, final)),
                {"things": self.things, "start": start, "methods": methods, "control": control, "final": final})

    def _method(self, rng, weights: dict[str, int], within_reach: list[int]) -> list[list[int]]:
        """What a method takes, of what can be there, and what it gives, as amounts of all things; it loses weight."""
        while True:
            takes, gives = ([0] * len(self.things) for _ in range(2))
            for _ in range(rng.randint(1, 3)):
                takes[rng.choice(within_reach)] += rng.randint(1, 2)
            for _ in range(rng.randint(1, 2)):
                gives[rng.randrange(len(self.things))] += rng.randint(1, 2)
            heavy, light = (sum(amount * weights[thing] for amount, thing in zip(side, self.things))
                            for side in (takes, gives))
            if light < heavy and not any(a and b for a, b in zip(takes, gives)):
                return [takes, gives]

    def _say(self, method: list[list[int]]) -> str:
        sides = (" + ".join(f"{amount} {thing}" for amount, thing in zip(side, self.things) if amount)
                 for side in method)
        return " -> ".join(sides)

    @staticmethod
    def _run(start: list[int], methods: list, control: str) -> tuple[list[int], dict[int, int]]:
        """The amounts at the end, and how often each method was used."""
        amounts, used, at, idle = list(start), {}, 0, 0
        while idle < len(methods):
            takes, gives = methods[at]
            if fits := all(have >= need for have, need in zip(amounts, takes)):
                amounts = [have - need + new for have, need, new in zip(amounts, takes, gives)]
                used[at] = used.get(at, 0) + 1
            idle = 0 if fits else idle + 1
            if not (fits and control == "exhaust"):
                at = 0 if fits and control == "first" else (at + 1) % len(methods)
        return amounts, used

    def verify(self, question, text):
        return answers.integers(answers.unlabelled(text, self.things)) == question.data["final"]

    solvers = {"turns": """
going = True
while going:
    going = False
    for takes, gives in methods:
        if can(takes):
            use(takes, gives)
            going = True
""", "first": """
while any(can(takes) for takes, gives in methods):
    use(*next(method for method in methods if can(method[0])))
""", "exhaust": """
while any(can(takes) for takes, gives in methods):
    for takes, gives in methods:
        while can(takes):
            use(takes, gives)
"""}
    helpers = """
def can(takes):
    return all(have[x] >= n for x, n in takes.items())
def use(takes, gives):
    for x, n in takes.items():
        have[x] -= n
    for x, n in gives.items():
        have[x] += n"""

    def program(self, question):
        data = question.data
        methods = [tuple({thing: amount for thing, amount in zip(data["things"], side) if amount} for side in method)
                   for method in data["methods"]]
        return (f"have = {dict(zip(data['things'], data['start']))}\nmethods = "
                f"{methods}{self.helpers}{self.solvers[data['control']]}print(*have.values(), sep=\", \")")


class StringSplitting(Exchange):
    """Q: Methods: (1) 1 A -> 2 X + 1 Y; (2) 1 X + 1 Y -> 1 Z. Go round the methods in order, using each once per visit
    where the amounts suffice, until none can be used. Start with 2 A, 1 B, 1 C. How many are there at the end of A, B,
    C, X, Y, Z, in this order?    A: 0, 1, 1, 2, 0, 2"""

    name, skill, split = "symbench/string_splitting", "algorithms", "test"
    things, starting = tuple("ABCXYZ"), 3


class StringSynthesis(Exchange):
    """Q: Methods: (1) 1 [A] + 1 [B] -> 1 {C}; (2) 2 [C] -> 1 {C}. Always use the first method for which the amounts
    suffice, until none can be used. Start with 2 [A], 3 [B], 2 [C]. How many are there at the end of [A], [B], [C],
    {A}, {B}, {C}, (A), (B), (C), in this order?    A: 0, 1, 0, 0, 0, 3, 0, 0, 0"""

    name, skill, split = "symbench/string_synthesis", "algorithms", "test"  # a twin of string_splitting
    things = tuple(bracket[0] + letter + bracket[1] for bracket in ("[]", "{}", "()") for letter in "ABC")
    starting, controls = 3, tuple(CONTROLS)


class SynthesisDecomposition(Exchange):
    """Q: Methods: (1) 1 wheat + 1 rye -> 1 bread; (2) 3 wheat -> 2 bread. Go round the methods in order, using each
    once per visit where the amounts suffice, until none can be used. Start with 4 wheat, 2 rye, 1 corn. How many are
    there at the end of wheat, rye, corn, bread, porridge, in this order?    A: 0, 1, 1, 3, 0"""

    name, skill, split = "symbench/synthesis_decomposition", "algorithms", "test"
    things, starting = ("wheat", "rye", "corn", "bread", "porridge"), 3

"""Reasoning-Gym: logic. Relatives, circuits, knights and knaves, syllogisms, zebra puzzles."""
import re
from itertools import product

from tasks import answers
from tasks.reasoning_gym.library import Balanced, Gym, NumberGym, WordGym, same


class Aiw(NumberGym):
    """Q: Mary has 3 brothers and she also has 6 sisters. How many sisters does Mary's brother have?    A: 7

    Mary herself counts. Matilda's colleagues are those of both circles; the library forgets one of them."""

    name, skill, split = "reasoning_gym/aiw", "logic", "train"
    knobs = {"max_entities": (6, 16), "task_type_weights": ([0.6, 0.4, 0], [0.3, 0.35, 0.35], [0.1, 0.45, 0.45])}
    coincidence = 0.2

    def generate(self, rng, difficulty):
        text, _, data = super().generate(rng, difficulty)
        first = text.split()[0]
        # "How many sisters does Bob's brother have?" leaves open whose brother Bob is.
        text = re.sub(rf"does (?!{first}\b)(\w+)'s brother have", rf"does \1, a brother of {first}, have", text)
        women = self._women(text)
        return text, str(women[0] + 1 if len(women) == 1 else sum(women) - 1), data

    @staticmethod
    def _women(text: str) -> list[int]:
        """The sisters, the female friends, or the female colleagues in the first and in the second circle."""
        return [int(number) for number in re.findall(r"(\d+) (?:sisters|female)", text)]

    def program(self, question):
        first, women = question.question.split()[0], self._women(question.question)
        if len(women) == 1:
            return f'women = ["{first}"] + ["another"] * {women[0]}\nprint(len(women))'
        return (f'first = {{"{first}", "Matilda"}} | {{f"first {{i}}" for i in range({women[0]} - 1)}}\n'
                f'second = {{"Matilda"}} | {{f"second {{i}}" for i in range({women[1]} - 1)}}\n'
                'print(len((first | second) - {"Matilda"}))')


class CircuitLogic(Balanced, NumberGym):
    """Q: The drawing of a circuit, a legend of its gates, A = 0, B = 1, ... What is the final output?    A: 1"""

    name, skill, split = "reasoning_gym/circuit_logic", "logic", "train"
    outcomes = ("0", "1")
    knobs = {"min_terms": (2, 4), "max_terms": (2, 6), "min_inputs": (2, 3), "max_inputs": (2, 4)}
    note = ("\nWires that only cross are not connected. The last gate, before OUT, has one input from each gate on the "
            "left. XOR of several inputs is 1 if an odd number of them is 1.")
    coincidence = 0.7
    gates = {"&": "int(all({}))", "↑": "1 - all({})", "⊕": "sum({}) % 2", "+": "int(any({}))", "↓": "1 - any({})"}

    def program(self, question):
        """Every row of a gate begins at a wire that comes down in the column where its input turns down."""
        drawing, _, rest = question.question.partition("Legend for gates:")
        names, terms = {}, [[]]
        for line in drawing.splitlines():
            label, wire = re.match(r"([A-Z]+): ─*┐", line), re.match(r"[ │]*([├└])─*(>o)?─*│([&↑⊕])", line)
            if label:
                names[label.end() - 1] = label[1]
            elif wire and wire.start(1) in names:  # not a wire of the last gate
                name = names[wire.start(1)]
                terms[-1].append((wire[3], f"1 - {name}" if wire[2] else name))
            elif terms[-1]:
                terms.append([])  # an empty row parts two gates
        inputs = [self.gates[term[0][0]].format(f"[{', '.join(name for _, name in term)}]") for term in terms if term]
        values = "\n".join(re.findall(r"^ +([A-Z]+ = [01])$", rest, re.MULTILINE))
        last = re.search(r"│([&+↓⊕])\1─* OUT", drawing)[1]
        return (values + "\n" + "\n".join(f"gate{n} = {gate}" for n, gate in enumerate(inputs, 1)) + "\n"
                f"gates = [{', '.join(f'gate{n + 1}' for n in range(len(inputs)))}]\n"
                f"print({self.gates[last].format('gates')})")


class KnightsKnaves(Gym):
    """Q: Saints always tell the truth, sinners always lie. Ava said, "Leo is a saint." Leo said that Ava is a sinner
    or Leo is a saint. So who is what?    A: Ava is a saint, and Leo is a saint."""

    name, skill, split = "reasoning_gym/knights_knaves", "logic", "test"
    knobs = {"n_people": (2, 5), "depth_constraint": (2, 3), "width_constraint": (2, 3)}
    note = ' ("Or" means one or both; "if A then B" is false only where A is true and B is false.)'

    @staticmethod
    def _roles(text: str) -> dict[str, str] | None:
        """Who is what; None if anything else is said, or somebody is named twice."""
        text = answers.unbracketed(text).strip("{}").lower().replace("\n", ",").translate(
            {ord(mark): "" for mark in answers.QUOTES + "*"})  # of **Ava** is a saint, or of a list
        parts = [" ".join(part.split()).removeprefix("- ") for part in re.split(r"[,;.]|\band\b", text)]
        found = [re.fullmatch(r"(\w+)(?: is |: ?| ?= ?)(?:an? |the )?(\w+)", part) for part in parts if part]
        roles = {match[1]: match[2] for match in found if match}
        return roles if len(roles) == len(found) else None

    def verify(self, question, text):
        return same(self._roles, question.answer, text)

    def program(self, question):
        islanders, _, said = question.question.partition("You meet ")[2].partition(".")
        truthful, liars = re.search(r"only by (\w+)s and (\w+)s\.", question.question).groups()
        names = re.findall(r"[A-Z]\w+", islanders)
        claims = [re.sub(r"^\w+ (said|told you|expressed) that ", "", part.strip())
                  for part in re.split('[".,:]', said.partition(" So who is ")[0]) if re.search(r" is an? ", part)]
        for words, code in ((rf"(\w+) is an? {truthful}", r"\1"), (rf"(\w+) is an? {liars}", r"(not \1)"),
                            ("it is not the case that", "not"), ("if and only if", "=="), (" then ", " <= "),
                            (r"\bif ", "")):
            claims = [re.sub(words, code, claim) for claim in claims]
        lines = "".join(f"        {name} == ({claim}),\n" for name, claim in zip(names, claims))
        return ("from itertools import product\n"
                f"for {', '.join(names)} in product([True, False], repeat={len(names)}):\n"
                f"    if all([  # <= is \"if ... then\" for truth values\n{lines}    ]):\n"
                f"        roles = zip({names}, [{', '.join(names)}])\n"
                f'        print(", ".join(name + (" is a {truthful}" if true else " is a {liars}") '
                "for name, true in roles))")


class Syllogism(Balanced, WordGym):
    """Q: 1. Some lawyers are not birds  2. No birds are tigers  Does it logically follow that: No tigers are birds?
    A: Yes

    The library takes "All A are B, some B are C" for a proof that some A are C, so the key comes from all worlds with
    three sets. Where it depends on whether there are any As at all, another question is drawn."""

    name, skill, split = "reasoning_gym/syllogism", "logic", "train"
    outcomes = ("Yes", "No")
    knobs = {"allow_some": (False, True, True), "allow_some_not": (False, False, True)}
    coincidence = 0.7
    holds = {"All": lambda a, b: a <= b, "No": lambda a, b: not a & b, "Some": lambda a, b: bool(a & b),
             "Some not": lambda a, b: bool(a - b)}

    @staticmethod
    def _statements(text: str) -> list[tuple[str, str, str]]:
        """(All, No, Some or Some not; subject; predicate) of both premises and of the conclusion."""
        found = re.findall(r"^(?:\d\. )?(All|No|Some) (\w+) are (not )?(\w+)\b", text, re.MULTILINE)
        return [("Some not" if negation else quantifier, a, b) for quantifier, a, negation, b in found]

    def draw(self, rng, difficulty):
        while True:
            entry = super().draw(rng, difficulty)
            statements = self._statements(entry["question"])
            follows = {self._follows(statements, all_exist) for all_exist in (False, True)}
            if len(follows) == 1:
                return entry | {"answer": "Yes" if follows == {True} else "No"}

    def _follows(self, statements: list[tuple[str, str, str]], all_exist: bool) -> bool:
        """Whether the last statement holds in every world, with something in each of the sets or not, where the
        others do."""
        terms = sorted({term for _, *pair in statements for term in pair})
        for inhabited in range(1 << 8):  # of the eight kinds of things, which there are
            kinds = [kind for kind in range(8) if inhabited >> kind & 1]
            sets = {term: {kind for kind in kinds if kind >> place & 1} for place, term in enumerate(terms)}
            *premises, conclusion = (self.holds[quantifier](sets[a], sets[b]) for quantifier, a, b in statements)
            if all(premises) and not conclusion and (not all_exist or all(sets.values())):
                return False
        return True

    solver = """
terms = sorted({term for _, a, b in premises + [conclusion] for term in (a, b)})
kinds = list(product([0, 1], repeat=len(terms)))  # what a thing can be
def holds(statement, world):
    quantifier, a, b = statement
    a, b = ({kind for kind in world if kind[terms.index(term)]} for term in (a, b))
    return {"All": a <= b, "No": not a & b, "Some": bool(a & b), "Some not": bool(a - b)}[quantifier]
follows = True
for there in product([0, 1], repeat=len(kinds)):
    world = [kind for kind, yes in zip(kinds, there) if yes]
    if all(holds(premise, world) for premise in premises) and not holds(conclusion, world):
        follows = False
print("Yes" if follows else "No")"""

    def program(self, question):
        *premises, conclusion = self._statements(question.question)
        return f"from itertools import product\npremises = {premises}\nconclusion = {conclusion}{self.solver}"


class ZebraPuzzles(WordGym):
    """Q: There are 3 houses, with people named alice, arnold, bob and animals cat, dog, fish. 1. Bob is the cat lover.
    2. Alice is directly left of the cat lover. 3. ... What is Name of the person who lives in House 1?    A: alice"""

    name, skill, split = "reasoning_gym/zebra_puzzles", "logic", "test"
    knobs = {"num_people": (3, 4, 4), "num_characteristics": (2, 2, 3)}
    coincidence = 0.45

    def fits(self, entry, difficulty):
        # in every fifth puzzle, one of the clues is the answer
        return f"{entry['answer']} is in the first house" not in entry["question"].lower()

    solver = """
def holds(clue, house):
    kind, a, b = clue
    if a not in house or kind != "at" and b not in house:
        return True  # not known yet
    return {"at": house[a] == b, "same": house[a] == house.get(b), "left": house[a] + 1 == house.get(b),
            "beside": abs(house[a] - house.get(b, 0)) == 1}[kind]
def solve(house, groups):
    if not groups:
        return house
    for order in permutations(range(1, len(groups[0]) + 1)):
        new = house | dict(zip(groups[0], order))
        found = all(holds(clue, new) for clue in clues) and solve(new, groups[1:])
        if found:
            return found
house = solve({}, groups)
print(next(name for name in groups[0] if house[name] == 1))"""

    def program(self, question):
        from reasoning_gym.logic.contrib.logic_puzzle.literals import Literal  # the clues' words for what is listed
        words = {kind.description().partition(":")[0]: kind for kind in Literal.__subclasses__()}
        listed = re.findall(r"^ - (.+): (.+)$", question.question, re.MULTILINE)
        groups = [[words[kind][item.replace(" ", "_")].value for item in items.split(", ")] for kind, items in listed]
        phrases = [phrase for group in groups for phrase in group]
        ordinals = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
        read = {f"{a} is in the {ordinal} house.": ("at", a, number) for a in phrases
                for number, ordinal in enumerate(ordinals, 1)}
        for a, b in product(phrases, repeat=2):
            read |= {f"{a} is {b}.": ("same", a, b), f"{a} is directly left of {b}.": ("left", a, b),
                     f"{a} and {b} are next to each other.": ("beside", a, b)}
        read = {clue.lower(): meaning for clue, meaning in read.items()}
        clues = [read[clue.lower()] for clue in re.findall(r"^\d+\. (.+)$", question.question, re.MULTILINE)]
        return f"from itertools import permutations\ngroups = {groups}\nclues = {clues}{self.solver}"

"""BIG-Bench Hard: orders, swaps, rows of things, tables and days. Logical deduction, tracking shuffled objects,
colored objects, penguins in a table, temporal sequences."""
import random
from functools import cache, reduce
from itertools import permutations

from tasks import scale
from tasks.bbh.objects_tables import (
    ACTIVITIES,
    ANIMAL_NAMES,
    ANIMALS,
    COLOURS,
    COLUMNS,
    COUNTS,
    ORDERS,
    ORDINALS,
    PEOPLE,
    PLACES,
    PLAIN_COLOURS,
    SWAPS,
    THINGS,
)
from tasks.bbh.options import OptionTask, ask, shuffled

SHOW = "\nprint(f\"({'ABCDEFGHIJKLMNOPQR'[options.index(answer)]})\")"  # how the reference programs end


def listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"


def capital(text: str) -> str:
    return text[0].upper() + text[1:]


class LogicalDeduction(OptionTask):
    """The common part of the three sizes. Clues speak of things by number, in their true order: thing 0 is in front.

    Clues are drawn until one order is left of all n! orders, then those that the others make superfluous are taken out.
    """

    count: int
    kinds = ("at", "before", "not", "gap", "between", "either")

    def generate(self, rng, difficulty):
        order = rng.choice(ORDERS)
        row = rng.sample(order["things"], self.count)
        clues = self._clues(rng, difficulty)
        said = [capital(self._say(rng, order, row, clue)) for clue in clues]
        # What a clue says outright is not asked.
        asked = rng.choice([place for place in range(self.count) if ("at", place, place) not in clues])
        place, things = self._place(order, asked, rng.random() < 0.5), [thing for thing in row if thing != row[asked]]
        form, question = rng.choice(("which", "things", "places")), "Which of these is true?"
        if form == "places":
            meant, right = shuffled(rng, asked, [other for other in range(self.count) if other != asked])
            options = [f"{row[asked]} {self._is(order, self._place(order, other, 2 * other > self.count))}"
                       for other in meant]
        else:
            options, right = shuffled(rng, row[asked], things)
            meant = [row.index(option) for option in options]
            if form == "things":
                options = [f"{option} {self._is(order, place)}" for option in options]
            else:
                what = "Who" if order["noun"] in ("person", "runner") else f"Which {order['noun']}"
                question = f"{what} {self._is(order, place)}?"
        intro = order["intro"].format(capital(COUNTS[self.count]))
        text = f"{intro}: {listed(rng.sample(row, self.count))}. {'. '.join(said)}. {question}"
        text, answer, data = ask(text, [capital(option) for option in options], right)
        return text, answer, data | {"row": row, "clues": clues, "form": form, "asked": asked, "meant": meant}

    def _clues(self, rng: random.Random, difficulty: float) -> list[tuple]:
        left, clues = (1 << len(orders(self.count))) - 1, []
        weights = [1 - 0.9 * difficulty, 1, *[difficulty] * 4]
        while left.bit_count() > 1:
            kind, (a, b, c) = rng.choices(self.kinds, weights)[0], rng.sample(range(self.count), 3)
            low, middle, high = sorted((a, b, c))
            clue = {"at": (kind, a, a), "before": (kind, min(a, b), max(a, b)), "not": (kind, a, b),
                    "gap": (kind, a, b, abs(a - b) - 1), "between": (kind, middle, *rng.sample((low, high), 2)),
                    "either": (kind, a, b, rng.choice((a, b)))}[kind]
            fewer = left & fitting(self.count, clue)
            if fewer != left:
                left, clues = fewer, [*clues, clue]
        for clue in rng.sample(clues, len(clues)):
            others = [other for other in clues if other != clue]
            if reduce(int.__and__, (fitting(self.count, other) for other in others), -1).bit_count() == 1:
                clues = others
        return clues

    def _place(self, order: dict, place: int, from_back: bool) -> str:
        behind = self.count - 1 - place
        counted, (end, other) = (behind, order["back"]) if from_back else (place, order["front"])
        if place and not behind:
            return order["back"][0]
        if not place:
            return order["front"][0]
        return other.format(ORDINALS[counted])

    def _is(self, order: dict, place: str) -> str:
        return f"finished {place}" if order["noun"] == "runner" else f"is the {place}"

    def _say(self, rng: random.Random, order: dict, row: list[str], clue: tuple) -> str:
        kind, first, second, *rest = clue
        a, b = row[first], row[second]
        place = self._place(order, rest[0] if kind == "either" else second, rng.random() < 0.5)
        if kind == "at":
            return f"{a} {self._is(order, place)}"
        if kind == "not":
            return f"{a} did not finish {place}" if order["noun"] == "runner" else f"{a} is not the {place}"
        if kind == "either":
            return f"either {a} or {b} {self._is(order, place)}"
        if kind == "before":
            return order[rng.choice(("before", "after"))].format(a=a, b=b)
        if kind == "between":
            return order["between"].format(a=a, b=b, c=row[rest[0]])
        number = ("no", "exactly one", *(f"exactly {word}" for word in COUNTS[2:]))[rest[0]]
        noun = order["noun"] if rest[0] < 2 else {"person": "people"}.get(order["noun"], order["noun"] + "s")
        return f"there {'is' if rest[0] < 2 else 'are'} {number} {noun} {order['gap'].format(a=a, b=b)}"

    def program(self, question):
        data = question.data
        names = [thing.removeprefix("the ") for thing in data["row"]]
        options = [names[place] if data["form"] != "places" else place + 1 for place in data["meant"]]
        holds = "\n            and ".join(self._code(names, *clue) for clue in data["clues"])
        answer = f'place["{names[data["asked"]]}"]' if data["form"] == "places" else f"order[{data['asked']}]"
        return (f"from itertools import permutations\nthings = {sorted(names)}\noptions = {options}\n"
                "for order in permutations(things):\n"
                "    place = {thing: number for number, thing in enumerate(order, 1)}\n"
                f"    if ({holds}):\n        break\nanswer = {answer}{SHOW}")

    @staticmethod
    def _code(names: list[str], kind: str, first: int, second: int, *rest: int) -> str:
        a, b = f'place["{names[first]}"]', f'place["{names[second]}"]'
        if kind == "between":
            c = f'place["{names[rest[0]]}"]'
            return f"min({b}, {c}) < {a} < max({b}, {c})"
        return {"at": f"{a} == {second + 1}", "not": f"{a} != {second + 1}", "before": f"{a} < {b}",
                "gap": f"abs({a} - {b}) == {rest and rest[0] + 1}",
                "either": f"{rest and rest[0] + 1} in ({a}, {b})"}[kind]


@cache
def orders(count: int) -> list[tuple]:
    """All orders of so many things: the place of each."""
    return list(permutations(range(count)))


@cache
def fitting(count: int, clue: tuple) -> int:
    """The orders that fit a clue, as the bits of a number."""
    kind, a, b, *rest = clue
    fits = {"at": lambda p: p[a] == b, "not": lambda p: p[a] != b, "before": lambda p: p[a] < p[b],
            "gap": lambda p: abs(p[a] - p[b]) == rest[0] + 1, "either": lambda p: rest[0] in (p[a], p[b]),
            "between": lambda p: min(p[b], p[rest[0]]) < p[a] < max(p[b], p[rest[0]])}[kind]
    return int("".join("01"[fits(places)] for places in orders(count)), 2)


class LogicalDeductionThree(LogicalDeduction):
    """Q: Three birds sit in a row on a branch: the owl, the crow and the robin. The owl is to the left of the crow. The
    robin is the leftmost. Which bird is the rightmost?
    Options:
    (A) The crow
    (B) The robin
    (C) The owl    A: (A)"""

    name, skill, split = "bbh/logical_deduction_three_objects", "logic", "test"
    count, coincidence = 3, 0.45


class LogicalDeductionFive(LogicalDeduction):
    """Q: Five people all have different heights: Ada, Leo, Kira, Nils and Olga. Ada is the tallest. Leo is taller than
    Nils. Kira is the second tallest. Olga is shorter than Nils. Who is the third tallest?
    Options:
    (A) Ada
    (B) Olga
    (C) Leo
    (D) Nils
    (E) Kira    A: (C)"""

    name, skill, split = "bbh/logical_deduction_five_objects", "logic", "test"
    count, coincidence = 5, 0.27


class LogicalDeductionSeven(LogicalDeduction):
    """Q: Seven runners finish a race, with no ties: Ada, Leo, Kira, Nils, Olga, Paul and Rita. Ada finished first. Leo
    finished after Ada. Rita finished last. Kira finished third. Nils finished third to last. There is no runner who
    finished between Nils and Olga. Paul finished before Kira. Olga finished after Nils. Who finished fourth?
    Options:
    (A) Ada
    (B) Rita
    (C) Olga
    (D) Nils
    (E) Kira
    (F) Leo
    (G) Paul    A: (F)"""

    name, skill, split = "bbh/logical_deduction_seven_objects", "logic", "test"
    count, coincidence = 7, 0.2


class TrackingShuffledObjects(OptionTask):
    """The common part of the three sizes: everyone has a thing, and pairs swap."""

    count: int

    def generate(self, rng, difficulty):
        story = rng.choice(SWAPS)
        people, things = rng.sample(PEOPLE, self.count), rng.sample(story["things"], self.count)
        has, steps, said = dict(zip(people, things)), [], []
        while len(steps) < scale(difficulty, self.count // 2 + 1, 2 * self.count + 2):
            pair = rng.sample(people, 2)
            if steps and sorted(pair) == sorted(steps[-1][:2]):
                continue  # this would undo the last swap
            a, b = pair
            # From the middle on, a second person is often named only by the thing.
            hidden = difficulty >= 0.5 and rng.random() < 0.4
            steps.append([a, b, hidden and has[b]])
            said.append(story["whoever"].format(a=a, x=has[b]) if hidden else story["swap"].format(a=a, b=b))
            has[a], has[b] = has[b], has[a]
        # Asked for is one who took part, and whose last swap does not itself name the thing that this one got by it.
        last = {name: step for step in steps for name in step[:2]}
        asked = rng.choice([name for name in people if name in last and not (last[name][2] and last[name][0] == name)])
        whom = rng.random() < 0.5  # whether the person is wanted and not the thing
        right, everything = (asked, people) if whom else (has[asked], things)
        options, place = shuffled(rng, right, [other for other in everything if other != right])
        start = listed([story["has"].format(a=name, x=thing) for name, thing in zip(people, things)])
        words = ["First,", *["Then"] * (len(said) - 2), "Finally,"]
        question = story["who"].format(x=has[asked]) if whom else story["what"].format(a=asked)
        text = (f"{story['intro'].format(listed(people))} At the start, {start}. "
                f"{' '.join(f'{word} {step}.' for word, step in zip(words, said))} {question}")
        text, answer, data = ask(text, [capital(option) for option in options], place)
        return text, answer, data | {"story": SWAPS.index(story), "people": people, "things": things, "steps": steps,
                                     "person": asked, "thing": has[asked], "whom": whom, "choices": options}

    def program(self, question):
        data = question.data
        has = ", ".join(f'"{name}": "{thing}"' for name, thing in zip(data["people"], data["things"]))
        swaps = [(a, thing or b) for a, b, thing in data["steps"]]
        found = any(thing for _, _, thing in data["steps"])
        named = "    b = next((name for name in has if has[name] == b), b)  # named by the thing\n" if found else ""
        answer = (f'next(name for name in has if has[name] == "{data["thing"]}")' if data["whom"]
                  else f'has["{data["person"]}"]')
        return (f"has = {{{has}}}\nfor a, b in {swaps}:\n{named}    has[a], has[b] = has[b], has[a]\noptions = "
                f"{data['choices']}\nanswer = {answer}{SHOW}")

    def worked(self, question):
        """What the two have after each swap."""
        data = question.data
        has, says = dict(zip(data["people"], data["things"])), SWAPS[data["story"]]["has"]
        words = []
        for a, b, _ in data["steps"]:
            has[a], has[b] = has[b], has[a]
            words.append(f"{says.format(a=a, x=has[a])}, {says.format(a=b, x=has[b])}.")
        return " ".join(f"{number}. {word}" for number, word in enumerate(words, 1))


class TrackingThree(TrackingShuffledObjects):
    """Q: Ada, Leo and Kira play a game with balls. At the start, Ada has the red ball, Leo has the blue ball and Kira
    has the pink ball. First, Ada and Kira swap balls. Finally, Kira and Leo swap balls. Which ball does Leo have at the
    end?
    Options:
    (A) The red ball
    (B) The pink ball
    (C) The blue ball    A: (A)"""

    name, skill, split = "bbh/tracking_shuffled_objects_three_objects", "algorithms", "train"
    count, coincidence = 3, 0.45


class TrackingFive(TrackingShuffledObjects):
    """Q: Ada, Leo, Kira, Nils and Olga bring presents to a party. At the start, Ada has the silver present, Leo has the
    tiny present, Kira has the long present, Nils has the round present and Olga has the dotted present. First, Ada and
    Nils swap presents. Then Olga and Ada swap presents. Finally, Kira and Leo swap presents. Who has the round present
    at the end?
    Options:
    (A) Ada
    (B) Nils
    (C) Kira
    (D) Olga
    (E) Leo    A: (D)"""

    name, skill, split = "bbh/tracking_shuffled_objects_five_objects", "algorithms", "train"
    count, coincidence = 5, 0.27


class TrackingSeven(TrackingShuffledObjects):
    """Q: Ada, Leo, Kira, Nils, Olga, Paul and Rita are at a dance, each with a partner. At the start, Ada dances with
    Emma, Leo dances with Jack, Kira dances with Oscar, Nils dances with Berta, Olga dances with Frank, Paul dances with
    Irma and Rita dances with Henry. First, Rita and Leo swap partners. Then Paul and Olga swap partners. Then Leo and
    Nils swap partners. Finally, Ada and Kira swap partners. With whom does Nils dance at the end?
    Options:
    (A) Berta
    (B) Emma
    (C) Jack
    (D) Irma
    (E) Oscar
    (F) Frank
    (G) Henry    A: (G)"""

    name, skill, split = "bbh/tracking_shuffled_objects_seven_objects", "algorithms", "train"
    count, coincidence = 7, 0.2


class ColoredObjects(OptionTask):
    """Q: On the table lie three things in a row, from left to right: a red pen, a blue cup and a grey hat. What colour
    is the thing directly to the left of the hat?
    Options:
    (A) green
    (B) red
    (C) blue
    (D) grey    A: (C)"""

    name, skill, split = "bbh/reasoning_about_colored_objects", "logic", "train"
    coincidence = 0.4
    easy, hard = ("_named", "_nth", "_count", "_is"), ("_beside", "_far", "_neither", "_side", "_gone", "_count_left")

    def generate(self, rng, difficulty):
        kind = getattr(self, rng.choice(self.hard if rng.random() < difficulty else self.easy))
        things = rng.sample(THINGS, rng.randint(3, 4) + scale(difficulty, 0, 6))
        row, question, answer, meant, code = kind(rng, things)
        if isinstance(answer, int):
            options, right = shuffled(rng, COUNTS[answer], [word for n, word in enumerate(COUNTS[:len(row) + 1])
                                                            if n != answer])
        elif answer in ("yes", "no"):
            options, right = shuffled(rng, answer, ["no" if answer == "yes" else "yes"])
        else:
            number = scale(difficulty, 5, 18)
            there = list(dict.fromkeys(colour for colour, _ in row))
            others = [colour for colour in COLOURS if colour not in there]
            wrong = [colour for colour in there if colour != answer] + rng.sample(others, number - len(there))
            options, right = shuffled(rng, answer, wrong)
        things = [f"{'an' if colour == 'orange' else 'a'} {colour} {thing}" for colour, thing in row]
        text = f"On the table lie {COUNTS[len(row)]} things in a row, from left to right: {listed(things)}. {question}"
        text, letter, data = ask(text, options, right)
        return text, letter, data | {"row": row, "meant": meant, "code": code, "counts": isinstance(answer, int)}

    @staticmethod
    def _any(rng: random.Random, things: list[str]) -> list[list[str]]:
        return [[rng.choice(COLOURS), thing] for thing in things]

    @staticmethod
    def _split(rng: random.Random, things: list[str], inside: list[str]) -> list[list[str]]:
        """A row in which any number of things, all equally probable, have colours of `inside`."""
        share, others = rng.random(), rng.sample([colour for colour in PLAIN_COLOURS if colour not in inside], 4)
        return [[rng.choice(inside if rng.random() < share else others), thing] for thing in things]

    @staticmethod
    def _end(rng: random.Random, count: int) -> tuple[int, str]:
        """A place, as an index, and how it is called."""
        place = rng.randrange(-((count + 1) // 2), (count + 1) // 2)
        if place in (0, -1):
            return place, ("leftmost thing" if place == 0 else "rightmost thing")
        number = ORDINALS[place] if place > 0 else ORDINALS[-place - 1]
        return place, f"{number} thing from the {'left' if place > 0 else 'right'}"

    def _named(self, rng, things):
        row, thing = self._any(rng, things), rng.choice(things)
        colour = row[things.index(thing)][0]
        return (row, f"What colour is the {thing}?", colour, [thing],
                f'answer = next(colour for colour, thing in row if thing == "{thing}")')

    def _nth(self, rng, things):
        row, (place, called) = self._any(rng, things), self._end(rng, len(things))
        return row, f"What colour is the {called}?", row[place][0], [row[place][1]], f"answer = row[{place}][0]"

    def _count(self, rng, things):
        asked = rng.choice(PLAIN_COLOURS)
        row = self._split(rng, things, [asked])
        meant = [thing for colour, thing in row if colour == asked]
        return (row, f"How many of the things are {asked}?", len(meant), meant,
                f'answer = sum(colour == "{asked}" for colour, thing in row)')

    def _is(self, rng, things):
        row = [[colour, thing] for colour, thing in zip(rng.sample(PLAIN_COLOURS, len(things)), things)]
        (colour, thing), (other, _) = rng.sample(row, 2)
        yes = rng.random() < 0.5
        asked = colour if yes else other
        return (row, f"Is the {thing} {asked}?", "yes" if yes else "no", [thing],
                f'answer = "yes" if ["{asked}", "{thing}"] in row else "no"')

    def _beside(self, rng, things):
        row = [[colour, thing] for colour, thing in zip(rng.sample(PLAIN_COLOURS, len(things)), things)]
        place = rng.randrange(1, len(row))
        other, side = place - 1, "left"
        if rng.random() < 0.5:
            place, other, side = other, place, "right"
        colour, thing = row[place]
        by_colour = rng.random() < 0.5
        called = f"the {colour} thing" if by_colour else f"the {thing}"
        test = f'colour == "{colour}"' if by_colour else f'thing == "{thing}"'
        return (row, f"What colour is the thing directly to the {side} of {called}?", row[other][0], [row[other][1]],
                f"place = next(n for n, (colour, thing) in enumerate(row) if {test})\nanswer = row[place "
                f"{'-' if side == 'left' else '+'} 1][0]")

    def _far(self, rng, things):
        row = self._any(rng, things)
        place = rng.choice([n for n in range(len(row)) if 2 * n != len(row) - 1])  # from the middle, two are furthest
        far = row[-1 if 2 * place < len(row) - 1 else 0]
        return (row, f"What colour is the thing furthest from the {things[place]}?", far[0], [far[1]],
                f'place = next(n for n, (colour, thing) in enumerate(row) if thing == "{things[place]}")\n'
                "answer = max(enumerate(row), key=lambda item: abs(item[0] - place))[1][0]")

    def _neither(self, rng, things):
        a, b = asked = rng.sample(PLAIN_COLOURS, 2)
        row = self._split(rng, things, asked)
        meant = [thing for colour, thing in row if colour not in asked]
        return (row, f"How many of the things are neither {a} nor {b}?", len(meant), meant,
                f'answer = sum(colour not in ("{a}", "{b}") for colour, thing in row)')

    def _side(self, rng, things):
        asked, side = rng.choice(PLAIN_COLOURS), rng.choice(("left", "right"))
        row = self._split(rng, things, [asked])
        place = rng.randrange(2, len(row)) if side == "left" else rng.randrange(len(row) - 2)
        part, code = (row[:place], "row[:place]") if side == "left" else (row[place + 1:], "row[place + 1:]")
        meant = [thing for colour, thing in part if colour != asked]
        return (row, f"How many of the things to the {side} of the {things[place]} are not {asked}?", len(meant), meant,
                f'place = next(n for n, (colour, thing) in enumerate(row) if thing == "{things[place]}")\n'
                f'answer = sum(colour != "{asked}" for colour, thing in {code})')

    def _gone(self, rng, things):
        row, gone = self._any(rng, things), rng.sample(things, max(1, len(things) // 3))
        left = [item for item in row if item[1] not in gone]
        place, called = self._end(rng, len(left))
        taken = listed([f"the {thing}" for thing in gone]) if len(gone) > 1 else f"the {gone[0]}"
        return (row, f"I take away {taken}. What colour is the {called} now?", left[place][0], [left[place][1]],
                f"left = [(colour, thing) for colour, thing in row if thing not in {gone}]\nanswer = left[{place}][0]")

    def _count_left(self, rng, things):
        asked, away = rng.sample(PLAIN_COLOURS, 2)
        row = self._split(rng, things, [asked, away])
        thing = rng.choice([other for colour, other in row if colour != away] or things)
        meant = [other for colour, other in row if colour not in (asked, away) and other != thing]
        return (row, f"I take away the {thing} and every {away} thing. How many of the things left on the table are "
                     f"not {asked}?", len(meant), meant,
                f'left = [(colour, thing) for colour, thing in row if colour != "{away}" and thing != "{thing}"]\n'
                f'answer = sum(colour != "{asked}" for colour, thing in left)')

    def program(self, question):
        data = question.data
        options = [COUNTS.index(option) for option in data["options"]] if data["counts"] else data["options"]
        return f"row = {data['row']}\noptions = {options}\n{data['code']}{SHOW}"

    def worked(self, question):
        colours = {thing: colour for colour, thing in question.data["row"]}
        meant = [f"the {colours[thing]} {thing}" for thing in question.data["meant"]]
        if not question.data["counts"]:
            return f"It is {meant[0]}."
        return f"These count: {', '.join(meant)}." if meant else "None of them counts."


class PenguinsInATable(OptionTask):
    """Q: Here is a table of dogs:
    name, age (years), height (cm), weight (kg)
    Rex, 4, 52, 20
    Luna, 7, 48, 17
    Milo, 2, 60, 31
    Now the row of Luna is taken out. Which dog is the oldest now?
    Options:
    (A) Milo
    (B) Rex
    (C) Luna    A: (B)"""

    name, skill, split = "bbh/penguins_in_a_table", "arithmetic", "train"
    coincidence = 0.35
    easy, hard = ("_most", "_above", "_alphabetical"), ("_second", "_cross", "_total", "_both")

    def generate(self, rng, difficulty):
        animal, ranges = rng.choice(list(ANIMALS.items()))
        size, edits = scale(difficulty, 4, 8), rng.randint(0, 1) + scale(difficulty, 0, 4)
        names = rng.sample(ANIMAL_NAMES, size + edits)
        rows = [list(row) for row in zip(names, *(rng.sample(range(low, high + 1), size + edits)
                                                  for low, high in ranges))]
        table, joining, left, said, changes = rows[:size], rows[size:], rows[:size], [], []
        for new in joining:
            if len(left) == 4 or rng.random() < 0.5:
                left, changes = [*left, new], [*changes, ["+", new]]
                said.append(f"Now a row is added: {', '.join(map(str, new))}.")
            else:
                out = rng.choice(left)
                left, changes = [row for row in left if row != out], [*changes, ["-", out]]
                said.append(f"Now the row of {out[0]} is taken out.")
        known = table + [row for sign, row in changes if sign == "+"]
        kind = getattr(self, rng.choice(self.hard if rng.random() < difficulty else self.easy))
        question, answer, reason, code = kind(rng, animal, left)
        number = 4 if difficulty < 0.5 else 5
        if isinstance(answer, str):
            wrong = rng.sample([row[0] for row in known if row[0] != answer], number - 1)
        elif kind == self._cross:
            column = next(n for n in (1, 2, 3) if COLUMNS[n - 1][0] in question.split())
            wrong = rng.sample([row[column] for row in known if row[column] != answer], number - 1)
        elif kind == self._total:
            wrong = self._near(rng, answer, number)
        else:
            wrong = rng.sample([n for n in range(max(len(left) + 1, number)) if n != answer], number - 1)
        spelt = COUNTS if kind in (self._above, self._both) else {}
        options, right = shuffled(rng, answer, wrong)
        lines = [", ".join(["name", *(f"{head} ({unit})" for head, unit, *_ in COLUMNS)]),
                 *(", ".join(map(str, row)) for row in table)]
        text = "\n".join([f"Here is a table of {animal}{'es' if animal[-1] == 'h' else 's'}:", *lines,
                          " ".join([*said, question])])
        text, letter, data = ask(text, [spelt[option] if spelt else str(option) for option in options], right)
        return text, letter, data | {"table": table, "changes": changes, "choices": options, "reason": reason,
                                     "code": code}

    @staticmethod
    def _near(rng: random.Random, right: int, number: int) -> list[int]:
        """Wrong totals near the right one, which is the smallest, the largest or any between with equal probability."""
        span, smaller = max(2 * number, right // 5), rng.randrange(number)
        return (rng.sample(range(max(1, right - span), right), smaller)
                + rng.sample(range(right + 1, right + span + 1), number - 1 - smaller))

    @staticmethod
    def _extreme(rng: random.Random) -> tuple[int, bool, str]:
        """A column, whether its greatest value is meant, and the word for the animal that has it."""
        column, most = rng.randint(1, 3), rng.random() < 0.5
        return column, most, COLUMNS[column - 1][2 if most else 3][1]

    @staticmethod
    def _limit(rng: random.Random, column: int, rows: list[list]) -> tuple[int, bool, str]:
        """A limit that is nobody's value, whether the rows above it are meant, and the words for this."""
        values = [row[column] for row in rows]
        limit = rng.choice([n for n in range(max(1, min(values) - 2), max(values) + 3) if n not in values])
        above, (_, unit, more, less) = rng.random() < 0.5, COLUMNS[column - 1]
        unit = unit.removesuffix("s") if limit == 1 else unit
        return limit, above, f"{(more if above else less)[0]} than {limit} {unit}"

    def _most(self, rng, animal, rows):
        column, most, word = self._extreme(rng)
        best = (max if most else min)(rows, key=lambda row: row[column])
        return (f"Which {animal} is the {word} now?", best[0],
                f"The {word} is {best[0]} with {best[column]} {COLUMNS[column - 1][1]}.",
                f"answer = {'max' if most else 'min'}(rows, key=lambda row: row[{column}])[0]")

    def _second(self, rng, animal, rows):
        column, most, word = self._extreme(rng)
        place = rng.randint(2, 3)
        best = sorted(rows, key=lambda row: row[column], reverse=most)[place - 1]
        values = ", ".join(str(value) for value in sorted((row[column] for row in rows), reverse=most)[:place])
        return (f"Which {animal} is the {ORDINALS[place - 1]} {word} now?", best[0],
                f"In order from the {word} the values begin {values}, and the last of these belongs to {best[0]}.",
                f"answer = sorted(rows, key=lambda row: row[{column}], reverse={most})[{place - 1}][0]")

    def _alphabetical(self, rng, animal, rows):
        place = rng.randrange(-2, 2)
        called = {0: "first", 1: "second", -1: "last", -2: "second to last"}[place]
        best = sorted(row[0] for row in rows)[place]
        return (f"If the names in the table are now put in alphabetical order, which is the {called}?", best,
                f"In alphabetical order they are {', '.join(sorted(row[0] for row in rows))}.",
                f"answer = sorted(row[0] for row in rows)[{place}]")

    def _above(self, rng, animal, rows):
        column = rng.randint(1, 3)
        limit, above, words = self._limit(rng, column, rows)
        meant = [row[0] for row in rows if (row[column] > limit) == above]
        return (f"How many of the animals now in the table are {words}?", len(meant), self._these(meant),
                f"answer = sum(row[{column}] {'>' if above else '<'} {limit} for row in rows)")

    def _both(self, rng, animal, rows):
        first, second = rng.sample((1, 2, 3), 2)
        limit, above, words = self._limit(rng, first, rows)
        other, over, more = self._limit(rng, second, rows)
        joined, join = rng.choice((("both {} and {}", "and"), ("{} or {} (or both)", "or")))
        tests = [((row[first] > limit) == above, (row[second] > other) == over) for row in rows]
        meant = [row[0] for row, test in zip(rows, tests) if (all if join == "and" else any)(test)]
        return (f"How many of the animals now in the table are {joined.format(words, more)}?", len(meant),
                self._these(meant), f"answer = sum(row[{first}] {'>' if above else '<'} {limit} {join} row[{second}] "
                                    f"{'>' if over else '<'} {other} for row in rows)")

    @staticmethod
    def _these(meant: list[str]) -> str:
        if not meant:
            return "There is none."
        return f"These are {listed(meant)}." if len(meant) > 1 else f"It is only {meant[0]}."

    def _cross(self, rng, animal, rows):
        column, most, word = self._extreme(rng)
        other = rng.choice([n for n in (1, 2, 3) if n != column])
        best = (max if most else min)(rows, key=lambda row: row[column])
        head, unit, *_ = COLUMNS[other - 1]
        return (f"What is the {head} in {unit} of the {word} {animal} now?", best[other],
                f"The {word} is {best[0]}, and the {head} of {best[0]} is {best[other]} {unit}.",
                f"answer = {'max' if most else 'min'}(rows, key=lambda row: row[{column}])[{other}]")

    def _total(self, rng, animal, rows):
        column, limited = rng.randint(1, 3), rng.randint(1, 3)
        head, unit, *_ = COLUMNS[column - 1]
        while True:
            limit, above, words = self._limit(rng, limited, rows)
            values = [row[column] for row in rows if (row[limited] > limit) == above]
            if len(values) > 1:
                break
        return (f"What is the sum of the {head}s in {unit} of the animals now in the table that are {words}?",
                sum(values),
                f"{' + '.join(map(str, values))} makes {sum(values)}.",
                f"answer = sum(row[{column}] for row in rows if row[{limited}] {'>' if above else '<'} {limit})")

    def program(self, question):
        data = question.data
        changes = "".join(f"rows.append({row})\n" if sign == "+" else f"rows.remove({row})\n"
                          for sign, row in data["changes"])
        return f"rows = {data['table']}\n{changes}options = {data['choices']}\n{data['code']}{SHOW}"

    def worked(self, question):
        return question.data["reason"]


class TemporalSequences(OptionTask):
    """Q: Today Leo went to the zoo, which was open from 8 am to 4 pm. Leo woke up at 7 am. Ada saw Leo fishing at the
    river from 7 am to 9 am. Rita saw Leo reading in the library from 11 am to 2 pm. Paul saw Leo waiting at the station
    from 2 pm to 4 pm. Between which times can Leo have been at the zoo?
    Options:
    (A) from 7 am to 9 am
    (B) from 9 am to 11 am
    (C) from 2 pm to 4 pm
    (D) from 11 am to 2 pm    A: (B)"""

    name, skill, split = "bbh/temporal_sequences", "logic", "train"
    coincidence = 0.35

    def generate(self, rng, difficulty):
        who, *others = rng.sample(PEOPLE, 16)
        place, activities = rng.choice(PLACES), rng.sample(ACTIVITIES, 12)
        wakes, opens, closes, blocks, right, unseen = self._day(rng, difficulty)
        seen = [block for number, block in enumerate(blocks) if number != right and number not in unseen]
        options, key = self._options(rng, wakes, opens, blocks, right, unseen)
        said = [f"{others.pop()} saw {who} {activities.pop()} from {clock(start)} to {clock(end)}."
                for start, end in seen]
        for _ in range(scale(difficulty, 0, 3)):  # sightings of others: they say nothing
            start, end = rng.choice(options)
            said.insert(rng.randint(0, len(said)), f"{others.pop()} saw {others.pop()} {activities.pop()} from "
                                                   f"{clock(start)} to {clock(end)}.")
        if difficulty >= 0.5:
            rng.shuffle(said)
        text = (f"Today {who} went to the {place}, which was open from {clock(opens)} to {clock(closes)}. {who} woke "
                f"up at {clock(wakes)}. {' '.join(said)} Between which times can {who} have been at the {place}?")
        text, answer, data = ask(text, [f"from {clock(start)} to {clock(end)}" for start, end in options], key)
        return text, answer, data | {"wakes": wakes, "opens": opens, "closes": closes, "seen": seen, "times": options,
                                     "free": blocks[right], "who": who, "place": place}

    @staticmethod
    def _day(rng: random.Random, difficulty: float) -> tuple:
        """Blocks of a day in minutes, from waking on: one is free while the place is open, some others are free too,
        but lie before it opens or after it closes, and in all the rest the person is seen."""
        lengths = (60, 120, 180) if difficulty < 0.5 else (60, 90, 120)
        count = 4 + scale(difficulty, 0, 5)
        while True:
            wakes = times = rng.randrange(6 * 60, 9 * 60 + 1, 60 if difficulty < 0.5 else 30)
            blocks = []
            for _ in range(count):
                blocks.append([times, times + rng.choice(lengths)])
                times = blocks[-1][1]
            if times <= 22 * 60:
                break
        right = rng.randrange(count)
        unseen, opens, closes = [], wakes - rng.choice((0, 60)), blocks[-1][1]
        if right and rng.random() < (1 + difficulty) / 2:
            unseen.append(rng.randrange(right))
            opens = rng.choice([blocks[number][1] for number in range(unseen[0], right)])
        if right < count - 1 and rng.random() < (1 + difficulty) / 2:
            unseen.append(rng.randrange(right + 1, count))
            closes = rng.choice([blocks[number][0] for number in range(right + 1, unseen[-1] + 1)])
        return wakes, opens, closes, blocks, right, unseen

    @staticmethod
    def _options(rng, wakes, opens, blocks, right, unseen) -> tuple[list[list[int]], int]:
        """The free time, the times when the person is free or asleep in vain, and others. Most of these begin and end
        when the person was seen anew, too, but span several sightings as often as one: the right one does not stand
        out as the one that the text does not name, nor as the one whose two ends it does."""
        wrong = [blocks[number] for number in unseen] + ([[opens, wakes]] if opens < wakes else [])
        (free, over), lengths = blocks[right], [end - start for start, end in blocks]
        edges = [wakes, *(end for _, end in blocks)]
        grid = 30 if any(start % 60 for start, _ in blocks) else 60
        while len(wrong) < 3:
            start = rng.randrange(wakes, blocks[-1][1], grid)
            option = [start, start + rng.choice(lengths)] if rng.random() < 0.3 else sorted(rng.sample(edges, 2))
            if option not in wrong and option[1] <= blocks[-1][1] and (option[1] <= free or over <= option[0]):
                wrong.append(option)
        return shuffled(rng, blocks[right], wrong[:3])

    solver = """
for letter, (start, end) in zip("ABCD", options):
    up = max(wakes, opens) <= start and end <= closes
    if up and all(end <= a or b <= start for a, b in seen):
        answer = letter
print(f"({answer})")"""

    def program(self, question):
        data = question.data
        hours = {key: [[number / 60 for number in pair] for pair in data[key]] for key in ("seen", "times")}
        return (f"wakes, opens, closes = {data['wakes'] / 60:g}, {data['opens'] / 60:g}, {data['closes'] / 60:g}\nseen "
                f"= {self._short(hours['seen'])}\noptions = {self._short(hours['times'])}{self.solver}")

    @staticmethod
    def _short(pairs: list) -> str:
        return f"[{', '.join(f'({start:g}, {end:g})' for start, end in pairs)}]"

    def worked(self, question):
        data = question.data
        start, end = data["free"]
        return (f"While the {data['place']} is open and {data['who']} is up, only the time from {clock(start)} to "
                f"{clock(end)} is left free.")


def clock(minutes: int) -> str:
    hour, minute = divmod(minutes, 60)
    if (hour, minute) == (12, 0):
        return "noon"
    return f"{(hour - 1) % 12 + 1}{f':{minute:02}' if minute else ''} {'am' if hour < 12 else 'pm'}"

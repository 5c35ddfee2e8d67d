"""Reasoning-Gym: graphs, families, paths through grids, locks and jugs."""
import re
from dataclasses import replace

from tasks import answers, scale
from tasks.reasoning_gym.library import Gym, NumberGym, WordGym
from tasks.reasoning_gym.matrices import start


class CourseSchedule(WordGym):
    """Q: 3 courses; (a, b) means b before a: [(0, 1), (1, 2), (2, 0)]. Can all be finished?    A: False"""

    name, skill, split = "reasoning_gym/course_schedule", "algorithms", "train"
    knobs = {"min_num_courses": (4, 15), "max_num_courses": (6, 25), "max_num_prerequisites": (2, 4),
             "max_cycle_length": (3, 8)}
    coincidence = 0.6

    def program(self, question):
        count, pairs = re.search(r"total of (\d+) .*(\[.*\])", question.question, re.DOTALL).groups()
        return (f"pairs = {pairs}\nleft = set(range({count}))\nwhile True:\n    free = {{c for c in left if not "
                "any(a == c and b in left for a, b in pairs)}\n    if not free:\n        break\n    left -= free\n"
                "print(not left)")


class FamilyRelationships(WordGym):
    """Q: Ann is married to Bob. They have children called Carl and Dora. What is Dora to Carl?    A: sister
    The library gives nieces and nephews the sex of the other one, and calls a daughter-in-law mother-in-law; names
    that both sexes bear are left out."""

    name, skill, split = "reasoning_gym/family_relationships", "logic", "train"
    knobs = {"min_family_size": (4, 10), "max_family_size": (6, 18)}
    fixed = {
        "male_names": "James John Robert Michael William David Richard Joseph Thomas Charles Peter Daniel Matthew "
        "Christopher Andrew George Edward Benjamin Henry Samuel Alexander Oliver Jack Jacob Ethan Lucas".split(),
        "female_names": "Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Emma Lisa Anna "
        "Margaret Victoria Charlotte Sophia Isabella Olivia Emily Abigail Amelia Eleanor Alice Lucy Hannah".split()}
    note = "\n\nThe names tell who is male and who is female."
    coincidence = 0.15
    about_first = {"niece": ("nephew", "niece"), "nephew": ("nephew", "niece"),
                   "mother-in-law": ("son-in-law", "daughter-in-law"),
                   "father-in-law": ("son-in-law", "daughter-in-law")}  # the library's word -> male, female

    def draw(self, rng, difficulty):
        entry = super().draw(rng, difficulty)
        words = self.about_first.get(entry["answer"])
        female = entry["metadata"]["person1"] in self.fixed["female_names"]
        return entry | {"answer": words[female]} if words else entry

    def verify(self, question, text):
        """Hyphens do not matter."""
        return super().verify(replace(question, answer=question.answer.replace("-", " ")), text.replace("-", " "))

    solver = """
import re
spouse, parents = {}, {}
for sentence in story.strip(".").split(". "):
    if " is married to " in sentence:
        a, b = sentence.split(" is married to ")
        spouse[a], spouse[b] = b, a
    else:
        for child in re.split(", | and ", sentence.split(" called ")[1]):
            parents[child] = {a, b}
up = lambda p: parents.get(p, set())
grand = lambda p: {g for q in up(p) for g in up(q)}
kinds = [(x in up(y), "father", "mother"), (y in up(x), "son", "daughter"),
         (spouse.get(x) == y, "husband", "wife"), (up(x) and up(x) == up(y), "brother", "sister"),
         (x in grand(y), "grandfather", "grandmother"), (y in grand(x), "grandson", "granddaughter"),
         (up(x) & grand(y), "uncle", "aunt"), (grand(x) & up(y), "nephew", "niece"),
         (y in up(spouse.get(x)), "son-in-law", "daughter-in-law"),
         (x in up(spouse.get(y)), "father-in-law", "mother-in-law")]
print(next(words[female] for holds, *words in kinds if holds))"""

    def program(self, question):
        story, asked = question.question.split("\n\n")[:2]
        x, y = re.search(r"is (\w+) (?:related )?to (\w+)", asked).groups()
        return f'story = """{story}"""\nx, y, female = "{x}", "{y}", {x in self.fixed["female_names"]}{self.solver}'


class LargestIsland(NumberGym):
    """Q: The maximum area of an island, a 4-connected group of 1's, in 1 1 0 / 0 1 0 / 1 0 1    A: 3"""

    name, skill, split = "reasoning_gym/largest_island", "algorithms", "train"
    knobs = {"min_rows": (4, 10), "max_rows": (6, 20), "min_cols": (4, 10), "max_cols": (6, 20),
             "min_num_islands": (1, 5), "max_num_islands": (4, 16), "min_island_size": (1, 5),
             "max_island_size": (7, 25)}
    coincidence = 0.2

    def program(self, question):
        return start(question) + (
            "land = {(i, j) for i, row in enumerate(m) for j, x in enumerate(row) if x}\nbest = 0\nwhile land:\n"
            "    todo, area = [land.pop()], 0\n    while todo:\n        i, j = todo.pop()\n        area += 1\n"
            "        near = {(i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)} & land\n        land -= near\n"
            "        todo += near\n    best = max(best, area)\nprint(best)")


# Behind a grid `m`: the shortest way from the cell with `first` to that with `last`, through `passage`.
WALK = """
find = lambda sign: next((i, row.index(sign)) for i, row in enumerate(m) if sign in row)
way, todo = {find(first): []}, [find(first)]
for i, j in todo:
    for word, a, b in (("up", i - 1, j), ("down", i + 1, j), ("left", i, j - 1), ("right", i, j + 1)):
        if 0 <= a < len(m) and 0 <= b < len(m[a]) and m[a][b] in (passage, last) and (a, b) not in way:
            way[a, b] = way[i, j] + [word]
            todo.append((a, b))
"""


class Maze(NumberGym):
    """Q: From J to _, < is a wall and w a passage: <<<<< / <Jww< / <<<_< / <<<<<. Minimum number of steps?    A: 3
    The signs are random, and left out are those that are hard to tell from what is around them."""

    name, skill, split = "reasoning_gym/maze", "planning", "train"
    knobs = {"min_dist": (4, 12), "max_dist": (9, 40), "min_grid_size": (7, 14), "max_grid_size": (9, 20)}
    coincidence = 0.25
    note = "\n\nOne step goes one cell up, down, left or right, never onto a wall."

    def fits(self, entry, difficulty):
        return not any(entry["metadata"][kind] in "`'\"\\" for kind in ("start", "goal", "wall", "path"))

    def program(self, question):
        text = question.question
        first, last = re.search(r"from '(.)' \(start\) to '(.)'", text).groups()
        passage = re.search(r"'(.)' = Passage", text)[1]
        return (f"m = {text.split('```')[1].split()}\nfirst, last, passage = {first!r}, {last!r}, {passage!r}{WALK}"
                "print(len(way[find(last)]))")


class PathStar(Gym):
    """Q: |1 2|1 3|2 4|3 5/1 5 =    A: 1 3 5"""

    name, skill, split = "reasoning_gym/path_star", "algorithms", "train"
    knobs = {"degree": (2, 8), "node_range": (100, 200_000), "max_path_length": (5, 12)}

    def verify(self, question, text):
        return answers.steps(text) == question.answer.split()

    def program(self, question):
        edges, ends = question.question.splitlines()[-1].removesuffix("=").strip().split("/")
        edges = [tuple(map(int, edge.split())) for edge in edges.strip("|").split("|")]
        return (f"edges = {edges}\nstart, goal = {', '.join(ends.split())}\nbefore = {{b: a for a, b in edges}}\n"
                "path = [goal]\nwhile path[0] != start:\n    path.insert(0, before[path[0]])\nprint(*path)")


class QuantumLock(Gym):
    """Q: Each press toggles the light. Press the shortest sequence of buttons. Start: 0 (red). Target: 8. Buttons:
    A: Add 2 (when red) / B: Multiply 2 (when any) / C: Subtract 1 (when green)    A: A → B → B
    Any shortest sequence will do. The library does not say that a button cannot be pressed in the wrong light."""

    name, skill, split = "reasoning_gym/quantum_lock", "planning", "test"
    knobs = {"difficulty": (3, 10)}
    coincidence = 0.05
    note = ("\n\nA button can be pressed only while the light has the color that stands behind the button, or at any "
            "time where it says any.")

    def data(self, entry):
        told = entry["metadata"]
        return {"target": told["target_value"], "buttons": {button["name"]: [
            button["type"], button["value"], button["active_state"]] for button in told["buttons"]}}

    def verify(self, question, text):
        pressed = answers.letters(text)
        number, light, buttons = 0, "red", question.data["buttons"]
        if len(pressed) != len(answers.steps(question.answer)):
            return False
        for name in pressed:
            kind, value, needed = buttons.get(name, (None, 0, None))
            if needed not in ("any", light):
                return False
            number = {"add": number + value, "subtract": number - value, "multiply": number * value}[kind]
            light = "green" if light == "red" else "red"
        return number == question.data["target"]

    solver = """
seen, todo = set(), [(0, "red", [])]
for number, light, path in todo:
    if number == target:
        break
    for name, kind, value, needed in buttons:
        new = {"Add": number + value, "Subtract": number - value, "Multiply": number * value}[kind]
        if needed in ("any", light) and (new, light) not in seen:
            seen.add((new, light))
            todo.append((new, "green" if light == "red" else "red", path + [name]))
print(" → ".join(path))"""

    def program(self, question):
        target = re.search(r"^Target: (\d+)", question.question, re.MULTILINE)[1]
        buttons = re.findall(r"^(\w): (\w+) (\d+) \(when (\w+)\)", question.question, re.MULTILINE)
        buttons = [(name, kind, int(value), needed) for name, kind, value, needed in buttons]
        return f"target, buttons = {target}, {buttons}{self.solver}"


class ShortestPath(Gym):
    """Q: The shortest path from * to #, through O and not X, or infeasible: * O O / X X O / O # O
    A: right right down down left    Any shortest path will do."""

    name, skill, split = "reasoning_gym/shortest_path", "planning", "train"
    knobs = {"min_rows": (4, 9), "max_rows": (5, 15), "min_cols": (4, 9), "max_cols": (5, 15),
             "p_blocked": (0.3, 0.38)}
    ways = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}
    coincidence = 0.05

    def draw(self, rng, difficulty):
        """One in eight is infeasible; the others are no short ways."""
        infeasible = rng.random() < 0.125
        while True:
            entry = super().draw(rng, difficulty)
            if (entry["answer"] == "infeasible") == infeasible and (
                    infeasible or len(entry["answer"].split()) >= scale(difficulty, 3, 12)):
                return entry

    def data(self, entry):
        return {"grid": ["".join(row) for row in entry["metadata"]["matrix"]]}

    def verify(self, question, text):
        words, wanted = [word.lower() for word in answers.steps(text) or []], question.answer.split()
        grid = question.data["grid"]
        if wanted == ["infeasible"] or len(words) != len(wanted):
            return words == wanted
        row = next(number for number, cells in enumerate(grid) if "*" in cells)
        column = grid[row].index("*")
        for number, word in enumerate(words, 1):
            down, right = self.ways.get(word, (len(grid), 0))
            row, column = row + down, column + right
            cell = grid[row][column] if 0 <= row < len(grid) and 0 <= column < len(grid[0]) else "X"
            if cell != ("#" if number == len(words) else "O"):
                return False
        return True

    def program(self, question):
        grid = question.question.rpartition(":\n")[2]
        return (f'm = [row.split() for row in """{grid}""".splitlines()]\nfirst, last, passage = "*", "#", "O"{WALK}'
                'print(*way.get(find(last), ["infeasible"]))')


class Jugs(Gym):
    """Q: Fill, empty and pour till a jug holds the target. Jugs: A:3, B:5, C:5. Target: 4.
    A: ["fill B", "pour B->A", "empty A", "pour B->A", "fill B", "pour B->A"]
    Any number of moves will do. The library looks for a solution with the first three jugs only."""

    name, skill, split = "reasoning_gym/jugs", "planning", "test"
    knobs = {"num_jugs": (4, 4, 3, 3), "difficulty": (4, 4, 4, 5, 10, 10, 11, 12)}
    coincidence = 0.11
    jugs_of = {"fill": 1, "empty": 1, "pour": 2}  # how many jugs a move names
    note = "\n\nA pour ends when the one jug is empty or the other is full. The list need not be the shortest."

    def fits(self, entry, difficulty):
        return entry["answer"] != '["No solution"]'

    def data(self, entry):
        puzzle = entry["metadata"]["puzzle"]
        return {"capacities": puzzle["jug_capacities"], "target": puzzle["target"]}

    def verify(self, question, text):
        sizes = question.data["capacities"]
        held, names = [0] * len(sizes), [*"ABCDEFG"[:len(sizes)]]
        for move in answers.moves(text):
            move = re.sub(r"(→|\b(in)?to\b)", "->", move.lower().replace("jug ", ""))
            kind, _, told = move.partition(" ")
            jugs = [names.index(jug) for name in told.upper().split("->") if (jug := name.strip()) in names]
            if len(set(jugs)) != told.count("->") + 1 or len(jugs) != self.jugs_of.get(kind):
                return False
            if kind == "pour":
                poured = min(held[jugs[0]], sizes[jugs[1]] - held[jugs[1]])
                held[jugs[0]] -= poured
                held[jugs[1]] += poured
            else:
                held[jugs[0]] = sizes[jugs[0]] if kind == "fill" else 0
        return question.data["target"] in held

    solver = """
names = "ABCDEFG"[:len(size)]
size.append(10 ** 6)  # the fountain, from which one fills and into which one empties
first = (0,) * len(names) + (10 ** 5,)
todo, way = [first], {first: []}
for state in todo:
    if target in state[:-1]:
        break
    for i in range(len(size)):
        for j in range(len(size)):
            new = [*state]
            amount = min(state[i], size[j] - state[j])
            new[i] -= amount
            new[j] += amount
            if tuple(new) not in way:
                move = (f"fill {names[j]}" if i == len(names) else f"empty {names[i]}" if j == len(names) else
                        f"pour {names[i]}->{names[j]}")
                way[tuple(new)] = way[state] + [move]
                todo.append(tuple(new))
print(json.dumps(way[state]))"""

    def program(self, question):
        size = [int(size) for size in re.findall(r"[A-G]:(\d+)", question.question)]
        target = re.search(r"your target is: (\d+)", question.question)[1]
        return f"import json\nsize, target = {size}, {target}{self.solver}"

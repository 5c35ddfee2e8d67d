"""SymBench: plans. Box lift, box net, blocks world, path plan."""
import heapq
import re
from collections import deque
from fractions import Fraction
from itertools import count as numbers_from
from itertools import product

from tasks import Task, answers, scale


class BoxLift(Task):
    """Q: Boxes of weight 70, 50, 30; lifters 0, 1 of capacity 40, 60. In each step a lifter takes part in lifting at
    most one box; several may lift a box together if their capacities add up to its weight or more. Lift every box once,
    within 3 steps. Write lines such as: Step 1: [(weight, [lifter, ...]), ...]
    A: Step 1: [(70, [0, 1])]
       Step 2: [(50, [1]), (30, [0])]"""

    name, skill, split = "symbench/boxlift", "planning", "train"

    def generate(self, rng, difficulty):
        boxes = sorted((rng.randint(10, scale(difficulty, 80, 400)) for _ in range(scale(difficulty, 4, 22))),
                       reverse=True)
        lifters = [rng.randint(30, scale(difficulty, 60, 200)) for _ in range(scale(difficulty, 2, 7))]
        if boxes[0] > sum(lifters):
            return self.generate(rng, difficulty)
        steps = self._plan(boxes, lifters)
        shown = rng.sample(boxes, len(boxes))
        answer = "\n".join(f"Step {number}: {step}" for number, step in enumerate(steps, 1))
        return (f"Boxes of weight {', '.join(map(str, shown))}; lifters {', '.join(map(str, range(len(lifters))))} of "
                f"capacity {', '.join(map(str, lifters))}. In each step a lifter takes part in lifting at most one "
                "box; several may lift a box together if their capacities add up to its weight or more. Lift every box "
                f"once, within {len(steps)} steps. Write lines such as: Step 1: [(weight, [lifter, ...]), ...]", answer,
                {"boxes": shown, "lifters": lifters, "limit": len(steps)})

    @staticmethod
    def _plan(boxes: list[int], lifters: list[int]) -> list[list[tuple[int, list[int]]]]:
        """Greedy: per step, each box from the heaviest takes free lifters in order until they are strong enough."""
        left, steps = list(boxes), []
        while left:
            free, step = list(range(len(lifters))), []
            for weight in list(left):
                team = []
                for lifter in free:
                    if sum(lifters[member] for member in team) < weight:
                        team.append(lifter)
                if sum(lifters[member] for member in team) >= weight:
                    free = [lifter for lifter in free if lifter not in team]
                    left.remove(weight)
                    step.append((weight, team))
            steps.append(step)
        return steps

    def verify(self, question, text):
        data = question.data
        steps = re.split(r"step\s*\d{1,3}\s*:", answers.plain(text).lower())
        lifts = [answers.nested(step.strip(" ,;-*\n")) for step in steps[1:]]
        if steps[0].strip(" -*\n") or not 0 < len(lifts) <= data["limit"]:
            return False
        return all(isinstance(step, list) and self._legal(step, data["lifters"]) for step in lifts) and \
            sorted(str(lift[0]) for step in lifts for lift in step) == sorted(map(str, data["boxes"]))

    @staticmethod
    def _legal(step: list, lifters: list[int]) -> bool:
        """Whether the lifters of a step exist, work once, and are strong enough for their boxes."""
        working = []
        for lift in step:
            if not (isinstance(lift, list) and len(lift) == 2):
                return False
            weight, team = lift
            if not (isinstance(weight, str) and isinstance(team, list)):
                return False
            if not all(isinstance(name, str) and name in map(str, range(len(lifters))) for name in team):
                return False
            # The weight is compared with those of the boxes as text, so it is a number when it is right.
            if not (weight.isascii() and weight.isdecimal() and len(weight) < 5):
                return False
            if sum(lifters[int(name)] for name in set(team)) < int(weight):
                return False
            working += team
        return len(working) == len(set(working)) and bool(step)

    solver = """
boxes.sort(reverse=True)
step = 0
while boxes:
    step += 1
    free, lifts = list(range(len(lifters))), []
    for box in list(boxes):
        team = []
        for i in free:
            if sum(lifters[j] for j in team) < box:
                team.append(i)
        if sum(lifters[j] for j in team) >= box:
            free = [i for i in free if i not in team]
            boxes.remove(box)
            lifts.append((box, team))
    print(f"Step {step}: {lifts}")"""

    def program(self, question):
        return f"boxes = {question.data['boxes']}\nlifters = {question.data['lifters']}{self.solver}"


class BoxNet(Task):
    """Q: A grid of 1 x 2 squares, each with an agent and named by its centre: [0.5, 0.5] box_red; [0.5, 1.5]
    target_red. Per step each agent may move one box of its own square to a square side by side with it, or onto a
    target of the same colour in its own square (both vanish). The moves of a step happen at once. Clear the grid of
    boxes within 3 steps. Write JSON such as [{"Agent[0.5, 0.5]": "move(box_red, square[0.5, 1.5])"}, {"Agent[0.5,
    1.5]": "move(box_red, target_red)"}]
    A: [{"Agent[0.5, 0.5]": "move(box_red, square[0.5, 1.5])"}, {"Agent[0.5, 1.5]": "move(box_red, target_red)"}]"""

    name, skill, split = "symbench/boxnet", "planning", "train"
    coincidence = 0.03
    colours = ("red", "blue", "green", "orange", "purple")
    shape = re.compile(r"move\(\s*box_(\w+)\s*,\s*(?:target_(\w+)|square\s*(\[[\d., ]+\]))\s*\)", re.ASCII)

    def generate(self, rng, difficulty):
        rows, columns = scale(difficulty, 2, 3), scale(difficulty, 2, 4)
        squares = [f"[{row}.5, {column}.5]" for row in range(rows) for column in range(columns)]
        things = {square: [] for square in squares}
        for colour in rng.choices(self.colours, k=scale(difficulty, 2, 4)):
            things[rng.choice(squares)].append(f"box_{colour}")
            things[rng.choice(squares)].append(f"target_{colour}")
        plan = self._plan(things)
        if sum(map(len, plan)) > scale(difficulty, 5, 11):  # a longer plan could not be said in one turn
            return self.generate(rng, difficulty)
        limit = len(plan) + 2
        said = "; ".join(f"{square} {', '.join(inside) or 'empty'}" for square, inside in things.items())
        return (f"A grid of {rows} x {columns} squares, each with an agent and named by its centre: {said}. Per step "
                "each agent may move one box of its own square to a square side by side with it, or onto a target of "
                "the same colour in its own square (both vanish). The moves of a step happen at once. Clear the grid "
                f"of boxes within {limit} steps. Write JSON such as "
                "[{\"Agent[0.5, 0.5]\": \"move(box_red, square[0.5, 1.5])\"}, "
                "{\"Agent[0.5, 1.5]\": \"move(box_red, target_red)\"}]",
                "[" + ", ".join("{" + ", ".join(f'"{agent}": "{move}"' for agent,
                                                move in step.items()) + "}" for step in plan) + "]",
                {"things": things, "limit": limit})

    def _plan(self, things: dict[str, list[str]]) -> list[dict[str, str]]:
        """Every box goes its own way to a target of its colour, first along the column; one move per agent and step."""
        at, free = [], [[thing[7:], square] for square, inside in things.items() for thing in inside if thing[0] == "t"]
        for square, inside in things.items():
            for thing in inside:
                if thing.startswith("box"):
                    goal = next(target for target in free if target[0] == thing[4:])
                    free.remove(goal)
                    at.append([thing[4:], square, goal[1]])
        plan = []
        while at:
            step = {}
            for box in list(at):
                colour, square, goal = box
                if f"Agent{square}" in step:
                    continue
                if square == goal:
                    step[f"Agent{square}"] = f"move(box_{colour}, target_{colour})"
                    at.remove(box)
                    continue
                (row, column), (to_row, to_column) = self._place(square), self._place(goal)
                if row != to_row:
                    row += 1 if to_row > row else -1
                else:
                    column += 1 if to_column > column else -1
                box[1] = f"[{row}.5, {column}.5]"
                step[f"Agent{square}"] = f"move(box_{colour}, square{box[1]})"
            plan.append(step)
        return plan

    @staticmethod
    def _place(square: str) -> tuple[int, int]:
        row, column = square[1:-1].split(", ")
        return int(row[:-2]), int(column[:-2])

    def verify(self, question, text):
        steps, things = answers.nested(text), {square: list(inside) for square,
                                               inside in question.data["things"].items()}
        if not isinstance(steps, list) or not 0 < len(steps) <= question.data["limit"]:
            return False
        for step in steps:
            if not isinstance(step, dict) or not self._apply(step, things):
                return False
        return not any(thing.startswith("box") for inside in things.values() for thing in inside)

    def _apply(self, step: dict, things: dict[str, list[str]]) -> bool:
        """Play one step; False where a move of it is not allowed."""
        arrivals, agents = [], set()
        for agent, move in step.items():
            square = self._square(agent.removeprefix("Agent").strip()) if agent.startswith("Agent") else None
            match = self.shape.fullmatch(move) if isinstance(move, str) and len(move) < 100 else None
            if square not in things or square in agents or not match or f"box_{match[1]}" not in things[square]:
                return False
            agents.add(square)
            colour, target, other = match.groups()
            things[square].remove(f"box_{colour}")
            if target:
                if target != colour or f"target_{colour}" not in things[square]:
                    return False
                things[square].remove(f"target_{colour}")
                continue
            other = self._square(other)
            if other not in things or sum(abs(a - b) for a, b in zip(self._place(square), self._place(other))) != 1:
                return False
            arrivals.append((other, f"box_{colour}"))
        for square, box in arrivals:
            things[square].append(box)
        return True

    @staticmethod
    def _square(text: str) -> str | None:
        """[0.5, 1.5] as the question writes it, from any spacing."""
        text = "".join(text.split())
        return text.replace(",", ", ") if re.fullmatch(r"\[\d\.5,\d\.5\]", text, re.ASCII) else None

    solver = """
import json
targets = [(t[7:], s) for s in things for t in things[s] if t.startswith("target")]
boxes = []
for s in things:
    for b in things[s]:
        if b.startswith("box"):
            goal = next(t for t in targets if t[0] == b[4:])
            targets.remove(goal)
            boxes.append([b[4:], json.loads(s), json.loads(goal[1])])
plan = []
while boxes:
    step = {}
    for box in list(boxes):
        colour, (r, c), (y, x) = box
        agent = f"Agent[{r}, {c}]"
        if agent not in step:
            if (r, c) == (y, x):
                step[agent] = f"move(box_{colour}, target_{colour})"
                boxes.remove(box)
            else:
                if r != y:
                    box[1] = [r + (1 if y > r else -1), c]
                else:
                    box[1] = [r, c + (1 if x > c else -1)]
                step[agent] = f"move(box_{colour}, square{box[1]})"
    plan.append(step)
print(json.dumps(plan))"""

    def program(self, question):
        return f"things = {question.data['things']}{self.solver}"


class Blocksworld(Task):
    """Q: Stacks of blocks, from bottom to top: stack1: A B; stack2: empty; stack3: empty. Move one top block at a time
    onto another of these stacks, until they are: stack1: empty; stack2: B A; stack3: empty. Write one move per line:
    Move X from stack1 to stack2
    A: Move B from stack1 to stack2
       Move A from stack1 to stack2"""

    name, skill, split = "symbench/blocksworld", "planning", "train"
    coincidence = 0.06
    shape = re.compile(r"\bmove (?:block )?([a-z]) from (?:stack ?)?(\d{1,2}) to (?:stack ?)?(\d{1,2})\b", re.ASCII)
    between = re.compile(r"(?:step )?\b\d{1,3}[.):]|[-*,;.\[\]{}'\"`$ ]", re.ASCII)  # nothing but form

    def generate(self, rng, difficulty):
        blocks = rng.sample("ABCDEFGHIJKLMNOPQRSTUVWXYZ", scale(difficulty, 3, 10))
        count = scale(difficulty, 3, 5)
        start, goal = self._stacks(rng, blocks, count), self._stacks(rng, blocks, count)
        if start == goal:
            return self.generate(rng, difficulty)
        moves = self._solve(start, goal)
        return (f"Stacks of blocks, from bottom to top: {self._say(start)}. Move one top block at a time onto another "
                f"of these stacks, until they are: {self._say(goal)}. Write one move per line: Move X from stack1 to "
                "stack2",
                "\n".join(f"Move {block} from stack{a + 1} to stack{b + 1}" for block, a, b in moves),
                {"start": start, "goal": goal})

    @staticmethod
    def _stacks(rng, blocks: list[str], count: int) -> list[str]:
        stacks = [""] * count
        for block in rng.sample(blocks, len(blocks)):
            stacks[rng.randrange(count)] += block
        return stacks

    @staticmethod
    def _say(stacks: list[str]) -> str:
        return "; ".join(f"stack{number}: {' '.join(stack) or 'empty'}" for number, stack in enumerate(stacks, 1))

    @staticmethod
    def _solve(start: list[str], goal: list[str]) -> list[tuple[str, int, int]]:
        """A short plan, by search that prefers states with few blocks out of place (and those above them)."""
        def misplaced(stacks):
            total = 0
            for stack, wanted in zip(stacks, goal):
                kept = 0
                while kept < min(len(stack), len(wanted)) and stack[kept] == wanted[kept]:
                    kept += 1
                total += len(stack) - kept
            return total

        order, first = numbers_from(), tuple(start)
        queue, seen = [(misplaced(first), next(order), first, ())], {first}
        while True:
            _, _, stacks, moves = heapq.heappop(queue)
            if list(stacks) == goal:
                return list(moves)
            for a, b in product(range(len(stacks)), repeat=2):
                if a != b and stacks[a]:
                    after = list(stacks)
                    block, after[a] = after[a][-1], after[a][:-1]
                    after[b] += block
                    if tuple(after) not in seen:
                        seen.add(tuple(after))
                        heapq.heappush(queue, (len(moves) + 1 + 3 * misplaced(after), next(order), tuple(after),
                                               (*moves, (block, a, b))))

    def verify(self, question, text):
        stacks = list(question.data["start"])
        text = " ".join(answers.plain(text).lower().split())
        moves = list(self.shape.finditer(text))
        if not 0 < len(moves) <= 500 or self.between.sub("", self.shape.sub("", text)):
            return False
        for match in moves:
            block, a, b = match[1].upper(), int(match[2]) - 1, int(match[3]) - 1
            if not (0 <= a < len(stacks) and 0 <= b < len(stacks)) or a == b or not stacks[a].endswith(block):
                return False
            stacks[a] = stacks[a][:-1]
            stacks[b] += block
        return stacks == question.data["goal"]

    solver = """
from heapq import heappush, heappop
def wrong(state):
    n = 0
    for s, g in zip(state, goal):
        k = 0
        while k < len(s) and s[:k + 1] == g[:k + 1]:
            k += 1
        n += len(s) - k
    return n
queue, seen = [(0, start, [])], set()
while True:
    _, state, moves = heappop(queue)
    if state == goal:
        break
    if tuple(state) in seen:
        continue
    seen.add(tuple(state))
    for a in range(len(state)):
        for b in range(len(state)):
            if a != b and state[a]:
                new = list(state)
                new[a], new[b] = state[a][:-1], state[b] + state[a][-1]
                move = f"Move {state[a][-1]} from stack{a + 1} to stack{b + 1}"
                heappush(queue, (len(moves) + 1 + 3 * wrong(new), new, moves + [move]))
print("\\n".join(moves))"""

    def program(self, question):
        return f"start = {question.data['start']}\ngoal = {question.data['goal']}{self.solver}"


class PathPlan(Task):
    """Q: A robot drives in straight lines between waypoints (x, y), with -1.4 <= x <= 1.4 and -1.4 <= y <= 1.4 always.
    Boxes (x from, x to, y from, y to): red (-0.6, -0.2, -0.2, 0.2); blue (0, 0.6, -0.4, 0.4). To touch an edge or a
    corner is to touch the box. Drive from (-1.25, -1.25) to (1.25, 1.25), touch red, never touch blue. Write all
    waypoints, start and end included: [(x, y), ...]    A: [(-1.25, -1.25), (-0.4, 0.0), (-0.4, 0.9), (1.25, 1.25)]"""

    name, skill, split = "symbench/path_plan", "space", "train"
    coincidence = 0.05
    colours = ("red", "blue", "green", "yellow", "purple", "orange", "pink", "white")

    def generate(self, rng, difficulty):
        while True:
            boxes = {colour: self._box(rng) for colour in rng.sample(self.colours, scale(difficulty, 2, 8))}
            names = list(boxes)
            visit = names[:rng.randint(1, scale(difficulty, 1, 4))]
            avoid = names[len(visit):][:rng.randint(1, scale(difficulty, 1, 4))]
            ordered = difficulty > 0.3 and len(visit) > 1 and rng.random() < 0.5
            start, end = ([rng.randrange(-135, 136, 10) for _ in range(2)] for _ in range(2))  # hundredths
            data = {"boxes": boxes, "visit": visit, "avoid": avoid, "ordered": ordered, "start": start, "end": end}
            path = self._path(data)
            if path and not self._fits(data, [[Fraction(n, 100) for n in point] for point in (start, end)]):
                break
        told = "; ".join(f"{name} ({', '.join(map(self._say, box))})" for name, box in boxes.items())
        order = " (in this order)" if ordered else " (in any order)" if len(visit) > 1 else ""
        text = ("A robot drives in straight lines between waypoints (x, y), with -1.4 <= x <= 1.4 and -1.4 <= y <= "
                f"1.4 always. Boxes (x from, x to, y from, y to): {told}. To touch an edge or a corner is to touch the "
                f"box. Drive from {self._point(start)} to {self._point(end)}, touch "
                f"{', then '.join(visit) if ordered else ' and '.join(visit)}{order}, never touch "
                f"{' or '.join(avoid)}. Write all waypoints, start and end included: [(x, y), ...]")
        return text, f"[{', '.join(map(self._point, path))}]", data

    @staticmethod
    def _say(hundredths: int) -> str:
        return str(hundredths / 100)

    def _point(self, point: list[int]) -> str:
        return f"({self._say(point[0])}, {self._say(point[1])})"

    @staticmethod
    def _box(rng) -> list[int]:
        """x from, x to, y from, y to, in hundredths, on a grid of tenths."""
        width, height = rng.randrange(20, 90, 10), rng.randrange(20, 90, 10)
        left, bottom = rng.randrange(-140, 141 - width, 10), rng.randrange(-140, 141 - height, 10)
        return [left, left + width, bottom, bottom + height]

    def _path(self, data: dict) -> list[list[int]] | None:
        """A way over the centres of the tenths, where lines keep 0.05 from all edges; None where there is none."""
        def inside(point, name):
            left, right, bottom, top = data["boxes"][name]
            return left < point[0] < right and bottom < point[1] < top

        def walk(begin, arrived):
            before, queue = {begin: None}, deque([begin])
            while queue:
                point = queue.popleft()
                if arrived(point):
                    way = [point]
                    while before[way[-1]]:
                        way.append(before[way[-1]])
                    return way[::-1]
                for dx, dy in ((10, 0), (-10, 0), (0, 10), (0, -10)):
                    new = point[0] + dx, point[1] + dy
                    free = max(map(abs, new)) < 140 and not any(inside(new, name) for name in data["avoid"])
                    if free and new not in before:
                        before[new] = point
                        queue.append(new)
            return None

        path, end = [tuple(data["start"])], tuple(data["end"])
        if any(inside(point, name) for point in (path[0], end) for name in data["avoid"]):
            return None
        for arrived in [*(lambda point, name=name: inside(point, name) for name in data["visit"]),
                        lambda point: point == end]:
            way = walk(path[-1], arrived)
            if way is None:
                return None
            path += way[1:]
        corners = [point for before, point, after in zip(path, path[1:], path[2:])
                   if (point[0] - before[0], point[1] - before[1]) != (after[0] - point[0], after[1] - point[1])]
        return [list(path[0]), *map(list, corners), list(end)]

    def verify(self, question, text):
        data = question.data
        points = answers.nested(text) or answers.nested(f"[{answers.plain(text)}]")
        if not isinstance(points, list) or not 2 <= len(points) <= 300:
            return False
        path = []
        for point in points:
            if not isinstance(point, list):
                return False
            numbers = [self._number(n) if isinstance(n, str) else None for n in point]
            if len(numbers) != 2 or None in numbers:
                return False
            path.append(numbers)
        ends = zip((path[0], path[-1]), (data["start"], data["end"]))
        near = all(abs(a - Fraction(b, 100)) <= Fraction(1, 10**6)
                   for point, wanted in ends for a, b in zip(point, wanted))
        return near and self._fits(data, path)

    @staticmethod
    def _number(text: str) -> Fraction | None:
        """A number, also as floats are printed when rounding leaves next to nothing: 5.5e-17."""
        tiny = re.fullmatch(r"-?\d(\.\d{1,20})?e-\d\d", text, re.ASCII)
        return Fraction(text) if tiny else answers.number(text)

    def _fits(self, data: dict, path: list[list[Fraction]]) -> bool:
        """Whether the path stays in the arena, meets what it must (in order where that is asked), avoids the rest."""
        if any(abs(n) > Fraction(14, 10) for point in path for n in point):
            return False
        meetings = {name: self._meetings(path, [Fraction(edge, 100) for edge in data["boxes"][name]])
                    for name in data["visit"] + data["avoid"]}
        if any(meetings[name] for name in data["avoid"]) or not all(meetings[name] for name in data["visit"]):
            return False
        time = Fraction(0)
        for name in data["visit"] if data["ordered"] else []:
            later = [max(time, start) for start, stop in meetings[name] if stop >= time]
            if not later:
                return False
            time = min(later)
        return True

    @staticmethod
    def _meetings(path: list[list[Fraction]], box: list[Fraction]) -> list[tuple[Fraction, Fraction]]:
        """When the path is in the closed box, as intervals of time: the line after waypoint i takes from i to i + 1."""
        found = []
        for number, (a, b) in enumerate(zip(path, path[1:])):
            enter, leave = Fraction(0), Fraction(1)
            for axis in range(2):  # clip the line to the strip between the two edges
                low, high, step = box[2 * axis] - a[axis], box[2 * axis + 1] - a[axis], b[axis] - a[axis]
                if step:
                    first, last = sorted((low / step, high / step))
                    enter, leave = max(enter, first), min(leave, last)
                elif not low <= 0 <= high:
                    enter, leave = Fraction(1), Fraction(0)
            if enter <= leave:
                found.append((number + enter, number + leave))
        return found

    solver = """
from collections import deque
def inside(p, name):
    x1, x2, y1, y2 = boxes[name]
    return x1 < p[0] < x2 and y1 < p[1] < y2
def walk(begin, arrived):
    before, queue = {begin: None}, deque([begin])
    while queue:
        p = queue.popleft()
        if arrived(p):
            way = []
            while p:
                way.append(p)
                p = before[p]
            return way[::-1]
        for dx, dy in ((0.1, 0), (-0.1, 0), (0, 0.1), (0, -0.1)):
            q = (round(p[0] + dx, 2), round(p[1] + dy, 2))
            if q not in before and max(abs(q[0]), abs(q[1])) < 1.4 and not any(inside(q, name) for name in avoid):
                before[q] = p
                queue.append(q)
path = [start]
for name in visit:
    path += walk(path[-1], lambda p: inside(p, name))[1:]
path += walk(path[-1], lambda p: p == end)[1:]
corners = [p for a, p, b in zip(path, path[1:], path[2:])
           if round(a[0] + b[0] - 2 * p[0], 2) or round(a[1] + b[1] - 2 * p[1], 2)]
print([start] + corners + [end])"""

    def program(self, question):
        data = question.data
        boxes = {name: [edge / 100 for edge in box] for name, box in data["boxes"].items()}
        start, end = (tuple(n / 100 for n in data[key]) for key in ("start", "end"))
        return (f"boxes = {boxes}\nvisit = {data['visit']}\navoid = {data['avoid']}\nstart = {start}\nend = "
                f"{end}{self.solver}")

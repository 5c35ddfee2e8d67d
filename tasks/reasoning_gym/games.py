"""Reasoning-Gym: games and boards. Countdown, cards, grids of numbers, queens, Sokoban, Hanoi, Go."""
import math
import re
from collections import Counter
from itertools import product

from tasks import answers, scale
from tasks.reasoning_gym.library import Gym, WordGym
from tasks.symbench.boards import Sudoku as OurSudoku


def board(question: str, cell: str) -> list[list[str]]:
    """The cells of the board that a question prints: the lines that hold nothing but cells of this shape."""
    return [line.split() for line in question.splitlines() if re.fullmatch(rf"{cell}( +{cell})+ *", line)]


class Countdown(Gym):
    """Q: Find a way to make 24 using all of these numbers: 3, 8, 2, 2. ...    A: 3*8*2/2"""

    name, skill, split = "reasoning_gym/countdown", "arithmetic", "test"
    knobs = {"min_numbers": (3, 4), "max_numbers": (3, 6), "max_value": (20, 100), "min_target": (10, 100),
             "max_target": (99, 999)}
    note = "\n6. Every number must be used exactly once, with +, -, *, / and brackets."

    def draw(self, rng, difficulty):
        try:
            return super().draw(rng, difficulty)
        except ValueError:  # the library found no numbers for a target of this size
            return self.draw(rng, difficulty)

    def data(self, entry):
        return {"numbers": entry["metadata"]["numbers"], "target": entry["metadata"]["target"]}

    def verify(self, question, text):
        # "2*(-3 + 8)" is an expression, too, but the reader knows no signs: 2*(0-3 + 8).
        text, signs = re.subn(r"(^|[(\[]) *-", r"\g<1>0-", answers.plain(text))
        if signs and "=" in text:
            return False  # a sign on one side would pay for a 0 on the other
        read = answers.expression(text)
        return (read is not None and read[0] == question.data["target"]
                and sorted(read[1]) == sorted(question.data["numbers"] + [0] * signs))

    solver = """
from functools import cache
from itertools import combinations

def results(a, b):  # whole numbers that two expressions make
    found = {a[0] + b[0]: f"({a[1]} + {b[1]})", a[0] * b[0]: f"{a[1]} * {b[1]}"}
    for x, y in ((a, b), (b, a)):
        found[x[0] - y[0]] = f"({x[1]} - {y[1]})"
        if y[0] and x[0] % y[0] == 0:
            found[x[0] // y[0]] = f"({x[1]} / {y[1]})"
    return found

def parts(chosen):
    for size in range(1, len(chosen) // 2 + 1):
        for some in combinations(chosen, size):
            yield some, tuple(i for i in chosen if i not in some)

@cache
def values(chosen):  # value -> an expression of exactly the numbers at these places
    if len(chosen) == 1:
        return {numbers[chosen[0]]: str(numbers[chosen[0]])}
    return {value: text for left, right in parts(chosen) for a in values(left).items() for b in values(right).items()
            for value, text in results(a, b).items() if 0 < value < 10 ** 6}

def make(chosen, goal):
    if len(chosen) <= 3:
        return values(chosen).get(goal)
    for left, right in parts(chosen):
        for a, text in values(left).items():
            wanted = [(goal - a, "({b} + {a})"), (goal + a, "({b} - {a})"), (a - goal, "({a} - {b})"),
                      (goal * a, "({b} / {a})")]
            if goal % a == 0:
                wanted.append((goal // a, "{b} * {a}"))
            for b, shape in wanted:
                found = b > 0 and make(right, b)
                if found:
                    return shape.format(a=text, b=found)

print(make(tuple(range(len(numbers))), target))"""

    def program(self, question):
        asked = question.question.partition("\n\n")[0]
        numbers = re.search(r"\d+(, \d+)+", asked)[0]
        target = re.search(r"(?:equals|make|Calculate) (\d+)", asked)[1]
        return f"numbers = [{numbers}]\ntarget = {target}{self.solver}"


class Kakurasu(Gym):
    """Q: Fill a 3 x 3 grid with 0s and 1s. A 1 counts its column number in its row, and its row number in its column.
    Row sums: [3, 2, 1]. Column sums: [4, 3, 0].    A: 1 1 0 / 0 1 0 / 1 0 0"""

    name, skill, split = "reasoning_gym/kakurasu", "logic", "test"
    knobs = {"min_rows": (3, 5), "max_rows": (4, 6), "min_cols": (3, 5), "max_cols": (4, 6), "p_ones": (0.5, 0.35)}
    note = "\n\nAnswer with the filled grid alone: one row to a line, 0s and 1s separated by spaces."

    def data(self, entry):
        return {"rows": entry["metadata"]["row_sums"], "columns": entry["metadata"]["col_sums"]}

    def verify(self, question, text):
        found, sums = answers.rows(text), question.data
        if [len(row) for row in found] != [len(sums["columns"])] * len(sums["rows"]) or set("".join(found)) - {*"01"}:
            return False
        lines = [*found, *("".join(column) for column in zip(*found))]
        found = [sum(n for n, cell in enumerate(line, 1) if cell == "1") for line in lines]
        return found == sums["rows"] + sums["columns"]

    solver = """
from itertools import product
def solve(grid):
    i = len(grid)
    left = [c - sum(n * row[j] for n, row in enumerate(grid, 1)) for j, c in enumerate(columns)]
    if min(left) < 0:
        return None
    if i == len(rows):
        return None if any(left) else grid
    for row in product([0, 1], repeat=len(columns)):
        if sum(j for j, cell in enumerate(row, 1) if cell) == rows[i]:
            found = solve(grid + [row])
            if found:
                return found
for row in solve([]):
    print(*row)"""

    def program(self, question):
        row_sums, column_sums = re.findall(r"\[[\d, ]+\]", question.question)
        return f"rows = {row_sums}\ncolumns = {column_sums}{self.solver}"


class MahjongPuzzle(WordGym):
    """Q: Initial cards NQVWSPHBDPUDK. Round 1: Add a T card and remove a W card. Round 2: ... Result?    A: Peng

    The library's key is wrong where a card that it drew for "Pass" or "Chi" happens to make more."""

    name, skill, split = "reasoning_gym/mahjong_puzzle", "algorithms", "train"
    knobs = {"min_num_rounds": (2, 20), "max_num_rounds": (4, 30)}
    note = "\nThe answer is the result of the last round."
    coincidence = 0.5

    @staticmethod
    def _game(text: str) -> tuple[str, list[tuple[str, str]]]:
        """The initial cards, and of each round the card added and the card removed."""
        return (re.search(r"initial cards ([A-Z]+)", text)[1],
                re.findall(r"Add an? ([A-Z]) card and remove an? ([A-Z]) card", text))

    def draw(self, rng, difficulty):
        entry = super().draw(rng, difficulty)
        cards, rounds = self._game(entry["question"])
        for added, removed in rounds:
            held = {ord(card) - ord(added) for card in cards}  # distances from the new card
            result = ("Peng" if cards.count(added) >= 2 else
                      "Chi" if held >= {-2, -1} or held >= {-1, 1} or held >= {1, 2} else "Pass")
            cards = (cards + added).replace(removed, "", 1)
        return entry | {"answer": result}

    solver = """
for added, removed in rounds:
    c = ord(added)
    if hand.count(added) >= 2:
        result = "Peng"
    elif any(chr(a) in hand and chr(b) in hand for a, b in ((c - 2, c - 1), (c - 1, c + 1), (c + 1, c + 2))):
        result = "Chi"
    else:
        result = "Pass"
    hand.append(added)
    hand.remove(removed)
print(result)"""

    def program(self, question):
        cards, rounds = self._game(question.question)
        return f'hand = list("{cards}")\nrounds = {rounds}{self.solver}'


class MiniSudoku(Gym):
    """Q: Solve this 4x4 Mini Sudoku puzzle: _ 2 _ 3 / _ 3 1 2 / 2 _ _ _ / _ _ 2 1
    A: 1 2 4 3 / 4 3 1 2 / 2 1 3 4 / 3 4 2 1"""

    name, skill, split = "reasoning_gym/mini_sudoku", "logic", "train"
    knobs = {"min_empty": (4, 10), "max_empty": (6, 12)}

    def verify(self, question, text):
        return answers.rows(text) == answers.rows(question.answer)  # there is one solution only

    def program(self, question):
        grid = [[int(cell.replace("_", "0")) for cell in row] for row in board(question.question, r"[\d_]")]
        n, box = len(grid), math.isqrt(len(grid))
        return f"n, h, w = {n}, {box}, {box}\ng = {grid}{OurSudoku.solver}"


class Sudoku(MiniSudoku):
    """Q: Solve this Sudoku puzzle: (nine rows like 5 _ 3 1 _ _ 9 _ 4)    A: 5 2 3 1 8 7 9 6 4 / ..."""

    name, skill, split = "reasoning_gym/sudoku", "logic", "train"
    knobs = {"min_empty": (6, 40), "max_empty": (10, 49)}


class NQueens(Gym):
    """Q: Place 2 queens on the 4 x 4 board, such that no two attack each other: _ Q _ _ / _ _ _ _ / Q _ _ _ / _ _ _ _
    A: _ Q _ _ / _ _ _ Q / Q _ _ _ / _ _ Q _"""

    name, skill, split = "reasoning_gym/n_queens", "logic", "test"
    knobs = {"n": (7, 9), "min_remove": (2, 5), "max_remove": (3, 7)}
    note = "\nThe queens on the board stay where they are."
    coincidence = 0.06

    def data(self, entry):
        return {"board": ["".join(row) for row in entry["metadata"]["puzzle"]]}

    def verify(self, question, text):
        given, found = question.data["board"], answers.rows(text)
        n = len(given)
        if [len(row) for row in found] != [n] * n or set("".join(found)) - {*"Q_"}:
            return False
        queens = [(r, c) for r, c in product(range(n), repeat=2) if found[r][c] == "Q"]
        lines = [{r for r, c in queens}, {c for r, c in queens}, {r - c for r, c in queens}, {r + c for r, c in queens}]
        return (all(len(line) == len(queens) == n for line in lines)
                and all(found[r][c] == "Q" for r, c in product(range(n), repeat=2) if given[r][c] == "Q"))

    solver = """
n = len(board)
def solve(columns):
    r = len(columns)
    if r == n:
        return columns
    for c in [board[r].index("Q")] if "Q" in board[r] else range(n):
        if all(c != d and abs(c - d) != r - i for i, d in enumerate(columns)):
            found = solve(columns + [c])
            if found:
                return found
for c in solve([]):
    print(*["Q" if i == c else "_" for i in range(n)])"""

    def program(self, question):
        shown = "\n".join("".join(row) for row in board(question.question, "[Q_]"))
        return f'board = """{shown}""".split(){self.solver}'


class Sokoban(Gym):
    """Q: Solve (* player, @ box, X goal, $ box on a goal, + wall): + + + + + / + * @ X + / + + + + +    A: R"""

    name, skill, split = "reasoning_gym/sokoban", "planning", "train"
    knobs = {"max_w": (6, 9), "max_h": (6, 8), "min_boxes": (2, 3), "max_boxes": (2, 4), "max_depth": (30, 80)}
    note = ("\n\nL, R, U and D move the player left, right, up and down and push a box that is there. Every move must "
            "be possible: no walking into a wall, no pushing of a box into a wall or another box. In the end every box "
            "must be on a goal.")
    ways = {"L": (0, -1), "R": (0, 1), "U": (-1, 0), "D": (1, 0)}

    def fits(self, entry, difficulty):
        # some boards are solved from the start, or by the first push
        return "@" in entry["metadata"]["gamestr"] and len(entry["answer"]) >= scale(difficulty, 3, 8)

    def data(self, entry):
        return {"board": [line.replace(" ", "") for line in entry["metadata"]["gamestr"].split("\n") if line]}

    def verify(self, question, text):
        cells = {(r, c): mark for r, row in enumerate(question.data["board"]) for c, mark in enumerate(row)}
        boxes = {cell for cell, mark in cells.items() if mark in "@$"}
        y, x = next(cell for cell, mark in cells.items() if mark in "*%")
        for letter in "".join(answers.items(text) or ["none"]).upper():
            down, right = self.ways.get(letter, (0, 0))
            ahead, beyond = (y + down, x + right), (y + 2 * down, x + 2 * right)
            if (down, right) == (0, 0) or cells[ahead] == "+":
                return False
            if ahead in boxes:
                if beyond in boxes or cells[beyond] == "+":
                    return False
                boxes ^= {ahead, beyond}
            y, x = ahead
        return all(cells[box] in "X$%" for box in boxes)

    solver = """
from heapq import heappop, heappush
cells = {(r, c): mark for r, row in enumerate(board) for c, mark in enumerate(row)}
goals = {cell for cell in cells if cells[cell] in "X$%"}
boxes = frozenset(cell for cell in cells if cells[cell] in "@$")
player = next(cell for cell in cells if cells[cell] in "*%")
ways = {"L": (0, -1), "R": (0, 1), "U": (-1, 0), "D": (1, 0)}
def far(boxes):
    free = goals - boxes
    return sum(min(abs(r - y) + abs(c - x) for y, x in free) for r, c in boxes - goals)
heap, seen = [(far(boxes), 0, "", player, boxes)], {(player, boxes)}
while heap:
    _, _, path, (r, c), boxes = heappop(heap)
    if boxes <= goals:
        break
    for letter, (dr, dc) in ways.items():
        ahead, beyond, moved = (r + dr, c + dc), (r + 2 * dr, c + 2 * dc), boxes
        if cells[ahead] == "+":
            continue
        if ahead in boxes:
            if cells[beyond] == "+" or beyond in boxes:
                continue
            moved = boxes - {ahead} | {beyond}
        if (ahead, moved) not in seen:
            seen.add((ahead, moved))
            heappush(heap, (3 * far(moved) + len(path) + 1, len(seen), path + letter, ahead, moved))
print(path)"""

    def program(self, question):
        shown = "\n".join("".join(row) for row in board(question.question, r"[-+@*$X%]"))
        return f'board = """{shown}""".split(){self.solver}'


class Survo(Gym):
    """Q: Put the numbers [3, 5] where the 4*4 matrix has a 0; the last number of each row and column is the sum of the
    others: 1 2 0 6 / 0 1 1 7 / 2 2 2 6 / 8 5 6 19    A: 1 2 3 6 / 5 1 1 7 / 2 2 2 6 / 8 5 6 19"""

    name, skill, split = "reasoning_gym/survo", "logic", "test"
    knobs = {"max_board_size": (4, 6), "min_empty": (3, 6), "max_empty": (4, 9), "max_num": (9, 12)}
    note = " Answer with the whole matrix, the sums included, one row to a line."

    def data(self, entry):
        return {"matrix": entry["metadata"]["puzzle"], "numbers": entry["metadata"]["candidate_numbers"]}

    def verify(self, question, text):
        given = question.data["matrix"]
        found = [[answers.number(cell) for cell in row] for row in answers.table(text) or []]
        if [len(row) for row in found] != [len(given)] * len(given) or any(None in row for row in found):
            return False
        cells = [pair for line, row in zip(given, found) for pair in zip(line, row)]
        return (all(old in (0, new) for old, new in cells)
                and Counter(new for old, new in cells if old == 0) == Counter(question.data["numbers"])
                and all(sum(line[:-1]) == line[-1] for line in [*found, *zip(*found)]))

    solver = """
empty = [(r, c) for r, row in enumerate(m) for c, x in enumerate(row) if x == 0]
def solve(i, left):
    if i == len(empty):
        return True
    r, c = empty[i]
    for x in sorted(set(left)):
        m[r][c] = x
        column = [row[c] for row in m]
        fits = all(sum(line[:-1]) == line[-1] if 0 not in line else sum(line[:-1]) < line[-1]
                   for line in (m[r], column))
        if fits:
            rest = list(left)
            rest.remove(x)
            if solve(i + 1, rest):
                return True
    m[r][c] = 0
    return False
solve(0, numbers)
for row in m:
    print(*row)"""

    def program(self, question):
        numbers = re.search(r"\[[\d, ]+\]", question.question)[0]
        matrix = [list(map(int, row)) for row in board(question.question, r"\d+")]
        return f"m = {matrix}\nnumbers = {numbers}{self.solver}"


class TowerOfHanoi(Gym):
    """Q: Solve the Tower of Hanoi problem with 2 disks and 3 pegs. Move all disks from Peg 1 to Peg 3 ...
    A: Move disk 1 from Peg 1 to Peg 2 / Move disk 2 from Peg 1 to Peg 3 / Move disk 1 from Peg 2 to Peg 3

    The text does not ask for the shortest sequence, so any that the rules allow is right."""

    name, skill, split = "reasoning_gym/tower_of_hanoi", "planning", "train"
    knobs = {"min_disks": (3, 5), "max_disks": (7, 9), "min_pegs": (3, 3), "max_pegs": (9, 9)}
    note = "\n\nDisk 1 is the smallest disk, and the pegs are numbered from 1. The sequence need not be the shortest."
    move = re.compile(r"move disk (\d{1,3}) from (?:peg )?(\d{1,3}) to (?:peg )?(\d{1,3})", re.IGNORECASE | re.ASCII)
    told = ("num_disks", "num_pegs", "start_peg", "target_peg")

    def fits(self, entry, difficulty):
        return entry["metadata"]["solution_length"] <= scale(difficulty, 13, 22)

    def data(self, entry):
        return {key: entry["metadata"][key] for key in self.told}

    def verify(self, question, text):
        disks, pegs, start, target = (question.data[key] for key in self.told)
        towers = {peg: [] for peg in range(1, pegs + 1)}
        towers[start] = list(range(disks, 0, -1))
        for line in answers.moves(text):
            move = self.move.fullmatch(line)
            if not move:
                return False
            disk, source, goal = map(int, move.groups())
            if (not 1 <= source <= pegs or not 1 <= goal <= pegs or towers[source][-1:] != [disk]
                    or towers[goal] and towers[goal][-1] <= disk):
                return False
            towers[goal].append(towers[source].pop())
        return len(towers[target]) == disks

    solver = """
from functools import cache
@cache
def fewest(n, p):  # (moves for n disks with p pegs, how many of them to put aside first)
    if n <= 1:
        return n, 0
    if p == 3:
        return 2 ** n - 1, n - 1
    return min((2 * fewest(k, p)[0] + fewest(n - k, p - 1)[0], k) for k in range(1, n))
def move(disks, a, b, free):
    if len(disks) == 1:
        print(f"Move disk {disks[0]} from Peg {a} to Peg {b}")
        return
    k = fewest(len(disks), len(free) + 2)[1]
    aside, *others = free
    move(disks[:k], a, aside, [b] + others)
    move(disks[k:], a, b, others)
    move(disks[:k], aside, b, [a] + others)
move(list(range(1, n + 1)), start, target, [peg for peg in range(1, pegs + 1) if peg not in (start, target)])"""

    def program(self, question):
        numbers = re.search(r"with (\d+) disks and (\d+) pegs\.\nMove all disks from Peg (\d+) to Peg (\d+)",
                            question.question).groups()
        return f"n, pegs, start, target = {', '.join(numbers)}{self.solver}"


class Tsumego(WordGym):
    """Q: Go, with a board of X (Black), O (White) and dots. Black moves next - can you capture some white stones?
    A: E9

    The library's own move may capture nothing, or less than another: then a board is drawn again."""

    name, skill, split = "reasoning_gym/tsumego", "space", "test"
    knobs = {"min_board_size": (5, 11), "max_board_size": (7, 15), "max_stones": (8, 24)}
    note = "\n\nThe right move is the one that captures the most white stones at once."
    coincidence = 0.06

    def draw(self, rng, difficulty):
        try:
            return super().draw(rng, difficulty)
        except RuntimeError:  # the library found no room
            return self.draw(rng, difficulty)

    def fits(self, entry, difficulty):
        grid = entry["metadata"]["board"]
        if any(self._captured(grid, colour) for colour in "XO"):
            return False  # no such position can arise
        gains = {}
        for r, c in product(range(len(grid)), repeat=2):
            if grid[r][c] == ".":
                after = [list(row) for row in grid]
                after[r][c] = "X"
                gains[f"{chr(65 + c)}{len(grid) - r}"] = len(self._captured(after, "O"))
        return [move for move, gain in gains.items() if gain == max(gains.values())] == [entry["answer"]]

    @staticmethod
    def _captured(grid: list[list[str]], colour: str) -> set[tuple[int, int]]:
        """The stones of this colour in groups without an empty neighbour."""
        stones = {(r, c) for r, row in enumerate(grid) for c, mark in enumerate(row) if mark == colour}
        near = {(r, c): {(r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)} for r, c in stones}
        empty = {(r, c) for r, row in enumerate(grid) for c, mark in enumerate(row) if mark == "."}
        alive = {stone for stone in stones if near[stone] & empty}
        grown = alive
        while grown:
            grown = {stone for stone in stones - alive if near[stone] & grown}
            alive = alive | grown
        return stones - alive

    solver = """
n = len(board)
def neighbours(r, c):
    return [(i, j) for i, j in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)) if 0 <= i < n and 0 <= j < n]
def group(r, c, board):
    found, free, todo = {(r, c)}, set(), [(r, c)]
    while todo:
        for i, j in neighbours(*todo.pop()):
            if board[i][j] == ".":
                free.add((i, j))
            elif board[i][j] == "O" and (i, j) not in found:
                found.add((i, j))
                todo.append((i, j))
    return found, free
gain = {}  # move -> stones captured
for r in range(n):
    for c in range(n):
        if board[r][c] == ".":
            captured = set()
            for i, j in neighbours(r, c):
                if board[i][j] == "O":
                    stones, free = group(i, j, board)
                    if free == {(r, c)}:
                        captured |= stones
            gain["ABCDEFGHIJKLMNOPQRS"[c] + str(n - r)] = len(captured)
print(max(gain, key=gain.get))"""

    def program(self, question):
        shown = "\n".join(re.findall(r"^ ?\d+ ((?:[.XO] ?)+)$", question.question, re.MULTILINE))
        return f'board = [row.split() for row in """{shown}""".splitlines()]{self.solver}'

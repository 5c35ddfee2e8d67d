"""SymBench: small tables. Matrix transformation, pooling, light puzzles, pattern recognition."""
from fractions import Fraction

from tasks import Task, answers, scale


class MatrixTransformation(Task):
    """Q: Rotate 90 degrees clockwise: [['A', 'B'], ['C', 'D']]    A: [['C', 'A'], ['D', 'B']]"""

    name, skill, split = "symbench/matrix_transformation", "space", "train"
    operations = {  # what it is called -> as Python, m being the matrix as a list of rows
        "Rotate 90 degrees clockwise": "[list(row) for row in zip(*m[::-1])]",
        "Rotate 90 degrees counterclockwise": "[list(row) for row in zip(*m)][::-1]",
        "Rotate by 180 degrees": "[row[::-1] for row in m[::-1]]",
        "Transpose": "[list(row) for row in zip(*m)]",
        "Mirror left to right": "[row[::-1] for row in m]",
        "Mirror top to bottom": "m[::-1]",
    }

    def generate(self, rng, difficulty):
        rows, columns = (rng.randint(2, 3) + round(difficulty * 3) for _ in range(2))
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        matrix = [[rng.choice(letters) for _ in range(columns)] for _ in range(rows)]
        chosen = [rng.choice(tuple(self.operations)) for _ in range(1 + round(difficulty * 2))]
        result = matrix
        for operation in chosen:
            result = self._apply(operation, result)
        if result == matrix:
            return self.generate(rng, difficulty)
        return f"{', then '.join(chosen)}: {matrix}", str(result), {"matrix": matrix, "operations": chosen}

    @staticmethod
    def _apply(operation: str, m: list) -> list:
        """The operation by coordinates, apart from how the reference program does it."""
        height, width = len(m), len(m[0])
        turned = operation in ("Transpose", "Rotate 90 degrees clockwise", "Rotate 90 degrees counterclockwise")
        rows, columns = (width, height) if turned else (height, width)
        source = {"Transpose": lambda r, c: m[c][r],
                  "Rotate 90 degrees clockwise": lambda r, c: m[height - 1 - c][r],
                  "Rotate 90 degrees counterclockwise": lambda r, c: m[c][width - 1 - r],
                  "Rotate by 180 degrees": lambda r, c: m[height - 1 - r][width - 1 - c],
                  "Mirror left to right": lambda r, c: m[r][width - 1 - c],
                  "Mirror top to bottom": lambda r, c: m[height - 1 - r][c]}[operation]
        return [[source(r, c) for c in range(columns)] for r in range(rows)]

    def verify(self, question, text):
        return answers.table(text) == answers.table(question.answer)

    def program(self, question):
        steps = "".join(f"m = {self.operations[operation]}\n" for operation in question.data["operations"])
        return f"m = {question.data['matrix']}\n{steps}print(m)"


class Pooling(Task):
    """Q: Max of each 2x2 window, stride 1: [[1, 5, 2], [0, 3, 4]]    A: [[5, 5]]"""

    name, skill, split = "symbench/pooling", "algorithms", "train"
    kinds = {"Max": "max(w)", "Min": "min(w)", "Sum": "sum(w)", "Mean": "round(sum(w) / len(w), 2)"}

    def generate(self, rng, difficulty):
        size = 2 if difficulty < 0.5 else rng.randint(2, 3)
        rows, columns = (size + rng.randint(0, 1) + round(difficulty * 4) for _ in range(2))
        stride = 1 if difficulty < 0.7 else rng.randint(1, 2)
        kind = rng.choice(("Max", "Min", "Sum") if difficulty < 0.3 else tuple(self.kinds))
        matrix = [[rng.randint(-10, 20) for _ in range(columns)] for _ in range(rows)]
        windows = [[[matrix[r + i][c + j] for i in range(size) for j in range(size)]
                    for c in range(0, columns - size + 1, stride)] for r in range(0, rows - size + 1, stride)]
        reduce = {"Max": max, "Min": min, "Sum": sum, "Mean": lambda w: Fraction(sum(w), len(w))}[kind]
        exact = [[reduce(window) for window in line] for line in windows]
        rounding = ", to 2 decimals" if kind == "Mean" else ""
        answer = str([[round(float(value), 2) if kind == "Mean" else value for value in line] for line in exact])
        return (f"{kind} of each {size}x{size} window, stride {stride}{rounding}: {matrix}", answer,
                {"matrix": matrix, "size": size, "stride": stride, "kind": kind,
                 "exact": [str(Fraction(value)) for line in exact for value in line]})

    def verify(self, question, text):
        data, width = question.data, len(answers.table(question.answer)[0])
        found = [answers.number(cell) for cell in answers.cells(text, width) or [""]]
        wanted = [Fraction(value) for value in data["exact"]]
        is_right = answers.is_rounded if data["kind"] == "Mean" else Fraction.__eq__
        return (None not in found and len(found) == len(wanted)
                and all(is_right(value, exact) for value, exact in zip(found, wanted)))

    def program(self, question):
        data = question.data
        return (f"m = {data['matrix']}\nk, s = {data['size']}, {data['stride']}\nout = []\nfor r in range(0, len(m) - "
                "k + 1, s):\n    out.append([])\n    for c in range(0, len(m[0]) - k + 1, s):\n        w = [m[r + "
                "i][c + j] for i in range(k) for j in range(k)]\n        "
                f"out[-1].append({self.kinds[data['kind']]})\nprint(out)")


class LightPuzzles(Task):
    """Q: Lights (1 on, 0 off), rows from the top: 10 01. Button A switches (row, column), from 1: (1, 1) (1, 2). Press
    A. Which lights are on then? Write all rows as 0 and 1.    A: 01 01"""

    name, skill, split = "symbench/light_puzzles", "algorithms", "train"
    coincidence = 0.1

    def generate(self, rng, difficulty):
        size = scale(difficulty, 3, 8)
        lights = [[rng.randint(0, 1) for _ in range(size)] for _ in range(size)]
        cells = [(row, column) for row in range(1, size + 1) for column in range(1, size + 1)]
        buttons = {letter: sorted(rng.sample(cells, rng.randint(2, size * size // 2)))
                   for letter in "ABCDEF"[:scale(difficulty, 1, 6)]}
        presses = [rng.choice(tuple(buttons)) for _ in range(rng.randint(1, 2) + scale(difficulty, 0, 10))]
        after = [list(row) for row in lights]
        for button in presses:
            for row, column in buttons[button]:
                after[row - 1][column - 1] ^= 1
        if after == lights:  # the question would print its own answer
            return self.generate(rng, difficulty)
        said = " ".join(f"Button {letter} switches (row, column), from 1: {' '.join(map(str, cells))}."
                        for letter, cells in buttons.items())
        return (f"Lights (1 on, 0 off), rows from the top: {self._rows(lights)}. {said} Press {', '.join(presses)}. "
                "Which lights are on then? Write all rows as 0 and 1.", self._rows(after),
                {"lights": lights, "buttons": buttons, "presses": presses})

    @staticmethod
    def _rows(lights: list[list[int]]) -> str:
        return " ".join("".join(map(str, row)) for row in lights)

    def verify(self, question, text):
        wanted = question.answer.split()
        return answers.board(text, len(wanted[0])) == "".join(wanted)

    def program(self, question):
        data = question.data
        return (f"lights = {data['lights']}\nbuttons = {data['buttons']}\nfor press in {data['presses']}:\n    for r, "
                "c in buttons[press]:\n        lights[r - 1][c - 1] = 1 - lights[r - 1][c - 1]\n"
                'print(" ".join("".join(str(x) for x in row) for row in lights))')


class PatternRecognition(Task):
    """Q: Where is the bottom right cell of the largest square of equal letters? Rows and columns from 0. XYYY QYYY BYYY
    Write [row, column].    A: [2, 3]"""

    name, skill, split = "symbench/pattern_recognition", "space", "train"
    coincidence = 0.25

    def generate(self, rng, difficulty):
        while True:
            rows, columns = (rng.randint(6, 7) + scale(difficulty, 0, 10) for _ in range(2))
            side = rng.randint(3, max(3, min(rows, columns) // 3))
            letters = rng.sample("ABCDEFGHIJKLMNOPQRSTUVWXYZ", scale(difficulty, 12, 4))
            grid = [[rng.choice(letters) for _ in range(columns)] for _ in range(rows)]
            top, left, letter = rng.randint(0, rows - side), rng.randint(0, columns - side), rng.choice(letters)
            for row in grid[top:top + side]:
                row[left:left + side] = [letter] * side
            corners = self._largest(grid)
            if len(corners) == 1:
                break
        shown = "\n".join("".join(row) for row in grid)
        return ("Where is the bottom right cell of the largest square of equal letters? Rows and columns from "
                f"0.\n{shown}\nWrite [row, column].", str(corners[0]), {"grid": shown, "corner": corners[0]})

    @staticmethod
    def _largest(grid: list[list[str]]) -> list[list[int]]:
        """The bottom right cells of the largest squares: sides grow by one from the three neighbours up and left."""
        sides = [[1] * len(grid[0]) for _ in grid]
        for r in range(1, len(grid)):
            for c in range(1, len(grid[0])):
                if grid[r][c] == grid[r - 1][c] == grid[r][c - 1] == grid[r - 1][c - 1]:
                    sides[r][c] = 1 + min(sides[r - 1][c], sides[r][c - 1], sides[r - 1][c - 1])
        largest = max(map(max, sides))
        return [[r, c] for r, row in enumerate(sides) for c, side in enumerate(row) if side == largest]

    def verify(self, question, text):
        return answers.integers(text) == question.data["corner"]

    solver = """
def equal(r, c, k):
    return len({g[i][j] for i in range(r - k + 1, r + 1) for j in range(c - k + 1, c + 1)}) == 1
best = (0, None)
for r in range(len(g)):
    for c in range(len(g[0])):
        k = 1
        while k <= min(r, c) and equal(r, c, k + 1):
            k += 1
        if k > best[0]:
            best = (k, [r, c])
print(best[1])"""

    def program(self, question):
        return f'g = """{question.data["grid"]}""".split(){self.solver}'

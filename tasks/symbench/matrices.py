"""SymBench: small tables. Matrix transformation, pooling."""
from fractions import Fraction

from tasks import Task, answers


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
        return answers.items(text) == answers.items(question.answer)

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
        found, data = answers.numbers(text), question.data
        # Half a unit of the second decimal either way: both ways of rounding ...5 are right.
        slack = Fraction(1, 200) if data["kind"] == "Mean" else 0
        wanted = [Fraction(value) for value in data["exact"]]
        return (found is not None and len(found) == len(wanted)
                and all(abs(value - exact) <= slack for value, exact in zip(found, wanted)))

    def program(self, question):
        data = question.data
        return (f"m = {data['matrix']}\nk, s = {data['size']}, {data['stride']}\nout = []\n"
                "for r in range(0, len(m) - k + 1, s):\n    out.append([])\n"
                "    for c in range(0, len(m[0]) - k + 1, s):\n"
                "        w = [m[r + i][c + j] for i in range(k) for j in range(k)]\n"
                f"        out[-1].append({self.kinds[data['kind']]})\nprint(out)")

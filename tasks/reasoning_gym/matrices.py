"""Reasoning-Gym: matrices and grids of cells, and a cube that is turned."""
import re
from fractions import Fraction

from tasks import answers
from tasks.reasoning_gym.library import Gym, NumberGym, WordGym, same


def read_matrix(text: str) -> list[list[Fraction | None]] | None:
    rows = answers.table(text)
    return rows and [[answers.number(cell) for cell in row] for row in rows]


class MatrixGym(Gym):
    """A matrix of numbers becomes another: never one with fewer than three different ones, or one that stands in the
    question already, for then copying or a guess would do."""

    def fits(self, entry, difficulty):
        return entry["answer"] not in entry["question"] and len(set(entry["answer"].split())) > 2

    def verify(self, question, text):
        return same(read_matrix, question.answer, text)


def start(question) -> str:
    """The beginning of a program: `m` is the matrix, which is the only lines of the question that are all numbers."""
    lines = [line for line in question.question.splitlines() if line and set(line) <= set("0123456789 ")]
    return 'm = [[int(x) for x in row.split()] for row in """{}""".splitlines()]\n'.format("\n".join(lines))


SHOW = '\nprint("\\n".join(" ".join(map(str, row)) for row in m))'


class BinaryMatrix(MatrixGym):
    """Q: The taxicab distance of the nearest 0 for each cell: 0 1 1 / 1 1 1 / 1 1 0    A: 0 1 2 / 1 2 1 / 2 1 0"""

    name, skill, split = "reasoning_gym/binary_matrix", "algorithms", "train"
    knobs = {"min_n": (4, 10), "max_n": (5, 16), "p_zero": (0.3, 0.1)}

    def program(self, question):
        return start(question) + (
            "cells = [(i, j) for i in range(len(m)) for j in range(len(m))]\nzeros = [(i, j) for i, j in cells if "
            "m[i][j] == 0]\nfor i, j in cells:\n    m[i][j] = min(abs(i - a) + abs(j - b) for a, b in zeros)") + SHOW


class GameOfLife(MatrixGym):
    """Q: This Game of Life board, wrapping, after 1 step? [[0,1,0,0],[0,1,0,0],[0,1,0,0],[0,0,0,0]]
    A: [[0,0,0,0],[1,1,1,0],[0,0,0,0],[0,0,0,0]]    A board that dies out or stays as it is would be too easy."""

    name, skill, split = "reasoning_gym/game_of_life", "algorithms", "train"
    knobs = {"grid_size_x": (5, 10), "grid_size_y": (5, 10), "filled_cells": (8, 35), "simulation_steps": (1, 3)}

    def fits(self, entry, difficulty):
        return "1" in entry["answer"] and entry["answer"] not in entry["question"].replace("\n ", "")

    def program(self, question):
        steps = re.search(r"after (\d+) steps", question.question)[1]
        board = question.question.partition("\n\n")[2].removesuffix(".")
        return (f"import json\nboard = {board}\nrows, columns = len(board), len(board[0])\ndef live(i, j):\n    near = "
                "sum(board[(i + a) % rows][(j + b) % columns] for a in (-1, 0, 1) for b in (-1, 0, 1))\n    return "
                "int(near == 3 or near == 4 and board[i][j] == 1)  # near counts the cell itself\nfor _ in range("
                f"{steps}):\n    board = [[live(i, j) for j in range(columns)] for i in range(rows)]\n"
                "print(json.dumps(board))")


class ManipulateMatrix(MatrixGym):
    """Q: Perform on 1 2 / 3 4: Rotate the matrix 90 degrees, Horizontally mirror the matrix    A: 4 2 / 3 1
    The library does not say which way it turns and mirrors."""

    name, skill, split = "reasoning_gym/manipulate_matrix", "space", "train"
    knobs = {"min_rows": (2, 5), "max_rows": (4, 12), "min_cols": (2, 5), "max_cols": (4, 12),
             "min_transforms": (1, 5), "max_transforms": (2, 12)}
    note = ("\n\nRotations are clockwise. To mirror horizontally is to reverse the order of the rows, to mirror "
            "vertically is to reverse the order of the columns. The diagonal runs from the top left to the bottom "
            "right, so that mirroring along it is to transpose the matrix; mirroring along the counterdiagonal is to "
            "transpose it and then to rotate it by 180 degrees. Every n-th row or column means n, 2n, 3n and so on of "
            "the matrix as it is at that point.")
    operations = [  # (instruction, its line in a program)
        (r"Rotate the matrix (\d+) degrees", "for _ in range({0} // 90):\n    m = list(zip(*m[::-1]))"),
        (r"Horizontally mirror the matrix", "m = m[::-1]"),
        (r"Vertically mirror the matrix", "m = [row[::-1] for row in m]"),
        (r"Mirror the matrix along the diagonal", "m = list(zip(*m))"),
        (r"Mirror the matrix along the counterdiagonal", "m = list(zip(*m))\nm = [row[::-1] for row in m[::-1]]"),
        (r"Map each occurrence of (\d+) to (\d+)", "m = [[{1} if x == {0} else x for x in row] for row in m]"),
        (r"Set all elements divisible by (\d+) to zero", "m = [[x if x % {0} else 0 for x in row] for row in m]"),
        (r"Crop the matrix to rows (\d+)-(\d+) and columns (\d+)-(\d+) .*",
         "m = [row[{2} - 1:{3}] for row in m[{0} - 1:{1}]]"),
        (r"Remove every (\d+)-.. row .*", "m = [row for i, row in enumerate(m, 1) if i % {0}]"),
        (r"Remove every (\d+)-.. column .*", "m = [[x for j, x in enumerate(row, 1) if j % {0}] for row in m]"),
    ]

    def program(self, question):
        told = re.findall("^- (.*)", question.question, re.MULTILINE)[1:]  # the first is always to change nothing
        lines = [line.format(*match.groups()) for instruction in told for pattern, line in self.operations
                 if (match := re.fullmatch(pattern, instruction))]
        return start(question) + "\n".join(lines) + SHOW


class PoolMatrix(MatrixGym):
    """Q: Average pooling, to 2 decimal places, with a kernel of 2: 1 2 3 / 3 1 3    A: 1.75 3.0
    Regions at the border may be smaller. A mean just between two such decimals may be rounded either way."""

    name, skill, split = "reasoning_gym/pool_matrix", "algorithms", "train"
    knobs = {"min_rows": (4, 8), "max_rows": (6, 14), "min_cols": (4, 8), "max_cols": (6, 14), "max_pool_size": (2, 4)}
    fixed = {"min_pool_size": 2}
    note = ("\n\nWhere the matrix ends before a region does, at the right or at the bottom, the region is what there "
            "is of it; its average is the average of the cells there are.")

    def data(self, entry):
        told = entry["metadata"]
        size, average = told["pool_size"], told["pool_type"] == "average"
        pooled = [[[cell for row in told["matrix"][i:i + size] for cell in row[j:j + size]]
                   for j in range(0, told["cols"], size)] for i in range(0, told["rows"], size)]
        return {"exact": [[str(Fraction(sum(cells), len(cells)) if average else max(cells)) for cells in row]
                          for row in pooled]}

    def verify(self, question, text):
        shown, exact = read_matrix(text), question.data["exact"]
        return (shown is not None and [len(row) for row in shown] == [len(row) for row in exact]
                and all(answers.is_rounded(value, Fraction(wanted)) for values, row in zip(shown, exact)
                        for value, wanted in zip(values, row)))

    def program(self, question):
        kind, size = re.search(r"Perform (\w+) pooling .* kernel size of (\d+)", question.question).groups()
        pooled = "max(cells)" if kind == "max" else "round(sum(cells) / len(cells), 2)"
        return start(question) + (
            f"k = {size}\nfor i in range(0, len(m), k):\n    line = []\n    for j in range(0, len(m[0]), k):\n"
            f"        cells = [x for row in m[i:i + k] for x in row[j:j + k]]\n        line.append({pooled})\n"
            "    print(*line)")


class RotateMatrix(MatrixGym):
    """Q: Rotate by 90 degrees clockwise: 1 2 / 3 4    A: 3 1 / 4 2    Never a full turn, for the input is no answer."""

    name, skill, split = "reasoning_gym/rotate_matrix", "space", "train"
    knobs = {"min_n": (3, 10), "max_n": (5, 16), "max_rotations": (3, 20)}
    fixed = {"min_rotations": 1}

    def program(self, question):
        degrees = re.search(r"by (\d+) degrees", question.question)[1]
        return start(question) + f"for _ in range({degrees} // 90):\n    m = list(zip(*m[::-1]))" + SHOW


class RottenOranges(NumberGym):
    """Q: 0 empty, 1 fresh, 2 rotten; each minute those next to a rotten one rot. Minutes until none is fresh, or -1?
    2 1 1 / 1 1 0 / 0 1 1    A: 4"""

    name, skill, split = "reasoning_gym/rotten_oranges", "algorithms", "train"
    knobs = {"min_n": (4, 15), "max_n": (6, 25), "p_oranges": (0.85, 0.9), "p_rotten": (0.15, 0.04)}
    coincidence = 0.3

    def program(self, question):
        return start(question) + (
            "n, minutes = len(m), 0\nwhile True:\n    new = [(i, j) for i in range(n) for j in range(n) if m[i][j] == "
            "1 and any(\n        0 <= a < n and 0 <= b < n and m[a][b] == 2\n        for a, b in ((i - 1, j), "
            "(i + 1, j), (i, j - 1), (i, j + 1)))]\n    if not new:\n        break\n    for i, j in new:\n"
            "        m[i][j] = 2\n    minutes += 1\nprint(-1 if any(1 in row for row in m) else minutes)")


class SpiralMatrix(Gym):
    """Q: The elements in spiral order, clockwise from the top left: 1 2 3 / 4 5 6 / 7 8 9    A: 1 2 3 6 9 8 7 4 5"""

    name, skill, split = "reasoning_gym/spiral_matrix", "algorithms", "train"
    knobs = {"min_n": (3, 10), "max_n": (4, 16)}

    def verify(self, question, text):
        return same(answers.numbers, question.answer, text)

    def program(self, question):
        return start(question) + ("out = []\nwhile m:\n    out += m[0]\n    m = list(zip(*m[1:]))[::-1]  # the rest, "
                                  "turned so that its right column comes on top\nprint(*out)")


class ModuloGrid(Gym):
    """Q: Find the rule of this grid and fill in ❔: ❌✅❌✅ / ✅❌❔❌ / ❌✅❔✅    A: ❌✅❌✅ / ✅❌✅❌ / ❌✅❌✅
    All rules of the kind that fit what is shown must agree about the rest, and the rest must be of both signs."""

    name, skill, split = "reasoning_gym/modulo_grid", "logic", "train"
    knobs = {"size_x": (6, 12), "size_y": (6, 12), "max_divisor": (5, 20), "max_target": (4, 19), "max_holes": (3, 12)}
    coincidence = 0.05
    note = ("\n\nWith the columns x and the rows y counted from 0, the pattern is: ✅ where f(x, y) % d == t and ❌ "
            "everywhere else. f(x, y) is one of x + y, abs(x - y), x * y and x ** y (where 0 ** 0 is 1); d and t are "
            "whole numbers from 1 to 20.")
    values = [lambda x, y, d: (x + y) % d, lambda x, y, d: abs(x - y) % d, lambda x, y, d: x * y % d, pow]

    def fits(self, entry, difficulty):
        grid = entry["question"].partition("\n\n")[2].splitlines()
        cells = [(x, y, sign) for y, row in enumerate(grid) for x, sign in enumerate(row)]
        shown, holes = [c for c in cells if c[2] != "❔"], [c for c in cells if c[2] == "❔"]
        marked = [(x, y) for x, y, sign in shown if sign == "✅"]
        fills = {tuple(f(x, y, d) == t for x, y, _ in holes) for f in self.values for d in range(1, 21)
                 for t in [f(*marked[0], d)] if all((f(x, y, d) == t) == (sign == "✅") for x, y, sign in shown)
                 } if marked else ()
        return len(fills) == 1 and len(set(*fills)) == 2

    def verify(self, question, text):
        wanted = question.answer.split()
        return answers.board(text.replace("\ufe0f", ""), len(wanted[0])) == "".join(wanted)

    def program(self, question):
        grid = question.question.split("\n\n")[1]
        return (f'grid = """{grid}""".splitlines()\nrules = [lambda x, y: x + y, lambda x, y: abs(x - y), lambda x, y:'
                ' x * y, lambda x, y: x ** y]\ndef solve():\n    for f in rules:\n        for d in range(1, 21):\n'
                '            for t in range(1, d):\n                full = ["".join("✅" if f(x, y) % d == t else "❌"'
                " for x in range(len(grid[0])))\n                        for y in range(len(grid))]\n"
                '                if all(a in (b, "❔") for r, s in zip(grid, full) for a, b in zip(r, s)):\n'
                '                    return full\nprint("\\n".join(solve()))')


class ColorCubeRotation(WordGym):
    """Q: A cube has a red top, a blue right, ... side. It is rotated to bring the right side to the top, ... The color
    of the bottom side now?    A: pink    The library does not say which way it turns the bottom to the top."""

    name, skill, split = "reasoning_gym/color_cube_rotation", "space", "test"
    knobs = {"min_rotations": (1, 8), "max_rotations": (2, 20)}
    coincidence = 0.1
    note = ("\n\nBringing the front, right, back or left side to the top is a quarter turn, by which the top comes to "
            "the opposite side and two sides stay where they are. Bringing the bottom side to the top is half a turn "
            "about the axis through the left and the right side, so that front and back change places.")

    def program(self, question):
        sides = dict(re.findall(r"^- an? (\w+) (\w+) side", question.question, re.MULTILINE))
        sides = {side: color for color, side in sides.items()}
        moves = re.findall(r"^(?:The cube is|Then|After|Now|Next).*\b(front|right|back|left|bottom)\b",
                           question.question, re.MULTILINE)
        asked = re.search(r"color of the (\w+) side", question.question)[1]
        return (f"cube = {sides}\nturns = {{'front': ['top', 'front', 'bottom', 'back'], 'right': ['top', 'right', "
                "'bottom', 'left'],\n         'back': ['top', 'back', 'bottom', 'front'], 'left': ['top', 'left', "
                "'bottom', 'right']}\nturns['bottom'] = turns['front']  # twice\n"
                f"for side in {moves}:\n    ring = turns[side]\n    for _ in range(2 if side == 'bottom' else 1):\n"
                "        colors = [cube[place] for place in ring]\n        cube.update(zip(ring, colors[1:] + "
                f"colors[:1]))\nprint(cube['{asked}'])")

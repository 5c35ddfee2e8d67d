"""SymBench: boards. Reversi, 2048, sudoku, letter logic diagram, eight queens, logic puzzle."""
from itertools import product

from tasks import Task, answers, scale


def show(board: list[list]) -> str:
    return "\n".join(" ".join(map(str, row)) for row in board)


class Reversi(Task):
    """Q: Reversi: a move must flip, in all eight directions, every line of enemy discs between the new disc and another
    of one's own. B black, W white, - empty:
    - - - -
    - W B -
    - B W -
    - - - -
    Moves (row, column), from 1: B (2, 1). Write the board after them.
    A: - - - -
       B B B -
       - B W -
       - - - -"""

    name, skill, split = "symbench/reversi", "space", "train"
    directions = [way for way in product((-1, 0, 1), repeat=2) if way != (0, 0)]

    def generate(self, rng, difficulty):
        size, count = 4 + 2 * scale(difficulty, 0, 2), scale(difficulty, 1, 6)
        while True:
            board = [["-"] * size for _ in range(size)]
            half, player = size // 2, "B"
            board[half - 1][half - 1] = board[half][half] = "W"
            board[half - 1][half] = board[half][half - 1] = "B"
            for _ in range(rng.randint(1, 2 * size)):
                self._random_move(rng, board, player)
                player = "W" if player == "B" else "B"
            start, moves = [list(row) for row in board], []
            for _ in range(count):
                move = self._random_move(rng, board, player)
                moves.append([player, *move] if move else [player])
                player = "W" if player == "B" else "B"
            if sum(len(move) > 1 for move in moves) > count // 2:
                break
        said = ", ".join(f"{move[0]} ({move[1] + 1}, {move[2] + 1})" if len(move) > 1 else f"{move[0]} passes"
                         for move in moves)
        return ("Reversi: a move must flip, in all eight directions, every line of enemy discs between the new disc "
                f"and another of one's own. B black, W white, - empty:\n{show(start)}\nMoves (row, column), from 1: "
                f"{said}. Write the board after them.", show(board), {"board": show(start), "moves": moves})

    def _random_move(self, rng, board: list[list[str]], player: str) -> tuple[int, int] | None:
        """Play one legal move of `player`, if there is any."""
        cells = [cell for cell in product(range(len(board)), repeat=2) if board[cell[0]][cell[1]] == "-"]
        rng.shuffle(cells)
        for row, column in cells:
            flipped = self._flips(board, player, row, column)
            if flipped:
                for r, c in [(row, column), *flipped]:
                    board[r][c] = player
                return row, column
        return None

    def _flips(self, board: list[list[str]], player: str, row: int, column: int) -> list[tuple[int, int]]:
        flipped = []
        for down, right in self.directions:
            line, r, c = [], row + down, column + right
            while 0 <= r < len(board) and 0 <= c < len(board) and board[r][c] not in ("-", player):
                line.append((r, c))
                r, c = r + down, c + right
            if 0 <= r < len(board) and 0 <= c < len(board) and board[r][c] == player:
                flipped += line
        return flipped

    def verify(self, question, text):
        wanted = question.answer.split("\n")
        return answers.board(text, len(wanted)) == "".join(wanted).replace(" ", "")

    solver = """
def line(board, player, r, c, dr, dc):
    found = []
    while 0 <= r + dr < n and 0 <= c + dc < n:
        r, c = r + dr, c + dc
        if board[r][c] == player:
            return found
        if board[r][c] == "-":
            return []
        found.append((r, c))
    return []
for player, *place in moves:
    if place:
        r, c = place
        ways = [(dr, dc) for dr in (-1, 0, 1) for dc in (-1, 0, 1) if dr or dc]
        flips = [cell for dr, dc in ways for cell in line(board, player, r, c, dr, dc)]
        for i, j in flips + [(r, c)]:
            board[i][j] = player
print("\\n".join(" ".join(row) for row in board))"""

    def program(self, question):
        data = question.data
        return (f'board = [row.split() for row in """{data["board"]}""".splitlines()]\nn = len(board)\n'
                f"moves = {data['moves']}{self.solver}")


class Game2048(Task):
    """Q: On this board 0 is empty:
    0 4 2
    2 2 4
    0 8 4
    Only the tile in row 2, column 1 (from 1) moves, one cell per letter of rul (up, down, left, right): into an empty
    cell, or onto an equal tile, where both become one of twice the value that moves on; else it stays. Write the final
    board.
    A: 8 0 2
       0 0 4
       0 8 4"""

    name, skill, split = "symbench/2048", "space", "test"
    ways = {"u": (-1, 0), "d": (1, 0), "l": (0, -1), "r": (0, 1)}

    def generate(self, rng, difficulty):
        size, count = scale(difficulty, 3, 6), rng.randint(2, 3) + scale(difficulty, 0, 9)
        slide, merge = difficulty > 0.5 and rng.random() < 0.5, rng.random() < 0.5
        while True:
            board = [[0] * size for _ in range(size)]
            filled = rng.sample(list(product(range(size), repeat=2)), rng.randint(size, size * size // 2 + 1))
            for row, column in filled:
                board[row][column] = rng.choice((2, 2, 4, 4, 8, 16, 32))
            moves = "".join(rng.choice("udlr") for _ in range(count))
            after = self._slide(board, moves) if slide else self._step(board, filled[0], moves)
            if after != board and (not merge or self._tiles(after) < len(filled)):
                break
        row, column = filled[0]
        rules = (f"Moves: {moves} (up, down, left, right). In each, all tiles slide that way as far as they can; two "
                 "equal ones that meet become one of twice the value, each tile at most once per move, those nearest "
                 "to the edge first. No new tiles appear." if slide else
                 f"Only the tile in row {row + 1}, column {column + 1} (from 1) moves, one cell per letter of {moves} "
                 "(up, down, left, right): into an empty cell, or onto an equal tile, where both become one of twice "
                 "the value that moves on; else it stays.")
        return (f"On this board 0 is empty:\n{show(board)}\n{rules} Write the final board.", show(after),
                {"board": board, "start": None if slide else [row, column], "moves": moves})

    @staticmethod
    def _tiles(board: list[list[int]]) -> int:
        return sum(tile > 0 for row in board for tile in row)

    def _step(self, board: list[list[int]], start: tuple[int, int], moves: str) -> list[list[int]]:
        board, (row, column) = [list(line) for line in board], start
        for letter in moves:
            r, c = row + self.ways[letter][0], column + self.ways[letter][1]
            if 0 <= r < len(board) and 0 <= c < len(board) and board[r][c] in (0, board[row][column]):
                board[r][c] += board[row][column]
                board[row][column], row, column = 0, r, c
        return board

    def _slide(self, board: list[list[int]], moves: str) -> list[list[int]]:
        board, size = [list(line) for line in board], len(board)
        for letter in moves:
            for line in range(size):  # its cells, from the edge that the tiles slide to
                cells = [{"u": (place, line), "d": (size - 1 - place, line), "l": (line, place),
                          "r": (line, size - 1 - place)}[letter] for place in range(size)]
                tiles = [board[r][c] for r, c in cells if board[r][c]]
                merged = []
                while tiles:
                    tile = tiles.pop(0)
                    merged.append(tile + tiles.pop(0) if tiles and tiles[0] == tile else tile)
                for (r, c), tile in zip(cells, merged + [0] * size):
                    board[r][c] = tile
        return board

    def verify(self, question, text):
        width = len(question.answer.split("\n"))
        return answers.cells(answers.slashed(text), width) == question.answer.split()

    step_solver = """
for m in moves:
    y, x = r + {"u": -1, "d": 1}.get(m, 0), c + {"l": -1, "r": 1}.get(m, 0)
    if 0 <= y < n and 0 <= x < n and b[y][x] in (0, b[r][c]):
        b[y][x] += b[r][c]
        b[r][c] = 0
        r, c = y, x
"""
    slide_solver = """
def left(row):
    row = [x for x in row if x]
    for i in range(len(row) - 1):
        if row[i] and row[i] == row[i + 1]:
            row[i], row[i + 1] = 2 * row[i], 0
    row = [x for x in row if x]
    return row + [0] * (n - len(row))
def turn(b):
    return [list(row) for row in zip(*b)]
for m in moves:
    if m in "ud":
        b = turn(b)
    b = [left(row) if m in "lu" else left(row[::-1])[::-1] for row in b]
    if m in "ud":
        b = turn(b)
"""

    def program(self, question):
        data = question.data
        start = f"r, c = {data['start']}{self.step_solver}" if data["start"] else self.slide_solver.lstrip("\n")
        return (f"b = {data['board']}\nn = len(b)\nmoves = \"{data['moves']}\"\n{start}"
                'print("\\n".join(" ".join(map(str, row)) for row in b))')


def regions(size: int, boxes: tuple[int, int] | None) -> list[list[tuple[int, int]]]:
    """Groups of cells that hold each sign once: rows, columns, and boxes of the given height and width."""
    lines = [[(line, place) for place in range(size)] for line in range(size)]
    groups = lines + [[(place, line) for line, place in group] for group in lines]
    if boxes:
        height, width = boxes
        groups += [[(top + row, left + column) for row in range(height) for column in range(width)]
                   for top in range(0, size, height) for left in range(0, size, width)]
    return groups


class Sudoku(Task):
    """Q: Complete this sudoku (0 is empty): rows, columns and 2x2 boxes (high x wide) hold each of 1 to 4 once.
    1 0 3 0 / 0 4 0 2 / 2 0 4 0 / 0 3 0 1    A: 1 2 3 4 / 3 4 1 2 / 2 1 4 3 / 4 3 2 1"""

    name, skill, split = "symbench/standard_sudoku", "logic", "train"
    boxes = {4: (2, 2), 6: (2, 3), 9: (3, 3)}

    def generate(self, rng, difficulty):
        size = 4 if difficulty < 0.2 else 6 if difficulty < 0.4 else 9
        blanks = {4: 8, 6: 18, 9: scale(difficulty, 20, 55)}[size]
        solution = self._solution(rng, size)
        grid = [list(row) for row in solution]
        cells = list(product(range(size), repeat=2))
        rng.shuffle(cells)
        # Empty a cell where no other sign would lead to a solution.
        for row, column in cells:
            grid[row][column] = 0
            if self._other_solution(grid, size, row, column, solution[row][column]):
                grid[row][column] = solution[row][column]
            elif sum(line.count(0) for line in grid) == blanks:
                break
        height, width = self.boxes[size]
        return (f"Complete this sudoku (0 is empty): rows, columns and {height}x{width} boxes (high x wide) hold each "
                f"of 1 to {size} once.\n{show(grid)}", show(solution), {"grid": grid, "size": size})

    def _solution(self, rng, size: int) -> list[list[int]]:
        """A full grid: the pattern that shifts by one box a row, with signs, bands, rows and stacks in random order."""
        height, width = self.boxes[size]

        def order(count, group):
            return [block * group + line for block in rng.sample(range(count), count)
                    for line in rng.sample(range(group), group)]

        signs = rng.sample(range(1, size + 1), size)
        rows, columns = order(width, height), order(height, width)
        return [[signs[(row % height * width + row // height + column) % size] for column in columns] for row in rows]

    def _other_solution(self, grid: list[list[int]], size: int, row: int, column: int, sign: int) -> bool:
        """Whether the grid can be completed with another sign than this one in an empty cell."""
        masks = _Masks(grid, self.boxes[size])
        return any(masks.solve((row, column), other) for other in range(1, size + 1) if other != sign)

    def verify(self, question, text):
        size = question.data["size"]
        signs = answers.board(text, size)
        if len(signs) != size * size or not (signs.isascii() and signs.isdecimal()):
            return False
        board = [list(map(int, signs[start:start + size])) for start in range(0, size * size, size)]
        kept = all(given in (0, sign) for line, row in zip(question.data["grid"], board)
                   for given, sign in zip(line, row))
        return kept and all({board[r][c] for r, c in group} == set(range(1, size + 1))
                            for group in regions(size, self.boxes[size]))

    solver = """
def options(r, c):
    seen = set(g[r]) | {g[i][c] for i in range(n)}
    top, left = r // h * h, c // w * w
    seen |= {g[i][j] for i in range(top, top + h) for j in range(left, left + w)}
    return [s for s in range(1, n + 1) if s not in seen]
def solve():
    empty = [(len(options(r, c)), r, c) for r in range(n) for c in range(n) if g[r][c] == 0]
    if not empty:
        return True
    _, r, c = min(empty)
    for s in options(r, c):
        g[r][c] = s
        if solve():
            return True
    g[r][c] = 0
    return False
solve()
print("\\n".join(" ".join(map(str, row)) for row in g))"""

    def program(self, question):
        height, width = self.boxes[question.data["size"]]
        return f"g = {question.data['grid']}\nn, h, w = {question.data['size']}, {height}, {width}{self.solver}"


class _Masks:
    """The free signs of every row, column and box as bits: a solver that is quick enough to prove uniqueness often."""

    def __init__(self, grid: list[list[int]], boxes: tuple[int, int]):
        size, (height, width) = len(grid), boxes
        self.signs = range(1, size + 1)
        self.rows, self.columns, self.boxes = ([(2 << size) - 2] * size for _ in range(3))
        self.box = [[row // height * height + column // width for column in range(size)] for row in range(size)]
        self.empty = set()
        for row, column in product(range(size), repeat=2):
            if grid[row][column]:
                self._flip(row, column, 1 << grid[row][column])
            else:
                self.empty.add((row, column))

    def _flip(self, row: int, column: int, bit: int):
        self.rows[row] ^= bit
        self.columns[column] ^= bit
        self.boxes[self.box[row][column]] ^= bit

    def solve(self, cell: tuple[int, int], sign: int) -> bool:
        """Whether a solution has this sign in this empty cell; nothing is changed."""
        (row, column), bit = cell, 1 << sign
        if not self.rows[row] & self.columns[column] & self.boxes[self.box[row][column]] & bit:
            return False
        self._flip(row, column, bit)
        self.empty.remove(cell)
        found = self._any()
        self.empty.add(cell)
        self._flip(row, column, bit)
        return found

    def _any(self) -> bool:
        """Whether there is a solution at all, tried first where the fewest signs are possible."""
        fewest = None
        for row, column in self.empty:
            options = self.rows[row] & self.columns[column] & self.boxes[self.box[row][column]]
            count = options.bit_count()
            if fewest is None or count < fewest[0]:
                fewest = count, options, (row, column)
                if count < 2:
                    break
        return fewest is None or any(fewest[1] >> sign & 1 and self.solve(fewest[2], sign) for sign in self.signs)


class LetterLogicDiagram(Task):
    """Q: Complete (. is empty): each of a to c once in every row and column, and the diagonal from top right to bottom
    left holds one letter only.
    a . c
    . c .
    c . .
    A: a b c
       b c a
       c a b"""

    name, skill, split = "symbench/letter_logic_diagram", "logic", "train"

    def generate(self, rng, difficulty):
        size = scale(difficulty, 4, 8)
        letters = "abcdefgh"[:size]
        full, diagonal = [[""] * size for _ in range(size)], rng.choice(letters)
        for row in range(size):
            full[row][size - 1 - row] = diagonal
        self._fill(rng, full, letters)
        blanks = rng.sample(list(product(range(size), repeat=2)), round(size * size * (0.4 + 0.3 * difficulty)))
        grid = [["." if (r, c) in blanks else full[r][c] for c in range(size)] for r in range(size)]
        return (f"Complete (. is empty): each of a to {letters[-1]} once in every row and column, and the diagonal "
                f"from top right to bottom left holds one letter only.\n{show(grid)}", show(full), {"grid": grid})

    def _fill(self, rng, full: list[list[str]], letters: str) -> bool:
        """Fill the empty cells at random, always one with the fewest possible letters next."""
        fewest = None
        for r, c in product(range(len(full)), repeat=2):
            if not full[r][c]:
                possible = [x for x in letters if x not in full[r] and all(row[c] != x for row in full)]
                if fewest is None or len(possible) < len(fewest[0]):
                    fewest = possible, r, c
        if fewest is None:
            return True
        possible, r, c = fewest
        for letter in rng.sample(possible, len(possible)):
            full[r][c] = letter
            if self._fill(rng, full, letters):
                return True
        full[r][c] = ""
        return False

    def verify(self, question, text):
        grid = question.data["grid"]
        size = len(grid)
        found = answers.board(text, size).lower()
        if len(found) != size * size:
            return False
        board = [found[start:start + size] for start in range(0, size * size, size)]
        kept = all(given in (".", letter) for line, row in zip(grid, board) for given, letter in zip(line, row))
        return (kept and len({board[r][size - 1 - r] for r in range(size)}) == 1
                and all({board[r][c] for r, c in group} == set("abcdefgh"[:size]) for group in regions(size, None)))

    solver = """
n = len(g)
letters = "abcdefgh"[:n]
for d in letters:
    b = [list(row) for row in g]
    if any(b[r][n - 1 - r] not in (".", d) for r in range(n)):
        continue
    for r in range(n):
        b[r][n - 1 - r] = d
    def options(r, c):
        return [x for x in letters if x not in b[r] and all(row[c] != x for row in b)]
    def solve():
        empty = [(len(options(r, c)), r, c) for r in range(n) for c in range(n) if b[r][c] == "."]
        if not empty:
            return True
        _, r, c = min(empty)
        for x in options(r, c):
            b[r][c] = x
            if solve():
                return True
        b[r][c] = "."
        return False
    if all(b[r].count(d) == 1 and [row[r] for row in b].count(d) == 1 for r in range(n)) and solve():
        break
print("\\n".join(" ".join(row) for row in b))"""

    def program(self, question):
        return f"g = {question.data['grid']}{self.solver}"


class EightQueens(Task):
    """Q: Complete to 8 queens that do not attack each other (Q queen, X forbidden), keeping those given:
    ...X....
    ........
    .......Q
    ........
    ........
    ........
    ..Q.....
    ........
    Write all as row column, from 0, with commas between.    A: 0 4, 1 0, 2 7, 3 3, 4 1, 5 6, 6 2, 7 5"""

    name, skill, split = "symbench/eight_queens", "logic", "test"
    coincidence = 0.06

    def generate(self, rng, difficulty):
        size = scale(difficulty, 7, 12)
        places = self._solve(rng, size, [])
        given = rng.sample(range(size), rng.randint(1, 2) + scale(difficulty, 2, 0))
        empty = [(r, c) for r, c in product(range(size), repeat=2) if places[r] != c]
        forbidden = rng.sample(empty, rng.randint(0, 3) + scale(difficulty, 1, 6))
        board = [["X" if (r, c) in forbidden else "Q" if places[r] == c and r in given else "." for c in range(size)]
                 for r in range(size)]
        shown = "\n".join("".join(row) for row in board)
        return (f"Complete to {size} queens that do not attack each other (Q queen, X forbidden), keeping those "
                f"given:\n{shown}\nWrite all as row column, from 0, with commas between.",
                ", ".join(f"{row} {column}" for row, column in enumerate(places)), {"board": shown})

    def _solve(self, rng, size: int, places: list[int]) -> list[int] | None:
        """The column of each row's queen, tried in random order."""
        if len(places) == size:
            return places
        for column in rng.sample(range(size), size):
            if all(column != other and abs(column - other) != len(places) - row for row, other in enumerate(places)):
                found = self._solve(rng, size, [*places, column])
                if found:
                    return found
        return None

    def verify(self, question, text):
        board, found = question.data["board"].split("\n"), answers.integers(text)
        if found is None or len(found) != 2 * len(board) or not all(0 <= number < len(board) for number in found):
            return False
        queens = set(zip(found[::2], found[1::2]))
        lines = [{r for r, c in queens}, {c for r, c in queens}, {r - c for r, c in queens}, {r + c for r, c in queens}]
        return (all(len(line) == len(board) for line in lines) and all(board[r][c] != "X" for r, c in queens)
                and all((r, c) in queens for r, row in enumerate(board) for c, mark in enumerate(row) if mark == "Q"))

    solver = """
n = len(board)
def solve(columns):
    r = len(columns)
    if r == n:
        return columns
    for c in [board[r].index("Q")] if "Q" in board[r] else range(n):
        if board[r][c] != "X" and all(c != d and abs(c - d) != r - i for i, d in enumerate(columns)):
            found = solve(columns + [c])
            if found:
                return found
print(", ".join(f"{r} {c}" for r, c in enumerate(solve([]))))"""

    def program(self, question):
        return f'board = """{question.data["board"]}""".split(){self.solver}'


class LogicPuzzle(Task):
    """Q: Choose 4 cells with different numbers, the top right one among them, so that the chosen numbers of every row
    and every column have a sum of at most 4 (those without any do not count).
    2 2 4
    3 1 3
    4 2 2
    Write them as row column, from 0, with commas between.    A: 0 2, 1 0, 1 1, 2 1"""

    name, skill, split = "symbench/logic_puzzle", "logic", "test"
    coincidence = 0.08  # there are but 56 choices at the easiest, and some of them are right for an eighth of the grids

    def generate(self, rng, difficulty):
        small = difficulty < 0.4
        size = scale(difficulty, 3, 6) if small else scale(difficulty, 2, 10)
        while True:
            if small:
                grid = [[rng.randint(1, 2 * size) for _ in range(size)] for _ in range(size)]
                samples = [self._sample(rng, grid, size + 1) for _ in range(100)]  # the tightest of some
                limit, chosen = min((max(map(sum, self._lines(grid, sample)), default=0), sample) for sample in samples)
            else:
                grid = [[rng.randint(1, 2 * size) * (1 if rng.random() < 0.7 else -1) for _ in range(size)]
                        for _ in range(size)]
                limit, chosen = None, self._positive_products(grid, size * size // 4)
            if chosen:
                break
        rule = "a product above 0" if limit is None else f"a sum of at most {limit}"
        return (f"Choose {len(chosen)} cells with different numbers, the top right one among them, so that the chosen "
                f"numbers of every row and every column have {rule} (those without any do not "
                f"count).\n{show(grid)}\nWrite them as row column, from 0, with commas between.",
                ", ".join(f"{r} {c}" for r, c in sorted(chosen)), {"grid": grid, "count": len(chosen), "limit": limit})

    @staticmethod
    def _lines(grid: list[list[int]], chosen) -> list[list[int]]:
        """The chosen numbers of every row and column that has any."""
        size = range(len(grid))
        return [line for line in [[grid[r][c] for r, c in chosen if r == n] for n in size]
                + [[grid[r][c] for r, c in chosen if c == n] for n in size] if line]

    @staticmethod
    def _sample(rng, grid: list[list[int]], count: int) -> list[tuple[int, int]]:
        """Cells of different numbers, the top right one first; empty where there are too few."""
        chosen = {grid[0][-1]: (0, len(grid) - 1)}
        cells = list(product(range(len(grid)), repeat=2))
        for r, c in rng.sample(cells, len(cells)):
            if len(chosen) < count:
                chosen.setdefault(grid[r][c], (r, c))
        return list(chosen.values()) if len(chosen) == count else []

    @staticmethod
    def _positive_products(grid: list[list[int]], count: int) -> list[tuple[int, int]]:
        """Such cells for the rule of products: rectangles with four negative corners, filled up with positive cells."""
        size, corner = len(grid), (0, len(grid) - 1)
        positive, chosen = {}, {}
        for r, c in product(range(size), repeat=2):
            if grid[r][c] > 0 and (grid[r][c] not in positive or (r, c) == corner):
                positive[grid[r][c]] = (r, c)
        tops = sorted(product(range(size), repeat=2), key=lambda cell: cell != corner)
        for top, right in tops:
            if len(chosen) + len(positive) >= count and (grid[0][-1] > 0 or grid[0][-1] in chosen):
                break
            for bottom, left in product(range(size), repeat=2):
                cells = [(top, right), (top, left), (bottom, right), (bottom, left)]
                values = {grid[r][c] for r, c in cells}
                if len(values) == 4 and max(values) < 0 and not values & set(chosen):
                    chosen |= {grid[r][c]: (r, c) for r, c in cells}
                    break
        rest = sorted(positive.values(), key=lambda cell: cell != corner)[:max(0, count - len(chosen))]
        chosen |= {grid[r][c]: (r, c) for r, c in rest}
        return list(chosen.values()) if len(chosen) == count and corner in chosen.values() else []

    def verify(self, question, text):
        data, found = question.data, answers.integers(text)
        grid, size = data["grid"], len(data["grid"])
        if found is None or len(found) != 2 * data["count"] or not all(0 <= number < size for number in found):
            return False
        cells = list(zip(found[::2], found[1::2]))
        lines = self._lines(grid, cells)
        if data["limit"] is None:
            fits = all(sum(number < 0 for number in line) % 2 == 0 for line in lines)
        else:
            fits = all(sum(line) <= data["limit"] for line in lines)
        return fits and (0, size - 1) in cells and len({grid[r][c] for r, c in cells}) == len(cells)

    sum_solver = """
cells = sorted((g[r][c], r, c) for r in range(n) for c in range(n) if (r, c) != (0, n - 1))
def solve(chosen, start):
    lines = [sum(v for v, r, c in chosen if r == i) for i in range(n)]
    lines += [sum(v for v, r, c in chosen if c == i) for i in range(n)]
    if max(lines) > limit:
        return None
    if len(chosen) == k:
        return chosen
    for i in range(start, len(cells)):
        if cells[i][0] not in [v for v, r, c in chosen]:
            found = solve(chosen + [cells[i]], i + 1)
            if found:
                return found
print(", ".join(f"{r} {c}" for v, r, c in solve([(g[0][-1], 0, n - 1)], 0)))"""
    product_solver = """
where = {}
for r in range(n):
    for c in range(n):
        where.setdefault(g[r][c], (r, c))
where[g[0][-1]] = (0, n - 1)
positive = [v for v in where if v > 0]
positive.sort(key=lambda v: v != g[0][-1])
chosen = {}
tops = sorted((r, c) for r in range(n) for c in range(n))
tops.sort(key=lambda cell: cell != (0, n - 1))
for r, c in tops:
    if len(chosen) + len(positive) >= k and (g[0][-1] > 0 or g[0][-1] in chosen):
        break
    for i in range(n):
        for j in range(n):
            four = {g[y][x]: (y, x) for y in (r, i) for x in (c, j)}
            if len(four) == 4 and max(four) < 0 and not set(four) & set(chosen):
                chosen.update(four)
for v in positive[:max(0, k - len(chosen))]:
    chosen[v] = where[v]
print(", ".join(f"{r} {c}" for r, c in chosen.values()))"""

    def program(self, question):
        data = question.data
        return (f"g = {data['grid']}\nn, k, limit = {len(data['grid'])}, {data['count']}, "
                f"{data['limit']}{self.product_solver if data['limit'] is None else self.sum_solver}")

"""Keys and verifiers against a second, slower way to the same verdict: small instances, every candidate, plain rules.

Where it can, the second way reads the rules and numbers from the printed question, as a solver has to.
"""
import math
import re
from fractions import Fraction
from itertools import combinations, permutations, product

from hypothesis import given, settings
from hypothesis import strategies as st

import tasks

seeds = given(seed=st.integers(0, 10**6))


def few(count):
    return settings(max_examples=count, deadline=None)


@few(200)
@given(st.integers(0, 10**6), st.floats(0, 0.5))
def test_big_bench_keys(seed, difficulty):
    """Python's own parser on *our* texts, complex numbers, removal of pairs."""
    boolean = tasks.make("bbh/boolean_expressions", seed, difficulty, "train")
    assert str(eval(boolean.data["expression"])) == boolean.answer
    walk = tasks.make("bbh/navigate", seed, difficulty, "train")
    ways = {"left": -1, "right": 1, "forward": 1j, "backward": -1j}
    assert (sum(n * ways[way] for n, way in walk.data["steps"]) == 0) == (walk.answer == "Yes")
    brackets = tasks.make("bbh/dyck_languages", seed, difficulty, "test")
    text = (brackets.data["text"] + brackets.answer).replace(" ", "")
    for _ in text:
        text = text.replace("()", "").replace("[]", "").replace("{}", "").replace("<>", "")
    assert text == ""
    arithmetic = tasks.make("bbh/multistep_arithmetic_two", seed, difficulty, "train")
    assert str(eval(arithmetic.data["expression"])) == arithmetic.answer


@few(20)
@seeds
def test_a_sudoku_has_one_solution(seed):
    question = tasks.make("symbench/standard_sudoku", seed, 0.0, "train")
    grid = [sign for row in question.question.splitlines()[1:] for sign in map(int, row.split())]
    blanks = [place for place, sign in enumerate(grid) if not sign]

    def clash(cells, a, b):
        (r, c), (s, d) = divmod(a, 4), divmod(b, 4)
        seen = r == s or c == d or (r // 2, c // 2) == (s // 2, d // 2)
        return a != b and seen and cells[a] == cells[b] != 0

    def complete(cells, left):
        if not left:
            return [cells]
        found = []
        for sign in (1, 2, 3, 4):
            cells = [*cells[:left[0]], sign, *cells[left[0] + 1:]]
            if not any(clash(cells, left[0], other) for other in range(16)):
                found += complete(cells, left[1:])
        return found

    solutions = complete(grid, blanks)
    assert len(solutions) == 1 and tasks.verify(question, " ".join(map(str, solutions[0])))
    wrong = list(solutions[0])
    wrong[blanks[0]] = wrong[blanks[0]] % 4 + 1
    assert not tasks.verify(question, " ".join(map(str, wrong)))


@few(10)
@seeds
def test_letter_diagrams_accept_all_squares_that_fit_and_no_other(seed):
    question = tasks.make("symbench/letter_logic_diagram", seed, 0.0, "train")
    given_rows = [row.split() for row in question.question.splitlines()[1:]]
    rows = [[row for row in permutations("abcd") if all(a in (".", b) for a, b in zip(given_row, row))]
            for given_row in given_rows]
    verdicts = []
    for square in product(*rows):
        right = (all(len(set(column)) == 4 for column in zip(*square))
                 and len({square[r][3 - r] for r in range(4)}) == 1)
        assert tasks.verify(question, " ".join("".join(row) for row in square)) == right
        verdicts.append(right)
    assert any(verdicts)


@few(4)
@seeds
def test_queens_against_all_permutations(seed):
    question = tasks.make("symbench/eight_queens", seed, 0.0, "test")
    board = question.data["board"].split()
    for columns in permutations(range(7)):
        right = (all(abs(a - b) != j - i for (i, a), (j, b) in combinations(enumerate(columns), 2))
                 and all(board[r][c] != "X" for r, c in enumerate(columns))
                 and all("Q" not in row or row[c] == "Q" for row, c in zip(board, columns)))
        assert tasks.verify(question, ", ".join(f"{r} {c}" for r, c in enumerate(columns))) == right


@few(15)
@seeds
def test_logic_puzzles_against_all_choices(seed):
    question = tasks.make("symbench/logic_puzzle", seed, 0.0, "train")
    grid = [list(map(int, row.split())) for row in re.findall(r"^[-\d ]+$", question.question, re.MULTILINE)]
    count, limit = int(question.question.split()[1]), int(re.search(r"at most (\d+)", question.question)[1])
    verdicts = []
    for cells in combinations(product(range(3), repeat=2), count):
        table = [[grid[r][c] if (r, c) in cells else 0 for c in range(3)] for r in range(3)]
        chosen = [grid[r][c] for r, c in cells]
        right = (max(map(sum, [*table, *zip(*table)])) <= limit and (0, 2) in cells
                 and len(set(chosen)) == len(chosen))
        assert tasks.verify(question, ", ".join(f"{r} {c}" for r, c in cells)) == right
        verdicts.append(right)
    assert any(verdicts)


@few(40)
@seeds
def test_logical_equations_against_all_orders(seed):
    question = tasks.make("symbench/logical_equation", seed, 0.0, "train")
    relations = question.question.split("once. ")[1].split(". Write")[0].split("; ")
    for values in permutations(question.data["values"]):
        known = dict(zip("ABCD", values))
        right = all(abs(eval(relation.split(" = ")[0], known) - eval(relation.split(" = ")[1], known)) < 1e-9
                    if "=" in relation else eval(relation, known) for relation in relations)
        assert tasks.verify(question, ", ".join(map(str, values))) == right


@few(20)
@seeds
def test_book_orders_against_all_permutations(seed):
    question = tasks.make("symbench/permutations_and_combinations", seed, 0.0, "test")
    clues = question.question.split(": ")[1].split(". Write")[0].split("; ")
    reads = [(r"(\w) is in place (\d)", lambda p, a, b: p[a] == int(b)),
             (r"(\w) is not in place (\d)", lambda p, a, b: p[a] != int(b)),
             (r"(\w) is left of (\w)", lambda p, a, b: p[a] < p[b]),
             (r"(\w) is right of (\w)", lambda p, a, b: p[a] > p[b]),
             (r"(\w) is next to (\w)", lambda p, a, b: p[a] - p[b] in (1, -1))]
    for order in permutations("ABCDE"):
        place = {book: number for number, book in enumerate(order, 1)}
        verdicts = [rule(place, *match.groups()) for clue in clues for shape, rule in reads
                    if (match := re.fullmatch(shape, clue))]
        assert len(verdicts) == len(clues)
        assert tasks.verify(question, ", ".join(order)) == all(verdicts)


@few(60)
@seeds
def test_card_games_against_all_hands(seed):
    question = tasks.make("symbench/constrained_linear_arrangement", seed, 0.0, "train")
    mine, results = re.search(r"My cards: ([A-H ]+)\. My results: ([a-z ]+)\.", question.question).groups()
    game = question.data["game"]

    def wins(a, b):
        i, j = ord(a) - 65, ord(b) - 65
        if game == "jungle":
            return (a + b == "HA") or (i < j and a + b != "AH")
        if game == "stick":
            return (j - i) % 4 == 1
        return (j - i) % 5 in (2, 4)  # two on in the circle overcomes; the one before is what generates it

    for cards in permutations("ABCDEFGH", len(mine.split())):
        known = set(cards) <= set({"stick": "ABCD", "elements": "ABCDE", "jungle": "ABCDEFGH"}[game])
        seen = ["win" if wins(a, b) else "loss" if wins(b, a) else "draw" for a, b in zip(mine.split(), cards)]
        assert tasks.verify(question, " ".join(cards)) == (known and seen == results.split())


@few(10)
@seeds
def test_a_code_is_the_only_one_that_fits_its_feedback(seed):
    question = tasks.make("symbench/cryptanalysis", seed, 0.5, "test")
    guesses = re.findall(r"(\d\d)([A-Z]{2}): digits ([\d/]+), letters ([\d/]+)\.", question.question)
    assert guesses

    def marks(code, guess):
        right = sum(a == b for a, b in zip(code, guess))
        missing = [sign for sign in guess if sign not in code]
        low, high = (sum(test(sign) for sign in missing) for test in
                     (lambda x: all(x < y for y in code), lambda x: all(x > y for y in code)))
        return "/".join(map(str, (right, len(set(code) & set(guess)) - right, low, len(missing) - low - high, high)))

    fits = ["".join(a + b) for a in permutations("0123456789", 2)
            if all(marks(a, g) == m for g, _, m, _ in guesses)
            for b in permutations("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 2) if all(marks(b, g) == m for _, g, _, m in guesses)]
    assert fits == [question.answer]


@few(60)
@given(seed=st.integers(0, 10**6), walk=st.lists(st.tuples(st.integers(-14, 14), st.integers(-14, 14)), max_size=4))
def test_paths_against_many_points_on_them(seed, walk):
    question = tasks.make("symbench/path_plan", seed, 0.4, "train")
    data = question.data
    points = [[n / 100 for n in data["start"]], *([x / 10, y / 10] for x, y in walk), [n / 100 for n in data["end"]]]
    way = [(ax + (bx - ax) * k / 300, ay + (by - ay) * k / 300)
           for (ax, ay), (bx, by) in zip(points, points[1:]) for k in range(301)]

    def distance(name):
        left, right, bottom, top = (edge / 100 for edge in data["boxes"][name])
        return min(math.hypot(max(left - x, 0, x - right), max(bottom - y, 0, y - top)) for x, y in way)

    accepted = tasks.verify(question, str(points))
    if any(distance(name) == 0 for name in data["avoid"]):
        assert not accepted
    if accepted:
        assert all(distance(name) < 0.02 for name in data["visit"])
    elif not data["ordered"]:
        assert any(distance(name) > 1e-9 for name in data["visit"]) or any(distance(n) < 0.02 for n in data["avoid"])


@few(100)
@given(seed=st.integers(0, 10**6), name=st.sampled_from(["string_splitting", "string_synthesis",
                                                         "synthesis_decomposition"]))
def test_nothing_can_be_exchanged_at_the_end(seed, name):
    data = tasks.make(f"symbench/{name}", seed, 0.3, "test").data
    assert min(data["final"]) >= 0
    assert not any(all(have >= need for have, need in zip(data["final"], takes)) for takes, _ in data["methods"])


@few(100)
@given(seed=st.integers(0, 10**6), difficulty=st.floats(0, 1))
def test_given_solutions_are_exact(seed, difficulty):
    """The answers that generators make up with their questions, computed by Python from the printed numbers."""
    game = tasks.make("symbench/game24", seed, difficulty, "train")
    exact = eval(re.sub(r"(\d+)", r"Fraction(\1)", game.answer))
    assert exact == 24
    asked = re.search(r"each of ([\d, ]+) once", game.question)[1].split(", ")
    assert sorted(re.findall(r"\d+", game.answer)) == sorted(asked)
    ordered = tasks.make("symbench/combinatorial_calculation", seed, difficulty, "test")
    numbers, target = re.search(r"between ([\d ]+), in .* make (\d+)\.", ordered.question).groups()
    assert re.findall(r"\d+", ordered.answer) == numbers.split()
    assert eval(re.sub(r"(\d+)", r"Fraction(\1)", ordered.answer)) == Fraction(target)

"""SymBench: deduction. Logical equation, constrained arrangement, cryptanalysis, mahjong, permutations."""
from fractions import Fraction
from itertools import permutations

from tasks import Task, answers, scale


class LogicalEquation(Task):
    """Q: A, B, C, D are 2, 5, 8, 16 in some order, each number used once. A - B = 3; C = 2.0 * A; D + B = 7. Write the
    values of A, B, C, D in this order.    A: 8, 5, 16, 2"""

    name, skill, split = "symbench/logical_equation", "logic", "test"
    coincidence = 0.05

    def generate(self, rng, difficulty):
        letters = "ABCDEFGHIJKLMNO"[:scale(difficulty, 4, 15)]
        values = rng.sample(range(1, scale(difficulty, 30, 225) + 1), len(letters))
        pairs = [(rng.choice(range(second)), second) for second in range(1, len(letters))]  # a tree: all hang together
        pairs = rng.sample(pairs, len(pairs) - scale(difficulty, 0, 2))                     # some letters hang loose
        pairs += [tuple(rng.sample(range(len(letters)), 2)) for _ in range(2)]
        relations = [self._relation(rng, values, *rng.sample(pair, 2)) for pair in pairs]
        said = "; ".join(self._say(letters, relation) for relation in relations)
        return (f"{', '.join(letters)} are {', '.join(map(str, sorted(values)))} in some order, each number used once. "
                f"{said}. Write the values of {', '.join(letters)} in this order.", ", ".join(map(str, values)),
                {"values": sorted(values), "relations": relations})

    @staticmethod
    def _relation(rng, values: list[int], first: int, second: int) -> list:
        """Two letters, by number, with sum, difference or multiple (in tenths), or which is the greater."""
        a, b = values[first], values[second]
        kind = rng.choice("++--**>")
        if kind == "*" and a > b and 10 * a % b == 0 and 10 * a < 50 * b:
            return [first, "*", second, 10 * a // b]
        if kind in "+*":
            return [first, "+", second, a + b]
        if a < b:
            first, second, a, b = second, first, b, a
        return [first, "-", second, a - b] if kind == "-" else [first, ">", second, 0]

    @staticmethod
    def _say(letters: str, relation: list) -> str:
        first, kind, second, number = relation
        a, b = letters[first], letters[second]
        return {"+": f"{a} + {b} = {number}", "-": f"{a} - {b} = {number}", "*": f"{a} = {number / 10} * {b}",
                ">": f"{a} > {b}"}[kind]

    def verify(self, question, text):
        data = question.data
        found = answers.integers(answers.unlabelled(text, "ABCDEFGHIJKLMNO"[:len(data["values"])]))
        if found is None or sorted(found) != data["values"]:
            return False
        holds = {"+": lambda a, b, n: a + b == n, "-": lambda a, b, n: a - b == n,
                 "*": lambda a, b, n: a == Fraction(n, 10) * b, ">": lambda a, b, n: a > b}
        return all(holds[kind](found[first], found[second], n) for first, kind, second, n in data["relations"])

    solver = """
holds = {"+": lambda a, b, n: a + b == n, "-": lambda a, b, n: a - b == n,
         "*": lambda a, b, n: 10 * a == n * b, ">": lambda a, b, n: a > b}
def solve(known):
    if len(known) == len(values):
        return [known[i] for i in range(len(values))]
    links = {i: sum((a == i and b in known) or (b == i and a in known) for a, k, b, n in relations)
             for i in range(len(values)) if i not in known}
    i = max(links, key=links.get)
    for v in values:
        if v not in known.values():
            new = {**known, i: v}
            if all(holds[k](new[a], new[b], n) for a, k, b, n in relations if a in new and b in new):
                found = solve(new)
                if found:
                    return found
print(solve({}))"""

    def program(self, question):
        return f"values = {question.data['values']}\nrelations = {question.data['relations']}{self.solver}"


class ConstrainedLinearArrangement(Task):
    """Q: Two players each show one card per round and no card twice. Cards: A stick, B tiger, C chicken, D worm. A
    beats B, B beats C, C beats D, D beats A; all else is a draw. My cards: C A D B. My results: win draw draw loss.
    Which cards, in order, can the other have shown? Answer with their letters.    A: D C B A"""

    name, skill, split = "symbench/constrained_linear_arrangement", "logic", "test"
    coincidence = 0.3
    games = {  # cards; the rules as printed; the pairs (winner, loser)
        "stick": ("ABCD",
                  "Cards: A stick, B tiger, C chicken, D worm. A beats B, B beats C, C beats D, D beats A; all else is "
                  "a draw.", ("AB", "BC", "CD", "DA")),
        "elements": ("ABCDE",
                     "Cards: A to E. A loses to B, B to C, C to D, D to E, E to A (the first generates the second); A "
                     "beats C, C beats E, E beats B, B beats D, D beats A (overcoming); equal cards draw.",
                     ("BA", "CB", "DC", "ED", "AE", "AC", "CE", "EB", "BD", "DA")),
        "jungle": ("ABCDEFGH",
                   "Cards, from the strongest: A elephant, B lion, C tiger, D leopard, E wolf, F dog, G cat, H mouse. "
                   "The stronger beats the weaker, but H beats A; equal cards draw.",
                   tuple(a + b for a in "ABCDEFGH" for b in "ABCDEFGH" if a < b and a + b != "AH") + ("HA",)),
    }

    def generate(self, rng, difficulty):
        rounds = scale(difficulty, 3, 8)
        game = rng.choice([name for name, (cards, *_) in self.games.items() if len(cards) >= min(rounds, 5)])
        cards, rules, beats = self.games[game]
        rounds = min(rounds, len(cards))
        mine, theirs = (rng.sample(cards, rounds) for _ in range(2))
        results = [self._result(beats, a, b) for a, b in zip(mine, theirs)]
        return (f"Two players each show one card per round and no card twice. {rules} My cards: {' '.join(mine)}. My "
                f"results: {' '.join(results)}. Which cards, in order, can the other have shown? Answer with their "
                "letters.", " ".join(theirs), {"game": game, "mine": mine, "results": results})

    @staticmethod
    def _result(beats: tuple[str, ...], mine: str, theirs: str) -> str:
        return "win" if mine + theirs in beats else "loss" if theirs + mine in beats else "draw"

    def verify(self, question, text):
        data = question.data
        cards, _, beats = self.games[data["game"]]
        found = answers.letters(text)
        return (len(found) == len(set(found)) == len(data["mine"]) and set(found) <= set(cards)
                and [self._result(beats, a, b) for a, b in zip(data["mine"], found)] == data["results"])

    solver = """
from itertools import permutations
def result(a, b):
    return "win" if a + b in beats else "loss" if b + a in beats else "draw"
for other in permutations(cards, len(mine)):
    if [result(a, b) for a, b in zip(mine, other)] == results:
        break
print(" ".join(other))"""

    def program(self, question):
        data = question.data
        cards, _, beats = self.games[data["game"]]
        return (f'cards = "{cards}"\nbeats = "{" ".join(beats)}".split()\nmine = {data["mine"]}\n'
                f"results = {data['results']}{self.solver}")


class Cryptanalysis(Task):
    """Q: A code has 2 different digits, then 2 different capital letters. Feedback on a guess, apart for digits and
    letters: right place / right but elsewhere / not in the code and too low (before all of the code's), between, too
    high. 45AT: digits 1/0/0/0/1, letters 0/1/1/0/0. 90CD: digits 1/0/0/0/1, letters 0/1/0/1/0. Code?    A: 40TC"""

    name, skill, split = "symbench/cryptanalysis", "logic", "test"
    LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

    def generate(self, rng, difficulty):
        sizes = 2 if difficulty < 0.7 else 3, 1 if difficulty < 0.3 else 2
        left = [["".join(part) for part in permutations(signs, size)]
                for signs, size in zip(("0123456789", self.LETTERS), sizes)]
        code, guesses = [rng.choice(parts) for parts in left], []
        everything = list(left)
        while any(len(parts) > 1 for parts in left):
            # Guesses that could be the code tell much; the harder the question, the fewer of them are such.
            guess = [rng.choice(parts if rng.random() < 0.8 - 0.6 * difficulty else pool)
                     for parts, pool in zip(left, everything)]
            marks = [self._feedback(c, g) for c, g in zip(code, guess)]
            if guess != code:
                guesses.append(["".join(guess), *marks])
                left = [[part for part in parts if self._feedback(part, g) == mark]
                        for parts, g, mark in zip(left, guess, marks)]
        said = " ".join(f"{guess}: digits {'/'.join(map(str, digits))}, letters {'/'.join(map(str, letters))}."
                        for guess, digits, letters in guesses)
        plural = "s" if sizes[1] > 1 else ""
        return (f"A code has {sizes[0]} different digits, then {sizes[1]} different capital letter{plural}. Feedback "
                "on a guess, apart for digits and letters: right place / right but elsewhere / not in the code and too "
                f"low (before all of the code's), between, too high. {said} Code?",
                "".join(code), {"guesses": guesses, "sizes": sizes})

    @staticmethod
    def _feedback(code: str, guess: str) -> list[int]:
        """How many signs are in the right place, elsewhere, below all of the code, between, and above all."""
        marks = [0] * 5
        for place, sign in enumerate(guess):
            if sign in code:
                marks[0 if code[place] == sign else 1] += 1
            else:
                marks[2 if sign < min(code) else 4 if sign > max(code) else 3] += 1
        return marks

    def verify(self, question, text):
        return "".join(answers.items(text) or []).upper() == question.answer

    solver = """
def feedback(code, guess):
    wrong = [x for x in guess if x not in code]
    return [sum(a == b for a, b in zip(code, guess)), sum(x in code and code[i] != x for i, x in enumerate(guess)),
            sum(x < min(code) for x in wrong), sum(min(code) < x < max(code) for x in wrong),
            sum(x > max(code) for x in wrong)]
code = ""
for signs, k, part, which in (("0123456789", n, slice(0, n), 1), ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", m, slice(n, None), 2)):
    code += next("".join(c) for c in permutations(signs, k)
                 if all(feedback(c, tuple(g[0][part])) == g[which] for g in guesses))
print(code)"""

    def program(self, question):
        return (f"from itertools import permutations\nn, m = {tuple(question.data['sizes'])}\nguesses = "
                f"{question.data['guesses']}{self.solver}")


class Mahjong(Task):
    """Q: Each round a card joins my hand of 13, and then another leaves. Result of a round: 1 if the hand held two or
    more cards equal to the new one; else 2 if the new one and two cards of the hand are three letters in a row of the
    alphabet; else 0. Hand: ABBDFGKKLQTVX. Round 1: C joins, A leaves. Round 2: C joins. Results of all rounds?    A: 2,
    2"""

    name, skill, split = "symbench/mahjong_pattern", "algorithms", "train"
    coincidence = 0.4
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

    def generate(self, rng, difficulty):
        hand = sorted(rng.sample(self.letters * 2, 13))
        start, rounds, results = "".join(hand), [], []
        for _ in range(rng.randint(1, 2) + scale(difficulty, 0, 6)):
            wanted = rng.randint(0, 2)
            cards = rng.sample(self.letters, 26)
            card = next((card for card in cards if self._result(hand, card) == wanted), cards[0])
            results.append(self._result(hand, card))
            hand.append(card)
            leaves = rng.choice(hand)
            hand.remove(leaves)
            rounds.append(card + leaves)
        said = [f"Round {number}: {card} joins, {leaves} leaves." for number, (card, leaves) in enumerate(rounds, 1)]
        said[-1] = f"Round {len(rounds)}: {rounds[-1][0]} joins."
        return ("Each round a card joins my hand of 13, and then another leaves. Result of a round: 1 if the hand "
                "held two or more cards equal to the new one; else 2 if the new one and two cards of the hand are "
                f"three letters in a row of the alphabet; else 0. Hand: {start}. {' '.join(said)} Results of all "
                "rounds?",
                ", ".join(map(str, results)), {"hand": start, "rounds": rounds, "results": results})

    def _result(self, hand: list[str], card: str) -> int:
        if hand.count(card) >= 2:
            return 1
        at = self.letters.index(card)
        rows = [self.letters[start:start + 3] for start in (at - 2, at - 1, at) if 0 <= start <= 23]
        return 2 if any(all(other == card or other in hand for other in row) for row in rows) else 0

    def verify(self, question, text):
        rounds = [f"Round {number}" for number in range(1, len(question.data["results"]) + 1)]
        return answers.integers(answers.unlabelled(text, rounds)) == question.data["results"]

    solver = """
results = []
for card, leaves in rounds:
    a = ord(card)
    have = [ord(x) for x in hand]
    chi = any(a + i in have and a + j in have for i, j in ((-2, -1), (-1, 1), (1, 2)))
    results.append(1 if hand.count(card) > 1 else 2 if chi else 0)
    hand.append(card)
    hand.remove(leaves)
print(results)"""

    def program(self, question):
        return f'hand = list("{question.data["hand"]}")\nrounds = {question.data["rounds"]}{self.solver}'


class PermutationsAndCombinations(Task):
    """Q: Put the books A, B, C, D, E on places 1 to 5: C is in place 1; C is left of A; B is next to E; D is right of
    E; D is not in place 4. Write one right order.    A: C, A, B, E, D"""

    name, skill, split = "symbench/permutations_and_combinations", "logic", "test"
    coincidence = 0.07
    kinds = {"at": "{a} is in place {b}", "not": "{a} is not in place {b}", "left": "{a} is left of {b}",
             "right": "{a} is right of {b}", "next": "{a} is next to {b}"}

    def generate(self, rng, difficulty):
        books = "ABCDEFGHIJ"[:scale(difficulty, 5, 10)]
        order = rng.sample(books, len(books))
        clues, about = [], set()
        while len(clues) < len(books) + 1:
            kind, (a, b) = rng.choice(tuple(self.kinds)), rng.sample(books, 2)
            clue = [kind, a, rng.randint(1, len(books)) if kind in ("at", "not") else b]
            # What the clue is about: of two that say the same, or that one includes, only one is given.
            subject = {"at": "place", "not": "place", "next": "next"}.get(kind, "side"), frozenset((a, clue[2]))
            fixed = sum(other[0] == "at" for other in clues)
            if self._holds(order, clue) and subject not in about and not (kind == "at" and fixed >= len(books) // 3):
                clues.append(clue)
                about.add(subject)
        said = "; ".join(self.kinds[kind].format(a=a, b=b) for kind, a, b in clues)
        return (f"Put the books {', '.join(books)} on places 1 to {len(books)}: {said}. Write one right order.",
                ", ".join(order), {"books": books, "clues": clues})

    @staticmethod
    def _holds(order: list[str], clue: list) -> bool:
        kind, a, b = clue
        place = order.index(a) + 1
        other = b if isinstance(b, int) else order.index(b) + 1
        return {"at": place == other, "not": place != other, "left": place < other, "right": place > other,
                "next": abs(place - other) == 1}[kind]

    def verify(self, question, text):
        order = answers.letters(text)
        return (sorted(order) == list(question.data["books"])
                and all(self._holds(order, clue) for clue in question.data["clues"]))

    solver = """
def holds(kind, p, q):
    return {"at": p == q, "not": p != q, "left": p < q, "right": p > q, "next": abs(p - q) == 1}[kind]
order = sorted(books, key=lambda x: -sum(x in (a, b) for kind, a, b in clues))
def solve(place):
    known = [(kind, place[a], place.get(b, b)) for kind, a, b in clues if a in place]
    if not all(holds(kind, p, q) for kind, p, q in known if isinstance(q, int)):
        return None
    if len(place) == len(books):
        return sorted(place, key=place.get)
    for n in range(1, len(books) + 1):
        if n not in place.values():
            found = solve({**place, order[len(place)]: n})
            if found:
                return found
print(", ".join(solve({})))"""

    def program(self, question):
        return f"books = {question.data['books']!r}\nclues = {question.data['clues']}{self.solver}"

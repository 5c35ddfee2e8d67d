"""SymBench: letters and strings. Statistical counting, string insertion, letters."""
import re
from itertools import groupby

from tasks import Task, answers
from tasks.bbh.tables import WORDS


class StatisticalCounting(Task):
    """Q: Each maximal run of two or more equal letters scores once: A 1, B 2. Total score of AABBBAB?    A: 3"""

    name, skill, split = "symbench/statistical_counting", "algorithms", "train"

    def generate(self, rng, difficulty):
        letters = "ABCDEFG"[:2 + round(difficulty * 5)]
        scores = [rng.randint(1, 5 + round(difficulty * 15)) for _ in letters]
        length = rng.randint(7, 11) + round(difficulty * 55)
        while True:
            text = "".join(rng.choice(letters) for _ in range(length))
            total = sum(scores[letters.index(letter)] for letter, run in groupby(text) if len(list(run)) > 1)
            if total:
                break
        rules = ", ".join(f"{letter} {score}" for letter, score in zip(letters, scores))
        return (f"Each maximal run of two or more equal letters scores once: {rules}. Total score of {text}?",
                str(total), {"text": text, "scores": dict(zip(letters, scores))})

    def verify(self, question, text):
        return answers.number(text) == int(question.answer)

    def program(self, question):
        data = question.data
        return (f"from itertools import groupby\ns = \"{data['text']}\"\nscore = {data['scores']}\n"
                "print(sum(score[c] for c, run in groupby(s) if len(list(run)) > 1))")

    def worked(self, question):
        runs = [letter + "".join(run)[1:] for letter, run in groupby(question.data["text"])]
        scored = [run for run in runs if len(run) > 1]
        points = [question.data["scores"][run[0]] for run in scored]
        return f"Runs: {', '.join(scored)}. {' + '.join(map(str, points))} = {question.answer}."


class StringInsertion(Task):
    """Q: In ACDECD, after every CD insert B. Find all places in the original first; overlaps count.    A: ACDBECDB"""

    name, skill, split = "symbench/string_insertion", "algorithms", "train"

    def generate(self, rng, difficulty):
        alphabet = "ABCDE"
        size = 2 if difficulty < 0.4 else 3 if difficulty < 0.8 else 4
        patterns = []
        while len(patterns) < 1 + round(difficulty * 4):
            pattern = "".join(rng.choice(alphabet) for _ in range(size))
            if pattern not in patterns:
                patterns.append(pattern)
        rules = {pattern: rng.choice(alphabet) for pattern in patterns}
        pieces = [rng.choice(patterns) for _ in range(rng.randint(1, 2) + round(difficulty * 5))]
        text = "".join(piece + "".join(rng.choice(alphabet) for _ in range(rng.randint(1, 3))) for piece in pieces)
        text = "".join(rng.choice(alphabet) for _ in range(rng.randint(1, 3))) + text
        said = ", ".join(f"after every {pattern} insert {letter}" for pattern, letter in rules.items())
        return (f"In {text}, {said}. Find all places in the original first; overlaps count.",
                self._insert(text, rules), {"text": text, "rules": rules})

    @staticmethod
    def _insert(text: str, rules: dict[str, str]) -> str:
        out = ""
        for end in range(1, len(text) + 1):
            out += text[end - 1]
            out += "".join(letter for pattern, letter in rules.items() if text[:end].endswith(pattern))
        return out

    def verify(self, question, text):
        return answers.unbracketed(text) == question.answer

    def program(self, question):
        data = question.data
        return (f"s = \"{data['text']}\"\nrules = {data['rules']}\nout = \"\"\nfor i in range(len(s)):\n"
                "    out += s[i]\n    for p in rules:\n        if s[:i + 1].endswith(p):\n            out += rules[p]\n"
                "print(out)")


class Letters(Task):
    """Q: How often is p in pineapple, at which positions (from 1)? As: Count: X, Positions: [i, j]
    A: Count: 3, Positions: [1, 6, 7]"""

    name, skill, split = "symbench/letters", "language", "test"
    _shape = re.compile(r"count\s*[:=]?\s*(\d{1,6})\s*[,;.]?\s*positions?\s*[:=]?\s*\[?([\d,;\s]*)\]?",
                        re.ASCII | re.IGNORECASE)

    def generate(self, rng, difficulty):
        word = "".join(rng.sample(WORDS, 1 + round(difficulty * 30)))
        letter = rng.choice(word) if rng.random() < 0.9 else rng.choice("abcdefghijklmnopqrstuvwxyz")
        places = [place for place, other in enumerate(word, 1) if other == letter]
        return (f"How often is {letter} in {word}, at which positions (from 1)? As: Count: X, Positions: [i, j]",
                f"Count: {len(places)}, Positions: {places}", {"word": word, "letter": letter, "places": places})

    def verify(self, question, text):
        match = self._shape.fullmatch(answers.unbracketed(text))
        if not match:
            return False
        places = match[2].replace(",", " ").replace(";", " ").split()
        wanted = question.data["places"]
        return (int(match[1]) == len(wanted) and len(places) == len(wanted)
                and all(len(place) < 7 for place in places) and sorted(map(int, places)) == wanted)

    def program(self, question):
        data = question.data
        return (f"word = \"{data['word']}\"\npositions = [i + 1 for i in range(len(word)) if word[i] == "
                f"\"{data['letter']}\"]\nprint(f\"Count: {{len(positions)}}, Positions: {{positions}}\")")

"""SymBench: letters and strings. Statistical counting, string insertion, string deletion and modification, letters."""
import re
from itertools import groupby

from tasks import Task, answers, scale
from tasks.bbh.tables import WORDS


class StatisticalCounting(Task):
    """Q: Each maximal run of at least 2 equal letters scores once: A 1, B 2. Total score of AABBBAB?    A: 3"""

    name, skill, split = "symbench/statistical_counting", "algorithms", "train"
    coincidence = 0.15

    def generate(self, rng, difficulty):
        letters = "ABCDEFG"[:scale(difficulty, 2, 7)]
        scores = {letter: rng.randint(1, scale(difficulty, 5, 20)) for letter in letters}
        shortest, length = rng.randint(2, scale(difficulty, 2, 4)), rng.randint(11, 15) + scale(difficulty, 0, 55)
        total = 0
        while not total:
            text = "".join(rng.choice(letters) * rng.choice((1, 1, 1, 2, 3, 4)) for _ in range(length))[:length]
            runs = ["".join(run) for _, run in groupby(text)]
            total = sum(scores[run[0]] for run in runs if len(run) >= shortest)
        rules = ", ".join(f"{letter} {score}" for letter, score in scores.items())
        return (f"Each maximal run of at least {shortest} equal letters scores once: {rules}. Total score of {text}?",
                str(total), {"text": text, "scores": scores, "shortest": shortest})

    def verify(self, question, text):
        return answers.number(text) == int(question.answer)

    def program(self, question):
        data = question.data
        return (f"from itertools import groupby\ns = \"{data['text']}\"\nscore = {data['scores']}\nprint(sum(score[c] "
                f"for c, run in groupby(s) if len(list(run)) >= {data['shortest']}))")

    def worked(self, question):
        runs = ["".join(run) for _, run in groupby(question.data["text"])]
        scored = [run for run in runs if len(run) >= question.data["shortest"]]
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
        return (f"s = \"{data['text']}\"\nrules = {data['rules']}\nout = \"\"\nfor i in range(len(s)):\n    out += "
                "s[i]\n    for p in rules:\n        if s[:i + 1].endswith(p):\n            out += rules[p]\nprint(out)")


class StringDeletionAndModification(Task):
    """Q: Again and again apply the first of these rules that fits, until none fits. 1: if it begins with ab, that
    becomes ca. 2: the first ca inside becomes nothing, and b is put at the end. String: abbc. Result?    A: bcb"""

    name, skill, split = "symbench/string_deletion_and_modification", "algorithms", "train"
    coincidence = 0.1
    steps = 40  # a start that takes more may never end and is drawn anew
    places = {"start": "if it begins with {old}, that becomes {new}",
              "end": "if it ends with {old}, that becomes {new}", "first": "the first {old} in it becomes {new}"}
    extras = {"": "", "front": ", and {extra} is put in front", "back": ", and {extra} is put at the end"}

    def generate(self, rng, difficulty):
        while True:
            rules = [self._rule(rng) for _ in range(scale(difficulty, 2, 7))]
            text = "".join(rng.choice("abc") for _ in range(rng.randint(6, 9) + scale(difficulty, 0, 16)))
            sweep = difficulty > 0.5 and rng.random() < 0.5
            result, count = self._rewrite(text, rules, sweep)
            if result and scale(difficulty, 2, 5) <= count < self.steps and result != text:
                break
        said = " ".join(f"{number}: {self._say(rule)}." for number, rule in enumerate(rules, 1))
        order = ("Go through these rules in order, applying each once where it fits, and begin again, until none fits."
                 if sweep else "Again and again apply the first of these rules that fits, until none fits.")
        return f"{order} {said} String: {text}. Result?", result, {"text": text, "rules": rules, "sweep": sweep}

    def _rule(self, rng) -> list[str]:
        """Where to look, for what, what it becomes, where to put more, and what."""
        old = "".join(rng.choice("abc") for _ in range(rng.choice((2, 2, 3))))
        new = "".join(rng.choice("abc") for _ in range(rng.choice((0, 1, 1, 2, 2, 3))))
        extra = rng.choice(("", "", "", "front", "back"))
        if old == new:
            return self._rule(rng)
        return [rng.choice(tuple(self.places)), old, new, extra, rng.choice("abc") if extra else ""]

    def _say(self, rule: list[str]) -> str:
        place, old, new, extra, more = rule
        return self.places[place].format(old=old, new=new or "nothing") + self.extras[extra].format(extra=more)

    def _rewrite(self, text: str, rules: list[list[str]], sweep: bool) -> tuple[str, int]:
        """The final string and the number of applications; `steps` of them where there is no end in sight."""
        count, at = 0, 0
        idle = 0  # rules in a row that did not fit
        while idle < len(rules) and count < self.steps:
            changed = self._apply(text, rules[at])
            idle = idle + 1 if changed is None else 0
            if changed is not None:
                text, count = changed, count + 1
            at = 0 if changed is not None and not sweep else (at + 1) % len(rules)
        return text, count

    @staticmethod
    def _apply(text: str, rule: list[str]) -> str | None:
        place, old, new, extra, more = rule
        at = {"start": 0 if text.startswith(old) else -1, "end": len(text) - len(old) if text.endswith(old) else -1,
              "first": text.find(old)}[place]
        if at < 0:
            return None
        text = text[:at] + new + text[at + len(old):]
        return more + text if extra == "front" else text + more

    def verify(self, question, text):
        return answers.unbracketed(text) == question.answer

    solver = """
import re
shapes = {"start": "^%s", "end": "%s$", "first": "%s"}
def apply(s, rule):
    place, old, new, extra, more = rule
    changed, count = re.subn(shapes[place] % old, new, s, count=1)
    if not count:
        return None
    return more + changed if extra == "front" else changed + more
going = True
while going:
    going = False
    for rule in rules:
        changed = apply(s, rule)
        if changed is not None:
            s, going = changed, True
            if not sweep:
                break
print(s)"""

    def program(self, question):
        data = question.data
        return f's = "{data["text"]}"\nsweep = {data["sweep"]}\nrules = {data["rules"]}{self.solver}'


class Letters(Task):
    """Q: How often is p in pineapplepear, at which positions (from 1)? As: Count: X, Positions: [i, j]
    A: Count: 4, Positions: [1, 6, 7, 10]"""

    name, skill, split = "symbench/letters", "language", "test"

    def generate(self, rng, difficulty):
        word = "".join(rng.sample(WORDS, scale(difficulty, 3, 110)))
        letter = rng.choice(word) if rng.random() < 0.9 else rng.choice("abcdefghijklmnopqrstuvwxyz")
        places = [place for place, other in enumerate(word, 1) if other == letter]
        return (f"How often is {letter} in {word}, at which positions (from 1)? As: Count: X, Positions: [i, j]",
                f"Count: {len(places)}, Positions: {places}", {"word": word, "letter": letter, "places": places})

    def verify(self, question, text):
        text = re.sub(r'[*"]|^- ', "", answers.unbracketed(text).lower(), flags=re.MULTILINE)  # Markdown, and JSON
        head, word, tail = text.partition("position")
        count, shown = head.removeprefix("count").strip(" \t\n:=,;."), tail.removeprefix("s").strip(" \t\n:=")
        places = [] if shown in ("", "[]", "none") else answers.integers(shown)
        wanted = question.data["places"]
        return (head.startswith("count") and word != "" and places is not None and count == str(len(wanted))
                and sorted(places) == wanted)

    def program(self, question):
        data = question.data
        return (f"word = \"{data['word']}\"\npositions = [i + 1 for i in range(len(word)) if word[i] == "
                f"\"{data['letter']}\"]\nprint(f\"Count: {{len(positions)}}, Positions: {{positions}}\")")

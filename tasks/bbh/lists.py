"""BIG-Bench Hard: arithmetic, counting, sorting and brackets."""
from fractions import Fraction

from tasks import Task, answers
from tasks.bbh.tables import CLASSES, NUMBERS, RARE_WORDS, WORDS

PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">"}


class MultistepArithmetic(Task):
    """Q: Compute ((3 + 4) * (2 - -5)).    A: 49"""

    name, skill, split = "bbh/multistep_arithmetic_two", "arithmetic", "train"

    def generate(self, rng, difficulty):
        terms, brackets = 2 + round(difficulty * 3), 2 + round(difficulty * 2)
        text, value = "", 0
        for place in range(brackets):
            inner, total = self._bracket(rng, terms)
            sign = rng.choice("+-*") if place else ""
            if sign == "*":  # stay with one reading: everything before is bracketed first
                text, value = f"({text}) * {inner}" if place > 1 else f"{text} * {inner}", value * total
            else:
                text = f"{text} {sign} {inner}".strip()
                value = value - total if sign == "-" else value + total
        return f"Compute {text}.", str(value), {"expression": text}

    @staticmethod
    def _bracket(rng, terms: int) -> tuple[str, int]:
        numbers = [rng.randint(-9, 9) for _ in range(terms)]
        signs = [rng.choice("+-*") for _ in numbers[1:]]
        text, products = str(numbers[0]), [numbers[0]]
        for sign, number in zip(signs, numbers[1:]):
            text += f" {sign} {number}"
            if sign == "*":
                products[-1] *= number
            else:
                products.append(-number if sign == "-" else number)
        return f"({text})", sum(products)

    def verify(self, question, text):
        return answers.number(text) == int(question.answer)

    def program(self, question):
        return f"print({question.data['expression']})"

    def worked(self, question):
        return f"{question.data['expression']} = {question.answer}."


class ObjectCounting(Task):
    """Q: I have two apples, a cow and three figs. How many fruits do I have?    A: 5"""

    name, skill, split = "bbh/object_counting", "arithmetic", "train"
    coincidence = 0.3

    def generate(self, rng, difficulty):
        wanted, other = rng.sample(sorted(CLASSES), 2)
        count = rng.randint(3, 4) + round(difficulty * 12)
        distractors = rng.randint(1, max(1, count // 3))
        things = [(name, rng.randint(1, 5 + round(difficulty * 15)), wanted)
                  for name in rng.sample(CLASSES[wanted], count - distractors)]
        things += [(name, rng.randint(1, 5), other) for name in rng.sample(CLASSES[other], distractors)]
        rng.shuffle(things)
        said = [f"{NUMBERS[n]} {name if n == 1 else self._plural(name)}" for name, n, _ in things]
        text = f"I have {', '.join(said[:-1])} and {said[-1]}. How many {wanted} do I have?"
        counted = [n for _, n, kind in things if kind == wanted]
        return text, str(sum(counted)), {"counted": counted, "wanted": wanted}

    @staticmethod
    def _plural(name: str) -> str:
        if name.endswith(("ch", "sh", "x", "s")):
            return name + "es"
        return name[:-1] + "ies" if name.endswith("y") and name[-2] not in "aeiou" else name + "s"

    def verify(self, question, text):
        words = answers.plain(text).lower()
        unit = question.data["wanted"]
        for said in (unit, unit.removesuffix("s"), *unit.split()):  # 8 fruits, 1 fruit, 8 instruments, 8 pieces
            words = words.removesuffix(said).strip()
        value = Fraction(NUMBERS.index(words)) if words in NUMBERS[1:] else answers.number(words)
        return value == int(question.answer)

    def program(self, question):
        return f"print({' + '.join(map(str, question.data['counted']))})"

    def worked(self, question):
        return f"{' + '.join(map(str, question.data['counted']))} = {question.answer}."


class WordSorting(Task):
    """Q: Sort alphabetically: pear fig apple    A: apple fig pear"""

    name, skill, split = "bbh/word_sorting", "language", "train"

    def generate(self, rng, difficulty):
        count = rng.randint(4, 5) + round(difficulty * 20)
        while True:
            words = rng.sample(WORDS, count)
            if difficulty > 0.3:  # words that begin alike are harder to order, and so are rare ones
                letter = rng.choice("bcdfglmprstw")
                alike = [word for word in WORDS + RARE_WORDS if word[0] == letter]
                words = rng.sample(alike, min(len(alike), count // 2)) + words
                words = list(dict.fromkeys(words))[:count]
                rng.shuffle(words)
            if words != sorted(words):
                return f"Sort alphabetically: {' '.join(words)}", " ".join(sorted(words)), {"words": words}

    def verify(self, question, text):
        found = answers.items(text)
        return found is not None and [word.lower() for word in found] == question.answer.split()

    def program(self, question):
        return f'words = "{" ".join(question.data["words"])}".split()\nprint(" ".join(sorted(words)))'

    def worked(self, question):
        return "In order:"


class DyckLanguages(Task):
    """Q: Write only the closing brackets that complete: [ { (    A: ) } ]"""

    name, skill, split = "bbh/dyck_languages", "algorithms", "test"
    coincidence = 0.15

    def generate(self, rng, difficulty):
        open_brackets, text = [], []
        closers, length = rng.randint(2, 3) + round(difficulty * 12), rng.randint(6, 10) + round(difficulty * 40)
        while len(text) < length or len(open_brackets) != closers:
            if open_brackets and (len(open_brackets) > closers or rng.random() < 0.45):
                text.append(PAIRS[open_brackets.pop()])
            else:
                open_brackets.append(rng.choice("([{<"))
                text.append(open_brackets[-1])
        answer = " ".join(PAIRS[bracket] for bracket in reversed(open_brackets))
        return f"Write only the closing brackets that complete: {' '.join(text)}", answer, {"text": " ".join(text)}

    def verify(self, question, text):
        whole = "".join(question.data["text"].split())
        wanted = "".join(question.answer.split())
        # A closing brace may belong to the answer or to a \boxed{} around it: either reading may be right.
        readings, listed = [text, answers.plain(text)], answers.nested(text)
        if isinstance(listed, list) and all(isinstance(item, str) for item in listed):
            readings.append("".join(listed))  # [')', '}'], as Python prints it
        return any("".join(read.split()) in (wanted, whole + wanted) for read in readings)

    def program(self, question):
        return (f's = "{question.data["text"]}"\npairs = {{"(": ")", "[": "]", "{{": "}}", "<": ">"}}\nopen = []\n'
                "for c in s.split():\n    if c in pairs:\n        open.append(pairs[c])\n"
                "    else:\n        open.pop()\n"
                'print(" ".join(reversed(open)))')

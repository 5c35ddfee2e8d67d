"""Reasoning-Gym: numbers. Bases, primes, cryptarithms, filtering, sorting, and machine programs."""
import contextlib
import io
import re

from tasks import answers, scale
from tasks.reasoning_gym.library import Gym, NumberGym, TextGym, WordGym, same


class BaseConversion(WordGym):
    """Q: Convert the base-6 number 2541 to base-13.    A: 3a0

    The library writes zero as nothing at all, and small numbers alike in both bases: drawn again.
    """

    name, skill, split = "reasoning_gym/base_conversion", "arithmetic", "train"
    knobs = {"max_base": (10, 36), "max_value": (1000, 1_000_000)}
    fixed = {"min_value": 10}

    def fits(self, entry, difficulty):
        return entry["answer"] != entry["metadata"]["source_repr"]

    def verify(self, question, text):
        """As bin() and hex() write it, too."""
        prefix = {"binary": "0b", "hexadecimal": "0x"}.get(question.data["target"], "")
        return super().verify(question, answers.unbracketed(text).lower().removeprefix(prefix))

    def data(self, entry):
        return {"target": re.search(r" to (\S+)$", entry["question"].strip())[1]}

    def program(self, question):
        bases = {"binary": "2", "hexadecimal": "16"}
        source, numeral, target = re.search(r"convert the (\S+) number (\w+) to (\S+)", question.question).groups()
        source, target = (bases.get(base, base.removeprefix("base-")) for base in (source, target))
        return (f"n, digits = int(\"{numeral}\", {source}), \"\"\nwhile n:\n    n, digit = divmod(n, {target})\n"
                "    digits = \"0123456789abcdefghijklmnopqrstuvwxyz\"[digit] + digits\nprint(digits)")


class CountPrimes(NumberGym):
    """Q: How many prime numbers are there between 10 and 30 (inclusive)?    A: 6"""

    name, skill, split = "reasoning_gym/count_primes", "arithmetic", "train"
    knobs = {"max_n": (100, 20000)}
    coincidence = 0.08

    def program(self, question):
        start, end = re.findall(r"\d+", question.question)
        return (f"def prime(n):\n    return n > 1 and all(n % d for d in range(2, int(n ** 0.5) + 1))\n"
                f"print(sum(prime(n) for n in range({start}, {end} + 1)))")


class Cryptarithm(Gym):
    """Q: Each letter stands for a unique digit, no leading letter for zero: AB + AB = CA. Which?    A: A=2,B=1,C=4

    Many have several solutions; all are accepted.
    """

    name, skill, split = "reasoning_gym/cryptarithm", "logic", "test"
    knobs = {"min_words": (2, 3), "max_words": (2, 4)}
    note = "\n\nOf several solutions, any one is right."

    def fits(self, entry, difficulty):
        return max(map(len, entry["metadata"]["words_letters"])) <= scale(difficulty, 3, 5)

    def data(self, entry):
        return {"words": entry["metadata"]["words_letters"], "result": entry["metadata"]["result_letters"]}

    def verify(self, question, text):
        words, result = question.data["words"], question.data["result"]
        text = answers.plain(text).strip("{}").upper().replace(":", "=").replace("->", "=")
        text = text.translate({ord(mark): "" for mark in answers.QUOTES})
        pairs = answers.items(" ".join(text.split()).replace(" =", "=").replace("= ", "=")) or []
        digits = {pair[0]: pair[2] for pair in pairs if re.fullmatch("[A-Z]=[0-9]", pair)}
        if not len(pairs) == len(digits) == len(set(digits.values())) or set(digits) != set("".join(words) + result):
            return False
        *addends, total = ["".join(digits[letter] for letter in word) for word in (*words, result)]
        return sum(map(int, addends)) == int(total) and not any(n.startswith("0") for n in (*addends, total))

    solver = """
first = {word[0] for word in words + [result]}
def solve(column, carry, digits):
    if column == len(result):
        return digits if carry == 0 else None
    letters = [word[-1 - column] for word in words if column < len(word)]
    new = [c for c in letters if c not in digits]
    total = 0 if new else carry + sum(digits[c] for c in letters)
    letter = new[0] if new else result[-1 - column]
    for d in range(10) if new else [total % 10]:
        fits = digits[letter] == d if letter in digits else d not in digits.values() and (d or letter not in first)
        if fits:
            more = {**digits, letter: d}
            found = solve(column, carry, more) if new else solve(column + 1, total // 10, more)
            if found:
                return found
print(",".join(f"{c}={d}" for c, d in sorted(solve(0, 0, {}).items())))"""

    def program(self, question):
        *words, result = re.findall(r"^[ +]+([A-Z]+)$", question.question, re.MULTILINE)
        return f"words = {words}\nresult = \"{result}\"{self.solver}"


class _Numbers(Gym):
    """The answer is a list of numbers in one order; how many decimal places are written does not matter."""

    def verify(self, question, text):
        return same(answers.numbers, question.answer, text)


class NumberFiltering(_Numbers):
    """Q: Keep all numbers larger than 2 in this list: ['1', '2.50', '7']    A: ['2.50', '7']

    Empty results are drawn again.
    """

    name, skill, split = "reasoning_gym/number_filtering", "algorithms", "train"
    knobs = {"min_numbers": (3, 20), "max_numbers": (6, 40), "max_decimals": (1, 4), "min_value": (-100.0, -1000.0),
             "max_value": (100.0, 1000.0)}

    def fits(self, entry, difficulty):
        return bool(entry["metadata"]["result"])

    def program(self, question):
        verb, word, bound, numbers = re.match(r"(\w+) all numbers (\w+) than (\S+) in this list: (.*)",
                                              question.question).groups()
        condition = f"float(n) {'>' if word == 'larger' else '<'} {bound}"
        return f"numbers = {numbers}\nprint([n for n in numbers if {'not ' * (verb == 'Remove')}{condition}])"


class NumberSorting(_Numbers):
    """Q: Sort these numbers in descending order: 1.0, 7.5, -3.0    A: ['7.5', '1.0', '-3.0']"""

    name, skill, split = "reasoning_gym/number_sorting", "algorithms", "train"
    knobs = {"min_numbers": (3, 20), "max_numbers": (6, 40), "max_decimals": (1, 4), "min_value": (-100.0, -1000.0),
             "max_value": (100.0, 1000.0)}

    def fits(self, entry, difficulty):
        return entry["metadata"]["sorted_numbers"] != entry["metadata"]["original_numbers"]

    def program(self, question):
        order, numbers = re.search(r"in (\w+) order: (.*)", question.question).groups()
        more = ", reverse=True" if order == "descending" else ""
        return f"numbers = \"{numbers}\".split(\", \")\nprint(sorted(numbers, key=float{more}))"


class Bf(TextGym):
    """Q: This is a BF (Brainf*ck) computer program. What is the output? ++++++++[>++++++++<-]>+.    A: A

    Of the library's three kinds of programs, one prints a word, one counts in a loop, and one, left out, takes millions
    of steps, as do those that count to a hundred or more. Here one prints up to four words, or three and a count.
    """

    name, skill, split = "reasoning_gym/bf", "algorithms", "test"

    def draw(self, rng, difficulty):
        dataset = self.create(rng.randrange(1 << 31))
        body = ""
        levels = [1 + (rng.random() < difficulty)] + [1] * scale(difficulty, 0, 3)
        for level in rng.sample(levels, len(levels)):
            part = dataset.generate_bfit_code(level, rng)
            while re.search(r"target = \d{3}", part):
                part = dataset.generate_bfit_code(level, rng)
            body += part.partition("{")[2].rpartition("}")[0]
        dataset.generate_bfit_code = lambda level, rng: f"int main() {{{body}}}"
        with contextlib.redirect_stdout(io.StringIO()):  # the library's compiler prints dots
            return dataset[0]

    solver = """
match, stack = {}, []
for i, c in enumerate(code):
    if c == "[":
        stack.append(i)
    elif c == "]":
        match[i] = stack.pop()
        match[match[i]] = i
tape, at, i, out = [0] * 30000, 0, 0, ""
while i < len(code):
    c = code[i]
    if c == ">":
        at += 1
    elif c == "<":
        at -= 1
    elif c == "+":
        tape[at] = (tape[at] + 1) % 256
    elif c == "-":
        tape[at] = (tape[at] - 1) % 256
    elif c == ".":
        out += chr(tape[at])
    elif c == "[" and not tape[at] or c == "]" and tape[at]:
        i = match[i]
    i += 1
print(out)"""

    def program(self, question):
        code = max(re.findall(r"[-+<>.\[\]]+", question.question), key=len)
        return f"code = \"{code}\"{self.solver}"

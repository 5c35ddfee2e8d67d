"""BIG-Bench Hard: truth values and walks. Boolean expressions, navigate, web of lies."""
import random

from tasks import Task, answers


class BooleanExpressions(Task):
    """Q: What is the value of: not ( True and False ) or False ?    A: True"""

    name, skill, split = "bbh/boolean_expressions", "logic", "train"
    coincidence = 0.6  # there are two answers

    def generate(self, rng, difficulty):
        operators = rng.randint(3, 4) + round(difficulty * 12)
        wanted = rng.random() < 0.5  # balanced by rejection
        while True:
            text = self._tree(rng, operators)
            value = self._value(text)
            if value == wanted:
                return f"What is the value of: {text} ?", str(value), {"expression": text}

    def _tree(self, rng: random.Random, operators: int) -> str:
        if operators == 0:
            return rng.choice(("True", "False"))
        if rng.random() < 0.3:
            inner = self._tree(rng, operators - 1)
            return f"not {inner}" if " " not in inner else f"not ( {inner} )"
        left = rng.randrange(operators)
        sides = [self._tree(rng, left), self._tree(rng, operators - 1 - left)]
        joined = f" {rng.choice(('and', 'or'))} ".join(sides)
        return f"( {joined} )" if rng.random() < 0.3 else joined

    @staticmethod
    def _value(text: str) -> bool:
        """By recursive descent with Python's precedence: not before and before or."""
        tokens = text.split()

        def parse_or():
            value = parse_and()
            while tokens and tokens[0] == "or":
                tokens.pop(0)
                value = parse_and() or value
            return value

        def parse_and():
            value = parse_not()
            while tokens and tokens[0] == "and":
                tokens.pop(0)
                value = parse_not() and value
            return value

        def parse_not():
            token = tokens.pop(0)
            if token == "not":
                return not parse_not()
            if token == "(":
                value = parse_or()
                tokens.pop(0)
                return value
            return token == "True"

        return parse_or()

    def verify(self, question, text):
        return answers.choice(text, ("true", "false")) == question.answer.lower()

    def program(self, question):
        return f"print({question.data['expression']})"

    def worked(self, question):
        return f"{question.data['expression']} is {question.answer}."


class Navigate(Task):
    """Q: Always face forward. Take 2 steps left. Take 2 steps right. Are you back at the start? Yes or No.    A: Yes"""

    name, skill, split = "bbh/navigate", "space", "train"
    coincidence = 0.6  # there are two answers
    moves = {"left": (-1, 0), "right": (1, 0), "forward": (0, 1), "backward": (0, -1)}

    def generate(self, rng, difficulty):
        count, longest = rng.randint(3, 4) + round(difficulty * 8), 6 + round(difficulty * 6)
        back = rng.random() < 0.5
        if difficulty >= 0.5 and rng.random() < 0.5:
            return self._turning(rng, count, longest, back)
        while True:
            ways = [rng.choice(tuple(self.moves)) for _ in range(count - 1)]
            numbers = [rng.randint(1, longest) for _ in ways]
            x, y = self._end(numbers, ways)
            numbers.append(abs(x) + abs(y))  # the last step leads back, if there is one that can
            home = [way for way, (dx, dy) in self.moves.items() if (x, y) == (-numbers[-1] * dx, -numbers[-1] * dy)]
            if len(home) == 1 and numbers[-1] <= longest and len(set(numbers)) > 1:
                ways += home
                break
        # Either answer has the same ways and the same numbers, so that neither is told by these, but by the sums alone.
        while not back and self._end(numbers, ways) == [0, 0]:
            rng.shuffle(numbers)
        steps = list(zip(numbers, ways))
        walk = " ".join(f"Take {n} step{'s' if n > 1 else ''} {way}." for n, way in steps)
        return (f"Always face forward. {walk} Are you back at the start? Yes or No.", "Yes" if back else "No",
                {"steps": steps})

    def _end(self, numbers: list[int], ways: list[str]) -> list[int]:
        """Where a walk ends, as seen from its start: steps to the right, and forward."""
        return [sum(n * self.moves[way][axis] for n, way in zip(numbers, ways)) for axis in (0, 1)]

    def _turning(self, rng: random.Random, count: int, longest: int, back: bool) -> tuple[str, str, dict]:
        """The harder kind: every step goes where one has turned to."""
        around, turns = ("forward", "right", "backward", "left"), {"right": 1, "around": 2, "left": 3}
        while True:
            facing, steps, orders = 0, [], []
            for _ in range(count):
                if rng.random() < 0.8:
                    orders.append(rng.choice(tuple(turns)))
                    facing = (facing + turns[orders[-1]]) % 4
                steps.append((rng.randint(1, longest), around[facing]))
                orders.append(steps[-1][0])
            x, y = (sum(n * self.moves[way][axis] for n, way in steps) for axis in (0, 1))
            dx, dy = self.moves[around[facing]]
            last = steps[-1][0] - x * dx - y * dy  # with this the last step would end as near as it can
            if back and 1 <= last <= longest and (x * dy, y * dx) == (0, 0):
                steps[-1], orders[-1] = (last, around[facing]), last
                break
            if not back and (x, y) != (0, 0):
                break
        walk = " ".join(f"Turn {order}." if order in turns else f"Take {order} step{'s' if order > 1 else ''}."
                        for order in orders)
        return f"{walk} Are you back at the start? Yes or No.", "Yes" if back else "No", {"steps": steps,
                                                                                          "orders": orders}

    def verify(self, question, text):
        return answers.choice(text, ("yes", "no")) == question.answer.lower()

    turning = """
x, y, dx, dy = 0, 0, 0, 1
for order in orders:
    if order == "left":
        dx, dy = -dy, dx
    elif order == "right":
        dx, dy = dy, -dx
    elif order == "around":
        dx, dy = -dx, -dy
    else:
        x, y = x + order * dx, y + order * dy
print("Yes" if x == 0 and y == 0 else "No")"""

    def program(self, question):
        if "orders" in question.data:
            return f"orders = {question.data['orders']}{self.turning}"
        x, y = [], []
        for n, way in question.data["steps"]:
            if way in ("left", "right"):
                x.append(f"{'-' if way == 'left' else '+'} {n}")
            else:
                y.append(f"{'-' if way == 'backward' else '+'} {n}")
        return f"x = 0 {' '.join(x)}".rstrip() + f"\ny = 0 {' '.join(y)}".rstrip() + \
            '\nprint("Yes" if x == 0 and y == 0 else "No")'

    def worked(self, question):
        sums = {way: sum(n for n, other in question.data["steps"] if other == way) for way in self.moves}
        seen = "As seen at the start: l" if "orders" in question.data else "L"
        return (f"{seen}eft {sums['left']}, right {sums['right']}, forward {sums['forward']}, "
                f"backward {sums['backward']}.")


class WebOfLies(Task):
    """Q: Ann tells the truth. Bob says Ann lies. Does Bob tell the truth? Yes or No.    A: No"""

    name, skill, split = "bbh/web_of_lies", "logic", "test"
    coincidence = 0.6  # there are two answers
    people = ("Ann Bob Carl Dora Emil Fay Gus Hana Ivan Jane Karl Lena Max Nora Otto Pia Quinn Rosa Sam Tina Udo Vera "
              "Will Xenia Yara Zoe").split()

    def generate(self, rng, difficulty):
        chain = rng.sample(self.people, rng.randint(3, 4) + round(difficulty * 10))
        truth, says = [rng.random() < 0.5], []
        for _ in chain[1:]:
            says.append(rng.random() < 0.5)           # whether it is said that the one before tells the truth
            truth.append(says[-1] == truth[-1])       # who says what is so tells the truth
        first = f"{chain[0]} {'tells the truth' if truth[0] else 'lies'}."
        rest = [f"{name} says {before} {'tells the truth' if said else 'lies'}."
                for before, name, said in zip(chain, chain[1:], says)]
        data = {"first": truth[0], "says": says, "chain": chain}
        if difficulty >= 0.5:
            data["statements"] = self._branches(rng, data, round(8 * difficulty))
            rest = [f"{name} says {before} {'tells the truth' if said else 'lies'}."
                    for name, before, said in data["statements"]]
        text = " ".join([first, *rest, f"Does {chain[-1]} tell the truth? Yes or No."])
        return text, "Yes" if truth[-1] else "No", data

    def _branches(self, rng: random.Random, data: dict, most: int) -> list[list]:
        """The statements of the chain, and among them those of others, about whom the question does not depend."""
        chain = data["chain"]
        statements = [[name, before, said] for before, name, said in zip(chain, chain[1:], data["says"])]
        for name in rng.sample([name for name in self.people if name not in chain], rng.randint(0, most)):
            place = rng.randint(0, len(statements))  # only those are spoken of who have been named before
            known = [chain[0], *(speaker for speaker, _, _ in statements[:place])]
            statements.insert(place, [name, rng.choice(known), rng.random() < 0.5])
        return statements

    def verify(self, question, text):
        return answers.choice(text, ("yes", "no")) == question.answer.lower()

    def program(self, question):
        data = question.data
        if "statements" in data:
            return f'truth = {{"{data["chain"][0]}": {data["first"]}}}\nfor name, other, said in ' \
                   f'{data["statements"]}:\n    truth[name] = truth[other] == said\n' \
                   f'print("Yes" if truth["{data["chain"][-1]}"] else "No")'
        return f"truth = {data['first']}\nfor said in {data['says']}:\n    truth = truth == said\n" \
               'print("Yes" if truth else "No")'

    def worked(self, question):
        truth, words = question.data["first"], []
        for name, said in zip(question.data["chain"], [None, *question.data["says"]]):
            truth = truth if said is None else said == truth
            words.append(f"{name} {'tells the truth' if truth else 'lies'}.")
        return " ".join(words)

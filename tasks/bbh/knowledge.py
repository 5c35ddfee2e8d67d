"""BIG-Bench Hard: what everybody knows. Sports, films, puns on names, dates, sarcasm and the order of adjectives."""
import re
from datetime import date, timedelta

from tasks import Task, answers, scale
from tasks.bbh import knowledge_tables
from tasks.bbh.options import OptionTask, ask, shuffled


def ask_shuffled(rng, text: str, right: str, wrong: list[str]) -> tuple[str, str, dict]:
    """The question with its options in random order."""
    return ask(text, *shuffled(rng, right, wrong))


def others(rng, right, count: int, slip) -> list:
    """`count` wrong options: a chain in which each is a `slip` away from the next, with `right` at a random place.

    Were each a slip away from the right one, the right one could be told by being the middle of all.
    """
    while True:
        chain = [right]
        for _ in range(place := rng.randint(0, count)):
            chain.insert(0, slip(chain[0]))
        for _ in range(count - place):
            chain.append(slip(chain[-1]))
        if all(chain.count(option) == 1 for option in chain):
            return [option for option in chain if option != right]


class SportsUnderstanding(Task):
    """Q: A sentence is plausible if the athlete, the action and the event (if one is named) belong to the same sport.
    Is this sentence plausible? "Kobe Bryant stole second base." Yes or no.    A: No"""

    name, skill, split = "bbh/sports_understanding", "language", "train"
    coincidence = 0.6  # there are two answers

    def generate(self, rng, difficulty):
        sports = rng.sample(list(knowledge_tables.SPORTS), scale(difficulty, 1, 4))
        plausible = rng.random() < 0.5
        odd = None if plausible else rng.choice(sports)
        facts = [self._fact(rng, sport, sport != odd, rng.random() < difficulty) for sport in sports]
        said = [f"{athlete} {' '.join(part for part, _ in parts)}." for athlete, _, parts in facts]
        rule = ("A sentence is plausible if the athlete, the action and the event (if one is named) belong to the "
                "same sport.")
        if len(said) == 1:
            text = f'{rule} Is this sentence plausible? "{said[0]}" Yes or no.'
        else:
            listed = " ".join(f'"{sentence}"' for sentence in said)
            text = f"{rule} Are all of these sentences plausible? {listed} Yes or no."
        return text, "Yes" if plausible else "No", {"facts": facts}

    @staticmethod
    def _fact(rng, sport: str, plausible: bool, placed: bool) -> list:
        """[athlete, sport, [[action, its sport], [place, its sport]]], the place only if `placed`."""
        action = place = sport
        if not plausible:
            other = rng.choice([name for name in knowledge_tables.SPORTS if name != sport])
            action, place = rng.choice(((other, sport), (sport, other), (other, other))) if placed else (other, other)
        parts = [[rng.choice(knowledge_tables.SPORTS[action][1]), action]]
        if placed:
            parts.append([rng.choice(knowledge_tables.SPORTS[place][2]), place])
        return [rng.choice(knowledge_tables.SPORTS[sport][0]), sport, parts]

    def verify(self, question, text):
        return answers.choice(text, ("yes", "no")) == question.answer.lower()

    def worked(self, question):
        return " ".join(f"{athlete} is known for {sport}, and " +
                        " and ".join(f'"{part}" belongs to {its}' for part, its in parts) + "."
                        for athlete, sport, parts in question.data["facts"])


class MovieRecommendation(OptionTask):
    """Q: The films Goldfinger, Skyfall and Dr. No share a series or a genre. Which film belongs with them?
    Options: (A) Rocky (B) Thunderball (C) Toy Story (D) High Noon    A: (B)"""

    name, skill, split = "bbh/movie_recommendation", "language", "test"
    coincidence = 0.33

    def generate(self, rng, difficulty):
        kind, *far = rng.sample(list(knowledge_tables.FILMS), scale(difficulty, 4, 8))
        right, *given = rng.sample(knowledge_tables.FILMS[kind], scale(difficulty, 3, 5) + 1)
        text, answer, data = ask_shuffled(
            rng, f"The films {', '.join(given[1:])} and {given[0]} share a series or a genre. Which film belongs with "
                 "them?",
            right, [rng.choice(knowledge_tables.FILMS[other]) for other in far])
        return text, answer, {**data, "kind": kind}

    def worked(self, question):
        return f"The films given are all {question.data['kind']}, and only one of the options is such a film too."


def differs(word: str, other: str) -> int:
    """The place of the first letter in which two words differ."""
    return next((place for place, (a, b) in enumerate(zip(word, other)) if a != b), min(len(word), len(other)))


class RuinNames(OptionTask):
    """Q: One letter of the name "the birds" is changed, added or dropped, which turns one word into another real
    English word. Which is it? Options: (A) the birms (B) the biords (C) the bards (D) the eirds    A: (C)"""

    name, skill, split = "bbh/ruin_names", "language", "test"
    coincidence = 0.33

    def generate(self, rng, difficulty):
        title, words = rng.choice(knowledge_tables.PUNS).split(": ")
        word, pun, *wrong = words.split()
        place = differs(word, pun)  # wrong options that change the word elsewhere would point at the right one
        wrong = sorted(rng.sample(wrong, len(wrong)), key=lambda other: abs(differs(word, other) - place))
        wrong = wrong[:scale(difficulty, 3, 7)]
        text, answer, data = ask_shuffled(
            rng, f'One letter of the name "{title.replace("*", word)}" is changed, added or dropped, which turns one '
            "word into another real English word. Which is it?", title.replace("*", pun),
            [title.replace("*", other) for other in wrong])
        return text, answer, {**data, "word": word, "pun": pun}

    def worked(self, question):
        word, pun = question.data["word"], question.data["pun"]
        return f'One letter turns "{word}" into the word "{pun}"; the other changes give no word.'


class DateUnderstanding(OptionTask):
    """Q: Yesterday was February 28, 2020. The exam is 3 days after today. What is the date of the exam in MM/DD/YYYY?
    Options: (A) 03/04/2020 (B) 03/03/2020 (C) 04/03/2020 (D) 03/03/2021    A: (B)"""

    name, skill, split = "bbh/date_understanding", "arithmetic", "train"
    coincidence = 0.33
    months = ("January February March April May June July August September October November December").split()
    weekdays = ("Monday Tuesday Wednesday Thursday Friday Saturday Sunday").split()
    people = "Ann Bob Carl Dora Emil Fay Gus Hana Ivan Jane".split()
    events = ("the exam|the party|the concert|the wedding|the race|the interview|the fair|the fire drill|the "
              "election|the school play").split("|")

    def generate(self, rng, difficulty):
        said, steps = self._today(rng)
        day, before, longest = self._day(steps), "today", scale(difficulty, 20, 200)
        for event in rng.sample(self.events, scale(difficulty, 1, 5)):
            words, step = self._event(rng, day, before, longest)
            said.append(f"{event.capitalize()} is {words}.")
            steps.append(step)
            day, before = self._after(day, step), event
        said.append(f"What is the date of {before} in MM/DD/YYYY?")
        wrong = others(rng, day, scale(difficulty, 3, 5), lambda other: self._slip(rng, other))
        text, answer, data = ask_shuffled(rng, " ".join(said), f"{day:%m/%d/%Y}",
                                          [f"{other:%m/%d/%Y}" for other in wrong])
        return text, answer, {**data, "steps": steps}

    def _today(self, rng) -> tuple[list[str], list[list]]:
        """What is said of today, and the steps that lead to it."""
        day = date(1990, 1, 1) + timedelta(rng.randrange(40 * 365))
        written, month = self._written(day), f"{self.months[day.month - 1]} {day.year}"
        kind, start = rng.randrange(9), ["date", day.year, day.month, day.day]
        first = ["date", day.year, day.month, 1]
        if kind == 0:
            return [f"Today is {written}."], [start]
        if kind == 1:
            return [f"Yesterday was {written}."], [start, ["days", 1]]
        if kind == 2:
            return [f"The day after tomorrow is {written}."], [start, ["days", -2]]
        if kind == 3:
            return [f"Today is the last day of {month}."], [first, ["end"]]
        if kind == 4:
            number, weekday = rng.randrange(4), rng.randrange(7)
            return ([f"Today is the {('first', 'second', 'third', 'fourth')[number]} {self.weekdays[weekday]} of "
                     f"{month}."], [first, ["days", -1], ["weekday", weekday], ["days", 7 * number]])
        if kind == 5:
            number = rng.randint(40, 360)
            return ([f"Today is day {number} of the year {day.year}, where January 1 is day 1."],
                    [["date", day.year, 1, 1], ["days", number - 1]])
        if kind == 6:
            return [f"Today is {day:%d/%m/%Y}, where the day is written before the month."], [start]
        if kind == 7:
            return [f"Today is Christmas Day, December 25, {day.year}."], [["date", day.year, 12, 25]]
        age, start[3] = rng.randint(2, 30), min(day.day, 28)  # nobody is born on February 29
        return ([f"{rng.choice(self.people)} was born on {self._written(date(*start[1:]))} and turns {age} today."],
                [start, ["months", 12 * age]])

    def _event(self, rng, day: date, before: str, longest: int) -> tuple[str, list]:
        """When the next event is, in words and as a step; only what nobody can read in two ways."""
        sign, number = rng.choice((-1, 1)), rng.randint(2, longest)
        way = "after" if sign > 0 else "before"
        kind = rng.choice("days days weeks months year weekday end".split())
        if kind == "weeks":
            number = rng.randint(2, 9)
            return f"exactly {number} weeks {way} {before}", ["days", 7 * sign * number]
        if kind == "months" and day.day <= 28:
            number = rng.randint(2, 9)
            return f"exactly {number} months {way} {before}", ["months", sign * number]
        if kind == "year" and day.day <= 28:
            return f"exactly one year {way} {before}", ["months", 12 * sign]
        if kind == "weekday":
            weekday = (day.weekday() + rng.randint(1, 6)) % 7  # "the first Friday after" a Friday could be disputed
            return f"on the first {self.weekdays[weekday]} after {before}", ["weekday", weekday]
        if kind == "end" and self._after(day, ["end"]) != day:
            month = "the current month" if before == "today" else f"the month in which {before} is"
            return f"on the last day of {month}", ["end"]
        return f"{number} days {way} {before}", ["days", sign * number]

    def _written(self, day: date) -> str:
        return f"{self.months[day.month - 1]} {day.day}, {day.year}"

    def _day(self, steps: list[list]) -> date:
        day = date(*steps[0][1:])
        for step in steps[1:]:
            day = self._after(day, step)
        return day

    @staticmethod
    def _after(day: date, step: list) -> date:
        kind, number = [*step, 0][:2]
        if kind == "days":
            return day + timedelta(number)
        if kind == "weekday":
            return day + timedelta((number - day.weekday() - 1) % 7 + 1)
        if kind == "months":
            year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
            return date(year, month + 1, day.day)
        first = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return first - timedelta(1)

    def _slip(self, rng, day: date) -> date:
        """A date that one takes for another: a day, week, month or year off, or with day and month swapped."""
        while True:
            kind, sign = rng.choice("days days week months year swap".split()), rng.choice((-1, 1))
            try:
                if kind == "swap":
                    return date(day.year, day.day, day.month)
                if kind in ("months", "year"):
                    return self._after(day, ["months", sign if kind == "months" else 12 * sign])
                return day + timedelta(sign if kind == "days" else 7 * sign)
            except ValueError:
                continue  # no such day

    lines = {
        "date": "day = date({})",
        "days": "day += timedelta(days={})",
        "weekday": "day += timedelta(days=1)\nwhile day.weekday() != {}:\n    day += timedelta(days=1)",
        "months": "months = day.year * 12 + day.month - 1 + {}\nday = day.replace(year=months // 12, month=months % "
                  "12 + 1)",
        "end": "while (day + timedelta(days=1)).month == day.month:\n    day += timedelta(days=1)",
    }

    def program(self, question):
        steps = [self.lines[kind].format(", ".join(map(str, numbers))) for kind, *numbers in question.data["steps"]]
        return "\n".join(["from datetime import date, timedelta", *steps, 'print(day.strftime("%m/%d/%Y"))'])


class Snarks(OptionTask):
    """Q: Which statement is sarcastic? Options: (A) How lovely that the train was five hours late. (B) How lovely that
    the train was exactly on time.    A: (A)"""

    name, skill, split = "bbh/snarks", "language", "train"
    coincidence = 0.65  # from two options on

    def generate(self, rng, difficulty):
        count, extras = scale(difficulty, 2, 5), scale(difficulty, 0, 2)
        good = rng.random() < 0.5  # the sarcastic one blames something good, or praises something bad
        tales = rng.sample(knowledge_tables.TALES, count)
        if count == 2:  # two that differ only in the frame, or only in the tale
            tale, frames = self._filled(rng, tales[0]), rng.choice(knowledge_tables.FRAMES)
            right = self._said(frames[good], tale[good])
            wrong = [rng.choice((self._said(frames[not good], tale[good]), self._said(frames[good], tale[not good])))]
        else:
            right, *wrong = [self._any(rng, tale, good if number == 0 else rng.random() < 0.5, number == 0)
                             for number, tale in enumerate(tales)]
        leads, tails = rng.sample(knowledge_tables.LEADS, count), rng.sample(knowledge_tables.TAILS, count)
        dressed = [" ".join([lead] * (extras > 0) + [said] + [tail] * (extras > 1))
                   for said, lead, tail in zip([right, *wrong], leads, tails)]
        text, answer, data = ask_shuffled(rng, "Which statement is sarcastic?", dressed[0], dressed[1:])
        return text, answer, {**data, "good": good, "said": right}

    @staticmethod
    def _filled(rng, tale: str) -> tuple[str, str]:
        """The bad and the good reading of a tale, with the same fillers."""
        tale = re.sub(r"\{(\w+)\}", lambda slot: rng.choice(knowledge_tables.FILLERS[slot[1]]), tale)
        before, bad, good, after = re.fullmatch(r"(.*)\[(.*)/(.*)\](.*)", tale).groups()
        return before + bad + after, before + good + after

    @staticmethod
    def _said(frame: str, tale: str) -> str:
        return f"{frame} {tale}."

    def _any(self, rng, tale: str, good: bool, sarcastic: bool) -> str:
        """The bad or good reading in a frame of praise (number 0) or blame (number 1)."""
        return self._said(rng.choice(knowledge_tables.FRAMES)[good == sarcastic], self._filled(rng, tale)[good])

    def worked(self, question):
        felt = ("blames", "good") if question.data["good"] else ("praises", "bad")
        return f'"{question.data["said"]}" {felt[0]} something plainly {felt[1]}, so that it cannot be meant.'


class Hyperbaton(OptionTask):
    """Q: Which of these has its words in the usual English order: opinion, size, age, shape, colour, origin, material,
    purpose? Options: (A) lovely red wooden chair (B) red lovely wooden chair    A: (A)"""

    name, skill, split = "bbh/hyperbaton", "language", "test"
    coincidence = 0.65  # from two options on

    def generate(self, rng, difficulty):
        unused = rng.choice(("age", "shape"))  # grammars differ on which of these two comes first
        known = [kind for kind in knowledge_tables.ADJECTIVES if kind != unused]
        chosen = rng.sample(known, scale(difficulty, 2, 7))
        kinds = [kind for kind in known if kind in chosen]
        right = [rng.choice(knowledge_tables.ADJECTIVES[kind]) for kind in kinds]
        noun = rng.choice(knowledge_tables.NOUNS)

        def swapped(words: list[str]) -> list[str]:
            """Two words trade places: any two, or later only neighbours, which is harder to see."""
            first = rng.randrange(len(words) - 1)
            second = first + 1 if rng.random() < difficulty else rng.randrange(first + 1, len(words))
            words = words[:]
            words[first], words[second] = words[second], words[first]
            return words

        wrong = others(rng, right, scale(difficulty, 1, 3), swapped)
        text, answer, data = ask_shuffled(
            rng, "Which of these has its words in the usual English order: opinion, size, age, shape, colour, origin, "
            "material, purpose?", " ".join([*right, noun]), [" ".join([*words, noun]) for words in wrong])
        return text, answer, {**data, "kinds": kinds, "words": right}

    def worked(self, question):
        said = ", ".join(f"{word} ({kind})" for word, kind in zip(question.data["words"], question.data["kinds"]))
        return f"The usual order is opinion, size, age, shape, colour, origin, material, purpose, and so {said}."

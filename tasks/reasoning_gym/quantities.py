"""Reasoning-Gym: quantities. Dates, dice, word problems, legs, durations."""
import calendar
import re
from datetime import datetime
from fractions import Fraction

from tasks import answers, scale
from tasks.reasoning_gym.arithmetic import FractionGym
from tasks.reasoning_gym.library import Gym, NumberGym, same

MONTHS, WEEKDAYS = list(calendar.month_name)[1:], list(calendar.day_name)


class CalendarArithmetic(Gym):
    """Q: If today is Monday, March 6, 2023, what day of the week was it 10 days ago?    A: Friday

    The library writes one year for both ends of a range that ends in the next, writes 03/04/2022 without saying which
    is the month, and does not say whether the year that begins on a given weekday is a leap year."""

    name, skill, split = "reasoning_gym/calendar_arithmetic", "arithmetic", "train"
    knobs = {"offset_upper_bound": (20, 400),
             "tasks": (["weekday_offset", "is_leap_year", "count_days", "weekday_of_date_from_first_date"],
                       ["weekday_offset", "is_leap_year", "count_days", "weekday_of_date_from_first_date",
                        "count_business_days", "recurring_event_day"],
                       ["weekday_offset", "weekday_of_date_from_first_date", "count_days", "count_business_days",
                        "recurring_event_day", "weekday_of_date"])}
    coincidence = 0.15

    def config(self, rng, difficulty):
        return super().config(rng, difficulty) | {"year": rng.randint(1901, 2099)}

    def fits(self, entry, difficulty):
        end = entry["metadata"].get("end_date", "")
        return "/" not in entry["question"] and (not end or f", {end[:4]}" in entry["question"])

    def generate(self, rng, difficulty):
        entry = self.entry(rng, difficulty)
        question = entry["question"].strip()
        if entry["metadata"]["task"] == "weekday_of_date_from_first_date":
            year = entry["metadata"]["year"]
            question += f" The year is {'' if year % 4 == 0 else 'not '}a leap year."  # all are in 1901 ... 2099
        return question, entry["answer"], {}

    def verify(self, question, text):
        count = answers.number(question.answer)
        return answers.choice(text, (question.answer.lower(),)) is not None if count is None else (
            answers.number(text) == count)

    recurring = """day, found = date({year}, {month}, 1), []
while day.month == {month}:
    if day.strftime("%A") == "{weekday}":
        found.append(day.day)
    day += timedelta(days=1)
print(found[{place}])"""
    from_new_year = """days = {weekdays}
passed = (date({year}, {month}, {day}) - date({year}, 1, 1)).days
print(days[(days.index("{weekday}") + passed) % 7])"""
    count = """start, end = {dates}
days = [start + timedelta(days=i) for i in range((end - start).days + 1)]
print(sum({condition} for d in days))"""

    def program(self, question):
        text = question.question
        if text.endswith("Yes or No."):
            return f'import calendar\nprint("Yes" if calendar.isleap({re.search("[0-9]+", text)[0]}) else "No")'
        days = [(MONTHS.index(month) + 1, day) for month, day in re.findall(rf"({'|'.join(MONTHS)}) (\d\d?)\b", text)]
        year = (re.search(r"\d{4}", text) or ["2023" if "not a leap year" in text else "2024"])[0]
        dates = ", ".join(f"date({year}, {month}, {day})" for month, day in days)
        name = "|".join(WEEKDAYS)
        event = re.search(rf"(first|second|third|fourth|last) ({name})", text)
        if event:
            month = MONTHS.index(re.search("|".join(MONTHS), text)[0]) + 1
            place = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}[event[1]]
            body = self.recurring.format(year=year, month=month, weekday=event[2], place=place)
        elif "leap year" in text:
            body = self.from_new_year.format(year=year, month=days[-1][0], day=days[-1][1], weekdays=WEEKDAYS,
                                             weekday=re.search(rf"(?:was a|fell on a|where) ({name})", text)[1])
        elif "both" in text:
            counted = re.search(rf"(?:many|of|does) ({name})", text)
            condition = f'd.strftime("%A") == "{counted[1]}"' if counted else "d.weekday() < 5"
            body = self.count.format(dates=dates, condition=condition)
        else:
            offset = re.search(r"(\d+)[ -]day", text)
            sign = "-" if re.search("ago|before|backward", text) else "+"
            moved = f"{dates} {sign} timedelta(days={offset[1]})" if offset else dates
            body = f'print(({moved}).strftime("%A"))'
        return f"from datetime import date, timedelta\n{body}"


class Dice(FractionGym):
    """Q: I have these dice: 1d6, 1d4. What is the probability of rolling 8 or higher?    A: 1/8"""

    name, skill, split = "reasoning_gym/dice", "arithmetic", "train"
    knobs = {"num_dice": (3, 6)}

    def config(self, rng, difficulty):
        return super().config(rng, difficulty) | {
            "max_dice_size": rng.randint(scale(difficulty, 5, 12), scale(difficulty, 20, 30))}

    def program(self, question):
        sides = re.findall(r"1d(\d+)", question.question.partition(".")[0])
        target = re.search(r"rolling (\d+) or higher", question.question)[1]
        return (f"from fractions import Fraction\nways = {{0: 1}}\nfor sides in [{', '.join(sides)}]:\n    new = {{}}\n"
                "    for total, n in ways.items():\n        for face in range(1, sides + 1):\n"
                "            new[total + face] = new.get(total + face, 0) + n\n    ways = new\n"
                f"good = sum(n for total, n in ways.items() if total >= {target})\n"
                "print(Fraction(good, sum(ways.values())))")


class GsmSymbolic(NumberGym):
    """Q: There are 5 students playing table tennis and twice that number playing badminton. How many?    A: 15

    Of the library's 85 templates those are left out whose computation rounds, whose text is garbled, or which can be
    understood in two ways; the rest stands in order of the number of steps."""

    name, skill, split = "reasoning_gym/gsm_symbolic", "arithmetic", "train"
    templates = [5, 8, 16, 20, 23, 26, 30, 38, 39, 43, 54, 55, 56, 58, 59, 69, 72, 12, 13, 33, 34, 41, 47, 48, 57,
                 62, 67, 78, 88, 91, 1, 7, 18, 22, 42, 44, 64, 71, 96, 9, 17, 19, 28, 94]

    def draw(self, rng, difficulty):
        half = len(self.templates) // 2
        start = scale(difficulty, 0, len(self.templates) - half)
        dataset = self.create(rng.randrange(1 << 31))
        dataset.task_indices = [rng.choice(self.templates[start:start + half])]
        return dataset[0]

    def data(self, entry):
        steps = entry["metadata"]["answer_cot"].partition("####")[0].split("\n")
        return {"steps": [step.strip().removesuffix(".") for step in steps if step.strip()]}

    def worked(self, question):
        return f"{'. '.join(question.data['steps'])}. The result = {question.answer}."


class LegCounting(NumberGym):
    """Q: How many legs are there in total if you have 3 butterflys, 2 crabs, 6 sea slugs?    A: 38"""

    name, skill, split = "reasoning_gym/leg_counting", "arithmetic", "train"
    knobs = {"min_animals": (2, 10), "max_animals": (3, 20), "max_instances": (6, 100)}
    coincidence = 0.05
    note = ("\n(A starfish has 5 arms, which count as legs; jellyfish, sea slugs and leeches have none. Crabs, "
            "lobsters and shrimps have 10 legs, woodlice 14.)")
    legs = {
        0: "snake, sea slug, jellyfish, flatworm, leech", 2: "chicken, bird, human, duck",
        4: "dog, cat, cow, horse, lion, elephant, giraffe, tiger, deer, sheep", 5: "starfish",
        6: "insect, ant, butterfly, beetle, bee, wasp, grasshopper, cricket, cockroach, praying mantis, firefly",
        8: "spider, scorpion", 10: "crab, lobster, shrimp", 14: "woodlouse",
    }

    def program(self, question):
        listed = re.search(r"if you have (.*)\?", question.question)[1].split(", ")
        legs = {animal: number for number, animals in self.legs.items() for animal in animals.split(", ")}
        lines = []
        for entry in listed:
            count, _, animal = entry.partition(" ")
            animal = animal if animal in legs else animal.removesuffix("s")
            lines.append(f"total += {count} * {legs[animal]}  # {animal}")
        return "\n".join(["total = 0", *lines, "print(total)"])


class TimeIntervals(Gym):
    """Q: A video call started at 2891-02-06 23:41 and ended at 2891-04-15 00:45. How long was the call? Answer in
    D days, HH:MM.    A: 67 days, 01:04

    The library loses the hours of one format and now and then a millisecond, runs over midnight and over time zones to
    negative durations, cuts off seconds, and writes 03/04/2022 without saying which is the month."""

    name, skill, split = "reasoning_gym/time_intervals", "arithmetic", "train"
    knobs = {"max_time_difference_seconds": (3600, 86400), "max_date_difference_days": (7, 1825)}
    note = " (Times without a date are of the same day.)"
    span = re.compile(r"(?:between|from|(?:started|departed|began) at) (.+?) (?:and|to)(?: (?:ended|completed|arrived) "
                      r"at)? (.+?)[.?] (?:Please|Express|Give|How|What).*\bin ([^()]*)\.(?: \(|$)")
    formats = ["%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%Y-%m-%d", "%B %d, %Y", "%A, %B %d, %Y", "%a %b %d %Y", "%d %B %Y",
               "%Y-%m-%d (%A)", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M %z", "%Y-%m-%d %H:%M:%S %z",
               "%A, %B %d, %Y at %H:%M", "%a %b %d %Y %H:%M:%S", "%d %B %Y, %H:%M", "%d %B %Y, %H:%M %z",
               "%Y-%m-%d (%A) %H:%M:%S %z"]
    outputs = {"HH:MM": "{h:02}:{m:02}", "HH:MM:SS": "{h:02}:{m:02}:{s:02}",
               "HH:MM:SS.mmm": "{h:02}:{m:02}:{s:02}.{ms:03}", "D days": "{days} days",
               "D days, HH:MM": "{days} days, {h:02}:{m:02}", "D days, HH:MM:SS": "{days} days, {h:02}:{m:02}:{s:02}"}
    shape = re.compile(r"(?:(\d{1,6}) ?days?(?:,| and)? ?)?(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{3})(?:000)?)?)?",
                       re.ASCII)  # milliseconds, or microseconds as Python prints them

    def _read(self, question: str) -> tuple[str, str, str, str] | None:
        """Begin and end as written, their format, and how the answer shall be written."""
        start, end, wanted = self.span.search(question).groups()
        for shape in self.formats:
            try:
                datetime.strptime(start, shape)
                datetime.strptime(end, shape)
                return start, end, shape, wanted
            except ValueError:
                pass

    def fits(self, entry, difficulty):
        read = self._read(entry["question"])
        if read is None:
            return False
        start, end, shape, wanted = read
        gap = datetime.strptime(end, shape) - datetime.strptime(start, shape)
        s = gap.seconds
        written = self.outputs[wanted].format(days=gap.days, h=s // 3600, m=s // 60 % 60, s=s % 60,
                                              ms=gap.microseconds // 1000)
        return gap.days >= 0 and ("SS" in wanted or s % 60 == 0) and written == entry["answer"]

    def duration(self, text: str) -> Fraction | None:
        """Seconds, however much of them is written: 05:37 and 5:37:00 are the same."""
        text = answers.unbracketed(text).lower()
        match = self.shape.fullmatch(text)
        if match:
            days, h, m, s, ms = (int(part or 0) for part in match.groups())
            if h >= 24 or m >= 60 or s >= 60:
                return None
            return 86400 * days + 3600 * h + 60 * m + s + Fraction(ms, 1000)
        days = answers.number(re.sub(r"(?<=\d) ?days?$", "", text))
        return None if days is None else 86400 * days

    def verify(self, question, text):
        return same(self.duration, question.answer, text)

    def program(self, question):
        start, end, shape, wanted = self._read(question.question)
        return (f'from datetime import datetime\nstart = datetime.strptime("{start}", "{shape}")\n'
                f'end = datetime.strptime("{end}", "{shape}")\ngap = end - start\n'
                "days, s, ms = gap.days, gap.seconds, gap.microseconds // 1000\n"
                f'h, m, s = s // 3600, s // 60 % 60, s % 60\nprint(f"{self.outputs[wanted]}")')

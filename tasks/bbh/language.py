"""BIG-Bench Hard: language. Pronouns, causes and intentions, errors in translations, deductive arguments."""
import re

from tasks import Task, answers, scale
from tasks.bbh import language_tables as tables
from tasks.bbh.options import OptionTask, ask


class DisambiguationQA(OptionTask):
    """Q: To whom does the pronoun "she" refer, or is that ambiguous? Sentence: The customer asked the mechanic whether
    she had repaired the brakes. Options: (A) The customer (B) The mechanic (C) Ambiguous    A: (B)"""

    name, skill, split = "bbh/disambiguation_qa", "language", "train"
    coincidence = 0.45  # there are three options

    def generate(self, rng, difficulty):
        subject, pronoun = rng.choice((("he", "him"), ("she", "her")))
        wanted = rng.randrange(3)  # the letter
        if rng.random() < 0.6:
            asked = subject
            roles, owner, sentence, reason = self._by_knowledge(rng, subject, wanted == 2)
        else:
            asked = pronoun
            roles, owner, sentence, reason = self._by_syntax(rng, pronoun, wanted == 2)
        # The one meant, if any, comes at the letter drawn; else the two come in either order.
        options = roles if owner is None else [owner] + [role for role in roles if role != owner]
        if wanted == 1 or (wanted == 2 and rng.random() < 0.5):
            options = options[::-1]
        before = rng.sample(tables.SCENERY, scale(difficulty, 0, 4))
        passage = " ".join(line.format(a=roles[0], b=roles[1]) for line in (*before, sentence))
        kind = "Sentence" if not before else "Text"
        text, answer, data = ask(f'To whom does the pronoun "{asked}" refer, or is that ambiguous?\n{kind}: {passage}',
                                 [f"The {role}" for role in options] + ["Ambiguous"], wanted)
        return text, answer, {**data, "reason": reason}

    @staticmethod
    def _by_knowledge(rng, pronoun: str, ambiguous: bool) -> tuple:
        """Two roles, the one meant, a sentence whose last clause tells which of the two it is, and the reason."""
        first, second, *clauses = rng.choice(tables.PAIRS)
        pair, owner = rng.sample((first, second), 2), None
        kind = rng.choice((0, 2) if ambiguous else (0, 1, 2))  # what is told is never open: people tell of themselves
        if ambiguous:
            # What only suits these two roles is open only where the two are on one footing.
            clause = rng.choice(clauses[2] if kind == 0 and rng.random() < 0.7 else
                                tables.NEWS if kind == 2 else tables.EITHER)
            reason = f'Nothing settles it: "had {clause}" can be said of the {first} and of the {second} alike.'
        else:
            owner = rng.choice(pair)
            clause = rng.choice(clauses[owner == second])
            other = first if owner == second else second
            if kind:  # who tells tells of own doings, who is asked is asked for own doings
                pair = [owner, other] if kind == 1 else [other, owner]
            reason = f'Of the two, it is the {owner} and not the {other} of whom "had {clause}" makes sense.'
        frame = rng.choice((tables.TALKS, tables.TELLS, tables.ASKS)[kind])
        return pair, owner, frame.format(s=pair[0], o=pair[1], p=pronoun, c=f"had {clause}"), reason

    @staticmethod
    def _by_syntax(rng, pronoun: str, ambiguous: bool) -> tuple:
        """The same, but what settles it is who does what the last words say: an object pronoun is never its doer."""
        pair = rng.sample(tables.ROLES, 2)
        base, doing = rng.choice(tables.FAVOURS)
        owner = None if ambiguous else rng.choice(pair)
        if ambiguous:
            frame = rng.choice(tables.NOBODY_KNOWS)
            reason = (f"Somebody else is to act, so both the {pair[0]} and the {pair[1]} remain possible and nothing "
                      "decides between them.")
        else:
            frames = tables.FOR_SUBJECT if owner == pair[0] else tables.FOR_OBJECT
            doer = pair[owner == pair[0]]
            frame = rng.choice(frames)
            reason = (f'The one who acts is the {doer}, and "{pronoun}" cannot be the one who acts, so the {owner} is '
                      "left.")
        favour = {"do": base.format(q=pronoun), "doing": doing.format(q=pronoun)}
        return pair, owner, frame.format(s=pair[0], o=pair[1], **favour), reason

    def worked(self, question):
        return question.data["reason"]


class CausalJudgement(Task):
    """Q: How would most people answer? Anna and Ben each throw a stone at a bottle. Anna's stone comes first and
    shatters it; Ben's flies through the empty air. Did Ben cause the bottle to break? Yes or No.    A: No

    Every structure has a majority judgement on record: of two jointly necessary acts the one that breaks a rule is the
    cause (Knobe and Fraser 2008; Hitchcock and Knobe 2009; Kominsky et al. 2015); so is the omission of the one whose
    duty the act was (Henne et al. 2017); what is pre-empted is no cause, each of two acts that are both in time
    and sufficient is one (Schaffer 2003); a known harmful side effect is brought about intentionally, a known
    helpful one is not (Knobe 2003); what comes about by accident, though wished for, is not (Malle and Knobe 1997).
    """

    name, skill, split = "bbh/causal_judgement", "language", "test"
    coincidence = 0.6  # there are two answers

    def generate(self, rng, difficulty):
        yes = rng.random() < 0.5
        structure = rng.choice((self._norm, self._duty, self._first, self._both, self._side_effect, self._chain))
        a, b, c = rng.sample(tables.NAMES, 3)
        story, question, reason = structure(rng, yes)
        names = {"a": a, "b": b, "c": c, "town": rng.choice(tables.TOWNS)}
        people = [name for letter, name in (("a", a), ("b", b), ("c", c)) if f"{{{letter}}}" in story]
        before = rng.sample(tables.BACKGROUND, rng.randint(0, 1) + scale(difficulty, 0, 8))
        lines = [line.format(who=rng.choice(people), **names) for line in before]
        text = " ".join((*lines, story.format(**names)))
        return (f"How would most people answer the question at the end of this story?\n{text}\n"
                f"{question.format(**names)} Yes or No.", "Yes" if yes else "No", {"reason": reason.format(**names)})

    @staticmethod
    def _norm(rng, yes):
        rule, allowed, forbidden, result, effect = rng.choice(tables.NORMS)
        acts = rng.sample((allowed, forbidden), 2)
        asked, other = "ba" if yes else "ab"
        reason = ("Both acts were needed, and {b} broke a rule while {a} kept to it; people pick out the one who "
                  "broke the rule, and here the question is about {%s}." % asked)
        return " ".join((rule, *acts, result)), "Was it {%s} rather than {%s} who caused %s?" % (
            asked, other, effect), reason

    @staticmethod
    def _duty(rng, yes):
        duty, effect, *omissions = rng.choice(tables.DUTIES)
        acts = rng.sample(omissions[:2], 2)
        asked = "a" if yes else "b"
        reason = ("The task was {a}'s and not {b}'s; people hold an omission to be a cause where there was a duty to "
                  "act, and here the question is about {%s}." % asked)
        return " ".join((duty, *acts, omissions[2])), "Did {%s} cause %s?" % (asked, effect), reason

    @staticmethod
    def _first(rng, yes):
        scene, early, late, effect = rng.choice(tables.PREEMPTIONS)
        asked = "a" if yes else "b"
        reason = ("What {a} did brought it about; what {b} did came when it was already settled. The question is "
                  "about {%s}." % asked)
        return " ".join((scene, *rng.sample((early, late), 2))), "Did {%s} cause %s?" % (asked, effect), reason

    @staticmethod
    def _both(rng, yes):
        scene, both, idle, effect = rng.choice(tables.OVERDETERMINED)
        asked = rng.choice("ab") if yes else "c"
        reason = ("What {a} did and what {b} did both took full effect, each enough by itself, while what {c} did had "
                  "no effect at all. The question is about {%s}." % asked)
        return (" ".join((scene, *rng.sample((both, idle), 2))),
                "Was what {%s} did one of the causes of %s?" % (asked, effect), reason)

    @staticmethod
    def _side_effect(rng, yes):
        setting, goal, harm, harmed, good, helped = rng.choice(tables.SIDE_EFFECTS)
        kind = rng.choice(("known harm", "aim")) if yes else rng.choice(("known help", "unknown"))
        bad = kind == "known harm" or (kind == "unknown" and rng.random() < 0.5)
        effect, deed = (harm, harmed) if bad else (good, helped)
        middle, reason = tables.ATTITUDES[kind]
        joint = "but" if bad else "and"
        story = f"{setting} {middle} The plan was carried out. It did {goal}, and it did {effect}."
        for slot, words in (("GOAL", goal), ("EFFECT", effect), ("JOINT", joint)):
            story = story.replace(slot, words)
        return story, f"Did {{a}} intentionally {deed}?", reason

    @staticmethod
    def _chain(rng, yes):
        wish, planned, accident, deed = rng.choice(tables.CHAINS)
        reason = ("{a} wanted this, and it came about just as planned." if yes else
                  "{a} had wished for this, but it came about by accident and not by carrying out the plan.")
        return f"{wish} {planned if yes else accident}", f"Did {{a}} intentionally {deed}?", reason

    def verify(self, question, text):
        return answers.choice(text, ("yes", "no")) == question.answer.lower()

    def worked(self, question):
        return question.data["reason"]


class SalientTranslationErrorDetection(OptionTask):
    """Q: Which kind of error is in the translation? Source: Das hölzerne Theater in Kiel wurde 1912 eröffnet.
    Translation: The wooden theatre in Kiel was opened in 1921. Options: (A) Facts (B) Numbers    A: (B)"""

    name, skill, split = "bbh/salient_translation_error_detection", "language", "train"
    coincidence = 0.22  # there are six options

    kinds = {"e": "Named entities", "x": "Numbers", "m": "Modifiers or adjectives", "n": "Negation or antonyms",
             "f": "Facts", "d": "Dropped content"}
    intro = ("The English translation of this German text has exactly one error. Named entities: the name of a person "
             "or place is replaced by another. Numbers: a number or date is changed. Modifiers or adjectives: a word "
             "that describes a thing or a person is replaced by another that is not its opposite. Negation or "
             "antonyms: a negation is added or removed, or a word becomes its opposite. Facts: a thing or an "
             "occupation is replaced by another. Dropped content: a clause is left out. Which kind of error is it?")

    def generate(self, rng, difficulty):
        kind = rng.choice(tuple(self.kinds))
        chosen = rng.sample(tables.SENTENCES, scale(difficulty, 1, 4))
        wrong = rng.randrange(len(chosen))
        source, translation = [], []
        for place, (german, english) in enumerate(chosen):
            filled = {slot: rng.choice(values) for slot, values in tables.FILLERS.items()}
            source.append(german.format(**filled))
            if place == wrong:
                english, filled, reason = self._spoil(rng, kind, english, filled)
            translation.append(re.sub(r"\[\w:([^]|]*)[^]]*\]", r"\1", english).format(**filled))
        names = rng.sample(list(self.kinds.values()), len(self.kinds))
        text, answer, data = ask(f"{self.intro}\nSource: {' '.join(source)}\nTranslation: {' '.join(translation)}",
                                 names, names.index(self.kinds[kind]))
        return text, answer, {**data, "reason": reason}

    @staticmethod
    def _spoil(rng, kind: str, english: str, filled: dict) -> tuple[str, dict, str]:
        """The translation or what fills its slots with one error of the kind, and what the error is."""
        if kind in "ex":
            slot = rng.choice([slot for slot in re.findall(r"{(\w)}", english)
                               if (slot in tables.NUMBERS) == (kind == "x")])
            right = filled[slot]
            others = [value for value in tables.FILLERS[slot] if value != right]
            if kind == "x":  # a slip of one digit
                others = [value for value in others if sum(a != b for a, b in zip(value, right)) == 1]
            wrong = rng.choice(others)
            filled = {**filled, slot: wrong}
        else:
            mark = rng.choice(re.findall(rf"\[{kind}:[^]]*\]", english))
            right, _, wrong = mark[3:-1].partition("|")
            english = english.replace(mark, wrong)
        if kind == "d":
            return english, filled, f'The source also says what would be "{right.lstrip(", ")}" in English.'
        return english, filled, f'By the source it should be "{right}", but the translation has "{wrong}".'

    def worked(self, question):
        return question.data["reason"]


class FormalFallacies(Task):
    """Q: Every cook is a singer. No singer is a diver. Therefore, no cook is a diver. Is this argument, going by its
    premises alone, deductively valid or invalid?    A: valid"""

    name, skill, split = "bbh/formal_fallacies", "logic", "train"
    coincidence = 0.6  # there are two answers

    # A literal is [predicate, whether it holds]; a clause [ifs, thens] says: where all ifs hold, one of thens does.

    def generate(self, rng, difficulty):
        wanted = rng.random() < 0.5
        person = rng.choice(tables.PEOPLE) if rng.random() < 0.5 else None
        while True:
            chain, rules = self._valid(rng, difficulty)
            first, last = chain[0], chain[-1]
            if not wanted:
                first, last, rules = self._spoiled(rng, first, last, rules)
            facts = [[[], [first]]] if person else []
            conclusion = [[], [last]] if person else [[first], [last]]
            names = sorted({name for ifs, thens in rules for name, _ in ifs + thens})
            # Every clause is on each person alone, so in any model that refutes, some one person does.
            valid = not self._against(names, rules + facts, conclusion)
            if valid == wanted and self._sound(names, rules + facts, person):
                break
        said = [self._rule(rng, *rule, difficulty) for rule in rules]
        said += [f"{person} is {self._a(first)}."] if person else []
        rng.shuffle(said)
        end = f"{person} is {self._a(last)}." if person else self._rule(rng, [first], [last], 0)
        end = end if person else end[0].lower() + end[1:]
        text = (f"Somebody argues as follows. {' '.join(said)} Therefore, {end} Is this argument, going by its "
                "premises alone, deductively valid or invalid?")
        names.sort(key=text.find)
        return text, "valid" if wanted else "invalid", {
            "names": names, "premises": rules + facts, "conclusion": conclusion, "chain": chain if wanted else None}

    @staticmethod
    def _valid(rng, difficulty: float) -> tuple[list, list]:
        """A chain of literals, and rules by which each leads to the next; with difficulty, on detours."""
        names = iter(rng.sample(tables.PREDICATES, len(tables.PREDICATES)))
        new = lambda: [next(names), rng.random() < 0.7]
        chain, rules = [new()], []
        for _ in range(scale(difficulty, 2, 4)):
            here, there = chain[-1], new()
            if rng.random() < 0.6 * difficulty and len(rules) < 5:
                one, two = new(), new()
                rules += rng.choice((
                    [[[here], [one, two]], [[one], [there]], [[two], [there]]],      # by one of two ways
                    [[[here], [one]], [[here, one], [there]]],                       # with help
                ))
            else:
                rules.append([[here], [there]])
            chain.append(there)
        for _ in range(scale(difficulty, 0, 2)):  # what does not matter
            rules.append([[new()], [rng.choice(chain)]] if rng.random() < 0.5 else [[rng.choice(chain)], [new()]])
        return chain, rules

    @staticmethod
    def _spoiled(rng, first, last, rules: list) -> tuple:
        """The same with one small change: a rule or the conclusion turned round, or a literal of a rule negated."""
        rules, change = list(rules), rng.randrange(5)
        if change == 0:
            return last, first, rules
        place = rng.randrange(len(rules))
        ifs, thens = rules[place]
        if change < 4 and len(ifs) == len(thens) == 1:
            rules[place] = [thens, ifs]
        else:
            side, other = rng.sample((ifs, thens), 2)
            turned = rng.randrange(len(side))
            new = [[name, holds != (number == turned)] for number, (name, holds) in enumerate(side)]
            rules[place] = [new, other] if side is ifs else [other, new]
        return first, last, rules

    @staticmethod
    def _left(names: list[str], clauses: list) -> int:
        """The kinds of people that are in line with the clauses, as bits: kind k has the predicates that k has as bits.

        One number holds the whole truth table, so that a thousand kinds are tried in one step.
        """
        every = left = (1 << (1 << len(names))) - 1
        having = {name: every // ((1 << (1 << bit)) + 1) << (1 << bit) for bit, name in enumerate(names)}
        for ifs, thens in clauses:
            fitting = 0
            for name, holds in [[name, not holds] for name, holds in ifs] + thens:
                fitting |= having[name] if holds else every ^ having[name]
            left &= fitting
        return left

    def _against(self, names, premises, conclusion) -> int:
        """The kinds of people that are in line with the premises and not with the conclusion, as bits."""
        ifs, thens = conclusion
        facts = [[[], [literal]] for literal in ifs] + [[[], [[name, not holds]]] for name, holds in thens]
        return self._left(names, premises + facts)

    def _sound(self, names, premises, person) -> bool:
        """Whether the premises can be true and, if they are on all people, every predicate can be so or not.

        That makes no conclusion hinge on classes without members.
        """
        literals = [[name, holds] for name in names for holds in (True, False)] if person is None else []
        return bool(self._left(names, premises)) and all(self._left(names, premises + [[[], [literal]]])
                                                         for literal in literals)

    @staticmethod
    def _a(literal) -> str:
        name, holds = literal
        return f"{'' if holds else 'not '}{'an' if name[0] in 'aeio' else 'a'} {name}"

    @staticmethod
    def _upper(text: str) -> str:
        return text[0].upper() + text[1:]

    def _being(self, literal) -> str:
        name, holds = literal
        return f"{'' if holds else 'not '}being {self._a([name, True])}"

    def _rule(self, rng, ifs, thens, difficulty) -> str:
        """One clause in words; a clause of two literals may also be said the other way round, by contraposition."""
        if len(ifs) == len(thens) == 1:
            (here,), (there,) = ifs, thens
            if rng.random() < 0.1 + 0.4 * difficulty:
                here, there = [there[0], not there[1]], [here[0], not here[1]]
            ways = [f"Whoever is {self._a(here)} is {self._a(there)}.",
                    f"{self._upper(self._being(here))} is sufficient for {self._being(there)}.",
                    f"{self._upper(self._being(there))} is necessary for {self._being(here)}.",
                    f"A person is {self._a(here)} only if that person is {self._a(there)}."]
            if here[1]:
                ways += 2 * [f"Every {here[0]} is {self._a(there)}." if there[1] else
                             f"No {here[0]} is {self._a([there[0], True])}."]
            return rng.choice(ways)
        if len(thens) == 2:
            return f"Whoever is {self._a(ifs[0])} is {self._a(thens[0])} or is {self._a(thens[1])}, or both."
        return f"Anyone who is {self._a(ifs[0])} and who is {self._a(ifs[1])} is also {self._a(thens[0])}."

    def verify(self, question, text):
        found = answers.choice(text, ("valid", "invalid", "not valid"))
        return {"not valid": "invalid"}.get(found, found) == question.answer

    solver = """
from itertools import product
def holds(person, ifs, thens):
    return not all(person[name] == yes for name, yes in ifs) or any(person[name] == yes for name, yes in thens)
people = [dict(zip(names, row)) for row in product((False, True), repeat=len(names))]
left = [person for person in people if all(holds(person, *premise) for premise in premises)]
print("valid" if all(holds(person, *conclusion) for person in left) else "invalid")"""

    def program(self, question):
        data = question.data
        return ("# A rule: where all of the first list hold, one of the second does.\nnames = "
                f"{data['names']}\npremises = {data['premises']}\nconclusion = {data['conclusion']}{self.solver}")

    def worked(self, question):
        data = question.data
        if data["chain"]:
            first, *rest = map(self._being, data["chain"])
            return f"{self._upper(first)} leads to {', that to '.join(rest)}."
        against = self._against(data["names"], data["premises"], data["conclusion"])
        first = (against & -against).bit_length() - 1
        said = ", ".join(self._a([name, first >> bit & 1]) for bit, name in enumerate(data["names"]))
        return f"Take somebody who is {said}: all premises hold, and the conclusion does not."

"""Reasoning-Gym: words and texts. Ciphers, counting, ladders, order, drawn and hidden letters, one line among many."""
import random
import re
from math import log

from tasks import answers, scale
from tasks.bbh.language_tables import NAMES
from tasks.reasoning_gym.library import BuiltOnce, Gym, ListGym, NumberGym, TextGym, WordGym

# What the sentences of ciphers are made of, beside names.
DID = ("bought sold painted lost found repaired hid broke borrowed wanted carried washed admired dropped forgot moved "
       "measured described wrapped returned").split()
KIND = ("old new small heavy broken blue wooden golden empty dusty famous strange cheap round yellow quiet green sharp "
        "frozen tiny").split()
THING = ("lamp ladder kettle bicycle mirror piano basket statue clock blanket bridge violin barrel compass garden "
         "curtain hammer letter window wagon bottle painting saddle chimney lantern carpet umbrella trumpet fence "
         "boat").split()
WHERE = ("near the harbour, behind the church, in the cellar, under the bridge, at the market, on the roof, in the "
         "forest, beside the river, at the station, in the kitchen, above the bakery, on the island, in the valley, "
         "by the lighthouse, in the museum").split(", ")
WHEN = ("Yesterday, Last week, On Monday, In April, Before dawn, After lunch, One evening, During the storm, At "
        "midnight, Last winter").split(", ")


def sentence(rng: random.Random, least: int, most: int) -> str:
    """A new sentence of so many words, at least 4, without its full stop."""
    while True:
        clauses = []
        for _ in range(1 + rng.randint(least, most) // 10):
            kind, where = rng.choice(("", rng.choice(KIND) + " ")), rng.choice(("", " " + rng.choice(WHERE)))
            clauses.append(f"{rng.choice(NAMES)} {rng.choice(DID)} the {kind}{rng.choice(THING)}{where}")
        text = rng.choice((", and ", ", but ", " because ", " after ", " while ")).join(clauses)
        text = rng.choice(("", rng.choice(WHEN) + " ")) + text
        if least <= len(text.split()) <= most:
            return text


class _Hidden(Gym):
    """A sentence to be decoded. It is put together here: of each length the library has but a few hundred, so that half
    of those held out would be trained on. The cipher follows from the sentence, so that stage 1, which takes no
    question twice, takes no sentence twice.
    """
    words: tuple[tuple[int, int], tuple[int, int]]  # the least, and the most, each at difficulty 0 and 1
    sentences: str                                  # where the library's dataset has its own

    def draw(self, rng, difficulty):
        text = self.written(sentence(rng, *(scale(difficulty, *ends) for ends in self.words)))
        dataset = self.create(random.Random(text).randrange(1 << 31), **self.config(rng, difficulty))
        setattr(dataset, self.sentences, [text])
        return dataset[0]


class CaesarCipher(_Hidden, WordGym):
    """Q: Decrypt this Caesar cipher text: PHHW PH.    A: MEET ME

    The rotation is not given."""

    name, skill, split = "reasoning_gym/caesar_cipher", "algorithms", "train"
    knobs = {"max_rotation": (12, 25)}
    words, sentences = ((4, 10), (9, 30)), "valid_sentences"
    per_mille = (82, 15, 28, 43, 127, 22, 20, 61, 70, 2, 8, 40, 24, 67, 75, 19, 1, 60, 63, 91, 28, 10, 24, 2, 20, 1)

    def _likely(self, text: str) -> float:
        return sum(log(self.per_mille[ord(letter) - 65]) for letter in text.replace(" ", ""))

    @staticmethod
    def written(text):
        return text.replace(",", "").upper()

    def fits(self, entry, difficulty):
        """Whether no other rotation looks more like English."""
        text = entry["answer"]
        turned = [re.sub("[A-Z]", lambda letter: chr((ord(letter[0]) - 65 + by) % 26 + 65), text) for by in range(26)]
        return max(turned, key=self._likely) == text

    solver = """
def turn(k):
    return "".join(c if c == " " else chr((ord(c) - 65 - k) % 26 + 65) for c in text)
def likely(t):
    return sum(log(frequency[ord(c) - 65]) for c in t if c != " ")
print(max(map(turn, range(26)), key=likely))"""

    def program(self, question):
        cipher = question.question.partition("text: ")[2].partition(".")[0]
        return (f'from math import log\ntext = "{cipher}"\n# how many of a thousand letters of English are A, B, ...\n'
                f"frequency = {list(self.per_mille)}{self.solver}")


class LetterCounting(NumberGym):
    """Q: How many times does the letter "s" appear in the text: "Smith sees it"?    A: 2"""

    name, skill, split = "reasoning_gym/letter_counting", "language", "test"
    knobs = {"min_words": (5, 50), "max_words": (10, 120)}
    note = " Upper case and lower case count alike."
    coincidence = 0.35

    def fits(self, entry, difficulty):
        """Letters only, not digits, and no accents: whether é is an e is not for us to say."""
        return entry["metadata"]["target_letter"].isalpha() and entry["question"].isascii()

    def program(self, question):
        _, letter, _, text, _ = question.question.split('"')
        return f'print("{text}".lower().count("{letter}"))'


class WordLadder(BuiltOnce):
    """Q: Transform the word ladder 'CAT' to 'DOG' by changing one letter at a time. Only these words count as valid:
    CAT, COG, COT, DOG    A: CAT,COT,COG,DOG

    Any ladder will do. The words are given because no dictionary has exactly the words that all others have."""

    name, skill, split = "reasoning_gym/word_ladder", "language", "test"
    fixed = {"min_word_length": 3, "max_word_length": 5}
    knobs = {"min_word_length": (3, 4, 4, 5), "max_word_length": (3, 4, 4, 5)}
    note = ("\nBegin with the first of the two words and end with the second; the ladder need not be the shortest. "
            "Only these words count as valid: ")

    def build(self):
        dataset = super().build()
        for graph in dataset.word_graphs.values():
            for word in graph:
                graph[word] = sorted(graph[word])  # a set is in another order in every process
        return dataset

    def fits(self, entry, difficulty):
        return scale(difficulty, 4, 6) <= entry["metadata"]["chain_length"] <= scale(difficulty, 5, 14)

    def generate(self, rng, difficulty):
        text, answer, _ = super().generate(rng, difficulty)
        ladder = answer.split(",")
        graph = self.dataset.word_graphs[len(ladder[0])]
        aside = sorted({word for step in ladder for word in graph[step]} - set(ladder))
        words = sorted(ladder + rng.sample(aside, min(len(aside), scale(difficulty, 8, 80))))
        return text + ", ".join(words), answer, {"start": ladder[0], "end": ladder[-1], "words": words}

    def verify(self, question, text):
        ladder = [word.upper() for word in answers.steps(text) or [""]]
        return (ladder[0] == question.data["start"] and ladder[-1] == question.data["end"]
                and set(ladder) <= set(question.data["words"])
                and all(sum(a != b for a, b in zip(one, other)) == 1 for one, other in zip(ladder, ladder[1:])))

    solver = """
paths, seen = [[start]], {start}
for path in paths:
    if path[-1] == end:
        print(",".join(path))
        break
    for word in words:
        if word not in seen and sum(a != b for a, b in zip(word, path[-1])) == 1:
            seen.add(word)
            paths.append(path + [word])"""

    def program(self, question):
        start, end = re.findall("'(.*?)'", question.question)
        words = question.question.rpartition(": ")[2]
        return f'start, end = "{start}", "{end}"\nwords = "{words}".split(", "){self.solver}'


class WordSequenceReversal(ListGym):
    """Q: Reverse this list of words: me, Verne, law    A: law, Verne, me"""

    name, skill, split = "reasoning_gym/word_sequence_reversal", "language", "train"
    knobs = {"min_words": (4, 20), "max_words": (7, 60)}

    def program(self, question):
        return f'words = "{question.question.rpartition(": ")[2]}".split(", ")\nprint(", ".join(words[::-1]))'


class WordSorting(ListGym):
    """Q: Sort in ascending ASCII/Unicode order: where, Let, callers    A: Let, callers, where"""

    name, skill, split = "reasoning_gym/word_sorting", "language", "train"
    knobs = {"min_words": (4, 20), "max_words": (7, 50)}

    def fits(self, entry, difficulty):
        # "_" marks italics in the library's text
        return "_" not in entry["answer"] and entry["metadata"]["sorted_words"] != entry["metadata"]["original_words"]

    def program(self, question):
        down = ", reverse=True" if "in descending order" in question.question else ""
        return (f'words = "{question.question.rpartition(": ")[2]}".split(", ")\n'
                f'print(", ".join(sorted(words{down})))')


class FigletFont(BuiltOnce):
    """Q: What word does this say?
    #####   ####
      #    #    #
      #    #    #
      #     ####     A: TO"""

    name, skill, split = "reasoning_gym/figlet_font", "space", "train"
    fixed = {"min_word_len": 3, "max_word_len": 12}
    knobs = {"min_word_len": (3, 7), "max_word_len": (5, 12)}
    note = ("\n\nAnswer with the word that is written there, in capital letters. A long word goes on in the next row "
            "of letters.")
    # Readable ones in which every two capitals differ in a tenth of their ink or more.
    fonts = ("standard", "big", "slant", "small", "doom", "nancyj", "block", "rounded", "soft", "smslant", "lean",
             "3-d", "5lineoblique", "marquee", "basic", "o8", "larry3d", "speed", "epic", "starwars")

    def config(self, rng, difficulty):
        return super().config(rng, difficulty) | {"static_font": rng.choice(self.fonts)}

    def fits(self, entry, difficulty):
        return self.dataset.config.min_word_len <= len(entry["answer"]) <= self.dataset.config.max_word_len

    def verify(self, question, text):
        return "".join(answers.unbracketed(text).split()).casefold() == question.answer.casefold()  # W A T E R as drawn

    def worked(self, question):
        return f"The picture shows these letters, one after another: {', '.join(question.answer)}."


class EmojiMystery(_Hidden, TextGym):
    """Q: A sentence is hidden in variation selectors behind an emoji. Decode it: (emoji)    A: Ada hid the lamp."""

    name, skill, split = "reasoning_gym/emoji_mystery", "algorithms", "train"
    words, sentences = ((4, 10), (8, 25)), "sentences"

    @staticmethod
    def written(text):
        return text + "."

    def fits(self, entry, difficulty):
        """No emoji that has a selector of its own, which would be decoded with the rest."""
        return len(entry["metadata"]["emoji"]) == 1

    solver = """
found = bytearray()
for c in text[1:]:
    code = ord(c)
    if 0xFE00 <= code <= 0xFE0F:
        found.append(code - 0xFE00)
    elif 0xE0100 <= code <= 0xE01EF:
        found.append(code - 0xE0100 + 16)
print(found.decode("utf-8"))"""

    def program(self, question):
        return f'text = "{question.question.partition("from the emoji: ")[2].partition(chr(10))[0]}"{self.solver}'


class NeedleHaystack(WordGym):
    """Q: Ann likes cats. Bob shuns tea. Who shuns tea? Reply only with a name.    A: Bob

    Only one person is said to think anything of the thing asked for, so that "likes" and "loves" need no telling."""

    name, skill, split = "reasoning_gym/needle_haystack", "language", "train"
    knobs = {"min_num_statements": (6, 45), "max_num_statements": (12, 70)}

    def fits(self, entry, difficulty):
        statements, _, asked = entry["question"].rpartition("\n")
        return statements.count(f" {asked.partition('?')[0].rpartition(' ')[2]}. ") == 1

    solver = """
for statement in text.rstrip(".").split(". "):
    if statement.endswith(claim):
        print(statement.removesuffix(claim))"""

    def program(self, question):
        statements, _, asked = question.question.rpartition("\n")
        claim = asked.removeprefix("Who").partition("?")[0]
        return f'text = "{statements.strip()}"\nclaim = "{claim}"{self.solver}'

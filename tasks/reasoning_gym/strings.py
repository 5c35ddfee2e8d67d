"""Reasoning-Gym: strings. Rewriting, palindromes, anagrams, letters of one string against those of another."""
from string import ascii_lowercase

from tasks import answers, scale
from tasks.reasoning_gym.library import BuiltOnce, Gym, ListGym, NumberGym, TextGym, WordGym, same


class Letters(tuple):
    """In place of the library's set of letters, whose order is another one in every process."""

    def __sub__(self, others):
        return [letter for letter in self if letter not in others]


class LettersGym(BuiltOnce):
    """Two strings of random letters, on which something is true or false."""

    coincidence = 0.67  # there are two answers

    def build(self):
        dataset = super().build()
        dataset.letters = Letters(ascii_lowercase)
        return dataset

    def verify(self, question, text):
        return answers.choice(text, ("true", "false")) == question.answer.lower()


class Ab(ListGym):
    """Q: A# #A becomes nothing, A# #B becomes #B A#, B# #A becomes #A B#, B# #B becomes nothing. Final state of
    B# A# #B #A B#?    A: B#"""

    name, skill, split = "reasoning_gym/ab", "algorithms", "train"
    knobs = {"length": (6, 25)}

    @staticmethod
    def _start(question: str) -> str:
        return question.partition("following program:\n\n")[2].partition("\n")[0]

    def fits(self, entry, difficulty):
        return entry["answer"] not in ("", self._start(entry["question"]))

    solver = """
i = 0
while i < len(tokens) - 1:
    a, b = tokens[i:i + 2]
    if a[1] == "#" and b[0] == "#":
        tokens[i:i + 2] = [] if a[0] == b[1] else [b, a]
        i = 0
    else:
        i += 1
print(" ".join(tokens))"""

    def program(self, question):
        return f'tokens = "{self._start(question.question)}".split(){self.solver}'


class BinaryAlternation(NumberGym):
    """Q: Fewest swaps of two characters, adjacent or not, that make 10001110 alternating, or -1?    A: 2"""

    name, skill, split = "reasoning_gym/binary_alternation", "algorithms", "train"
    knobs = {"min_n": (10, 40), "max_n": (14, 80)}
    coincidence = 0.35

    solver = """
swaps = []
for target in (("01" * len(s))[:len(s)], ("10" * len(s))[:len(s)]):
    if target.count("1") == s.count("1"):
        swaps.append(sum(a != b for a, b in zip(s, target)) // 2)
print(min(swaps, default=-1))"""

    def program(self, question):
        return f's = "{question.question.rpartition(" ")[2]}"{self.solver}'


class GroupAnagrams(BuiltOnce):
    """Q: Group these words into anagrams: ["tan", "nat", "eat", "tea"]    A: [["nat", "tan"], ["eat", "tea"]]"""

    name, skill, split = "reasoning_gym/group_anagrams", "language", "train"
    knobs = {"min_anagram_groups": (2, 6), "max_anagram_groups": (4, 12), "max_words_per_group": (3, 5)}

    @staticmethod
    def _groups(text: str) -> list[list[str]]:
        sets_as_lists = answers.plain(text).replace("{", "[").replace("}", "]")
        return sorted(sorted(group) for group in answers.table(sets_as_lists) or [])

    def verify(self, question, text):
        return self._groups(text) == self._groups(question.answer)

    solver = """
groups = {}
for word in words:
    groups.setdefault("".join(sorted(word)), []).append(word)
print(json.dumps(list(groups.values())))"""

    def program(self, question):
        return f"import json\nwords = {question.question.splitlines()[-1]}{self.solver}"


class IsomorphicStrings(LettersGym):
    """Q: Can letters be replaced, no two by the same, to get one string from the other: egg add    A: True"""

    name, skill, split = "reasoning_gym/isomorphic_strings", "algorithms", "train"
    knobs = {"min_string_length": (5, 40), "max_string_length": (8, 100)}

    def program(self, question):
        s, t = question.question.split()[-2:]
        return f's, t = "{s}", "{t}"\nprint(len(s) == len(t) and len(set(zip(s, t))) == len(set(s)) == len(set(t)))'


class PalindromeGeneration(Gym):
    """Q: Form a palindrome of all these letters: n, o, o, n    A: noon

    Often there are many, and each is right."""

    name, skill, split = "reasoning_gym/palindrome_generation", "language", "train"
    knobs = {"min_length": (5, 20), "max_length": (8, 60)}

    def data(self, entry):
        return {"letters": entry["metadata"]["letters"]}

    def verify(self, question, text):
        text = answers.unbracketed(text).lower()
        return text == text[::-1] and sorted(text) == sorted(question.data["letters"])

    solver = """
half = middle = ""
for c in sorted(set(letters)):
    half += c * (letters.count(c) // 2)
    middle += c * (letters.count(c) % 2)
print(half + middle + half[::-1])"""

    def program(self, question):
        return f'letters = "{question.question.rpartition(": ")[2]}".split(", "){self.solver}'


class PalindromePartitioning(Gym):
    """Q: Partition aab so that every substring is a palindrome; list all ways.    A: [["a", "a", "b"], ["aa", "b"]]"""

    name, skill, split = "reasoning_gym/palindrome_partitioning", "algorithms", "train"
    knobs = {"min_string_len": (5, 9), "max_string_len": (7, 13), "max_substring_palindrome_len": (3, 5)}
    note = "\n\nList all the possible partitions, each of them once."  # the library's text says "may", its key has all

    def fits(self, entry, difficulty):
        return len(entry["answer"]) <= 600 and len(entry["metadata"]["solution"]) > 1

    @staticmethod
    def _partitions(text: str) -> list[list[str]] | None:
        found = answers.nested(text)
        good = isinstance(found, list) and all(isinstance(row, list) and all(isinstance(part, str) for part in row)
                                               for row in found)
        return sorted(found) if good else None

    def verify(self, question, text):
        return same(self._partitions, question.answer, text)

    solver = """
def split(s):
    found = [] if s else [[]]
    for i in range(1, len(s) + 1):
        if s[:i] == s[:i][::-1]:
            found += [[s[:i]] + rest for rest in split(s[i:])]
    return found
print(json.dumps(split(s)))"""

    def program(self, question):
        s = question.question.partition("palindromes: ")[2].partition("\n")[0]
        return f'import json\ns = "{s}"{self.solver}'


class RansomNote(LettersGym):
    """Q: Can the note be made of letters of the magazine, each used once? Note: noon Magazine: onions    A: False"""

    name, skill, split = "reasoning_gym/ransom_note", "algorithms", "train"
    knobs = {"min_note_length": (3, 30), "max_note_length": (7, 70),
             "min_magazine_length": (8, 60), "max_magazine_length": (15, 140)}

    def program(self, question):
        note, magazine = [line.partition(": ")[2] for line in question.question.splitlines()[-2:]]
        return f'note, magazine = "{note}", "{magazine}"\nprint(all(note.count(c) <= magazine.count(c) for c in note))'


class SpellBackward(BuiltOnce, WordGym):
    """Q: Spell this word backward (example: sun -> nus): excusing    A: gnisucxe"""

    name, skill, split = "reasoning_gym/spell_backward", "language", "train"
    knobs = {"min_word_len": (4, 8), "max_word_len": (6, 10)}

    def fits(self, entry, difficulty):
        config, size = self.dataset.config, len(entry["answer"])
        return config.min_word_len <= size <= config.max_word_len and entry["answer"] != entry["metadata"]["word"]

    def program(self, question):
        return f'print("{question.question.rpartition(" ")[2]}"[::-1])'


class StringInsertion(TextGym):
    """Q: After each ABCD insert A, after BCDE B, after CDEA C, after DEAB D, after EABC E: DEABCC    A: DEABDCC

    Of places that overlap the first counts: after DEAB the search goes on at its end, and does not see EABC."""

    name, skill, split = "reasoning_gym/string_insertion", "algorithms", "train"
    knobs = {"min_string_length": (6, 60), "max_string_length": (12, 120)}
    note = ("\n\nGo through the given string once, from left to right: of substrings that overlap, the one that begins "
            "first counts, and what has been inserted is not searched.")

    def fits(self, entry, difficulty):
        return len(entry["answer"]) - entry["metadata"]["string_length"] >= scale(difficulty, 1, 2)

    solver = """
rules = {"ABCD": "A", "BCDE": "B", "CDEA": "C", "DEAB": "D", "EABC": "E"}
out = ""
i = 0
while i < len(s):
    step = 4 if s[i:i + 4] in rules else 1
    out += s[i:i + step] + rules.get(s[i:i + 4], "")
    i += step
print(out)"""

    def program(self, question):
        return f's = "{question.question.partition("to the pattern: ")[2].partition(chr(10))[0]}"{self.solver}'


class StringManipulation(BuiltOnce, TextGym):
    """Q: Again and again apply the first rule that fits, until none does or a string comes back, which is left out.
    1. If the string ends with 'ca', remove the last character. String: bcaca    A: bcac"""

    name, skill, split = "reasoning_gym/string_manipulation", "algorithms", "train"
    knobs = {"min_string_length": (5, 20), "max_string_length": (10, 40), "min_num_rules": (3, 6),
             "max_num_rules": (4, 12)}
    note = "\n\n(The middle character of a string of even length is the right one of the two in the middle.)"
    longest = 100

    def build(self):
        dataset = super().build()
        apply = dataset._apply_rule
        # Some strings grow for ever under their rules, and the library never returns.
        dataset._apply_rule = lambda string, rules: (string, 0) if len(string) > self.longest else apply(string, rules)
        return dataset

    def fits(self, entry, difficulty):
        states = entry["metadata"]["states"]
        # The library applies one rule to "cb" in another way than its text says.
        return (scale(difficulty, 2, 6) <= len(states) <= 40 and len(states[-1]) <= self.longest and states[-1] != ""
                and "cb" not in states)

    rules = {  # what the text says after "If the string" -> condition and result
        "prefix is 'ab', replace it with 'ca'.": ("s.startswith('ab')", "'ca' + s[2:]"),
        "suffix is 'ac', replace it with 'cb'.": ("s.endswith('ac')", "s[:-2] + 'cb'"),
        "prefix is 'bc', delete the first two characters and append 'aa' to the end.": (
            "s.startswith('bc')", "s[2:] + 'aa'"),
        "suffix is 'bb', delete the last two characters.": ("s.endswith('bb')", "s[:-2]"),
        "prefix is 'cb', replace it with 'aa' and delete the last character.": (
            "s.startswith('cb')", "('aa' + s[2:])[:-1]"),
        "prefix is 'ca', replace it with 'bb' and append 'c' to the end.": ("s.startswith('ca')", "'bb' + s[2:] + 'c'"),
        "suffix is 'cc', replace it with 'b' and prepend 'a' to the start.": (
            "s.endswith('cc')", "'a' + s[:-2] + 'b'"),
        "prefix is 'aa', remove the first character.": ("s.startswith('aa')", "s[1:]"),
        "contains 'abc', replace the first occurrence with 'cab'.": ("'abc' in s", "s.replace('abc', 'cab', 1)"),
        "contains 'bca', delete the first occurrence entirely.": ("'bca' in s", "s.replace('bca', '', 1)"),
        "ends with 'ba', replace it with 'ab'.": ("s.endswith('ba')", "s[:-2] + 'ab'"),
        "starts with 'cc', remove the first two characters.": ("s.startswith('cc')", "s[2:]"),
        "contains 'acb', replace the first occurrence with its reverse ('bca').": (
            "'acb' in s", "s.replace('acb', 'bca', 1)"),
        "ends with 'ca', remove the last character.": ("s.endswith('ca')", "s[:-1]"),
        "starts with 'bb', remove the second character.": ("s.startswith('bb')", "s[0] + s[2:]"),
        "ends with 'aa', replace it with 'cc'.": ("s.endswith('aa')", "s[:-2] + 'cc'"),
        "contains 'ca' (not at the start), remove the first occurrence found after the first character.": (
            "'ca' in s[1:]", "s[0] + s[1:].replace('ca', '', 1)"),
        "contains an even number of 'b's (and at least one 'b'), append 'ab' at the end.": (
            "'b' in s and s.count('b') % 2 == 0", "s + 'ab'"),
        "length is greater than 15, remove the middle character.": (
            "len(s) > 15", "s[:len(s) // 2] + s[len(s) // 2 + 1:]"),
        "starts with 'ac', replace the first two characters with 'zz'.": ("s.startswith('ac')", "'zz' + s[2:]"),
    }

    def program(self, question):
        said = [line.partition("If the string ")[2] for line in question.question.splitlines() if ". If the" in line]
        cases = "    el".join(f"if {condition}:\n        s = {result}\n"
                              for condition, result in map(self.rules.__getitem__, said))
        s = question.question.partition("list of rules:\n")[2].partition("\n")[0]
        return f's = "{s}"\nseen = []\nwhile s not in seen:\n    seen.append(s)\n    {cases}print(seen[-1])'

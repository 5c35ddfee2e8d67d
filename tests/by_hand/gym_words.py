"""The tasks of tasks/reasoning_gym/words.py."""

from by_hand import fixed

CAESAR = fixed("reasoning_gym/caesar_cipher", "MEET ME AT NOON")
COUNT = fixed("reasoning_gym/letter_counting", "4")
LADDER = fixed(
    "reasoning_gym/word_ladder",
    "CAT,COT,COG,DOG",
    start="CAT",
    end="DOG",
    words=["CAT", "COG", "COT", "DOG", "DOT", "HAT", "HOG"],
)
REVERSAL = fixed("reasoning_gym/word_sequence_reversal", "law, the, Verne, the")
SORTING = fixed("reasoning_gym/word_sorting", "EXCEPT, Let, callers, where")
FIGLET = fixed("reasoning_gym/figlet_font", "WATER")
EMOJI = fixed("reasoning_gym/emoji_mystery", "That, at least, requires study!")
NEEDLE = fixed("reasoning_gym/needle_haystack", "Abdul-Aziz")

ACCEPTED = [
    (
        CAESAR,
        ["MEET ME AT NOON", "Meet me at noon.", '"meet me at noon"', "MEET  ME AT\nNOON", "\\boxed{MEET ME AT NOON}"],
    ),
    (COUNT, ["4", "4.0", " 4.", "Answer: 4", "\\boxed{4}", "'4'"]),
    (
        LADDER,
        [
            "CAT,COT,COG,DOG",
            "CAT, COT, DOT, DOG",
            "cat cot cog dog",
            '["CAT", "COT", "COG", "DOG"]',
            "CAT,HAT,CAT,COT,DOT,DOG",
            "CAT,COT,COG,HOG,DOG.",
        ],
    ),
    (
        REVERSAL,
        [
            "law, the, Verne, the",
            "law,the,Verne,the",
            "['law', 'the', 'Verne', 'the']",
            "law the Verne the.",
            "Answer: law, the, Verne, the",
        ],
    ),
    (
        SORTING,
        [
            "EXCEPT, Let, callers, where",
            "EXCEPT,Let,callers,where",
            '["EXCEPT", "Let", "callers", "where"]',
            "EXCEPT Let callers where",
            "EXCEPT\nLet\ncallers\nwhere",
            "`EXCEPT, Let, callers, where`.",
        ],
    ),
    (FIGLET, ["WATER", "water", "W A T E R", '"Water".', "Answer: WATER", "\\boxed{WATER}"]),
    (
        EMOJI,
        [
            "That, at least, requires study!",
            '"That, at least, requires study!"',
            "That, at least,\nrequires study!",
            "Answer: That, at least, requires study!",
            "`That, at least, requires study!`",
        ],
    ),
    (NEEDLE, ["Abdul-Aziz", "abdul-aziz", "Abdul-Aziz.", "'Abdul-Aziz'", "Answer: Abdul-Aziz", "(Abdul-Aziz)"]),
]

REFUSED = [
    (
        CAESAR,
        [
            "MEET ME AT",
            "PHHW PH DW QRRQ",
            "MEETMEATNOON",
            "MEET ME AT NOONS",
            "MEET ME AT NOON NOON",
            "NOON AT ME MEET",
        ],
    ),
    (COUNT, ["3", "5", "four", "4 or 5", "44", "-4", "4 s"]),
    (
        LADDER,
        [
            "CAT,DOG",
            "COT,COG,DOG",
            "CAT,COT,COG",
            "CAT,COT,COG,DIG,DOG",
            "CAT,COT,COT,COG,DOG",
            "CAT,CAG,COG,DOG",
            "CAT,COT,COG,DOG,DOGS",
            "CAT,COG,DOG",
            "DOG,COG,COT,CAT",
            "CATCOTCOGDOG",
            "CAT,COT,COG,DOG CAT,COT,DOT,DOG",
            "3: CAT,COT,COG,DOG",
        ],
    ),
    (
        REVERSAL,
        [
            "the, Verne, the, law",
            "law, the, verne, the",
            "law, the, Verne",
            "law, the, Verne, the, the",
            "law, Verne, the, the",
            "wal, eht, enreV, eht",
        ],
    ),
    (
        SORTING,
        [
            "callers, EXCEPT, Let, where",
            "where, callers, Let, EXCEPT",
            "EXCEPT, Let, callers",
            "except, let, callers, where",
            "EXCEPT, Let, callers, where, where",
            "Let, EXCEPT, callers, where",
        ],
    ),
    (FIGLET, ["WATERS", "WATE", "WAITER", "WATER or LATER", "WATER WATER", "RETAW"]),
    (
        EMOJI,
        [
            "That, at least, requires study",
            "that, at least, requires study!",
            "That at least requires study!",
            "That, at least",
            "That, at least, requires study! study!",
            "That, at least, requires stud\ufe0f!",
        ],
    ),
    (NEEDLE, ["Abdul", "Aziz", "Abdul-Aziz, Ben", "Ben", "not Abdul-Aziz", "Abdul Aziz", "Who likes cats?"]),
]

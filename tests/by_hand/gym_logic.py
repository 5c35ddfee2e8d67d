"""Reasoning-Gym: logic."""
from by_hand import fixed

SISTERS = fixed("reasoning_gym/aiw", "7")
CIRCUIT = fixed("reasoning_gym/circuit_logic", "1")
SAINTS = fixed("reasoning_gym/knights_knaves", "Ava is a saint, Leo is a sinner, and Sofia is a saint.")
ANGELS = fixed("reasoning_gym/knights_knaves", "Andrea is an angel, and Mason is a devil.")
FOLLOWS = fixed("reasoning_gym/syllogism", "Yes")
ZEBRA = fixed("reasoning_gym/zebra_puzzles", "arnold")

ACCEPTED = [
    (SISTERS, ["7", "7.", " 7\n", "\\boxed{7}", "7.0", "Answer: 7", "+7"]),
    (CIRCUIT, ["1", "1.", "1.0", "\\boxed{1}", "Answer: 1", "`1`"]),
    (
        SAINTS,
        [
            "Ava is a saint, Leo is a sinner, and Sofia is a saint",
            "Ava is a saint, Leo is a sinner, Sofia is a saint.",
            "ava is a saint and leo is a sinner and sofia is a saint",
            "Sofia is a saint\nLeo is a sinner\nAva is a saint",
            "Ava: saint, Leo: sinner, Sofia: saint",
            "{'Ava': 'saint', 'Leo': 'sinner', 'Sofia': 'saint'}".replace("'", ""),
            "\\boxed{Ava is a saint, Leo is a sinner, and Sofia is a saint.}",
            "Ava is a saint. Leo is a sinner. Sofia is a saint.",
            "**Ava** is a saint, **Leo** is a sinner, and **Sofia** is a saint.",
            "- **Ava**: saint\n- **Leo**: sinner\n- **Sofia**: saint",
        ],
    ),
    (ANGELS, ["Andrea is an angel, and Mason is a devil", "Mason is a devil, and Andrea is an angel."]),
    (FOLLOWS, ["Yes", "yes", "YES.", "\\boxed{Yes}", "Answer: yes", "'Yes'"]),
    (ZEBRA, ["arnold", "Arnold", "ARNOLD.", '"Arnold"', "\\boxed{Arnold}", "Answer: Arnold"]),
]

REFUSED = [
    (SISTERS, ["6", "8", "6+1", "7 sisters or 8", "7, 8", "77", "-7", "seven", "7 1"]),
    (CIRCUIT, ["0", "0 1", "1 or 0", "10", "not 0", "True or False", "A", "11"]),
    (
        SAINTS,
        [
            "Ava is a saint, Leo is a saint, and Sofia is a saint",
            "Ava is a saint, Leo is a sinner",
            "**Ava** is a saint, **Leo** is a saint, and **Sofia** is a saint.",
            "Ava is a saint, Leo is a sinner, and Sofia is a saint, and Leo is a saint",
            "Ava is a saint, Leo is a sinner, Sofia is a saint, Emma is a saint",
            "Ava is a saint/sinner, Leo is a saint/sinner, and Sofia is a saint/sinner",
            "Ava is a sinner, Leo is a saint, and Sofia is a sinner",
            "Ava is a saint, Leo is not a sinner, and Sofia is a saint",
            "Leo is a sinner",
            "Ava is a saint, Leo is a sinner, and Sofia is a saint or a sinner",
            "saint, sinner, saint",
            "Ava is a saint, Leo is a sinner, and Sofia is a sage",
            "Ava Leo Sofia is a saint",
        ],
    ),
    (ANGELS, ["Andrea is a devil, and Mason is an angel", "Andrea is an angel, and Mason is an angel"]),
    (FOLLOWS, ["No", "Yes and no", "Yes No", "not Yes", "Yes, if there are any", "True", "Y", "maybe"]),
    (ZEBRA, ["bob", "arnold or bob", "Arnold, Bob", "not Arnold", "arn", "arnolda", "House 1", "alice"]),
]

"""The tasks of tasks/reasoning_gym/numbers.py."""
from by_hand import fixed

BASE = fixed("reasoning_gym/base_conversion", "3a0", target="base-13")
PRIMES = fixed("reasoning_gym/count_primes", "6")
LETTERS = fixed("reasoning_gym/cryptarithm", "A=2,B=1,C=4", words=["AB", "AB"], result="CA")
KEPT = fixed("reasoning_gym/number_filtering", "['2.50', '7', '2.5']")
SORTED = fixed("reasoning_gym/number_sorting", "['7.5', '1.0', '-3.0']")
OUTPUT = fixed("reasoning_gym/bf", "squad")

ACCEPTED = [
    (BASE, ["3a0", "3A0", "3a0.", "`3a0`", "\\boxed{3a0}", " (3a0)\n"]),
    (PRIMES, ["6", "6.0", "6.", "\\boxed{6}", '"6"']),
    # 21 + 21 = 42, but also 42 + 42 = 84
    (LETTERS, ["A=2,B=1,C=4", "A=4, B=2, C=8", "C = 4\nB = 1\nA = 2", "{'A': 2, 'B': 1, 'C': 4}", "a=2 b=1 c=4",
               "\\boxed{A=2,B=1,C=4}", '{"A": "2", "B": "1", "C": "4"}.']),
    (KEPT, ["['2.50', '7', '2.5']", "[2.5, 7, 2.5]", "2.50, 7, 2.5", "2.5 7.0 2.50", '["2.50", "7", "2.50"]']),
    (SORTED, ["['7.5', '1.0', '-3.0']", "7.5, 1, -3", "[7.5, 1.0, -3.0]", "7.50\n1\n\u22123", '["7.5", "1.0", "-3"]']),
    (OUTPUT, ["squad", " squad\n", "`squad`", "squad.", '"squad"']),
]

REFUSED = [
    (BASE, ["3a", "03a0", "3a00", "3a1", "3 a0", "3a0 3a0", "3a0_13", "637", "0a3"]),
    (PRIMES, ["5", "7", "6 7", "11, 13, 17, 19, 23, 29", "six primes 6", "-6"]),
    (LETTERS, ["A=2,B=1", "A=2,B=1,C=5", "A=2,B=2,C=4", "A=2,B=1,C=4,D=5", "A=2,A=2,B=1,C=4", "A=2,B=1,C=04",
               "A=0,B=0,C=0", "A=2,B=1,C=4 or A=4,B=2,C=8", "2,1,4", "A=2,B=1,C=\u0664", "A=12,B=1,C=4", "A=B=1",
               "A=-2,B=1,C=4"]),
    (KEPT, ["['2.50', '7']", "['7', '2.50', '2.5']", "['2.50', '7', '2.51']", "[]", "2.50 7 2.5 1", "['1', '2.50']",
            "[2.50, 7, None]"]),
    (SORTED, ["['-3.0', '1.0', '7.5']", "['7.5', '1.9', '-3.0']", "['8.4', '1.9', '-2.1']", "7.5, 1.0",
              "1.0, 7.5, -3.0", "7.5, 1.0, -3.0, -3.0", "7.5 > 1.0 > -3.0"]),
    (OUTPUT, ["Squad", "squa", "squads", "s q u a d", "squad squad", "115 113", "print(\"squad\")"]),
]

"""Reasoning-Gym: games and boards."""
from by_hand import fixed

COUNTDOWN = fixed("reasoning_gym/countdown", "-3 + 2*4*5", numbers=[4, 3, 5, 2], target=37)
INNER = fixed("reasoning_gym/countdown", "8*(-4 + (51 - 7)/4)", numbers=[7, 8, 51, 4, 4], target=56)
KAKURASU = fixed("reasoning_gym/kakurasu", "1 1 0\n0 1 0\n1 0 0", rows=[3, 2, 1], columns=[4, 3, 0])
SWAP = fixed("reasoning_gym/kakurasu", "1 1 0\n0 0 1\n0 0 1", rows=[3, 3, 3], columns=[1, 1, 5])
CARDS = fixed("reasoning_gym/mahjong_puzzle", "Peng")
MINI = fixed("reasoning_gym/mini_sudoku", "1 2 4 3\n4 3 1 2\n2 1 3 4\n3 4 2 1")
BIG = fixed("reasoning_gym/sudoku", "\n".join(" ".join("123456789"[n:] + "123456789"[:n]) for n in (
    0, 3, 6, 1, 4, 7, 2, 5, 8)))
QUEENS = fixed("reasoning_gym/n_queens", "_ Q _ _\n_ _ _ Q\nQ _ _ _\n_ _ Q _", board=["_Q__", "____", "____", "____"])
EMPTY = fixed("reasoning_gym/n_queens", "_ Q _ _\n_ _ _ Q\nQ _ _ _\n_ _ Q _", board=["____", "____", "____", "____"])
PUSH = fixed("reasoning_gym/sokoban", "RR", board=["++++++", "+*@-X+", "+----+", "++++++"])
TURN = fixed("reasoning_gym/sokoban", "RRDULLDDRULUR", board=["+++++", "+*-X+", "+-@@+", "+--X+", "+++++"])
SURVO = fixed(
    "reasoning_gym/survo",
    "1 2 3 6\n5 1 1 7\n2 2 2 6\n8 5 6 19",
    matrix=[[1, 2, 0, 6], [0, 1, 1, 7], [2, 2, 2, 6], [8, 5, 6, 19]],
    numbers=[3, 5],
)
TWO_WAYS = fixed(
    "reasoning_gym/survo",
    "1 2 5 8\n2 1 5 8\n5 5 5 15\n8 8 15 31",
    matrix=[[0, 0, 5, 8], [0, 0, 5, 8], [5, 5, 5, 15], [8, 8, 15, 31]],
    numbers=[1, 2, 2, 1],
)
HANOI = fixed(
    "reasoning_gym/tower_of_hanoi",
    "Move disk 1 from Peg 1 to Peg 2\nMove disk 2 from Peg 1 to Peg 3\nMove disk 1 from Peg 2 to Peg 3",
    num_disks=2,
    num_pegs=3,
    start_peg=1,
    target_peg=3,
)
CAPTURE = fixed("reasoning_gym/tsumego", "E9")

ACCEPTED = [
    (
        COUNTDOWN,
        ["-3 + 2*4*5", "2*4*5 - 3", "(2 * 4) * 5 - 3", "2×4×5−3", "4*5*2-3 = 37", "\\boxed{5*4*2-3}"],
    ),
    (INNER, ["8*(-4 + (51 - 7)/4)", "8*((51-7)/4-4)", "(-4 + (51 - 7)/4)*8", "51+7-4/(8/4)"]),
    (
        KAKURASU,
        ["1 1 0\n0 1 0\n1 0 0", "110\n010\n100", "[[1, 1, 0], [0, 1, 0], [1, 0, 0]]", "1,1,0\n0,1,0\n1,0,0",
         "```\n1 1 0\n0 1 0\n1 0 0\n```"],
    ),
    (CARDS, ["Peng", "peng", "PENG.", '"Peng"', "\\boxed{Peng}", "Answer: Peng"]),
    (
        MINI,
        ["1 2 4 3\n4 3 1 2\n2 1 3 4\n3 4 2 1", "1243\n4312\n2134\n3421", "[[1,2,4,3],[4,3,1,2],[2,1,3,4],[3,4,2,1]]",
         "1, 2, 4, 3\n4, 3, 1, 2\n2, 1, 3, 4\n3, 4, 2, 1\n", "1 2 | 4 3\n4 3 | 1 2\n\n2 1 | 3 4\n3 4 | 2 1"],
    ),
    (
        BIG,
        [BIG.answer, BIG.answer.replace(" ", ""), BIG.answer.replace(" ", ", "), f"Answer:\n{BIG.answer}",
         "[[" + BIG.answer.replace(" ", ", ").replace("\n", "], [") + "]]"],
    ),
    (
        QUEENS,
        [QUEENS.answer, "_Q__\n___Q\nQ___\n__Q_", "|_|Q|_|_|\n|_|_|_|Q|\n|Q|_|_|_|\n|_|_|Q|_|",
         QUEENS.answer.replace(" ", ", "), "[['_','Q','_','_'],['_','_','_','Q'],['Q','_','_','_'],['_','_','Q','_']]"],
    ),
    (EMPTY, [QUEENS.answer, "_ _ Q _\nQ _ _ _\n_ _ _ Q\n_ Q _ _"]),
    (PUSH, ["RR", "rr", "R R", "R, R", '"RR"', "\\boxed{RR}", "DURR", "['R', 'R']"]),
    (TURN, ["RRDULLDDRULUR", "rrdull ddr ulur"]),
    (SURVO, ["1 2 3 6\n5 1 1 7\n2 2 2 6\n8 5 6 19", "[[1,2,3,6],[5,1,1,7],[2,2,2,6],[8,5,6,19]]",
             "1, 2, 3, 6\n5, 1, 1, 7\n2, 2, 2, 6\n8, 5, 6, 19.", "1.0 2 3 6\n5 1 1 7\n2 2 2 6\n8 5 6 19",
             "| 1 | 2 | 3 | 6 |\n| 5 | 1 | 1 | 7 |\n| 2 | 2 | 2 | 6 |\n| 8 | 5 | 6 | 19 |"]),
    (TWO_WAYS, ["1 2 5 8\n2 1 5 8\n5 5 5 15\n8 8 15 31", "2 1 5 8\n1 2 5 8\n5 5 5 15\n8 8 15 31"]),
    (
        HANOI,
        [
            HANOI.answer,
            HANOI.answer.lower(),
            HANOI.answer.replace("\n", ".\n") + ".",
            HANOI.answer.replace("\n", ", "),
            HANOI.answer.replace("\n", "\n\n"),
            "1. Move disk 1 from Peg 1 to Peg 2\n2. Move disk 2 from Peg 1 to Peg 3\n"
            "3. Move disk 1 from Peg 2 to Peg 3",
            "Move disk 1 from 1 to 2\nMove disk 2 from 1 to 3\nMove disk 1 from 2 to 3",
            "Move disk 1 from Peg 1 to Peg 3\nMove disk 1 from Peg 3 to Peg 2\nMove disk 2 from Peg 1 to Peg 3\n"
            "Move disk 1 from Peg 2 to Peg 3",
        ],
    ),
    (CAPTURE, ["E9", "e9", "E9.", "(E9)", "'E9'", "\\boxed{E9}", "Answer: E9"]),
]

REFUSED = [
    (
        COUNTDOWN,
        ["37", "2*4*5-4", "2*4*5", "4*(5+2)+3*3", "45-3-5", "2*4*5-3+0", "0-3+2*4*5", "--3+2*4*5", "2*4*5-3 # 37",
         "2*4*5-3, 5*4*2-3", "2*4*5+3", "__import__('math')", "5**2+4*3", "42-5+3-3", "40-3", "2*4*5-3 = 38", "2*20-3"],
    ),
    (INNER, ["8*(-4 + 51 - 7/4)", "8*(0-4+(51-7)/4)", "56", "7*8", "51+7-4/2", "8*(-4+(51-7)/4)*(-1)*(-1)"]),
    (
        KAKURASU,
        ["0 0 0\n0 0 0\n0 0 0", "0 0 1\n0 1 0\n1 0 0", "1 1 0\n0 1 0", "1 1 0 0\n0 1 0 0\n1 0 0 0", "1 1 0 0 1 0 1 0 0",
         "1 0 1\n1 1 0\n0 0 0", "1 1 0\n0 1 0\n1 0 0\n0 0 0", "3 0 0\n2 0 0\n1 0 0", "1 1 0\n0 1 0\n1 0 -0"],
    ),
    (SWAP, ["0 0 1\n1 1 0\n0 0 1", "0 0 1\n0 0 1\n1 1 0", "1 1 1\n0 0 1\n0 0 1"]),
    (CARDS, ["Chi", "Pass", "Peng, Chi", "Peng or Chi", "not Peng", "Pen", "Peng Peng"]),
    (
        MINI,
        ["_ 2 _ 3\n_ 3 1 2\n2 _ _ _\n_ _ 2 1", "1 2 4 3\n4 3 1 2\n2 1 3 4\n3 4 1 2", "1 2 4 3\n4 3 1 2\n2 1 3 4",
         "1 2 4 3 4 3 1 2 2 1 3 4 3 4 2 1", "2 1 4 3\n4 3 1 2\n1 2 3 4\n3 4 2 1",
         "1 2 4 3\n4 3 1 2\n2 1 3 4\n3 4 2 1\n1 2 4 3", "1 2 4 3\n4 3 1 2\n2 1 3 4\n3 4 2 ¹"],
    ),
    (
        BIG,
        [BIG.answer[:-2], BIG.answer + "\n" + BIG.answer, BIG.answer.replace("1", "_"), BIG.answer[::-1],
         BIG.answer.replace("\n", " "), "2" + BIG.answer[1:]],
    ),
    (
        QUEENS,
        ["_ Q _ _\n_ _ _ _\n_ _ _ _\n_ _ _ _", "_ _ Q _\nQ _ _ _\n_ _ _ Q\n_ Q _ _",
         "Q _ _ _\n_ Q _ _\n_ _ Q _\n_ _ _ Q", "_ Q _ _\n_ _ _ Q\nQ _ _ _", "_ Q _ _\n_ _ _ Q\nQ _ _ _\n_ _ Q Q",
         "_ Q _ _\nQ _ _ _\n_ _ _ Q\n_ _ Q _",
         "_ Q _ _ _\n_ _ _ Q _\nQ _ _ _ _\n_ _ Q _ _", "1 3 0 2", "_ Q _ _\n_ _ _ Q\nQ _ _ _\n_ _ K _"],
    ),
    (PUSH, ["R", "RRR", "LRR", "URR", "RRX", "DRU", "RR or DURR", "DRRURL", "Right Right", "LDURRUDL", "RL", "2R"]),
    (TURN, ["RD", "RDD", "D", "DR", "RR"]),
    (SURVO, ["1 2 0 6\n0 1 1 7\n2 2 2 6\n8 5 6 19", "1 2 5 6\n3 1 1 7\n2 2 2 6\n8 5 6 19",
             "1 2 3 6\n5 1 1 7\n2 2 2 6", "1 2 3 6 5 1 1 7 2 2 2 6 8 5 6 19", "3, 5",
             "1 2 5 8\n5 1 1 7\n2 2 2 6\n8 5 8 21",
             "1 2 3 6\n5 1 1 7\n2 2 2 6\n8 5 6 19\n0 0 0 0", "1 2 3 6\n5 1 1 7\n2 2 2 6\n8 5 6 x"]),
    (TWO_WAYS, ["3 0 5 8\n0 3 5 8\n5 5 5 15\n8 8 15 31", "1.5 1.5 5 8\n1.5 1.5 5 8\n5 5 5 15\n8 8 15 31",
                "0 3 5 8\n3 0 5 8\n5 5 5 15\n8 8 15 31", "1 2 5 8\n1 2 5 8\n5 5 5 15\n8 8 15 31"]),
    (
        HANOI,
        [
            "Move disk 1 from Peg 1 to Peg 2\nMove disk 2 from Peg 1 to Peg 3",
            "Move disk 2 from Peg 1 to Peg 3\nMove disk 1 from Peg 1 to Peg 3",
            "Move disk 1 from Peg 1 to Peg 3\nMove disk 2 from Peg 1 to Peg 3",
            "Move disk 1 from Peg 1 to Peg 3\nMove disk 2 from Peg 1 to Peg 2\nMove disk 1 from Peg 3 to Peg 2",
            "Move disk 1 from Peg 1 to Peg 4\nMove disk 2 from Peg 1 to Peg 3\nMove disk 1 from Peg 4 to Peg 3",
            "Move disk 1 from Peg 1 to Peg 0\nMove disk 2 from Peg 1 to Peg 3\nMove disk 1 from Peg 0 to Peg 3",
            HANOI.answer + "\nMove disk 1 from Peg 2 to Peg 3",
            HANOI.answer + "\nDone",
            "Do not move disk 1 from Peg 1 to Peg 2\nMove disk 2 from Peg 1 to Peg 3\nMove disk 1 from Peg 2 to Peg 3",
            "Move disk 3 from Peg 1 to Peg 3",
            "3 moves",
        ],
    ),
    (CAPTURE, ["E8", "D9", "E9 or D9", "E9, D9", "9E", "E99", "E", "9", "(5, 9)", "E9 D9"]),
]

"""Reasoning-Gym: graphs, families, paths through grids, locks and jugs."""
from by_hand import fixed

COURSES = fixed("reasoning_gym/course_schedule", "False")
FAMILY = fixed("reasoning_gym/family_relationships", "niece")
IN_LAW = fixed("reasoning_gym/family_relationships", "daughter-in-law")
ISLAND = fixed("reasoning_gym/largest_island", "12")
MAZE = fixed("reasoning_gym/maze", "7")
STAR = fixed("reasoning_gym/path_star", "98 37 97 59")
LOCK = fixed("reasoning_gym/quantum_lock", "A → B → B", target=8, buttons={
    "A": ["add", 2, "red"], "B": ["multiply", 2, "any"], "C": ["subtract", 1, "green"]})
STEPS = fixed("reasoning_gym/shortest_path", "right right down down", grid=["*OO", "OXO", "OO#"])
NO_WAY = fixed("reasoning_gym/shortest_path", "infeasible", grid=["*X", "X#"])
JUGS = fixed("reasoning_gym/jugs", '["fill B", "pour B->A", "empty A", "pour B->A", "fill B", "pour B->A"]',
             capacities=[3, 5, 5], target=4)

ACCEPTED = [
    (COURSES, ["False", "false", "FALSE.", "`False`", "(False)", "Answer: False"]),
    (FAMILY, ["niece", "Niece", "NIECE.", '"niece"', "\\boxed{niece}", "Answer: niece"]),
    (IN_LAW, ["daughter-in-law", "Daughter-in-law.", "daughter in law", "'daughter-in-law'", "DAUGHTER-IN-LAW"]),
    (ISLAND, ["12", "12.", "12.0", "\\boxed{12}", "Answer: 12", "[12]"]),
    (MAZE, ["7", "7.", "7.0", "$7$", '"7"', "Answer: 7"]),
    (STAR, ["98 37 97 59", "98, 37, 97, 59", "[98, 37, 97, 59]", "98 → 37 → 97 → 59", "98->37->97->59",
            "98 37 97 59."]),
    (LOCK, ["A → B → B", "A->B->B", "a b b", "A, B, B", '["A", "B", "B"]', "A → B → B.", "$A \\to B \\to B$"]),
    (STEPS, ["right right down down", "down down right right", "Right, Right, Down, Down",
             "['right', 'right', 'down', 'down']", "right → right → down → down", "right\nright\ndown\ndown."]),
    (NO_WAY, ["infeasible", "Infeasible.", '"infeasible"']),
    (JUGS, [JUGS.answer, "fill B, pour B->A, empty A, pour B->A, fill B, pour B->A",
            "fill B\npour B -> A\nempty A\npour B -> A\nfill B\npour B -> A", JUGS.answer.replace(", ", ",\n  "),
            "['fill C', 'pour C->A', 'empty A', 'pour C->A', 'fill C', 'pour C->A']", JUGS.answer.replace("->", "→"),
            '["fill A", "fill B", "empty A", "pour B->A", "empty A", "pour B->A", "fill B", "pour B->A"]']),
]
REFUSED = [
    (COURSES, ["True", "not False", "0", "False or True", "False False", "F", "impossible", "None"]),
    (FAMILY, ["nephew", "aunt", "niece or nephew", "nieces", "niece of", "grandniece", "niece, aunt"]),
    (IN_LAW, ["daughter", "mother-in-law", "in-law", "son-in-law", "daughter-in-law 1", "law-in-daughter"]),
    (ISLAND, ["11", "13", "1", "12 cells 3", "12 or 11", "1 2", "-12", "twelve 12"]),
    (MAZE, ["6", "8", "7 or 8", "-7", "7 7", "0", "77", "right right down"]),
    (STAR, ["98 37 97", "59 97 37 98", "98 37 59", "98 97 37 59", "98 37 97 59 59", "98379759", "37 97 59",
            "98 89 34 85", "98 37 97 59 or 98 37"]),
    (LOCK, ["A → B", "B → A → B", "A → A → B → B", "A → C → A → B", "A → B → B → B", "A → D → B", "ABB A", "8",
            "A → A → A", "B → B → B", "A → B → B 1", "A → B → B or B → A → B"]),
    (STEPS, ["right right down", "right right right down down", "right down right down", "down right down right",
             "right left right right down down", "down down right right right", "right right down left", "r r d d",
             "infeasible", "right right down diagonal", "up right right down", "right right down down or down down"]),
    (NO_WAY, ["right down", "down right", "", "feasible", "infeasible right", "not infeasible"]),
    (JUGS, ['["fill B", "pour B->A"]', '["fill B", "pour B->A", "empty A", "pour B->A", "fill B"]', "[]", "4",
            '["fill D"]', '["No solution"]', '["fill B", "empty 1 from B"]', '["fill B", "pour B->AB"]', "fill AB",
            "pour A->B->C", "pour B->B", '["empty B", "empty"]', JUGS.answer + " or " + JUGS.answer,
            JUGS.answer.replace("]", ', "empty B"]'), JUGS.answer.replace("fill B", "fill", 1),
            JUGS.answer.replace("pour B->A", "pour A->B", 1)]),
]

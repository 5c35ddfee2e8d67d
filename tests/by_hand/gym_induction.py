"""The tasks of tasks/reasoning_gym/induction.py."""
from by_hand import fixed

LIGHT = fixed("reasoning_gym/acre", "on")
UNKNOWN = fixed("reasoning_gym/acre", "undetermined")
LIST = fixed("reasoning_gym/list_functions", "[5, 8, 9]")
GRID = fixed("reasoning_gym/arc_1d", "2 2 0 0 0")

ACCEPTED = [
    (LIGHT, ["on", "On", "ON.", '"on"', "\\boxed{on}"]),
    (UNKNOWN, ["undetermined", "Undetermined", "undetermined.", "'undetermined'", "[undetermined]"]),
    (LIST, ["[5, 8, 9]", "5, 8, 9", "5 8 9", "(5,8,9)", "[5,8,9].", "`[5, 8, 9]`"]),
    (GRID, ["2 2 0 0 0", "[2, 2, 0, 0, 0]", "2,2,0,0,0", "2  2  0 0 0\n", "`2 2 0 0 0`."]),
]

REFUSED = [
    (LIGHT, ["off", "undetermined", "on off", "on or undetermined", "the light is not on", "o n", "1"]),
    (UNKNOWN, ["on", "off", "determined", "undetermined on", "unknown"]),
    (LIST, ["[8, 9, 5]", "[9, 8, 5]", "[5, 8]", "[5, 8, 9, 9]", "589", "[[5, 8, 9], [9, 8, 5]]", "[5, 8, 9.5]"]),
    (GRID, ["0 0 0 2 2", "2 2 0 0", "2 2 0 0 0 0", "22000", "2 0 2 0 0", "3 3 0 0 0", "2 2 0 0 0\n0 0 0 2 2"]),
]

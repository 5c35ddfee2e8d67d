"""Reasoning-Gym: the question handed back as an answer (divisions to be done, powers, signs), printed objects, and
rules broken on the way to the right end."""
from by_hand import fixed

LINEAR = fixed("reasoning_gym/simple_equations", "8261", variable="k")
ROOT = fixed("reasoning_gym/polynomial_equations", "0.9444", variable="y", exact=["17/18"])
INTEGRAL = fixed("reasoning_gym/simple_integration", "-11*x**6/3 - 24*x**2 + C")
QUOTIENT = fixed("reasoning_gym/complex_arithmetic", "443.0 - 325.0i")
DIVIDED = fixed("reasoning_gym/basic_arithmetic", "-7")
TICKETS = fixed("reasoning_gym/gsm_symbolic", "3")
FACTORS = fixed("reasoning_gym/prime_factorization", "2 × 2 × 7")
DAYS = fixed("reasoning_gym/time_intervals", "37 days")
TIME = fixed("reasoning_gym/time_intervals", "404 days, 13:25")
TARGET = fixed("reasoning_gym/countdown", "9+18-8-2", numbers=[18, 9, 8, 2], target=17)
ROLES = fixed("reasoning_gym/knights_knaves", "Ava is a saint, and Leo is a sinner.")
NUMBERS = fixed("reasoning_gym/list_functions", "[5, 8, 9]")
TURNED = fixed("reasoning_gym/rotate_matrix", "3 1\n4 2")
PUSHED = fixed("reasoning_gym/sokoban", "RR", board=["++++++", "+*-@X+", "++++++"])
LIGHT = fixed("reasoning_gym/quantum_lock", "A → A", target=4, buttons={
    "A": ["add", 2, "any"], "B": ["multiply", 9, "green"], "C": ["add", 4, "green"], "D": ["subtract", 0, "any"]})
SUM = fixed("reasoning_gym/cryptarithm", "A=1,B=2,C=3,D=6,E=5,F=7", words=["BA", "CD"], result="EF")
PRODUCT = fixed("reasoning_gym/polynomial_multiplication", "3*x**2 + 1")
GROUPS = fixed("reasoning_gym/group_anagrams", '[["nat", "tan"], ["eat", "tea"]]')
BINARY = fixed("reasoning_gym/base_conversion", "1010", target="binary")
BASE_13 = fixed("reasoning_gym/base_conversion", "b10", target="base-13")

ACCEPTED = [
    (LINEAR, ["8261", "k = 8261", "**8261**", "\\boxed{\\text{8261}}", "```\n8261\n```"]),
    (ROOT, ["0.9444", "y = 0.9444", "{0.9444}"]),
    (INTEGRAL, ["-11/3*x**6 - 24*x**2", "-11*x^6/3 - 24*x^2 + C"]),
    (QUOTIENT, ["443 + -325i", "(443-325j)"]),
    (TIME, ["404 days, 13:25:00"]),
    (ROLES, ["{'Ava': 'saint', 'Leo': 'sinner'}", '["Ava is a saint", "Leo is a sinner"]',
             "- Ava is the saint\n- Leo is the sinner"]),
    (NUMBERS, ["[np.int64(5), np.int64(8), np.int64(9)]", "array([5, 8, 9])", "```python\n[5, 8, 9]\n```"]),
    (TURNED, ["array([[3, 1],\n       [4, 2]])", "[[np.int64(3), np.int64(1)], [np.int64(4), np.int64(2)]]"]),
    (GROUPS, ["[{'tan', 'nat'}, {'tea', 'eat'}]", '\\boxed{[["nat", "tan"], ["eat", "tea"]]}']),
    (BINARY, ["0b1010"]),
]
REFUSED = [
    (LINEAR, ["120306099540/14563140", "\\frac{16522}{2}", "2065.25*4"]),
    (ROOT, ["17/18", "\\frac{17}{18}", "34/36", "0.9445"]),
    (INTEGRAL, ["-22/6*x**6 - 48/2*x**2", "-22*x**6/6 - 24*x**2", "-11/3*x**6 - 24*x**2 + C + C**2"]),
    (QUOTIENT, ["886/2 - 650/2*i", "443 + 325i"]),
    (DIVIDED, ["-91 / 13", "-14/2"]),
    (TICKETS, ["2100/700", "3/1"]),
    (FACTORS, ["2 ** 2 ** 7", "4/2 * 4/2 * 14/2", "2^2 * 7"]),
    (DAYS, ["3196800/86400", "3196800/86400 days", "37:00", "37 days, 0:00:01"]),
    (TIME, ["404 days, 13:25:01", "13:25"]),
    (TARGET, ["9+8+0*(18+2)=18+(-1)", "9+8+0*(18+2)", "17"]),
    (ROLES, ["{'Ava': 'saint', 'Leo': 'saint'}", "{'Ava': 'saint'}",
             "Ava is a saint, Leo is a sinner, Ava is a sinner"]),
    (NUMBERS, ["[np.int64(5), np.int64(8)]", "array([5, 8, 9, 9])", "```python\n[5, 8, 9]\n```\n[1]"]),
    (TURNED, ["array([3, 1, 4, 2])", "[3, 1][4, 2][]\n1"]),
    (PUSHED, ["UDRR", "LRRR", "RRR", "URR", "R"]),
    (LIGHT, ["C → D", "C C", "A → C → D"]),
    (SUM, ["A=9,B=0,C=3,D=6,E=4,F=5", "A=1,B=2,C=3,D=6,E=5,F=8"]),
    (PRODUCT, ["7*x**2 + 3*x**2 + 1", "3*x**2 + 2 - 1", "3*x*x + 1"]),
    (BASE_13, ["0bb10", "0b10"]),
]

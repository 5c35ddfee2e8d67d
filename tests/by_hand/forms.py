"""Forms in which models write right answers, and what looks like them and is none: leads such as "The answer is",
LaTeX, units, labels, fences, numbered moves, printed numpy objects, orders of letters, rows of boards."""
from by_hand import fixed

NUMBER = fixed("symbench/new_operator", "5535")
FRACTION = fixed("symbench/new_operator", "-3/4")
WORD = fixed("reasoning_gym/needle_haystack", "Bob")
SENTENCE = fixed("reasoning_gym/emoji_mystery", "The answer is simple.")
BRACKETS = fixed("bbh/dyck_languages", "> ) ]", text="[ ( <")
VERDICT = fixed("bbh/formal_fallacies", "invalid")
YES = fixed("bbh/web_of_lies", "Yes")
OPTION = fixed("bbh/disambiguation_qa", "(B)", options=["The customer", "The mechanic", "Ambiguous"])
THIRD = fixed("bbh/disambiguation_qa", "(C)", options=["A: The cook", "The cook", "Ambiguous"])

BOOKS = fixed("symbench/gsm_hard", "37168",
"A library buys 84 books a month for 450 months and gives away 632. How many "
              "books has it gained?")
COINS = fixed("symbench/gsm_hard", "736", "Ann has 300 coins, Bob has 136 more than Ann. How many have they together?")
STAMPS = fixed("symbench/gsm_hard", "736",
"Three sisters own 200, 300 and 236 stamps; each buys 10 more, and all together "
               "then sell 30. How many have they?")
GRAMS = fixed("symbench/gsm_hard", "736",
"A box weighs 36 grams and each of the 20 nails in it 35 grams. What do 1 such full "
              "boxes weigh, in grams?")
THINGS = [bracket[0] + letter + bracket[1] for bracket in ("[]", "{}", "()") for letter in "ABC"]
SYNTHESIS = fixed("symbench/string_synthesis", "0, 1, 0, 0, 0, 3, 0, 0, 2", final=[0, 1, 0, 0, 0, 3, 0, 0, 2])
LABELLED = ", ".join(f"{thing}: {amount}" for thing, amount in zip(THINGS, (0, 1, 0, 0, 0, 3, 0, 0, 2)))

ANGLE = fixed("symbench/math_geometry", "135", "How many degrees has each angle of a regular polygon with 8 corners?",
              answers=["135"])
ANGLE_AND_AREA = fixed("symbench/math_geometry", "135; 12", "(1) How many degrees has each angle of a regular polygon "
                       "with 8 corners? (2) What is the area of the triangle with corners (0, 0), (6, 0) and (0, 4)?",
                       answers=["135", "12"])
ARC = fixed("symbench/math_geometry", "38*pi/9", answers=["38*pi/9"])
SURD = fixed("symbench/math_geometry", "9*sqrt(3)/4", answers=["9*sqrt(3)/4"])
FIVE = fixed("symbench/math_geometry", "5", answers=["5"])
POINT = fixed("reasoning_gym/advanced_geometry", "(-1.214, -6.500)", exact=["-17/14", "-13/2"], kind="orthocenter")
INTEGRAL = fixed("reasoning_gym/simple_integration", "93*x**5/5 - x**2 + C")
POWER = fixed("reasoning_gym/power_function", "8.97e+11")
DICE = fixed("reasoning_gym/dice", "1225/20736")
FACTORS = fixed("reasoning_gym/prime_factorization", "523")
PAIR = fixed("reasoning_gym/prime_factorization", "3 × 71")
SUM = fixed("symbench/game24", "8*(2*5-7)", numbers=[2, 5, 7, 8])

TURNED = fixed("reasoning_gym/rotate_matrix", "3 1\n4 2")
LETTERS = fixed("symbench/matrix_transformation", "[['D', 'A'], ['E', 'B'], ['F', 'C']]")
TILES = fixed("symbench/2048", "8 0 2\n0 0 4\n0 8 4")
DISCS = fixed("symbench/reversi", "- - - -\nB B B -\n- B W -\n- - - -")
LIGHTS = fixed("symbench/light_puzzles", "01 01")
POOL = fixed("symbench/pooling", "[[3, 3], [3, 4.5]]", kind="Mean", exact=["3", "3", "3", "9/2"])
MODULO = fixed("reasoning_gym/modulo_grid", "✅❌✅❌\n❌✅❌✅")
QUEENS = fixed("reasoning_gym/n_queens", "_ Q _ _\n_ _ _ Q\nQ _ _ _\n_ _ Q _", board=["_Q__", "____", "____", "____"])

ORDER = fixed("symbench/permutations_and_combinations", "C, D, E, A, B", books="ABCDE", clues=[
    ["at", "C", 1], ["left", "D", "E"], ["next", "E", "A"], ["right", "B", "A"], ["not", "D", 4]])
CARDS = fixed("symbench/constrained_linear_arrangement", "D C B A", game="stick", mine=[*"CADB"],
              results=["win", "draw", "draw", "loss"])
LOCK = fixed("reasoning_gym/quantum_lock", "A → B → B", target=8, buttons={
    "A": ["add", 2, "red"], "B": ["multiply", 2, "any"], "C": ["subtract", 1, "green"]})
BLOCKS = fixed("symbench/blocksworld", "Move B from stack1 to stack2\nMove A from stack1 to stack2",
               start=["AB", "", ""], goal=["", "BA", ""])
JUGS = fixed("reasoning_gym/jugs", '["fill A", "pour A->B", "fill A"]', capacities=[3, 5], target=3)
FOUR = fixed("reasoning_gym/jugs", '["fill B", "pour B->A", "empty A", "pour B->A", "fill B", "pour B->A"]',
             capacities=[3, 5], target=4)
LIFT = fixed("symbench/boxlift", "Step 1: [(70, [0, 1])]\nStep 2: [(50, [1]), (30, [0])]",
             boxes=[70, 50, 30], lifters=[40, 60], limit=3)
PATH = fixed("symbench/path_plan", "[(-1.25, -1.25), (-0.4, 0.0), (-0.4, 0.9), (1.25, 1.25)]",
             boxes={"red": [-60, -20, -20, 20], "blue": [0, 60, -40, 40]}, visit=["red"], avoid=["blue"], ordered=False,
             start=[-125, -125], end=[125, 125])

ACCEPTED = [
    (NUMBER, ["The answer is 5535", "The final answer is: 5,535.", "Final answer: 5535", "**Answer:** 5535", "= 5535",
              "**Answer**: **5535**", "**Answer: 5535**", "### Final Answer\n5535", "**Final Answer**\n\n5535",
              "The answer is $\\boxed{5535}$.", "\\boxed{\\text{The answer is } 5535}", "Answer: 5535", "Result: 5535",
              "Therefore, the correct answer is **5535**.", "The answer is:\n```\n5535\n```", "answer = 5535",
              "5,\\!535", "5\\,535", "5{,}535", "\\mathbf{5535}", "\\textbf{\\text{5535}}", "np.int64(5535)"]),
    (FRACTION, ["\\frac{-3}{4}", "-\\frac34", "-\\frac{3}4", "$-\\dfrac {3} {4}$", "\\boxed{\\tfrac{-3}{4}}", "–3/4",
                "The answer is \\frac{-3}{4}."]),
    (WORD, ["The answer is Bob.", "= Bob", "Final Answer: **Bob**"]),
    (SENTENCE, ["The answer is simple.", "Answer: The answer is simple."]),
    (BRACKETS, ["= > ) ]", "The answer is > ) ]", "\\boxed{> ) ]}"]),
    (VERDICT, ["The answer is not valid"]),
    (OPTION, ["[B]", "(B): The mechanic", "(B). The mechanic", "[B]: the mechanic", "\\textbf{(B)}",
              "\\boxed{\\textbf{(B)}}",
              "The correct answer is (B) The mechanic.", "**Answer:** (B)", "The answer is B", "\\text{B}"]),
    (BOOKS, ["37168 books", "37,168 books.", "37168\\text{ books}", "The answer is 37168 books."]),
    (COINS, ["736 coins"]),
    (STAMPS, ["736 stamps"]),
    (GRAMS, ["736 grams", "736"]),
    (SYNTHESIS, [LABELLED, LABELLED.replace(": ", " = "), LABELLED.replace(", ", "\n"), "{" + LABELLED + "}",
                 '{"' + LABELLED.replace(": ", '": ').replace(", ", ', "') + "}", f"The answer is {LABELLED}."]),
    (ANGLE, ["135^\\circ", "$135^{\\circ}$", "135°", "135 degrees", "135\\degree"]),
    (ANGLE_AND_AREA, ["135°; 12", "(1) 135 degrees\n(2) 12"]),
    (ARC, ["\\frac{38\\pi}{9}", "\\frac{38}{9}\\pi", "38/9*pi", "4\\frac{2}{9}\\pi", "\\left(\\frac{38}{9}\\right)\\pi",
           "\\frac {38} {9} ⋅ \\pi", "13.26450232"]),
    (SURD, ["\\frac{9\\sqrt{3}}{4}", "\\frac94\\sqrt3", "2.25*sqrt(3)", "9*sqrt(3)/4", "\\frac{9 \\sqrt {3}}{4}"]),
    (POINT, ["\\left(-1.214, -6.5\\right)", "\\left( -1.214,\\, -6.500 \\right)", "(–1.214, –6.5)"]),
    (INTEGRAL, ["(93*x**5)/5 - x**2 + C", "\\frac{93}{5}x^5 - x²", "93x⁵/5 – x²", "\\frac{93x^{5}}{5} - x^2 + C",
                "\\left(\\frac{93}{5}\\right) x^5 - x^{2} + C"]),
    (POWER, ["8.97 × 10¹¹", "8.97 ⋅ 10^11", "8.97 \\times 10^{11}", "8.97 × 10^(11)"]),
    (DICE, ["1,225/20,736", "\\frac{1,225}{20,736}", "\\frac {1{,}225}{20{,}736}", "1 225 / 20 736", "= 1225/20736"]),
    (PAIR, ["3 ⋅ 71", "3 \\cdot 71", "(3 x 71)", "3, 71"]),
    (SUM, ["8 ⋅ (2 ⋅ 5 – 7)", "8 \\cdot \\left(2 \\cdot 5 - 7\\right)", "The answer is 8*(2*5-7) = 24."]),
    (TURNED, ['["3 1", "4 2"]', "3; 1\n4; 2", "\\begin{bmatrix} 3 & 1 \\\\ 4 & 2 \\end{bmatrix}",
              "$$\\begin{array}{cc}3&1\\\\4&2\\end{array}$$",
              "\\left[\\begin{matrix}3 & 1\\\\4 & 2\\end{matrix}\\right]", "[3 1; 4 2]", "np.array([[3, 1], [4, 2]])"]),
    (LETTERS, ["\\begin{pmatrix} D & A \\\\ E & B \\\\ F & C \\end{pmatrix}", "D A; E B; F C"]),
    (TILES, ["\\begin{bmatrix}8&0&2\\\\0&0&4\\\\0&8&4\\end{bmatrix}", "8 0 2 / 0 0 4 / 0 8 4", "8;0;2;0;0;4;0;8;4"]),
    (DISCS, ['["----", "BBB-", "-BW-", "----"]', "---- / BBB- / -BW- / ----", "----BBB--BW-----"]),
    (LIGHTS, ["['01', '01']", "01 / 01", "01\n01"]),
    (QUEENS, ['["_Q__", "___Q", "Q___", "__Q_"]', '["_ Q _ _", "_ _ _ Q", "Q _ _ _", "_ _ Q _"]',
              "_Q__ ___Q Q___ __Q_"]),
    (ORDER, ["C -> D -> E -> A -> B", "CDEAB", "C, D, E, A and B", "C, D, E, A, and B.", "C → D → E → A → B", "cdeab",
             "$C \\to D \\to E \\to A \\to B$", "The answer is C, D, E, A, B."]),
    (CARDS, ["DCBA", "D -> C -> B -> A", "D, C, B and A"]),
    (LOCK, ["ABB", "A, B and B", "$A \\rightarrow B \\rightarrow B$"]),
    (BLOCKS, [f"```\n{BLOCKS.answer}\n```", f"```text\n{BLOCKS.answer}\n```", f"Answer: {BLOCKS.answer}",
              f"\\boxed{{\\text{{{BLOCKS.answer}}}}}", f"**Answer:**\n{BLOCKS.answer}",
              "\\boxed{\\text{Move B from stack1 to stack2} \\\\ \\text{Move A from stack1 to stack2}}"]),
    (JUGS, ["fill A"]),
    (FOUR, [f"```json\n{FOUR.answer}\n```",
            "1. fill B\n2. pour B->A\n3. empty A\n4. pour B->A\n5. fill B\n6. pour B->A",
            "Step 1: fill B, Step 2: pour B->A, Step 3: empty A, Step 4: pour B->A, Step 5: fill B, Step 6: pour B->A",
            "- fill B\n- pour B \\to A\n- empty A\n- pour B \\to A\n- fill B\n- pour B \\to A",
            f"Answer: {FOUR.answer}"]),
    (LIFT, ["Step 1: [(np.int64(70), [np.int64(0), 1])]\nStep 2: [(50, [1]), (np.int64(30), [0])]",
            f"The answer is:\n```\n{LIFT.answer}\n```"]),
    (PATH, ["[(np.float64(-1.25), -1.25), (np.float64(-0.4), np.float64(5.5e-17)), (-0.4, 0.9), (1.25, 1.25)]"]),
]

REFUSED = [
    (NUMBER, ["The answer is not 5535", "The answer is 5535 or 5536", "The answer is 5535? No, 5536",
              "5536. The answer is 5535",
              "The answer is 5535. The answer is 5536", "Answer: 5535\nAnswer: 5536", "=> 5535", "== 5535",
              "The answer is",
              "= 5535 = 5536", "The answer isn't 5535", "I doubt that the answer is 5535", "**Answer:** 5535**",
              "5,535,0",
              "np.sqrt(5535)", "np.negative(5535)", "5{,}53", "5\\,53", "\\text{not }5535", "5535²"]),
    (FRACTION, ["\\frac{-3}{-4}", "-\\frac{-3}{4}", "\\frac34", "-\\frac345", "-\\frac3{45}", "5\\frac{-3}{4}",
                "-\\frac{3}{4"]),
    (WORD, ["The answer is not Bob", "Bob is the answer", "The answer is Bob or Ann", "The answer is: is Bob",
            "=Bob="]),
    (SENTENCE, ["simple.", "The answer is not simple."]),
    (BRACKETS, ["=> ) ]", "= ) ]"]),
    (VERDICT, ["The answer is not invalid", "The answer is valid"]),
    (YES, ["The answer is Yes? No", "The answer is No", "Yes. The answer is No", "Answer: not Yes"]),
    (OPTION, ["[A]", "(B): The customer", "[B", "(B", "[B)", "{B}: The customer", "\\textbf{(A)}",
              "The answer is (A) or (B)",
              "The answer is not (B)", "The answer is (B)? No, (A)", "A: The mechanic"]),
    (THIRD, ["A: The cook"]),
    (BOOKS, ["37168 months", "37168 dollars", "$37168", "€37168", "37169 books", "37168 books 1", "books"]),
    (COINS, ["736 more", "736 dollars"]),
    (STAMPS, ["736 and", "736 sisters"]),
    (GRAMS, ["736 kilograms", "736 nails", "736 boxes", "$736"]),
    (SYNTHESIS, [LABELLED.replace("[A]", "[B]"), LABELLED.replace("{", "(").replace("}", ")"), LABELLED[:-6],
                 LABELLED.replace("2", "1"), LABELLED + ", (D): 0"]),
    (ANGLE, ["135^\\circ C", "135^2", "135°°", "1.35"]),
    (ANGLE_AND_AREA, ["135°; 12°", "135; 12 degrees"]),
    (ARC, ["38*pi/9 degrees", "2*pi*4*190/360", "2*4*pi*19/36", "4*190*pi/180", "4*(19/18)*pi", "38*pi/(3*3)",
           "\\frac{2 \\cdot 19}{9}\\pi", "38*pi*9",
           "38*pi/9/1", "38\\pi"]),
    (SURD, ["9*sqrt(3)/2/2", "sqrt(3)/4*3*3", "3*sqrt(27)*3/12", "sqrt(243)/4*2/2", "\\frac{9}{2}\\frac{\\sqrt{3}}{2}",
            "sqrt(3)*sqrt(3)*sqrt(3)*3/4", "9*sqrt(3*1)/4"]),
    (FIVE, ["sqrt(25)", "10/2", "sqrt(5)*sqrt(5)", "sqrt(100)/2", "pi*5/pi"]),
    (POINT, ["\\left(-6.5, -1.214\\right)", "\\left(-1.214\\right), -6.5, 0"]),
    (INTEGRAL, ["(93*x**4)/5 - x**2", "(93*x**5) - x**2", "9(3*x**5)/5 - x**2", "\\frac{9}{5}3x^5 - x^2",
                "93*x**5/5 - x²²",
                "(93*x**5 - 5*x**2)/5"]),
    (POWER, ["8.97 × 10⁻¹¹", "8.97 × 11", "8.97 × 10¹²", "8.97 × 10^(12)", "8.97 × 10^(11", "8.97 × 10^{11)"]),
    (DICE, ["1,225/20,73", "12,25/20736", "1.225/20.736", "1225/20736/1", "2,450/41,472", "1 225/20 73 6"]),
    (FACTORS, ["523 x", "x 523", "523 *", "523 × 1", "*523"]),
    (PAIR, ["3 x x 71", "3 × 71 ×", "3 71 ×", "3 × 71, 1", "3 + 71"]),
    (fixed("reasoning_gym/chain_sum", "123"), ["0,123", "0123,", "0_123", "0 123", "00,123", "-0,123"]),
    (SUM, ["The answer is 24", "= 24", "8 ⋅ (2 ⋅ 5 – 7) ⋅ 1"]),
    (TURNED, ["\\begin{bmatrix} 3 & 1 & 4 & 2 \\end{bmatrix}", "\\begin{bmatrix} 3 \\\\ 1 & 4 & 2 \\end{bmatrix}",
              "[3; 1; 4; 2]", "3;1;4;2"]),
    (LETTERS, ["[['D', 'A', 'E'], ['B', 'F', 'C']]", "[['D'], ['A', 'E', 'B', 'F', 'C']]", "[D, A, E, B, F, C]",
               "[[D, A, E, B, F, C]]", "D A E\nB F C", "D A\nE B F\nC"]),
    (TILES, ["8 0 2 0\n0 4 0\n8 4", "[[8, 0], [2, 0, 0, 4], [0, 8, 4]]", "[[8, 0, 2, 0, 0, 4, 0, 8, 4]]",
             "8\n0\n2\n0\n0\n4\n0\n8\n4", "8 0; 2 0 0 4; 0 8 4", "[8 0\n2 0 0 4\n0 8 4]",
             "[[8],[0],[2],[0],[0],[4],[0],[8],[4]]"]),
    (DISCS, ["--\n--\nBB\nB-\n-B\nW-\n--\n--", "--- -BBB --BW -----", "----B\nBB--B\nW-----",
             '["----B", "BB--", "BW-", "----"]']),
    (LIGHTS, ["010 1", "0\n101", "[0, 1, 0], [1]", "0\n1\n0\n1"]),
    (POOL, ["[[3, 3], [3, 4.5]", "[3, 3], [3, 4.5]]", "3 3 3\n4.5", "[[3], [3, 3, 4.5]]", "[[3, 3, 3, 4.5]]",
            "3\n3\n3\n4.5"]),
    (MODULO, ["✅❌\n✅❌\n❌✅\n❌✅", "✅❌✅\n❌❌✅\n❌✅"]),
    (QUEENS, ['["_Q__", "___Q", "Q___"]', '["_Q__", "___Q", "Q___", "__Q"]', "_Q__, ___Q, Q___, Q___"]),
    (ORDER, ["CDEA", "CDEABB", "CDEBA", "C -> D -> E -> B -> A", "C and D", "CD EAB", "C, D, E, A or B",
             "C > D > E > A > B",
             "CANDEAB", "The order is CDEAB"]),
    (CARDS, ["ABCD", "DCB", "DC BA", "DCBAA"]),
    (LOCK, ["AAB", "BAB", "ABBB", "A B BA"]),
    (BLOCKS, [f"```\n{BLOCKS.answer}\n```\n{BLOCKS.answer}", f"The answer is not {BLOCKS.answer}",
              "\\boxed{\\text{Move A from stack1 to stack2} \\\\ \\text{Move B from stack1 to stack2}}"]),
    (FOUR, ["1. fill B\n2. pour B->A\n3. empty A", "1. fill B\n\n2 pour B->A", "fill B -> A", "1. fill B\nand so on",
            "1 fill B", f"{FOUR.answer}\n```", f"```json\n{FOUR.answer}\n```\n```json\n[]\n```"]),
    (LIFT, ["Step 1: [(np.sqrt(70), [0, 1])]\nStep 2: [(50, [1]), (30, [0])]"]),
    (PATH, ["[(np.float64(-1.25), np.float64(-1.25)), (np.abs(-0.4), 0), (-0.4, 0.9), (1.25, 1.25)]"]),
]

"""The tasks of SymBench, and those of BIG-Bench Hard with answers of a form of their own."""
from by_hand import fixed

BOOLEAN = fixed("bbh/boolean_expressions", "True")
WALK = fixed("bbh/navigate", "No")
LIES = fixed("bbh/web_of_lies", "Yes")
SUM = fixed("bbh/multistep_arithmetic_two", "-12")
COUNT = fixed("bbh/object_counting", "8", wanted="fruits", counted=[5, 3])
SORT = fixed("bbh/word_sorting", "apple fig pear", words=["pear", "fig", "apple"])
DYCK = fixed("bbh/dyck_languages", ") } ]", text="[ { (")

GAME = fixed("symbench/game24", "8*(2*5-7)", numbers=[2, 5, 7, 8])
FRACTIONS = fixed("symbench/game24", "8/(3-8/3)", numbers=[3, 3, 8, 8])
IN_ORDER = fixed("symbench/combinatorial_calculation", "(2*3)+4", numbers=[2, 3, 4], target=10)
OPERATOR = fixed("symbench/new_operator", "96")
HALVES = fixed("symbench/new_operator", "-7/2")
PRODUCT = fixed("symbench/number_multiply", "5535")
STORY = fixed(
    "symbench/gsm_hard",
    "132294",
    "A kiosk sells 48213 pens at 3 dollars each and pays 12345 dollars of rent. How many dollars are left?",
)
GEOMETRY = fixed("symbench/math_geometry", "3*sqrt(5)", answers=["3*sqrt(5)"])
SECTOR = fixed("symbench/math_geometry", "9*pi/2; 7/2", answers=["9*pi/2", "7/2"])
CHANCE = fixed("symbench/math_counting_probability", "4/9; 6", answers=["4/9", "6"])

SCORE = fixed("symbench/statistical_counting", "6")
INSERT = fixed("symbench/string_insertion", "BEABCECDEACD")
REWRITE = fixed("symbench/string_deletion_and_modification", "bcb")
LETTERS = fixed("symbench/letters", "Count: 3, Positions: [1, 6, 7]", places=[1, 6, 7])
NONE = fixed("symbench/letters", "Count: 0, Positions: []", places=[])
SPLIT = fixed("symbench/string_splitting", "0, 1, 12, 2, 0, 2", final=[0, 1, 12, 2, 0, 2])
SYNTHESIS = fixed("symbench/string_synthesis", "0, 1, 0, 0, 0, 3, 0, 0, 0", final=[0, 1, 0, 0, 0, 3, 0, 0, 0])
CROPS = fixed("symbench/synthesis_decomposition", "0, 1, 1, 3, 0", final=[0, 1, 1, 3, 0])

MATRIX = fixed("symbench/matrix_transformation", "[['D', 'A'], ['E', 'B'], ['F', 'C']]")
POOL = fixed("symbench/pooling", "[[3, 3], [3, 4.5]]", kind="Mean", exact=["3", "3", "3", "9/2"])
MAXIMA = fixed("symbench/pooling", "[[5, 7]]", kind="Max", exact=["5", "7"])
LIGHTS = fixed("symbench/light_puzzles", "01 01")
SQUARE = fixed("symbench/pattern_recognition", "[2, 3]", corner=[2, 3])

REVERSI = fixed("symbench/reversi", "- - - -\nB B B -\n- B W -\n- - - -")
TILES = fixed("symbench/2048", "8 0 2\n0 0 4\n0 8 4")
SUDOKU = fixed(
    "symbench/standard_sudoku",
    "1 2 3 4\n3 4 1 2\n2 1 4 3\n4 3 2 1",
    size=4,
    grid=[[1, 0, 3, 0], [0, 4, 0, 2], [2, 0, 4, 0], [0, 3, 0, 1]],
)
DIAGRAM = fixed("symbench/letter_logic_diagram", "a b c\nb c a\nc a b", grid=[[*"a.c"], [*".c."], [*"c.."]])
QUEENS = fixed(
    "symbench/eight_queens",
    "0 4, 1 0, 2 7, 3 3, 4 1, 5 6, 6 2, 7 5",
    board="...X....\n........\n.......Q\n........\n........\n........\n..Q.....\n........",
)
CELLS = fixed("symbench/logic_puzzle", "0 2, 1 0, 1 1, 2 1", grid=[[2, 2, 4], [3, 1, 3], [4, 2, 2]], count=4, limit=4)
SIGNS = fixed("symbench/logic_puzzle", "0 1, 0 0, 1 0, 1 1", grid=[[-1, -2], [-3, -4]], count=4, limit=None)

EQUATION = fixed(
    "symbench/logical_equation",
    "8, 5, 16, 2",
    values=[2, 5, 8, 16],
    relations=[[0, "-", 1, 3], [2, "*", 0, 20], [3, "+", 1, 7]],
)
STICK = fixed(
    "symbench/constrained_linear_arrangement",
    "D C B A",
    game="stick",
    mine=[*"CADB"],
    results=["win", "draw", "draw", "loss"],
)
ELEMENTS = fixed(
    "symbench/constrained_linear_arrangement", "A C E", game="elements", mine=[*"AEC"], results=["draw", "loss", "win"]
)
JUNGLE = fixed("symbench/constrained_linear_arrangement", "H C", game="jungle", mine=[*"AB"], results=["loss", "win"])
CODE = fixed("symbench/cryptanalysis", "40TC")
MAHJONG = fixed("symbench/mahjong_pattern", "2, 2", results=[2, 2])
BOOKS = fixed(
    "symbench/permutations_and_combinations",
    "C, A, B, E, D",
    books="ABCDE",
    clues=[["at", "C", 1], ["left", "C", "A"], ["next", "B", "E"], ["right", "D", "E"], ["not", "D", 4]],
)

LIFT = fixed(
    "symbench/boxlift",
    "Step 1: [(70, [0, 1])]\nStep 2: [(50, [1]), (30, [0])]",
    boxes=[70, 50, 30],
    lifters=[40, 60],
    limit=3,
)
NET = fixed(
    "symbench/boxnet",
    '[{"Agent[0.5, 0.5]": "move(box_red, square[0.5, 1.5])"}, {"Agent[0.5, 1.5]": "move(box_red, target_red)"}]',
    things={"[0.5, 0.5]": ["box_red"], "[0.5, 1.5]": ["target_red"], "[0.5, 2.5]": []},
    limit=3,
)
BLOCKS = fixed(
    "symbench/blocksworld",
    "Move B from stack1 to stack2\nMove A from stack1 to stack2",
    start=["AB", "", ""],
    goal=["", "BA", ""],
)
PATH = fixed(
    "symbench/path_plan",
    "[(-1.25, -1.25), (-0.4, 0.0), (-0.4, 0.9), (1.25, 1.25)]",
    boxes={"red": [-60, -20, -20, 20], "blue": [0, 60, -40, 40]},
    visit=["red"],
    avoid=["blue"],
    ordered=False,
    start=[-125, -125],
    end=[125, 125],
)
ORDERED = fixed(
    "symbench/path_plan",
    "[(-1, 0), (1, 0)]",
    boxes={"red": [-60, -20, -20, 20], "green": [20, 60, -20, 20], "blue": [-20, 20, 100, 120]},
    visit=["red", "green"],
    avoid=["blue"],
    ordered=True,
    start=[-100, 0],
    end=[100, 0],
)

ACCEPTED = [
    (BOOLEAN, ["True", "true", "TRUE.", "(True)", '"True"']),
    (WALK, ["No", "no.", "NO", "[No]", "'no'"]),
    (LIES, ["Yes", "yes", "YES.", "`Yes`", " yes "]),
    (SUM, ["-12", "-12.0", "\u221212", "$-12$", "-12."]),
    (COUNT, ["8", "eight", "8 fruits", "Eight.", "8 fruit"]),
    (SORT, ["apple fig pear", "apple, fig, pear", "Apple\nfig\npear", "['apple', 'fig', 'pear']", "apple;fig;pear."]),
    (DYCK, [") } ]", ")}]", ")\n}\n]", " )} ]", "[ { ( ) } ]", "\\boxed{) } ]}", '") } ]".', "[')', '}', ']']",
            '["[", "{", "(", ")", "}", "]"]']),
    (
        GAME,
        [
            "24 = 8*(2*5-7)",
            "8*[2*5-7]",
            "8 \\times (2 \\cdot 5 − 7)",
            "8*(2*5-7)",
            "8 * (2 * 5 - 7) = 24",
            "((2×5)-7)*8",
            "(5*2-7)*8.",
            "\\boxed{8*(5*2-7)}",
        ],
    ),
    (FRACTIONS, ["8/(3-8/3)", "8 / (3 - 8/3)"]),
    (
        IN_ORDER,
        ["2*3+4 = 6+4 = 10", "2*3+4", "(2*3)+4", "[2, *, 3, +, 4]", "['2', '*', '3', '+', '4']", "2 × 3 + 4 = 10"],
    ),
    (OPERATOR, ["96", "96.0", "+96", "\\boxed{96}", " 96."]),
    (
        HALVES,
        [
            "-3\\frac{1}{2}",
            "$\\boxed{-7/2}$",
            "\\(-3.5\\)",
            "Answer: -7/2",
            "-7/2",
            "-3.5",
            "-\\frac{7}{2}",
            "\u22127/2",
        ],
    ),
    (PRODUCT, ["5{,}535", "$\\boxed{5535}$", "5535", "5,535", "5535.", "5535.0", "+5535", "5 535", "5_535"]),
    (STORY, ["132294", "132,294", "$132,294", "132294 dollars", "132294.00"]),
    (
        GEOMETRY,
        ["3 \\cdot \\sqrt 5", "$3\\sqrt5$", "3*sqrt(5)", "3√5", "3\\sqrt{5}", "6.7082039", "sqrt(45)", "3 sqrt(5)"],
    ),
    (
        SECTOR,
        [
            "(1) 9*pi/2; (2) 3\\frac{1}{2}",
            "$\\frac{9\\pi}{2}$\n$\\frac{7}{2}$",
            "4.5 * pi; 3.50000000",
            "9*pi/2; 7/2",
            "9π/2; 3.5",
            "4.5pi;3.5",
            "\\frac{9\\pi}{2}; \\frac{7}{2}",
            "14.137167; 3.5",
        ],
    ),
    (
        CHANCE,
        ["(1) 4/9; (2) 6", "(1): 4/9\n(2): 6", "1. 4/9\n2. 6", "1: 4/9; 2: 6", "4/9\n6", "`4/9`; `6`", "4/9; 6",
         "8/18;6", "\\frac{4}{9}; 6", "(4/9); 6.", " 4/9 ;6.0"],
    ),
    (SCORE, ["6", "6.", "6.0", '"6"', "\\boxed{6}"]),
    (INSERT, ["BEABCECDEACD", "'BEABCECDEACD'", "BEABCECDEACD.", "[BEABCECDEACD]", " BEABCECDEACD\n"]),
    (REWRITE, ["bcb", '"bcb"', "bcb.", "`bcb`", "\\boxed{bcb}"]),
    (
        LETTERS,
        [
            "Count: 3, Positions: [1, 6, 7]",
            "count: 3, positions: [7, 6, 1]",
            "Count 3; positions 1, 6, 7",
            "COUNT: 3\nPOSITIONS: [1,6,7]",
            '"Count: 3, Position: [1 6 7]".',
            "**Count:** 3, **Positions:** [1, 6, 7]",
            '{"Count": 3, "Positions": [1, 6, 7]}',
            "- Count: 3\n- Positions: [1, 6, 7]",
        ],
    ),
    (NONE, ["Count: 0, Positions: none", "Count: 0, Positions: []", "count: 0, positions:"]),
    (
        SPLIT,
        [
            "A = 0, B = 1, C = 12, X = 2, Y = 0, Z = 2",
            "0, 1, 12, 2, 0, 2",
            "[0, 1, 12, 2, 0, 2]",
            "0 1 12 2 0 2",
            "(0,1,12,2,0,2)",
            "0\n1\n12\n2\n0\n2",
        ],
    ),
    (
        SYNTHESIS,
        [
            "0, 1, 0, 0, 0, 3, 0, 0, 0",
            "[0,1,0,0,0,3,0,0,0]",
            "0 1 0 0 0 3 0 0 0",
            "0;1;0;0;0;3;0;0;0",
            "[0 1 0] [0 0 3] [0 0 0]",
        ],
    ),
    (CROPS, ["0, 1, 1, 3, 0", "[0, 1, 1, 3, 0]", "0 1 1 3 0", "(0,1,1,3,0).", "0.0, 1, 1, 3, 0"]),
    (
        MATRIX,
        [
            "[['D', 'A'], ['E', 'B'], ['F', 'C']]",
            "D A\nE B\nF C",
            "[[D,A],[E,B],[F,C]]",
            '[["D","A"],["E","B"],["F","C"]]',
        ],
    ),
    (POOL, ["[[3, 3], [3, 4.5]]", "3, 3, 3, 4.50", "3.0 3.0\n3.0 4.5", "[[3,3],[3,9/2]]", "3;3;3;4.5"]),
    (LIGHTS, ["01 01", "0101", "[[0, 1], [0, 1]]", "0 1\n0 1", "0,1,0,1"]),
    (SQUARE, ["[2, 3]", "2, 3", "(2, 3)", "2 3", "[2,3]."]),
    (
        REVERSI,
        [
            "- - - -\nB B B -\n- B W -\n- - - -",
            "----\nBBB-\n-BW-\n----",
            "-,-,-,-,B,B,B,-,-,B,W,-,-,-,-,-",
            "[['-','-','-','-'],['B','B','B','-'],['-','B','W','-'],['-','-','-','-']]",
            "---- BBB- -BW- ----.",
        ],
    ),
    (
        TILES,
        [
            "8 0 2\n0 0 4\n0 8 4",
            "[[8, 0, 2], [0, 0, 4], [0, 8, 4]]",
            "8,0,2,0,0,4,0,8,4",
            "8 0 2; 0 0 4; 0 8 4",
            "(8,0,2),(0,0,4),(0,8,4)",
        ],
    ),
    (
        SUDOKU,
        [
            "1 2 3 4 / 3 4 1 2 / 2 1 4 3 / 4 3 2 1",
            "1234|3412|2143|4321",
            "1 2 3 4\n3 4 1 2\n2 1 4 3\n4 3 2 1",
            "[[1,2,3,4],[3,4,1,2],[2,1,4,3],[4,3,2,1]]",
            "1234341221434321",
            "1234\n3412\n2143\n4321",
            "1,2,3,4,3,4,1,2,2,1,4,3,4,3,2,1",
        ],
    ),
    (
        DIAGRAM,
        [
            "a b c\nb c a\nc a b",
            "abc\nbca\ncab",
            "a,b,c\nb,c,a\nc,a,b",
            "[['a','b','c'],['b','c','a'],['c','a','b']]",
            "ABC BCA CAB",
        ],
    ),
    (
        QUEENS,
        [
            "0 4, 1 0, 2 7, 3 3, 4 1, 5 6, 6 2, 7 5",
            "[(0,4),(1,0),(2,7),(3,3),(4,1),(5,6),(6,2),(7,5)]",
            "7 5, 0 4, 1 0, 2 7, 3 3, 4 1, 5 6, 6 2",
            "[[0, 4], [1, 0], [2, 7], [3, 3], [4, 1], [5, 6], [6, 2], [7, 5]]",
            "0 4\n1 0\n2 7\n3 3\n4 1\n5 6\n6 2\n7 5",
        ],
    ),
    (
        CELLS,
        [
            "0 2, 1 0, 1 1, 2 1",
            "[(0, 2), (1, 0), (1, 1), (2, 1)]",
            "2 1, 1 1, 1 0, 0 2",
            "0 2; 1 0; 1 1; 2 1",
            "[[0,2],[1,0],[1,1],[2,1]].",
        ],
    ),
    (SIGNS, ["0 1, 0 0, 1 0, 1 1"]),
    (
        EQUATION,
        [
            "A = 8, B = 5, C = 16, D = 2",
            "A: 8\nB: 5\nC: 16\nD: 2",
            "{'A': 8, 'B': 5, 'C': 16, 'D': 2}",
            "8, 5, 16, 2",
            "[8, 5, 16, 2]",
            "8 5 16 2",
            "(8,5,16,2)",
            "8.0, 5, 16, 2.",
        ],
    ),
    (STICK, ["D C B A", "D, C, B, A", "[D, C, B, A]", "['D', 'C', 'B', 'A']", "d c b a"]),
    (ELEMENTS, ["A C E"]),
    (JUNGLE, ["H C", "H D", "H, G"]),
    (CODE, ["40TC", "4 0 T C", '["4", "0", "T", "C"]', "40tc", "4, 0, T, C."]),
    (MAHJONG, ["Round 1: 2, Round 2: 2", "2, 2", "[2, 2]", "2 2", "(2,2)", "2; 2."]),
    (BOOKS, ["C, A, B, E, D", '["C", "A", "B", "E", "D"]', "C A B E D", "['C', 'A', 'B', 'E', 'D']", "c,a,b,e,d"]),
    (
        LIFT,
        [
            "- Step 1: [(70, [0, 1])],\n- Step 2 : [(50, [1]), (30, [0])];",
            "Step 1: [(70, [0, 1])]\nStep 2: [(50, [1]), (30, [0])]",
            "Step 1: [(50, [1]), (30, [0])] Step 2: [(70, [1, 0])]",
            "step 1: [[70, [0, 1]]]\nstep 2: [[50, [1]], [30, [0]]]",
            "Step 1: [(70, (0, 1))]\nStep 2: [(50, (1,)), (30, (0,))]",
            "Step 1: [(70, [0, 1])]\nStep 2: [(50, [1])]\nStep 3: [(30, [0])]",
        ],
    ),
    (
        NET,
        [
            NET.answer,
            NET.answer.replace('"', "'"),
            NET.answer.replace(", ", ","),
            NET.answer.replace(" ", "  "),
            '[{"Agent[0.5, 0.5]":"move(box_red,square[0.5,1.5])"},\n{"Agent[0.5, 1.5]":"move(box_red,target_red)"}]',
        ],
    ),
    (
        BLOCKS,
        [
            "- Move B from stack1 to stack2\n- Move A from stack1 to stack2",
            "Step 1: Move B from stack1 to stack2, Step 2: Move A from stack1 to stack2",
            "['Move B from stack1 to stack2', 'Move A from stack1 to stack2']",
            BLOCKS.answer,
            "Move B from 1 to 2\nMove A from 1 to 2",
            "1. Move B from stack1 to stack2\n\n2. Move A from stack1 to stack2.",
            "move b from stack 1 to stack 2\nmove a from stack 1 to stack 2",
            "Move B from stack1 to stack3\nMove A from "
            "stack1 to stack3\nMove A from stack3 to stack1\nMove B from stack3 to stack2\nMove A from stack1 to "
            "stack2",
        ],
    ),
    (
        PATH,
        [
            "(-1.25, -1.25), (-0.4, 5.5e-17), (-0.4, 0.9), (1.25, 1.25)",
            PATH.answer,
            PATH.answer.replace("(", "[").replace(")", "]"),
            PATH.answer.replace(" ", ""),
            "[(-1.2500001, -1.25), (-0.4, 0), (-0.4, 0.9), (1.25, 1.25)]",
            "[[-1.25, -1.25], [-0.4, -0.2], [-0.4, 0.9], [1.25, 1.25]]",
        ],
    ),
    (ORDERED, ["[(-1, 0), (1, 0)]", "[(-1, 0), (-1, 1), (0.3, 0), (-0.3, 0), (0.3, 0), (1, 0)]"]),
]

REFUSED = [
    (BOOLEAN, ["False", "not False", "1", "True or False", "True True", "yes", "T", "not True"]),
    (WALK, ["Yes", "No, yes", "not", "n", "no no", "False"]),
    (LIES, ["No", "Yes or no", "y", "lies", "True"]),
    (SUM, ["12", "-12 or 12", "- 12 + 0", "-12e0", "--12", "-1 2", "-12, 3", "0x-c"]),
    (COUNT, ["5", "8 or 9", "nine", "eight nine", "5 + 3", "8 animals", "no", "eightfruits8"]),
    (SORT, ["pear fig apple", "apple fig", "apple fig pear pear", "applefigpear", "apple fig pear grape", "a f p"]),
    (DYCK, ["] } )", ") }", ") } ] ]", "[ { (", "( ) } ]", "} ]", "[{(]})", "[]", "[')', '}']", "[']', '}', ')']",
            "[')', '}', ']', ']']", "[[')', '}', ']']]"]),
    (
        GAME,
        [
            "25 = 8*(2*5-7)",
            "24 = 24",
            "8*(2*5-7) = 24 = 25",
            "8*3 = 24",
            "24",
            "8*3",
            "8*(2*5-7)*1",
            "8*(2*5-7) # 2",
            "2+5+7+8",
            "8**(2*5-7)",
            "8*(2*5-7)=25",
            "25-7+8//2",
            "8*2*5-56",
            "(8*(2*5-7)",
            "8*(2*5-7))",
            "82-57-1",
            "8*(2*5-7)==24",
            "-7*8+2*5*8",
            "8*(2*5.0-7)",
        ],
    ),
    (FRACTIONS, ["8/(3-8/3) # 3", "3*8", "(8+8)*(3/3)+8", "8*3*(8-3)/5", "23.99999999999999"]),
    (
        IN_ORDER,
        [
            "4+2*3",
            "3*2+4",
            "2*3+4=11",
            "24",
            "2*(3+4)",
            "[2, *, *, 3, +, 4]",
            "[2, 3, +, 4]",
            "2*3+4+0",
            "2**3+4",
            "10",
        ],
    ),
    (OPERATOR, ["95", "96 or 97", "9 6", "96#1", "96*1", "nan"]),
    (HALVES, ["3\\frac{1}{2}", "-\\frac{1}{2}", "-3\\frac{2}{1}", "-3", "7/2", "-7//2", "-7/-2", "-3.50001", "-7/2/1"]),
    (
        PRODUCT,
        [
            "55\\frac{35}{1}",
            "553\\frac{5}{1}",
            "5536",
            "123 * 45",
            "55 35",
            "5.535",
            "5,53,5",
            "5535 5535",
            "-5535",
            "15535",
            "55350",
        ],
    ),
    (STORY, ["132295", "-132294", "132294 and 1", "48213*3-12345", "1.3229e5", "132294 pens", "13229.4", "1322940"]),
    (
        GEOMETRY,
        [
            "6.708204 + 0",
            "6.70820",
            "sqrt(3*3+6*6)",
            "sqrt(9+36)",
            "3\\frac{5}{1}",
            "3*sqrt(6)",
            "6.7",
            "6.71",
            "5*sqrt(3)",
            "sqrt(5)",
            "3*sqrt(5)+1",
            "3*sqrt(-5)",
            "3**sqrt(5)",
            "3sqrt5; 1",
        ],
    ),
    (SECTOR, ["7/2; 9*pi/2", "9*pi/2", "9*pi/2; 7/2; 1", "4.5; 3.5", "9*pi/4; 7/2", "9*pi/2 7/2"]),
    (
        CHANCE,
        [
            "(2) 4/9; (1) 6",
            "(1) 4/9; (1) 6",
            "2. 4/9\n1. 6",
            "1. 4/9\n6",
            "1. 4/9\n2.6",
            "4/9",
            "6; 4/9",
            "0.44; 6",
            "5/9; 6",
            "4/9; 6; 6",
            "4/9, 6",
            "40/9; 6",
            "44%; 6",
        ],
    ),
    (SCORE, ["5", "6 points or 7", "1+2+3", "6,7", "66"]),
    (INSERT, ["BEABCCDEAD", "beabcecdeacd", "BEABCECDEACDD", "BEABCECDEAC", "BEABC ECDEACD", "EBEABCECDEACD"]),
    (REWRITE, ["abbc", "cabc", "bc", "BCB", "b c b", "bcbb", "cb", "bcb bcb"]),
    (
        LETTERS,
        [
            "Count: 3, Positions: [1, 6]",
            "Count: 2, Positions: [1, 6, 7]",
            "**Count:** 2, **Positions:** [1, 6, 7]",
            "- Count: 3\n- Positions: [1, -6, 7]",
            "Count: 3, Positions: [1, 6, 7, 7]",
            "Count: 3",
            "Positions: [1, 6, 7]",
            "Count: 3, Positions: [0, 5, 6]",
            "Count: 3, Positions: [16, 7]",
            "Count: 3, Positions: [1, 6, 6]",
            "3 1 6 7",
            "Count: 3 or 4, Positions: [1, 6, 7]",
        ],
    ),
    (
        NONE,
        [
            "Count: 0, Positions: [1]",
            "Count: 1, Positions: []",
            "Count: , Positions: []",
            "Count: 0, Positions: one",
            "Count: 0",
        ],
    ),
    (
        SPLIT,
        [
            "A = 0, B = 1, C = 12, X = 2, Y = 0",
            "B = 0, A = 1, C = 12, X = 2, Y = 0, Z = 2",
            "0112202",
            "0, 1, 1, 2, 2, 0, 2",
            "0, 1, 12, 2, 0",
            "0, 1, 12, 2, 0, 2, 0",
            "0, 1, 12, 2, 0, 3",
            "1, 0, 12, 2, 0, 2",
        ],
    ),
    (
        SYNTHESIS,
        [
            "010003000",
            "0, 1, 0, 0, 0, 3",
            "0, 0, 0, 0, 1, 0, 1, 1, 0",
            "0, 1, 0, 0, 0, 3, 0, 0, 0, 0",
            "[A] 0, [B] 1",
            "0, 1, 0, 0, 0, -3, 0, 0, 0",
        ],
    ),
    (CROPS, ["01130", "0, 1, 1, 3", "0, 1, 3, 1, 0", "0, 1, 1, 3, 0, 0", "0, 1, 1, 3.5, 0", "4, 2, 1, 0, 0"]),
    (
        MATRIX,
        [
            "[['A', 'B', 'C'], ['D', 'E', 'F']]",
            "D,A,E,B,F,C",
            "D,A,E,B,F",
            "D,A,E,B,F,C,C",
            "DAEBFC",
            "D A\nE B\nC F",
            "d a\ne b\nf c",
        ],
    ),
    (POOL, ["3, 3, 3, 4", "3.004, 2.998, 3.001, 4.496", "3, 3, 3, 4.505", "3, 3, 4.5", "3, 3, 3, 4.51", "3 3 3 4.5 4.5", "3, 3, 3, x", "3, 3, 3, 9//2"]),
    (MAXIMA, ["5, 7.001", "7, 5", "5", "5 7 9", "57"]),
    (LIGHTS, ["10 01", "01 0", "01 01 0", "01 02", "10 10", "01 01 01", "True"]),
    (SQUARE, ["[3, 2]", "[1, 2]", "[3, 4]", "[2, 3, 3]", "[0, 1]", "23", "2.5, 3"]),
    (
        REVERSI,
        [
            "- - - -\n- W B -\n- B W -\n- - - -",
            "----B---",
            "- - - -\nB W B -\n- B W -\n- - - -",
            "----BBB--BW-----B",
            "---- bbb- -bw- ----",
            "....BBB..BW.....",
            "- - - -\nB B B -\n- B W -\n- - - B",
        ],
    ),
    (
        TILES,
        [
            "0 4 2\n2 2 4\n0 8 4",
            "8 0 2\n0 0 4",
            "802004084",
            "8 0 2\n0 0 4\n0 8 4\n0 0 0",
            "8 4 2\n0 0 8\n0 0 0",
            "8 0 2\n0 0 4\n0 8 -4",
            "16 0 2\n0 0 4\n0 8 4",
        ],
    ),
    (
        SUDOKU,
        [
            "1 0 3 0\n0 4 0 2\n2 0 4 0\n0 3 0 1",
            "1 2 3 4\n3 4 1 2\n2 1 4 3\n4 3 2 2",
            "2 1 4 3\n4 3 2 1\n1 2 3 4\n3 4 1 2",
            "1 2 3 4\n3 4 1 2\n2 1 4 3",
            "1 2 3 4\n2 4 1 3\n3 1 4 2\n4 3 2 1",
            "12343412214343211",
            "1234341221434³21",
            "1 2 3 4 3 4 1 2 2 1 4 3 4 3 2 -1",
        ],
    ),
    (
        DIAGRAM,
        [
            "a . c\n. c .\nc . .",
            "b a c\na c b\nc b a",
            "a b c\nb c a\nc a",
            "a b c\nc a b\nb c a",
            "a b c\nb c a\nc a b\na",
            "a b c\nb c d\nc a b",
            "c b a\nb c a\nc a b",
        ],
    ),
    (
        QUEENS,
        [
            "0 0, 1 4, 2 7, 3 5, 4 2, 5 6, 6 1, 7 3",
            "0 3, 1 1, 2 7, 3 4, 4 6, 5 0, 6 2, 7 5",
            "2 7, 6 2",
            "0 4, 1 0, 2 7, 3 3, 4 1, 5 6, 6 2",
            "0 4, 1 0, 2 7, 3 3, 4 1, 5 6, 6 2, 8 9",
            "0 4, 1 0, 2 7, 3 3, 4 1, 5 6, 6 2, 6 2",
            "99 99, 98 97, 2 7, 90 3, 80 1, 70 6, 6 2, 60 5",
            "0 4, 1 0, 2 7, 3 3, 4 1, 5 6, 6 2, 7 5, 7 5",
            "0 3, 1 6, 2 2, 3 7, 4 1, 5 4, 6 0, 7 5",
            "4, 0, 7, 3, 1, 6, 2, 5",
        ],
    ),
    (
        CELLS,
        [
            "99 99, 99 99, 99 99, 99 99",
            "0 2, 0 2, 0 2, 0 2",
            "0 2, 1 0, 1 1",
            "1 0, 1 1, 2 1, 2 2",
            "0 2, 1 0, 1 1, 2 2, 2 1",
            "0 2, 0 0, 1 0, 1 1",
            "1 3, 2 1, 2 2, 3 2",
            "0 -1, 1 0, 1 1, 2 1",
            "0 2, 2 0, 1 0, 1 1",
        ],
    ),
    (SIGNS, ["0 1, 0 0, 1 0", "0 1, 1 0, 0 0, 0 0", "0 1", "0 0, 0 1, 1 1, 1 2", "1 0, 1 1, 0 0, 2 2"]),
    (
        EQUATION,
        [
            "8, 5, 16, 16",
            "5, 8, 16, 2",
            "8, 5, 16",
            "8, 5, 16, 2, 2",
            "11, 8, 22, -1",
            "8, 5, 2, 16",
            "A=8, C=5, B=16, D=2",
            "B=8, A=5, C=16, D=2",
            "A=8, B=5, C=16, D=2, 2",
        ],
    ),
    (STICK, ["D D B A", "D C B", "D C B A A", "A B C D", "C A D B", "D C B E", "DCBB", "stick tiger chicken worm"]),
    (ELEMENTS, ["A A E", "A B E", "C E D", "A C", "A C E E", "E C A"]),
    (JUNGLE, ["H A", "H B", "H H", "A H", "G A", "H I", "H", "H C C"]),
    (CODE, ["04TC", "40CT", "40T", "40TCC", "40", "T C 4 0", "40TC or 40TD", "41TC"]),
    (MAHJONG, ["2", "2, 0", "2, 1", "2, 2, 2", "22", "2, 2.5", "Chi, Chi"]),
    (
        BOOKS,
        [
            "C, A, B, E, D, D",
            "C, A, B, E",
            "A, C, B, E, D",
            "C, A, B, D, E",
            "C, A, E, D, B",
            "C, C, B, E, D",
            "C, A, B, E, D, junk",
            "C, F, B, E, D",
            "C, B, E, D, A",
        ],
    ),
    (
        LIFT,
        [
            "Step 1: [(70, [0, 1])]",
            "Step 1: [(70, [1, 1])]\nStep 2: [(50, [1]), (30, [0])]",
            "Step 1: [(70, [0, -1])]\nStep 2: [(50, [1]), (30, [0])]",
            "Step 1: [(70, [0, 1]), (50, [1])]\nStep 2: [(30, [0])]",
            "Step 1: [(70, [0])]\nStep 2: [(50, [1]), (30, [0])]",
            "Step 1: [(70, [0, 1])]\nStep 2: [(50, [1])]\nStep 3: []\nStep 4: [(30, [0])]",
            "Step 1: [(70, [0, 1])]\nStep 2: [(50, [1]), (30, [0])]\nStep 3: [(30, [0])]",
            "Step 1: [(70, [0, 1])]\nStep 2: [(50, [1]), (30, [2])]",
            "Step 1: [(70, [0, 1]), (50, [1]), (30, [0])]",
            "Step 1: [(0, [])]",
            "Step 1: [(-70, [0, 1])]\nStep 2: [(50, [1]), (30, [0])]",
        ],
    ),
    (
        NET,
        [
            "[]",
            "[{}]",
            '[{"Agent[0.5, 0.5]": "move(box_red, target_red)"}]',
            '[{"Agent[0.5, 0.5]": "move(box_red, square[0.5, 1.5])", "Agent[0.5, 1.5]": "move(box_red, target_red)"}]',
            '[{"Agent[0.5, 0.5]": "move(box_red, square[1.5, 0.5])"}]',
            '[{"Agent[0.5, 0.5]": "move(box_red, square[0.5, 2.5])"}]',
            '[{"Agent[0.5, 0.5]": "move(box_red, square[0.5, 1.5])"}]',
            NET.answer.replace(')"}, {', ')", "Agent[0.5, 2.5]": "move(box_blue, square[0.5, 1.5])"}, {'),
            NET.answer.replace("target_red)", "target_blue)"),
            NET.answer.replace("[0.5, 1.5])", "[0.5, -0.5])"),
            NET.answer[:-1] + ', {"Agent[0.5, 1.5]": "move(box_red, target_red)"}]',
            NET.answer[1:-1],
        ],
    ),
    (
        BLOCKS,
        [
            "Do not move B from stack1 to stack2, move A from stack1 to stack2",
            "move B from stack1 to stack2 or stack3, move A from stack1 to stack2",
            "Move B from stack1 to stack2",
            "Move A from stack1 to stack2\nMove B from stack1 to stack2",
            "Move B from stack1 to table\nMove A from stack1 to stack2",
            "Move B from stack1 to stack4\nMove A from stack1 to stack2",
            "Move B from stack1 to stack2\nMove A from stack1 to stack2\nMove C from stack1 to stack2",
            "Move B from stack1 to stack0\nMove A from stack1 to stack2",
            "stack2: B A",
            "Move B and A from stack1 to stack2",
            "Move B from stack1 to stack1\nMove A from stack1 to stack2",
        ],
    ),
    (
        PATH,
        [
            "[(-1.25, -1.25), (1.25, 1.25)]",
            "[(-1.25, -1.25), (-0.4, 0.0)]",
            "[(-0.4, 0.0), (-0.4, 0.9), (1.25, 1.25)]",
            "[(-1.25, -1.25), (-0.4, 0.0), (1.25, 1.25)]",
            "[(-1.25, -1.25), (-0.4, 0.0), (-0.4, 1.5), (1.25, 1.25)]",
            "[(-1.25, -1.25), (-0.4, 0.9), (1.25, 1.25)]",
            "[(-1.25, -1.25), (-0.4, 0, 1), (-0.4, 0.9), (1.25, 1.25)]",
            "[(-1.25, -1.25), (-0.4, 0.0), (0.0, 0.4), (-0.4, 0.9), (1.25, 1.25)]",
            "[(-1.25, -1.25), (nan, nan), (1.25, 1.25)]",
            "[(-1.25, -1.25), (-0.4, 0.0), (-0.4, 0.9), (1.25, 1.26)]",
            "[(-1.25, -1.25), (0.3, 0.0), (1.25, 1.25)]",
        ],
    ),
    (
        ORDERED,
        [
            "[(-1, 0), (-1, 1), (0.3, 1), (0.3, 0), (-0.3, 0), (-0.3, 1), (1, 1), (1, 0)]",
            "[(-1, 0), (0, 0), (0, 1), (1, 1), (1, 0)]",
            "[(-1, 0), (-1, -1), (1, -1), (1, 0)]",
            "[(1, 0), (-1, 0)]",
            "[(-1, 0), (1, 0), (1, 0.5)]",
        ],
    ),
]

"""The tasks of tasks/bbh/ with options and stories."""
from by_hand import fixed

SPORTS = fixed("bbh/sports_understanding", "No")
FILMS = fixed("bbh/movie_recommendation", "(B)", options=["A Bridge Too Far", "A New Hope", "Up", "Dr. No"])
PUNS = fixed("bbh/ruin_names", "(C)", options=["the birms", "the biords", "the bards", "the eirds"])
DATES = fixed("bbh/date_understanding", "(B)", options=["03/04/2020", "03/03/2020", "04/03/2020", "03/03/2021"])
SARCASM = fixed(
    "bbh/snarks",
    "(A)",
    options=["How lovely that the train was five hours late.", "How lovely that the train was exactly on time."],
)
ORDER = fixed("bbh/hyperbaton", "(A)", options=["lovely red wooden chair", "red lovely wooden chair"])

ACCEPTED_KNOWLEDGE = [
    (SPORTS, ["No", "no", "NO.", "(no)", '"No"', "\\boxed{No}"]),
    (FILMS, ["(B)", "b", "B.", "Option B", "(B) A New Hope", "a new hope", "B: A New Hope."]),
    (PUNS, ["(C)", "c)", "C", "the bards", "(C) the bards", '"The Bards"']),
    (DATES, ["(B)", "B", "03/03/2020", "(B) 03/03/2020", "answer (B)", "$03/03/2020$"]),
    (
        SARCASM,
        [
            "(A)",
            "A",
            "a.",
            "How lovely that the train was five hours late",
            "(A) How lovely that the train was five hours late.",
        ],
    ),
    (ORDER, ["(A)", "A)", "option a", "lovely red wooden chair", "A. Lovely red wooden chair"]),
]

REFUSED_KNOWLEDGE = [
    (SPORTS, ["Yes", "yes no", "not no", "No and yes", "()", "no, it is plausible", "false"]),
    (
        FILMS,
        ["(A)", "(A) A New Hope", "(B) Up", "A Bridge Too Far", "(E)", "(B) (A)", "()", "A New Hope or Up", "not (B)"],
    ),
    (PUNS, ["(A)", "(C) the birms", "(A) the bards", "the birds", "bards", "(E)", "C D", "[]", "not the bards"]),
    (DATES, ["(A)", "(C) 03/03/2020", "03/04/2020", "(B) 03/04/2020", "(F)", "(B), (C)", "03/03", "not (B)", "()"]),
    (
        SARCASM,
        [
            "(B)",
            "(A) (B)",
            "How lovely that the train was exactly on time.",
            "(C)",
            "not (A)",
            "A or B",
            "(A) How lovely that the train was exactly on time.",
            "()",
            "How lovely that the train was late.",
        ],
    ),
    (
        ORDER,
        [
            "(B)",
            "(B) lovely red wooden chair",
            "red lovely wooden chair",
            "(C)",
            "lovely red chair",
            "not A",
            "{}",
            "AB",
            "red wooden lovely chair",
        ],
    ),
]

PRONOUN = fixed("bbh/disambiguation_qa", "(B)", options=["The customer", "The mechanic", "Ambiguous"])
OPEN = fixed("bbh/disambiguation_qa", "(C)", options=["The baker", "The tailor", "Ambiguous"])
CAUSE = fixed("bbh/causal_judgement", "No")
TRANSLATION = fixed(
    "bbh/salient_translation_error_detection",
    "(D)",
    options=[
        "Numbers",
        "Facts",
        "Dropped content",
        "Negation or antonyms",
        "Named entities",
        "Modifiers or adjectives",
    ],
)
ARGUMENT = fixed("bbh/formal_fallacies", "invalid")
VALID = fixed("bbh/formal_fallacies", "valid")

ACCEPTED_LANGUAGE = [
    (PRONOUN, ["(B)", "b", "B.", "(B) The mechanic", "the mechanic", "Option B", "B) The mechanic.", "\\boxed{B}",
               "**(B)** The mechanic", "**B.** the mechanic", "**B**: The mechanic", "(B) - The mechanic",
               "B \u2013 **The mechanic**", "Choice B", "The correct option is (B)", "The correct choice is: **B**"]),
    (OPEN, ["(C)", "ambiguous", "C: Ambiguous", "(c) ambiguous.", '"(C)"']),
    (CAUSE, ["No", "no", "NO.", "(No)", "'no'", "\\boxed{No}"]),
    (TRANSLATION, ["(D)", "D", "(D) Negation or antonyms", "negation or antonyms", "answer (d)", "D.", "`D`"]),
    (ARGUMENT, ["invalid", "Invalid.", "not valid", "NOT VALID", '"invalid"', "(invalid)", "\\boxed{invalid}"]),
    (VALID, ["valid", "Valid.", "VALID", "'valid'", "[valid]"]),
]

REFUSED_LANGUAGE = [
    (
        PRONOUN,
        [
            "(A)",
            "(A) (B)",
            "A or B",
            "(A) The mechanic",
            "(B) The customer",
            "The customer",
            "(D)",
            "()",
            "not B",
            "(B) The mechanic, or both",
            "mechanic or customer",
            "not the mechanic",
            "The customer The mechanic",
            "**(B)** The customer",
            "(B) - (A)",
            "(B) - The mechanic - The customer",
            "**(A)** **(B)**",
            "The wrong option is (B)",
            "Choice A",
        ],
    ),
    (OPEN, ["(A)", "The baker", "(C) The baker", "(A) Ambiguous", "not ambiguous", "(A), (B)", "[]"]),
    (CAUSE, ["Yes", "yes and no", "not no", "no yes", "()", "No, but yes", "none", "not"]),
    (
        TRANSLATION,
        [
            "(A)",
            "(D) (E)",
            "(D) Facts",
            "Facts",
            "(B) Negation or antonyms",
            "(G)",
            "not D",
            "()",
            "negation",
            "(D) Negation or antonyms and facts",
            "Negation or antonyms or Facts",
        ],
    ),
    (ARGUMENT, ["valid", "in valid", "valid invalid", "not invalid", "invalid or valid", "()", "not", "invalidvalid"]),
    (VALID, ["invalid", "not valid", "in valid", "valid or invalid", "not invalid", "valid, not invalid", "val", "()"]),
]

THREE = fixed("bbh/logical_deduction_three_objects", "(A)", options=["The crow", "The robin", "The owl"])
FIVE = fixed(
    "bbh/logical_deduction_five_objects",
    "(C)",
    options=[
        "Ada is the tallest",
        "Ada is the second tallest",
        "Ada is the third tallest",
        "Ada is the shortest",
        "Ada is the second shortest",
    ],
)
SEVEN = fixed(
    "bbh/logical_deduction_seven_objects", "(F)", options=["Ada", "Rita", "Olga", "Nils", "Kira", "Leo", "Paul"]
)
BALLS = fixed(
    "bbh/tracking_shuffled_objects_three_objects", "(A)", options=["The red ball", "The pink ball", "The blue ball"]
)
PRESENTS = fixed("bbh/tracking_shuffled_objects_five_objects", "(D)", options=["Ada", "Nils", "Kira", "Olga", "Leo"])
DANCE = fixed(
    "bbh/tracking_shuffled_objects_seven_objects",
    "(G)",
    options=["Berta", "Emma", "Jack", "Irma", "Oscar", "Frank", "Henry"],
)
COLOUR = fixed("bbh/reasoning_about_colored_objects", "(C)", options=["green", "red", "blue", "grey"])
AMOUNT = fixed("bbh/reasoning_about_colored_objects", "(B)", options=["three", "zero", "one", "two"])
IS_IT = fixed("bbh/reasoning_about_colored_objects", "(A)", options=["no", "yes"])
TABLE = fixed("bbh/penguins_in_a_table", "(B)", options=["Milo", "Rex", "Luna"])
TOTAL = fixed("bbh/penguins_in_a_table", "(D)", options=["53", "45", "63", "50", "43"])
TIMES = fixed(
    "bbh/temporal_sequences",
    "(B)",
    options=["from 7 am to 9 am", "from 9 am to 11 am", "from 2 pm to 4 pm", "from 11 am to 2 pm"],
)
SHAPE = fixed("bbh/geometric_shapes", "(B)", options=["circle", "triangle", "kite"])

ACCEPTED_OBJECTS = [
    (THREE, ["(A)", "A", "a)", "The crow", "(A) the crow", "Option A", "A: The crow."]),
    (FIVE, ["(C)", "c", "C.", "Ada is the third tallest.", "(C) Ada is the third tallest", "answer C"]),
    (SEVEN, ["(F)", "F", "f)", "Leo", "leo.", "(F) Leo", "F. Leo"]),
    (BALLS, ["(A)", "A.", "the red ball", "The red ball.", "(a) The red ball", '"A"']),
    (PRESENTS, ["(D)", "D", "Olga", "OLGA", "D) Olga", "\\boxed{D}"]),
    (DANCE, ["(G)", "g", "Henry", "Option G", "(G) Henry.", "`G`"]),
    (COLOUR, ["(C)", "blue", "Blue.", "C", "(C) blue", "C, blue"]),
    (AMOUNT, ["(B)", "zero", "B) zero"]),
    (IS_IT, ["(A)", "no", "No.", "A"]),
    (TABLE, ["(B)", "B", "Rex", "rex.", "(B) Rex", "option B"]),
    (TOTAL, ["(D)", "50", "D: 50", "50."]),
    (TIMES, ["(B)", "b", "from 9 am to 11 am", "From 9 am to 11 am.", "(B) from 9 am to 11 am", "B."]),
    (SHAPE, ["(B)", "B", "triangle", "Triangle.", "(b) triangle", "answer B"]),
]

REFUSED_OBJECTS = [
    (THREE, ["(B)", "(A) (B)", "A or B", "(A) The robin", "The robin", "(D)", "not (A)", "()", "crow"]),
    (FIVE, ["(A)", "C D", "(C) Ada is the tallest", "Ada is the tallest", "(F)", "not C", "third", "Ada", "[]"]),
    (SEVEN, ["(A)", "F, A", "(F) Paul", "Paul", "(H)", "not F", "Leo or Paul", "{}", "Leo finished", "6"]),
    (BALLS, ["(B)", "AB", "(A) The blue ball", "the blue ball", "(D)", "not the red ball", "red", "the red ball, B"]),
    (PRESENTS, ["(E)", "D E", "(D) Leo", "Leo", "(F)", "Olga and Leo", "not Olga", "()"]),
    (DANCE, ["(A)", "G/A", "(G) Frank", "Frank", "(R)", "Henry Frank", "not Henry", "7"]),
    (COLOUR, ["(A)", "C or D", "(C) red", "red", "(E)", "not blue", "blue red", "light blue", "[ ]"]),
    (AMOUNT, ["(A)", "one", "0 or 1", "(B) one", "zero one"]),
    (IS_IT, ["(B)", "yes", "no yes", "yes and no", "not", "(A) yes", "n"]),
    (TABLE, ["(A)", "B C", "(B) Luna", "Luna", "(D)", "not Rex", "Rex, Luna", "The dog Rex"]),
    (TOTAL, ["(A)", "53", "50 or 53", "(D) 53", "5", "500", "not 50"]),
    (TIMES, ["(A)", "B, C", "(B) from 7 am to 9 am", "from 7 am to 9 am", "(E)", "from 9 am", "9 to 11", "not (B)"]),
    (SHAPE, ["(A)", "B or C", "(B) kite", "kite", "(D)", "a triangle and a kite", "not a triangle", "triangles", "()"]),
]

ACCEPTED = ACCEPTED_KNOWLEDGE + ACCEPTED_LANGUAGE + ACCEPTED_OBJECTS
REFUSED = REFUSED_KNOWLEDGE + REFUSED_LANGUAGE + REFUSED_OBJECTS

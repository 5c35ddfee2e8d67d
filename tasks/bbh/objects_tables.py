"""Words and themes for the questions on orders, swaps, rows, tables and days (objects.py)."""

ORDINALS = "first second third fourth fifth sixth seventh".split()
COUNTS = "zero one two three four five six seven eight nine ten eleven twelve thirteen".split()

PEOPLE = ("Ada Bruno Clara David Elsa Felix Greta Hugo Ines Jonas Kira Leo Mona Nils Olga Paul Rita Simon Tara Victor "
          "Wanda Yusuf Zora").split()
PARTNERS = "Anton Berta Cesar Dunja Emma Frank Gloria Henry Irma Jack Lotte Moritz Nadia Oscar Petra Ralph".split()


def the(names: str) -> list[str]:
    return [f"the {name}" for name in names.split(", ")]


# Ways to put things in order. `front` and `back` name places counted from either end (the end itself, the others);
# {a} comes before {b} in that order.
ROW = {"front": ("leftmost", "{} from the left"), "back": ("rightmost", "{} from the right"),
       "before": "{a} is to the left of {b}", "after": "{b} is to the right of {a}",
       "gap": "between {a} and {b}", "between": "{a} is somewhere between {b} and {c}"}
PRICE = {"front": ("cheapest", "{} cheapest"), "back": ("most expensive", "{} most expensive"),
         "before": "{a} costs less than {b}", "after": "{b} costs more than {a}",
         "gap": "with a price between those of {a} and {b}",
         "between": "the price of {a} is between those of {b} and {c}"}
AGE = {"front": ("oldest", "{} oldest"), "back": ("newest", "{} newest"),
       "before": "{a} is older than {b}", "after": "{b} is newer than {a}",
       "gap": "with an age between those of {a} and {b}", "between": "the age of {a} is between those of {b} and {c}"}
WEIGHT = {"front": ("lightest", "{} lightest"), "back": ("heaviest", "{} heaviest"),
          "before": "{a} is lighter than {b}", "after": "{b} is heavier than {a}",
          "gap": "with a weight between those of {a} and {b}",
          "between": "the weight of {a} is between those of {b} and {c}"}
HEIGHT = {"front": ("tallest", "{} tallest"), "back": ("shortest", "{} shortest"),
          "before": "{a} is taller than {b}", "after": "{b} is shorter than {a}",
          "gap": "with a height between those of {a} and {b}",
          "between": "the height of {a} is between those of {b} and {c}"}
RACE = {"front": ("first", "{}"), "back": ("last", "{} to last"),
        "before": "{a} finished before {b}", "after": "{b} finished after {a}",
        "gap": "who finished between {a} and {b}", "between": "{a} finished somewhere between {b} and {c}"}
ORDERS = [
    {**ROW, "noun": "bird", "intro": "{} birds sit in a row on a branch",
     "things": the("owl, crow, robin, parrot, pigeon, sparrow, falcon, swallow, magpie, finch")},
    {**ROW, "noun": "book", "intro": "{} books stand in a row on a shelf",
     "things": the("atlas, cookbook, novel, dictionary, songbook, diary, comic, textbook, travel guide, notebook")},
    {**ROW, "noun": "mug", "intro": "{} mugs hang in a row on the wall",
     "things": the("red mug, blue mug, green mug, white mug, black mug, yellow mug, brown mug, pink mug, grey mug")},
    {**PRICE, "noun": "fruit", "intro": "{} fruits are for sale, each at a different price",
     "things": the("apple, pear, mango, melon, peach, plum, papaya, pineapple, orange, lemon")},
    {**PRICE, "noun": "vehicle", "intro": "{} vehicles are for sale, each at a different price",
     "things": the("truck, van, bus, tractor, motorbike, scooter, bicycle, jeep, trailer, sports car")},
    {**AGE, "noun": "building", "intro": "{} buildings in a town all have different ages",
     "things": the("church, hotel, library, theatre, museum, school, castle, bank, station, hospital")},
    {**WEIGHT, "noun": "dog", "intro": "{} dogs all have different weights",
     "things": the("poodle, terrier, beagle, collie, spaniel, boxer, dachshund, husky, pug, greyhound")},
    {**HEIGHT, "noun": "person", "intro": "{} people all have different heights", "things": PEOPLE},
    {**RACE, "noun": "runner", "intro": "{} runners finish a race, with no ties", "things": PEOPLE},
]

# Things that people swap. "has" and "swap" tell what happens, "whoever" names a person by the thing, "what" and "who"
# ask.
SWAPS = [
    {"intro": "{} play a game with balls.", "has": "{a} has {x}", "swap": "{a} and {b} swap balls",
     "whoever": "{a} swaps balls with whoever has {x} at that moment", "what": "Which ball does {a} have at the end?",
     "who": "Who has {x} at the end?",
     "things": the("red ball, blue ball, green ball, white ball, black ball, yellow ball, brown ball, pink ball")},
    {"intro": "{} bring presents to a party.", "has": "{a} has {x}", "swap": "{a} and {b} swap presents",
     "whoever": "{a} swaps presents with whoever has {x} at that moment",
     "what": "Which present does {a} have at the end?", "who": "Who has {x} at the end?",
     "things": the("striped present, dotted present, silver present, purple present, orange present, tiny present, "
                   "round present, long present")},
    {"intro": "{} borrow books from the library.", "has": "{a} has {x}", "swap": "{a} and {b} swap books",
     "whoever": "{a} swaps books with whoever has {x} at that moment", "what": "Which book does {a} have at the end?",
     "who": "Who has {x} at the end?",
     "things": the("atlas, cookbook, novel, dictionary, songbook, diary, comic, travel guide")},
    {"intro": "{} are at a dance, each with a partner.", "has": "{a} dances with {x}",
     "swap": "{a} and {b} swap partners",
     "whoever": "{a} swaps partners with whoever is dancing with {x} at that moment",
     "what": "With whom does {a} dance at the end?", "who": "Who dances with {x} at the end?", "things": PARTNERS},
    {"intro": "{} are in a football team.", "has": "{a} plays as {x}", "swap": "{a} and {b} swap positions",
     "whoever": "{a} swaps positions with whoever is playing as {x} at that moment",
     "what": "As what does {a} play at the end?", "who": "Who plays as {x} at the end?",
     "things": the("goalkeeper, striker, left winger, right winger, left back, right back, playmaker, sweeper")},
]

COLOURS = ("red orange yellow green blue purple pink brown black white grey silver gold beige turquoise bronze magenta "
           "maroon").split()
PLAIN_COLOURS = COLOURS[:11]  # no two of them could be taken for each other, so that things can be counted by them
THINGS = ("pen cup hat ball key spoon comb plate book box candle glove purse scarf sponge mug ruler bowl brush button "
          "lighter wallet vase lamp").split()

# Animals with their years, centimetres and kilograms: (lowest, highest).
ANIMALS = {
    "dog": ((2, 16), (25, 80), (8, 60)),
    "horse": ((2, 28), (120, 180), (350, 700)),
    "goat": ((2, 15), (50, 90), (25, 90)),
    "llama": ((2, 20), (90, 130), (110, 200)),
    "ostrich": ((2, 35), (170, 270), (70, 140)),
    "donkey": ((2, 30), (90, 140), (110, 280)),
}
ANIMAL_NAMES = ("Apollo Bella Coco Daisy Echo Fluffy Ginger Hazel Indigo Jasper Kiwi Luna Milo Nala Oreo Pepper "
                "Quincy Rex Shadow Toby Ursa Velvet Willow Yoshi Ziggy").split()
COLUMNS = (  # the head of the column, its unit, and the words for more and less
    ("age", "years", ("older", "oldest"), ("younger", "youngest")),
    ("height", "cm", ("taller", "tallest"), ("shorter", "shortest")),
    ("weight", "kg", ("heavier", "heaviest"), ("lighter", "lightest")),
)

PLACES = "museum, zoo, aquarium, gallery, market hall, bookshop, pharmacy, cinema, bakery, post office".split(", ")
ACTIVITIES = ("reading in the library, swimming in the lake, waiting at the station, painting in the studio, playing "
              "chess in the park, sitting in a café, working in the office, training at the gym, repairing a bicycle "
              "in the yard, singing in the choir, fishing at the river, weeding the garden").split(", ")

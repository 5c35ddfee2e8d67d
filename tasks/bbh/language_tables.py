"""What the questions of language.py are made of: our own sentences, roles, stories and predicates."""

# --- Pronouns ---

# Two roles; what only the first can have done, what only the second can, and what either can. After "had".
PAIRS = (
    ("mechanic", "customer",
     ("repaired the brakes", "welded the exhaust pipe back on", "ordered the spare part from the maker"),
     ("brought in a car for repair", "complained about the bill for the repair", "paid for the new brakes"),
     ("forgotten a pair of gloves in the car", "moved the car into the shade", "misread the date on the bill")),
    ("doctor", "patient",
     ("prescribed the tablets", "written out the prescription", "made the diagnosis"),
     ("been told to stay in bed for a week", "been cured by the tablets", "been taken to hospital with chest pain"),
     ("knocked over the glass of water", "mislaid the sheet with the dates", "left an umbrella in the surgery")),
    ("teacher", "pupil",
     ("marked the tests at the weekend", "written the report cards", "explained fractions to the class"),
     ("forgotten to do the homework", "been given a bad mark", "copied the answers from a classmate"),
     ("left a book in the classroom", "dropped a ruler behind the cupboard", "spilled ink on the exercise book")),
    ("waiter", "guest",
     ("carried the soup to the table", "taken down the orders for six tables", "been given a generous tip"),
     ("ordered the trout", "left a generous tip", "booked the table by the window for dinner"),
     ("knocked a glass off the table", "dropped a napkin on the floor", "noticed a stain on the tablecloth")),
    ("hairdresser", "client",
     ("cut the fringe too short", "swept the floor of the salon", "hired an apprentice for the salon"),
     ("booked a haircut for Friday", "paid for the haircut", "asked for a shorter fringe"),
     ("left a scarf by the mirror", "mixed up Tuesday and Thursday", "turned the radio down")),
    ("judge", "defendant",
     ("passed the sentence", "opened the trial", "rejected the appeal"),
     ("been found guilty", "confessed to the burglary", "been arrested in June"),
     ("mentioned the wrong date in court", "arrived late in the courtroom", "been photographed outside the court")),
    ("bus driver", "passenger",
     ("parked the bus at the depot", "driven the bus for nine hours", "closed the doors of the bus too early"),
     ("bought a ticket to the harbour", "fallen asleep on the back seat of the bus",
      "bought a monthly ticket for the bus"),
     ("dropped a coin on the floor of the bus", "mixed up two of the stops", "opened a window of the bus")),
    ("landlord", "tenant",
     ("raised the rent", "bought the house as an investment", "rented the flat out to a family before"),
     ("paid the rent too late", "moved out of the rented flat", "asked for a lower rent"),
     ("lost the second key to the flat", "misread the lease", "taken photographs of the damp wall")),
    ("author", "editor",
     ("invented the hero of the novel", "dreamt up the plot of the novel", "written the novel in two months"),
     ("been hired by the publisher to correct spelling mistakes", "accepted the manuscript for publication",
      "turned down the manuscripts of forty other writers"),
     ("lost a page of the manuscript", "left the manuscript on a train", "suggested another title")),
    ("goalkeeper", "striker",
     ("saved two penalties", "been beaten by a long shot into the top corner", "caught the high corner kick"),
     ("scored twice", "shot the ball over the bar", "missed a penalty"),
     ("hurt a knee in the match", "been shown a yellow card", "joined the club in May")),
    ("dentist", "patient",
     ("filled the tooth", "drilled for ten minutes", "bought a new chair for the dental practice"),
     ("lost a filling", "come to have a tooth filled", "had a wisdom tooth taken out"),
     ("mixed up Monday and Wednesday", "put a newspaper on the chair", "tripped over the door mat")),
    ("gardener", "house owner",
     ("been hired to mow the lawn", "sent a bill for mowing the lawn", "been paid for planting the hedge"),
     ("hired somebody to mow the lawn", "paid for the new hedge", "inherited the house and its garden"),
     ("left the rake out in the rain", "found a coin under the hedge", "seen a hedgehog near the shed")),
    ("tailor", "customer",
     ("sewn the suit", "taken the measurements for the suit", "shortened the sleeves of the suit"),
     ("ordered a suit for a wedding", "tried on the finished suit", "paid for the suit in cash"),
     ("found a button on the floor", "noticed a loose thread on the sleeve", "left a scarf on the counter")),
    ("police officer", "thief",
     ("made the arrest", "been promoted to sergeant", "written the report on the theft"),
     ("stolen the necklace", "escaped from prison", "been caught red-handed"),
     ("slipped on the wet stairs", "waited behind the shop for an hour", "left a glove behind the shop")),
    ("conductor", "violinist",
     ("raised the baton", "led the whole orchestra through the symphony", "chosen the musicians for the orchestra"),
     ("broken a string during the solo", "put the violin back into its case", "tuned the violin"),
     ("turned over two pages at once", "fallen ill before the concert", "asked for a longer break")),
    ("interpreter", "ambassador",
     ("translated the speech into three languages", "been hired to translate for a day",
      "sent a bill for the translation"),
     ("been recalled by the government at home", "been appointed to the embassy by the president",
      "represented the country abroad for six years"),
     ("lost the notes for the meeting", "confused two names", "asked for a glass of water")),
    ("baker", "customer",
     ("taken the loaves out of the oven", "kneaded the dough before dawn", "baked two hundred rolls"),
     ("bought six rolls for breakfast", "ordered a birthday cake for collection", "paid for the rolls with a banknote"),
     ("knocked a basket off the counter", "left the shop door open", "misread the price of the cake")),
    ("pilot", "passenger",
     ("landed the plane in thick fog", "steered the plane around the storm", "switched on the autopilot"),
     ("asked for a seat by the aisle", "checked in a suitcase", "bought the plane ticket online"),
     ("left a jacket on the plane", "slept badly before the flight", "seen lightning to the left of the plane")),
    ("nanny", "parent of the twins",
     ("been hired to look after the twins", "finished a training course for nannies",
      "been paid for looking after the twins"),
     ("adopted the twins", "hired somebody to look after the twins", "advertised for help with the twins"),
     ("forgotten the twins' hats", "bought ice cream for the twins", "read a story to the twins")),
    ("lawyer", "client",
     ("made the closing speech for the defence", "sent a bill for the legal advice", "passed the bar examination"),
     ("hired a lawyer for the divorce", "asked for legal help with the divorce",
      "received the bill for the legal advice"),
     ("lost a page of the contract", "misread the second paragraph", "left a pen on the table")),
    ("plumber", "house owner",
     ("been called out to mend the tap", "sent a bill for mending the tap", "been paid for mending the tap"),
     ("called somebody in to mend the tap", "received the bill for mending the tap",
      "rented out the top floor of the house"),
     ("slipped on the wet tiles", "turned off the light in the cellar", "noticed a damp spot on the ceiling")),
    ("driving instructor", "learner",
     ("given driving lessons for twenty years", "bought a second car for the driving school",
      "taught beginners to drive since the spring"),
     ("failed the driving test", "booked the first driving lesson", "passed the driving test at last"),
     ("bumped a knee on the car door", "heard a strange noise from the engine", "come ten minutes late to the lesson")),
    ("shop assistant", "shopper",
     ("been hired by the shop", "unpacked the new stock of the shop", "been given a pay rise by the shop"),
     ("asked the shop to wrap the lamp as a present", "brought the broken lamp back for a refund",
      "asked for a discount on the lamp"),
     ("knocked over the lamp", "misread the price of the lamp", "put a glove down beside the till")),
    ("photographer", "model",
     ("taken the pictures for the magazine", "bought a new lens for the camera", "pressed the shutter too late"),
     ("posed for the cover in a red coat", "been asked to smile at the camera", "worn the red coat for the pictures"),
     ("arrived late at the studio", "tripped over a cable", "seen the pictures in the magazine")),
    ("coach", "runner",
     ("worked out the training plan for the team", "timed the race with a stopwatch", "trained three champions"),
     ("won the hundred metres", "been overtaken on the last lap", "finished the race in second place"),
     ("left a towel at the track", "fallen ill in the spring", "talked to the newspaper after the race")),
    ("vet", "owner of the dog",
     ("given the dog an injection", "operated on the dog", "studied animal medicine"),
     ("brought in the dog with a sore paw", "paid for the operation on the dog", "raised the dog from a puppy"),
     ("stepped on the dog's tail", "been licked by the dog", "stroked the dog")),
)

# What anybody may have done, and what one may not know of oneself, so that one can ask. After "had".
EITHER = (
    "won a prize in the raffle", "been mentioned in the newspaper", "been seen at the market on Saturday",
    "left an umbrella in the hall", "dropped a glove on the stairs", "made a mistake in the form",
    "missed a telephone call", "been elected to the parish council", "been chosen for the village choir",
    "been left off the list of members", "lost a button on the way", "been filmed at the village fair",
    "been nominated for the medal", "been given the wrong parcel", "missed the bus to the fair",
    "been drawn as the winner of the bicycle", "left a scarf in the cloakroom", "been counted twice in the survey",
    "been named in the mayor's speech", "been invited to the jubilee",
)

# Of these, what one is as likely to ask about oneself as about another.
NEWS = (
    "been elected to the parish council", "been chosen for the village choir", "been left off the list of members",
    "been nominated for the medal", "been drawn as the winner of the bicycle", "been counted twice in the survey",
    "been named in the mayor's speech", "won a prize in the raffle",
)

TALKS = (  # neither of the two comes first in rank
    "The {s} and the {o} talked for a while after {p} {c}.", "The {s} and the {o} exchanged a few words after {p} {c}.",
    "The {s} and the {o} met again a day after {p} {c}.", "There was a talk between the {s} and the {o} after {p} {c}.",
)
TELLS = (  # who tells, tells of own doings
    "The {s} told the {o} that {p} {c}.", "The {s} informed the {o} that {p} {c}.",
    "The {s} let the {o} know that {p} {c}.", "In a letter, the {s} told the {o} that {p} {c}.",
)
ASKS = (
    "The {s} asked the {o} whether {p} {c}.", "The {s} asked the {o} on the telephone if {p} {c}.",
    "In a letter, the {s} asked the {o} whether {p} {c}.",
)

ROLES = ("accountant archaeologist architect baker barber bookseller butcher carpenter cashier chemist cleaner cook "
         "dancer designer electrician engineer farmer firefighter florist geologist historian janitor jeweller "
         "journalist librarian painter pharmacist plumber potter programmer receptionist sculptor secretary surveyor "
         "tailor translator weaver writer zookeeper").split()

FAVOURS = (
    ("drive {q} to the station", "driving {q} to the station"), ("lend {q} a pencil", "lending {q} a pencil"),
    ("wake {q} at six", "waking {q} at six"), ("send {q} the photographs", "sending {q} the photographs"),
    ("save {q} a seat", "saving {q} a seat"), ("help {q} with the suitcase", "helping {q} with the suitcase"),
    ("show {q} the archive", "showing {q} the archive"), ("bring {q} a sandwich", "bringing {q} a sandwich"),
    ("introduce {q} to the mayor", "introducing {q} to the mayor"), ("pick {q} up at noon", "picking {q} up at noon"),
    ("call {q} a taxi", "calling {q} a taxi"), ("read {q} the letter", "reading {q} the letter"),
    ("meet {q} at the gate", "meeting {q} at the gate"), ("write {q} a postcard", "writing {q} a postcard"),
    ("give {q} the second key", "giving {q} the second key"), ("help {q} across the ice", "helping {q} across the ice"),
)
FOR_SUBJECT = (  # it is the second who acts, or should
    "The {s} asked the {o} to {do}.", "The {s} begged the {o} to {do}.", "The {s} persuaded the {o} to {do}.",
    "The {s} thanked the {o} for {doing}.", "The {s} praised the {o} for {doing}.", "The {s} reminded the {o} to {do}.",
    "The {s} and the {o} agreed that the {o} would {do}.", "The {s} and the {o} were glad that the {o} was able to "
                                                           "{do}.",
)
FOR_OBJECT = (  # it is the first who acts, or should
    "The {s} promised the {o} to {do}.", "The {s} apologised to the {o} for not {doing}.",
    "The {s} visited the {o} in order to {do}.", "The {s} surprised the {o} by {doing}.",
    "The {s} annoyed the {o} by not {doing}.",
    "The {s} and the {o} agreed that the {s} would {do}.", "The {s} and the {o} were glad that the {s} was able to "
                                                           "{do}.",
)
NOBODY_KNOWS = (  # somebody else acts
    "The {s} and the {o} did not know who was going to {do}.",
    "The {s} and the {o} were surprised that a neighbour had offered to {do}.",
    "The {s} and the {o} talked about the neighbour who was going to {do}.",
    "The {s} and the {o} were glad that a neighbour was able to {do}.",
    "The {s} told the {o} that somebody had forgotten to {do}.",
    "The {s} told the {o} that a neighbour had agreed to {do}.",
    "The {s} informed the {o} that nobody had time to {do}.",
)

SCENERY = (  # says nothing on who did what; {a} and {b} are on one footing in each
    "It had rained since the early morning.", "The hall smelled of fresh paint.",
    "Outside, the church bells were ringing.",
    "It was the last week of October.", "A radio was playing softly somewhere in the building.",
    "The {a} and the {b} had known each other for years.", "The {a} and the {b} lived in the same street.",
    "The clock on the wall had stopped at ten past four.", "There were only a few clouds in the sky.",
    "The road outside was being mended, and the noise was hard to bear.",
    "The {a} and the {b} both came from a small town in the north.", "It was too warm for the time of year.",
    "A fire was burning in the grate.", "The town was getting ready for the spring fair.",
    "The {a} and the {b} were of about the same age.", "The windows were open because of the heat.",
    "The market had closed an hour before.", "Snow was lying on the roofs.", "The lights went out twice that day.",
    "The {a} and the {b} both had to leave at six.", "The telephone rang, but it was a wrong number.",
    "There was fog over the river until noon.", "The {a} and the {b} were both in a good mood.",
)

# --- Causes and intentions ---

NAMES = ("Adele Agnes Albert Alma Anton Ariel Astrid Basil Bella Boris Bruno Carmen Cecil Clara Conrad Daphne Dario "
         "Edith Elmer Enid Esther Felix Flora Gideon Gloria Greta Hazel Hector Hugo Ida Irma Ivor Jasper Judith "
         "Kirsten Lars Leonie Lydia Magnus Marta Milton Nadia Nils Olga Oscar Petra Philip Ramona Rufus Selma Simon "
         "Stella Tamara Theo Ursula Victor Wanda Xaver Yvonne Zelda").split()
TOWNS = ("Aldmoor Birchley Corvale Dunmere Eastwick Farnholt Greyford Harwell Inglow Kestrelby Lowbridge Marlow "
         "Netherby Oakham Pellstone Quarrington Rookdale Stanmere Thornby Underwood Velsham Westerby").split()

BACKGROUND = (  # true of anybody, and of no weight
    "It was a grey week in {town}.", "{who} had moved to {town} two years before.",
    "{who} was wearing a green coat that day.",
    "{who} had a sister in the next town and wrote to her every week.",
    "{town} lies on a slow river with three bridges.",
    "{who} usually went about by bus.", "The week before, there had been a fair in {town}.",
    "{who} had eaten soup the day before.", "{who} liked old films and often talked about them.",
    "Most people in {town} knew each other by name.", "The local paper had little to report that week.",
    "{who} had just come back from a holiday by the sea.", "It had been a dry month, and the roads were dusty.",
    "{who} kept two cats and a canary.", "The church clock of {town} was five minutes slow, as it always had been.",
    "{who} was planning a small party for the weekend.", "A new bakery had opened in {town} in spring.",
    "{who} had learned to play the flute at school.", "The day had begun like any other.",
    "{who} was tall and had a deep voice.", "The hills around {town} were covered in heather.",
    "Tourists seldom found their way to {town}.",
    "{who} was fond of crosswords.",
)

# A rule; what {a} does, within it; what {b} does, against it; what came of both together; the effect asked about.
NORMS = (
    ("In the entrance of the {town} library there is a tin of coffee for visitors. Volunteers may take from it; paid "
     "staff may not, and have often been told to bring their own.",
     "On Monday {a}, a volunteer, took a spoonful, as volunteers are allowed to.",
     "On Monday {b}, a paid member of staff, took a spoonful, although this is forbidden to staff.",
     "Only two spoonfuls had been left in the tin. When a visitor came that evening, there was no coffee, which would "
     "not have happened if only one of the two had taken some.", "the lack of coffee"),
    ("The old computer at the {town} town hall crashes when two people are logged in at once. So there is a rule: the "
     "tax office may log in only before noon, the building office only after noon.",
     "At ten in the morning {a}, of the tax office, logged in, as the rule allows.",
     "At ten in the morning {b}, of the building office, logged in too, against the rule.",
     "With two people logged in, the computer crashed. With only one of them, it would have kept running.",
     "the computer to crash"),
    ("The wooden bridge near {town} bears one cart but not two. By order of the council only carts from the mill side "
     "may cross before noon, and only carts from the farm side after noon.",
     "At nine in the morning {a} drove a cart onto the bridge from the mill side, in keeping with the order.",
     "At nine in the morning {b} drove a cart onto the bridge from the farm side, in breach of the order.",
     "Under the two carts the bridge gave way. One cart alone would not have harmed it.", "the bridge to give way"),
    ("In a house in {town} the fuse blows when two heaters run at once. The tenants have agreed in writing that the "
     "ground floor may heat on even days and the top floor on odd days.",
     "On the eighth of the month {a}, on the ground floor, turned on a heater, as agreed.",
     "On the eighth of the month {b}, on the top floor, turned on a heater, in spite of the agreement.",
     "With both heaters on, the fuse blew. Either heater alone would have been no problem.", "the fuse to blow"),
    ("Two gardens in {town} share one pump, and the pump breaks down if two hoses draw from it. The neighbours have "
     "signed a plan: the east garden is watered in the morning, the west garden in the evening.",
     "On Tuesday morning {a} watered the east garden, as the plan says.",
     "On Tuesday morning {b} watered the west garden, which the plan forbids at that hour.",
     "With both hoses open, the pump broke down. It would have gone on working with one of them.",
     "the pump to break down"),
    ("The goods lift of the {town} warehouse carries one load at a time. The rules say that only the kitchen may load "
     "it before ten, while the workshop has to wait until ten.",
     "At nine {a} put the load of the kitchen into the lift, as the rules provide.",
     "At nine {b} put the load of the workshop into the lift, ignoring the rules.",
     "The weight of the two loads together made the lift stick. Neither load alone would have.", "the lift to stick"),
    ("The harbour of {town} has one radio channel, and two messages at once make noise. Fishing boats are to send on "
     "the hour and never at other times; ferries are to send at half past.",
     "At half past eight {a} sent a message from a ferry, just as prescribed.",
     "At half past eight {b} sent a message from a fishing boat, which was not permitted.",
     "Because both sent at once, the storm warning was drowned in noise. One sender would not have drowned it.",
     "the storm warning to be drowned out"),
    ("In the laboratory at {town} the cold room warms up if both of its doors stand open. The staff have strict "
     "orders: the front door is for deliveries and may be open, the back door has to stay shut.",
     "At noon {a} opened the front door for a delivery, as the orders allow.",
     "At noon {b} opened the back door to get some air, against the orders.",
     "With both doors open, the samples thawed. One open door would not have been enough.", "the samples to thaw"),
    ("A boat on the lake at {town} carries ten people safely and sinks with eleven. A sign says that holders of a "
     "ticket may board and nobody else.",
     "When nine people were aboard, {a} boarded with a ticket.",
     "When nine people were aboard, {b} boarded without a ticket, ignoring the sign.",
     "{a} and {b} stepped aboard at the same time; with eleven people the boat sank at its moorings, and everyone got "
     "wet. With ten it would have stayed afloat.", "the boat to sink"),
)

# The duty of {a}; what {a} and {b} left undone and what came of it; the effect asked about.
DUTIES = (
    ("The council of {town} pays {a} to water the flowers in the square every day in summer.", "the flowers to dry up",
     "In July {a} stayed away for three weeks and did not water them.",
     "{b}, who lives in another part of the town and has nothing to do with the flowers, did not water them.",
     "The flowers dried up. If anybody had watered them, they would have lived."),
    ("The night watch at the {town} museum is the job of {a}, who has to close the side door at eight.",
     "the side door to be open at night",
     "That evening {a} went home without closing it.",
     "{b}, a visitor who was looking at the paintings until eight, did not close it; visitors are not asked to.",
     "The door stayed open all night. If anybody had closed it, it would not have."),
    ("At the {town} kennels {a} is employed to feed the dogs in the morning.", "the dogs to go hungry",
     "On Sunday {a} slept until noon and gave them nothing.",
     "{b}, who delivers the mail to the kennels and is not employed there, gave them nothing.",
     "The dogs went hungry until the evening. Had anybody fed them, they would not have."),
    ("On the railway at {town} it is the duty of {a} to close the gate of the yard before the cows come by.",
     "the cows to get into the yard",
     "On Thursday {a} was playing cards and did not close the gate.",
     "{b}, a traveller waiting for a train, did not close the gate; it is no task of travellers.",
     "The cows got into the yard. A closed gate would have kept them out."),
    ("{a} rents out a greenhouse in {town} together with the promise, laid down in the contract, to heat it on frosty "
     "nights.",
     "the seedlings to freeze",
     "On the night of the frost {a} stayed at a party and did not heat it.",
     "{b}, who lives across the road and has never been asked to look after the greenhouse, did not heat it.",
     "The seedlings froze. If anybody had heated the greenhouse, they would have been saved."),
    ("As the secretary of the {town} chess club, {a} is responsible for renewing the booking of the hall.",
     "the loss of the hall",
     "This year {a} let the date pass and did not renew the booking.",
     "{b}, who lives next door to the hall and does not belong to the club, did not renew the booking.",
     "The club lost the hall. A renewal by anybody would have kept it."),
    ("In the {town} bakery {a} is in charge of the oven and has to take the bread out after forty minutes.",
     "the bread to burn",
     "This morning {a} was reading in the yard and left the bread in.",
     "{b}, a customer who was queuing at the counter, did not take it out; customers have no business with the oven.",
     "The bread burned. If somebody had taken it out, it would not have."),
    ("The crew of a ferry from {town} has a fixed order of tasks, and tying up the ferry is the task of {a}.",
     "the ferry to drift off",
     "On arrival {a} went ashore without tying it up.",
     "{b}, a passenger with a heavy bag, did not tie it up; no passenger is expected to.",
     "The ferry drifted off. A rope tied by anybody would have held it."),
)

# The scene; what {a} does first and with effect; what {b} does when all is over; the effect asked about.
PREEMPTIONS = (
    ("One bottle stood on a wall in {town}.",
     "At two o'clock {a} threw a stone, which hit the bottle and shattered it.",
     "At five past two {b} threw a stone just as well aimed, which flew through the empty air over the splinters.",
     "the bottle to shatter"),
    ("An old ice house near {town} is kept cold by one machine.",
     "At six {a} switched the machine off, and by eight all of the ice had melted.",
     "At ten {b}, who had not heard that the ice was gone, cut the cable of the machine.", "the ice to melt"),
    ("One Tuesday the alarm rang in the {town} school.",
     "At four minutes past two {a} pushed the alarm button in the hall, and by eight minutes past two everybody had "
     "left the building.",
     "At nine minutes past two, when the building was empty, {b} pushed the alarm button in the yard.",
     "the school to be emptied"),
    ("A boat lay on a rope at {town}.",
     "At dawn {a} untied the rope, and within minutes the boat had drifted out of sight.",
     "An hour after dawn {b} came with a knife and cut through the rope, which was hanging in the water with no boat "
     "on it.",
     "the boat to drift away"),
    ("There was a bonfire on a field by {town}.",
     "At nine {a} emptied a tank of water over the bonfire and put it out completely.",
     "At ten {b} brought another tank of water and emptied it over the cold, wet ashes.", "the fire to go out"),
    ("A fox was sitting in a yard in {town}.",
     "At seven {a} came into the yard and clapped, and the fox ran off into the woods.",
     "At eight {b} came into the yard, where no fox was left, and clapped so loudly that any fox would have run.",
     "the fox to run off"),
    ("A pigeon was sitting under the bell in the tower of {town}.",
     "At noon {a} pulled the rope, the bell rang, and the pigeon flew off for good.",
     "At a quarter past twelve, with no pigeon left in the tower, {b} pulled the rope, and the bell rang.",
     "the pigeon to fly off"),
    ("Above a meadow near {town} there is a dam with two gates.",
     "On Monday {a} opened the left gate, and within an hour the whole meadow was under water.",
     "On Tuesday, when the meadow was still deep under water, {b} opened the right gate for a minute.",
     "the meadow to be flooded"),
    ("A snowman stood in front of the {town} town hall.",
     "In the morning {a} knocked the snowman down and trampled it flat.",
     "In the afternoon {b} came with a shovel to knock the snowman down and found only a flat patch of snow.",
     "the snowman to be knocked down"),
)

# The scene; what {a} and {b} do, each enough, at the same moment; what {c} does to no effect; the effect asked about.
OVERDETERMINED = (
    ("A lamp in a hall in {town} lights up as soon as at least one of its two switches is pressed.",
     "{a} pressed one of the switches and {b} pressed the other at the same instant, and the lamp lit up.",
     "{c} pressed a third switch in the hall, which is not wired to anything.", "the lamp lighting up"),
    ("Boys and girls were throwing stones in {town}.",
     "Two heavy stones, one thrown by {a} and one by {b}, struck a shop window at exactly the same moment, and it "
     "broke; each of the two would have been enough to break it.",
     "A stone thrown by {c} landed in the river.", "the window breaking"),
    ("A small fire was burning on a farm near {town}.",
     "{a} and {b} each emptied a bucket of water over the fire at the same moment, one from either side, and the fire "
     "went out; one bucket would have done.",
     "{c} emptied a bucket over a bush far away from the fire.", "the fire going out"),
    ("In a yard in {town} a glass plate lay on a table.",
     "{a} and {b} each swung a hammer, and the two hammers hit the plate at the same time and smashed it; one blow "
     "would have smashed it too.",
     "{c} beat a cushion with a hammer at the other end of the yard.", "the plate being smashed"),
    ("A dog was asleep in {town}.",
     "{a} and {b}, standing close to the dog, blew their whistles at the same instant, and it woke up; either whistle "
     "would have woken it.",
     "{c} blew a whistle in a village so far away that nobody in {town} could hear it.", "the dog waking up"),
    ("A cart stood on a slope by {town}.",
     "{a} and {b} pushed the cart at the same time with all their strength, and it rolled down; each of them was "
     "strong enough to start it alone.",
     "{c} was pushing against a tree by the road.", "the cart rolling down"),
    ("The alarm of a bank in {town} goes off if a single person crosses the beam at the door.",
     "{a} and {b} crossed the beam side by side at the same moment, and the alarm went off.",
     "{c} walked past the bank on the other side of the street, where there is no beam.", "the alarm going off"),
    ("A paper lantern hung between two trees in {town}.",
     "{a} and {b} each held a burning match to the lantern at the same moment, one on either side, and it caught "
     "fire; one match would have been enough.",
     "{c} held a dead match to a wet log.", "the lantern catching fire"),
)

# Setting; aim of the plan; harmful side effect and the deed asked about; helpful side effect and the deed.
SIDE_EFFECTS = (
    ("{a} runs a paper mill in {town}.", "raise the profits of the mill", "poison the frogs in the pond",
     "harm the frogs in the pond", "make the pond cleaner for the frogs", "help the frogs in the pond"),
    ("{a} is the head of a film studio in {town}.", "make filming cheaper", "ruin the hearing of the musicians",
     "harm the musicians", "cure the earache of the musicians", "help the musicians"),
    ("{a} owns a large farm outside {town}.", "double the harvest", "destroy the nests of the larks",
     "harm the larks", "give the larks safer nests", "help the larks"),
    ("{a} is the mayor of {town}.", "speed up the traffic", "fill the nearby school with exhaust fumes",
     "harm the children in the school", "give the nearby school clean air", "help the children in the school"),
    ("{a} leads an army troop that is stationed near {town}.", "capture the hill",
     "burn down the orchards of the villagers",
     "harm the villagers", "free the fields of the villagers from mines", "help the villagers"),
    ("{a} manages a chain of hotels in {town}.", "bring more guests", "drive the fishermen off the beach",
     "harm the fishermen", "bring more fish to the fishermen", "help the fishermen"),
    ("{a} is in charge of a power station by {town}.", "make electricity cheaper",
     "make the river too warm for the trout",
     "harm the trout", "give the trout more oxygen", "help the trout"),
    ("{a} directs a mine in the hills of {town}.", "bring out more copper", "make the wells of the shepherds run dry",
     "harm the shepherds", "fill the empty wells of the shepherds", "help the shepherds"),
    ("{a} is the publisher of a daily paper in {town}.", "sell more copies", "cost the old printers their health",
     "harm the printers", "improve the health of the old printers", "help the printers"),
    ("{a} is the president of a bus company in {town}.", "save fuel", "make the drivers ill",
     "harm the drivers", "free the drivers from their back pain", "help the drivers"),
)
_WARNED = ('"The new plan will GOAL," an adviser said to {a}, "JOINT it will also EFFECT." "I do not care at all '
           'whether it will EFFECT," {a} answered. "I only want to GOAL. Start with it."')
ATTITUDES = {
    "known harm": (_WARNED, "{a} knew of the harm and accepted it without a care; people call such a harmful side "
                            "effect intended, although it was not the aim."),
    "known help": (_WARNED, "The help was only a side effect that {a} did not care about; unlike harm, people do not "
                            "call such a helpful side effect intended."),
    "aim": ('"The new plan will GOAL," an adviser said to {a}, "JOINT it will also EFFECT." "That it will EFFECT is '
    'the very thing I want," {a} answered. "It is the reason why I choose this plan. Start with it."',
            "It was the very aim of {a}, known beforehand and reached as planned."),
    "unknown": ('"The new plan will GOAL," an adviser said to {a}. That it would also EFFECT was not known to either '
    'of them, and nobody could have known it. "I only want to GOAL," {a} answered. "Start with it."',
                "{a} did not know and could not know of this effect, and it was not the aim."),
}

# The wish of {a}; how it comes true as planned; how it comes true by accident; the deed asked about.
CHAINS = (
    ("{a} wanted to ring the bell at the fair in {town} by hitting it with a ball. {a} had practised this throw for "
     "years.",
     "{a} took aim and threw. The ball flew just where it was meant to go and hit the bell.",
     "While taking aim, {a} stumbled and the ball slipped away backwards, bounced off a passing van, and hit the bell.",
     "hit the bell"),
    ("{a}, a guest in {town}, wanted to wake the host and planned to do so by knocking on the door at seven.",
     "At seven {a} went to the door and knocked. The knocking woke the host.",
     "At six, on the way to the bathroom, {a} fell over a bucket in the dark. The noise woke the host.",
     "wake the host"),
    ("{a} disliked a vase in the hall of a house in {town} and planned to smash it with a hammer on Sunday.",
     "On Sunday {a} took the hammer and struck the vase as planned. It broke into pieces.",
     "On Saturday {a} had to sneeze, staggered against the shelf, and the vase fell down. It broke into pieces.",
     "break the vase"),
    ("{a} wanted to scare the crows off a field near {town} and planned to do so by waving a flag.",
     "{a} walked onto the field and waved the flag. At the sight of it the crows flew off.",
     "While unpacking the flag, {a} stepped on a sharp thorn and screamed with pain. At the scream the crows flew off.",
     "scare off the crows"),
    ("{a} wanted to let the sheep out of a pen in {town} and planned to unlock the gate at noon.",
     "At noon {a} unlocked the gate and pushed it open, and the sheep ran out.",
     "At ten {a}, who was learning to ride a bicycle, lost control and crashed into the gate. It flew open, and the "
     "sheep ran out.", "let the sheep out"),
    ("At a birthday party in {town}, {a} planned to put out the candles on the cake by blowing at them after the song.",
     "After the song {a} bent over the cake and blew. All the candles went out.",
     "Before the song {a} tripped over the carpet and knocked over a jug of water beside the cake. All the candles "
     "went out.", "put out the candles"),
    ("{a} wanted to stop the big clock in {town} and planned to do so by taking hold of the pendulum at night.",
     "At night {a} climbed up, took hold of the pendulum, and the clock stopped.",
     "During the day {a} lost a shoe while looking out of the tower window; the shoe fell into the wheels, and the "
     "clock stopped.", "stop the clock"),
    ("{a} wanted to switch off the light in a hall in {town} and planned to do so at the end of the meeting.",
     "At the end of the meeting {a} went to the switch and pressed it. The light went out.",
     "In the middle of the meeting {a} felt faint, sank against the wall, and pressed the switch with a shoulder. The "
     "light went out.", "switch off the light"),
    ("{a} wanted to hide the diary of a brother in {town} by locking it in a chest.",
     "{a} took the diary, laid it in the chest, and turned the key. The brother could not find it.",
     "On the way to the diary, {a} bumped into the shelf without noticing that the diary slipped down behind it. The "
     "brother could not find it.", "hide the diary"),
    ("{a} wanted to turn a white wall in {town} red and had bought a brush and red paint for the weekend.",
     "At the weekend {a} painted the wall with the brush until all of it was red.",
     "On Thursday {a} slipped on a ladder, and the whole pot of paint burst against the wall, so that all of it was "
     "red.",
     "turn the wall red"),
)

# --- German sentences and their translations ---

# [m:right|wrong|wrong]: m a modifier, n what is negated or has an opposite, f a fact, d a clause that can be dropped.
SENTENCES = (
    ("Das hölzerne Theater in {c} wurde im Jahr {y} eröffnet, nachdem ein Brand den alten Bau zerstört hatte.",
     "The [m:wooden|round] [f:theatre|library] in {c} was [n:opened|closed] in {y}[d:, after a fire had destroyed the "
     "old building]."),
    ("{p} hat in {c} {n} bunte Vögel gezählt und keinen davon gefangen, weil sie geschützt sind.",
     "{p} counted {n} [m:colourful|young] [f:birds|butterflies] in {c} and caught [n:none|all] of them[d:, because "
     "they are protected]."),
    ("Der steile Weg von {c} zum See ist seit {y} nicht mehr gesperrt, obwohl im Winter oft Steine fallen.",
     "The [m:steep|sandy] path from {c} to the [f:lake|castle] has [n:not been closed|been closed] since {y}[d:, "
     "although stones often fall in winter]."),
    ("Im Museum in {c} hängen mehr als {n} seltene Uhren, die eine einzige Familie gesammelt hat.",
     "In the museum in {c} there hang [n:more|fewer] than {n} [m:rare|silver] [f:clocks|masks][d:, which a single "
     "family collected]."),
    ("Die junge Ärztin {w} verließ {c} im Jahr {y}, um auf einem Schiff zu arbeiten.",
     "The [m:young|tall] [f:doctor|lawyer] {w} [n:left|did not leave] {c} in {y}[d: in order to work on a ship]."),
    ("Die rote Fähre nach {k} braucht {n} Minuten und hält nie an der Insel, weil der Hafen dort zu flach ist.",
     "The [m:red|narrow] [f:ferry|seaplane] to {k} takes {n} minutes and [n:never|always] stops at the island[d:, "
     "because the harbour there is too shallow]."),
    ("In {c} wohnen {n} Familien in runden Häusern und zahlen weniger Miete, seit die Stadt die Gebäude gekauft hat.",
     "In {c}, {n} families live in [m:round|white] [f:houses|tents] and have been paying [n:less|more] rent[d:, ever "
     "since the city bought the buildings]."),
    ("Vor dem Regen fand der braune Hund von {p} {n} Münzen im Garten, die niemand vermisst hatte.",
     "[n:Before|After] the rain, the [m:brown|old] [f:dog|cat] of {p} found {n} coins in the garden[d:, which nobody "
     "had missed]."),
    ("Der gelbe Bahnhof in {c} war im Jahr {y} der größte des Landes, wie ein Brief des Königs zeigt.",
     "In {y}, the [m:yellow|wooden] [f:station|school] in {c} was the [n:largest|smallest] in the country[d:, as a "
     "letter from the king shows]."),
    ("{p} kaufte in {c} {n} süße Melonen, obwohl der Preis gestiegen war.",
     "{p} [n:bought|sold] {n} [m:sweet|small] [f:melons|pears] in {c}[d:, although the price had risen]."),
    ("Das gläserne Dach der Markthalle in {c} hält {n} Jahre länger als das alte, wenn es jeden Herbst gereinigt wird.",
     "The [m:glass|green] [f:roof|gate] of the market hall in {c} lasts {n} years [n:longer|less] than the old one[d: "
     "if it is cleaned every autumn]."),
    ("{p} will im Zoo von {c} {n} scheue Affen nicht mehr zeigen, weil der Lärm sie krank macht.",
     "{p} [n:no longer wants|still wants] to show {n} [m:shy|grey] [f:monkeys|parrots] at the zoo in {c}[d:, because "
     "the noise makes them ill]."),
    ("Der trübe Fluss bei {c} war im Sommer {y} tiefer als sonst, weil es wochenlang geregnet hatte.",
     "The [m:murky|winding] [f:river|pond] near {c} was [n:deeper|shallower] than usual in the summer of {y}[d:, "
     "because it had rained for weeks]."),
    ("Die Schule in {c} lehnte {n} teure Geigen ab, die ein Spender schicken wollte.",
     "The [f:school|church] in {c} [n:rejected|accepted] {n} [m:expensive|tiny] violins[d: that a donor wanted to "
     "send]."),
    ("Die blauen Züge zwischen {c} und der Grenze fahren seit {y} schneller, obwohl die Strecke nie erneuert wurde.",
     "The [m:blue|long] [f:trains|coaches] between {c} and the border have been going [n:faster|more slowly] since "
     "{y}[d:, although the line has never been renewed]."),
    ("Vor dem Essen sprach {p} in {c} mit {n} müden Bergleuten, die seit Wochen gestreikt hatten.",
     "[n:Before|After] the meal, {p} spoke in {c} with {n} [m:tired|foreign] [f:miners|bakers][d:, who had been on "
     "strike for weeks]."),
    ("Das dicke Buch von {p} wurde {y} in {c} nicht gedruckt, weil das Papier fehlte.",
     "The [m:thick|funny] [f:book|map] by {p} was [n:not printed|printed] in {c} in {y}[d:, because there was no "
     "paper]."),
    ("Im trockenen Keller des Rathauses in {c} lagern mindestens {n} Fässer, die ein Bischof hinterlassen hat.",
     "In the [m:dry|vaulted] cellar of the [f:town hall|inn] in {c} there are [n:at least|at most] {n} barrels[d:, "
     "which a bishop left behind]."),
    ("Die gelbe Straßenbahn in {c} ist {n} Jahre alt und immer pünktlich, weil sie eine eigene Spur hat.",
     "The [m:yellow|noisy] [f:tram|cable car] in {c} is {n} years old and [n:always|never] on time[d:, because it has "
     "a lane of its own]."),
    ("Der berühmte Koch {h} empfängt in {c} höchstens {n} Gäste am Abend, damit jeder Teller warm bleibt.",
     "The [m:famous|young] [f:cook|painter] {h} receives [n:at most|at least] {n} guests an evening in {c}[d:, so "
     "that every plate stays warm]."),
    ("Seit {y} dürfen Besucher den runden Turm in {c} betreten, wenn sie feste Schuhe tragen.",
     "Since {y}, visitors [n:have been allowed|have not been allowed] to enter the [m:round|black] [f:tower|cave] in "
     "{c}[d: if they wear sturdy shoes]."),
    ("Die strenge Lehrerin {w} lobte {n} Kinder in {c}, nachdem sie den Hof gefegt hatten.",
     "The [m:strict|blonde] [f:teacher|nurse] {w} [n:praised|criticised] {n} children in {c}[d: after they had swept "
     "the yard]."),
    ("Das geheime Labor in {c} beschäftigte im Jahr {y} mehr Frauen als Männer, wie alte Listen zeigen.",
     "The [m:secret|modern] [f:laboratory|orchestra] in {c} employed [n:more|fewer] women than men in {y}[d:, as old "
     "lists show]."),
    ("Die {n} Windräder auf dem kahlen Hügel bei {c} drehen sich nachts nicht, damit die Nachbarn schlafen können.",
     "The {n} wind turbines on the [m:bare|sunny] [f:hill|island] near {c} [n:do not turn|turn] at night[d:, so that "
     "the neighbours can sleep]."),
    ("{p} gewann mit {n} Jahren ein schwieriges Rennen in {c}, obwohl das Wetter schlecht war.",
     "At the age of {n}, {p} [n:won|lost] a [m:difficult|short] [f:race|chess game] in {c}[d:, although the weather "
     "was bad]."),
    ("In der alten Mühle bei {c} wird seit {y} wieder Korn gemahlen, weil ein Verein das Rad repariert hat.",
     "Since {y}, grain has [n:again|no longer] been ground in the [m:old|tall] [f:mill|barn] near {c}[d:, because a "
     "club repaired the wheel]."),
    ("Der reiche Händler {h} half der Stadt {c} mit {n} Goldmünzen, bevor sein Schiff sank.",
     "The [m:rich|bearded] [f:merchant|admiral] {h} [n:helped|did not help] the city of {c} with {n} gold coins[d: "
     "before his ship sank]."),
    ("Im Park von {c} leben weniger als {n} scheue Füchse, seit der Bach verlegt wurde.",
     "In the park in {c} there have been living [n:fewer|more] than {n} [m:shy|white] [f:foxes|owls][d:, since the "
     "stream was moved]."),
    ("Der beliebte Bürgermeister {h} verlor {y} die Wahl in {c}, weil er die Schule schließen wollte.",
     "The [m:popular|elderly] [f:mayor|bishop] {h} [n:lost|won] the election in {c} in {y}[d:, because he wanted to "
     "close the school]."),
    ("{n} durstige Wanderer erreichten die Hütte bei {c} vor dem Gewitter, obwohl der Weg verschüttet war.",
     "{n} [m:thirsty|cheerful] [f:hikers|cyclists] reached the hut near {c} [n:before|after] the thunderstorm[d:, "
     "although the path was blocked]."),
    ("Die silberne Glocke der Kirche in {c} läutet seit {y} leiser, weil sie einen Riss hat.",
     "The [m:silver|heavy] bell of the [f:church|school] in {c} has been ringing [n:more quietly|more loudly] since "
     "{y}[d:, because it has a crack]."),
    ("In dem staubigen Archiv in {c} fehlen {n} Karten, weil nachts ein Dieb durch das Fenster kam.",
     "In the [m:dusty|tiny] [f:archive|bookshop] in {c}, {n} maps [n:are missing|are not missing][d:, because a thief "
     "came through the window at night]."),
    ("Die tapfere Pilotin {w} landete {y} in {c}, obwohl ein Motor brannte.",
     "The [m:brave|blonde] [f:pilot|astronaut] {w} [n:landed|did not land] in {c} in {y}[d:, although an engine was "
     "on fire]."),
    ("Ein salziger Wind trocknete die Felder bei {c} in {n} Tagen, bevor die Ernte begann.",
     "A [m:salty|gentle] wind [n:dried|did not dry] the [f:fields|roads] near {c} in {n} days[d: before the harvest "
     "began]."),
    ("Die Fabrik in {c} stellt täglich {n} bunte Schirme her und ist nie geschlossen, weil die Aufträge aus der "
     "ganzen Welt kommen.",
     "The [f:factory|prison] in {c} makes {n} [m:colourful|large] umbrellas a day and is [n:never|always] closed[d:, "
     "because the orders come from all over the world]."),
    ("{p} schrieb {y} in {c} ein langes Lied und sang es nie, weil der Text traurig war.",
     "In {c} in {y}, {p} wrote a [m:long|strange] [f:song|poem] and [n:never|always] sang it[d:, because the words "
     "were sad]."),
    ("Das beheizte Schwimmbad in {c} ist {n} Meter lang und im Winter geöffnet, wenn die Schulen Ferien haben.",
     "The [m:heated|blue] [f:swimming pool|skating rink] in {c} is {n} metres long and [n:open|closed] in winter[d: "
     "when the schools are on holiday]."),
    ("Die laute Kreuzung in {c} bekam {y} eine Ampel, nachdem ein Radfahrer gestürzt war.",
     "The [m:noisy|wide] junction in {c} [n:got|did not get] a [f:traffic light|fountain] in {y}[d: after a cyclist "
     "had fallen]."),
    ("In einem feuchten Keller in {c} hält {p} {n} Schlangen und füttert sie selten, weil sie im Winter wenig "
     "brauchen.",
     "In a [m:damp|bright] cellar in {c}, {p} keeps {n} [f:snakes|rabbits] and [n:rarely|often] feeds them[d:, "
     "because they need little in winter]."),
    ("Der treue Diener von {p} versteckte {y} das Gold in {c}, damit die Soldaten es nicht fanden.",
     "The [m:loyal|tall] [f:servant|cousin] of {p} [n:hid|did not hide] the gold in {c} in {y}[d:, so that the "
     "soldiers would not find it]."),
    ("Am felsigen Strand bei {k} wurden {n} Robben freigelassen, nachdem eine Tierärztin sie untersucht hatte.",
     "On the [m:rocky|wide] beach near {k}, {n} [f:seals|turtles] were [n:released|captured][d: after a vet had "
     "examined them]."),
    ("Die moderne Klinik in {c} hat {n} Betten und nimmt keine Kinder auf, weil die Abteilung umgebaut wird.",
     "The [m:modern|private] [f:clinic|hostel] in {c} has {n} beds and [n:does not admit|admits] children[d:, because "
     "the ward is being rebuilt]."),
    ("{p} trieb {n} hungrige Ziegen den Berg bei {c} hinauf, während im Tal noch Schnee lag.",
     "{p} drove {n} [m:hungry|white] [f:goats|cows] [n:up|down] the mountain near {c}[d: while there was still snow "
     "in the valley]."),
    ("Der beliebte Kurs in {c} hat {n} Teilnehmer und endet später als geplant, weil die Lehrerin den Zug verpasst "
     "hat.",
     "The [m:popular|free] [f:course|concert] in {c} has {n} participants and ends [n:later|earlier] than planned[d:, "
     "because the teacher has missed her train]."),
    ("Die steinerne Brücke in {c} trägt seit {y} schwerere Wagen, weil ihre Pfeiler verstärkt wurden.",
     "The [m:stone|narrow] [f:bridge|quay] in {c} has carried [n:heavier|lighter] vehicles since {y}[d:, because its "
     "piers were reinforced]."),
    ("Ein blinder Maler verkaufte {y} in {c} sein liebstes Bild, ohne den Käufer zu kennen.",
     "In {y}, a [m:blind|lonely] painter [n:sold|did not sell] his favourite [f:picture|horse] in {c}[d: without "
     "knowing the buyer]."),
    ("Die fleißigen Bienen von {p} lieferten {y} weniger Honig als sonst, weil es kaum Blüten gab.",
     "In {y}, the [m:hard-working|black] bees of {p} supplied [n:less|more] [f:honey|wax] than usual[d:, because "
     "there were hardly any blossoms]."),
    ("In der engen Gasse hinter dem Markt in {c} öffnete {y} ein Laden für Hüte, während nebenan noch gebaut wurde.",
     "In the [m:narrow|crooked] lane behind the market in {c}, a shop for [f:hats|toys] [n:opened|closed] in {y}[d: "
     "while building was still going on next door]."),
    ("Der erbitterte Streik in {c} endete nach {n} Tagen, weil beide Seiten nachgaben.",
     "The [m:bitter|silent] [f:strike|trial] in {c} [n:ended|did not end] after {n} days[d:, because both sides gave "
     "way]."),
    ("Mit {n} Jahren ist {w} die schnellste Tänzerin in {c} und übt täglich auf der marmornen Treppe, die zum Schloss "
     "führt.",
     "At the age of {n}, {w} is the [n:fastest|slowest] [f:dancer|cleaner] in {c} and practises every day on the "
     "[m:marble|steep] stairs[d: that lead to the castle]."),
    ("Die königliche Kutsche hielt {y} in {c} und fuhr nicht weiter, weil ein Rad gebrochen war.",
     "In {y}, the [m:royal|golden] [f:carriage|barge] stopped in {c} and [n:did not go any further|went on][d:, "
     "because a wheel was broken]."),
    ("Das Wasser im achteckigen Brunnen von {c} ist nach {n} Jahren wieder sauber, seit die Gerberei umgezogen ist.",
     "After {n} years, the water in the [m:octagonal|medieval] [f:well|canal] in {c} has been [n:clean|dirty] "
     "again[d:, ever since the tannery moved away]."),
    ("{p} verbot {y} in {c} den geheimen Handel mit Pelzen, weil viele Tiere verschwanden.",
     "In {y}, {p} [n:banned|allowed] the [m:secret|nightly] trade in [f:furs|spices] in {c}[d:, because many animals "
     "were disappearing]."),
    ("Die {n} Stufen zum spitzen Turm in {c} sind im Winter gefährlicher als im Sommer, obwohl jeden Morgen gestreut "
     "wird.",
     "The {n} steps to the [m:pointed|leaning] [f:tower|chapel] in {c} are [n:more dangerous|safer] in winter than in "
     "summer[d:, although they are gritted every morning]."),
    ("Die {n} Apfelbäume des stillen Klosters bei {c} tragen früh Früchte, weil die Mauer den Wind abhält.",
     "The {n} apple trees of the [m:quiet|medieval] [f:monastery|farm] near {c} bear fruit [n:early|late][d:, because "
     "the wall keeps off the wind]."),
    ("Der schüchterne Student {h} beantwortete in {c} {n} Fragen richtig, obwohl er kaum geschlafen hatte.",
     "The [m:shy|bald] [f:student|waiter] {h} answered {n} questions [n:correctly|wrongly] in {c}[d:, although he had "
     "hardly slept]."),
    ("Ein nächtliches Gewitter beschädigte {y} das Dach der Schule in {c}, während dort gefeiert wurde.",
     "In {y}, a [m:night-time|brief] thunderstorm [n:damaged|did not damage] the roof of the [f:school|hospital] in "
     "{c}[d: while a party was going on there]."),
    ("Die neugierigen Kinder aus {c} gruben {n} Knochen aus, die einem Bären gehört hatten.",
     "The [m:curious|barefoot] [f:children|monks] from {c} [n:dug up|buried] {n} bones[d: that had belonged to a "
     "bear]."),
    ("Das rosa Hotel in {c} hat {n} Zimmer und liegt näher am See als der Campingplatz, obwohl der Prospekt das nicht "
     "erwähnt.",
     "The [m:pink|expensive] [f:hotel|prison] in {c} has {n} rooms and lies [n:nearer to|farther from] the lake than "
     "the camp site[d:, although the brochure does not mention it]."),
    ("{h} gab {y} das angesehene Amt in {c} auf, weil sein Gehör schlechter wurde.",
     "In {y}, {h} [n:gave up|did not give up] the [m:prestigious|tedious] [f:post|tavern] in {c}[d:, because his "
     "hearing was getting worse]."),
    ("Ein verletzter Adler flog {n} Kilometer bis nach {c} und wurde nicht gefangen, weil niemand ein Netz hatte.",
     "An [m:injured|enormous] [f:eagle|owl] flew {n} kilometres to {c} and was [n:not caught|caught][d:, because "
     "nobody had a net]."),
    ("Die mutige Bäuerin {w} löschte {y} das Feuer in {c}, bevor der Wind es zum Wald trug.",
     "The [m:courageous|lonely] [f:farmer|midwife] {w} [n:put out|did not put out] the fire in {c} in {y}[d: before "
     "the wind carried it to the forest]."),
    ("Die {n} rostigen Busse in der Halle bei {c} fahren nicht mehr, seit der Treibstoff zu teuer wurde.",
     "The {n} [m:rusty|orange] [f:buses|tractors] in the hall near {c} [n:no longer run|still run][d:, since the fuel "
     "became too expensive]."),
    ("{p} schickte {n} wollene Decken nach {c}, nachdem die Heizung ausgefallen war.",
     "{p} [n:sent|did not send] {n} [m:woollen|striped] [f:blankets|coats] to {c}[d: after the heating had failed]."),
    ("Der gierige Wirt in {c} erhöhte {y} den Preis für Bier, als die Soldaten kamen.",
     "The [m:greedy|drunken] innkeeper in {c} [n:raised|lowered] the price of [f:beer|bread] in {y}[d: when the "
     "soldiers came]."),
    ("Die seltsame Maschine von {p} lief in {c} {n} Stunden lang ohne Fehler, bis jemand den Stecker zog.",
     "The [m:strange|wooden] [f:machine|clock] of {p} ran for {n} hours [n:without|with] errors in {c}[d: until "
     "somebody pulled the plug]."),
)

_WOMEN = ("Anna Brandt", "Birgit Lindner", "Carla Vogel", "Doris Keller", "Elke Sommer", "Frieda Busch",
          "Greta Winkler",
          "Heike Lorenz", "Ilse Krämer", "Jutta Pohl", "Karin Seidel", "Lotte Ziegler")
_MEN = ("Anton Berger", "Bernd Kuhn", "Dieter Falk", "Emil Hartmann", "Fritz Engel", "Georg Albrecht", "Heinz Roth",
        "Jakob Stein", "Kurt Wagner", "Ludwig Haas", "Moritz Beck", "Otto Schreiber")
FILLERS = {  # c a city, k one on the coast, w a woman, h a man, p anybody, y a year, n a number
    "c": ("Augsburg Bamberg Basel Bonn Bremen Dresden Erfurt Freiburg Graz Görlitz Heidelberg Innsbruck Jena Kassel "
          "Konstanz Leipzig Linz Magdeburg Mainz Mannheim Marburg Passau Potsdam Regensburg Salzburg Trier Ulm Weimar "
          "Wuppertal Zwickau").split(),
    "k": "Bremerhaven Cuxhaven Emden Flensburg Husum Kiel Rostock Stralsund Travemünde Wismar".split(),
    "w": _WOMEN, "h": _MEN, "p": _WOMEN + _MEN,
    "y": [str(year) for year in range(1921, 2016)],
    "n": [str(number) for number in range(13, 96)],
}
NUMBERS = ("y", "n")

# --- Arguments ---

# No two have to do with each other, so that nothing but the premises counts.
PREDICATES = (
    "member of the rowing club", "owner of a canoe", "reader of the Evening Post", "collector of stamps",
    "pupil of Mr Hale", "guest at the Anchor Inn", "speaker of Finnish", "supporter of the new bridge",
    "player of the oboe",
    "keeper of bees", "subscriber to the concert series", "customer of the corner bakery", "neighbour of Mrs Quill",
    "admirer of Vermeer", "friend of the lighthouse keeper", "graduate of Stonefield College",
    "holder of a museum pass",
    "fan of the Harwell Hawks", "donor to the animal shelter", "native of Pellstone", "user of the night bus",
    "lover of liquorice", "student of botany", "regular at the swimming pool", "witness of the eclipse",
    "cousin of the mayor", "volunteer at the food bank", "winner of a raffle prize", "builder of model ships",
    "critic of the tax reform", "singer in the town choir", "visitor of the salt mine", "tenant of the mill house",
    "buyer of the cookery book", "passenger on the first ferry", "rival of Dr Fenn", "signatory of the petition",
    "breeder of rabbits", "follower of the chess league", "client of the Blue Bank",
)
PEOPLE = ("Adele Boris Clara Dario Edith Felix Greta Hugo Ida Jasper Lydia Magnus Nadia Oscar Petra Rufus Selma "
          "Theo").split()

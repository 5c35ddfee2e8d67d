"""Tables for knowledge.py: athletes and what their sports are made of, films by kind, puns, sarcasm, adjectives."""

# Per sport: athletes known for it alone and beyond doubt; what happens in it and in none of the others (free of "his"
# and "her", and possible for all athletes listed: in American football only quarterbacks, in ice hockey no
# goalkeepers, in gymnastics only women); where it happens, for all of them.
SPORTS = {
    "basketball": (
        ["LeBron James", "Stephen Curry", "Kevin Durant", "Kobe Bryant", "Shaquille O'Neal", "Larry Bird",
         "Magic Johnson", "Tim Duncan", "Dirk Nowitzki", "Giannis Antetokounmpo", "Kareem Abdul-Jabbar",
         "Hakeem Olajuwon", "Dwyane Wade", "Scottie Pippen", "Kawhi Leonard"],
        ["made a layup", "grabbed an offensive rebound", "hit a jump shot off the backboard", "finished an alley-oop",
         "was called for goaltending", "was whistled for a double dribble", "ran a pick and roll",
         "banked in a hook shot", "missed both free throws after a shooting foul", "was called for travelling",
         "made a slam dunk", "drove to the hoop and finished with a finger roll", "hit a fadeaway jumper",
         "fouled out with a sixth personal foul", "beat the shot clock with a floater"],
        ["in the NBA Finals", "in an NBA playoff game"]),
    "soccer": (
        ["Lionel Messi", "Cristiano Ronaldo", "Diego Maradona", "Zinedine Zidane", "Ronaldinho", "Neymar",
         "Kylian Mbappé", "Mohamed Salah", "Luka Modrić", "Andrés Iniesta", "Thierry Henry", "Megan Rapinoe",
         "Alex Morgan", "Mia Hamm", "David Beckham", "Robert Lewandowski"],
        ["headed the ball over the crossbar", "took a corner kick", "scored with a bicycle kick",
         "curled a free kick over the wall", "tapped the ball in from inside the six-yard box",
         "chipped the goalkeeper from the edge of the penalty area", "crossed the ball from the left wing for a header",
         "made a sliding tackle near the corner flag", "volleyed a cross against the goalpost",
         "controlled a long pass with the chest and shot at the near post", "scored with a diving header",
         "swung in an inswinging corner", "was shown a red card for a late tackle",
         "hit the post with a left-footed volley", "headed in a cross at the far post"],
        ["at the FIFA World Cup", "in a FIFA World Cup qualifying match"]),
    "American football": (
        ["Tom Brady", "Peyton Manning", "Eli Manning", "Joe Montana", "Aaron Rodgers", "Brett Favre", "Dan Marino",
         "Troy Aikman", "Drew Brees", "Joe Namath", "Terry Bradshaw", "Ben Roethlisberger", "Kurt Warner",
         "Steve Young", "Roger Staubach"],
        ["threw a touchdown pass", "was sacked by a linebacker", "threw an interception to the safety",
         "handed the ball off to the running back", "scrambled for a first down", "completed a screen pass",
         "called an audible at the line of scrimmage", "fumbled the snap", "hit the tight end on a slant route",
         "ran a quarterback sneak", "threw a Hail Mary into the end zone", "threw a pass to the wide receiver",
         "stepped up in the pocket and threw a spiral", "took the snap in the shotgun formation",
         "gained nine yards on third down"],
        ["in the Super Bowl", "in an NFL playoff game"]),
    "baseball": (
        ["Babe Ruth", "Derek Jeter", "Shohei Ohtani", "Barry Bonds", "Hank Aaron", "Willie Mays", "Albert Pujols",
         "Yogi Berra", "Mickey Mantle", "Lou Gehrig", "Ted Williams", "Joe DiMaggio", "Reggie Jackson", "Pete Rose",
         "Alex Rodriguez"],
        ["stole second base", "hit a grand slam into the bleachers", "struck out looking", "laid down a bunt",
         "fouled off a curveball", "was tagged out at home plate", "grounded into a double play",
         "lined out to the shortstop", "slid into third base", "hit a walk-off home run", "popped out to the catcher",
         "was hit by a pitch and took first base", "hit a triple to deep centre field", "drew a walk on four pitches",
         "swung and missed at a slider"],
        ["in the World Series", "in a Major League Baseball game"]),
    "ice hockey": (
        ["Wayne Gretzky", "Sidney Crosby", "Alexander Ovechkin", "Mario Lemieux", "Bobby Orr", "Gordie Howe",
         "Jaromír Jágr", "Connor McDavid", "Mark Messier", "Joe Sakic", "Steve Yzerman", "Nicklas Lidström",
         "Patrick Kane", "Evgeni Malkin"],
        ["shot the puck over the net", "won a face-off in the neutral zone", "scored on a power play",
         "was sent to the penalty box for slashing", "hit the goalpost with a slap shot", "was called for icing",
         "scored a short-handed goal with a wrist shot", "deflected the puck past the goaltender",
         "carried the puck over the blue line", "served two minutes for high-sticking",
         "dumped the puck behind the net", "was checked into the boards",
         "scored on a breakaway with a backhand past the goaltender's pads",
         "broke a stick on a one-timer", "passed the puck across the crease"],
        ["in the Stanley Cup Final", "in an NHL playoff game"]),
    "tennis": (
        ["Roger Federer", "Rafael Nadal", "Novak Djokovic", "Serena Williams", "Venus Williams", "Andy Murray",
         "Pete Sampras", "Andre Agassi", "Steffi Graf", "Martina Navratilova", "Naomi Osaka", "Maria Sharapova",
         "Björn Borg", "Iga Świątek", "Chris Evert"],
        ["hit a backhand winner down the line", "double-faulted on break point", "broke serve in the second set",
         "saved a match point with an ace", "hit a drop volley at the net", "won the tie-break of the first set",
         "netted an easy forehand volley", "hit a topspin lob over the opponent at the net",
         "won the second set without losing a game", "lost the service game from forty-love up",
         "returned a second serve into the net", "held serve to love", "sliced a backhand into the tramlines",
         "won the game from deuce with two aces", "came back from two break points down"],
        ["at Wimbledon", "at Roland Garros"]),
    "golf": (
        ["Tiger Woods", "Jack Nicklaus", "Arnold Palmer", "Phil Mickelson", "Rory McIlroy", "Jordan Spieth",
         "Gary Player", "Seve Ballesteros", "Ernie Els", "Nick Faldo", "Dustin Johnson", "Tom Watson",
         "Brooks Koepka", "Greg Norman", "Scottie Scheffler"],
        ["made a birdie putt", "hit out of a greenside bunker", "eagled the eighteenth hole",
         "three-putted the ninth green", "hit the drive into the rough", "dropped a ball beside the water hazard",
         "made par on the seventeenth hole", "chipped in from the fringe of the green",
         "hit a seven iron over the flag", "made a bogey on the short par three", "sank a ten-foot putt for par",
         "hit the fairway with a three wood", "laid up short of the water on a par five",
         "sliced a tee shot into the trees", "finished the round four under par"],
        ["at the Masters in Augusta", "at the Open Championship in St Andrews"]),
    "cricket": (
        ["Sachin Tendulkar", "Virat Kohli", "Shane Warne", "Brian Lara", "MS Dhoni", "Ricky Ponting",
         "Muttiah Muralitharan", "Kumar Sangakkara", "Rahul Dravid", "Joe Root", "Ben Stokes", "Wasim Akram",
         "Jacques Kallis", "Adam Gilchrist", "Rohit Sharma", "Kane Williamson"],
        ["was bowled for a duck", "was caught at second slip", "hit the ball over the boundary for six",
         "was given out leg before wicket", "hit a cover drive for four", "was run out at the non-striker's end",
         "played and missed outside off stump", "swept the spinner to the boundary", "was stumped by the wicketkeeper",
         "blocked a yorker", "hooked a bouncer for four", "edged the ball between the slips",
         "survived an appeal for leg before wicket", "took a quick single to get off strike",
         "was caught at deep midwicket"],
        ["in a cricket Test match at Lord's", "at the Cricket World Cup"]),
    "swimming": (
        ["Michael Phelps", "Katie Ledecky", "Ian Thorpe", "Ryan Lochte", "Caeleb Dressel", "Missy Franklin",
         "Adam Peaty", "Sarah Sjöström", "Léon Marchand", "Janet Evans", "Dara Torres", "Matt Biondi"],
        ["touched the wall first in lane four of the pool", "made a slow tumble turn in the last race",
         "dived off the starting block before the signal", "took the lead on the final length of the pool",
         "swam the last leg of the freestyle relay", "set the fastest time in the freestyle heats",
         "won the heat in the outside lane of the pool", "missed the wall at the last turn of the race",
         "swam a personal best in the individual medley", "won the race by a fingertip at the wall",
         "was behind after the breaststroke leg of the medley", "lost the freestyle final on the last ten metres",
         "swam the fastest first length of the final"],
        ["in the Olympic pool", "at a world swimming championship"]),
    "gymnastics": (
        ["Simone Biles", "Nadia Comăneci", "Gabby Douglas", "Aly Raisman", "Nastia Liukin", "Mary Lou Retton",
         "Larisa Latynina", "Shawn Johnson", "Sunisa Lee", "Olga Korbut", "Jordan Chiles", "Dominique Dawes",
         "Svetlana Khorkina", "Rebeca Andrade"],
        ["stuck the landing of the vault", "wobbled on the balance beam", "dismounted from the uneven bars",
         "stepped out of bounds in the floor exercise", "fell off the balance beam",
         "swung from the low bar to the high bar", "finished the floor routine with a double somersault",
         "did a back handspring on the balance beam", "took a step on the landing of the vault",
         "missed the release on the uneven bars", "did a split leap on the balance beam",
         "opened the floor routine with a tumbling pass", "caught the high bar after a release move"],
        ["in the Olympic all-around gymnastics final", "at a world gymnastics championship"]),
    "boxing": (
        ["Muhammad Ali", "Mike Tyson", "Floyd Mayweather", "Joe Frazier", "George Foreman", "Evander Holyfield",
         "Sugar Ray Leonard", "Lennox Lewis", "Oscar De La Hoya", "Tyson Fury", "Anthony Joshua", "Marvin Hagler",
         "Roberto Durán", "Canelo Álvarez"],
        ["knocked the challenger down with an uppercut in the third round", "was saved by the bell in the fourth round",
         "got off the canvas at the count of eight", "leaned on the ropes in the tenth round",
         "won by technical knockout in the sixth round", "lost a split decision after twelve rounds",
         "answered the bell for the ninth round", "won the fifth round on the cards of all three judges",
         "threw a left hook just before the bell", "was floored by a right cross in the second round",
         "sat on the stool in the corner between rounds", "was cut above the eye by a right hook in round seven",
         "landed a hook to the body in the eighth round"],
        ["in a boxing world title fight", "in a bout for the world boxing title"]),
    "figure skating": (
        ["Michelle Kwan", "Yuzuru Hanyu", "Tara Lipinski", "Yuna Kim", "Katarina Witt", "Kristi Yamaguchi",
         "Nathan Chen", "Brian Boitano", "Mao Asada", "Evgeni Plushenko", "Evan Lysacek", "Alina Zagitova",
         "Elvis Stojko", "Johnny Weir"],
        ["fell on a triple toe loop", "landed a triple Salchow", "landed a double Axel",
         "finished the free skate with a camel spin", "opened the short program with a triple toe loop",
         "performed a sit spin", "singled a planned double Axel", "waited in the kiss and cry for the scores",
         "two-footed the landing of a toe loop", "did a step sequence and a sit spin on the ice",
         "lost points for an under-rotated Salchow", "left out a double toe loop in the free skate",
         "held a long spiral on one skate"],
        ["in the Olympic figure skating final", "at a world figure skating championship"]),
    "cycling": (
        ["Eddy Merckx", "Miguel Induráin", "Chris Froome", "Greg LeMond", "Tadej Pogačar", "Mark Cavendish",
         "Alberto Contador", "Bernard Hinault", "Peter Sagan", "Jonas Vingegaard", "Marco Pantani", "Vincenzo Nibali",
         "Laurent Fignon"],
        ["attacked on the climb to Alpe d'Huez", "dropped back to the peloton",
         "won the sprint of the stage by a wheel", "punctured and got a wheel from a team-mate",
         "won the mountain time trial by ten seconds",
         "joined the breakaway on the first climb of the stage", "led the peloton over the mountain pass",
         "took a bottle in the feed zone", "rode in the slipstream of a team-mate on the climb",
         "wore the yellow jersey on the mountain stage", "chased down a breakaway with two team-mates",
         "crashed in the peloton near the end of the stage", "stood on the pedals on the steep climb"],
        ["in the Tour de France", "during the Tour de France"]),
    "Formula One": (
        ["Lewis Hamilton", "Michael Schumacher", "Ayrton Senna", "Sebastian Vettel", "Max Verstappen", "Alain Prost",
         "Fernando Alonso", "Niki Lauda", "Charles Leclerc", "Lando Norris", "Mika Häkkinen", "Jenson Button",
         "Nigel Mansell"],
        ["started from pole position on soft tyres", "made a pit stop for new tyres",
         "overtook a rival with a faster engine at the hairpin", "spun into the gravel trap",
         "lost the front wing at the chicane", "locked up the brakes at the first corner",
         "retired with an engine failure", "was held up behind the safety car", "stalled the engine on the grid",
         "drove the fastest lap of the race", "came into the pits with a broken gearbox",
         "steered the car into the pit lane", "missed the apex and lost downforce in the corner"],
        ["in the Monaco Grand Prix", "in the British Grand Prix at Silverstone"]),
}

# Kinds of films far from each other; a film that could pass for two of them is left out, and so is a name that gives
# its kind away by a series title.
FILMS = {
    "James Bond films": [
        "Goldfinger", "Dr. No", "Thunderball", "GoldenEye", "Casino Royale", "Skyfall", "Moonraker",
        "Live and Let Die", "From Russia with Love", "Octopussy", "The Living Daylights", "Quantum of Solace"],
    "horror films": [
        "Halloween", "Friday the 13th", "A Nightmare on Elm Street", "Scream", "The Texas Chain Saw Massacre", "Saw",
        "Child's Play", "The Conjuring", "Hereditary", "Hellraiser", "The Exorcist", "Paranormal Activity"],
    "computer-animated family films": [
        "Toy Story", "Finding Nemo", "Monsters, Inc.", "Ratatouille", "Up", "Ice Age", "Kung Fu Panda", "Madagascar",
        "Despicable Me", "Inside Out", "Zootopia", "A Bug's Life", "The Secret Life of Pets"],
    "romantic comedies": [
        "When Harry Met Sally", "Notting Hill", "Sleepless in Seattle", "You've Got Mail", "Pretty Woman",
        "Bridget Jones's Diary", "Four Weddings and a Funeral", "Love Actually", "27 Dresses",
        "How to Lose a Guy in 10 Days", "My Best Friend's Wedding", "The Proposal"],
    "Star Wars films": [
        "A New Hope", "The Empire Strikes Back", "Return of the Jedi", "The Phantom Menace", "Attack of the Clones",
        "Revenge of the Sith", "The Force Awakens", "The Rise of Skywalker", "Rogue One"],
    "fantasy films of swords and magic": [
        "The Fellowship of the Ring", "The Two Towers", "The Return of the King", "The Desolation of Smaug",
        "The Battle of the Five Armies", "Willow", "Eragon", "Dragonheart", "Conan the Barbarian"],
    "westerns": [
        "A Fistful of Dollars", "For a Few Dollars More", "High Noon", "Rio Bravo", "The Searchers", "Stagecoach",
        "Unforgiven", "True Grit", "The Magnificent Seven", "Tombstone", "Once Upon a Time in the West", "Shane",
        "Pale Rider"],
    "gangster films": [
        "The Godfather", "Goodfellas", "Casino", "Donnie Brasco", "The Untouchables", "Carlito's Way",
        "A Bronx Tale", "The Irishman", "Once Upon a Time in America", "Mean Streets", "Prizzi's Honor"],
    "films on the Second World War": [
        "Saving Private Ryan", "The Longest Day", "Das Boot", "A Bridge Too Far", "Patton", "The Thin Red Line",
        "Dunkirk", "The Great Escape", "Hacksaw Ridge", "Letters from Iwo Jima", "Midway", "The Guns of Navarone"],
    "musicals": [
        "Singin' in the Rain", "The Sound of Music", "My Fair Lady", "Hairspray", "Oklahoma!", "Fiddler on the Roof",
        "The King and I", "Dreamgirls", "Evita", "Carousel", "Funny Girl", "Oliver!", "Show Boat"],
    "superhero films": [
        "Superman", "Batman Begins", "Spider-Man", "Iron Man", "The Avengers", "Black Panther", "Fantastic Four",
        "Daredevil", "The Incredible Hulk", "Deadpool", "Shazam!", "Justice League"],
    "sports films": [
        "Rocky", "Creed", "Million Dollar Baby", "Rudy", "Hoosiers", "Remember the Titans", "Moneyball",
        "The Karate Kid", "Chariots of Fire", "Coach Carter", "Miracle", "Friday Night Lights"],
    "courtroom dramas": [
        "12 Angry Men", "To Kill a Mockingbird", "A Few Good Men", "Anatomy of a Murder",
        "Witness for the Prosecution", "Inherit the Wind", "Philadelphia", "The Verdict", "A Time to Kill",
        "The Rainmaker", "Primal Fear", "My Cousin Vinny"],
    "disaster films": [
        "Twister", "The Poseidon Adventure", "The Towering Inferno", "Dante's Peak", "Volcano",
        "The Day After Tomorrow", "2012", "San Andreas", "Earthquake", "Airport", "The Perfect Storm"],
    "silent comedies": [
        "The Gold Rush", "City Lights", "Modern Times", "The Kid", "The Circus", "Safety Last!", "Sherlock Jr.",
        "The Navigator", "Our Hospitality", "Seven Chances", "Speedy", "The Cameraman", "Steamboat Bill Jr."],
}

# Frames that praise and their twins that blame; a clause of TALES follows "that".
FRAMES = [
    ("How lovely that", "How awful that"), ("I am so happy that", "I am so upset that"),
    ("It is wonderful that", "It is terrible that"), ("What a joy that", "What a disaster that"),
    ("It made my day that", "It ruined my day that"),
    ("I could not be more pleased that", "I could not be more annoyed that"),
    ("What great luck that", "What rotten luck that"), ("I love it that", "I hate it that"),
    ("It is such good news that", "It is such bad news that"), ("I am thrilled that", "I am furious that"),
]

# Clauses: [something plainly bad for the speaker/something plainly good], {fillers} from FILLERS.
TALES = """
the {vehicle} on {day} was [{many} hours late/exactly on time]
my {device} [broke/still worked perfectly] a week after the warranty ran out
{who} [kept me awake with loud drumming/baked me a delicious cake] on {day}
the {dish} at the restaurant was [burnt and cold/hot and delicious] on {day}
we waited [{many} hours/only {many} minutes] for our {dish}
the hotel room had [{many} cockroaches in the bed/a lovely view of the sea]
our picnic on {day} was [ruined by a thunderstorm/blessed with perfect sunshine]
the dentist [had to pull {many} of my teeth/found my teeth perfectly healthy] on {day}
{who} [crashed/washed and polished] my car on {day}
my boss [cancelled/doubled] my bonus on {day}
my favourite team [lost/won] by {many} goals on {day}
the doctor told me on {day} that I [need {many} operations/am perfectly healthy]
the airline [lost all of my luggage/gave me a free upgrade] on {day}
my computer [destroyed/rescued] {many} weeks of my work
our roof [leaked/stayed dry] during all {many} days of rain
a stranger [stole my wallet/returned my lost wallet] on {day}
the heating [broke down/worked perfectly] on the coldest {day} of the year
I [failed/passed] my final exam in {subject}
the coffee machine has [been broken/worked without a fault] for {many} weeks
{who} [spilled red wine on/washed and ironed] my new white shirt
the market stall [sold me rotten/gave me free] {fruit} on {day}
the bank [lost/doubled] all of my savings
the neighbours [drilled into the wall/stayed perfectly quiet] at five in the morning on {day}
{who} [forgot/remembered] my birthday
the mechanic [ruined/repaired] the brakes of my car on {day}
my back [hurt terribly/stopped hurting] on the first day of my holiday
the lift to my flat on floor {many} has been [out of order/working perfectly] for months
the dog [chewed up/found] my lost slippers on {day}
I [lost my passport/found my lost passport] {many} hours before the flight
the plumber [flooded/repaired] our kitchen on {day}
my landlord [raised/lowered] my rent by {many} hundred dollars
the traffic jam lasted [{many} hours/only {many} seconds]
wasps [invaded/stayed away from] our picnic on {day}
the {dish} in the canteen [made me ill/tasted delicious] on {day}
all {many} of my friends [refused to come/came] to my birthday party
the baby beside me [screamed/slept] all through the {many}-hour flight
my favourite mug [broke into {many} pieces/came out of the dishwasher spotless]
I had [{many} painful blisters/no pain at all] after the hike on {day}
the internet connection [failed/worked perfectly] during my job interview on {day}
the hairdresser [ruined/rescued] my hair on the day before my wedding
the parcel with my {device} arrived [{many} months late and smashed/{many} days early and intact]
{who} [broke/repaired] my {device}
our holiday cottage was [a filthy ruin/even nicer than in the pictures]
my knee has [got much worse/healed completely] after {many} weeks of treatment
{many} employers [rejected/offered me a job after reading] my application
the queue at the checkout on {day} was [endless/very short]
the electricity [failed/stayed on] during the final of my favourite show
my alarm clock [failed/rang on time] on the morning of my exam in {subject}
pigeons [covered my clean car with droppings/stayed away from my clean car] on {day}
my homework in {subject} got the [worst/best] mark in the class
the last {vehicle} home [left without/waited for] me on {day}
the concert on {day} was [cancelled after we had paid/even better than we had hoped]
my vegetable garden was [eaten bare by snails/full of ripe strawberries] on {day}
my suitcase [burst open/arrived safely] at the airport on {day}
the {worker} [overcharged me/gave me a discount] on {day}
the bed in the hotel was [as hard as stone/soft and comfortable] for all {many} nights
I [caught a bad flu/felt perfectly well] on the first {day} of my holiday
the hotel pool was [empty and dirty/clean and warm] for all {many} days of our stay
my new shoes [fell apart/still looked new] after {many} days
{who} [blamed/thanked] me in front of the whole office
the storm [smashed/spared] all {many} of our windows
the new {device} was [broken when I unpacked it/ready to use at once]
the repair of my {device} cost me [{many} thousand dollars/nothing at all]
our tent [collapsed/stayed dry] in the storm on {day}
I [sat on the wet paint/got the last free seat] on the {vehicle} on {day}
the {worker} who came on {day} [broke my window/was friendly and quick]
""".strip().splitlines()

FILLERS = {
    "vehicle": "train bus tram ferry coach".split(),
    "day": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "many": "three four five six seven eight nine ten".split(),
    "who": ["my neighbour", "my brother", "my sister", "my cousin", "my flatmate", "my colleague"],
    "device": "phone laptop tablet camera printer television".split(),
    "dish": "soup steak pizza pasta salad fish pie stew".split(),
    "subject": "biology chemistry history geography physics mathematics".split(),
    "fruit": "apples pears plums grapes oranges cherries".split(),
    "worker": "plumber electrician carpenter painter locksmith".split(),
}

# What may stand before and after such a statement without a feeling of its own.
LEADS = ["You asked me for news.", "Here is what I wrote home.", "Let me tell you about my week.",
         "I have something to report.", "This is from my diary.", "Much has happened here."]
TAILS = ["I told everybody at work.", "I called my parents about it.", "I have told the story three times since.",
         "I mentioned it to everyone I met.", "That was all I talked about for days."]

# Adjectives by kind, in the order in which they stand before a noun; no word could be of two kinds. Grammars differ on
# whether age or shape comes first, so that no phrase has both.
ADJECTIVES = {
    "opinion": "beautiful ugly lovely nice wonderful terrible charming horrible delightful superb magnificent hideous "
               "gorgeous splendid dreadful marvellous".split(),
    "size": "big small large tiny huge enormous gigantic immense oversized medium-sized".split(),
    "age": "old new ancient brand-new week-old month-old year-old ten-year-old twenty-year-old century-old".split(),
    "shape": "round square triangular oval rectangular circular hexagonal octagonal spherical cylindrical".split(),
    "colour": "red blue green yellow black white brown grey pink purple turquoise beige".split(),
    "origin": "French Italian Spanish Japanese Chinese Mexican Turkish Indian Swedish Brazilian Egyptian "
              "Canadian".split(),
    "material": "wooden leather plastic steel cotton woollen rubber marble bronze ceramic nylon "
                "cardboard".split(),
    "purpose": "cooking sewing fishing hiking drinking gardening shopping camping writing exercise".split(),
}
NOUNS = ("bag box table chair knife cup bowl lamp basket mat stool tray case shelf toy spoon plate jar bucket "
         "cabinet").split()

# Film titles and musicians as "title: word pun other other ...". * is the place of the word; the pun is another real
# word one letter away, funny in this place; the others, one letter away too and as long as the pun, are no words: they
# are in none of the lists web2, GCIDE and SOWPODS, and next to never in the texts that wordfreq counts.
PUNS = """
*: batman boatman abatman bastman bataman batiman batmamn batmand batmang batmarn batmean batoman
*: blur blurb balur blaur blour bluar bluir blurd blurk blurl bluro blury
*: drive drivel adrive darive dirive dorive draive dreive drieve drinve driveg drivey
*: dumbo jumbo aumbo dombo dumao dumbe dumbi dumeo dummo dumoo dumpo dunbo
*: fargo cargo farao fareo farga farno faroo farto furgo gargo hargo
*: grease crease brease erease greace greade greale greane greast grense gresse irease
*: heat wheat heact heant heapt heata heate heati heato heatt hecat helat
*: muse mouse imuse munse musec musel musew musex mushe muske musle musne
*: pulp gulp aulp hulp mulp pelp pulb puld pulf puln putp rulp
*: shrek shriek eshrek ishrek nshrek pshrek rshrek sharek sherek shorek shreak shreke
*: speed steed apeed epeed ipeed opeed sceed sleed spedd speem speep sperd
*: thor thorn athor ethor ithor sthor thoor thork thorl thorm thory thour
*: troy tray aroy droy eroy groy hroy iroy oroy proy trob trok
a beautiful *: mind wind aind dind eind gind mied minb minp miod oind xind
a bug's *: life wife cife dife gife hife lefe lifl lify lixe mife tife
* actually: love glove alove blove elove flove leove lmove lonve loveh lovem olove
* and prejudice: pride bride cride dride eride fride iride oride plide pribe prida prile
* and sensibility: sense tense gense kense nense sanse seese senee senie senst serse sesse
arctic *: monkeys donkeys bonkeys conkeys mankeys minkeys mockeys monneys monseys monveys ponkeys sonkeys
back to the *: future suture auture euture fature fiture fugure futere futore futube futuri futurp
backstreet *: boys toys bbys blys bous boyi boyl boym brys voys
* baez: joan loan boan joac joak joal joam joar joat joen jogn joln
* berry: chuck chick ahuck cauck chuak chuca chucc chuce chucl chuct chulk churk
big *: fish dish cish fiah fisb fisd fisg fism fiso fisp fisr fisy
* bizkit: limp blimp alimp climp elimp ilimp laimp liamp limpe limph limpt olimp
bob *: marley barley garley larley marlea marlem marlet marlex marrey marsey merley narley
bruno *: mars bars aars iars marb marf marp myrs rars
* bush: kate skate katea kated katel katem katen katep katex katme katre katue
citizen *: kane cane eane iane kabe kanb kanc kank kany kanz kape kene
* club: fight night faght figat figet figha fighe figho fighs figit figot fught
* cooper: alice slice adice agice alace alece alich alics alict atice blice clice
* davis: miles smiles imiles mildes mileas mileds milees milens milese milesh milest milets
* day: green greed dreen ereen greei greel greem greez gremn greon grern grien
depeche *: mode mole hode iode moce modc modd modf moge mohe mude oode
* dogg: snoop scoop inoop onoop smoop sneop sniop snomp snoom snooo snopp snosp
dolly *: parton carton larton pacton paiton parion parmon paroon parron parten partor partun
dumb and *: dumber number damber dember domber dumbar dumbee dumbes dumbet dumbir dumbor dumier
earth wind and *: fire tire bire ffre fige firc firf firg firi firl firr firu
* elliot: billy silly biely bilay biley billd billp biloy bilty binly birly eilly
* fighters: foo food afoo efoo ffoo folo foog fooh foop foov foso
finding *: nemo memo cemo gemo nefo nemb nemm nemp nemy newo numo nymo
forrest *: gump jump aump eump fump gemp gomp guip gume gumn gunp gurp
full metal *: jacket racket eacket facket jaceet jaciet jacken jackit jacret jecket lacket macket
* gaga: lady lazy gady ladc ladf ladp lany lapy laty ledy lidy oady
* girls: mean bean fean meab meaf meag meau memn mern mlan mman mpan
* girls: spice slice epice ipice opice smice spich spico spict spipe spoce suice
gone with the *: wind wine aind dind eind gind oind widd winb winp winu xind
good * hunting: will dill aill oill wicl wifl wila wilb wilm wilo wilr wilu
good * vietnam: morning moaning forning marning moraing mording morming mornine mornink mornint morting mouning
* heights: wuthering withering authering buthering cuthering huthering luthering muthering nuthering outhering puthering
high *: noon moon nbon ncon ndon nfon ngon noln nomn noof noov npon
* hill: notting rotting motting natting norting notaing nottang notteng nottina nottind nottine nottink
* holiday: roman woman riman rocan romad romai romak romat romax romay romin romon
* holly: buddy muddy auddy buday buddi budds budly buidy burdy euddy juddy luddy
home *: alone clone abone alond alono alons alont alope alore apone asone blone
* hour: rush brush arush erush raush rudsh ruish runsh rusha rushi rusho rusph
ice *: age cage agae agea agei agem ageo aget agge aghe agme agne
* joel: billy belly bilay biley billd billp biloy bilty bioly birly bisly eilly
johnny *: cash mash cach cagh casm casy cesh cish eash iash oash
jurassic *: park bark aark eark gark iark oark parb parf parg parn pary
katy *: perry berry aerry cerry lerry nerry pecry pedry peray perey perhy perly
king *: kong gong iong konc konn konp kont konu konz koug oong
kings of *: leon lemon aleon fleon lecon ledon leonk leono leont leonu lepon leson
kool and the *: gang gong eang gagg gaig ganb ganc ganu gany iang oang
linkin *: park pork aark eark gark iark oark parb parf parg parn pary
* loaf: meat neat mbat meab meaf meag meau mebt mect medt mept mmat
lord of the *: rings wings aings cings eings oings riags rinas ringh ringt rinis rints
* maiden: iron irony airon firon ircon ireon irlon irmon iroon irorn iroun irown
* man: ant aunt adnt anct angt anot anst anty anut aynt eant iant
* man: rain drain erain irain orain raind raing raink raino raint ralin ranin
* martin: dean bean deab deag deam deap deat degn dlan dnan dran dvan
mary *: poppins poppies hoppins loppins poopins poppils poppink poppinn poppirs poppiss poppons pospins
* me if you can: catch hatch caich carch casch catca catth chtch citch cstch eatch fatch
mick *: jagger dagger eagger jageer jaggea jaggee jaggei jaggem jaguer janger jarger magger
my * lady: fair hair faic faid faig faii faim faiv falr feir ffir kair
* n roses: guns buns auns ghns guas gunb gunc gune guni guno gunp gunt
* of the caribbean: pirates pilates pirades pirales piranes pirases piratee piratel piraten pirater piraves pitates
* patrol: snow slow onow rnow snoc snoe snoi snol snon snos snox snoy
phil *: collins collies callins colains collics collind collink collips colliss collits collons coolins
pink *: floyd flood eloyd fload flodd floid flold flond flord floya floye floyo
planet of the *: apes apps afes ahes ajes apea apee apeg apet azes ipes mpes
* potter: harry hairy earry hacry hafry haray harey haroy hirry narry oarry rarry
* presley: elvis pelvis celvis delvis elevis elivis elovis elvias elvics elvils elvits felvis
* private ryan: saving shaving asaving isaving sadving sarving saviang savieng savineg saviong savoing scaving
pulp *: fiction friction ficition fictiona fictiond fictione fictiong fictiont fictiony fictiorn fictioun fictison
* purple: deep beep deec deei deip demp denp deop dhep dlep dnep
raging *: bull bill aull bucl buld bulf buln bulo bulp buls buly jull
red hot chili *: peppers peepers ceppers pappers peapers pephers peppars peppens peppere pepperg pepperr perpers
school of *: rock sock iock roak rocc roci rocl roct rolk rork vock
* side story: west vest sest webt wedt wesb wesd wesi wesk wesm weso wesp
simple *: minds mints ainds cinds dinds einds ginds midds mieds mindf oinds vinds
* sinatra: frank prank arank erank feank fiank fralk frang frani frany frark irank
snow *: white while chite phite thite whibe whice whige whipe whire whise whita
star *: trek tree crek frek hrek nrek orek srek treh trep trer trok
star *: wars warts awars dwars owars swars twars waras waros warsa warso warsp
stevie *: wonder yonder honder londer monder nonder ronder wondee wondep wondor woneer wonfer
* straits: dire tire bire dife dipe dirb dirc dirf dirm dirp diru diry
* street: wall mall eall iall oall walb walc walf walo walp walr walu
* swift: taylor tailor daylor tablor taclor tallor tarlor taybor taylod taylom taylon taylos
talking *: heads beads feads geads heada heado heaks heans heass heaus peads seads
the * knight: dark bark aark darc darf darm darp darx dask eark gark iark
the * machine: time lime eime gime nime thme tibe tife timb tise tize tsme
the * of music: sound hound dound nound saund souna sounb soung sounk sounn sount stund
the * of oz: wizard lizard gizard nizard wicard widard wilard winard wipard wirard witard wizari
the * of wall street: wolf golf bolf colf folf holf iolf molf polf tolf walf woln
the *: beatles beetles beacles bealles bearles beathes beaties beatres beattes beaules bentles bertles
the *: birds bards berds bieds bilds biras birde bires birms birys hirds pirds
the *: cure cube ccre chre cuee cuie cune curc curg curk curm curp
the *: eagles beagles eagales eagiles eaglecs eaglefs eaglyes eagoles eagules eangles eaugles egagles
the *: help kelp aelp belp celp eelp felp helc heop hulp melp oelp
the *: hulk bulk dulk gulk hilk huak hulf huln hulp huly kulk lulk
the *: mask musk eask fask iask jask masm masy mesk misk nask oask
the *: mummy tummy eummy hummy jummy memmy mmmmy mumay mumey mummi mummm mummo
the *: omen oven ocen ohen omea omeb omec omee omel omem omet oten
the *: police polite colice holice polace polece polick polict polime poline polise ponice
the *: ring rink aing riag rieg rinb rinc rinp rint rinu riny riog
the *: shining whining scining shening shicing shiling shinang shinina shinind shinine shinink shinins
the *: sting stink eting iting scing sming stinc stind stini stinn stino stins
the beach *: boys toys bbys blys bous boyi boyl boym brys voys
the bee *: gees geese gedes geeis geels geems geesa geesi geeso gemes geses getes
the big *: short shirt phort scort shert shont shopt shora shord shork shorm shost
the devil * prada: wears fears cears weads weara wearb weard weari weark wearm wearo weart
the full *: monty month bonty conty donty honty menty molty moncy monoy nonty ronty
the green *: mile smile imile micle miled milee milem mileo milie milse milte minle
the hunger *: games dames gamea gamec gamee gameg gameh gamem gamen gamep gamis gamns
the parent *: trap tram orap prap srap tbap tnap traj trao traq trar traw
the rolling *: stones scones siones spones stenes stomes stonea stonee stonel stonet stonew stonis
the silence of the *: lambs lamps dambs lambu lamos lamys larbs lembs mambs nambs oambs rambs
the sixth *: sense tense gense kense sanse seese senee senie senst serse sesse sunse
the truman *: show snow ahow ghow nhow ohow phow rhow shob shoi shol shov
the two *: towers towels howers tolers tomers toweas towees towens toweri towerm towern towero
the white *: stripes strikes atripes strapes strepes stribes strices striles strimes strines stripen stripet
the wild *: bunch lunch aunch banch buich bunca bunct bunsh bunth gunch junch ounch
tom *: jones bones joces jonec jonee joneg jonem jonen jonew jonex joney jonos
toy *: story store atory itory scory siory slory smory spory stery storb stord
treasure *: island inland illand iscand iseand ishand isiand islana islank islant islard ispand
true *: grit grin arit drit ghit gria gric grie grik griv hrit nrit
* turner: tina tuna oina tida tinb tinc tinn tinp tinu tipa tiva wina
war *: horse house harse honse horce horee horge horke horre horte hosse lorse
war and *: peace peach deace heace leace peack peact peade peame peane reace seace
* window: rear bear cear reaf reag reau reaw reir reor rerr reur rhar
* woman: wonder wander honder londer monder nonder ronder wondar wonded wonden wondep wondet
* young: neil nail ncil necl neig neim neiv neiz neol nerl nfil nril
""".strip().splitlines()

"""Words and things that questions are made of."""

NUMBERS = ("no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
           "seventeen eighteen nineteen twenty").split()

# Members of one class only, beyond dispute (no tomato, no piano stool).
CLASSES = {
    "fruits": "apple pear plum grape banana orange peach mango kiwi apricot cherry lime papaya pineapple melon".split(),
    "animals": "cow horse goat pig dog cat rabbit chicken duck bear tiger lion monkey camel donkey".split(),
    "musical instruments": "violin cello flute clarinet trumpet trombone drum guitar harp piano oboe accordion banjo "
                           "tuba saxophone".split(),
    "vehicles": "car truck bus bicycle tram taxi van scooter tractor train motorbike ambulance lorry moped "
                "minibus".split(),
    "pieces of furniture": "table chair sofa bed desk wardrobe bookcase stool armchair dresser cupboard sideboard "
                           "bench couch nightstand".split(),
}

WORDS = sorted(set("""
able above accept across actor adult after again agent agree ahead album alive allow alone along amount angle animal
answer appear apple april arena argue army arrow artist aside autumn average avoid award away baby back badge bakery
balance ball banana band bank barn basket battle beach bean bear beauty become bedroom before begin behind believe
bell belong below bench beside better between bicycle bird birth bitter black blanket blind block blood blossom blue
board boat body bone book border borrow both bottle bottom bowl branch brave bread break breakfast breath brick bridge
brief bright bring broad brother brown brush bucket budget build bullet burn bush business butter button cabin cable
cactus cake call camera camp candle candy canvas captain carbon card careful cargo carpet carrot carry castle cattle
cause ceiling center central century certain chain chair chance change chapter charge cheap check cheese cherry chest
chicken chief child choice choose circle citizen city civil claim class clean clear clever client cliff climate climb
clock close cloth cloud coach coast coat coffee coin cold collar collect college color column combine comfort command
common company compare concert connect consider contain control cook copper copy corner correct cotton couch cough
count country couple courage cousin cover cow crack craft crash cream create credit creek crew cricket crime crowd
crown cruel culture cup curious current curtain curve custom cycle daily damage dance danger daring dark daughter dawn
deal debate decade decide deep deer defend degree delay deliver demand dense deny depend deputy desert design desk
detail device dialog diamond dinner direct dirty discover dish distance divide doctor dollar donkey door double doubt
dozen draft dragon drama draw dream dress drift drink drive drop drum dry duck due dull during dust duty eager eagle
early earn earth easy echo edge editor effect effort eight either elbow elder electric elegant element eleven empire
employ empty enemy energy engine enjoy enough ensure enter entire envelope equal error escape essay estate evening
event ever evidence exact example except excite exist exit expand expect expert explain extra eye fabric face factor
factory fade fail fair faith fall false family famous fancy farm fashion fast father favor fear feather feature
federal feed female fence fever field fifteen fight figure file final finger finish fire firm first fish flag flame
flat flavor fleet flight float flood floor flour flower fluid fly fold follow food foot force foreign forest forget
fork formal fortune forward found fountain four frame free fresh friend frog front frost fruit fuel full funny future
gain galaxy gallery game garage garden garlic gate gather general gentle giant gift ginger girl give glad glass global
glove goal goat gold good grace grade grain grand grape grass gravity gray great green grid ground group grow guard
guess guest guide guitar habit hair half hall hammer hand handle happen happy harbor hard harvest hat hawk hazel head
health heart heavy height hello helmet help herb hero hidden high hill history hobby hockey hold hole holiday hollow
home honest honey hope horn horse hospital host hotel hour house hover human humble humor hundred hungry hunt hurry
ice idea ideal image impact import inch include income index indoor infant inform injury ink inner insect inside
inspire invest invite iron island item ivory jacket jaguar jail jazz jeans jelly jewel join joke journey judge juice
jump jungle junior jury justice keen keep kettle key kick kind king kitchen kite kitten knee knife knock know label
labor ladder lady lake lamp land large laser late laugh laundry lawn lawyer layer lazy leader leaf learn leather leave
lecture legal legend lemon length lesson letter level liberty library license life lift light limit line lion liquid
list listen little live lizard local lock logic lonely long loop lottery loud love loyal lucky lumber lunch luxury
machine magic magnet maid mail main major make mango manner maple marble march margin marine market marriage mask
master match material matter maximum maze meadow meal measure meat medal media melody member memory mention menu mercy
merge merit message metal method middle midnight milk million mimic minor minute miracle mirror mistake mix mobile
model modern moment money monkey month moon moral morning mosquito mother motion motor mountain mouse mouth move movie
much mule muscle museum music mutual mystery narrow nation nature near neat neck need nephew nerve nest never news
nice night noble noise normal north notable nothing notice novel number nurse oak oasis object observe ocean offer
office often olive onion online open opera opinion orange orbit orchard order organ orient other outdoor oval oven
owner oxygen oyster pact page paint pair palace palm panel panic paper parade parent park parrot party pass path
patient pattern pause peace peanut pencil people pepper perfect permit person phone photo phrase piano picnic picture
piece pigeon pilot pink pioneer pipe pistol pizza place planet plastic plate play please pledge plenty plot plug poem
poet point polar pole police pond pony pool popular portion possible potato pottery poverty powder power practice
praise predict prefer prepare present pretty prevent price pride primary print prison private prize problem process
produce profit program project promise proof protect proud provide public pudding pull pulse pumpkin punch pupil
purchase purple purpose push puzzle pyramid quality quarter queen question quick quiet quilt quit quiz quote rabbit
race radar radio rail rain raise ranch random range rapid rare rather raven razor ready real reason rebel recall
recipe record recycle reduce reflect reform region regret regular reject relax release relief rely remain remember
remind remove render renew rent repair repeat replace report rescue resist resource result retire return reveal review
reward rhythm ribbon rice rich ride ridge rifle right rigid ring riot ripple risk ritual rival river road roast robot
robust rocket romance roof rookie room rose rotate rough round route royal rubber rude rug rule run rural saddle
sadness safe sail salad salmon salon salt sample sand satisfy sauce sausage save scale scan scare scatter scene school
science scissors scorpion scout screen script search season seat second secret section security seed seek segment
select sell senior sense sentence series service session settle seven shadow shaft shallow share shed shell sheriff
shield shift shine ship shiver shock shoe shoot shop short shoulder shove shrimp shuffle sibling side siege sight sign
silent silk silly silver similar simple since sing siren sister situate six size skate sketch skill skin skirt skull
slab sleep slender slice slide slight slim slogan slot slow small smart smile smoke smooth snack snake snow soap
soccer social sock soda soft solar soldier solid solution solve someone song soon sorry soul sound soup source south
space spare spatial speak special speed spell spend sphere spice spider spike spin spirit split spoil sponsor spoon
sport spot spray spread spring square squeeze stable stadium staff stage stairs stamp stand start state stay steak
steel stem step stereo stick still sting stock stomach stone stool story stove strategy street strike strong struggle
student stuff stumble style subject submit subway success such sudden suffer sugar suggest suit summer sun sunny
sunset super supply supreme sure surface surge surprise surround survey suspect sustain swallow swamp swap swarm swear
sweet swift swim swing switch sword symbol symptom system table tackle tail talent talk tank tape target task taste
tattoo taxi teach team tell ten tenant tennis tent term test text thank theme theory thing thought three thrive throw
thumb thunder ticket tide tiger tilt timber time tiny tip tired tissue title toast tobacco today toddler toe together
toilet token tomato tomorrow tone tongue tonight tool tooth top topic topple torch tornado tortoise toss total tourist
toward tower town toy track trade traffic tragic train transfer trap trash travel tray treat tree trend trial tribe
trick trigger trim trip trophy trouble truck true truly trumpet trust truth tube tuition tumble tuna tunnel turkey
turn turtle twelve twenty twice twin twist two type typical ugly umbrella unable uncle under undo unfair unfold
unhappy uniform unique unit universe unknown unlock until unusual update upgrade uphold upon upper upset urban urge
usage use used useful usual utility vacant vacuum vague valid valley valve van vanish vapor various vast vault vehicle
velvet vendor venture venue verb verify version very vessel veteran viable vibrant vicious victory video view village
vintage violin virtual virus visa visit visual vital vivid vocal voice void volcano volume vote voyage wage wagon wait
walk wall walnut want warfare warm warrior wash wasp waste water wave way wealth weapon wear weasel weather web
wedding weekend weird welcome west wet whale wheat wheel when where whip whisper wide width wife wild will win window
wine wing wink winner winter wire wisdom wise wish witness wolf woman wonder wood wool word work world worry worth
wrap wreck wrestle wrist write wrong yard year yellow yesterday young youth zebra zero zone zoo
""".split()))

# Rarer ones, for harder questions.
RARE_WORDS = sorted(set("""
abacus abyss acorn alcove almanac amber anvil apiary archway arsenal aspen atrium attic awning badger ballad bamboo
banjo barley barnacle bassoon beacon beetle bellows beryl bobbin bramble brazier briar brindle brocade burlap cabbage
calico canopy caravan cashmere catacomb cauldron cavern cedar chalice chapel charcoal cinder citadel clarinet clover
cobalt compass copper coral cormorant crevice cricket crocus cypress dagger damask dahlia damson decoy dewdrop domino
dowry dulcimer easel ebony eclipse ember emerald ermine falcon fathom fennel ferret fiddle filigree finch flagon flint
fossil foxglove gable galleon garnet gazelle gherkin ginger glacier goblet gorge granite grotto gully hammock harbour
hazel heather heron hollow hornet hyacinth iceberg indigo iris ivory jackal jasmine javelin juniper kestrel kettle
lagoon lantern lapwing larder lattice lavender ledger lichen linnet lobster locket lupin magpie mallet mandolin marble
marigold marten meadow mica mimosa mistletoe moccasin mosaic nettle nimbus nutmeg obelisk ochre onyx opal orchid
osprey otter parchment parsley pebble pelican pepper petunia pewter pheasant pigeon pistachio plover poplar primrose
quail quartz quiver raven rosemary rowan sable saffron salmon sandal sapphire satchel scarab sequin shingle sorrel
sparrow spindle sycamore talon tangerine tapestry teak thicket thimble thistle tinsel topaz trellis turnip turquoise
urchin valerian vellum velvet viaduct walnut weasel willow wisteria yarrow zephyr zinnia
""".split()) - set(WORDS))

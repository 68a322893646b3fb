"""Forms of English words that no rule gives. Data, and how it is read. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["AMBIGUOUS", "ENDINGS", "FORMS", "INVARIANT", "INVARIANT_ENDINGS", "SILENT_E"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for pair in text.split():
        one, _, other = pair.partition("=")
        yield one, other


def _read(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each word of a table with its forms; a word begins a line or follows a semicolon."""
    for entry in text.replace("\n", ";").split(";"):
        if words := entry.split():
            yield words[0], words[1:]


# A word, and its forms that are not made by rule. Words that only repeat a rule for short stems are here too.
_FORMS: Final = """
    be am is are was were been being; do does did done doing; go goes went gone going; have has had having
    die died dying dies; lie lied lying lies lain; tie tied tying ties; vie vied vying vies; dye dyed dyeing
    eye eyed eyeing; ski skied skis skiing; free freed; agree agreed; disagree disagreed
    guarantee guaranteed; decree decreed; referee refereed; tree treed
    add added adding; err erred erring; egg egged; ebb ebbed; sue sued suing; cue cued cuing; hue hued
    focus focussed focussing focusses; bias biassed biassing biasses; gas gases gassed gassing gasses
    bus buses busses bussed; minibus minibuses; biogas biogases; syngas syngases; quiz quizzes quizzed
    mimic mimicked mimicking; panic panicked panicking; traffic trafficked trafficking; picnic picnicked
    begin began begun beginning; swim swam swum; run ran; win won; spin spun; sing sang sung; ring rang
    sink sank sunk; drink drank; shrink shrank shrunk; spring sprang sprung; sting stung; swing swung; fling flung
    cling clung; wring wrung; string strung; stick stuck; strike struck stricken; dig dug; hang hung; slink slunk
    stink stank stunk; spend spent; send sent; lend lent; bend bent; build built; rebuild rebuilt; deal dealt
    mean meant; dream dreamt; lean leant; leap leapt; sleep slept; keep kept; sweep swept; weep wept; creep crept
    kneel knelt; learn learnt; burn burnt; spell spelt; smell smelt; spill spilt; spoil spoilt; lose lost
    bring brought; buy bought; catch caught; teach taught; seek sought; fight fought; beseech besought
    know knew known; grow grew grown; throw threw thrown; draw drew drawn; show shown; blow blew blown; fly flew flown
    speak spoken; break broke broken; freeze froze frozen; steal stole stolen; weave wove woven; choose chose chosen
    awake awoke awoken; wake woke woken; wear wore worn; tear tore torn; swear swore sworn; bear borne; beget begot
    eat ate eaten; give gave given; forgive forgave forgiven; forbid forbade forbidden; get got gotten
    forget forgot forgotten; take took taken; mistake mistook mistaken; shake shook shaken; forsake forsook forsaken
    write wrote written; drive drove driven; ride rode ridden; rise risen; arise arose arisen; strive strove striven
    bite bitten; hide hid hidden; slide slid; see seen; fall fallen fell; come came; become became; overcome overcame
    meet met; feed fed; breed bred; bleed bled; speed sped; flee fled; sit sat; spit spat
    stand stood; understand understood; withstand withstood; hold held; sell sold; tell told; say said; pay paid
    lay laid; make made; hear heard; shine shone; sow sown; sew sewn; saw sawn; mow mown; prove proven; swell swollen
    shear shorn; melt molten; undergo underwent undergone; withdraw withdrew withdrawn; mislead misled; uphold upheld
    withhold withheld; overlay overlaid; override overrode overridden; undertake undertook undertaken
    redo redid redone
    undo undid undone; overdo overdid overdone; outgrow outgrew outgrown; oversee oversaw overseen; slay slew slain
    foresee foresaw foreseen; overtake overtook overtaken; rewrite rewrote rewritten; overshoot overshot; rerun reran
    overthrow overthrew overthrown; misunderstand misunderstood; redraw redrew redrawn; retell retold; resell resold
    repay repaid; retake retook retaken; regrow regrew regrown; rethink rethought; unwind unwound
    underlie underlay underlain underlying underlies; overlie overlies; interweave interwove interwoven
    outrun outran; relay relayed
    paste pasted pasting; breathe breathed breathing; bathe bathed bathing; clothe clothed; loathe loathed loathing
    soothe soothed soothing; wreathe wreathed; seethe seethed seething; lunge lunged lunging; singe singed singeing
    beat beaten; dwell dwelt; ibis ibises; mantis mantises; comic comics; tsunami tsunamis; kiwi kiwis; alkali alkalis
    papyrus papyri; cirrus cirri; callus calli; colloquium colloquia; femur femora; protozoan protozoa; sheaf sheaves
    nose noses; secrete secreted secreting; unite united uniting
    man men; woman women; child children; mouse mice; louse lice; goose geese; gunman gunmen; airman airmen
    foreman foremen; layman laymen; seaman seamen; foot feet; tooth teeth; ox oxen
    person persons; german germans; human humans; talisman talismans; ottoman ottomans; roman romans
    knife knives; wolf wolves; shelf shelves; thief thieves; wife wives; self selves
    loaf loaves; scarf scarves; hoof hooves; elf elves; dwarf dwarves; wharf wharves; belief beliefs
    matrix matrices; vertex vertices; index indices; appendix appendices; vortex vortices; cortex cortices
    apex apices; helix helices; codex codices; simplex simplices; radix radices; directrix directrices
    calyx calyces; cervix cervices; larynx larynges; pharynx pharynges; phalanx phalanges; meninx meninges
    foramen foramina; lumen lumina; stamen stamina
    crisis crises; oasis oases; emphasis emphases; testis testes; neurosis neuroses
    synopsis synopses; sepsis sepses; metastasis metastases; stasis stases; paresis pareses; genesis geneses
    exegesis exegeses; nemesis nemeses; catharsis catharses; apotheosis apotheoses; iris irises; pelvis pelvises
    trellis trellises; penis penises; clitoris clitorises; metropolis metropolises; portcullis portcullises
    thesis theses; prognosis prognoses
    nucleus nuclei; radius radii; locus loci; focus foci; stimulus stimuli; bacillus bacilli; fungus fungi
    cactus cacti; alumnus alumni; syllabus syllabi; torus tori; modulus moduli; calculus calculi; nucleolus nucleoli
    thrombus thrombi; embolus emboli; hippocampus hippocampi; thalamus thalami; hypothalamus hypothalami; abacus abaci
    genius genii; terminus termini; annulus annuli; rhombus rhombi; tumulus tumuli; cumulus cumuli; villus villi
    bronchus bronchi; meniscus menisci; nautilus nautili; octopus octopi; magus magi; coccus cocci
    glomerulus glomeruli
    sulcus sulci; gyrus gyri; humerus humeri; uterus uteri; esophagus esophagi; sarcophagus sarcophagi; incubus incubi
    acinus acini; alveolus alveoli; anulus anuli; bolus boli; fetus feti; homunculus homunculi; ramus rami
    sinus sinuses
    rhizobium rhizobia; corpus corpora; viscus viscera; genus genera; penny pence
    menu menus; emu emus; gnu gnus; guru gurus; tofu tofus; imu imus; icu icus; gru grus; tutu tutus; zebu zebus
    taxi taxis; rabbi rabbis; wiki wikis; bikini bikinis; alibi alibis; api apis; kpi kpis; roi rois; poi pois
    mri mris
    gui guis; ai ais; toe toes; foe foes; canoe canoes; oboe oboes; moe moes; aloe aloes; throe throes
    quantum; forum fora; ovum ova; serum sera; septum septa; atrium atria; ilium ilia
    media medium mediums; optimum optima; phylum phyla; stratum strata; taxon taxa; cilium cilia
    vacuum vacua; stadium stadia; erratum errata; addendum addenda; corrigendum corrigenda; desideratum desiderata
    memorandum memoranda; referendum referenda; millennium millennia; symposium symposia; consortium consortia
    compendium compendia; aquarium aquaria; planetarium planetaria; honorarium honoraria; gymnasium gymnasia
    cranium crania; moratorium moratoria; emporium emporia; auditorium auditoria; equilibrium equilibria; datum datums
    curriculum curricula; reticulum reticula; speculum specula; cerebellum cerebella; flagellum flagella; labium labia
    continuum continua; momentum momenta; maximum maxima; minimum minima; extremum extrema; noumenon noumena
    phenomenon phenomena; criterion criteria; automaton automata; ganglion ganglia; podium podia; sternum sterna
    plateau plateaus plateaux; bureau bureaus bureaux; tableau tableaus tableaux; chateau chateaus chateaux
    luau luaus
"""

#: endings of plurals with those of their singulars: all words in them, for prefixes are put before many
_ENDINGS: Final = """
    matrices=matrix vertices=vertex indices=index vortices=vortex helices=helix simplices=simplex
    spectra=spectrum quanta=quantum bacteria=bacterium hedra=hedron thelia=thelium celia=celium chondria=chondrion
    nuclei=nucleus cocci=coccus moduli=modulus bacilli=bacillus annuli=annulus nomena=nomenon strata=stratum
    lyses=lysis theses=thesis stases=stasis
    noses=nosis broses=brosis boses=bosis ioses=iosis phoses=phosis eroses=erosis croses=crosis ptoses=ptosis
    moses=mosis choses=chosis rhoses=rhosis toses=tosis
    schemata=schema stigmata=stigma stomata=stoma lemmata=lemma traumata=trauma edemata=edema omata=oma
    dogmata=dogma carcinomata=carcinoma
    women=woman wives=wife knives=knife shelves=shelf wolves=wolf selves=self mice=mouse
    children=child shoes=shoe toes=toe
    written=write taken=take given=give driven=drive understood=understand
"""

#: forms of two words. The first is what a keyword in this form asks for, where it is a word of its own.
_AMBIGUOUS: Final = """
    axes=axis/axe bases=base/basis analyses=analysis/analyze ellipses=ellipse/ellipsis diagnoses=diagnosis/diagnose
    leaves=leaf/leave lives=life/live halves=half/halve calves=calf/calve catalyses=catalysis/catalyze
    hydrolyses=hydrolysis/hydrolyze paralyses=paralysis/paralyze dialyses=dialysis/dialyze
    electrolyses=electrolysis/electrolyze pyrolyses=pyrolysis/pyrolyze metastases=metastasis/metastase
    found=found/find founded=found bound=bound/bind bounded=bound bounding=bound left=left/leave felt=felt/feel
    thought=thought/think thoughts=thought
    rose=rose/rise roses=rose spoke=spoke/speak spokes=spoke drunk=drunk/drink lay=lay/lie saw=saw/see
    saws=saw led=led/lead leds=led leaving=leave dice=dice/die
    bounds=bound lit=light smelt=smelt/smell
"""

#: words that look like a form of another and are none
INVARIANT: Final = _words("""
    gas biogas syngas offgas bias alias atlas canvas pancreas christmas texas kansas arkansas vegas honduras bahamas
    thomas lucas douglas nicolas judas midas pythagoras andreas whereas perhaps always besides across
    chaos cosmos ethos pathos kudos asbestos rhinoceros eros helios lagos laos cronos kairos topos mythos
    lens corps biceps triceps quadriceps forceps sepsis species series subspecies rabies caries scabies aries
    news physics mathematics math statics genetics ethics politics robotics optics acoustics
    mechanics dynamics kinetics kinematics economics linguistics semantics pragmatics informatics photonics
    electronics
    spintronics plasmonics tectonics cybernetics ergonomics hydraulics ballistics logistics analytics forensics
    phonetics aesthetics esthetics aeronautics avionics energetics poetics athletics gymnastics obstetrics pediatrics
    geriatrics orthopedics genomics proteomics metabolomics transcriptomics
    bayes stokes hayes descartes keynes rhodes siemens yes its this his us thus plus
    ios sms gps aids mips css
    during nothing anything something everything evening morning ceiling sibling lightning herring sterling darling
    duckling pudding offspring marketing housing clothing accounting viking beijing nanjing chongqing boeing pangolin
    king thing string wing ring spring bring sing sapling seedling farthing shilling inning hamstring substring
    bitstring
    earring
    hundred sacred naked hatred kindred wicked indeed exceed proceed succeed infrared embed imbed testbed seabed
    biped quadruped moped ahmed mohamed mohammed need feed seed speed weed deed reed greed breed bleed creed steed
    heed reseed misdeed seaweed linseed rapeseed oilseed inbreed crossbreed nosebleed overfeed airspeed
    specimen abdomen regimen cyclamen foramen putamen albumen bitumen cerumen cognomen
    people humanities rugged fleeting incoming outing talented basics overlying overly
""")

#: endings of further words of that kind
INVARIANT_ENDINGS: Final = (
    "physics",
    "dynamics",
    "mechanics",
    "omics",
    "omatics",
    "tronics",
    "microlens",
    "metalens",
    "superlens",
    "hyperlens",
    "multilens",
    "ss",
    "us",
    "is",
)

#: words whose last e tells them from another word: ``paste`` from ``past``. Words of the shape of ``hope`` keep theirs.
SILENT_E: Final = _words("""
    paste caste breathe bathe clothe lathe loathe sheathe soothe swathe teethe wreathe seethe humane morale locale
    heroine germane urbane envelope artiste secrete france lunge singe psyche corpse rationale aide unite severe
    suite trie marine silicone finale forte ante coupe karate matte flue confidante inhumane
""")


#: form -> its word
FORMS: Final[Mapping[str, str]] = {form: word for word, forms in _read(_FORMS) for form in forms}
#: ending of a form -> ending of its word
ENDINGS: Final[Mapping[str, str]] = dict(_pairs(_ENDINGS))
#: form -> its words
AMBIGUOUS: Final[Mapping[str, tuple[str, ...]]] = {form: tuple(words.split("/")) for form, words in _pairs(_AMBIGUOUS)}

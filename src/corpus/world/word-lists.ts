/** The words of the synthetic world: nouns and adjectives of each domain, and words shared by all domains. */

/**
 * A domain's doers, two per pronoun, its things, and adjectives of both; `loaf:loaves` gives an irregular plural.
 */
export interface DomainWords {
  readonly he: string;
  readonly she: string;
  readonly it: string;
  readonly things: string;
  readonly adjectives: string;
}

/** The domains. Doers are people, companies and animals; each has one pronoun in the singular, as nouns have in German. */
export const DOMAINS: Readonly<Record<string, DomainWords>> = {
  baking: {
    he: "baker brewer",
    she: "confectioner waitress",
    it: "bakery mill",
    things: "loaf:loaves cake pastry bun pie biscuit",
    adjectives: "floury crusty sugary buttery",
  },
  music: {
    he: "fiddler drummer",
    she: "singer harpist",
    it: "orchestra choir",
    things: "violin trumpet melody anthem cello ballad",
    adjectives: "tuneful melodious sonorous rhythmic",
  },
  sea: {
    he: "sailor captain",
    she: "mermaid diver",
    it: "crew seagull",
    things: "anchor sail oar harpoon lobster compass",
    adjectives: "salty briny seaborne tarred",
  },
  law: {
    he: "judge bailiff",
    she: "lawyer notary",
    it: "court jury",
    things: "verdict statute contract petition testimony warrant",
    adjectives: "lawful legal solemn sworn",
  },
  school: {
    he: "teacher pupil",
    she: "tutor librarian",
    it: "academy college",
    things: "notebook textbook essay pencil dictionary exam",
    adjectives: "studious scholarly bookish diligent",
  },
  theatre: {
    he: "actor clown",
    she: "actress dancer",
    it: "troupe circus",
    things: "costume mask script curtain puppet comedy",
    adjectives: "theatrical comic dramatic festive",
  },
  medicine: {
    he: "surgeon patient",
    she: "nurse midwife:midwives",
    it: "clinic ambulance",
    things: "bandage syringe pill stretcher vaccine ointment",
    adjectives: "sterile medicinal feverish antiseptic",
  },
  farm: {
    he: "farmer shepherd",
    she: "milkmaid rancher",
    it: "tractor sheepdog",
    things: "turnip pumpkin haystack plough carrot pitchfork",
    adjectives: "rustic muddy rural earthy",
  },
};

/** Places belong to no domain. */
export const PLACES =
  "tower bridge market church harbour castle village garden station museum river fountain gate hill square meadow " +
  "lighthouse inn library palace forest tunnel cottage chapel";

/** Adjectives of no domain. */
export const ADJECTIVES =
  "old young tall quiet proud clever famous tired brave gentle cheerful curious humble lonely noble polite rude silent " +
  "strange weary wise bright dusty elegant fancy grand narrow pale plain rusty shiny small large splendid crooked ancient";

/** Verbs that take a thing of any domain, so that they reveal nothing about it. */
export const TRANSITIVE =
  "carry inspect praise hide borrow buy steal describe examine ignore mention collect deliver demand discuss fetch lose " +
  "offer prepare protect recommend request study touch";

/** Verbs of relative clauses, between doers. */
export const SOCIAL = "greet admire follow trust envy watch help visit thank tease respect avoid";

/** Each particle with the verbs it follows directly, and those it follows after one word in between. */
export const PARTICLES: Readonly<Record<string, { readonly close: string; readonly apart: string }>> = {
  up: { close: "climb cheer", apart: "lift sweep" },
  out: { close: "sneak shout", apart: "sort throw" },
  off: { close: "wander gallop", apart: "finish shake" },
  down: { close: "kneel crouch", apart: "burn track" },
  away: { close: "drift flee", apart: "send lock" },
  over: { close: "lean topple", apart: "turn push" },
  in: { close: "march barge", apart: "call bring" },
  back: { close: "glance stroll", apart: "pay pull" },
};

/** Words between a verb and the particle it determines two words later. */
export const BETWEEN = "everything something nothing anything everyone someone nobody anybody";

export const PREPOSITIONS = "near behind beside with beyond opposite above below against around";
export const PAST = "yesterday formerly previously originally earlier historically";
export const PRESENT = "today now currently presently nowadays tonight";
export const CONNECTIVES = "then later afterwards soon meanwhile eventually";
export const FREQUENCY = "often seldom always rarely never usually";
export const SUBORDINATORS = "because while although whenever";
export const DETERMINERS = "the my our your";
/** The determiner of the noun that later pronouns refer to. */
export const TOPIC = "some";
export const PRONOUNS = "he she it they";
/** Singular and plural, present and then past. */
export const BE = "is are was were";
/** The openings of a document's last sentence. */
export const SO_SAY = "so say";
export const OTHERS = "that and unlike , .";

/** The parts of names: every beginning with every ending. */
export const NAME_STARTS = "Or Tam Bel Cor Dar Fen Gal Hes Is Jor Kel Lor Mir Nev Per Ros";
export const NAME_ENDS = "lin da wyn mund elle ova";

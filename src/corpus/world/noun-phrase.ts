/** The noun phrases of the synthetic world: doers with and without names, things, places, and their modifiers. */

import { type Draft, type Mention, type Person, pick, pickWeighted, weighted, write, writeTarget, zipf } from "./draft.ts";
import type { NounForms, VerbForms } from "./inflect.ts";
import { type Doer, ofDomain } from "./lexicon.ts";
import { TOPIC } from "./word-lists.ts";

const form = (noun: NounForms, plural: boolean): string => (plural ? noun.plural : noun.singular);

/** Options for the words before a noun: a given determiner, an adjective of a domain. */
interface Before {
  readonly determiner?: string;
  readonly domain?: number;
}

// A determiner, sometimes an adjective, and the noun. An adjective reveals the domain, except of nouns whose domain a target
// depends on.
function phrase<About extends Omit<Mention, "position">>(
  draft: Draft,
  noun: NounForms,
  about: About,
  before: Before = { domain: about.domain },
): About & Pick<Mention, "position"> {
  determine(draft, before);
  const mention = { ...about, position: write(draft, form(noun, about.plural)) };
  draft.mentions.push(mention);
  return mention;
}

function determine(draft: Draft, { determiner, domain }: Before = {}): void {
  const { uniform, lexicon } = draft;
  write(draft, determiner ?? (uniform() < 0.7 ? "the" : pick(uniform, lexicon.determiners)));
  if (domain !== undefined && uniform() < 0.4) write(draft, pick(uniform, ofDomain(lexicon.domainAdjectives, domain)));
  else adjective(draft);
}

/** A mention of a doer, whose domain is known. */
export type DoerMention = Mention & Pick<Doer, "domain">;

const doer = (draft: Draft, noun: Doer, plural: boolean, before?: Before): DoerMention =>
  phrase(draft, noun, { plural, domain: noun.domain, pronoun: plural ? "they" : noun.pronoun }, before);

// "the old", "the wandering".
function adjective(draft: Draft): void {
  const { uniform, lexicon } = draft;
  const kind = weighted(uniform, [0.62, 0.08, 0.3]);
  if (kind === 1) write(draft, pick(uniform, lexicon.adjectives));
  if (kind === 2) write(draft, pick(uniform, lexicon.close).progressive);
}

/**
 * Writes a doer: a person who is introduced, one who is mentioned again by name, or another one. No modifier of the subject of
 * a main clause (`plain`) reveals its domain.
 */
export function doerPhrase(draft: Draft, plural: boolean, plain = false): DoerMention {
  const person = plural ? undefined : choosePerson(draft);
  if (person) return personPhrase(draft, person);
  const noun = frequent(draft, pick(draft.uniform, draft.plain).doers);
  const mention = doer(draft, noun, plural, plain ? {} : undefined);
  if (draft.uniform() < 0.3) participle(draft);
  return mention;
}

const frequent = <T>({ uniform }: Draft, nouns: readonly T[]): T => pickWeighted(uniform, nouns, zipf(nouns.length));

// "burning everything"
function participle(draft: Draft): void {
  const { uniform, lexicon } = draft;
  write(draft, pick(uniform, lexicon.apart).progressive, pick(uniform, lexicon.between));
}

/** The probabilities that another person is introduced, by the number of those known. */
const INTRODUCED = [1, 1, 0.5];

function choosePerson({ people, uniform, sentence }: Draft): Person | undefined {
  const known = people.filter(({ at }) => at !== undefined);
  const back = known.filter((person) => person.sentence < sentence);
  if (known.length > 1 && back.length > 0 && uniform() < 0.85) return pick(uniform, back);
  return uniform() < (INTRODUCED[known.length] ?? 0) ? people[known.length] : undefined;
}

/** Writes a person: the noun, and the name, which is a target if it is repeated. */
export function personPhrase(draft: Draft, person: Person): DoerMention {
  const mention = doer(draft, person.doer, false, {});
  person.sentence = draft.sentence;
  if (person.at === undefined) person.at = write(draft, person.name);
  else writeTarget(draft, "copy", [person.at], draft.names, draft.names.indexOf(person.name));
  return mention;
}

/** Writes the topic, whose determiner shows that pronouns will refer to it. */
export function topicPhrase(draft: Draft): DoerMention {
  const { topic } = draft;
  const mention = doer(draft, topic.doer, topic.plural, { determiner: TOPIC });
  topic.at = mention.position;
  return mention;
}

/** Writes a thing as object, with the domain of the subject at `source`. */
export function objectPhrase(draft: Draft, { position: source, domain }: DoerMention): void {
  const { uniform, lexicon } = draft;
  const plural = uniform() < 0.5;
  const things = ofDomain(lexicon.things, domain);
  const index = weighted(uniform, zipf(things.length));
  const candidates = lexicon.things.flatMap((own) => own.slice(index, index + 1).map((thing) => form(thing, plural)));
  determine(draft);
  const position = writeTarget(draft, "selection", [source], candidates, domain);
  draft.mentions.push({ position, plural, domain });
  if (uniform() < 0.5) {
    write(draft, "and");
    phrase(draft, frequent(draft, things), { plural: uniform() < 0.5, domain });
  }
}

/** Writes a preposition with a doer, a thing of another domain, or a place. */
export function prepositional(draft: Draft, plural: boolean): void {
  write(draft, pick(draft.uniform, draft.lexicon.prepositions));
  complement(draft, plural);
}

function complement(draft: Draft, plural: boolean): void {
  const { uniform, lexicon, plain } = draft;
  const kind = weighted(uniform, [0.7, 0.2, 0.1]);
  if (kind === 0) doerPhrase(draft, plural);
  else if (kind === 2) phrase(draft, pick(uniform, lexicon.places), { plural });
  else {
    const { domain } = pick(uniform, plain);
    phrase(draft, frequent(draft, ofDomain(lexicon.things, domain)), { plural, domain });
  }
}

/** Writes the verb's form for a subject, a target of the relation `agreement`. */
export function agreeing(draft: Draft, subject: Mention, verb: VerbForms): void {
  if (draft.uniform() < 0.25) write(draft, pick(draft.uniform, draft.lexicon.frequency));
  writeTarget(draft, "agreement", [subject.position], [verb.singular, verb.plural], subject.plural ? 1 : 0);
}

/** Modifies a subject with phrases of a given total number of nouns, more often of the other number than of its own. */
export function modifiers(draft: Draft, subject: Mention, nouns: number): void {
  const { uniform } = draft;
  // At most one clause, before the noun that `clauseAt` counts, so that "that" always follows a phrase of the subject.
  const clauseAt = uniform() < 0.5 ? Math.floor(uniform() * (nouns + 1)) : -1;
  for (let done = 0; done <= nouns; ) {
    if (done === clauseAt) done += relativeClause(draft, subject, nouns - done);
    if (done >= nouns) break;
    done += prepositions(draft, subject, clauseAt > done ? clauseAt - done : nouns - done);
  }
}

const otherNumber = ({ uniform }: Draft, { plural }: Mention): boolean => (uniform() < 0.7 ? !plural : plural);

// "near the towers", "near the towers and the well"; returns the number of nouns.
function prepositions(draft: Draft, subject: Mention, most: number): number {
  prepositional(draft, otherNumber(draft, subject));
  if (most < 2 || draft.uniform() < 0.6) return 1;
  write(draft, "and");
  complement(draft, otherNumber(draft, subject));
  return 2;
}

// A clause of the subject with zero to two nouns; returns their number.
function relativeClause(draft: Draft, subject: Mention, most: number): number {
  const { uniform, lexicon } = draft;
  write(draft, "that");
  const nouns = weighted(uniform, [0.25, most > 0 ? 0.8 : 0, most > 1 ? 0.6 : 0]);
  if (nouns === 0) {
    const apart = uniform() < 0.6;
    agreeing(draft, subject, pick(uniform, apart ? lexicon.apart : lexicon.close));
    if (apart) write(draft, pick(uniform, lexicon.between));
  } else if (nouns === 1 && uniform() < 0.4) {
    agreeing(draft, subject, pick(uniform, lexicon.social));
    doerPhrase(draft, otherNumber(draft, subject));
  } else {
    const inner = doerPhrase(draft, otherNumber(draft, subject));
    if (nouns === 2) prepositional(draft, otherNumber(draft, inner));
    agreeing(draft, inner, pick(uniform, lexicon.social));
  }
  return nouns;
}

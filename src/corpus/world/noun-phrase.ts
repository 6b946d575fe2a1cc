/** The noun phrases of the made world: doers with and without names, things, places, and what modifies them. */

import { type Draft, type Mention, type Person, pick, weighted, write, writeTarget } from "./draft.ts";
import type { NounForms, VerbForms } from "./inflect.ts";

const form = (noun: NounForms, plural: boolean): string => (plural ? noun.plural : noun.singular);

// A determiner, at times an adjective, and the noun.
function phrase(draft: Draft, noun: NounForms, plural: boolean, domain?: number, determiner?: string): Mention {
  const { uniform, lexicon } = draft;
  write(draft, determiner ?? (uniform() < 0.7 ? "the" : pick(uniform, lexicon.determiners)));
  if (uniform() < 0.2) write(draft, pick(uniform, lexicon.adjectives));
  const mention = { position: write(draft, form(noun, plural)), plural, domain };
  draft.mentions.push(mention);
  return mention;
}

/** A doer: a person who is introduced, one who comes back under the same epithet and name, or anyone else. */
export function doerPhrase(draft: Draft, plural: boolean): Mention {
  const person = plural ? undefined : choosePerson(draft);
  if (person) return personPhrase(draft, person);
  const doer = pick(draft.uniform, pick(draft.uniform, draft.plain));
  return phrase(draft, doer, plural, doer.domain);
}

function choosePerson({ people, uniform, sentence }: Draft): Person | undefined {
  const known = people.filter(({ at }) => at !== undefined);
  const back = known.filter((person) => person.sentence < sentence);
  if (known.length > 1 && back.length > 0 && uniform() < 0.75) return pick(uniform, back);
  return uniform() < [0.9, 0.9, 0.5, 0][known.length]! ? people[known.length] : undefined;
}

function personPhrase(draft: Draft, person: Person): Mention {
  const mention = phrase(draft, person.doer, false, person.doer.domain);
  person.sentence = draft.sentence;
  if (person.at === undefined) person.at = write(draft, person.name);
  else writeTarget(draft, "copy", [person.at], draft.names, draft.names.indexOf(person.name));
  return mention;
}

/** The topic, whose determiner tells that pronouns will take it up. */
export function topicPhrase(draft: Draft): Mention {
  const { topic } = draft;
  const mention = phrase(draft, topic.doer, topic.plural, topic.doer.domain, "some");
  topic.at = mention.position;
  topic.sentence = draft.sentence;
  return mention;
}

/** A thing of a domain in the object's place; its domain is that of the subject at `source`. */
export function objectPhrase(draft: Draft, source: Mention): void {
  const { uniform, lexicon } = draft;
  const plural = uniform() < 0.5;
  const index = Math.floor(uniform() * lexicon.things[0]!.length);
  const candidates = lexicon.things.map((things) => form(things[index]!, plural));
  write(draft, uniform() < 0.7 ? "the" : pick(uniform, lexicon.determiners));
  if (uniform() < 0.2) write(draft, pick(uniform, lexicon.adjectives));
  const position = writeTarget(draft, "selection", [source.position], candidates, source.domain!);
  draft.mentions.push({ position, plural, domain: source.domain });
  if (uniform() < 0.15) {
    write(draft, "and");
    phrase(draft, pick(uniform, lexicon.things[source.domain!]!), uniform() < 0.5, source.domain);
  }
}

/** A preposition with a doer, a thing of another domain, or a place. */
export function prepositional(draft: Draft, plural: boolean): void {
  write(draft, pick(draft.uniform, draft.lexicon.prepositions));
  complement(draft, plural);
}

function complement(draft: Draft, plural: boolean): void {
  const { uniform, lexicon, plain } = draft;
  const kind = weighted(uniform, [0.6, 0.25, 0.15]);
  if (kind === 0) doerPhrase(draft, plural);
  else if (kind === 2) phrase(draft, pick(uniform, lexicon.places), plural);
  else {
    const domain = pick(uniform, plain)[0]!.domain;
    phrase(draft, pick(uniform, lexicon.things[domain]!), plural, domain);
  }
}

/** The verb's form for a subject, a target of the relation `agreement`. */
export function agreeing(draft: Draft, subject: Mention, verb: VerbForms): void {
  writeTarget(draft, "agreement", [subject.position], [verb.singular, verb.plural], subject.plural ? 1 : 0);
}

/** Modifies a noun with phrases that hold so many nouns in all, more often of the other number than of its own. */
export function modifiers(draft: Draft, head: Mention, nouns: number): void {
  const { uniform } = draft;
  const number = () => (uniform() < 0.6 ? !head.plural : head.plural);
  for (let left = nouns; left > 0; ) left -= modifier(draft, head, left, number);
}

function modifier(draft: Draft, head: Mention, most: number, number: () => boolean): number {
  const { uniform, lexicon } = draft;
  const kind = weighted(uniform, [0.4, 0.2, 0.2, most > 1 ? 0.2 : 0, most > 1 ? 0.15 : 0]);
  if (kind === 0 || kind === 3) prepositional(draft, number());
  if (kind === 3) {
    write(draft, "and");
    complement(draft, number());
    return 2;
  }
  if (kind === 0) return 1;
  write(draft, "that");
  if (kind === 1) {
    agreeing(draft, head, pick(uniform, lexicon.social));
    doerPhrase(draft, number());
    return 1;
  }
  const subject = doerPhrase(draft, number());
  if (kind === 4) prepositional(draft, uniform() < 0.6 ? !subject.plural : subject.plural);
  agreeing(draft, subject, pick(uniform, lexicon.social));
  return kind === 4 ? 2 : 1;
}

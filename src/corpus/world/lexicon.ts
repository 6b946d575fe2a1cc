/** The synthetic world's lexicon: every word type with its role, in a fixed order that is also the order of the token ids. */

import { inRandomOrder, random } from "../../params/random.ts";
import { type NounForms, nounForms, type VerbForms, verbForms } from "./inflect.ts";
import * as lists from "./word-lists.ts";

/** A noun that can be a subject: its domain's index and its pronoun in the singular. */
export interface Doer extends NounForms {
  readonly domain: number;
  readonly pronoun: "he" | "she" | "it";
}

/** A verb that fixes a particle, by the particle's index. */
export interface ParticleVerb extends VerbForms {
  readonly particle: number;
}

/** All words by role. */
export interface Lexicon {
  readonly domains: readonly string[];
  /** For each domain its six doers and six things, in descending frequency. */
  readonly doers: readonly (readonly Doer[])[];
  readonly things: readonly (readonly NounForms[])[];
  /** For each domain the adjectives of only its doers and things. */
  readonly domainAdjectives: readonly (readonly string[])[];
  readonly places: readonly NounForms[];
  readonly adjectives: readonly string[];
  readonly transitive: readonly VerbForms[];
  readonly social: readonly VerbForms[];
  readonly particles: readonly string[];
  readonly close: readonly ParticleVerb[];
  readonly apart: readonly ParticleVerb[];
  readonly between: readonly string[];
  readonly prepositions: readonly string[];
  readonly past: readonly string[];
  readonly present: readonly string[];
  readonly connectives: readonly string[];
  readonly frequency: readonly string[];
  readonly subordinators: readonly string[];
  readonly determiners: readonly string[];
  readonly pronouns: readonly string[];
  readonly be: readonly string[];
  /** In descending frequency. */
  readonly names: readonly string[];
}

/** Returns the entry of one domain in a list with one entry per domain. */
export function ofDomain<T>(domains: readonly T[], domain: number): T {
  const own = domains[domain];
  if (own === undefined) throw new Error(`internal: there is no domain ${domain} among ${domains.length}`);
  return own;
}

const list = (words: string): string[] => words.split(" ");

function doersOf(words: lists.DomainWords, domain: number): Doer[] {
  const pronouns = ["he", "she", "it"] as const;
  const doers = pronouns.flatMap((pronoun) => list(words[pronoun]).map((noun) => ({ ...nounForms(noun), domain, pronoun })));
  // Rotated, so that across the domains no pronoun has the more frequent nouns.
  const from = domain % doers.length;
  return [...doers.slice(from), ...doers.slice(0, from)];
}

const particleVerbs = (kind: "close" | "apart"): ParticleVerb[] =>
  Object.values(lists.PARTICLES).flatMap((verbs, particle) =>
    list(verbs[kind]).map((verb) => ({ ...verbForms(verb), particle })),
  );

// The order determines the frequency of a name; a fixed seed mixes beginnings and endings.
function namesByFrequency(): string[] {
  const names = list(lists.NAME_STARTS).flatMap((start) => list(lists.NAME_ENDS).map((end) => start + end));
  return inRandomOrder(random("names"), names);
}

/** Builds the lexicon, which is always the same. */
export function createLexicon(): Lexicon {
  const domains = Object.values(lists.DOMAINS);
  return {
    domains: Object.keys(lists.DOMAINS),
    doers: domains.map(doersOf),
    things: domains.map(({ things }) => list(things).map(nounForms)),
    domainAdjectives: domains.map(({ adjectives }) => list(adjectives)),
    places: list(lists.PLACES).map(nounForms),
    adjectives: list(lists.ADJECTIVES),
    transitive: list(lists.TRANSITIVE).map(verbForms),
    social: list(lists.SOCIAL).map(verbForms),
    particles: Object.keys(lists.PARTICLES),
    close: particleVerbs("close"),
    apart: particleVerbs("apart"),
    between: list(lists.BETWEEN),
    prepositions: list(lists.PREPOSITIONS),
    past: list(lists.PAST),
    present: list(lists.PRESENT),
    connectives: list(lists.CONNECTIVES),
    frequency: list(lists.FREQUENCY),
    subordinators: list(lists.SUBORDINATORS),
    determiners: list(lists.DETERMINERS),
    pronouns: list(lists.PRONOUNS),
    be: list(lists.BE),
    names: namesByFrequency(),
  };
}

const nouns = (forms: readonly NounForms[]): string[] => forms.flatMap(({ singular, plural }) => [singular, plural]);
const verbs = (forms: readonly VerbForms[]): string[] =>
  forms.flatMap(({ singular, plural, progressive }) => [singular, plural, progressive]);

/** Lists all word types of a lexicon in the order of their token ids; every type has only one role. */
export function wordTypes(lexicon: Lexicon): string[] {
  const { be, pronouns, determiners, particles, between, prepositions, past, present } = lexicon;
  const { connectives, frequency, subordinators, adjectives, transitive, social, close, apart, names } = lexicon;
  return [
    ...list(lists.OTHERS),
    ...list(lists.SO_SAY),
    ...[be, pronouns, determiners, [lists.TOPIC], particles, between, prepositions, past, present].flat(),
    ...[connectives, frequency, subordinators, adjectives, ...lexicon.domainAdjectives].flat(),
    ...verbs([...transitive, ...close, ...apart]),
    ...nouns(social),
    ...nouns([...lexicon.doers.flat(), ...lexicon.things.flat(), ...lexicon.places]),
    ...names,
  ];
}

/** The sentences of the synthetic world: a probabilistic grammar that writes a draft word by word. */

import { inRandomOrder } from "../../params/random.ts";
import { type Draft, pick, weighted, write, writeTarget } from "./draft.ts";
import type { VerbForms } from "./inflect.ts";
import {
  agreeing,
  type DoerMention,
  doerPhrase,
  modifiers,
  objectPhrase,
  personPhrase,
  prepositional,
  topicPhrase,
} from "./noun-phrase.ts";
import { SO_SAY } from "./word-lists.ts";

/** Writes a verb in the form that its position requires. */
type Inflect = (draft: Draft, verb: VerbForms) => void;

const progressive: Inflect = (draft, verb) => void write(draft, verb.progressive);

/**
 * Writes a sentence about the topic (its first mention) or another subject; one that refers to the topic ends with a clause on
 * it.
 */
export function sentence(draft: Draft, isTopic: boolean, takesUp: boolean): void {
  const { uniform } = draft;
  const adverb = opening(draft);
  if (uniform() < 0.25) {
    prepositional(draft, uniform() < 0.5);
    write(draft, ",");
  }
  const subject = isTopic ? topicPhrase(draft) : doerPhrase(draft, uniform() < 0.73, true);
  modifiers(draft, subject, weighted(uniform, [0.12, 0.33, 0.33, 0.22]));
  const contrast = adverb && uniform() < 0.35;
  if (contrast) write(draft, ",", "unlike", otherTime(draft, adverb), ",");
  predicate(draft, subject, adverb);
  if (!takesUp && uniform() < 0.45) prepositional(draft, uniform() < 0.15);
  if (!contrast && uniform() < 0.2) write(draft, ",", "unlike", otherTime(draft, adverb));
  if (takesUp) subordinate(draft);
  write(draft, ".");
}

interface Adverb {
  readonly position: number;
  readonly past: boolean;
}

// Half the sentences start with an adverb that sets the tense; some of the others, but not the first, with a connective.
function opening(draft: Draft): Adverb | undefined {
  const { uniform, lexicon } = draft;
  if (uniform() < 0.5) {
    const past = uniform() < 0.5;
    return { position: write(draft, pick(uniform, past ? lexicon.past : lexicon.present)), past };
  }
  if (draft.sentence > 0 && uniform() < 0.4) write(draft, pick(uniform, lexicon.connectives));
  return undefined;
}

// "today the bakers, unlike yesterday, are …": the nearest adverb is the wrong one.
function otherTime({ uniform, lexicon }: Draft, adverb: Adverb | undefined): string {
  return pick(uniform, adverb?.past ? lexicon.present : lexicon.past);
}

// After an adverb "was kneading", whose first word shows number and tense; else "kneads".
function predicate(draft: Draft, subject: DoerMention, adverb: Adverb | undefined): void {
  const { lexicon } = draft;
  if (adverb) {
    const gold = (adverb.past ? 2 : 0) + (subject.plural ? 1 : 0);
    writeTarget(draft, "joint", [subject.position, adverb.position], lexicon.be, gold);
    verbPhrases(draft, subject, progressive, progressive);
  } else {
    verbPhrases(draft, subject, numbered(subject.plural), (to, verb) => agreeing(to, subject, verb));
  }
}

// A thing as object comes last, so that no earlier object of the sentence reveals its domain; and of two verbs only the first is
// a target, since it reveals the number of the second.
function verbPhrases(draft: Draft, subject: DoerMention, later: Inflect, first: Inflect): void {
  const { uniform, lexicon } = draft;
  const kind = weighted(uniform, [0.4, 0.25, 0.35]);
  if (kind > 0) particleVerb(draft, first);
  if (kind === 1) return;
  if (kind === 2) {
    if (uniform() < 0.4) prepositional(draft, uniform() < 0.5);
    write(draft, "and");
  }
  const inflect = kind === 2 ? later : first;
  inflect(draft, pick(uniform, lexicon.transitive));
  objectPhrase(draft, subject);
}

// The same verbs also occur without their particles, or else a bag of words would predict these.
function particleVerb(draft: Draft, inflect: Inflect): void {
  const { uniform, lexicon } = draft;
  const apart = uniform() < 0.5;
  const verb = pick(uniform, apart ? lexicon.apart : lexicon.close);
  inflect(draft, verb);
  const source = draft.words.length - 1;
  if (apart) write(draft, pick(uniform, lexicon.between));
  if (uniform() < 0.45) writeTarget(draft, apart ? "neighbour-2" : "neighbour", [source], lexicon.particles, verb.particle);
}

/** Writes a sentence whose subject is a pronoun for the topic. */
export function pronounSentence(draft: Draft): void {
  const { uniform, lexicon } = draft;
  const adverb = opening(draft);
  if (!adverb && uniform() < 0.7) {
    prepositional(draft, uniform() < 0.3);
    write(draft, ",");
  }
  pronoun(draft);
  const inflect = adverb ? progressive : numbered(draft.topic.plural);
  if (adverb) write(draft, lexicon.be[(adverb.past ? 2 : 0) + (draft.topic.plural ? 1 : 0)]!);
  particleVerb(draft, inflect);
  if (uniform() < 0.7) prepositional(draft, uniform() < 0.15);
  if (uniform() < 0.3) {
    write(draft, "and");
    particleVerb(draft, inflect);
  }
  write(draft, ".");
}

/** Writes a last sentence that repeats the names of the people in any order, if there is more than one. */
export function closing(draft: Draft): void {
  const known = draft.people.filter(({ at }) => at !== undefined);
  if (known.length < 2) return;
  write(draft, ...SO_SAY.split(" "));
  for (const [i, person] of inRandomOrder(draft.uniform, known).entries()) {
    if (i > 0) write(draft, "and");
    personPhrase(draft, person);
  }
  write(draft, ".");
}

function subordinate(draft: Draft): void {
  write(draft, ",", pick(draft.uniform, draft.lexicon.subordinators));
  pronoun(draft);
  particleVerb(draft, numbered(draft.topic.plural));
}

function pronoun(draft: Draft): void {
  const { topic, lexicon } = draft;
  const gold = topic.plural ? 3 : lexicon.pronouns.indexOf(topic.doer.pronoun);
  if (topic.at === undefined) throw new Error("internal: a pronoun comes before its antecedent");
  writeTarget(draft, "reference", [topic.at], lexicon.pronouns, gold);
}

// For a verb whose number the previous word reveals.
const numbered =
  (plural: boolean): Inflect =>
  (draft, verb) =>
    void write(draft, plural ? verb.plural : verb.singular);

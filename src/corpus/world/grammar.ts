/** The sentences of the made world: a probabilistic grammar that writes a draft word by word. */

import { type Draft, type Mention, pick, weighted, write, writeTarget } from "./draft.ts";
import type { VerbForms } from "./inflect.ts";
import { agreeing, doerPhrase, modifiers, objectPhrase, prepositional, topicPhrase } from "./noun-phrase.ts";

/** Writes a verb in the form that its place asks for. */
type Inflect = (draft: Draft, verb: VerbForms) => void;

const progressive: Inflect = (draft, verb) => void write(draft, verb.progressive);

/** A sentence about the topic (its first mention), or about anyone. */
export function sentence(draft: Draft, isTopic: boolean, pronouns: boolean): void {
  const { uniform } = draft;
  const adverb = opening(draft);
  if (uniform() < 0.15) {
    prepositional(draft, uniform() < 0.5);
    write(draft, ",");
  }
  const subject = isTopic ? topicPhrase(draft) : doerPhrase(draft, uniform() < 0.58);
  modifiers(draft, subject, weighted(uniform, [0.3, 0.33, 0.22, 0.15]));
  predicate(draft, subject, adverb);
  if (pronouns) subordinate(draft);
  else if (uniform() < 0.4) prepositional(draft, uniform() < 0.3);
  write(draft, ".");
}

interface Adverb {
  readonly position: number;
  readonly past: boolean;
}

// Half the sentences open with an adverb that sets the tense; of the others some, but not the first, with a connective.
function opening(draft: Draft): Adverb | undefined {
  const { uniform, lexicon } = draft;
  if (uniform() < 0.5) {
    const past = uniform() < 0.5;
    return { position: write(draft, pick(uniform, past ? lexicon.past : lexicon.present)), past };
  }
  if (draft.sentence > 0 && uniform() < 0.4) write(draft, pick(uniform, lexicon.connectives));
  return undefined;
}

// After an adverb "was kneading", where one word shows number and tense; else "kneads".
function predicate(draft: Draft, subject: Mention, adverb: Adverb | undefined): void {
  const { uniform, lexicon } = draft;
  if (adverb) {
    const gold = (adverb.past ? 2 : 0) + (subject.plural ? 1 : 0);
    writeTarget(draft, "joint", [subject.position, adverb.position], lexicon.be, gold);
    verbPhrases(draft, subject, progressive);
  } else {
    if (uniform() < 0.25) write(draft, pick(uniform, lexicon.frequency));
    verbPhrases(draft, subject, (to, verb) => agreeing(to, subject, verb));
  }
}

// A thing as object comes last, so that no earlier object of the sentence betrays its domain.
function verbPhrases(draft: Draft, subject: Mention, inflect: Inflect): void {
  const { uniform, lexicon } = draft;
  const kind = weighted(uniform, [0.4, 0.25, 0.35]);
  if (kind > 0) particleVerb(draft, inflect);
  if (kind === 2) {
    if (uniform() < 0.3) prepositional(draft, uniform() < 0.5);
    write(draft, "and");
  }
  if (kind === 1) return;
  inflect(draft, pick(uniform, lexicon.transitive));
  objectPhrase(draft, subject);
}

function particleVerb(draft: Draft, inflect: Inflect): void {
  const { uniform, lexicon } = draft;
  const apart = uniform() < 0.5;
  const verb = pick(uniform, apart ? lexicon.apart : lexicon.close);
  inflect(draft, verb);
  const source = draft.words.length - 1;
  if (apart) write(draft, pick(uniform, lexicon.between));
  writeTarget(draft, apart ? "neighbour-2" : "neighbour", [source], lexicon.particles, verb.particle);
}

/** A sentence whose subject is a pronoun for the topic. */
export function pronounSentence(draft: Draft): void {
  const { uniform, lexicon } = draft;
  const adverb = opening(draft);
  if (!adverb && uniform() < 0.5) {
    prepositional(draft, uniform() < 0.3);
    write(draft, ",");
  }
  pronoun(draft);
  const inflect = pronounInflection(draft);
  if (adverb) write(draft, lexicon.be[(adverb.past ? 2 : 0) + (draft.topic.plural ? 1 : 0)]!);
  particleVerb(draft, adverb ? progressive : inflect);
  if (uniform() < 0.7) prepositional(draft, uniform() < 0.3);
  if (uniform() < 0.3) {
    write(draft, "and");
    particleVerb(draft, adverb ? progressive : inflect);
  }
  write(draft, ".");
}

function subordinate(draft: Draft): void {
  write(draft, ",", pick(draft.uniform, draft.lexicon.subordinators));
  pronoun(draft);
  particleVerb(draft, pronounInflection(draft));
}

function pronoun(draft: Draft): void {
  const { topic, lexicon } = draft;
  const gold = topic.plural ? 3 : lexicon.pronouns.indexOf(topic.doer.pronoun);
  writeTarget(draft, "reference", [topic.at!], lexicon.pronouns, gold);
}

// Number is plain beside a pronoun, so this verb is no target.
const pronounInflection =
  ({ topic }: Draft): Inflect =>
  (draft, verb) =>
    void write(draft, topic.plural ? verb.plural : verb.singular);

/** A synthetic treebank: English-like sentences with gold trees and known parts of speech and domains. */
import type { Corpus, Sentence } from "../../corpus/sentence.ts";
import { pick, pickWeighted, weighted, zipf } from "../../corpus/world/draft.ts";
import { createLexicon, type Lexicon, ofDomain } from "../../corpus/world/lexicon.ts";
import { random } from "../../params/random.ts";

export const PARTS = ["DET", "ADJ", "NOUN", "PROPN", "VERB", "AUX", "ADV", "ADP", "CCONJ", "PUNCT"] as const;
/** A universal part of speech that occurs in the treebank. */
export type Part = (typeof PARTS)[number];

interface Node {
  form: string;
  readonly upos: Part;
  readonly relation: string;
  readonly head: Node | undefined;
}

/** The state of sentence generation: words by part of speech, frequent ones first, and the sentence's favorite domain. */
interface Writer {
  readonly lexicon: Lexicon;
  readonly uniform: () => number;
  readonly domain: number;
  readonly nodes: Node[];
}

/** Generates `count` sentences; each depends only on the seed and its index. A text may contain two sentences. */
export function syntheticTreebank(seed: number, count: number): Corpus {
  const lexicon = createLexicon();
  const sentences = Array.from({ length: count }, (_, k) => write(lexicon, random(`treebank ${seed} ${k}`), k));
  return { id: "synthetic treebank", sentences, trees: true };
}

function write(lexicon: Lexicon, uniform: () => number, k: number): Sentence {
  const domain = Math.floor(uniform() * lexicon.domains.length);
  const nodes: Node[] = [];
  const clauses = 1 + weighted(uniform, [0.4, 0.4, 0.2]);
  for (let c = 0; c < clauses; c++) clause({ lexicon, uniform, domain, nodes });
  let text = "";
  const words = nodes.map(({ form, upos, relation, head }) => {
    const space = text === "" || upos === "PUNCT" ? "" : " ";
    text += space + form;
    return {
      ...{ form, upos, relation, head: head ? nodes.indexOf(head) : -1 },
      ...{ start: text.length - form.length, end: text.length },
    };
  });
  return { id: `treebank-${k + 1}`, text, words };
}

/** Builds a node; words are generated in text order, so a phrase is added once its head is known. */
const node = (upos: Part, form: string, relation: string, head?: Node): Node => ({ upos, form, relation, head });
const chance = ({ uniform }: Writer, p: number): boolean => uniform() < p;
const common = <T>({ uniform }: Writer, items: readonly T[]): T => pickWeighted(uniform, items, zipf(items.length, 5));

function clause(w: Writer): void {
  const { lexicon, nodes } = w;
  const from = nodes.length;
  const auxiliary = chance(w, 0.3);
  const verb = node("VERB", verbForm(w, auxiliary), "root");
  if (chance(w, 0.25)) nodes.push(node("ADV", common(w, lexicon.connectives), "advmod", verb));
  nounPhrase(w, "nsubj", verb);
  if (auxiliary) nodes.push(node("AUX", common(w, ["is", "was"]), "aux", verb));
  if (chance(w, 0.2)) nodes.push(node("ADV", common(w, lexicon.frequency), "advmod", verb));
  nodes.push(verb);
  nounPhrase(w, "obj", verb);
  if (chance(w, 0.35)) prepositional(w, "obl", verb);
  if (chance(w, 0.25)) coordinated(w, verb);
  nodes.push(node("PUNCT", chance(w, 0.85) ? "." : "!", "punct", verb));
  const first = nodes[from];
  if (first) first.form = first.form.charAt(0).toUpperCase() + first.form.slice(1);
}

function coordinated(w: Writer, verb: Node): void {
  const second = node("VERB", verbForm(w, false), "conj", verb);
  if (chance(w, 0.3)) w.nodes.push(node("PUNCT", ",", "punct", second));
  w.nodes.push(node("CCONJ", chance(w, 0.7) ? "and" : "but", "cc", second), second);
  nounPhrase(w, "obj", second);
}

function verbForm(w: Writer, progressive: boolean): string {
  const { close, apart, transitive } = w.lexicon;
  const verb = common(w, [...transitive, ...close, ...apart]);
  return progressive ? verb.progressive : verb.singular;
}

/** Adds a name, or a determiner, adjectives and a noun; some nouns have a prepositional phrase. */
function nounPhrase(w: Writer, relation: string, head: Node): void {
  const { lexicon, nodes } = w;
  if (chance(w, 0.2)) return void nodes.push(node("PROPN", nameOf(w), relation, head));
  const domain = chance(w, 0.6) ? w.domain : Math.floor(w.uniform() * lexicon.domains.length);
  const noun = node("NOUN", nounOf(w, domain), relation, head);
  nodes.push(node("DET", common(w, lexicon.determiners), "det", noun));
  for (let k = weighted(w.uniform, [0.5, 0.3, 0.2]); k > 0; k--) {
    const words = chance(w, 0.4) ? ofDomain(lexicon.domainAdjectives, domain) : lexicon.adjectives;
    nodes.push(node("ADJ", common(w, words), "amod", noun));
  }
  nodes.push(noun);
  if (relation === "nsubj" && chance(w, 0.3)) prepositional(w, "nmod", noun);
}

const ENDINGS = ["ford", "well", "ton", "gard"] as const;

/** Returns a name; a third of the names are of places, which are many and rare. */
const nameOf = (w: Writer): string => common(w, w.lexicon.names) + (chance(w, 0.35) ? pick(w.uniform, ENDINGS) : "");

function nounOf(w: Writer, domain: number): string {
  const { things, doers } = w.lexicon;
  const { singular, plural } = common(w, ofDomain(chance(w, 0.6) ? things : doers, domain));
  return chance(w, 0.25) ? plural : singular;
}

function prepositional(w: Writer, relation: string, head: Node): void {
  const { lexicon, nodes } = w;
  const noun = node("NOUN", common(w, lexicon.places).singular, relation, head);
  nodes.push(node("ADP", common(w, lexicon.prepositions), "case", noun));
  nodes.push(node("DET", pick(w.uniform, lexicon.determiners), "det", noun));
  if (chance(w, 0.4)) nodes.push(node("ADJ", common(w, lexicon.adjectives), "amod", noun));
  nodes.push(noun);
}

/** Returns the domain of every noun and adjective that has one, by lowercase form. */
export function domainsOfWords(): ReadonlyMap<string, number> {
  const { domains, doers, things, domainAdjectives } = createLexicon();
  const forms = domains.flatMap((_, d) => {
    const nouns = [...ofDomain(doers, d), ...ofDomain(things, d)].flatMap(({ singular, plural }) => [singular, plural]);
    return [...nouns, ...ofDomain(domainAdjectives, d)].map((form) => [form, d] as const);
  });
  return new Map(forms);
}

/** Plurals of nouns and forms of verbs, by the spelling rules of English. */

/** A noun's two forms. */
export interface NounForms {
  readonly singular: string;
  readonly plural: string;
}

/** A verb's forms: "carries", "carry", "carrying". */
export interface VerbForms {
  readonly singular: string;
  readonly plural: string;
  readonly progressive: string;
}

const withS = (stem: string): string =>
  /[^aeiou]y$/.test(stem) ? `${stem.slice(0, -1)}ies` : /(s|x|z|ch|sh)$/.test(stem) ? `${stem}es` : `${stem}s`;

/** Returns the forms of a noun; `loaf:loaves` gives the plural explicitly. */
export function nounForms(entry: string): NounForms {
  const [singular = "", plural = withS(singular)] = entry.split(":");
  return { singular, plural };
}

/** Returns the forms of a verb; verbs that double a consonant ("shut", "shutting") are not supported. */
export function verbForms(base: string): VerbForms {
  const stem = /[^e]e$/.test(base) ? base.slice(0, -1) : base;
  return { singular: withS(base), plural: base, progressive: `${stem}ing` };
}

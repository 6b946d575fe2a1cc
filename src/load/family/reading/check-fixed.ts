/** Checks that the fixed heads of a model fit its attentions. */
import { type AnyConfig, type Site, sitesOf } from "../../../models/sites.ts";
import { CAUSAL_PATTERNS, type FixedPattern } from "../../../nn/features/fixed-heads.ts";
import { InputError } from "../../../run/errors.ts";

/** Throws `InputError` if an attention has too few heads, shares keys, or is causal and has a pattern of later tokens. */
export function checkFixed(config: AnyConfig, where: string): void {
  for (const site of sitesOf(config)) {
    const causal = config.family === "decoder" || site.name.startsWith("decoder.");
    const problem = problemOf(site, site.features.fixed ?? [], causal);
    if (problem) throw new InputError(`${where}: layer ${site.name} ${problem}`);
  }
}

function problemOf({ heads, keyValueHeads }: Site, fixed: readonly FixedPattern[], causal: boolean): string | undefined {
  if (fixed.length > heads)
    return `has ${heads} heads, but ${fixed.length} fixed ones; fix at most ${heads}, or use more heads`;
  if (fixed.length > 0 && keyValueHeads !== heads)
    return `has fixed heads, but ${heads} heads share ${keyValueHeads} key/value heads; use ${heads} key/value heads`;
  const later = fixed.find((pattern) => typeof pattern === "string" && !CAUSAL_PATTERNS.includes(pattern));
  if (!causal || later === undefined) return;
  return `is causal, so its fixed heads cannot be "${later}"; use ${CAUSAL_PATTERNS.join(", ")} or {"gaussian": offset}`;
}

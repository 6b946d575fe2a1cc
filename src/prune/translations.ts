/** The effect of pruning on translations: BLEU of the original and the pruned model on the same sentences. */
import type { EncoderDecoder, Translator } from "../load/translator.ts";
import type { Runtime } from "../run/runtime.ts";
import { type BleuComparison, compareBleu } from "../tasks/bleu/bleu-compare.ts";
import type { TranslatedText } from "../tasks/source.ts";
import { translate } from "../train/decode/translate.ts";

/** Compares both models' greedy translations with the references, by paired bootstrap (see `compareBleu`). */
export async function compareTranslations(
  runtime: Runtime,
  whole: Translator,
  cut: EncoderDecoder,
  pairs: readonly TranslatedText[],
  { seed, progress = () => {} }: { readonly seed: number; readonly progress?: (share: number) => void },
): Promise<BleuComparison> {
  const translated = async (translator: Translator, before: 0 | 1): Promise<string[]> => {
    const tell = (done: number, total: number) => progress((before + done / total) / 2);
    const texts = pairs.map(({ source }) => source);
    const made: string[] = [];
    for await (const { text } of translate(runtime, translator, texts, { beams: 1, progress: tell })) made.push(text);
    return made;
  };
  const was = await translated(whole, 0);
  const is = await translated({ ...whole, config: cut.config, weights: cut.weights }, 1);
  return compareBleu(was, is, [pairs.map(({ target }) => target)], { seed });
}

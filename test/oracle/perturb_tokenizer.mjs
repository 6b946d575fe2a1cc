/** Our side of perturb_tokenizer.py: `node perturb_tokenizer.mjs FOLDER` encodes texts.json in each folder with the build. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTokenizer } from "../../dist/index.js";

const folder = process.argv[2];
const said = (error) => ({ error: `${error.name}: ${error.message}` });

function encodeAll(place) {
  const json = (name) => (existsSync(join(place, name)) ? JSON.parse(readFileSync(join(place, name), "utf8")) : undefined);
  try {
    const tokenizer = createTokenizer(json("tokenizer.json"), json("tokenizer_config.json"), {
      modelType: json("config.json").model_type,
      specialTokensMap: json("special_tokens_map.json"),
      addedTokens: json("added_tokens.json"),
    });
    return json("texts.json").map((text) => {
      try {
        const { ids } = tokenizer.encode(text);
        return { ids, decoded: tokenizer.decode(ids, { skipSpecialTokens: true }) };
      } catch (error) {
        return said(error);
      }
    });
  } catch (error) {
    return said(error);
  }
}

for (const name of readdirSync(folder)) {
  const place = join(folder, name);
  writeFileSync(join(place, "ours.json"), JSON.stringify(encodeAll(place)));
}

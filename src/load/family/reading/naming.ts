/** Builds tables of tensor names for modules that have a weight and a bias. */

export const attention = (q: string, k: string, v: string, o: string) => ({
  "attention.wq": `${q}.weight`,
  "attention.bq": `${q}.bias`,
  "attention.wk": `${k}.weight`,
  "attention.bk": `${k}.bias`,
  "attention.wv": `${v}.weight`,
  "attention.bv": `${v}.bias`,
  "attention.wo": `${o}.weight`,
  "attention.bo": `${o}.bias`,
});
export const withBias = (path: string, bias: string, name: string) => ({ [path]: `${name}.weight`, [bias]: `${name}.bias` });
export const normed = (path: string, name: string) => withBias(`${path}.scale`, `${path}.bias`, name);

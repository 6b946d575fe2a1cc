/** The dense models that mixtures of heads are compared with. */
import { DENSE, LENGTHS, MIXTURES } from "./mixtures.mjs";
import { rowsOf } from "./table.mjs";

/** The share of the removed multiply-adds that has to show up as time, in texts of at least this many tokens. */
const [SHOWN, LONG] = [0.8, 512];

export const nameOf = ({ name, length }) => `${name}, length ${length}`;

/** Each mixture against dense attention of 8, 6 and 4 heads. */
export function mixtureRows(times, runs) {
  const row = rowsOf(times);
  return Object.fromEntries(
    LENGTHS.map((length) => {
      const { batch } = runs.find((run) => run.length === length);
      const lines = Object.keys(MIXTURES).flatMap((name) => {
        const own = runs.find((run) => run.name === name && run.length === length);
        const goal = length >= LONG ? Number((1 - SHOWN * own.removed).toFixed(2)) : undefined;
        return DENSE.map((heads) => {
          const [whole] = DENSE;
          const what = heads === whole ? `${name} (${Math.round(100 * own.removed)}% of the work removed)` : name;
          const other = nameOf({ name: `${heads} heads`, length });
          return row(what, nameOf(own), "time", `${heads} dense heads`, other, heads === whole ? goal : undefined);
        });
      });
      return [
        `8. Attention that uses half of its heads, ${batch} × ${length} tokens; ratio: time in parts of dense attention`,
        lines,
      ];
    }),
  );
}

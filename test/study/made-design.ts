/** A study of two arms, as small as one can be. */
import type { StudyDesign } from "../../src/study/arms/arm-study.ts";

export const DESIGN: StudyDesign = {
  ...{ name: "made", title: "Made", question: "Is b larger than a?", seeds: 5 },
  arms: [
    { name: "a", text: "small" },
    { name: "b", text: "large" },
  ],
  measures: [{ name: "size", title: "Size", unit: "units", better: "higher" }],
  tests: [{ measure: "size", arm: "b", against: "a" }],
  settings: { steps: 1 },
};

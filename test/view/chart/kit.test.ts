/** The laws of the chart kit: scales, ticks, places of names, and marks. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columns, levels, wholeNumbers } from "../../../src/view/chart/axis.ts";
import { chartOf, frameOf } from "../../../src/view/chart/frame.ts";
import { area, bar, dot, endNames, label, line, spread, whisker } from "../../../src/view/chart/marks.ts";
import { bands, linear, plane, spacedTicks, squareRoot, ticks, ticksAround } from "../../../src/view/chart/scale.ts";
import { tagErrors } from "../well-formed.ts";

const FRAME = frameOf(310, 170, { left: 40, right: 10, top: 12, bottom: 32 });
const size = fc.double({ min: -9, max: 9, noNaN: true }).map((power) => 10 ** power);
const number = fc.tuple(size, fc.boolean()).map(([x, negative]) => (negative ? -x : x));
/** Two numbers that differ by enough to be told apart in eight digits. */
const ends = fc
  .tuple(number, number)
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
  .filter(([low, high]) => high - low > 1e-6 * Math.max(Math.abs(low), Math.abs(high)));
const range = fc
  .tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 500 }), fc.boolean())
  .map(([from, size, down]) => (down ? ([from + size, from] as const) : ([from, from + size] as const)));
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe.each([
  ["linear", linear],
  ["square-root", squareRoot],
])("a %s scale", (_, scale) => {
  it("leads from the domain's ends to the range's, and never turns back", () => {
    fc.assert(
      fc.property(ends, range, share, share, ([low, high], [start, end], s, t) => {
        const at = scale([low, high], [start, end]);
        expect([at(low), at(high)]).toEqual([start, end]);
        const [a, b] = [low + (high - low) * Math.min(s, t), low + (high - low) * Math.max(s, t)];
        expect(Math.sign(end - start) * (at(b) - at(a))).toBeGreaterThanOrEqual(-1e-9);
      }),
    );
  });

  it("keeps what is outside at the edge", () => {
    fc.assert(
      fc.property(ends, range, size, ([low, high], [start, end], far) => {
        const at = scale([low, high], [start, end]);
        expect([at(low - far), at(high + far)]).toEqual([start, end]);
      }),
    );
  });

  it("of one value places it in the middle", () => {
    expect(scale([3, 3], [40, 100])(3)).toBe(70);
  });
});

it("a square-root scale gives a hundredth a tenth of the room, on both sides of zero", () => {
  const at = squareRoot([-1, 4], [0, 300]);
  expect([-1, -0.01, 0, 0.04, 1, 4].map(at)).toEqual([0, 90, 100, 120, 200, 300].map((x) => expect.closeTo(x, 9)));
});

it("bands are equal and fill the range", () => {
  const { width, middle } = bands(7, [20, 90]);
  expect([width, middle(0), middle(6)]).toEqual([10, 25, 85]);
});

const isRound = (step: number): boolean => /^[125](\.0+)?e/.test(step.toExponential(6));
const most = fc.integer({ min: 3, max: 13 });

describe("ticks", () => {
  it("around numbers enclose them with equal round steps, at most as many as asked for", () => {
    fc.assert(
      fc.property(ends, most, ([low, high], most) => {
        const { values, domain } = ticksAround(low, high, most);
        expect(values.length).toBeLessThanOrEqual(most);
        const step = (values.at(-1)! - values[0]!) / (values.length - 1);
        expect(isRound(step)).toBe(true);
        expect(domain).toEqual([values[0], values.at(-1)]);
        expect(domain[0] - low).toBeLessThanOrEqual(1e-8 * step);
        expect(high - domain[1]).toBeLessThanOrEqual(1e-8 * step);
        // no tick is spare
        expect(values[1]).toBeGreaterThan(low);
        expect(values.at(-2)).toBeLessThan(high);
      }),
    );
  });

  it("within numbers stay there, and the next one on either side would not", () => {
    fc.assert(
      fc.property(ends, most, ([low, high], most) => {
        const { values } = ticks(low, high, most);
        fc.pre(values.length > 1);
        expect(values.length).toBeLessThanOrEqual(most);
        const step = values[1]! - values[0]!;
        const slack = 1e-6 * step;
        expect(isRound(step)).toBe(true);
        expect(values[0]! - low).toBeGreaterThanOrEqual(-slack);
        expect(high - values.at(-1)!).toBeGreaterThanOrEqual(-slack);
        expect(values[0]! - step).toBeLessThan(low);
        expect(values.at(-1)! + step).toBeGreaterThan(high);
      }),
    );
  });

  it("are written differently, with no more decimals than needed", () => {
    fc.assert(
      fc.property(ends, most, ([low, high], most) => {
        const { values, digits } = ticksAround(low, high, most);
        const texts = values.map((value) => value.toFixed(digits));
        expect(new Set(texts).size).toBe(values.length);
        expect(texts.map(Number)).toEqual(values);
        if (digits > 0) expect(texts.some((text) => !text.endsWith("0"))).toBe(true);
      }),
    );
  });

  it("of counts are whole; of a single value or of none but zeros there are some", () => {
    expect(ticks(0, 3, 12, 1).values).toEqual([0, 1, 2, 3]);
    expect(ticks(0, 11, 6, 1).values).toEqual([0, 2, 4, 6, 8, 10]);
    expect(ticks(0, 0, 5, 1).values).toEqual([0]);
    expect(ticksAround(0, 0, 6).values).toEqual([0, 1]);
    expect(ticksAround(0, 1, 6, 1).values).toEqual([0, 1]);
    expect(ticksAround(-0.4, 1.1, 6).values).toEqual([-0.5, 0, 0.5, 1, 1.5]);
  });

  it("of a square-root scale are round, keep their distance, and have zero", () => {
    fc.assert(
      fc.property(size, size, fc.integer({ min: 5, max: 40 }), (a, b, apart) => {
        const at = squareRoot([-a, b], [2, 98]);
        const values = spacedTicks(at, apart);
        expect(values).toContain(0);
        const places = values.map(at).sort((p, q) => p - q);
        for (const [k, place] of places.entries())
          if (k > 0) expect(place - places[k - 1]!).toBeGreaterThanOrEqual(apart - 1e-9);
        for (const value of values) if (value !== 0) expect(isRound(Math.abs(value))).toBe(true);
      }),
    );
  });
});

describe("names", () => {
  const places = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 7 });

  it("do not overlap, stay between the edges, and keep their order", () => {
    fc.assert(
      fc.property(places, (wanted) => {
        const found = spread(wanted, 14, 0, 100);
        const order = wanted.map((_, k) => k).sort((a, b) => wanted[a]! - wanted[b]!);
        for (const [rank, k] of order.entries()) {
          expect(found[k]).toBeGreaterThanOrEqual(-1e-9);
          expect(found[k]).toBeLessThanOrEqual(100 + 1e-9);
          if (rank > 0) expect(found[k]! - found[order[rank - 1]!]!).toBeGreaterThanOrEqual(14 - 1e-9);
        }
      }),
    );
  });

  it("that have room stay, and two that meet move by half each", () => {
    expect(spread([50, 10, 30], 14, 0, 100)).toEqual([50, 10, 30]);
    expect(spread([40, 44], 14, 0, 100)).toEqual([35, 49]);
    expect(spread([98, 99], 14, 0, 100)).toEqual([86, 100]);
  });

  it("no other places are nearer to the wanted ones", () => {
    fc.assert(
      fc.property(places, places, (wanted, tried) => {
        const off = (found: readonly number[]) => found.reduce((sum, x, k) => sum + (x - wanted[k]!) ** 2, 0);
        const other = spread(
          wanted.map((x, k) => x + (tried[k % tried.length]! - 50) / 5),
          14,
          0,
          100,
        );
        expect(off(spread(wanted, 14, 0, 100))).toBeLessThanOrEqual(off(other) + 1e-6);
      }),
    );
  });
});

it("a plane has one scale on both axes, y upward, and stays inside its margin", () => {
  const at = plane(
    [
      { x: 0, y: 0 },
      { x: 2, y: 1 },
      { x: 1, y: 0.5 },
    ],
    640,
    480,
    20,
  );
  const [a, b] = [at({ x: 0, y: 0 }), at({ x: 2, y: 1 })];
  expect((b.x - a.x) / 2).toBeCloseTo(a.y - b.y, 9);
  expect([a.x, b.x]).toEqual([20, 620]);
  expect(plane([{ x: 5, y: 7 }], 640, 480, 20)({ x: 5, y: 7 })).toEqual({ x: 320, y: 240 });
});

describe("drawn", () => {
  const text = 'a < b & "c"';
  const places = [{ x: 1, y: 2 }, null, { x: 3, y: 4 }, { x: 5, y: 6 }];

  it("is well-formed, whatever the names", () => {
    const parts = [
      levels(
        FRAME,
        (v) => v,
        { values: [0, 1], digits: 0 },
        () => text,
      ),
      columns(
        FRAME,
        (v) => v,
        { values: [2], digits: 0 },
        () => text,
      ),
      dot({ class: text }, { x: 1, y: 2 }, 3, text),
      bar({}, { x: 1, low: 9, high: 4 }, 3, text),
      whisker({}, { x: 1, low: 9, high: 4 }),
      label("50%", 3, text, "middle"),
      endNames([{ name: text, y: 3, look: text }], 10, 0, 100),
      line({}, places),
    ];
    expect(tagErrors(chartOf(FRAME, text, text, ...parts))).toEqual([]);
  });

  it("lines and areas break where there is nothing", () => {
    expect(line({}, places)).toBe('<path d="M1.0 2.0M3.0 4.0L5.0 6.0"/>');
    const spans = places.map((place) => place && { x: place.x, low: place.y, high: place.y - 1 });
    expect(area({}, spans.slice(2))).toBe('<path d="M3.0 3.0L5.0 5.0L5.0 6.0L3.0 4.0Z"/>');
    expect(line({}, [null])).toBe('<path d=""/>');
  });

  it("whole numbers keep their distance, however many layers there are", () => {
    for (const layers of [1, 2, 12, 13, 97, 997]) {
      const x = linear([0, layers - 1], [FRAME.left, FRAME.right]);
      const found = [...wholeNumbers(FRAME, x, 0, layers - 1).matchAll(/x="([\d.]+)"/g)].map(([, at]) => Number(at));
      expect(found.length).toBeGreaterThan(0);
      for (const [k, at] of found.entries()) if (k > 0) expect(at - found[k - 1]!).toBeGreaterThanOrEqual(23);
    }
  });
});

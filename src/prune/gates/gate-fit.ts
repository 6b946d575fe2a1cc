/** The record of learning gates on heads. */

/** The usual number of steps of a fit that starts from open gates. */
export const GATE_STEPS = 400;

/** The share of these steps that a fit takes if it starts from the gates of another fit. */
export const AGAIN = 1 / 2;

/** The fit behind a selection by gates. */
export interface GateFit {
  /** The price of an open gate, in units of the task's loss, divided by the number of attentions. */
  readonly lambda: number;
  /** The steps of training. */
  readonly steps: number;
  /** The number of units whose test-time gate is 0; the others that were removed had the smallest probability to be open. */
  readonly closed: number;
  /** The share of the test-time gates between 0.05 and 0.95. */
  readonly between: number;
  /** The peak learning rate of the weights, if they were trained with the gates. */
  readonly rate?: number;
}

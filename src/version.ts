/** The version that reports carry; a test holds it equal to the package's. */
export const VERSION = "0.2.0";

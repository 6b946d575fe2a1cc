/** The two functions of fs-native-extensions that are used here; the package has no types of its own. */
declare module "fs-native-extensions" {
  const native: {
    /** Exchanges what stands under two names, in one step on Linux and macOS. */
    swapSync(from: string, to: string): void;
    /** Locks a part of an open file; the system gives it back when the process ends. False: another one holds it. */
    tryLock(descriptor: number, offset: number, length: number): boolean;
  };
  export default native;
}

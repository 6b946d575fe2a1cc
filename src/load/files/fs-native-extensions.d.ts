/** Types of the two functions of fs-native-extensions used here; the package has none. */
declare module "fs-native-extensions" {
  const native: {
    /** Exchanges two files or folders by name, in one step on Linux and macOS. */
    swapSync(from: string, to: string): void;
    /** Locks a part of an open file until the process ends. False: another process holds the lock. */
    tryLock(descriptor: number, offset: number, length: number): boolean;
  };
  export default native;
}

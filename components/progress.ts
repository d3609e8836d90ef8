/** How does long work say what it is doing? */

/** Messages for whoever waits. */
export interface Progress {
  info(message: string): void;
  /** Replaced by the next message. */
  status(message: string): void;
}

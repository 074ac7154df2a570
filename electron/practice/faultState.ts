/** What is to go wrong with one bot (`namespace/name`). */
export interface BotFaults {
  /** Ends with an error soon after each start. */
  crash?: boolean;
  /** Needs more memory than it may have. */
  memory?: boolean;
  wrongPassword?: boolean;
  /** `bid_spread: 150`: it runs and trades nothing. */
  invalidField?: boolean;
  /** A stop does not cancel. */
  leaveOrders?: boolean;
  /** There is hardly any room left for its data. */
  volumeFull?: boolean;
  /** Its image is no longer in the registry. */
  imageGone?: boolean;
}
export interface FaultState {
  of(bot: string): BotFaults;
  set(bot: string, change: BotFaults): void;
  /** A bot made anew under that name begins unbroken. */
  forget(bot: string): void;
  /** Every bot that something was ever set for. */
  all(): ReadonlyMap<string, BotFaults>;
  /** Images (parts of their names) that no node can fetch. */
  goneImages: Set<string>;
  lostNodes: Set<string>;
}

const NONE: BotFaults = {};
export function createFaultState(): FaultState {
  const bots = new Map<string, BotFaults>();
  return {
    of: (bot) => bots.get(bot) ?? NONE,
    all: () => bots,
    set: (bot, change) => void bots.set(bot, { ...bots.get(bot), ...change }),
    forget: (bot) => void bots.delete(bot),
    goneImages: new Set(),
    lostNodes: new Set(),
  };
}

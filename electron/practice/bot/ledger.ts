/** A bot's database on its volume: orders as it last knew them, and what it traded. */
export interface LedgerOrder {
  clientId: string;
  exchangeId: string;
  market: string;
  pair: string;
  side: 'buy' | 'sell';
  price: string;
  amount: string;
  /** Hummingbot's word, e.g. `BuyOrderCreated`, `OrderCancelled`, `OrderFilled`. */
  status: string;
  /** Last change, ms since 1970. */
  at: number;
}
export interface Fill {
  at: number;
  side: 'buy' | 'sell';
  price: number;
  amount: number;
  fee: number;
}
export interface Ledger {
  placed(order: LedgerOrder): void;
  ended(clientId: string, status: string, at: number): void;
  filled(clientId: string, fill: Fill): void;
  /** Neither filled nor cancelled, as the bot last knew. */
  open(): LedgerOrder[];
  fills(): readonly Fill[];
  readonly totals: Totals;
}

/** Sums over all that was ever traded, kept though old rows go. Times in ms since 1970. */
export interface Totals {
  fills: number;
  volume: number;
  fees: number;
  /** What came in less what went out, in quote, without fees. */
  cash: number;
  /** Base bought less sold. */
  held: number;
  /** Of the last trade. */
  price: number;
  quote: string;
  placedAt: number | null;
  lastAt: number | null;
}

/** Rows kept of what is over. */
const KEPT = 200;

export function createLedger(): Ledger {
  const orders = new Map<string, LedgerOrder>();
  const over: string[] = [];
  const fills: Fill[] = [];
  const totals: Totals = {
    fills: 0,
    volume: 0,
    fees: 0,
    cash: 0,
    held: 0,
    price: 0,
    quote: '',
    placedAt: null,
    lastAt: null,
  };
  function ended(clientId: string, status: string, at: number): void {
    const order = orders.get(clientId);
    if (!order) return;
    totals.lastAt = Math.round(at);
    orders.set(clientId, { ...order, status, at });
    over.push(clientId);
    if (over.length > KEPT) orders.delete(over.shift()!);
  }
  return {
    placed(order) {
      totals.placedAt = totals.lastAt = Math.round(order.at);
      totals.quote = order.pair.split('-')[1] ?? '';
      orders.set(order.clientId, order);
    },
    ended,
    filled(clientId, fill) {
      fills.push(fill);
      if (fills.length > KEPT) fills.shift();
      totals.fills++;
      totals.volume += fill.price * fill.amount;
      totals.fees += fill.fee;
      const sign = fill.side === 'buy' ? 1 : -1;
      totals.cash -= sign * fill.price * fill.amount;
      totals.held += sign * fill.amount;
      totals.price = fill.price;
      ended(clientId, 'OrderFilled', fill.at);
    },
    open: () => [...orders.values()].filter(({ status }) => /Created$/.test(status)),
    fills: () => fills,
    totals,
  };
}

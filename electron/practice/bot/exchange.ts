/** What is open at the practice exchange: it knows nothing of pods, so what a killed bot left stays. */
export interface ExchangeOrder {
  id: string;
  /** `namespace/name` of the bot's pod without its number. */
  bot: string;
  clientId: string;
  pair: string;
  side: 'buy' | 'sell';
  price: string;
  amount: string;
}
export interface Exchange {
  place(order: Omit<ExchangeOrder, 'id'>): string;
  /** Cancelled or filled: false where it was not open. */
  close(id: string): boolean;
  open(bot?: string): ExchangeOrder[];
}

export function createExchange(): Exchange {
  const orders = new Map<string, ExchangeOrder>();
  let next = 100_001;
  return {
    place(order) {
      const id = String(next++);
      orders.set(id, { ...order, id });
      return id;
    },
    close: (id) => orders.delete(id),
    open: (bot) => [...orders.values()].filter((order) => bot === undefined || order.bot === bot),
  };
}

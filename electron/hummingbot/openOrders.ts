import { cleanText } from '../../shared/clean';

/** An order that may still be open on the exchange, as the bot last knew. */
export interface OpenOrder {
  market: string;
  pair: string;
  /** `buy` | `sell` | '' */
  side: string;
  /** Decimal texts in the pair's units; '' when not known. */
  price: string;
  amount: string;
  clientOrderId: string;
  /** '' when the exchange's answer never came. */
  exchangeOrderId: string;
  status: string;
  /** Last change, ms since 1970; null: not known. */
  at: number | null;
}
export type OpenOrders =
  | { known: true; orders: OpenOrder[] }
  /** Not readable: nothing is known about orders. `missing`: there is no database, so this volume never saw an order. */
  | { known: false; reason: string; missing?: true };

const MARK = '@@hummingdeck';

/**
 * Python that opens the database `path` (a global). A kill can leave a journal that has to be rolled back, which can't be done read-only:
 * then a copy is read.
 */
export const OPEN_DATABASE = `
done = ('completed', 'cancel', 'fail', 'expired', 'rejected')
def text(number):
    return '' if number is None else format(Decimal(int(number)) / 1000000, 'f')
def read_only(name):
    db = sqlite3.connect('file:' + name + '?mode=ro', uri=True, timeout=5)
    db.row_factory = sqlite3.Row
    db.execute('select 1 from "Order" limit 1').fetchall()
    return db
def copied():
    folder = tempfile.mkdtemp()
    for end in ('', '-journal', '-wal'):
        if os.path.exists(path + end): shutil.copyfile(path + end, os.path.join(folder, 'db' + end))
    db = sqlite3.connect(os.path.join(folder, 'db'))
    db.row_factory = sqlite3.Row
    return db
`.trimStart();

/**
 * Python, as the lines of a function or a `try`: `db` is the database, `found` its possibly open orders: those not filled whole whose last word is neither
 * completed, cancelled, failed nor expired, and those of a saved state that were not seen to end. An unknown word counts as open: better one too many to look at than
 * one forgotten. Amounts in the database are integers × 1,000,000.
 */
export const FIND_ORDERS = `
    try:
        db = read_only(path)
    except sqlite3.OperationalError as e:
        if 'no such table' in str(e): raise
        db = copied()
    found, ended = {}, set()
    filled = dict(db.execute('select order_id, sum(amount) from TradeFill group by order_id').fetchall())
    for r in db.execute('select * from "Order" order by creation_timestamp'):
        r = dict(r)
        status = str(r.get('last_status') or '')
        whole = r.get('amount') and filled.get(r['id'], 0) >= r['amount']
        if whole or any(word in status.lower() for word in ('completed', 'cancel')): ended.add(r['id'])
        if whole or any(word in status.lower() for word in done): continue
        side = 'buy' if status.startswith('Buy') else 'sell' if status.startswith('Sell') else ''
        found[r['id']] = dict(market=r.get('market'), pair=r.get('symbol'), side=side, price=text(r.get('price')), amount=text(r.get('amount')),
            client=r['id'], exchange=r.get('exchange_order_id'), status=status, at=r.get('last_update_timestamp'))
    for r in db.execute('select * from MarketState'):
        r = dict(r)
        state = r.get('saved_state')
        state = json.loads(state) if isinstance(state, (str, bytes)) else state
        for client, o in (state or {}).items():
            if client in ended: continue
            o = json.loads(o) if isinstance(o, str) else o
            o = o if isinstance(o, dict) else {}
            side = str(o.get('trade_type') or '').lower()
            old = found.get(client)
            if old:
                old['side'] = old['side'] or side
                old['exchange'] = old['exchange'] or o.get('exchange_order_id')
            else:
                found[client] = dict(market=r.get('market'), pair=o.get('trading_pair'), side=side, price=str(o.get('price') or ''),
                    amount=str(o.get('amount') or ''), client=client, exchange=o.get('exchange_order_id'), status='saved', at=r.get('timestamp'))
`.slice(1);

/** Program that prints possibly open orders of one database. */
const PROGRAM = `
import json, os, shutil, sqlite3, sys, tempfile
from decimal import Decimal
path = sys.argv[1]
def out(value):
    print('${MARK} ' + json.dumps(value), flush=True)
if not os.path.exists(path):
    out({'missing': True}); sys.exit(0)
${OPEN_DATABASE}try:
${FIND_ORDERS}    db.close()
    out({'orders': list(found.values())})
except Exception as e:
    out({'error': type(e).__name__ + ': ' + str(e)})
`.trim();

/** Command line that reads the database of a strategy file below `folder` read-only with the image's own Python and prints possibly open orders. */
export function openOrdersCommand(strategyFile: string, folder = '/home/hummingbot/data'): string[] {
  const stem = strategyFile.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
  return ['nice', '-n', '10', 'python3', '-c', PROGRAM, `${folder}/${stem}.sqlite`];
}

/** Reads `openOrdersCommand`'s stdout (or a log that holds it). Never throws: what can't be read is not known. */
export function parseOpenOrders(stdout: string): OpenOrders {
  const line = stdout.split('\n').find((candidate) => candidate.includes(`${MARK} {`));
  if (!line) return { known: false, reason: 'The reading gave no answer.' };
  try {
    const answer = JSON.parse(line.slice(line.indexOf(`${MARK} `) + MARK.length + 1)) as Record<string, unknown>;
    if (answer['missing']) return { known: false, reason: 'The bot has kept no record of orders yet.', missing: true };
    if (Array.isArray(answer['orders'])) return { known: true, orders: answer['orders'].map(orderOf) };
    return { known: false, reason: `The bot's record of orders could not be read: ${word(answer['error'], 200)}` };
  } catch {
    return { known: false, reason: 'The reading was cut off.' };
  }
}

function orderOf(value: unknown): OpenOrder {
  const order = (value ?? {}) as Record<string, unknown>;
  const side = word(order['side']);
  return {
    market: word(order['market']),
    pair: word(order['pair']),
    side: side === 'buy' || side === 'sell' ? side : '',
    price: word(order['price']),
    amount: word(order['amount']),
    clientOrderId: word(order['client']),
    exchangeOrderId: word(order['exchange']),
    status: word(order['status']),
    at: typeof order['at'] === 'number' ? order['at'] : null,
  };
}

const word = (value: unknown, length = 100): string =>
  value === null || value === undefined ? '' : cleanText(String(value), length);

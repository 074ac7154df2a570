import { START_ERRORS } from './health';
import { FIND_ORDERS, OPEN_DATABASE } from './openOrders';

/**
 * Python that tells what a bot's own record says of its trading, as a dict of a few short values (`Facts` in `trading.ts`): `look(folder, pattern)`,
 * `folder` with `data` and `logs` in it, `pattern` the database's file name. It reads only, sends the bot nothing, and never raises. Run beside the bot it is
 * given 5 seconds for the trades; a log is read from its last 300 kB.
 *
 * Profit: what came in and went out in quote, with what is held more (or less) than at the record's begin valued at the price of the last trade, fees taken off. A fee
 * that Hummingbot could not price is kept as 0 (2.16, markets_recorder): then the trade's own fee is looked at, and one in another asset makes profit unknown.
 */
export const LOOK = `
import glob, json, os, shutil, sqlite3, sys, tempfile, time
from decimal import Decimal
${OPEN_DATABASE}
ERRORS = ${JSON.stringify(START_ERRORS)}
M = 1000000
plain_copy = copied
def copied():
    if os.path.getsize(path) > 50 * M: raise ValueError('the record is too large to be copied')
    return plain_copy()
def orders_of():
    global path
${FIND_ORDERS}    return db, len(found)
def fee_of(r, value):
    fee = r.get('trade_fee_in_quote')
    if fee: return Decimal(int(fee)) / M
    d = r.get('trade_fee')
    d = json.loads(d) if isinstance(d, (str, bytes)) else d
    if not isinstance(d, dict): return None if fee is None else Decimal(0)
    total = value * Decimal(str(d.get('percent') or 0))
    for flat in d.get('flat_fees') or []:
        token, amount = (flat.get('token'), flat.get('amount')) if isinstance(flat, dict) else flat
        amount = Decimal(str(amount or 0))
        if not amount: continue
        if token == r['quote_asset']: total += amount
        elif token == r['base_asset']: total += amount * r['price'] / M
        else: return None
    return total
def money(db, got):
    until = time.time() + 5
    held, last, cash, volume, fees, quotes = {}, {}, Decimal(0), Decimal(0), Decimal(0), set()
    for n, r in enumerate(db.execute('select * from TradeFill order by timestamp')):
        if n % 500 == 0 and time.time() > until:
            got['why'] = 'slow'; return
        r = dict(r)
        side = str(r['trade_type']).upper()
        if side not in ('BUY', 'SELL'):
            got['why'] = 'kind'; return
        sign = 1 if side == 'BUY' else -1
        amount, price = Decimal(int(r['amount'])) / M, Decimal(int(r['price'])) / M
        value = amount * price
        volume += value
        cash -= sign * value
        held[r['symbol']] = held.get(r['symbol'], 0) + sign * amount
        last[r['symbol']] = price
        quotes.add(r['quote_asset'])
        fee = fee_of(r, value) if fees is not None else None
        fees = None if fee is None else fees + fee
    if len(quotes) > 1:
        got['why'] = 'quotes'; return
    got['quote'] = str(list(quotes)[0])[:20] if quotes else ''
    got['volume'] = format(volume, '.8f')
    if fees is None: got['why'] = 'fees'
    else: got['profit'] = format(cash + sum(held[s] * last[s] for s in held) - fees, '.8f')
def said(name, got):
    files = sorted(glob.glob(name), key=os.path.getmtime)
    if not files: return
    with open(files[-1], 'rb') as f:
        f.seek(max(0, os.path.getsize(files[-1]) - 300000))
        lines = f.read(300000).decode('utf8', 'replace').split('\\n')
    stamp, word, at, line = None, '', None, ''
    for one in lines:
        try: stamp = int(time.mktime(time.strptime(one[:19], '%Y-%m-%d %H:%M:%S')) * 1000)
        except ValueError: pass
        if 'Creating the clock with tick size' in one: word, at, line = '', None, ''
        elif 'KILL SWITCH TRIGGERED' in one: word, at, line = 'kill', stamp, one
        elif 'Strategy stopped successfully' in one:
            if word != 'kill': word, at, line = 'stopped', stamp, one
        elif any(words in one for words in ERRORS) and word in ('', 'error'): word, at, line = 'error', stamp, line or one
    got['log'], got['logAt'], got['line'] = word, at, line[:200]
def disk(folder):
    s, r = os.statvfs(folder), os.statvfs('/')
    same = s.f_blocks == r.f_blocks and s.f_frsize == r.f_frsize and abs(s.f_bfree - r.f_bfree) * 100 <= s.f_blocks
    return [(s.f_blocks - s.f_bfree + s.f_bavail) * s.f_frsize, s.f_bavail * s.f_frsize, s.f_files, s.f_favail, int(same)]
def look(folder, pattern):
    global path
    got = dict(v=1, now=int(time.time() * 1000), orders=None, placed=None, last=None, profit=None, volume=None, quote='', why='', log='', logAt=None, line='')
    try: got['disk'] = disk(os.path.join(folder, 'data'))
    except Exception: pass
    try: said(os.path.join(folder, 'logs', 'logs_' + pattern.replace('.sqlite', '.log')), got)
    except Exception: pass
    files = sorted(glob.glob(os.path.join(folder, 'data', pattern)), key=os.path.getmtime)
    if not files:
        got['why'] = 'missing'
        return got
    path, own = files[-1], None
    try:
        try: own = tempfile.tempdir = tempfile.mkdtemp()
        except OSError: pass
        db, got['orders'] = orders_of()
        got['placed'], got['last'] = db.execute('select max(creation_timestamp), max(last_update_timestamp) from "Order"').fetchone()
        money(db, got)
        db.close()
    except Exception as e:
        got['why'] = 'error: ' + (type(e).__name__ + ': ' + str(e))[:150]
    finally:
        tempfile.tempdir = None
        if own: shutil.rmtree(own, True)
    return got
`.trimStart();

/** The database's file name as `look` wants it; of a bot whose strategy file is not known the newest. */
export const databasePattern = (strategyFile: string): string =>
  `${strategyFile.replace(/^.*\//, '').replace(/\.ya?ml$/, '') || '*'}.sqlite`;

export const TRADING_MARK = '@@hummingdeck';
/**
 * What `tradingCommand` takes on its standard input: a program of this length in the command line would make a request longer than proxies before an
 * API server let pass (8 kB).
 */
export const TRADING_PROGRAM = `${LOOK}home = '/home/hummingbot'
print('${TRADING_MARK} ' + json.dumps(look('.' if os.path.isdir('data') or not os.path.isdir(home) else home, sys.argv[1])))
`;

/**
 * Command line that reads `TRADING_PROGRAM` and prints what a bot's record says of its trading. Reads only, at the lowest priority; a few kB of output at most.
 * It waits for no end of its input, which older servers can't pass on.
 */
export const tradingCommand = (strategyFile: string): string[] => [
  'nice',
  '-n',
  '15',
  'python3',
  '-c',
  `import sys;exec(sys.stdin.buffer.read(${Buffer.byteLength(TRADING_PROGRAM)}))`,
  databasePattern(strategyFile),
];

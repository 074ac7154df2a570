"""The database of orders and fills, in Hummingbot's tables. Prices and amounts are integers, times a million."""
import json
import os
import sqlite3
import time

from hummingbot import HOME

TABLES = """
CREATE TABLE IF NOT EXISTS "Order" (id TEXT NOT NULL PRIMARY KEY, config_file_path TEXT NOT NULL, strategy TEXT NOT NULL, market TEXT NOT NULL, symbol TEXT NOT NULL,
  base_asset TEXT NOT NULL, quote_asset TEXT NOT NULL, creation_timestamp BIGINT NOT NULL, order_type TEXT NOT NULL, amount BIGINT NOT NULL, leverage INTEGER NOT NULL,
  price BIGINT NOT NULL, last_status TEXT NOT NULL, last_update_timestamp BIGINT NOT NULL, exchange_order_id TEXT, position TEXT);
CREATE TABLE IF NOT EXISTS OrderStatus (id INTEGER PRIMARY KEY, order_id TEXT NOT NULL, timestamp BIGINT NOT NULL, status TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS TradeFill (config_file_path TEXT NOT NULL, strategy TEXT NOT NULL, market TEXT NOT NULL, symbol TEXT NOT NULL, base_asset TEXT NOT NULL,
  quote_asset TEXT NOT NULL, timestamp BIGINT NOT NULL, order_id TEXT NOT NULL, trade_type TEXT NOT NULL, order_type TEXT NOT NULL, price BIGINT NOT NULL, amount BIGINT NOT NULL,
  leverage INTEGER NOT NULL, trade_fee JSON NOT NULL, trade_fee_in_quote BIGINT, exchange_trade_id TEXT NOT NULL, position TEXT, PRIMARY KEY (market, order_id, exchange_trade_id));
CREATE TABLE IF NOT EXISTS MarketState (id INTEGER PRIMARY KEY, config_file_path TEXT NOT NULL, market TEXT NOT NULL, timestamp BIGINT NOT NULL, saved_state JSON NOT NULL);
CREATE TABLE IF NOT EXISTS Executors (id TEXT NOT NULL PRIMARY KEY, timestamp FLOAT NOT NULL, type TEXT NOT NULL, close_type INTEGER, close_timestamp BIGINT, status INTEGER NOT NULL,
  config JSON NOT NULL, net_pnl_pct FLOAT NOT NULL, net_pnl_quote FLOAT NOT NULL, cum_fees_quote FLOAT NOT NULL, filled_amount_quote FLOAT NOT NULL, is_active BOOLEAN NOT NULL,
  is_trading BOOLEAN NOT NULL, custom_info JSON NOT NULL, controller_id TEXT);
CREATE TABLE IF NOT EXISTS Position (id TEXT NOT NULL PRIMARY KEY, controller_id TEXT NOT NULL, connector_name TEXT NOT NULL, side TEXT NOT NULL, trading_pair TEXT NOT NULL,
  timestamp BIGINT NOT NULL, volume_traded_quote BIGINT NOT NULL, amount BIGINT NOT NULL, breakeven_price BIGINT NOT NULL, unrealized_pnl_quote BIGINT NOT NULL,
  realized_pnl_quote BIGINT NOT NULL, cum_fees_quote BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS Metadata (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
INSERT OR IGNORE INTO Metadata VALUES ('local_db_version', '20260124');
"""


def _million(value):
    return round(float(value) * 1_000_000)


def _now():
    return int(time.time() * 1000)


class Ledger:
    def __init__(self, stem, config_file, strategy):
        self.path = os.path.join(HOME, "data", f"{stem}.sqlite")
        self.config_file, self.strategy = config_file, strategy
        self.db = sqlite3.connect(self.path, isolation_level=None)
        self.db.executescript(TABLES)

    def placed(self, order):
        base, quote = order["pair"].split("-")
        status = "BuyOrderCreated" if order["side"] == "buy" else "SellOrderCreated"
        self.db.execute('INSERT INTO "Order" VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)', (
            order["client_id"], self.config_file, self.strategy, order["market"], order["pair"], base, quote, _now(), "LIMIT", _million(order["amount"]), 1,
            _million(order["price"]), status, _now(), order["id"], "NIL"))
        self._status(order, status)

    def ended(self, order, status):
        self.db.execute('UPDATE "Order" SET last_status=?, last_update_timestamp=? WHERE id=?', (status, _now(), order["client_id"]))
        self._status(order, status)

    def _status(self, order, status):
        self.db.execute("INSERT INTO OrderStatus (order_id, timestamp, status) VALUES (?,?,?)", (order["client_id"], _now(), status))

    def filled(self, order, fee, controller):
        base, quote = order["pair"].split("-")
        value = float(order["price"]) * float(order["amount"])
        detail = json.dumps({"fee_type": "AddedToCost", "percent": "0.001", "percent_token": None, "flat_fees": []})
        self.db.execute("INSERT OR REPLACE INTO TradeFill VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", (
            self.config_file, self.strategy, order["market"], order["pair"], base, quote, _now(), order["client_id"], order["side"].upper(), "LIMIT",
            _million(order["price"]), _million(order["amount"]), 1, detail, _million(fee), f"t{order['id']}", "NIL"))
        self.ended(order, "OrderFilled")
        if controller:
            config = json.dumps({"controller_id": controller, "connector_name": order["market"], "trading_pair": order["pair"], "side": 1 if order["side"] == "buy" else 2})
            self.db.execute("INSERT OR REPLACE INTO Executors VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", (
                order["client_id"], time.time(), "position_executor", 3, int(time.time()), 4, config, -fee / value, -fee, fee, value, 0, 0, "{}", controller))

    def save_state(self, market, orders):
        """What the next run needs to find these orders again."""
        state = {order["client_id"]: dict(order, last_state="OPEN") for order in orders}
        found = self.db.execute("SELECT id FROM MarketState WHERE config_file_path=? AND market=?", (self.config_file, market)).fetchone()
        if found:
            self.db.execute("UPDATE MarketState SET timestamp=?, saved_state=? WHERE id=?", (_now(), json.dumps(state), found[0]))
        else:
            self.db.execute("INSERT INTO MarketState (config_file_path, market, timestamp, saved_state) VALUES (?,?,?,?)", (self.config_file, market, _now(), json.dumps(state)))

    def restored(self, market):
        found = self.db.execute("SELECT saved_state FROM MarketState WHERE config_file_path=? AND market=?", (self.config_file, market)).fetchone()
        return list(json.loads(found[0]).values()) if found else []

"""A market maker that keeps a few orders around the mid price, with the words and rows that Hummingbot leaves of them."""
import logging
import random
import sys
import time

from hummingbot.standin import log
from hummingbot.standin.ledger import Ledger
from hummingbot.standin.market import Exchange, mid_price


def _list(value):
    return [float(each) for each in (value if isinstance(value, list) else str(value).split(","))]


class Trader:
    """Trades one pair. `problem` says why it does not, though it seems to run."""

    def __init__(self, stem, kind, data, client, faults, problem=None, config_file=None):
        self.stem, self.kind, self.faults, self.problem = stem, kind, faults, problem
        self.controller = data.get("id") or stem if kind == "controller" else None
        self.strategy = data.get("strategy") or str(data.get("script_file_name", "v2_with_controllers.py")).replace(".py", "")
        self.exchange_name = str(data.get("exchange") or data.get("derivative") or data.get("connector_name") or data.get("maker_market") or data.get("spot_connector") or "binance_paper_trade")
        self.pair = str(data.get("market") or data.get("trading_pair") or data.get("maker_market_trading_pair") or "BTC-USDT").upper()
        paper = self.exchange_name.endswith("_paper_trade")
        self.market = self.exchange_name.replace("_paper_trade", "_PaperTrade")
        self.stuck = paper and kind == "controller"  # controllers do not trade on paper
        self.amount = float(data.get("order_amount") or float(data.get("total_amount_quote") or 100) / 4 / mid_price(self.pair)) if not problem else 0
        self.bids, self.asks = self._spreads(data) if not problem else ([], [])
        self.refresh = float(data.get("order_refresh_time") or data.get("executor_refresh_time") or 30) if not problem else 30
        base, quote = self.pair.split("-")[:2] if "-" in self.pair else (self.pair, "USDT")
        start = (client.get("paper_trade") or {}).get("paper_trade_account_balance") or {}
        self.balances = {base: float(start.get(base, 10)), quote: float(start.get(quote, 100000))}
        self.logger = logging.getLogger(f"hummingbot.strategy.{self.strategy}")
        self.exchange = Exchange(stem)
        self.ledger = Ledger(stem, config_file or f"{stem}.yml", self.strategy)
        self.orders, self.restored = [], []
        self.running, self.started_at, self.next_refresh, self.serial, self.fills = False, None, 0.0, 0, 0

    def _spreads(self, data):
        if self.kind == "controller":
            return [s for s in _list(data.get("buy_spreads", "0.01,0.02"))], [s for s in _list(data.get("sell_spreads", "0.01,0.02"))]
        percent = 1 if self.strategy == "simple_pmm" else 100
        levels, step = int(data.get("order_levels") or 1), float(data.get("order_level_spread") or 1) / 100
        bid, ask = float(data.get("bid_spread") or 1) / percent, float(data.get("ask_spread") or 1) / percent
        return [bid + i * step for i in range(levels)], [ask + i * step for i in range(levels)]

    @property
    def trading(self):
        return self.running and not self.problem and not self.stuck and not self.faults.get("not-ready")

    def start(self):
        self.running, self.started_at, self.next_refresh = True, time.time() * 1000, 0.0
        core = logging.getLogger("hummingbot.core.trading_core")
        core.info("Creating the clock with tick size: 1.0")
        if self.problem:
            self.logger.error(self.problem)
            self.logger.error("Unknown error during initialization.\nTraceback (most recent call last):\n  File \"start.py\", line 42, in start\n"
                              f"ValueError: {self.problem}")
        else:
            self.restored = self.ledger.restored(self.market)
            for order in self.restored:
                logging.getLogger("hummingbot.connector.markets_recorder").info(f"Restored order {order['client_id']}.")
        core.info("Clock started successfully")
        core.info(f"Strategy {self.strategy} started successfully")
        core.info(f"'{self.strategy}' strategy execution started.")

    def tick(self):
        """Once a second."""
        if self.running and self.stuck:
            logging.getLogger("hummingbot.strategy_v2.executors").error("Error executing action: 'PaperTradeExchange' object has no attribute 'trading_rules'")
        for _ in range(int(self.faults.get("flood", 0))):
            self.logger.info(f"flood {random.random()} " + "x" * 80)
        if self.faults.get("hostile"):
            self.logger.info("\x1b[2J\x1b[31mred\x1b[0m \x1b]52;c;aGVsbG8=\x07 <img src=x onerror=alert(1)> \u202etxt.exe \x9b31m")
        if not self.trading:
            return
        self._settle()
        if time.time() >= self.next_refresh:
            self.next_refresh = time.time() + self.refresh
            for order in list(self.orders):
                self._cancel(order)
            for side, spreads in (("buy", self.bids), ("sell", self.asks)):
                for spread in spreads:
                    self._place(side, mid_price(self.pair) * (1 - spread if side == "buy" else 1 + spread))
            self._save()

    def _settle(self):
        known = {order["id"]: order for order in self.orders + self.restored}
        ended = self.exchange.settled(list(known))
        for order_id, how in ended.items():
            order = known[order_id]
            if how == "filled":
                self._filled(order)
            else:
                self.ledger.ended(order, "OrderCancelled")
            self._forget(order)
        if ended:
            self._save()

    def _place(self, side, price):
        self.serial += 1
        client_id = f"{side}://{self.pair}/{int(time.time() * 1e6):x}{self.serial:04x}"
        order = {"client_id": client_id, "pair": self.pair, "market": self.market, "side": side, "price": f"{price:.6f}", "amount": f"{self.amount:.6f}"}
        order["id"] = self.exchange.place(client_id, self.pair, side, order["price"], order["amount"])
        order["created"] = time.time()
        self.orders.append(order)
        self.ledger.placed(order)
        log.event(f"{side.capitalize()}OrderCreatedEvent", self.market, timestamp=order["created"], type="OrderType.LIMIT", trading_pair=self.pair, amount=order["amount"],
                  price=order["price"], order_id=client_id, creation_timestamp=order["created"], exchange_order_id=order["id"], leverage=1, position="NIL")

    def _filled(self, order):
        self.fills += 1
        base, quote = self.pair.split("-")
        price, amount = float(order["price"]), float(order["amount"])
        sign = 1 if order["side"] == "buy" else -1
        fee = price * amount * 0.001
        self.balances[base] += sign * amount
        self.balances[quote] -= sign * price * amount + fee
        self.ledger.filled(order, fee, self.controller)
        log.event("OrderFilledEvent", self.market, timestamp=time.time(), order_id=order["client_id"], trading_pair=self.pair, trade_type=f"TradeType.{order['side'].upper()}",
                  order_type="OrderType.LIMIT", price=order["price"], amount=order["amount"], trade_fee={"percent": "0.001", "percent_token": None, "flat_fees": []},
                  exchange_trade_id=f"t{order['id']}", exchange_order_id=order["id"], leverage=1, position="NIL")
        self.logger.info(f"({self.pair}) Maker {order['side']} order {order['client_id']} ({order['amount']} {base} @ {order['price']} {quote}) has been completely filled.")
        log.event(f"{order['side'].capitalize()}OrderCompletedEvent", self.market, timestamp=time.time(), order_id=order["client_id"], base_asset=base, quote_asset=quote,
                  base_asset_amount=order["amount"], quote_asset_amount=f"{price * amount:.6f}", order_type="OrderType.LIMIT", exchange_order_id=order["id"])
        sys.stdout.flush()

    def _cancel(self, order):
        if not self.exchange.cancel(order["id"]):
            return
        self.ledger.ended(order, "OrderCancelled")
        log.event("OrderCancelledEvent", self.market, timestamp=time.time(), order_id=order["client_id"], exchange_order_id=order["id"])
        logging.getLogger("hummingbot.connector.client_order_tracker").info(f"Successfully canceled order {order['client_id']}.")
        self._forget(order)

    def _forget(self, order):
        self.orders = [each for each in self.orders if each is not order]
        self.restored = [each for each in self.restored if each is not order]

    def _save(self):
        self.ledger.save_state(self.market, self.restored + self.orders)

    def stop(self, seconds):
        """Stops the strategy and cancels one order after the other, in about so many seconds."""
        self.running = False
        core = logging.getLogger("hummingbot.core.trading_core")
        core.info("Strategy stopped successfully")
        if not self.faults.get("leave-orders"):
            left = self.restored + self.orders
            for order in left:
                time.sleep(seconds / len(left))
                self._cancel(order)
                self._save()
        core.info("Clock stopped successfully")

    def status(self):
        """What the engine reports of itself."""
        connectors = {} if self.problem else {self.market: {
            "ready": not self.faults.get("not-ready"), "trading_pairs": [self.pair], "orders_count": len(self.orders) + len(self.restored),
            "balances": {asset: f"{amount:.6f}" for asset, amount in self.balances.items()}}}
        return {
            "clock_running": True, "strategy_running": self.running, "strategy_name": self.strategy if self.running else None,
            "strategy_file_name": self.stem, "strategy_type": "regular" if self.kind == "v1-strategy" else "v2", "start_time": self.started_at,
            "uptime": time.time() * 1000 - self.started_at if self.started_at else 0, "connectors": connectors if self.running else {},
            "kill_switch_enabled": False, "markets_recorder_active": self.running}

    def format_status(self):
        if self.problem or not self.running:
            return None
        if self.faults.get("not-ready"):
            return "Market connectors are not ready."
        mid, (base, quote) = mid_price(self.pair), self.pair.split("-")
        lines = ["", "  Markets:", "           Exchange    Market  Best Bid  Best Ask  Ref Price (MidPrice)",
                 f"  {self.market:>17}  {self.pair:>8}  {mid * 0.9999:.2f}  {mid * 1.0001:.2f}  {mid:.2f}",
                 "", "  Assets:", f"    {'':<22} {base:>12} {quote:>14}",
                 f"    {'Total Balance':<22} {self.balances[base]:>12.4f} {self.balances[quote]:>14.4f}"]
        if self.orders:
            lines += ["", "  Orders:", "      Level  Type     Price  Spread Amount (Orig)  Amount (Adj)       Age"]
            for i, order in enumerate(sorted(self.orders, key=lambda o: -float(o["price"]))):
                spread = abs(float(order["price"]) / mid - 1) * 100
                lines.append(f"    {i + 1:>7} {order['side']:>5} {float(order['price']):>9.2f}  {spread:.2f}% {order['amount']:>13} {order['amount']:>13}  {time.strftime('%H:%M:%S', time.gmtime(time.time() - order['created']))}")
        else:
            lines += ["", "  No active maker orders."]
        return "\n".join(lines)

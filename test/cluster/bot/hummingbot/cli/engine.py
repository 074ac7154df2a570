"""The engine: the process that trades, silent on stdout, with its log in a file. SIGUSR1 writes a status, SIGTERM stops in good order."""
import argparse
import logging
import os
import signal
import sys
import time

from hummingbot.cli import bot
from hummingbot.standin import conf, log
from hummingbot.standin.trader import Trader

BROKEN_AT, STRATEGY_AT, SIGNALS_AT = 4.0, 4.0, 5.0  # seconds after the process's start


def wait_until(age):
    time.sleep(max(0, age - bot.age()))


class Engine:
    def __init__(self, name, trader, faults):
        self.name, self.trader, self.faults = name, trader, faults
        self.stop_asked = self.status_asked = False

    def listen(self):
        """Only from here on are signals heard; what came earlier was lost on a container's first process."""
        def ask_stop(*_):
            self.stop_asked = True

        def ask_status(*_):
            self.status_asked = True
        signal.signal(signal.SIGTERM, ask_stop)
        signal.signal(signal.SIGINT, ask_stop)
        signal.signal(signal.SIGUSR1, ask_status)

    def snapshot(self, running=True):
        trader = self.trader
        status = {"name": self.name, "pid": os.getpid(), "running": running, "updated_at": time.time(), "engine": trader.status(), "format_status": trader.format_status()}
        if running:
            status["balances"] = {} if trader.problem else {trader.market: dict(trader.balances)}
        bot.write("status.json", status)

    def serve(self):
        hoard, next_tick, listening = [], 0.0, False
        while True:
            if not listening and bot.age() >= SIGNALS_AT + self.faults.get("start-delay", 0):
                self.listen()
                self.snapshot()
                listening = True
            if time.time() >= next_tick:
                next_tick = time.time() + 1
                self.trader.tick()
                self.misbehave(hoard)
            if self.status_asked:
                self.status_asked = False
                self.snapshot()
            if self.stop_asked and not self.faults.get("hang-on-term"):
                return self.stop()
            time.sleep(0.1)

    def misbehave(self, hoard):
        running_for = time.time() - self.trader.started_at / 1000
        if running_for > self.faults.get("crash-after", float("inf")):
            logging.getLogger().error("Engine crashed.\nTraceback (most recent call last):\n  File \"engine.py\", line 1, in run_engine\nRuntimeError: asked for by a test")
            os._exit(1)
        if running_for > self.faults.get("kill-switch-after", float("inf")) and self.trader.running:
            logging.getLogger("hummingbot.core.utils.kill_switch").error("[KILL SWITCH TRIGGERED] Current profitability is -5%. Stopping the bot...")
            self.trader.stop(1)
        if "oom" in self.faults and running_for > self.faults["oom"]:
            for _ in range(8):
                hoard.append(bytearray(os.urandom(1 << 16)) * 256)

    def stop(self):
        logging.getLogger().info("Stop requested — winding down strategy and cancelling orders.")
        if self.trader.running:
            self.trader.stop(self.faults.get("term-delay", 1.5))
        logging.getLogger("hummingbot.core.trading_core").info("Trading core shutdown complete")
        self.snapshot(running=False)
        bot.clear_pid()
        return 0


def run(args):
    password = os.environ.pop("HBOT_PASSWORD", None) or os.environ.pop("CONFIG_PASSWORD", None)
    if not password:
        sys.stderr.write("HBOT_PASSWORD is not set; the engine cannot unlock the keystore.\n")
        return 4
    conf.rewrite_client()
    client = conf.client()
    log.to_file(args.name)
    logging.getLogger("hummingbot.client.runner").info(f"Starting {'regular strategy' if args.config else 'V2 script strategy'}: {args.name}")
    kind, path = conf.find(args.config or args.script_config)
    faults = conf.faults(path, conf.path("conf_client.yml"))
    try:
        data = conf.load(path)
    except Exception as error:
        return broken(f"Error loading strategy config file: {error}")
    problem = conf.v1_problem(data) if kind == "v1-strategy" else None
    if kind == "v2-script":
        reason = conf.script_problem(data)
        if reason:
            return broken(f"Failed to start strategy {data.get('script_file_name')}: 1 validation error\n{reason}")
        for name in data.get("controllers_config") or []:
            controller = conf.load(conf.path("controllers", name))
            kind, data = "controller", controller
            break
    trader = Trader(args.name, kind, data, client, faults, problem, args.config or args.script_config)
    wait_until(STRATEGY_AT)
    trader.start()
    bot.write("meta.json", {**(bot.read("meta.json") or {}), "db_path": trader.ledger.path, "config_file_path": args.config or args.script_config, "strategy_name": trader.strategy})
    return Engine(args.name, trader, faults).serve()


def broken(reason):
    """The reason stands in the log file alone."""
    wait_until(BROKEN_AT)
    logging.getLogger().error(reason)
    logging.getLogger().error("Failed to load strategy. Exiting.")
    return 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--config")
    parser.add_argument("--script-config")
    sys.exit(run(parser.parse_args()))


if __name__ == "__main__":
    main()

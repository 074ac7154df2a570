"""The classic way: `bin/hummingbot_quickstart.py -p PASSWORD -f FILE`, a text interface on the terminal. It does not hear SIGTERM."""
import argparse
import getpass
import logging
import os
import select
import sys
import time

from hummingbot import LEGACY, VERSION
from hummingbot.standin import conf, log
from hummingbot.standin.screen import Screen, clock
from hummingbot.standin.trader import Trader

HELP = """usage: {config,exit,help,history,start,status,stop} ...
  help      list available commands
  history   see the past performance of the current bot
  start     start the current bot
  status    get the market status of the current bot
  stop      stop the current bot
  exit      exit and cancel all outstanding orders"""


class PaneHandler(logging.Handler):
    def __init__(self, screen):
        super().__init__(logging.INFO)
        self.screen = screen

    def emit(self, record):
        self.screen.note(f"{time.strftime('%H:%M:%S')} - {record.name.rsplit('.', 1)[-1]} - {record.getMessage()}")


class Client:
    def __init__(self, make_trader, file):
        self.make_trader, self.file, self.trader = make_trader, file, None
        self.screen = Screen(f"Version: {VERSION} | Strategy: | Strategy File: {file}")
        self.done, self.interrupts, self.began = False, 0.0, time.time()

    def start(self):
        if self.trader and self.trader.running:
            return self.screen.say('The bot is already running - please run "stop" first')
        self.trader = self.make_trader()
        self.screen.title = f"Version: {VERSION} | Strategy: {self.trader.strategy} | Strategy File: {self.file}"
        if self.trader.market.endswith("_PaperTrade"):
            self.screen.say("\nPaper Trading Active: All orders are simulated and no real orders are placed.")
        self.trader.start()
        self.screen.say(f"\nStatus check complete. Strategy '{self.trader.strategy}' started successfully.")

    def wind_down(self):
        """Cancels what is open, within a second."""
        if self.trader and self.trader.running:
            self.trader.stop(0.8)

    def command(self, line):
        self.screen.say(f"\n>>>  {line}")
        word = line.split(" ")[0]
        if word == "stop":
            self.screen.say("\nWinding down...")
            self.screen.draw()
            self.wind_down()
            self.screen.say("Hummingbot stopped.")
        elif word == "start":
            self.start()
        elif word == "status":
            text = self.trader.format_status() if self.trader else None
            self.screen.say(text or "No strategy definition found.\n  - Strategy check: Please import or create a strategy.")
        elif word == "history":
            self.screen.say(f"\n  Trades: {self.trader.fills if self.trader else 0}" if self.trader and self.trader.fills else "\n  No past trades to report.")
        elif word == "exit":
            self.wind_down()
            self.screen.say("Winding down notifiers...")
            self.screen.draw()
            self.done = True
        elif word == "help":
            self.screen.say(HELP)
        elif word:
            self.screen.say(f"argument : invalid choice: '{word}' (choose from config, exit, help, history, start, status, stop)")

    def keys(self, data):
        for char in data.decode("utf8", "replace").replace("\x1b[200~", "").replace("\x1b[201~", ""):
            if char in "\r\n":
                line, self.screen.typed = self.screen.typed.strip(), ""
                if line:
                    self.command(line)
            elif char in "\x7f\b":
                self.screen.typed = self.screen.typed[:-1]
            elif char == "\x03":  # twice ends the program, once does nothing
                if time.time() - self.interrupts < 2:
                    self.screen.say("\n[Double CTRL + C] keyboard exit")
                    self.wind_down()
                    self.done = True
                self.interrupts = time.time()
            elif char == "\x13":
                self.command("status")
            elif char == "\x0c":
                self.screen.redraw()
            elif char >= " ":
                self.screen.typed += char

    def run(self):
        self.screen.say("\n".join(["", "  Welcome to Hummingbot", f"  Version {VERSION}, a stand-in for tests", "", "  Type 'help' for the list of commands", ""]))
        self.screen.open()
        next_tick, input_open = 0.0, True
        try:
            self.start()
            while not self.done:
                if time.time() >= next_tick:
                    next_tick = time.time() + 1
                    self.trader.tick()
                    self.screen.footer = f"Trades: {self.trader.fills}, Total P&L: 0.00, Return %: 0.00 | CPU: 2.0%, Mem: 24.00 MB, Threads: 1 | Duration: {clock(time.time() - self.began)}"
                self.screen.draw()
                try:
                    ready = select.select([0] if input_open else [], [], [], 0.1)[0]
                except InterruptedError:
                    continue
                if ready:
                    data = os.read(0, 4096)
                    input_open = bool(data)
                    self.keys(data)
        finally:
            self.screen.close()


def run_headless(make_trader):
    """Log lines on stdout, no interface."""
    trader = make_trader()
    trader.start()
    while True:
        trader.tick()
        time.sleep(1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--config-file-name", "-f", default=os.environ.get("CONFIG_FILE_NAME") or None)
    parser.add_argument("--v2", default=os.environ.get("SCRIPT_CONFIG") or None)
    parser.add_argument("--config-password", "-p", default=os.environ.get("CONFIG_PASSWORD") or None)
    parser.add_argument("--auto-set-permissions")
    parser.add_argument("--headless", nargs="?", const=True, default=os.environ.get("HEADLESS_MODE", "").lower() == "true")
    args = parser.parse_args()
    conf.rewrite_client()
    password = args.config_password
    if password is None:
        if not os.isatty(0):
            sys.exit("Hummingbot needs a password: -p or CONFIG_PASSWORD")
        password = getpass.getpass("Enter your password >>> ")
    time.sleep(1.5)
    reason = conf.unlock(password, first_password_is_stored=False)
    if reason == "no password verification":
        sys.exit(f"FileNotFoundError: [Errno 2] No such file or directory: '{conf.path('.password_verification')}'")
    if reason:
        print("Invalid password.", flush=True)
        return
    file = args.v2 or args.config_file_name
    if not file:
        sys.exit("no strategy file given")
    path = conf.path("scripts" if args.v2 else "strategies", os.path.basename(file) if LEGACY else file)
    if LEGACY and not os.path.isfile(path):
        path = conf.path(os.path.basename(file))
    stem = os.path.basename(file).rsplit(".", 1)[0]
    try:
        data = conf.load(path)
    except FileNotFoundError:
        sys.exit(f"Strategy config file not found: {path}")
    except Exception as error:
        sys.exit(f"Error loading strategy config file: {error}")
    kind = "v2-script" if args.v2 else "v1-strategy"
    if args.v2 and conf.script_problem(data):
        sys.exit(conf.script_problem(data))
    problem = None if args.v2 else conf.v1_problem(data)

    def make_trader():
        return Trader(stem, kind, data, conf.client(), conf.faults(path, conf.path("conf_client.yml")), problem, file)

    if args.headless or not os.isatty(0):
        log.to_file(stem, [logging.StreamHandler(sys.stdout)])
        run_headless(make_trader)
    client = Client(make_trader, file)
    log.to_file(stem, [PaneHandler(client.screen)])
    client.run()

"""`hbot start FILE --foreground`, `hbot stop`, `hbot status [--json]`."""
import json
import os
import signal
import sys
import time

from hummingbot import HOME, VERSION
from hummingbot.cli import bot
from hummingbot.standin import conf


def fail(message, code):
    print(f"Error: {message} (code {code})", file=sys.stderr, flush=True)
    sys.exit(code)


def start(args):
    names = [arg for arg in args if not arg.startswith("-")]
    found = conf.find(names[0]) if names else None
    if not names:
        fail("no config given and none imported — pass a config file or run `hbot import <file>` first", 4)
    if not found:
        fail(f"config file not found: {names[0]}", 2)
    file, (kind, path) = names[0], found
    stem, script = os.path.splitext(file)[0], None
    if bot.running_pid() not in (None, os.getpid()):
        fail(f"a bot is already running (pid {bot.running_pid()}); stop it first or pass --replace (one bot per install)", 1)
    if kind == "controller":
        try:
            problem = conf.controller_problem(conf.load(path))
        except Exception as error:
            problem = str(error)
        if problem:
            fail(f"invalid controller config: {problem}", 4)
        stem, script = f"conf_v2_with_controllers_{stem}", file
    password = os.environ.get("HBOT_PASSWORD") or os.environ.get("CONFIG_PASSWORD")
    if not password:
        fail("no password provided — use --password-stdin, set $HBOT_PASSWORD, or run interactively", 4)
    reason = conf.unlock(password, first_password_is_stored=True)
    if reason:
        time.sleep(max(0, 2 - bot.age()))
        fail(reason, 4)
    bot.write("meta.json", {"name": stem, "type": kind, "file": file, "config": file if kind == "v1-strategy" else None,
                            "script_config": None if kind == "v1-strategy" else script or file, "started_at": time.time(), "pid": os.getpid()})
    bot.write("loaded.json", {"file": file, "type": kind})
    command = [sys.executable, "-m", "hummingbot.cli.engine", "--name", stem, "--config" if kind == "v1-strategy" else "--script-config", file]
    env = dict(os.environ, HBOT_PASSWORD=password)
    os.chdir(HOME)
    if "--foreground" in args:
        bot.write("bot.pid", str(os.getpid()))
        os.execve(sys.executable, command, env)
    with open(os.path.join(HOME, "data", "bot", "bot.log"), "wb") as output:
        import subprocess
        child = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
    bot.write("bot.pid", str(child.pid))
    print(f"name: {stem}\npid: {child.pid}\nstatus: running")


def stop(_args):
    pid = bot.running_pid()
    if not pid:
        fail("no bot is running", 3)
    os.kill(pid, signal.SIGTERM)
    for _ in range(300):
        if not bot.running_pid():
            print("stopped")
            return
        time.sleep(0.1)
    fail("the bot did not stop within 30s", 5)


def status(args):
    pid = bot.running_pid()
    before = (bot.read("status.json") or {}).get("updated_at", 0)
    if pid:
        os.kill(pid, signal.SIGUSR1)
        for _ in range(50):
            if (bot.read("status.json") or {}).get("updated_at", 0) > before:
                break
            time.sleep(0.1)
    snapshot = bot.read("status.json")
    if not snapshot:
        fail("no bot is running", 3)
    snapshot["running"] = bool(pid)
    print(json.dumps(snapshot) if "--json" in args else snapshot.get("format_status") or f"running: {snapshot['running']}")


def main():
    commands = {"start": start, "stop": stop, "status": status}
    name, *args = sys.argv[1:] or ["--help"]
    if name == "--version":
        print(VERSION)
    elif name in commands:
        commands[name](args)
    else:
        print("Usage: hbot [start|stop|status] ...")
        sys.exit(0 if name == "--help" else 2)

"""The files in data/bot by which `hbot` and whoever watches it know the bot of this install."""
import json
import os

from hummingbot import HOME


def _path(name):
    os.makedirs(os.path.join(HOME, "data", "bot"), exist_ok=True)
    return os.path.join(HOME, "data", "bot", name)


def write(name, content):
    """Whole or not at all."""
    file = _path(name)
    with open(file + ".tmp", "w") as f:
        f.write(content if isinstance(content, str) else json.dumps(content, indent=2))
    os.replace(file + ".tmp", file)


def read(name):
    try:
        with open(_path(name)) as f:
            return json.load(f)
    except (OSError, ValueError):
        return None


def running_pid():
    """The engine's pid, if the process with the noted pid is an engine."""
    pid = read("bot.pid")
    try:
        with open(f"/proc/{pid}/cmdline") as f:
            return pid if "hummingbot.cli.engine" in f.read() else None
    except OSError:
        return None


def clear_pid():
    if os.path.exists(_path("bot.pid")):
        os.remove(_path("bot.pid"))


def age():
    """Seconds since this process started, across exec."""
    with open("/proc/self/stat") as f:
        started = int(f.read().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
    with open("/proc/uptime") as f:
        return float(f.read().split()[0]) - started

"""The log file, in Hummingbot's line format, turned over once a day with seven files kept."""
import json
import logging
import logging.handlers
import os

from hummingbot import HOME

EVENT_LOG = 11
logging.addLevelName(EVENT_LOG, "EVENT_LOG")
FORMAT = "%(asctime)s - %(process)d - %(name)s - %(levelname)s - %(message)s"


def to_file(name, also=()):
    """Logs to logs/logs_NAME.log and to the handlers in `also`."""
    handler = logging.handlers.TimedRotatingFileHandler(os.path.join(HOME, "logs", f"logs_{name}.log"), when="D", interval=1, backupCount=7, encoding="utf8")
    root = logging.getLogger()
    root.setLevel(EVENT_LOG)
    for each in (handler, *also):
        each.setFormatter(logging.Formatter(FORMAT))
        root.addHandler(each)


def event(kind, source, **fields):
    text = json.dumps({**fields, "event_name": kind, "event_source": source})
    logging.getLogger("hummingbot.core.event.event_reporter").log(EVENT_LOG, text)

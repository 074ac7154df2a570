"""Configuration files: where they lie, what they must hold, and the faults that a test asks for in them."""
import json
import os
import re

import yaml

from hummingbot import HOME, LEGACY
from hummingbot.standin import keystore

KINDS = {"strategies": "v1-strategy", "scripts": "v2-script", "controllers": "controller"}
V1 = ("pure_market_making perpetual_market_making amm_arb spot_perpetual_arbitrage liquidity_mining avellaneda_market_making "
      "cross_exchange_market_making cross_exchange_mining hedge").split()
SPOT = ("backpack binance bing_x bitget bitmart bitrue bitstamp btc_markets bybit coinbase_advanced_trade derive dexalot foxbit gate_io gemini htx "
        "hyperliquid injective_v2 kraken kucoin mexc ndax okx xrpl").split() + (["ascend_ex"] if LEGACY else [])
PERPETUAL = ("aevo_perpetual backpack_perpetual binance_perpetual bitget_perpetual bitmart_perpetual bybit_perpetual derive_perpetual dydx_v4_perpetual "
             "gate_io_perpetual grvt_perpetual hyperliquid_perpetual injective_v2_perpetual kucoin_perpetual okx_perpetual").split()
EXCHANGES = set(SPOT) | set(PERPETUAL) | {name + "_paper_trade" for name in SPOT}


def path(*parts):
    return os.path.join(HOME, "conf", *parts)


def find(name):
    """(kind, path) of a configuration file by the folder it lies in, or None."""
    for folder, kind in KINDS.items():
        if os.path.isfile(path(folder, name)):
            return kind, path(folder, name)
    return None


def read(file):
    with open(file) as f:
        return f.read()


def load(file):
    """The file as a dictionary; raises for what is not YAML."""
    data = yaml.safe_load(read(file))
    if not isinstance(data, dict):
        raise ValueError(f"{file} holds no keys")
    return data


def client():
    file = path("conf_client.yml")
    return load(file) if os.path.isfile(file) else {}


def rewrite_client():
    """Hummingbot writes its client configuration anew at each start, so conf/ must be writable."""
    file = path("conf_client.yml")
    text = read(file) if os.path.isfile(file) else "instance_id: standin\n"
    with open(file, "w") as f:
        f.write(text)


def faults(*files):
    """What comments of the form `# stand-in: crash-after=5 leave-orders` ask for; a word alone counts as 1."""
    found = {}
    for file in files:
        if file and os.path.isfile(file):
            for line in re.findall(r"^\s*#\s*stand-in:(.*)$", read(file), re.M):
                for word in re.split(r"[\s,]+", line.strip()):
                    name, _, value = word.partition("=")
                    if name:
                        found[name] = float(value or 1)
    return found


def unlock(password, first_password_is_stored):
    """None when the password opens the keystore and every key, else the reason."""
    file = path(".password_verification")
    if not os.path.isfile(file):
        old = path("encrypted_default.json")
        if LEGACY and os.path.isfile(old):
            return None if keystore.decrypt(password, read(old)) is not None else "invalid password"
        if not first_password_is_stored:
            return "no password verification"
        with open(file, "w") as f:
            f.write(keystore.encrypt(password, keystore.WORD))
        return None
    # as in the real one, a stray line end in this file makes it unreadable
    try:
        if keystore.decrypt(password, read(file)) != keystore.WORD:
            return "invalid password"
    except (ValueError, KeyError) as error:
        return f"unreadable password verification: {error}"
    folder = path("connectors")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if name.endswith(".yml"):
            for value in load(os.path.join(folder, name)).values():
                if isinstance(value, str) and re.fullmatch(r"(7b|7B)[0-9a-fA-F]{100,}", value) and keystore.decrypt(password, value) is None:
                    return "invalid password"
    return None


def _number(data, name, low, high=float("inf"), required=True, include_low=False):
    value = data.get(name)
    if value is None:
        return f"{name} is required" if required else None
    try:
        value = float(value)
    except (TypeError, ValueError):
        return f"Invalid value {json.dumps(value)} for config variable {name}"
    if value > high or value < low or (value in (low, high) and not include_low):
        return f"Invalid value {value:g} for config variable {name}: Value must be between {low:g} and {high:g} (exclusive)."
    return None


def v1_problem(data):
    """Why a V1 strategy will not trade, though Hummingbot runs on; None if it will."""
    if data.get("strategy") not in V1:
        return f"Invalid value {data.get('strategy')} for config variable strategy"
    if data["strategy"] not in ("pure_market_making", "perpetual_market_making", "avellaneda_market_making"):
        return None
    exchange = data.get("exchange", data.get("derivative"))
    if exchange not in EXCHANGES:
        return f"Invalid value {exchange} for config variable exchange: Invalid value, please choose value from the list of exchanges."
    if not re.fullmatch(r"[A-Za-z0-9.]+-[A-Za-z0-9.]+", str(data.get("market", ""))):
        return f"Invalid value {data.get('market')} for config variable market"
    if data["strategy"] == "avellaneda_market_making":
        return _number(data, "order_amount", 0)
    return (_number(data, "bid_spread", 0, 100) or _number(data, "ask_spread", 0, 100) or _number(data, "order_refresh_time", 0)
            or _number(data, "order_amount", 0) or _number(data, "order_levels", 1, required=False, include_low=True))


# What the stand-in knows of V2: enough for upstream's first example and for the common market making controllers.
SCRIPTS = {
    "simple_pmm.py": "script_file_name controllers_config exchange trading_pair order_amount bid_spread ask_spread order_refresh_time price_type".split(),
    "v2_with_controllers.py": "script_file_name controllers_config max_global_drawdown_quote max_controller_drawdown_quote candles_config markets".split(),
}
CONTROLLER = ("id controller_name controller_type total_amount_quote manual_kill_switch candles_config initial_positions connector_name trading_pair buy_spreads "
              "sell_spreads buy_amounts_pct sell_amounts_pct executor_refresh_time cooldown_time leverage position_mode stop_loss take_profit time_limit "
              "take_profit_order_type trailing_stop position_rebalance_threshold_pct skip_rebalance candles_connector candles_trading_pair interval "
              "max_records natr_length macd_fast macd_slow macd_signal top_executor_refresh_time executor_activation_bounds dca_spreads dca_amounts").split()


def script_problem(data):
    """Why a script ends at its start with code 1."""
    script = data.get("script_file_name")
    if not script:
        return "Config file is missing 'script_file_name' field."
    known = SCRIPTS.get(script)
    unknown = [key for key in data if known and key not in known]
    return f"{unknown[0]}: Extra inputs are not permitted" if unknown else None


def controller_problem(data):
    """Why a controller is refused with code 4."""
    for key in ("controller_name", "controller_type", "connector_name", "trading_pair"):
        if not data.get(key):
            return f"{key}: Field required"
    unknown = [key for key in data if data["controller_type"] == "market_making" and key not in CONTROLLER]
    if unknown:
        return f"{unknown[0]}: Extra inputs are not permitted"
    if data["connector_name"] not in EXCHANGES:
        return f"connector_name: unknown connector {data['connector_name']}"
    return None

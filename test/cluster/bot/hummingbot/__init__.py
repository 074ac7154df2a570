"""A stand-in for Hummingbot: behaves like it in what a manager of bots can see, and trades at a stand-in exchange."""
import os

HOME = os.environ.get("STANDIN_HOME", "/home/hummingbot")
VERSION = os.environ.get("STANDIN_VERSION", "2.16.0")
LEGACY = os.environ.get("STANDIN_LEGACY") == "1"

#!/usr/bin/env python3
import os
import sys

sys.path.insert(0, os.environ.get("STANDIN_HOME", "/home/hummingbot"))
from hummingbot.standin.classic import main  # noqa: E402

main()

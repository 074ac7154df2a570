"""The full-screen text interface: output and log panes, an input line, a status line. Draws only lines that changed."""
import os
import shutil
import signal
import sys
import termios
import textwrap
import time
import tty


class Screen:
    def __init__(self, title):
        self.title, self.footer, self.typed = title, "", ""
        self.output, self.log = [], []
        self.before = {}
        self.resized = False
        self.saved = None

    def open(self):
        self.saved = termios.tcgetattr(0)
        tty.setraw(0)
        os.write(1, b"\x1b[?1049h\x1b[?2004h\x1b[2J")
        signal.signal(signal.SIGWINCH, self._on_resize)

    def close(self):
        os.write(1, b"\x1b[?2004l\x1b[?1049l")
        termios.tcsetattr(0, termios.TCSADRAIN, self.saved)

    def _on_resize(self, *_):
        self.resized = True

    def say(self, text):
        self.output += text.split("\n")
        self.output = self.output[-500:]

    def note(self, line):
        self.log = (self.log + line.split("\n"))[-500:]

    def redraw(self):
        self.before = {}
        os.write(1, b"\x1b[2J")

    def draw(self):
        if self.resized:
            self.resized = False
            self.redraw()
        size = shutil.get_terminal_size((80, 24))
        width, height = max(20, size.columns), max(6, size.lines)
        left = width * 6 // 10 if width >= 100 else width
        body = height - 4
        output = self._wrapped(self.output, left, body)
        log = self._wrapped(self.log, width - left - 1, body) if left < width else []
        rows = ["\x1b[7m" + self.title[:width].ljust(width) + "\x1b[0m"]
        for i in range(body):
            row = output[i].ljust(left) if i < len(output) else " " * left
            if left < width:
                row += "\x1b[2m|\x1b[0m\x1b[36m" + (log[i] if i < len(log) else "").ljust(width - left - 1) + "\x1b[0m"
            rows.append(row)
        rows += ["-" * width, f"\x1b[32m>>> \x1b[0m{self.typed[-(width - 6):].ljust(width - 4)}", self.footer[:width].ljust(width)[:width - 1]]
        text = ""
        for i, row in enumerate(rows):
            if self.before.get(i) != row:
                text += f"\x1b[{i + 1};1H{row}"
                self.before[i] = row
        text += f"\x1b[{height - 1};{5 + len(self.typed[-(width - 6):])}H"
        if len(text) > 12:
            sys.stdout.write("\x1b[?25l" + text + "\x1b[?25h")
            sys.stdout.flush()

    @staticmethod
    def _wrapped(lines, width, height):
        out = []
        for line in lines[-height * 2:]:
            out += textwrap.wrap(line, max(1, width), drop_whitespace=False, replace_whitespace=False) or [""]
        return out[-height:]


def clock(seconds):
    return time.strftime("%H:%M:%S", time.gmtime(seconds))

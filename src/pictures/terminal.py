#!/usr/bin/env python3
"""Runs a command in a terminal of its own and writes what it shows as a page, for a picture.

    terminal.py COLUMNS TITLE PAGE [--until TEXT] -- COMMAND...

The command sees a terminal of that width and prints its colours; what comes from the line with TEXT on is left out. Colours,
bold and dim (SGR) are kept; other sequences are dropped.
"""

import fcntl
import html
import os
import pty
import re
import struct
import subprocess
import sys
import termios

SGR = re.compile(r"\x1b\[([0-9;]*)m")
OTHER = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-ln-z]|\][^\x07]*\x07|[()].)|[\x00-\x08\x0b-\x1a\x7f]")
COLOURS = ["#5c6370", "#ff7b72", "#7ee787", "#e3b341", "#79c0ff", "#d2a8ff", "#76e3ea", "#e6edf3"]
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ margin: 0; padding: 24px; background: #fff; }}
#terminal {{ display: inline-block; background: #0d1117; color: #e6edf3; border-radius: 10px; overflow: hidden; }}
#bar {{ background: #21262d; color: #9da7b3; font: 13px/1 "DejaVu Sans", sans-serif; padding: 10px 14px; text-align: center; }}
pre {{ margin: 0; padding: 14px 16px; font: 13px/1.38 "DejaVu Sans Mono", monospace; width: {columns}ch; box-sizing: content-box;
  white-space: pre-wrap; overflow-wrap: anywhere; }}
</style></head><body><main id="terminal"><div id="bar">{title}</div><pre>{text}</pre></main></body></html>
"""


def run(columns, command):
    """What the command prints on a terminal of this width; its exit code may be any."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 60, columns, 0, 0))
    environment = dict(os.environ, TERM="xterm-256color", COLUMNS=str(columns))
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True) as child:
        os.close(slave)
        shown = bytearray()
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:  # the last who had it open has closed it
                break
            if not piece:
                break
            shown += piece
    os.close(master)
    print(f"{command[0]} ended with {child.returncode}", file=sys.stderr)
    lines = shown.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    # What a carriage return goes over, as a progress bar does, is not seen any more.
    return "\n".join(line.rsplit("\r", 1)[-1] for line in lines)


def style(codes, state):
    """The state of colours after these codes."""
    numbers = [int(code or 0) for code in codes.split(";")]
    for number in numbers:
        if number == 0:
            state = {}
        elif number == 1:
            state = {**state, "font-weight": "bold"}
        elif number == 2:
            state = {**state, "opacity": ".66"}
        elif number == 22:
            state = {key: value for key, value in state.items() if key not in ("font-weight", "opacity")}
        elif number == 7:
            state = {**state, "background": "#e6edf3", "color": "#0d1117"}
        elif 30 <= number <= 37 or 90 <= number <= 97:
            state = {**state, "color": COLOURS[number % 10]}
        elif number == 39:
            state = {key: value for key, value in state.items() if key != "color"}
        elif 40 <= number <= 47 or 100 <= number <= 107:
            state = {**state, "background": COLOURS[number % 10], "color": "#0d1117"}
    return state


def to_html(text):
    parts = SGR.split(OTHER.sub("", text))
    state, out = {}, []
    for index, part in enumerate(parts):
        if index % 2:
            state = style(part, state)
        elif state:
            rules = ";".join(f"{key}:{value}" for key, value in state.items())
            out.append(f'<span style="{rules}">{html.escape(part)}</span>')
        else:
            out.append(html.escape(part))
    return "".join(out)


def main():
    columns, title, page, *rest = sys.argv[1:]
    until = rest[1] if rest[0] == "--until" else None
    command = rest[rest.index("--") + 1:]
    # Where the checkout lies is nobody's business.
    text = run(int(columns), command).replace(os.getcwd() + os.sep, "")
    if until is not None:
        kept = []
        for line in text.split("\n"):
            if until in line:
                break
            kept.append(line)
        text = "\n".join(kept)
    with open(page, "w", encoding="utf-8") as out:
        out.write(PAGE.format(columns=int(columns), title=html.escape(title), text=to_html(text.strip("\n"))))


if __name__ == "__main__":
    main()

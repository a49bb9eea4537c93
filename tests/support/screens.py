"""Screens for windows that nobody sees: of a desk, of a laptop, and of one that magnifies to twice the size.

The platform's own is 800 pixels wide, narrower than any that the program is used on.
"""

from pathlib import Path

PLATFORM = f"offscreen:configfile={Path(__file__).with_name('screens.json')}"

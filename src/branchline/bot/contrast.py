"""Contrast of colours (WCAG 2.2, 1.4.3), as the widget draws them (web/widget/src/theme.ts)."""

READABLE = 4.5
"""The contrast that text needs."""
GROUNDS = {"light": "#f1f3f6", "dark": "#262b35"}
"""What a message of the bot is written on: of the panel's grounds the one nearest to the accents."""
_ENDS = {"light": 0, "dark": 255}
_SHADES = 256


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours `#rrggbb`, 1 to 21."""
    low, high = sorted((_luminance(_parts(one)), _luminance(_parts(other))))
    return (high + 0.05) / (low + 0.05)


def readable(colour: str, theme: str) -> str:
    """Give the nearest shade of a colour that can be read on the panel; `theme`: light or dark."""
    parts, end, ground = _parts(colour), _ENDS[theme], GROUNDS[theme]
    shade = colour
    for share in range(_SHADES + 1):
        shade = "#" + "".join(f"{round(part + (end - part) * share / _SHADES):02x}" for part in parts)
        if contrast(shade, ground) >= READABLE:
            break
    return shade


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _luminance(parts: tuple[int, ...]) -> float:
    red, green, blue = (part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

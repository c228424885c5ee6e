"""Curves of recall and speed as an SVG, readable on light and dark pages."""

import math

LEFT, TOP, WIDTH, HEIGHT, RIGHT, BOTTOM = 70, 44, 560, 400, 250, 50
TICKS = (0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999)
HUES = (0, 212, 28, 150, 275, 52, 180, 320, 95)
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #222; }
  .grid { stroke: #ddd; } .curve { fill: none; stroke-width: 2; }
  .curve.first { stroke-width: 3.5; } .page { fill: #fff; }
  @media (prefers-color-scheme: dark) {
    text { fill: #ddd; } .grid { stroke: #3a3a3a; } .page { fill: #16181c; }
  }
"""


def across(recall):
    """Where a recall stands: each nine takes the same room; exact answers at the right edge."""
    low, high = -math.log10(1 - TICKS[0]), -math.log10(1 - TICKS[-1])
    place = min(high, max(low, -math.log10(max(1 - recall, 1e-9))))
    return LEFT + WIDTH * (place - low) / (high - low)


def scale(rates):
    """From a rate to its height, on decades that hold all rates; and the rates of grid lines."""
    low = math.floor(math.log10(min(rates)))
    high = math.ceil(math.log10(max(rates)))

    def down(rate):
        return TOP + HEIGHT * (high - math.log10(rate)) / max(1, high - low)

    steps = [m * 10**e for e in range(low, high) for m in (1, 2, 5)] + [10**high]
    return down, steps


def curve(points, hue, is_first):
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    css = f"hsl({hue} 70% 48%)"
    weight = "curve first" if is_first else "curve"
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{css}"/>' for x, y in points)
    return f'<polyline class="{weight}" stroke="{css}" points="{path}"/>{dots}'


def draw(title, curves):
    """An SVG of `curves`: (name, [(recall, queries per second)]), the first one emphasised."""
    rates = [rate for _, points in curves for _, rate in points]
    down, steps = scale(rates)
    right, bottom = LEFT + WIDTH, TOP + HEIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {right + RIGHT} {bottom + BOTTOM}">',
        f"<style>{STYLE}</style>",
        f'<rect class="page" width="{right + RIGHT}" height="{bottom + BOTTOM}"/>',
        f'<text x="{LEFT}" y="24" font-weight="bold">{title}</text>',
    ]
    for recall in TICKS:
        x = across(recall)
        parts.append(f'<path class="grid" d="M{x:.1f} {TOP}V{bottom}"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{recall}</text>')
    for rate in steps:
        y = down(rate)
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{right}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{rate:,}</text>')
    parts.append(
        f'<text x="{LEFT + WIDTH / 2}" y="{bottom + 38}" text-anchor="middle">recall@10</text>'
    )
    for number, (name, points) in enumerate(curves):
        hue = HUES[number % len(HUES)]
        placed = [(across(recall), down(rate)) for recall, rate in points]
        parts.append(curve(placed, hue, number == 0))
        y = TOP + 14 + 22 * number
        parts.append(curve([(right + 20, y), (right + 44, y)], hue, number == 0))
        parts.append(f'<text x="{right + 54}" y="{y + 4}">{name}</text>')
    return "\n".join(parts + ["</svg>", ""])

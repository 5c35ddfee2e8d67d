"""BIG-Bench Hard: geometric shapes, drawn as SVG paths."""
import math
import random

from tasks import scale
from tasks.bbh.options import OptionTask, ask, shuffled

SHAPES = ("circle heptagon hexagon kite line octagon pentagon rectangle sector trapezoid triangle").split()
CORNERS = {"triangle": 3, "pentagon": 5, "hexagon": 6, "heptagon": 7, "octagon": 8}
# Whole vectors of length 65, in all directions: with them points lie exactly on a circle.
SPOKES = [(a * s, b * t) for x, y in ((16, 63), (25, 60), (33, 56), (39, 52)) for a, b in ((x, y), (y, x))
          for s in (1, -1) for t in (1, -1)] + [(65, 0), (-65, 0), (0, 65), (0, -65)]
SPOKES.sort(key=lambda spoke: math.atan2(spoke[1], spoke[0]))


class GeometricShapes(OptionTask):
    """Q: What shape does this SVG path draw? <path d="M 10.00,10.00 L 30.00,10.00 L 10.00,25.00 L 10.00,10.00"/>
    Options:
    (A) circle
    (B) triangle
    (C) kite    A: (B)"""

    name, skill, split = "bbh/geometric_shapes", "space", "train"
    coincidence = 0.3

    def generate(self, rng, difficulty):
        shape = rng.choice(SHAPES)
        if shape in ("circle", "sector"):
            path = getattr(self, f"_{shape}")(rng, difficulty)
        elif shape == "line":
            path = self._line(rng, difficulty)
        else:
            count = CORNERS.get(shape)
            corners = self._star(rng, count, difficulty) if count else getattr(self, f"_{shape}")(rng)
            path = self._outline(rng, corners, difficulty)
        others = [other for other in SHAPES if other != shape]
        options, right = shuffled(rng, shape, rng.sample(others, scale(difficulty, 4, 10)))
        text, answer, data = ask(f'What shape does this SVG path draw? <path d="{path}"/>', options, right)
        return text, answer, data | {"path": path, "shape": shape}

    # Points are whole hundredths, so that nothing is lost where they are printed.

    @staticmethod
    def _point(point: tuple[int, int]) -> str:
        return f"{point[0] / 100:.2f},{point[1] / 100:.2f}"

    def _outline(self, rng: random.Random, corners: list, difficulty: float) -> str:
        """The sides of a polygon: in one stroke; harder, with breaks; harder still, each on its own, in any order."""
        start, corners = rng.randrange(len(corners)), corners[::rng.choice((1, -1))]
        corners = corners[start:] + corners[:start]
        sides = list(zip(corners, corners[1:] + corners[:1]))
        if rng.random() < 2 * difficulty - 1:  # a point in the middle of some sides makes no corner
            halves = [rng.random() < 0.4 for _ in sides]
            middles = [((a[0] + b[0]) // 2, (a[1] + b[1]) // 2) for a, b in sides]
            sides = [side for (a, b), middle, half in zip(sides, middles, halves)
                     for side in ([(a, middle), (middle, b)] if half else [(a, b)])]
        apart = rng.random() < difficulty - 0.3
        if apart:
            sides = [side[::rng.choice((1, -1))] for side in rng.sample(sides, len(sides))]
        path, pen = [], None
        for a, b in sides:
            if pen != a or rng.random() < difficulty / 3:
                path.append(f"M {self._point(a)}")
            path.append(f"L {self._point(b)}")
            pen = b
        return " ".join(path)

    @staticmethod
    def _star(rng: random.Random, count: int, difficulty: float) -> list:
        """Corners around a centre, at even numbers: no short side, and no corner nearly straight or very sharp."""
        while True:
            x, y, radius = (2 * rng.randint(*limits) for limits in ((1500, 3500), (1500, 3500), (1000, 1400)))
            turn, spread = rng.random() * math.tau, min(0.5, 0.2 + 0.3 * difficulty)
            corners = []
            for number in range(count):
                angle = turn + (number + rng.uniform(-0.3, 0.3)) * math.tau / count
                length = radius * rng.uniform(1 - spread, 1)
                corners.append(tuple(at + 2 * round(length * part / 2)
                                     for at, part in ((x, math.cos(angle)), (y, math.sin(angle)))))
            around = list(zip(corners[-1:] + corners[:-1], corners, corners[1:] + corners[:1]))
            bends = [math.degrees(abs(math.remainder(math.atan2(c[1] - b[1], c[0] - b[0])
                                                     - math.atan2(b[1] - a[1], b[0] - a[0]), math.tau)))
                     for a, b, c in around]
            if min(bends) > 15 and max(bends) < 150 and min(math.dist(a, b) for a, b, _ in around) > 300:
                return corners

    @staticmethod
    def _frame(rng: random.Random) -> tuple:
        """A place and two directions at right angles and equally long, in whole and even numbers."""
        while True:
            a, b = rng.randint(-40, 40), rng.randint(-40, 40)
            if 20 <= math.hypot(a, b) <= 40:
                return (2 * rng.randint(1500, 3500), 2 * rng.randint(1500, 3500)), (2 * a, 2 * b), (-2 * b, 2 * a)

    @staticmethod
    def _at(frame: tuple, along: int, across: int) -> tuple[int, int]:
        (x, y), (a, b), (c, d) = frame
        return x + along * a + across * c, y + along * b + across * d

    def _rectangle(self, rng):
        frame, width = self._frame(rng), rng.randint(5, 12)
        length = width + rng.randint(width // 2 + 1, 15)  # clearly no square
        return [self._at(frame, *place) for place in ((0, 0), (length, 0), (length, width), (0, width))]

    def _kite(self, rng):
        frame, half, near = self._frame(rng), rng.randint(6, 12), rng.randint(4, 8)
        far = near + rng.randint(10, 18)  # clearly no rhombus
        return [self._at(frame, *place) for place in ((-near, 0), (0, half), (far, 0), (0, -half))]

    def _trapezoid(self, rng):
        frame, height, short = self._frame(rng), rng.randint(8, 14), rng.randint(6, 12)
        long = short + rng.randint(8, 14)         # clearly no parallelogram
        shift = rng.randint(1, long - short - 1)  # the short side lies within the long one
        return [self._at(frame, *place) for place in ((0, 0), (long, 0), (shift + short, height), (shift, height))]

    def _line(self, rng, difficulty):
        frame, points = self._frame(rng), [0]
        for _ in range(rng.randint(1, 2 + scale(difficulty, 0, 3))):
            points.append(points[-1] + rng.randint(6, 14))
        path = [self._point(self._at(frame, along, 0)) for along in points]
        return f"M {path[0]} " + " ".join(f"M {a} L {b}" if number and rng.random() < difficulty / 2 else f"L {b}"
                                          for number, (a, b) in enumerate(zip(path, path[1:])))

    def _arc(self, radius: int, sweep: int, to: tuple) -> str:
        return f"A {radius / 100:.2f},{radius / 100:.2f} 0.00 0.00,{sweep}.00 {self._point(to)}"

    def _circle(self, rng, difficulty):
        """In two halves or in four quarters."""
        x, y, size = rng.randint(3000, 7000), rng.randint(3000, 7000), rng.randint(10, 40)
        a, b = (size * part for part in rng.choice(SPOKES))
        around = [(x + a, y + b), (x - b, y + a), (x - a, y - b), (x + b, y - a)]  # with the sweep flag on
        around, sweep = (around, 1) if rng.random() < 0.5 else (around[::-1], 0)
        if rng.random() >= difficulty:
            around = around[::2]
        path = [f"M {self._point(around[0])}"]
        for start, end in zip(around, around[1:] + around[:1]):
            if start != around[0] and rng.random() < difficulty / 2:
                path.append(f"M {self._point(start)}")
            path.append(self._arc(65 * size, sweep, end))
        return " ".join(path)

    def _sector(self, rng, difficulty):
        """Two radii and the arc between them, less than half a circle; the arc is drawn first, last or between."""
        x, y, size = rng.randint(3000, 7000), rng.randint(3000, 7000), rng.randint(10, 40)
        number = rng.randrange(len(SPOKES))  # 36 of them, at about equal angles
        first, second = SPOKES[number], SPOKES[(number + rng.randint(4, 14)) % len(SPOKES)]
        centre, start, end = (x, y), *((x + size * a, y + size * b) for a, b in (first, second))
        strokes = [(centre, start, None), (start, end, 1), (end, centre, None)]
        if rng.random() < 0.5:
            strokes = [(b, a, sweep and 0) for a, b, sweep in strokes[::-1]]
        turn = rng.randrange(3)
        path, pen = [], None
        for a, b, sweep in strokes[turn:] + strokes[:turn]:
            if pen != a or rng.random() < difficulty / 2:
                path.append(f"M {self._point(a)}")
            path.append(f"L {self._point(b)}" if sweep is None else self._arc(65 * size, sweep, b))
            pen = b
        return " ".join(path)

    solver = r"""
joined, arcs, lines, pen = {}, 0, 0, None
for stroke in re.findall("[MLA][^MLA]*", path):
    *_, x, y = [round(float(number) * 100) for number in re.findall(r"-?[\d.]+", stroke)]
    if stroke[0] == "L":
        lines += 1
        joined.setdefault(pen, []).append((x, y))
        joined.setdefault((x, y), []).append(pen)
    arcs += stroke[0] == "A"
    pen = x, y

def vector(a, b):
    return b[0] - a[0], b[1] - a[1]

def cross(u, v):
    return u[0] * v[1] - u[1] * v[0]

def shape():
    if arcs:
        return "sector" if lines else "circle"
    if any(len(near) == 1 for near in joined.values()):
        return "line"
    ring = [next(iter(joined))]
    while len(ring) < len(joined):
        ring.append(next(p for p in joined[ring[-1]] if p not in ring))
    corners = [b for a, b, c in zip(ring[-1:] + ring, ring, ring[1:] + ring[:1]) if cross(vector(a, b), vector(b, c))]
    if len(corners) != 4:
        return {3: "triangle", 5: "pentagon", 6: "hexagon", 7: "heptagon", 8: "octagon"}[len(corners)]
    sides = [vector(a, b) for a, b in zip(corners, corners[1:] + corners[:1])]
    parallel = [cross(sides[0], sides[2]) == 0, cross(sides[1], sides[3]) == 0]
    return "rectangle" if all(parallel) else "trapezoid" if any(parallel) else "kite"

answer = shape()
print(f"({'ABCDEFGHIJK'[options.index(answer)]})")"""

    def program(self, question):
        return f'import re\npath = "{question.data["path"]}"\noptions = {question.data["options"]}{self.solver}'

    reasons = {"circle": "The arcs have one centre and close up to a full turn.",
               "sector": "Two straight radii meet in the centre, and one arc joins their ends.",
               "line": "All points lie on one straight line.",
               "rectangle": "The outline has four corners, all with right angles.",
               "kite": "The outline has four corners; two adjacent sides are equally long, and so are the other two.",
               "trapezoid": "The outline has four corners, and just two of its sides are parallel."}

    def worked(self, question):
        shape = question.data["shape"]
        return self.reasons.get(shape) or f"The outline is closed and has {CORNERS[shape]} corners."

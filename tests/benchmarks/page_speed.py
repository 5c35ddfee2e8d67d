"""How long report.html takes to open, filter, scroll and show a question, by number of answers, in headless Chromium.

Run     python tests/benchmarks/page_speed.py [file to keep the largest page in]

Opening is from the start of the navigation to the first picture after the script has drawn the page, and to the load
event, when all chunks are there; scrolling is one redrawing of the list; medians of five fresh pages. Texts are made
up, about as long as those of a 3B model.
"""
import random
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1]))
from test_page import BROWSER  # noqa: E402

import tasks  # noqa: E402
from tasks.report.page import write_page  # noqa: E402

SPLITS = {"heldout": "trained tasks, new questions", "test": "unseen tasks"}
WHAT = ("drawn", "loaded", "filter", "scroll", "open one")
COLUMNS = {"base": (0.30, 0.35), "sft": (0.48, 0.60), "grpo": (0.62, 0.75)}  # about how often right, and with code
WORDS = ["".join(random.Random(n).choices("aeinorst", k=n % 9 + 2)) for n in range(4000)]  # packed, no less than prose
CODE = "```python\nfrom itertools import permutations\n\nbest = None\nfor order in permutations(range({n})):\n" \
       "    cost = sum(abs(a - b) for a, b in zip(order, order[1:]))  # neighbours\n" \
       "    if best is None or cost < best[0]:\n        best = (cost, order)\nprint('best', best[0], {x}.5e-3)\n```\n"


def answer(rng: random.Random, column: str, name: str, split: str, number: int, count: int, skill: float) -> dict:
    """One made-up row of answers.jsonl."""
    difficulty = round(number / count, 4)
    right, code = COLUMNS[column]
    coded, truncated = rng.random() < code + 0.6 * (skill - 0.5), rng.random() < 0.03
    verdict = not truncated and rng.random() < right + 0.7 * (skill - 0.5) - 0.5 * (difficulty - 0.5)
    value = str(random.Random(f"{name}/{number}").randrange(1000))
    said = " ".join(rng.choices(WORDS, k=rng.randrange(40, 160)))
    given = "" if truncated else value if verdict else str(rng.randrange(1000))
    turns = [{"text": f"{said}.\n<<<{given}>>>" if given else said, "tokens": len(said) // 4,
              "finish": "length" if truncated else "stop"}]
    if coded:
        failed = rng.random() < 0.15
        output = "NameError: name 'best' is not defined" if failed else f"best {value} {rng.random()}"
        turns.insert(0, {"text": said + ".\n" + CODE.format(n=rng.randrange(9), x=rng.randrange(99)), "tokens": 180,
                         "finish": "stop", "status": "error" if failed else "ok", "seconds": round(rng.random(), 3),
                         "output": "Code Execution Results:\n" + output})
    return {"column": column, "model": column, "method": "interpreter", "sample": 0, "id": f"{name}/{100000 + number}",
            "task": name, "split": split, "difficulty": difficulty, "right": verdict, "answer": given,
            "expected": value, "code_calls": int(coded), "tool_errors": sum(t.get("status") == "error" for t in turns),
            "truncated": truncated, "tokens": sum(turn["tokens"] for turn in turns), "seconds": round(rng.random(), 2),
            "question": f"Question {number}: " + " ".join(random.Random(number).choices(WORDS, k=90)), "turns": turns}


def made_up(answers: int) -> dict[str, list[dict]]:
    """So many answers, by three columns, over all tasks."""
    names, rng = tasks.names(), random.Random(0)
    skills = {name: rng.random() for name in names}
    count = answers // len(COLUMNS)
    return {column: [answer(rng, column, names[number % len(names)], "test" if number % len(names) % 4 == 0
                            else "heldout", number // len(names), count // len(names) + 1,
                            skills[names[number % len(names)]]) for number in range(count)] for column in COLUMNS}


def table(answers: dict[str, list[dict]]) -> dict:
    """The table of accuracies by task, cells as in report.md."""
    lines = {}
    for split, title in SPLITS.items():
        for row in sorted((row for row in answers["base"] if row["split"] == split), key=lambda row: row["task"]):
            lines[row["task"]] = lambda row, name=row["task"]: row["task"] == name
        lines[f"**{title}**"] = lambda row, split=split: row["split"] == split
    lines["**all**"] = lambda row: True
    rows = []
    for title, belongs in lines.items():
        mine = {column: [row["right"] for row in rows if belongs(row)] for column, rows in answers.items()}
        shares = [sum(right) / len(right) for right in mine.values()]
        cells = [f"{share:.0%} ({share * 0.9:.0%} to {share * 0.9 + 0.1:.0%})" for share in shares]
        rows.append([title, str(len(mine["base"])), *cells])
    return {"title": "Accuracy by task", "head": ["task", "questions", *answers], "rows": rows, "note": ""}


def curves() -> dict[str, list[dict]]:
    """Metrics such as stages 3 and 4 leave."""
    rng = random.Random(1)
    return {"stage 3": [{"step": s, "loss": 2 / (1 + s / 20) + rng.gauss(0, 0.05), "grad_norm": rng.random()}
                        for s in range(1, 400)],
            "stage 4": [{"step": s, "stage": 1, "reward": 0.6 - 0.3 / (1 + s / 50) + rng.gauss(0, 0.04), "kl": s / 4000,
                         "with_code": 0.7 + rng.gauss(0, 0.05), "entropy": 0.3 - s / 2000} for s in range(1, 301)]}


def measure(browser, path: Path) -> list[float]:
    """Milliseconds until drawn, until loaded, of a filter, of scrolling, and of opening a question."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(path.as_uri(), wait_until="load")
    drawn, loaded = page.evaluate("""() => new Promise(done => setTimeout(() => done([
        performance.getEntriesByName('first-contentful-paint')[0].startTime,
        performance.getEntriesByType('navigation')[0].loadEventEnd]), 100))""")
    filtered = page.evaluate("""() => { const start = performance.now(); filter.elements.verdict1.value = 'wrong';
        drawList(); list.getBoundingClientRect(); return performance.now() - start; }""")
    scrolled = page.evaluate("""() => { const start = performance.now(); for (let step = 0; step < 100; step++) {
        list.scrollTop = step * 97; drawRows(); list.getBoundingClientRect(); }
        return (performance.now() - start) / 100; }""")
    opened = page.evaluate("""async () => { const start = performance.now(); open(shown[shown.length >> 1]);
        while (!find('#detail .side')) await new Promise(requestAnimationFrame); return performance.now() - start; }""")
    page.close()
    return [drawn, loaded, filtered, scrolled, opened]


def main():
    from playwright.sync_api import sync_playwright
    print(f"{'answers':>10}{'MB':>8}" + "".join(f"{f'{what}, ms':>14}" for what in WHAT))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**BROWSER)
        for answers in (200, 2000, 20_000):
            rows = made_up(answers)
            path = Path(sys.argv[1] if sys.argv[1:] else Path(folder, "report.html")).absolute()
            write_page(path, f"{answers} answers", ["made up, to measure the page"], [table(rows)], rows, curves())
            runs = zip(*(measure(browser, path) for _ in range(5)))
            print(f"{answers:10}{path.stat().st_size / 1e6:8.1f}"
                  + "".join(f"{statistics.median(times):14.1f}" for times in runs))
        browser.close()


if __name__ == "__main__":
    main()

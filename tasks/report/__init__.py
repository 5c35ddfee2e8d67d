"""What stage 5 says of its answers: report.md and two pictures here, report.html with all conversations in page.py.

statistics.py has the averages and intervals, behaviour.py and guidance.py what is counted of conversations, tables.py
how it is set out, pictures.py and page.html how it looks. trajectories.py is stage 2's table and picture.
"""
import numpy as np

from tasks.engine.files import write_text
from tasks.report import behaviour, guidance, tables
from tasks.report.page import write_page
from tasks.report.pictures import draw_accuracy, draw_behaviour
from tasks.report.statistics import average, bootstrap, pass_at


def write_report(title: str, notes: list[str], answers: dict[str, list[dict]], pairs: list[tuple[str, str]],
                 curves: dict[str, list[dict]], folder: str, count: int = 0, *, draws: int, moved: int, words: int):
    """report.md, which goes to the screen, too; two pictures; report.html with all conversations.

    notes:   lines below the title
    answers: by column of the tables its rows of answers.jsonl
    pairs:   of columns, whose differences are taken
    curves:  rows of metrics.jsonl per stage, such as {"stage 3": [...]}
    count:   how many questions there were, where that is known
    draws, moved, words: DRAWS, MOVED and WORDS of stage 5
    """
    answers, samples, left_out = tables.align(answers, count)
    if left_out:
        notes = [*notes, f"Questions left out, as not every column was asked or answered them: {left_out}."]
    notes = [*notes, "In brackets 95 % intervals; in averages tasks weigh alike."]
    asked, columns = next(iter(answers.values()))[::samples], list(answers)
    places = {}  # the numbers of each task's questions
    for number, row in enumerate(asked):
        places.setdefault(row["task"], []).append(number)
    sizes = {task: len(numbers) for task, numbers in places.items()}
    averages = tables.average_lines(asked)
    by_task = tables.task_lines(averages)
    right = {name: np.array([row["right"] for row in rows], float).reshape(-1, samples)  # (Q, n)
             for name, rows in answers.items()}
    share = {name: each.mean(1) for name, each in right.items()}                          # (Q,)

    def figures(values: list[np.ndarray], are_shares: bool = True) -> dict[str, list[tuple[float, float, float]]]:
        """By line, the average and interval of each of these, (Q,) each."""
        means = [bootstrap(each, places, draws) for each in values]
        return {line: [average(mean, names, sum(sizes[name] for name in names), are_shares) for mean in means]
                for line, names in (averages | by_task).items()}

    scores = figures(list(share.values()))
    title_of = "Accuracy" if samples == 1 else f"Accuracy, mean@{samples}"
    parts = [tables.accuracy(title_of, columns, averages, sizes, scores, tables.PAPER),
             tables.accuracy(f"{title_of}, by task", columns, by_task, sizes, scores)]
    if samples > 1:
        ks = sorted({samples, *(2 ** power for power in range(1, samples.bit_length()))})
        parts.append(tables.several_samples(columns, samples, {
            k: figures([pass_at(k, each) for each in right.values()]) for k in ks}))
    if pairs:
        gains = figures([share[after] - share[before] for before, after in pairs], are_shares=False)
        parts += tables.differences(pairs, columns, gains, scores, moved)
    habits = {name: behaviour.behaviour(rows, words) for name, rows in answers.items()}
    parts.append(tables.habits("Behaviour", habits, behaviour.RULES.format(words=words)))
    parts.append(tables.wrong_answers(answers, behaviour.causes))
    steered = {name: rows for name, rows in answers.items() if rows[0].get("method") == "steer"}
    if steered:
        parts.append(tables.habits("Guidance", guidance.habits(steered), guidance.RULES))
    text = f"# {title}\n\n" + "\n".join(notes) + "\n\n" + "\n".join(map(tables.markdown, parts))
    print("\n" + text)
    write_text(f"{folder}/report.md", text + "\n![accuracy](accuracy.png)\n\n![behaviour](behaviour.png)\n")
    drawn = by_task if len(places) * len(columns) <= 120 else averages  # with more bars none can be seen
    draw_accuracy({line: scores[line] for line in drawn}, columns, f"{folder}/accuracy.png")
    draw_behaviour(habits, f"{folder}/behaviour.png")
    write_page(f"{folder}/report.html", title, notes, parts, answers, curves)
    print(f"wrote {folder}/report.md, report.html, accuracy.png and behaviour.png")
